"""The compiled days of Hall's model: fourth-order Runge-Kutta steps of one day, in deviations from the start, so that
no change comes to exactly no change. All in this one file, because numba looks for changes in one file only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GLYCOGEN_AT_REST = 0.5  # kg
WATERED_GLYCOGEN = 3.7  # a gram of glycogen holds 2.7 of water
RHO_G, RHO_F, RHO_L = 4206.501, 9440.727, 1816.444  # kcal/kg
GAMMA_F, GAMMA_L = 3.107075, 21.98853  # kcal/kg/d
ETA_F, ETA_L = 179.2543, 229.4455  # kcal/kg
BETA_TEF, BETA_AT, TAU_AT = 0.1, 0.14, 14.0
SODIUM, XI_SODIUM, XI_CARBS = 3220.0, 3000.0, 4000.0  # mg/L, mg/L/d, mg/d
C = 10.4 * RHO_L / RHO_F  # Forbes's constant
ALPHA_L, ALPHA_F = -(1.0 + ETA_L / RHO_L) * C, -(1.0 + ETA_F / RHO_F)


def _walk(begin: Floats, energy: Floats, carbs: Floats, sodium: Floats, moving: Floats, out: Floats) -> None:
    """Write fat, lean, water, glycogen and adaptation, [5, n, days + 1], from what stands at the start, [6, n]: fat,
    lean, water, carbohydrates (kcal/d), moving (kcal/kg/d), surplus (kcal/d); and changes [n, days + 1]."""
    n, days = energy.shape
    for i in range(n):
        f0, l0, e0, ci0, delta, surplus = begin[:, i]
        g0 = GLYCOGEN_AT_REST
        w0 = l0 + f0 + e0 + WATERED_GLYCOGEN * g0
        k_g = ci0 / (g0 * g0)
        lean, ecf, gly, at = l0, e0, g0, 0.0
        out[0, i, 0], out[1, i, 0], out[2, i, 0], out[3, i, 0], out[4, i, 0] = f0, l0, e0, g0, 0.0
        for t in range(1, days):
            was_ecf, was_gly, was_at = ecf, gly, at
            for what in range(3):
                now = was_at if what == 0 else (was_ecf if what == 1 else was_gly)
                total, slope = 0.0, 0.0
                for stage in range(4):
                    day = t if stage == 3 else t - 1
                    y = now + (0.0 if stage == 0 else (slope if stage == 3 else 0.5 * slope))
                    if what == 0:
                        slope = (BETA_AT * energy[i, day] - y) / TAU_AT
                    elif what == 1:
                        slope = (sodium[i, day] - XI_SODIUM * (y - e0) + XI_CARBS * carbs[i, day] / ci0) / SODIUM
                    else:
                        slope = (ci0 + carbs[i, day] - k_g * y * y) / RHO_G
                    total += slope if stage in (0, 3) else 2.0 * slope
                if what == 0:
                    at = now + total / 6.0
                elif what == 1:
                    ecf = now + total / 6.0
                else:
                    gly = max(now + total / 6.0, 1e-6)
            total, slope = 0.0, 0.0
            for stage in range(4):
                day = t if stage == 3 else t - 1
                y = lean + (0.0 if stage == 0 else (slope if stage == 3 else 0.5 * slope))
                later = 0.0 if stage == 0 else (1.0 if stage == 3 else 0.5)
                a = was_at + later * (at - was_at)
                e = was_ecf + later * (ecf - was_ecf)
                g = was_gly + later * (gly - was_gly)
                f = f0 * math.exp(RHO_L * (y - l0) / (RHO_F * C))
                w = y + f + e + WATERED_GLYCOGEN * g
                stored = ci0 + carbs[i, day] - k_g * g * g  # kcal a day: rho_G dG, not dG
                spent = GAMMA_L * (y - l0) + GAMMA_F * (f - f0) + delta * (w - w0) + moving[i, day] * w + a
                rate = spent - (1.0 - BETA_TEF) * energy[i, day] - surplus + stored
                slope = rate / (ALPHA_L + ALPHA_F * f) * C / RHO_L
                total += slope if stage in (0, 3) else 2.0 * slope
            lean += total / 6.0
            out[0, i, t] = f0 * math.exp(RHO_L * (lean - l0) / (RHO_F * C))
            out[1, i, t], out[2, i, t], out[3, i, t], out[4, i, t] = lean, ecf, gly, at


walk = cast("Callable[..., None]", numba.njit(cache=True, error_model="numpy")(_walk))
