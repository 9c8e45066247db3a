"""Where on the pages a command's work is done: what the twin says with a command in it leads a reader there instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import pass_context
from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2.runtime import Context

WAYS = (  # how a command begins, the page where it is done, and the key of that page's name
    ("selftwin audit", "record", "record.nav"),
    ("selftwin backup", "keep/backups", "keep.part_backups"),
    ("selftwin consent parties", "consent/people", "consent.part_people"),
    ("selftwin consent", "consent", "consent.nav"),
    ("selftwin create", "welcome", "welcome.nav"),
    ("selftwin demo", "welcome", "welcome.nav"),
    ("selftwin erase", "keep", "keep.part_erase"),
    ("selftwin experiment", "watch/experiments", "watch.part_experiments"),
    ("selftwin goal", "body/goals", "body.part_goals"),
    ("selftwin import", "import", "import.nav"),  # and `imports`
    ("selftwin learn", "today", "today.nav"),
    ("selftwin note", "note", "note.nav"),
    ("selftwin rights restrict", "consent/limits", "consent.part_limits"),
    ("selftwin rights", "keep/rights", "keep.part_rights"),
    ("selftwin show", "signals", "signals.nav"),
    ("selftwin signals", "signals", "signals.nav"),
    ("selftwin sources", "import", "import.nav"),
    ("selftwin watch", "watch", "watch.nav"),
    ("selftwin why", "watch/why", "watch.part_why"),
    ("selftwin zones", "settings", "settings.nav"),
)
_QUOTED = re.compile(r"`([^`]*)`")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=\S)")
_OPTION = re.compile(r"(?:^|\s)--[a-z]")


def way(command: str) -> tuple[str, str] | None:
    """The path of the page that does what a command does, and the key of its name; None where only the command does."""
    return next(((path, key) for start, path, key in WAYS if command.startswith(start)), None)


@pass_context
def paged(context: Context, said: object) -> Markup:
    """What was said, as markup: each command in backquotes becomes a link to the page that does the same; what tells of
    the options of commands is left out where something else is left to say."""
    parts = _QUOTED.split(" ".join(map(_without_options, _SENTENCE.split(str(said)))))
    return Markup("").join(_led(context, part) if place % 2 else part for place, part in enumerate(parts))


def _led(context: Context, command: str) -> Markup:
    found = way(command)
    if found is None:
        return Markup("<code>{}</code>").format(command)
    path, key = found
    return Markup('<a href="{}">{}</a>').format(context["url"](path), context["t"](key))


def _without_options(sentence: str) -> str:
    """A sentence without those of its parts that tell of an option, such as --subject; whole where all of them do."""
    parts = sentence.split("; ")
    kept = [part for part in parts if not _OPTION.search(_QUOTED.sub("", part))]
    if not kept or len(kept) == len(parts):
        return sentence
    said = "; ".join(kept)
    return f"{said[:1].upper()}{said[1:]}".rstrip(".") + "."
