"""What a model misses of a sensor's readings: a quick part (the sensor's) and a slow one (the body of that day), both
first-order autoregressions, and how to make such misses independent, by a Kalman filter compiled for many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numba
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]

QUICK_MINUTES, SLOW_MINUTES = 25.0, 240.0
GRAIN = 2.0  # mg/dL, of a single reading
BLOCK = 180  # minutes, longer than which a miss counts as slow
QUICKEST, SLOWEST = (4.0, 40.0), (8.0, 80.0)  # mg/dL, what the two parts are kept within


@dataclass(frozen=True, slots=True)
class Misses:
    """How misses at readings (k,) [minutes] behave: sizes of the quick and the slow part [mg/dL]; those before `warm`
    minutes are not judged."""

    at: Floats
    warm: float
    quick: float = 10.0
    slow: float = 30.0

    def whitened(self, misses: Floats) -> Floats:
        """Independent misses of about size one from rows of misses (n, k); 0 where not judged."""
        news = np.empty_like(misses)
        _whiten(self.at, np.ascontiguousarray(misses), self.quick**2, self.slow**2, news)
        return np.where(self.at >= self.warm, news, 0.0)

    def learnt(self, misses: Floats) -> Misses:
        """The same with the sizes these misses (k,) show."""
        judged = self.at >= self.warm
        blocks = (self.at[judged] // BLOCK).astype(np.int64)
        counts = np.maximum(np.bincount(blocks), 1)
        means = np.bincount(blocks, weights=np.clip(misses[judged], -150.0, 150.0)) / counts
        slow = 1.4826 * float(np.median(np.abs(means[counts > 5]))) if (counts > 5).any() else self.slow
        quick = 1.4826 * float(np.median(np.abs(misses[judged] - means[blocks])))
        return replace(self, quick=float(np.clip(quick, *QUICKEST)), slow=float(np.clip(1.3 * slow, *SLOWEST)))


def _whiten_rows(at: Floats, misses: Floats, quick: float, slow: float, news: Floats) -> None:
    """What is new in each of the rows' misses, over its size; the gains are the same for all rows."""
    rows = len(misses)
    one, two = np.zeros(rows), np.zeros(rows)
    var1, var2, both = quick, slow, 0.0
    for k in range(len(at)):
        if k > 0:
            gap = at[k] - at[k - 1]
            fade1, fade2 = np.exp(-gap / QUICK_MINUTES), np.exp(-gap / SLOW_MINUTES)
            var1, var2, both = fade1 * fade1 * var1 + quick * (1.0 - fade1 * fade1), fade2 * fade2 * var2 + slow * (
                1.0 - fade2 * fade2
            ), fade1 * fade2 * both
        else:
            fade1, fade2 = 1.0, 1.0
        whole = var1 + var2 + 2.0 * both + GRAIN * GRAIN
        gain1, gain2 = (var1 + both) / whole, (var2 + both) / whole
        for row in range(rows):
            one[row] *= fade1
            two[row] *= fade2
            new = misses[row, k] - one[row] - two[row]
            news[row, k] = new / np.sqrt(whole)
            one[row] += gain1 * new
            two[row] += gain2 * new
        var1, var2, both = var1 - gain1 * (var1 + both), var2 - gain2 * (var2 + both), both - gain1 * (var2 + both)


_whiten = cast("Callable[..., None]", numba.njit(cache=True, error_model="numpy")(_whiten_rows))
