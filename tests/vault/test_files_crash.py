"""Processes killed while they write: what was committed stays, and a bad file never takes this process with it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from selftwin.vault.files import Files
from selftwin.vault.seals import FileState
from selftwin.vault.verify import apart, read_whole
from selftwin.vocabulary.errors import SealBroken, VaultError

WRITER = """
import sys
from pathlib import Path
from selftwin.vault.files import Files
files = Files.open(Path(sys.argv[1]), "pw")
for name in ("journal", "genetic"):
    files.begin_write(name)
    files.connection.execute(f"CREATE TABLE IF NOT EXISTS {name}.kept (value BIGINT, more VARCHAR)")
number = 0
while True:
    for name in ("journal", "genetic"):
        files.connection.execute(f"INSERT INTO {name}.kept SELECT ?, md5(range::VARCHAR) FROM range(500)", [number])
    files.log.append(b"%d" % number, now=True)
    number += 1
    print(number, flush=True)
"""


def killed(place: Path, *, after: int = 3, wait: float = 0.0) -> int:
    """Writes, and is killed; how many rounds had been acknowledged."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(place)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(after):
            writer.stdout.readline()
        time.sleep(wait)
        writer.kill()
        said = writer.stdout.read().split()
    return int(said[-1]) if said else after


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "vault"
    Files.create(place, "pw").close()
    return place


@pytest.fixture
def crashed(place: Path) -> Path:
    killed(place)
    return place


def test_what_was_acknowledged_survives_every_kill(place: Path) -> None:
    rng, rounds = random.Random(5), 0
    for _ in range(4):
        rounds += killed(place, after=1, wait=rng.random() / 4)
        with Files.open(place, "pw") as files:
            for name in ("journal", "genetic"):
                files.attach(name)
                row = files.connection.execute(f"SELECT count(*) FROM {name}.kept").fetchone()
                assert row is not None
                assert row[0] >= 500 * rounds
                assert row[0] % 500 == 0
                rounds = rounds if name == "journal" else row[0] // 500
            assert len(list(files.log.read())) >= rounds - 4


def test_a_repaired_file_is_sealed_again_and_the_untouched_stay_dirty(crashed: Path) -> None:
    assert list(crashed.glob("*.wal"))
    with Files.open(crashed, "pw") as files:
        files.attach("genetic")
        assert not files._seals.files["genetic"].dirty
        assert files._seals.files["journal"].dirty
    with Files.open(crashed, "pw") as files:
        files.attach("genetic")
        files.attach("journal")
    assert not list(crashed.glob("*.wal"))
    path = crashed / "genetic.duckdb"
    path.write_bytes(path.read_bytes()[:-1])
    with Files.open(crashed, "pw") as files, pytest.raises(SealBroken):
        files.attach("genetic")


def test_a_file_deleted_while_dirty_is_refused(crashed: Path) -> None:
    (crashed / "journal.duckdb").unlink()
    with Files.open(crashed, "pw") as files:
        with pytest.raises(SealBroken, match="missing"):
            files.attach("journal")
        files.attach("genetic")


def test_a_dirty_file_spoilt_everywhere_is_refused_and_stays_refused(crashed: Path) -> None:
    path = crashed / "journal.duckdb"
    content = bytearray(path.read_bytes())
    for start in range(0, len(content), 4096):
        content[start + 100] ^= 1
    path.write_bytes(content)
    for _ in range(2):
        with Files.open(crashed, "pw") as files:
            with pytest.raises(SealBroken, match=r"journal\.duckdb"):
                files.attach("journal")
            assert files.connection.execute("SELECT 42").fetchone() == (42,)


def test_dirty_files_swapped_with_each_other_are_refused(crashed: Path) -> None:
    one, other = crashed / "journal.duckdb", crashed / "genetic.duckdb"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    with Files.open(crashed, "pw") as files, pytest.raises(SealBroken):
        files.attach("journal")


