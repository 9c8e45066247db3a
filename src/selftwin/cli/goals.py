"""A goal for a person: the target, the chance, what it takes, how it goes, and what is taken for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli.sight import heading
from selftwin.vocabulary.catalogue import nature
from selftwin.wording.goals import anew, chances, concluded, going, standing, taken, target
from selftwin.wording.measures import measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from selftwin.vocabulary.goal import Prospect


def goal(one: Prospect, *, whole: bool = True) -> list[Text | str]:
    """All that is said of a goal; of several, without assumptions and sources."""
    made = one.goal
    read = measure(made.signal, made.unit)
    parts: list[Text | str] = [heading(short(nature(made.signal).label), read), target(one, read)]
    parts += [f"! {note}" for note in one.notes[:1] if "replay" in note]
    if one.state == "silent":
        return [*parts, f"I cannot tell more of it now: {one.why}"]
    if one.state != "open":
        return [*parts, concluded(one, read)]
    parts += [standing(one, read), chances(one)]
    parts += [*taken(one), *going(one, read), *anew(one)]
    return [*parts, *_behind(one, whole=whole)]


def _behind(one: Prospect, *, whole: bool) -> Iterator[str]:
    """What stands behind it."""
    if whole:
        yield "What this takes for granted:"
        yield from (f"  · {line}" for line in one.assumptions)
        yield from (f"! {note}" for note in one.notes if "replay" not in note)
    else:
        yield f"  · {one.assumptions[0]}"
    yield trusted(one.trust, one.n, phrase(one.goal.signal, "").spell)
    if whole:
        yield from (f"  {paper}" for paper in one.cites)
