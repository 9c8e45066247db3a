"""Uploads over HTTP: the protocol's statuses, the offset that is true after a kill, nothing readable on disk."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.web.conftest import WORDS, serving, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    from tests.web.conftest import Served

PIECE = "application/offset+octet-stream"
CANARY = b".55217733"  # after the point of every weight that is sent
pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")


def headers(server: Served, client: httpx.Client) -> dict[str, str]:
    return {"origin": server.root, "x-csrf": server.csrf(client), "tus-resumable": "1.0.0"}


def begin(client: httpx.Client, how: dict[str, str], name: str, size: int) -> str:
    about = {"upload-length": str(size), "upload-metadata": "filename " + base64.b64encode(name.encode()).decode()}
    answer = client.post("/api/v1/uploads", headers=how | about)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def send(client: httpx.Client, how: dict[str, str], at: str, offset: int, content: bytes) -> httpx.Response:
    return client.patch(at, headers=how | {"upload-offset": str(offset), "content-type": PIECE}, content=content)


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    with server.client() as one:
        yield one


def test_an_upload_goes_its_way_and_each_misstep_has_its_status(server: Served, client: httpx.Client) -> None:
    how = headers(server, client)
    at = begin(client, how, "a/b.csv", 10)
    assert send(client, how, at, 0, b"01234").headers["upload-offset"] == "5"
    assert send(client, how, at, 0, b"01234").status_code == 409
    assert send(client, how, at, 5, b"0" * 6).status_code == 400
    assert client.patch(at, headers=how | {"upload-offset": "5"}, content=b"x").status_code == 415
    odd = how | {"upload-offset": "5", "content-type": PIECE, "upload-checksum": "sha256 AAAA"}
    assert client.patch(at, headers=odd, content=b"x").status_code == 460
    head = client.head(at, headers=how)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("5", "10")
    (told,) = client.get("/api/v1/uploads").json()["uploads"]
    assert (told["name"], told["offset"], told["size"]) == ("a/b.csv", 5, 10)
    assert client.head(at, headers=how | {"tus-resumable": "0.2.2"}).status_code == 412
    assert client.options("/api/v1/uploads").headers["tus-version"] == "1.0.0"
    assert client.delete(at, headers=how).status_code == 204
    assert client.head(at, headers=how).status_code == 404
    assert send(client, how, at, 5, b"x").status_code == 404


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/x", "..."])
def test_a_name_that_leads_elsewhere_makes_no_upload(server: Served, client: httpx.Client, name: str) -> None:
    about = {"upload-length": "5", "upload-metadata": "filename " + base64.b64encode(name.encode()).decode()}
    assert client.post("/api/v1/uploads", headers=headers(server, client) | about).status_code == 400
    assert client.get("/api/v1/uploads").json() == {"uploads": []}


def test_what_has_no_room_or_no_right_is_refused(server: Served, client: httpx.Client) -> None:
    how = headers(server, client)
    name = {"upload-metadata": "filename eA=="}
    assert client.post("/api/v1/uploads", headers=how | name | {"upload-length": str(1 << 60)}).status_code == 413
    assert client.post("/api/v1/uploads", headers=how | name | {"upload-length": "ten"}).status_code == 400
    without = {key: value for key, value in how.items() if key != "x-csrf"}
    assert client.post("/api/v1/uploads", headers=without | name | {"upload-length": "1"}).status_code == 403
    with server.client(logged=False) as stranger:
        assert stranger.get("/api/v1/uploads").status_code == 423
        assert stranger.post("/api/v1/uploads", headers=how | name | {"upload-length": "1"}).status_code == 423


@pytest.mark.deep
def test_a_killed_server_knows_what_it_has_and_finishes_what_was_asked_for(tmp_path: Path) -> None:
    """Killed in the middle of an import and of an upload: in the end the twin holds what a plain import gives it."""
    home = tmp_path / "home"
    home.mkdir()
    first, second = (table(year) for year in (2023, 2024))
    made(home, "import sys; from selftwin.twin import Twin; Twin.create(sys.argv[1], sys.argv[2]).close()")
    with serving(home, home / "twin", "--idle", "0", passphrase=WORDS) as server, server.client() as client:
        how = headers(server, client)
        at = begin(client, how, "second.csv", len(second))
        for offset in range(0, 3000, 1000):
            assert send(client, how, at, offset, second[offset : offset + 1000]).status_code == 204
        other = begin(client, how, "first.csv", len(first))
        assert send(client, how, other, 0, first).status_code == 204
        waiting = client.get("/api/v1/imports/waiting").json()["waiting"]
        (whole,) = (one["id"] for one in waiting if one["whole"])
        assert client.post(f"/api/v1/imports/waiting/{whole}/keep", headers=how).json()["kind"] == "import"
        server.process.kill()
    assert hidden(home)
    with serving(home, home / "twin", "--idle", "0") as server, server.client() as client:
        how = headers(server, client)
        assert client.head(at, headers=how).headers["upload-offset"] == "3000"
        assert send(client, how, at, 3000, second[3000:]).status_code == 204
        (taken_up,) = [job for job in client.get("/api/v1/jobs").json()["jobs"] if job["kind"] == "import"]
        assert ended(client, taken_up) == "done"
        (waits,) = client.get("/api/v1/imports/waiting").json()["waiting"]
        assert ended(client, client.post(f"/api/v1/imports/waiting/{waits['id']}/keep", headers=how).json()) == "done"
        assert client.get("/api/v1/imports/waiting").json() == {"waiting": []}
        kept = client.get("/api/v1/series/weight", params={"by": "day"}).json()["columns"]["value"]
    assert [value for value in kept if value is not None] == [
        float(f"{70 + day % 9}{CANARY.decode()}") for day in range(336)
    ] * 2
    assert hidden(home)


def table(year: int) -> bytes:
    rows = (b"%d-%02d-%02d,%d%s\n" % (year, 1 + day // 28, 1 + day % 28, 70 + day % 9, CANARY) for day in range(336))
    return b"Date,Weight (kg)\n" + b"".join(rows)


def ended(client: httpx.Client, job: dict[str, Any]) -> str:
    """The state in which a job ends, with its error."""
    with client.stream("GET", f"/api/v1/jobs/{job['id']}/events") as stream:
        last = json.loads([line for line in stream.iter_lines() if line.startswith("data: ")][-1][6:])
    return " ".join([last["state"], *(last["error"] or {}).values()])


def made(home: Path, code: str) -> None:
    command = [sys.executable, "-c", code, str(home / "twin"), WORDS]
    subprocess.run(command, env=surroundings(home), check=True, timeout=60)


def hidden(home: Path) -> bool:
    """Whether nothing that was sent can be read anywhere below."""
    return not any(CANARY in path.read_bytes() for path in home.rglob("*") if path.is_file())
