from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from selftwin.learn import dense

if TYPE_CHECKING:
    from selftwin.learn.dense_memory import Floats

FIVE = dense.Grid(300.0, (1800.0, 3600.0, 7200.0), low=20.0, high=600.0, scale=40.0)
FIFTEEN = replace(FIVE, interval=900.0, tolerance=450.0)


def a_life(days: float, *, interval: float = 300.0, seed: int = 1) -> tuple[Floats, Floats]:
    """Times and values: meals on a drifting level, readings that jitter by a few seconds, two gaps."""
    draw = np.random.default_rng(seed)
    times = np.arange(0, days * 86400, interval) + draw.integers(-4, 5, int(days * 86400 / interval))
    level = 120 + 12 * np.sin(2 * np.pi * times / (5 * 86400))
    for day in range(math.ceil(days)):
        for hour in (7.5, 13.0, 19.0):
            since = (times - (day * 24 + hour + draw.normal(0, 0.5)) * 3600) / 3600
            level += np.where(since > 0, draw.uniform(50, 110) * since * np.exp(1 - np.maximum(since, 0)), 0)
    keep = np.ones(len(times), dtype=bool)
    for start in (0.4, 0.8):
        keep[int(start * len(times)) : int(start * len(times)) + 30] = False
    return times[keep], (level + draw.normal(0, 2, len(times)))[keep]


def later(times: Floats, values: Floats, lead: float) -> Floats:
    """The value a horizon after each reading, NaN where none is near enough."""
    place = np.clip(np.searchsorted(times, times + lead - 150), 0, len(times) - 1)
    return np.where(np.abs(times[place] - times - lead) <= 150, values[place], np.nan)


def same(one: dense.Dense, other: dense.Dense) -> bool:
    return dense.to_bytes(one) == dense.to_bytes(other)


@pytest.fixture(scope="module")
def life() -> tuple[Floats, Floats]:
    return a_life(12)


@pytest.fixture(scope="module")
def said(life: tuple[Floats, Floats]) -> dense.Said:
    return dense.observe(dense.begin(FIVE), *life, threshold=130.0)[1]


def test_ours_beats_the_last_value_where_meals_follow_the_clock(life: tuple[Floats, Floats], said: dense.Said) -> None:
    times, values = life
    for place, lead in enumerate(FIVE.leads):
        truth = later(times, values, lead)
        scored = np.isfinite(said.mean[:, place] + truth) & (times > 8 * 86400)
        ours = np.abs(said.mean[:, place] - truth)[scored].mean()
        assert ours < 0.85 * np.abs(values - truth)[scored].mean()


@pytest.mark.parametrize(("level", "share"), [(0, 0.5), (1, 0.8), (2, 0.9)])
def test_intervals_hold_their_share(life: tuple[Floats, Floats], said: dense.Said, level: int, share: float) -> None:
    times, values = life
    for place, lead in enumerate(FIVE.leads[:2]):
        truth = later(times, values, lead)
        low, high = said.low[:, place, level], said.high[:, place, level]
        scored = np.isfinite(low + truth) & (times > 5 * 86400)
        held = ((truth >= low) & (truth <= high))[scored].mean()
        assert abs(held - share) < 0.07


def test_wider_levels_hold_the_narrower_and_the_mean_keeps_its_bounds(said: dense.Said) -> None:
    spoken = np.isfinite(said.low[..., 0])
    assert spoken.any()
    assert (np.diff(said.low[spoken], axis=-1) <= 0).all()
    assert (np.diff(said.high[spoken], axis=-1) >= 0).all()
    assert (said.low[spoken][:, 0] <= said.high[spoken][:, 0]).all()


def test_the_chance_of_a_low_value_is_a_chance_and_means_what_it_says(
    life: tuple[Floats, Floats], said: dense.Said
) -> None:
    times, values = life
    truth = later(times, values, 1800.0)
    scored = np.isfinite(said.below[:, 0] + truth) & (times > 5 * 86400)
    chance, low = said.below[scored, 0], (truth < 130.0)[scored]
    assert ((chance >= 0) & (chance <= 1)).all()
    assert abs(chance.mean() - low.mean()) < 0.05
    assert chance[low].mean() > chance[~low].mean() + 0.3


@pytest.mark.parametrize("grid", [FIVE, replace(FIVE, scale=math.nan), FIFTEEN])
def test_many_small_steps_and_one_large_end_in_the_same_bits(grid: dense.Grid) -> None:
    times, values = a_life(5, interval=grid.interval)
    whole, at_once = dense.observe(dense.begin(grid), times, values)
    state, heard = dense.begin(grid), []
    for cut in np.array_split(np.arange(len(times)), 37):
        state, said = dense.observe(dense.from_bytes(dense.to_bytes(state)), times[cut], values[cut])
        heard.append(said.low)
    assert same(state, whole)
    assert np.array_equal(np.concatenate(heard), at_once.low, equal_nan=True)


