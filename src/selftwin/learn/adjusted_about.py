"""What was known of each day before a cause: its own past and the outcome's, the calendar, and whatever else moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PAST = 7  # days of cause and outcome
SEASON = 120  # days: slower waves than this are told apart


def later(values: Floats, days: int) -> Floats:
    """Values (..., n) `days` later laid on each day; earlier ones where below 0. NaN beyond the ends.

    >>> later(np.array([1.0, 2.0, 3.0]), 1).tolist()
    [2.0, 3.0, nan]
    """
    found = np.full_like(values, np.nan)
    if days == 0:
        return values.copy()
    if days > 0:
        found[..., :-days] = values[..., days:]
    else:
        found[..., -days:] = values[..., :days]
    return found


def about(cause: Floats, outcome: Floats, others: Floats, weekday: NDArray[np.int64], *, since: int) -> Floats:
    """Columns (n, k) for each day of a cause (n,): its own last days and the mean of a week, the outcome's (n,) from
    `since` days before on (0 where the day's own came before the cause), `others` (m, n) as they stand on the day, the
    weekday, trend and slow waves."""
    own = np.stack([later(cause, -day) for day in range(1, PAST + 1)])
    before = np.stack([later(outcome, -day) for day in range(since, since + PAST)])
    rows = [*own, *before, _mean(own), _mean(before), *others]
    return np.stack([*rows, *_calendar(weekday)], axis=1)


def _mean(rows: Floats) -> Floats:
    known = np.isfinite(rows)
    count = known.sum(axis=0)
    total = np.where(known, rows, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _calendar(weekday: NDArray[np.int64]) -> list[Floats]:
    place = (np.arange(weekday.size) + 0.5) / weekday.size
    waves = int(2 * weekday.size / SEASON)
    days = [(weekday == day).astype(float) for day in range(7)]
    return [place, *(np.cos(np.pi * wave * place) for wave in range(1, waves + 1)), *days]
