"""SQLite files of others, read as tables of text and never written: in place where they lie on disk, else in memory.

A database may come from anyone, so it is distrusted: no functions or views from its schema, no writing, no attaching,
only plain tables, every page of a table checked before it is read, sizes capped. Nothing is copied to disk. A log that
a running program keeps beside its file (`-wal`) is not read: what was last done stands there until it is closed.
"""

from __future__ import annotations

import io
import mmap
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from selftwin.sources.reader.members import Member

MAGIC = b"SQLite format 3\0"
MOST_BYTES = 300 << 20  # of a database that must be held in memory, since it lies inside an archive
LONGEST = 1 << 16  # characters kept of a cell
ROWS = 65_536
_HEADER = 100  # bytes that say how the file is kept
_PIECE = 1 << 20
_UNQUOTED = b"/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
_CAUTION = ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "temp_store = MEMORY", "query_only = ON")


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows as text columns by the names asked for (null where the cell is; `?` where it holds bytes); `first` is
    the number of those before."""

    rows: pl.DataFrame
    first: int


@dataclass(frozen=True, slots=True)
class Database:
    """An opened database; `shown` is what its owner calls it."""

    shown: str
    connection: sqlite3.Connection

    def columns(self, table: str) -> frozenset[str]:
        """The names of a plain table's stored columns in lower case; empty where there is no such table."""
        found = self.connection.execute(
            "SELECT type, sql FROM sqlite_master WHERE lower(name) = ?", (table.lower(),)
        ).fetchall()
        if len(found) != 1 or found[0][0] != "table" or "VIRTUAL" in str(found[0][1]).upper().split("(")[0]:
            return frozenset()
        told = self.connection.execute(f"PRAGMA table_xinfo({_name(table)})")
        return frozenset(str(name).lower() for _, name, *_, hidden in told if hidden == 0)

    def has(self, table: str, *columns: str) -> bool:
        """Whether it holds a plain table with these columns."""
        return bool(held := self.columns(table)) and {name.lower() for name in columns} <= held

    def check(self, *tables: str) -> None:
        """Raises BrokenExport where the pages of a table do not hold together."""
        for table in tables:
            if self.connection.execute(f"PRAGMA quick_check({_name(table)})").fetchone() != ("ok",):
                raise BrokenExport(f"{self.shown} is a damaged database: the pages of {table} do not hold together.")

    def blocks(self, cells: Mapping[str, str], tables: str, *, key: str, where: str = "TRUE") -> Iterator[Rows]:
        """Rows in the order of `key`, a whole number that no two share, by the block; no row becomes an object here.

        `cells` gives each column its expression over `tables` (a table, or plain joins of some): the source's own
        words, never the file's.
        """
        line = ", ".join(f"'{name}', {_cell(expression)}" for name, expression in cells.items())
        query = (
            "SELECT count(*), max(at), group_concat(line, char(10)) FROM"  # noqa: S608
            f" (SELECT {key} AS at, json_object({line}) AS line FROM {tables} WHERE {key} > ? AND {where}"
            f" ORDER BY {key} LIMIT {ROWS})"
        )
        done, last = 0, -(1 << 63)
        while True:
            count, last, text = self.connection.execute(query, (last,)).fetchone()
            if not count:
                return
            yield Rows(_frame(text, list(cells)), done)
            done += count


def is_sqlite(member: Member) -> bool:
    """Whether the member begins like an SQLite file."""
    return member.head(16) == MAGIC


@contextmanager
def opened(member: Member) -> Iterator[Database]:
    """The member's database. Raises BrokenExport where it is damaged, or too large to be read inside an archive."""
    if member.place is not None and not member.place.is_symlink():
        with _told(member.path), closing(_in_place(os.fsencode(member.place.absolute()))) as connection:
            yield Database(member.path, connection)
        return
    with member.open() as stream, held(member.path, stream) as database:
        yield database


@contextmanager
def held(shown: str, stream: IO[bytes]) -> Iterator[Database]:
    """A database from a stream, held in memory. Raises BrokenExport as `opened` does."""
    with _told(shown):
        with closing(_image(shown, stream)) as image:
            connection = _in_memory(image)
        with closing(connection):
            yield Database(shown, connection)


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """What SQLite and Python say of a damaged file, in words of ours."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError) as error:  # sizes in it may be any
        raise BrokenExport(f"{shown} is a damaged database, or none.") from error


def _in_place(path: bytes) -> sqlite3.Connection:
    """Read-only, and as a file that nobody changes: no lock, no log, nothing beside it."""
    spelt = "".join(chr(byte) if byte in _UNQUOTED else f"%{byte:02X}" for byte in path)
    address = f"file:{spelt}?mode=ro&immutable=1"
    return _careful(sqlite3.connect(address, uri=True, isolation_level=None))


def _in_memory(image: mmap.mmap) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(image)
        return _careful(connection)
    except BaseException:
        connection.close()
        raise


def _careful(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1 << 20)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 256 << 20)
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        for pragma in _CAUTION:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _image(shown: str, stream: IO[bytes]) -> mmap.mmap:
    """The file as shared memory, so that only SQLite's own copy counts as this process's.

    A database that is kept with a write-ahead log says so in two bytes of its header; in memory there is none.
    """
    with _anonymous() as kept:
        size = 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                raise BrokenExport(
                    f"{shown} is a database of more than {MOST_BYTES >> 20} MB inside an archive.",
                    hint="Unpack it first, and import the file itself: it is then read where it lies.",
                )
            kept.write(piece)
        if size < _HEADER:
            raise BrokenExport(f"{shown} is no database: it is too short.")
        kept.flush()
        image = mmap.mmap(kept.fileno(), size)
    image[18:20] = b"\1\1"
    return image


def _anonymous() -> IO[bytes]:
    """A file that has no place and never had one; without memory files, nothing is read inside archives."""
    if not hasattr(os, "memfd_create"):
        raise BrokenExport(
            "Databases inside archives cannot be read on this system.", hint="Unpack the archive, and import the file."
        )
    return io.FileIO(os.memfd_create("database", os.MFD_CLOEXEC), "r+")


def _name(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


def _cell(expression: str) -> str:
    """A cell as it stands in a line of JSON: numbers to their last digit, a mark for bytes, words up to a length.

    SQLite takes words to end at their first NUL.
    """
    return (
        f"CASE typeof({expression}) WHEN 'text' THEN substr({expression}, 1, {LONGEST})"
        f" WHEN 'real' THEN printf('%!.17g', {expression}) WHEN 'blob' THEN '?' ELSE {expression} END"
    )


def _frame(text: str, names: list[str]) -> pl.DataFrame:
    import polars as pl

    return pl.read_ndjson(text.encode(), schema=dict.fromkeys(names, pl.String))
