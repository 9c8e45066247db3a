"""Shapley's value: a game whose answer is known, and the properties that make it the only one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.learn.shapley import shapley

worths = st.integers(1, 4).flatmap(lambda n: st.lists(st.floats(-50, 50), min_size=2**n, max_size=2**n)).map(np.array)


def test_the_glove_game_has_its_published_answer():
    """One left glove, two right ones; a pair is worth one: 4/6, 1/6, 1/6."""
    pairs = [float(bool(mask & 1) and bool(mask & 6)) for mask in range(8)]
    assert shapley(np.array(pairs)) == pytest.approx([4 / 6, 1 / 6, 1 / 6])


@settings(max_examples=25)
@given(worths)
def test_shares_add_up_to_what_all_bring_over_none(worth):
    assert shapley(worth).sum() == pytest.approx(worth[-1] - worth[0], abs=1e-9)


@settings(max_examples=25)
@given(worths, st.integers(0, 4))
def test_a_part_that_never_matters_has_exactly_none(worth, part):
    part %= len(worth).bit_length() - 1
    without = worth[[mask & ~(1 << part) for mask in range(len(worth))]]
    assert shapley(without)[part] == 0.0


@settings(max_examples=25)
@given(worths, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(worth, random):
    count = len(worth).bit_length() - 1
    order = list(range(count))
    random.shuffle(order)
    moved = np.array([worth[sum(1 << order[k] for k in range(count) if mask >> k & 1)] for mask in range(len(worth))])
    assert shapley(moved) == pytest.approx(shapley(worth)[order], abs=1e-9)


def test_a_worth_is_needed_for_every_subset():
    with pytest.raises(ValueError, match="every subset"):
        shapley(np.zeros(3))
