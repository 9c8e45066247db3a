"""A twin filled with a made-up person, for looking around: the life is written as exports by a process of its own, then
imported and learnt as anybody's would be. Nothing of it is about whoever looks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import SelftwinError
from selftwin.web.importing import Telling
from selftwin.web.rendering import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.twin import Twin
    from selftwin.twin.importing import Step
    from selftwin.web.jobs import Job

KIND = "sample"
LENGTHS = (730, 90)  # days of life that can be chosen: two years, three months
LIVED, READ, LEARNT = 0.25, 0.75, 1.0  # how much of the work is done after each part


def fill(twin: Twin, job: Job, *, days: int) -> int:
    """Live a life of so many days, bring its exports into the twin, and learn it; how many signals it has.

    Raises Stopped, SelftwinError.
    """
    from selftwin.sample.plan import journey, plan

    t = texts("en")
    job.tell(t("welcome.made.living"), 0.02)
    with tempfile.TemporaryDirectory(prefix="selftwin-made-up-") as folder:
        _live(Path(folder), days, job)
        job.tell(t("welcome.made.reading"), LIVED)
        twin.import_paths([Path(folder) / "exports"], tell=_Part(job, LIVED, READ))
    twin.zones = journey(plan(days))
    learnt: list[str] = []

    def learning(signal: str) -> None:
        learnt.append(signal)
        done = min(len(learnt) / len(held), 1.0)
        job.tell(t("welcome.made.learning", signal=nature(signal).label), READ + (LEARNT - READ) * done)

    held = twin.held()
    twin.learn(tell=learning)
    return len(held)


def _live(folder: Path, days: int, job: Job) -> None:
    """The exports of a life in a folder. Raises Stopped where nobody wants it any more."""
    command = [sys.executable, "-m", "selftwin.web.made_up", str(folder), str(days)]
    with subprocess.Popen(command) as child:
        try:
            while child.poll() is None:
                time.sleep(0.2)
                job.tell()
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise SelftwinError("The made-up life could not be written.")


class _Part(Telling):
    """The steps of an import as a part of a larger job: from one share of it to another, 0 to 1."""

    def __init__(self, job: Job, first: float, last: float) -> None:
        super().__init__(job, 0)
        self._first, self._last = first, last

    def _share(self, step: Step, done: int) -> float | None:
        share = super()._share(step, done)
        return None if share is None else self._first + (self._last - self._first) * share


def main(argv: Sequence[str]) -> int:
    """Write a life of so many days into a folder; the exit code."""
    from selftwin.sample import live, write

    write(live(days=int(argv[1])), argv[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
