"""Two processes decide when people sleep: pressure that builds awake and falls asleep, and a body clock.

Borbely, Hum Neurobiol 1982;1:195; Daan, Beersma and Borbely, Am J Physiol 1984;246:R161 (rise 18.2 h, fall 4.2 h). The
thresholds are those with which Skeldon, Dijk and Derks (PLoS One 2014;9:e103877) and others draw it; recalled.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RISE, FALL = 18.2, 4.2  # hours
UPPER, LOWER, AMPLITUDE = 0.67, 0.17, 0.10
SHAPE = (0.97, 0.22, 0.07, 0.03, 0.001)  # the skewed sine of the clock, by harmonics
STEP = 1 / 60  # hours


def awake(pressure: Floats | float, hours: Floats | float) -> Floats:
    """Sleep pressure (0 to 1) after so many hours awake.

    >>> round(float(awake(0.2, 16)), 3)
    0.668
    """
    return np.asarray(1 - (1 - np.asarray(pressure)) * np.exp(-np.asarray(hours) / RISE))


def asleep(pressure: Floats | float, hours: Floats | float) -> Floats:
    """Sleep pressure (0 to 1) after so many hours of sleep."""
    return np.asarray(np.asarray(pressure) * np.exp(-np.asarray(hours) / FALL))


def clock(hours: Floats | float) -> Floats:
    """The body clock (-1 to 1, about) at hours from its upward crossing: high when it keeps people awake."""
    angle = 2 * math.pi * np.asarray(hours) / 24
    return np.asarray(sum(share * np.sin((order + 1) * angle) for order, share in enumerate(SHAPE)))


def steady(asleep_for: float) -> float:
    """The pressure at waking of one who sleeps so many hours (0 to 24) out of every 24."""
    kept, built = math.exp(-asleep_for / FALL), math.exp(-(24 - asleep_for) / RISE)
    return kept * (1 - built) / (1 - kept * built)


def spontaneous(days: int, *, pressure: float = 0.3, kept_awake: float = 0.0) -> list[tuple[float, float]]:
    """When one sleeps who sleeps whenever pressure and clock say so: (start, end) in hours, for so many days from hour
    0, at which the clock crosses upwards. Nobody sleeps in the first `kept_awake` hours."""
    nights: list[tuple[float, float]] = []
    began: float | None = None
    for step in range(int(days * 24 / STEP)):
        hour = step * STEP
        moved = AMPLITUDE * float(clock(hour))
        if began is None:
            pressure = float(awake(pressure, STEP))
            began = hour if pressure >= UPPER + moved and hour >= kept_awake else None
        else:
            pressure = float(asleep(pressure, STEP))
            if pressure <= LOWER + moved:
                nights.append((began, hour))
                began = None
    return nights
