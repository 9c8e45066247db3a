"""How large an effect a trial of so many days will likely find, and how many days an effect of a size takes: by the
formula of the fitted wandering, and by trials laid over the person's own past days, the two held against each other."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import inf, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.experiment import NEAR, scores, weights
from selftwin.learn.experiment_design import counted, draw, fits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.learn.experiment_design import Design
    from selftwin.learn.experiment_wander import Wander

    Floats = NDArray[np.float64]

ASKED, LEVEL = 0.8, 0.05
WEEK, LONGEST = 7, 182
TRIALS, DRAWS = 160, 199
SIZES = np.linspace(0.0, 4.0, 41)  # of the spread
NORMAL = NormalDist()
SPREAD_TO_COME = 0.38 * np.array([NORMAL.inv_cdf((place + 0.5) / 8) for place in range(8)])
"""Logs of how much more spread the next six weeks are than the six before: on nine people, 26 signals, their standard
deviation was .38 and their middle near none (docs/bench/experiment.md)."""


@dataclass(frozen=True, slots=True)
class Power:
    """The chance of finding an effect: `sizes` (k,) with the chance of each by trials laid over the past (`tried`) and
    by the formula (`formula`)."""

    sizes: Floats
    tried: Floats
    formula: Floats

    @property
    def told(self) -> Floats:
        """The smaller of the two: what is promised."""
        return np.minimum(self.tried, self.formula)

    def chance(self, size: float) -> float:
        """Of an effect of this size, either way."""
        return float(np.interp(abs(size), self.sizes, self.told))

    def smallest(self, asked: float = ASKED) -> float:
        """The smallest size that is found with this chance; infinite where none of those tried is."""
        rising = np.maximum.accumulate(self.told)
        if rising[-1] < asked:
            return inf
        return float(np.interp(asked, rising + np.arange(len(rising)) * 1e-12, self.sizes))


def power(past: Floats, wander: Wander, design: Design, rng: np.random.Generator, trials: int = 0) -> Power:
    """Of a design, from past days (n,), NaN where nothing was recorded, the week's rhythm taken out; `trials` of 0 is
    as many as usual."""
    sizes = SIZES * wander.spread
    tried = _tried(past, wander, design, sizes, rng, trials or TRIALS)
    formula = by_formula(wander, design, float(np.isfinite(past).mean()), sizes, rng)
    return Power(sizes, _to_come(sizes, tried), _to_come(sizes, formula))


def _to_come(sizes: Floats, chance: Floats) -> Floats:
    """The chance of each size, the days to come being more or less spread than those before."""
    return np.asarray(np.mean([np.interp(sizes * np.exp(-one), sizes, chance) for one in SPREAD_TO_COME], axis=0))


def _tried(
    past: Floats, wander: Wander, design: Design, sizes: Floats, rng: np.random.Generator, trials: int
) -> Floats:
    """How often each size is found where it is laid over a stretch of the past, there and back where that is short."""
    there = np.concatenate([past, past[::-1]])
    laid = np.resize(there, len(there) + design.days)
    found = np.zeros(len(sizes))
    for _ in range(trials):
        begin = int(rng.integers(len(there)))
        days = laid[begin : begin + design.days]
        arms = draw(design, DRAWS + 1, rng)
        form = weights(wander, np.isfinite(days))
        sides = np.stack([np.nan_to_num(days), arms[0].astype(float)])
        lean = scores(form, arms, counted(design, arms), sides)
        seen = np.abs(lean[:, :1] + lean[:, 1:] * sizes)
        found += (seen >= seen[0] - NEAR).mean(axis=0) <= LEVEL
    return found / trials


def by_formula(wander: Wander, design: Design, recorded: float, sizes: Floats, rng: np.random.Generator) -> Floats:
    """The chance of each size (k,) were the wandering as fitted; `recorded` is the share of days with a value."""
    error = wander.spread * _error(wander, design, recorded, rng)
    if error == 0:
        return np.ones(len(sizes))
    edge = NORMAL.inv_cdf(1 - LEVEL / 2)
    return np.array([NORMAL.cdf(size / error - edge) + NORMAL.cdf(-size / error - edge) for size in sizes])


def _error(wander: Wander, design: Design, recorded: float, rng: np.random.Generator, draws: int = 12) -> float:
    """The standard error of the estimate, in spreads, the root of its mean square over assignments and missing days."""
    arms = draw(design, draws, rng)
    kept = counted(design, arms)
    seen = rng.random((draws // 4, design.days)) < recorded
    found = []
    for place, one in enumerate(arms):
        form = weights(wander, seen[place % len(seen)] & kept[place])
        square = float(one @ form @ one)
        found.append(1 / square if square > NEAR else inf)
    return sqrt(float(np.mean(found)))


def days_for(
    size: float, past: Floats, wander: Wander, design: Design, rng: np.random.Generator, trials: int = 0
) -> tuple[int, Power] | None:
    """The fewest whole weeks, as days, in which an effect of this size is found four times in five, with the power
    then; None where half a year is not enough. The formula says where to begin, trials laid over the past settle it."""
    recorded = float(np.isfinite(past).mean())
    target = np.array([abs(size)])
    lengths = [days for days in range(2 * WEEK, LONGEST + 1, WEEK) if fits(replace(design, days=days))]
    found: dict[int, Power] = {}

    def likely(days: int) -> bool:
        return bool(by_formula(wander, replace(design, days=days), recorded, target, rng)[0] >= ASKED)

    def enough(place: int) -> bool:
        found[place] = power(past, wander, replace(design, days=lengths[place]), rng, trials)
        return found[place].chance(size) >= ASKED

    if not lengths or not likely(lengths[-1]):
        return None
    low = bisect_left(lengths, 1, key=likely)
    stride, high = 1, min(low, len(lengths) - 1)
    while high < len(lengths) and not enough(high):
        low, high, stride = high + 1, high + stride, 2 * stride
    if high >= len(lengths):
        high = len(lengths) - 1
        if low > high or not enough(high):
            return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return lengths[high], found[high]
