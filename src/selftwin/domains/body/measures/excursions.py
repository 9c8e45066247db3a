"""Mean amplitude of glycaemic excursions (MAGE): how high the swings are that pass one standard deviation.

Service and others, Diabetes 1970;19:644, counted by hand; here by the crossings of a short and a long moving average,
as Fernandes and others describe it (J Diabetes Sci Technol 2022;16:576, and the MAGE vignette of iglu 4). Written anew
from that description; docs/models/glucose-measures.md says how near it comes to counts by hand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.measures.glycaemia import DAY, LIVES
from selftwin.vocabulary.estimate import FIRST_DAYS

Floats = NDArray[np.float64]

STEP, BRIDGED, PARTED = 300.0, 45 * 60.0, 180 * 60.0  # seconds: of the grid, a gap drawn through, a gap that parts
SHORT, LONG = 5, 32  # readings of the two averages


Swings = list[tuple[int, float]]  # where on the trace a swing ends, and how high it is


@dataclass(frozen=True, slots=True)
class Excursions:
    """MAGE in mg/dL of `rises`, of `falls`, their `mean` with 9-in-10 bounds of a bootstrap over days (None under four
    days), and `service`, the way first to pass the spread, which is how it is counted by hand. NaN where nothing swings
    that far. `readings` stand on the 5-minute grid."""

    rises: float
    falls: float
    mean: float
    low: float | None
    high: float | None
    service: float
    readings: int
    days: int


def mage(times: Floats, values: Floats, *, seed: int = 0) -> Excursions:
    """MAGE of readings: `times` (n,) local seconds in order, `values` (n,) mg/dL. Gaps up to 45 minutes are bridged,
    gaps beyond 180 part the trace; what is reported weighs each part by its length."""
    parts = [part for part in _parts(np.asarray(times, float), np.asarray(values, float)) if len(part[0]) >= LONG]
    if not parts:
        return Excursions(math.nan, math.nan, math.nan, None, None, math.nan, 0, 0)
    swings = [excursions(levels) for _, levels in parts]
    lengths = np.array([len(levels) for _, levels in parts], dtype=np.float64)
    rises = _weighed([_height(up) for up, _ in swings], lengths)
    falls = _weighed([_height(down) for _, down in swings], lengths)
    mean = _weighed([_middle(_height(up), _height(down)) for up, down in swings], lengths)
    service = _weighed([_height(_first(up, down)) for up, down in swings], lengths)
    days = np.unique(np.concatenate([at for at, _ in parts]) // DAY)
    low, high = _bounds(parts, swings, days, seed)
    below, above = (None if away is None else mean + away for away in (low, high))
    return Excursions(rises, falls, mean, below, above, service, int(lengths.sum()), len(days))


def excursions(levels: Floats) -> tuple[Swings, Swings]:
    """The rises and the falls of one trace (n,) at five minutes that pass its standard deviation on both sides."""
    at = turning_points(levels)
    spread = float(levels.std(ddof=1)) if len(levels) > 1 else 0.0
    return _rises(at, levels[at], spread), _rises(at, -levels[at], spread)


def turning_points(levels: Floats) -> NDArray[np.int64]:
    """Where peaks and nadirs lie (k,), by turns: one between each two crossings of the averages, sought from the last
    one on, so that a peak a little late is not lost."""
    above = _average(levels, SHORT) > _average(levels, LONG)
    crossings = np.flatnonzero(np.diff(above)) + 1
    ends = [*crossings.tolist(), len(levels) - 1]
    found: list[int] = []
    start = 0
    for end, is_peak in zip(ends, above[[0, *crossings.tolist()]], strict=True):
        window = levels[start : end + 1]
        if len(window):
            found.append(start + int(window.argmax() if is_peak else window.argmin()))
            start = found[-1] + 1
    return np.array(found, dtype=np.int64)


def _average(levels: Floats, width: int) -> Floats:
    """The mean of the last `width` readings (n,); before there are so many, the first whole one."""
    width = min(width, len(levels))
    total = np.concatenate([[0.0], np.cumsum(levels)])
    means = (total[width:] - total[:-width]) / width
    filled: Floats = np.concatenate([np.full(width - 1, means[0]), means])
    return filled


def _rises(at: NDArray[np.int64], turns: Floats, spread: float) -> Swings:
    """Rises from a nadir to a peak both sides of which pass the spread. A small turn on the way is absorbed; the last
    rise counts though the trace ends before its fall."""
    found: Swings = []
    nadir, peak, place = math.inf, -math.inf, 0
    for where, level in zip(at.tolist(), turns.tolist(), strict=True):
        is_high = peak - nadir > spread
        if is_high and peak - level > spread:
            found.append((place, peak - nadir))
        if (is_high and peak - level > spread) or (not is_high and level < nadir):
            nadir, peak = level, -math.inf
        elif level >= peak:
            peak, place = level, where
    if peak - nadir > spread and math.isfinite(peak):
        found.append((place, peak - nadir))
    return found


def _height(swings: Swings) -> float:
    return sum(height for _, height in swings) / len(swings) if swings else math.nan


def _middle(rise: float, fall: float) -> float:
    """The mean of both; the one where there is no other."""
    return fall if math.isnan(rise) else rise if math.isnan(fall) else (rise + fall) / 2


def _first(up: Swings, down: Swings) -> Swings:
    """The way whose swing comes first; the one where there is no other."""
    return up if not down or (up and up[0][0] <= down[0][0]) else down


def _parts(times: Floats, values: Floats) -> list[tuple[Floats, Floats]]:
    """Traces on the 5-minute grid, parted at long gaps, empty in middling ones: times and levels of each."""
    parts = []
    for run in np.split(np.arange(len(times)), np.flatnonzero(np.diff(times) > PARTED) + 1):
        if len(run) < 2:
            continue
        at = np.arange(times[run[0]], times[run[-1]] + 1.0, STEP)
        after = np.clip(np.searchsorted(times[run], at), 1, len(run) - 1)
        near = np.diff(times[run])[after - 1] <= BRIDGED
        levels = np.interp(at, times[run], values[run])
        parts.append((at[near], levels[near]))
    return parts


def _weighed(amounts: list[float], lengths: Floats) -> float:
    known = np.array(amounts)
    there = np.isfinite(known)
    return float((known[there] * lengths[there]).sum() / lengths[there].sum()) if there.any() else math.nan


def _bounds(
    parts: list[tuple[Floats, Floats]], swings: list[tuple[Swings, Swings]], days: Floats, seed: int
) -> tuple[float | None, float | None]:
    """How far below and above the mean height lies over days drawn with putting back; None under four days."""
    sums = np.zeros((len(days), 2))
    for (at, _), (up, down) in zip(parts, swings, strict=True):
        for place, height in (*up, *down):
            sums[np.searchsorted(days, at[place] // DAY)] += (height, 1.0)
    if len(days) < FIRST_DAYS or not sums[:, 1].any():
        return None, None
    chosen = np.random.default_rng(seed).multinomial(len(days), np.full(len(days), 1.0 / len(days)), size=LIVES)
    total, count = (chosen @ sums).T
    heights = total[count > 0] / count[count > 0] - sums[:, 0].sum() / sums[:, 1].sum()
    low, high = np.quantile(heights, [0.05, 0.95])
    return min(float(low), 0.0), max(float(high), 0.0)
