"""The twins this server owns: where they lie, which are open, and who has shown that they know a passphrase."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.twin import Twin
from selftwin.twin.serving.listening import Listener
from selftwin.twin.serving.workers import Workers
from selftwin.vocabulary.errors import Locked, NoVault, WrongPassphrase
from selftwin.web.answers import Answers
from selftwin.web.columns import Columns
from selftwin.web.guesses import Guesses
from selftwin.web.jobs import Jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta
    from pathlib import Path


_STAY = 5.0  # seconds between two words to the twin that somebody is there
_GONE = {"erase", "undo", "lock", "revoke", "bar"}  # words after which nothing old may stay


@dataclass(slots=True)
class Held:
    """One twin of the house: its place, and what is in memory while it is open."""

    place: Path
    accept_older: bool = False
    idle: timedelta | None = None
    twin_: Twin | None = None
    jobs: Jobs = field(default_factory=Jobs)
    answers: Answers = field(init=False)
    columns: Columns = field(init=False)
    opened: list[Callable[[Held], None]] = field(default_factory=list)
    renewed: list[Callable[[Held], None]] = field(default_factory=list)  # told where a command gave it new words
    workers: Workers = field(default_factory=Workers)
    _listener: Listener | None = None
    guesses: Guesses = field(default_factory=Guesses)
    _stayed: float = 0.0
    _there: float = 0.0  # when its owner last was
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.answers = Answers(lambda: self.twin, busy=lambda: self.jobs.writing)
        self.columns = Columns(lambda: self.twin, busy=lambda: self.jobs.writing)
        self.answers.run = self.workers.run

    @property
    def exists(self) -> bool:
        """Whether a twin lies here."""
        try:
            return any(self.place.iterdir())
        except (FileNotFoundError, NotADirectoryError):  # not there, or gone while it was looked at
            return False

    @property
    def open(self) -> bool:
        """Whether it can be asked now."""
        return self.twin_ is not None and not self.twin_.locked

    @property
    def twin(self) -> Twin:
        """The open twin. Raises Locked."""
        twin = self.twin_
        if twin is None or twin.locked:
            raise Locked("The twin is locked; its keys are gone from memory.")
        return twin

    def unlock(self, passphrase: str) -> None:
        """Open it, or show that one could. Raises NoVault, WrongPassphrase, VaultInUse, SealBroken, OlderVault."""
        with self._lock:
            if self.open:
                self.twin.prove(passphrase)
                self._come()
                return
            if not self.exists:
                raise NoVault("There is no twin yet.")
            if self.twin_ is None:
                self._hold(Twin.open(self.place, passphrase, accept_older=self.accept_older, idle=self.idle))
            else:
                self.twin_.unlock(passphrase)
            self._begin()

    def create(self, passphrase: str, *, home_zone: str) -> Twin:
        """A new twin at this place, opened. Raises UsageError where one lies there."""
        with self._lock:
            Twin.create(self.place, passphrase, home_zone=home_zone).close()
            self._hold(Twin.open(self.place, passphrase, idle=self.idle))
            self._begin()
            return self.twin

    def stay(self) -> None:
        """The owner is at a page, though it may be answered from memory: the twin does not lock under their hands."""
        now = self._come()
        if now - self._stayed > _STAY and self.open:
            self._stayed = now
            self.twin.stay()

    def prove(self, passphrase: str) -> None:
        """Whoever has a session knows the passphrase too. Raises WrongPassphrase, TooOften, Locked."""
        with self.guesses.weighed():
            self.twin.prove(passphrase)

    @property
    def deserted(self) -> bool:
        """Whether it is open, its owner has been away for as long as it waits, and nothing of theirs is at work.

        What a party asks keeps the twin in use, but nobody's grant is a reason to stay unlocked.
        """
        if self.idle is None or not self.open or any(not job.over for job in self.jobs) or self.twin.busy:
            return False
        return time.monotonic() - self._there > self.idle.total_seconds()

    def _come(self) -> float:
        """The owner is there now."""
        self._there = time.monotonic()
        return self._there

    def _hold(self, twin: Twin) -> None:
        """Own a twin that was just opened, and answer the other commands for it."""
        self.twin_ = twin
        twin.when_locked(self.forget)
        self._listener = Listener(self.place, self._let_in, run=self.workers.run, done=self._heard)

    def _let_in(self, passphrase: str) -> Twin:
        """The open twin for a command that knows the passphrase."""
        if not self.open:
            self.unlock(passphrase)
        return self.twin

    def _heard(self, word: str) -> None:
        """A command has used a word: after an erasure nothing old stays in memory, and new words end what was begun by
        the old ones."""
        self._come()
        if word in _GONE:
            self.forget()
        if word == "change_passphrase":
            for tell in self.renewed:
                tell(self)

    def _begin(self) -> None:
        self._come()
        for tell in self.opened:
            tell(self)

    def lock(self) -> None:
        """Seal it and forget all that was said of it."""
        with self._lock:
            self.jobs.stop_all()
            if self.twin_ is not None:
                self.twin_.lock()
            self.forget()

    def forget(self) -> None:
        """Nothing computed from the twin stays in memory."""
        self.answers.clear()
        self.columns.clear()
        self.jobs.forget()

    def let_go(self) -> None:
        """The twin is gone from this place (erased), or somebody else is to have it."""
        with self._lock:
            if self.twin_ is not None:
                self.twin_.close()
            if self._listener is not None:
                self._listener.close()
            self.twin_, self._listener = None, None
            self.forget()


class House:
    """Every twin of this server. The passphrase decides which one opens, so that a stranger learns no name."""

    def __init__(self, places: Sequence[Path], *, idle: timedelta | None = None, accept_older: bool = False) -> None:
        self.every = [Held(place, accept_older, idle) for place in places]

    @property
    def first(self) -> Held:
        """The twin named first, which a new one is made in the place of."""
        return self.every[0]

    def enter(self, passphrase: str) -> Held:
        """The twin that this passphrase opens. Raises NoVault, WrongPassphrase and whatever opening raises."""
        there = [held for held in self.every if held.exists]
        if not there:
            raise NoVault("There is no twin yet.")
        for held in there[:-1]:
            try:
                held.unlock(passphrase)
            except WrongPassphrase:
                continue
            return held
        there[-1].unlock(passphrase)
        return there[-1]

    def close(self) -> None:
        """Seal everything."""
        for held in self.every:
            held.jobs.stop_all()
            held.let_go()
            held.workers.close()
