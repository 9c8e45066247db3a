"""A watch tried on the past: every alert it would have given, how many a month at this budget, and on what."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web.charts import days as days_chart
from selftwin.web.charts.happened import Event
from selftwin.web.pages._today_day import units
from selftwin.web.pages._watch_alerts import LEAST, MOST, STEP, told
from selftwin.web.pages._watch_known import known
from selftwin.web.rendering import texts
from selftwin.wording import alerts as words
from selftwin.wording.clock import day_or_moment
from selftwin.wording.measures import measure
from selftwin.wording.phrases import short
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.twin.watching_seen import Replay
    from selftwin.web.page import Visit

SHOWN = 50
USUAL_WAYS = (0.5, 1.0, 2.0)


def test(visit: Visit) -> dict[str, Any]:
    """The replay that was asked for. Raises Preparing."""
    query = visit.query
    which = query.get("which", "").strip()
    budget = _number(query.get("budget", ""))
    set_up = {one.watch.name: one for one in visit.twin.watch.list()}
    held = set_up.get(which)
    bears = budget if budget is not None else held.watch.budget if held and held.budgeted else None
    asked = {"which": which, "about": query.get("about", ""), "condition": query.get("condition", ""),
             "since": query.get("since", ""), "at": query.get("at", "")}  # fmt: skip
    frame = {"asked": asked, "is_set": held is not None, "slider": (LEAST, MOST, STEP), "wrong_test": "",
             "signals": sorted(one.key for one in known(visit)),
             "kinds": [one.name for one in visit.twin.watch.kinds()], "found": None, "budget": bears}  # fmt: skip
    if not which:
        return frame
    try:
        found: Replay = visit.ask("watch.test", which, asked["about"], condition=asked["condition"],
                                  since=date.fromisoformat(asked["since"]) if asked["since"] else None,
                                  at=day_or_moment(asked["at"]) if asked["at"] else None, budget=budget)  # fmt: skip
    except SelftwinError as error:
        return {**frame, "wrong_test": f"{error} {error.hint}".strip()}
    except ValueError:
        return {**frame, "wrong_test": str(UsageError("A first day is written as 2027-03-01."))}
    return {**frame, "found": found, "budget": found.setting.budget if found.budgeted else None, **_told(visit, found)}


def _number(said: str) -> float | None:
    try:
        return float(said) if said.strip() else None
    except ValueError:
        return None


def _told(visit: Visit, found: Replay) -> dict[str, Any]:
    t = texts("en")
    held = {one.key for one in known(visit)}
    often = words.often(found.monthly).replace("It gave", t("watch.test.that_is"))
    return {
        "title_about": " ".join(part for part in (found.setting.about, found.setting.condition) if part),
        "says": t("watch.test.found", alerts=count(len(found.alerts), "alert"), days=count(found.days, "day"),
                  first=day(found.first), last=day(found.last)),
        "often": often,
        "bear": words.false(found.setting.budget) if found.budgeted else "",
        "ways": [one for one in USUAL_WAYS if one != found.setting.budget] if found.budgeted else [],
        "alerts": [told(one) for one in found.alerts[-SHOWN:]][::-1],
        "more": max(len(found.alerts) - SHOWN, 0),
        "chart": visit.made("watch.replay", lambda twin: _chart(twin, found, held), found.kind, found.setting,
                            found.first, found.last, units()),
        "first_words": words.FIRST,
    }  # fmt: skip


def _chart(twin: Twin, found: Replay, held: set[str]) -> dict[str, Any] | None:
    """The signal that most alerts rest on, with each alert above its day."""
    t = texts("en")
    named = [line.signal for one in found.alerts for line in one.evidence if line.signal]
    key = max(dict.fromkeys(named), key=named.count, default=found.setting.about)
    if not key or key not in held:
        return None
    rows = twin.days(key, since=found.first, until=found.last).drop_nulls("value")
    if not rows.height:
        return None
    read = measure(key, str(rows["unit"][0]))
    events = [Event(date.fromisoformat(one.first[:10]), t("watch.test.mark")) for one in found.alerts]
    says = t("watch.test.chart", signal=short(nature(key).label), alerts=count(len(found.alerts), "alert"),
             first=day(found.first), last=day(found.last))  # fmt: skip
    drawn = days_chart.Days(rows["day"].to_list(), [read(value) for value in rows["value"].to_list()], read,
                            events=events, missing="")  # fmt: skip
    values = dict(rows.select("day", "value").iter_rows())
    table = [(day(at), _value(values, at, read)) for one in found.alerts
             if (at := date.fromisoformat(one.first[:10]))]  # fmt: skip
    return {"svg": days_chart.draw(drawn, name="replay", says=says), "says": says, "rows": table,
            "columns": (t("watch.test.column_day"), short(nature(key).label))}  # fmt: skip


def _value(values: dict[date, float], at: date, read: Any) -> str:
    value = values.get(at)
    return texts("en")("watch.test.no_value") if value is None else str(read.one(value, *values.values()))
