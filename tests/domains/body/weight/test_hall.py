"""Hall's model against published check values, its equations integrated in another way, and its promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.domains.body.weight.hall import (
    Adult,
    Changes,
    adult,
    energy_per_kg,
    fat_after,
    jackson_fat,
    resting,
    simulate,
)

MAN = adult(90, 1.80, 40, 0, 1.5)


def test_the_published_man_eats_and_loses_what_is_published() -> None:
    course = simulate(MAN, Changes(energy=-500.0), 364)
    assert MAN.intake[0] == pytest.approx(2748.45, abs=1e-9)
    assert course.weight[0, 1] == pytest.approx(89.693896, abs=1e-5)
    assert course.weight[0, 364] == pytest.approx(76.260804, abs=1e-5)


def test_a_step_of_glycogen_counts_with_its_energy() -> None:
    """Older code added kilograms a day to kilocalories a day, and came to 76.246."""
    assert abs(simulate(MAN, Changes(energy=-500.0), 364).weight[0, 364] - 76.246) > 0.01


def test_an_intake_that_does_not_keep_the_weight_gives_the_published_course() -> None:
    """Man, 76 kg, 1.73 m, 36 years, 2400 kcal: bw's reference has a body mass index of 24.198846 on day 364."""
    course = simulate(adult(76, 1.73, 36, 0, 1.5, intake=2400.0), Changes(), 364)
    assert course.weight[0, -1] / 1.73**2 == pytest.approx(24.198845895430711, abs=1e-9)


def test_women_have_the_published_water_and_the_planner_s_weights() -> None:
    woman = adult(65, 1.65, 30, 1, 1.5)
    assert woman.water[0] == pytest.approx(16.722, abs=1e-9)
    assert resting(65, 1.65, 30, 1)[0] == pytest.approx(9.99 * 65 + 6.25 * 165 - 4.92 * 30 - 161)
    slim = simulate(adult(58, 1.64, 21, 1, 1.7, intake=2159.0), Changes(), 364)
    assert slim.weight[0, -1] == pytest.approx(55, rel=0.05)  # the Body Weight Planner's 55 kg, as bw tests it


def test_no_change_is_exactly_flat() -> None:
    people = adult([90, 58.3, 121.7], [1.8, 1.61, 1.74], [40, 23, 61], [0, 1, 0], [1.5, 1.73, 1.41])
    course = simulate(people, Changes(), 365)
    assert (np.ptp(course.weight, axis=1) == 0).all()
    assert (course.fat == course.fat[:, :1]).all()


def appendix(person: Adult, energy: float, sodium: float, days: int, step: float) -> float:
    """Weight after days by equations 1 to 9 as they are printed, EE and all, in small Euler steps."""
    fat, lean, water, glycogen, adapted = person.fat[0], person.lean[0], person.water[0], 0.5, 0.0
    carbs = person.carbs[0]
    weight0 = fat + lean + water + 3.7 * glycogen
    kept = person.intake[0] - 21.98853 * lean - 3.107075 * fat - person.moving[0] * weight0
    water0 = water
    for _ in range(round(days / step)):
        eaten, carb = person.intake[0] + energy, carbs * (1 + energy / person.intake[0])
        stored = carb - carbs / 0.25 * glycogen**2
        weight = fat + lean + water + 3.7 * glycogen
        p = (10.4 * 1816.444 / 9440.727) / (10.4 * 1816.444 / 9440.727 + fat)
        cost = 179.2543 / 9440.727 * (1 - p) + 229.4455 / 1816.444 * p
        spent = kept + 3.107075 * fat + 21.98853 * lean + person.moving[0] * weight + 0.1 * energy + adapted
        spent = (spent + (eaten - stored) * cost) / (1 + cost)
        fat += step * (1 - p) * (eaten - spent - stored) / 9440.727
        lean += step * p * (eaten - spent - stored) / 1816.444
        water += step * (sodium - 3000 * (water - water0) - 4000 * (1 - carb / carbs)) / 3220
        glycogen += step * stored / 4206.501
        adapted += step * (0.14 * energy - adapted) / 14
    return float(fat + lean + water + 3.7 * glycogen)


