"""The compiled heart of the daily forecaster: the walk over days, what each track says of one and then learns of it."""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numba
import numpy as np

from selftwin.learn.daily_memory import (
    ALL_SORTED,
    AWAY,
    CHANGE,
    DAY,
    DRIFT,
    DUE,
    EXPERTS,
    FEATURE,
    FEW,
    GUESS,
    HALF_STEP,
    LAST,
    LATE_DAYS,
    LATE_SORTED,
    LOGITS,
    MISSES,
    NAIVES,
    OFFERED,
    ORIGIN_SIZE,
    PASSING,
    PENDING_SIZE,
    POINT,
    QUANTILES,
    RECENT_DAYS,
    RECENT_SORTED,
    RESIDUAL,
    SAID_SIZE,
    SAME_WEEKDAYS,
    SCALE,
    SCORES,
    STATE_SIZE,
    TAIL_STEP,
    TOLD,
    WEIGHT,
    WHOLE,
    WINDOW,
    Floats,
    Ints,
    Memory,
    Prior,
    desk_for,
)
from selftwin.learn.daily_origin import LEAN, advance, compiled, experts, inlined, naives, slide, summarise
from selftwin.learn.daily_weighing import conform, features, mixture, nearest, offer, spread_out

if TYPE_CHECKING:
    from collections.abc import Callable


COMPILED = ("kernel", "memory", "origin", "weighing")


@inlined
def foresee(
    memory: Memory, prior: Prior, track: int, origin: Floats, until: int, target: int, desk: Floats, said: Floats
) -> None:
    """Say what a target day will be, seen from the `until`-th remembered observation: `said` [SAID_SIZE].

    All quantiles but the middle stay NaN before three errors are known.
    """
    known, state, horizon = memory.counts[track, 0], memory.states[track], float(memory.horizons[track])
    guesses, x = said[GUESS:], said[FEATURE:]
    experts(origin, memory.days, memory.values, until, target, desk[PASSING, :SAME_WEEKDAYS], guesses)
    scale = features(origin, state, target - origin[DAY], horizon, guesses, x)
    point = mixture(x, guesses, state, scale * horizon, prior.experts, desk[LOGITS])
    said[SCALE], said[POINT], said[3] = scale, point, point
    if known >= 3:
        ring, ordered, away = memory.rings[track, 0], memory.ordered[track], desk[AWAY]
        offer(origin, point, known, ring, ordered, desk[PASSING], said[OFFERED:])
        spread_out(said, prior.quantiles, desk[TOLD], desk[LOGITS], away)
        conform(point, away, state[DRIFT:], said)
    if origin[FEW] > 0 and origin[WHOLE] > 0:
        said[3] = nearest(point)


@inlined
def take_in(state: Floats, rings: Floats, ordered: Floats, known: int, row: Floats) -> None:
    """Let one track learn from one pending row, `known` rows having been learnt."""
    for speed in range(2):
        keep = 0.99 if speed == 0 else 0.90
        state[WEIGHT + speed] = keep * state[WEIGHT + speed] + 1.0
        for k in range(EXPERTS):
            state[speed * EXPERTS + k] = keep * state[speed * EXPERTS + k] + row[k]
    for kind in range(2):
        ring, value = rings[kind], row[RESIDUAL + kind]
        slide(ordered[kind], min(known, WINDOW), ring[known % WINDOW], value)
        ring[known % WINDOW] = value
    for k in range(STATE_SIZE - DRIFT):
        state[DRIFT + k] += row[MISSES + k]


@compiled
def settle(state: Floats, rings: Floats, ordered: Floats, counts: Ints, pending: Floats, known_day: int) -> None:
    """Let one track learn from every waiting day up to `known_day`, in order."""
    while counts[1] > 0 and pending[0, DUE] <= known_day:
        take_in(state, rings, ordered, counts[0], pending[0])
        counts[0] += 1
        counts[1] -= 1
        for i in range(counts[1]):
            for k in range(PENDING_SIZE):
                pending[i, k] = pending[i + 1, k]
        for k in range(PENDING_SIZE):
            pending[counts[1], k] = 0.0


