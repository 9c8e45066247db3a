"""Sleepiness by the published constants: hand-worked values, the shape of a day, a night awake."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.sleep import three_process as three


def nights(days: int, *, start: float = 23.0, lasts: float = 8.0, step: float = 1 / 6, skip: int = -9) -> np.ndarray:
    """A plan (1, moments) of sleep at the same hour every night, from midnight on."""
    hours = np.arange(round(days * 24 / step)) * step
    day = np.floor((hours - start) / 24).astype(int)
    return (((hours - start) % 24 < lasts) & (day != skip))[None, :]


def test_the_recovery_rate_is_the_published_one():
    assert pytest.approx(-0.3813, abs=2e-4) == three.GAIN


def test_closed_forms_agree_with_hand_worked_values():
    assert three.awake(14.0, 16.0) == pytest.approx(2.4 + 11.6 * np.exp(-0.0353 * 16))
    straight = (12.2 - 7.96) / (three.GAIN * (12.2 - 14.3))
    late = 14.3 - 2.1 * np.exp(three.GAIN * (8 - straight))
    assert three.asleep(7.96, 8.0) == pytest.approx(late)
    assert three.asleep(13.0, 2.0) == pytest.approx(14.3 - 1.3 * np.exp(three.GAIN * 2))
    assert three.asleep(8.0, 1.0) == pytest.approx(8 + three.GAIN * -2.1)


def test_small_steps_come_to_the_closed_form():
    plan = nights(1, start=0.0, lasts=8.0)
    said = three.course(plan, 1 / 6, restored=7.96)
    assert said.restored[0, 47] == pytest.approx(three.asleep(7.96, 8.0))
    assert said.restored[0, -1] == pytest.approx(three.awake(three.asleep(7.96, 8.0), 16.0))


def test_the_clock_peaks_in_the_afternoon_and_dips_twelve_hours_apart():
    hours = np.arange(0, 24, 0.25)
    said = three.clock(hours)
    assert 16 < hours[said.argmax()] < 21
    assert 3 < hours[said.argmin()] < 7
    assert three.clock(16.8) == pytest.approx(2.5 - 0.5)
    assert three.clock(19.8) == pytest.approx(2.5 * np.cos(np.pi / 4))


def test_a_usual_day_is_alert_and_a_night_awake_fights_sleep():
    plan, awake = nights(4), nights(4, skip=2)
    hours = np.arange(plan.shape[1]) / 6
    said = [three.course(one, 1 / 6) for one in (plan, awake)]
    felt = [three.sleepiness(one.restored + one.fog + three.clock(hours % 24))[0] for one in said]
    noon, small_hours = (2 * 24 + 12) * 6, (3 * 24 + 5) * 6
    assert 2 < felt[0][noon] < 4
    assert felt[1][small_hours] > 7.5
    assert felt[1][noon] == felt[0][noon], "the past is the same"


def test_the_fog_of_waking_clears_within_hours():
    said = three.course(nights(2), 1 / 6)
    waking = (24 + 7) * 6
    assert said.fog[0, waking] < -4
    assert said.fog[0, waking + 18] > -0.1


def test_sleepiness_stays_on_its_scale():
    assert three.sleepiness(np.array([-50.0, 50.0])).tolist() == [9.0, 1.0]
    assert three.sleepiness(np.array(7.0)) == pytest.approx(6.4)
