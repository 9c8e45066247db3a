"""Find over HTTP: pages and signals by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.conftest import Served


def test_pages_and_signals_are_found_by_every_word(server: Served) -> None:
    with server.client() as client:
        found = client.get("/api/v1/find", params={"q": "resting HEART"}).json()["found"]
        assert {"kind": "signal", "name": "Resting heart rate", "path": "signals/heart_rate.resting"} in found
        assert all("resting" in f"{one['name']} {one['path']}".lower() for one in found)
        pages = client.get("/api/v1/find", params={"q": "timeline"}).json()["found"]
        assert {"kind": "page", "name": "Timeline", "path": "timeline"} in pages
        assert client.get("/api/v1/find", params={"q": "zzzz"}).json() == {"found": []}
        assert len(client.get("/api/v1/find").json()["found"]) > 20


def test_a_stranger_finds_nothing(server: Served) -> None:
    with server.client(logged=False) as client:
        answer = client.get("/api/v1/find")
    assert answer.status_code == 423
