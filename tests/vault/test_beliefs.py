"""Beliefs and states of models are kept beside their signal, each replaced by its next, marked with what was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from selftwin.vault import beliefs
from selftwin.vault.beliefs import Belief, Checkpoint

from .exports import Row, take

if TYPE_CHECKING:
    from selftwin.vault.store import Store

NORMAL = Belief(
    key="weight",
    kind="normal",
    made_at=datetime(2024, 5, 1, 12, tzinfo=UTC),
    model="normal.daily 1",
    version=1,
    watermark=0,
    categories=("physiological", "behavioural"),
    sensitivities=("health",),
    lineage=(("weight", "2024-04-01", "2024-04-30", 0), ("steps", "2024-04-01", "2024-04-30", 0)),
    believed={"low": 79.5, "weekly": [1.0, None], "words": "ü"},
)
STATE = Checkpoint("weight", "normal.daily", 1, 0, date(2024, 4, 30), b"\0state\xff")


@pytest.fixture
def known(store: Store) -> Store:
    take(store, [Row("weight", datetime(2024, 5, 1), 80.0)])
    return store


def test_a_belief_comes_back_as_it_was_with_the_watermark_of_what_was_known(known: Store) -> None:
    beliefs.keep(known, "physiological", [(NORMAL, None)])
    mark = known.journal.current("watermark")
    lineage = tuple((*entry[:3], mark) for entry in NORMAL.lineage)
    assert mark > 0
    assert beliefs.read(known, "physiological") == [replace(NORMAL, watermark=mark, lineage=lineage)]


def test_a_newer_belief_replaces_its_kind_alone(known: Store) -> None:
    forecast = replace(NORMAL, kind="forecast")
    beliefs.keep(known, "physiological", [(NORMAL, None), (forecast, None)])
    beliefs.keep(known, "physiological", [(replace(NORMAL, believed={"low": 80.0}), None)])
    found = {belief.kind: belief.believed for belief in beliefs.read(known, "physiological", "weight")}
    assert found == {"normal": {"low": 80.0}, "forecast": NORMAL.believed}
    assert beliefs.read(known, "physiological", "glucose") == []


def test_a_state_comes_back_bit_by_bit_and_only_to_its_own_version(known: Store) -> None:
    beliefs.keep(known, "physiological", [(NORMAL, STATE)])
    mark = known.journal.current("watermark")
    assert beliefs.checkpoint(known, "physiological", "weight", "normal.daily", 1) == replace(STATE, watermark=mark)
    for key, model, version in (("weight", "normal.daily", 2), ("weight", "other", 1), ("glucose", "normal.daily", 1)):
        assert beliefs.checkpoint(known, "physiological", key, model, version) is None


def test_keeping_without_a_state_leaves_the_one_there(known: Store) -> None:
    beliefs.keep(known, "physiological", [(NORMAL, STATE)])
    beliefs.keep(known, "physiological", [(NORMAL, replace(STATE, state=b"newer", upto=None))])
    beliefs.keep(known, "physiological", [(NORMAL, None)])
    found = beliefs.checkpoint(known, "physiological", "weight", "normal.daily", 1)
    assert found is not None
    assert (found.state, found.upto) == (b"newer", None)


def test_what_was_believed_of_things_taken_back_goes_with_them(known: Store) -> None:
    night = Row("sleep.stage", datetime(2024, 5, 1, 22), None, datetime(2024, 5, 2, 6), text="deep")
    slept = take(known, [night]).batch
    deep = replace(NORMAL, key="sleep.deep"), replace(STATE, key="sleep.deep")
    beliefs.keep(known, "physiological", [(NORMAL, STATE), deep])
    known.undo(slept)
    assert [belief.key for belief in beliefs.read(known, "physiological")] == ["weight"]
    assert beliefs.checkpoint(known, "physiological", "sleep.deep", "normal.daily", 1) is None
    assert beliefs.checkpoint(known, "physiological", "weight", "normal.daily", 1) is not None


def test_what_fails_on_the_way_keeps_nothing(known: Store) -> None:
    unwritable = replace(NORMAL, kind="forecast", believed={"low": object()})
    with pytest.raises(TypeError):
        beliefs.keep(known, "physiological", [(NORMAL, STATE), (unwritable, None)])
    assert beliefs.read(known, "physiological") == []
    assert beliefs.checkpoint(known, "physiological", "weight", "normal.daily", 1) is None
