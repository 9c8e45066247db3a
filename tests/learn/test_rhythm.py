"""The rhythm of days against waves and squares whose figures are known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn.rhythm import (
    chronotype,
    contrast,
    cosinor,
    interdaily_stability,
    intradaily_variability,
    jackknife,
    social_jet_lag,
)

DAYS = 14
SQUARE = np.tile(np.r_[np.zeros(8), np.ones(16)], (DAYS, 1))  # asleep to eight, awake to midnight


def wave(peak: float, *, mesor: float = 300.0, amplitude: float = 200.0, days: int = DAYS) -> np.ndarray:
    hours = mesor + amplitude * np.cos(2 * np.pi * (np.arange(24) + 0.5 - peak) / 24)
    return np.tile(hours, (days, 1))


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 23.99), st.floats(1, 500), st.floats(-100, 1000))
def test_a_wave_gives_its_own_middle_height_and_peak(peak: float, amplitude: float, mesor: float) -> None:
    found = cosinor(wave(peak, mesor=mesor, amplitude=amplitude))
    assert found.mesor == pytest.approx(mesor, abs=1e-6)
    assert found.amplitude == pytest.approx(amplitude, rel=1e-6)
    away = (found.acrophase / 60 - peak + 12) % 24 - 12
    assert away == pytest.approx(0, abs=1e-6)
    assert found.explained == pytest.approx(1)


def test_a_wave_is_found_under_noise_and_missing_hours_within_its_error() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(40):
        seen = wave(15.0, days=21) + rng.normal(0, 150, (21, 24))
        seen[rng.random(seen.shape) < 0.2] = np.nan
        error = jackknife(seen, lambda days: cosinor(days).acrophase, around=1440)
        inside += abs(cosinor(seen).acrophase - 900) < 1.645 * error
    assert 29 <= inside <= 40, "about nine in ten"


def test_a_peak_at_midnight_has_a_narrow_error_though_the_clock_jumps_there() -> None:
    rng = np.random.default_rng(1)
    seen = wave(0.0) + rng.normal(0, 50, (DAYS, 24))
    assert jackknife(seen, lambda days: cosinor(days).acrophase, around=1440) < 15


def test_days_that_are_the_same_are_wholly_stable_and_days_at_random_hardly() -> None:
    assert interdaily_stability(wave(15)) == pytest.approx(1)
    assert interdaily_stability(SQUARE) == pytest.approx(1)
    noise = np.random.default_rng(0).normal(size=(400, 24))
    assert interdaily_stability(noise) == pytest.approx(1 / 400, abs=0.004)


def test_variability_within_a_day_is_that_of_the_textbook() -> None:
    long = wave(15, days=400)
    assert intradaily_variability(long) == pytest.approx(2 * (1 - np.cos(2 * np.pi / 24)), rel=1e-3)
    assert intradaily_variability(np.random.default_rng(0).normal(size=(400, 24))) == pytest.approx(2, abs=0.05)
    count, turns = DAYS * 24, 2 * DAYS - 1  # a square turns twice a day, but for the last night
    whole = count * (16 / 24) * (8 / 24)
    assert intradaily_variability(SQUARE) == pytest.approx(count * turns / ((count - 1) * whole))


def test_rest_and_activity_of_a_square_day_lie_wholly_apart() -> None:
    found = contrast(SQUARE)
    assert (found.l5, found.m10, found.relative) == (0, 1, 1)
    assert found.l5_start in {0, 60, 120, 180}
    night = np.roll(SQUARE, -2, axis=1)  # asleep from 22 to 6
    assert contrast(night).l5_start in {1320, 1380, 0, 60}
    assert contrast(wave(15)).m10_start == 600, "ten hours around three in the afternoon"


def test_what_is_not_known_is_left_out_and_not_taken_for_rest() -> None:
    holes = wave(15)
    holes[3] = np.nan
    assert interdaily_stability(holes) == pytest.approx(1)
    assert intradaily_variability(holes) == pytest.approx(intradaily_variability(wave(15)), rel=0.02)
    assert contrast(holes) == contrast(wave(15))
    with pytest.raises(ValueError, match="never known"):
        contrast(np.where(np.arange(24) == 4, np.nan, wave(15)))
    with pytest.raises(ValueError, match="three hours"):
        cosinor(np.full((2, 24), np.nan))
    assert np.isnan(interdaily_stability(np.ones((3, 24))))
    assert np.isnan(intradaily_variability(np.ones((3, 24))))
    assert np.isnan(jackknife(wave(15)[:1], interdaily_stability))


def test_social_jet_lag_and_chronotype_follow_their_definitions() -> None:
    free = np.tile([False] * 5 + [True] * 2, 4)
    middles, durations = np.where(free, 270.0, 200.0), np.where(free, 540.0, 400.0)
    assert social_jet_lag(middles, free) == (70, 0)
    assert chronotype(middles, durations, free) == pytest.approx(270 - 0.5 * (540 - 440))
    assert chronotype(middles, np.full(28, 450.0), free) == 270, "who does not sleep in is not corrected"
    assert social_jet_lag(middles[:6], free[:6]) is None
    assert chronotype(middles[:6], durations[:6], free[:6]) is None
