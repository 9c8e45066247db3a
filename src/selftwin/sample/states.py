"""The hidden states of each day: what is drunk, how hard one trains, stress, illness, jet lag, when dinner is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import EASY_RUN, HARD_RUN, LOAD, REST, RIDE, STRENGTH, Effects, draws
from selftwin.sample.plan import free_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.plan import Plan

    Floats = NDArray[np.float64]

_DRINKING = (0.10, 0.10, 0.12, 0.18, 0.55, 0.60, 0.22)  # from Monday: how likely an evening with alcohol is
_QUIET_END = 8  # the last days hold neither alcohol nor hard training: what is unusual then has one cause


@dataclass(frozen=True, slots=True)
class States:
    """One value a day, shape [days] each."""

    weekday: NDArray[np.int64]  # Monday is 0
    free: NDArray[np.bool_]
    winter: Floats  # 1 in mid-January, -1 in mid-July
    session: NDArray[np.int64]  # REST, EASY_RUN, HARD_RUN, STRENGTH or RIDE
    load: Floats
    alcohol: Floats  # drinks that evening
    caffeine_early: Floats  # mg before 15:00
    caffeine_late: Floats  # mg after
    stress: Floats  # standard deviations
    illness: Floats  # 0 to 1 in the night that ends on this day and on this day, the silent ramp included
    felt: Floats  # the same without the ramp
    jet_lag: Floats  # hours the body still lags behind the clock; below 0 where it runs ahead
    dinner: Floats  # minutes from midnight
    cloudy: Floats  # the day's mood to move, as the log of a factor


def states(plan: Plan, effects: Effects, seed: int) -> States:
    """The hidden states of every day."""
    days = np.arange(plan.days)
    weekday = (days + plan.first.weekday()) % 7
    free = free_days(plan)
    of_year = np.array([plan.day(int(day)).timetuple().tm_yday for day in days])
    illness, felt = _ill(plan, effects)
    lag = _jet_lag(plan, effects)
    rng = draws(seed, "states")
    stress = _stress(rng, free)
    quiet = (days >= plan.days - _QUIET_END) | (illness > 0)
    flying = np.isin(days, [plan.away.first, plan.away.stop, plan.away.stop + 1])
    session = _sessions(rng, weekday, rest=quiet | flying | (np.abs(lag) > 3))
    alcohol = _alcohol(rng, weekday, stress, quiet, free)
    late = rng.random(plan.days) < 0.22 + 0.10 * (stress > 0.8)
    return States(
        weekday=weekday,
        free=free,
        winter=np.cos(2 * np.pi * (of_year - 15) / 365.25),
        session=session,
        load=np.array(LOAD)[session],
        alcohol=alcohol,
        caffeine_early=np.where(rng.random(plan.days) < 0.75, 180.0, 90.0),
        caffeine_late=np.where(late, np.where(rng.random(plan.days) < 0.3, 160.0, 80.0), 0.0),
        stress=stress,
        illness=illness,
        felt=felt,
        jet_lag=lag,
        dinner=_dinner(rng, free, alcohol, session),
        cloudy=rng.normal(0, 0.16, plan.days),
    )


def _ill(plan: Plan, effects: Effects) -> tuple[Floats, Floats]:
    """The severity of each day, with and without the ramp of nights before an illness is felt."""
    illness, felt = np.zeros(plan.days), np.zeros(plan.days)
    for one in plan.illnesses:
        for before, share in enumerate(effects.illness_ramp[: one.ramp], 1):
            if 0 <= one.onset - before < plan.days:
                illness[one.onset - before] = one.severity * share
        for after in range(min(one.days, plan.days - one.onset)):
            felt[one.onset + after] = one.severity * (1 - after / one.days) ** 0.7
    return np.maximum(illness, felt), felt


def _jet_lag(plan: Plan, effects: Effects) -> Floats:
    lag = np.zeros(plan.days)
    for first, sign in ((plan.away.first + 1, -1.0), (plan.away.stop + 1, 1.0)):
        for after in range(effects.jet_lag_days):
            if first + after < plan.days and (sign > 0 or first + after <= plan.away.stop):
                lag[first + after] = sign * 9 * (1 - after / effects.jet_lag_days)
    return lag


def _stress(rng: np.random.Generator, free: NDArray[np.bool_]) -> Floats:
    """An autoregression of about three days, calmer on free days, with a deadline every few weeks."""
    shocks, stress = rng.normal(0, 0.7, free.size), np.zeros(free.size)
    level = 0.0
    deadline = np.convolve(rng.random(free.size) < 0.03, [0.6, 0.8, 1.2, 1.5], "full")[: free.size]
    for day in range(free.size):
        level = 0.65 * level + shocks[day]
        stress[day] = level + deadline[day] - 0.6 * free[day]
    return stress


def _sessions(rng: np.random.Generator, weekday: NDArray[np.int64], *, rest: NDArray[np.bool_]) -> NDArray[np.int64]:
    chance = rng.random(weekday.size)
    usual = {
        0: np.where(chance < 0.35, STRENGTH, REST),
        1: np.where(chance < 0.65, HARD_RUN, np.where(chance < 0.80, EASY_RUN, REST)),
        3: np.where(chance < 0.65, EASY_RUN, REST),
        5: np.where(chance < 0.50, HARD_RUN, np.where(chance < 0.65, RIDE, REST)),
        6: np.where(chance < 0.25, RIDE, np.where(chance < 0.45, EASY_RUN, REST)),
    }
    session = np.full(weekday.size, REST)
    for day, kinds in usual.items():
        session = np.where(weekday == day, kinds, session)
    return np.where(rest, REST, session).astype(np.int64)


def _alcohol(
    rng: np.random.Generator,
    weekday: NDArray[np.int64],
    stress: Floats,
    quiet: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> Floats:
    chance = np.array(_DRINKING)[weekday] + 0.05 * (stress > 1) + 0.10 * (free & (weekday < 5))
    drinks = 1.0 + np.minimum(rng.poisson(1.1, weekday.size), 5)
    return np.where((rng.random(weekday.size) < chance) & ~quiet, drinks, 0.0)


def _dinner(rng: np.random.Generator, free: NDArray[np.bool_], alcohol: Floats, session: NDArray[np.int64]) -> Floats:
    late = 1125.0 + 25.0 * free + 20.0 * np.minimum(alcohol, 3) + 50.0 * (~free & (session != REST))
    return np.asarray(late + rng.normal(0, 22, free.size) + 75.0 * (rng.random(free.size) < 0.10))
