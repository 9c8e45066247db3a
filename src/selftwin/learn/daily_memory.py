"""What the daily forecaster remembers of one series: flat arrays of a fixed layout, which can be kept as bytes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW = 365  # observations remembered
QUANTILES = np.array([0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95])
LAPLACE = np.array([-2.3026, -1.6094, -0.6931, 0.0, 0.6931, 1.6094, 2.3026])
DRIFTS = np.array([0.003, 0.01, 0.03, 0.1, 0.3, 1.0])  # variance of a day's move ÷ variance of a day's noise

# An origin is everything known of the past after one observation, laid out in one row.
COUNT, LAST, DAY, MEAN, SQUARES, FAST, SLOW, SWING, ECHO, PHI = range(10)
DEVIATION, SEEN, WEEK, TOTAL = 10, 17, 24, 31  # seven each: sums, counts, shrunken profile, plain sums
LEVEL, DOUBT, MISS = 38, 44, 50  # one for each drift: state, its variance, discounted error
MEAN7, MED28, MEDALL, ALL, LATE = 56, 57, 58, 59, 66  # ALL and LATE: quantiles of all and of the last 28
MODE, FEW, FLOOR, SKEW, WHOLE = 73, 74, 75, 76, 77
ORIGIN_SIZE = 78

EXPERTS = 9
NAIVES = 3
EXTRAS = 9
FEATURES = 2 * EXPERTS + EXTRAS
CANDIDATES = 7
QUANTILE_FEATURES = 8 + CANDIDATES

# A track's state is one row: what the experts lost, discounted slowly and fast, the two weights of that, how far each
# side of the intervals is stretched, and the summed errors of ours and the naive guesses.
SLOWLY, QUICKLY, WEIGHT, DRIFT, SCORE = 0, EXPERTS, 2 * EXPERTS, 2 * EXPERTS + 2, 2 * EXPERTS + 8
STATE_SIZE = SCORE + 1 + NAIVES

# A pending row waits until its day lies a horizon back: losses, residual, change, six misses, four scores, the day.
RESIDUAL, CHANGE, MISSES, SCORES = EXPERTS, EXPERTS + 1, EXPERTS + 2, EXPERTS + 8
DUE = SCORES + 1 + NAIVES
PENDING_SIZE = DUE + 1

# What is said of a day is one row: quantiles, the experts' guesses, features, their scale, the unrounded point, and
# what was offered for each quantile.
GUESS = len(QUANTILES)
FEATURE = GUESS + EXPERTS
SCALE, POINT, OFFERED = FEATURE + FEATURES, FEATURE + FEATURES + 1, FEATURE + FEATURES + 2
SAID_SIZE = OFFERED + len(QUANTILES) * CANDIDATES

# Room to work in, rows of WINDOW: all remembered values sorted, the last 28, the last 60; the rest is passing.
ALL_SORTED, LATE_SORTED, RECENT_SORTED, PASSING, LOGITS, TOLD, AWAY = range(7)
DESK_ROWS = 7
LATE_DAYS, RECENT_DAYS, LAST_ERRORS, SAME_WEEKDAYS = 28, 60, 14, 8

PERSONAL = 0.1  # how strongly a person's own record moves the weights
TAIL_STEP, HALF_STEP = 0.10, 0.03  # how fast intervals adapt


class Prior(NamedTuple):
    """What simulated lives taught, last rows constants: `experts` [FEATURES + 1, EXPERTS], the weights of experts;
    `quantiles` [3, QUANTILE_FEATURES + 1, CANDIDATES], the weights of candidates at 5, 10 and 25 %."""

    experts: Floats
    quantiles: Floats


class Memory(NamedTuple):
    """All that is kept of one person's series; T tracks, one a horizon, R the longest horizon in days.

    Observations: `seen` [1] counts them, `days`, `values` [WINDOW] hold the last, `origins` [R, ORIGIN_SIZE] what was
    known after each. Tracks: `horizons` [T] days, `states` [T, STATE_SIZE], `rings`, `ordered` [T, 2, WINDOW] the
    mixture's errors and the changes from the last known value, `counts` [T, 2] days learnt and waiting, `pending`
    [T, R, PENDING_SIZE] what waits.
    """

    seen: Ints
    days: Ints
    values: Floats
    origins: Floats
    horizons: Ints
    states: Floats
    rings: Floats
    ordered: Floats
    counts: Ints
    pending: Floats


class Sight(NamedTuple):
    """What each track T said of each of n days before it was known: `quantiles` [T, n, 7], the experts' `guesses`
    [T, n, EXPERTS], the `features` [T, n, FEATURES] they were weighed by, the `scales` and unrounded `points` [T, n],
    and the `offered` candidates [T, n, 7, CANDIDATES]. NaN where nothing was said."""

    quantiles: Floats
    guesses: Floats
    features: Floats
    scales: Floats
    points: Floats
    offered: Floats


def blank_memory(horizons: tuple[int, ...]) -> Memory:
    """The memory of a series nothing is known of; horizons in days, ascending."""
    tracks, reach = len(horizons), max(horizons)
    return Memory(
        seen=np.zeros(1, np.int64),
        days=np.zeros(WINDOW, np.int64),
        values=np.zeros(WINDOW),
        origins=np.zeros((reach, ORIGIN_SIZE)),
        horizons=np.array(horizons, np.int64),
        states=np.zeros((tracks, STATE_SIZE)),
        rings=np.zeros((tracks, 2, WINDOW)),
        ordered=np.zeros((tracks, 2, WINDOW)),
        counts=np.zeros((tracks, 2), np.int64),
        pending=np.zeros((tracks, reach, PENDING_SIZE)),
    )


def sight_of(said: Floats) -> Sight:
    """Rows of what was said [T, n, SAID_SIZE] by their parts, as views."""
    offered = said[:, :, OFFERED:].reshape(*said.shape[:2], len(QUANTILES), CANDIDATES)
    return Sight(
        quantiles=said[:, :, :GUESS],
        guesses=said[:, :, GUESS:FEATURE],
        features=said[:, :, FEATURE:SCALE],
        scales=said[:, :, SCALE],
        points=said[:, :, POINT],
        offered=offered,
    )


def desk_for(memory: Memory) -> Floats:
    """Room to work in [DESK_ROWS, WINDOW], the sorted values of this memory on it."""
    filled = min(int(memory.seen[0]), WINDOW)
    desk = np.zeros((DESK_ROWS, WINDOW))
    for row, most in ((ALL_SORTED, WINDOW), (LATE_SORTED, LATE_DAYS), (RECENT_SORTED, RECENT_DAYS)):
        kept = memory.values[max(0, filled - most) : filled]
        desk[row, : len(kept)] = np.sort(kept)
    return desk
