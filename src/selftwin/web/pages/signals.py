"""Signals: everything that is known, and each signal at length: its usual, what comes next, and where it comes from."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Locked, SelftwinError, UsageError
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages import (
    _now_named,
    _signals_beside,
    _signals_drawn,
    _signals_known,
    _signals_list,
    _signals_rows,
    _signals_said,
    _signals_usual,
    _signals_words,
)
from selftwin.web.rendering import texts

if TYPE_CHECKING:
    from selftwin.web.page import Form, Visit
    from selftwin.web.pages._signals_drawn import Window
    from selftwin.web.pages._signals_known import Known
    from selftwin.web.pages._signals_usual import Usual

MOST_WORDS = 200


def show(visit: Visit) -> dict[str, Any]:
    """The list, or one signal."""
    if not visit.part:
        return {"one": None} | _signals_list.listed(visit)
    return {"one": _one(visit, nature(visit.part).key)}


def _one(visit: Visit, key: str) -> dict[str, Any]:
    """Everything the page of one signal shows."""
    known = _signals_known.known(visit, key)
    past = _signals_usual.usual(visit, known)
    seen = _signals_drawn.window(known, visit.query.get("span", _signals_drawn.SPAN), visit.query.get("to", ""))
    newest = _signals_known.newest(visit, key)
    words = _signals_known.is_words(known.signal)
    context = {
        "key": key, "title": known.title, "words": words, "seen": seen, "spell": known.spell,
        "about": _signals_said.about(known), "badge": _signals_said.badge(known),
        "value": _signals_said.newest_value(known) if not words else ("", ""),
        "arrived": _signals_beside.arrived(newest), "why_not": known.why_not, "today": known.today.isoformat(),
        "spans": _spans(key, seen), "moves": _moves(known, seen), "thin": _thin(known, seen),
        "signals": _others(visit, key), "with": visit.query.get("with", ""),
        "may_see": visit.made("may see", lambda twin: _signals_beside.who(twin, key), key, _now_named.today()),
        "category": known.signal.category.value,
    }  # fmt: skip
    told = partial(_told_in_words, visit, known, seen) if words else partial(_told_in_numbers, visit, known, past, seen)
    context |= visit.drawn("signal told", told, key, seen, visit.query.get("with", ""), known.today,
                           _now_named.today())
    last = newest["local"].date() if newest else known.today
    readings = _signals_rows.readings(visit, key, known.unit, known.rows, last)
    query = {"span": seen.span, "to": visit.query.get("to", "")}
    ways = [(name, _path(key, query | where, "readings")) for name, where in _signals_rows.ways(readings)]
    return context | {"readings": readings, "reading_ways": ways, "query": query}


def _told_in_words(visit: Visit, known: Known, seen: Window) -> dict[str, Any]:
    return {"chart": _signals_words.told(visit, known, seen), "months": None, "kinds": None, "other": None,
            "sure": None, "sources": _signals_beside.sources(known, seen), "gaps": "", "together": None}  # fmt: skip


def _told_in_numbers(visit: Visit, known: Known, past: Usual | None, seen: Window) -> dict[str, Any]:
    events = _signals_known.happenings(visit)
    says = _signals_said.sentence(known, past, seen)
    return {
        "chart": _signals_drawn.pictured(known, past, events, seen, says),
        "months": _signals_drawn.months(known, past) if past is not None else None,
        "kinds": _signals_drawn.kinds(known) if known.everyday else None,
        "other": _other(visit, known, past, seen),
        "sure": _signals_beside.sure(known, past),
        "sources": _signals_beside.sources(known, seen),
        "gaps": _signals_beside.gaps(known, seen),
        "together": _signals_beside.together(visit, known) if known.normal is not None else None,
    }


def _other(visit: Visit, known: Known, past: Usual | None, seen: Window) -> dict[str, Any] | None:
    """What it is compared with: the span before, the same a year before, or another signal on the same clock."""
    asked, t = visit.query.get("with", ""), texts(visit.lang)
    if not asked:
        return None
    columns = tuple(t(f"signals.column_{name}") for name in ("span", "middle", "nine", "many", "outside"))
    if asked in {"before", "year"}:
        then = seen.before() if asked == "before" else _signals_drawn.Window(
            seen.first - timedelta(days=364), seen.last - timedelta(days=364), seen.span)  # fmt: skip
        says = _signals_said.apart(known, seen, then)
        rows = tuple(_signals_said.figures(known, past, one) for one in (seen, then))
        chart = _signals_drawn.pictured(known, past, _signals_known.happenings(visit), then, says, name="then")
        return {"title": t(f"signals.with_{asked}"), "chart": chart, "columns": columns, "rows": rows}
    other = _signals_known.known(visit, nature(asked).key)
    theirs = _signals_usual.usual(visit, other)
    says = _signals_said.sentence(other, theirs, seen)
    chart = _signals_drawn.pictured(other, theirs, (), seen, says, name="other")
    both = ((known, past), (other, theirs))
    rows = tuple((one.title, *_signals_said.figures(one, band, seen)[1:]) for one, band in both)
    return {"title": other.title, "chart": chart, "columns": columns, "rows": rows}


def _others(visit: Visit, key: str) -> list[tuple[str, str]]:
    """Signals that this one can be compared with."""
    others = [(one.signal.key, one.signal.label) for one in visit.ask("held") if one.signal.numeric]
    return sorted((pair for pair in others if pair[0] != key), key=lambda pair: pair[1].casefold())


def _spans(key: str, seen: Window) -> list[tuple[str, str, bool]]:
    t = texts("en")
    return [(t(f"signals.span_{name}"), _path(key, {"span": name}), name == seen.span)
            for name, _ in _signals_drawn.SPANS]  # fmt: skip


def _moves(known: Known, seen: Window) -> list[tuple[str, str]]:
    """Ways through time without script: earlier, and later where there is something later."""
    if seen.span == "all" or not known.at:
        return []
    t, step = texts("en"), timedelta(days=max(seen.days // 2, 1))
    moves = {}
    if seen.first > known.at[0]:
        moves[t("signals.earlier")] = seen.last - step
    if seen.last < known.today:
        moves[t("signals.later_on")] = min(seen.last + step, known.today)
    return [(name, _path(known.key, {"span": seen.span, "to": last.isoformat()})) for name, last in moves.items()]


def _thin(known: Known, seen: Window) -> str:
    """What the script reads to move the chart: days where they are many, readings where the span is short."""
    by = "raw" if seen.days <= 3 else "day"
    return f"api/v1/series/{known.key}?by={by}"


def _path(key: str, query: dict[str, str], anchor: str = "") -> str:
    kept = urlencode({name: value for name, value in query.items() if value})
    return f"signals/{key}" + (f"?{kept}" if kept else "") + (f"#{anchor}" if anchor else "")


def mark(visit: Visit, form: Form) -> Outcome:
    """Write down a life event, on a day or over several."""
    t, words = texts(visit.lang), form.said("words")[:MOST_WORDS]
    back = form.said("signal")
    to = f"signals/{nature(back).key}" if back else "timeline"
    if not words:
        return Outcome(to=to, say=t("signals.mark_empty"))
    try:
        first, last = _day(form.said("on")), _day(form.said("until")) if form.said("until") else None
        at = datetime.combine(first, time(12) if last is None else time.min)
        until = None if last is None else datetime.combine(last + timedelta(days=1), time.min)
        event = partial(visit.twin.observe, _signals_known.EVENTS, words, at=at, until=until)
        made = visit.soon("note", t("signals.nav"), event)
    except Locked:
        raise
    except SelftwinError as error:
        return Outcome(to=to, say=f"{error} {error.hint}".strip())
    return Outcome(to=to, say=t("signals.marked", words=words) if made.done else t("note.waits"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("A day is written as 2026-11-24.") from None


PAGE = Page(path="signals", show=show, section=Section.READ, order=3, tab=2, deep=True, actions={"mark": mark})
