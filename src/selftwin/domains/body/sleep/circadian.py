"""Where the body clock stands, how fast it follows a new day, and when light helps it.

After flights the clock moves by about an hour a day eastwards and an hour and a half westwards (Aschoff and others,
Int J Chronobiol 1975; Eastman and Burgess, Sleep Med Clin 2009;4:241; Roach and Sargent, Front Physiol 2019;10:927).
Light after the lowest body temperature, two to three hours before the usual waking, advances it, light before delays
it (Khalsa and others, J Physiol 2003;549:945).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ADVANCE, DELAY = 1.0, 1.5  # hours a day after a journey
REFERENCE = 3.0  # middle of the night, hours from midnight, for which the three-process clock peaks at 16.8 h
FARTHEST = 9.0  # hours east from which the clock rather goes the long way round, westwards
AT_HOME, AT_NIGHT = 0.5, 0.15  # share of those rates without a journey, for a moved and for a turned day; ours
TURNED = 4.0  # hours from which a moved sleep counts as a turned day (night shifts)
LIGHT_HOURS = 3.0


def lag(hours: Floats) -> Floats:
    """How far the clock has to go (+ later, - earlier) after a journey east (+) or west (-) by so many hours."""
    wrapped = (np.asarray(hours, dtype=float) + 12) % 24 - 12
    return np.where(wrapped > FARTHEST, 24 - wrapped, -wrapped)


def share(moved: Floats, *, journey: bool) -> Floats:
    """The share of the rates after a journey at which the clock follows a sleep moved by so many hours."""
    return np.where(journey, 1.0, np.where(np.abs(moved) > TURNED, AT_NIGHT, AT_HOME))


def follow(target: Floats, step: float, *, start: Floats | float, rate: Floats | float = 1.0) -> Floats:
    """The clock's place (n, moments), hours later than it was, that follows its target (n, moments) by steps (hours) at
    `rate` times the rates of journeys (broadcast)."""
    rates = np.broadcast_to(np.asarray(rate, dtype=float), target.shape)
    now = np.broadcast_to(np.asarray(start, dtype=float), target.shape[:1]).copy()
    places = np.empty(target.shape)
    for moment in range(target.shape[1]):
        fast = rates[:, moment] * step / 24
        now = now + np.clip(target[:, moment] - now, -ADVANCE * fast, DELAY * fast)
        places[:, moment] = now
    return places


def lowest(midpoint: float) -> float:
    """The hour of day of the lowest body temperature, for a usual middle of the night (hours from midnight)."""
    return (midpoint - REFERENCE + 16.8 + 12) % 24


def light(lowest_hour: float, *, later: bool) -> tuple[tuple[float, float], tuple[float, float]]:
    """Hours of day (start, end) to seek light, and to avoid it, to move the clock later or earlier.

    >>> light(5.0, later=False)
    ((5.0, 8.0), (2.0, 5.0))
    """
    before = ((lowest_hour - LIGHT_HOURS) % 24, lowest_hour % 24)
    after = (lowest_hour % 24, (lowest_hour + LIGHT_HOURS) % 24)
    return (before, after) if later else (after, before)
