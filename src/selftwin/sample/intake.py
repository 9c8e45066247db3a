"""What is eaten and drunk, when, and the weight that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.clock import Clock
    from selftwin.sample.movement import Movement
    from selftwin.sample.plan import Plan
    from selftwin.sample.states import States

    Floats = NDArray[np.float64]
    Seconds = NDArray[np.int64]

BREAKFAST, LUNCH, SNACK, DINNER = range(4)
_USUAL = ((430, 0.96, 52), (750, 0.97, 60), (965, 0.5, 26), (0, 1.0, 80))  # minutes, how likely, carbohydrates in g
_FREE_DAY_LATER = (110, 30, 20, 0)
_ENERGY_PER_CARBS = 9.4  # kcal of a meal per gram of its carbohydrates
_DRINK_ENERGY, _DRINK_CARBS = 145.0, 7.0
_AT_REST = 1640.0  # kcal a day without walks or training
_CUPS = ((515, 90.0), (632, 90.0))
FIRST_WEIGHT, WATER = 79.4, 0.45  # kg; the spread of what a day's water adds


@dataclass(frozen=True, slots=True)
class Meals:
    """Meals, shape [meals] each; `noted` ones were written down."""

    day: NDArray[np.int64]
    kind: NDArray[np.int64]
    at: Seconds
    carbs: Floats  # g
    protein: Floats  # g
    fat: Floats  # g
    energy: Floats  # kcal
    noted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Drinks:
    """Cups and glasses, shape [drinks] each: mg of caffeine, or standard drinks of alcohol."""

    day: NDArray[np.int64]
    at: Seconds
    caffeine: Floats
    alcohol: Floats


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything eaten and drunk, and what it does to the body, days shape [days]."""

    meals: Meals
    drinks: Drinks
    eaten: Floats  # kcal a day, alcohol too
    spent: Floats  # kcal a day
    weight: Floats  # kg without the day's water
    scale: Floats  # kg as a scale shows it in the morning


def intake(plan: Plan, clock: Clock, states: States, movement: Movement, effects: Effects, seed: int) -> Intake:
    """The intake of every day, and the weight that drifts with it."""
    rng = draws(seed, "intake")
    hunger = np.exp(_drift(rng, plan.days) + 0.03 * states.winter - 0.45 * states.felt)
    meals = _meals(plan, clock, states, hunger, rng)
    drinks = _drinks(plan, clock, states, rng)
    eaten = np.bincount(meals.day, meals.energy, plan.days) + _DRINK_ENERGY * states.alcohol
    spent = _spent(plan, clock, movement)
    gained = (eaten - spent - (eaten.mean() - spent.mean()) * 0.93) / effects.energy_per_kg
    weight = FIRST_WEIGHT + np.concatenate([[0.0], np.cumsum(gained)[:-1]])
    scale = weight + rng.normal(0, WATER, plan.days) + 0.15 * np.minimum(states.alcohol, 3)
    return Intake(meals, drinks, eaten, spent, weight, scale)


def _drift(rng: np.random.Generator, days: int) -> Floats:
    """Appetite that wanders over weeks, as the log of a factor."""
    weeks = rng.normal(0, 0.05, days // 7 + 3)
    return np.interp(np.arange(days), 7.0 * np.arange(weeks.size), weeks) + rng.normal(0, 0.07, days)


def _meals(plan: Plan, clock: Clock, states: States, hunger: Floats, rng: np.random.Generator) -> Meals:
    day = np.repeat(np.arange(plan.days), 4)
    kind = np.tile(np.arange(4), plan.days)
    usual = np.array(_USUAL)[kind]
    at = np.where(kind == DINNER, states.dinner[day], usual[:, 0])
    at = at + np.where(states.free[day], np.array(_FREE_DAY_LATER)[kind], 0) + rng.normal(0, 9, day.size)
    carbs = usual[:, 2] * hunger[day] * rng.lognormal(0, 0.26, day.size)
    energy = carbs * _ENERGY_PER_CARBS * rng.lognormal(0, 0.10, day.size)
    noted = rng.random(day.size) < 0.93 - 0.5 * states.felt[day]
    kept = (rng.random(day.size) < usual[:, 1]) & clock.exists(day, at)
    protein = energy * 0.17 / 4
    fat = np.maximum(energy - 4 * carbs - 4 * protein, 0) / 9
    day, kind, at, noted = day[kept], kind[kept], at[kept], noted[kept]
    carbs, protein, fat, energy = (column[kept] for column in (carbs, protein, fat, energy))
    return Meals(day, kind, clock.utc(day, at), carbs, protein, fat, energy, noted)


def _drinks(plan: Plan, clock: Clock, states: States, rng: np.random.Generator) -> Drinks:
    rows: list[tuple[int, float, float, float]] = []
    for day in range(plan.days):
        cups = round(states.caffeine_early[day] / 90)
        rows += [(day, at + rng.normal(0, 12), caffeine, 0.0) for at, caffeine in _CUPS[:cups]]
        late = round(states.caffeine_late[day] / 80)
        rows += [(day, 935 + 75 * cup + rng.normal(0, 15), 80.0, 0.0) for cup in range(late)]
        first = states.dinner[day] - 20
        rows += [(day, first + 38 * glass, 0.0, 1.0) for glass in range(int(states.alcohol[day]))]
    day_, at, caffeine, alcohol = (np.array(column) for column in zip(*rows, strict=True))
    kept = clock.exists(day_, at)
    return Drinks(day_[kept].astype(np.int64), clock.utc(day_, at)[kept], caffeine[kept], alcohol[kept])


def _spent(plan: Plan, clock: Clock, movement: Movement) -> Floats:
    minute = np.arange(movement.steps.size)
    day = np.clip(clock.day(clock.start + 60 * minute), 0, plan.days - 1)
    walked = np.bincount(day, movement.steps * 0.04, plan.days)
    trained = np.bincount(movement.workouts.day, movement.workouts.energy, plan.days)
    return np.asarray(_AT_REST + walked + trained)
