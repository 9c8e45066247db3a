"""What one reading and its past say about the future, as numbers near one: steps, slopes, slow means, the clock, and
random cosines of them (Rahimi and Recht 2007) for what is not straight. Nothing later than the reading is seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ParamSpec, TypeVar

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


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function compiled to machine code as part of whatever calls it; only the entries keep their code on disk."""
    result: Callable[P, R] = numba.njit(error_model="numpy")(function)
    return result


@compiled
def take_in(memory: Memory, time: float, value: float, clock: float) -> None:
    """Add one reading to everything that sums up the past: run, newest readings, slow means, the usual by the clock."""
    now, interval = memory.now, memory.fixed[INTERVAL]
    passed = time - now[LAST_TIME]
    if passed > memory.fixed[GAP]:
        now[RUN_START] = time
    weight = min(interval, passed)
    for row in range(len(memory.slow)):
        keep = math.exp(-passed / memory.slow[row, 0])
        memory.slow[row, 1] = memory.slow[row, 1] * keep + weight
        memory.slow[row, 2] = memory.slow[row, 2] * keep + weight * value
    hours = weight / HOUR
    if now[READINGS] > 0:
        memory.usual[:] *= 0.5 ** (passed / USUAL_HALF_LIFE)
    for place in (int(clock % DAY / 1800.0), USUAL_BINS):
        memory.usual[place, 0] += hours
        memory.usual[place, 1] += hours * value
    now[READINGS] += 1
    now[LAST_TIME], now[LAST_VALUE] = time, value
    place = int(now[READINGS]) % RECENT
    memory.recent[place, 0], memory.recent[place, 1] = time, value


@compiled
def usual_at(memory: Memory, clock: float) -> float:
    """The mean value around this second of the day, drawn to the mean of all where little is known of it."""
    middle = memory.usual[USUAL_BINS, 1] / memory.usual[USUAL_BINS, 0]
    centre = clock % DAY / 1800.0
    total, moment = USUAL_PRIOR, USUAL_PRIOR * middle
    for offset in range(-5, 6):
        place = int(centre) + offset
        apart = (place + 0.5 - centre) / USUAL_WIDTH
        share = math.exp(-0.5 * apart * apart)
        total += share * memory.usual[place % USUAL_BINS, 0]
        moment += share * memory.usual[place % USUAL_BINS, 1]
    return float(moment / total)


@compiled
def value_before(memory: Memory, seconds: float) -> float:
    """The value this long before the newest reading, on the line between the readings about it, in this run only."""
    when = memory.now[LAST_TIME] - seconds
    newest = int(memory.now[READINGS])
    later_time, later_value = memory.now[LAST_TIME], memory.now[LAST_VALUE]
    for back in range(1, min(newest, RECENT)):
        place = (newest - back) % RECENT
        time, value = memory.recent[place, 0], memory.recent[place, 1]
        if time < memory.now[RUN_START] or later_time <= when:
            break
        if time <= when:
            return float(value + (later_value - value) * (when - time) / (later_time - time))
        later_time, later_value = time, value
    return float(later_value)


@compiled
def describe(memory: Memory, clock: float, features: Floats) -> None:
    """Fill the features that all horizons share, (SHARED,), for the newest reading."""
    scale, value, interval = memory.fixed[SCALE], memory.now[LAST_VALUE], memory.fixed[INTERVAL]
    features[:] = 0.0
    features[CONST] = 1.0
    features[LEVEL] = (value - memory.slow[4, 2] / memory.slow[4, 1]) / scale
    earlier = value
    for step in range(min(N_STEPS, round(HOUR / interval))):
        before = value_before(memory, (step + 1) * interval)
        features[STEPS + step] = (earlier - before) / scale
        earlier = before
    for place, minutes in enumerate((15.0, 30.0, 60.0)):
        features[SLOPES + place] = (value - value_before(memory, max(interval, minutes * 60))) / scale
    for row in range(4):
        features[SLOW + row] = (value - memory.slow[row, 2] / memory.slow[row, 1]) / scale
    for turn in range(2):
        angle = 2 * math.pi * (turn + 1) * clock / DAY
        features[HARMONICS + 2 * turn], features[HARMONICS + 2 * turn + 1] = math.sin(angle), math.cos(angle)
    slope, apart = features[SLOPES], features[SLOW + 3]
    features[CURVES], features[CURVES + 1], features[CURVES + 2] = slope * apart, abs(slope), apart * apart
    _wave(memory, clock, features)


@compiled
def _wave(memory: Memory, clock: float, features: Floats) -> None:
    """Fill the random cosines of level, slopes, distance to the last hours and the usual next hour."""
    ahead = (usual_at(memory, clock + HOUR) - usual_at(memory, clock)) / memory.fixed[SCALE]
    first, second, third = features[SLOPES], features[SLOPES + 1], features[SLOPES + 2]
    inputs = (features[LEVEL], first * 3.3, (second - first) * 3.3, (third - second) * 2.0,
              features[SLOW + 1] * 1.3, ahead * 2.7)  # fmt: skip
    for column in range(N_WAVES):
        angle = memory.wave[N_WAVE_INPUTS, column]
        for row in range(N_WAVE_INPUTS):
            angle += memory.wave[row, column] * inputs[row]
        features[WAVES + column] = math.cos(angle)
