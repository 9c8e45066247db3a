"""The compiled days of Hall's model: fourth-order Runge-Kutta steps of one day, in deviations from the start, so that
no change comes to exactly no change. All in this one file, because numba looks for changes in one file only.

A day is cut into parts where somebody eats so much that glycogen moves faster than a step of a day can follow.
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

GLYCOGEN_AT_REST = 0.5  # kg
WATERED_GLYCOGEN = 3.7  # a gram of glycogen holds 2.7 of water
RHO_G, RHO_F, RHO_L = 4206.501, 9440.727, 1816.444  # kcal/kg
GAMMA_F, GAMMA_L = 3.107075, 21.98853  # kcal/kg/d
ETA_F, ETA_L = 179.2543, 229.4455  # kcal/kg
BETA_TEF, BETA_AT, TAU_AT = 0.1, 0.14, 14.0
SODIUM, XI_SODIUM, XI_CARBS = 3220.0, 3000.0, 4000.0  # mg/L, mg/L/d, mg/d
C = 10.4 * RHO_L / RHO_F  # Forbes's constant
ALPHA_L, ALPHA_F = -(1.0 + ETA_L / RHO_L) * C, -(1.0 + ETA_F / RHO_F)
FASTEST = 1.6  # of a step: how much of itself glycogen may seem to lose


def _relax(y: float, h: float, drive: float, last: float, rate: float) -> float:
    """A step of h days of dy/dt = drive - rate y; `last` is what drives at its end."""
    k1 = drive - rate * y
    k2 = drive - rate * (y + 0.5 * h * k1)
    k3 = drive - rate * (y + 0.5 * h * k2)
    k4 = last - rate * (y + h * k3)
    return y + h * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0


def _store(g: float, h: float, carbs: float, last: float, k_g: float) -> float:
    """A step of h days of glycogen (kg), fed by so many kcal/d of carbohydrates."""
    k1 = (carbs - k_g * g * g) / RHO_G
    y = g + 0.5 * h * k1
    k2 = (carbs - k_g * y * y) / RHO_G
    y = g + 0.5 * h * k2
    k3 = (carbs - k_g * y * y) / RHO_G
    y = g + h * k3
    k4 = (last - k_g * y * y) / RHO_G
    return max(g + h * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0, 1e-6)


def _walk(begin: Floats, energy: Floats, carbs: Floats, sodium: Floats, moving: Floats, out: Floats) -> None:
    """Write fat, lean, water, glycogen and adaptation, [5, n, days + 1], from what stands at the start, [6, n]: fat,
    lean, water, carbohydrates (kcal/d), moving (kcal/kg/d), surplus (kcal/d); and changes [n, days + 1]."""
    n, days = energy.shape
    for i in range(n):
        f0, l0, e0, ci0, delta, surplus = begin[:, i]
        w0 = l0 + f0 + e0 + WATERED_GLYCOGEN * GLYCOGEN_AT_REST
        k_g = ci0 / (GLYCOGEN_AT_REST * GLYCOGEN_AT_REST)
        lean, wet, gly, at = l0, 0.0, GLYCOGEN_AT_REST, 0.0
        out[0, i, 0], out[1, i, 0], out[2, i, 0], out[3, i, 0], out[4, i, 0] = f0, l0, e0, gly, 0.0
        for t in range(1, days):
            full = math.sqrt(max(ci0 + carbs[i, t - 1], 0.0) / k_g)
            parts = 1 + int(2.0 * k_g * max(gly, full) / RHO_G / FASTEST)
            h = 1.0 / parts
            for part in range(parts):
                end = t if part == parts - 1 else t - 1
                was_wet, was_gly, was_at = wet, gly, at
                at = relax(at, h, BETA_AT * energy[i, t - 1] / TAU_AT, BETA_AT * energy[i, end] / TAU_AT, 1.0 / TAU_AT)
                now = (sodium[i, t - 1] + XI_CARBS * carbs[i, t - 1] / ci0) / SODIUM
                then = (sodium[i, end] + XI_CARBS * carbs[i, end] / ci0) / SODIUM
                wet = relax(wet, h, now, then, XI_SODIUM / SODIUM)
                gly = store(gly, h, ci0 + carbs[i, t - 1], ci0 + carbs[i, end], k_g)
                total, slope = 0.0, 0.0
                for stage in range(4):
                    day, later = (end, 1.0) if stage == 3 else (t - 1, 0.0 if stage == 0 else 0.5)
                    y = lean + h * later * slope
                    g = was_gly + later * (gly - was_gly)
                    f = f0 * math.exp(RHO_L * (y - l0) / (RHO_F * C))
                    w = y + f + (e0 + was_wet + later * (wet - was_wet)) + WATERED_GLYCOGEN * g
                    stored = ci0 + carbs[i, day] - k_g * g * g  # kcal a day: rho_G dG, not dG
                    spent = GAMMA_L * (y - l0) + GAMMA_F * (f - f0) + delta * (w - w0) + moving[i, day] * w
                    spent += was_at + later * (at - was_at)
                    rate = spent - (1.0 - BETA_TEF) * energy[i, day] - surplus + stored
                    slope = rate / (ALPHA_L + ALPHA_F * f) * C / RHO_L
                    total += slope if stage in (0, 3) else 2.0 * slope
                lean += h * total / 6.0
            out[0, i, t] = f0 * math.exp(RHO_L * (lean - l0) / (RHO_F * C))
            out[1, i, t], out[2, i, t], out[3, i, t], out[4, i, t] = lean, e0 + wet, gly, at


relax = cast("Callable[[float, float, float, float, float], float]", numba.njit(error_model="numpy")(_relax))
store = cast("Callable[[float, float, float, float, float], float]", numba.njit(error_model="numpy")(_store))
walk = cast("Callable[..., None]", numba.njit(cache=True, error_model="numpy")(_walk))
