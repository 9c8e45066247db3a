"""Apple Health, what is written down or heard: meals, cups, glasses, weight, blood pressure, mindful minutes, noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.marks import CUFF, DIARY, HEALTH, PHONE, SCALE, WATCH, C, Q, entry
from selftwin.sample.export.seen import walks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.export.marks import Marks
    from selftwin.sample.life import Life

    Integers = NDArray[np.int64]

HEIGHT = 1.79  # metres
_BY_HAND = entry("HKWasUserEntered", "1")


def notes(life: Life, marks: Marks) -> list[str]:
    """Everything a person or another app writes into Health."""
    rng = draws(life.seed, "apple notes")
    return [
        *_eaten(life, marks),
        *_drunk(life, marks),
        *_weighed(life, marks, rng),
        *_calm(life, marks, rng),
        *_heard(life, marks, rng),
        *_pressure(life, marks, rng),
    ]


def _eaten(life: Life, marks: Marks) -> list[str]:
    meals = life.intake.meals
    noted = meals.noted
    at = meals.at[noted]
    inside = [entry("HKFoodType", ("Breakfast", "Lunch", "Snack", "Dinner")[kind]) for kind in meals.kind[noted]]
    rows = (
        ("DietaryEnergyConsumed", "Cal", meals.energy), ("DietaryCarbohydrates", "g", meals.carbs),
        ("DietaryProtein", "g", meals.protein), ("DietaryFatTotal", "g", meals.fat),
    )  # fmt: skip
    return [
        line
        for name, unit, amount in rows
        for line in marks.records(
            Q + name, DIARY, at, at, [f"{one:.0f}" for one in amount[noted]], unit=unit, inside=inside, later=900
        )
    ]


def _drunk(life: Life, marks: Marks) -> list[str]:
    drinks = life.intake.drinks
    cups, glasses = drinks.caffeine > 0, drinks.alcohol > 0
    at, caffeine = drinks.at[cups], [f"{one:.0f}" for one in drinks.caffeine[cups]]
    lines = marks.records(f"{Q}DietaryCaffeine", DIARY, at, at, caffeine, unit="mg", later=120)
    at = drinks.at[glasses]
    by_hand = [_BY_HAND] * at.size
    kind = f"{Q}NumberOfAlcoholicBeverages"
    return lines + marks.records(kind, HEALTH, at, at, ["1"] * at.size, unit="count", inside=by_hand, later=300)


def weighed(life: Life, first: int, stop: int, rng: np.random.Generator) -> Integers:
    """Days on which one steps on the scale: about every second, and not on the journey."""
    days = np.arange(first, stop)
    kept = (rng.random(days.size) < 0.5) & ~np.isin(days, np.arange(life.plan.away.first, life.plan.away.stop + 1))
    return days[kept]


def _weighed(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    days = weighed(life, life.plan.scale.first, life.plan.scale.stop, rng)
    at = life.nights.wake[days] + 420
    weight = life.intake.scale[days]
    fat = 0.205 + 0.004 * (weight - 77) + rng.normal(0, 0.006, days.size)
    height = np.array([int(life.clock.utc(1, 600))])
    return [
        *marks.records(f"{Q}Height", HEALTH, height, height, [f"{HEIGHT * 100:.0f}"], unit="cm", inside=[_BY_HAND]),
        *marks.records(f"{Q}BodyMass", SCALE, at, at, [f"{one:.2f}" for one in weight], unit="kg"),
        *marks.records(f"{Q}BodyFatPercentage", SCALE, at, at, [f"{one:.3f}" for one in fat], unit="%"),
    ]


def _calm(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    """Mindful minutes, a few times a week, more often when stressed."""
    days = np.flatnonzero(rng.random(life.plan.days) < 0.2 + 0.08 * np.maximum(life.states.stress, 0))
    start = life.clock.utc(days, 1285 + rng.integers(0, 25, days.size))
    start = start[life.wearing.watch[life.clock.minute(start)]]
    length = 60 * rng.integers(4, 12, start.size)
    values = ["HKCategoryValueNotApplicable"] * start.size
    return marks.records(f"{C}MindfulSession", WATCH, start, start + length, values)


def _heard(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    """Noise around the watch, twice an hour by day; music on the walks with a phone."""
    half_hours = np.arange(0, life.heart.size - 30, 30)
    of_day = life.clock.local(life.clock.start + 60 * half_hours) % 86_400 // 3600
    seen = life.wearing.watch[half_hours] & (of_day >= 8) & (of_day < 22) & (rng.random(half_hours.size) < 0.4)
    start = life.clock.start + 60 * half_hours[seen]
    loud = 57 + 6 * np.isin(of_day[seen], (8, 12, 17, 19)) + rng.normal(0, 6, start.size)
    lines = marks.records(
        f"{Q}EnvironmentalAudioExposure", WATCH, start, start + 1800, [f"{one:.4f}" for one in loud], unit="dBASPL"
    )
    seen_walks = walks(life, life.movement.carried, rng, bias=0.0, spread=0.0)
    music = (seen_walks.minutes > 5) & (rng.random(seen_walks.start.size) < 0.3)
    start, stop = seen_walks.start[music], seen_walks.stop[music]
    volume = [f"{one:.4f}" for one in 71 + rng.normal(0, 4, start.size)]
    return lines + marks.records(f"{Q}HeadphoneAudioExposure", PHONE, start, stop, volume, unit="dBASPL")


def _pressure(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    """Blood pressure on Sunday mornings: a correlation, and its two records again beside it."""
    days = np.flatnonzero((life.states.weekday == 6) & (rng.random(life.plan.days) < 0.8))
    at = life.nights.wake[days] + 1500
    usual = 122 + 2.5 * life.states.stress[days] + 1.5 * life.states.winter[days]
    upper = np.round(usual + rng.normal(0, 4, days.size))
    lower = np.round(0.55 * upper + 12 + rng.normal(0, 2.5, days.size))
    pairs = []
    for name, values in (("Systolic", upper), ("Diastolic", lower)):
        text = [f"{one:.0f}" for one in values]
        pairs.append(marks.records(f"{Q}BloodPressure{name}", CUFF, at, at, text, unit="mmHg", later=40))
    stamps, made = marks.stamp(at), marks.stamp(at + 40)
    lines = []
    for place, stamp in enumerate(stamps):
        who = marks.described(CUFF, int(at[place]))
        inside = "".join(f" {pair[place]}" for pair in pairs)
        lines.append(
            f' <Correlation type="HKCorrelationTypeIdentifierBloodPressure" {who} creationDate="{made[place]}"'
            f' startDate="{stamp}" endDate="{stamp}">\n{inside} </Correlation>\n'
        )
    return [*pairs[0], *pairs[1], *lines]
