"""Imports as the pages and the API go about them: looked at first, kept on request, taken up again after a break."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from selftwin.twin.imports import imports
from selftwin.twin.uploading import uploads
from selftwin.vocabulary.account import FileAccount, ImportAccount
from selftwin.vocabulary.errors import Locked, SelftwinError, SeveralSubjects
from selftwin.web.jobs import State, Stopped
from selftwin.web.rendering import texts
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selftwin.twin.importing import Step
    from selftwin.twin.uploading import Parcel
    from selftwin.web.house import Held
    from selftwin.web.jobs import Job

PROMPT, LONGEST = 3.0, 30.0  # seconds that a page waits for what is quick: while others write, and while nobody does
LOOK, KEEP, INBOX, UNDO = "look", "import", "inbox", "undo"
REST = 15.0  # seconds after which a folder that nobody sends more of is looked at by itself
_GUARD = threading.Lock()


@dataclass(frozen=True, slots=True)
class Sum:
    """Several files' accounts added up: records read = taken + passed + faulty; made = new + known + revised."""

    read: int = 0
    taken: int = 0
    passed: int = 0
    faulty: int = 0
    made: int = 0
    new: int = 0
    known: int = 0
    revised: int = 0

    @classmethod
    def of(cls, files: Iterable[FileAccount]) -> Sum:
        """The sums of some files."""
        rows = [
            (f.records.read, f.records.taken, f.records.passed, f.records.faulty, f.observations.made,
             f.observations.new, f.observations.known, f.observations.revised)
            for f in files
        ]  # fmt: skip
        return cls(*(sum(column) for column in zip(*rows, strict=True)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parcel with what was found when it was looked at, and how its import goes."""

    parcel: Parcel
    looked: Job | None
    kept: Job | None

    @property
    def preview(self) -> ImportAccount | None:
        """What keeping it would do, where it was looked at."""
        found = self.looked.result if self.looked and self.looked.state is State.DONE else None
        return found if isinstance(found, ImportAccount) else None

    @property
    def unseen(self) -> bool:
        """Whether nobody has looked at it to the end, or what was found no longer holds."""
        job = self.looked
        return job is None or (job.over and job.result is None and job.error is None)

    @property
    def error(self) -> SelftwinError | None:
        """Why it cannot be kept as it is."""
        failed = self.kept if self.kept and self.kept.error else self.looked
        return failed.error if failed else None

    @property
    def subjects(self) -> tuple[str, ...]:
        """The people in it, one of whom must be chosen."""
        return self.error.subjects if isinstance(self.error, SeveralSubjects) else ()

    @property
    def going(self) -> bool:
        """Whether it is asked for and not resting."""
        return self.parcel.asked is not None and not self.parcel.paused


def waiting(held: Held) -> list[Waiting]:
    """All that waits, oldest first; whole parcels that need looking at are looked at from now on."""
    found = [_waiting(held, parcel) for parcel in uploads(held.twin).parcels()]
    ripe = [one for one in found if one.unseen and one.parcel.asked is None and _ripe(one.parcel)]
    for one in ripe:
        look(held, one.parcel.id, subject=_chosen(one.looked))
    return [_waiting(held, one.parcel) if one in ripe else one for one in found]


def _waiting(held: Held, parcel: Parcel) -> Waiting:
    return Waiting(parcel, _newest(held, LOOK, parcel.id), _newest(held, KEEP, parcel.id))


def _ripe(parcel: Parcel) -> bool:
    """Whether it is whole, and no more files of its folder are to be expected."""
    newest = max(upload.began for upload in parcel.uploads)
    folder = "/" in parcel.uploads[0].name
    return parcel.whole and (not folder or time.time() - newest.timestamp() > REST)


def _newest(held: Held, kind: str, parcel: str) -> Job | None:
    found = [job for job in held.jobs if job.kind == kind and job.facts.get("parcel") == parcel]
    return found[-1] if found else None


def look(held: Held, parcel: str, *, subject: str | None = None) -> Job:
    """See what keeping a parcel would do, as a job; the one that is at it already where there is one."""
    title = uploads(held.twin).parcel(parcel).title
    return _once(held, LOOK, parcel, title, partial(_look, held, parcel, subject))


def keep(held: Held, parcel: str, *, subject: str | None = None) -> Job:
    """Ask for a parcel, which is written down first, and import it as a job. Raises NoSuchUpload, UsageError."""
    before = _newest(held, LOOK, parcel)
    asked = uploads(held.twin).ask(parcel, subject=subject or _chosen(before))
    if before is not None:
        before.facts["parcel"] = asked.id
    return _keep(held, asked)


def _chosen(looked: Job | None) -> str | None:
    return looked.facts.get("subject") if looked else None


def _keep(held: Held, asked: Parcel) -> Job:
    return _once(held, KEEP, asked.id, asked.title, partial(_import, held, asked.id, asked.subject))


def _once(held: Held, kind: str, parcel: str, title: str, work: Any) -> Job:
    with _GUARD:
        under_way = _newest(held, kind, parcel)
        if under_way is not None and not under_way.over:
            return under_way
        job = held.jobs.start(kind, title, work, writes=True)
        job.facts["parcel"] = parcel
        return job


def go_on(held: Held) -> None:
    """Whatever was asked for and not finished is taken up again; called whenever a twin was opened."""
    with suppress(SelftwinError):
        for parcel in uploads(held.twin).parcels():
            if parcel.asked and parcel.whole and not parcel.paused:
                _keep(held, parcel)


def pause(held: Held, parcel: str) -> None:
    """An import rests; what it has kept stays, and it goes on from there when it is asked for again."""
    uploads(held.twin).pause(parcel)
    _stop(held, parcel)


def stop(held: Held, parcel: str) -> Job:
    """End an import and take back what it had kept, as a job; the parcel waits as before."""
    uploads(held.twin).pause(parcel)
    running = _stop(held, parcel)

    def back(_: Job) -> int:
        if running is not None:
            running.wait(60)
        gone = uploads(held.twin).take_back(parcel)
        _unsee(held)
        return gone

    title = uploads(held.twin).parcel(parcel).title
    return held.jobs.start(UNDO, title, back)


def _stop(held: Held, parcel: str) -> Job | None:
    running = _newest(held, KEEP, parcel)
    if running is not None:
        running.stop()
    return running


def undo(held: Held, batch: int) -> Job:
    """Take an import back, as a job whose result is how many observations went, and what to import again."""

    def back(_: Job) -> tuple[int, list[str]]:
        undone = held.twin.undo(batch)
        _unsee(held)
        return undone

    title = imports(held.twin).one(batch).batch.what
    return held.jobs.start(UNDO, title, back, writes=True)


def _unsee(held: Held) -> None:
    """What was found in waiting parcels may call known what has just gone: they are looked at again."""
    for job in held.jobs:
        if job.kind == LOOK and job.state is State.DONE:
            job.result = None


def patience(held: Held) -> float:
    """How many seconds to wait for something quick: not for long where it stands behind an import."""
    return PROMPT if held.twin.busy else LONGEST


def take_in(held: Held) -> Job:
    """Import what was dropped in the inbox, as a job."""
    title = texts("en")("import.inbox.title")
    return held.jobs.start(INBOX, title, lambda job: held.twin.take_in(tell=Telling(job, 0)), writes=True)


def _look(held: Held, parcel: str, subject: str | None, job: Job) -> ImportAccount:
    if subject:
        job.facts["subject"] = subject
    return uploads(held.twin).look(parcel, subject=subject, tell=Telling(job, 0))


def _import(held: Held, parcel: str, subject: str | None, job: Job) -> ImportAccount:
    looked = _newest(held, LOOK, parcel)
    found = looked.result if looked and isinstance(looked.result, ImportAccount) else None
    total = Sum.of(found.files).read if found else 0
    try:
        account = uploads(held.twin).keep(parcel, subject=subject, tell=Telling(job, total))
    except (Stopped, Locked):
        raise
    except SelftwinError:
        with suppress(SelftwinError):
            uploads(held.twin).pause(parcel)  # or it would fail again at every opening
        raise
    job.facts["batch"] = account.batch
    job.words, job.share = texts("en")("import.going.done", new=f"{Sum.of(account.files).new:,}"), 1.0
    return account


@dataclass(slots=True)
class Telling:
    """Turns the steps of an import into the words and the share of its job; `total` records where they are known."""

    job: Job
    total: int
    began: float = field(default_factory=time.monotonic)
    before: int = 0
    at: tuple[int, str] = (0, "")
    read: int = 0

    def __call__(self, step: Step) -> None:
        """One step. Raises Stopped."""
        if (step.file, step.path) != self.at:
            self.before, self.at = self.before + self.read, (step.file, step.path)
        self.read = step.read
        done = self.before + self.read
        self.job.tell(self._words(done), self._share(step, done), read=done, file=step.file, files=step.files)

    def _share(self, step: Step, done: int) -> float | None:
        if self.total:
            return min(done / self.total, 1.0)
        return (step.file - 1) / step.files if step.files > 1 else None

    def _words(self, done: int) -> str:
        t, passed = texts("en"), time.monotonic() - self.began
        if not done:
            return t("import.going.begun")
        if not self.total or passed < 2:
            return t("import.going.read", read=f"{done:,}")
        left = passed * max(self.total - done, 0) / done
        time_left = count(max(1, round(left / 60)), "minute") if left > 90 else count(max(1, round(left)), "second")
        return t("import.going.left", read=f"{done:,}", total=f"{self.total:,}", left=time_left)
