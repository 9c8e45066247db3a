"""The promises of every risk equation: they run on whatever `discover` finds, and need no list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.specimens import duties_left

from selftwin import discover
from selftwin.domains.body.risk_gather import RULES
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from selftwin.domains.body.risk_formula import Formula
    from selftwin.vocabulary.model import Input

EVERY: list[Formula] = discover.risks()
each = pytest.mark.parametrize("equation", EVERY, ids=lambda one: one.name)


def some(one: Input) -> st.SearchStrategy[float]:
    """Any value the equation was made for; yes or no where no range is given."""
    if one.low is None or one.high is None:
        return st.sampled_from((0.0, 1.0))
    if one.name in {"age", "region", "sdi"}:
        return st.integers(int(one.low), int(one.high)).map(float)
    return st.floats(one.low, one.high)


def people(equation: Formula) -> st.SearchStrategy[dict[str, float]]:
    needed = {one.name: some(one) for one in equation.inputs if not one.optional}
    extra = {one.name: some(one) for one in equation.inputs if one.optional and one.name != "diabetes"}
    return st.fixed_dictionaries(needed, optional=extra)


def test_names_are_all_different_and_their_files() -> None:
    names = sorted(one.name for one in EVERY)
    assert len(set(names)) == len(names)
    assert [file.rpartition(".")[2] for file in discover.files("selftwin.domains.body.risks")] == names


@each
def test_it_says_what_it_is_and_cites_its_papers(equation: Formula) -> None:
    assert equation.title
    assert equation.version >= 1
    assert equation.cites
    assert equation.not_for
    assert len(set(equation.outcomes)) == len(equation.outcomes)


@each
def test_every_input_is_told_by_catalogued_signals_and_has_a_rule(equation: Formula) -> None:
    for one in equation.inputs:
        assert one.signals, one.name
        for key in one.signals:
            assert nature(key).key == key
        assert one.name in RULES


@each
def test_its_card_says_all_that_a_card_must(equation: Formula) -> None:
    assert duties_left(equation.name) == []


@each
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_person_it_was_made_for_gets_a_finite_answer(equation: Formula, data: st.DataObject) -> None:
    person = data.draw(people(equation))
    told = equation.risk(person)
    assert equation.outcomes[0] in told
    for one in equation.tells:
        if one.name in told:
            assert math.isfinite(told[one.name])
            assert told[one.name] >= 0
            assert not one.is_chance or told[one.name] <= 1


@each
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_many_people_at_once_come_to_the_same_as_one_by_one(equation: Formula, data: st.DataObject) -> None:
    one, other = data.draw(people(equation)), data.draw(people(equation))
    shared = one.keys() & other.keys()
    pair = [{name: person[name] for name in shared} for person in (one, other)]
    both = equation.many({name: np.array([person[name] for person in pair]) for name in shared})
    for place, person in enumerate(pair):
        for name, value in equation.risk(person).items():
            assert both[name][place] == pytest.approx(value, rel=1e-12)


@each
@settings(max_examples=50, deadline=None)
@given(data=st.data(), beyond=st.floats(0.01, 1000))
def test_beyond_a_range_it_refuses_and_carries_no_value(equation: Formula, data: st.DataObject, beyond: float) -> None:
    person = data.draw(people(equation))
    one = data.draw(st.sampled_from([one for one in equation.inputs if one.high is not None and one.name in person]))
    value = (one.high or 0.0) + beyond
    with pytest.raises(UsageError, match="lies outside") as caught:
        equation.risk(person | {one.name: value})
    assert repr(value) not in str(caught.value)


@each
def test_a_missing_input_is_named(equation: Formula) -> None:
    needed = [one for one in equation.inputs if not one.optional]
    with pytest.raises(UsageError, match="needs"):
        equation.risk({one.name: one.low or 0.0 for one in needed[1:]})


@each
def test_an_input_it_does_not_take_is_named(equation: Formula) -> None:
    with pytest.raises(UsageError, match="takes no luck"):
        equation.risk({"luck": 1.0})
