"""The naive guesses a forecast is held against, and shown in its place where it has not beaten them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from selftwin.learn.daily_memory import Floats, Ints

LAST, MEAN7, WEEKDAY = "last value", "7-day mean", "weekday mean"
NAIVE = (LAST, MEAN7, WEEKDAY)


def guess(name: str, days: Ints, values: Floats, target: int) -> float:
    """What the naive guess says of a target day, from these days [n] and values [n], n ≥ 1."""
    if name == LAST:
        return float(values[-1])
    if name == MEAN7:
        return float(values[-7:].mean())
    same = values[(target - days) % 7 == 0]
    return float(same.mean() if len(same) else values.mean())


def past_errors(name: str, days: Ints, values: Floats, lag: int) -> Floats:
    """How far the value lay above the guess on every day that had a guess `lag` days before, in their unit."""
    known = np.searchsorted(days, days - lag, side="right")
    return np.array(
        [values[i] - guess(name, days[:n], values[:n], int(days[i])) for i, n in enumerate(known.tolist()) if n > 0]
    )


def interval(errors: Floats, level: int) -> tuple[float, float]:
    """How far below and above the guess the errors lay, so that a new one lies between `level` times in a hundred."""
    tail = (1 - level / 100) / 2
    low, high = np.quantile(errors, [tail, 1 - tail], method="weibull")
    return min(float(low), 0.0), max(float(high), 0.0)
