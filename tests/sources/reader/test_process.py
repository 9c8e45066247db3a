"""The owner of the vault asks, listens and lets go; it never waits for a child that is gone."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from selftwin.sources.reader.process import Broken, Finished, Reading
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from pathlib import Path

TWO = "id,time,gl\nA,2015-06-06 21:50:27,153\nB,2015-06-07 01:00:00,99\n"


def people(place: Path) -> list[tuple[Path, str]]:
    (place / "cgm.csv").write_text(TWO)
    return [(place / "cgm.csv", "shown.csv")]


def test_a_file_of_several_people_is_broken_with_their_names_until_one_is_chosen(tmp_path: Path) -> None:
    with Reading(people(tmp_path)) as reading:
        (broken,) = [word for word in reading if isinstance(word, Broken)]
    assert (broken.kind, broken.subjects, broken.path) == ("SeveralSubjects", ("A", "B"), "shown.csv")
    with Reading(people(tmp_path), subject="B") as reading:
        words = list(reading)
    assert [word.num_rows for word in words if isinstance(word, pa.RecordBatch)] == [1]
    with Reading(people(tmp_path), subject="C") as reading:
        (broken,) = [word for word in reading if isinstance(word, Broken)]
    assert (broken.kind, "does not hold C" in broken.reason) == ("UnknownFormat", True)


def test_a_reading_is_iterated_inside_its_block(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="inside its with block"):
        next(iter(Reading(people(tmp_path))))


def test_leaving_early_ends_the_child(tmp_path: Path) -> None:
    with Reading(people(tmp_path), subject="A") as reading:
        next(iter(reading))
        process = reading._process
        assert process is not None
        assert process.running
    assert not process.running


def test_a_child_killed_from_outside_is_a_broken_export(tmp_path: Path) -> None:
    with Reading(people(tmp_path), subject="A") as reading:
        assert reading._process is not None
        os.kill(reading._process.pid, signal.SIGKILL)
        with pytest.raises(BrokenExport, match="killed, or out of memory"):
            list(reading)


def test_one_source_may_be_asked_alone(tmp_path: Path) -> None:
    with Reading(people(tmp_path), source="table", subject="A") as reading:
        assert [word.records.taken for word in reading if isinstance(word, Finished)] == [1]
    with Reading(people(tmp_path), source="anki") as reading:
        assert [word for word in reading if isinstance(word, Finished)] == []
