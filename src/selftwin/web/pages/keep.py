"""Erase and back up: what would go and what went, backups that were read back, copies to take along, and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.errors import Locked, SelftwinError, UsageError
from selftwin.web import backing, erasing
from selftwin.web.page import Form, Outcome, Page, Section
from selftwin.web.pages import _keep_copies as copies
from selftwin.web.pages import _keep_erase as meant
from selftwin.web.pages import _keep_rights as rights
from selftwin.web.pages._consent_terms import others
from selftwin.web.rendering import texts
from selftwin.wording.sizes import size
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selftwin.twin import Twin
    from selftwin.twin.erasing import Certificate
    from selftwin.web.jobs import Job
    from selftwin.web.page import Visit

PATH = "keep"
PARTS = ("", "backups", "copies", "rights")
PATIENCE = 300.0  # seconds that erasing everything may take before the answer goes on without it


def show(visit: Visit) -> Mapping[str, Any]:
    """The part of the page that was asked for; without a twin, what became of it."""
    if visit.twin_less:
        return {"part": "gone", "gone": None, "wrong": ""}
    part = visit.part if visit.part in PARTS else ""
    return {"part": part, "wrong": "", "gone": None, "typed_words": {}, **_of(part, visit)}


def _of(part: str, visit: Visit) -> dict[str, Any]:
    known: dict[str, Callable[[Visit], dict[str, Any]]]
    known = {"": _erase, "backups": _backups, "copies": _copies, "rights": rights.facts}
    return known[part](visit)


def _erase(visit: Visit) -> dict[str, Any]:
    form, foretold, wrong = meant.asked(visit)
    job = meant.newest(visit)
    return {
        "toll": foretold, "toll_wrong": wrong, "typed": meant.typed(form), "hidden": meant.said(form),
        "job": job, "certificates": meant.certificates(visit.twin), **meant.choices(visit),
    }  # fmt: skip


def _backups(visit: Visit) -> dict[str, Any]:
    return {"known": _known(visit.twin), "jobs": _jobs(visit, *backing.KINDS)}


def _known(twin: Twin) -> list[dict[str, str]]:
    """The places that hold backups, in words."""
    t = texts("en")
    return [
        {"place": one.place, "number": str(one.number or ""), "size": size(one.size),
         "made": stamp(one.made) if one.made else t("keep.never_ended")}
        for one in twin.backups.known()
    ]  # fmt: skip


def _copies(visit: Visit) -> dict[str, Any]:
    return {"people": [(one.id, one.name) for one in others(visit.twin.consent)], "formats": copies.FORMATS,
            "jobs": _jobs(visit, copies.EXPORT), "archive": copies.ARCHIVE if copies.ARCHIVE in visit.session.files
            else ""}  # fmt: skip


def _jobs(visit: Visit, *kinds: str) -> list[Job]:
    return [job for job in visit.jobs if job.kind in kinds][:-4:-1]


# Erasing


def erase(visit: Visit, form: Form) -> Outcome:
    """Erase for good, with the passphrase; of everything, the page that answers says that there is no twin any more."""
    t = texts("en")
    try:
        wanted = meant.target(form)
        if form.said("sure") != "yes":
            raise UsageError(t("keep.say_sure"), hint="")
        job = erasing.begin(visit.held, wanted, form.get("passphrase", ""))
    except SelftwinError as error:
        return _again(error, visit, "", form)
    if not wanted.everything:
        return Outcome(PATH, say=t("keep.erasing_begun"))
    job.wait(PATIENCE)
    if job.error is not None:
        return _again(job.error, visit, "", form)
    return Outcome(context={"gone": _gone(job.result), "place": str(visit.held.place)}, fine=True)


def _gone(done: Certificate | None) -> dict[str, Any] | None:
    from selftwin.wording.data import packed

    return None if done is None else {"lines": done.lines(), "text": packed(done.facts).decode()}


def certificate(visit: Visit, form: Form) -> Outcome:
    """A certificate as a file."""
    name = form.said("name")
    return _file(visit, f"{name}.json", meant.certificate(visit.twin, name))


# Backups


def backup(visit: Visit, form: Form) -> Outcome:
    """Make a backup."""
    keep = form.said("keep")
    if keep and not (keep.isascii() and keep.isdigit() and 0 < int(keep[:6]) < 10_000):
        return _again(UsageError(texts("en")("keep.keep_one"), hint=""), visit, "backups", form)
    backing.make(visit.held, form.said("place"), int(keep) if keep else None)
    return Outcome(f"{PATH}/backups")


def verify(visit: Visit, form: Form) -> Outcome:
    """Read a backup back whole."""
    backing.verify(visit.held, form.said("place"))
    return Outcome(f"{PATH}/backups")


def attempt(visit: Visit, form: Form) -> Outcome:
    """Try a backup as another machine would."""
    backing.attempt(visit.held, form.said("place"))
    return Outcome(f"{PATH}/backups")


# Copies


def export(visit: Visit, form: Form) -> Outcome:
    """Everything in open formats."""
    copies.export(visit, tuple(one for one in form.every("format") if one in copies.FORMATS), form.said("folder"))
    return Outcome(f"{PATH}/copies")


def access(visit: Visit, _: Form) -> Outcome:
    """Everything about you on one page."""
    return _file(visit, copies.ABOUT, copies.everything(visit.twin))


def summary(visit: Visit, form: Form) -> Outcome:
    """A summary for somebody, as they may see."""
    try:
        return _file(visit, *copies.summary(visit, form))
    except SelftwinError as error:
        return _again(error, visit, "copies", form)


def share(visit: Visit, form: Form) -> Outcome:
    """A sealed copy of what was granted."""
    try:
        name, content, receipt = copies.slice_for(visit, form)
    except SelftwinError as error:
        return _again(error, visit, "copies", form)
    visit.session.files["receipt.json"] = receipt
    return _file(visit, name, content)


# Rights


def rectify(visit: Visit, form: Form) -> Outcome:
    """Correct one record."""
    t = texts("en")
    try:
        said = visit.soon("correct", t("keep.title_rights"), lambda: rights.rectify(visit.twin, form))
    except Locked:
        raise
    except SelftwinError as error:
        return _again(error, visit, "rights", form)
    return Outcome(f"{PATH}/rights", say=said.found[0] if said.done else t("note.waits"))


def undo(visit: Visit, form: Form) -> Outcome:
    """Take a correction back."""
    gone = visit.twin.rights.undo_correction(form.said("correction"))
    return Outcome(f"{PATH}/rights", say=texts("en")("keep.uncorrected", id=gone.id))


def letter(visit: Visit, form: Form) -> Outcome:
    """A letter to somebody who holds data, as a file."""
    try:
        return _file(visit, *rights.write(visit.twin, form))
    except SelftwinError as error:
        return _again(error, visit, "rights", form)


def remind(visit: Visit, form: Form) -> Outcome:
    """A follow-up, as a file."""
    try:
        return _file(visit, *rights.remind(visit.twin, form))
    except SelftwinError as error:
        return _again(error, visit, "rights", form)


def answered(visit: Visit, form: Form) -> Outcome:
    """A letter was answered."""
    visit.twin.rights.letters.answered(form.said("letter"))
    return Outcome(f"{PATH}/rights")


def longer(visit: Visit, form: Form) -> Outcome:
    """They took the longer time."""
    try:
        visit.twin.rights.letters.longer(form.said("letter"))
    except SelftwinError as error:
        return _again(error, visit, "rights", form)
    return Outcome(f"{PATH}/rights")


def _file(visit: Visit, name: str, content: bytes) -> Outcome:
    visit.session.files[name] = content
    return Outcome(f"file/{name}")


def _again(error: SelftwinError, visit: Visit, part: str, form: Form) -> Outcome:
    """The part once more, with what is wrong; a passphrase is never shown again."""
    more: dict[str, Any] = {"wrong": f"{error} {error.hint}".strip(), "part": part}
    if not part:
        more |= {"typed": meant.typed(form), "hidden": meant.said(form)}
    more["typed_words"] = {name: value for name, value in form.items() if name not in {"csrf", "passphrase"}}
    return Outcome(context={**_of(part, visit), **more})


PAGE = Page(
    path=PATH, show=show, section=Section.KEEP, order=4, deep=True,
    actions={
        "erase": erase, "certificate": certificate, "backup": backup, "verify": verify, "try": attempt,
        "export": export, "access": access, "summary": summary, "share": share, "rectify": rectify, "undo": undo,
        "letter": letter, "remind": remind, "answered": answered, "longer": longer,
    },
)  # fmt: skip
