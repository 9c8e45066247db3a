"""What the twin says to questions that take long, computed once for each state of the twin and kept in memory.

Whatever changes in the twin makes an answer old. An old one is never shown, but while an import goes on: then the
newest there is stands, and the page says so, unless something was taken away since; it is made anew now and then, so
that most of the machine is left to the import and to whoever looks. Locking forgets them all.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from selftwin.twin.serving.workers import HEAVY
from selftwin.vocabulary.errors import Locked, SelftwinError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin

PATIENCE = 0.5  # seconds that a page waits for an answer before it shows that it is being prepared
SOONEST, SPARED = 2.0, 10  # seconds, and times as long as it took, before an answer is made anew in an import
MOST = 200  # answers kept at a time
MOST_DRAWN = 60  # parts of pages kept at a time, each some hundred kilobytes at most
_LANES = 2

Key = tuple[str, tuple[Any, ...], tuple[tuple[str, Any], ...]]


class Preparing(Exception):
    """The answer is being computed; ask again in a while."""

    def __init__(self, word: str, since: float) -> None:
        super().__init__(word)
        self.word, self.since = word, since


@dataclass(slots=True)
class _Kept:
    """An answer under way or there: of which state of the twin, after how much was taken away, and since when."""

    state: int
    taken: int
    future: Future[Any]
    since: float
    used: float


@dataclass(slots=True)
class _Last:
    """The newest answer that is there: after how much was taken away, how long it took, and since when it is old."""

    taken: int
    value: Any
    took: float
    old: float | None = None


@dataclass(slots=True)
class _Drawn:
    """A part of a page as it stood: of which state, after how much was taken away, and when last used."""

    state: int
    taken: int
    value: Any
    used: float


class Answers:
    """The answers of one twin. `run` computes a word of the twin, by default in this process."""

    def __init__(self, twin: Callable[[], Twin], *, busy: Callable[[], bool] = lambda: False) -> None:
        self._twin, self._busy = twin, busy
        self._kept: dict[Key, _Kept] = {}
        self._last: dict[Key, _Last] = {}
        self._drawn: dict[tuple[str, tuple[Any, ...]], _Drawn] = {}
        self._guard = threading.Lock()
        self._lanes = ThreadPoolExecutor(_LANES, thread_name_prefix="selftwin-answer")
        # what takes a moment never waits behind what takes minutes
        self._quick = ThreadPoolExecutor(_LANES, thread_name_prefix="selftwin-quick")
        self.run: Callable[[Twin, str, tuple[Any, ...], dict[str, Any]], Any] = _here

    def ask(self, word: str, *args: Any, patience: float = PATIENCE, **kwargs: Any) -> Any:
        """The answer to a word of the twin. Raises Preparing, Locked, and whatever the word raises."""
        key = (word, args, tuple(sorted(kwargs.items())))
        lanes = self._lanes if word in HEAVY else self._quick
        return self._got(key, partial(self._run, word, args, kwargs), patience, lanes)

    def made(self, name: str, make: Callable[[Twin], Any], *args: Any, patience: float = PATIENCE) -> Any:
        """The same of something a page makes out of the twin itself, in this process, under a name of its own."""
        return self._got((name, args, ()), lambda: make(self._twin()), patience, self._quick)

    def drawn(self, name: str, make: Callable[[], tuple[Any, bool]], *args: Any) -> Any:
        """A part of a page, made at once by whoever asks and kept until the twin changes, or an import has ended.

        `make` may ask for other answers; it says beside what it made whether that is whole, and only then it is kept.
        """
        twin, key = self._twin(), (name, args)
        state, taken = twin.changed, twin.taken
        with self._guard:
            kept = self._drawn.get(key)
            if kept is not None and kept.taken == taken and (kept.state == state or self._busy()):
                kept.used = time.monotonic()
                return kept.value
        value, whole = make()
        if whole and not twin.locked:
            self._keep_drawn(key, _Drawn(state, taken, value, time.monotonic()))
        return value

    def _keep_drawn(self, key: tuple[str, tuple[Any, ...]], made: _Drawn) -> None:
        with self._guard:
            self._drawn[key] = made
            while len(self._drawn) > MOST_DRAWN:
                del self._drawn[min(self._drawn, key=lambda one: self._drawn[one].used)]

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._kept.clear()
            self._last.clear()
            self._drawn.clear()

    def _run(self, word: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.run(self._twin(), word, args, kwargs)

    def _got(self, key: Key, compute: Callable[[], Any], patience: float, lanes: ThreadPoolExecutor) -> Any:
        twin = self._twin()
        state, taken = twin.changed, twin.taken
        with self._guard:
            kept = self._kept.get(key)
            if (kept is None or kept.state != state) and self._rests(key, taken):
                return self._last[key].value
            if kept is None or kept.state != state or _locked(kept.future):
                kept = self._begin(key, state, taken, compute, lanes)
            kept.used = time.monotonic()
        try:  # not for long where an older answer may stand meanwhile
            return kept.future.result(timeout=0.0 if self._stands(key, taken) else patience)
        except TimeoutError:
            if self._stands(key, twin.taken):
                return self._last[key].value
            raise Preparing(key[0], kept.since) from None

    def _stands(self, key: Key, taken: int) -> bool:
        """Whether an older answer may be shown. An erasure is busy too, and what it takes away is in no answer then."""
        return self._busy() and key in self._last and self._last[key].taken == taken

    def _rests(self, key: Key, taken: int) -> bool:
        """Whether the older answer stands, and is old since so short a time that the machine is spared another."""
        if not self._stands(key, taken):
            return False
        last, now = self._last[key], time.monotonic()
        last.old = now if last.old is None else last.old
        return now < last.old + max(SOONEST, SPARED * last.took)

    def _begin(self, key: Key, state: int, taken: int, compute: Callable[[], Any], lanes: ThreadPoolExecutor) -> _Kept:
        before = self._kept.get(key)
        if before is not None and self._busy() and before.taken == taken and not before.future.done():
            return before  # an import moves the state faster than this can be computed
        if before is None and len(self._kept) >= MOST:
            oldest = min(self._kept, key=lambda one: self._kept[one].used)
            del self._kept[oldest]
            self._last.pop(oldest, None)
        now = time.monotonic()
        kept = self._kept[key] = _Kept(state, taken, lanes.submit(self._kept_last, key, taken, compute), now, now)
        return kept

    def _kept_last(self, key: Key, taken: int, compute: Callable[[], Any]) -> Any:
        began = time.monotonic()
        value = compute()
        took = time.monotonic() - began
        with self._guard:
            if key in self._kept:
                self._last[key] = _Last(taken, value, took)
        return value


def _locked(future: Future[Any]) -> bool:
    """Whether it failed since the twin was locked meanwhile, which says nothing of the next time."""
    return future.done() and isinstance(future.exception(), Locked)


def _here(twin: Twin, word: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    asked = twin
    *way, last = word.split(".")
    for part in way:
        asked = getattr(asked, part)
    found = getattr(asked, last)
    if not callable(found):
        if args or kwargs:
            raise SelftwinError(f"{word} takes nothing.")
        return found
    return found(*args, **kwargs)
