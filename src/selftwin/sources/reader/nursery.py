"""A process without keys that has the code of every source loaded, and forks a reader for each job: none has to begin
with a second of loading.

Run as a program of its own, it is asked over the socket that is its standard input, one line of JSON at a time with the
open files that go with it, and answers each with a line. It reads nothing foreign itself, ends with whoever started it,
and ends where nobody has asked for a while.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from selftwin.discover import sources
from selftwin.sources.reader import child  # before numpy: it sets how many threads there are

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 60.0  # seconds without a question, and without a reader at work, after which it ends
MOST_FILES = 250  # open files that go with one question; the system takes 253
LONGEST = 1 << 20  # bytes of a question
STANDS_BACK = 10  # of niceness: whoever looks at a page goes before whoever reads a file
_LOADED = ("numpy", "orjson", "polars", "pyarrow.compute")
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Answer until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever pressed it meant the owner, who says what ends
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sources()
    for name in _LOADED:
        importlib.import_module(name)
    readers: set[int] = set()
    try:
        while asked := _question(control, PATIENCE if not readers else None):
            control.sendall(json.dumps(_answer(control, readers, *asked)).encode() + b"\n")
    except OSError:  # gone in the middle of an answer
        pass
    finally:
        for pid in readers:
            _end(pid)


def _question(control: socket.socket, patience: float | None) -> tuple[dict[str, Any], list[int]] | None:
    """The next question and its files; None where there will be none."""
    if not select.select([control], [], [], patience)[0]:
        return None
    line, files, _, _ = socket.recv_fds(control, LONGEST, MOST_FILES)
    while line and not line.endswith(b"\n"):
        more = control.recv(LONGEST)
        line = line + more if more else b""
    return (json.loads(line), list(files)) if line else None


def _answer(control: socket.socket, readers: set[int], asked: dict[str, Any], files: list[int]) -> dict[str, Any]:
    match asked["word"]:
        case "begin":
            pid = os.fork()
            if pid == 0:
                control.close()
                _become(files, asked)
            for file in files:
                os.close(file)
            readers.add(pid)
            return {"pid": pid}
        case "look":
            done, status = os.waitpid(asked["pid"], os.WNOHANG) if asked["pid"] in readers else (0, 0)
        case _:
            done, status = _end(asked["pid"]) if asked["pid"] in readers else (0, 0)
    readers.discard(done)
    return {"code": os.waitstatus_to_exitcode(status) if done else None}


def _end(pid: int) -> tuple[int, int]:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)


def _become(files: Sequence[int], asked: dict[str, Any]) -> NoReturn:
    """A reader, in that folder, with these open files at those numbers: as if it had been started alone."""
    try:
        numbers = asked["numbers"]
        if asked["folder"]:
            os.chdir(asked["folder"])
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.nice(STANDS_BACK)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        beyond = max(numbers) + 1
        kept = [fcntl.fcntl(file, fcntl.F_DUPFD, beyond) for file in files]
        for file in files:
            os.close(file)
        for file, number in zip(kept, numbers, strict=True):
            os.dup2(file, number)
            os.close(file)
        os.environ.clear()
        os.environ.update(asked["environment"] | child.ALONE)
        importlib.invalidate_caches()
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - for as long as it lives
        child.main()
    except SystemExit as ended:
        os._exit(ended.code if isinstance(ended.code, int) else 1)
    except BaseException:  # noqa: BLE001 - nothing of the nursery's own may run here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
