"""Files sent to an open twin piece by piece: sealed as they arrive, looked at in memory, kept or left by the owner.

What waits is a parcel: one file, or the files of one folder, which are looked at and kept as one import. A parcel that
its owner has asked for is written down, sealed, so that it is taken in at the next opening where a process died.
"""

from __future__ import annotations

import hashlib
import hmac
import shutil
import threading
import unicodedata
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from selftwin.twin import importing, restoring
from selftwin.vault import inbox, pieces
from selftwin.vault.alone import alone, writes
from selftwin.vocabulary.account import Fault, ImportAccount
from selftwin.vocabulary.errors import UnknownFormat, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from selftwin.twin import Twin
    from selftwin.vault.keys import Secret
    from selftwin.vault.store import Store

T = TypeVar("T")
Tell: TypeAlias = "Callable[[importing.Step], None]"
RESERVE = 256 << 20  # bytes of the disk that an upload leaves free
MOST = 20_000  # uploads that may wait at a time
TOGETHER = 200  # files opened in memory at a time
_LONGEST = 4096
_TRIES = 3


class NoSuchUpload(UsageError):
    """An upload or parcel that is not there, or no more."""

    hint = "It was kept, left, or never begun."


class OutOfPlace(UsageError):
    """A piece that does not begin where the last one ended."""

    hint = "Ask where the upload stands, and go on there."


class TooLarge(UsageError):
    """More than the disk or the memory of this machine has room for."""

    hint = "Import the file itself on this machine, by its path: selftwin import PATH."

