"""The compiled filter of a wandering level: one walk over the days for every cell of the grid of spreads.

All in this one file, because numba looks for changes in one file only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ODD = 0.004  # how often a reading is none of this body's at all
ODD_RANGE = 40.0  # in units of the scale: where such readings lie


def _filtered(cells: Floats, days: Floats, first: float, rounded: float, marks: Ints, said: Floats) -> None:
    """Write for every cell [n, 5] and mark [m] what is known after that day: `said` [n, m, 10], the log likelihood,
    then means of level, trend and ripple, then their covariances 00 01 02 11 12 22.

    Cells hold the daily spread of the level, the standing spread of the trend, how much of it a day keeps, the standing
    spread of the ripple, and that of single readings, to whose square `rounded` is added. A ripple keeps 0.7 a day.
    Days without a reading are NaN.
    """
    for c in range(len(cells)):
        q, s, keep, u, e = cells[c]
        hold = 0.7
        q_b, q_u = s * s * (1.0 - keep * keep), u * u * (1.0 - hold * hold)
        x0, x1, x2 = first, 0.0, 0.0
        p00, p01, p02, p11, p12, p22 = 25.0, 0.0, 0.0, s * s, 0.0, u * u
        fit, mark = 0.0, 0
        for t in range(len(days)):
            if t > 0:
                x0, x1, x2 = x0 + x1, keep * x1, hold * x2
                n00 = p00 + 2.0 * p01 + p11 + q * q
                n01, n02 = keep * (p01 + p11), hold * (p02 + p12)
                p11, p12, p22 = keep * keep * p11 + q_b, keep * hold * p12, hold * hold * p22 + q_u
                p00, p01, p02 = n00, n01, n02
            if not math.isnan(days[t]):
                k0, k1, k2 = p00 + p02, p01 + p12, p02 + p22
                total = k0 + k2 + e * e + rounded
                miss = days[t] - x0 - x2
                usual = (1.0 - ODD) * math.exp(-0.5 * miss * miss / total) / math.sqrt(6.283185307179586 * total)
                odd = ODD / ODD_RANGE
                fit += math.log(usual + odd)
                if usual > odd:
                    x0, x1, x2 = x0 + k0 * miss / total, x1 + k1 * miss / total, x2 + k2 * miss / total
                    p00, p01, p02 = p00 - k0 * k0 / total, p01 - k0 * k1 / total, p02 - k0 * k2 / total
                    p11, p12, p22 = p11 - k1 * k1 / total, p12 - k1 * k2 / total, p22 - k2 * k2 / total
            while mark < len(marks) and marks[mark] == t:
                row = said[c, mark]
                row[0], row[1], row[2], row[3] = fit, x0, x1, x2
                row[4], row[5], row[6], row[7], row[8], row[9] = p00, p01, p02, p11, p12, p22
                mark += 1


filtered = cast("Callable[..., None]", numba.njit(cache=True, error_model="numpy")(_filtered))