@pytest.mark.parametrize(("energy", "sodium"), [(-600.0, 0.0), (300.0, -1150.0), (0.0, -1150.0)])
def test_the_equations_as_printed_come_to_the_same(energy: float, sodium: float) -> None:
    woman = adult(72, 1.66, 34, 1, 1.6)
    ours = simulate(woman, Changes(energy=energy, sodium=sodium), 120).weight[0, -1]
    assert ours == pytest.approx(appendix(woman, energy, sodium, 120, 0.01), abs=0.004)


def test_energy_is_conserved() -> None:
    """What was eaten less than spent has left the stores: expenditure by equation 9 from each day's state."""
    course = simulate(MAN, Changes(energy=-500.0), 300)
    fat, lean = course.fat[0], course.lean[0]
    c = 10.4 * 1816.444 / 9440.727
    p = c / (c + fat)
    cost = 179.2543 / 9440.727 * (1 - p) + 229.4455 / 1816.444 * p
    carbs = 0.5 * 2248.45
    stored = carbs - MAN.carbs[0] / 0.25 * course.glycogen[0] ** 2
    kept = MAN.intake[0] - 21.98853 * lean[0] - 3.107075 * fat[0] - MAN.moving[0] * 90
    spent = kept + 3.107075 * fat + 21.98853 * lean + MAN.moving[0] * course.weight[0] - 50 + course.adaptation[0]
    spent = (spent + (2248.45 - stored) * cost) / (1 + cost)
    gap = np.trapezoid(2248.45 - spent)
    held = 9440.727 * np.ptp(fat) + 1816.444 * np.ptp(lean) + 4206.501 * np.ptp(course.glycogen[0])
    assert -gap == pytest.approx(held, rel=1e-3)


people = st.tuples(
    st.floats(50, 150), st.floats(1.5, 2.0), st.floats(18, 80), st.sampled_from([0, 1]), st.floats(1.3, 2.3)
)


@settings(max_examples=120, deadline=None)
@given(people, st.floats(-1500, 1500), st.floats(1, 500))
def test_who_eats_less_never_weighs_more(who: tuple[float, ...], energy: float, less: float) -> None:
    weight, height, age, female, level = who
    fat = max(float(jackson_fat(weight, height, age, female)[0]), 0.08 * weight)
    person = adult(weight, height, age, female, level, fat=fat)
    a = simulate(person, Changes(energy=energy), 180).weight
    b = simulate(person, Changes(energy=energy - less), 180).weight
    assert (b <= a + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(people, st.floats(0, 6), st.floats(0.1, 3))
def test_who_moves_more_never_weighs_more(who: tuple[float, ...], moving: float, more: float) -> None:
    weight, height, age, female, level = who
    person = adult(weight, height, age, female, level, fat=0.25 * weight)
    a = simulate(person, Changes(moving=moving), 180).weight
    b = simulate(person, Changes(moving=moving + more), 180).weight
    assert (b <= a + 1e-9).all()


def test_less_salt_takes_water_and_no_fat() -> None:
    course = simulate(MAN, Changes(sodium=-50 * 22.99), 60)
    assert course.water[0, -1] - course.water[0, 0] == pytest.approx(-50 * 22.99 / 3000, abs=1e-3)
    assert abs(course.fat[0, -1] - course.fat[0, 0]) < 0.05


def test_fewer_carbohydrates_at_the_same_energy_take_water_and_glycogen() -> None:
    course = simulate(MAN, Changes(carbs=-600.0), 30)
    assert course.weight[0, 10] < 89.1
    assert course.glycogen[0, -1] == pytest.approx(0.5 * math.sqrt(1 - 600 / MAN.carbs[0]), abs=1e-3)


def test_what_changes_adds_up_and_fat_follows_forbes() -> None:
    course = simulate(MAN, Changes(energy=-700.0), 200)
    parts = course.fat + course.lean + course.water + 3.7 * course.glycogen
    assert np.allclose(parts, course.weight, atol=1e-12)
    lean = course.lean[0, -1] - course.lean[0, 0]
    assert lean == pytest.approx(10.4 * math.log(course.fat[0, -1] / course.fat[0, 0]), abs=1e-9)
    after = fat_after(course.fat[:, 0], course.fat[:, -1] + course.lean[:, -1] - course.fat[:, 0] - course.lean[:, 0])
    assert after == pytest.approx(course.fat[:, -1], abs=1e-6)
    assert 1816 < energy_per_kg(5.0)[()] < energy_per_kg(40.0)[()] < 9441
