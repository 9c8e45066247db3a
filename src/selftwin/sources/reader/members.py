"""Files, folders and archives as one thing: a member with a name and bytes that stream, never unpacked to disk."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport, UnknownFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_MEMBERS = 200_000
MOST_BYTES = 64 << 30
MOST_BESIDE = 16 << 20  # bytes of a file that is looked at because of another
MOST_RATIO = 400  # Apple's XML packs about 30-fold; a bomb packs 1000-fold and more
_RATIO_FREE = 16 << 20
_HEAD = 1 << 16
# What the readers of archives raise on a damaged, locked or strange one, each in its own way.
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, OSError, EOFError, ValueError)
WORKBOOKS = {".xlsx": "an Excel workbook", ".xlsm": "an Excel workbook", ".ods": "an OpenDocument spreadsheet"}
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
MOST_KIND = 200  # bytes of the member that names the kind of an OpenDocument file


@dataclass(slots=True)
class Member:
    """One stream of bytes: a plain file, or a file inside an archive. `path` is what a person is told, `place` where
    a plain file lies, `damage` why its first bytes could not be unpacked."""

    path: str
    size: int
    opener: Callable[[], IO[bytes]]
    stamped: datetime | None = None
    seekable: bool = False
    place: Path | None = None
    damage: str = ""
    near: Callable[[str], Member | None] | None = field(default=None, repr=False)
    _first: bytes | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The last part of the path, lower case."""
        return PurePosixPath(self.path.replace("\\", "/")).name.lower()

    def open(self) -> IO[bytes]:
        """The bytes from the start; the caller closes it. A damaged archive raises `BrokenExport` while it is read."""
        return self.opener()

    def beside(self, name: str) -> Member | None:
        """The file of this name in the same folder, on disk or in the zip archive: the other half of one record."""
        if self.near is None or not name or name != PurePosixPath(name.replace("\\", "/")).name:
            return None
        return self.near(name)

    def head(self, size: int = _HEAD) -> bytes:
        """The first bytes (at most 65,536), read once; empty where they cannot be read."""
        if self._first is None:
            try:
                with self.open() as stream:
                    self._first = stream.read(_HEAD)
            except (BrokenExport, OSError) as error:
                self._first = b""
                self.damage = str(error) if isinstance(error, BrokenExport) else ""
        return self._first[:size]


def plain(path: Path, shown: str) -> Member:
    """A file on disk as a member."""

    def near(name: str) -> Member | None:
        other = path.with_name(name)
        return plain(other, str(PurePosixPath(shown).with_name(name))) if other.is_file() else None

    return Member(shown, path.stat().st_size, lambda: path.open("rb"), seekable=True, place=path, near=near)


def inside(member: Member, path: Path) -> Iterator[Member] | None:
    """The members of a zip, tar or gzip archive, or None where the file is none. Raises `BrokenExport` on a bad one,
    `UnknownFormat` on a workbook."""
    head = member.head(512)
    if head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return _zip(member, path)
    if head[:2] == b"\x1f\x8b":
        return _tar(member, path) if _is_tar(member.path) else iter([_gzip(member, path)])
    if head[257:262] == b"ustar":
        return _tar(member, path)
    return None


def _zip(member: Member, path: Path) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BrokenExport(f"{member.path} is a damaged or truncated zip archive.") from error
    total = 0
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_MEMBERS:
            raise BrokenExport(f"{member.path} holds more than {MOST_MEMBERS} files.")
        if book := _workbook(archive):
            raise UnknownFormat(f"{member.path} {as_table(book)}")
        for entry in entries:
            total += entry.file_size
            _refuse_bomb(member.path, entry.filename, entry.file_size, entry.compress_size, total)
            _refuse_escape(member.path, entry.filename)
            yield _zipped(member, path, entry, archive)


def _workbook(archive: zipfile.ZipFile) -> str:
    """What a program for tables calls this zip, empty where it is another archive."""
    names = archive.NameToInfo
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return WORKBOOKS[".xlsx"]
    kind = names.get("mimetype")
    if kind is None or kind.file_size > MOST_KIND:
        return ""
    try:
        told = archive.read(kind)
    except DAMAGE:
        return ""
    return WORKBOOKS[".ods"] if told.startswith(SPREADSHEET) else ""


def as_table(book: str) -> str:
    """What to do with a file that a program for tables keeps as its own.

    >>> as_table("an Excel workbook")
    'is an Excel workbook: save the sheet you want as CSV there, and bring that file.'
    """
    return f"is {book}: save the sheet you want as CSV there, and bring that file."


