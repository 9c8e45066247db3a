"""Bringing files in: what was sent is looked at, kept or left; what was brought before is told, and taken back.

Files are sent by the routes of `uploads`; imports run as `jobs`.
"""

from __future__ import annotations

import csv
import io
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query, Response

from selftwin.twin.imports import imports
from selftwin.twin.uploading import uploads
from selftwin.vocabulary.errors import UsageError
from selftwin.web import importing
from selftwin.web.api._told import BEGUN, JOB, told
from selftwin.web.caller import Owner
from selftwin.web.importing import Sum

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from selftwin.twin.imports import Health, Import
    from selftwin.vocabulary.account import Fault, FileAccount, ImportAccount
    from selftwin.web.importing import Waiting


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """Whenever a twin is opened, what was asked for and not finished is taken up again."""
    for held in app.state.house.every:
        held.opened.append(importing.go_on)
        if held.open:
            importing.go_on(held)
    yield


ROUTER = APIRouter(tags=["imports"], lifespan=_living)
_FILE = {
    "path": "weight.csv", "source": "table", "first": "2026-11-01", "last": "2026-11-23",
    "records": {"read": 23, "taken": 22, "passed": 0, "faulty": 1},
    "observations": {"made": 22, "new": 22, "known": 0, "revised": 0},
    "kinds": {"weight": 22}, "signals": {"weight": 22}, "notes": [],
    "faults": [{"place": "weight.csv, row 7", "reason": "no time"}],
}  # fmt: skip
_WAITING = {
    "id": "5c4d3a2f1e0bc4a03d91b7e4a5d6c8f0", "title": "weight.csv", "size": 512, "whole": True, "asked": None,
    "paused": False, "uploads": ["0f8c2d6a5e7b41d3a9c04b1e2f3a4d5c"], "looking": "7", "keeping": None, "people": [],
    "error": None, "preview": {"files": [_FILE], "unrecognised": []},
}  # fmt: skip
_IMPORT = {"number": 12, "what": "weight.csv", "state": "kept", "began": "2026-11-24T07:31:00+00:00", "by_hand": False,
           "records": {"read": 23, "taken": 22, "passed": 0, "faulty": 1},
           "observations": {"made": 22, "new": 22, "known": 0, "revised": 0}}  # fmt: skip
_HEALTH = {"source": "table:weight", "last": "2026-11-23T06:58:00+00:00", "days": [True] * 14, "silent": 0,
           "late": False}  # fmt: skip
Parcel = Annotated[str, Path(max_length=64, examples=[_WAITING["id"]])]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[12])]
Subject = Annotated[str, Query(max_length=400, description="The one person to take, where it holds several.")]


@ROUTER.get("/imports", summary="What was brought in", responses=told({"imports": [_IMPORT]}))
def every(owner: Owner, most: Annotated[int, Query(ge=1, le=500)] = 50) -> dict[str, Any]:
    """The newest imports first, notes by hand among them."""
    return {"imports": [_plain(one) for one in imports(owner.held.twin).every(most=most)]}


@ROUTER.get("/imports/sources", summary="How each source is", responses=told({"sources": [_HEALTH]}))
def sources(owner: Owner) -> dict[str, Any]:
    """When each source last told anything, on which of the last 14 days, and whether it is late by its own habit."""
    return {"sources": [_healthy(one) for one in imports(owner.held.twin).health()]}


@ROUTER.get("/imports/waiting", summary="What was sent and is not kept yet", responses=told(
    {"waiting": [_WAITING]}))  # fmt: skip
def waiting(owner: Owner) -> dict[str, Any]:
    """Each with its preview: what keeping it would do, where it was looked at."""
    return {"waiting": [_waits(one) for one in importing.waiting(owner.held)]}


@ROUTER.post("/imports/waiting/{parcel}/look", summary="See what keeping it would do", status_code=BEGUN,
             responses=told(JOB, code=BEGUN))  # fmt: skip
def look(owner: Owner, parcel: Parcel, subject: Subject = "") -> Any:
    """A job; nothing is stored."""
    return _job(importing.look, owner, parcel, subject=subject or None)


@ROUTER.post("/imports/waiting/{parcel}/keep", summary="Keep it", status_code=BEGUN,
             responses=told(JOB, code=BEGUN))  # fmt: skip
def keep(owner: Owner, parcel: Parcel, subject: Subject = "") -> Any:
    """A job. It is written down first: where the server dies, it is taken up again when the twin is next opened."""
    return _job(importing.keep, owner, parcel, subject=subject or None)


