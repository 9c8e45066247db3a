"""A twin filled with somebody made up: lived next door, brought in and learnt as anybody's, and given up on request."""

from __future__ import annotations

import subprocess
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.sample.plan import journey, plan
from selftwin.twin.importing import Step
from selftwin.vocabulary.errors import SelftwinError
from selftwin.web import made_up
from selftwin.web.jobs import Job, Stopped

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 42  # the shortest life there is


class Filled:
    """Stands for a twin: what was brought in, what was learnt, and where its clock stood."""

    def __init__(self) -> None:
        self.brought: list[Path] = []
        self.zones: Any = None

    def import_paths(self, paths: list[Path], *, tell: Any) -> None:
        self.brought = paths
        for file in (1, 2):
            tell(Step(f"{file}.zip", file, 2, 100))

    def held(self) -> list[str]:
        return ["steps", "weight"]

    def learn(self, *, tell: Any) -> None:
        for signal in self.held():
            tell(signal)


@pytest.fixture
def job() -> Job:
    return Job("1", made_up.KIND, "Somebody", writes=True, began=datetime.now(UTC))


def test_a_life_is_lived_brought_in_and_learnt_and_its_share_only_grows(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[float] = []
    words: list[str] = []
    tell = Job.tell

    def heard(self: Job, said: str = "", share: float | None = None, **facts: Any) -> None:
        tell(self, said, share, **facts)
        shares.append(self.share or 0.0)
        words.append(self.words)

    monkeypatch.setattr(Job, "tell", heard)
    monkeypatch.setattr(made_up, "_live", lambda *_: None)
    twin = Filled()
    assert made_up.fill(twin, job, days=DAYS) == 2  # type: ignore[arg-type]
    assert [path.name for path in twin.brought] == ["exports"]
    assert not twin.brought[0].parent.exists(), "the exports were left behind"
    assert twin.zones == journey(plan(DAYS))
    assert shares == sorted(shares)
    assert made_up.LIVED in shares
    assert made_up.LIVED < (made_up.LIVED + made_up.READ) / 2 in shares, "the second of two files"
    assert shares[-1] == made_up.LEARNT
    assert words[-1] == "learning Body weight"


def test_the_life_is_written_as_exports_by_a_process_of_its_own(job: Job, tmp_path: Path) -> None:
    made_up._live(tmp_path, DAYS, job)
    assert len(list((tmp_path / "exports").iterdir())) > 5


def test_a_life_nobody_wants_any_more_is_not_written_on(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    popen = subprocess.Popen

    def begun(*args: Any, **how: Any) -> Any:
        started.append(popen(*args, **how))
        return started[-1]

    monkeypatch.setattr(made_up, "subprocess", SimpleNamespace(Popen=begun))
    job.stop()
    began = time.monotonic()
    with pytest.raises(Stopped):
        made_up._live(tmp_path, made_up.LENGTHS[0], job)
    assert started[0].poll() is not None, "it lives on"
    assert time.monotonic() - began < 20


def test_a_life_that_could_not_be_written_is_said(job: Job, tmp_path: Path) -> None:
    with pytest.raises(SelftwinError, match="could not be written"):
        made_up._live(tmp_path, 1, job)  # shorter than any life
