"""Thresholds that keep a budget of false alarms, whatever the score (more in tests/domains/safety/test_warning.py)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn.alarms import MONTH, TRUSTED, Scored, episodes, personal, rate, threshold


def person(seed: int, days: int = 200) -> Scored:
    return Scored(np.arange(days), np.random.default_rng(seed).exponential(size=days))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=30, unique=True))
def test_episodes_part_the_days_and_lose_none(days: list[int]) -> None:
    alarms = np.array(sorted(days))
    found = episodes(alarms)
    assert sum(int(((alarms >= one.first) & (alarms <= one.last)).sum()) for one in found) == len(alarms)
    assert all(after.first - before.last > 3 for before, after in pairwise(found))


def test_a_threshold_from_many_holds_on_others_of_their_kind() -> None:
    least = threshold([person(seed) for seed in range(20)], 1.0)
    assert rate([person(seed) for seed in range(100, 120)], least) == pytest.approx(1.0, abs=0.25)


def test_a_persons_own_past_weighs_by_its_months() -> None:
    wild = Scored(np.arange(304), 3 * person(5, 304).score)
    mine, shared = threshold([wild], 1.0), 2.0
    months = 304 / MONTH
    assert personal(shared, wild, 1.0) == pytest.approx((months * mine + TRUSTED * shared) / (months + TRUSTED))
    assert personal(shared, Scored(wild.days[:0], wild.score[:0]), 1.0) == shared
