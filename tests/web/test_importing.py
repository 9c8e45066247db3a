"""Imports as the pages go about them: looked at, kept, rested, stopped and taken back, and taken up again."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.twin.uploading import uploads
from selftwin.vocabulary.errors import SelftwinError
from selftwin.web import importing
from selftwin.web.house import Held
from selftwin.web.importing import Telling
from selftwin.web.jobs import Job, State

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")
WORDS = "four words in a row"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    patch, home = pytest.MonkeyPatch(), tmp_path_factory.mktemp("importing")
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
        patch.setenv(name, str(home))
    patch.setenv("SELFTWIN_QUICK_KEYS", "1")
    one = Held(home / "twin")
    one.opened.append(importing.go_on)
    one.create(WORDS, home_zone="Europe/Vienna")
    yield one
    one.jobs.stop_all()
    one.let_go()
    patch.undo()


def send(held: Held, name: str, *, days: int = 5) -> str:
    content = ("Date,Weight (kg)\n" + "".join(f"2024-05-{day:02},7{day}.5\n" for day in range(1, days + 1))).encode()
    upload = uploads(held.twin).begin(name, len(content))
    uploads(held.twin).append(upload.id, 0, content)
    return upload.parcel


def settled(job: Job) -> Job:
    assert job.wait(40)
    return job


def test_a_file_is_looked_at_then_kept_and_what_was_asked_for_outlives_a_lock(held: Held) -> None:
    parcel = send(held, "weight.csv")
    (found,) = importing.waiting(held)
    assert found.looked is not None
    settled(found.looked)
    (found,) = importing.waiting(held)
    assert found.preview
    assert importing.Sum.of(found.preview.files).new == 5
    assert held.twin.batches() == []
    uploads(held.twin).ask(parcel)  # written down, and the process dies here
    held.lock()
    held.unlock(WORDS)
    (job,) = [job for job in held.jobs if job.kind == importing.KEEP]
    assert settled(job).state is State.DONE
    assert job.facts["batch"] == held.twin.batches()[0].number
    assert (job.share, job.words) == (1.0, "5 new")
    assert importing.waiting(held) == []
    undone = settled(importing.undo(held, int(job.facts["batch"])))
    assert undone.result == (5, [])


def seen(held: Held) -> tuple[int, int]:
    """How much of the one parcel that waits is new and known, once it was looked at."""
    (found,) = importing.waiting(held)
    assert found.looked
    settled(found.looked)
    (found,) = importing.waiting(held)
    assert found.preview
    total = importing.Sum.of(found.preview.files)
    return total.new, total.known


def test_what_waits_is_looked_at_again_once_the_import_it_knew_was_taken_back(held: Held) -> None:
    kept = settled(importing.keep(held, send(held, "kept.csv", days=4)))
    parcel = send(held, "kept.csv", days=4)
    assert seen(held) == (0, 4)
    settled(importing.undo(held, int(kept.facts["batch"])))
    assert seen(held) == (4, 0)
    held.jobs.forget()  # as when it was locked, or a command took something back
    assert seen(held) == (4, 0)
    uploads(held.twin).drop(parcel)


def test_an_import_rests_goes_on_and_is_taken_back_when_it_is_stopped(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel, go = send(held, "again.csv", days=3), threading.Event()
    real = Telling.__call__

    def slow(self: Telling, step: Any) -> None:
        real(self, step)
        go.wait(5)
        real(self, step)

    monkeypatch.setattr(Telling, "__call__", slow)
    job = importing.keep(held, parcel)
    (waits,) = importing.waiting(held)
    assert waits.going
    importing.pause(held, waits.parcel.id)
    go.set()
    assert settled(job).state is State.STOPPED
    assert not importing.waiting(held)[0].going
    monkeypatch.setattr(Telling, "__call__", real)
    importing.go_on(held)
    assert all(job.over for job in held.jobs), "what rests is not taken up by itself"
    back = settled(importing.stop(held, waits.parcel.id))
    assert back.result == 0
    assert [one.parcel.asked for one in importing.waiting(held)] == [None]
    uploads(held.twin).drop(waits.parcel.id)


def test_what_cannot_be_kept_says_why_and_is_not_tried_for_ever(held: Held) -> None:
    upload = uploads(held.twin).begin("odd.bin", 3)
    uploads(held.twin).append(upload.id, 0, b"\0\1\2")
    job = settled(importing.keep(held, upload.parcel))
    assert job.state is State.FAILED
    (waits,) = importing.waiting(held)
    assert isinstance(waits.error, SelftwinError)
    assert waits.parcel.paused
    uploads(held.twin).drop(waits.parcel.id)


def test_steps_become_words_and_a_share() -> None:
    job = Job("1", "import", "x", True, datetime.now(UTC))
    tell = Telling(job, 100, began=-1e6)
    step = lambda file, read: SimpleNamespace(path=f"{file}", file=file, files=2, read=read)  # noqa: E731
    tell(step(1, 30))
    tell(step(2, 20))
    assert (job.share, job.facts["read"]) == (0.5, 50)
    assert "50 of 100 records" in job.words
    unknown = Telling(job, 0)
    unknown(step(2, 10))
    assert (job.share, job.words) == (0.5, "10 records read")
