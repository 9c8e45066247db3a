"""Find: pages and signals by a word, as the palette lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from selftwin.web.api._told import told
from selftwin.web.caller import Owner
from selftwin.web.page import Section
from selftwin.web.rendering import texts
from selftwin.web.saying import answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selftwin.web.page import Page

ROUTER = APIRouter(tags=["find"])
MOST = 100
_EXAMPLE = {"found": [{"kind": "signal", "name": "Resting heart rate", "path": "signals/heart_rate.resting"}]}


@ROUTER.get("/find", summary="Find a page or a signal", responses=told(_EXAMPLE))
def find(owner: Owner, request: Request, q: Annotated[str, Query(max_length=100, examples=["heart"])] = "") -> Response:
    """What holds every word, those whose name begins with the first of them before the rest."""
    words = q.casefold().split()
    every = [*_pages(request.app.state.pages), *_signals(owner.held.answers.ask("held", patience=10.0))]
    fits = [one for one in every if all(word in f"{one['name']} {one['path']}".casefold() for word in words)]
    fits.sort(key=lambda one: not one["name"].casefold().startswith(words[0] if words else ""))
    return answer({"found": fits[:MOST]})


def _pages(pages: Mapping[str, Page]) -> Iterator[dict[str, str]]:
    t = texts("en")
    for page in sorted(pages.values(), key=lambda page: (list(Section).index(page.section), page.order)):
        if page.section is not Section.NONE:
            yield {"kind": "page", "name": t(f"{page.name}.nav"), "path": page.path}


def _signals(held: Any) -> Iterator[dict[str, str]]:
    for one in sorted(held, key=lambda one: one.signal.label.casefold()):
        yield {"kind": "signal", "name": one.signal.label, "path": f"signals/{one.signal.key}"}
