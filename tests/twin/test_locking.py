"""A twin nobody uses seals itself: no call is cut short, nothing is told while it is locked, and all goes on after."""

from __future__ import annotations

import gc
import threading
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.vault.files import Files
from selftwin.vocabulary.errors import Locked, UsageError, VaultInUse, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SHORT = timedelta(milliseconds=120)


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Path:
    with Twin.create(tmp_path / "vault", "pass", home_zone="Asia/Tokyo") as twin:
        twin.observe("weight", 80.0, at=datetime(2024, 5, 1, 7))
    return tmp_path / "vault"


@pytest.fixture
def twin(place: Path) -> Iterator[Twin]:
    with Twin.open(place, "pass") as opened:
        yield opened


def until(what: Callable[[], bool]) -> None:
    """Waits for something that comes soon."""
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_locked_at_once_it_tells_nothing_until_it_is_unlocked(twin: Twin) -> None:
    view, consent = twin.view(), twin.consent
    before = twin.days("weight").rows()
    twin.lock()
    twin.lock()
    uses = (
        lambda: twin.days("weight"), lambda: twin.zones, twin.view, twin.batches, twin.learn, lambda: twin.audit,
        lambda: twin.observe("weight", 81.0), lambda: twin.issue_capsule("x"), lambda: view.days("weight"),
        view.latest, view.held, lambda: consent.view().days("weight"),
    )  # fmt: skip
    for use in uses:
        with pytest.raises(Locked) as caught:
            use()
        assert caught.value.hint
    with pytest.raises(WrongPassphrase):
        twin.unlock("guess")
    with pytest.raises(Locked):
        twin.days("weight")
    twin.unlock("pass")
    twin.unlock("whatever: it is open")
    assert twin.days("weight").rows() == view.days("weight").rows() == before
    assert twin.zones.home == "Asia/Tokyo"
    assert twin.observe("weight", 81.0, at=datetime(2024, 5, 2, 7)).files[0].observations.new == 1


def test_while_it_is_locked_its_files_are_sealed_and_its_keys_are_gone(twin: Twin, place: Path) -> None:
    files = twin._store.files
    twin.days("weight")
    twin.lock()
    assert files._closed
    assert not files._keys.master._held
    assert list(place.glob("*.wal")) == []
    del files
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is Files and one.place == place]
    with Files.open(place, "pass"), pytest.raises(VaultInUse):
        twin.unlock("pass")
    twin.unlock("pass")


def test_without_use_it_locks_itself_and_every_use_puts_that_off(place: Path) -> None:
    with Twin.open(place, "pass", idle=SHORT) as twin:
        view = twin.view()
        for _ in range(12):
            view.days("weight")  # a view's reading is a use too
            assert not twin._watch.locked
            time.sleep(0.03)
        until(lambda: twin._watch.locked)
        with pytest.raises(Locked):
            view.days("weight")
        twin.unlock("pass")
        assert view.days("weight").height == 1
        until(lambda: twin._watch.locked)
    with Twin.open(place, "pass") as again:
        assert again.days("weight").height == 1


def test_a_call_that_runs_is_never_cut_short(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Twin.open(place, "pass", idle=SHORT / 4) as twin:
        settle, seen = type(twin._store).settle, []

        def slowly(store: object, *words: object, **more: object) -> object:
            until(lambda: len(seen) > 15 or seen.append(time.sleep(0.02)))
            return settle(store, *words, **more)

        monkeypatch.setattr(type(twin._store), "settle", slowly)
        assert twin.observe("weight", 82.0, at=datetime(2024, 5, 3, 7)).files[0].observations.new == 1
        until(lambda: twin._watch.locked)
        twin.unlock("pass")
        assert twin.days("weight").height == 2


def test_locking_waits_for_calls_of_other_threads_and_their_next_use_is_refused(twin: Twin) -> None:
    started, told = threading.Event(), []

    def work() -> None:
        try:
            while True:
                told.append(twin.days("weight").height)
                started.set()
        except Locked:
            told.append("locked")

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    started.wait(20)
    twin.lock()
    for worker in workers:
        worker.join(20)
        assert not worker.is_alive()
    assert told.count("locked") == 3
    assert set(told) == {1, "locked"}


def test_a_locked_twin_closes_and_stays_closed(place: Path) -> None:
    twin = Twin.open(place, "pass", idle=SHORT)
    twin.lock()
    twin.close()
    twin.close()
    twin.unlock("pass")
    with pytest.raises(Locked):
        twin.days("weight")
    Twin.open(place, "pass").close()


def test_a_call_cannot_lock_the_twin_it_runs_in(twin: Twin, tmp_path: Path) -> None:
    (tmp_path / "weight.csv").write_text("Date,Weight (kg)\n2024-05-09,80\n")
    with pytest.raises(UsageError, match="of its own"):
        twin.import_paths([tmp_path / "weight.csv"], tell=lambda _: twin.lock())
    assert twin.days("weight").height == 1
