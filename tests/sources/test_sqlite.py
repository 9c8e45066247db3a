"""Databases of others are read as they are, where they are, and whatever they hold against their reader."""

from __future__ import annotations

import io
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from selftwin.sources import _sqlite
from selftwin.sources._sqlite import is_sqlite, opened
from selftwin.sources.reader.members import Member, plain
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from pathlib import Path

NOTES = "CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT, at REAL)"
ROWS = [(1, "plain", 1.5), (2, 'a "quoted", line\nand another', None), (3, None, 2.0), (4, "nul \0 within", 3.0),
        (5, b"\xff\x00", 1712345678.1234567), (9, "", 1e300)]  # fmt: skip
CELLS = {"id": "n.id", "words": "n.words", "at": "n.at"}


def made(path: Path, *statements: str, rows: list[tuple[object, ...]] = ROWS) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute(NOTES)
        database.executemany("INSERT INTO notes VALUES (?, ?, ?)", rows)
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


def inside(path: Path) -> Member:
    """The same as a member of an archive: a stream without a place."""
    data = path.read_bytes()
    return Member("archive.zip/notes.db", len(data), lambda: io.BytesIO(data))


def told(member: Member) -> list[tuple[object, ...]]:
    with opened(member) as database:
        return [row for block in database.blocks(CELLS, "notes n", key="n.id") for row in block.rows.rows()]


def test_cells_come_as_text_whatever_they_hold(tmp_path: Path) -> None:
    member = plain(made(tmp_path / "notes.db"), "notes.db")
    assert is_sqlite(member)
    found = [(number, words, None if at is None else float(str(at))) for number, words, at in told(member)]
    assert found == [
        ("1", "plain", 1.5), ("2", 'a "quoted", line\nand another', None), ("3", None, 2.0),
        ("4", "nul ", 3.0), ("5", "?", 1712345678.1234567), ("9", "", 1e300),
    ]  # fmt: skip
    assert told(inside(tmp_path / "notes.db")) == told(member)


def test_long_tables_come_by_the_block_and_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sqlite, "ROWS", 7)
    made(tmp_path / "notes.db", rows=[(3 * n - 50, f"note {n}", n / 2) for n in range(100)])
    with opened(plain(tmp_path / "notes.db", "notes.db")) as database:
        blocks = list(database.blocks({"id": "id"}, "notes", key="id", where="at >= 10"))
    assert [block.first for block in blocks] == list(range(0, 80, 7))
    assert [int(row[0]) for block in blocks for row in block.rows.rows()] == [3 * n - 50 for n in range(20, 100)]


def test_a_file_is_read_in_place_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a name with ? and % and #.db"
    made(path, "PRAGMA journal_mode = WAL")
    before = path.read_bytes(), path.stat().st_mtime_ns
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert len(told(plain(path, path.name))) == len(ROWS)
    finally:
        tmp_path.chmod(0o700)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert len(told(inside(path))) == len(ROWS)


def test_a_file_reached_by_its_number_alone_is_read_in_memory(tmp_path: Path) -> None:
    made(tmp_path / "notes.db")
    with (tmp_path / "notes.db").open("rb") as stream:
        place = tmp_path / "link"
        place.symlink_to(f"/proc/self/fd/{stream.fileno()}")
        (tmp_path / "notes.db").unlink()
        assert len(told(plain(place, "notes.db"))) == len(ROWS)


DECEIVING = {
    "view": "CREATE VIEW visits AS SELECT 1 AS id",
    "virtual table": "CREATE VIRTUAL TABLE visits USING fts4(id)",
    "generated column": "CREATE TABLE visits (x INTEGER, id AS (hex(zeroblob(100000000))))",
    "another table": "CREATE TABLE visits (x INTEGER)",
}


@pytest.mark.parametrize("statement", DECEIVING.values(), ids=DECEIVING)
def test_only_plain_tables_and_stored_columns_count(tmp_path: Path, statement: str) -> None:
    made(tmp_path / "notes.db", statement)
    with opened(plain(tmp_path / "notes.db", "notes.db")) as database:
        assert not database.has("visits", "id")
        assert database.has("NOTES", "Words", "at")


def test_triggers_never_run_and_nothing_can_be_written_or_attached(tmp_path: Path) -> None:
    made(tmp_path / "notes.db", "CREATE TRIGGER sly AFTER INSERT ON notes BEGIN DELETE FROM notes; END")
    for member in (plain(tmp_path / "notes.db", "notes.db"), inside(tmp_path / "notes.db")):
        assert len(told(member)) == len(ROWS)
        for forbidden in ("INSERT INTO notes VALUES (77, '', 0)", f"ATTACH '{tmp_path / 'other.db'}' AS other"):
            with pytest.raises(BrokenExport), opened(member) as database:
                database.connection.execute(forbidden)
    assert not (tmp_path / "other.db").exists()


def test_damaged_pages_are_refused_wherever_the_file_lies(tmp_path: Path) -> None:
    path = made(tmp_path / "notes.db", rows=[(n, "words " * 40, n) for n in range(500)])
    spoilt = bytearray(path.read_bytes())
    spoilt[8192:12288] = os.urandom(4096)
    path.write_bytes(spoilt)
    for member in (plain(path, "notes.db"), inside(path)):
        with pytest.raises(BrokenExport, match="damaged database"), opened(member) as database:
            database.check("notes")


@pytest.mark.parametrize("data", [b"", _sqlite.MAGIC, _sqlite.MAGIC + b"\xff" * 4096], ids=["empty", "mark", "noise"])
def test_what_only_begins_like_a_database_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(data)
    for member in (plain(path, "notes.db"), inside(path)):
        with pytest.raises(BrokenExport):
            told(member)


def test_a_large_database_inside_an_archive_is_to_be_unpacked_and_in_place_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "notes.db")
    monkeypatch.setattr(_sqlite, "MOST_BYTES", 4096)
    with pytest.raises(BrokenExport) as refused:
        told(inside(tmp_path / "notes.db"))
    assert "Unpack it first" in refused.value.hint
    assert len(told(plain(tmp_path / "notes.db", "notes.db"))) == len(ROWS)
