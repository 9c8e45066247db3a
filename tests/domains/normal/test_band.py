"""The normal band: what it holds, when it speaks, and today's place in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from selftwin.domains.normal.band import band_on, normal, weighted_quantile
from selftwin.domains.normal.daily import learn_days
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.signal import Category, Fold, Grain, Kind, Sensitivity, Signal

START = date(2023, 1, 2)  # a Monday
PULSE = Signal(
    "heart_rate.resting", "Pulse", Category.PHYSIOLOGICAL, Kind.QUANTITY, "/min", Fold.LAST, Sensitivity.HEALTH
)  # fmt: skip
STEPS = replace(PULSE, key="steps", fold=Fold.SUM, grain=Grain.INTEGER)


def learnt(signal: Signal, values, kept=None):
    days = [START + timedelta(i) for i in range(len(values))]
    rows = pl.DataFrame({"day": days, "value": np.asarray(values, float)})
    return learn_days(rows if kept is None else rows[kept], signal)


def noise(n: int, seed: int = 0):
    return 60 + 2 * np.random.default_rng(seed).standard_normal(n)


@pytest.mark.parametrize(("first", "least", "most"), [(19, 0.88, 0.93), (4, 0.45, 0.56)])
def test_the_band_holds_nine_days_in_ten_or_half(first, least, most):
    inside = []
    for seed in range(40):
        values = noise(first + 60 if first == 19 else 19, seed)
        for i in range(first, len(values)):
            band = band_on(PULSE, np.arange(len(values)), values, i)
            assert band.level == (90 if first == 19 else 50)
            inside.append(band.outside(values[i]) == "")
    assert least < np.mean(inside) < most


def test_nothing_is_usual_before_four_days():
    for n, trust in ((3, Trust.NONE), (4, Trust.FIRST), (14, Trust.TRUSTED)):
        said = normal(learnt(PULSE, noise(n)))
        assert said.trust is trust
        assert (said.low is None) == (trust is Trust.NONE)
        assert said.value == pytest.approx(noise(n)[-1])


def test_three_nights_above_the_usual_are_counted():
    said = normal(learnt(PULSE, [*noise(60), 72.0, 71.0, 73.0]))
    assert (said.outside, said.run, said.place) == ("above", 3, 1.0)
    assert said.high < 71


def test_a_missing_day_and_a_change_of_side_break_the_run():
    values = [*noise(60), 72.0, 71.0, 73.0]
    kept = [i for i in range(63) if i != 61]
    assert normal(learnt(PULSE, values, kept)).run == 1
    assert normal(learnt(PULSE, [*noise(60), 72.0, 48.0])).run == 1
    assert normal(learnt(PULSE, [*noise(60), 72.0, 60.0])).run == 0


def test_the_age_of_today_is_shown_and_at_moves_it():
    known = learnt(PULSE, noise(40))
    assert normal(known).age_days == 0
    assert normal(known, at=START + timedelta(45)).age_days == 6
    moved = normal(known, at=START + timedelta(20))
    assert moved == normal(learnt(PULSE, noise(40)[:21]), at=START + timedelta(20))
    assert (moved.day, moved.n, moved.age_days) == ("2023-01-22", 21, 0)


def test_a_weekly_rhythm_is_told_from_28_days_and_counts_where_it_is_earned():
    weekend = np.where(np.arange(70) % 7 >= 5, 12.0, 0.0)
    said = normal(learnt(PULSE, noise(70) + weekend))
    assert said.weekly is not None
    assert min(said.weekly[5:]) - max(said.weekly[:5]) > 6
    assert normal(learnt(PULSE, noise(27))).weekly is None
    sunday, monday = (band_on(PULSE, np.arange(70) + 4, noise(70) + weekend, i) for i in (69, 63))
    assert sunday.low > monday.middle


def test_a_rhythm_that_is_not_there_is_not_earned():
    unmoved = [np.isin(band_on(PULSE, np.arange(60), noise(60, s), 59).usual, noise(60, s)).all() for s in range(20)]
    assert np.mean(unmoved) > 0.7


def test_the_last_week_does_not_make_itself_usual():
    ill = np.concatenate([noise(60), noise(8) + 10])
    np.testing.assert_array_equal(band_on(PULSE, np.arange(68), ill, 67).usual, noise(60))


def test_the_trend_is_the_slope_a_week_and_wild_days_do_not_move_it():
    rising = 60 + 0.1 * np.arange(40)
    rising[[30, 35]] += 50
    assert normal(learnt(PULSE, rising)).trend_per_week == pytest.approx(0.7, abs=0.1)
    assert normal(learnt(PULSE, rising[:13])).trend_per_week is None


def test_a_counted_signal_has_a_whole_band_that_is_not_below_nothing():
    said = normal(learnt(STEPS, np.round(np.random.default_rng(0).exponential(50, 50))))
    assert said.low >= 0
    assert all(edge % 1 == 0 for edge in (said.low, said.middle, said.high))


def test_the_band_follows_a_lasting_change_and_forgets_the_past():
    said = normal(learnt(PULSE, np.concatenate([noise(200), noise(150, 1) + 20])))
    assert said.low > 70


def test_equal_weights_give_the_textbook_quantile():
    values = np.arange(1.0, 20.0)
    assert weighted_quantile(values, np.ones(19), 0.05) == pytest.approx(1.0)
    assert weighted_quantile(values, np.ones(19), 0.5) == pytest.approx(10.0)
    assert weighted_quantile(values, np.ones(19), 0.95) == pytest.approx(19.0)


def test_nothing_is_said_of_no_days():
    with pytest.raises(NothingYet):
        normal(learnt(PULSE, []))
