"""How the days of one person wander by themselves: a slow part that remembers (first-order autoregression), days that
do not, and the week's own rhythm. Fitted on days before a trial, it says how to weigh the days of the trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MEMORIES = (0.3, 0.5, 0.7, 0.85, 0.95, 0.98)
LOOKED, LEAST = 180, 14  # days
WEEK = 7


@dataclass(frozen=True, slots=True)
class Wander:
    """`spread` of the days (standard deviation), the `slow` share of their variance, its `memory` from day to day, and
    each weekday's offset (Monday first). Before anything is known: half slow, with a memory of .7."""

    spread: float
    slow: float = 0.5
    memory: float = 0.7
    week: tuple[float, ...] = (0.0,) * WEEK

    def correlation(self, days: int) -> Floats:
        """How days go together (days, days)."""
        apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
        return np.asarray(self.slow * self.memory**apart + (1 - self.slow) * np.eye(days))

    def offsets(self, days: int, weekday: int) -> Floats:
        """The week's rhythm over so many days, the first being this weekday (Monday 0)."""
        return np.array([self.week[(weekday + day) % WEEK] for day in range(days)])


def fit(values: Floats, weekday: int) -> Wander:
    """The wandering of days (n,), NaN where nothing was recorded, the first being this weekday; by restricted
    likelihood over a grid. Of fewer than fourteen days only the spread is taken, of fewer than three none (zero)."""
    weekday = (weekday + max(len(values) - LOOKED, 0)) % WEEK
    values = values[-LOOKED:]
    seen = np.isfinite(values)
    if seen.sum() < LEAST:
        return Wander(float(np.std(values[seen], ddof=1)) if seen.sum() >= 3 else 0.0)
    week = _week(values, seen, weekday)
    rest = (values - np.array([week[(weekday + day) % WEEK] for day in range(len(values))]))[seen]
    if np.ptp(rest) == 0:
        return Wander(0.0, week=week)
    at = np.flatnonzero(seen)
    tried = [(slow, memory) for slow in SHARES for memory in MEMORIES if slow or memory == MEMORIES[0]]
    slow, memory = max(tried, key=lambda one: _likelihood(rest, at, *one))
    return Wander(float(np.std(rest, ddof=1)), slow, memory, week)


def _likelihood(values: Floats, at: NDArray[np.int64], slow: float, memory: float) -> float:
    """The restricted log likelihood of values at some days, the mean and the spread taken out."""
    apart = np.abs(np.subtract.outer(at, at))
    root = np.linalg.cholesky(slow * memory**apart + (1 - slow + 1e-9) * np.eye(len(at)))
    white, ones = np.linalg.solve(root, np.stack([values, np.ones(len(at))], axis=1)).T
    square = ones @ ones
    rest = white @ white - (ones @ white) ** 2 / square
    n = len(at) - 1
    return float(-0.5 * n * np.log(rest / n) - np.log(np.diag(root)).sum() - 0.5 * np.log(square))


def _week(values: Floats, seen: Flags, weekday: int) -> tuple[float, ...]:
    """Offsets of weekdays, drawn to nothing as far as chance alone would scatter them so."""
    which = (weekday + np.arange(len(values))) % WEEK
    found = np.zeros(WEEK)
    counts = np.array([(seen & (which == day)).sum() for day in range(WEEK)])
    if counts.min() < 2:
        return tuple(found.tolist())
    middle = values[seen].mean()
    found = np.array([values[seen & (which == day)].mean() - middle for day in range(WEEK)])
    within = sum(((values[seen & (which == day)] - middle - found[day]) ** 2).sum() for day in range(WEEK))
    noise = within / max(seen.sum() - WEEK, 1) / counts.mean()
    scatter = (found**2).sum() / (WEEK - 1)
    return tuple((found * max(0.0, 1 - noise / scatter) if scatter > 0 else found).tolist())