_PAPER = threading.Lock()  # a paper is read and written anew by the import and by whoever lets it rest


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way: how many of its bytes have arrived for good. `name` is empty where its note is damaged."""

    id: str
    parcel: str
    name: str
    size: int
    reached: int
    began: datetime
    modified: str = ""

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return self.reached == self.size and bool(self.name)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is looked at and kept together. `asked` is when its owner said to keep it; `paused` where that rests;
    `batches` are the numbers its import has gone by so far."""

    id: str
    title: str
    uploads: tuple[Upload, ...]
    asked: datetime | None = None
    subject: str | None = None
    paused: bool = False
    batches: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every file of it is there."""
        return all(upload.whole for upload in self.uploads)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(upload.size for upload in self.uploads)


def uploads(twin: Twin) -> Uploads:
    """The uploads of an open twin."""
    return Uploads(twin._store)  # noqa: SLF001 - of this floor


def cleaned(name: str) -> str:
    r"""The name a file goes by: its path within what was sent, without what no name has.

    Raises UsageError for a way out of its folder, or no name at all.

    >>> cleaned("Takeout\\Fit/steps.csv")
    'Takeout/Fit/steps.csv'
    """
    shown = unicodedata.normalize("NFC", name[:_LONGEST]).replace("\\", "/")
    parts = shown.split("/")
    if ".." in parts or shown.startswith("/") or shown[1:2] == ":":
        raise UsageError("A file cannot have a name that leads out of its folder.")
    kept = ["".join(letter if letter.isprintable() else "?" for letter in part) for part in parts]
    found = "/".join(part for part in kept if part.strip(". "))
    if not found:
        raise UsageError("A file must have a name.")
    return found


@alone("store.lock", but=("append", "reached"))
@dataclass(frozen=True, slots=True)
class Uploads:
    """What arrives, and what has arrived, at one open twin."""

    store: Store

    def begin(self, name: str, size: int, *, modified: str = "") -> Upload:
        """A new upload of so many bytes. Raises UsageError (its name, its size), TooLarge."""
        shown = cleaned(name)
        self._weigh(size)
        now = datetime.now(UTC)
        note = {"name": shown, "size": size, "began": now.isoformat(), "modified": modified[:40]}
        parcel = self._parcel(shown)
        return Upload(pieces.begin(self._place, parcel, note, self._secret), parcel, shown, size, 0, now, modified[:40])

    def append(self, upload: str, at: int, piece: bytes) -> int:
        """Keep the next bytes, and say how far it is. Raises OutOfPlace, NoSuchUpload, TooLarge, Locked."""
        with self.store.lock.use():
            return self._at_hand(upload, lambda folder: self._append(folder, at, piece))

    def reached(self, upload: str) -> int:
        """How many bytes are there for good. Raises NoSuchUpload, Locked."""
        with self.store.lock.use():
            return self._at_hand(upload, pieces.reached)

    def one(self, upload: str) -> Upload:
        """An upload as it stands. Raises NoSuchUpload."""
        return self._at_hand(upload, self._told)

    def parcels(self) -> list[Parcel]:
        """All that waits, the oldest first, whole or not."""
        found = [self._told_parcel(path) for path in pieces.parcels(self._place)]
        return sorted((one for one in found if one.uploads), key=lambda one: one.uploads[0].began)

    def left(self) -> int:
        """How many arrivals `selftwin drop` left in the inbox."""
        return len(inbox.waiting(self._place))

    def parcel(self, name: str) -> Parcel:
        """One of them. Raises NoSuchUpload."""
        return self._told_parcel(self._at(name))

    def drop(self, name: str) -> None:
        """Forget an upload or a parcel and all that arrived of it. Raises NoSuchUpload."""
        folder = pieces.find(self._place, name)
        pieces.drop(folder or self._at(name))

    @writes
    def look(self, name: str, *, subject: str | None = None, tell: Tell | None = None) -> ImportAccount:
        """What keeping a parcel would do; nothing is stored. Raises SeveralSubjects, UnknownFormat, BrokenExport,
        NoSuchUpload, UsageError (not all of it is there)."""
        return self._read(self.parcel(name), subject, tell, keep=False)

    def ask(self, name: str, *, subject: str | None = None) -> Parcel:
        """Write down that a parcel is to be kept; it goes by another name from then on. Raises NoSuchUpload."""
        parcel, folder = self.parcel(name), self._at(name)
        self._must_be_whole(parcel)
        asked = parcel.asked or datetime.now(UTC)
        note = {"asked": asked.isoformat(), "subject": subject or parcel.subject, "paused": False,
                "batches": parcel.batches}  # fmt: skip
        pieces.put_note(folder, note, self._secret, name="asked")
        moved = folder if parcel.asked else pieces.rename(folder, pieces.number())
        return self._told_parcel(moved)

    def pause(self, name: str) -> None:
        """A parcel that was asked for rests until it is asked for again. Raises NoSuchUpload."""
        folder = self._at(name)
        with _PAPER:
            asked = pieces.note(folder, self._secret, name="asked")
            if asked:
                pieces.put_note(folder, asked | {"paused": True}, self._secret, name="asked")

    @writes
    def keep(self, name: str, *, subject: str | None = None, tell: Tell | None = None) -> ImportAccount:
        """Import a parcel, and forget it once the journal acknowledges it. Raises as `look`; then it stays."""
        account = self._read(self.parcel(name), subject, tell, keep=True)
        pieces.drop(self._at(name))
        return account

    @writes
    def take_back(self, name: str) -> int:
        """What was kept of a parcel that was asked for goes again; how many observations. It waits as before."""
        parcel, folder = self.parcel(name), self._at(name)
        begun = [one for one in self.store.batches() if one.number in parcel.batches and one.what == parcel.title]
        gone = sum(self.store.undo(batch.number)[0] for batch in begun if batch.state == "kept")
        (folder / f"asked{inbox.SUFFIX}").unlink(missing_ok=True)
        return gone

    def _append(self, folder: Path, at: int, piece: bytes) -> int:
        secret = self._secret
        about = pieces.note(folder, secret)
        if about is None:
            folder.stat()  # where it is not there at all, that is what is wrong
            raise NoSuchUpload("Nobody can read what was sent of this file.", hint="Send it anew.")
        if at + len(piece) > int(about["size"]):
            raise UsageError("That is more than the file was said to have.")
        try:
            taken = pieces.append(folder, at, piece, secret)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise TooLarge(f"It could not be kept: {error.strerror}.", hint="Make room, and go on.") from None
        if not taken:
            raise OutOfPlace(f"The next piece begins at {pieces.reached(folder)}.")
        return at + len(piece)

    def _at_hand(self, upload: str, work: Callable[[Path], T]) -> T:
        """Do something in the folder of an upload, which may be called otherwise, or be gone, before it is done."""
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):
                return work(self._find(upload))
        raise NoSuchUpload("There is no such upload.")

    @property
    def _place(self) -> Path:
        return self.store.files.place

    @property
    def _secret(self) -> Secret:
        return self.store.files.secret("ingest")

    def _weigh(self, size: int) -> None:
        """Raises UsageError for a size that is none, TooLarge for one that has no room."""
        if size < 0:
            raise UsageError("A file cannot have fewer than no bytes.")
        if inbox.pending(self._place) >= MOST:
            raise TooLarge(f"{MOST} files wait already.", hint="Keep or leave some of them first.")
        if size + RESERVE > shutil.disk_usage(self._place).free:
            raise TooLarge("There is not enough room on the disk for this file.", hint="Make room, and try again.")
        if size > inbox.room():
            raise TooLarge("This file is too large to be opened in memory, and nothing is unpacked to disk.")

    def _parcel(self, shown: str) -> str:
        """The folder of a file's parcel: the files of one folder share one, any other has its own."""
        first, slash, _ = shown.partition("/")
        if not slash:
            return pieces.number()
        key = bytes(self._secret.reveal())
        return hmac.new(key, b"parcel " + first.encode(), hashlib.sha256).hexdigest()[:32]

    def _find(self, upload: str) -> Path:
        found = pieces.find(self._place, upload)
        if found is None:
            raise NoSuchUpload("There is no such upload.")
        return found

    def _at(self, parcel: str) -> Path:
        found = next((path for path in pieces.parcels(self._place) if path.name == parcel), None)
        if found is None:
            raise NoSuchUpload("There is nothing like that waiting.")
        return found

    def _told(self, folder: Path) -> Upload:
        about, here = pieces.note(folder, self._secret), pieces.reached(folder)
        if about is None:
            return Upload(folder.name, folder.parent.name, "", here, here, _time(None))
        began = _time(about["began"])
        return Upload(folder.name, folder.parent.name, about["name"], about["size"], here, began, about["modified"])

    def _told_parcel(self, folder: Path) -> Parcel:
        there: list[Upload] = []
        for path in pieces.uploads(folder):
            with suppress(FileNotFoundError):  # it was kept or left meanwhile
                there.append(self._told(path))
        found = sorted(there, key=lambda one: (one.began, one.name))
        asked: dict[str, Any] = pieces.note(folder, self._secret, name="asked") or {}
        when = _time(asked["asked"]) if asked else None
        told = asked.get("subject"), bool(asked.get("paused")), tuple(asked.get("batches", ()))
        return Parcel(folder.name, _title(found), tuple(found), when, *told)

    def _must_be_whole(self, parcel: Parcel) -> None:
        if not parcel.whole:
            raise UsageError("Not all of it is there yet.", hint="Send the rest, or leave it.")

    def _read(self, parcel: Parcel, subject: str | None, tell: Tell | None, *, keep: bool) -> ImportAccount:
        """Import it, some files at a time, all of them in memory; the accounts joined."""
        self._must_be_whole(parcel)
        asked = importing.Asked((Path(parcel.title),), None, subject, keep=keep)
        told = tell or (lambda _: None)
        listed = _needed(parcel)
        portions = list(_portions(listed))
        if len(portions) == 1:
            return self._read_some(listed, asked, _numbered(told, 0, len(listed)))
        return _joined([self._read_portion(some, asked, _numbered(told, at, len(listed))) for at, some in portions])

    @contextmanager
    def _written_down(self, parcel: str) -> Iterator[None]:
        """Write the number down that what is kept within goes by: nobody else can begin an import meanwhile, and where
        this one breaks off, it alone is taken back. One that was not begun has none."""
        folder, number = self._at(parcel), self._batches() + 1
        with _PAPER:
            asked = pieces.note(folder, self._secret, name="asked")
            before = [one for one in (asked or {}).get("batches", ()) if one < number]
            if asked is not None:
                pieces.put_note(folder, asked | {"batches": [*before, number]}, self._secret, name="asked")
        if asked is None:
            yield
            return
        try:
            yield
        finally:
            with _PAPER:
                asked = pieces.note(folder, self._secret, name="asked")
                if asked and self._batches() < number:
                    pieces.put_note(folder, asked | {"batches": before}, self._secret, name="asked")

    def _batches(self) -> int:
        """How many imports have begun: a step of its own, since others ask the vault meanwhile."""
        with self.store.lock:
            return self.store.journal.current("batch")

    def _read_portion(self, some: Sequence[Upload], asked: importing.Asked, tell: Tell) -> ImportAccount:
        """As `_read_some`, of which others go on where nothing is recognised."""
        try:
            return self._read_some(some, asked, tell)
        except UnknownFormat:
            return ImportAccount((), tuple(Fault(one.name, "nobody reads it") for one in some), 0, 0.0)

    def _read_some(self, some: Sequence[Upload], asked: importing.Asked, tell: Tell) -> ImportAccount:
        from dataclasses import replace

        with ExitStack() as open_files:
            given = [
                open_files.enter_context(pieces.opened(self._find(one.id), self._secret, one.name, one.size))
                for one in some
            ]
            wanted = replace(asked, descriptors=tuple(one.descriptor for one in given), tell=tell)
            if asked.keep:
                open_files.enter_context(self._written_down(some[0].parcel))
            return importing.take(self.store, wanted, [(one.path, one.name) for one in given])


