"""One reading at a time: settle what was said before, refit when due, look at the newest reading, say what comes."""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

from selftwin.learn.dense_bounds import N_LEVELS, STEP, bin_of, fill_bounds, refresh, settle, share_below
from selftwin.learn.dense_features import DAY, HOUR, LEAN, describe, inlined, take_in, usual_at
from selftwin.learn.dense_memory import (
    CLOCK,
    FEATURES,
    HEAD,
    HIGH,
    INTERVAL,
    LAST,
    LAST_REFIT,
    LAST_TIME,
    LAST_VALUE,
    LEVEL,
    LOW,
    NEXT_REFIT,
    OURS,
    Q_BOUND,
    Q_CLOCK,
    Q_MEAN,
    Q_SIGMA,
    Q_USUAL,
    READINGS,
    RUN_START,
    SCALE,
    TOLERANCE,
    WARM,
    Floats,
    Memory,
)
from selftwin.learn.dense_ridges import (
    DESK,
    PENALTIES,
    blame,
    describe_spread,
    fade,
    learn_row,
    learn_spread,
    mix,
    refit,
    spread_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

REFIT_EVERY = 6 * HOUR
HALF_LIFE = 45 * DAY
BLAME_HALF_LIFE = 5 * DAY


@inlined
def _settle_case(memory: Memory, lead: int, place: int, target: float) -> None:
    """Learn from one forecast whose target is now known."""
    said, shared, scale = memory.queue_lead[place, lead], memory.queue_shared[place], memory.fixed[SCALE]
    interval, errors, score = memory.fixed[INTERVAL], memory.errors[lead], memory.score[lead]
    change = (target - memory.queue[place, 1]) / scale
    miss = change - said[Q_MEAN]
    clock_miss = (target - said[Q_CLOCK]) / scale
    learn_row(memory.gram[lead], memory.moment[lead], shared, said, change)
    blame(memory.loss[lead], said, change, 0.5 ** (interval / BLAME_HALF_LIFE))
    if memory.now[LAST_REFIT] > 0.0:
        learn_spread(memory.spread_gram[lead], memory.spread_moment[lead], said, miss)
    errors[LAST, bin_of(change)] += 1.0
    errors[CLOCK, bin_of(clock_miss)] += 1.0
    if said[Q_SIGMA] > 0.0:
        miss /= said[Q_SIGMA]
        errors[OURS, bin_of(miss)] += 1.0
        settle(memory.shift[lead], said, miss, STEP * min(1.0, 3.0 * interval / memory.leads[lead]))
        score[0] += 1.0
        score[1 + OURS] += abs(miss) * said[Q_SIGMA] * scale
        score[1 + LAST] += abs(change) * scale
        score[1 + CLOCK] += abs(clock_miss) * scale


@inlined
def _settle_due(memory: Memory, time: float, value: float) -> None:
    """Settle every forecast whose moment has come: its target is the nearer reading on either side, if near enough."""
    before, earlier = memory.now[LAST_TIME], memory.now[LAST_VALUE]
    for lead in range(len(memory.leads)):
        place = int(memory.tail[lead])
        while place < memory.now[HEAD]:
            slot = place % len(memory.queue)
            due = memory.queue[slot, 0] + memory.leads[lead]
            if due > time:
                break
            past, ahead = due - before, time - due
            if min(past, ahead) <= memory.fixed[TOLERANCE]:
                _settle_case(memory, lead, slot, earlier if past <= ahead else value)
            place += 1
        memory.tail[lead] = place


@inlined
def _refit_if_due(memory: Memory, time: float, penalties: Floats, desk: Floats) -> None:
    """Fit everything anew a few times a day of data, and let the past fade."""
    now, interval = memory.now, memory.fixed[INTERVAL]
    if time < now[NEXT_REFIT]:
        return
    keep = 0.5 ** ((time - now[LAST_REFIT]) / HALF_LIFE) if now[LAST_REFIT] > 0.0 else 1.0
    for lead in range(len(memory.leads)):
        refit(memory, lead, penalties, desk)
        fade(memory.gram[lead], memory.moment[lead], keep)
        fade(memory.spread_gram[lead], memory.spread_moment[lead], keep)
        refresh(memory.errors[lead], memory.bound[lead], interval, memory.leads[lead], keep)
    now[LAST_REFIT] = time
    now[NEXT_REFIT] = time + REFIT_EVERY


@inlined
def _say(memory: Memory, clock: float, shared: Floats, said: Floats) -> None:
    """Fill what is said now of every horizon, (H, Q_SIZE), and the shared features it rests on."""
    describe(memory, clock, shared)
    scale, usual = memory.fixed[SCALE], memory.usual
    here, middle = usual_at(usual, clock), memory.slow[4, 2] / memory.slow[4, 1]
    for lead in range(len(memory.leads)):
        row = said[lead]
        there = usual_at(usual, clock + memory.leads[lead])
        row[Q_USUAL] = (there - here) / scale
        row[Q_USUAL + 1] = shared[LEVEL] - (there - middle) / scale
        row[Q_MEAN] = mix(memory.loss[lead], memory.coefficient[lead], shared, row)
        row[Q_CLOCK] = there
        describe_spread(shared, row, row[Q_MEAN])
        count, total_miss = memory.spread_gram[lead, 0, 0], memory.spread_moment[lead, 0]
        row[Q_SIGMA] = spread_of(memory.spread[lead], row, count, total_miss)
        fill_bounds(memory.bound[lead, OURS], memory.shift[lead], row)


@inlined
def _write(memory: Memory, said: Floats, threshold: float, out: Floats) -> None:
    """Fill (H, 8) in the signal's unit: mean, lower and upper of each level, the chance to be below the threshold."""
    fixed, value = memory.fixed, memory.now[LAST_VALUE]
    scale, low, high = fixed[SCALE], fixed[LOW], fixed[HIGH]
    for lead in range(len(memory.leads)):
        mean, sigma = said[lead, Q_MEAN], said[lead, Q_SIGMA]
        out[lead, 0] = min(max(value + scale * mean, low), high)
        if sigma > 0.0:
            for bound in range(2 * N_LEVELS):
                end = value + scale * (mean + sigma * said[lead, Q_BOUND + bound])
                out[lead, 1 + bound] = min(max(end, low), high)
            miss = ((threshold - value) / scale - mean) / sigma
            out[lead, 1 + 2 * N_LEVELS] = share_below(memory.errors[lead, OURS], miss)


@inlined
def _queue(memory: Memory) -> None:
    """Keep what was said until it can be settled; should the queue be full, its oldest place is given up."""
    head, places = memory.now[HEAD], len(memory.queue)
    slot = int(head) % places
    memory.queue[slot, 0] = memory.now[LAST_TIME]
    memory.queue[slot, 1] = memory.now[LAST_VALUE]
    memory.now[HEAD] = head + 1.0
    for lead in range(len(memory.leads)):
        memory.tail[lead] = max(memory.tail[lead], head + 1.0 - places)


def _sources() -> int:
    """A number of the text of all these files, so that code kept on disk is never older than any of them."""
    here = Path(__file__)
    return zlib.crc32(b"".join(path.read_bytes() for path in sorted(here.parent.glob("dense*.py"))))


def _compiled_entry(sources: int) -> Callable[..., None]:
    """The one way in, compiled and kept on disk: numba looks for changes in one file only, but keys what it keeps by
    the values a function closes over, here `sources`."""

    def run(memory: Memory, times: Floats, values: Floats, clocks: Floats, threshold: float, penalties: Floats,
            desk: Floats, out: Floats, learning: bool) -> None:  # fmt: skip  # noqa: FBT001
        if sources < 0:
            return
        now = memory.now
        for i in range(len(times)):
            if learning:
                if now[READINGS] > 0:
                    _settle_due(memory, times[i], values[i])
                    _refit_if_due(memory, times[i], penalties, desk)
                take_in(memory, times[i], values[i], clocks[i])
            slot = int(now[HEAD]) % len(memory.queue)
            is_warm = now[LAST_TIME] - now[RUN_START] >= memory.fixed[WARM]
            if is_warm or not learning:
                _say(memory, clocks[i], memory.queue_shared[slot], memory.queue_lead[slot])
            if is_warm:
                _write(memory, memory.queue_lead[slot], threshold, out[i])
            if is_warm and learning:
                _queue(memory)

    kept: Callable[..., None] = numba.njit(**{**LEAN, "no_cpython_wrapper": False}, cache=True)(run)
    return kept


entry = _compiled_entry(_sources())


def learn(memory: Memory, rows: Floats, threshold: float, out: Floats) -> None:
    """Take in rows (n, 3) of time, value and clock, in order, and fill what is said after each, `out` (n, H, 8), where
    anything can be said."""
    times, values, clocks = (np.ascontiguousarray(column) for column in rows.T)
    entry(memory, times, values, clocks, float(threshold), PENALTIES, np.zeros((DESK, FEATURES)), out, True)


def speak(memory: Memory, clock: float, out: Floats) -> Floats:
    """Fill what is said now, `out` (1, H, 8), and give back what would be queued, (H, Q_SIZE). Learns nothing, but
    writes on the queue's next free place."""
    now = np.array([clock], dtype=np.float64)
    entry(memory, now, now, now, math.nan, PENALTIES, np.zeros((DESK, FEATURES)), out, False)
    said: Floats = memory.queue_lead[int(memory.now[HEAD]) % len(memory.queue)]
    return said
