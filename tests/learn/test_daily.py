"""The daily forecaster: the same past however it was learnt, honest intervals, nothing from the future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn import daily
from selftwin.learn.daily_lives import lives
from selftwin.learn.daily_memory import WINDOW


def series(seed: int, n: int, *, gaps: bool = True):
    rng = np.random.default_rng(seed)
    days = np.cumsum(rng.choice([1, 1, 1, 2, 9], n) if gaps else np.ones(n, np.int64)).astype(np.int64)
    return days, 60 + 3 * rng.standard_normal(n) + 2 * (days % 7 > 4)


def same(one, other) -> bool:
    return all(here.tobytes() == there.tobytes() for here, there in zip(one, other, strict=True))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 90), cuts=st.lists(st.integers(0, 90), max_size=4))
def test_learning_in_pieces_equals_learning_at_once_bit_for_bit(seed, n, cuts):
    days, values = series(seed, n)
    whole, _ = daily.learn(daily.blank(), days, values)
    memory = daily.blank()
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), n], strict=True):
        memory, _ = daily.learn(memory, days[start:stop], values[start:stop])
    assert same(memory, whole)


def test_learning_leaves_the_memory_given_untouched():
    days, values = series(1, 50)
    before, _ = daily.learn(daily.blank(), days[:30], values[:30])
    kept = daily.copied(before)
    daily.learn(before, days[30:], values[30:])
    daily.quantiles(before, days[29:30] + 1)
    assert same(before, kept)


@pytest.mark.parametrize("horizon", [1, 3, 7])
def test_what_is_said_of_a_day_is_what_was_known_a_horizon_before(horizon):
    days, values = series(2, 80)
    _, sight = daily.learn(daily.blank((horizon,)), days, values)
    for i in (20, 45, 79):
        known = np.searchsorted(days, days[i] - horizon, side="right")
        memory, _ = daily.learn(daily.blank((horizon,)), days[:known], values[:known])
        said = daily.quantiles(memory, days[i : i + 1], today=int(days[i]) - horizon)
        np.testing.assert_array_equal(said[0], sight.quantiles[0, i])


def test_the_future_changes_nothing_said_before_it():
    days, values = series(3, 60)
    _, sight = daily.learn(daily.blank(), days, values)
    _, other = daily.learn(daily.blank(), days, np.where(np.arange(60) >= 40, 1e4, values))
    np.testing.assert_array_equal(sight.quantiles[:, :41], other.quantiles[:, :41])
    assert not np.array_equal(sight.quantiles[:, 41:], other.quantiles[:, 41:])


def test_quantiles_never_cross():
    for days, values in lives(25, seed=99):
        memory, sight = daily.learn(daily.blank((1, 7)), days, values)
        rows = sight.quantiles[np.isfinite(sight.quantiles).all(axis=2)][:, [0, 1, 2, 4, 5, 6]]
        assert len(rows) > 20
        assert np.all(np.diff(rows, axis=1) >= -1e-9 * np.abs(rows).max())
        assert np.isfinite(daily.quantiles(memory, days[-1] + np.arange(1, 40))).all()


@pytest.mark.parametrize(("horizon", "least", "most"), [(1, 0.885, 0.915), (7, 0.84, 0.92)])
def test_nine_days_in_ten_lie_within_the_90_per_cent_interval_on_lives_never_learnt_from(horizon, least, most):
    inside = []
    for days, values in lives(250, seed=2024):
        _, sight = daily.learn(daily.blank((horizon,)), days, values)
        said = sight.quantiles[0, 15:]
        use = np.isfinite(said[:, 0])
        inside.append(np.mean((values[15:][use] >= said[use, 0]) & (values[15:][use] <= said[use, 6])))
    assert least < np.nanmean(inside) < most


def test_the_mixture_beats_every_naive_guess_over_many_lives():
    ratios = []
    for days, values in lives(150, seed=77):
        memory, _ = daily.learn(daily.blank((1,)), days, values)
        found = daily.record(memory, 1)
        ratios.append(np.log(found.ours) - np.log([found.last, found.mean7, found.weekday]))
    assert np.exp(np.mean(ratios, axis=0)).max() < 0.95


def test_the_record_counts_every_day_that_had_one_a_horizon_before():
    days = np.arange(30)
    memory, _ = daily.learn(daily.blank((1, 7)), days, np.sin(days))
    assert daily.record(memory, 1).days == 29
    assert daily.record(memory, 7).days == 23
    assert daily.record(memory, 1).last == pytest.approx(np.abs(np.diff(np.sin(days))).mean())
    weekday = [abs(np.sin(d) - np.sin(d - 7 * np.arange(1, d // 7 + 1)).mean()) for d in range(7, 30)]
    assert daily.record(memory, 7).weekday == pytest.approx(np.mean(weekday))


def test_a_weekly_rhythm_is_learnt():
    days = np.arange(120)
    values = np.where(days % 7 < 2, 100.0, 50.0) + np.random.default_rng(0).normal(size=120)
    memory, _ = daily.learn(daily.blank(), days, values)
    said = daily.quantiles(memory, np.arange(120, 134))[:, 3]
    assert np.abs(said - np.where(np.arange(120, 134) % 7 < 2, 100, 50)).max() < 10


def test_a_constant_past_is_foreseen_exactly_at_any_scale():
    for level in (-4e9, 0.0, 7.25):
        memory, _ = daily.learn(daily.blank(), np.arange(40), np.full(40, level))
        np.testing.assert_allclose(daily.quantiles(memory, np.array([40, 60])), level, rtol=1e-6)


def test_few_valued_whole_answers_are_foreseen_whole():
    rng = np.random.default_rng(4)
    memory, sight = daily.learn(daily.blank((1,)), np.arange(80), rng.integers(1, 6, 80).astype(float))
    middles = sight.quantiles[0, 5:, 3]
    np.testing.assert_array_equal(middles, np.round(middles))
    assert daily.quantiles(memory, np.array([80]))[0, 3] % 1 == 0


def test_a_change_of_unit_changes_only_the_unit():
    days, values = series(8, 70)
    memory, _ = daily.learn(daily.blank((1,)), days, values)
    scaled, _ = daily.learn(daily.blank((1,)), days, values * 0.0555)
    target = days[-1:] + 1
    np.testing.assert_allclose(daily.quantiles(scaled, target), daily.quantiles(memory, target) * 0.0555, rtol=1e-5)


def test_the_oldest_days_leave_the_window_and_the_sorted_copies_stay_sorted():
    days, values = series(5, WINDOW + 60, gaps=False)
    memory, _ = daily.learn(daily.blank((1,)), days, values)
    assert int(memory.seen[0]) == WINDOW + 60
    np.testing.assert_array_equal(memory.values, values[-WINDOW:])
    np.testing.assert_array_equal(memory.ordered[0, 0], np.sort(memory.rings[0, 0]))
    assert daily.last_day(memory) == days[-1]


def test_nothing_but_the_middle_is_said_before_three_days_were_scored():
    days = np.arange(5)
    _, sight = daily.learn(daily.blank((1,)), days, np.array([3.0, 4.0, 3.5, 5.0, 4.0]))
    assert np.isnan(sight.quantiles[0, 0]).all()
    assert np.isfinite(sight.quantiles[0, 1:, 3]).all()
    assert np.isnan(sight.quantiles[0, :4, 0]).all()
    assert np.isfinite(sight.quantiles[0, 4]).all()


@pytest.mark.parametrize(
    ("days", "values"), [([1, 1], [2.0, 3.0]), ([2, 1], [2.0, 3.0]), ([1, 2], [2.0, np.nan]), ([1, 2], [np.inf, 3.0])]
)
def test_days_out_of_order_and_values_that_are_no_numbers_are_refused(days, values):
    with pytest.raises(ValueError, match=r"days must ascend|finite"):
        daily.learn(daily.blank(), np.array(days), np.array(values))


def test_a_day_already_learnt_is_refused():
    memory, _ = daily.learn(daily.blank(), np.arange(5), np.ones(5))
    with pytest.raises(ValueError, match="days must ascend"):
        daily.learn(memory, np.array([4]), np.array([1.0]))


def test_a_day_that_is_not_ahead_cannot_be_foreseen():
    with pytest.raises(ValueError, match="nothing"):
        daily.quantiles(daily.blank(), np.array([1]))
    memory, _ = daily.learn(daily.blank(), np.arange(5), np.ones(5))
    with pytest.raises(ValueError, match="after"):
        daily.quantiles(memory, np.array([4]))
    with pytest.raises(ValueError, match="after"):
        daily.quantiles(memory, np.array([9]), today=3)
