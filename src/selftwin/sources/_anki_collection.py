"""Anki's collection as a table of reviews: a package, a packed file or a SQLite file, never written to disk."""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from selftwin.sources import _sqlite
from selftwin.sources.reader.members import DAMAGE
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._sqlite import Database, Rows
    from selftwin.sources.reader.members import Member

MOST_BYTES = 512 << 20  # of a package inside another archive
ZSTD, ZIP = b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
COLUMNS = ("id", "cid", "ease", "ivl", "lastIvl", "factor", "time", "type")
_NEWEST_FIRST = ("collection.anki21b", "collection.anki21", "collection.anki2")


def reviews(member: Member) -> Iterator[Rows]:
    """The review log as text columns named like the table's, by the block.

    Raises BrokenExport where the file is damaged, too large, or not what it claims.
    """
    with _opened(member) as database:
        if not database.has("revlog", *COLUMNS):
            raise BrokenExport(f"{member.path} holds no table of reviews with the columns of Anki's.")
        database.check("revlog")
        number = "CASE WHEN typeof({0}) IN ('integer', 'real') THEN {0} ELSE '?' END"
        yield from database.blocks({name: number.format(name) for name in COLUMNS}, "revlog", key="rowid")


@contextmanager
def _opened(member: Member) -> Iterator[Database]:
    if member.head(4) not in {ZIP, ZSTD}:
        with _sqlite.opened(member) as database:
            yield database
        return
    with member.open() as stream, _unpacked(member, stream) as image, _sqlite.held(member.path, image) as database:
        yield database


@contextmanager
def _unpacked(member: Member, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The SQLite file inside a package or a packed file, as it streams."""
    if member.head(4) == ZSTD:
        with _inflated(member, stream) as image:
            yield image
        return
    try:
        with (
            zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(_bounded(member, stream))) as archive,
            archive.open(_newest(member, archive)) as packed,
        ):
            if packed.name.endswith("b"):
                with _inflated(member, packed) as image:
                    yield image
            else:
                yield packed
    except DAMAGE as error:
        raise BrokenExport(f"{member.path} is a damaged or locked Anki package.") from error


def _newest(member: Member, archive: zipfile.ZipFile) -> str:
    """The newest collection of a package: the older ones beside it are stubs that ask for an update."""
    held = set(archive.namelist())
    name = next((one for one in _NEWEST_FIRST if one in held), None)
    if name is None:
        raise BrokenExport(f"{member.path} holds no Anki collection.")
    return name


@contextmanager
def _inflated(member: Member, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    import zstandard

    try:
        with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(stream) as reader:
            yield io.BufferedReader(reader)
    except zstandard.ZstdError as error:
        raise BrokenExport(f"{member.path} is damaged: its collection cannot be unpacked.") from error


def _bounded(member: Member, stream: IO[bytes]) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BrokenExport(f"{member.path} is too large to be read inside another archive; unpack it first.")
    return data
