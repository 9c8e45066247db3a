"""What stands beside us: Datasette over SQLite (how Dogsheep serves a life), in an environment of its own; and the
naive ways, a bare unsealed DuckDB asked anew each time, and rows as objects."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from bench._ten_million import DENSE, SECOND, YEARS, lived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import duckdb

    from bench._ten_million import Rows

PEER = "datasette==0.65.5"
PEER_HOME = Path(".peers") / "datasette"
BUCKETS = 800


def heart_rate(rows: int, until: date) -> list[Rows]:
    """The same rows of heart rate as the twin was made with."""
    first = [one.signal for one in DENSE].index("heart_rate")
    wanted = sum(one.signal == "heart_rate" for one in DENSE)
    found = []
    for one in lived(rows, until=until):
        found.append(one)
        if len(found) == first + wanted:
            break
    return [one for one in found if one.signal == "heart_rate"]


# The peer


def installed() -> Path:
    """The peer's own program, installed on first use."""
    if not (PEER_HOME / "bin" / "datasette").is_file():
        subprocess.run([sys.executable, "-m", "venv", str(PEER_HOME)], check=True)
        subprocess.run([str(PEER_HOME / "bin" / "pip"), "install", "--quiet", PEER], check=True)
    return PEER_HOME / "bin" / "datasette"


def sqlite(place: Path, rows: list[Rows]) -> None:
    """The rows as Dogsheep keeps them: one table, an index on the time."""
    with sqlite3.connect(place) as base:
        base.execute("CREATE TABLE heart_rate (source TEXT, second INTEGER, value REAL)")
        for one in rows:
            told = zip((one.start // SECOND).tolist(), _values(one).tolist(), strict=True)
            base.executemany("INSERT INTO heart_rate VALUES (?, ?, ?)", ((one.source, *row) for row in told))
        base.execute("CREATE INDEX by_time ON heart_rate (second, value)")
    base.close()


def _values(one: Rows) -> np.ndarray:
    return np.zeros(0) if one.value is None else one.value


def question(first: int, last: int) -> str:
    """Lowest, highest and mean of so many columns between two seconds."""
    wide = max((last - first) // BUCKETS, 1)
    return (
        f"SELECT (second - {first}) / {wide} AS place, min(value), max(value), avg(value) FROM heart_rate "  # noqa: S608
        f"WHERE second BETWEEN {first} AND {last} GROUP BY place ORDER BY place"
    )


@contextmanager
def datasette(place: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The peer's server over a database: its address, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(installed()), "serve", str(place), "-p", str(port), "--setting", "sql_time_limit_ms", "120000"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(f"http://127.0.0.1:{port}/-/versions.json")
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(30)


def _await(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5).read()  # noqa: S310 - our own loopback
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise RuntimeError("the peer does not answer")


def chart(place: Path, first: int, last: int) -> str:
    """The path of a chart at the peer."""
    return f"/{place.stem}.json?" + urlencode({"sql": question(first, last), "_shape": "arrays"})


# The naive ways


def bare(place: Path, rows: list[Rows]) -> duckdb.DuckDBPyConnection:
    """The rows in one plain DuckDB table, in order of time."""
    import duckdb
    import pyarrow as pa

    base = duckdb.connect(str(place))
    base.execute("CREATE TABLE waiting (second BIGINT, value DOUBLE)")
    for one in rows:
        base.register("told", pa.table({"second": one.start // SECOND, "value": _values(one)}))
        base.execute("INSERT INTO waiting SELECT second, value FROM told")
    base.execute("CREATE TABLE heart_rate AS SELECT second, value FROM waiting ORDER BY second")
    base.execute("DROP TABLE waiting")
    base.execute("CHECKPOINT")
    return base


def queried(base: duckdb.DuckDBPyConnection, first: int, last: int, *, count: int, clients: int = 4) -> list[float]:
    """Seconds of each query, asked by so many threads of this process; no HTTP in between."""
    asked = question(first, last).replace(") / ", ") // ")  # whole numbers, as SQLite divides them
    told: list[float] = []

    def client() -> None:
        own = base.cursor()
        for _ in range(count // clients):
            began = time.perf_counter()
            own.execute(asked).fetchall()
            told.append(time.perf_counter() - began)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def objects(base: duckdb.DuckDBPyConnection, first: int, last: int) -> tuple[float, int]:
    """Every reading of a span as an object of its own: seconds until it is JSON, and its bytes."""
    import orjson

    began = time.perf_counter()
    rows = base.execute("SELECT second, value FROM heart_rate WHERE second BETWEEN ? AND ?", [first, last]).fetchall()
    told: list[dict[str, Any]] = [{"at": at, "value": value} for at, value in rows]
    body = orjson.dumps(told)
    return time.perf_counter() - began, len(body)


def ten_years(rows: list[Rows]) -> tuple[int, int]:
    """The first and the last second of the rows, ten years apart."""
    first = min(int(one.start[0]) for one in rows) // SECOND
    return first, first + YEARS * 365 * 86_400
