"""What one reading and its past say about the future, as numbers near one: steps, slopes, slow means, the clock, and
random cosines of them (Rahimi and Recht 2007) for what is not straight. Nothing later than the reading is seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numba

from selftwin.learn.dense_memory import (
    CONST,
    CURVES,
    GAP,
    HARMONICS,
    INTERVAL,
    LAST_TIME,
    LAST_VALUE,
    LEVEL,
    N_STEPS,
    N_WAVE_INPUTS,
    N_WAVES,
    READINGS,
    RECENT,
    RUN_START,
    SCALE,
    SHARED,
    SLOPES,
    SLOW,
    STEPS,
    USUAL_BINS,
    WAVES,
    Floats,
    Memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

HOUR, DAY = 3600.0, 86400.0
USUAL_HALF_LIFE = 20 * DAY
USUAL_PRIOR = 8.0  # hours of data by the clock that count as much as the mean of all
USUAL_WIDTH = 1.5  # half-hours
LEAN: dict[str, Any] = {"error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled to machine code as part of whatever calls it, never called from Python. It allocates
    nothing, so that arrays can go uncounted (`_nrt`), and has loops for array expressions, whose compiling is slow."""
    result: Callable[P, R] = numba.njit(**LEAN)(function)
    return result


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """The function written out where it is called: quicker to compile where there is one caller and a whole memory to
    hand over, slower for small things."""
    result: Callable[P, R] = numba.njit(**LEAN, inline="always")(function)
    return result


@inlined
def take_in(memory: Memory, time: float, value: float, clock: float) -> None:
    """Add one reading to everything that sums up the past: run, newest readings, slow means, the usual by the clock."""
    now, slow, recent = memory.now, memory.slow, memory.recent
    passed = time - now[LAST_TIME]
    if passed > memory.fixed[GAP]:
        now[RUN_START] = time
    weight = min(memory.fixed[INTERVAL], passed)
    for row in range(len(slow)):
        keep = math.exp(-passed / slow[row, 0])
        slow[row, 1] = slow[row, 1] * keep + weight
        slow[row, 2] = slow[row, 2] * keep + weight * value
    keep = 0.5 ** (passed / USUAL_HALF_LIFE)
    for place in range(USUAL_BINS + 1):
        memory.usual[place, 0] *= keep
        memory.usual[place, 1] *= keep
    _add_hours(memory.usual, int(clock % DAY / 1800.0), weight / HOUR, value)
    _add_hours(memory.usual, USUAL_BINS, weight / HOUR, value)
    now[READINGS] += 1
    now[LAST_TIME] = time
    now[LAST_VALUE] = value
    place = int(now[READINGS]) % RECENT
    recent[place, 0] = time
    recent[place, 1] = value


@compiled
def _add_hours(usual: Floats, place: int, hours: float, value: float) -> None:
    """Add hours at a value to a row of the usual."""
    usual[place, 0] += hours
    usual[place, 1] += hours * value


@compiled
def usual_at(usual: Floats, clock: float) -> float:
    """The mean value around this second of the day, drawn to the mean of all where little is known of it."""
    middle = usual[USUAL_BINS, 1] / usual[USUAL_BINS, 0]
    centre = clock % DAY / 1800.0
    total, moment = USUAL_PRIOR, USUAL_PRIOR * middle
    for offset in range(-5, 6):
        place = int(centre) + offset
        apart = (place + 0.5 - centre) / USUAL_WIDTH
        share = math.exp(-0.5 * apart * apart)
        total += share * usual[place % USUAL_BINS, 0]
        moment += share * usual[place % USUAL_BINS, 1]
    return float(moment / total)


@compiled
def value_before(now: Floats, recent: Floats, seconds: float) -> float:
    """The value this long before the newest reading, on the line between the readings about it, in this run only."""
    when = now[LAST_TIME] - seconds
    newest = int(now[READINGS])
    later_time, later_value = now[LAST_TIME], now[LAST_VALUE]
    for back in range(1, min(newest, RECENT)):
        place = (newest - back) % RECENT
        time, value = recent[place, 0], recent[place, 1]
        if time < now[RUN_START] or later_time <= when:
            break
        if time <= when:
            return float(value + (later_value - value) * (when - time) / (later_time - time))
        later_time, later_value = time, value
    return float(later_value)


@inlined
def describe(memory: Memory, clock: float, features: Floats) -> None:
    """Fill the features that all horizons share, (SHARED,), for the newest reading."""
    now, recent, slow = memory.now, memory.recent, memory.slow
    scale, value, interval = memory.fixed[SCALE], now[LAST_VALUE], memory.fixed[INTERVAL]
    for place in range(SHARED):
        features[place] = 0.0
    features[CONST] = 1.0
    features[LEVEL] = (value - slow[4, 2] / slow[4, 1]) / scale
    earlier = value
    for step in range(min(N_STEPS, round(HOUR / interval))):
        before = value_before(now, recent, (step + 1) * interval)
        features[STEPS + step] = (earlier - before) / scale
        earlier = before
    span = 900.0
    for place in range(3):
        features[SLOPES + place] = (value - value_before(now, recent, max(interval, span))) / scale
        span *= 2.0
    for row in range(4):
        features[SLOW + row] = (value - slow[row, 2] / slow[row, 1]) / scale
    for turn in range(2):
        angle = 2 * math.pi * (turn + 1) * clock / DAY
        features[HARMONICS + 2 * turn] = math.sin(angle)
        features[HARMONICS + 2 * turn + 1] = math.cos(angle)
    slope, apart = features[SLOPES], features[SLOW + 3]
    features[CURVES] = slope * apart
    features[CURVES + 1] = abs(slope)
    features[CURVES + 2] = apart * apart
    ahead = (usual_at(memory.usual, clock + HOUR) - usual_at(memory.usual, clock)) / scale
    _wave(memory.wave, ahead, features)


@compiled
def _wave(wave: Floats, ahead: float, features: Floats) -> None:
    """Fill the random cosines of level, slopes, distance to the last hours and the usual next hour."""
    first, second, third = features[SLOPES], features[SLOPES + 1], features[SLOPES + 2]
    for column in range(N_WAVES):
        angle = wave[N_WAVE_INPUTS, column] + wave[0, column] * features[LEVEL] + wave[1, column] * (first * 3.3)
        angle += wave[2, column] * ((second - first) * 3.3)
        angle += wave[3, column] * ((third - second) * 2.0)
        angle += wave[4, column] * (features[SLOW + 1] * 1.3)
        angle += wave[5, column] * (ahead * 2.7)
        features[WAVES + column] = math.cos(angle)
