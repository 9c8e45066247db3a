"""The wandering level on made-up series: bounds that hold on processes it was not made from, and what it recovers."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.learn import wandering
from selftwin.learn.wandering import Usual

DAYS = np.arange(400, dtype=np.int64)


def walk(seed: int, *, steps: float = 0.06, noise: float = 0.35) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 70 + np.cumsum(rng.normal(0, steps, DAYS.size)) + rng.normal(0, noise, DAYS.size)


def stranger(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A life that no cell of the grid describes: pulled home, seasons, a diet now and then, water that lasts, a scale
    that rounds, days left out, and once somebody else on the scale."""
    rng = np.random.default_rng([99, seed])
    n, level, drive, water, found = 500, 0.0, 0.0, 0.0, []
    home, pull = rng.normal(0, 1), rng.uniform(0.001, 0.01)
    swing, step, ripple = rng.uniform(0, 1.2), rng.uniform(0.01, 0.08), rng.uniform(0.1, 0.6)
    for day in range(n):
        if rng.random() < 1 / 120:
            drive = rng.normal(0, 0.03)
        if rng.random() < 1 / 40:
            drive = 0.0
        level += drive + pull * (home - level) + step * rng.normal()
        water = 0.6 * water + 0.8 * ripple * rng.normal()
        found.append(level + swing * np.sin(2 * np.pi * day / 365) + water + rng.normal(0, 0.2))
    kept = rng.random(n) < rng.uniform(0.15, 0.9)
    values = np.round(75 + np.array(found), 1)
    values[rng.integers(n)] += 12
    return np.arange(n, dtype=np.int64)[kept], values[kept]


def held(ahead: int, lives: range) -> float:
    replays = [wandering.replay(*stranger(seed), ahead, Usual()) for seed in lives]
    return sum(one.inside for one in replays) / sum(len(one.came) for one in replays)


@pytest.mark.parametrize("ahead", [30, 90])
def test_ninety_in_a_hundred_hold_on_lives_nobody_tuned_to(ahead: int) -> None:
    assert 0.85 <= held(ahead, range(1000, 1016)) <= 0.98


@pytest.mark.deep
def test_ninety_in_a_hundred_hold_on_many_lives() -> None:
    assert 0.87 <= held(90, range(3000, 3150)) <= 0.97


def test_bounds_are_wider_further_away_and_for_those_who_wander_more() -> None:
    def width(values: np.ndarray, day: int) -> float:
        learnt = wandering.learn(DAYS, values, 399, Usual())
        ends = wandering.imagine(learnt, 90, 400, np.random.default_rng(1)).readings[:, day]
        return float(np.ptp(np.quantile(ends, [0.05, 0.95])))

    assert width(walk(1), 90) > width(walk(1), 7)
    assert width(walk(2, steps=0.16), 90) > 1.5 * width(walk(2, steps=0.01), 90)


def test_a_trend_is_seen_and_fades() -> None:
    values = 80 - 0.05 * DAYS + np.random.default_rng(3).normal(0, 0.3, DAYS.size)
    learnt = wandering.learn(DAYS, values, 399, Usual())
    level, trend = learnt.now()
    assert level == pytest.approx(60.05, abs=0.3)
    assert trend == pytest.approx(-0.05, abs=0.015)
    ahead = wandering.imagine(learnt, 120, 400, np.random.default_rng(1)).level.mean(axis=0)
    assert ahead[30] - ahead[0] < -0.5
    assert ahead[120] - ahead[90] > ahead[30] - ahead[0]


def test_somebody_else_on_the_scale_moves_nothing() -> None:
    values = walk(5)
    spoilt = values.copy()
    spoilt[-1] += 15
    clean, after = (wandering.learn(DAYS, one, 399, Usual()).now()[0] for one in (values, spoilt))
    assert after == pytest.approx(clean, abs=0.3)


def test_the_same_seed_gives_the_same_futures_and_the_unit_scales() -> None:
    learnt = wandering.learn(DAYS, walk(6), 410, Usual())
    a, b = (wandering.imagine(learnt, 20, 10, np.random.default_rng(4)).readings for _ in range(2))
    assert (a == b).all()
    tenfold = wandering.learn(DAYS, 10 * walk(6), 410, Usual(scale=10))
    assert tenfold.now()[0] == pytest.approx(10 * learnt.now()[0], rel=1e-6)


def test_one_reading_is_enough_to_begin_and_none_is_not() -> None:
    learnt = wandering.learn(np.array([5]), np.array([70.0]), 9, Usual())
    ends = wandering.imagine(learnt, 30, 400, np.random.default_rng(1)).readings[:, -1]
    assert np.quantile(ends, 0.05) < 69.3 < 70.7 < np.quantile(ends, 0.95)
    with pytest.raises(ValueError, match="no reading"):
        wandering.learn(np.empty(0, np.int64), np.empty(0), 9, Usual())


def test_a_replay_knows_nothing_of_what_came_later() -> None:
    values = walk(7)
    before = wandering.replay(DAYS, values, 30, Usual(), most=5)
    changed = values.copy()
    changed[-20:] += 3.0
    after = wandering.replay(DAYS, changed, 30, Usual(), most=5)
    assert (before.low[:4] == after.low[:4]).all()
    assert len(wandering.replay(DAYS[:6], values[:6], 30, Usual()).came) == 0


def test_whole_numbers_that_repeat_are_not_taken_for_certainty() -> None:
    days = np.arange(120, dtype=np.int64)
    rounded = np.where(days < 60, 80.0, 81.0)
    exact = rounded + np.random.default_rng(9).normal(0, 0.05, days.size)

    def width(values: np.ndarray) -> float:
        learnt = wandering.learn(days, values, 119, Usual())
        ahead = wandering.imagine(learnt, 1, 400, np.random.default_rng(1)).readings
        return float(np.ptp(np.quantile(ahead, [0.05, 0.95])))

    assert wandering.learn(days, rounded, 119, Usual()).grain == 1.0
    assert wandering.learn(days, exact, 119, Usual()).grain == 0.0
    assert width(rounded) > 1.0
