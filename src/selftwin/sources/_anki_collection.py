"""Anki's collection as a table of reviews: a package or a SQLite file, opened in memory and never written to disk.

The file may come from anyone (decks are shared), so the database is distrusted: no functions or views from its schema,
no writing, every page of the one table checked before it is read, and sizes capped.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.members import Member

MOST_BYTES = 512 << 20
SQLITE, ZSTD, ZIP = b"SQLite format 3\0", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
COLUMNS = ("id", "cid", "ease", "ivl", "lastIvl", "factor", "time", "type")
_NEWEST_FIRST = ("collection.anki21b", "collection.anki21", "collection.anki2")
_ROWS = 65_536
_PAGE = 100  # bytes of the file header that say how it is kept


@dataclass(frozen=True, slots=True)
class Reviews:
    """Some rows of the review log as text columns named like the table's; `first` is the number of those before."""

    rows: pl.DataFrame
    first: int


def reviews(member: Member) -> Iterator[Reviews]:
    """The review log, by the block. Raises BrokenExport where the file is damaged, too large, or not what it claims."""
    with closing(_opened(member)) as database:
        try:
            _check(member, database)
            yield from _blocks(database)
        except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
            raise BrokenExport(f"{member.path} is a damaged Anki collection.") from error


def _opened(member: Member) -> sqlite3.Connection:
    image = _in_memory(_image(member))
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1 << 20)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "temp_store = MEMORY"):
            database.execute(f"PRAGMA {pragma}")
        database.deserialize(image)
        database.execute("PRAGMA query_only = ON")
    except (sqlite3.Error, OverflowError) as error:
        database.close()
        raise BrokenExport(f"{member.path} holds no Anki collection that can be opened.") from error
    return database


def _in_memory(image: bytes) -> bytes:
    """The same image for a database in memory: one kept with a write-ahead log says so in two bytes of its header."""
    return image[:18] + b"\1\1" + image[20:] if len(image) > _PAGE else image


def _image(member: Member) -> bytes:
    """The SQLite file inside a package, a compressed file, or the file itself."""
    with member.open() as stream:
        if member.head(4) == ZIP:
            return _from_package(member, stream)
        if member.head(4) == ZSTD:
            return _unpacked(member, stream)
        return _whole(member, stream)


def _whole(member: Member, stream: IO[bytes]) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BrokenExport(f"{member.path} is too large to be read: more than {MOST_BYTES >> 20} MB.")
    if not data.startswith(SQLITE):
        raise BrokenExport(f"{member.path} holds no Anki collection.")
    return data


def _unpacked(member: Member, stream: IO[bytes]) -> bytes:
    import zstandard

    try:
        with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(stream) as reader:
            return _whole(member, io.BufferedReader(reader))
    except zstandard.ZstdError as error:
        raise BrokenExport(f"{member.path} is damaged: its collection cannot be unpacked.") from error


def _from_package(member: Member, stream: IO[bytes]) -> bytes:
    """The newest collection of a package: the older ones beside it are stubs that ask for an update."""
    try:
        with zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(_bounded(member, stream))) as archive:
            held = set(archive.namelist())
            name = next((one for one in _NEWEST_FIRST if one in held), None)
            if name is None:
                raise BrokenExport(f"{member.path} holds no Anki collection.")
            with archive.open(name) as packed:
                return _unpacked(member, packed) if name.endswith("b") else _whole(member, packed)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise BrokenExport(f"{member.path} is a damaged or locked Anki package.") from error


def _bounded(member: Member, stream: IO[bytes]) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BrokenExport(f"{member.path} is too large to be read inside another archive; unpack it first.")
    return data


def _check(member: Member, database: sqlite3.Connection) -> None:
    """Refuse what only looks like Anki's table, or whose pages do not hold together."""
    found = database.execute("SELECT type, sql FROM sqlite_master WHERE lower(name) = 'revlog'").fetchall()
    if len(found) != 1 or found[0][0] != "table" or "VIRTUAL" in str(found[0][1]).upper().split("(")[0]:
        raise BrokenExport(f"{member.path} holds no table of reviews.")
    columns = {name.lower(): hidden for _, name, *_, hidden in database.execute("PRAGMA table_xinfo(revlog)")}
    if any(columns.get(name.lower()) != 0 for name in COLUMNS):
        raise BrokenExport(f"{member.path} holds a table of reviews without the columns of Anki's.")
    if database.execute("PRAGMA quick_check(revlog)").fetchone() != ("ok",):
        raise BrokenExport(f"{member.path} is a damaged Anki collection.")


def _blocks(database: sqlite3.Connection) -> Iterator[Reviews]:
    """Whole columns as text, some ten thousand rows at a time, so that no row becomes a Python object."""
    number = "CASE WHEN typeof({0}) IN ('integer', 'real') THEN {0} ELSE '?' END"
    numbers = " || ',' || ".join(number.format(name) for name in COLUMNS)
    query = (
        f"SELECT count(*), max(at), group_concat(line, char(10)) FROM (SELECT rowid AS at, {numbers} AS line"  # noqa: S608
        f" FROM revlog WHERE rowid > ? ORDER BY rowid LIMIT {_ROWS})"
    )
    done, last = 0, -(1 << 63)
    while True:
        count, last, text = database.execute(query, (last,)).fetchone()
        if not count:
            return
        yield Reviews(_frame(text), done)
        done += count


def _frame(text: str) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(text.encode(), has_header=False, new_columns=list(COLUMNS), infer_schema=False)
