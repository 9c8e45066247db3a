"""What was usual on each day of the past, from the days before it alone: the band behind a chart, the calendar's
colours, and how often it held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.band import band_on
from selftwin.vocabulary.estimate import FIRST_DAYS
from selftwin.wording.believed import FULL

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.web.page import Visit
    from selftwin.web.pages._signals_known import Known

    Floats = NDArray[np.float64]

EVERY_DAY = 400  # days back for which each day's band is worked out; before that, each week's
EDGE = 0.7  # of the way from the middle to an edge, from which a usual day counts as high or low
STEP = 7


@dataclass(frozen=True, slots=True)
class Usual:
    """For places [k] of a signal's days: low, middle and high of its usual, and the level they hold (90 or 50)."""

    places: NDArray[np.int64]
    low: Floats
    middle: Floats
    high: Floats
    level: NDArray[np.int64]

    def on(self, wanted: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        """Low, middle and high at places in between, not a number before the first."""
        low, middle, high = (
            np.interp(wanted, self.places, one, left=np.nan) for one in (self.low, self.middle, self.high)
        )
        return low, middle, high


def usual(visit: Visit, known: Known) -> Usual | None:
    """The usual of the past; None where there is none yet, or it may not be believed. Raises Preparing."""
    if known.normal is None or known.normal.low is None:
        return None
    found: Usual = visit.made("usual of the past", lambda _: _worked_out(known), known.key)
    return found if found.places.size else None


def _worked_out(known: Known) -> Usual:
    days = np.array([one.toordinal() for one in known.at], np.int64) - _EPOCH
    near = np.searchsorted(days, days[-1] - EVERY_DAY) if days.size else 0
    places = [*range(FIRST_DAYS - 1, int(near), STEP), *range(max(int(near), FIRST_DAYS - 1), days.size)]
    bands = [band_on(known.signal, days, known.values, place) for place in places]
    return Usual(
        np.array(places, np.int64), np.array([one.low for one in bands]), np.array([one.middle for one in bands]),
        np.array([one.high for one in bands]), np.array([one.level for one in bands], np.int64),
    )  # fmt: skip


_EPOCH = 719_163  # the ordinal of 1970-01-01


def levels(known: Known, past: Usual, first: date) -> dict[date, int]:
    """Of each day since `first` how it stood: 0 usual, 1 and -1 high and low within it, 2 and -2 outside."""
    there = known.within(first, known.today)
    places = np.arange(there.start, there.stop)
    low, middle, high = past.on(places)
    found: dict[date, int] = {}
    for place, a, m, b in zip(places.tolist(), low.tolist(), middle.tolist(), high.tolist(), strict=True):
        if a == a:  # noqa: PLR0124  not a number is unlike itself
            found[known.at[place]] = _level(float(known.values[place]), a, m, b)
    return found


def _level(value: float, low: float, middle: float, high: float) -> int:
    if value > high:
        return 2
    if value < low:
        return -2
    if value > middle + EDGE * (high - middle):
        return 1
    return -1 if value < middle - EDGE * (middle - low) else 0


def inside(known: Known, past: Usual, there: slice) -> tuple[int, int]:
    """Of the days in a span how many lay within their usual, and of how many that can be said."""
    places = np.arange(there.start, there.stop)
    low, _, high = past.on(places)
    told = np.isfinite(low)
    values = known.values[there]
    with np.errstate(invalid="ignore"):
        return int(((values >= low) & (values <= high) & told).sum()), int(told.sum())


def held_share(known: Known, past: Usual, days: int = 365) -> tuple[float, int] | None:
    """The share of the last days with a band of nine in ten that lay inside it, and how many; None under twenty."""
    full = past.places[past.level == FULL]
    there = full[full >= len(known.at) - days]
    if there.size < 20:
        return None
    low, _, high = past.on(there)
    values = known.values[there]
    return float(((values >= low) & (values <= high)).mean()), int(there.size)
