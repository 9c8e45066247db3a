"""The Sleep Regularity Index against its definition, epoch by epoch, and the spread of the middle of sleep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.domains.body.sleep.regularity import index, pairs, spread, trailing

NIGHTS = st.lists(st.tuples(st.integers(-300, 120), st.integers(60, 600)), min_size=6, max_size=12)


def by_definition(start: list[int], lasts: list[int]) -> float:
    """Phillips 2017: -100 + 200 / (M (N - 1)) times the epochs in one state a day apart; days from noon to noon."""
    asleep = np.zeros((len(start), 1440), dtype=bool)
    for night, (begins, minutes) in enumerate(zip(start, lasts, strict=True)):
        asleep[night, 720 + begins : 720 + begins + minutes] = True
    same = asleep[:-1] == asleep[1:]
    return float(-100 + 200 * same.mean())


def test_the_same_every_day_is_100_and_a_day_turned_round_is_its_reverse() -> None:
    assert index(np.full(8, -30.0), np.full(8, 420.0)) == 100.0
    turned = np.where(np.arange(8) % 2, 0.0, 720.0)
    assert index(turned, turned + 720) == -100.0


@given(NIGHTS)
def test_it_is_the_published_definition_at_a_minute_an_epoch(nights: list[tuple[int, int]]) -> None:
    start, lasts = (list(part) for part in zip(*nights, strict=True))
    begun = np.array(start, np.float64)
    assert index(begun, begun + np.array(lasts)) == pytest.approx(by_definition(start, lasts), abs=1e-9)


def test_an_hour_later_every_other_morning_costs_what_the_hour_is_of_a_day() -> None:
    ends = np.array([420.0, 480] * 4)
    assert index(np.zeros(8), ends) == pytest.approx(100 - 200 / 24)


def test_pairs_with_an_unknown_night_are_left_out_and_too_few_tell_nothing() -> None:
    ends = np.full(9, 420.0)
    ends[4] = np.nan
    assert np.isfinite(pairs(np.zeros(9), ends)).sum() == 6
    assert index(np.zeros(9), ends) == 100
    assert np.isnan(index(np.zeros(5), np.full(5, 420.0)))


def test_each_day_of_a_run_tells_the_nights_up_to_it() -> None:
    rng = np.random.default_rng(3)
    start, end = rng.normal(0, 40, 30), rng.normal(450, 30, 30)
    run, wide = trailing(start, end, 14), spread(start, end, 14)
    assert run.shape == wide.shape == (17,)
    assert run[5] == pytest.approx(index(start[5:19], end[5:19]))
    assert wide[5] == pytest.approx(np.std((start + end)[5:19] / 2, ddof=1))
