"""Two children are heard as one: the same words in the same order, whoever is quicker, and an end to both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from selftwin.sources.reader.abreast import WAITING, Abreast
from selftwin.sources.reader.process import FileDone, Finished, Hello, Progress, Reading
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def tables(place: Path, *sizes: int) -> list[tuple[Path, str]]:
    for number, size in enumerate(sizes):
        rows = "".join(f"2024-01-{1 + n % 28:02} 10:{n % 60:02}:{n % 59:02},{80 + n % 9}\n" for n in range(size))
        (place / f"{number}.csv").write_text("date,weight (kg)\n" + rows)
    return [(place / f"{number}.csv", f"{number}.csv") for number in range(len(sizes))]


def plain(words: object) -> list[object]:
    return [word.to_pydict() if isinstance(word, pa.RecordBatch) else word for word in words]


@pytest.mark.parametrize("sizes", [(40_000, 3, 7, 2, 1), (1, 90_000), (0, 5, 5)])
def test_two_are_heard_as_one(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    reading = Reading(tables(tmp_path, *sizes))
    with reading as alone:
        expected = plain(alone)
    with Abreast(reading) as both:
        told = plain(both)
    assert told == expected
    assert [type(word) for word in told[:1]] == [Hello]
    assert [word.path for word in told if isinstance(word, FileDone)] == [f"{n}.csv" for n in range(len(sizes))]
    assert sum(word.records.read for word in told if isinstance(word, Finished)) == sum(sizes)


def test_a_child_that_is_far_ahead_waits_and_leaving_early_ends_both(tmp_path: Path) -> None:
    files = tables(tmp_path, 10, *([10] * (6 * WAITING)))
    with Abreast(Reading(files)) as both:
        words = iter(both)
        while not isinstance(next(words), Progress):
            pass
        processes = [child._reading._process for child in both._children]
        assert all(process is not None and process.running for process in processes)
    assert not any(process is None or process.running for process in processes)


def test_where_the_second_cannot_begin_the_first_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Reading] = []

    def begin(self: Reading) -> Reading:
        if begun:
            raise OSError("no more processes")
        begun.append(enter(self))
        return begun[0]

    enter = Reading.__enter__
    monkeypatch.setattr(Reading, "__enter__", begin)
    with pytest.raises(OSError, match="no more"), Abreast(Reading(tables(tmp_path, 5, 5))):
        pass
    assert begun[0]._process is not None
    assert not begun[0]._process.running


def test_a_child_that_dies_is_told_where_its_file_was_due(tmp_path: Path, hostile: Callable[..., Reading]) -> None:
    with Abreast(hostile("prints", "dies", "breaks")) as both:
        words, told = iter(both), []
        with pytest.raises(BrokenExport, match="killed, or out of memory"):
            told.extend(words)
    with Abreast(hostile("prints", "dies")) as both:
        found = []
        with pytest.raises(BrokenExport):
            found.extend(word for word in both)
    assert [word.path for word in found if isinstance(word, FileDone)] == ["prints.txt"]
