"""The compiled heart of the daily forecaster: the mixture of experts, its quantiles, and the walk over days.

The mixture follows Vovk's aggregation of experts (1990), the intervals Gibbs & Candès, "Adaptive Conformal Inference
Under Distribution Shift" (2021).
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

from selftwin.learn.daily_memory import (
    ALL,
    CANDIDATES,
    CHANGE,
    COUNT,
    DAY,
    EXPERTS,
    FEATURES,
    FEW,
    FLOOR,
    HALF_STEP,
    LAPLACE,
    LAST,
    LATE,
    MISSES,
    MODE,
    NAIVES,
    ORIGIN_SIZE,
    PERSONAL,
    QUANTILE_FEATURES,
    QUANTILES,
    RESIDUAL,
    SCORES,
    SKEW,
    SQUARES,
    TAIL_STEP,
    WHOLE,
    WINDOW,
    Floats,
    Ints,
    Memory,
    Prior,
    Sight,
)
from selftwin.learn.daily_origin import advance, at_share, compiled, experts, naives, summarise

if TYPE_CHECKING:
    from collections.abc import Callable


COMPILED = ("kernel", "memory", "origin")


@compiled
def loss_scale(origin: Floats, slow: Floats, weight: float) -> float:
    """The usual error of an expert, in the unit of the values; before any is known, the spread of the past."""
    scale = slow.mean() / weight if weight > 0 else np.sqrt(origin[SQUARES] / origin[COUNT])
    return float(scale + 1e-9 * abs(origin[LAST]) + 1e-12)


@compiled
def features(
    origin: Floats,
    guesses: Floats,
    slow: Floats,
    fast: Floats,
    weights: Floats,
    gap: float,
    horizon: float,
    out: Floats,
) -> float:
    """Write the scale-free features the prior weighs experts by: `out` [FEATURES]; the scale comes back."""
    scale = loss_scale(origin, slow, weights[0])
    centre = guesses[5]
    spread = 0.0
    for k in range(EXPERTS):
        lost = slow[k] / weights[0] if weights[0] > 0 else scale
        out[k] = (lost - scale) / scale * min(1.0, weights[0] / 20.0)
        off = (guesses[k] - centre) / scale
        out[EXPERTS + k] = max(min(off, 3.0), -3.0)
        spread += abs(off) / EXPERTS
    recent = fast.mean() / weights[1] if weights[1] > 0 else scale
    z = 2 * EXPERTS
    out[z], out[z + 1], out[z + 2] = np.log(min(origin[COUNT], 200.0) / 14.0), np.log(min(gap, 30.0)), origin[MODE]
    out[z + 3], out[z + 4], out[z + 5] = origin[FEW], np.log(horizon), origin[FLOOR]
    out[z + 6] = max(min(origin[SKEW] / scale, 3.0), -3.0)
    out[z + 7] = np.log((recent + 0.05 * scale) / (1.05 * scale))
    out[z + 8] = np.log(0.1 + min(spread, 10.0))
    return scale


@compiled
def mixture(x: Floats, guesses: Floats, record: Floats, prior: Floats) -> float:
    """The experts' mean, weighed by the prior and their own record [EXPERTS] (what each lost: less is better)."""
    logits = prior[FEATURES] - PERSONAL * (record - record.min())
    for f in range(FEATURES):
        logits = logits + x[f] * prior[f]
    shares = np.exp(logits - logits.max())
    return float((shares * guesses).sum() / shares.sum())


@compiled
def candidates(origin: Floats, point: float, residuals: Floats, changes: Floats, recent: Floats, out: Floats) -> None:
    """Write what could be each quantile, as distance from the point: `out` [7, CANDIDATES].

    In order: the mixture's past errors, its last 14, all the past, the last 28 values, two widths of a double
    exponential, and past changes from the last known value.
    """
    width = np.abs(residuals).mean()
    last14 = np.sort(recent)
    for q in range(len(QUANTILES)):
        share = QUANTILES[q]
        out[q, 0] = at_share(residuals, share)
        out[q, 1] = at_share(last14, share)
        out[q, 2] = origin[ALL + q] - point
        out[q, 3] = origin[LATE + q] - point
        out[q, 4] = LAPLACE[q] * width * 1.6
        out[q, 5] = LAPLACE[q] * width * 0.35
        out[q, 6] = origin[LAST] - point + at_share(changes, share)


@compiled
def quantile_features(x: Floats, offered: Floats, scale: float, q: int, out: Floats) -> None:
    """Write what the prior weighs the candidates of one quantile by; above the middle all is mirrored."""
    z = 2 * EXPERTS
    out[0], out[1], out[2], out[3] = x[z], x[z + 1], x[z + 2], x[z + 3]
    out[4], out[5], out[6], out[7] = x[z + 4], x[z + 5], x[z + 7], x[z + 8]
    sign = -1.0 if q > 3 else 1.0
    for c in range(CANDIDATES):
        out[8 + c] = sign * max(min(offered[q, c] / scale, 6.0), -6.0)


