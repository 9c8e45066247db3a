"""How the daily forecaster weighs: experts into one point, candidates into seven quantiles; compiled.

The mixture follows Vovk's aggregation of experts (1990), the intervals Gibbs & Candès, "Adaptive Conformal Inference
Under Distribution Shift" (2021).
"""

from __future__ import annotations

import math

from selftwin.learn.daily_memory import (
    ALL,
    CANDIDATES,
    COUNT,
    EXPERTS,
    FEATURE,
    FEATURES,
    FEW,
    FLOOR,
    LAPLACE,
    LAST,
    LAST_ERRORS,
    LATE,
    MODE,
    OFFERED,
    PERSONAL,
    QUANTILE_FEATURES,
    QUANTILES,
    QUICKLY,
    SCALE,
    SKEW,
    SLOWLY,
    SQUARES,
    WEIGHT,
    WINDOW,
    Floats,
)
from selftwin.learn.daily_origin import at_share, compiled, slide

SEVEN = len(QUANTILES)


@compiled
def features(origin: Floats, state: Floats, gap: float, horizon: float, guesses: Floats, out: Floats) -> float:
    """Write the scale-free features the prior weighs experts by: `out` [FEATURES].

    The scale comes back: an expert's usual error, in the unit of the values; before any, the spread of the past.
    """
    slowly, quickly = state[WEIGHT], state[WEIGHT + 1]
    scale, recent, spread = 0.0, 0.0, 0.0
    for k in range(EXPERTS):
        scale += state[SLOWLY + k]
        recent += state[QUICKLY + k]
    scale = scale / EXPERTS / slowly if slowly > 0 else math.sqrt(origin[SQUARES] / origin[COUNT])
    scale = scale + 1e-9 * abs(origin[LAST]) + 1e-12
    recent = recent / EXPERTS / quickly if quickly > 0 else scale
    for k in range(EXPERTS):
        lost = state[SLOWLY + k] / slowly if slowly > 0 else scale
        out[k] = (lost - scale) / scale * min(1.0, slowly / 20.0)
        off = (guesses[k] - guesses[5]) / scale
        out[EXPERTS + k] = max(min(off, 3.0), -3.0)
        spread += abs(off) / EXPERTS
    z = 2 * EXPERTS
    out[z], out[z + 1], out[z + 2] = math.log(min(origin[COUNT], 200.0) / 14.0), math.log(min(gap, 30.0)), origin[MODE]
    out[z + 3], out[z + 4], out[z + 5] = origin[FEW], math.log(horizon), origin[FLOOR]
    out[z + 6] = max(min(origin[SKEW] / scale, 3.0), -3.0)
    out[z + 7] = math.log((recent + 0.05 * scale) / (1.05 * scale))
    out[z + 8] = math.log(0.1 + min(spread, 10.0))
    return float(scale)


@compiled
def blend(told: Floats, table: Floats, logits: Floats, offered: Floats) -> float:
    """The mean of what is offered [n], weighed by the table [F + 1, n] of what is `told` [F], on top of `logits` [n],
    which are spent."""
    count = table.shape[1]
    for f in range(table.shape[0] - 1):
        for k in range(count):
            logits[k] += told[f] * table[f, k]
    most, total, mixed = logits[0], 0.0, 0.0
    for k in range(1, count):
        most = max(most, logits[k])
    for k in range(count):
        share = math.exp(logits[k] - most)
        total += share
        mixed += share * offered[k]
    return mixed / total


@compiled
def mixture(x: Floats, guesses: Floats, state: Floats, unit: float, table: Floats, logits: Floats) -> float:
    """The experts' mean, weighed by the prior and by what each lost so far, in this unit."""
    least = state[SLOWLY] / unit
    for k in range(1, EXPERTS):
        least = min(least, state[SLOWLY + k] / unit)
    for k in range(EXPERTS):
        logits[k] = table[FEATURES, k] - PERSONAL * (state[SLOWLY + k] / unit - least)
    return float(blend(x, table, logits, guesses))


@compiled
def offer(origin: Floats, point: float, known: int, ring: Floats, ordered: Floats, last: Floats, out: Floats) -> None:
    """Write what could be each quantile, as distance from the point: `out` [7 · CANDIDATES].

    In order: the mixture's past errors, its last 14, all the past, the last 28 values, two widths of a double
    exponential, and past changes from the last known value. `ring` holds the last errors, `ordered` [2, WINDOW] errors
    and changes, sorted; `last` is room for a few.
    """
    n, few, width = min(known, WINDOW), min(known, LAST_ERRORS), 0.0
    for i in range(n):
        width += abs(ordered[0, i])
    width /= n
    for i in range(few):
        slide(last, i, 0.0, ring[(known - 1 - i) % WINDOW])
    for q in range(SEVEN):
        share, c = QUANTILES[q], q * CANDIDATES
        out[c] = at_share(ordered[0], n, share)
        out[c + 1] = at_share(last, few, share)
        out[c + 2] = origin[ALL + q] - point
        out[c + 3] = origin[LATE + q] - point
        out[c + 4] = LAPLACE[q] * width * 1.6
        out[c + 5] = LAPLACE[q] * width * 0.35
        out[c + 6] = origin[LAST] - point + at_share(ordered[1], n, share)


@compiled
def quantile_features(x: Floats, offered: Floats, scale: float, sign: float, out: Floats) -> None:
    """Write what the prior weighs the candidates of one quantile by; above the middle all is mirrored by the sign."""
    z = 2 * EXPERTS
    out[0], out[1], out[2], out[3] = x[z], x[z + 1], x[z + 2], x[z + 3]
    out[4], out[5], out[6], out[7] = x[z + 4], x[z + 5], x[z + 7], x[z + 8]
    for c in range(CANDIDATES):
        out[8 + c] = sign * max(min(offered[c] / scale, 6.0), -6.0)


@compiled
def spread_out(said: Floats, tables: Floats, told: Floats, logits: Floats, away: Floats) -> None:
    """Write the seven quantiles as distances from the point, zero in the middle; `tables` as in Prior.quantiles."""
    for q in range(SEVEN):
        away[q] = 0.0
        if q == 3:
            continue
        offered, table = said[OFFERED + q * CANDIDATES :], tables[min(q, 6 - q)]
        quantile_features(said[FEATURE:], offered, said[SCALE], -1.0 if q > 3 else 1.0, told)
        for c in range(CANDIDATES):
            logits[c] = table[QUANTILE_FEATURES, c]
        distance = blend(told, table, logits, offered)
        away[q] = min(distance, 0.0) if q < 3 else max(distance, 0.0)
    for q in range(1, -1, -1):
        away[q] = min(away[q], away[q + 1])
        away[6 - q] = max(away[6 - q], away[5 - q])


@compiled
def conform(point: float, away: Floats, drift: Floats, out: Floats) -> None:
    """Write seven quantiles: each side stretched by what its own misses taught; no inner one passes an outer."""
    for q in range(3):
        out[q] = point + away[q] * math.exp(drift[q])
        out[6 - q] = point + away[6 - q] * math.exp(drift[3 + q])
    for q in range(1, 3):
        out[q] = max(out[q], out[q - 1])
        out[6 - q] = min(out[6 - q], out[7 - q])


@compiled
def nearest(value: float) -> float:
    """The nearest whole number, the even one of two."""
    below = math.floor(value)
    above = value - below
    if above == 0.5:
        return float(below + below % 2)
    return float(below + 1 if above > 0.5 else below)
