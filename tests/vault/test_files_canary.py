"""A word nobody else writes is put in the vault; then every file this program wrote is searched for it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb

from selftwin.vault.files import Files

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-7f3a91-in-the-mine"
ROWS = f"SELECT '{CANARY} ' || range || ' ' || md5(range::VARCHAR) AS said FROM range(400_000)"
WRITER = f"""
import sys, time
from pathlib import Path
from selftwin.vault.files import Files
files = Files.open(Path(sys.argv[1]), "{CANARY}", memory="70MB", threads=1)
files.begin_write("journal")
files.connection.execute("CREATE TABLE journal.stored AS " + {ROWS!r})
files.connection.execute("INSERT INTO journal.stored VALUES ('{CANARY}')")
files.log.append(b"{CANARY}", now=True)
files.connection.execute("CREATE TEMP TABLE spilt AS " + {ROWS!r}.replace("400_000", "2_000_000"))
files.connection.execute("CREATE TEMP TABLE sorted AS SELECT * FROM spilt ORDER BY said DESC")
print("ready", flush=True)
time.sleep(60)
"""


def found(*places: Path) -> list[Path]:
    """Files that hold the canary, as text of one or two bytes a letter."""
    words = (CANARY.encode(), CANARY.encode("utf-16-le"))
    return [
        path
        for place in places
        for path in place.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def test_the_search_finds_canaries_where_nothing_is_sealed(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "plain.duckdb"), config={"temp_directory": str(tmp_path / "spill")}) as plain:
        plain.execute("SET memory_limit = '70MB'; SET threads = 1; SET checkpoint_threshold = '1GB'")
        plain.execute(f"CREATE TABLE stored AS {ROWS}")
        plain.execute(f"INSERT INTO stored VALUES ('{CANARY}')")
        plain.execute(f"CREATE TEMP TABLE spilt AS {ROWS.replace('400_000', '2_000_000')}")
        hits = found(tmp_path)
    assert any("wal" in path.name for path in hits)
    assert any(path.parent.name == "spill" for path in hits)


def test_no_canary_is_ever_in_plain_while_running_after_a_kill_or_in_spills(tmp_path: Path, home: Path) -> None:
    place = tmp_path / "vault"
    Files.create(place, CANARY).close()
    program = [sys.executable, "-c", WRITER, str(place)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=home) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        spilt = sum(path.stat().st_size for path in (place / "spill").iterdir())
        assert spilt > 20_000_000
        assert found(tmp_path) == []
        writer.kill()
    assert list(place.glob("*.wal"))
    assert list((place / "spill").iterdir())
    assert found(tmp_path) == []
    with Files.open(place, CANARY) as files:
        assert list((place / "spill").iterdir()) == []
        files.attach("journal")
        assert files.connection.execute("SELECT count(*) FROM journal.stored").fetchone() == (400_001,)
        assert list(files.log.read()) == [CANARY.encode()]
        files.issue_capsule(tmp_path / "capsule")
        assert found(tmp_path) == []
    assert found(tmp_path) == []
    assert list((place / "spill").iterdir()) == []
    assert home in tmp_path.iterdir()