@compiled
def spread_out(x: Floats, offered: Floats, scale: float, prior: Floats, out: Floats) -> None:
    """Write the seven quantiles as distances from the point, zero in the middle; `prior` as in Prior.quantiles."""
    told = np.empty(QUANTILE_FEATURES)
    for q in range(len(QUANTILES)):
        out[q] = 0.0
        if q == 3:
            continue
        table = prior[min(q, 6 - q)]
        quantile_features(x, offered, scale, q, told)
        logits = table[QUANTILE_FEATURES].copy()
        for f in range(QUANTILE_FEATURES):
            logits = logits + told[f] * table[f]
        shares = np.exp(logits - logits.max())
        away = (shares * offered[q]).sum() / shares.sum()
        out[q] = min(away, 0.0) if q < 3 else max(away, 0.0)
    for q in (1, 0):
        out[q] = min(out[q], out[q + 1])
        out[6 - q] = max(out[6 - q], out[5 - q])


@compiled
def conform(point: float, away: Floats, drift: Floats, out: Floats) -> None:
    """Write seven quantiles: each side stretched by what its own misses taught; no inner one passes an outer."""
    out[3] = point
    for q in range(3):
        out[q] = point + away[q] * np.exp(drift[q])
        out[6 - q] = point + away[6 - q] * np.exp(drift[3 + q])
    for q in range(1, 3):
        out[q] = max(out[q], out[q - 1])
        out[6 - q] = min(out[6 - q], out[7 - q])


@compiled
def foresee(
    memory: Memory, prior: Prior, track: int, back: int, target: int, sight: Sight, place: tuple[int, int]
) -> None:
    """Say what a target day will be, seen from `back` observations before the newest; it is written at sight[place].

    All quantiles but the middle stay NaN before three errors are known.
    """
    origin = memory.origins[(memory.seen[0] - 1 - back) % len(memory.origins)]
    until = min(memory.seen[0], WINDOW) - back
    guesses, x, out = sight.guesses[place], sight.features[place], sight.quantiles[place]
    experts(origin, memory.days[:until], memory.values[:until], target, guesses)
    slow, fast, horizon = memory.losses[track, 0], memory.losses[track, 1], float(memory.horizons[track])
    scale = features(origin, guesses, slow, fast, memory.weights[track], target - origin[DAY], horizon, x)
    point = mixture(x, guesses, slow / (scale * horizon), prior.experts)
    sight.scales[place], sight.points[place] = scale, point
    out[3] = point
    if memory.counts[track, 0] >= 3:
        offered, away = sight.offered[place], np.empty(len(QUANTILES))
        offer(memory, track, origin, point, offered)
        spread_out(x, offered, scale, prior.quantiles, away)
        conform(point, away, memory.drift[track], out)
    if origin[FEW] > 0 and origin[WHOLE] > 0:
        out[3] = np.round(point)


@compiled
def offer(memory: Memory, track: int, origin: Floats, point: float, offered: Floats) -> None:
    """Write the candidates [7, CANDIDATES] of a track that has learnt from at least one day."""
    known = memory.counts[track, 0]
    n = min(known, WINDOW)
    recent = np.empty(min(known, 14))
    for i in range(len(recent)):
        recent[i] = memory.rings[track, 0, (known - 1 - i) % WINDOW]
    candidates(origin, point, memory.ordered[track, 0, :n], memory.ordered[track, 1, :n], recent, offered)


@compiled
def keep_sorted(ordered: Floats, ring: Floats, count: int, value: float) -> None:
    """Add a value to a ring and its sorted copy; the oldest leaves both when the ring is full."""
    filled = min(count, WINDOW)
    if count >= WINDOW:
        gone = np.searchsorted(ordered[:filled], ring[count % WINDOW])
        for i in range(gone, filled - 1):
            ordered[i] = ordered[i + 1]
        filled -= 1
    place = np.searchsorted(ordered[:filled], value)
    for i in range(filled, place, -1):
        ordered[i] = ordered[i - 1]
    ordered[place] = value
    ring[count % WINDOW] = value


@compiled
def settle(memory: Memory, track: int, known_day: int) -> None:
    """Let one track learn from every waiting day up to `known_day`, in order."""
    counts, losses, weights = memory.counts[track], memory.losses[track], memory.weights[track]
    waiting, waiting_days = memory.pending[track], memory.pending_days[track]
    while counts[1] > 0 and waiting_days[0] <= known_day:
        row = waiting[0]
        for speed in range(2):
            keep = 0.99 if speed == 0 else 0.90
            losses[speed] = keep * losses[speed] + row[:EXPERTS]
            weights[speed] = keep * weights[speed] + 1.0
        keep_sorted(memory.ordered[track, 0], memory.rings[track, 0], counts[0], row[RESIDUAL])
        keep_sorted(memory.ordered[track, 1], memory.rings[track, 1], counts[0], row[CHANGE])
        memory.drift[track] += row[MISSES : MISSES + 6]
        memory.scores[track] += row[SCORES : SCORES + 1 + NAIVES]
        counts[0] += 1
        counts[1] -= 1
        for i in range(counts[1]):
            waiting[i] = waiting[i + 1]
            waiting_days[i] = waiting_days[i + 1]


