"""What a daily forecast is made of: both ways of taking it apart give back the forecast that ships."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn import daily
from selftwin.learn.daily_parts import NAMES, parts


def learnt(days, values):
    return daily.learn(daily.blank(), days, values)[0]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 999), n=st.integers(1, 150), lag=st.sampled_from([1, 2, 7, 9, 30]))
def test_experts_and_sources_both_add_up_to_the_forecast(seed, n, lag):
    rng = np.random.default_rng(seed)
    days = np.flatnonzero(np.r_[True, rng.random(n) < 0.8]) + 19000
    values = 55 + np.cumsum(rng.normal(0, 0.4, len(days))) + 2.0 * (days % 7 == 3)
    memory = learnt(days, values)
    target = int(days[-1]) + lag
    made = parts(memory, target)
    said = daily.quantiles(memory, np.array([target]))[0, 3]
    assert made.point == said
    assert made.weights @ made.guesses == pytest.approx(said, abs=1e-9)
    assert made.weights.sum() == pytest.approx(1.0)
    assert made.usual + made.month + made.week + made.last + made.weekday == pytest.approx(said, abs=1e-9)
    assert len(NAMES) == len(made.weights)


def test_looking_leaves_the_memory_as_it_was():
    days, values = np.arange(40), np.random.default_rng(1).normal(50, 2, 40)
    memory = learnt(days, values)
    before = [array.copy() for array in memory]
    parts(memory, 42)
    assert all(np.array_equal(one, other) for one, other in zip(before, memory, strict=True))


def test_what_never_moves_is_all_usual():
    made = parts(learnt(np.arange(30), np.full(30, 7.0)), 30)
    assert (made.usual, made.month, made.week, made.last, made.weekday) == pytest.approx((7, 0, 0, 0, 0), abs=1e-9)


def test_a_day_already_learnt_is_no_forecast():
    with pytest.raises(ValueError, match="after the last day"):
        parts(learnt(np.arange(5), np.arange(5.0)), 4)
