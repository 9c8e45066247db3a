"""Why a figure is as it is: a ledger that adds up, what would change it, and the observations behind each part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from selftwin.twin.explaining import ASKS, ILLNESS
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.reason import Of
from selftwin.web.charts import ledger_bars
from selftwin.web.pages._today_day import units
from selftwin.web.pages._watch_known import known
from selftwin.web.rendering import texts
from selftwin.wording import why as words
from selftwin.wording.clock import day_or_moment
from selftwin.wording.measures import measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.sources import named
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from selftwin.twin import Twin
    from selftwin.vocabulary.reason import Behind, Contribution, Why
    from selftwin.web.page import Visit

MOST, SPAN = 20, 31  # rows of each, and days: a part that rests on all the past is not listed


def why(visit: Visit, signal: str) -> dict[str, Any]:
    """The ledger of a signal and day; without a signal the form alone. Raises Preparing, UsageError, NothingYet,
    Refused, UnknownSignal."""
    query = visit.query
    signal = signal or query.get("signal", "").strip()
    of = query.get("of", "value")
    frame: dict[str, Any] = {
        "asked": {"signal": signal, "at": query.get("at", ""), "of": of},
        "signals": _signals(visit),
        "ofs": [(name, texts("en")(f"watch.why.of_{name}")) for name in ASKS],
        "one": None,
    }
    if not signal:
        return frame
    at = day_or_moment(query["at"]) if query.get("at") else None
    one: Why = visit.ask("why", signal, at=at, of=of)
    asked = (signal, query.get("at", ""), of, units())
    behind = visit.made("watch.behind", lambda twin: _behind(twin, one), *asked)
    return {**frame, "one": one, **_told(one), "behind": behind}


def _signals(visit: Visit) -> list[tuple[str, str]]:
    held = [(one.key, one.label) for one in known(visit) if one.numeric]
    return [(ILLNESS, texts("en")("watch.why.illness")), *held]


def _told(one: Why) -> dict[str, Any]:
    t = texts("en")
    spell = "night" if one.of is Of.ALERT else phrase(one.signal, "").spell
    last = date.fromisoformat(one.at[:10])
    return {
        "title": one.title or t("watch.why.title"),
        "total": words.total(one),
        "account": words.account(one, texts("en")("watch.why.beyond")) if one.of is Of.VALUE else "",
        "rows": _rows(one, one.parts),
        "whole": words.bare(one),
        "pieces_title": words.PIECES[one.of],
        "pieces": _rows(one, one.made_of, sums=True) if one.made_of else [],
        "change": one.change,
        "warnings": [line for line in one.notes if line.startswith(words.WARNING)],
        "notes": [line for line in one.notes if not line.startswith(words.WARNING)],
        "trust": one.trust.value,
        "trust_words": trusted(one.trust, one.n, spell)[2:],
        "day": day(last),
        "signal_page": "" if one.of is Of.ALERT else one.signal,
        "effects_page": one.signal if one.of is Of.VALUE else "",
    }


def _rows(one: Why, parts: Sequence[Contribution], *, sums: bool = False) -> list[dict[str, Any]]:
    """The parts with their figures, bounds, words and bars."""
    read = words.reading(one)
    digits = words.places([part.value * read.scale for part in parts[0 if sums else 1 :]])
    figures = ([words.said(part.value, read, digits) for part in parts] if sums
               else [figure for _, figure in words.ledger(one)])  # fmt: skip
    drawn = iter(_bars(parts[0 if sums else 1 :]))
    made = []
    for place, (part, figure) in enumerate(zip(parts, figures, strict=True)):
        base = not place and not sums
        bounds = "" if part.low is None or part.high is None else " to ".join(
            words.said(edge, read, digits, base=base) for edge in (part.low, part.high))  # fmt: skip
        made.append({"name": part.name, "figure": figure, "bounds": bounds, "note": part.note,
                     "bar": "" if base else next(drawn, ""), "signal": part.signal})  # fmt: skip
    return made


def _bars(parts: Sequence[Contribution]) -> list[Markup]:
    """A bar for each part, that of what is not explained apart."""
    values = [part.value for part in parts]
    if parts and parts[-1].name == words.LEFT:
        return ledger_bars.draw(values[:-1], values[-1])
    return ledger_bars.draw(values)[:-1]


def _behind(twin: Twin, found: Why) -> list[dict[str, Any]]:
    """The observations behind each part that rests on a month at most; each signal and span once."""
    seen: dict[tuple[str, str, str], Behind] = {}
    for part in (*found.parts, *found.made_of):
        for one in part.behind:
            seen.setdefault((one.signal, one.first, one.last), one)
    return [told for one in seen.values() if (told := _observed(twin, one))]


def _observed(twin: Twin, one: Behind) -> dict[str, Any] | None:
    first, last = date.fromisoformat(one.first[:10]), date.fromisoformat(one.last[:10])
    label = short(nature(one.signal).label)
    span = day(first) if first == last else f"{day(first)} to {day(last)}"
    if (last - first).days > SPAN:
        return {"key": one.signal, "label": label, "span": span, "n": count(one.n, "day"), "rows": []}
    frame = twin.series(one.signal, since=first, until=last)
    if not frame.height:
        return None
    shown, read = frame.tail(MOST), measure(one.signal, str(frame["unit"][0]))
    values = [float(value) for value in shown["value"] if value is not None]
    rows = [(f"{row['local']:%Y-%m-%d %H:%M}", row["text"] if row["value"] is None else read.one(row["value"], *values),
             named(row["source"] or "")) for row in shown.iter_rows(named=True)]  # fmt: skip
    return {"key": one.signal, "label": label, "span": span, "n": count(frame.height, "observation"), "rows": rows}