def test_a_step_leaves_the_state_it_came_from_untouched() -> None:
    times, values = a_life(2)
    state, _ = dense.observe(dense.begin(FIVE), times[:400], values[:400])
    kept = dense.to_bytes(state)
    dense.observe(state, times[400:], values[400:])
    dense.outlook(state, 0.0)
    assert dense.to_bytes(state) == kept


def test_nothing_later_changes_what_was_said() -> None:
    times, values = a_life(5)
    cut = 1000
    other = np.concatenate([values[:cut], values[cut:][::-1] + 50])
    _, one = dense.observe(dense.begin(FIVE), times, values, threshold=100.0)
    _, two = dense.observe(dense.begin(FIVE), times, other, threshold=100.0)
    for name in ("mean", "low", "high", "below"):
        assert np.array_equal(getattr(one, name)[:cut], getattr(two, name)[:cut], equal_nan=True)
    assert not np.array_equal(one.mean[cut:], two.mean[cut:], equal_nan=True)


def test_the_first_hour_after_a_gap_is_silent() -> None:
    times, values = a_life(4)
    gaps = np.flatnonzero(np.diff(times) > 16 * 60) + 1
    assert len(gaps) == 2
    _, said = dense.observe(dense.begin(FIVE), times, values)
    for first in (0, *gaps):
        hour = (times >= times[first]) & (times < times[first] + FIVE.warm)
        assert np.isnan(said.mean[hour]).all()
        assert np.isfinite(said.mean[np.flatnonzero(hour)[-1] + 1]).all()


def test_what_lies_before_a_gap_moves_no_lag_after_it() -> None:
    times = np.concatenate([np.arange(0, 30) * 300.0, 20000 + np.arange(0, 30) * 300.0])
    values = np.concatenate([np.full(30, 300.0), np.full(30, 100.0)])
    state, _ = dense.observe(dense.begin(FIVE), times, values)
    from selftwin.learn.dense_features import value_before

    now, recent = state.memory.now, state.memory.recent
    back = [value_before.py_func(now, recent, 300.0 * step) for step in range(60)]
    assert set(back) == {100.0}


def test_a_horizon_is_learnt_only_when_it_has_passed() -> None:
    times, values = np.arange(0, 40) * 300.0, np.linspace(100, 180, 40)
    state, _ = dense.observe(dense.begin(FIVE), times, values)
    spoken = int(np.sum(times >= FIVE.warm))
    past = [int(np.sum((times >= FIVE.warm) & (times + lead <= times[-1]))) for lead in FIVE.leads]
    assert [int(tail) for tail in state.memory.tail] == past
    assert max(past) < spoken


def test_bounds_of_the_signal_hold_for_everything_said() -> None:
    times, values = a_life(5)
    grid = replace(FIVE, low=100.0, high=140.0)
    state, said = dense.observe(dense.begin(grid), times, np.clip(values, 100, 140))
    seen = dense.outlook(state, 0.0)
    for numbers in (said.mean, said.low, said.high, seen.mean, seen.low, seen.high):
        finite = numbers[np.isfinite(numbers)]
        assert len(finite)
        assert finite.min() >= 100.0
        assert finite.max() <= 140.0


def test_a_signal_that_never_moves_is_forecast_as_itself() -> None:
    times = np.arange(0, 4 * 288) * 300.0
    state, said = dense.observe(dense.begin(replace(FIVE, scale=math.nan)), times, np.full(len(times), 80.0))
    assert np.nanmax(np.abs(said.mean - 80.0)) < 1e-6
    assert np.allclose(dense.outlook(state, 0.0).mean, 80.0)


def test_the_scale_of_a_signal_does_not_matter_when_it_is_learnt() -> None:
    times, values = a_life(6)
    grid = replace(FIVE, scale=math.nan, low=-math.inf, high=math.inf)
    _, one = dense.observe(dense.begin(grid), times, values)
    _, other = dense.observe(dense.begin(grid), times, values / 18.0)
    assert np.allclose(one.mean, other.mean * 18.0, rtol=1e-6, equal_nan=True)


def test_before_the_first_day_is_over_only_the_last_value_is_known() -> None:
    state, said = dense.observe(
        dense.begin(replace(FIVE, scale=math.nan)), np.array([0.0, 300.0]), np.array([90, 95.0])
    )
    seen = dense.outlook(state, 300.0)
    assert np.isnan(said.mean).all()
    assert not seen.warm
    assert (seen.mean[:, 1] == 95.0).all()
    assert np.isnan(seen.mean[:, [0, 2]]).all()


def test_the_outlook_repeats_what_was_said_last() -> None:
    times, values = a_life(5)
    state, said = dense.observe(dense.begin(FIVE), times, values)
    seen = dense.outlook(state, float(times[-1]))
    assert seen.warm
    assert np.array_equal(seen.mean[:, 0], said.mean[-1])
    assert np.array_equal(seen.high[:, 0], said.high[-1])
    assert (seen.error[:, 0] < seen.error[:, 1]).all()
    assert (np.diff(seen.cases) < 0).all()


