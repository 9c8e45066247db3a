"""What the server does unasked: sessions end with the lock, watches look after a change and not for ever."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.twin import Twin
from selftwin.web.house import House
from selftwin.web.keeping import AGAIN, SETTLES, Keeper
from selftwin.web.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = "four words in a row"


@dataclass
class Clock:
    now: float = 1000.0
    jobs: list[str] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    Twin.create(tmp_path / "twin", WORDS).close()
    house = House([tmp_path / "twin"])
    yield house
    house.close()


def ended(house: House) -> list[Any]:
    jobs = [job for job in house.first.jobs if job.kind == "watch"]
    assert all(job.wait(60) for job in jobs)
    assert not [job.error for job in jobs if job.error]
    return jobs


def test_watches_look_once_a_change_has_come_to_rest_and_not_at_what_they_kept_themselves(house: House) -> None:
    clock = Clock()
    sessions = Sessions(house)
    keeper = Keeper(house, sessions, clock)
    keeper.tick()
    sessions.enter(WORDS)
    house.first.idle = timedelta(hours=9)
    house.first.twin.watch.add("unusual", "mood")
    keeper.tick()
    assert ended(house) == []
    clock.now += SETTLES
    keeper.tick()
    assert len(ended(house)) == 1
    for _ in range(3):
        clock.now += AGAIN
        keeper.tick()
    assert len(ended(house)) == 1, "a twin that locks by itself is left alone"
    house.first.twin.observe("mood", 4)
    keeper.tick()
    clock.now += SETTLES
    keeper.tick()
    assert len(ended(house)) == 2


def test_a_twin_that_never_locks_is_looked_at_again_and_again(house: House) -> None:
    clock = Clock()
    sessions = Sessions(house)
    keeper = Keeper(house, sessions, clock)
    sessions.enter(WORDS)
    house.first.twin.watch.add("unusual", "mood")
    keeper.tick()
    for _ in range(2):
        clock.now += AGAIN
        keeper.tick()
        ended(house)
    assert len(ended(house)) == 2


def test_sessions_end_when_the_twin_locks(house: House) -> None:
    sessions = Sessions(house)
    session = sessions.enter(WORDS)
    house.first.twin.lock()
    Keeper(house, sessions).tick()
    assert sessions.find(session.token) is None
    assert session.token not in sessions._every


def test_a_party_that_asks_for_ever_keeps_no_twin_open_whose_owner_is_gone(house: House) -> None:
    held, sessions = house.first, Sessions(house)
    keeper = Keeper(house, sessions)
    session = sessions.enter(WORDS)
    held.twin.consent.introduce("clinic", "The clinic", kind="organisation")
    _, words = held.twin.tokens.issue("clinic")
    held.idle = timedelta(seconds=0.3)
    for _ in range(4):
        time.sleep(0.1)
        held.stay()
        keeper.tick()
    assert held.open, "locked under somebody's hands"
    job = held.jobs.start("import", "Long", lambda _: time.sleep(0.6), writes=True)
    time.sleep(0.4)
    keeper.tick()
    assert held.open, "locked while something of theirs was at work"
    assert job.wait(10)
    held.twin.tokens.whose(words)
    keeper.tick()
    assert not held.open
    assert session.token not in sessions._every


def test_what_came_is_learnt_once_it_has_come_to_rest_and_not_learnt_again(house: House) -> None:
    clock = Clock()
    sessions = Sessions(house)
    keeper = Keeper(house, sessions, clock)
    sessions.enter(WORDS)

    def rest(times: int = 1) -> list[Any]:
        for _ in range(times):
            clock.now += SETTLES
            keeper.tick()
            assert all(job.wait(60) for job in house.first.jobs)
        assert not [job.error for job in house.first.jobs if job.error]
        return [job for job in house.first.jobs if job.kind == "learn"]

    keeper.tick()
    assert len(rest()) == 1, "a twin without beliefs is learnt when it is opened"
    for day in range(1, 29):
        house.first.twin.observe("mood", 1 + day % 5, at=datetime(2024, 2, day, 12))
    keeper.tick()
    assert len(rest(4)) == 2
    assert house.first.twin.estimates("mood").height > 0


def test_a_twin_that_is_opened_with_beliefs_is_left_as_it_was(house: House) -> None:
    with Twin.open(house.first.place, WORDS) as twin:
        for day in range(1, 29):
            twin.observe("mood", 1 + day % 5, at=datetime(2024, 2, day, 12))
        twin.learn()
    clock = Clock()
    sessions = Sessions(house)
    keeper = Keeper(house, sessions, clock)
    sessions.enter(WORDS)
    for _ in range(3):
        keeper.tick()
        clock.now += SETTLES
    assert all(job.wait(60) for job in house.first.jobs)
    assert [job.kind for job in house.first.jobs] == []


def test_without_a_watch_there_is_no_job(house: House) -> None:
    clock = Clock()
    sessions = Sessions(house)
    keeper = Keeper(house, sessions, clock)
    sessions.enter(WORDS)
    keeper.tick()
    clock.now += AGAIN
    keeper.tick()
    assert ended(house) == []
