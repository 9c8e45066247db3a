"""The frozen tables, the lives they come from, and the making of them."""

from __future__ import annotations

import numpy as np

from selftwin.learn import daily
from selftwin.learn.daily_lives import NATURES, SHAPES, lives
from selftwin.learn.daily_making import Examples, fitted, made
from selftwin.learn.daily_memory import QUANTILE_FEATURES
from selftwin.learn.daily_prior import prior, read, told, written
from selftwin.learn.daily_weighing import quantile_features


def test_the_frozen_tables_are_read_as_they_were_written():
    again = read(written(prior()))
    np.testing.assert_array_equal(again.experts, prior().experts)
    np.testing.assert_array_equal(again.quantiles, prior().quantiles)
    assert all(np.isfinite(table).all() for table in again)


def test_lives_are_the_same_for_a_seed_and_others_for_another():
    first, again, other = (list(lives(5, seed=seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a[1], b[1]) for a, b in zip(first, other, strict=True))


def test_lives_have_ascending_days_and_finite_values_that_vary():
    for days, values in lives(120, seed=3):
        assert np.all(np.diff(days) > 0)
        assert np.isfinite(values).all()
        assert 30 <= len(days) == len(values) <= 200
        assert np.ptp(values) > 0


def test_every_nature_has_a_shape_and_shares_add_to_one():
    assert set(NATURES) == set(SHAPES)
    assert abs(sum(NATURES.values()) - 1) < 1e-9


def test_what_weighs_quantiles_in_the_making_is_what_weighs_them_in_the_kernel():
    days, values = next(lives(1, seed=12))
    _, sight = daily.learn(daily.blank((1,)), days, values)
    use = np.isfinite(sight.offered[0, :, 0, 0])
    for level in (0, 2, 4, 6):
        table = told(sight.features[0, use], sight.offered[0, use, level], sight.scales[0, use], upper=level > 3)
        row = np.empty(QUANTILE_FEATURES)
        weigh = quantile_features.py_func
        sign = -1.0 if level > 3 else 1.0
        weigh(sight.features[0, use][5], sight.offered[0, use][5, level], sight.scales[0, use][5], sign, row)
        np.testing.assert_allclose(table[5], row)


def test_the_gate_learns_which_candidate_is_right_when():
    rng = np.random.default_rng(0)
    switch = rng.choice([-1.0, 1.0], 20_000)
    came = rng.normal(size=20_000)
    offered = np.column_stack([np.where(switch > 0, came, 5.0), np.where(switch > 0, 5.0, came)])
    gate = fitted([Examples(offered, np.column_stack([switch, np.ones(20_000)]), came)], share=0.5)
    assert gate[0, 0] - gate[0, 1] > 0.5


def test_a_prior_made_of_a_few_lives_has_the_shape_of_the_frozen_one():
    little = made(40)
    assert little.experts.shape == prior().experts.shape
    assert little.quantiles.shape == prior().quantiles.shape
    assert np.isfinite(little.experts).all()
    assert np.abs(little.experts).max() > 0
