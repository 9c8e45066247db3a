"""A level that wanders, with a trend that fades and a ripple of some days, seen through noisy and missing readings.

A structural time series (Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989) whose five
spreads are not fixed but weighed on a grid by how well they explain the readings, so that what is imagined from it
carries the doubt about them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.wandering_kernel import filtered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOLD = 0.7  # how much of the ripple a day keeps
LEVELS = (0.01, 0.03, 0.06, 0.1, 0.16)
TRENDS = (0.002, 0.006, 0.014, 0.03)
HALVES = (20.0, 60.0, 150.0)  # days until half of a trend has faded
RIPPLES = (0.1, 0.25, 0.45, 0.8)
NOISES = (0.1, 0.2, 0.4, 0.7)
LEAST_ROUND, WEEK = 5, 7
SPREAD = 0.8  # of the logarithm of a spread, from one series to another, before any reading


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a kind of series, in its own unit: `scale` is what the grid of spreads is multiplied by, the
    others are middles, of a series at that scale 1: of the level's daily step, the trend, ripple and noise."""

    scale: float = 1.0
    level: float = 0.07
    trend: float = 0.014
    ripple: float = 0.25
    noise: float = 0.3


@dataclass(frozen=True, slots=True)
class Learnt:
    """What readings taught by the end of some days (`marks`, from the first reading on): cells [n, 5], the log of their
    weights before any reading [n], and what the filter knows of each [n, m, 10], all at scale 1; and what readings are
    rounded to (`grain`, 0 where they are not)."""

    cells: Floats
    before: Floats
    marks: Ints
    known: Floats
    scale: float
    grain: float

    def weights(self, mark: int = -1) -> Floats:
        """How likely each cell is by that mark: [n], adding up to 1."""
        logs = self.before + self.known[:, mark, 0]
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    def now(self, mark: int = -1) -> tuple[float, float]:
        """The mean level and its mean trend a day at that mark, in the unit of the readings."""
        level, trend = self.weights(mark) @ self.known[:, mark, 1:3] * self.scale
        return float(level), float(trend)


@dataclass(frozen=True, slots=True)
class Imagined:
    """Futures from a mark on, (n, days + 1), the mark's day first, in the unit of the readings: the slow `level`, and
    `readings` as they would be taken; and the `trend` a day."""

    level: Floats
    readings: Floats
    trend: Floats


def learn(days: Ints, values: Floats, until: int, usual: Usual, *, marks: Ints | None = None) -> Learnt:
    """What readings [n] on whole days [n], ascending and single, teach by the end of the day `until` (≥ the last) and
    of other days `marks`. Raises ValueError where there are none.

    Where readings are whole numbers or halves, the same one again says little: it counts again after a week only.
    """
    if not len(days):
        raise ValueError("there is no reading")
    grain = _grain(values)
    if grain:
        days, values = _said_anew(days, values)
    line = np.full(int(until - days[0]) + 1, np.nan)
    line[days - days[0]] = values / usual.scale
    cells, before = _grid(usual)
    ends = np.array([until], np.int64) if marks is None else np.append(np.sort(marks), until)
    known = np.empty((len(cells), len(ends), 10))
    rounded = (grain / usual.scale) ** 2 / 12
    filtered(cells, line, float(line[0]), rounded, (ends - days[0]).astype(np.int64), known)
    return Learnt(cells, before, ends, known, usual.scale, grain)


def imagine(learnt: Learnt, ahead: int, n: int, rng: np.random.Generator, *, mark: int = -1) -> Imagined:
    """Futures, n (even) of them, over so many days from a mark. They come in pairs with opposite luck, so that their
    mean is nearly exact."""
    half = n // 2
    picked = np.repeat(_spread_over(learnt.weights(mark), half, rng), 2)
    luck = _mirrored(rng, (half, 3 + 4 * (ahead + 1)))
    level, trend, ripple = _standing(learnt.known[picked, mark], luck[:, :3])
    steps = luck[:, 3:].reshape(n, ahead + 1, 4)
    q, s, keep, u, e = learnt.cells[picked].T
    e = np.sqrt(e**2 + (learnt.grain / learnt.scale) ** 2 / 12)
    levels, readings, trends = (np.empty((n, ahead + 1)) for _ in range(3))
    for day in range(ahead + 1):
        if day:
            level = level + trend + q * steps[:, day, 0]
            trend = keep * trend + s * np.sqrt(1 - keep**2) * steps[:, day, 1]
            ripple = HOLD * ripple + u * np.sqrt(1 - HOLD**2) * steps[:, day, 2]
        levels[:, day], trends[:, day] = level, trend
        readings[:, day] = level + ripple + e * steps[:, day, 3]
    return Imagined(levels * learnt.scale, readings * learnt.scale, trends * learnt.scale)


