from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.measures.excursions import excursions, mage, turning_points

DAY, STEP = 86400.0, 300.0


def waves(heights: list[float], *, base: float = 100.0, each: int = 72) -> np.ndarray:
    """A trace that rises by each height and falls back, smoothly, `each` readings a wave."""
    one = (1 - np.cos(np.linspace(0, 2 * np.pi, each, endpoint=False))) / 2
    return base + np.concatenate([height * one for height in heights])


def times(levels: np.ndarray) -> np.ndarray:
    return np.arange(len(levels)) * STEP


def test_equal_waves_have_their_own_height() -> None:
    levels = waves([80.0] * 8)
    seen = mage(times(levels), levels)
    assert seen.rises == pytest.approx(80, abs=0.5)
    assert seen.falls == pytest.approx(80, abs=0.5)
    assert seen.service == seen.rises
    assert seen.readings == len(levels)


def test_waves_under_the_spread_are_left_out() -> None:
    levels = waves([100.0, 20.0, 100.0, 20.0, 100.0])
    assert 20 < levels.std() < 100
    assert mage(times(levels), levels).mean == pytest.approx(100, abs=2)


def test_hand_count_of_waves_of_three_heights() -> None:
    levels = waves([60.0, 90.0, 120.0])
    assert levels.std() < 60
    seen = mage(times(levels), levels)
    assert (seen.rises, seen.falls) == (pytest.approx(90, abs=1), pytest.approx(90, abs=1))


def test_a_dent_on_the_way_up_does_not_cut_a_rise_in_two() -> None:
    up = np.concatenate([np.linspace(100, 150, 30), np.linspace(150, 140, 8), np.linspace(140, 220, 40)])
    levels = np.concatenate([np.full(40, 100.0), up, up[::-1], np.full(40, 100.0)])
    seen = mage(times(levels), levels)
    assert seen.rises == pytest.approx(120, abs=1)


def test_peaks_and_nadirs_take_turns_and_lie_at_the_extremes() -> None:
    levels = waves([80.0, 60.0, 90.0])
    at = turning_points(levels)
    assert (np.diff(at) > 0).all()
    turns = levels[at]
    assert (np.diff(np.sign(np.diff(turns))) != 0).all()
    assert turns.max() == levels.max()


def test_a_long_gap_parts_the_trace_and_each_part_weighs_its_length() -> None:
    first, second = waves([60.0] * 4), waves([120.0] * 8)
    at = np.concatenate([times(first), times(first)[-1] + 4 * 3600 + times(second)])
    seen = mage(at, np.concatenate([first, second]))
    assert seen.mean == pytest.approx((60 * 4 + 120 * 8) / 12, abs=1.5)


def test_missing_readings_up_to_45_minutes_are_bridged() -> None:
    levels = waves([80.0] * 8)
    kept = np.random.default_rng(1).random(len(levels)) < 0.6
    assert mage(times(levels)[kept], levels[kept]).mean == pytest.approx(80, abs=4)


def test_quarter_hours_of_a_flash_sensor_give_the_same() -> None:
    levels = waves([80.0] * 8)
    assert mage(times(levels)[::3], levels[::3]).mean == pytest.approx(80, abs=2)


def test_bounds_hold_the_mean_and_need_four_days() -> None:
    levels = np.concatenate([waves([height] * 4) for height in (60.0, 100, 70, 120, 90, 80)])
    seen = mage(times(levels), levels)
    assert seen.days == 6
    assert seen.low < seen.mean < seen.high
    assert mage(times(levels), levels) == seen
    short = levels[: 3 * 288]
    assert mage(times(short), short).low is None


def test_what_never_swings_has_none() -> None:
    flat = np.full(300, 110.0)
    assert math.isnan(mage(times(flat), flat).mean)
    assert mage(np.array([0.0, 300.0]), np.array([100.0, 200.0])).readings == 0


@given(st.integers(0, 10_000), st.floats(-40, 40), st.floats(0.5, 2.0))
def test_moving_a_trace_changes_nothing_and_stretching_it_stretches_mage(seed: int, by: float, factor: float) -> None:
    levels = 150 + np.cumsum(np.random.default_rng(seed).normal(0, 4, 400))
    as_is, moved, wider = (excursions(one) for one in (levels, levels + by, levels * factor))
    for way in (0, 1):
        assert [height for _, height in moved[way]] == pytest.approx([height for _, height in as_is[way]])
        assert [height for _, height in wider[way]] == pytest.approx([factor * height for _, height in as_is[way]])


@given(st.integers(0, 10_000))
def test_every_excursion_passes_the_spread_and_upside_down_rises_are_falls(seed: int) -> None:
    levels = 150 + np.cumsum(np.random.default_rng(seed).normal(0, 4, 400))
    rises, falls = excursions(levels)
    assert all(height > levels.std(ddof=1) for _, height in (*rises, *falls))
    turned = excursions(300 - levels)
    assert [height for _, height in turned[1]] == pytest.approx([height for _, height in rises])
