"""Race times: Riegel's power law and Daniels and Gilbert's formula of oxygen cost and the share that can be held.

Riegel, American Scientist 1981;69:285 (exponent 1.06); Daniels and Gilbert, Oxygen Power, 1979. On 2,303 recreational
runners Riegel's law was well calibrated up to the half marathon, and at least ten minutes too fast at the marathon
for half of them (Vickers and Vertosick, BMC Sports Sci Med Rehabil 2016;8:26).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DISTANCES = {"race.5k": 5000.0, "race.10k": 10000.0, "race.half_marathon": 21097.5, "race.marathon": 42195.0}  # metres
SHORTEST, LONGEST = 1500.0, 50000.0  # metres for which the formulas were made
FASTEST, SLOWEST = 7.2, 1.4  # m/s: faster than any record, slower than walking
EXPONENT, EXPONENT_SPREAD = 1.06, 0.02  # Riegel; the spread over runners is ours
DAY_SPREAD = 0.025  # share of the time: weather, course, the day
MARATHON_SLOWER = 0.04  # Vickers 2016: ten minutes of about four hours
VO2_LOW, VO2_HIGH = 18.0, 88.0  # VDOT, mL/(kg.min)


def riegel(seconds: float, metres: float, target: float, *, exponent: float = EXPONENT) -> float:
    """The time in seconds over `target` metres of one who ran `metres` in `seconds`.

    >>> round(riegel(1200, 5000, 10000))
    2502
    """
    check(metres, seconds)
    check(target)
    return float(seconds * (target / metres) ** exponent)


def vdot(metres: float, seconds: float) -> float:
    """Daniels' VDOT, the VO2 max in mL/(kg.min) that a time stands for at average economy.

    >>> round(vdot(5000, 1200), 1)
    49.8
    """
    check(metres, seconds)
    minutes = seconds / 60
    return cost(metres / minutes) / held(minutes)


def cost(speed: float) -> float:
    """Oxygen cost in mL/(kg.min) of running at a speed in m/min."""
    return -4.60 + 0.182258 * speed + 0.000104 * speed**2


def held(minutes: float) -> float:
    """The share of VO2 max that can be held for so many minutes."""
    return 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)


def time(metres: float, fitness: float) -> float:
    """The time in seconds over a distance at a VDOT: where cost and what can be held meet, by halving.

    >>> round(time(10000, 50))
    2480
    """
    check(metres)
    if not VO2_LOW <= fitness <= VO2_HIGH:
        raise UsageError(f"A VDOT lies between {VO2_LOW:g} and {VO2_HIGH:g}.")
    low, high = metres / FASTEST / 60, metres / SLOWEST / 60
    for _ in range(60):
        middle = (low + high) / 2
        if cost(metres / middle) / held(middle) > fitness:
            low = middle
        else:
            high = middle
    return 60 * (low + high) / 2


def times(metres: float, fitness: Floats, luck: Floats) -> Floats:
    """Race times in seconds (n, ...) over a distance, from draws of VDOT (n, ...) and standard normal luck (n, 2) of
    the day and of how the runner holds up over long distances. The goals ask this for the chance of a time."""
    import numpy as np

    check(metres)
    grid = np.linspace(VO2_LOW, VO2_HIGH, 141)
    table = np.array([time(metres, float(one)) for one in grid])
    shape = (-1,) + (1,) * (np.ndim(fitness) - 1)
    long = max(0.0, math.log(metres / 10000.0)) * EXPONENT_SPREAD * luck[:, 1].reshape(shape)
    slower = MARATHON_SLOWER * min(max((metres - 21097.5) / 21097.5, 0.0), 1.0)
    day = DAY_SPREAD * luck[:, 0].reshape(shape)
    said: Floats = np.interp(np.clip(fitness, VO2_LOW, VO2_HIGH), grid, table) * np.exp(day + long + slower)
    return said


def check(metres: float, seconds: float | None = None) -> None:
    """Raises UsageError for distances the formulas were not made for, and times nobody runs."""
    if not SHORTEST <= metres <= LONGEST:
        raise UsageError("Race times are told from 1,500 m to 50 km.", hint="Ask for a distance between those.")
    if seconds is not None and not metres / FASTEST <= seconds <= metres / SLOWEST:
        raise UsageError("Nobody runs this distance in that time.", hint="Give the time in seconds.")