@dataclass(frozen=True, slots=True)
class Replay:
    """What would have been said on past days, [m] each: from when, for when (days), 90 in 100 bounds and the middle,
    what came, and the last reading known then."""

    origins: Ints
    targets: Ints
    low: Floats
    middle: Floats
    high: Floats
    came: Floats
    last: Floats

    @property
    def inside(self) -> int:
        """How many ended between the bounds."""
        return int(((self.came >= self.low) & (self.came <= self.high)).sum())


def replay(
    days: Ints, values: Floats, ahead: int, usual: Usual, *, every: int = 30, least: int = 5, slack: int = 3,
    most: int = 24, n: int = 400, seed: int = 0,
) -> Replay:  # fmt: skip
    """How futures `ahead` days would have done on the series' own past: from days with at least `least` readings before
    them, `every` so many days, each against the reading nearest to its end, at most `slack` days off."""
    pairs = _pairs(days, ahead, every, least, slack)[-most:]
    origins = np.array([origin for origin, _ in pairs], np.int64)
    targets = np.array([days[target] for _, target in pairs], np.int64)
    came = np.array([values[target] for _, target in pairs], np.float64)
    low, middle, high = np.empty(len(pairs)), np.empty(len(pairs)), np.empty(len(pairs))
    if pairs:
        learnt = learn(days, values, int(days[-1]), usual, marks=origins)
        for mark, (origin, target) in enumerate(zip(origins, targets, strict=True)):
            rng = np.random.default_rng([seed, mark])
            ends = imagine(learnt, int(target - origin), n, rng, mark=mark).readings[:, -1]
            low[mark], middle[mark], high[mark] = np.quantile(ends, [0.05, 0.5, 0.95])
    last = values[np.searchsorted(days, origins, side="right") - 1] if pairs else np.empty(0)
    return Replay(origins, targets, low, middle, high, came, np.asarray(last))


def _pairs(days: Ints, ahead: int, every: int, least: int, slack: int) -> list[tuple[int, int]]:
    """Days to look ahead from, newest last, and the places of the readings they are held against."""
    found: list[tuple[int, int]] = []
    origin = int(days[-1]) - ahead if len(days) else 0
    while len(days) > least and origin >= days[least - 1]:
        near = int(np.argmin(np.abs(days - (origin + ahead))))
        if abs(int(days[near]) - origin - ahead) <= slack and days[near] > origin:
            found.append((origin, near))
        origin -= every
    return found[::-1]


def _grain(values: Floats) -> float:
    """What readings are rounded to: 1 or 0.5 where four in five are, else 0 (finer, or not at all)."""
    for grain in (1.0, 0.5):
        if len(values) >= LEAST_ROUND and (np.abs(values / grain - np.round(values / grain)) < 1e-6).mean() >= 0.8:
            return grain
    return 0.0


def _said_anew(days: Ints, values: Floats) -> tuple[Ints, Floats]:
    """The readings without those that repeat the one kept before them within a week."""
    kept = [0]
    for place in range(1, len(days)):
        if values[place] != values[kept[-1]] or days[place] - days[kept[-1]] >= WEEK:
            kept.append(place)
    return days[kept], values[kept]


def _grid(usual: Usual) -> tuple[Floats, Floats]:
    """The cells [n, 5] at scale 1, and the logarithm of how likely each is before any reading [n]."""
    keeps = tuple(0.5 ** (1 / half) for half in HALVES)
    cells = np.array(list(product(LEVELS, TRENDS, keeps, RIPPLES, NOISES)))
    off = [np.log(cells[:, k] / middle) for k, middle in ((0, usual.level), (1, usual.trend), (3, usual.ripple))]
    off.append(np.log(cells[:, 4] / usual.noise))
    return cells, np.asarray(-0.5 * sum(one**2 for one in off) / SPREAD**2)


def _spread_over(weights: Floats, n: int, rng: np.random.Generator) -> Ints:
    """Places, n of them, picked by weight, evenly rather than by luck."""
    edges = np.cumsum(weights)
    found = np.searchsorted(edges / edges[-1], (np.arange(n) + rng.random()) / n)
    return np.asarray(rng.permutation(np.minimum(found, len(weights) - 1)))


def _mirrored(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Normal luck, each row followed by its opposite."""
    luck = rng.standard_normal(shape)
    return np.stack([luck, -luck], axis=1).reshape(2 * shape[0], shape[1])


def _standing(known: Floats, luck: Floats) -> tuple[Floats, Floats, Floats]:
    """Level, trend and ripple drawn from what a filter knows [n, 10], with normal luck [n, 3]."""
    p00, p01, p02, p11, p12, p22 = known[:, 4:].T
    a = np.sqrt(np.maximum(p00, 1e-12))
    b, c = p01 / a, p02 / a
    d = np.sqrt(np.maximum(p11 - b * b, 1e-12))
    f = (p12 - b * c) / d
    g = np.sqrt(np.maximum(p22 - c * c - f * f, 0.0))
    one, two, three = luck.T
    return known[:, 1] + a * one, known[:, 2] + b * one + d * two, known[:, 3] + c * one + f * two + g * three
