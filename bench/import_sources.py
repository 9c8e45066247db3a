"""Every source against the fastest general parser of its form, over the same large file in the same run: how many times
the processor time it takes, and its peak of anonymous memory. A source may take five times as long and 512 MB
(docs/bench/import-sources.md). Large files are the specimens of the tests, their records repeated."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench import _statement_peers
from bench._enlarged import LINES, enlarged
from bench._table import show

if TYPE_CHECKING:
    from bench._enlarged import Large
    from selftwin.sources.reader.contract import Source
    from selftwin.sources.reader.members import Member

MOST, MOST_MB = 5.0, 512
MANY = 1000  # records, from which on a specimen has become a large file; else one record has become large


def main(argv: list[str]) -> int:
    """Measure the sources asked for; 1 where one is over a limit."""
    asked = _arguments(argv)
    if asked.one:
        print(json.dumps(_measured(asked.one, asked.megabytes << 20, best=asked.best)))
        return 0
    from selftwin import discover

    names = [name.rpartition(".")[2] for name in discover.files(discover.SOURCES)]
    rows = [row for name in names if asked.only in ("", name) for row in _apart(name, asked)]
    show(f"import-sources, {asked.megabytes} MB each", rows, as_json=asked.json)
    return int(any((_claimed(row) and _times(row) > MOST) or int(str(row["peak MB"])) > MOST_MB for row in rows))


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench import-sources", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=8)
    parser.add_argument("--only", default="", help="one source by its name")
    parser.add_argument("--best", type=int, default=3, help="of how many runs")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(argv)


def _apart(name: str, asked: argparse.Namespace) -> list[dict[str, object]]:
    """In a process of its own, whose memory is its own."""
    words = [sys.executable, "-m", "bench", "import-sources", "--one", name, "--best", str(asked.best)]
    done = subprocess.run([*words, "--megabytes", str(asked.megabytes)], capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1][:60]
        return [{"source": name, "file": why, "MB": 0, "records": 0, "ours s": 0.0, "peer": "", "peer s": 0.0,
                 "times": float("inf"), "peak MB": 0}]  # fmt: skip
    return list(json.loads(done.stdout.splitlines()[-1]))


def _measured(name: str, size: int, *, best: int) -> list[dict[str, object]]:
    """The slowest of a source's files that have become large."""
    from checks.fuzzing import specimen

    from selftwin import discover

    every: list[Source] = discover.sources()
    source = next(one for one in every if one.name == name)
    rows: list[dict[str, object]] = []
    for shown, small in sorted(specimen(name).items(), key=lambda one: -len(one[1]))[:4]:
        large = enlarged(shown, small, size)
        if large is None:
            continue
        member = _member(f"{shown}/{large.name}" if small[:2] == b"PK" else shown, large)
        if source.recognises(member):
            rows.append({"source": name, "file": Path(shown).name[:32]} | _beside(source, member, large, best))
    many = [row for row in rows if int(str(row["records"])) >= MANY]
    return sorted(many or rows, key=lambda row: (_claimed(row), _times(row)))[-1:]


def _claimed(row: dict[str, object]) -> bool:
    """Whether the peer reads the format at all; nothing is promised beside a bare split of lines."""
    return row["peer"] != LINES


def _times(row: dict[str, object]) -> float:
    return float(str(row["times"]))


def _member(shown: str, large: Large) -> Member:
    from selftwin.sources.reader.members import Member

    return Member(shown, len(large.data), lambda: io.BytesIO(large.data))


def _beside(source: Source, member: Member, large: Large, best: int) -> dict[str, object]:
    """Once for the memory, which warms up too, then for the time."""
    before = _anonymous()
    with _Peak() as peak:
        _read(source, member)
    peer, named = _peer(large, best)
    ours, records = min(_read(source, member) for _ in range(best))
    return {
        "MB": round(len(large.data) / 1e6, 1), "records": records, "ours s": ours, "peer": named, "peer s": peer,
        "times": ours / peer, "peak MB": round((peak.most - before) / 1e6),
    }  # fmt: skip


def _peer(large: Large, best: int) -> tuple[float, str]:
    """Seconds and name; a library that cannot read the statement gives way to what splits its lines."""
    if large.statement and (told := _statement_peers.seconds(large.statement, large.data)) == told:
        return told, large.parser
    named = LINES if large.statement else large.parser
    return min(_timed(large) for _ in range(best)), named


def _timed(large: Large) -> float:
    began = time.process_time()
    large.parse(large.data)
    return time.process_time() - began


def _read(source: Source, member: Member) -> tuple[float, int]:
    from checks.fuzzing import told

    from selftwin.sources.reader.sieve import Tally, sift

    tally = Tally("large")
    began = time.process_time()
    for part in told(source, member):
        sift(part, tally)
    return time.process_time() - began, tally.records().read


def _anonymous() -> int:
    """Anonymous memory of this process in bytes."""
    status = Path(f"/proc/{os.getpid()}/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text())
    return int(found[1]) * 1024 if found else 0


class _Peak:
    """The highest anonymous memory while a block runs, looked at every five milliseconds."""

    most = 0

    def __enter__(self) -> Self:
        self._going = True
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self._thread.join()

    def _look(self) -> None:
        while self._going:
            self.most = max(self.most, _anonymous())
            time.sleep(0.005)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
