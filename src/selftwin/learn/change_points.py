"""When a daily signal took another level, for good or for weeks: the days, how sure they are, and how large the step.

Levels are steps under the signal's own wandering (an echo of days, a slow part of weeks, and what is over at once), so
that neither an autocorrelated week nor a missing one is taken for a change. How the signal wanders and where it changed
are weighed together, for each alone would swallow the other: over a grid of ways to wander, steps are added one by one
where they explain most of what the whitened days leave, moved to where they fit best, and dropped again where the rest
explains them. One has to be worth `PENALTY` of twice the log likelihood, which was set on wandering alone
(docs/models/changes.md). After Romano and others, J Am Stat Assoc 2022;117:2147, whose model this is but for the slow
part, which returns to its level instead of walking away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.whitening import Mix, held, mixes, whiten

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PENALTY = 11.0  # of twice the log likelihood, for each change
SIDE = 14  # measured days that a level holds at least
WEEKS, YEARS = 56, 730  # days from which a week's, a year's own shape is told apart
MOST = 24  # changes in one series
COARSE, FINE = 80, 1500  # days tried in the first look, and at most in the second
KEPT = 0.95  # of the chance between the bounds of a day; so much held nine in ten where the truth was known
NORMAL90 = 1.645
WIDER = 1.33  # bounds of a size, beside what the likelihood gives: what is picked out is picked for being large
YEAR = 365.2425
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    """A change of level: the day number `at` on which the new level began, with `first` and `last` that hold it nine
    times in ten; `size` with `low` and `high` alike, in the unit of the values; `worth` of twice the log likelihood."""

    at: int
    first: int
    last: int
    size: float
    low: float
    high: float
    worth: float


@dataclass(frozen=True, slots=True)
class Levels:
    """What was found in a series: its changes, oldest first; the `levels` between them, one more than the changes;
    `spread`, the standard deviation of its wandering; and the share of that in its echo and in its slow part."""

    points: tuple[Point, ...]
    levels: tuple[float, ...]
    spread: float
    echo: float
    slow: float


@dataclass(frozen=True, slots=True)
class _Held:
    """A series laid on a calendar (n,), what else moves it (n, q), and the days (k,) on which a level may begin."""

    values: Floats
    seen: NDArray[np.bool_]
    others: Floats
    starts: Ints


def change_points(days: Ints, values: Floats, *, penalty: float = PENALTY) -> Levels | None:
    """The changes of level in values (n,) of ascending day numbers (n,); None where they are too few or do not move.

    Exact in the likelihood of each step, greedy in their number; nothing is drawn, so the same days say the same.
    """
    series = _laid(days, values)
    if series is None:
        return None
    coarse = series.starts[:: -(-len(series.starts) // COARSE)]
    mix = _likeliest(series, coarse, penalty)
    looked = _Look.at(series, series.starts[:: -(-len(series.starts) // FINE)], mix)
    chosen = looked.settled(penalty)
    return looked.told(chosen, int(days[0]), mix)


def _laid(days: Ints, values: Floats) -> _Held | None:
    """The series on its calendar, single far days held; None where no level could be told from another."""
    known = np.isfinite(values)
    if known.sum() < 2 * SIDE or np.ptp(values[known]) == 0:
        return None
    span = int(days[-1] - days[0]) + 1
    line = np.full(span, np.nan)
    line[days - days[0]] = values
    line = held(line)
    seen = np.isfinite(line)
    there = np.flatnonzero(seen)
    if np.ptp(line[there]) == 0:
        return None
    return _Held(np.where(seen, line, 0.0), seen, _others(np.arange(days[0], days[-1] + 1), len(there)),
                 there[SIDE : len(there) - SIDE + 1])  # fmt: skip


def _others(days: Ints, known: int) -> Floats:
    """What moves a series besides its levels: one, the weekdays, a year's wave (n, q)."""
    columns = [np.ones(len(days))]
    if known >= WEEKS:
        columns += [((days % 7) == weekday) - 1 / 7 for weekday in range(6)]
    if len(days) >= YEARS:
        angle = 2 * np.pi * days / YEAR
        columns += [np.sin(angle), np.cos(angle)]
    return np.stack(columns, -1)


def _steps(span: int, starts: Ints) -> Floats:
    """A step from each start on (n, k)."""
    return (np.arange(span)[:, None] >= starts).astype(np.float64)


