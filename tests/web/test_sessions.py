"""Sessions: a passphrase makes one, locking ends it, guesses are counted, the printed key is good once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from selftwin.twin import Twin
from selftwin.twin.serving.remote import reach
from selftwin.vocabulary.errors import NoVault, WrongPassphrase
from selftwin.web import caller
from selftwin.web.guesses import GUESSES, WINDOW, TooOften
from selftwin.web.house import House
from selftwin.web.sessions import COOKIE, KEY_COOKIE, LONGEST, Sessions, cookie

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

    from selftwin.web.house import Held

ONE, TWO = "the first of two people", "the second of two people"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house of two twins."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, words in (("one", ONE), ("two", TWO)):
        Twin.create(tmp_path / name, words).close()
    house = House([tmp_path / "one", tmp_path / "two"])
    yield house
    house.close()


def test_the_passphrase_decides_which_twin_opens_and_locking_ends_its_sessions_alone(house: House) -> None:
    sessions = Sessions(house)
    first, second = sessions.enter(ONE), sessions.enter(TWO)
    assert (first.held.place.name, second.held.place.name) == ("one", "two")
    assert sessions.find(first.token) is first
    first.held.lock()
    assert sessions.find(first.token) is None
    assert sessions.find(second.token) is second
    assert sessions.enter(ONE).held is first.held


def test_a_passphrase_that_a_command_changes_ends_what_came_in_by_the_old_one(house: House) -> None:
    sessions, new = Sessions(house), "the first of two people, with other words"
    first, second = sessions.enter(ONE), sessions.enter(TWO)
    there = reach(first.held.place, ONE)
    assert there is not None
    with there:
        there.change_passphrase(ONE, new)
        assert sessions.find(first.token) is None, "whoever came in by the old words is still there"
    assert sessions.find(second.token) is second
    with pytest.raises(WrongPassphrase):
        sessions.enter(ONE)
    assert sessions.enter(new).held is first.held


def test_a_second_browser_must_know_the_passphrase_too(house: House) -> None:
    sessions = Sessions(house)
    sessions.enter(ONE)
    with pytest.raises(WrongPassphrase):
        sessions.enter("something else entirely")
    assert sessions.enter(ONE).token != sessions.enter(ONE).token


def test_wrong_guesses_close_the_door_for_a_while(house: House) -> None:
    clock = Clock()
    sessions = Sessions(house, clock=clock)
    for _ in range(GUESSES):
        with pytest.raises(WrongPassphrase):
            sessions.enter("a guess at the words")
    with pytest.raises(TooOften):
        sessions.enter(ONE)
    clock.now += WINDOW + 1
    assert sessions.enter(ONE)


def test_guesses_made_all_at_once_are_counted_before_any_was_weighed() -> None:
    weighing = threading.Barrier(GUESSES, timeout=5)

    def enter(_: str) -> Held:
        weighing.wait()
        raise WrongPassphrase("no")

    def guess(number: int) -> type[Exception]:
        try:
            sessions.enter(f"guess {number}")
        except (WrongPassphrase, TooOften) as error:
            return type(error)
        raise AssertionError("let in")

    sessions = Sessions(cast("House", SimpleNamespace(enter=enter, every=[])))
    with ThreadPoolExecutor(3 * GUESSES) as many:
        found = list(many.map(guess, range(3 * GUESSES)))
    assert found.count(WrongPassphrase) == GUESSES
    assert found.count(TooOften) == 2 * GUESSES


def test_what_could_not_be_weighed_is_no_guess() -> None:
    def enter(_: str) -> Held:
        raise NoVault("none")

    sessions = Sessions(cast("House", SimpleNamespace(enter=enter, every=[])))
    for _ in range(GUESSES + 1):
        with pytest.raises(NoVault):
            sessions.enter("words")


def test_a_session_ends_after_half_a_day_and_is_never_guessed(house: House) -> None:
    clock = Clock()
    sessions = Sessions(house, clock=clock)
    session = sessions.enter(ONE)
    assert len(session.token) >= 40
    assert sessions.find("") is sessions.find(None) is sessions.find(session.token[:-1]) is None
    clock.now += LONGEST + 1
    assert sessions.find(session.token) is None


def test_a_token_is_of_one_session(house: House) -> None:
    sessions = Sessions(house)
    one, other = sessions.enter(ONE), sessions.enter(ONE)
    assert one.meant(one.csrf)
    assert not one.meant(other.csrf)
    assert not one.meant("")
    assert not one.meant("ü")


def test_the_printed_key_lets_one_visitor_in_once(tmp_path: Path) -> None:
    sessions = Sessions(House([tmp_path / "none"]))
    key = sessions.key
    assert sessions.redeem("another") is None
    visitor = sessions.redeem(key)
    assert visitor is not None
    assert sessions.visitor(visitor.token) is visitor
    assert sessions.redeem(key) is None
    assert sessions.redeem("") is None
    assert sessions.find(visitor.token) is None, "a visitor is nobody's owner"
    with pytest.raises(NoVault):
        sessions.enter("anything at all here")


def test_a_printed_key_that_was_not_used_ends_with_the_lock(house: House) -> None:
    sessions = Sessions(house)
    sessions.enter(ONE).held.lock()
    key = sessions.key
    sessions.end_all(house.first)
    sessions.enter(ONE)
    assert sessions.redeem(key) is None


def test_two_servers_on_one_machine_call_their_cookies_otherwise() -> None:
    names = {cookie({"server": ("127.0.0.1", port)}, what) for port in (8377, 8378) for what in (COOKIE, KEY_COOKIE)}
    assert len(names) == 4


def test_the_owner_who_asks_over_the_api_is_there(house: House) -> None:
    sessions = Sessions(house)
    session = sessions.enter(ONE)
    session.held._there = 0.0
    scope = {"type": "http", "method": "GET", "headers": [], "server": ("127.0.0.1", 8377)}
    cookies, state = {cookie(scope): session.token}, SimpleNamespace(sessions=sessions)
    request = SimpleNamespace(scope=scope, method="GET", headers={}, cookies=cookies, app=SimpleNamespace(state=state))
    assert caller.owner(cast("Request", request)) is session
    assert session.held._there > 0.0
