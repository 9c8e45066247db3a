"""Caffeine at published concentrations, thresholds of sleep and their uncertainty."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.sleep import caffeine

N = 4000


def test_the_closed_form_is_the_integral_of_its_equations():
    absorption, elimination, step = 4.0, 0.14, 1e-3
    gut, body = 200.0, 0.0
    for _ in range(5000):
        gut, body = gut - step * absorption * gut, body + step * (absorption * gut - elimination * body)
    assert caffeine.amount(200, np.array(5.0), absorption, elimination) == pytest.approx(body, rel=1e-3)
    assert caffeine.amount(200, np.array(-1.0), absorption, elimination) == 0


def test_five_milligrams_a_kilogram_peak_as_blanchard_and_sawers_saw():
    """10.0 mg/L, standard error 1.0 in ten men; half-lives from 2.7 to 9.9 h."""
    drinker = caffeine.drinkers(70, 0, N, 1)
    peak = caffeine.in_blood([(0.0, 350.0)], np.arange(0, 4, 0.1), drinker).max(axis=1)
    assert 7 < np.median(peak) < 11
    low, high = np.quantile(np.log(2) / drinker.elimination, [0.05, 0.95])
    assert low == pytest.approx(2.6, abs=0.4)
    assert high == pytest.approx(9.9, abs=0.8)


def test_nearly_all_is_absorbed_within_three_quarters_of_an_hour():
    assert 1 - np.exp(-caffeine.ABSORPTION * 0.75) > 0.95


def test_doses_add_up_and_the_past_is_clean():
    drinker = caffeine.drinkers(70, 0, 5, 1)
    at = np.arange(-2.0, 8.0)
    both = caffeine.in_blood([(0.0, 100.0), (3.0, 50.0)], at, drinker)
    apart = caffeine.in_blood([(0.0, 100.0)], at, drinker) + caffeine.in_blood([(3.0, 50.0)], at, drinker)
    np.testing.assert_allclose(both, apart)
    assert (both[:, at <= 0] == 0).all()


@pytest.mark.parametrize(("mg", "hours"), [(107.0, 8.8), (217.5, 13.2)])
def test_nothing_is_lost_at_gardiners_thresholds_for_the_usual_half_life(mg: float, hours: float):
    left = caffeine.amount(mg, np.array(hours), caffeine.ABSORPTION, np.log(2) / caffeine.HALF_LIFE)
    assert caffeine.sleep_lost(left, np.array(caffeine.COST)) < 6


def test_four_hundred_milligrams_six_hours_before_bed_cost_about_an_hour():
    """Drake 2013."""
    drinker = caffeine.drinkers(75, 0, N, 2)
    left = caffeine.amount(400, np.array(6.0), drinker.absorption, drinker.elimination)
    assert 45 < caffeine.sleep_lost(left, drinker.cost).mean() < 75


def test_more_or_later_never_costs_less_sleep():
    for elimination in (0.07, 0.14, 0.28):
        hours = np.linspace(1.5, 14, 60)
        lost = caffeine.sleep_lost(caffeine.amount(200, hours, 5.0, elimination), np.array(75.0))
        assert (np.diff(lost) <= 1e-9).all()
        more = [float(caffeine.sleep_lost(caffeine.amount(mg, np.array(6.0), 5.0, elimination), np.array(75.0)))
                for mg in range(0, 800, 25)]  # fmt: skip
        assert (np.diff(more) >= 0).all()


def test_the_alerting_effect_saturates_and_never_leaves_the_scale():
    strength = np.array(caffeine.STRENGTH)
    eased = [float(caffeine.eased(np.array(7.0), np.array(dose), strength)) for dose in (0.0, 4.5, 6.75)]
    assert eased[0] == 7.0
    assert 0.7 < eased[0] - eased[1] < 2
    assert eased[1] - eased[2] < 0.25, "200 and 300 mg did not differ in substance (Hansen 2018)"
    assert caffeine.eased(np.array(1.0), np.array(9.0), strength) == 1.0
