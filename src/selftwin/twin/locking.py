"""A twin that seals itself when nobody uses it for a while, for programs that keep one open: keys gone, until unlocked.

While it is locked, every use of it, of its consent and of the views it gave raises Locked; unlocked, they all go on.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from selftwin.consent.consent import Consent
from selftwin.vault.alone import alone
from selftwin.vault.files import Files
from selftwin.vault.store import Store
from selftwin.vocabulary.errors import Locked

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

T = TypeVar("T")
_UNGUARDED = {"lock", "unlock", "close", "locked", "changed", "taken", "busy", "when_locked"}
_LOOKS = 4  # times that the clock is looked at within the time without use


class Shut:
    """Stands where something of an open vault stood: whatever is asked of it raises Locked."""

    def __getattr__(self, _: str) -> NoReturn:
        raise Locked("The twin is locked; its keys are gone from memory.")


class Watch:
    """Over one open twin: since when nobody uses it, and its locking and unlocking.

    A call that runs is never interrupted: locking waits for it, and the clock starts when it ends; so do calls of other
    threads.
    """

    def __init__(self, store: Store, consent: Consent) -> None:
        self._store, self._consent = store, consent
        self._place: Path = store.files.place
        self._turns, self._decided = store.lock, 0
        self._closed = False

    @property
    def locked(self) -> bool:
        """Whether the keys are gone from memory."""
        return self._turns.shut

    def lock(self) -> None:
        """Seals the twin and wipes its keys as soon as no call runs; twice is fine. Raises UsageError within a call."""
        with self._turns.alone():
            self._shut()

    def unlock(self, passphrase: str) -> None:
        """Opens it again; one that is open stays so. Raises as opening a twin does, and it stays locked."""
        with self._turns:
            if self.locked and not self._closed:
                clock = self._consent.clock
                Store.__init__(self._store, Files.open(self._place, passphrase), lock=self._turns)
                Consent.__init__(self._consent, self._store, clock=clock)
                self._turns.used, self._turns.shut = time.monotonic(), False
                self._turns.note(taken=True)

    def close(self) -> None:
        """Seals it for good as soon as no other call runs; twice is fine."""
        if self._turns.inside:
            self._close()
            return
        with self._turns.alone():
            self._close()

    def _close(self) -> None:
        with self._turns:
            self._closed = True
            if not self.locked:
                self._seal()

    def lock_when_idle(self, idle: timedelta) -> None:
        """From now on, locks it by itself after this long without use."""
        patience = idle.total_seconds()
        threading.Thread(target=self._keep_looking, args=(patience,), daemon=True, name="selftwin-lock").start()

    def _keep_looking(self, patience: float) -> None:
        while not self._closed:
            time.sleep(max(patience / _LOOKS, 0.001))
            self._look(patience)

    def _look(self, patience: float) -> None:
        """Locks it where the time is up. A view that was read meanwhile has told the record, and that was a use too."""
        with self._turns.if_unused() as unused:
            if unused is None:
                self._turns.used = time.monotonic()
            elif unused and not self.locked and not self._closed:
                self._look_closer(patience)

    def _look_closer(self, patience: float) -> None:
        decided = len(self._store.files.log)
        if decided != self._decided:
            self._decided, self._turns.used = decided, time.monotonic()
        elif time.monotonic() - self._turns.used >= patience:
            self._shut()

    def _seal(self) -> None:
        try:
            self._consent.record.rest()
        finally:
            self._store.close()

    def _shut(self) -> None:
        if self.locked or self._closed:
            return
        self._turns.close()
        try:
            self._seal()
        finally:
            shut: Any = Shut()
            self._store.forget_words()
            self._store.files = self._store.journal = shut
            self._store._zones = None  # noqa: SLF001 - where somebody lives goes too
            self._consent.book = self._consent.record = shut


def lockable(twin: type[T]) -> type[T]:
    """The class, whose every public word waits for its turn and is refused while it is locked."""
    return alone("_store.lock", but=_UNGUARDED)(twin)
