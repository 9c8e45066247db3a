"""Training load from what was recorded, and the ratio of a week to a month."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.fitness import load
from selftwin.domains.body.fitness.impulse import benefit, left
from selftwin.domains.body.fitness.response import UPTAKE


def test_an_hour_at_seventy_per_cent_is_banisters_impulse():
    share = 0.7
    said = load.trimp(60, 50 + share * 130, resting=50, highest=180)
    assert said == pytest.approx(60 * share * 0.64 * np.exp(1.92 * share))
    assert load.from_trimp(said) == pytest.approx(300, rel=0.02), "an hour at effort five"
    assert load.trimp(60, 40, resting=50, highest=180) == 0


def test_missing_days_are_days_without():
    np.testing.assert_allclose(load.daily(np.array([300.0, np.nan]), "training.load"), [300, 0])
    assert load.daily(np.array([10500.0]), "steps")[0] == pytest.approx(100)


def test_a_month_of_brisk_walking_does_what_walking_trials_found():
    """Murtagh 2015: +3.04 mL/(kg.min), 95 % limits 2.48 to 3.60, by 20 to 60 min on 2 to 7 days for 18.7 weeks."""
    walked = np.full(131, 40 * load.weight("walking") * 5 / 7)
    gained = UPTAKE.gain * benefit(left(walked, 42.0, start=0.0))[-1]
    assert 2.48 < gained < 3.60


def test_the_ratio_is_one_for_a_steady_load_and_high_after_a_jump():
    steady = np.full(60, 80.0)
    np.testing.assert_allclose(load.ratio(steady), 1.0)
    jumped = np.concatenate([steady, np.full(7, 240.0)])
    assert load.ratio(jumped)[-1] == pytest.approx(240 / ((240 * 7 + 80 * 21) / 28))
    assert load.ratio(np.zeros(30))[-1] == 1.0
