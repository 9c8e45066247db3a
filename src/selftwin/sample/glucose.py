"""Glucose as a small minimal model makes it of the meals: Bergman's, fed through two stomachs, with an hour of the day.

R. N. Bergman et al., Am. J. Physiol. 236 (1979) E667; the gut after C. Dalla Man et al., IEEE TBME 53 (2006) 2472,
much shortened. The person's fasting glucose is a little high and the evening's insulin a little weak: prediabetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.clock import Clock
    from selftwin.sample.intake import Intake
    from selftwin.sample.movement import Movement
    from selftwin.sample.nights import Nights
    from selftwin.sample.plan import Plan
    from selftwin.sample.states import States

    Floats = NDArray[np.float64]

STEP = 5  # minutes between readings
_WARM_UP = 720  # minutes lived before the first reading, so that it does not remember how the model began
_FASTING, _INSULIN = 101.0, 9.0  # mg/dL, mU/L
_OWN, _DECAY, _SENSITIVE = 0.012, 0.03, 1.1e-5  # SG 1/min, p2 1/min, p3 L/(mU.min²)
_CLEARED, _SECRETED = 0.14, 0.11  # 1/min, mU/L per mg/dL and min
_STOMACH, _GUT, _REACHES = 1 / 42, 1 / 46, 0.70  # 1/min, 1/min, share of carbohydrates that reaches the blood
_VOLUME = 128.0  # dL
_LAG = 1 / 8  # 1/min, blood to tissue


@dataclass(frozen=True, slots=True)
class Glucose:
    """What the sensors could see, shape [readings] each: five minutes apart; `shown` has the sensor's noise."""

    sensor: NDArray[np.int64]  # index into the plan's sensors
    at: NDArray[np.int64]  # UTC seconds
    true: Floats  # mg/dL in tissue
    shown: Floats  # mg/dL


@dataclass(frozen=True, slots=True)
class _World:
    """What moves glucose."""

    clock: Clock
    states: States
    nights: Nights
    movement: Movement
    intake: Intake
    effects: Effects
    wander: Floats  # by the hour


def glucose(
    plan: Plan,
    clock: Clock,
    states: States,
    nights: Nights,
    movement: Movement,
    intake: Intake,
    effects: Effects,
    seed: int,
) -> Glucose:
    """Every sensor's readings, from an hour after it was set to the end of its last day."""
    parts = []
    wander = _wander(draws(seed, "glucose"), plan.days)
    world = _World(clock, states, nights, movement, intake, effects, wander)
    for number, span in enumerate(plan.sensors):
        low = int(clock.minute(clock.utc(span.first, 9 * 60 + 17)))
        high = int(clock.minute(clock.utc(span.stop, 0)))
        level = _lived(max(0, low - _WARM_UP), high, world)
        kept = level[len(level) - (high - low) :][60::STEP]
        at = clock.start + 60 * (low + 60 + STEP * np.arange(kept.size))
        parts.append((np.full(kept.size, number), at, kept, kept + _noise(draws(seed, "sensor", number), kept.size)))
    sensor, at, true, shown = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Glucose(sensor, at, true, np.clip(shown, 40, 400))


def _noise(rng: np.random.Generator, size: int) -> Floats:
    """A sensor's noise: a mean absolute error of about three mg/dL, remembered for half an hour."""
    kernel = 0.75 ** np.arange(20)
    kernel /= np.sqrt((kernel**2).sum())
    return 3.4 * np.convolve(rng.normal(0, 1, size + 20), kernel)[20 : size + 20]


def _wander(rng: np.random.Generator, days: int) -> Floats:
    """What else moves fasting glucose, hour by hour: a share of it, remembered for half a day."""
    kernel = 0.92 ** np.arange(60)
    kernel /= np.sqrt((kernel**2).sum())
    return 0.045 * np.convolve(rng.normal(0, 1, 24 * days + 100), kernel, "valid")


def _lived(low: int, high: int, world: _World) -> Floats:
    """Tissue glucose of the minutes from `low` to `high`, the model begun at rest."""
    minute, clock = np.arange(low, high), world.clock
    eaten = _eaten(low, high, clock, world.intake)
    day = np.clip(clock.day(clock.start + 60 * minute), 0, world.states.felt.size - 1)
    of_day = (clock.local(clock.start + 60 * minute) % 86_400) / 60
    sensitive = _SENSITIVE * _sensitivity(day, of_day, world)
    dawn = 1 + 0.07 * np.exp(-(((of_day - 360) / 110) ** 2))
    moved = _effort(low, high, clock, world.movement) * world.effects.exercise_glucose
    hours = np.interp(minute, np.arange(world.wander.size) * 60, world.wander)
    return _minimal_model(eaten, sensitive, _FASTING * dawn * (1 + hours), moved)


def _eaten(low: int, high: int, clock: Clock, intake: Intake) -> Floats:
    """Carbohydrates of each minute in mg, from meals and glasses."""
    eaten = np.zeros(high - low)
    for moments, grams in ((intake.meals.at, intake.meals.carbs), (intake.drinks.at, intake.drinks.alcohol * 7.0)):
        place = clock.minute(moments) - low
        inside = (place >= 0) & (place < eaten.size)
        np.add.at(eaten, place[inside], 1000.0 * grams[inside])
    return eaten


def _sensitivity(day: NDArray[np.int64], of_day: Floats, world: _World) -> Floats:
    states, nights, effects = world.states, world.nights, world.effects
    slept = (nights.asleep - np.median(nights.asleep)) / 60
    of_state = 1 + effects.illness_insulin * states.illness + effects.sleep_insulin * np.clip(slept, -3, 1.5)
    evening = 1 + effects.evening_insulin * np.exp(-(((of_day - 1260) / 200) ** 2))
    return np.asarray(of_state[day] * evening)


def _effort(low: int, high: int, clock: Clock, movement: Movement) -> Floats:
    """1 while training, a share of it while walking."""
    effort = np.clip(movement.steps[low:high] / 400.0, 0, 0.4)
    workouts = movement.workouts
    for start, stop in zip(clock.minute(workouts.start), clock.minute(workouts.stop), strict=True):
        effort[max(int(start) - low, 0) : max(int(stop) - low, 0)] = 1.0
    return effort


def _minimal_model(eaten: Floats, sensitive: Floats, resting: Floats, moved: Floats) -> Floats:
    """Euler steps of a minute; every series has shape [minutes]."""
    found = np.empty(eaten.size)
    stomach = gut = action = 0.0
    plasma = tissue = float(resting[0])
    insulin = _INSULIN
    rows = zip(eaten.tolist(), sensitive.tolist(), resting.tolist(), moved.tolist(), strict=True)
    for place, (meal, sense, rest, uptake) in enumerate(rows):
        flows = _REACHES * _GUT * gut / _VOLUME
        gut += _STOMACH * stomach - _GUT * gut
        stomach += meal - _STOMACH * stomach
        change = _OWN * (rest - plasma) - action * plasma - uptake * max(plasma - 70, 0) + flows
        action += -_DECAY * action + sense * (insulin - _INSULIN)
        insulin += _SECRETED * max(plasma - rest, -8.0) - _CLEARED * (insulin - _INSULIN)
        plasma = max(plasma + change, 45.0)
        tissue += _LAG * (plasma - tissue)
        found[place] = tissue
    return found
