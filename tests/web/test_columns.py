"""Columns are read once for each state of the twin, bounded in memory, and gone once it locks."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.vocabulary.errors import UnknownSignal
from selftwin.web.columns import DAY, RAW, Columns
from selftwin.web.house import Held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

T0 = datetime(2024, 5, 1, 7)
WORDS = "four words in a row"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    with Twin.create(tmp_path_factory.mktemp("columns") / "twin", WORDS, home_zone="Europe/Vienna") as made:
        for place in range(4):
            made.observe("weight", 80.0 + place, at=T0 + timedelta(days=place))
        made.observe("note", "hello", at=T0)
        yield made


def test_observations_and_days_are_columns_in_order_on_the_persons_clock(twin: Twin) -> None:
    columns = Columns(lambda: twin)
    raw, days = columns.of("weight", RAW), columns.of("weight", DAY)
    assert raw.value.tolist() == days.value.tolist() == [80.0, 81.0, 82.0, 83.0]
    assert raw.unit == days.unit == "kg"
    assert raw.at[0].astype("datetime64[us]").item() == T0
    assert days.at[0].astype("datetime64[us]").item() == T0.replace(hour=0)


def test_what_is_no_quantity_keeps_its_words(twin: Twin) -> None:
    note = Columns(lambda: twin).of("note")
    assert note.text is not None
    assert note.text.to_list() == ["hello"]


def test_a_column_is_read_once_and_anew_when_the_twin_has_changed(twin: Twin) -> None:
    columns = Columns(lambda: twin)
    first = columns.of("weight")
    assert columns.of("weight") is first
    assert columns.has("weight")
    twin.observe("weight", 90.0, at=T0 + timedelta(days=9))
    assert not columns.has("weight")
    assert columns.of("weight").value[-1] == 90.0
    assert len(first.value) == 4


def test_while_an_import_goes_on_the_newest_there_is_stands_unless_something_was_taken_away(twin: Twin) -> None:
    busy = True
    columns = Columns(lambda: twin, busy=lambda: busy)
    before = columns.of("weight")
    batch = twin.observe("weight", 95.0, at=T0 + timedelta(days=11)).batch
    assert columns.of("weight") is before
    twin.undo(batch)
    assert columns.of("weight") is not before


def test_above_its_bound_the_least_used_is_forgotten(twin: Twin) -> None:
    size = Columns(lambda: twin).of("weight").bytes
    columns = Columns(lambda: twin, most=2 * size)
    columns.of("weight")
    columns.of("weight", DAY)
    columns.of("weight")
    columns.of("note")
    assert columns.bytes <= 2 * size
    assert columns.has("weight")
    assert not columns.has("weight", DAY)


def test_a_column_larger_than_the_bound_is_told_and_not_kept(twin: Twin) -> None:
    columns = Columns(lambda: twin, most=8)
    assert columns.of("weight").value.size
    assert not columns.has("weight")


def test_two_who_want_the_same_read_it_once(twin: Twin) -> None:
    columns, found = Columns(lambda: twin), []
    threads = [threading.Thread(target=lambda: found.append(columns.of("weight"))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({id(one) for one in found}) == 1


def test_a_signal_nobody_knows_is_said_so(twin: Twin) -> None:
    with pytest.raises(UnknownSignal):
        Columns(lambda: twin).of("nonsense")


def test_locking_forgets_every_column(tmp_path: Path) -> None:
    held = Held(tmp_path / "twin")
    held.create(WORDS, home_zone="Europe/Vienna").observe("weight", 80.0, at=T0)
    held.columns.of("weight")
    assert held.columns.bytes
    held.lock()
    assert not held.columns.bytes
    held.let_go()
