"""What a cause does to an outcome, allowing for what else moved: double machine learning for one time series.

A partially linear model (Robinson 1988; Chernozhukov and others 2018, *Econometrics Journal* 21:C1): cause and outcome
each lose what the days before tell of them, foreseen for blocks of days from blocks that lie apart in time; what is
left of the outcome is laid on what is left of the cause, at each lag on its own (local projections, Jordà 2005,
*American Economic Review* 95:161), so that a lag holds all that follows from that day. Standard errors by equally
weighted cosines and Student's t (Lazarus, Lewis, Stock and Watson 2018, *J Bus Econ Stat* 36:541), which hold where
days hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    Foresee = Callable[["Floats", "Floats", NDArray[np.int64]], "Floats"]

Floats = NDArray[np.float64]

BLOCK = 28  # days foreseen together
FOLDS = 5
GAP = 5  # days left out on both sides of a block
FEWEST = 40  # days with cause and outcome
PENALTIES = 10.0 ** np.arange(-1, 5)
UNSEEN = 1.2  # bounds are so much wider than chance alone: what made-up lives asked for, for what nobody recorded


@dataclass(frozen=True, slots=True)
class Adjusted:
    """For L lags, of one unit of the cause: `size`, `spread` (its standard error), `freedom` of its tails, `n` days,
    and `zero`: the error of saying there is no effect on days not learnt from, over that of this one. `free` is the
    share of the cause that nothing before explains. NaN where there are too few days."""

    size: Floats
    spread: Floats
    freedom: Floats
    n: NDArray[np.int64]
    zero: Floats
    free: float

    @property
    def reach(self) -> Floats:
        """What lies between the size and its bounds that hold nine times in ten, what nobody recorded allowed for."""
        from scipy.special import stdtrit

        return np.asarray(UNSEEN * self.spread * stdtrit(np.maximum(self.freedom, 2), 0.95))

    @property
    def p(self) -> Floats:
        """Two-sided."""
        from scipy.special import stdtr

        return np.asarray(2 * stdtr(np.maximum(self.freedom, 2), -np.abs(self.size) / self.spread))


def ridge(about: Floats, target: Floats, folds: NDArray[np.int64]) -> Floats:
    """Each day's target (n,) foreseen from `about` (n, k) by a ridge that learnt of other folds, days near a fold left
    out; its penalty is the one that foresees best. NaN where the target is."""
    known = np.isfinite(target)
    told = np.full((PENALTIES.size, target.size), np.nan)
    for fold in range(FOLDS):
        held, learnt = known & (folds == fold), known & _apart(folds, fold)
        if not held.any() or learnt.sum() < FEWEST // 2:
            continue
        x, y = about[learnt], target[learnt]
        centre, middle = x.mean(axis=0), y.mean()
        values, vectors = np.linalg.eigh((x - centre).T @ (x - centre))
        turned = vectors.T @ ((x - centre).T @ (y - middle))
        weights = vectors @ (turned[:, None] / (np.maximum(values, 0.0)[:, None] + PENALTIES))
        told[:, held] = middle + ((about[held] - centre) @ weights).T
    seen = known & np.isfinite(told[0])
    errors = ((told[:, seen] - target[seen]) ** 2).sum(axis=1)
    return np.asarray(told[int(np.argmin(errors))])


def blocks(days: int, block: int = BLOCK) -> NDArray[np.int64]:
    """The fold of each day: blocks of days dealt out in turn."""
    return np.arange(days) // min(block, max(days // (2 * FOLDS), 1)) % FOLDS


def _apart(folds: NDArray[np.int64], fold: int) -> NDArray[np.bool_]:
    """Days of other folds, not within a gap of this one."""
    near = np.convolve((folds == fold).astype(float), np.ones(2 * GAP + 1), "same") > 0.5
    return ~near


def adjusted(cause: Floats, outcomes: Floats, about: Floats, *, foresee: Foresee = ridge) -> Adjusted:
    """The effect of a cause (n,) on an outcome at L lags. `outcomes` (L, n) holds, on each day of the cause, what the
    outcome was so many days later; `about` (n, k) what was known of that day before the cause. NaN where unknown in
    cause and outcomes; in `about`, where it stands for its mean."""
    columns = standard(about)
    folds = blocks(cause.size)
    moved = cause - foresee(columns, cause, folds)
    free = _variance(moved) / max(_variance(cause), 1e-300)
    rows = [_lag(moved, one - foresee(columns, one, folds), folds) for one in outcomes]
    size, spread, freedom, n, zero = np.array(rows).T
    return Adjusted(size, spread, freedom, n.astype(np.int64), zero, free)


def _variance(values: Floats) -> float:
    """Of what is known, NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.var(known)) if known.size else np.nan


def standard(about: Floats) -> Floats:
    """Columns with mean 0 and spread 1, 0 where unknown; those that never move are left out."""
    known = np.isfinite(about)
    count = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, about, 0.0)
    centred = np.where(known, about - centred.sum(axis=0) / count, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    moves = spread > 1e-9
    return np.asarray(centred[:, moves] / spread[moves])


def _lag(moved: Floats, left: Floats, folds: NDArray[np.int64]) -> tuple[float, float, float, float, float]:
    """Size, standard error, degrees of freedom, days, and error of zero over ours."""
    both = np.isfinite(moved) & np.isfinite(left)
    n, power = int(both.sum()), float((moved[both] ** 2).sum())
    if n < FEWEST or power <= 0:
        return np.nan, np.nan, np.nan, n, np.nan
    size = float(moved[both] @ left[both]) / power
    spread, freedom = hanging(moved[both] * (left[both] - size * moved[both]) / power)
    return size, spread, freedom, n, _against_zero(moved, left, both, folds)


def hanging(parts: Floats) -> tuple[float, float]:
    """The standard error of a sum whose parts (n,) may hang together, and its degrees of freedom: by 0.4 n^(2/3)
    equally weighted cosines."""
    n = parts.size
    count = max(int(0.4 * n ** (2 / 3)), 4)
    waves = np.cos(np.pi * np.outer(np.arange(1, count + 1), (np.arange(n) + 0.5) / n))
    return float(np.sqrt(2 * np.mean((waves @ parts) ** 2))), float(count)


def _against_zero(moved: Floats, left: Floats, both: NDArray[np.bool_], folds: NDArray[np.int64]) -> float:
    """Root mean square error of no effect over that of the effect as other folds tell it."""
    errors = left.copy()
    for fold in range(FOLDS):
        learnt, held = both & _apart(folds, fold), both & (folds == fold)
        power = float((moved[learnt] ** 2).sum())
        if power > 0:
            errors[held] = left[held] - moved[held] * float(moved[learnt] @ left[learnt]) / power
    return float(np.sqrt((left[both] ** 2).sum() / max((errors[both] ** 2).sum(), 1e-300)))
