"""Heavy words of the twin computed in processes of their own, which hold no key and no vault.

Such a process asks this one for views, so that every reading is decided by the gate and stands in the record, and
computes on what it is given. It ends with this one, and when the twin is locked.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from selftwin.consent.consent import Consent
from selftwin.consent.view import View
from selftwin.twin.serving.talk import Talk, do
from selftwin.twin.serving.wire import Gone, Wire
from selftwin.vocabulary.errors import Locked, UsageError, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin.twin import Twin

HEAVY = frozenset({
    "normal", "forecast", "learn", "overview", "imagine", "body", "risk", "low_alert", "effects", "why", "changes",
    "worth",
})  # fmt: skip
_ASKED = {"view", "zones", "consent", "watch"}  # of the twin
_OF_CONSENT, _OF_WATCHES = {"book", "clock"}, {"list"}
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "TZ", "NUMBA_CACHE_DIR",
         "XDG_CACHE_HOME", "XDG_CONFIG_HOME")  # fmt: skip
_ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


class Worker:
    """One process, warm from its first word on."""

    def __init__(self) -> None:
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "selftwin.twin.serving.worker", str(there.fileno())],
                stdin=subprocess.PIPE,  # which closes when this process ends, however it ends
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT if name in os.environ} | _ALONE,
                pass_fds=(there.fileno(),),
            )
        self._wire = Wire(here)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def run(self, twin: Twin, word: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The word's answer, computed there. Raises as the word does, and Gone where the process ended."""
        talk = Talk(self._wire, twin, run=_answer)
        tell = kwargs.pop("tell", None)
        talk.say([word, list(args), list(kwargs.items()), None if tell is None else talk.lend(tell)])
        return talk.answer()

    def kill(self) -> None:
        """End it at once; twice is fine."""
        self._process.kill()
        self._wire.close()
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()


class Workers:
    """At most two such processes, started when they are first needed. Several threads may ask at once."""

    def __init__(self, *, most: int = 2) -> None:
        self._most, self._closed = most, False
        self._free = threading.Condition()
        self._idle: list[Worker] = []
        self._every: set[Worker] = set()

    def run(
        self,
        twin: Twin,
        word: str,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        tell: Callable[..., None] | None = None,
    ) -> Any:
        """The answer to a word of the twin; one that is not heavy is asked here. Raises as the word does, and Locked
        where the twin is locked meanwhile."""
        asked = dict(kwargs or {}) | ({} if tell is None else {"tell": tell})
        if word not in HEAVY:
            *way, last = word.split(".")
            on: Any = twin
            for part in way:
                on = getattr(on, part)
            return do(on, last, args, asked)
        twin.when_locked(self.stop)
        worker = self._take()
        try:
            return worker.run(twin, word, args, asked)
        except Gone:
            if twin.locked:
                raise Locked("The twin is locked; its keys are gone from memory.") from None
            self._lose(worker)
            raise VaultError("The process that computed this ended before it was done.", hint="Ask again.") from None
        except Exception:
            raise
        except BaseException:
            self._lose(worker)  # it computes on, and nobody waits for it
            raise
        finally:
            self._give_back(worker)

    def warm(self) -> None:
        """Start one, so that the first question need not wait for it."""
        self._give_back(self._take())

    def stop(self) -> None:
        """End every process, with whatever it holds; the next word starts others."""
        with self._free:
            every = list(self._every)
            self._every.clear()
            self._idle.clear()
            self._free.notify_all()
        for worker in every:
            worker.kill()

    def close(self) -> None:
        """End every process for good; twice is fine."""
        self._closed = True
        self.stop()

    def _take(self) -> Worker:
        with self._free:
            self._free.wait_for(lambda: self._closed or self._idle or len(self._every) < self._most)
            if self._closed:
                raise VaultError("The server is closing.")
            if self._idle:
                return self._idle.pop()
            worker = Worker()
            self._every.add(worker)
            return worker

    def _lose(self, worker: Worker) -> None:
        with self._free:
            self._every.discard(worker)
        worker.kill()

    def _give_back(self, worker: Worker) -> None:
        with self._free:
            if worker in self._every:
                self._idle.append(worker)
            self._free.notify()


def _answer(on: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a worker may ask: views of the owner and the models, where the clock stood, which grants there are."""
    from selftwin.twin.twin import Twin
    from selftwin.twin.watching import Watches

    known = {Twin: _ASKED, Consent: _OF_CONSENT, Watches: _OF_WATCHES}
    allowed = isinstance(on, View) or any(isinstance(on, kind) and name in words for kind, words in known.items())
    if not allowed:
        raise UsageError("A worker reads, and does nothing else.")
    return do(on, name, args, kwargs)