@ROUTER.post("/imports/waiting/{parcel}/stop", summary="Stop keeping it", status_code=BEGUN,
             responses=told(JOB, code=BEGUN))  # fmt: skip
def stop(owner: Owner, parcel: Parcel) -> Any:
    """A job: what was kept of it goes again, and it waits as before."""
    return _job(importing.stop, owner, parcel)


@ROUTER.delete("/imports/waiting/{parcel}", summary="Leave it", status_code=204, response_class=Response,
               responses=told(code=204))  # fmt: skip
def leave(owner: Owner, parcel: Parcel) -> Response:
    """All that was sent of it is gone."""
    to = uploads(owner.held.twin)
    to.parcel(parcel)
    to.drop(parcel)
    return Response(status_code=204)


@ROUTER.get("/imports/{number}", summary="One import", responses=told(_IMPORT | {"files": [_FILE]}))
def one(owner: Owner, number: Number) -> Any:
    """Its account, file by file: it always adds up. Empty where it was taken back."""
    found = imports(owner.held.twin).one(number)
    return _plain(found) | {"files": [_file(file) for file in found.files]}


@ROUTER.get(
    "/imports/{number}/faults", summary="What could not be read, row by row", response_class=Response,
    responses=told() | {200: {"content": {"text/csv": {"example": "place,reason\r\nweight.csv row 7,no time\r\n"}}}},
)  # fmt: skip
def faults(owner: Owner, number: Number) -> Response:
    """A table with the place of each and the reason; never the value."""
    found = imports(owner.held.twin).one(number)
    text = listed(fault for file in found.files for fault in file.faults)
    how = {"Content-Disposition": f'attachment; filename="selftwin-import-{number}-not-read.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=how)


@ROUTER.delete("/imports/{number}", summary="Take an import back", status_code=BEGUN,
               responses=told(JOB | {"kind": "undo"}, code=BEGUN))  # fmt: skip
def undo(owner: Owner, number: Number) -> Any:
    """A job: exactly what that import brought goes, and what it had revised is as it was before."""
    found = imports(owner.held.twin).one(number)
    if found.batch.state == "undone":
        raise UsageError(f"Import {number} was taken back before.")
    return importing.undo(owner.held, number).plain()


def listed(faults: Iterable[Fault]) -> str:
    """Faults as a CSV table, in which no cell can be taken for a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["place", "reason"])
    for fault in faults:
        table.writerow([_cell(fault.place), _cell(fault.reason)])
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _job(word: Any, owner: Owner, parcel: str, **how: Any) -> Any:
    return word(owner.held, parcel, **how).plain()


def _plain(one: Import) -> dict[str, Any]:
    batch = one.batch
    return {"number": batch.number, "what": batch.what, "state": batch.state, "began": batch.began.isoformat(),
            "by_hand": one.by_hand, **_sums(one.files)}  # fmt: skip


def _sums(files: Sequence[FileAccount]) -> dict[str, Any]:
    s = Sum.of(files)
    return {
        "records": {"read": s.read, "taken": s.taken, "passed": s.passed, "faulty": s.faulty},
        "observations": {"made": s.made, "new": s.new, "known": s.known, "revised": s.revised},
    }


def _file(file: FileAccount) -> dict[str, Any]:
    return asdict(file)


def _account(account: ImportAccount) -> dict[str, Any]:
    return {"files": [_file(file) for file in account.files],
            "unrecognised": [asdict(fault) for fault in account.unrecognised]}  # fmt: skip


def _waits(one: Waiting) -> dict[str, Any]:
    parcel, error = one.parcel, one.error
    return {
        "id": parcel.id, "title": parcel.title, "size": parcel.size, "whole": parcel.whole,
        "asked": parcel.asked.isoformat() if parcel.asked else None, "paused": parcel.paused,
        "uploads": [upload.id for upload in parcel.uploads],
        "looking": one.looked.id if one.looked else None, "keeping": one.kept.id if one.kept else None,
        "people": list(one.subjects),
        "error": None if error is None else {"kind": type(error).__name__, "message": str(error), "hint": error.hint},
        "preview": _account(one.preview) if one.preview else None,
    }  # fmt: skip


def _healthy(one: Health) -> dict[str, Any]:
    return {"source": one.source, "last": one.last.isoformat(), "days": list(one.days), "silent": one.silent,
            "late": one.late}  # fmt: skip
