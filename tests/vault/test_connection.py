from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from selftwin.vault import connection
from selftwin.vault.connection import attach, connect, quoted
from selftwin.vault.keys import Secret
from selftwin.vocabulary.errors import SealBroken


@pytest.fixture(autouse=True)
def as_in_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB reads the signature of its extension here as it does in life (see tests/conftest.py)."""
    monkeypatch.setattr(duckdb, "connect", getattr(duckdb.connect, "__wrapped__", duckdb.connect))


@pytest.fixture
def spill(tmp_path: Path) -> Path:
    (tmp_path / "spill").mkdir()
    return tmp_path / "spill"


def settings(held: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(held.execute("SELECT name, value FROM duckdb_settings()").fetchall())


def test_everything_unsafe_is_off_and_stays_off(spill: Path) -> None:
    with connect(spill, [spill / "a.duckdb"]) as held:
        found = settings(held)
        for setting in ("enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions"):
            assert found[setting] == "false"
        assert found["temp_file_encryption"] == found["lock_configuration"] == "true"
        assert found["temp_directory"] == found["extension_directory"] == found["secret_directory"] == str(spill)
        for change in (
            "SET temp_file_encryption = false",
            "SET enable_external_access = true",
            "SET temp_directory = '/tmp'",
            "SET allowed_paths = ['/etc/passwd']",
            "SET force_mbedtls_unsafe = true",
            "SET enable_logging = true",
            "SET lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                held.execute(change)


def test_nothing_is_drawn_on_stdout_also_where_duckdb_takes_us_for_a_notebook(spill: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from selftwin.vault.connection import connect\n"
        "held = connect(Path(sys.argv[1]), [])\n"
        "print(held.execute(\"SELECT current_setting('enable_progress_bar')\").fetchone())"
    )
    said = subprocess.run([sys.executable, "-c", program, str(spill)], capture_output=True, text=True, check=True)
    assert said.stdout == "(False,)\n"


def test_an_extension_that_duckdb_did_not_sign_is_not_loaded(
    spill: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(connection._openssl().read_bytes())
    content[len(content) // 2] ^= 1
    changed = tmp_path / "httpfs.duckdb_extension"
    changed.write_bytes(content)
    monkeypatch.setattr(connection, "_openssl", lambda: changed)
    with pytest.raises(duckdb.Error, match="signature"):
        connect(spill, [])


def test_work_may_still_be_tuned(spill: Path) -> None:
    with connect(spill, [], memory="200MB", threads=1) as held:
        assert settings(held)["threads"] == "1"
        held.execute("SET memory_limit = '300MB'; SET threads = 2; SET TimeZone = 'UTC'")
        assert settings(held)["memory_limit"] == "286.1 MiB"


@pytest.mark.parametrize(
    "sentence",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM 'https://example.com/a.parquet'",
        "SELECT * FROM 's3://bucket/a.parquet'",
        "COPY (SELECT 1) TO '{place}/out.csv'",
        "EXPORT DATABASE '{place}/out'",
        "ATTACH '{place}/other.duckdb'",
        "INSTALL spatial",
        "LOAD '{place}/extension.duckdb_extension'",
        "CREATE PERSISTENT SECRET (TYPE s3)",
    ],
)
def test_nothing_but_the_named_files_is_in_reach(spill: Path, sentence: str) -> None:
    with connect(spill, [spill.parent / "a.duckdb"]) as held, pytest.raises(duckdb.Error):
        held.execute(sentence.format(place=spill.parent))
    assert [path.name for path in spill.parent.iterdir() if path.is_file()] == []


def test_arrow_tables_come_in_and_go_out(spill: Path) -> None:
    with connect(spill, []) as held:
        held.register("given", pa.table({"a": [1, 2, 3]}))
        assert held.execute("SELECT sum(a) AS s FROM given").to_arrow_table().to_pydict() == {"s": [6]}


def test_a_file_is_made_sealed_and_opens_with_its_key_alone(spill: Path) -> None:
    path, key = spill.parent / "it's one.duckdb", Secret.random()
    with connect(spill, [path]) as held:
        attach(held, path, "one", key)
        held.execute("CREATE TABLE one.kept AS SELECT 'findable' AS word; CHECKPOINT one; DETACH one")
        assert b"findable" not in path.read_bytes()
        with pytest.raises(SealBroken, match="it's one"):
            attach(held, path, "one", Secret.random())
        attach(held, path, "one", key)
        assert held.execute("SELECT word FROM one.kept").fetchone() == ("findable",)


def test_a_file_in_plain_is_never_taken_for_a_sealed_one(spill: Path) -> None:
    path = spill.parent / "plain.duckdb"
    duckdb.connect(str(path)).close()
    with connect(spill, [path]) as held:
        with pytest.raises(SealBroken):
            attach(held, path, "plain", Secret.random())
        assert held.execute("SELECT count(*) FROM duckdb_databases() WHERE database_name = 'plain'").fetchone() == (0,)


def test_the_key_is_in_no_table_duckdb_shows(spill: Path) -> None:
    path, key = spill.parent / "a.duckdb", Secret.random()
    with connect(spill, [path]) as held:
        attach(held, path, "a", key)
        shown = [
            str(held.execute(f"FROM {view}").fetchall())
            for view in ("duckdb_databases()", "duckdb_settings()", "duckdb_secrets()", "duckdb_logs")
        ]
    assert base64.b64encode(key.reveal()).decode() not in "".join(shown)


def test_paths_are_quoted() -> None:
    assert quoted(Path("/a/it's")) == "'/a/it''s'"
    assert connection.SUFFIX == ".duckdb"
