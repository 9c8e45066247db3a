"""A twin asked over a wire answers as it would at home, to public words alone."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.consent.consent import Consent
from selftwin.consent.grant import Granularity
from selftwin.consent.view import View
from selftwin.twin import Twin
from selftwin.twin.erasing import Target
from selftwin.twin.serving.codec import Unsendable, packed, unpacked
from selftwin.twin.serving.living import Away, name
from selftwin.twin.serving.talk import Talk
from selftwin.twin.serving.wire import FIRST, Gone, Wire
from selftwin.vocabulary.errors import NothingYet, Refused, SeveralSubjects, UnknownSignal, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def wires() -> Iterator[tuple[Wire, Wire]]:
    here, there = socket.socketpair()
    yield Wire(here), Wire(there)
    here.close()
    there.close()


@pytest.fixture
def far(twin: Twin, wires: tuple[Wire, Wire]) -> Iterator[Any]:
    """The twin as whoever is at the other end of the wire sees it."""

    def serve() -> None:
        with suppress(Gone):
            Talk(wires[0], twin).serve()

    thread = threading.Thread(target=serve)
    thread.start()
    with Away(Talk(wires[1]), 0, Twin) as away:
        yield away
    thread.join(10)


def test_words_say_the_same_from_afar(twin: Twin, far: Any) -> None:
    assert far.days("weight").equals(twin.days("weight"))
    assert far.held() == twin.held()
    assert far.zones == twin.zones
    assert far.normal("weight") == twin.normal("weight")
    assert far.batches() == twin.batches()
    assert far.would_erase(Target(signals=("weight",))) == twin.would_erase(Target(signals=("weight",)))
    assert far.consent.parties() == twin.consent.parties()
    assert far.consent.book.grants == twin.consent.book.grants
    assert far.audit.totals()
    assert [one.name for one in far.watch.kinds()] == [one.name for one in twin.watch.kinds()]
    assert far.consent.clock().tzinfo is not None


def test_what_lives_there_is_asked_there(twin: Twin, far: Any) -> None:
    view = far.view()
    assert (view.party, view.days("weight").height) == ("owner", 40)
    held = far.consent.grant("doctor", ["dpv:PersonalisedBenefits"], signals=["weight"], granularity=Granularity.DAILY)
    assert far.view("doctor").days("weight").height == 40
    far.consent.revoke(held.id)
    with pytest.raises(Refused):
        far.view("doctor").days("weight")
    far.observe("mood", 4, at=datetime(2026, 1, 3, 8))
    before, far.zones = far.zones, far.zones.with_home("Asia/Tokyo")
    assert twin.zones.home == "Asia/Tokyo"
    far.zones = before


def test_functions_are_called_where_they_came_from(far: Any) -> None:
    heard: list[str] = []
    assert far.learn(tell=heard.append) == heard != []


@pytest.mark.parametrize(
    ("error", "ask"),
    [
        (UnknownSignal, lambda far: far.days("nosuch")),
        (UsageError, lambda far: far.undo(99)),
        (NothingYet, lambda far: far.forecast("steps")),
    ],
)
def test_errors_of_the_house_arrive_as_themselves(twin: Twin, far: Any, error: type, ask: Any) -> None:
    with pytest.raises(error) as here:
        ask(twin)
    with pytest.raises(error) as there:
        ask(far)
    assert (str(there.value), there.value.hint, there.value.exit_code) == (
        str(here.value), here.value.hint, here.value.exit_code,
    )  # fmt: skip
    assert type(there.value) is type(here.value)


class Odd(Exception):
    """Tells values."""


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (SeveralSubjects("a.csv", ("ann", "bob")), SeveralSubjects, "a.csv holds 2 people: ann, bob."),
        (FileNotFoundError(2, "No such file", "a.csv"), FileNotFoundError, "[Errno 2] No such file: 'a.csv'"),
        (Odd("weight 81.2"), Exception, ""),
        (ValueError("weight 81.2"), Exception, ""),
    ],
)
def test_other_errors_arrive_without_words_that_could_tell_values(
    wires: tuple[Wire, Wire], raised: Exception, kind: type, words: str
) -> None:
    Talk(wires[0]).fail(raised)
    with pytest.raises(kind) as caught:
        Talk(wires[1]).answer()
    assert str(caught.value) == words
    assert type(caught.value).__name__ == type(raised).__name__
    assert getattr(caught.value, "subjects", None) == getattr(raised, "subjects", None)


HOSTILE = [
    (0, "_store", "get"), (0, "__class__", "get"), (0, "__init__", "call"), (0, "close", "call"), (0, "lock", "call"),
    (0, "unlock", "call"), (0, "open", "call"), (0, "create", "call"), (0, "nothing", "get"), (99, "days", "call"),
    (-1, "days", "call"), (0, "zones.home", "get"), (0, "_asking", "get"), (0, "consent", "set"), (0, "days", "set"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "word", "how"), HOSTILE)
def test_only_public_words_of_what_lives_are_heard(far: Any, of: int, word: str, how: str) -> None:
    talk = object.__getattribute__(far, "_talk")
    with pytest.raises(Exception, match=r"^(Nothing is called|)") as caught:
        talk.ask(of, word, how, ("x",) if how == "set" else ())
    assert not isinstance(caught.value, Gone)
    assert far.days("weight").height == 40


@pytest.mark.parametrize("word", ["store", "consent"])
def test_a_noun_does_not_give_away_what_it_stands_on(far: Any, word: str) -> None:
    goals = far.goals
    talk, number = (object.__getattribute__(goals, one) for one in ("_talk", "_number"))
    with pytest.raises(UsageError, match="Nothing is called"):
        talk.ask(number, word, "get")
    with pytest.raises(AttributeError):
        getattr(goals, word)


def test_the_server_calls_no_function_it_did_not_lend(twin: Twin, wires: tuple[Wire, Wire]) -> None:
    def serve() -> None:
        with suppress(Gone):
            Talk(wires[0], twin).serve()

    thread = threading.Thread(target=serve)
    thread.start()
    wires[1].send(*packed(["call", 0, []]))
    with pytest.raises(UsageError, match="no function"):
        Talk(wires[1]).answer()
    wires[1].close()
    thread.join(10)


def test_what_is_no_message_hangs_up(twin: Twin, wires: tuple[Wire, Wire]) -> None:
    wires[1].send(b"{", [])
    with pytest.raises(Unsendable):
        Talk(wires[0], twin).serve()
    wires[1].send(b" " * (FIRST + 1), [])
    with pytest.raises(Gone, match="too long"):
        wires[0].receive(most=FIRST)


def test_a_message_comes_whole_with_its_blobs_and_its_end_is_told(wires: tuple[Wire, Wire]) -> None:
    blobs = [b"a" * 3_000_000, b"", b"b"]
    sender = threading.Thread(target=wires[0].send, args=(json.dumps([1]).encode(), blobs))
    sender.start()
    text, came = wires[1].receive()
    sender.join(10)
    assert (unpacked(text, []) if text != b"[1]" else [1], came) == ([1], blobs)
    wires[0].close()
    wires[0].close()
    with pytest.raises(Gone):
        wires[1].receive()
    with pytest.raises(Gone):
        wires[1].send(b"x" * 1_000_000, [])


def test_every_noun_of_a_twin_can_be_reached(twin: Twin) -> None:
    nouns = ("audit", "goals", "watch", "experiment", "backups", "shares", "rights")
    assert all(name(getattr(twin, noun)) for noun in nouns)
    assert name(twin.rights.letters)
    assert name(twin.watch.delivery)
    assert name(twin.consent.requests)
    assert {name(one).rpartition(":")[2] for one in (twin, twin.consent, twin.view())} == {
        one.__name__ for one in (Twin, Consent, View)
    }
    assert not name(twin._store)
    assert date(2026, 1, 1) in far_days(twin)


def far_days(twin: Twin) -> list[date]:
    return twin.days("weight")["day"].to_list()
