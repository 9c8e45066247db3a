"""Backups of a twin: made at places nobody trusts, kept track of, renewed after an erasure, and brought back."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.consent.consent import Consent
from selftwin.consent.grant import OWNER
from selftwin.vault import backup, backup_note, backup_restore, capsule, documents, outside, places
from selftwin.vault.alone import alone, writes
from selftwin.vault.backup_manifest import BackupKeys
from selftwin.vault.files import Files
from selftwin.vault.store import Store
from selftwin.vocabulary.errors import OlderVault, SelftwinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.consent.record import Record
    from selftwin.vault.places import Place

    Tell = Callable[[int, int], None]  # bytes done, bytes in all

BACKUP = "backup"  # papers about places that hold backups, by place


def _quiet(_done: int, _whole: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: where it lies, its number, the bytes of the twin, and how many of them were new to the place.

    `lost` and `distrusted` tell of a place that lost or changed what it was given before; 0 where all was there.
    """

    place: str
    number: int
    made: datetime
    size: int
    pieces: int
    written: int
    dropped: int
    distrusted: int
    lost: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A place that was given backups: its newest, or none where the first one never ended."""

    place: str
    number: int
    made: datetime | None
    size: int


@dataclass(frozen=True, slots=True)
class Renewed:
    """A place after an erasure: old backups deleted, the new one, or what stood in the way."""

    place: str
    deleted: int
    backup: Backup | None
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, or checked. `known`: this machine's notes say that none newer was ever made here.

    `later`: the twin was used here after this backup was made; what came since is not in it.
    """

    place: str
    number: int
    made: datetime
    size: int
    known: bool
    later: bool


@alone("_store.lock")
class Backups:
    """The backups of one open twin."""

    def __init__(self, store: Store, record: Record) -> None:
        self._store, self._record = store, record

    def known(self) -> list[Kept]:
        """Places that were given backups, the one used last at the end."""
        papers = [_kept(name, body) for name, _, body in documents.every(self._store, BACKUP)]
        return sorted(papers, key=lambda one: one.number)

    @writes
    def save(
        self, place: str | Path | None = None, *, keep: int = backup.KEPT, tell: Tell = _quiet
    ) -> Backup:
        """Make a backup at a place, a folder or `s3://bucket/prefix`; without one, where the last one was made.

        `keep` newest backups stay there. Raises UsageError, VaultError, SealBroken.
        """
        with self._store.lock:  # the files are to be still
            return self._save(self._chosen(place), keep, tell)

    def _save(self, title: str, keep: int, tell: Tell) -> Backup:
        at, now = places.at(title), BackupKeys.of(self._store.files).folder
        self._must_be_outside(title)
        before = self._paper(title)
        if not before:
            self._note(title, {"number": 0})
        self._record.tell(BACKUP, OWNER, detail=f"a backup to {_kind(title)}")
        saved = backup.save(self._store, at, after=self._last(), kept=keep, tell=tell)
        manifest = saved.manifest
        if (earlier := str(before.get("folder", now))) != now:  # of keys that ended while the place was out of reach
            at.forget(earlier)
        self._note(title, {"number": manifest.number, "made": manifest.made.isoformat(), "size": manifest.size,
                           "hash": manifest.hash, "sequence": manifest.sequence, "folder": now})  # fmt: skip
        return Backup(title, manifest.number, manifest.made, manifest.size, saved.new, saved.written, saved.dropped,
                      saved.distrusted, saved.lost)  # fmt: skip

    def verify(
        self, place: str | Path | None = None, *, number: int | None = None, tell: Tell = _quiet
    ) -> Restored:
        """Read a backup whole, the newest unless told, and hold it against its manifest.

        Raises NoVault, SealBroken, OlderVault.
        """
        title = self._chosen(place)
        at, keys = places.at(title), BackupKeys.of(self._store.files)
        found = backup_restore.chosen(at, keys, number=number, accept_older=number is not None)
        backup_restore.verify(at, keys, found.manifest, tell)
        return _told(title, found, later=found.manifest.sequence < self._store.files.sequence)

    def forget_old(self) -> list[Renewed]:
        """Delete the backups of earlier keys at every known place, as far as the places can be reached."""
        return [self._forgotten(kept) for kept in self.known()]

    @writes
    def renew(self, *, tell: Tell = _quiet) -> list[Renewed]:
        """After an erasure: at every known place delete the backups of earlier keys, and make a whole new one.

        A place out of reach is told with what stood in the way; its old backups no present key or capsule can open.
        """
        found = []
        for old in self.forget_old():
            try:
                made = self.save(old.place, tell=tell) if not old.failed else None
            except SelftwinError as error:
                found.append(Renewed(old.place, old.deleted, None, str(error)))
            else:
                found.append(Renewed(old.place, old.deleted, made, old.failed))
        return found

    def _forgotten(self, kept: Kept) -> Renewed:
        keys, title = BackupKeys.of(self._store.files), kept.place
        try:
            at = places.at(title)
            if kept.number and not backup.remembered(at, keys):  # a stick that is away must not be made anew elsewhere
                return Renewed(title, 0, None, f"The backups that were made at {title} are not there now.")
            return Renewed(title, backup.forget(at, keys), None)
        except SelftwinError as error:
            return Renewed(title, 0, None, str(error))

    def _chosen(self, place: str | Path | None) -> str:
        if place is not None:
            return places.written(place)
        if known := self.known():
            return known[-1].place
        raise UsageError("No place for backups is known yet.", hint="selftwin backup PLACE")

    def _must_be_outside(self, title: str) -> None:
        if not title.startswith(places.S3) and Path(title).resolve().is_relative_to(self._store.files.place.resolve()):
            raise UsageError("A backup cannot lie within the twin it is of.", hint="Name a folder elsewhere.")

    def _last(self) -> int:
        return max((one.number for one in self.known()), default=0)

    def _paper(self, title: str) -> dict[str, object]:
        return documents.one(self._store, BACKUP, title) or {}

    def _note(self, title: str, facts: dict[str, object]) -> None:
        with self._store.writing("journal"):
            documents.put(self._store, BACKUP, title, {"place": title, **facts})


