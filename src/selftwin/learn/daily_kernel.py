"""The compiled heart of the daily forecaster: origins, experts, their mixture, quantiles, and the walk over days.

All compiled functions live in this one file because numba's cache watches only the file of the function called.
The level recursion follows Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter" (1989), the
mixture Vovk's aggregation of experts (1990), the intervals Gibbs & Candès, "Adaptive Conformal Inference" (2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba
import numpy as np

from selftwin.learn.daily_memory import (
    ALL,
    CANDIDATES,
    CHANGE,
    COUNT,
    DAY,
    DEVIATION,
    DOUBT,
    DRIFTS,
    ECHO,
    EXPERTS,
    FAST,
    FEATURES,
    FEW,
    FLOOR,
    HALF_STEP,
    LAPLACE,
    LAST,
    LATE,
    LEVEL,
    MEAN,
    MEAN7,
    MED28,
    MEDALL,
    MISS,
    MISSES,
    MODE,
    NAIVES,
    ORIGIN_SIZE,
    PERSONAL,
    PHI,
    QUANTILE_FEATURES,
    QUANTILES,
    RESIDUAL,
    SCORES,
    SEEN,
    SKEW,
    SLOW,
    SQUARES,
    SWING,
    TAIL_STEP,
    TOTAL,
    WEEK,
    WHOLE,
    WINDOW,
    Floats,
    Ints,
    Memory,
    Prior,
    Sight,
)

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


def compiled(function: F) -> F:
    """The function compiled by numba on first use and kept on disk, with its type kept."""
    return cast("F", numba.njit(cache=True)(function))


@compiled
def at_share(ordered: Floats, share: float) -> float:
    """The quantile of sorted values, each value standing in the middle of its share."""
    n = len(ordered)
    place = share * n - 0.5
    if place <= 0.0:
        return float(ordered[0])
    if place >= n - 1:
        return float(ordered[n - 1])
    below = int(place)
    return float(ordered[below] + (place - below) * (ordered[below + 1] - ordered[below]))


@compiled
def week_profile(origin: Floats, variance: float) -> None:
    """Write the weekday profile, shrunk by how far weekdays differ more than noise would make them."""
    total = 0.0
    seen = 0.0
    for w in range(7):
        total += origin[DEVIATION + w]
        seen += origin[SEEN + w]
    middle = total / max(seen, 1.0)
    between = 0.0
    kinds = 0
    for w in range(7):
        n = origin[SEEN + w]
        if n > 0:
            off = origin[DEVIATION + w] / n - middle
            between += off * off - variance / n
            kinds += 1
    between = max(between / max(kinds, 1), 0.0)
    for w in range(7):
        n = origin[SEEN + w]
        if n > 0:
            off = origin[DEVIATION + w] / n - middle
            origin[WEEK + w] = off * between / (between + variance / n + 1e-300)


@compiled
def drift_levels(old: Floats, new: Floats, gap: float, value: float, variance: float) -> None:
    """One robust Kalman step for each drift; a miss of over three deviations counts as three."""
    for j in range(len(DRIFTS)):
        doubt = old[DOUBT + j] + DRIFTS[j] * min(gap, 14.0)
        error = value - old[LEVEL + j]
        edge = 3.0 * np.sqrt(variance * (doubt + 1.0))
        new[LEVEL + j] = old[LEVEL + j] + doubt / (doubt + 1.0) * max(min(error, edge), -edge)
        new[DOUBT + j] = doubt / (doubt + 1.0)
        new[MISS + j] = 0.985 * old[MISS + j] + abs(error) / np.sqrt(variance)


@compiled
def advance(old: Floats, new: Floats, day: int, value: float) -> None:
    """Write the origin after one more observation (`old` is all zeros before the first)."""
    new[:] = old
    count = old[COUNT] + 1.0
    off = value - old[MEAN]
    new[COUNT], new[LAST], new[DAY] = count, value, day
    new[MEAN] = old[MEAN] + off / count
    new[SQUARES] = old[SQUARES] + off * (value - new[MEAN])
    variance = new[SQUARES] / max(count - 1.0, 1.0) + 1e-18 * value * value + 1e-300
    weekday = day % 7
    new[TOTAL + weekday] += value
    new[SEEN + weekday] += 1.0
    if count == 1.0:
        new[FAST] = value
        new[SLOW] = value
        new[LEVEL : LEVEL + len(DRIFTS)] = value
        new[DOUBT : DOUBT + len(DRIFTS)] = 1.0
        return
    new[FAST] = old[FAST] + max(0.2, 1.0 / count) * (value - old[FAST])
    new[SLOW] = old[SLOW] + max(0.1, 1.0 / count) * (value - old[SLOW])
    new[DEVIATION + weekday] += value - old[SLOW]
    week_profile(new, variance)
    drift_levels(old, new, day - old[DAY], value - old[WEEK + weekday], variance)
    before = old[LAST] - new[MEAN]
    new[SWING] = 0.99 * old[SWING] + before * before
    if day - old[DAY] == 1:
        new[ECHO] = 0.99 * old[ECHO] + before * (value - new[MEAN])
    new[PHI] = max(min(new[ECHO] / (new[SWING] + 3.0 * variance), 0.98), 0.0)


@compiled
def summarise(origin: Floats, values: Floats) -> None:
    """Write what the sorted past says: medians, quantiles, and how discrete, floored and skew the last 60 are."""
    n = len(values)
    ordered = np.sort(values)
    late = np.sort(values[max(0, n - 28) :])
    origin[MEAN7] = values[max(0, n - 7) :].mean()
    origin[MED28] = np.median(late)
    origin[MEDALL] = np.median(ordered)
    for q in range(len(QUANTILES)):
        origin[ALL + q] = at_share(ordered, QUANTILES[q])
        origin[LATE + q] = at_share(late, QUANTILES[q])
    recent = np.sort(values[max(0, n - 60) :])
    run, mode, kinds, floor, whole = 1, 1, 1, 1, 1.0
    for i in range(len(recent)):
        if recent[i] != np.round(recent[i]):
            whole = 0.0
        if i == 0:
            continue
        run = run + 1 if recent[i] == recent[i - 1] else 1
        kinds += 1 if recent[i] != recent[i - 1] else 0
        mode = max(mode, run)
        floor += 1 if recent[i] == recent[0] else 0
    origin[MODE] = mode / len(recent)
    origin[FEW] = 1.0 if kinds < 12 else 0.0
    origin[FLOOR] = floor / len(recent)
    origin[SKEW] = recent.mean() - np.median(recent)
    origin[WHOLE] = whole


@compiled
def weekday_median(origin: Floats, days: Ints, values: Floats, target: int) -> float:
    """The median of the last eight same weekdays, shrunk to the 28-day median."""
    same = np.empty(8)
    found = 0
    for i in range(len(values) - 1, -1, -1):
        if (target - days[i]) % 7 == 0:
            same[found] = values[i]
            found += 1
            if found == 8:
                break
    middle = float(origin[MED28])
    if found == 0:
        return middle
    return middle + (float(np.median(same[:found])) - middle) * found / (found + 4.0)


@compiled
def experts(origin: Floats, days: Ints, values: Floats, target: int, out: Floats) -> None:
    """Write what each expert expects of the target day: `out` [EXPERTS], in the unit of the values."""
    gap = target - origin[DAY]
    out[0], out[1], out[2] = origin[LAST], origin[MEAN], origin[MEAN7]
    out[3], out[4], out[5] = origin[MED28], origin[MEDALL], origin[FAST]
    out[6] = origin[MEAN] + origin[PHI] ** gap * (origin[LAST] - origin[MEAN])
    least = origin[MISS : MISS + len(DRIFTS)].min()
    weight, level = 0.0, 0.0
    for j in range(len(DRIFTS)):
        share = np.exp(-0.7 * (origin[MISS + j] - least))
        weight += share
        level += share * origin[LEVEL + j]
    out[7] = level / weight + origin[WEEK + target % 7]
    out[8] = weekday_median(origin, days, values, target)


@compiled
def naives(origin: Floats, target: int, out: Floats) -> None:
    """Write the naive guesses: `out` [NAIVES], last value, 7-day mean, weekday mean (all days where none is known)."""
    weekday = target % 7
    out[0], out[1], out[2] = origin[LAST], origin[MEAN7], origin[MEAN]
    if origin[SEEN + weekday] > 0:
        out[2] = origin[TOTAL + weekday] / origin[SEEN + weekday]


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
        out[k] = (slow[k] / weights[0] - scale) / scale * min(1.0, weights[0] / 20.0) if weights[0] > 0 else 0.0
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
def mixture(x: Floats, guesses: Floats, slow: Floats, scale: float, prior: Floats) -> float:
    """The experts' mean under prior times personal record; `prior` [FEATURES + 1, EXPERTS] (last row: constants)."""
    logits = prior[FEATURES] - PERSONAL * (slow - slow.min()) / scale
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
    point = mixture(x, guesses, slow, scale, prior.experts)
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
def walk(memory: Memory, prior: Prior, days: Ints, values: Floats, sight: Sight) -> None:
    """Learn observations in place, after writing what each track says of them: `sight` [T, n, …]."""
    for i in range(len(days)):
        day = days[i]
        filled = min(memory.seen[0], WINDOW)
        for track in range(len(memory.horizons)):
            known_day = day - memory.horizons[track]
            settle(memory, track, known_day)
            back = 0
            while back < filled and memory.days[filled - 1 - back] > known_day:
                back += 1
            if back == filled:
                continue
            place = (track, i)
            foresee(memory, prior, track, back, day, sight, place)
            origin = memory.origins[(memory.seen[0] - 1 - back) % len(memory.origins)]
            waiting = memory.counts[track, 1]
            row = memory.pending[track, waiting]
            owe(origin, day, values[i], sight, place, memory.horizons[track], row)
            memory.pending_days[track, waiting] = day
            memory.counts[track, 1] = waiting + 1
        remember(memory, day, values[i])


@compiled
def look_ahead(memory: Memory, prior: Prior, targets: Ints, lags: Ints, sight: Sight) -> None:
    """Write what is said of target days [n], each by the track of its lag: `sight` [1, n, …].

    Everything that waits is learnt first, so give a copy of the memory.
    """
    last = memory.days[min(memory.seen[0], WINDOW) - 1]
    for track in range(len(memory.horizons)):
        settle(memory, track, last)
    for i in range(len(targets)):
        track = min(np.searchsorted(memory.horizons, lags[i]), len(memory.horizons) - 1)
        foresee(memory, prior, track, 0, targets[i], sight, (0, i))
