"""Training load of a day, in effort x minutes (session RPE, Foster 2001), from whatever was recorded of it.

Where no effort was told, minutes and steps stand for it by fixed weights; the weights for walking are set so that the
model below gives what walking trials found (VO2 max +3.0 mL/(kg.min), Murtagh and others, Prev Med 2015;72:34).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEIGHTS = {  # effort for each minute, or step, of what was recorded
    "training.load": 1.0,
    "training.duration": 5.0,
    "workout.duration": 4.5,
    "activity.vigorous": 5.0,
    "activity.moderate": 2.0,
    "activity.exercise": 3.0,
    "steps": 1.0 / 105.0,  # a hundred and five steps a minute, effort 1
}
KINDS = {"running": 6.0, "cycling": 5.0, "swimming": 6.0, "rowing": 6.0, "walking": 1.8, "hiking": 3.0, "yoga": 1.5}
KIND_ELSE = 4.5
TRIMP_TO_LOAD = 2.9  # an hour at 70 % of the heart rate reserve is a TRIMP of 103, and a load of 300 at effort 5


def trimp(minutes: float, heart_rate: float, *, resting: float, highest: float, female: bool = False) -> float:
    """Banister's training impulse of a session: minutes, weighted by the heart rate reserve used (all rates /min).

    >>> round(trimp(60, 140, resting=50, highest=180), 1)
    100.4
    """
    share = min(max((heart_rate - resting) / (highest - resting), 0.0), 1.0)
    steep = 1.67 if female else 1.92
    return minutes * share * (0.86 if female else 0.64) * math.exp(steep * share)


def from_trimp(value: float) -> float:
    """A load in effort x minutes for a training impulse."""
    return TRIMP_TO_LOAD * value


def daily(values: Floats, key: str) -> Floats:
    """Days (n,) of a signal as load; a missing day (nan) is a day without."""
    found: Floats = np.nan_to_num(values, nan=0.0) * WEIGHTS[key]
    return found


def weight(kind: str) -> float:
    """Effort for each minute of a kind of workout."""
    return KINDS.get(kind, KIND_ELSE)


def ratio(load: Floats) -> Floats:
    """Load of the last seven days over that of the last 28, a day, for each day (..., n); 1 where there is no load."""
    week, month = _mean(load, 7), _mean(load, 28)
    return np.divide(week, month, out=np.ones_like(week), where=month > 1.0)


def _mean(load: Floats, days: int) -> Floats:
    """Trailing means over so many days (..., n), fewer at the start."""
    total = np.cumsum(load, axis=-1)
    before = np.concatenate([np.zeros_like(total[..., :days]), total[..., :-days]], axis=-1)[..., : load.shape[-1]]
    found: Floats = (total - before) / np.minimum(np.arange(1, load.shape[-1] + 1), days)
    return found