def _zipped(member: Member, path: Path, entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> Member:
    shown = f"{member.path}/{entry.filename}"

    def opener() -> IO[bytes]:
        return _open_zipped(path, entry, shown, archive)

    def near(name: str) -> Member | None:
        other = archive.NameToInfo.get(str(PurePosixPath(entry.filename).with_name(name)))
        return None if other is None or other.file_size > MOST_BESIDE else _zipped(member, path, other, archive)

    return _bare(Member(shown, entry.file_size, opener, _stamp(entry.date_time), near=near))


def _bare(member: Member) -> Member:
    """A packed file in an archive as the file it holds, as in Strava's `activities/1.fit.gz`."""
    if not member.path.lower().endswith(".gz") or _is_tar(member.path):
        return member
    shown = member.path[: -len(".gz")]

    def opener() -> IO[bytes]:
        packed = member.open()
        return io.BufferedReader(_Guarded(gzip.GzipFile(fileobj=packed), shown, packed))

    return Member(shown, member.size, opener, member.stamped, near=member.near)


def _open_zipped(path: Path, entry: zipfile.ZipInfo, shown: str, walked: zipfile.ZipFile) -> IO[bytes]:
    """A member's bytes from the archive that is being walked; its list of tens of thousands of files is read once."""
    try:
        if walked.fp is not None:
            return io.BufferedReader(_Guarded(walked.open(entry), shown, contextlib.nullcontext()), 1 << 20)
        archive = zipfile.ZipFile(path)
        return io.BufferedReader(_Guarded(archive.open(entry), shown, archive), 1 << 20)
    except DAMAGE as error:
        raise BrokenExport(f"{shown} cannot be unpacked: {_why(error)}") from error


def _why(error: Exception) -> str:
    return "it is locked with a password." if "password" in str(error) else "the archive is damaged."


class _Guarded(io.RawIOBase):
    """Bytes of an archive's member, with damage told as `BrokenExport`; closes what it was opened from."""

    def __init__(
        self, stream: IO[bytes] | gzip.GzipFile, shown: str, owner: contextlib.AbstractContextManager[object]
    ) -> None:
        self._stream = stream
        self._shown = shown
        self._owner = owner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            data = self._stream.read(len(view))
        except Exception as error:  # zlib, lzma and zipfile each raise their own kinds on damage
            raise BrokenExport(f"{self._shown} is damaged or truncated.") from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._owner.__exit__(None, None, None)
        super().close()


def _gzip(member: Member, path: Path) -> Member:
    shown = member.path.removesuffix(".gz")

    def opener() -> IO[bytes]:
        return io.BufferedReader(_Guarded(gzip.open(path), shown, contextlib.nullcontext()))

    return Member(shown, member.size, opener)


def _is_tar(shown: str) -> bool:
    return shown.lower().endswith((".tgz", ".tar.gz"))


def _tar(member: Member, path: Path) -> Iterator[Member]:
    total = 0
    try:
        with tarfile.open(path) as archive:
            for count, entry in enumerate(archive):
                if not entry.isfile():
                    continue
                total += entry.size
                if count > MOST_MEMBERS or total > MOST_BYTES:
                    raise BrokenExport(f"{member.path} is too large to be an export.")
                _refuse_escape(member.path, entry.name)
                yield _tarred(member, path, entry)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BrokenExport(f"{member.path} is a damaged or truncated tar archive.") from error


def _tarred(member: Member, path: Path, entry: tarfile.TarInfo) -> Member:
    shown = f"{member.path}/{entry.name}"

    def opener() -> IO[bytes]:
        archive = tarfile.open(path)  # noqa: SIM115 - closed with the stream
        stream = archive.extractfile(entry)
        if stream is None:
            raise BrokenExport(f"{shown} is not a file.")
        return io.BufferedReader(_Guarded(stream, shown, archive), 1 << 20)

    return _bare(Member(shown, entry.size, opener, datetime.fromtimestamp(entry.mtime, UTC)))


def _stamp(date_time: tuple[int, int, int, int, int, int]) -> datetime | None:
    """The time a zip tells of a member; its first possible one is what programs write that tell none."""
    if date_time <= (1980, 1, 1, 0, 0, 0):
        return None
    try:
        return datetime(*date_time, tzinfo=UTC)
    except ValueError:
        return None


def _refuse_bomb(archive: str, name: str, size: int, packed: int, total: int) -> None:
    if total > MOST_BYTES or (size > _RATIO_FREE and size > MOST_RATIO * max(packed, 1)):
        raise BrokenExport(f"{archive}/{name} unpacks to more than an export can hold; it was not opened.")


def _refuse_escape(archive: str, name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or name[1:2] == ":":
        raise BrokenExport(f"{archive} holds a path that leads out of it; it was not opened.")
