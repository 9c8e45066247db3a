"""What values can look like: bounds and steps."""

from __future__ import annotations

from dataclasses import replace

from selftwin.domains.normal.nature import bounded, floor_of, middle, span
from selftwin.vocabulary.signal import Category, Fold, Grain, Kind, Sensitivity, Signal

PLAIN = Signal("x", "X", Category.PHYSIOLOGICAL, Kind.QUANTITY, "1", Fold.MEAN, Sensitivity.HEALTH)


def test_sums_and_zero_inflated_signals_do_not_fall_below_nothing():
    assert floor_of(PLAIN) is None
    assert floor_of(replace(PLAIN, fold=Fold.SUM)) == 0
    assert floor_of(replace(PLAIN, zero_inflated=True)) == 0
    assert floor_of(replace(PLAIN, fold=Fold.SUM, low=-5.0)) == -5
    assert floor_of(replace(PLAIN, fold=Fold.SUM, usual_low=-500.0)) is None


def test_bounds_hold_on_both_sides():
    share = replace(PLAIN, low=0.0, high=100.0)
    assert [bounded(share, value) for value in (-3.0, 50.0, 104.0)] == [0, 50, 100]


def test_whole_signals_have_a_whole_middle_and_intervals_rounded_outwards():
    stars = replace(PLAIN, grain=Grain.ORDINAL, low=1.0, high=5.0)
    assert middle(stars, 4.6) == 5
    assert span(stars, 3.2, 4.6) == (3, 5)
    assert span(stars, 3.0, 5.0) == (3, 5)
    assert span(PLAIN, 3.2, 4.6) == (3.2, 4.6)
