"""What changed: signals that took another level, the newest first, each with what else changed then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.catalogue import nature
from selftwin.web.charts import days as days_chart
from selftwin.web.charts.happened import Event
from selftwin.web.pages._today_day import units
from selftwin.web.pages._watch_known import known
from selftwin.web.rendering import texts
from selftwin.wording import changes as words
from selftwin.wording.clock import day_or_moment
from selftwin.wording.measures import measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import count, day, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.twin import Twin
    from selftwin.vocabulary.change import Change, Changes
    from selftwin.web.page import Visit

SHOWN = 12


def changes(visit: Visit) -> dict[str, Any]:
    """Changes of a signal, or of all. Raises Preparing, UnknownSignal, NothingYet, Refused."""
    query = visit.query
    signal = query.get("signal", "").strip() or None
    at = day_or_moment(query["at"]) if query.get("at") else None
    found: Changes = visit.ask("changes", signal, at=at)
    whole = bool(signal) or query.get("all") == "1"
    shown = found.found if whole else found.found[:SHOWN]
    return {
        "asked": {"signal": signal or "", "at": query.get("at", "")},
        "signals": [(one.key, one.label) for one in known(visit) if one.numeric],
        "found": found,
        "shown": [_told(one) for one in shown],
        "older": len(found.found) - len(shown),
        "luck": words.luck(found),
        "searched": texts("en")("watch.changes.searched", signals=count(len(found.looked), "signal"),
                                years=f"{found.years:.1f}"),
        "chart": _drawn(visit, signal, found) if signal else None,
    }  # fmt: skip


def _told(one: Change) -> dict[str, Any]:
    head, size, *beside = words.told(one)
    mark = trusted(one.trust, one.n, phrase(one.signal, one.label).spell)
    return {"key": one.signal, "head": head, "size": size.strip(), "beside": [line.strip() for line in beside[:-1]],
            "trust": one.trust.value, "trust_words": mark[2:], "day": one.day}  # fmt: skip


def _drawn(visit: Visit, key: str, found: Changes) -> Any:
    at = visit.query.get("at", "")
    return visit.made("watch.changed", lambda twin: _chart(twin, key, found.found), key, at, units())


def _chart(twin: Twin, key: str, found: Sequence[Change]) -> dict[str, Any] | None:
    """The signal's days, with each change above its day."""
    t = texts("en")
    rows = twin.days(key).drop_nulls("value")
    if not rows.height:
        return None
    read, label = measure(key, str(rows["unit"][0])), short(nature(key).label)
    events = [Event(date.fromisoformat(one.day), one.way) for one in reversed(found)]
    says = t("watch.changes.chart", signal=label, changes=count(len(found), "change"))
    drawn = days_chart.Days(rows["day"].to_list(), [read(value) for value in rows["value"].to_list()], read,
                            events=events, missing="")  # fmt: skip
    table = [(day(date.fromisoformat(one.day)), *(read.apart(value, one.before, one.after)[0]
              for value in (one.before, one.after))) for one in found]  # fmt: skip
    return {"svg": days_chart.draw(drawn, name="changes", says=says), "says": says, "rows": table}
