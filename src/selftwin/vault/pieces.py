"""Arrivals that come in pieces, over a line that may break: each is sealed to the vault's own ingest key in memory, and
only then written, whole or not at all. What has arrived is what lies there; nothing else remembers it.

A parcel is a folder of uploads, an upload a folder of pieces named by where they begin and how long they are. Names,
dates and what is asked for stand in sealed notes, so that only sizes, times and numbers can be told from outside.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from selftwin.vault import age
from selftwin.vault.disk import own_folder, private_folder, replace, sync_folder
from selftwin.vault.inbox import FOLDER, PIECES, SUFFIX, Opened, room
from selftwin.vocabulary.errors import BrokenExport, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from selftwin.vault.keys import Secret

NUMBER = re.compile(r"[0-9a-f]{32}")
_PIECE = re.compile(r"(\d{16})-(\d{1,9})\.age")
_HEAD = b"selftwin piece 1 "
_DAMAGED = "Some of it is damaged, or sealed to another key than this vault has now."


def number() -> str:
    """A name that tells nothing."""
    return secrets.token_hex(16)


def begin(place: Path, parcel: str, note: Mapping[str, Any], secret: Secret) -> str:
    """A new, empty upload in a parcel, with its sealed note; its number."""
    name = number()
    folder = private_folder(private_folder(_home(place) / parcel) / name)
    put_note(folder, note, secret)
    sync_folder(folder.parent)
    return name


def parcels(place: Path) -> list[Path]:
    """The folder of every parcel, the oldest first; making the inbox ready is part of asking."""
    found = []
    for path in _home(place).iterdir():
        if NUMBER.fullmatch(path.name) and not path.is_symlink():
            with suppress(FileNotFoundError):  # it goes, or goes by another name, meanwhile
                found.append((path.stat().st_mtime_ns, path.name, path))
    return [path for _, _, path in sorted(found)]


def uploads(parcel: Path) -> list[Path]:
    """The folder of every upload in a parcel."""
    try:
        return sorted(path for path in parcel.iterdir() if NUMBER.fullmatch(path.name) and path.is_dir())
    except FileNotFoundError:
        return []


def find(place: Path, name: str) -> Path | None:
    """The folder of an upload, None where there is none."""
    if not NUMBER.fullmatch(name):
        return None
    return next((path / name for path in parcels(place) if (path / name).is_dir()), None)


def reached(upload: Path) -> int:
    """How many of its bytes are on the disk for good, from the first one on without a gap."""
    at = 0
    for start, length in _pieces(upload):
        if start == at:
            at += length
    return at


def append(upload: Path, at: int, piece: bytes, secret: Secret) -> bool:
    """Seals the next bytes of an upload and keeps them; not those that do not begin where the last ones ended.

    Raises OSError where there is no room.
    """
    import pyrage

    with _turn(upload):
        taken = reached(upload) == at
        if taken and piece:
            sealed = pyrage.encrypt(_head(upload, at) + piece, [age.recipient(secret)])
            replace(upload / f"{at:016d}-{len(piece)}{SUFFIX}", sealed)
        return taken


def put_note(folder: Path, note: Mapping[str, Any], secret: Secret, *, name: str = "about") -> None:
    """Keeps facts beside an upload or parcel, sealed, in place of the ones before."""
    import pyrage

    replace(folder / (name + SUFFIX), pyrage.encrypt(json.dumps(note).encode(), [age.recipient(secret)]))


def note(folder: Path, secret: Secret, *, name: str = "about") -> dict[str, Any] | None:
    """The facts kept there, None where there are none that this vault can open."""
    import pyrage

    try:
        found = json.loads(pyrage.decrypt((folder / (name + SUFFIX)).read_bytes(), [age.identity(secret)]))
    except (OSError, ValueError, pyrage.DecryptError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def opened(upload: Path, secret: Secret, name: str, size: int) -> Iterator[Opened]:
    """A whole upload in memory, where its plain bytes stay. Raises BrokenExport, UsageError (no files in memory)."""
    from pathlib import Path

    if not hasattr(os, "memfd_create"):
        raise UsageError("This system cannot open arrivals in memory.", hint="Import the file itself, by its path.")
    if size > room():
        raise BrokenExport("It is too large to be opened in memory; import the file itself, by its path.")
    descriptor = os.memfd_create("arrival", os.MFD_CLOEXEC)
    try:
        if _unseal(upload, descriptor, secret) != size:
            raise BrokenExport("It is not all there.")
        yield Opened(Path(f"/proc/self/fd/{descriptor}"), descriptor, name)
    finally:
        os.close(descriptor)


def drop(folder: Path) -> None:
    """An upload, or a parcel, is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # the parcel, where this was all of it
        if NUMBER.fullmatch(folder.parent.name) and not uploads(folder.parent):
            shutil.rmtree(folder.parent, ignore_errors=True)


def rename(parcel: Path, name: str) -> Path:
    """The parcel under another name, on the disk."""
    moved = parcel.rename(parcel.with_name(name))
    sync_folder(moved.parent)
    return moved



def _home(place: Path) -> Path:
    return own_folder(place / FOLDER / PIECES)


def _pieces(upload: Path) -> list[tuple[int, int]]:
    """Where each piece begins, and its length, in order."""
    found = (_PIECE.fullmatch(path.name) for path in upload.iterdir())
    return sorted((int(one[1]), int(one[2])) for one in found if one)


def _head(upload: Path, at: int) -> bytes:
    """What is sealed in front of a piece, so that none is taken for another."""
    return _HEAD + f"{upload.name} {at}\n".encode()


def _unseal(upload: Path, descriptor: int, secret: Secret) -> int:
    """Writes the pieces, opened, into a file in memory; how many bytes they were."""
    import pyrage

    identity, at = age.identity(secret), 0
    for start, length in _pieces(upload):
        head = _head(upload, start)
        try:
            piece = pyrage.decrypt((upload / f"{start:016d}-{length}{SUFFIX}").read_bytes(), [identity])
        except (OSError, ValueError, pyrage.DecryptError):
            raise BrokenExport(_DAMAGED) from None
        if start != at or not piece.startswith(head) or len(piece) - len(head) != length:
            raise BrokenExport(_DAMAGED)
        _write(descriptor, memoryview(piece)[len(head) :])
        at += length
    return at


def _write(descriptor: int, piece: memoryview) -> None:
    while piece:
        piece = piece[os.write(descriptor, piece) :]


@contextmanager
def _turn(upload: Path) -> Iterator[None]:
    """One writer at a time."""
    descriptor = os.open(upload, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
