"""The two processes sleep about eight hours a day, and longer, not twice as long, after a night without."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.sleep import two_process as two


def test_pressure_rises_and_falls_with_the_published_constants():
    assert two.awake(0.0, 18.2) == pytest.approx(1 - np.exp(-1))
    assert two.asleep(0.8, 4.2) == pytest.approx(0.8 / np.e)


def test_steady_pressure_repeats_every_day():
    waking = two.steady(7.5)
    assert two.asleep(two.awake(waking, 16.5), 7.5) == pytest.approx(waking)
    assert two.steady(6.0) > waking, "short sleepers wake with more pressure left"


def test_sleep_is_once_a_day_and_about_eight_hours():
    nights = two.spontaneous(12)[4:]
    starts = np.array([start for start, _ in nights])
    lasted = np.array([end - start for start, end in nights])
    np.testing.assert_allclose(np.diff(starts), 24, atol=0.1)
    assert 7.3 < lasted.mean() < 8.3


def test_a_night_without_sleep_is_made_up_for_in_part_only():
    """Daan 1984: recovery sleep is longer, and far from the hours that were lost."""
    usual = two.spontaneous(12)[-1]
    recovery = two.spontaneous(12, kept_awake=24 * 5 + 8)[0]
    longer = (recovery[1] - recovery[0]) - (usual[1] - usual[0])
    assert 1 < longer < 6
