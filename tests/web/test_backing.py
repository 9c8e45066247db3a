"""Backups as jobs: made, read back whole, and tried by a capsule that lives no longer than the trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.web import backing, passing
from selftwin.web.house import Held
from selftwin.web.jobs import Job, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    monkeypatch.setattr(passing, "MEMORY", tmp_path)
    one = Held(tmp_path / "twin")
    one.create("four words in a row", home_zone="Europe/Vienna").observe("mood", 4)
    yield one
    one.jobs.stop_all()
    one.let_go()


def done(job: Job) -> Job:
    assert job.wait(60)
    assert job.error is None, job.error
    assert job.state is State.DONE
    return job


def test_a_backup_is_made_read_back_and_tried(held: Held, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    made = done(backing.make(held, str(place), 2))
    assert made.writes
    assert made.result.number == 1
    assert str(place) in made.words
    read = done(backing.verify(held, ""))
    assert read.result.number == 1
    tried = done(backing.attempt(held, str(place)))
    assert tried.result.number == 1
    assert not list(tmp_path.glob("selftwin-trial-*")), "the capsule of the trial is still there"
    assert {job.kind for job in held.jobs} == set(backing.KINDS)


def test_where_nothing_was_backed_up_a_check_says_so(held: Held) -> None:
    job = backing.verify(held, "")
    assert job.wait(60)
    assert job.state is State.FAILED
    assert job.error is not None
