"""Reading while an import goes on: nobody waits for its end, and nobody sees a part of it."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin
    from selftwin.vault import merge

PEOPLE = "signal,date,value\n"


class Slow:
    """Merging that stands still in the midst of its transaction until it is let go on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.there, self.go = threading.Event(), threading.Event()
        usual = Store.settle

        def settle(store: Store, desk: Any, name: str, portion: int) -> list[merge.Settled]:
            found = usual(store, desk, name, portion)
            self.there.set()
            assert self.go.wait(60)
            return found

        patch.setattr(Store, "settle", settle)


def beside(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


@pytest.fixture
def mixed(folder: Callable[[dict[str, str]], Path]) -> Path:
    """Rows of two categories in one file, so that one portion is kept in two files of the vault."""
    rows = "".join(f"{name},2026-01-{day:02},{5000 + day if name == 'steps' else 55}\n"
                   for name in ("resting_hr", "steps") for day in range(1, 29))  # fmt: skip
    return folder({"mixed.csv": f"person,{PEOPLE}" + "".join(f"p,{row}\n" for row in rows.splitlines())})


def test_whoever_reads_while_a_portion_is_merged_waits_for_nobody_and_sees_nothing_of_it(
    made: Callable[[], Twin], mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = made()
    twin.observe("weight", 80.0, at=datetime(2026, 1, 1, 7))
    slow = Slow(monkeypatch)
    thread, failed = beside(lambda: twin.import_paths([mixed]))
    assert slow.there.wait(60)
    before = twin.changed
    assert twin.busy == "import_paths"
    assert twin.days("weight").height == 1
    assert twin.days("steps").height == twin.days("heart_rate.resting").height == 0
    twin.consent.introduce("doctor", "Doctor")
    assert [one.id for one in twin.consent.parties()][-1] == "doctor"
    slow.go.set()
    thread.join(60)
    assert failed == []
    assert twin.days("steps").height == twin.days("heart_rate.resting").height == 28
    assert (twin.changed > before, twin.busy) == (True, "")


def test_a_second_writer_waits_and_readers_see_whole_portions_or_nothing(
    made: Callable[[], Twin], mixed: Path, weights: Callable[[date, list[float]], str],
    folder: Callable[[dict[str, str]], Path],
) -> None:  # fmt: skip
    twin = made()
    table = folder({"weight.csv": weights(date(2026, 1, 1), [80.0 + k for k in range(30)])})
    seen: list[tuple[int, ...]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(tuple(twin.days(key).height for key in ("steps", "weight")))
            time.sleep(0.01)

    readers = [beside(read) for _ in range(2)]
    writers = [beside(lambda path=path: twin.import_paths([path])) for path in (mixed, table)]
    writers.append(beside(lambda: twin.observe("mood", 3, at=datetime(2026, 1, 3, 9))))
    for thread, _ in writers:
        thread.join(100)
    done.set()
    for thread, _ in readers:
        thread.join(100)
    assert [failed for _, failed in (*readers, *writers) if failed] == []
    assert {steps for steps, _ in seen} <= {0, 28}
    assert {weight for _, weight in seen} <= {0, 30}
    assert {one.what for one in twin.batches()} == {mixed.name, "mood by hand", table.name}
    again = made()
    for path in (mixed, table):
        again.import_paths([path])
    again.observe("mood", 3, at=datetime(2026, 1, 3, 9))
    for key in ("steps", "weight", "heart_rate.resting", "mood"):
        assert twin.days(key).equals(again.days(key))


def test_an_import_that_fails_in_the_midst_leaves_nothing_and_the_next_one_goes_well(
    made: Callable[[], Twin], mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = made()
    with monkeypatch.context() as patch:
        end = Store.end
        ended: list[str] = []

        def fail(store: Store, desk: Any, name: str, *, keep: bool) -> None:
            if ended:
                raise KeyboardInterrupt
            ended.append(name)
            end(store, desk, name, keep=keep)

        patch.setattr(Store, "end", fail)
        with pytest.raises(KeyboardInterrupt):
            twin.import_paths([mixed])
    assert len(ended) == 1  # one category was kept already, and is taken back
    assert twin.held() == []
    assert twin.import_paths([mixed]).files[0].observations.new == 56
    assert twin.days("steps").height == 28


def test_the_mark_of_changes_moves_with_what_is_kept_and_not_with_reading(made: Callable[[], Twin]) -> None:
    twin = made()
    marks = [twin.changed]

    def moves(work: Callable[[], object]) -> bool:
        work()
        marks.append(twin.changed)
        return marks[-1] > marks[-2]

    assert moves(lambda: twin.observe("weight", 80.0, at=datetime(2026, 1, 1, 7)))
    assert not moves(lambda: (twin.days("weight"), twin.latest(), twin.held(), twin.normal("weight"), twin.batches()))
    assert not moves(lambda: (twin.audit.entries(), twin.audit.checkpoint(), twin.consent.parties()))
    assert moves(lambda: twin.consent.introduce("doctor", "Doctor"))
    assert moves(lambda: twin.consent.bar(purposes=["dpv:Marketing"]))
    assert moves(twin.learn)
    assert moves(lambda: setattr(twin, "zones", twin.zones.with_home("Asia/Tokyo")))
    assert moves(lambda: twin.watch.add("illness"))
    assert moves(lambda: twin.undo(1))
    assert not moves(lambda: (twin.days("weight"), twin.estimates()))
    assert moves(lambda: (twin.lock(), twin.unlock("pass")))


def test_learning_is_done_anew_where_something_was_taken_away_meanwhile(made: Callable[[], Twin]) -> None:
    twin = made()
    for key, value in (("weight", 80.0), ("mood", 3)):
        for day in range(1, 4):
            twin.observe(key, value, at=datetime(2026, 1, day, 7))
    heard: list[str] = []

    def tell(key: str) -> None:
        heard.append(key)
        if len(heard) == 1:
            twin.consent.revoke("models-behavioural")

    assert twin.learn(tell=tell) == ["weight"]
    assert heard.count("weight") == 2
    assert set(twin.estimates()["signal"]) == {"weight"}


def test_a_word_that_computes_is_waited_for_by_whoever_locks_and_by_nobody_else(
    made: Callable[[], Twin], monkeypatch: pytest.MonkeyPatch
) -> None:
    from selftwin.twin import believing

    twin = made()
    for day in range(1, 6):
        twin.observe("weight", 80.0 + day, at=datetime(2026, 1, day, 7))
    there, go, usual = threading.Event(), threading.Event(), believing.usual

    def slowly(*args: Any, **kwargs: Any) -> Any:
        there.set()
        assert go.wait(60)
        return usual(*args, **kwargs)

    monkeypatch.setattr(believing, "usual", slowly)
    thread, failed = beside(lambda: twin.normal("weight"))
    assert there.wait(60)
    assert twin.days("weight").height == 5
    twin.observe("weight", 86.0, at=datetime(2026, 1, 6, 7))
    locking, _ = beside(twin.lock)
    time.sleep(0.05)
    assert not twin.locked
    go.set()
    thread.join(60)
    locking.join(60)
    assert (failed, twin.locked) == ([], True)


def test_a_backup_waits_for_the_import_that_goes_on(
    made: Callable[[], Twin], mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = made()
    slow = Slow(monkeypatch)
    importing, failed = beside(lambda: twin.import_paths([mixed]))
    assert slow.there.wait(60)
    saving, unsaved = beside(lambda: twin.backups.save(tmp_path / "stick"))
    time.sleep(0.05)
    assert saving.is_alive()
    slow.go.set()
    for thread in (importing, saving):
        thread.join(60)
    assert (failed, unsaved) == ([], [])
    assert twin.backups.verify().number == 1
