"""Body: what is read off it, chapter by chapter, the day of glucose first; chances, and goals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin import discover
from selftwin.vocabulary.errors import NothingYet, Refused, SelftwinError
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages._body_chapters import chapter
from selftwin.web.pages._body_glucose import STRETCH, glucose
from selftwin.web.pages._body_goals import drop_goal, goals, set_goal
from selftwin.web.pages._body_nights import nights
from selftwin.web.pages._body_risk import chances, look
from selftwin.web.rendering import texts
from selftwin.wording.clock import day_or_moment
from selftwin.wording.words import day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.twin.body import Body
    from selftwin.vocabulary.finding import Chapter
    from selftwin.web.page import Form, Visit

PATH = "body"
GROUPS = {"glucose": ("glucose",), "sleep": ("sleep",), "heart": ("fitness", "blood_pressure"), "weight": ("weight",)}
ENDS = ("risk", "goals")
PATIENCE = 20.0  # seconds that a look with something told in it waits
HELD = {"glucose": "glucose", "sleep": "sleep.duration", "heart": "heart_rate.resting", "weight": "weight"}
NIGHTS_OF = {"glucose": 4, "sleep": 14}  # nights that a part shows

BARE: dict[str, Any] = {"state": None, "glucose": None, "chapters": (), "nights": (), "windows": (), "silent": (),
                        "note": "", "until": "", "wrong": None, "typed": {}}  # fmt: skip


def groups() -> dict[str, tuple[str, ...]]:
    """The parts of the page with the chapters they hold; one that no part claims is a part of its own."""
    every: list[Chapter] = sorted(discover.chapters(), key=lambda one: (one.rank, one.name))
    claimed = {name for some in GROUPS.values() for name in some}
    return GROUPS | {one.name: (one.name,) for one in every if one.name not in claimed}


def show(visit: Visit) -> dict[str, Any]:
    """What stands on a part of the page; without one, on the first of which something is recorded."""
    part = _part(visit)
    said = BARE | {"part": part, "tabs": _tabs(visit, part), "at": _at_text(visit),
                   "given": visit.query.get("given", "")}  # fmt: skip
    if part == "risk":
        return said | chances(visit, visit.query)
    if part == "goals":
        return said | goals(visit)
    try:
        return said | _chapters(visit, part)
    except (NothingYet, Refused) as reason:
        return said | {"state": reason}


def given(visit: Visit, form: Form) -> Outcome:
    """A chapter again with something told that is recorded nowhere; it stays out of the address."""
    visit.part, visit.query = form.said("part"), {"given": form.said("given"), "at": form.said("at")}
    return Outcome(context={}, fine=True)


def _part(visit: Visit) -> str:
    """The part that was asked for. Raises SelftwinError for one that is not there."""
    names = groups()
    if not visit.part:
        held = {one.signal.key for one in visit.twin.held()}
        return next((name for name, key in HELD.items() if key in held), "glucose")
    part = next((name for name, some in names.items() if visit.part == name or visit.part in some), visit.part)
    if part not in names and part not in ENDS:
        raise SelftwinError(f"There is no part {part[:40]!r} of this page.", hint="Its parts stand above it.")
    return part


def _tabs(visit: Visit, part: str) -> list[tuple[str, str, bool]]:
    t = texts(visit.lang)
    every_chapter: list[Chapter] = discover.chapters()
    titles = {one.name: one.title for one in every_chapter}
    words = {name: t(f"body.part_{name}") if f"body.part_{name}" in t else titles[some[0]]
             for name, some in groups().items()}  # fmt: skip
    every = [*words.items(), *((name, t(f"body.part_{name}")) for name in ENDS)]
    return [(said, f"{PATH}/{name}", name == part) for name, said in every]


def _chapters(visit: Visit, part: str) -> dict[str, Any]:
    """The chapters of a part, as known at the day that was asked for."""
    at = _at(visit)
    found, silent = [], []
    body: Body | None = None
    for name in groups()[part]:
        try:
            body = _read(visit, name, at)
        except NothingYet as reason:
            silent.append(reason)
            continue
        found.append((body, body.findings[0]))
    if body is None or not found:
        raise silent[0] if silent else NothingYet("I know nothing of your body yet.")
    newest = date.fromisoformat(found[0][1].newest)
    return {
        "until": day(newest),
        "chapters": [chapter(visit, one, drawn=one.chapter != "glucose") for _, one in found],
        "silent": silent,
        "glucose": glucose(visit, found[0][0], at) if part == "glucose" else None,
        "nights": nights(visit, newest, NIGHTS_OF[part]) if part in NIGHTS_OF else [],
        "windows": _windows(visit, part, newest),
        "note": found[0][0].note,
    }  # fmt: skip


def _read(visit: Visit, name: str, at: date | datetime | None) -> Body:
    told = tuple(line.strip() for line in visit.query.get("given", "").splitlines() if line.strip())
    how: Mapping[str, Any] = {"given": told} if told else {}
    found: Body = visit.held.answers.ask("body", name, at=at, patience=PATIENCE if told else 0.5, **how)
    return found


def _at_text(visit: Visit) -> str:
    return visit.query.get("at", "").strip()[:40]


def _at(visit: Visit) -> date | datetime | None:
    """The day it is told of. Raises UsageError."""
    text = _at_text(visit)
    return day_or_moment(text) if text else None


def _windows(visit: Visit, part: str, newest: date) -> list[tuple[str, str, bool]]:
    """The newest fortnight, and those before it."""
    t = texts(visit.lang)
    if part != "glucose":
        return []
    at = _at_text(visit)
    begin = newest - timedelta(days=STRETCH)
    ways = [(t("body.newest"), f"{PATH}/{part}", not at)]
    if at:
        ways.append((t("body.to_day", day=day(newest, year=False)), f"{PATH}/{part}?at={at}", True))
    if not visit.twin.days(part, until=begin).height:
        return ways
    return [*ways, (t("body.before", day=day(begin, year=False)), f"{PATH}/{part}?at={begin.isoformat()}", False)]


PAGE = Page(path=PATH, show=show, section=Section.READ, order=4, deep=True,
            actions={"given": given, "risk": look, "goal": set_goal, "drop-goal": drop_goal})  # fmt: skip
