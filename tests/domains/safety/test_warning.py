"""Episodes, budgets, and thresholds that keep them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.domains.safety.warning import MONTH, Episode, Scored, episodes, personal, rate, threshold
from selftwin.domains.safety.warning_reasons import reasons


def person(seed: int, days: int = 120, *, wider: float = 1.0) -> Scored:
    return Scored(np.arange(days), wider * np.random.default_rng(seed).normal(size=days))


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
    people = [person(seed + i) for i in range(4)]
    found = threshold(people, budget)
    assert rate(people, found) <= budget
    below = np.concatenate([one.score for one in people])
    assert rate(people, float(below[below < found].max())) > budget


def test_a_threshold_needs_a_day_and_a_budget() -> None:
    with pytest.raises(ValueError, match="no scored day"):
        threshold([], 1.0)
    with pytest.raises(ValueError, match="above zero"):
        threshold([person(1)], 0.0)


def test_a_person_who_alarms_too_often_gets_a_higher_bar_the_more_the_longer_known() -> None:
    shared = threshold([person(i) for i in range(20)], 1.0)
    brief, long = personal(shared, person(50, 60, wider=2), 1.0), personal(shared, person(50, 600, wider=2), 1.0)
    assert shared < brief < long
    assert rate([person(50, 600, wider=2)], long) < rate([person(50, 600, wider=2)], shared)


def test_a_quiet_past_lowers_no_bar() -> None:
    assert personal(2.5, person(3, 400, wider=0.1), 1.0) == 2.5
    assert personal(2.5, Scored(np.zeros(0, dtype=np.int64), np.zeros(0)), 1.0) == 2.5


def test_what_was_noted_near_an_alarm_is_named_the_likeliest_first() -> None:
    tags = np.zeros((10, 4), dtype=bool)
    tags[6, 0], tags[1, 2] = True, True
    others = np.zeros((10, 5))
    others[8] = [0.4, 0.0, 0.01, 0.02, 0.1]
    found = reasons(others, tags, 8)
    assert [reason.name for reason in found] == ["alcohol", "slip", "vaccine", "travel", "training"]
    assert [reason.noted for reason in found] == [2, None, None, None, None]
    assert found[0].words() == "alcohol: noted 2 days ago, explains 40 % of the day: may be why"
    assert [reason.is_ruled_out for reason in found] == [False, True, True, True, True]
