"""Weighing others until they are alike: balance, recovery, honest bounds, and what nobody can do."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from selftwin.learn import balancing
from selftwin.learn.balancing import balance, on_those, terms


def cohort(seed: int, effect: float = 1.0, people: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A cause that comes to those who differ, in a line and in a bend, and an outcome that bends too."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=people), rng.exponential(size=people) * (rng.random(people) < 0.7)])
    had = rng.random(people) < 1 / (1 + np.exp(1 - x[:, 0] + 0.7 * x[:, 1]))
    outcome = effect * had + 2 * x[:, 0] + np.abs(x[:, 0]) - x[:, 1] + rng.normal(size=people)
    return x, had, outcome


def test_the_example_runs() -> None:
    assert doctest.testmod(balancing).failed == 0


def test_weights_sum_to_one_and_bring_the_means_to_the_wanted_ones() -> None:
    apart = np.random.default_rng(0).normal(0.4, 1.0, size=(300, 3))
    weights = balance(apart)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()
    assert np.abs(weights @ apart).max() < 1e-3
    assert np.abs(apart.mean(axis=0)).min() > 0.2


def test_of_two_groups_the_weights_are_known() -> None:
    """A yes that half of those with it have, and a fifth of the others, wants weights of one half to each."""
    yes = np.r_[np.ones(20), np.zeros(80)]
    weights = balance((yes - 0.5)[:, None])
    assert weights[:20] == pytest.approx(0.5 / 20, rel=1e-3)
    assert weights[20:] == pytest.approx(0.5 / 80, rel=1e-3)


def test_the_terms_are_set_by_the_covariates() -> None:
    x = np.column_stack([np.arange(10.0), np.arange(10) % 2, np.r_[np.zeros(5), np.arange(1.0, 6)]])
    assert terms(x).shape == (10, 3 + 1 + 3)  # one in ten of the first is nothing, and half of the last
    assert terms(x[1:]).shape == (9, 2 + 1 + 3)


def test_bounds_hold_the_true_effect_and_the_plain_difference_does_not() -> None:
    held, plain = 0, []
    for seed in range(2):
        x, had, outcome = cohort(seed)
        found = on_those(x, had, outcome, trees=20)
        held += found.low <= 1.0 <= found.high
        plain.append(outcome[had].mean() - outcome[~had].mean())
        assert found.apart[1] < 0.02 < found.apart[0]
        assert LEAST_OTHERS < found.others < (~had).sum()
    assert held == 2
    assert np.mean(plain) > 2.0


LEAST_OTHERS = 30


def test_too_few_people_are_an_error() -> None:
    x, _, outcome = cohort(0, people=60)
    with pytest.raises(ValueError, match="twenty"):
        on_those(x, np.arange(60) < 5, outcome)