@compiled
def owe(
    origin: Floats, target: int, value: float, sight: Sight, place: tuple[int, int], horizon: int, row: Floats
) -> None:
    """Write what a track will learn from a day once it may: see the layout of a pending row.

    Forecasts of h days overlap h times, so each miss teaches a h-th.
    """
    point, guesses, quantiles = sight.points[place], sight.guesses[place], sight.quantiles[place]
    row[:EXPERTS] = np.abs(guesses - value)
    row[RESIDUAL], row[CHANGE] = value - point, value - origin[LAST]
    row[MISSES : MISSES + 6] = 0.0
    if not np.isnan(quantiles[0]):
        for a in range(3):
            step = (HALF_STEP if a == 2 else TAIL_STEP) / horizon
            row[MISSES + a] = step * ((1.0 if value < quantiles[a] else 0.0) - QUANTILES[a])
            row[MISSES + 3 + a] = step * ((1.0 if value > quantiles[6 - a] else 0.0) - QUANTILES[a])
    guess = np.empty(NAIVES)
    naives(origin, target, guess)
    row[SCORES] = abs(value - quantiles[3])
    row[SCORES + 1 : SCORES + 1 + NAIVES] = np.abs(guess - value)


@compiled
def remember(memory: Memory, day: int, value: float) -> None:
    """Add one observation to the window and write its origin."""
    seen, days, values, origins = memory.seen[0], memory.days, memory.values, memory.origins
    filled = min(seen, WINDOW)
    if filled == WINDOW:
        for i in range(WINDOW - 1):
            days[i] = days[i + 1]
            values[i] = values[i + 1]
        filled -= 1
    days[filled] = day
    values[filled] = value
    before = origins[(seen - 1) % len(origins)].copy() if seen > 0 else np.zeros(ORIGIN_SIZE)
    origin = origins[seen % len(origins)]
    advance(before, origin, day, value)
    summarise(origin, values[: filled + 1])
    memory.seen[0] = seen + 1


@compiled
def say(memory: Memory, prior: Prior, track: int, day: int, value: float, sight: Sight, place: tuple[int, int]) -> None:
    """Write what one track says of a day that is now known, from a horizon before it, and queue what it will learn."""
    known_day = day - memory.horizons[track]
    settle(memory, track, known_day)
    filled, back = min(memory.seen[0], WINDOW), 0
    while back < filled and memory.days[filled - 1 - back] > known_day:
        back += 1
    if back == filled:
        return
    foresee(memory, prior, track, back, day, sight, place)
    origin = memory.origins[(memory.seen[0] - 1 - back) % len(memory.origins)]
    waiting = memory.counts[track, 1]
    owe(origin, day, value, sight, place, memory.horizons[track], memory.pending[track, waiting])
    memory.pending_days[track, waiting] = day
    memory.counts[track, 1] = waiting + 1


def _sources() -> int:
    """A number of the text of the compiled files, so that code kept on disk is never older than any of them."""
    here = Path(__file__)
    return zlib.crc32(b"".join(here.with_name(f"daily_{part}.py").read_bytes() for part in COMPILED))


def _entries(sources: int) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two ways in, compiled and kept on disk: numba looks for changes in one file only, but keys what it keeps by
    the values a function closes over, here `sources`."""

    def walk(memory: Memory, prior: Prior, days: Ints, values: Floats, sight: Sight) -> None:
        if sources < 0:
            return
        for i in range(len(days)):
            for track in range(len(memory.horizons)):
                say(memory, prior, track, days[i], values[i], sight, (track, i))
            remember(memory, days[i], values[i])

    def look_ahead(memory: Memory, prior: Prior, targets: Ints, lags: Ints, sight: Sight) -> None:
        if sources < 0:
            return
        last = memory.days[min(memory.seen[0], WINDOW) - 1]
        for track in range(len(memory.horizons)):
            settle(memory, track, last)
        for i in range(len(targets)):
            track = min(np.searchsorted(memory.horizons, lags[i]), len(memory.horizons) - 1)
            foresee(memory, prior, track, 0, targets[i], sight, (0, i))

    kept = numba.njit(cache=True)
    return kept(walk), kept(look_ahead)


# walk: learn observations in place, after writing what each track says of them: `sight` [T, n, …]
# look_ahead: write what is said of target days [n], each by the track of its lag: `sight` [1, n, …]; everything that
# waits is learnt first, so give a copy of the memory
walk, look_ahead = _entries(_sources())
