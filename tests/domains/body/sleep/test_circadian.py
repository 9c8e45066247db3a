"""The body clock after journeys and moved nights: how fast, which way round, and when light helps."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.body.sleep import circadian


def days_to_settle(hours_east: float) -> float:
    far = float(circadian.lag(np.array(hours_east)))
    target = np.full((1, 24 * 30), far)
    place = circadian.follow(target, 1.0, start=0.0)[0]
    return float(np.argmax(np.abs(place - far) < 0.05)) / 24


def test_the_clock_follows_an_hour_a_day_east_and_an_hour_and_a_half_west():
    assert days_to_settle(6) == pytest.approx(6, abs=0.2)
    assert days_to_settle(-6) == pytest.approx(4, abs=0.2)


def test_east_means_earlier_west_later_and_far_east_goes_the_long_way_round():
    assert circadian.lag(np.array([8.0, -5.0, 10.0, 22.0])).tolist() == [-8.0, 5.0, 14.0, 2.0]


def test_night_shifts_hardly_move_the_clock():
    """Folkard 2008: few permanent night workers adjust."""
    target = np.full((1, 24 * 5), 8.0)
    shifted = circadian.follow(target, 1.0, start=0.0, rate=circadian.share(target, journey=False))
    assert 0 < shifted[0, -1] < 1.5
    later = np.full((1, 24 * 3), 1.5)
    assert circadian.follow(later, 1.0, start=0.0, rate=circadian.share(later, journey=False))[0, -1] > 1.2


def test_the_lowest_temperature_comes_two_to_three_hours_before_waking():
    """Khalsa 2003; a sleeper from 23 to 7 has the middle of the night at 3."""
    assert 2 <= 7 - circadian.lowest(3.0) <= 3
    assert circadian.lowest(4.5) - circadian.lowest(3.0) == pytest.approx(1.5)


def test_light_is_sought_after_the_lowest_point_to_go_east_and_before_it_to_go_west():
    seek, avoid = circadian.light(4.8, later=False)
    assert (seek[0], avoid[1]) == (4.8, 4.8)
    assert circadian.light(4.8, later=True) == (avoid, seek)
