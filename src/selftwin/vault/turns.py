"""Whose turn it is at one open vault: one thread asks it at a time, one call writes at a time, and nobody starves."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from selftwin.vocabulary.errors import Locked, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Line:
    """A lock that one thread holds at a time, as often as it likes, given on in the order of arrival."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._holder, self._depth = 0, 0
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    @property
    def mine(self) -> bool:
        """Whether the thread that asks holds it."""
        return self._holder == threading.get_ident()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Wait for it; whether it is held then, which only one that does not block may deny."""
        me, gate = threading.get_ident(), threading.Lock()
        with self._guard:
            if self._holder in {0, me}:
                self._holder, self._depth = me, self._depth + 1
                return True
            if not blocking:
                return False
            gate.acquire()
            self._waiting.append((me, gate))
        try:
            gate.acquire()  # whoever lets go gives it to us
        except BaseException:
            self._give_up(me, gate)
            raise
        return True

    def release(self) -> None:
        """Let go of it once. Raises RuntimeError where the thread does not hold it."""
        with self._guard:
            if self._holder != threading.get_ident():
                raise RuntimeError("a turn is given back by whoever has it")
            self._depth -= 1
            if not self._depth:
                self._pass_on()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _give_up(self, me: int, gate: threading.Lock) -> None:
        with self._guard:
            if (me, gate) in self._waiting:
                self._waiting.remove((me, gate))
            else:
                self._pass_on()

    def _pass_on(self) -> None:
        self._holder, self._depth = 0, 0
        if self._waiting:
            self._holder, gate = self._waiting.popleft()
            self._depth = 1
            gate.release()


class Turns(Line):
    """The turns at one vault, which outlive its locking and unlocking.

    `with turns:` is a step: nobody else asks the vault. `with turns.writing(what):` makes a call the only writer; it
    goes on over many steps, and others read between them. `with turns.use():` counts a call that runs, for whoever
    waits until none does. `changed` moves with whatever is kept, `taken` where something is taken away or closed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._free = threading.Condition(threading.RLock())
        self._writers, self._within = Line(), threading.local()
        self._wanted = 0
        self.using, self.used = 0, time.monotonic()
        self.shut, self._at_shut = False, list["Callable[[], None]"]()
        self.writer = ""
        self.changed = self.taken = 0

    def note(self, *, taken: bool = False) -> None:
        """Something that is kept has changed; by being `taken` away, or closed to somebody."""
        self.changed += 1
        self.taken += taken

    @contextmanager
    def use(self) -> Iterator[None]:
        """A call that runs. Raises Locked where the vault is shut, or somebody waits to shut it."""
        depth = getattr(self._within, "depth", 0)
        with self._free:
            if self.shut or (self._wanted and not depth):
                raise Locked("The twin is locked; its keys are gone from memory.")
            self.using += 1
        self._within.depth = depth + 1
        try:
            yield
        finally:
            self._within.depth = depth
            with self._free:
                self.using -= 1
                self.used = time.monotonic()
                self._free.notify_all()

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """The only writer, once every other is done. Raises RuntimeError within a step that was begun without it, in
        which a writer that waits for the next step could wait for ever."""
        if self.mine and not self._writers.mine:
            raise RuntimeError("whoever writes takes the writer's turn before the first step")
        with self._writers:
            before, self.writer = self.writer, self.writer or what
            try:
                yield
            finally:
                self.writer = before

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else uses the vault inside the block, and no call runs; new ones are refused while one waits for it.

        Raises UsageError within a call.
        """
        if getattr(self._within, "depth", 0):
            raise UsageError("A twin cannot be locked by a call of its own.")
        with self._free:
            self._wanted += 1
        try:
            with self._unused():
                yield
        finally:
            with self._free:
                self._wanted -= 1

    @contextmanager
    def _unused(self) -> Iterator[None]:
        """A step in which no call runs; the step is always taken before the count is looked at."""
        while True:
            with self, self._free:
                if not self.using:
                    yield
                    return
            with self._free:
                self._free.wait_for(lambda: not self.using)

    @contextmanager
    def if_unused(self) -> Iterator[bool | None]:
        """As `alone`, without waiting: whether nobody uses it, None where somebody does just now."""
        if not self.acquire(blocking=False):
            yield None
            return
        try:
            with self._free:
                yield not self.using
        finally:
            self.release()

    def when_shut(self, word: Callable[[], None]) -> None:
        """Have a function called whenever the vault is shut; the same one again is called once."""
        with self._free:
            if word not in self._at_shut:
                self._at_shut.append(word)

    def close(self) -> None:
        """It is shut from now on: whoever wanted to know is told."""
        self.shut = True
        for word in self._at_shut:
            word()

    @property
    def inside(self) -> bool:
        """Whether the thread that asks is within a call."""
        return bool(getattr(self._within, "depth", 0))
