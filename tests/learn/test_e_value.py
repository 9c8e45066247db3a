"""How strong a hidden cause must be: against published values, and what must hold of any."""

from __future__ import annotations

import doctest
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.learn import e_value
from selftwin.learn.e_value import of_difference, of_ratio, robustness_value


def test_the_examples_run() -> None:
    assert doctest.testmod(e_value).failed == 0


def test_a_risk_ratio_has_the_published_e_values() -> None:
    found = of_ratio(3.9, 2.4, 8.7)  # the package EValue says 7.263034 and 4.23303
    assert found.point == pytest.approx(7.263034, abs=1e-6)
    assert found.bound == pytest.approx(4.23303, abs=1e-5)


def test_a_protecting_ratio_is_as_hard_to_explain_as_its_inverse() -> None:
    assert of_ratio(0.5, 0.4, 0.8).point == pytest.approx(of_ratio(2.0, 1.25, 2.5).point)
    assert of_ratio(0.5, 0.4, 0.8).bound == pytest.approx(of_ratio(2.0, 1.25, 2.5).bound)


def test_a_difference_goes_through_the_published_conversion() -> None:
    ratio = exp(0.91 * 0.5)
    assert of_difference(0.5, 0.01, 0.99).point == pytest.approx(ratio + sqrt(ratio * (ratio - 1)))


def test_an_interval_that_holds_nothing_needs_no_hidden_cause() -> None:
    assert of_ratio(1.2, 0.9, 1.6).bound == 1.0
    assert of_difference(-0.1, -0.3, 0.1).bound == 1.0


def test_a_ratio_outside_its_interval_is_an_error() -> None:
    with pytest.raises(ValueError, match="lies in its interval"):
        of_ratio(2.0, 2.5, 3.0)


@given(st.floats(-3, 3), st.floats(0, 2))
def test_the_bound_is_never_harder_to_explain_than_the_effect(size: float, half: float) -> None:
    found = of_difference(size, size - half, size + half)
    assert 1.0 <= found.bound <= found.point + 1e-12


def test_the_study_of_darfur_has_its_published_robustness() -> None:
    t = 0.09731582 / 0.02325654  # the tests of the package sensemakr
    assert robustness_value(t, 783) == pytest.approx(0.138776, abs=1e-6)
    assert robustness_value(t, 783, alpha=0.05) == pytest.approx(0.07625797, abs=1e-6)


def test_a_hidden_cause_of_that_strength_just_suffices() -> None:
    """The bias of Cinelli and Hazlett's equation, at equal shares of both, equals the estimate."""
    t, freedom = 5.0, 200.0
    share = robustness_value(t, freedom)
    assert sqrt(share * share / (1 - share)) * sqrt(freedom) == pytest.approx(t)


def test_what_is_within_chance_is_not_robust() -> None:
    assert robustness_value(1.5, 100, alpha=0.05) == 0.0


def test_where_chance_binds_the_extreme_value_is_told() -> None:
    assert robustness_value(50.0, 10, alpha=0.05) == pytest.approx(0.9939, abs=2e-3)
