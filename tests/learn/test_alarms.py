"""Thresholds that keep a budget of false alarms, whatever the score; and its episodes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn.alarms import MONTH, TRUSTED, Episode, Scored, by_month, episodes, personal, rate, threshold


def person(seed: int, days: int = 200) -> Scored:
    return Scored(np.arange(days), np.random.default_rng(seed).exponential(size=days))


def normal(seed: int, days: int = 120, *, wider: float = 1.0) -> Scored:
    return Scored(np.arange(days), wider * np.random.default_rng(seed).normal(size=days))


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


def test_alarm_days_two_quiet_days_apart_are_one_episode_and_three_apart_are_two() -> None:
    assert episodes(np.array([1, 4])) == [Episode(1, 4)]
    assert episodes(np.array([1, 5])) == [Episode(1, 1), Episode(5, 5)]
    assert episodes(np.zeros(0, dtype=np.int64)) == []


def test_a_rate_counts_scored_days_not_calendar_days() -> None:
    days = np.array([0, 10, 100])
    one = Scored(days, np.array([1.0, 0.0, 1.0]))
    assert rate([one], 0.5) == pytest.approx(2 / (3 / MONTH))
    assert rate([], 0.5) == 0


@settings(deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.5, 1.0, 2.0]))
def test_a_threshold_keeps_its_budget_and_the_next_looser_one_would_not(seed: int, budget: float) -> None:
    people = [normal(seed + i) for i in range(4)]
    found = threshold(people, budget)
    assert rate(people, found) <= budget
    below = np.concatenate([one.score for one in people])
    assert rate(people, float(below[below < found].max())) > budget


def test_a_threshold_needs_a_day_and_a_budget() -> None:
    with pytest.raises(ValueError, match="no scored day"):
        threshold([], 1.0)
    with pytest.raises(ValueError, match="above zero"):
        threshold([normal(1)], 0.0)


def test_a_person_who_alarms_too_often_gets_a_higher_bar_the_more_the_longer_known() -> None:
    shared = threshold([normal(i) for i in range(20)], 1.0)
    brief, long = personal(shared, normal(50, 60, wider=2), 1.0), personal(shared, normal(50, 600, wider=2), 1.0)
    assert shared < brief < long
    assert rate([normal(50, 600, wider=2)], long) < rate([normal(50, 600, wider=2)], shared)


def test_a_quiet_past_lowers_no_bar() -> None:
    assert personal(2.5, normal(3, 400, wider=0.1), 1.0) == 2.5
    assert personal(2.5, Scored(np.zeros(0, dtype=np.int64), np.zeros(0)), 1.0) == 2.5


def test_a_month_s_threshold_rests_on_the_days_before_it_began() -> None:
    days, months = np.arange(90), np.repeat([1, 2, 3], 30)
    score = np.r_[normal(7, 60, wider=3).score, np.full(30, 99.0)]
    score[5] = np.nan
    found = by_month(2.0, days, score, months, 1.0)
    known = np.isfinite(score[:60])
    assert found[:30].tolist() == [2.0] * 30
    assert (found[60:] == personal(2.0, Scored(days[:60][known], score[:60][known]), 1.0)).all()
    assert found[60] > 2.0
