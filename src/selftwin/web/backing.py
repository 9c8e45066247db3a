"""Backups as the pages and the API go about them: made, read back whole, and tried as another machine would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.twin.backing import check
from selftwin.web import passing
from selftwin.web.rendering import texts
from selftwin.wording.sizes import size
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin
    from selftwin.twin.backing import Backup, Restored
    from selftwin.web.house import Held
    from selftwin.web.jobs import Job

MAKE, VERIFY, TRY = "backup", "backup-check", "backup-try"
KINDS = (MAKE, VERIFY, TRY)


def make(held: Held, place: str, keep: int | None) -> Job:
    """Make a backup, as a job; without a place where the last one was made."""

    def work(job: Job) -> Backup:
        told = {"keep": keep} if keep else {}
        made = held.twin.backups.save(place or None, **told, tell=_telling(job))
        job.words = texts("en")("keep.backup_made", number=made.number, size=size(made.size), place=made.place)
        return made

    return held.jobs.start(MAKE, texts("en")("keep.backup_going"), work, writes=True)


def verify(held: Held, place: str) -> Job:
    """Read the newest backup whole against its manifest, as a job."""

    def work(job: Job) -> Restored:
        found = held.twin.backups.verify(place or None, tell=_telling(job))
        job.words = texts("en")("keep.backup_whole", number=found.number, made=stamp(found.made), place=found.place)
        return found

    return held.jobs.start(VERIFY, texts("en")("keep.backup_reading"), work)


def attempt(held: Held, place: str) -> Job:
    """Open a backup by a new capsule and its code alone and read all of it, as another machine would; nothing stays."""

    def work(job: Job) -> Restored:
        found = tried(held.twin, place, _telling(job))
        job.words = texts("en")("keep.backup_tried", number=found.number, made=stamp(found.made), place=found.place)
        return found

    return held.jobs.start(TRY, texts("en")("keep.backup_trying"), work)


def tried(twin: Twin, place: str, tell: Callable[[int, int], None]) -> Restored:
    """What was found in a backup by a capsule that lives no longer than the trial."""
    with passing.folder("trial") as folder:
        file = folder / "trial.capsule"
        code = twin.issue_capsule(file)
        return check(place, file, code, accept_older=True, tell=tell)


def _telling(job: Job) -> Callable[[int, int], None]:
    def tell(done: int, whole: int) -> None:
        share = done / whole if whole else None
        job.tell(texts("en")("keep.bytes", done=size(done), whole=size(whole)), share)

    return tell
