"""How wide: histograms of past misses, read as quantiles, nudged by slow conformal steps (Gibbs and Candès 2021); fast
steps keep the coverage too, and ruin the width."""

from __future__ import annotations

import math

from selftwin.learn.dense_features import compiled
from selftwin.learn.dense_memory import BIN, LEVELS, N_BINS, Q_BOUND, Floats

N_LEVELS = len(LEVELS)
STEP = 0.02
MORE = 1.0  # percentage points aimed above what is said: the next stretch is never quite like the last
ALIKE = 3 * 3600.0  # seconds: misses of one meal or one night are one case, and tell little of the next
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
def total_of(histogram: Floats, places: int) -> float:
    """The cases in the first bins."""
    total = 0.0
    for place in range(places):
        total += histogram[place]
    return total


@compiled
def quantile(histogram: Floats, wanted: float) -> float:
    """The miss below which this many cases of the histogram lie; NaN of an empty one."""
    if wanted <= 0.0:
        return math.nan
    so_far = 0.0
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
    below = total_of(histogram, whole) + part * histogram[whole]
    return float((below + 0.5) / (total_of(histogram, N_BINS) + 1.0))


@compiled
def refresh(errors: Floats, bound: Floats, interval: float, lead: float, keep: float) -> None:
    """Read the quantiles (3, 3, 2) by method, level and side anew from the histograms (3, N_BINS), a little wider the
    fewer cases stand apart; then let the histograms fade by `keep`."""
    for method in range(len(errors)):
        histogram = errors[method]
        total = total_of(histogram, N_BINS)
        apart = total * interval / max(ALIKE, 3.0 * lead)
        for level in range(N_LEVELS):
            share = min(0.5 + (LEVELS[level] + MORE) / 200.0 * (1.0 + 1.0 / max(apart, 1.0)), 0.999)
            bound[method, level, 0] = quantile(histogram, (1.0 - share) * total)
            bound[method, level, 1] = quantile(histogram, share * total)
        for place in range(N_BINS):
            histogram[place] *= keep


@compiled
def settle(shift: Floats, said: Floats, miss: float, pace: float) -> None:
    """Move each bound of ours a small step out if the miss fell beyond it, else a smaller one in."""
    for level in range(N_LEVELS):
        beyond = 0.5 - (LEVELS[level] + MORE) / 200.0
        for side in range(2):
            bound = said[Q_BOUND + 2 * level + side]
            if math.isfinite(bound):
                out = miss < bound if side == 0 else miss > bound
                moved = shift[level, side] + pace * ((1.0 if out else 0.0) - beyond)
                shift[level, side] = min(max(moved, -LARGEST_SHIFT), LARGEST_SHIFT)


@compiled
def fill_bounds(bound: Floats, shift: Floats, said: Floats) -> None:
    """Fill the six bounds in spreads, lower and upper by level, each level holding the one within."""
    low = high = math.nan
    for level in range(N_LEVELS):
        wide_low, wide_high = bound[level, 0] - shift[level, 0], bound[level, 1] + shift[level, 1]
        low = wide_low if level == 0 else min(wide_low, low)
        high = wide_high if level == 0 else max(wide_high, high)
        if level == 0 and low > high:
            low = high = 0.5 * (low + high)
        said[Q_BOUND + 2 * level] = low
        said[Q_BOUND + 2 * level + 1] = high
