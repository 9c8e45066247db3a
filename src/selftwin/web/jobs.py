"""Long work with its progress: what runs, how far it is, how it ended. Those that write to a twin take turns."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.errors import Locked, SelftwinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT = 100  # jobs that are remembered after they ended
_BEAT = 0.2  # seconds between two words on the same job


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


OVER = {State.DONE, State.FAILED, State.STOPPED}


class NoSuchJob(UsageError):
    """A job that is not there, or no more."""

    hint = "Jobs are forgotten when the server ends."


class Stopped(Exception):
    """Raised within the work of a job that somebody has stopped."""


@dataclass(slots=True)
class Job:
    """One piece of long work. `share` is how much of it is done, 0 to 1, None where nobody can say."""

    id: str
    kind: str
    title: str
    writes: bool
    began: datetime
    state: State = State.WAITING
    share: float | None = None
    words: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    error: SelftwinError | None = None
    ended: datetime | None = None
    version: int = 0
    wanted: bool = True
    moved: threading.Condition = field(default_factory=threading.Condition, repr=False)
    after: list[Callable[[Job], None]] = field(default_factory=list, repr=False)

    def tell(self, words: str = "", share: float | None = None, **facts: Any) -> None:
        """Say how far it is. Raises Stopped where nobody wants it any more."""
        if not self.wanted:
            raise Stopped
        with self.moved:
            self.words, self.share = words or self.words, share if share is not None else self.share
            self.facts.update(facts)
            self._move()

    def stop(self) -> None:
        """Ask it to end; it does at its next word."""
        self.wanted = False

    def end(self, state: State, *, result: Any = None, error: SelftwinError | None = None) -> None:
        """How it ended. Those who asked to be told are told before anybody who waits for it goes on."""
        with self.moved:
            self.state, self.result, self.error, self.ended = state, result, error, datetime.now(UTC)
            for call in self.after:
                call(self)
            self._move()

    def run(self) -> None:
        """It begins."""
        with self.moved:
            self.state = State.RUNNING
            self._move()

    def _move(self) -> None:
        self.version += 1
        self.moved.notify_all()

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in OVER

    def wait(self, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        with self.moved:
            return self.moved.wait_for(lambda: self.over, seconds)

    def then(self, call: Callable[[Job], None]) -> None:
        """Call this with the job once it has ended, at once where it has. It must be quick and raise nothing."""
        with self.moved:
            if not self.over:
                self.after.append(call)
                return
        call(self)

    def heard(self, version: int, seconds: float) -> int:
        """The number of its newest word: later than `version`, or the same after so many seconds."""
        with self.moved:
            self.moved.wait_for(lambda: self.version > version, seconds)
            return self.version

    def plain(self) -> dict[str, Any]:
        """What is told of it over the API."""
        failed = None if self.error is None else {
            "kind": type(self.error).__name__, "message": str(self.error), "hint": self.error.hint,
        }  # fmt: skip
        ended = None if self.ended is None else self.ended.isoformat()
        return {
            "id": self.id, "kind": self.kind, "title": self.title, "state": self.state.value, "share": self.share,
            "words": self.words, "facts": dict(self.facts), "error": failed, "began": self.began.isoformat(),
            "ended": ended,
        }  # fmt: skip


class Jobs:
    """The jobs of one twin, newest last."""

    def __init__(self) -> None:
        self._every: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self._turn = threading.Lock()
        self._guard = threading.Lock()

    def __iter__(self) -> Iterator[Job]:
        with self._guard:
            return iter(list(self._every.values()))

    def get(self, name: str) -> Job:
        """The job of that id. Raises NoSuchJob."""
        found = self._every.get(name)
        if found is None:
            raise NoSuchJob(f"There is no job {name!r}.")
        return found

    @property
    def writing(self) -> bool:
        """Whether one that writes to the twin is at work or waits its turn."""
        return any(job.writes and not job.over for job in self)

    def start(self, kind: str, title: str, work: Callable[[Job], Any], *, writes: bool = False) -> Job:
        """Begin work in a thread of its own; what it returns is the job's result."""
        with self._guard:
            job = Job(str(next(self._numbers)), kind, title, writes, datetime.now(UTC))
            self._every[job.id] = job
            over = [one.id for one in self._every.values() if one.over]
            for old in over[:-KEPT]:
                del self._every[old]
        threading.Thread(target=self._run, args=(job, work), daemon=True, name=f"selftwin-{kind}").start()
        return job

    def _run(self, job: Job, work: Callable[[Job], Any]) -> None:
        if job.writes:
            with self._turn:
                _do(job, work)
        else:
            _do(job, work)

    def forget(self) -> None:
        """What jobs that are over found out is forgotten; that they were stays."""
        for job in self:
            if job.over:
                job.result = None

    def stop_all(self, *, seconds: float = 10.0) -> None:
        """Stop all that runs, and wait for it a while."""
        running = [job for job in self if not job.over]
        for job in running:
            job.stop()
        ends = time.monotonic() + seconds
        for job in running:
            job.wait(max(0.0, ends - time.monotonic()))


def _do(job: Job, work: Callable[[Job], Any]) -> None:
    """Do the work and say how it ended; nothing it raises ends the thread."""
    if not job.wanted:
        job.end(State.STOPPED)
        return
    job.run()
    try:
        job.end(State.DONE, result=work(job))
    except (Stopped, Locked):
        job.end(State.STOPPED)
    except SelftwinError as error:
        job.end(State.FAILED, error=error)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person is told, and never with a value
        said = f"I could not finish this ({type(error).__name__})."
        job.end(State.FAILED, error=SelftwinError(said, hint="Your data are untouched."))
