"""Spells of days, turns of habits, and sources that take over."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from selftwin.learn.spells import Switch, Turn, spells, switches, turns


def test_a_spell_ends_where_enough_days_are_quiet() -> None:
    days = np.array([1, 10, 24, 39])
    assert spells(days, 14) == [(1, 24, 3), (39, 39, 1)]
    assert spells(np.zeros(0, np.int64), 14) == []


def test_a_habit_of_all_the_record_neither_began_nor_stopped() -> None:
    every = np.arange(0, 100, 2)
    assert turns(every, 0, 99) == []
    assert turns(every[10:40], 0, 99) == [Turn(20, begins=True), Turn(78, begins=False)]
    assert turns(np.array([50, 51]), 0, 99) == [], "twice is no habit"


def test_a_source_takes_over_once_it_has_spoken_for_days_and_not_for_one() -> None:
    sources = np.array([0] * 10 + [1] + [0] * 5 + [1] * 6 + [2] * 2 + [1] * 3)
    assert switches(np.arange(len(sources)), sources) == [Switch(16, 1, 20)]


@given(st.lists(st.integers(0, 2), max_size=60), st.integers(0, 60))
def test_days_to_come_change_no_switch_that_was_known(sources: list[int], cut: int) -> None:
    days, which = np.arange(len(sources)), np.array(sources, np.int64)
    whole = switches(days, which)
    assert switches(days[:cut], which[:cut]) == [one for one in whole if one.known < cut]
