"""Erasing begins with the passphrase; of everything, the server holds no twin afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.twin.erasing import Target
from selftwin.vocabulary.errors import WrongPassphrase
from selftwin.web.erasing import ERASE, begin
from selftwin.web.guesses import GUESSES, TooOften
from selftwin.web.house import Held
from selftwin.web.jobs import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = "four words in a row"


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    one = Held(tmp_path / "twin")
    twin = one.create(WORDS, home_zone="Europe/Vienna")
    twin.observe("mood", 4)
    twin.observe("steps", 5000)
    yield one
    one.jobs.stop_all()
    one.let_go()


def test_a_wrong_passphrase_begins_nothing(held: Held) -> None:
    with pytest.raises(WrongPassphrase):
        begin(held, Target(everything=True).checked(), "other words in a row")
    assert not [job for job in held.jobs if job.kind == ERASE]
    assert held.twin.series("mood").height == 1


def test_guesses_within_a_session_are_slowed_as_at_the_door(held: Held) -> None:
    for _ in range(GUESSES):
        with pytest.raises(WrongPassphrase):
            begin(held, Target(everything=True).checked(), "other words in a row")
    with pytest.raises(TooOften):
        begin(held, Target(everything=True).checked(), WORDS)
    assert held.exists


def test_what_was_meant_goes_and_the_rest_stays(held: Held) -> None:
    job = begin(held, Target(signals=("mood",)).checked(), WORDS)
    assert job.wait(60)
    assert (job.state, job.share) == (State.DONE, 1.0)
    assert [one.name for one in held.twin.certificates()] == [job.result.name]
    assert held.twin.series("mood").height == 0
    assert held.twin.series("steps").height == 1


def test_after_everything_no_twin_is_held(held: Held) -> None:
    job = begin(held, Target(everything=True).checked(), WORDS)
    assert job.wait(60)
    assert job.state is State.DONE
    assert not held.open
    assert not held.exists
