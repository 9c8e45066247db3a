"""Jobs over HTTP: told as they go on, stopped on request, and none that is not there."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.web.loops import run

from selftwin.web.api import jobs as api
from selftwin.web.jobs import Job, Jobs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.web.conftest import Served


def listening() -> Any:
    """A request whose sender is still there."""

    async def gone() -> bool:
        return False

    return SimpleNamespace(is_disconnected=gone)


async def heard(stream: AsyncIterator[bytes]) -> list[bytes]:
    return [piece async for piece in stream]


def test_a_job_is_told_as_it_goes_on_until_it_is_over() -> None:
    go = threading.Event()

    def work(job: Job) -> int:
        job.tell("half way", 0.5, read=7)
        assert go.wait(10)
        return 1

    job = Jobs().start("import", "a file", work)
    threading.Timer(0.3, go.set).start()
    pieces = run(heard(api._told(listening(), lambda: True, job)))
    told = [json.loads(piece.split(b"data: ")[1]) for piece in pieces if piece.startswith(b"event")]
    assert told[0]["state"] in {"waiting", "running"}
    assert (told[-1]["state"], told[-1]["share"], told[-1]["facts"]) == ("done", 0.5, {"read": 7})
    assert pieces[-1].startswith(b"event: done\n")


def test_a_stream_ends_with_the_lock() -> None:
    job = Job("1", "import", "diary.csv", True, datetime.now(UTC))
    locked = iter([False, True])
    threading.Timer(0.2, job.tell, ["half of it"]).start()
    pieces = run(heard(api._told(listening(), lambda: not next(locked), job)))
    assert b"diary.csv" in pieces[0]
    assert pieces[1:] == [api._SHUT], "told after the lock"


def test_what_is_no_job_is_not_found_and_strangers_hear_nothing(server: Served) -> None:
    with server.client() as client:
        assert isinstance(client.get("/api/v1/jobs").json()["jobs"], list)
        how = {"x-csrf": server.csrf(client), "origin": server.root}
        for answer in (
            client.get("/api/v1/jobs/none"), client.get("/api/v1/jobs/none/events"), client.get("/api/v1/jobs/9/file"),
            client.delete("/api/v1/jobs/none", headers=how),
        ):  # fmt: skip
            assert answer.status_code == 404
        assert client.delete("/api/v1/jobs/none").status_code == 403
    with server.client(logged=False) as stranger:
        assert stranger.get("/api/v1/jobs").status_code == 423
