"""The nights: when one lies down and wakes, and the stages between, a night belonging to the day of waking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import AWAKE, DEEP, LIGHT, REM, Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.clock import Clock
    from selftwin.sample.plan import Plan
    from selftwin.sample.states import States

    Floats = NDArray[np.float64]
    Seconds = NDArray[np.int64]

_HALF_MINUTE = 30
_ALOFT = (205.0, 465.0)  # in bed and up again after the night flight home, minutes of that day


@dataclass(frozen=True, slots=True)
class Stages:
    """Stretches of sleep, shape [stretches] each, in order of time; state is AWAKE, LIGHT, DEEP or REM."""

    night: NDArray[np.int64]
    start: Seconds
    stop: Seconds
    state: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Nights:
    """One night a day, the one that ends on it, shape [days] each; moments in UTC seconds, lengths in minutes."""

    bed: Seconds
    onset: Seconds
    wake: Seconds
    latency: Floats
    asleep: Floats
    minutes: Floats  # [days, 4], by state
    stages: Stages


def nights(plan: Plan, clock: Clock, states: States, effects: Effects, seed: int) -> Nights:
    """Every night of the life; the first began on the evening before it."""
    rng = draws(seed, "nights")
    bed_minute, wake_minute = _hours(plan, states, rng)
    latency = _latency(states, effects, rng)
    days = np.arange(plan.days)
    bed, wake = (_half_minutes(clock.utc(days, minute)) for minute in (bed_minute, wake_minute))
    before = _eve(states)
    shorter = -effects.late_dinner_sleep * np.maximum(before.dinner - 1230, 0)
    latency = latency + 0.5 * shorter  # half of what a late dinner costs is falling asleep, half is waking
    awake = 14 + effects.alcohol_awake * before.alcohol + 0.5 * shorter + 14 * states.illness
    awake = awake + rng.gamma(3, 3, plan.days)
    onset = _half_minutes(bed + (latency * 60).astype(np.int64))
    parts = [
        _night(draws(seed, "stages", int(day)), int(day), onset[day], wake[day], awake[day],
               max(0.2, 1 + effects.alcohol_rem * before.alcohol[day]), 1 - 0.35 * states.illness[day])
        for day in days
    ]  # fmt: skip
    stages = Stages(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    minutes = np.zeros((plan.days, 4))
    np.add.at(minutes, (stages.night, stages.state), (stages.stop - stages.start) / 60)
    return Nights(bed, onset, wake, latency, minutes[:, [LIGHT, DEEP, REM]].sum(axis=1), minutes, stages)


@dataclass(frozen=True, slots=True)
class _Eve:
    """What the evening before each night held."""

    alcohol: Floats
    dinner: Floats
    caffeine: Floats
    stress: Floats


def _eve(states: States) -> _Eve:
    def before(values: Floats) -> Floats:
        return np.concatenate([values[:1], values[:-1]])

    return _Eve(*(before(one) for one in (states.alcohol, states.dinner, states.caffeine_late, states.stress)))


def _hours(plan: Plan, states: States, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Minutes from midnight of the waking day at which one lies down (mostly below 0) and gets up."""
    eve, free = _eve(states), states.free
    bed = -45 + 45.0 * free + 9 * np.minimum(eve.alcohol, 4) + 5 * eve.stress + rng.normal(0, 20, plan.days)
    wake = np.where(free, 497 + rng.normal(0, 28, plan.days), 412 + rng.normal(0, 9, plan.days))
    bed = bed + 9 * states.jet_lag - 40 * states.felt
    wake = wake + 11 * states.jet_lag + 45 * states.felt
    home = plan.away.stop + 1
    if home < plan.days:
        bed[home], wake[home] = _ALOFT
    return bed, wake


def _latency(states: States, effects: Effects, rng: np.random.Generator) -> Floats:
    eve = _eve(states)
    usual = 9 + effects.late_caffeine_latency * eve.caffeine + effects.stress_latency * np.maximum(eve.stress, -1)
    return np.asarray(np.clip(usual + rng.gamma(2, 2.2, eve.stress.size), 2, 75))


def _half_minutes(moment: Seconds) -> Seconds:
    return np.asarray(moment // _HALF_MINUTE * _HALF_MINUTE, np.int64)


def _night(
    rng: np.random.Generator, day: int, onset: int, wake: int, awake: float, rem: float, deep: float
) -> tuple[NDArray[np.int64], Seconds, Seconds, NDArray[np.int64]]:
    """Cycles of about 95 minutes: deep sleep early, REM late, short wakes between."""
    total = (wake - onset) / 60
    cycles = max(2, round(total / 95))
    place = np.linspace(0, 1, cycles)
    share = np.zeros((cycles, 4))
    share[:, DEEP] = np.maximum(0.34 - 0.40 * place, 0.01) * deep
    share[:, REM] = (0.10 + 0.24 * place) * rem
    share[:, AWAKE] = min(awake / total, 0.35) * rng.dirichlet(np.full(cycles, 4.0)) * cycles
    share[:, LIGHT] = np.maximum(1 - share.sum(axis=1), 0.1)
    state, length = [], []
    for parts in share:
        first = 0.25 + 0.3 * rng.random()
        for kind, part in (
            (LIGHT, parts[LIGHT] * first), (AWAKE, parts[AWAKE] * 0.4), (DEEP, parts[DEEP]),
            (LIGHT, parts[LIGHT] * (1 - first)), (REM, parts[REM]), (AWAKE, parts[AWAKE] * 0.6),
        ):  # fmt: skip
            state.append(kind)
            length.append(part * (0.85 + 0.3 * rng.random()))
    return _laid(day, onset, wake, np.array(state), np.array(length))


def _laid(
    day: int, onset: int, wake: int, state: NDArray[np.int64], length: Floats
) -> tuple[NDArray[np.int64], Seconds, Seconds, NDArray[np.int64]]:
    """Shares of the night as stretches of whole half minutes, each different from the one before; sleep ends it."""
    state, length = state[:-1], length[:-1]
    edges = np.round(np.cumsum(length) / length.sum() * (wake - onset) / _HALF_MINUTE).astype(np.int64) * _HALF_MINUTE
    edges = np.concatenate([[0], edges])
    kept = edges[1:] > edges[:-1]
    state, start = state[kept], edges[:-1][kept]
    fresh = np.concatenate([[True], state[1:] != state[:-1]])
    state, start = state[fresh], start[fresh]
    stop = np.concatenate([start[1:], [wake - onset]])
    return np.full(state.size, day), onset + start, onset + stop, state
