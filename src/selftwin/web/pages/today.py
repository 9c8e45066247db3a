"""Today: what is unusual, what comes next, how sure that is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.web.page import Page, Section

if TYPE_CHECKING:
    from selftwin.web.page import Visit


def show(visit: Visit) -> dict[str, Any]:
    """What stands on the page."""
    return {"outlooks": visit.ask("overview")}


PAGE = Page(path="today", show=show, section=Section.READ, order=1, tab=1)
