"""Readers are begun by one process that has everything loaded, and are as alone as if each were started by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from selftwin.sources.reader import beginning
from selftwin.sources.reader.process import Finished, Reading
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.sources.reader.beginning import Reader

PROC = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone tells of other processes")
KILLED = -signal.SIGKILL


def table(place: Path, rows: int = 3) -> list[tuple[Path, str]]:
    days = "".join(f"2024-01-{1 + n % 28:02} 10:{n % 60:02}:{n % 59:02},{80 + n % 9}\n" for n in range(rows))
    (place / "weight.csv").write_text("date,weight (kg)\n" + days)
    return [(place / "weight.csv", "weight.csv")]


def taken(reading: Reading) -> int:
    with reading:
        return sum(word.records.taken for word in reading if isinstance(word, Finished))


def begun(reading: Reading) -> Reader:
    assert reading._process is not None
    return reading._process


def gone(pid: int, patience: float = 20.0) -> bool:
    """Whether a process is gone, or a zombie, before long."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@PROC
def test_two_readers_come_from_one_process_which_has_no_file_of_ours(tmp_path: Path) -> None:
    files = table(tmp_path)
    with (tmp_path / "weight.csv").open("rb"), Reading(files) as one, Reading(files) as other:
        nursery = parent(begun(one).pid)
        assert nursery == parent(begun(other).pid) != os.getpid()
        assert begun(one).pid != begun(other).pid
        held = [str(file.readlink()) for file in Path(f"/proc/{nursery}/fd").iterdir()]
        assert not [name for name in held if name.startswith(str(tmp_path))]
        told = Path(f"/proc/{nursery}/environ").read_bytes()
    assert b"SELFTWIN" not in told
    assert not begun(one).running


def test_open_files_have_the_same_numbers_there_whatever_numbers_they_are(tmp_path: Path) -> None:
    [(path, shown)] = table(tmp_path)
    path.rename(tmp_path / "elsewhere")
    files = [os.open(tmp_path / "elsewhere", os.O_RDONLY) for _ in range(30)]
    try:
        given = [(Path(f"/dev/fd/{file}"), shown) for file in files]
        assert taken(Reading(given, descriptors=tuple(reversed(files)))) == 3 * len(files)
    finally:
        for file in files:
            os.close(file)


def test_relative_paths_begin_where_whoever_asks_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(tmp_path)
    assert taken(Reading(table(tmp_path))) == 3
    monkeypatch.chdir(tmp_path)
    assert taken(Reading([(Path("weight.csv"), "weight.csv")])) == 3


def test_a_process_that_ended_meanwhile_is_followed_by_another(tmp_path: Path) -> None:
    assert taken(Reading(table(tmp_path))) == 3
    for nursery in beginning._standing.values():
        nursery.process.kill()
    assert taken(Reading(table(tmp_path))) == 3


@PROC
def test_readers_end_with_the_process_that_began_them(tmp_path: Path) -> None:
    with Reading(table(tmp_path, 2_000_000)) as reading:
        words = iter(reading)
        next(words)
        os.kill(parent(begun(reading).pid), signal.SIGKILL)
        with pytest.raises(BrokenExport, match="killed, or out of memory"):
            list(words)
        assert gone(begun(reading).pid)
    assert not begun(reading).running


PROGRAM = """
import sys
from pathlib import Path
from selftwin.sources.reader.process import Reading
with Reading([(Path(sys.argv[1]), "weight.csv")]) as reading:
    next(iter(reading))
    print(reading._process.pid, flush=True)
    sys.stdin.readline()
"""


@PROC
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_everything_ends_with_the_program_that_reads(tmp_path: Path, how: signal.Signals) -> None:
    [(path, _)] = table(tmp_path, 2_000_000)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        reader = int(program.stdout.readline())
        nursery = parent(reader)
        program.send_signal(how)
        program.wait(20)
    assert gone(reader)
    assert gone(nursery)


def test_a_process_that_nobody_asks_ends() -> None:
    code = f"from {beginning.NURSERY.rpartition('.')[0]} import nursery; nursery.PATIENCE = 0.1; nursery.main()"
    ours, theirs = beginning.socket.socketpair()
    with ours, theirs:
        assert subprocess.run([sys.executable, "-c", code], stdin=theirs, timeout=60, check=False).returncode == 0


def test_one_for_each_code_that_is_to_be_loaded(tmp_path: Path, hostile: Callable[..., Reading]) -> None:
    assert taken(Reading(table(tmp_path))) == 3
    with hostile("tells") as reading:
        notes = [word.notes for word in reading if isinstance(word, Finished)]
    assert "PYTHONPATH" in notes[0]
