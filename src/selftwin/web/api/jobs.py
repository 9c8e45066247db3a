"""Long work: what runs, how far it is, how it ended; told as it happens by server-sent events, stopped on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from selftwin.web import capsules
from selftwin.web.caller import Owner
from selftwin.web.capsules import Capsule
from selftwin.web.saying import NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from selftwin.web.jobs import Job
    from selftwin.web.sessions import Sessions

ROUTER = APIRouter(tags=["jobs"])
BEAT = 5.0  # seconds after which a line without news says that it is alive
_JOB = {
    "id": "7", "kind": "import", "title": "export.zip", "state": "running", "share": 0.7,
    "words": "6,201,877 of 8,840,021 records, about 9 seconds left", "facts": {"read": 6201877, "file": 1, "files": 1},
    "error": None, "began": "2026-11-24T07:31:00+00:00", "ended": None,
}  # fmt: skip
_STREAM = f"event: running\nid: 12\ndata: {orjson.dumps(_JOB).decode()}\n\n"
_SHUT = b'event: stopped\ndata: {"state": "stopped"}\n\n'  # after which a page looks anew, and finds the door
_BYTES = "application/octet-stream"
_REFUSALS: dict[int | str, dict[str, Any]] = {
    403: {"description": "The change does not carry the token of its session."},
    423: {"description": "Nobody is logged in, or the twin is locked."},
}
_ONE = _REFUSALS | {404: {"description": "There is no such job; jobs are forgotten when the server ends."}}
Name = Annotated[str, Path(max_length=20, examples=["7"])]


@ROUTER.get(
    "/jobs", summary="All long work",
    responses={200: {"content": {"application/json": {"example": {"jobs": [_JOB]}}}}, 423: _REFUSALS[423]},
)  # fmt: skip
def every(owner: Owner) -> dict[str, Any]:
    """What runs, and what ended lately, the oldest first."""
    return {"jobs": [job.plain() for job in owner.held.jobs]}


@ROUTER.get(
    "/jobs/{job}", summary="One job", responses=_ONE | {200: {"content": {"application/json": {"example": _JOB}}}}
)
def one(owner: Owner, job: Name) -> Any:
    """How far it is; `share` is null where nobody can say."""
    return owner.held.jobs.get(job).plain()


@ROUTER.get(
    "/jobs/{job}/events", summary="One job as it goes on", response_class=StreamingResponse,
    responses=_ONE | {200: {"content": {"text/event-stream": {"example": _STREAM}}}},
)  # fmt: skip
async def events(request: Request, owner: Owner, job: Name) -> Response:
    """Server-sent events named by the job's state, each with the job as JSON; the stream ends with the job."""
    found = owner.held.jobs.get(job)
    sessions: Sessions = request.app.state.sessions
    told = _told(request, lambda: sessions.find(owner.token) is owner, found)
    return StreamingResponse(told, media_type="text/event-stream")


@ROUTER.get(
    "/jobs/{job}/file", summary="The file that a job made", response_class=Response,
    responses=_ONE | {200: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def file(owner: Owner, job: Name) -> Response:
    """A recovery capsule, until its code was confirmed."""
    found = owner.held.jobs.get(job)
    if not isinstance(found.result, Capsule):
        raise NotFound("That job made no file, or it was given already.")
    how = {"Content-Disposition": f'attachment; filename="{capsules.NAME}"'}
    return Response(found.result.file, media_type=_BYTES, headers=how)


@ROUTER.delete("/jobs/{job}", summary="Stop a job", status_code=202, responses=_ONE)
def stop(owner: Owner, job: Name) -> Any:
    """It ends at its next step; what it kept until then stays. An import is stopped and taken back by `imports`."""
    found = owner.held.jobs.get(job)
    found.stop()
    return found.plain()


async def _told(request: Request, stands: Callable[[], bool], job: Job) -> AsyncIterator[bytes]:
    """The job's words as they come, until it is over, the session ends, the twin locks, or nobody listens."""
    version = -1
    while not await request.is_disconnected():
        heard = await run_in_threadpool(job.heard, version, BEAT)
        if not stands():  # it may have locked meanwhile
            yield _SHUT
            return
        if heard == version:
            yield b": still here\n\n"
            continue
        version = heard
        over, told = job.over, orjson.dumps(job.plain(), default=str)
        yield b"event: %s\nid: %d\ndata: %s\n\n" % (job.state.value.encode(), version, told)
        if over:
            return
