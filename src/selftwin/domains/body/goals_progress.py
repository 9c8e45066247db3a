"""Progress of a goal: where the newest days stand in the cone as it was set, and how much of the plan they show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.goals import USUAL_DAYS, WEEK, usual
from selftwin.vocabulary.goal import Progress
from selftwin.vocabulary.scenario import Way
from selftwin.vocabulary.trajectory import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from selftwin.vocabulary.goal import Goal, Sense
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do
    from selftwin.vocabulary.trajectory import Trajectory

HALF, NINE = 1.349, 3.290  # what holds half, and nine tenths, of a normal spread, in its standard deviations
FRESH = 30  # days within which a week of values counts as where one stands
LEAST = 3  # readings that say where one stands, if there are as many
SOONEST = 3  # days after it was set
TELLING = 0.35  # the largest error of the share that is done with which it is told
KEPT_POINTS = 120
PLACES = ("ahead", "on the way", "behind")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: a mean, its error, of how many days up to which."""

    value: float
    error: float
    n: int
    day: date


def standing(days: pl.DataFrame, told: Trajectory, today: date) -> Standing:
    """The mean of the last week with values (of three where it has fewer), if fresh; else what the model takes."""
    first = told.without[0]
    known = days.filter(days["day"] >= today - timedelta(days=FRESH))
    if not known.height or told.signal.startswith("race."):
        wide = (first.hi90 - first.lo90) / NINE
        return Standing(first.mean, wide, 0, date.fromisoformat(first.at[:10]))
    last: date = known["day"][-1]
    values = known["value"].to_numpy()
    late = known.filter(known["day"] > last - timedelta(days=WEEK)).height
    week = values[-max(late, LEAST) :]  # where readings are rare, the last few of a month
    apart = np.diff(values)
    noise = float(np.sqrt(np.mean(apart**2) / 2)) if len(apart) >= SOONEST else (first.hi50 - first.lo50) / HALF
    return Standing(float(week.mean()), noise / math.sqrt(len(week)), len(week), last)


def progress(goal: Goal, here: Standing) -> Progress | None:
    """Where the newest days stand in the cone as it was set; None where it is too soon, or nothing is kept."""
    if goal.kept is None or (here.day - goal.set_on).days < SOONEST:
        return None
    then = at(goal.kept.cone, here.day)
    low, high = sorted((then.lo50, then.hi50))
    below, above = _under(low, here), 1 - _under(high, here)
    chances = (above, 1 - below - above, below) if goal.sense.sign > 0 else (below, 1 - below - above, above)
    best = max(range(3), key=lambda place: chances[place])
    return Progress(here.day, here.value, here.n, then.mean, low, high, PLACES[best], chances[best])


def _under(bound: float, here: Standing) -> float:
    """How likely what stands behind the mean lies under a bound."""
    return 0.5 * (1 + math.erf((bound - here.value) / max(here.error, 1e-9) / math.sqrt(2)))


def at(course: Sequence[Point], day: date) -> Point:
    """The point of a course on a day, straight between the days it has."""
    days = [date.fromisoformat(point.at[:10]).toordinal() for point in course]
    parts = ("mean", "lo90", "hi90", "lo50", "hi50")
    values = (float(np.interp(day.toordinal(), days, [getattr(point, part) for point in course])) for part in parts)
    return Point(day.isoformat(), *values)


def kept(course: Sequence[Point], by: date) -> tuple[Point, ...]:
    """The points that a paper keeps: up to the goal's day, at most some hundred, the first and the last among them."""
    until = [point for point in course if date.fromisoformat(point.at[:10]) <= by]
    every = math.ceil(len(until) / KEPT_POINTS)
    return (*until[:-1][::every], until[-1])


def done(goal: Goal, one: Do, past: Past, here: Standing, sense: Sense) -> float | None:
    """How much of the plan the person's days show already, as a share (0 to 1): by what was recorded of its step, else
    by where they stand between the two futures as they were set. None where neither can tell."""
    recorded = _by_step(goal, one, past)
    share = _by_outcome(goal, here, sense) if recorded is None else recorded
    return None if share is None else float(np.clip(share, 0.0, 1.0))


def _by_step(goal: Goal, one: Do, past: Past) -> float | None:
    """The change of the step's own days since the goal was set, over the change that was planned."""
    if usual(past, one) == 0.0 or one.amount is None:
        return None
    known = past.days(one.signal, since=goal.set_on - timedelta(days=USUAL_DAYS))
    before = known.filter(known["day"] <= goal.set_on)["value"].to_numpy()
    after = known.filter(known["day"] > goal.set_on)["value"].to_numpy()[-USUAL_DAYS:]
    if min(len(before), len(after)) < WEEK:
        return None
    was = float(before.mean())
    planned = one.amount if one.way is Way.CHANGE else one.changed(was) - was
    return float(after.mean() - was) / planned if planned else None


def _by_outcome(goal: Goal, here: Standing, sense: Sense) -> float | None:
    """Where the person stands between going on as they were (0) and the plan's mean (1), if that can be told apart."""
    if goal.kept is None or here.day <= goal.set_on:
        return None
    with_, alone = at(goal.kept.cone, here.day), at(goal.kept.alone, here.day)
    gap = with_.mean - alone.mean
    wide = (alone.hi50 - alone.lo50) / HALF
    if sense.sign * gap <= 0 or math.hypot(wide, here.error) > TELLING * abs(gap):
        return None
    return (here.value - alone.mean) / gap