def _likeliest(series: _Held, starts: Ints, penalty: float) -> Mix:
    """The way to wander under which a first look, with the changes it finds, is likeliest."""
    grid = mixes()
    columns = np.concatenate([series.others, _steps(len(series.seen), starts), series.values[:, None]], -1)
    seen = np.tile(series.seen, (len(grid), 1))
    white, logs = whiten(np.broadcast_to(columns, (len(grid), *columns.shape)).copy(), seen, grid)
    costs = []
    for place in range(len(grid)):
        look = _Look.of(white[place][series.seen], series, starts)
        _, cost = look.added(penalty)
        costs.append(cost + logs[place])
    return grid.one(int(np.argmin(costs)))


@dataclass(frozen=True, slots=True)
class _Look:
    """A whitened series and steps from k starts, both without what else moves the series: their inner products `among`
    (k, k) and `along` (k,), the series' `square`; and the whitened columns as they were, `whole` (n, q + k + 1)."""

    among: Floats
    along: Floats
    square: float
    whole: Floats
    series: _Held
    starts: Ints

    @classmethod
    def at(cls, series: _Held, starts: Ints, mix: Mix) -> _Look:
        """The series seen with steps at these starts, under one way to wander."""
        columns = np.concatenate([series.others, _steps(len(series.seen), starts), series.values[:, None]], -1)
        white, _ = whiten(columns[None], series.seen[None], mix)
        return cls.of(white[0][series.seen], series, starts)

    @classmethod
    def of(cls, white: Floats, series: _Held, starts: Ints) -> _Look:
        """Of whitened columns: others, steps, the series."""
        count = series.others.shape[1]
        basis = _basis(white[:, :count])
        rest = white[:, count:] - basis @ (basis.T @ white[:, count:])
        steps, line = rest[:, :-1], rest[:, -1]
        return cls(steps.T @ steps, steps.T @ line, float(line @ line), white, series, starts)

    def cost(self, square: float) -> float:
        """Twice the negative log likelihood of a sum of squares left."""
        count = len(self.whole)
        return float(count * np.log(max(square, 1e-12) / count))

    def besides(self, others: Sequence[int]) -> tuple[Floats, Floats, float]:
        """What these other steps leave of each step's square (k,), of its product with the series (k,), and of the
        series' square."""
        norms, along, square = self.among.diagonal().copy(), self.along, self.square
        if len(others):
            taken = self.among[np.ix_(others, others)] + TINY * np.eye(len(others))
            solved = np.linalg.solve(taken, np.c_[self.among[others], self.along[others]])
            norms = norms - (self.among[others] * solved[:, :-1]).sum(0)
            along = along - self.among[others].T @ solved[:, -1]
            square = square - float(self.along[others] @ solved[:, -1])
        return norms, along, square

    def gains(self, others: Sequence[int]) -> tuple[Floats, float]:
        """What each step would explain besides these others (k,), nought where it may not stand, and the square
        left."""
        norms, along, square = self.besides(others)
        found = np.where(norms > 1e-6, along**2 / np.maximum(norms, 1e-6), 0.0)
        return found * self._free(others), square

    def worth(self, gain: float, square: float) -> float:
        """Of a step that explains so much of a square: twice the log likelihood."""
        return self.cost(square) - self.cost(square - gain)

    def added(self, penalty: float) -> tuple[list[int], float]:
        """Places of steps added while they are worth the penalty, one by one or, for what came and went, two at once;
        and the penalised cost with them."""
        chosen: list[int] = []
        while len(chosen) < MOST:
            gains, square = self.gains(chosen)
            best = int(np.argmax(gains))
            alone = self.worth(float(gains[best]), square) - penalty
            gain, two = self._two(chosen)
            both = self.worth(gain, square) - 2 * penalty
            if max(alone, both) <= 0:
                break
            chosen += [best] if alone >= both else two
        return chosen, self.cost(self.besides(chosen)[2]) + penalty * len(chosen)

    def _two(self, chosen: Sequence[int]) -> tuple[float, list[int]]:
        """The two steps that explain most together besides those chosen, and how much."""
        among, along = self.among, self.along
        if len(chosen):
            taken = among[np.ix_(chosen, chosen)] + TINY * np.eye(len(chosen))
            solved = np.linalg.solve(taken, np.c_[among[chosen], along[chosen]])
            along = along - among[chosen].T @ solved[:, -1]
            among = among - among[chosen].T @ solved[:, :-1]
        norms = np.maximum(among.diagonal(), TINY)
        within = np.outer(norms, norms) - among**2
        fits = np.outer(along**2, norms)
        found = (fits + fits.T - 2 * np.outer(along, along) * among) / np.maximum(within, TINY)
        free = self._free(chosen)
        rank = np.cumsum(self.series.seen)[self.starts]
        apart = np.abs(rank[:, None] - rank) >= SIDE
        found = np.where(apart & (free[:, None] * free > 0) & (within > 1e-3 * np.outer(norms, norms)), found, 0.0)
        one, other = np.unravel_index(int(np.argmax(found)), found.shape)
        return float(found[one, other]), [int(one), int(other)]

    def settled(self, penalty: float) -> list[int]:
        """The places added, then moved and dropped until nothing gets better, in order of time."""
        chosen, _ = self.added(penalty)
        for _ in range(4):
            before = sorted(chosen)
            for place in before:
                others = [one for one in chosen if one != place]
                gains, square = self.gains(others)
                best = int(np.argmax(gains))
                chosen = [*others, best] if self.worth(float(gains[best]), square) > penalty else others
            if sorted(chosen) == before:
                break
        return sorted(chosen)

    def _free(self, chosen: Sequence[int]) -> Floats:
        """One where a step may stand: a level's least days from the others (k,)."""
        rank = np.cumsum(self.series.seen)[self.starts]
        free = np.ones(len(self.starts))
        for place in chosen:
            free[np.abs(rank - rank[place]) < SIDE] = 0.0
        return free

    def told(self, chosen: list[int], first: int, mix: Mix) -> Levels:
        """The changes with the bounds of their days and sizes, and the levels between."""
        count = self.series.others.shape[1]
        design = self.whole[:, [*range(count), *(count + place for place in chosen)]]
        found, _, rank, _ = np.linalg.lstsq(design, self.whole[:, -1], rcond=None)
        left = self.whole[:, -1] - design @ found
        spread = float(np.sqrt(left @ left / max(len(design) - int(rank), 1)))
        points = tuple(self._point(place, chosen, first, spread) for place in chosen)
        levels = found[0] + np.concatenate([[0.0], np.cumsum(found[count:])])
        return Levels(points, tuple(float(one) for one in levels), spread, float(mix.echo[0]), float(mix.slow[0]))

    def _point(self, place: int, chosen: list[int], first: int, spread: float) -> Point:
        """One change given the others: its day weighed over every day it could have been."""
        others = [one for one in chosen if one != place]
        gains, square = self.gains(others)
        weights = np.where(gains > 0, np.exp(0.5 * (gains - gains[place]) / spread**2), 0.0)
        weights /= weights.sum()
        early, late = _span(weights, place)
        norms, along, _ = self.besides(others)
        size, error = along / np.maximum(norms, 1e-6), spread / np.sqrt(np.maximum(norms, 1e-6))
        mean = float(weights @ size)
        away = WIDER * NORMAL90 * float(np.sqrt(weights @ (error**2 + (size - mean) ** 2)))
        return Point(first + int(self.starts[place]), first + self._after(early), first + int(self.starts[late]),
                     float(size[place]), min(mean - away, float(size[place])), max(mean + away, float(size[place])),
                     self.worth(float(gains[place]), square))  # fmt: skip

    def _after(self, place: int) -> int:
        """The first day a level tried at a place may have begun: the day after the measured one before it."""
        before = np.flatnonzero(self.series.seen[: self.starts[place]])
        return int(before[-1]) + 1 if len(before) else int(self.starts[place])


def _basis(columns: Floats) -> Floats:
    """An orthonormal basis of what columns (n, q) span (n, r)."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, sizes > 1e-9 * max(float(sizes.max(initial=0.0)), 1e-9)])


def _span(weights: Floats, place: int) -> tuple[int, int]:
    """The narrowest run of places around one that holds the chance asked for."""
    low = high = place
    mass = weights[place]
    while mass < KEPT and (low > 0 or high < len(weights) - 1):
        left = weights[low - 1] if low > 0 else -1.0
        right = weights[high + 1] if high < len(weights) - 1 else -1.0
        if left > right:
            low, mass = low - 1, mass + left
        else:
            high, mass = high + 1, mass + right
    return low, high
