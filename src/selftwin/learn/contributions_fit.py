"""The regression behind contributions: columns for level, weekday and drivers, rows freed of the echo, weights shrunk
by their kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from selftwin.learn.contributions import History

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BASIS_DAYS = 28  # the level bends every so many days
ECHOES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
BENDS, WEEKS, DRIVES = (0.15, 0.5, 1.5, 4.0), (0.05, 0.3, 1.0), (0.1, 0.3, 1.0)  # in usual spreads of a surprise
WILD = 2.5  # surprises beyond so many spreads count less
ROUNDS = 2  # of weighing wild days anew
YEAR = 365
TAKEN, APART, SHOWN = 0, 1, 2  # stages of drivers


class Places(NamedTuple):
    """What each column is: of the level, of the week, and of which driver (-1 for none)."""

    level: Flags
    week: Flags
    driver: Ints


@dataclass(frozen=True, slots=True)
class Shrink:
    """Sizes, in usual spreads of a surprise: of a bend of the level, of a weekday, of a driver's usual swing; and how
    much of a leftover echoes a day (below zero: not looked for yet)."""

    echo: float = -1.0
    bend: float = 0.5
    week: float = 0.3
    drivers: float = 0.3


@dataclass(frozen=True, slots=True)
class Frame:
    """How days become columns: `middle` is taken off the values; `days` were learnt from; drivers in `named` (C,) are
    measured from `centre` (C,), in steps of `scale` (C,). `places` says what each column is; the level bends at
    `knots`, the last of the days among them; `told` (C, C) is what the steps of drivers of
    the first stage tell of those of the last, and `apart` (C,) where they usually lie beyond that."""

    middle: float
    days: int
    named: Flags
    centre: Floats
    scale: Floats
    places: Places
    knots: Ints
    told: Floats
    apart: Floats

    @classmethod
    def of(cls, past: History, named: Flags) -> Frame:
        """The frame of these days: drivers from what is usual of them, in steps of their own spread."""
        known = np.isfinite(past.drivers) & np.isfinite(past.values)[:, None]
        centre, scale = np.zeros(len(named)), np.ones(len(named))
        for column in np.flatnonzero(named):
            values = past.drivers[known[:, column], column]
            if len(values):
                centre[column] = float(np.median(values))
                scale[column] = float(values.std()) or 1.0
        knots = np.arange(len(past) - 1, -BASIS_DAYS, -BASIS_DAYS)[::-1]
        drivers = past.groups[named]
        kinds = np.repeat([0, 1, 2], [len(knots), 7, len(drivers)])
        driver = np.concatenate([np.full(len(knots) + 7, -1), drivers]).astype(np.int64)
        places = Places(kinds == 0, kinds == 1, driver)
        steps = ((past.drivers - centre) / scale)[np.isfinite(past.values)]
        told, apart = _told(steps, past.stages, named)
        return cls(float(np.nanmedian(past.values)), len(past), named, centre, scale, places, knots, told, apart)

    def columns(self, history: History) -> Floats:
        """The columns (T, P) of days: the level's, the week's, the drivers'. The level goes on flat after its end."""
        level = self._level(np.arange(len(history)))
        week = np.eye(7)[history.weekdays]
        steps = np.nan_to_num((history.drivers - self.centre) / self.scale)
        beyond = np.where(np.isfinite(history.drivers), steps - steps @ self.told - self.apart, 0.0)
        return np.hstack([level, week, beyond[:, self.named]])

    def _level(self, days: Ints) -> Floats:
        """The last knot's height, and how far each earlier one lay from the next."""
        knots = self.knots
        hats = np.array([np.interp(days, knots, one) for one in np.eye(len(knots))]).T
        back = np.where(np.arange(len(knots)) == 0, 1.0, -back_steps(len(knots)))
        return np.asarray(hats @ back)

    def usual(self, days: int) -> Floats:
        """The contrast (P,) of the mean level of the last year of those days."""
        found = np.zeros(len(self.knots) + 7 + int(self.named.sum()))
        found[: len(self.knots)] = self._level(np.arange(max(0, days - YEAR), days)).mean(axis=0)
        return found

    def precision(self, shrink: Shrink) -> Floats:
        """How strongly each column (P,) is held to zero."""
        places = self.places
        held = np.where(places.week, shrink.week**-2, shrink.drivers**-2)
        held = np.where(places.level, shrink.bend**-2, held)
        held[0] = 1e-8
        return np.asarray(held)


def _told(steps: Floats, stages: Ints, named: Flags) -> tuple[Floats, Floats]:
    """What steps (n, C) of the first stage tell of those of the last: weights (C, C), lightly shrunk, zero elsewhere;
    and where what is beyond usually lies (C,)."""
    found, apart = np.zeros((len(named), len(named))), np.zeros(len(named))
    first = np.flatnonzero(named & (stages == TAKEN))
    known = np.isfinite(steps)
    for column in np.flatnonzero(named & (stages == SHOWN)) if len(first) else ():
        rows = known[:, first].all(axis=1) & known[:, column]
        if rows.sum() < BASIS_DAYS:
            continue
        taken, shown = steps[np.ix_(rows, first)], steps[rows, column]
        away = taken - taken.mean(axis=0)
        weights = np.linalg.solve(away.T @ away + np.eye(len(first)), away.T @ (shown - shown.mean()))
        found[first, column] = weights
        apart[column] = float(np.median(shown - taken @ weights))
    return found, apart


def back_steps(knots: int) -> Floats:
    """Which steps (columns 1 on, the newest first) lie between each knot and the last: (knots, knots)."""
    found = np.zeros((knots, knots))
    for knot in range(knots):
        found[knot, 1 : knots - knot] = 1.0
    return found


