"""Effects that differ between people: slopes against differences, recovery, bounds, and no differences invented."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.learn.heterogeneous import chances, differing
from selftwin.learn.heterogeneous_surface import _cost, surface


def people(seed: int, many: int = 120, *, differ: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Covariates, who had it (more often those high in the first), outcome, and the effect on each."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(many, 3))
    had = rng.random(many) < 1 / (1 + np.exp(-x[:, 0]))
    effect = 2 + differ * np.tanh(1.5 * x[:, 1])
    return x, had, x[:, 0] + effect * had + 0.3 * rng.normal(size=many), effect


def test_the_cost_falls_as_its_slope_says() -> None:
    rng = np.random.default_rng(0)
    x, y, logs = rng.normal(size=(30, 2)), rng.normal(size=30), np.log([0.2, 0.1, 0.05, 0.3, 0.5, 0.4])
    _, slopes = _cost(logs, x, y)
    for place in range(len(logs)):
        step = 1e-5 * np.eye(len(logs))[place]
        rise = (_cost(logs + step, x, y)[0] - _cost(logs - step, x, y)[0]) / 2e-5
        assert slopes[place] == pytest.approx(rise, rel=1e-4, abs=1e-6)


def test_a_surface_finds_what_bends_and_is_sure_only_where_it_saw() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(-2, 2, size=(120, 2))
    found = surface(x, np.sin(2 * x[:, 0]) + 0.1 * rng.normal(size=120))
    places = np.column_stack([np.linspace(-1.8, 1.8, 20), np.zeros(20)])
    mean, error = found.at(places)
    assert np.abs(mean - np.sin(2 * places[:, 0])).max() < 0.25
    assert found.at(np.array([[9.0, 9.0]]))[1][0] > 3 * error.max()


def test_effects_that_differ_are_found_and_held_by_their_bounds() -> None:
    x, had, outcome, effect = people(2)
    cohort = differing(x, had, outcome)
    said = cohort.effects(x)
    assert np.sqrt(((said.size - effect) ** 2).mean()) < 0.5 * effect.std()
    assert ((said.low <= effect) & (effect <= said.high)).mean() > 0.8
    assert cohort.low < effect.mean() < cohort.high
    assert cohort.kept > 0.8


def test_where_all_have_the_same_effect_hardly_a_difference_is_told() -> None:
    x, had, outcome, effect = people(3, differ=0.0)
    said = differing(x, had, outcome).effects(x)
    assert np.sqrt(((said.size - effect) ** 2).mean()) < 0.2


def test_units_and_order_change_nothing() -> None:
    x, had, outcome, _ = people(4, many=80)
    one = differing(x, had, outcome).effects(x).size
    other = differing(x * [1000, 1, 0.1] + 5, had, outcome * 10).effects(x * [1000, 1, 0.1] + 5).size
    assert other == pytest.approx(10 * one, rel=1e-3, abs=1e-3)


def test_chances_are_kept_away_from_nothing_and_all() -> None:
    x = np.linspace(-9, 9, 200)[:, None]
    said = chances(x, x[:, 0] > 0, x)
    assert said.min() >= 0.03
    assert said.max() <= 0.97


def test_too_few_people_or_unknown_values_are_errors() -> None:
    x, had, outcome, _ = people(5)
    with pytest.raises(ValueError, match="twenty"):
        differing(x, np.arange(len(x)) < 10, outcome)
    with pytest.raises(ValueError, match="known"):
        differing(np.where(x > 1, np.nan, x), had, outcome)
