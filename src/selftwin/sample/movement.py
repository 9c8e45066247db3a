"""Walks and training, minute by minute: the steps truly taken, and whether the phone was carried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from selftwin.sample.causes import EASY_RUN, HARD_RUN, REST, RIDE, STRENGTH, Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.clock import Clock
    from selftwin.sample.nights import Nights
    from selftwin.sample.plan import Plan
    from selftwin.sample.states import States

    Seconds = NDArray[np.int64]
    Floats = NDArray[np.float64]

_MINUTES = {EASY_RUN: 36, HARD_RUN: 54, STRENGTH: 42, RIDE: 78}
_STEPS = {EASY_RUN: 164, HARD_RUN: 172, STRENGTH: 14, RIDE: 0}
_METRES = {EASY_RUN: 162.0, HARD_RUN: 188.0, STRENGTH: 0.0, RIDE: 400.0}  # a minute
_ENERGY = {EASY_RUN: 10.8, HARD_RUN: 12.9, STRENGTH: 5.6, RIDE: 9.0}  # kcal a minute
STEP_LENGTH = 0.74  # metres


class Bout(NamedTuple):
    """Walking or running from `start` (UTC seconds) for some minutes at a pace in steps a minute."""

    start: int
    minutes: int
    pace: float
    carried: bool


@dataclass(frozen=True, slots=True)
class Workouts:
    """Training sessions, shape [workouts] each."""

    day: NDArray[np.int64]
    sport: NDArray[np.int64]
    start: Seconds
    stop: Seconds
    metres: Floats
    energy: Floats  # kcal


@dataclass(frozen=True, slots=True)
class Movement:
    """Minutes of the life, shape [minutes] each, and the workouts."""

    steps: NDArray[np.int64]
    carried: NDArray[np.bool_]
    workouts: Workouts


def movement(plan: Plan, clock: Clock, states: States, nights: Nights, effects: Effects, seed: int) -> Movement:
    """Every minute's steps. Nobody walks while asleep, or at an hour the clock never showed."""
    rng, begin = draws(seed, "movement"), clock.start
    minutes = int(clock.minute(clock.end))
    steps, carried = np.zeros(minutes, np.int64), np.zeros(minutes, bool)
    workouts = _workouts(clock, states, rng)
    up, down = _awake(clock, nights)
    walks = _walks(rng, clock, states)
    for day in range(plan.days):
        vigour = np.exp(states.cloudy[day]) * (1 + effects.winter_steps * states.winter[day])
        bouts = walks[day] + _errands(rng, up[day], down[day], bool(states.free[day]))
        for bout in bouts:
            length = max(1, round(bout.minutes * vigour * (1 + effects.illness_steps * states.felt[day])))
            if up[day] <= bout.start and bout.start + 60 * length <= down[day]:
                _walk(steps, carried, begin, bout._replace(minutes=length), rng)
    for start, sport in zip(workouts.start, workouts.sport, strict=True):
        bout = Bout(int(start), _MINUTES[int(sport)], _STEPS[int(sport)], carried=bool(sport == EASY_RUN))
        _walk(steps, carried, begin, bout, rng, over=True)
    return Movement(steps, carried & (steps > 0), workouts)


def _awake(clock: Clock, nights: Nights) -> tuple[Seconds, Seconds]:
    """From when to when one walks about each day."""
    down = np.concatenate([nights.bed[1:], [clock.end - 600]]) - 600
    return nights.wake + 600, down


def _walk(
    steps: NDArray[np.int64], carried: NDArray[np.bool_], begin: int, bout: Bout, rng: np.random.Generator,
    *, over: bool = False,
) -> None:  # fmt: skip
    """Write a bout into the minutes; where one walks already, the first walk stays unless `over`."""
    low = (bout.start - begin) // 60
    here = slice(low, low + bout.minutes)
    taken = np.round(bout.pace * rng.normal(1, 0.05, steps[here].size)).astype(np.int64)
    if over or not steps[here].any():
        steps[here] = np.maximum(taken, 0)
        carried[here] = bout.carried


def _workouts(clock: Clock, states: States, rng: np.random.Generator) -> Workouts:
    day = np.flatnonzero(states.session != REST)
    sport = states.session[day]
    at = np.where(states.free[day], 620, 1105) + rng.integers(0, 8, day.size) * 5
    kept = clock.exists(day, at)
    day, sport, at = day[kept], sport[kept], at[kept]
    length = np.array([_MINUTES[int(one)] for one in sport])
    form = rng.normal(1, 0.04, day.size)
    start = clock.utc(day, at)
    return Workouts(
        day, sport, start, start + 60 * length,
        np.array([_METRES[int(one)] for one in sport]) * length * form,
        np.array([_ENERGY[int(one)] for one in sport]) * length * form,
    )  # fmt: skip


# minutes from midnight, length, pace, how likely, how likely with the phone
_WORKDAY = ((468, 12, 108, 0.92, 1.0), (752, 19, 102, 0.85, 0.9), (1056, 12, 106, 0.92, 1.0), (1220, 24, 99, 0.3, 0.8))
_FREE_DAY = ((672, 58, 101, 0.72, 0.95), (905, 31, 88, 0.55, 1.0), (1150, 24, 98, 0.35, 0.8))


def _walks(rng: np.random.Generator, clock: Clock, states: States) -> list[list[Bout]]:
    """The walks that belong to the kind of day, day by day."""
    days = np.arange(states.free.size)
    found: list[list[Bout]] = [[] for _ in days]
    for table, mine in ((_WORKDAY, ~states.free), (_FREE_DAY, states.free)):
        for at, minutes, pace, chance, phone in table:
            start = at + rng.normal(0, 9, days.size)
            happens = (rng.random(days.size) < chance) & mine & clock.exists(days, start)
            carried = rng.random(days.size) < phone
            length = np.maximum(4, np.round(minutes * rng.normal(1, 0.15, days.size))).astype(np.int64)
            moment = clock.utc(days, start)
            for day in np.flatnonzero(happens):
                found[day].append(Bout(int(moment[day]), int(length[day]), pace, bool(carried[day])))
    return found


def _errands(rng: np.random.Generator, up: int, down: int, free: bool) -> list[Bout]:  # noqa: FBT001 - a fact of the day
    """Short walks about the house and the office, more of them in a longer day."""
    count = int(rng.poisson(max(0.0, (down - up) / 3600) * (1.05 if free else 1.25)))
    start = rng.integers(up, max(down, up + 1), count)
    return [Bout(int(one), int(rng.integers(2, 6)), 62.0, bool(rng.random() < 0.45)) for one in np.sort(start)]
