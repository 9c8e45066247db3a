"""The child outlives whatever a source does, tells it without the values it met, and holds nothing worth stealing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from selftwin.sources.reader.process import (
    Broken,
    FileDone,
    Finished,
    Hello,
    Progress,
    Reading,
    Spoilt,
    Started,
    Unrecognised,
)
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(reading: Reading) -> list[object]:
    with reading as opened:
        return list(opened)


def of(words: list[object], sort: type) -> list[object]:
    return [word for word in words if isinstance(word, sort)]


def test_what_a_source_throws_breaks_its_file_and_no_other(hostile: Callable[..., Reading]) -> None:
    words = ("raises", "panics", "exits", "recurses", "breaks", "loses", "fine")
    heard = told(hostile(*words))
    broken = {word.path: word.reason for word in of(heard, Broken)}
    assert list(broken) == [f"{word}.txt" for word in words[:-1]]
    assert [word.path for word in of(heard, FileDone)] == [f"{word}.txt" for word in words]
    assert [word.records.taken for word in of(heard, Finished)] == [1]
    assert broken["raises.txt"] == "raises.txt cannot be read (ValueError)."
    assert broken["breaks.txt"] == "half of it is missing"
    assert "2 taken" in broken["loses.txt"]
    assert [reason for reason in broken.values() if "4711" in reason] == []


def test_the_words_of_a_file_come_in_order(hostile: Callable[..., Reading]) -> None:
    heard = told(hostile("fine"))
    order = [Hello, Started, pa.RecordBatch, Progress, Finished, FileDone]
    assert [type(word) for word in heard] == order
    finished = heard[4]
    assert (finished.made, finished.signals, finished.kinds) == (1, {"weight": 1}, {"W": 1})
    assert (finished.first, finished.exported) == ("2024-05-01 00:00:00", "2024-05-01 00:00:00")


def test_a_stray_print_breaks_no_frame(hostile: Callable[..., Reading]) -> None:
    heard = told(hostile("prints", "fine"))
    assert [word.records.taken for word in of(heard, Finished)] == [1, 1]


@pytest.mark.parametrize("word", ["dies", "crashes"])
def test_a_child_that_dies_is_told_as_a_broken_export_and_not_as_an_end(
    hostile: Callable[..., Reading], word: str
) -> None:
    with hostile("fine", word) as reading:
        heard = iter(reading)
        with pytest.raises(BrokenExport, match="stopped before the end"):
            list(heard)


def test_no_secret_of_the_parent_reaches_the_child(
    hostile: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELFTWIN_PASSPHRASE", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    (finished,) = of(told(hostile("tells")), Finished)
    assert {"PATH", "PYTHONPATH"} <= set(finished.notes)
    assert {"SELFTWIN_PASSPHRASE", "AWS_SECRET_ACCESS_KEY"} & set(finished.notes) == set()


def test_files_nobody_reads_are_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "notes.md").write_text("bread")
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        archive.writestr("inner.md", "milk")
    named = ["empty", "notes.md", "box.zip"]
    heard = told(Reading([(tmp_path / name, name) for name in named]))
    reasons = {word.path: word.reason for word in of(heard, Unrecognised)}
    assert list(reasons) == ["empty", "notes.md", "box.zip/inner.md"]
    assert reasons["empty"] == "the file is empty"
    assert of(heard, (Broken, Spoilt)) == []


def test_a_file_that_is_known_and_holds_nothing_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text('{"resourceType": "Bundle", "type": "searchset", "total": 0}')
    (finished,) = of(told(Reading([(tmp_path / "bundle.json", "bundle.json")])), Finished)
    assert finished.records.read == 0
    assert finished.notes == ("it holds no records where they are looked for",)


def test_a_file_that_went_meanwhile_is_broken_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "weight.csv").write_text("Date,Weight (kg)\n2024-05-01,80\n")
    heard = told(Reading([(tmp_path / "gone.csv", "gone.csv"), (tmp_path / "weight.csv", "weight.csv")]))
    assert [word.path for word in of(heard, Broken)] == ["gone.csv"]
    assert [word.records.taken for word in of(heard, Finished)] == [1]


def test_a_member_that_cannot_be_read_is_spoilt_and_the_archive_goes_on(
    hostile: Callable[..., Reading], tmp_path: Path
) -> None:
    reading = hostile("fine")
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        for word in ("fine", "raises", "panics", "breaks", "again"):
            archive.writestr(f"{word}.txt", f"hostile {word}")
    reading.files = [(tmp_path / "box.zip", "box.zip")]
    heard = told(reading)
    assert [word.path for word in of(heard, Spoilt)] == [
        f"box.zip/{word}.txt" for word in ("raises", "panics", "breaks")
    ]
    assert len(of(heard, Finished)) == 2


def test_a_workbook_is_broken_by_name_wherever_it_lies(tmp_path: Path) -> None:
    for name, content in (("steps.xlsx", "xl/workbook.xml"), ("box.zip", "steps.xlsx")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(content, "PK")
    heard = told(Reading([(tmp_path / name, name) for name in ("steps.xlsx", "box.zip")]))
    (broken,) = of(heard, Broken)
    assert (broken.path, broken.kind) == ("steps.xlsx", "UnknownFormat")
    assert broken.reason.startswith("steps.xlsx is an Excel workbook: save the sheet you want as CSV there")
    reasons = {word.path: word.reason for word in of(heard, Unrecognised)}
    assert reasons["box.zip/steps.xlsx"].startswith("is an Excel workbook: save")


def test_a_child_whose_owner_is_gone_ends_without_a_word() -> None:
    job = {"source": None, "awake": [], "subject": None, "mappings": [], "files": [], "propose": None}
    listening, speaking = os.pipe()
    os.close(listening)
    with os.fdopen(speaking, "wb") as gone:
        told = subprocess.run(
            [sys.executable, "-m", "selftwin.sources.reader.child"],
            input=json.dumps(job).encode() + b"\n",
            stdout=gone,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert told.returncode == 1
    assert told.stderr == b""