@dataclass(frozen=True, slots=True)
class Solved:
    """Weights (P,), the two spreads (P, P) their doubt is read from (the model's own, and the sandwich of what was
    seen), the usual `size` of a surprise, and how likely the shrinking was."""

    weights: Floats
    spreads: tuple[Floats, Floats]
    size: float
    likely: float


def search(columns: Floats, values: Floats, days: Ints, frame: Frame, start: Shrink) -> tuple[Shrink, Solved]:
    """The likeliest sizes, looked for from a `start`, and what they give; wild days weighed down by a first look."""
    weight, best = np.ones(len(values)), start
    for _ in range(ROUNDS):
        best = _likeliest(columns, values, days, frame, weight, best)
        found = _solve(columns, values, days, frame, best, weight)
        weight = _calm(columns, values, days, best, found)
    return best, _solve(columns, values, days, frame, best, weight)


def solved(columns: Floats, values: Floats, days: Ints, frame: Frame, shrink: Shrink) -> Solved:
    """What these sizes give, wild days weighed down."""
    weight = np.ones(len(values))
    for _ in range(ROUNDS):
        found = _solve(columns, values, days, frame, shrink, weight)
        weight = _calm(columns, values, days, shrink, found)
    return _solve(columns, values, days, frame, shrink, weight)


def _freed(rows: Floats, days: Ints, echo: float) -> tuple[Floats, float]:
    """Rows (n, …) freed of the echo of the row before, in equal spreads, and the log determinant of that."""
    kept = echo ** np.diff(days).astype(np.float64)
    left = np.sqrt(1 - kept**2)
    shape = (-1,) + (1,) * (rows.ndim - 1)
    freed = (rows[1:] - kept.reshape(shape) * rows[:-1]) / left.reshape(shape)
    return np.concatenate([rows[:1], freed]), float(np.log(left).sum())


def _likeliest(columns: Floats, values: Floats, days: Ints, frame: Frame, weight: Floats, start: Shrink) -> Shrink:
    """The sizes of the largest marginal likelihood, one after the other. Beside drivers weekdays are hardly shrunk:
    what is done on some weekdays only must not take the weekday's part."""
    best, most, sums = start, -np.inf, None
    near = ECHOES if start.echo not in ECHOES else ECHOES[max(ECHOES.index(start.echo) - 1, 0) :][:3]
    for echo in near:
        tried = replace(start, echo=echo)
        here = _sums(columns, values, days, echo, weight)
        if (likely := _likelihood(here, frame.precision(tried), len(values))) > most:
            best, most, sums = tried, likely, here
    assert sums is not None  # noqa: S101 - some echo is likelier than nothing
    week, drivers = (WEEKS[-1:], DRIVES) if frame.named.any() else (WEEKS, ())
    for name, sizes in (("bend", BENDS), ("week", week), ("drivers", drivers)):
        tries = [replace(best, **{name: size}) for size in sizes] or [best]
        best = max(tries, key=lambda one: _likelihood(sums, frame.precision(one), len(values)))
    return best


class _Sums(NamedTuple):
    square: Floats
    both: Floats
    values: float
    freed: float


def _sums(columns: Floats, values: Floats, days: Ints, echo: float, weight: Floats) -> _Sums:
    rows, freed = _freed(np.column_stack([columns, values]), days, echo)
    rows *= np.sqrt(weight)[:, None]
    whole = rows.T @ rows
    return _Sums(whole[:-1, :-1], whole[:-1, -1], float(whole[-1, -1]), freed)


def _likelihood(sums: _Sums, held: Floats, count: int) -> float:
    """The log marginal likelihood, the surprise's size integrated out, up to a constant."""
    whole = np.empty((len(held) + 1, len(held) + 1))
    whole[:-1, :-1] = sums.square
    whole[np.diag_indices(len(held))] += held
    whole[-1, :-1] = whole[:-1, -1] = sums.both
    whole[-1, -1] = sums.values * (1 + 1e-12) + 1e-300
    try:
        root = np.diag(np.linalg.cholesky(whole))
    except np.linalg.LinAlgError:  # values that are told to the last digit leave nothing
        return -np.inf
    decided = float(np.log(root[:-1]).sum() - 0.5 * np.log(held).sum())
    return -count * float(np.log(root[-1])) - decided - sums.freed


def _solve(
    columns: Floats, values: Floats, days: Ints, frame: Frame, shrink: Shrink, weight: Floats
) -> Solved:
    held = frame.precision(shrink)
    sums = _sums(columns, values, days, shrink.echo, weight)
    inverse = np.asarray(np.linalg.inv(sums.square + np.diag(held)), np.float64)
    weights = inverse @ sums.both
    rows, _ = _freed(np.column_stack([columns, values]), days, shrink.echo)
    left = rows[:, -1] - rows[:, :-1] @ weights
    spent = float(np.trace(inverse @ sums.square))
    free = max(len(values) - spent, 1.0)
    size = float(np.sqrt((weight * left**2).sum() / free)) + 1e-12
    seen = rows[:, :-1] * (weight * left)[:, None]
    sandwich: Floats = inverse @ (seen.T @ seen * len(values) / free) @ inverse
    return Solved(weights, (size**2 * inverse, sandwich), size, _likelihood(sums, held, len(values)))


def _calm(columns: Floats, values: Floats, days: Ints, shrink: Shrink, found: Solved) -> Floats:
    """Weights (n,) of days: less than one where the surprise was wild beside the usual one."""
    rows, _ = _freed(np.column_stack([columns, values]), days, shrink.echo)
    left = np.abs(rows[:, -1] - rows[:, :-1] @ found.weights)
    usual = 1.4826 * float(np.median(left)) or found.size
    return np.asarray(np.minimum(1.0, WILD * usual / np.maximum(left, 1e-300)))
