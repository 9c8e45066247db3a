"""Arrivals while the vault is locked: files sealed to its ingest key, which is published in plain beside them.

Anybody who can write to the folder can leave something, and nobody without the vault's keys can read what was left: the
name is inside the sealed file too. Only sizes, times and how many there are can be told from outside.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from selftwin.vault import age
from selftwin.vault.disk import PRIVATE_FILE, private_folder, replace, sync_folder
from selftwin.vocabulary.errors import BrokenExport, NoVault, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selftwin.vault.keys import Secret

FOLDER, RECIPIENT, ASIDE, PIECES, SUFFIX = "inbox", "recipient", "aside", "pieces", ".age"
_BEING_SEALED = ".arriving-"
_MAGIC = b"selftwin arrival 1\n"
_LONGEST_NAME = 4096
_PIECE = 1 << 20
_FOREIGN = "It was not sealed by selftwin."
_TOO_LARGE = "It is too large to be opened in memory; import the file itself, by its path."
_UNREADABLE = "It is damaged, cut short, or sealed to another key than this vault has now."
_NO_FILE = "It is no plain file."


@dataclass(frozen=True, slots=True)
class Opened:
    """An arrival in memory: `path` reads its bytes while it is open, here and in a child that is given `descriptor`."""

    path: Path
    descriptor: int
    name: str


def publish(place: Path, secret: Secret) -> None:
    """Writes the public ingest key where it is not there, or where another one is: what arrives goes by this one."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    public = X25519PrivateKey.from_private_bytes(bytes(secret.reveal())).public_key().public_bytes_raw()
    path, written = place / FOLDER / RECIPIENT, age.bech32("age", public).encode() + b"\n"
    private_folder(path.parent)
    held = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    if held != written:
        replace(path, written)


def drop(place: Path, path: Path, name: str) -> Path:
    """Seals a file into the inbox, whole or not at all, with no passphrase and whoever has the vault open.

    Raises NoVault where there is no inbox, UsageError for a key that is none, OSError for a file that cannot be read.
    """
    import pyrage

    inbox = place / FOLDER
    if not (inbox / RECIPIENT).is_file():
        raise NoVault(f"There is no inbox at {place}.", hint="Open the twin once: it makes its inbox by itself.")
    recipient = age.recipient_from((inbox / RECIPIENT).read_text("ascii", errors="replace"))
    number = secrets.token_hex(16)
    fresh, sealed = inbox / (_BEING_SEALED + number), inbox / (number + SUFFIX)
    with path.open("rb") as plain, _new(fresh) as stream:
        pyrage.encrypt_io(_Headed(_header(name), plain), stream, [recipient])
        stream.flush()
        os.fsync(stream.fileno())
        fresh.replace(sealed)
    sync_folder(inbox)
    return sealed


def waiting(place: Path) -> list[Path]:
    """Everything that lies in the inbox, the oldest first, whatever it is; what a dead process was sealing is gone."""
    inbox = place / FOLDER
    if not inbox.is_dir():
        return []
    for left in inbox.glob(_BEING_SEALED + "*"):
        _sweep(left)
    others = {RECIPIENT, ASIDE, PIECES}
    found = [path for path in inbox.iterdir() if path.name not in others and not path.name.startswith(".")]
    return sorted(found, key=lambda path: (path.lstat().st_mtime_ns, path.name))


def pending(place: Path) -> int:
    """How many arrivals wait to be taken in, uploads among them; those set aside are not."""
    return len(waiting(place)) + len(list((place / FOLDER / PIECES).glob("*/*/")))


@contextmanager
def opened(sealed: Path, secret: Secret) -> Iterator[Opened]:
    """An arrival opened in memory, where it stays: its plain bytes never reach a file system.

    Raises BrokenExport for what is no arrival for this vault, UsageError where the system has no files in memory.
    """
    from pathlib import Path

    if not hasattr(os, "memfd_create"):
        raise UsageError("This system cannot open arrivals in memory.", hint="Import the file itself, by its path.")
    with _regular(sealed) as stream:
        descriptor = os.memfd_create("arrival", os.MFD_CLOEXEC)
        try:
            name = _unsealed(stream, descriptor, secret)
            yield Opened(Path(f"/proc/self/fd/{descriptor}"), descriptor, name)
        finally:
            os.close(descriptor)


