"""What a trial on one person shows: the difference that chance can be asked about, since chance drew the days.

The estimate is by generalised least squares over the person's own wandering (a line through time taken out). How sure
it is comes from the draw alone: the same design is drawn anew, and of each assignment is asked how large a difference
it would have shown, had the cause done nothing (the sharp null hypothesis; Fisher 1935, Edgington 1967). That is exact
however days hang together. Turned round it gives bounds: all sizes that would not be refuted. With the share of days on
which the assignment was kept as the instrument's dose, the same draws bound what keeping to it does (Imbens and
Rosenbaum 2005, J R Stat Soc A 168:109).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.learn.experiment_wander import Wander

    Floats = NDArray[np.float64]
    Arms = NDArray[np.int8]
    Flags = NDArray[np.bool_]

LEVEL = 0.9
NEAR = 1e-9
NORMAL_90 = 1.6448536269514722
LEAST = 4  # days of each arm


@dataclass(frozen=True, slots=True)
class Found:
    """A difference with bounds that hold nine times in ten (infinite where nothing bounds it), and how often chance
    alone shows as much."""

    size: float
    low: float
    high: float
    p: float

    @property
    def error(self) -> float:
        """The standard error that bounds of this width would have."""
        return (self.high - self.low) / 2 / NORMAL_90


def weights(wander: Wander, seen: Flags) -> Floats:
    """The form (days, days) by which days are weighed: wandering taken into account, level and a line taken out; zero
    for days that were not seen."""
    at = np.flatnonzero(seen)
    whole = np.zeros((len(seen), len(seen)))
    if len(at) < LEAST:
        return whole
    inverse = np.linalg.inv(wander.correlation(len(seen))[np.ix_(at, at)] + NEAR * np.eye(len(at)))
    line = np.stack([np.ones(len(at)), (at - at.mean()) / max(np.ptp(at), 1)], axis=1)
    carried = inverse @ line
    whole[np.ix_(at, at)] = inverse - carried @ np.linalg.solve(line.T @ carried, carried.T)
    return whole


def scores(form: Floats, arms: Arms, counted: Flags, sides: Floats) -> Floats:
    """For each assignment (m, days) how far each side (k, days) leans to it (m, k), in standard errors of one unit of
    spread; days that do not count under that assignment are left out of it."""
    lean = arms @ form
    if (counted | ~(np.diag(form) > 0)).all():
        square = (lean * arms).sum(axis=1)
        return np.asarray(lean @ sides.T / np.sqrt(np.maximum(square, NEAR))[:, None])
    out = ~counted & (np.diag(form) > 0)
    at = np.argsort(~out, axis=1, kind="stable")[:, : int(out.sum(axis=1).max())]
    there = np.take_along_axis(out, at, axis=1)
    apart = form[at[:, :, None], at[:, None, :]] * (there[:, :, None] & there[:, None, :])
    apart += np.eye(at.shape[1]) * np.where(there, NEAR, 1.0)[:, None, :]
    left_out = np.take_along_axis(lean, at, axis=1) * there
    less = np.linalg.solve(apart, left_out[:, :, None])[:, :, 0]
    square = (lean * arms).sum(axis=1) - (left_out * less).sum(axis=1)
    across = (form @ sides.T)[at] * there[:, :, None]
    found = lean @ sides.T - np.einsum("md,mdk->mk", less, across)
    return np.asarray(found / np.sqrt(np.maximum(square, NEAR))[:, None])


def judged(outcome: Floats, dose: Floats, level: float = LEVEL) -> Found:
    """What was found, from how outcome and dose lean to each assignment (m,), the true one first. Exact where the size
    of the effect of one dose is the same every day, and it works through the dose alone."""
    lean, pull = float(outcome[0]), float(dose[0])
    p = float((np.abs(outcome) >= abs(lean) - NEAR * max(abs(lean), 1)).mean())
    if pull <= NEAR:
        return Found(nan, -inf, inf, p)
    low, high = _edges(outcome[1:], dose[1:], lean, pull)
    rank = int((1 - level) * len(outcome) + NEAR)
    if rank < 1 or rank > len(low):
        return Found(lean / pull, -inf, inf, p)
    return Found(lean / pull, float(np.sort(low)[rank - 1]), float(np.sort(high)[-rank]), p)


def _edges(outcome: Floats, dose: Floats, lean: float, pull: float) -> tuple[Floats, Floats]:
    """Between which sizes each redrawn assignment leans at least as much as the true one."""
    bounded = np.abs(dose) < pull * (1 - NEAR)
    down, up = (np.where(bounded, pull + sign * dose, 1.0) for sign in (-1, 1))
    ends = np.stack([(lean - outcome) / down, (lean + outcome) / up])
    return np.where(bounded, ends.min(axis=0), -inf), np.where(bounded, ends.max(axis=0), inf)


def corrected(found: Floats) -> Floats:
    """P-values (k,) of several outcomes asked at once, from how each leans to each assignment (m, k), the true one
    first: the chance that any of them shows as much (Westfall and Young's step-down maxima)."""
    size = np.abs(found)
    order = np.argsort(-size[0])
    p, least = np.empty(len(order)), 0.0
    for place, one in enumerate(order):
        highest = size[:, order[place:]].max(axis=1)
        least = max(least, float((highest >= size[0, one] * (1 - NEAR)).mean()))
        p[one] = least
    return p


def shrunk(found: Found, middle: float, spread: float) -> Found:
    """What was found drawn to what was thought before (a normal of this middle and spread), each by how sure it is."""
    error = found.error
    if not np.isfinite(error) or error <= 0 or spread <= 0:
        return found
    trust = spread**2 / (spread**2 + error**2)
    size, width = middle + trust * (found.size - middle), NORMAL_90 * error * sqrt(trust)
    return Found(size, size - width, size + width, found.p)


def belief(spread: float, seen: tuple[float, float] | None) -> tuple[float, float]:
    """What to think before: nothing, give or take `spread`; with an effect that was only observed (size, error), drawn
    to it as far as it may be trusted, its bias being thought as large as itself."""
    if seen is None:
        return 0.0, spread
    size, error = seen
    doubt = error**2 + size**2
    trust = spread**2 / (spread**2 + doubt) if doubt > 0 else 0.0
    return trust * size, spread * sqrt(1 - trust)


def lasting(form: Floats, arms: Arms, values: Floats) -> tuple[float, float, float] | None:
    """What a day with the cause does to the next day beside that day's own (size, low, high by the model), from one
    assignment (days,); None where the days cannot tell it."""
    before = np.concatenate([[0], arms[:-1]]).astype(float)
    both = np.stack([arms.astype(float), before])
    square = both @ form @ both.T
    if np.linalg.cond(square) > 1e6:
        return None
    known = np.diag(form) > 0
    told = np.linalg.solve(square, both @ form @ values)
    rest = values - told @ both
    variance = rest @ form @ rest / max(int(known.sum()) - 4, 1)
    error = sqrt(variance * np.linalg.inv(square)[1, 1])
    return float(told[1]), float(told[1] - NORMAL_90 * error), float(told[1] + NORMAL_90 * error)


def ahead(wander: Wander, arms: Arms, counted: Flags, values: Floats, week: int = 7) -> float | None:
    """The mean absolute error of saying there is no effect, divided by that of the effect, on days that were not learnt
    from: week by week of the later half, from the days before. None where there are too few."""
    seen = np.isfinite(values)
    missed: list[tuple[float, float]] = []
    for begin in range(max(2 * week, len(values) // 2), len(values), week):
        past = np.arange(len(values)) < begin
        form = weights(wander, seen & past & counted)
        square = arms @ form @ arms
        if square <= NEAR:
            continue
        size = arms @ form @ np.nan_to_num(values) / square
        next_ = np.flatnonzero(seen & counted & ~past & (np.arange(len(values)) < begin + week))
        errors = (_guessed(wander, values - one * arms, seen & past, next_) for one in (0.0, float(size)))
        missed += list(zip(*errors, strict=True))
    if len(missed) < LEAST:
        return None
    zero, ours = np.array(missed).mean(axis=0)
    return float(zero / ours) if ours > 0 else None


def _guessed(wander: Wander, values: Floats, known: Flags, next_: NDArray[np.int64]) -> list[float]:
    """How far values of next days lie from what known days and their wandering let expect."""
    at = np.flatnonzero(known)
    going = wander.correlation(len(values))
    inverse = np.linalg.inv(going[np.ix_(at, at)] + NEAR * np.eye(len(at)))
    ones = inverse.sum(axis=1)
    middle = ones @ values[at] / ones.sum()
    expected = middle + going[np.ix_(next_, at)] @ inverse @ (values[at] - middle)
    return [float(one) for one in np.abs(values[next_] - expected)]
