"""What one day's value is made of: the usual level, its slow trend, the weekday, what the days before brought, what of
the last days still echoes, and what is left; named parts that add up to the value.

A linear model with an echo: value = level + weekday + drivers + echo + surprise. The level is a line bent every four
weeks; every piece is shrunk by how much its kind explained so far (Bayesian linear regression, its few sizes chosen by
marginal likelihood: MacKay, "Bayesian interpolation", Neural Computation 4, 1992), the echo a first-order
autoregression (Cochrane & Orcutt, JASA 44, 1949), and single wild days count less (Huber, Ann Math Stat 35, 1964). A
day is explained by a model of the days before it alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.contributions_fit import Frame, Shrink, search, solved

if TYPE_CHECKING:
    from selftwin.learn.contributions_fit import Solved

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NINETY = 1.6449  # half the width that holds nine in ten, in standard errors
YEAR = 365  # days whose mean is the usual level


@dataclass(frozen=True, slots=True)
class History:
    """T consecutive days, the last the one to be explained: `values` (T,), NaN where missing; `weekdays` (T,), 0 to 6;
    `drivers` (T, C), what was done or happened as each day sees it, NaN where not known; `groups` (C,) which driver a
    column belongs to (one at several lags has several); `stages` (C,): what was taken (0) and what then showed (2),
    which counts beyond what the former tells of it, so that a drink keeps what it brings by way of a poor night; all
    else (1) stands apart, since an illness that shows may be why it was left off."""

    values: Floats
    weekdays: Ints
    drivers: Floats
    groups: Ints
    stages: Ints

    def __len__(self) -> int:
        return len(self.values)

    def until(self, days: int) -> History:
        """The first days alone."""
        return replace(
            self, values=self.values[:days], weekdays=self.weekdays[:days], drivers=self.drivers[:days]
        )

    def with_drivers(self, drivers: Floats) -> History:
        """The same values beside other drivers."""
        return replace(self, drivers=drivers)


@dataclass(frozen=True, slots=True)
class Model:
    """What the days before taught: the frame of its columns, what they weigh and how surely, the `echo` a day, and the
    usual spread of a surprise."""

    frame: Frame
    solved: Solved
    shrink: Shrink

    @property
    def echo(self) -> float:
        """How much of a day's leftover the next day still holds."""
        return self.shrink.echo

    def smooth(self, history: History) -> Floats:
        """What level, weekday and drivers make of each day (T,)."""
        return np.asarray(self.frame.middle + self.frame.columns(history) @ self.solved.weights)

    def expects(self, history: History) -> Floats:
        """What is expected of each day (T,) of the days before it: with the echo of the last known one."""
        smooth = self.smooth(history)
        return np.asarray(smooth + self._echoes(history.values - smooth))

    def _echoes(self, leftover: Floats) -> Floats:
        """What still echoes on each day of the last leftover known before it."""
        days = np.arange(len(leftover))
        last = np.maximum.accumulate(np.where(np.isfinite(leftover), days, -1))
        before = np.concatenate([[-1], last[:-1]])
        held = self.echo ** (days - before).astype(np.float64) * np.nan_to_num(leftover)[before]
        return np.asarray(np.where(before < 0, 0.0, held))

    def bounds(self, contrast: Floats) -> float:
        """Half the width of the interval that holds nine in ten of a sum of weights."""
        return NINETY * float(np.sqrt(max(contrast @ spread @ contrast for spread in self.solved.spreads)))


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of one value; they add up to `total`. `half` holds half the width of the interval of `trend`, `weekday`
    and each driver (G,). A driver that was as usual, or not known, brings zero."""

    total: float
    usual: float
    trend: float
    weekday: float
    drivers: Floats
    echo: float
    unexplained: float
    trend_half: float
    weekday_half: float
    drivers_half: Floats

    @property
    def expected(self) -> float:
        """All but what is left."""
        return self.usual + self.trend + self.weekday + float(self.drivers.sum()) + self.echo


def fit(history: History, named: Flags | None = None, *, like: Model | None = None) -> Model:
    """The model of all days but the last, with the columns in `named` (C,) among the drivers (none without). Sizes are
    looked for from those of a model it is `like`.

    Raises ValueError where fewer than two of those days have a value.
    """
    past = history.until(len(history) - 1)
    known = np.flatnonzero(np.isfinite(past.values))
    if len(known) < 2:
        raise ValueError("two days with a value are needed")
    columns = np.zeros(history.drivers.shape[1], np.bool_) if named is None else named
    frame = Frame.of(past, columns)
    start = like.shrink if like else Shrink()
    shrink, found = search(frame.columns(past)[known], past.values[known] - frame.middle, known, frame, start)
    return Model(frame, found, shrink)


def weak(history: History, named: Flags, like: Model) -> Model:
    """The same with drivers hardly shrunk, and all else shrunk as in `like`: what they weigh before any doubt."""
    past = history.until(len(history) - 1)
    known = np.flatnonzero(np.isfinite(past.values))
    frame = Frame.of(past, named)
    shrink = replace(like.shrink, week=1.0, drivers=3.0)
    found = solved(frame.columns(past)[known], past.values[known] - frame.middle, known, frame, shrink)
    return Model(frame, found, shrink)


def split(history: History, model: Model) -> Split:
    """The last day's value by its parts. Raises ValueError where it has none."""
    total = float(history.values[-1])
    if not np.isfinite(total):
        raise ValueError("the day to be explained has no value")
    row = model.frame.columns(history)[-1]
    weights, places = model.solved.weights, model.frame.places
    usual_row = model.frame.usual(len(history) - 1)
    usual = model.frame.middle + float(usual_row @ weights)
    trending = np.where(places.level, row, 0.0) - usual_row
    weekday = np.where(places.week, row, 0.0)
    each = [np.where(places.driver == group, row, 0.0) for group in range(_count(history))]
    drivers = np.array([float(one @ weights) for one in each]) + 0.0
    echo = float(model.expects(history)[-1] - model.smooth(history)[-1])
    trend, week = float(trending @ weights), float(weekday @ weights)
    expected = usual + trend + week + float(drivers.sum()) + echo
    return Split(
        total, usual, trend, week, drivers, echo, total - expected,
        model.bounds(trending), model.bounds(weekday), np.array([model.bounds(one) for one in each]),
    )  # fmt: skip


def _count(history: History) -> int:
    return int(history.groups.max()) + 1 if len(history.groups) else 0
