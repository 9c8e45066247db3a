"""Import: bring what you have, see what was found before any of it is kept, watch it arrive, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.twin.imports import imports
from selftwin.twin.uploading import NoSuchUpload, uploads
from selftwin.vocabulary.account import ImportAccount
from selftwin.vocabulary.errors import Locked, SelftwinError
from selftwin.web import importing
from selftwin.web.answers import Preparing
from selftwin.web.importing import INBOX, KEEP, UNDO, Sum
from selftwin.web.jobs import State
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages import _import_margin as margin
from selftwin.web.pages import _import_told as told
from selftwin.web.rendering import texts
from selftwin.wording import sources
from selftwin.wording.sizes import size
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.sources.reader.contract import Source
    from selftwin.vocabulary.account import Fault, FileAccount
    from selftwin.web.importing import Waiting
    from selftwin.web.jobs import Job
    from selftwin.web.page import Form, Visit


def show(visit: Visit) -> dict[str, Any]:
    """What arrives, what was found in it, what is being kept, and what was kept before."""
    waiting = importing.waiting(visit.held)
    found = [told.Found.of(one) for one in waiting if one.parcel.whole and not one.parcel.asked]
    going = [told.Found.of(one) for one in waiting if one.parcel.asked]
    jobs = [job for job in visit.jobs if not job.over]
    return {
        "arriving": [one.parcel for one in waiting if not one.parcel.whole],
        "found": found,
        "going": going,
        "inboxing": next((job for job in jobs if job.kind == INBOX), None),
        "undoing": [job for job in jobs if job.kind == UNDO],
        "moving": bool(jobs),
        "looking": any(one.waiting.preview is None and one.waiting.error is None for one in found),
        "account": _account(visit),
        "formats": sorted(set(map(sources.title, sources.titles())), key=str.casefold),
        "how": _how(),
        "inbox": uploads(visit.twin).left(),
        "size": size,
        "shown": told.SHOWN,
    } | margin.context(visit)


def _how() -> list[tuple[str, str]]:
    """Where the owner of each export finds it."""
    from selftwin import discover

    every: list[Source] = discover.sources()
    return sorted(((one.title, one.how_to_export) for one in every), key=lambda pair: pair[0].casefold())


def _account(visit: Visit) -> dict[str, Any] | None:
    """The account of the import that was asked for, or of the one that ended last while this server runs."""
    asked = visit.query.get("number", "")
    if asked.isdecimal() and len(asked) < 10:
        one = imports(visit.twin).one(int(asked))
        undone = one.batch.state == "undone"
        return _accounted(one.batch.what, one.files, (), one.batch.number) | {"undone": undone}
    done = [job for job in visit.jobs if job.kind == KEEP and job.state is State.DONE]
    if not done or not isinstance(done[-1].result, ImportAccount):
        return None
    job, kept = done[-1], done[-1].result
    return _accounted(job.title, kept.files, kept.unrecognised, kept.batch) | {"undone": _gone(visit, kept.batch)}


def _gone(visit: Visit, batch: int) -> bool:
    return bool(batch) and imports(visit.twin).one(batch).batch.state == "undone"


def _accounted(title: str, files: tuple[FileAccount, ...], unread: tuple[Fault, ...], batch: int) -> dict[str, Any]:
    return {
        "title": title, "sums": Sum.of(files), "thought": told.thought(files), "span": told.span(files),
        "batch": batch, "faults": told.faults(files), "unread": unread, "notes": told.notes(files),
        "signals": told.kinds(files),
    }  # fmt: skip


def late(visit: Visit) -> str:
    """How many sources are late, for the contents."""
    try:
        number = margin.late(visit.held.answers.made("import.health", margin.health, patience=0.02))
    except (Preparing, SelftwinError):
        return ""
    return texts(visit.lang)("import.late", count=number) if number else ""


# What is done on the page


def look(visit: Visit, _: Form) -> Outcome:
    """Files have arrived: look at each that is whole."""
    for parcel in uploads(visit.twin).parcels():
        if parcel.whole and not parcel.asked:
            importing.look(visit.held, parcel.id) if not _looked(visit, parcel.id) else None
    return Outcome("import#found")


def _looked(visit: Visit, parcel: str) -> bool:
    return any(one.parcel.id == parcel and one.looked for one in _waiting(visit))


def _waiting(visit: Visit) -> list[Waiting]:
    return importing.waiting(visit.held)


def choose(visit: Visit, form: Form) -> Outcome:
    """One of several people was chosen: look again."""
    importing.look(visit.held, form.said("parcel"), subject=form.said("subject") or None)
    return Outcome("import#found")


def keep(visit: Visit, form: Form) -> Outcome:
    """Keep one parcel, or all that were looked at."""
    asked = [one.parcel.id for one in _waiting(visit) if one.preview] if form.said("all") else [form.said("parcel")]
    for parcel in asked:
        importing.keep(visit.held, parcel)
    return Outcome("import#going")


def leave(visit: Visit, form: Form) -> Outcome:
    """Forget what was sent."""
    parcel = uploads(visit.twin).parcel(form.said("parcel"))
    uploads(visit.twin).drop(parcel.id)
    return Outcome("import", say=texts(visit.lang)("import.left", name=parcel.title))


def pause(visit: Visit, form: Form) -> Outcome:
    """Let an import rest."""
    importing.pause(visit.held, form.said("parcel"))
    return Outcome("import#going")


def stop(visit: Visit, form: Form) -> Outcome:
    """End an import and take back what it had kept."""
    wait = importing.patience(visit.held)
    job = importing.stop(visit.held, form.said("parcel"))
    job.wait(wait)
    return Outcome("import", say=texts(visit.lang)("import.stopped", name=job.title))


def undo(visit: Visit, form: Form) -> Outcome:
    """Take an import back."""
    t, number = texts(visit.lang), form.said("batch")
    wait = importing.patience(visit.held)
    job = importing.undo(visit.held, int(number) if number.isdecimal() and len(number) < 10 else 0)
    ended = job.wait(wait)
    job.then(lambda over: _say(visit, _undone(t, over)))
    return Outcome("import", say="" if ended else t("import.undoing", name=job.title))


def _say(visit: Visit, words: str) -> None:
    """Say how something ended, on the page that is shown next; nothing where it was cut short by a lock."""
    if words:
        visit.say(words)


def _undone(t: Any, job: Job) -> str:
    """How taking back ended."""
    if job.error:
        return f"{job.error} {job.error.hint}".strip()
    if not isinstance(job.result, tuple):
        return ""
    gone, again = job.result
    said = t("import.undone", name=job.title, observations=count(gone, "observation"))
    return f"{said} {t('import.again', files=', '.join(again[:5]))}" if again else str(said)


def take_in(visit: Visit, _: Form) -> Outcome:
    """Import what was dropped in the inbox while the twin was locked."""
    t, job = texts(visit.lang), importing.take_in(visit.held)
    job.wait(importing.PROMPT)
    job.then(lambda over: _say(visit, _taken_in(t, over)))
    return Outcome("import")


def _taken_in(t: Any, job: Job) -> str:
    """What became of the inbox."""
    if job.error:
        return f"{job.error} {job.error.hint}".strip()
    if not isinstance(job.result, tuple):
        return ""
    off = [f"{one.name}: {one.reason}" for one in job.result if one.account is None]
    taken = count(sum(1 for one in job.result if one.account), "file")
    return " ".join([t("import.inbox.taken", files=taken), *off[:3]])


def _told_off(act: Any) -> Any:
    """An action on something that is gone meanwhile says so, on the page."""

    def acted(visit: Visit, form: Form) -> Outcome:
        try:
            outcome: Outcome = act(visit, form)
        except NoSuchUpload as error:
            return Outcome("import", say=f"{error} {error.hint}")
        except Locked:
            raise
        return outcome

    return acted


ACTIONS: Mapping[str, Any] = {
    "look": look, "choose": choose, "keep": keep, "leave": leave, "pause": pause, "stop": stop, "undo": undo,
    "inbox": take_in,
}  # fmt: skip
PAGE = Page(path="import", show=show, section=Section.KEEP, order=1, count=late,
            actions={name: _told_off(act) for name, act in ACTIONS.items()})  # fmt: skip
