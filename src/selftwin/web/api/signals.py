"""What is recorded: every signal there is something of, one signal by the day or by the observation, and the newest.

Parties see through their own view what they were granted, and nothing tells them of the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from selftwin.consent.reading import listed, look
from selftwin.vocabulary.catalogue import nature
from selftwin.web.api._told import Key, Purpose, told
from selftwin.web.caller import Anyone
from selftwin.web.saying import answer
from selftwin.wording.clock import whole_day
from selftwin.wording.seen import belief_plain

if TYPE_CHECKING:
    from selftwin.consent.reading import Listed, Seen

ROUTER = APIRouter(tags=["signals"])
MOST = 200_000  # observations in one answer
Day = Annotated[str, Query(max_length=40, description="A local day.", examples=["2026-03-01"])]
_SIGNAL = {"signal": "heart_rate.resting", "label": "Resting heart rate", "unit": "/min", "category": "physiological",
           "sensitivity": "health", "by": "raw", "rows": 688, "beliefs": ["normal", "forecast"]}  # fmt: skip
_SEEN = {"signal": "heart_rate.resting", "label": "Resting heart rate", "unit": "/min", "by": "daily", "rows": 2,
         "columns": {"day": ["2026-03-11", "2026-03-12"], "value": [59.1, 60.2], "n": [1, 1]}, "more": False,
         "beliefs": []}  # fmt: skip


@ROUTER.get("/signals", summary="Every signal that may be seen", responses=told({"signals": [_SIGNAL]}))
def signals(who: Anyone, purpose: Purpose = "") -> Response:
    """How finely each may be seen, of how many observations, and what is believed of it."""
    found = listed(who.held.twin.consent, who.view(purpose))
    return answer({"signals": [_listed(one) for one in found]})


@ROUTER.get("/signals/{signal}", summary="One signal", responses=told(_SEEN))
def one(
    who: Anyone,
    signal: Key,
    since: Day = "",
    until: Day = "",
    by: Literal["day", "raw"] = "day",
    limit: Annotated[int, Query(ge=1, le=MOST, description="Rows at most, the newest.")] = MOST,
    purpose: Purpose = "",
) -> Response:
    """Its days, or every observation, as columns, and what is believed of it."""
    key = nature(signal).key
    seen = look(who.view(purpose), key, raw=by == "raw", since=whole_day(since), until=whole_day(until))
    return answer(plain(seen, limit))


@ROUTER.get("/latest", summary="The newest observation of every signal", responses=told({"columns": {}, "rows": 0}))
def latest(who: Anyone, purpose: Purpose = "") -> Response:
    """As columns: signal, at (UTC), value, text, source."""
    frame = who.view(purpose).latest()
    return answer({"rows": frame.height, "columns": _columns(frame)})


@ROUTER.get("/estimates", summary="What the twin believes", responses=told({"estimates": []}))
def estimates(
    who: Anyone,
    signal: Annotated[str, Query(max_length=200, examples=["heart_rate.resting"])] = "",
    purpose: Purpose = "",
) -> Response:
    """As kept when it learnt: signal, kind, when, by which model, from which days, and what is believed."""
    view = who.view(purpose)
    found = view.estimates(nature(signal).key if signal else None, granted=not who.owner)
    return answer({"estimates": [belief_plain(one) for one in found]})


def plain(seen: Seen, limit: int = MOST) -> dict[str, Any]:
    """What was seen of a signal, as columns."""
    rows = seen.rows
    shown = None if rows is None else rows.tail(limit)
    units = [] if shown is None or not shown.height else shown["unit"].unique().to_list()
    return {
        "signal": seen.key,
        "label": seen.signal.label,
        "unit": units[0] if len(units) == 1 else seen.signal.unit,
        "by": seen.granularity.name.lower(),
        "rows": 0 if rows is None else rows.height,
        "columns": None if shown is None else _columns(shown.drop("unit")),
        "more": rows is not None and rows.height > limit,
        "beliefs": [belief_plain(one) for one in seen.beliefs],
    }


def _columns(frame: Any) -> dict[str, list[Any]]:
    return {name: frame[name].to_list() for name in frame.columns}


def _listed(one: Listed) -> dict[str, Any]:
    signal = one.signal
    return {"signal": signal.key, "label": signal.label, "unit": signal.unit, "category": signal.category.value,
            "sensitivity": signal.sensitivity.value, "by": one.granularity.name.lower(), "rows": one.rows,
            "beliefs": list(one.beliefs)}  # fmt: skip
