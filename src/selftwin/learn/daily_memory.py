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
# A pending row waits until its day lies a horizon back: losses, residual, change, six misses, four scores.
RESIDUAL, CHANGE, MISSES, SCORES = EXPERTS, EXPERTS + 1, EXPERTS + 2, EXPERTS + 8
PENDING_SIZE = EXPERTS + 12

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
    known after each. Tracks: `horizons` [T] days, `losses` [T, 2, EXPERTS] discounted slowly and fast with `weights`
    [T, 2], `rings`, `ordered` [T, 2, WINDOW] the mixture's errors and the changes from the last known value, `drift`
    [T, 6] stretches of the intervals, `scores` [T, 4] summed errors of ours and the naive guesses, `counts` [T, 2] days
    learnt and waiting, `pending` [T, R, PENDING_SIZE] with `pending_days` [T, R] what waits.
    """

    seen: Ints
    days: Ints
    values: Floats
    origins: Floats
    horizons: Ints
    losses: Floats
    weights: Floats
    rings: Floats
    ordered: Floats
    drift: Floats
    scores: Floats
    counts: Ints
    pending: Floats
    pending_days: Ints


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
        losses=np.zeros((tracks, 2, EXPERTS)),
        weights=np.zeros((tracks, 2)),
        rings=np.zeros((tracks, 2, WINDOW)),
        ordered=np.zeros((tracks, 2, WINDOW)),
        drift=np.zeros((tracks, 6)),
        scores=np.zeros((tracks, 1 + NAIVES)),
        counts=np.zeros((tracks, 2), np.int64),
        pending=np.zeros((tracks, reach, PENDING_SIZE)),
        pending_days=np.zeros((tracks, reach), np.int64),
    )


def blank_sight(tracks: int, days: int) -> Sight:
    """Room for what is said of `days` days, all NaN."""
    return Sight(
        quantiles=np.full((tracks, days, len(QUANTILES)), np.nan),
        guesses=np.full((tracks, days, EXPERTS), np.nan),
        features=np.full((tracks, days, FEATURES), np.nan),
        scales=np.full((tracks, days), np.nan),
        points=np.full((tracks, days), np.nan),
        offered=np.full((tracks, days, len(QUANTILES), CANDIDATES), np.nan),
    )
