"""Heavy words are computed next door with the same answers, by a process that has no key and reads through the gate."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.twin.serving import workers as process
from selftwin.twin.serving.workers import HEAVY, Workers
from selftwin.vocabulary.errors import Locked, NothingYet, UnknownSignal, UsageError, VaultError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.twin import Twin

KNOWN = {"height": 1.8, "age": 40.0, "sex": "male"}
ASKED: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {  # one for each way of reading
    "normal": (("weight",), {}),
    "forecast": (("weight",), {"days": 3}),
    "overview": ((), {}),
    "why": (("weight",), {}),
    "risk": (("prevent",), {"given": KNOWN}),
    "body": (("weight",), {"given": KNOWN}),
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers(most=1)
    yield made
    made.close()


def said(ask: Any) -> object:
    try:
        return ask()
    except NothingYet as silent:
        return str(silent), silent.hint


def test_answers_are_the_same_and_every_reading_is_on_record(twin: Twin, workers: Workers) -> None:
    for word, (args, kwargs) in ASKED.items():
        before = len(twin.audit.entries())
        here = said(lambda: getattr(twin, word)(*args, **kwargs))  # noqa: B023 - asked at once
        between = len(twin.audit.entries())
        there = said(lambda: workers.run(twin, word, args, kwargs))  # noqa: B023
        after = len(twin.audit.entries())
        assert repr(there) == repr(here)
        assert after - between == between - before > 0


def test_what_is_learnt_next_door_is_kept_here_and_progress_is_told(twin: Twin, workers: Workers) -> None:
    heard: list[str] = []
    assert workers.run(twin, "learn", tell=heard.append) == heard != []
    assert twin.estimates("weight").height > 0


def test_errors_of_the_house_and_other_words_come_as_they_are(twin: Twin, workers: Workers) -> None:
    with pytest.raises(UnknownSignal):
        workers.run(twin, "normal", ("nosuch",))
    assert workers.run(twin, "watch.list") == twin.watch.list()
    assert workers.run(twin, "days", ("weight",)).equals(twin.days("weight"))


def test_the_process_knows_no_key_and_may_only_read(twin: Twin, workers: Workers, monkeypatch: Any) -> None:
    monkeypatch.setenv("SELFTWIN_PASSPHRASE", "pass")
    workers.stop()
    workers.run(twin, "normal", ("weight",))
    (worker,) = workers._every
    surroundings = Path(f"/proc/{worker.pid}/environ").read_bytes()
    assert b"SELFTWIN" not in surroundings
    opened = {str(one.readlink()) for one in Path(f"/proc/{worker.pid}/fd").iterdir() if one.is_symlink()}
    assert not [one for one in opened if "vault" in one or one.endswith((".duckdb", "lock", "record"))]
    for on, word in ((twin, "erase"), (twin, "observe"), (twin.consent, "grant"), (twin.rights, "export")):
        with pytest.raises(UsageError, match="reads, and does nothing else"):
            process._answer(on, word, (), {})


def test_a_locked_twin_ends_them_with_what_they_hold(twin: Twin, workers: Workers, monkeypatch: Any) -> None:
    failed: list[BaseException] = []
    begun = threading.Event()
    days = process.do

    def slowly(on: Any, name: str, args: Any, kwargs: Any) -> Any:
        begun.set()
        time.sleep(0.05)
        return days(on, name, args, kwargs)

    monkeypatch.setattr(process, "do", slowly)

    def ask() -> None:
        try:
            workers.run(twin, "overview")
        except BaseException as error:  # noqa: BLE001 - looked at below
            failed.append(error)

    workers.run(twin, "normal", ("weight",))
    pids = {worker.pid for worker in workers._every}
    begun.clear()
    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(60)
    twin.lock()
    thread.join(60)
    assert [type(one) for one in failed] == [Locked]
    assert not any(lives(pid) for pid in pids)
    with pytest.raises(Locked):
        workers.run(twin, "normal", ("weight",))
    twin.unlock("pass")
    monkeypatch.undo()
    assert workers.run(twin, "normal", ("weight",)) == twin.normal("weight")


@pytest.mark.deep
def test_one_that_dies_is_told_and_another_takes_its_place(twin: Twin, workers: Workers) -> None:
    workers.run(twin, "normal", ("weight",))
    (worker,) = workers._every
    worker._process.kill()
    with pytest.raises(VaultError, match="ended before it was done"):
        workers.run(twin, "normal", ("weight",))
    assert workers.run(twin, "normal", ("weight",)) == twin.normal("weight")


def test_they_are_closed_for_good(twin: Twin) -> None:
    made = Workers()
    made.warm()
    (worker,) = made._every
    made.close()
    made.close()
    assert not lives(worker.pid)
    with pytest.raises(VaultError, match="closing"):
        made.run(twin, "normal", ("weight",))


def test_every_heavy_word_is_a_word_of_the_twin(twin: Twin) -> None:
    assert all(callable(getattr(type(twin), word)) for word in HEAVY)


def lives(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