def taken(sealed: Path) -> None:
    """The vault has what this arrival held: it goes."""
    sealed.unlink()
    sync_folder(sealed.parent)


def set_aside(sealed: Path) -> None:
    """Puts what cannot be taken in out of the way, as it is; to be tried again it is put back into the inbox."""
    aside = private_folder(sealed.parent / ASIDE)
    sealed.rename(aside / f"{secrets.token_hex(4)}-{sealed.name}")


class _Headed:
    """The bytes to be sealed: a header with the name, then the file as it streams."""

    def __init__(self, header: bytes, stream: IO[bytes]) -> None:
        self._header, self._stream = header, stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if not self._header:
            return self._stream.read(size)
        piece, self._header = (self._header, b"") if size < 0 else (self._header[:size], self._header[size:])
        return piece


class _Headless:
    """Where unsealed bytes go: the header is kept apart, the rest written to a file in memory of a limited size."""

    def __init__(self, descriptor: int, most: int) -> None:
        self._descriptor, self._left = descriptor, most
        self._begun, self.name, self.fault = b"", "", ""

    def write(self, piece: bytes) -> int:
        """Takes some bytes."""
        if self.name:
            self._keep(piece)
            return len(piece)
        self._begun += piece
        head = self._begun[: len(_MAGIC) + _LONGEST_NAME * 6 + 64]
        if not _MAGIC.startswith(head[: len(_MAGIC)]) or (head.count(b"\n") < 2 and len(head) < len(self._begun)):
            raise self._refused(_FOREIGN)
        if head.count(b"\n") >= 2:
            _, line, rest = self._begun.split(b"\n", 2)
            self.name, self._begun = _name(line), b""
            if not self.name:
                raise self._refused(_FOREIGN)
            self._keep(rest)
        return len(piece)

    def _refused(self, why: str) -> OSError:
        self.fault = why
        return OSError(why)

    def flush(self) -> None:
        """Nothing waits."""

    def _keep(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise self._refused(_TOO_LARGE)
        view = memoryview(piece)
        while view:
            view = view[os.write(self._descriptor, view) :]


def _unsealed(stream: IO[bytes], descriptor: int, secret: Secret) -> str:
    import pyrage

    into = _Headless(descriptor, room())
    if os.fstat(stream.fileno()).st_size > room():
        raise BrokenExport(_TOO_LARGE)
    try:
        pyrage.decrypt_io(stream, into, [age.identity(secret)])
    except (pyrage.DecryptError, OSError, ValueError):
        raise BrokenExport(into.fault or _UNREADABLE) from None
    if not into.name:
        raise BrokenExport(_FOREIGN)
    return into.name


def room() -> int:
    """How many bytes an arrival may have: half of what the system could give now."""
    with suppress(OSError, StopIteration, ValueError), open("/proc/meminfo", encoding="ascii") as facts:  # noqa: PTH123
        return next(int(line.split()[1]) for line in facts if line.startswith("MemAvailable")) * 512
    return 1 << 30


def _header(name: str) -> bytes:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[-_LONGEST_NAME:])
    return _MAGIC + json.dumps({"name": shown}).encode() + b"\n"


def _name(line: bytes) -> str:
    try:
        facts = json.loads(line)
        name = facts["name"]
    except (ValueError, KeyError, TypeError, RecursionError):
        name = None
    if not isinstance(name, str) or not name or len(name) > _LONGEST_NAME or not name.isprintable():
        return ""
    return name


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A new file, locked while it is written and gone where that fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb", buffering=_PIECE) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield stream
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _sweep(left: Path) -> None:
    """Removes what was being sealed by a process that is gone; one that lives holds its lock."""
    with suppress(OSError), _regular(left) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        left.unlink(missing_ok=True)


@contextmanager
def _regular(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a plain file; no link is followed and no pipe waited for. Raises BrokenExport for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise BrokenExport(_NO_FILE) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BrokenExport(_NO_FILE)
    with os.fdopen(descriptor, "rb", buffering=_PIECE) as stream:
        yield stream