def test_a_full_queue_gives_up_its_oldest_and_goes_on() -> None:
    times = np.concatenate([np.arange(0, 200) * 300.0, 60000.0 + np.arange(0, 3000) * 5.0])
    values = 100 + np.sin(times / 3000.0)
    state, said = dense.observe(dense.begin(FIVE), times, values)
    head = state.memory.now[6]
    assert (head - state.memory.tail <= len(state.memory.queue)).all()
    assert np.isfinite(said.mean[-1]).all()


@pytest.mark.parametrize(
    ("times", "values"),
    [([0.0, 0.0], [1.0, 1.0]), ([300.0, 0.0], [1.0, 1.0]), ([0.0, 300.0], [1.0, math.nan]), ([math.inf], [1.0])],
)
def test_readings_out_of_order_or_not_finite_are_refused(times: list[float], values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"rise|finite"):
        dense.observe(dense.begin(FIVE), np.array(times), np.array(values))


def test_a_reading_before_the_newest_is_refused() -> None:
    state, _ = dense.observe(dense.begin(replace(FIVE, scale=math.nan)), np.array([300.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="rise"):
        dense.observe(state, np.array([300.0]), np.array([1.0]))


def test_everything_is_compiled_once_and_never_again() -> None:
    times, values = a_life(4)
    state, _ = dense.observe(dense.begin(replace(FIVE, scale=math.nan)), times[:900:2], values[:900:2], threshold=70)
    again = dense.from_bytes(dense.to_bytes(state))
    dense.observe(again, times[900:], values[900:], clocks=times[900:] // 1, threshold=70.5)
    dense.outlook(again, 7)
    from selftwin.learn.dense_stream import entry

    assert len(entry.signatures) == 1


def test_no_outlook_before_a_reading() -> None:
    with pytest.raises(ValueError, match="nothing"):
        dense.outlook(dense.begin(FIVE), 0.0)


@given(cut=st.integers(0, 4000), junk=st.binary(max_size=20))
@example(cut=0, junk=b"\n0")
@example(cut=0, junk=b"\n0\n{}")
@example(cut=0, junk=b"[" * 100_000 + b"\n")
@settings(max_examples=30, deadline=None)
def test_bytes_that_are_not_whole_are_refused(cut: int, junk: bytes) -> None:
    whole = dense.to_bytes(dense.begin(FIVE))
    for broken in (whole[:cut], junk, whole + b"\0", whole[:20] + junk):
        with pytest.raises(ValueError):
            dense.from_bytes(broken)


def a_life_with_insulin(days: int, *, interval: float, seed: int = 4) -> tuple[Floats, Floats]:
    """Times and values as with type 1 diabetes: meals against doses that miss their size by a third and their time by
    a quarter of an hour, lows, a noisy sensor that drops readings and is off for hours."""
    draw, minutes = np.random.default_rng(seed), np.arange(days * 1440.0)
    rate = np.zeros(len(minutes))
    for day in range(days):
        for hour, grams in ((7.5, 45), (12.5, 65), (19.0, 75)):
            meal = (day * 24 + hour + draw.normal(0, 0.7)) * 60
            dose = grams * draw.lognormal(0, 0.3)
            for start, size, slow in ((meal, 4.0 * grams, 40.0), (meal + draw.normal(-5, 15), -4.2 * dose, 60.0)):
                since = np.maximum(minutes - start, 0)
                rate += size * since / slow**2 * np.exp(-since / slow)
    glucose = np.empty(len(minutes))
    now = 140.0
    for minute, change in enumerate(rate):
        now += change - 0.0035 * (now - 150) + 0.02 * max(0.0, 75 - now) + draw.normal(0, 0.3)
        glucose[minute] = now = min(max(now, 30.0), 550.0)
    place = np.arange(0, len(minutes), int(interval / 60))
    kept = draw.random(len(place)) > 0.02
    for start in draw.integers(0, len(place), 4):
        kept[start : start + int(4 * 3600 / interval)] = False
    return (minutes[place] * 60)[kept], np.round(glucose[place] + draw.normal(0, 2, len(place)))[kept]


@pytest.mark.parametrize("interval", [300.0, 900.0])
def test_a_life_with_insulin_its_lows_and_gaps_is_forecast_within_reason(interval: float) -> None:
    times, values = a_life_with_insulin(21, interval=interval)
    assert (values < 70).mean() > 0.02
    assert values.std() > 35
    _, said = dense.observe(dense.begin(replace(FIVE, interval=interval)), times, values, threshold=70.0)
    for place, lead in enumerate(FIVE.leads):
        truth = later(times, values, lead)
        scored = np.isfinite(said.mean[:, place] + truth) & (times > 14 * 86400)
        ours, last = (np.square(guess - truth)[scored].mean() for guess in (said.mean[:, place], values))
        held = ((truth >= said.low[:, place, 2]) & (truth <= said.high[:, place, 2]))[scored].mean()
        chance, low = said.below[scored, place], truth[scored] < 70
        assert 0.6 < math.sqrt(ours / last) < 0.85  # far below would be a leak
        assert 0.86 < held < 0.95
        assert chance[low].mean() > 4 * chance[~low].mean()
