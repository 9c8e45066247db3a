"""How far out a day lies, and from where on it is told."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.normal.unusual import LEAST, MOST, outside, shared, table, thresholds
from selftwin.vocabulary.catalogue import signal

STEPS = signal("steps")


def test_the_edge_of_the_band_is_one_and_its_middle_nothing() -> None:
    days, values = np.arange(200), np.random.default_rng(1).normal(8000, 1500, 200).clip(500)
    known = outside(STEPS, days, values)
    band = known.bands[150]
    assert np.isnan(known.out[:28]).all()
    for value, out in ((band.high, 1.0), (band.low, -1.0), (band.middle, 0.0)):
        changed = values.copy()
        changed[150] = value
        assert outside(STEPS, days, changed).out[150] == pytest.approx(out)
    assert 0.05 < (np.abs(known.out[28:]) > 1).mean() < 0.16


def test_one_side_of_no_width_counts_as_a_quarter_of_the_band() -> None:
    values = np.where(np.arange(120) % 3 == 0, 1000.0, 0.0)
    values[100] = -0.0
    known = outside(STEPS, np.arange(120), values)
    assert np.nanmax(np.abs(known.out)) <= 4.0


def test_the_past_alone_counts() -> None:
    days, values = np.arange(120), np.random.default_rng(2).normal(8000, 1500, 120)
    part, whole = outside(STEPS, days[:90], values[:90]), outside(STEPS, days, values)
    assert np.array_equal(part.out, whole.out[:90], equal_nan=True)


def test_the_table_falls_as_budgets_rise_and_never_within_the_band() -> None:
    budgets, out = zip(*table(), strict=True)
    assert (budgets[0], budgets[-1]) == (LEAST, MOST)
    assert list(out) == sorted(out, reverse=True)
    assert out[-1] >= 0.95
    assert shared(0.7) == pytest.approx(np.interp(np.log(0.7), np.log([0.5, 1.0]), [shared(0.5), shared(1.0)]))


def test_a_threshold_is_settled_each_month_on_the_months_before() -> None:
    days, values = np.arange(300), np.random.default_rng(3).standard_t(2, 300) * 1500 + 9000
    known = outside(STEPS, days, values)
    least = thresholds(known, 0.5, lambda day: day // 30)
    assert least[0] == shared(0.5)
    assert set(np.flatnonzero(np.diff(least)) + 1) <= set(range(30, 300, 30))
    cut = outside(STEPS, days[:200], values[:200])
    assert np.array_equal(thresholds(cut, 0.5, lambda day: day // 30), least[:200])
