"""Alcohol in blood at Widmark's and Watson's values, its uncertainty, and the heart at night."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from selftwin.domains.body.sleep import alcohol

N = 2000


def test_body_water_is_watsons():
    assert alcohol.body_water("male", age=35, height=1.80, weight=80) == pytest.approx(45.344, abs=0.001)
    assert alcohol.body_water("female", age=35, height=1.65, weight=60) == pytest.approx(30.338, abs=0.001)


def test_without_elimination_the_level_is_widmarks_dilution():
    """40 g in a man of 80 kg: 40 / (80 x 0.68) g/kg, 0.0735 % by weight."""
    one = alcohol.drinkers(80, N, 1, sex="male")
    full = {"per_gram": 1.055 / (10 * 80 * 0.68), "elimination": 0.0, "absorbed": 1.0, "absorption": 2.0}
    still = replace(one, **{name: np.full(N, value) for name, value in full.items()})
    level = alcohol.in_blood([(0.0, 0.0, np.full(N, 40.0))], 12, still)[:, -1]
    np.testing.assert_allclose(level, 0.0735 * 1.055, rtol=2e-3)


def test_it_falls_by_a_hundredth_to_a_fortieth_of_a_percent_an_hour():
    one = alcohol.drinkers(80, N, 2, sex="male", age=35, height=1.8)
    level = alcohol.in_blood([(0.0, 1.0, np.full(N, 90.0))], 8, one)
    fall = (level[:, int(5 / alcohol.STEP)] - level[:, int(6 / alcohol.STEP)])[level[:, int(6 / alcohol.STEP)] > 0.02]
    assert 0.008 < np.quantile(fall, 0.05) < np.quantile(fall, 0.95) < 0.025
    assert np.mean(fall) == pytest.approx(0.0145, abs=0.002)


def test_a_calculated_level_is_uncertain_by_a_fifth_or_more():
    """Gullberg 2007: coefficient of variation 21 % at 0.12 %, drinks and time known."""
    one = alcohol.drinkers(90, N, 3, sex="male")
    level = alcohol.in_blood([(0.0, 3.0, 10 * one.drink)], 5, one)[:, int(4 / alcohol.STEP)]
    assert 0.15 < level.std() / level.mean() < 0.5


def test_women_and_unknown_bodies_reach_more_or_are_less_certain():
    levels = {}
    for sex in ("male", "female", ""):
        one = alcohol.drinkers(70, N, 4, sex=sex)
        levels[sex] = alcohol.in_blood([(0.0, 1.0, np.full(N, 36.0))], 4, one).max(axis=1)
    assert levels["female"].mean() > levels["male"].mean()
    assert levels[""].std() > levels["male"].std()


def test_more_is_never_less_and_all_of_it_goes():
    one = alcohol.drinkers(70, 200, 5)
    two, three = (alcohol.in_blood([(1.0, 0.5 * n, n * one.drink)], 30, one) for n in (2, 3))
    assert (three - two >= -1e-12).all()
    assert (two >= 0).all()
    assert three[:, -1].max() < 0.005
    assert (three[:, : int(1 / alcohol.STEP)] == 0).all()


def test_the_night_is_as_pietila_found_for_low_moderate_and_high_doses():
    heart, variability = alcohol.night(np.array([0.0, 0.125, 0.5, 1.0, 3.0]))
    assert heart.tolist() == [0.0, 1.4, 4.0, 8.7, 8.7]
    assert variability.tolist() == [0.0, -2.0, -5.7, -12.9, -12.9]
