"""How many of those found are false: the share of false discoveries among all found as sure (Benjamini and Hochberg
1995; under any dependence, Benjamini and Yekutieli 2001)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def false_share(p: Floats, *, any_dependence: bool = False) -> Floats:
    """The q of each p (any shape): the smallest share of false ones at which it is found. NaN stays NaN, not counted.

    >>> false_share(np.array([0.01, 0.02, 0.9])).round(3).tolist()
    [0.03, 0.03, 0.9]
    """
    found = np.full(p.shape, np.nan)
    looked = np.isfinite(p)
    count = int(looked.sum())
    if not count:
        return found
    order = np.argsort(p[looked])
    harmonic = float((1 / np.arange(1, count + 1)).sum()) if any_dependence else 1.0
    stepped = p[looked][order] * count * harmonic / np.arange(1, count + 1)
    q = np.empty(count)
    q[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    found[looked] = q
    return found
