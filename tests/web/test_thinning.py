"""Thinning loses no extreme, bridges no gap and invents nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from selftwin.web.thinning import broken, inside, pause, thin


@given(
    some.lists(some.tuples(some.integers(0, 999), some.floats(-1e6, 1e6)), max_size=60), some.integers(1, 40)
)
def test_every_column_keeps_its_lowest_and_highest_and_counts_what_it_holds(
    found: list[tuple[int, float]], columns: int
) -> None:
    found.sort(key=lambda pair: pair[0])
    at, value = np.array([one for one, _ in found], np.int64), np.array([one for _, one in found], np.float64)
    told = thin(at, value, 0, 1000, columns)
    assert told.n.sum() == len(found)
    edges = [*told.at.tolist(), 1000]
    for place in range(columns):
        held = [one for when, one in found if edges[place] <= when < edges[place + 1]]
        if held:
            assert (told.low[place], told.high[place]) == (min(held), max(held))
            assert told.low[place] - 1e-3 <= told.middle[place] <= told.high[place] + 1e-3
        else:
            assert np.isnan([told.low[place], told.high[place], told.middle[place]]).all()


def test_what_lies_outside_the_span_is_in_no_column() -> None:
    at = np.array([0, 10, 20, 30], np.int64)
    told = thin(at, np.array([1.0, 2.0, 3.0, 4.0]), 10, 30, 2)
    assert told.n.tolist() == [1, 1]
    assert told.high.tolist() == [2.0, 3.0]
    assert inside(at, 10, 30) == slice(1, 3)


def test_a_line_breaks_where_much_longer_than_usual_nothing_came() -> None:
    at = np.array([0, 10, 20, 30, 200, 210], np.int64)
    longest = pause(at)
    assert longest == 60
    when, value = broken(at, np.arange(6.0), longest)
    assert when.tolist() == [0, 10, 20, 30, 31, 200, 210]
    assert np.isnan(value).tolist() == [False] * 4 + [True] + [False] * 2


@pytest.mark.parametrize("many", [0, 1, 2])
def test_too_few_to_know_a_usual_step_never_break(many: int) -> None:
    at = np.arange(many, dtype=np.int64) * 1000
    assert pause(at) == 0
    assert broken(at, np.zeros(many), pause(at))[0].size == many