def restore(
    place: str | Path,
    file: Path,
    code: str,
    passphrase: str,
    *,
    to: Path,
    number: int | None = None,
    accept_older: bool = False,
    tell: Tell = _quiet,
) -> Restored:
    """Bring a twin back from a place, by its capsule and code alone, into an empty or new folder under a passphrase.

    Nothing is left in the folder unless all of it is. Raises NoVault, WrongPassphrase, SealBroken, OlderVault,
    UsageError where the folder is not empty.
    """
    to = to.expanduser().resolve()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} is not empty.", hint="Name a folder that does not exist yet with --vault.")
    at, keys, found, later = _found(place, file, code, number=number, accept_older=accept_older)
    beside = to.with_name(f".{to.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)  # what an interrupted one left
    try:
        backup_restore.bring_back(at, keys, found.manifest, beside, tell)
        _open(beside, file, code, passphrase, keys=keys, number=found.manifest.number)
        with suppress(FileNotFoundError):
            to.rmdir()
        beside.rename(to)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    backup_note.note(keys, at.title, found.manifest)
    return _told(at.title, found, later=later)


def check(
    place: str | Path,
    file: Path,
    code: str,
    *,
    number: int | None = None,
    accept_older: bool = False,
    tell: Tell = _quiet,
) -> Restored:
    """Read a backup whole by capsule and code, and keep nothing. Raises as `restore`."""
    at, keys, found, later = _found(place, file, code, number=number, accept_older=accept_older)
    backup_restore.verify(at, keys, found.manifest, tell)
    return _told(at.title, found, later=later)


def _found(
    place: str | Path, file: Path, code: str, *, number: int | None, accept_older: bool
) -> tuple[Place, BackupKeys, backup_restore.Found, bool]:
    at = places.at(place)
    unlocked = capsule.opened(file, code).unlocked()
    keys = BackupKeys.within(unlocked)
    found = backup_restore.chosen(at, keys, number=number, accept_older=accept_older)
    later = backup_restore.later_here(unlocked, found.manifest)
    if later and not found.known and not accept_older:
        raise OlderVault(
            f"This machine used the twin after backup {found.manifest.number} was made.",
            hint="--accept-older brings it back all the same, without what came after it.",
        )
    return at, keys, found, later


def _open(folder: Path, file: Path, code: str, passphrase: str, *, keys: BackupKeys, number: int) -> None:
    """Open what was brought back once, whole, and say so in its record.

    A vault of the same name that lives on here keeps the secret it opens with.
    """
    held = outside.epochs(keys.vault)
    with Store(Files.recover(folder, file, code, passphrase, accept_older=True)) as store:
        store.existing()
        Consent(store).record.tell("restore", OWNER, detail=f"from backup {number}")
    if held:
        outside.keep_epochs(keys.vault, {**held, **outside.epochs(keys.vault)}.values())


def _told(title: str, found: backup_restore.Found, *, later: bool) -> Restored:
    manifest = found.manifest
    return Restored(title, manifest.number, manifest.made, manifest.size, found.known, later)


def _kept(name: str, body: dict[str, object]) -> Kept:
    made = datetime.fromisoformat(str(body["made"])).astimezone(UTC) if body.get("made") else None
    return Kept(name, int(str(body.get("number", 0))), made, int(str(body.get("size", 0))))


def _kind(title: str) -> str:
    return "a bucket" if title.startswith(places.S3) else "a folder"
