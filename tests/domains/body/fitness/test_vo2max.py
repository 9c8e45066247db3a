"""VO2 max by heart rates and by running, at the values the papers' formulas give."""

from __future__ import annotations

import pytest

from selftwin.domains.body.fitness import vo2max
from selftwin.vocabulary.errors import UsageError


def test_the_highest_heart_rate_falls_with_age_as_tanaka_found():
    assert vo2max.highest_heart_rate(20) == pytest.approx(194)
    assert vo2max.highest_heart_rate(65) == pytest.approx(162.5)


def test_the_heart_rate_ratio_gives_uths_value_with_an_error_worth_the_method():
    said = vo2max.from_heart_rates(190, 50)
    assert said.value == pytest.approx(15.3 * 3.8)
    assert 5 < said.error < 10


def test_running_costs_what_the_acsm_equation_says():
    assert vo2max.running_uptake(160 / 60) == pytest.approx(35.5)  # 160 m/min: 0.2 x 160 + 3.5
    assert vo2max.running_uptake(160 / 60, grade=0.05) == pytest.approx(42.7)


def test_a_run_at_the_highest_heart_rate_is_its_own_vo2_max():
    said = vo2max.from_running(3.5, 185, highest=185, resting=55)
    assert said.value == pytest.approx(vo2max.running_uptake(3.5))
    easier = vo2max.from_running(3.5, 150, highest=185, resting=55)
    assert easier.value > said.value, "the same speed at a lower heart rate shows more fitness"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: vo2max.highest_heart_rate(400),
        lambda: vo2max.from_heart_rates(60, 55),
        lambda: vo2max.from_heart_rates(120, 100),
        lambda: vo2max.running_uptake(12.0),
        lambda: vo2max.from_running(3.0, 80, highest=185, resting=55),
    ],
)
def test_nonsense_is_refused_without_telling_the_numbers(ask):
    with pytest.raises(UsageError) as refused:
        ask()
    assert not any(number in str(refused.value) for number in ("400", "12.0", "55", "80"))
