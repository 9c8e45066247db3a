"""How wide: histograms of past misses, read as quantiles, nudged by slow conformal steps (Gibbs and Candès 2021); fast
steps keep the coverage too, and ruin the width."""

from __future__ import annotations

import math

from selftwin.learn.dense_features import HOUR, compiled
from selftwin.learn.dense_memory import BIN, INTERVAL, LEVELS, N_BINS, OURS, Floats, Memory

N_LEVELS = len(LEVELS)
STEP = 0.02
MORE = 1.0  # percentage points aimed above what is said: the next stretch is never quite like the last
ALIKE = 3.0  # hours: misses of one meal or one night are one case, and tell little of the next
LARGEST_SHIFT = 1.5


@compiled
def bin_of(miss: float) -> int:
    """The histogram's bin of a miss in spreads; bins are fine near zero and wide far out."""
    return min(max(int(math.asinh(2.0 * miss) / BIN + N_BINS / 2), 0), N_BINS - 1)


@compiled
def edge(place: float) -> float:
    """The miss at the lower edge of a bin, or at a place between two edges."""
    return math.sinh((place - N_BINS / 2) * BIN) / 2.0


@compiled
def quantile(histogram: Floats, share: float) -> float:
    """The miss below which this share of the histogram lies; NaN of an empty one."""
    total = histogram.sum()
    if total <= 0.0:
        return math.nan
    wanted, so_far = share * total, 0.0
    for place in range(N_BINS):
        inside = histogram[place]
        if inside > 0.0 and so_far + inside >= wanted:
            return edge(place + (wanted - so_far) / inside)
        so_far += inside
    return edge(float(N_BINS))


@compiled
def share_below(histogram: Floats, miss: float) -> float:
    """The share of the histogram below this miss, with half a case added on each side; 1/2 of an empty one."""
    place = math.asinh(2.0 * miss) / BIN + N_BINS / 2
    whole = min(max(int(place), 0), N_BINS - 1)
    part = min(max(place - whole, 0.0), 1.0)
    return float((histogram[:whole].sum() + part * histogram[whole] + 0.5) / (histogram.sum() + 1.0))


@compiled
def refresh(memory: Memory, lead: int, keep: float) -> None:
    """Read the quantiles of every level, method and side anew, a little wider the fewer cases stand apart."""
    for method in range(3):
        histogram = memory.errors[lead, method]
        apart = histogram.sum() * memory.fixed[INTERVAL] / max(ALIKE * HOUR, 3.0 * memory.leads[lead])
        for level in range(N_LEVELS):
            share = min(0.5 + (LEVELS[level] + MORE) / 200.0 * (1.0 + 1.0 / max(apart, 1.0)), 0.999)
            memory.bound[lead, method, level, 0] = quantile(histogram, 1.0 - share)
            memory.bound[lead, method, level, 1] = quantile(histogram, share)
        histogram *= keep


@compiled
def settle(memory: Memory, lead: int, miss: float, bounds: Floats) -> None:
    """Move each bound of ours a small step out if the miss fell beyond it, else a smaller one in."""
    pace = STEP * min(1.0, 3.0 * memory.fixed[INTERVAL] / memory.leads[lead])
    for level in range(N_LEVELS):
        beyond = 0.5 - (LEVELS[level] + MORE) / 200.0
        for side in range(2):
            bound = bounds[2 * level + side]
            if not math.isfinite(bound):
                continue
            out = miss < bound if side == 0 else miss > bound
            moved = memory.shift[lead, level, side] + pace * ((1.0 if out else 0.0) - beyond)
            memory.shift[lead, level, side] = min(max(moved, -LARGEST_SHIFT), LARGEST_SHIFT)


@compiled
def fill_bounds(memory: Memory, lead: int, bounds: Floats) -> None:
    """Fill the six bounds in spreads, lower and upper by level, each level holding the one within."""
    for level in range(N_LEVELS):
        for side in range(2):
            sign = -1.0 if side == 0 else 1.0
            bound = memory.bound[lead, OURS, level, side] + sign * memory.shift[lead, level, side]
            if level > 0:
                inner = bounds[2 * (level - 1) + side]
                bound = min(bound, inner) if side == 0 else max(bound, inner)
            bounds[2 * level + side] = bound
    if bounds[0] > bounds[1]:
        bounds[0] = bounds[1] = 0.5 * (bounds[0] + bounds[1])
