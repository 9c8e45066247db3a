"""What whitening leaves is independent, and its likelihood is that of the covariance written out."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.learn.whitening import ECHO, SLOW, Mix, held, mixes, wander, whiten

MIX = Mix(np.array([0.3]), np.array([0.25]))


def covariance(days: np.ndarray, mix: Mix) -> np.ndarray:
    apart = np.abs(days[:, None] - days)
    echo, slow = float(mix.echo[0]), float(mix.slow[0])
    return echo * ECHO**apart + slow * SLOW**apart + (1 - echo - slow) * np.eye(len(days))


def test_it_is_the_square_root_of_the_inverse_covariance_over_missing_days() -> None:
    rng = np.random.default_rng(3)
    seen = rng.random((1, 40)) > 0.3
    columns = rng.normal(size=(1, 40, 2))
    white, logs = whiten(columns, seen, MIX)
    days = np.flatnonzero(seen[0])
    known = columns[0, days]
    written = covariance(days, MIX)
    assert white[0, days].T @ white[0, days] == pytest.approx(known.T @ np.linalg.solve(written, known))
    assert logs[0] == pytest.approx(np.linalg.slogdet(written)[1])
    assert (white[0, ~seen[0]] == 0).all()


def test_what_wandered_comes_back_independent() -> None:
    grid, rng = mixes(), np.random.default_rng(0)
    seen = rng.random((len(grid), 1500)) > 0.2
    lines = wander(seen, grid, rng)
    white, _ = whiten(np.nan_to_num(lines)[..., None], seen, grid)
    for place in range(len(grid)):
        one = white[place, seen[place], 0]
        assert one.std() == pytest.approx(1, abs=0.08)
        assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.1


def test_single_far_days_are_held_and_a_level_that_moved_is_not() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(60, 1, 80)
    values[40] = 95.0
    values[50:] += 10
    values[20] = np.nan
    kept = held(values)
    assert kept[40] < 66
    assert kept[50:].mean() == pytest.approx(values[50:].mean(), abs=0.5)
    assert np.isnan(kept[20])
    few = np.array([1.0, np.nan, 100.0])
    assert np.array_equal(held(few), few, equal_nan=True)