def test_blocks_swapped_in_a_dirty_file_may_kill_the_child_but_never_this_process(place: Path) -> None:
    killed(place, after=40)
    with Files.open(place, "pw") as files:
        files.attach("journal")
    killed(place, after=1)
    path, rng = place / "journal.duckdb", random.Random(9)
    content = path.read_bytes()
    starts = range(12_288, len(content), 262_144)
    assert len(starts) >= 2
    outcomes = []
    for _ in range(4):
        one, other = sorted(rng.sample(starts, 2))
        ends = content[one : one + 262_144], content[other : other + 262_144]
        path.write_bytes(
            content[:one] + ends[1] + content[one + len(ends[0]) : other] + ends[0] + content[other + len(ends[1]) :]
        )
        with Files.open(place, "pw") as files:
            try:
                files.attach("journal")
            except SealBroken:
                outcomes.append("refused")
                assert files.connection.execute("SELECT 42").fetchone() == (42,)
            else:
                return  # inside the window of a crash a swap may go unseen; the file is sealed as it now is
    assert outcomes == ["refused"] * 4


def test_a_crash_while_a_file_is_being_made_leaves_no_trace(place: Path) -> None:
    with Files.open(place, "pw") as files:
        files._put(files._seals.with_file("genetic", FileState(None, dirty=True)))
    (place / "genetic.duckdb").write_bytes(b"half a header")
    for _ in range(2):
        with Files.open(place, "pw") as files:
            files.begin_write("genetic")
            files.connection.execute("CREATE TABLE IF NOT EXISTS genetic.kept (value INTEGER)")


def test_decisions_written_at_once_survive_and_waiting_ones_may_not(place: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from selftwin.vault.files import Files\n"
        "files = Files.open(Path(sys.argv[1]), 'pw')\n"
        "files.log.append(b'now', now=True); files.log.append(b'waits'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(place)], check=False)
    with (place / "record").open("ab") as stream:
        stream.write(b"\0\0\0\x40torn")
    with Files.open(place, "pw") as files:
        assert list(files.log.read()) == [b"now"]
    with Files.open(place, "pw") as files:
        files.log.append(b"after")
        assert list(files.log.read()) == [b"now", b"after"]


def test_the_child_reads_every_table_of_every_schema(place: Path) -> None:
    with Files.open(place, "pw") as files:
        files.begin_write("journal")
        files.connection.execute('CREATE SCHEMA journal."a ""b"; CREATE TABLE journal."a ""b"."c.d" AS SELECT 1 AS x')
        files.connection.execute("CREATE TABLE journal.nested AS SELECT {'a': [1, 2], 'b': NULL} AS x, 'text' AS y")
        files.connection.execute("CREATE VIEW journal.broken AS SELECT * FROM journal.nested")
        assert read_whole(files.connection, "journal") == 2


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child by Linux's /proc")
def test_a_child_killed_from_outside_says_nothing_of_the_seal(crashed: Path) -> None:
    with Files.open(crashed, "pw") as files:
        killer = threading.Thread(target=kill_the_next_child)
        killer.start()
        with pytest.raises(VaultError, match="from outside") as caught:
            files.attach("journal")
        killer.join()
        assert not isinstance(caught.value, SealBroken)
        files.attach("journal")


def kill_the_next_child() -> None:
    """As a system out of memory would."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for children in Path("/proc/self/task").glob("*/children"):
            for number in children.read_text().split():
                with contextlib.suppress(OSError):
                    if b"selftwin.vault.verify" in Path(f"/proc/{number}/cmdline").read_bytes():
                        os.kill(int(number), signal.SIGKILL)
                        return


def test_too_little_memory_is_not_mistaken_for_a_broken_seal(crashed: Path) -> None:
    with Files.open(crashed, "pw") as files:
        with pytest.raises(VaultError, match="too short") as caught:
            apart(crashed / "journal.duckdb", files._keys.data_key("journal"), spill=files._spill, memory="300KB")
        assert not isinstance(caught.value, SealBroken)
        files.attach("journal")
