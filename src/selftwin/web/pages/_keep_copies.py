"""Copies to take along: everything in open formats, a page of all there is, a summary for a doctor, a sealed slice."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from selftwin.exchange.access import html
from selftwin.twin.summary import days_of
from selftwin.vocabulary.errors import UsageError
from selftwin.web import passing
from selftwin.web.rendering import texts
from selftwin.wording.data import packed
from selftwin.wording.words import count

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.web.jobs import Job
    from selftwin.web.page import Form, Visit

EXPORT = "export"
FORMATS = ("parquet", "csv", "jsonld")
ARCHIVE, ABOUT = "selftwin-export.zip", "everything-about-you.html"


def export(visit: Visit, formats: tuple[str, ...], folder: str) -> Job:
    """Everything in open formats, as a job: into a folder, or as one file for this session."""
    session, held = visit.session, visit.held

    def work(job: Job) -> str:
        if folder:
            done = held.twin.rights.export(folder, formats=formats, tell=job.tell)
            job.words = texts("en")("keep.export_there", rows=count(done.observations, "observation"), folder=folder)
            return folder
        session.files[ARCHIVE] = zipped(held.twin, formats, job)
        job.words = texts("en")("keep.export_ready")
        return ARCHIVE

    return held.jobs.start(EXPORT, texts("en")("keep.export_going"), work)


def zipped(twin: Twin, formats: tuple[str, ...], job: Job) -> bytes:
    """The export as one archive in memory; the private folder it was made in is gone again."""
    made = io.BytesIO()
    with passing.folder("export") as place:
        folder = place / "selftwin-export"
        twin.rights.export(folder, formats=formats, tell=job.tell)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, str(file.relative_to(place)))
    return made.getvalue()


def summary(visit: Visit, form: Form) -> tuple[str, bytes]:
    """A summary for whom something is granted to: the name of its file, and the file. Raises as Twin.summary does."""
    kind = form.said("format")
    if kind not in {"pdf", "html"}:
        raise UsageError(texts("en")("keep.which_format"), hint="")
    party, days = form.said("party"), days_of(form.said("days") or "90d")
    with passing.folder("summary") as folder:
        to = folder / f"summary.{kind}"
        visit.twin.summary(party, to, days=days, person=form.said("person"))
        return f"summary-{party}.{kind}", to.read_bytes()


def slice_for(visit: Visit, form: Form) -> tuple[str, bytes, bytes]:
    """A copy of what was granted, sealed to an age key: the name of its file, the file, and the signed receipt."""
    party = form.said("party")
    with passing.folder("share") as folder:
        to = folder / f"{party}.tar.age"
        shared = visit.twin.shares.give(party, to, recipient=form.said("recipient"))
        return to.name, to.read_bytes(), packed(shared.receipt, indent=True)


def everything(twin: Twin) -> bytes:
    """Everything about the person on one page, as Article 15 asks."""
    return html(twin.rights.access()).encode()
