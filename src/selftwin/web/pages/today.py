"""Today: what is unusual, what comes next, how sure that is, and why; what the twin proposes, and what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.errors import NothingYet, SelftwinError
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages import _today_margin as margin
from selftwin.web.pages._today_day import lived, quietly, units
from selftwin.web.pages._today_drawn import picture, small
from selftwin.web.pages._today_glucose import rest
from selftwin.web.rendering import texts
from selftwin.wording import almanac
from selftwin.wording.why import account, bare, ledger
from selftwin.wording.words import day, old, spelled

if TYPE_CHECKING:
    from selftwin.twin.watching_papers import Case
    from selftwin.vocabulary.goal import Prospect
    from selftwin.web.page import Form, Visit
    from selftwin.web.pages._today_day import Day

PATH = "today"


def show(visit: Visit) -> dict[str, Any]:
    """What stands on the page."""
    everything = visit.query.get("all") == "1"
    try:
        there = lived(visit, everything=everything)
    except NothingYet:
        return {"there": None, "everything": False, **_asks(visit)}
    drawn = visit.made("today.drawn", lambda _: _drawn(there), everything, units())
    glucose = quietly(visit, "today.glucose", lambda twin: rest(twin, there.day), units())
    why, unexplained = _why(visit, there)
    t = texts(visit.lang)
    return {
        "there": there,
        "everything": everything,
        "title": day(there.day, weekday=True, year=there.age > 300),
        "about": _about(there),
        "place": there.zone.rpartition("/")[2].replace("_", " "),
        "lead": almanac.outstanding(there.entries),
        "rest_usual": almanac.usual_ones(there.entries),
        "of_all": almanac.of_all(there.entries),
        "odd_many": sum(entry.odd for entry in there.entries),
        "account": almanac.account(there.entries, everything=everything),
        "glucose": glucose,
        "why": why,
        "why_ledger": ledger(why) if why else [],
        "why_value": bare(why) if why else "",
        "why_account": account(why, t("today.the_first") if len(there.odd) > 1 else t("today.it")) if why else "",
        "unexplained": unexplained,
        "gaps": margin.gaps(there),
        "late": [(name, day(at)) for name, at in margin.late(there)],
        "readers": quietly(visit, "today.readers", lambda twin: margin.readers(twin, datetime.now(UTC)),
                           datetime.now(UTC).date().isoformat()),
        **drawn,
        **_asks(visit),
        **_proposed(visit, there),
    }  # fmt: skip


def _drawn(there: Day) -> dict[str, Any]:
    """Every picture of the day."""
    first = there.odd[:1]
    return {
        "first": [picture(entry, there.recent[entry.key], there.day, "first") for entry in first],
        "also": [small(entry, there.recent[entry.key], there.day, f"odd{place}", odd=True)
                 for place, entry in enumerate(there.odd[1:])],
        "ahead": [small(entry, there.recent[entry.key], there.day, f"next{place}")
                  for place, entry in enumerate(there.ahead)],
    }  # fmt: skip


def _why(visit: Visit, there: Day) -> tuple[Any, str]:
    """Why the first that is unusual is as it is; or why that cannot be said."""
    if not there.odd:
        return None, ""
    try:
        return visit.try_ask("why", there.odd[0].key), ""
    except SelftwinError as error:
        return None, f"{error} {error.hint}".strip()


def _about(there: Day) -> str:
    """How new the data are, and how many sources speak of the day."""
    t = texts("en")
    if there.newest is None or there.age > margin.LATE:
        return t("today.aged", day=day(there.day), age=old(there.age))
    stamp = f"{there.newest:%H:%M}"
    behind = len(margin.late(there))
    if not behind:
        return t("today.up_to", time=stamp)
    return t("today.fresh", time=stamp, fresh=spelled(margin.fresh(there), "source").capitalize(), late=behind)


def _asks(visit: Visit) -> dict[str, Any]:
    """Who asks, and what the owner must be told."""

    def made() -> dict[str, Any]:
        consent = visit.twin.consent
        names = {party.id: party.name for party in consent.parties()}
        waiting = [(names.get(one.party, one.party), one.why) for one in consent.requests.waiting()]
        return {"waiting": waiting, "notices": consent.notices()}

    return dict(visit.drawn("today.asks", made))


def _proposed(visit: Visit, there: Day) -> dict[str, Any]:
    """Alerts that hold, and what follows from models that say something; what is still computed is waited for."""
    cases, aims = visit.drawn("today.papers", lambda: _papers(visit))
    goals: list[Prospect] = []
    found, waits = None, False
    try:
        found = visit.try_ask("effects")
        waits = found is None
    except SelftwinError:  # too little is known, or it may not be learnt from: nothing is proposed of it
        found = None
    if aims:
        try:
            goals = visit.try_ask("goals.look") or []
        except SelftwinError:
            goals = []
    odd = [entry.key for entry in there.entries if entry.odd]
    proposed = margin.proposals(cases, found, goals, odd, visit.session.put_off)
    return {"cases": cases, "proposed": proposed, "proposing": waits}


def _papers(visit: Visit) -> tuple[list[Case], bool]:
    """Alerts that hold and were not answered, and whether there are goals."""
    cases = [one for one in visit.twin.watch.history() if one.open and one.right is None and one.alert]
    return cases, bool(visit.twin.goals.every())


def not_now(visit: Visit, form: Form) -> Outcome:
    """Leave a proposal be, as long as this session lasts."""
    visit.session.put_off.add(form.said("id")[:16])
    return Outcome(PATH, say=texts("en")("today.propose.put_off"))


def seen(visit: Visit, form: Form) -> Outcome:
    """A notice was read."""
    visit.twin.consent.read_notice(form.said("id"))
    return Outcome(PATH, say=texts("en")("today.asks.kept"))


PAGE = Page(path=PATH, show=show, section=Section.READ, order=1, tab=1, actions={"not-now": not_now, "seen": seen})
