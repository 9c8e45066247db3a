"""What is known of a series after each observation, and what each plain expert expects from there; compiled.

The level recursion follows Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter" (1989).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba
import numpy as np

from selftwin.learn.daily_memory import (
    ALL,
    COUNT,
    DAY,
    DEVIATION,
    DOUBT,
    DRIFTS,
    ECHO,
    FAST,
    FEW,
    FLOOR,
    LAST,
    LATE,
    LEVEL,
    MEAN,
    MEAN7,
    MED28,
    MEDALL,
    MISS,
    MODE,
    PHI,
    QUANTILES,
    SEEN,
    SKEW,
    SLOW,
    SQUARES,
    SWING,
    TOTAL,
    WEEK,
    WHOLE,
    Floats,
    Ints,
)

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


def compiled(function: F) -> F:
    """The function compiled by numba where a compiled one calls it, its type kept."""
    return cast("F", numba.njit(function))


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
    origin[MED28] = at_share(late, 0.5)
    origin[MEDALL] = at_share(ordered, 0.5)
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
    origin[SKEW] = recent.mean() - at_share(recent, 0.5)
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
    return middle + (at_share(np.sort(same[:found]), 0.5) - middle) * found / (found + 4.0)


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
