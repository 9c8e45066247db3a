"""Goals: the chance of reaching a target, and what it takes, read off imagined lives.

A plan is scaled: nothing of it, half, all, twice. Each imagined life ends somewhere under each, with the same luck, so
that for every life there is an amount from which it ends at the target. How those amounts are spread is what it takes;
the share of lives whose amount is no more than the plan is the chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.goal import Takes
from selftwin.vocabulary.scenario import CLOCKS, Scenario, Way
from selftwin.vocabulary.signal import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from selftwin.vocabulary.goal import Sense
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do
    from selftwin.vocabulary.trajectory import Trajectory

    Floats = NDArray[np.float64]

WEEK = 7
MOST = 3.0  # times the plan: what lies beyond is another plan
TRIED = (0.5, 2.0, MOST)
SURE, LIKELY, UNLIKELY = 0.95, 0.65, 0.35
FINE = 481
USUAL_DAYS, USUAL_LEAST = 28, 4


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached: a value, at least or at most, as the mean of the week up to a day; a race on the day."""

    signal: str
    target: float
    sense: Sense
    by: date

    @property
    def span(self) -> int:
        """Days whose mean decides."""
        return 1 if self.signal.startswith("race.") else WEEK

    def met(self, values: Floats) -> NDArray[np.bool_]:
        """Which of some values are at the target or beyond."""
        return np.asarray(self.sense.sign * (values - self.target) >= 0)


def ends(told: Trajectory, aim: Aim) -> Floats:
    """Where imagined lives end (2, n), with and without the plan: means over the days that decide.

    Raises NothingYet where a model keeps no lives, UsageError where it does not look as far as the goal's day.
    """
    if told.draws is None:
        raise NothingYet(f"{told.model} tells no lives of which a chance could be counted.")
    days = [date.fromisoformat(point.at[:10]) for point in told.with_]
    if days[-1] < aim.by - timedelta(days=1):
        reach = (days[-1] - days[0]).days
        raise UsageError(f"The model looks {reach} days ahead at most.", hint="Choose a nearer day.")
    first = aim.by - timedelta(days=aim.span - 1)
    places = [place for place, day in enumerate(days) if first <= day <= aim.by]
    if not places:
        places = [max(place for place, day in enumerate(days) if day <= aim.by)]
    return np.asarray(told.draws[:, :, places].mean(axis=2))


@dataclass(frozen=True, slots=True)
class Response:
    """Where lives end under shares of a plan: `scales` (k,) ascending from 0, `ends` (k, n), and the fastest weekly
    change of the mean under each, as a share of the value itself (k,). Beyond the last scale nothing was looked at."""

    scales: Floats
    ends: Floats
    paces: Floats

    def lives(self, scale: float) -> Floats:
        """Ends (n,) under a share of the plan, straight between those that were looked at."""
        return np.asarray(self._lives(np.array([scale]))[0])

    def chance(self, aim: Aim, scale: float) -> float:
        """The share of lives that reach the aim under a share of the plan."""
        return float(aim.met(self.lives(scale)).mean())

    def needed(self, aim: Aim, most: float) -> tuple[float, Floats]:
        """The least share of the plan at which the mean future reaches the aim, and for each life its own (n,);
        infinite where none up to `most` does."""
        grid = np.linspace(0.0, min(most, float(self.scales[-1])), FINE)
        ends = self._lives(grid)
        return float(_first(grid, aim.met(ends.mean(axis=1))[:, None])[0]), _first(grid, aim.met(ends))

    def _lives(self, scales: Floats) -> Floats:
        """Ends (m, n) under shares of the plan (m,)."""
        scales = np.clip(scales, self.scales[0], self.scales[-1])
        after = np.clip(np.searchsorted(self.scales, scales), 1, len(self.scales) - 1)
        low, high = self.scales[after - 1], self.scales[after]
        part = ((scales - low) / (high - low))[:, None]
        return np.asarray((1 - part) * self.ends[after - 1] + part * self.ends[after])

    def fastest(self, pace: float) -> float:
        """The largest share of the plan whose fastest week is no faster than this."""
        grid = np.linspace(0.0, float(self.scales[-1]), FINE)
        slow = np.interp(grid, self.scales, self.paces) <= pace
        return float(grid[slow].max()) if slow.any() else 0.0


def _first(grid: Floats, met: NDArray[np.bool_]) -> Floats:
    """The first scale of a grid (k,) at which each column of `met` (k, n) is true."""
    return np.where(met.any(axis=0), grid[met.argmax(axis=0)], np.inf)


