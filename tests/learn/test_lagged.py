"""What is seen together is found with its lag and size; what only echoes is not, gaps or not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from selftwin.learn.lagged import NEAR, Plain, Together, calendar, echoes, plain, together
from selftwin.learn.lagged_false import false_share

Floats = NDArray[np.float64]
DAYS = 400
WEEKDAY = np.arange(DAYS) % 7
LAGS = np.ones((1, 1, 4), bool)


def echoing(rng: np.random.Generator, keep: float, rows: int = 1, days: int = DAYS) -> Floats:
    """Series of variance one that keep so much of the day before."""
    found = np.zeros((rows, days))
    found[:, 0] = rng.normal(size=rows)
    for day in range(1, days):
        found[:, day] = keep * found[:, day - 1] + np.sqrt(1 - keep**2) * rng.normal(size=rows)
    return found


def moved(values: Floats, lag: int) -> Floats:
    return np.concatenate([np.zeros(lag), values[: values.size - lag]])


def planted(seed: int = 1) -> tuple[Floats, Floats]:
    """Drinks, and a heart rate that they raise by 1.5 a night later and by 0.7 the night after that."""
    rng = np.random.default_rng(seed)
    drinks = np.where(rng.random(DAYS) < 0.3, rng.poisson(1.0, DAYS) + 1.0, 0.0)
    heart = 54 + 1.5 * moved(drinks, 1) + 0.7 * moved(drinks, 2) + echoing(rng, 0.6)[0]
    return drinks[None], heart[None]


def test_lags_are_told_apart_with_their_sizes() -> None:
    found = together(*planted(), WEEKDAY, LAGS)
    assert (found.p[0, 0, [1, 2]] < 1e-9).all()
    assert (found.p[0, 0, [0, 3]] > 0.01).all()
    assert found.size[0, 0] == pytest.approx([0, 1.5, 0.7, 0], abs=0.15)


def test_the_bounds_hold_about_nine_times_in_ten() -> None:
    truth, held = np.array([0, 1.5, 0.7, 0]), []
    for seed in range(200, 240):
        found = together(*planted(seed), WEEKDAY, LAGS)
        held.append((found.low[0, 0] < truth) & (truth < found.high[0, 0]))
    assert 0.8 < np.mean(held) < 0.97


def test_without_an_echo_the_joint_size_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(3)
    cause, outcome = rng.normal(size=DAYS), rng.normal(size=DAYS)
    outcome += 0.5 * cause
    x, y = plain(cause, WEEKDAY), plain(outcome, WEEKDAY, hold=True)
    design = np.stack([moved(x.values, lag) for lag in range(2)], axis=1)
    by_hand = np.linalg.lstsq(design, y.values, rcond=None)[0]
    found = together(cause[None], outcome[None], WEEKDAY, np.array([[[True, True, False, False]]]))
    assert found.size[0, 0, :2] == pytest.approx(by_hand, abs=0.01)
    assert np.isnan(found.size[0, 0, 2:]).all()


def test_gaps_and_single_wild_days_leave_the_size_where_it_was() -> None:
    drinks, heart = planted(5)
    rng = np.random.default_rng(7)
    heart[0, rng.random(DAYS) < 0.3] = np.nan
    heart[0, 200:240] = np.nan
    heart[0, 100] += 60
    found = together(drinks, heart, WEEKDAY, LAGS)
    assert found.size[0, 0, 1] == pytest.approx(1.5, abs=0.3)
    assert found.n[0, 0] < 0.75 * DAYS
    assert 25 <= found.alone[0, 0] <= found.n[0, 0]


def test_series_that_only_echo_are_found_no_more_often_than_said() -> None:
    rng = np.random.default_rng(11)
    causes, outcomes = echoing(rng, 0.8, 12), echoing(rng, 0.8, 12)
    found = together(causes, outcomes, WEEKDAY, np.ones((12, 12, 4), bool))
    assert 0.03 < (found.p <= 0.05).mean() < 0.075
    plainly = np.corrcoef(np.vstack([causes, outcomes]))[:12, 12:]
    naive = np.abs(plainly) > 1.96 / np.sqrt(DAYS)
    assert naive.mean() > 0.2


def test_a_shared_week_and_a_shared_season_are_nobodys_effect() -> None:
    rng = np.random.default_rng(13)
    wave = 3 * (WEEKDAY >= 5) + 2 * np.cos(2 * np.pi * np.arange(DAYS) / 365)
    found = together((wave + rng.normal(size=DAYS))[None], (wave + rng.normal(size=DAYS))[None], WEEKDAY, LAGS)
    assert found.p.min() > 0.01


def test_rare_causes_have_tails_of_their_own() -> None:
    rng = np.random.default_rng(17)
    rare = np.zeros((8, DAYS))
    for row in rare:
        row[rng.choice(DAYS, 6, replace=False)] = 1.0
    outcomes = rng.standard_t(3, size=(8, DAYS))
    found = together(rare, outcomes, WEEKDAY, np.ones((8, 8, 4), bool))
    assert np.isfinite(found.p).any()
    assert (found.p[np.isfinite(found.p)] <= 0.001).mean() < 0.006


def test_too_few_days_or_changes_are_not_looked_at() -> None:
    drinks, heart = planted()
    twice = np.zeros((1, DAYS))
    twice[0, [50, 60]] = 1.0
    assert np.isnan(together(twice, heart, WEEKDAY, LAGS).p).all()
    heart[0, 20:] = np.nan
    assert np.isnan(together(drinks, heart, WEEKDAY, LAGS).p).all()
    assert not plain(np.full(DAYS, np.nan), WEEKDAY).known.any()


def test_short_calendars_without_shifts_are_silent() -> None:
    days = 2 * NEAR + 10
    rng = np.random.default_rng(1)
    found = together(rng.normal(size=(1, days)), rng.normal(size=(1, days)), np.arange(days) % 7, LAGS)
    assert isinstance(found, Together)
    assert np.isnan(found.p).all()


def test_the_echo_is_read_through_gaps() -> None:
    rng = np.random.default_rng(19)
    known = rng.random(3000) > 0.2
    found = echoes(Plain(np.where(known, echoing(rng, 0.6, 1, 3000)[0], 0.0), known))
    assert found == pytest.approx([0.6, 0.0, 0.0], abs=0.08)
    assert (echoes(Plain(np.zeros(10), np.ones(10, bool))) == 0).all()


def test_the_calendar_has_weekdays_only_where_four_weeks_are_known() -> None:
    assert calendar(np.ones(20, bool), np.arange(20) % 7).shape == (20, 2)
    assert calendar(np.ones(365, bool), np.arange(365) % 7).shape == (365, 2 + 6 + 6)


@pytest.mark.parametrize(("any_dependence", "method"), [(False, "bh"), (True, "by")])
def test_shares_of_false_ones_are_those_of_the_library(*, any_dependence: bool, method: str) -> None:
    p = np.random.default_rng(2).random(200) ** 3
    assert false_share(p, any_dependence=any_dependence) == pytest.approx(false_discovery_control(p, method=method))
    with_gap = np.append(p, np.nan).reshape(3, -1)
    assert false_share(with_gap).ravel()[:200] == pytest.approx(false_share(p))
    assert np.isnan(false_share(np.array([np.nan]))).all()
