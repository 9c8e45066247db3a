"""A made-up athlete's response is found again, better than the trials' mean, and the future shares its luck."""

from __future__ import annotations

import numpy as np

from selftwin.domains.body.fitness import response
from selftwin.domains.body.fitness.impulse import benefit, trained
from selftwin.domains.body.fitness.response import RESTING, ahead, fit, from_prior, states

DAYS = 200


def athlete(seed: int, days: int = DAYS) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Resting heart rates of one who trains in blocks, the load, and the true responses."""
    rng = np.random.default_rng(seed)
    block = 1 + 0.8 * np.sin(np.arange(days) / 30)
    load = rng.gamma(0.6, 300, days) * (rng.random(days) < 0.5) * block
    gain = RESTING.gain + RESTING.gain_spread * rng.standard_normal()
    tired = RESTING.fatigue + RESTING.fatigue_spread * rng.standard_normal()
    state = states(load, 42.0, 7.0)
    drift = np.zeros(days)
    for day in range(1, days):
        drift[day] = 0.97 * drift[day - 1] + 0.25 * rng.standard_normal()
    values = 58 + drift + gain * benefit(state.fitness) + tired * state.fatigue / 100 + rng.standard_normal(days)
    values[rng.random(days) < 0.15] = np.nan
    return values, load, gain, tired


def test_athletes_never_seen_are_found_within_their_intervals_and_better_than_the_mean():
    held, ours, naive = 0, [], []
    for seed in range(7000, 7024):
        values, load, gain, _ = athlete(seed)
        said = fit(values, load, RESTING, n=400, seed=seed)
        low, high = np.quantile(said.gain, [0.05, 0.95])
        held += int(low <= gain <= high)
        ours.append(said.gain.mean() - gain)
        naive.append(RESTING.gain - gain)
    assert 18 <= held <= 24
    assert np.square(ours).mean() < 0.7 * np.square(naive).mean()


def test_next_fortnight_lies_within_the_interval_nine_times_in_ten():
    inside = []
    for seed in range(7100, 7118):
        values, load, _, _ = athlete(seed)
        said = fit(values[:-14], load[:-14], RESTING, n=300, seed=seed)
        before = states(load[:-14], said.fitness_days, said.fatigue_days)
        state = trained(
            np.tile(load[-14:], (300, 1)), fitness=before.fitness[:, -1], fatigue=before.fatigue[:, -1],
            fitness_days=said.fitness_days, fatigue_days=said.fatigue_days,
        )  # fmt: skip
        low, high = np.quantile(ahead(said, state, seed=seed), [0.05, 0.95], axis=0)
        seen = values[-14:]
        inside.append(((seen >= low) & (seen <= high))[np.isfinite(seen)].mean())
    assert 0.84 < np.mean(inside) < 0.97


def test_the_same_luck_and_load_give_no_difference_and_training_lowers_the_rate():
    said = from_prior(RESTING, 62.0, 1.0, 30.0, 500, 3)
    rest = trained(np.full((500, 84), 30.0), fitness=30.0, fatigue=30.0)
    hard = trained(np.full((500, 84), 150.0), fitness=30.0, fatigue=30.0)
    np.testing.assert_array_equal(ahead(said, rest, seed=1), ahead(said, rest, seed=1))
    change = (ahead(said, hard, seed=1) - ahead(said, rest, seed=1))[:, -1]
    assert -6 < change.mean() < -1.5
    assert np.quantile(change, 0.95) < 1.0
    assert abs(ahead(said, rest, seed=1)[:, 0].mean() - 62) < 0.3


def test_days_that_are_all_missing_leave_the_prior():
    said = fit(np.full(40, np.nan), np.full(40, 50.0), RESTING, n=2000, seed=1)
    assert abs(said.gain.mean() - RESTING.gain) < 0.5
    assert abs(said.gain.std() - RESTING.gain_spread) < 0.5


def test_time_constants_come_from_the_grid():
    values, load, *_ = athlete(7001)
    said = fit(values, load, RESTING, n=50, seed=1)
    assert set(said.fitness_days) <= set(response.FITNESS_GRID)
    assert set(said.fatigue_days) <= set(response.FATIGUE_GRID)
