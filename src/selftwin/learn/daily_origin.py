"""What is known of a series after each observation, and what each plain expert expects from there; compiled.

The level recursion follows Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter" (1989).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba

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
    LATE_DAYS,
    LEVEL,
    MEAN,
    MEAN7,
    MED28,
    MEDALL,
    MISS,
    MODE,
    ORIGIN_SIZE,
    PHI,
    QUANTILES,
    RECENT_DAYS,
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
LEAN: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True}
INNER: dict[str, Any] = {"no_cpython_wrapper": True}


def compiled(function: F) -> F:
    """The function compiled by numba where a compiled one calls it, its type kept.

    Compiling is what a first run waits for: plain loops over rows, sizes read off them (a number given would be
    compiled for that number alone), and no way in from Python keep it short.
    """
    return cast("F", numba.njit(**LEAN, **INNER)(function))


def inlined(function: F) -> F:
    """The function written into the compiled one that calls it: for those called once that call others, which would be
    compiled again within each."""
    return cast("F", numba.njit(inline="always", **LEAN)(function))


@compiled
def at_share(ordered: Floats, n: int, share: float) -> float:
    """The quantile of n sorted values, each value standing in the middle of its share."""
    place = share * n - 0.5
    if place <= 0.0:
        return float(ordered[0])
    if place >= n - 1:
        return float(ordered[n - 1])
    below = int(place)
    return float(ordered[below] + (place - below) * (ordered[below + 1] - ordered[below]))


@compiled
def slide(ordered: Floats, n: int, gone: float, value: float) -> None:
    """Add a value to n sorted ones; where there is no more room, `gone`, one of them, leaves."""
    if n == len(ordered):
        i = 0
        while i < n - 1 and ordered[i] < gone:
            i += 1
        n -= 1
        for k in range(i, n):
            ordered[k] = ordered[k + 1]
    place = n
    while place > 0 and ordered[place - 1] > value:
        ordered[place] = ordered[place - 1]
        place -= 1
    ordered[place] = value


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
        edge = 3.0 * math.sqrt(variance * (doubt + 1.0))
        new[LEVEL + j] = old[LEVEL + j] + doubt / (doubt + 1.0) * max(min(error, edge), -edge)
        new[DOUBT + j] = doubt / (doubt + 1.0)
        new[MISS + j] = 0.985 * old[MISS + j] + abs(error) / math.sqrt(variance)


@compiled
def advance(old: Floats, new: Floats, day: int, value: float) -> None:
    """Write the origin after one more observation (`old` is all zeros before the first)."""
    for k in range(ORIGIN_SIZE):
        new[k] = old[k]
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
        for j in range(len(DRIFTS)):
            new[LEVEL + j] = value
            new[DOUBT + j] = 1.0
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
def summarise(origin: Floats, values: Floats, n: int, ordered: Floats, late: Floats, recent: Floats) -> None:
    """Write what the n past values say, sorted in `ordered`, the last 28 in `late`, the last 60 in `recent`: medians,
    quantiles, and how discrete, floored and skew the last 60 are."""
    week, lately, near = min(n, 7), min(n, LATE_DAYS), min(n, RECENT_DAYS)
    total = 0.0
    for i in range(n - week, n):
        total += values[i]
    origin[MEAN7] = total / week
    origin[MED28], origin[MEDALL] = at_share(late, lately, 0.5), at_share(ordered, n, 0.5)
    for q in range(len(QUANTILES)):
        origin[ALL + q] = at_share(ordered, n, QUANTILES[q])
        origin[LATE + q] = at_share(late, lately, QUANTILES[q])
    run, mode, kinds, floor, whole, total = 0, 0, 0, 0, 1.0, 0.0
    for i in range(near):
        total += recent[i]
        if recent[i] != math.floor(recent[i]):
            whole = 0.0
        if i == 0 or recent[i] != recent[i - 1]:
            kinds += 1
            run = 0
        run += 1
        mode = max(mode, run)
        if recent[i] == recent[0]:
            floor += 1
    origin[MODE], origin[FLOOR] = mode / near, floor / near
    origin[FEW] = 1.0 if kinds < 12 else 0.0
    origin[SKEW] = total / near - at_share(recent, near, 0.5)
    origin[WHOLE] = whole


@compiled
def weekday_median(origin: Floats, days: Ints, values: Floats, until: int, target: int, same: Floats) -> float:
    """The median of the last eight same weekdays before `until`, shrunk to the 28-day median; `same` is room."""
    room = len(same)
    for i in range(until - 1, -1, -1):
        if (target - days[i]) % 7 == 0:
            slide(same, len(same) - room, values[i], values[i])
            room -= 1
            if room == 0:
                break
    found = len(same) - room
    middle = float(origin[MED28])
    if found == 0:
        return middle
    return middle + (at_share(same, found, 0.5) - middle) * found / (found + 4.0)


@compiled
def experts(origin: Floats, days: Ints, values: Floats, until: int, target: int, room: Floats, out: Floats) -> None:
    """Write what each expert expects of the target day, from the observations before `until`: `out` [EXPERTS]."""
    gap = target - origin[DAY]
    out[0], out[1], out[2] = origin[LAST], origin[MEAN], origin[MEAN7]
    out[3], out[4], out[5] = origin[MED28], origin[MEDALL], origin[FAST]
    out[6] = origin[MEAN] + origin[PHI] ** gap * (origin[LAST] - origin[MEAN])
    least = origin[MISS]
    for j in range(1, len(DRIFTS)):
        least = min(least, origin[MISS + j])
    weight, level = 0.0, 0.0
    for j in range(len(DRIFTS)):
        share = math.exp(-0.7 * (origin[MISS + j] - least))
        weight += share
        level += share * origin[LEVEL + j]
    out[7] = level / weight + origin[WEEK + target % 7]
    out[8] = weekday_median(origin, days, values, until, target, room)


@compiled
def naives(origin: Floats, target: int, out: Floats) -> None:
    """Write the naive guesses: `out` [NAIVES], last value, 7-day mean, weekday mean (all days where none is known)."""
    weekday = target % 7
    out[0], out[1], out[2] = origin[LAST], origin[MEAN7], origin[MEAN]
    if origin[SEEN + weekday] > 0:
        out[2] = origin[TOTAL + weekday] / origin[SEEN + weekday]
