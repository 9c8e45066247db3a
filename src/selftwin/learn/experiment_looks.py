"""Looking before a trial is over without fooling oneself: each look may spend a little of the one in twenty.

Whoever looks often and stops when it looks good finds something nearly always. With the spending function of Lan and
DeMets (1983, Biometrika 70:659) in the shape of O'Brien and Fleming, the chance of a false finding over all looks stays
as it was said; early looks must be overwhelming. The bounds come from the redrawn assignments themselves, so they are
exact for these days and not only for independent normal ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ALPHA = 0.05
NORMAL = NormalDist()


def spent(share: float, alpha: float = ALPHA) -> float:
    """How much of alpha may be spent when this share (0 to 1) of the trial has been seen.

    >>> round(spent(1.0), 4), round(spent(0.5), 4)
    (0.05, 0.0056)
    """
    if share <= 0:
        return 0.0
    return 2 - 2 * NORMAL.cdf(NORMAL.inv_cdf(1 - alpha / 2) / sqrt(min(share, 1.0)))


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the share of the trial seen, the chance of as much by luck among what had not been found before, the
    most that chance may be (`bar`), and whether it was found."""

    share: float
    p: float
    bar: float
    found: bool


def looks(leans: Floats, shares: list[float], alpha: float = ALPHA) -> list[Look]:
    """What each look may conclude, from how the outcome so far leans to each assignment (m, looks), the true one first,
    and the share of the trial seen at each."""
    size, m = np.abs(leans), len(leans)
    open_ = np.ones(m, np.bool_)
    told = []
    for place, share in enumerate(shares):
        left = int(spent(share, alpha) * m + 1e-9) - int((~open_).sum())
        among = np.where(open_, size[:, place], -1.0)
        rank = int((among >= among[0] * (1 - 1e-9)).sum()) if open_[0] else m
        if left > 0:
            edge = np.sort(among)[::-1][left - 1]
            ties = among >= edge * (1 - 1e-9)
            out = ties if ties.sum() <= left else among > edge * (1 + 1e-9)
        else:
            out = np.zeros(m, np.bool_)
        told.append(Look(share, rank / m, max(left, 0) / m, bool(out[0] & open_[0])))
        open_ &= ~out
    return told
