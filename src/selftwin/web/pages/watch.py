"""Watch & why: alerts and watches, what goes with what, trials by chance, why a figure is as it is, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.web.page import Page, Section
from selftwin.web.pages import _watch_done, _watch_trials
from selftwin.web.pages._watch_alerts import front, waiting
from selftwin.web.pages._watch_changes import changes
from selftwin.web.pages._watch_effects import effects
from selftwin.web.pages._watch_test import test
from selftwin.web.pages._watch_trials import trials
from selftwin.web.pages._watch_why import why

if TYPE_CHECKING:
    from selftwin.web.page import Visit

PATH = "watch"
PARTS = ("alerts", "effects", "experiments", "why", "changes")


def show(visit: Visit) -> dict[str, Any]:
    """The part that was asked for."""
    part, _, rest = visit.part.strip("/").partition("/")
    made: dict[str, Any]
    if part == "effects":
        made = effects(visit)
    elif part == "experiments":
        made = trials(visit, rest)
    elif part == "why":
        made = why(visit, rest)
    elif part == "changes":
        made = changes(visit)
    elif part == "test":
        made = test(visit)
    else:
        part, made = "alerts", front(visit)
    return {"part": part, "parts_line": PARTS, "wrong": "", "typed": {}, **made}


PAGE = Page(
    path=PATH, show=show, section=Section.ASK, order=2, deep=True, count=waiting,
    actions={**_watch_done.ACTIONS, **_watch_trials.ACTIONS},
)  # fmt: skip
