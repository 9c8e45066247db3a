"""The slow change test: what it finds, what it keeps quiet about, and that later days change no score."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.learn.drift import WINDOW, after, episodes, slow_change, together, windows
from selftwin.learn.whitening import Mix, wander


def wandering(count: int, *, slow: float = 0.05, seed: int = 0, days: int = 240) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return wander(rng.random((count, days)) > 0.15, Mix(np.full(count, 0.2), np.full(count, slow)), rng, tails=5.0)


def scored(line: np.ndarray, ends: np.ndarray, *, sense: int = 0, others: np.ndarray | None = None) -> np.ndarray:
    days = np.flatnonzero(np.isfinite(line))
    seen = windows(days, line[days], ends)
    return slow_change(seen, after([], ends) if others is None else others, sense=sense).score


def ramp(days: int = 240, *, begins: int = 150, pace: int = 28) -> np.ndarray:
    return np.clip((np.arange(days) - begins) / pace, 0, 1)


def test_a_slow_change_is_likelier_than_wandering_and_its_size_is_bounded() -> None:
    ends, inside = np.array([230]), 0
    for line in wandering(12, seed=4):
        days = np.flatnonzero(np.isfinite(line + ramp()))
        moved = line[days] + 2 * ramp()[days]
        found = slow_change(windows(days, moved, ends), after([], ends))
        inside += found.low[0] <= 2 <= found.high[0]
        assert found.size[0] > 0.5
        assert found.ago[0] <= 168
    assert inside >= 9, "about nine in ten of twelve"


def test_scores_of_mere_wandering_seldom_pass_and_ramps_often_do() -> None:
    ends = np.arange(178, 240, 14)
    quiet = [np.nanmax(scored(line, ends)) for line in wandering(12, seed=1)]
    moved = [np.nanmax(scored(line + 2 * ramp(), ends)) for line in wandering(12, seed=1)]
    assert np.mean(np.array(quiet) > 2) <= 0.15
    assert np.mean(np.array(moved) > 2) >= 0.7


def test_only_the_way_that_counts_counts() -> None:
    ends, line = np.array([230]), wandering(1)[0] + 2.5 * ramp()
    assert scored(line, ends, sense=1)[0] > 2 > 0 > scored(line, ends, sense=-1)[0]


def test_what_another_column_explains_is_no_change() -> None:
    ends = np.array([230])
    line = wandering(1, seed=2)[0] + 3 * (np.arange(240) >= 180)
    assert scored(line, ends)[0] > 3
    assert scored(line, ends, others=after([180], ends))[0] < 1


def test_later_days_change_no_score() -> None:
    line, ends = wandering(1, seed=3)[0] + ramp(), np.arange(100, 240, 7)
    whole = scored(line, ends)
    for cut in (8, 15):
        known = line.copy()
        known[ends[cut] + 1 :] = np.nan
        assert scored(known, ends[: cut + 1])[cut] == pytest.approx(whole[cut], abs=1e-9)


def test_a_wave_of_the_year_is_taken_off_after_two_years_and_not_before() -> None:
    days = np.arange(1100)
    wave = 3 * np.sin(2 * np.pi * days / 365.2425) + np.random.default_rng(0).normal(0, 0.5, 1100)
    early, late = windows(days, wave, np.array([500]))[0], windows(days, wave, np.array([1080]))[0]
    assert np.nanstd(late) < 0.75 < 1.5 < np.nanstd(early)


def test_too_little_says_nothing() -> None:
    assert np.isnan(scored(wandering(1, days=36)[0], np.array([35]))[0])
    assert windows(np.zeros(0, np.int64), np.zeros(0), np.array([10])).shape == (1, WINDOW)


def test_signals_together_are_as_likely_as_any_of_them() -> None:
    one = np.array([[3.0, np.nan, np.nan], [-50.0, 1.0, np.nan]])
    assert together(one)[0] == pytest.approx(3 - np.log(2))
    assert together(one)[1] == 1.0
    assert np.isnan(together(one)[2])


def test_an_alarm_lasts_until_the_score_rests() -> None:
    score = np.array([0.0, 3, 1.5, 3, 0, np.nan, 0, 3, 0.5, 3])
    assert episodes(score, 2.0) == [(1, 3), (7, 9)]
    assert episodes(score[:4], 2.0) == [(1, 3)]
    assert episodes(np.zeros(5), 2.0) == []
