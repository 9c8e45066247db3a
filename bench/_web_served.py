"""A server over the twin of ten million observations: started, logged in to, fed with imports, weighed, and ended."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import numpy as np

from bench._ten_million import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PIECE, TUS = 16 << 20, "1.0.0"
CLIENTS = Path(__file__).with_name("_web_clients.py")


@dataclass
class Served:
    """A server that runs, with a session on it."""

    root: str
    process: subprocess.Popen[str]
    cookie: str = ""
    csrf: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one answer, over a connection of its own."""
        where = urlsplit(self.root)
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=300)
        told = {"cookie": self.cookie, "origin": self.root, "x-csrf": self.csrf}
        line.request(method, path, body or None, told | {name.replace("_", "-"): one for name, one in headers.items()})
        answer = line.getresponse()
        found = answer.status, {name.lower(): one for name, one in answer.getheaders()}, answer.read()
        line.close()
        return found

    def get(self, path: str) -> Any:
        """What the API tells there."""
        return json.loads(self.ask("GET", f"/api/v1/{path}")[2])

    def enter(self) -> None:
        """Log in, and learn the token that changes carry."""
        body = urlencode({"passphrase": WORDS}).encode()
        status, headers, said = self.ask("POST", "/login", body, content_type="application/x-www-form-urlencoded")
        if status != 303:
            raise RuntimeError(f"no session: {status} {said[:200]!r}")
        self.cookie = headers["set-cookie"].partition(";")[0]
        found = re.search(rb'name="csrf" value="([^"]+)"', self.ask("GET", "/settings")[2])
        self.csrf = found[1].decode() if found else ""

    def warm(self, paths: Sequence[str], patience: float = 900.0) -> float:
        """Ask for each page until it stands, though a part of it may still be prepared; seconds that took."""
        began = time.monotonic()
        for path in paths:
            while b'class="preparing"' in (said := self.ask("GET", path))[2] or said[0] == 202:
                if time.monotonic() - began > patience:
                    raise RuntimeError(f"{path} is still being prepared after {patience:.0f} s")
                time.sleep(0.5)
            if said[0] != 200:
                raise RuntimeError(f"{path}: {said[0]}")
        return time.monotonic() - began


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """A server process over the twin in a home, logged in to."""
    quick = {"SELFTWIN_QUICK_KEYS": "1", "SELFTWIN_KEYRING": "off", "SELFTWIN_PASSPHRASE": WORDS}
    told = os.environ | quick | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    command = [sys.executable, "-m", "selftwin.web", "--place", str(home / "twin"), "--port", "0", "--idle", "0"]
    with subprocess.Popen([*command, "--accept-older"], env=told, stdout=subprocess.PIPE, text=True) as process:
        try:
            found = re.search(r"https?://[^/\s]+", process.stdout.readline() if process.stdout else "")
            if found is None:
                raise RuntimeError("the server did not start")
            served = Served(found[0], process)
            _entered(served)
            yield served
        finally:
            process.terminate()
            process.wait(60)


def _entered(served: Served) -> None:
    for _ in range(240):
        try:
            served.enter()
        except ConnectionError:
            time.sleep(0.25)
        else:
            return
    raise RuntimeError("the server does not answer")


# Who asks


def asked(root: str, paths: Sequence[str], *, count: int, cookie: str = "", clients: int = 4,
          most: float = 600.0) -> dict[str, Any]:  # fmt: skip
    """What so many clients in a process of their own saw: `seconds` of each answer, and `how` they went."""
    question = {"root": root, "paths": list(paths), "headers": {"cookie": cookie} if cookie else {},
                "clients": clients, "count": count, "for": most}  # fmt: skip
    done = subprocess.run([sys.executable, str(CLIENTS)], input=json.dumps(question), capture_output=True, text=True,
                          check=True)  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# What is brought in meanwhile


