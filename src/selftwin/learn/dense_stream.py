"""One reading at a time: settle what was said before, refit when due, look at the newest reading, say what comes."""

from __future__ import annotations

import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

from selftwin.learn.dense_bounds import bin_of, fill_bounds, refresh, settle, share_below
from selftwin.learn.dense_features import DAY, HOUR, compiled, describe, take_in, usual_at
from selftwin.learn.dense_memory import (
    CLOCK,
    HEAD,
    HIGH,
    INTERVAL,
    LAST,
    LAST_REFIT,
    LAST_TIME,
    LAST_VALUE,
    LEVEL,
    LEVELS,
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
    blame,
    describe_spread,
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
N_LEVELS = len(LEVELS)


@compiled
def _keep(seconds: float) -> float:
    """How much of the past stays after this long."""
    return float(0.5 ** (seconds / HALF_LIFE))


@compiled
def _settle_case(memory: Memory, lead: int, place: int, target: float) -> None:
    """Learn from one forecast whose target is now known."""
    said, scale, value = memory.queue_lead[place, lead], memory.fixed[SCALE], memory.queue[place, 1]
    change = (target - value) / scale
    miss = change - said[Q_MEAN]
    clock_miss = (target - said[Q_CLOCK]) / scale
    learn_row(memory, lead, memory.queue_shared[place], said, change)
    blame(memory, lead, said, change, 0.5 ** (memory.fixed[INTERVAL] / BLAME_HALF_LIFE))
    if memory.now[LAST_REFIT] > 0.0:
        learn_spread(memory, lead, said, miss)
    memory.errors[lead, LAST, bin_of(change)] += 1.0
    memory.errors[lead, CLOCK, bin_of(clock_miss)] += 1.0
    if said[Q_SIGMA] > 0.0:
        miss /= said[Q_SIGMA]
        memory.errors[lead, OURS, bin_of(miss)] += 1.0
        settle(memory, lead, miss, said[Q_BOUND : Q_BOUND + 2 * N_LEVELS])
        memory.score[lead, 0] += 1.0
        memory.score[lead, 1 + OURS] += abs(miss) * said[Q_SIGMA] * scale
        memory.score[lead, 1 + LAST] += abs(change) * scale
        memory.score[lead, 1 + CLOCK] += abs(clock_miss) * scale


@compiled
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


@compiled
def _refit_if_due(memory: Memory, time: float, penalties: Floats) -> None:
    """Fit everything anew a few times a day of data."""
    now = memory.now
    if time < now[NEXT_REFIT]:
        return
    keep = _keep(time - now[LAST_REFIT]) if now[LAST_REFIT] > 0.0 else 1.0
    for lead in range(len(memory.leads)):
        refit(memory, lead, penalties, keep)
        refresh(memory, lead, keep)
    now[LAST_REFIT], now[NEXT_REFIT] = time, time + REFIT_EVERY


@compiled
def say(memory: Memory, clock: float, shared: Floats, said: Floats) -> None:
    """Fill what is said now of every horizon, (H, Q_SIZE), and the shared features it rests on."""
    describe(memory, clock, shared)
    scale = memory.fixed[SCALE]
    here = usual_at(memory, clock)
    for lead in range(len(memory.leads)):
        row = said[lead]
        there = usual_at(memory, clock + memory.leads[lead])
        row[Q_USUAL] = (there - here) / scale
        middle = memory.slow[4, 2] / memory.slow[4, 1]
        row[Q_USUAL + 1] = shared[LEVEL] - (there - middle) / scale
        row[Q_MEAN] = mix(memory, lead, shared, row)
        row[Q_CLOCK] = there
        describe_spread(shared, row, row[Q_MEAN])
        row[Q_SIGMA] = spread_of(memory, lead, row)
        fill_bounds(memory, lead, row[Q_BOUND : Q_BOUND + 2 * N_LEVELS])


@compiled
def write(memory: Memory, said: Floats, threshold: float, out: Floats) -> None:
    """Fill (H, 8) in the signal's unit: mean, lower and upper of each level, the chance to be below the threshold."""
    scale, value, low, high = memory.fixed[SCALE], memory.now[LAST_VALUE], memory.fixed[LOW], memory.fixed[HIGH]
    for lead in range(len(memory.leads)):
        mean, sigma = said[lead, Q_MEAN], said[lead, Q_SIGMA]
        out[lead, 0] = min(max(value + scale * mean, low), high)
        for bound in range(2 * N_LEVELS):
            end = value + scale * (mean + sigma * said[lead, Q_BOUND + bound])
            out[lead, 1 + bound] = min(max(end, low), high) if sigma > 0.0 else math.nan
        out[lead, 1 + 2 * N_LEVELS] = math.nan
        if sigma > 0.0:
            miss = ((threshold - value) / scale - mean) / sigma
            out[lead, 1 + 2 * N_LEVELS] = share_below(memory.errors[lead, OURS], miss)


@compiled
def _queue(memory: Memory, shared: Floats, said: Floats) -> None:
    """Keep what was said until it can be settled; should the queue be full, its oldest place is given up."""
    head = int(memory.now[HEAD])
    slot = head % len(memory.queue)
    memory.queue[slot, 0], memory.queue[slot, 1] = memory.now[LAST_TIME], memory.now[LAST_VALUE]
    memory.queue_shared[slot], memory.queue_lead[slot] = shared, said
    memory.now[HEAD] = head + 1
    for lead in range(len(memory.leads)):
        memory.tail[lead] = max(memory.tail[lead], head + 1 - len(memory.queue))


@compiled
def warm(memory: Memory) -> bool:
    """Whether the run without gaps has lasted long enough for its past to be seen."""
    return bool(memory.now[LAST_TIME] - memory.now[RUN_START] >= memory.fixed[WARM])


def _sources() -> int:
    """A number of the text of all these files, so that code kept on disk is never older than any of them."""
    here = Path(__file__)
    return zlib.crc32(b"".join(path.read_bytes() for path in sorted(here.parent.glob("dense*.py"))))


def _entries(sources: int) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two ways in, compiled and kept on disk: numba looks for changes in one file only, but keys what it keeps by
    the values a function closes over, here `sources`."""

    def run(memory: Memory, times: Floats, values: Floats, clocks: Floats, threshold: float, penalties: Floats,
            out: Floats) -> None:  # fmt: skip
        if sources < 0:
            return
        shared = np.zeros(memory.queue_shared.shape[1])
        said = np.zeros(memory.queue_lead.shape[1:])
        for i in range(len(times)):
            if memory.now[READINGS] > 0:
                _settle_due(memory, times[i], values[i])
                _refit_if_due(memory, times[i], penalties)
            take_in(memory, times[i], values[i], clocks[i])
            out[i] = math.nan
            if warm(memory):
                say(memory, clocks[i], shared, said)
                write(memory, said, threshold, out[i])
                _queue(memory, shared, said)

    def speak(memory: Memory, clock: float, said: Floats, out: Floats) -> None:
        if sources < 0:
            return
        say(memory, clock, np.zeros(memory.queue_shared.shape[1]), said)
        write(memory, said, math.nan, out)
        if not warm(memory):
            out[:] = math.nan

    kept = numba.njit(cache=True, error_model="numpy")
    return kept(run), kept(speak)


# run: take in readings (n,), in order, and fill what is said after each, (n, H, 8); NaN while a run is not warm
# speak: fill what is said now, as queued (H, Q_SIZE) and as written (H, 8), and learn nothing
run, speak = _entries(_sources())
