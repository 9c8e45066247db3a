"""Plain regression on days in order, with errors that hold when days hang together: what refuters read a second time
with, and the simplest estimators there are to refute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Estimator = Callable[[Floats, Floats, Floats], tuple[float, float]]

NOTHING = (0.0, np.inf)
SPARE = 10  # days beyond the columns


def moved(values: Floats, days: int) -> Floats:
    """The same (n,), `days` later, NaN where nothing is known; earlier where below zero."""
    found = np.full_like(values, np.nan)
    if abs(days) < len(values):
        here = slice(days, None) if days >= 0 else slice(None, days)
        there = slice(None, len(values) - days) if days >= 0 else slice(-days, None)
        found[here] = values[there]
    return found


def filled(values: Floats) -> Floats:
    """Columns (n,) or (n, k) with their mean where nothing is known."""
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    means = np.where(known, values, 0.0).sum(axis=0) / np.maximum(counts, 1)
    found: Floats = np.where(known, values, means)
    return found


def residuals(cause: Floats, outcome: Floats, columns: Floats) -> tuple[Floats, Floats, NDArray[np.bool_], int] | None:
    """What `columns` (n, k) and a constant leave of both, on days that have both, with those days and the columns'
    rank; None where too few are left or the cause never moves."""
    kept = np.isfinite(cause) & np.isfinite(outcome)
    count = int(kept.sum())
    if count < columns.shape[1] + 2 + SPARE:
        return None
    about = np.column_stack([np.ones(count), filled(columns)[kept]])
    left, sizes, _ = np.linalg.svd(about / np.maximum(np.linalg.norm(about, axis=0), 1e-12), full_matrices=False)
    basis = left[:, sizes > 1e-8 * sizes[0]]
    cause, outcome = cause[kept], outcome[kept]
    moves, answers = cause - basis @ (basis.T @ cause), outcome - basis @ (basis.T @ outcome)
    if moves @ moves <= 1e-8 * float(((cause - cause.mean()) ** 2).sum()) + 1e-24 * float(cause @ cause):
        return None
    return moves, answers, kept, basis.shape[1]


def slope(cause: Floats, outcome: Floats, columns: Floats, *, together: bool = True) -> tuple[float, float]:
    """The slope of outcome on cause given columns, and its standard error: by Newey and West (1987) where days hang
    `together`, never less than half of what it would be if they did not. (0, inf) where it cannot be told."""
    found = residuals(cause, outcome, columns)
    if found is None:
        return NOTHING
    moves, answers, kept, rank = found
    power = float(moves @ moves)
    size = float(moves @ answers) / power
    errors = answers - size * moves
    freedom = len(moves) - rank - 1
    if not together:
        return size, float(np.sqrt(errors @ errors / freedom / power))
    scores = np.zeros(len(cause))
    scores[kept] = moves * errors
    spread = float(scores @ scores)
    width = int(4 * (len(moves) / 100) ** (2 / 9)) + 1
    total = spread + 2 * sum((1 - k / (width + 1)) * float(scores[k:] @ scores[:-k]) for k in range(1, width + 1))
    return size, float(np.sqrt(max(total, spread / 4) * len(moves) / freedom) / power)


def calendar(days: int, *, shortest: int = 120) -> Floats:
    """What everybody knows of a day (n, k): its place in the week, and slow waves over the whole span, down to the
    `shortest` in days."""
    place = np.arange(days)
    week = np.eye(7)[place % 7][:, 1:]
    waves = [np.cos(np.pi * k * (place + 0.5) / days) for k in range(1, 2 + 2 * days // shortest)]
    return np.column_stack([week, *waves])


def plain(lag: int) -> Estimator:
    """Seen together: the outcome `lag` days later on the cause and covariates, days taken as if each stood alone."""
    return lambda cause, outcome, covariates: slope(cause, moved(outcome, -lag), covariates, together=False)


def lagged(lag: int) -> Estimator:
    """The same with the weekday, a bent line through time and the day before, days hanging together."""

    def estimate(cause: Floats, outcome: Floats, covariates: Floats) -> tuple[float, float]:
        through = np.linspace(-1, 1, len(cause))
        week = np.eye(7)[np.arange(len(cause)) % 7][:, 1:]
        before = [through, through**2, moved(outcome, 1), moved(cause, 1)]
        return slope(cause, moved(outcome, -lag), np.column_stack([covariates, week, *before]))

    return estimate