@dataclass
class Bringing:
    """Files sent up beforehand and kept one after the other while somebody looks; each is a source of its own."""

    served: Served
    rows: int
    parcels: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)

    def send(self, many: int) -> float:
        """Send so many files, sealed as they arrive; bytes a second."""
        began, sent = time.monotonic(), 0
        content = export(self.rows)
        for place in range(many):
            body = content.replace(SOURCE, b"bench:Band%02d" % place)
            self._send(f"bench-{place}.csv", body)
            sent += len(body)
        took = time.monotonic() - began
        self.parcels = [one["id"] for one in self.served.get("imports/waiting")["waiting"]]
        return sent / took

    def _send(self, name: str, body: bytes) -> None:
        about = f"filename {b64encode(name.encode()).decode()}"
        status, headers, said = self.served.ask(
            "POST", "/api/v1/uploads", upload_length=str(len(body)), upload_metadata=about, tus_resumable=TUS
        )
        _weigh(status, 201, said)
        for low in range(0, len(body), PIECE):
            status, _, said = self.served.ask(
                "PATCH", headers["location"], body[low : low + PIECE], upload_offset=str(low),
                content_type="application/offset+octet-stream", tus_resumable=TUS,
            )  # fmt: skip
            _weigh(status, 204, said)

    def settle(self, patience: float = 600.0) -> None:
        """Wait until nothing is under way, such as the look that is taken at what was sent."""
        ends = time.monotonic() + patience
        while any(job["state"] in {"waiting", "running"} for job in self.served.get("jobs")["jobs"]):
            if time.monotonic() > ends:
                raise RuntimeError("jobs do not end")
            time.sleep(0.5)

    def begin(self) -> None:
        """Ask for all of them."""
        for parcel in self.parcels:
            status, _, said = self.served.ask("POST", f"/api/v1/imports/waiting/{parcel}/keep")
            _weigh(status, 202, said)
            self.jobs.append(json.loads(said)["id"])

    @property
    def going(self) -> bool:
        """Whether one is still at work."""
        return any(self._job(job)["state"] in {"waiting", "running"} for job in self.jobs)

    def _job(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.served.get(f"jobs/{name}")
        return found

    def took(self) -> list[float]:
        """Seconds of each that is done, the first from its beginning and each next from the end of the one before."""
        from datetime import datetime

        done = [one for one in map(self._job, self.jobs) if one["state"] == "done"]
        ends = [datetime.fromisoformat(one["ended"]) for one in done]
        begun = [datetime.fromisoformat(done[0]["began"]), *ends[:-1]] if done else []
        return [(end - begin).total_seconds() for begin, end in zip(begun, ends, strict=True)]


SOURCE = b"bench:Band00"


def export(rows: int, *, seed: int = 7) -> bytes:
    """A table of heart rate in the form of our own export, from a source the twin does not know: ten years of it."""
    import polars as pl

    random = np.random.default_rng(seed)
    span = 10 * 365 * 86_400
    seconds = np.sort(random.choice(span // 30, rows, replace=False)).astype(np.int64) * 30 + 1_448_000_000
    value = np.round(random.normal(68, 9, rows).clip(35, 190))
    n = np.arange(rows, dtype=np.int64)
    stamp = pl.from_epoch(pl.Series(seconds), time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%S.%6fZ")
    empty = pl.lit(None, pl.String)
    frame = pl.DataFrame({"start": stamp, "value": value, "n": n}).select(
        signal=pl.lit("heart_rate"), source=pl.lit(SOURCE.decode()), native=empty, start="start", stop=empty,
        basis=pl.lit("instant"), offset=empty, ordinal=pl.lit(0), value="value", unit=pl.lit("/min"), text=empty,
        standing=pl.lit("held"), exported=pl.lit("2026-01-01T00:00:00.000000Z"), telling=pl.lit(1),
        corrected=pl.lit("false"),
    )  # fmt: skip
    out = io.BytesIO()
    frame.write_csv(out, line_terminator="\r\n")
    return out.getvalue()


def _weigh(status: int, wanted: int, said: bytes) -> None:
    if status != wanted:
        raise RuntimeError(f"{status} where {wanted} was wanted: {said[:300]!r}")


# What it weighs


def memory(pid: int) -> int:
    """Anonymous memory of a process and all below it, in bytes (Linux)."""
    total, children = 0, _children()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        try:
            said = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        found = re.search(r"RssAnon:\s+(\d+)", said)
        total += int(found[1]) * 1024 if found else 0
    return total


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        found.setdefault(parent, []).append(int(stat.parent.name))
    return found


@contextmanager
def weighing(pid: int, every: float = 0.5) -> Iterator[list[int]]:
    """The greatest memory seen meanwhile, as the only entry of a list."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(every):
            most[0] = max(most[0], memory(pid))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()