@compiled
def owe(origin: Floats, target: int, value: float, horizon: int, said: Floats, row: Floats) -> None:
    """Write what a track will learn from a day once it may: see the layout of a pending row.

    Forecasts of h days overlap h times, so each miss teaches a h-th.
    """
    for k in range(EXPERTS):
        row[k] = abs(said[GUESS + k] - value)
    row[RESIDUAL], row[CHANGE], row[DUE] = value - said[POINT], value - origin[LAST], target
    for a in range(3):
        row[MISSES + a], row[MISSES + 3 + a] = 0.0, 0.0
        if not math.isnan(said[0]):
            step = (HALF_STEP if a == 2 else TAIL_STEP) / horizon
            row[MISSES + a] = step * ((1.0 if value < said[a] else 0.0) - QUANTILES[a])
            row[MISSES + 3 + a] = step * ((1.0 if value > said[6 - a] else 0.0) - QUANTILES[a])
    row[SCORES] = abs(value - said[3])
    guess = row[SCORES + 1 :]
    naives(origin, target, guess)
    for k in range(NAIVES):
        guess[k] = abs(guess[k] - value)


@inlined
def remember(memory: Memory, day: int, value: float, desk: Floats) -> None:
    """Add one observation to the window and write its origin."""
    seen, days, values, origins, before = memory.seen[0], memory.days, memory.values, memory.origins, desk[PASSING]
    n = min(seen, WINDOW)
    slide(desk[ALL_SORTED], n, values[0], value)
    slide(desk[LATE_SORTED, :LATE_DAYS], min(n, LATE_DAYS), values[max(n - LATE_DAYS, 0)], value)
    slide(desk[RECENT_SORTED, :RECENT_DAYS], min(n, RECENT_DAYS), values[max(n - RECENT_DAYS, 0)], value)
    if n == WINDOW:
        n -= 1
        for i in range(n):
            days[i] = days[i + 1]
            values[i] = values[i + 1]
    days[n] = day
    values[n] = value
    newest = origins[(seen - 1) % len(origins)]
    for k in range(ORIGIN_SIZE):
        before[k] = newest[k] if seen > 0 else 0.0
    origin = origins[seen % len(origins)]
    advance(before, origin, day, value)
    summarise(origin, values, n + 1, desk[ALL_SORTED], desk[LATE_SORTED], desk[RECENT_SORTED])
    memory.seen[0] = seen + 1


@inlined
def last_known(memory: Memory, known_day: int) -> int:
    """How many of the remembered observations are of that day or before."""
    until = int(min(memory.seen[0], WINDOW))
    while until > 0 and memory.days[until - 1] > known_day:
        until -= 1
    return until


def _sources() -> int:
    """A number of the text of the compiled files, so that code kept on disk is never older than any of them."""
    here = Path(__file__)
    return zlib.crc32(b"".join(here.with_name(f"daily_{part}.py").read_bytes() for part in COMPILED))


def _entry(sources: int) -> Callable[..., None]:
    """The way in, compiled and kept on disk: numba looks for changes in one file only, but keys what it keeps by the
    values a function closes over, here `sources`."""

    def run(memory: Memory, prior: Prior, desk: Floats, days: Ints, values: Floats, tracks: Ints, said: Floats) -> None:
        if sources < 0:
            return
        learning, newest = len(tracks) == 0, memory.days[min(memory.seen[0], WINDOW) - 1]
        for i in range(len(days)):
            for k in range(len(said)):
                track = k if learning else tracks[i]
                known_day = days[i] - memory.horizons[track] if learning else newest
                counts, pending, row = memory.counts[track], memory.pending[track], said[k, i]
                settle(memory.states[track], memory.rings[track], memory.ordered[track], counts, pending, known_day)
                until = last_known(memory, known_day)
                if until == 0:
                    continue
                back = min(memory.seen[0], WINDOW) - until
                origin = memory.origins[(memory.seen[0] - 1 - back) % len(memory.origins)]
                foresee(memory, prior, track, origin, until, days[i], desk, row)
                if learning:
                    owe(origin, days[i], values[i], memory.horizons[track], row, pending[counts[1]])
                    counts[1] += 1
            if learning:
                remember(memory, days[i], values[i], desk)

    return cast("Callable[..., None]", numba.njit(cache=True, **LEAN)(run))


_run = _entry(_sources())


def walk(memory: Memory, prior: Prior, days: Ints, values: Floats) -> Floats:
    """Learn observations [n] in place; what each track said of each before comes back: [T, n, SAID_SIZE]."""
    said = np.full((len(memory.horizons), len(days), SAID_SIZE), np.nan)
    _run(memory, prior, desk_for(memory), days, values, np.empty(0, np.int64), said)
    return said


def look_ahead(memory: Memory, prior: Prior, targets: Ints, tracks: Ints) -> Floats:
    """What is said of target days [n], each by one track: [1, n, SAID_SIZE]. What waits in these is learnt first, so
    give a copy of the memory."""
    said = np.full((1, len(targets), SAID_SIZE), np.nan)
    _run(memory, prior, desk_for(memory), targets, np.empty(0), tracks, said)
    return said
