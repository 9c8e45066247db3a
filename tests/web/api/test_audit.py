"""The record over HTTP: lines, whether it is whole, and times that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..conftest import Served  # noqa: TID252 - the folder is no package

API = "/api/v1/audit"


def test_lines_are_told_newest_first_to_go_and_without_values(server: Served) -> None:
    with server.client() as client:
        client.get("/api/v1/signals/steps")
        told = client.get(API, params={"limit": 3, "party": "owner"}).json()
        assert len(told["lines"]) == 3
        assert told["more"] > 0
        assert "value" not in told["lines"][-1]
        assert client.get(API, params={"since": "2999-01-01"}).json() == {"lines": [], "more": 0}


def test_the_record_is_whole_and_a_time_that_is_none_is_refused(server: Served) -> None:
    with server.client() as client:
        client.headers["x-csrf"] = server.csrf(client)
        found = client.post(f"{API}/verify").json()
        assert found["holds"]
        assert found["size"] > 0
        spoilt = client.post(f"{API}/verify", json={"checkpoint": "no such note"}).json()
        assert not spoilt["holds"]
        for wrong in ("soon", "9999-12-31", "0001-01-01T00:00"):
            assert client.get(API, params={"until": wrong}).status_code in {200, 400}
        assert client.get(API, params={"until": "soon"}).status_code == 400
