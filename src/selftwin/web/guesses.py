"""Patience with guesses at a passphrase: at the door, and wherever an open twin asks for it again."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import SelftwinError, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GUESSES = 5  # wrong passphrases in a row before each next one waits
WINDOW = 60.0  # seconds over which guesses are counted


class TooOften(SelftwinError):
    """Somebody asks more often than is good for anyone."""

    hint = "Wait a minute, then try again."


@dataclass(slots=True)
class Guesses:
    """The wrong guesses of the last minute, whoever made them."""

    clock: Callable[[], float] = time.monotonic
    _wrong: deque[list[float]] = field(default_factory=deque)  # when each was said
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def weighed(self) -> Iterator[None]:
        """Weigh one within the block: it was wrong where that raises WrongPassphrase, right where it raises nothing,
        and not even tried where it raises something else. Raises TooOften."""
        guess = self._weigh()
        try:
            yield
        except WrongPassphrase:
            raise
        except BaseException:
            with self._guard:
                self._wrong = deque(one for one in self._wrong if one is not guess)
            raise
        with self._guard:
            self._wrong.clear()

    def _weigh(self) -> list[float]:
        """Too many wrong guesses lately close the door for a while, to everybody. One that is being weighed counts as
        wrong until it is found right, or many at once would all come in before the first was."""
        now = self.clock()
        with self._guard:
            while self._wrong and now - self._wrong[0][0] > WINDOW:
                self._wrong.popleft()
            if len(self._wrong) >= GUESSES:
                raise TooOften(f"{len(self._wrong)} wrong passphrases in a minute: I wait.")
            self._wrong.append(guess := [now])
            return guess
