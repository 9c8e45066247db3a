"""Changes of level: where they are, how large, between which bounds; and hardly any where nothing changed."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.learn.change_points import SIDE, change_points
from selftwin.learn.whitening import Mix, wander


def wandering(count: int, days: int, *, slow: float = 0.03, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return wander(rng.random((count, days)) > 0.15, Mix(np.full(count, 0.25), np.full(count, slow)), rng, tails=5.0)


def found(line: np.ndarray, first: int = 20_000) -> list:
    days = np.flatnonzero(np.isfinite(line))
    levels = change_points(first + days, line[days])
    return [] if levels is None else list(levels.points)


def test_a_step_is_found_on_its_day_with_its_size_inside_the_bounds() -> None:
    near = inside = 0
    for line in wandering(10, 160, seed=2):
        points = found(line + 2.5 * (np.arange(160) >= 90))
        assert len(points) == 1
        near += points[0].first <= 20_090 <= points[0].last
        inside += points[0].low <= 2.5 <= points[0].high
        assert points[0].first <= points[0].at <= points[0].last
    assert near >= 8
    assert inside >= 8


def test_what_came_and_went_is_two_changes_that_take_each_other_back() -> None:
    line = wandering(1, 300, seed=5)[0] + 2 * ((np.arange(300) >= 140) & (np.arange(300) < 160))
    days = np.flatnonzero(np.isfinite(line))
    levels = change_points(days, line[days])
    assert [abs(point.at - day) <= 4 for point, day in zip(levels.points, (140, 160), strict=True)] == [True, True]
    before, during, after = levels.levels
    assert before == pytest.approx(after, abs=0.6)
    assert during - before > 1
    assert levels.points[0].size == pytest.approx(during - before)


def test_mere_wandering_seldom_looks_like_a_change() -> None:
    years = 15 * 200 / 365
    assert sum(len(found(line)) for line in wandering(15, 200, seed=7)) / years < 1
    slow = sum(len(found(line)) for line in wandering(6, 200, slow=0.25, seed=8)) / (6 * 200 / 365)
    assert slow < 3


def test_a_week_of_weekends_and_a_year_of_seasons_are_no_changes() -> None:
    days, rng = np.arange(800), np.random.default_rng(0)
    weekly = 100 + 30 * (days[:200] % 7 < 2) + rng.normal(0, 5, 200)
    assert found(weekly) == []
    yearly = 100 + 10 * np.sin(2 * np.pi * days / 365.2425) + rng.normal(0, 5, 800)
    assert found(yearly) == []


def test_a_single_far_day_is_no_change() -> None:
    line = wandering(1, 150, seed=9)[0]
    line[np.flatnonzero(np.isfinite(line))[60]] = 40.0
    assert found(line) == []


def test_units_do_not_matter_and_time_turned_round_tells_the_same_days() -> None:
    line = wandering(1, 160, seed=2)[0] + 2 * (np.arange(160) >= 90)
    point, scaled = found(line)[0], found(1000 * line + 7)[0]
    assert (scaled.at, scaled.first, scaled.last) == (point.at, point.first, point.last)
    assert scaled.size == pytest.approx(1000 * point.size)
    back = found(line[::-1])[0]
    assert back.size == pytest.approx(-point.size, rel=0.15)
    assert abs((20_160 - back.at) - (point.at - 20_000)) <= 4


def test_too_little_and_what_never_moves_have_no_levels() -> None:
    few = np.arange(2 * SIDE - 1)
    assert change_points(few, few.astype(float)) is None
    many = np.arange(100)
    assert change_points(many, np.full(100, 3.0)) is None
    mostly = np.full(100, 3.0)
    mostly[50] = 4.0
    assert found(mostly) == []
    weekly = change_points(7 * np.arange(60), np.r_[np.zeros(30), np.ones(30)] + 0.1 * np.sin(np.arange(60.0)))
    assert [point.at for point in weekly.points] == [210]
