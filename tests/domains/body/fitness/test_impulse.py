"""Fitness and fatigue: a constant load comes to itself, more is not always better, and a taper pays."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.fitness import impulse
from selftwin.domains.body.fitness.response import UPTAKE


def performance(load: np.ndarray, start: float) -> np.ndarray:
    state = impulse.trained(load, fitness=start, fatigue=start)
    return UPTAKE.gain * impulse.benefit(state.fitness) - impulse.strain(state)


def test_one_session_decays_with_its_time_constant():
    once = np.zeros(43)
    once[0] = 100.0
    fitness = impulse.left(once, 42.0, start=0.0)
    assert fitness[42] / fitness[0] == pytest.approx(np.exp(-1))


def test_a_constant_load_comes_to_itself():
    state = impulse.trained(np.full(600, 120.0), fitness=0.0, fatigue=0.0)
    assert state.fitness[-1] == pytest.approx(120, rel=1e-5)
    assert state.form[-1] == pytest.approx(0, abs=0.001)


def test_fitness_and_fatigue_of_banisters_constants_after_a_block():
    """42 days of 100 a day from nothing: 100 (1 - 1/e) of fitness, all but 0.25 of fatigue."""
    state = impulse.trained(np.full(42, 100.0), fitness=0.0, fatigue=0.0)
    assert state.fitness[-1] == pytest.approx(63.212, abs=0.001)
    assert state.fatigue[-1] == pytest.approx(99.752, abs=0.001)


def test_the_trial_does_what_the_trials_found():
    assert UPTAKE.gain * impulse.trial_benefit() == pytest.approx(4.9)


def test_more_is_not_always_better():
    ends = [performance(np.full(400, dose), 0.0)[-1] for dose in range(0, 1400, 50)]
    best = int(np.argmax(ends))
    assert 200 <= best * 50 <= 600
    assert ends[-1] < ends[best] - 2
    assert all(np.diff(ends[: best + 1]) > 0)


def test_a_sudden_doubling_costs_more_than_the_same_load_when_used_to_it():
    doubled = impulse.strain(impulse.trained(np.full(14, 300.0), fitness=150.0, fatigue=150.0))[-1]
    used = impulse.strain(impulse.trained(np.full(14, 300.0), fitness=300.0, fatigue=300.0))[-1]
    assert doubled > used * 1.05


def test_a_taper_of_half_for_two_weeks_pays_and_rest_for_six_weeks_does_not():
    before = performance(np.full(14, 300.0), 300.0)[-1]
    half = performance(np.full(14, 150.0), 300.0)
    assert half[-1] > before + 0.2
    assert performance(np.zeros(42), 300.0)[-1] < before


def test_draws_may_have_time_constants_of_their_own():
    load = np.full((3, 10), 50.0)
    state = impulse.trained(load, fitness=np.zeros(3), fatigue=0.0, fitness_days=np.array([30.0, 42.0, 60.0]))
    assert state.fitness.shape == (3, 10)
    assert (np.diff(state.fitness[:, -1]) < 0).all()
