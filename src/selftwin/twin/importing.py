"""An import, from paths to an account that adds up: a child reads, the vault keeps portions of whole files."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.discover import sources
from selftwin.sources.reader.abreast import Abreast
from selftwin.sources.reader.people import People
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
from selftwin.twin import restoring
from selftwin.vault.intake import Intake
from selftwin.vocabulary.account import Fault, FileAccount, ImportAccount, Observations
from selftwin.vocabulary.errors import BrokenExport, SeveralSubjects, UnknownFormat, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

    from selftwin.sources.reader.contract import Source
    from selftwin.sources.reader.process import Told
    from selftwin.vault.store import Store
    from selftwin.vocabulary.zones import ZoneTimeline

_CHUNK = 1 << 22
_MUCH = 4 << 20  # bytes of files; less is read before a second child has begun


@dataclass(frozen=True, slots=True)
class Step:
    """Where an import stands, for a progress line: the file, its number of how many, records read in it so far."""

    path: str
    file: int
    files: int
    read: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to import: files, folders and archives, and how. `tell` hears every step.

    `descriptors` are files in memory that the child is given too, to read them by their path.
    """

    paths: tuple[Path, ...]
    source: str | None = None
    subject: str | None = None
    keep: bool = True
    awake: tuple[str, ...] = ()
    tell: Callable[[Step], None] = field(default=lambda _: None)
    descriptors: tuple[int, ...] = ()


def run(store: Store, asked: Asked) -> ImportAccount:
    """Read what is asked into the vault. Raises UsageError, SeveralSubjects; a broken file ends up in the account.

    Files whose bytes were read before, by the same parsers, are told from the journal without reading them again.
    """
    return take(store, asked, files_below(asked.paths))


def take(store: Store, asked: Asked, given: list[tuple[Path, str]]) -> ImportAccount:
    """As `run`, of just these files under the names they go by."""
    began = time.monotonic()
    files = restoring.once(given)
    with store.lock:
        untouched = restoring.untouched(store)
    journey = _Journey(store, asked, [path for path, _ in files])
    unread = journey.known(files)
    if unread:
        journey.read(unread)
    if asked.keep and untouched and journey.zones:
        store.set_zones(journey.zones)
    accounts = tuple(journey.before + journey.intake.accounts)
    if not accounts and journey.aside:
        first = journey.aside[0]
        raise UnknownFormat(f"Nothing was recognised: {first.place}: {first.reason}.")
    return ImportAccount(accounts, tuple(journey.aside), journey.intake.batch, time.monotonic() - began)