def _time(told: str | None) -> datetime:
    return datetime.fromisoformat(told) if told else datetime.fromtimestamp(0, UTC)


def _title(found: Sequence[Upload]) -> str:
    """What a parcel is called: the folder, or the file."""
    names = [PurePosixPath(one.name) for one in found if one.name]
    return names[0].parts[0] if names else ""


def _needed(parcel: Parcel) -> list[Upload]:
    """Its files without those of a twin's own export that say the same again."""
    kept = {shown for _, shown in restoring.once([(Path(one.name), one.name) for one in parcel.uploads])}
    return [one for one in parcel.uploads if one.name in kept]


def _portions(listed: Sequence[Upload]) -> Iterator[tuple[int, list[Upload]]]:
    """The files in portions that fit into memory together, each with the number of those before it."""
    some: list[Upload] = []
    for at, one in enumerate(listed):
        if some and (len(some) == TOGETHER or sum(each.size for each in some) + one.size > inbox.room()):
            yield at - len(some), some
            some = []
        some.append(one)
    if some:
        yield len(listed) - len(some), some


def _numbered(tell: Tell, before: int, files: int) -> Tell:
    """Steps of a portion as steps of the whole."""
    from dataclasses import replace

    return lambda step: tell(replace(step, file=before + step.file, files=files))


def _joined(parts: Sequence[ImportAccount]) -> ImportAccount:
    files = tuple(file for part in parts for file in part.files)
    aside: tuple[Fault, ...] = tuple(fault for part in parts for fault in part.unrecognised)
    if not files:
        raise UnknownFormat("Nothing in it was recognised.")
    return ImportAccount(files, aside, max(part.batch for part in parts), sum(part.seconds for part in parts))