def response(tell: Callable[[float], Trajectory], aim: Aim, whole: Trajectory, most: float = MOST) -> Response:
    """The response to shares of a plan, of which the `whole` was told already; at most four questions to the model.

    A share that the model refuses, or that cannot be, ends the search there.
    """
    with_, without = ends(whole, aim)
    known = {0.0: (without, pace(whole, alone=True)), 1.0: (with_, pace(whole))}
    for scale in sorted({min(one, most) for one in TRIED}):
        reached = aim.met(known[max(known)][0]).mean()
        if scale in known or scale <= 0 or (scale > 1 and reached >= SURE):
            continue
        try:
            told = tell(scale)
        except (Refused, UsageError):
            break
        known[scale] = (ends(told, aim)[0], pace(told))
    scales = sorted(known)
    return Response(np.array(scales), np.stack([known[one][0] for one in scales]),
                    np.array([known[one][1] for one in scales]))  # fmt: skip


def pace(told: Trajectory, *, alone: bool = False) -> float:
    """The fastest weekly change of the mean over any four weeks (or all there are), as a share of the value."""
    means = np.array([point.mean for point in (told.without if alone else told.with_)])
    span = min(4 * WEEK, len(means) - 1)
    if span < 1:
        return 0.0
    moved = np.abs(means[span:] - means[:-span]) / np.maximum(np.abs(means[:-span]), 1e-9)
    return float(moved.max()) * WEEK / span


# Steps that are scaled


def lever(plan: Scenario) -> int | None:
    """The place of the first step whose amount can be scaled; None where there is none (a time of day, a word)."""
    fits = (place for place, one in enumerate(plan.steps)
            if one.amount and not (one.signal in CLOCKS and one.way is Way.SET))  # fmt: skip
    return next(fits, None)


def usual(past: Past, one: Do) -> float | None:
    """What is usual for a step's signal: the mean of four weeks; nothing, for what merely happens or has words."""
    if nature(one.signal).kind is not Kind.QUANTITY:
        return 0.0
    today = past.now.astimezone(past.zone).date()
    known = past.days(one.signal, since=today - timedelta(days=USUAL_DAYS))["value"]
    return float(np.mean(known.to_numpy())) if len(known) >= USUAL_LEAST else None


def amount(one: Do, scale: float, usually: float | None) -> float:
    """A step's amount under a share of it: of a change the share itself, of a value that much of the way to it."""
    whole = one.amount or 0.0
    if one.way is not Way.SET:
        return scale * whole
    return (usually or 0.0) + scale * (whole - (usually or 0.0))


def scaled(plan: Scenario, place: int, scale: float, usually: float | None) -> Scenario:
    """The plan with so much of one of its steps."""
    one = plan.steps[place]
    steps = list(plan.steps)
    steps[place] = replace(one, amount=amount(one, scale, usually))
    return Scenario(tuple(steps))


def onward(plan: Scenario, days: int) -> Scenario:
    """What is left of a plan after so many days: spans are shorter, and what is over is gone."""
    over = timedelta(days=days)
    left = []
    for one in plan.steps:
        lasts = None if one.lasts is None else one.lasts - over if one.moment is None else one.lasts
        if lasts is None or lasts > timedelta(0):
            left.append(replace(one, lasts=lasts))
    return Scenario(tuple(left))


# What it takes


def takes(found: Response, aim: Aim, one: Do, usually: float | None, most: tuple[float, str]) -> Takes:
    """How much of a step reaches the aim: of the mean future, and the bounds that hold 9 lives in 10; no more of the
    plan than `most`, whose reason is said where that is too little."""
    middle, lives = found.needed(aim, most[0])
    low, high = np.quantile(lives, [0.05, 0.95], method="lower")
    return _told(one, usually, (middle, float(low), float(high)), most)


def lift(found: Response, aim: Aim, one: Do, usually: float | None, most: tuple[float, str]) -> Takes:
    """How much of a step brings the chance to 65 %."""
    _, lives = found.needed(aim, most[0])
    enough = float(np.quantile(lives, LIKELY, method="higher"))
    return _told(one, usually, (enough, np.nan, np.nan), most)


def _told(one: Do, usually: float | None, scales: tuple[float, float, float], most: tuple[float, str]) -> Takes:
    """Scales as amounts of the step."""
    middle, low, high = (amount(one, scale, usually) if np.isfinite(scale) else None for scale in scales)
    why = most[1] if middle is None else ""
    return Takes(one.signal, one.way, one.unit, middle, low, high, why)


def later(told: Trajectory, aim: Aim) -> date | None:
    """The first day from the aim's on by which the chance with the plan is 65 %; None where no day looked at has it."""
    if told.draws is None:
        return None
    days = [date.fromisoformat(point.at[:10]) for point in told.with_]
    span = min(aim.span, len(days))
    whole = np.cumsum(np.pad(told.draws[0], ((0, 0), (1, 0))), axis=1)
    means = (whole[:, span:] - whole[:, :-span]) / span
    likely = aim.met(means).mean(axis=0) >= LIKELY
    found = (day for day, is_likely in zip(days[span - 1 :], likely, strict=True) if is_likely and day >= aim.by)
    return next(found, None)
