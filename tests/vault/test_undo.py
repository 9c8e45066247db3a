"""An import taken back leaves what was there before it, and says what must be read again."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selftwin.vocabulary.errors import UsageError

from .exports import Row, counts, minutes, take
from .test_merge import EXPORT, as_rows, current, digests, of_source

if TYPE_CHECKING:
    from selftwin.vault.store import Store

T0 = datetime(2024, 5, 1, 10)
SOURCES = count(1000)


def test_undoing_an_import_removes_its_rows_and_its_digests(store: Store) -> None:
    take(store, minutes(T0, 10, signal="heart_rate", value=60.0, source="test:Watch"))
    before = current(store), digests(store)
    second = take(store, minutes(T0 + timedelta(hours=2), 5, signal="heart_rate", value=70.0, source="test:Watch"))
    assert store.undo(second.batch)[0] == 5
    assert (current(store), digests(store)) == before


def test_undoing_a_revision_brings_the_earlier_value_back(store: Store) -> None:
    take(store, [Row("weight", T0, 80.0)], exported=datetime(2024, 1, 1))
    second = take(store, [Row("weight", T0, 81.0)], exported=datetime(2024, 2, 1))
    third = take(store, [Row("weight", T0, 82.0)], exported=datetime(2024, 3, 1))
    store.undo(third.batch)
    assert [row[4] for row in current(store)] == [81.0]
    store.undo(second.batch)
    assert [row[4] for row in current(store)] == [80.0]


def test_a_file_that_also_held_what_went_is_named_and_can_be_read_again(store: Store) -> None:
    rows = minutes(T0, 10, signal="heart_rate", value=60.0, source="test:Watch")
    first = take(store, rows)
    take(store, rows, exported=datetime(2024, 7, 1))
    gone, again = store.undo(first.batch)
    assert (gone, again) == (10, ["file 0"])
    assert counts(take(store, rows, exported=datetime(2024, 7, 1))) == (10, 0, 0)


def test_a_batch_that_is_not_there_or_was_undone_is_refused(store: Store) -> None:
    batch = take(store, [Row("weight", T0, 80.0)]).batch
    with pytest.raises(UsageError):
        store.undo(batch + 7)
    store.undo(batch)
    with pytest.raises(UsageError):
        store.undo(batch)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(st.tuples(EXPORT, st.integers(1, 28)), max_size=2), last=st.tuples(EXPORT, st.integers(1, 28)))
def test_undoing_the_last_import_restores_what_was_there(store: Store, before: list, last: tuple) -> None:
    source = f"test:{next(SOURCES)}"
    take(store, as_rows([(None, 0, 9.0)], source), exported=datetime(2023, 1, 1))
    for export, day in before:
        take(store, as_rows(export, source), exported=datetime(2024, 9, day))
    was = of_source(store, source)
    batch = take(store, as_rows(last[0], source), exported=datetime(2024, 9, last[1])).batch
    store.undo(batch)
    assert of_source(store, source) == was
