"""What the dense forecaster remembers: a handful of plain arrays of fixed size, so that a checkpoint is just their
bytes and a year of readings costs no more to keep than a week."""

from __future__ import annotations

import json
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# `fixed`: what never changes in a life of the forecaster
INTERVAL, GAP, WARM, TOLERANCE, LOW, HIGH, SCALE = range(7)
# `now`: where the stream stands
READINGS, LAST_TIME, LAST_VALUE, RUN_START, NEXT_REFIT, LAST_REFIT, HEAD = range(7)

# features shared by all horizons; the last ones are random cosines, then come two that differ by horizon
CONST, LEVEL, STEPS, SLOPES, SLOW, HARMONICS, CURVES, WAVES = 0, 1, 2, 14, 17, 21, 25, 28
N_STEPS, N_WAVES, N_WAVE_INPUTS = 12, 64, 6
SHARED = WAVES + N_WAVES
USUAL_STEP, USUAL_PULL = SHARED, SHARED + 1
FEATURES = SHARED + 2

N_EXPERTS = 6  # five ridges and, last, the last value itself
N_SPREAD = 6
LEVELS = (50, 80, 90)
OURS, LAST, CLOCK = range(3)
N_BINS, BIN = 400, 0.03
USUAL_BINS = 48
RECENT = 64

# `queue_lead`: what was said about one horizon, kept until it can be scored
Q_USUAL, Q_EXPERT, Q_MEAN, Q_SIGMA, Q_BOUND, Q_SPREAD, Q_CLOCK, Q_SIZE = 0, 2, 8, 9, 10, 16, 22, 23

_TYPE = "<f8"
_MAGIC = b"selftwin-dense-1\n"


class Memory(NamedTuple):
    """Arrays of float64. H horizons, P features, E experts, C places in the queue of forecasts not yet scored."""

    fixed: Floats  # (7,)
    now: Floats  # (7,)
    leads: Floats  # (H,) seconds
    recent: Floats  # (RECENT, 2) time and value, newest at READINGS mod RECENT
    slow: Floats  # (5, 3) time constant in seconds, weight, weighted sum
    usual: Floats  # (USUAL_BINS + 1, 2) weight in hours and weighted sum by half-hour of the clock, then of all
    wave: Floats  # (7, N_WAVES) frequencies and, last, phases
    gram: Floats  # (H, P, P) lower triangle
    moment: Floats  # (H, P)
    coefficient: Floats  # (H, E - 1, P)
    loss: Floats  # (H, E) discounted squared errors
    spread_gram: Floats  # (H, N_SPREAD, N_SPREAD)
    spread_moment: Floats  # (H, N_SPREAD)
    spread: Floats  # (H, N_SPREAD)
    errors: Floats  # (H, 3, N_BINS) how ours, last value and clock mean have missed, as histograms
    bound: Floats  # (H, 3, 3, 2) method, level, side: quantiles of those at the last refit
    shift: Floats  # (H, 3, 2) what the conformal steps have added to ours, by level and side
    score: Floats  # (H, 4) cases, then absolute error of ours, last value, clock mean
    tail: Floats  # (H,) the oldest forecast not yet scored
    queue: Floats  # (C, 2) time, value
    queue_shared: Floats  # (C, SHARED)
    queue_lead: Floats  # (C, H, Q_SIZE)


def empty(*, fixed: Floats, leads: Floats) -> Memory:
    """A memory of nothing yet, its arrays sized for these leads (seconds)."""
    count = len(leads)
    places = 2 * int(np.ceil((leads.max() + fixed[GAP]) / fixed[INTERVAL])) + 16
    slow = np.zeros((5, 3))
    slow[:, 0] = np.array([1, 3, 8, 24, 96]) * 3600.0
    draw = np.random.default_rng(20)
    wave = np.vstack([0.5 * draw.normal(size=(N_WAVE_INPUTS, N_WAVES)), draw.uniform(0, 2 * np.pi, (1, N_WAVES))])
    now = np.zeros(7)
    now[LAST_TIME] = -np.inf
    bound = np.full((count, 3, len(LEVELS), 2), np.nan)
    return Memory(
        fixed=fixed.copy(), now=now, leads=leads.copy(), recent=np.zeros((RECENT, 2)), slow=slow,
        usual=np.zeros((USUAL_BINS + 1, 2)), wave=wave, gram=np.zeros((count, FEATURES, FEATURES)),
        moment=np.zeros((count, FEATURES)), coefficient=np.zeros((count, N_EXPERTS - 1, FEATURES)),
        loss=np.full((count, N_EXPERTS), 1e-6), spread_gram=np.zeros((count, N_SPREAD, N_SPREAD)),
        spread_moment=np.zeros((count, N_SPREAD)), spread=np.zeros((count, N_SPREAD)),
        errors=np.zeros((count, 3, N_BINS)), bound=bound, shift=np.zeros((count, len(LEVELS), 2)),
        score=np.zeros((count, 4)), tail=np.zeros(count), queue=np.zeros((places, 2)),
        queue_shared=np.zeros((places, SHARED)), queue_lead=np.zeros((places, count, Q_SIZE)),
    )  # fmt: skip


def copied(memory: Memory) -> Memory:
    """The same memory in arrays of its own."""
    return Memory(*(array.copy() for array in memory))


def to_bytes(memory: Memory) -> bytes:
    """The memory as bytes: a line of shapes, then every array as little-endian doubles, exactly."""
    shapes = {name: getattr(memory, name).shape for name in Memory._fields}
    body = b"".join(np.ascontiguousarray(array, dtype=_TYPE).tobytes() for array in memory)
    return _MAGIC + json.dumps(shapes).encode() + b"\n" + body


def from_bytes(data: bytes) -> Memory:
    """The memory these bytes hold. Raises ValueError where they are not whole, or of another make."""
    if not data.startswith(_MAGIC):
        raise ValueError("not a dense forecaster's memory, or one of another make")
    head, _, body = data[len(_MAGIC) :].partition(b"\n")
    shapes = _shapes(head)
    if sum(math.prod(shape) for shape in shapes) * 8 != len(body):
        raise ValueError("a dense forecaster's memory is not whole")
    arrays, start = [], 0
    for shape in shapes:
        size = math.prod(shape)
        arrays.append(np.frombuffer(body, _TYPE, size, start).reshape(shape).astype(np.float64))
        start += size * 8
    return Memory(*arrays)


def _shapes(head: bytes) -> list[list[int]]:
    """The shape of every array, as the first line tells them. Raises ValueError where it tells anything else."""
    try:
        told = json.loads(head)
    except RecursionError as error:
        raise ValueError("a dense forecaster's memory begins with a line that cannot be read") from error
    if not isinstance(told, dict) or tuple(told) != Memory._fields or not all(map(_is_shape, told.values())):
        raise ValueError("a dense forecaster's memory does not tell its shapes")
    return list(told.values())


def _is_shape(told: object) -> bool:
    return isinstance(told, list) and all(type(size) is int and size >= 0 for size in told)
