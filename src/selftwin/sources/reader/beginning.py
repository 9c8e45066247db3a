"""Readers begun at once: a nursery, started when the first is wanted, forks each, and this process speaks with them."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NURSERY = "selftwin.sources.reader.nursery"
_CODE = ("PATH", "PYTHONPATH", "VIRTUAL_ENV")  # which code is loaded: another nursery for another answer
_ROOM = 1 << 20  # bytes between a reader and whoever listens


class Gone(OSError):
    """The nursery has ended."""


@dataclass(slots=True)
class Reader:
    """A process that reads: what it is told, what it says, and its end."""

    pid: int
    stdin: IO[bytes]
    stdout: IO[bytes]
    _nursery: _Nursery
    _code: int | None = None

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return self._asked("look") is None

    def end(self) -> None:
        """End it, whatever it does; it is gone afterwards."""
        self._asked("end")
        for pipe in (self.stdin, self.stdout):
            with suppress(BrokenPipeError):
                pipe.close()

    def _asked(self, word: str) -> int | None:
        if self._code is None:
            try:
                self._code = self._nursery.ask(word, pid=self.pid)["code"]
            except Gone:  # and every reader with it
                self._code = -1
        return self._code


class _Nursery:
    """The process that forks readers."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", NURSERY], stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env=dict(environment)
            )
        self._answers = self._socket.makefile("rb")
        self._guard = threading.Lock()

    def ask(self, word: str, files: Sequence[int] = (), **more: Any) -> dict[str, Any]:
        """Its answer. Raises Gone."""
        line = json.dumps({"word": word, **more}).encode() + b"\n"
        with self._guard:
            try:
                sent = socket.send_fds(self._socket, [line], list(files))
                self._socket.sendall(line[sent:])
                answer = self._answers.readline()
            except OSError as error:
                raise Gone(*error.args) from None
        if not answer:
            raise Gone("the process that begins readers has ended")
        return dict(json.loads(answer))

    def close(self) -> None:
        """Let it end, with every reader it began."""
        self._answers.close()
        self._socket.close()
        self.process.wait()


_standing: dict[tuple[Any, ...], _Nursery] = {}
_guard = threading.Lock()


def begin(environment: Mapping[str, str], descriptors: Sequence[int] = ()) -> Reader:
    """A reader with that environment, and with these open files at the same numbers. Raises OSError."""
    hears, tells = os.pipe()
    listens, says = os.pipe()
    try:
        pid, nursery = _begun(environment, (hears, says, 2, *descriptors), (0, 1, 2, *descriptors))
    except BaseException:
        os.close(tells)
        os.close(listens)
        raise
    finally:
        os.close(hears)
        os.close(says)
    return Reader(pid, os.fdopen(tells, "wb"), os.fdopen(listens, "rb", _ROOM), nursery)


def _begun(environment: Mapping[str, str], files: Sequence[int], numbers: Sequence[int]) -> tuple[int, _Nursery]:
    """Who was begun, and by whom: a nursery that ended when nobody asked it for a while is followed by another."""
    for last in (False, True):
        nursery = _found(environment)
        try:
            told = nursery.ask("begin", files, numbers=numbers, environment=dict(environment), folder=_folder())
        except Gone:
            nursery.process.kill()
            nursery.process.wait()
            if last:
                raise
        else:
            return int(told["pid"]), nursery
    raise AssertionError("the last try returns or raises")


def _folder() -> str:
    """Where relative paths begin, for the thread that asks; empty where that is gone."""
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return ""


def _found(environment: Mapping[str, str]) -> _Nursery:
    code = (os.getpid(), sys.executable, *map(environment.get, _CODE))
    with _guard:
        for key, old in [one for one in _standing.items() if one[0][0] == os.getpid()]:
            if old.process.poll() is not None:
                old.close()
                del _standing[key]
        if code not in _standing:
            _standing[code] = _Nursery(environment)
        return _standing[code]


@atexit.register
def _close() -> None:
    for key, nursery in _standing.items():
        if key[0] == os.getpid():
            nursery.close()