def files_below(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Every file below the paths with the name a person is told, in a stable order; raises UsageError where none is."""
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not _hidden(one, path))
            found.extend((one, f"{path.name}/{one.relative_to(path)}") for one in inside)
        elif path.is_file():
            found.append((path, path.name))
        else:
            raise UsageError(f"There is no file or folder {path}.")
    if not found:
        raise UsageError("There are no files to import.")
    return found


def _hidden(path: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(below).parts)


def _reader(asked: Asked) -> str:
    """What decides how bytes are read: the parsers' versions and the choices of the call; raises UnknownFormat."""
    found: list[Source] = sources(awake=asked.awake)
    if asked.source not in {None, *(source.name for source in found)}:
        raise UnknownFormat(f"There is no source called {asked.source!r}.")
    versions = sorted(f"{source.name}={source.version}" for source in found)
    return "|".join([*versions, asked.source or "", asked.subject or ""])


@dataclass(slots=True)
class _Journey:
    """One run: listens to the child and hands what it hears to the vault."""

    store: Store
    asked: Asked
    paths: list[Path]
    before: list[FileAccount] = field(default_factory=list)
    aside: list[Fault] = field(default_factory=list)
    zones: ZoneTimeline | None = None
    intake: Intake = field(init=False)
    _prints: list[str] = field(default_factory=list)
    _members: list[int] = field(default_factory=list)
    _met: People = field(default_factory=People)
    _member: int = 0
    _begun: Started | None = None
    _file: int = 0
    _open: bool = False

    def __post_init__(self) -> None:
        what = ", ".join(path.name for path in self.asked.paths[:5])
        self.intake = Intake(self.store, what=what, keep=self.asked.keep)

    def known(self, files: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
        """Tell the files read before from the journal; returns the others."""
        reader = _reader(self.asked)
        unread = []
        for number, (path, shown) in enumerate(files, 1):
            self.asked.tell(Step(shown, number, len(files), 0, "looking"))
            digest = _digest(path, shown)
            with self.store.lock:
                print_ = self.store.fingerprint(digest, reader=reader)
                accounts = self.store.journal.file(print_)
            if accounts is None:
                unread.append((path, shown))
                self._prints.append(print_)
            else:
                self.before.extend(_as_known(account) for account in accounts)
        return unread

    def read(self, files: list[tuple[Path, str]]) -> None:
        """Hear the child out and keep what it read; after a failure nothing waits, after a question nothing stays."""
        asked = self.asked
        try:
            with self.intake.whole(), _reading(files, asked) as reading:
                for told in reading:
                    self.hear(told)
        except UsageError:
            if self.intake.batch:
                self.store.undo(self.intake.batch)
            raise

    def hear(self, told: Told | pa.RecordBatch) -> None:
        """Act on one word or batch of the child."""
        if isinstance(told, Started):
            self._met.meet(told.names_as, told.people)
            self._begin_file(told.path)
            self._member, self._begun = self.intake.begin_member(), told
            self._members.append(self._member)
            self._tell(0)
        elif isinstance(told, Progress):
            self._tell(told.read)
        elif isinstance(told, Finished):
            self._end_member(told)
        elif isinstance(told, Unrecognised):
            self.aside.append(Fault(told.path, told.reason))
        elif isinstance(told, Broken):
            self._broken(told)
        elif isinstance(told, Spoilt):
            self.aside.append(Fault(told.path, told.reason))
            if self._open:
                self.intake.drop_member(self._members)
        elif isinstance(told, FileDone):
            self._file += 1
            self._open, self._members = False, []
        elif not isinstance(told, Hello):
            self.intake.add(self._member, told)

    def _begin_file(self, path: str) -> None:
        if not self._open:
            self.intake.begin_file(path, self._prints[self._file])
            self._open = True

    def _tell(self, read: int) -> None:
        path = self._begun.path if self._begun else ""
        self.asked.tell(Step(path, self._file + 1, len(self._prints), read))

    def _end_member(self, told: Finished) -> None:
        begun = self._begun
        if begun is None:
            raise RuntimeError("a member ended that never began")
        self.zones = told.zones or self.zones
        account = FileAccount(
            path=begun.path,
            source=begun.source,
            records=told.records,
            observations=Observations(),
            first=told.first,
            last=told.last,
            kinds=told.kinds,
            signals=told.signals,
            faults=told.faults,
            notes=told.notes,
        )
        self.intake.end_member(self._member, account, told.exported)

    def _broken(self, told: Broken) -> None:
        """Nothing of a broken file stays; a question to the person stops the import."""
        if self._open:
            self.intake.drop_file(self._members)
            self._open = False
        if told.kind == "SeveralSubjects":
            raise SeveralSubjects(told.path, told.subjects)
        if len(self.paths) == 1:
            raise UnknownFormat(told.reason) if told.kind == "UnknownFormat" else BrokenExport(told.reason)
        self.aside.append(Fault(told.path, told.reason))


def _reading(files: list[tuple[Path, str]], asked: Asked) -> Reading | Abreast:
    """By one child; by two where there is enough to read, and a second core to read it on."""
    reading = Reading(files, asked.source, asked.subject, asked.awake, asked.descriptors)
    much = len(files) > 1 and sum(path.stat().st_size for path, _ in files) > _MUCH
    return Abreast(reading) if much and (os.cpu_count() or 1) > 1 else reading


def _digest(path: Path, shown: str) -> bytes:
    """The SHA-256 of a file's bytes and the name it goes by (some formats are known by it)."""
    found = hashlib.sha256(Path(shown).name.encode())
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.digest()


def _as_known(account: FileAccount) -> FileAccount:
    """The account of a file read before: everything it made is known."""
    made = account.observations.made
    return replace(account, observations=Observations(made, 0, made, 0))
