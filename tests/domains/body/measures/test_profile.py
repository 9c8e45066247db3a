from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.measures.profile import PERCENTILES, profile

DAY = 86400.0


def lived(days: int = 15, *, noise: float = 10.0, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Days with one slow wave, highest at noon."""
    times = np.arange(0, days * DAY, 300.0)
    wave = 130 - 30 * np.cos(times / DAY * 2 * np.pi)
    return times, wave + np.random.default_rng(seed).normal(0, noise, len(times))


def test_the_middle_follows_the_day_and_the_percentiles_the_spread() -> None:
    seen = profile(*lived())
    wave = 130 - 30 * np.cos(seen.minutes / 1440 * 2 * np.pi)
    assert np.abs(seen.levels[:, PERCENTILES.index(50)] - wave).max() < 4
    assert np.mean(seen.levels[:, 4] - wave) == pytest.approx(1.645 * 10, abs=2)
    assert np.mean(wave - seen.levels[:, 1]) == pytest.approx(0.674 * 10, abs=1.5)


def test_percentiles_never_cross_and_their_bounds_hold_them() -> None:
    seen = profile(*lived())
    assert (np.diff(seen.levels, axis=1) >= 0).all()
    inside = (seen.low <= seen.levels + 1e-9) & (seen.levels <= seen.high + 1e-9)
    assert inside.mean() > 0.98
    assert seen.levels.shape == (96, 5)


def test_midnight_has_two_sides() -> None:
    times = np.arange(0, 15 * DAY, 300.0)
    late = times % DAY > 23 * 3600
    seen = profile(times[late], np.full(int(late.sum()), 200.0))
    assert seen.levels[0, 2] == 200
    assert seen.counts[0] > 0
    assert np.isnan(seen.levels[48]).all()


def test_trust_needs_fourteen_days_and_seventy_per_cent() -> None:
    times, values = lived(14)
    assert profile(times, values).trusted
    assert not profile(times[times < 13 * DAY], values[times < 13 * DAY]).trusted
    some = np.random.default_rng(0).random(len(times)) < 0.6
    assert not profile(times[some], values[some], interval=300.0).trusted


def test_under_four_days_there_are_no_bounds() -> None:
    times, values = lived(3)
    seen = profile(times, values)
    assert np.isnan(seen.low).all()
    assert np.isfinite(seen.levels).all()


def test_the_same_seed_gives_the_same_bounds_and_days_that_differ_widen_them() -> None:
    times, values = lived()
    assert (profile(times, values, seed=4).low == profile(times, values, seed=4).low).all()
    shifted = values + np.random.default_rng(5).normal(0, 20, 15)[(times // DAY).astype(int)]
    narrow, wide = profile(times, values), profile(times, shifted)
    assert (wide.high - wide.low)[:, 2].mean() > 2 * (narrow.high - narrow.low)[:, 2].mean()


def test_one_reading_is_no_profile() -> None:
    with pytest.raises(ValueError, match="two readings"):
        profile(np.array([0.0]), np.array([100.0]))
