"""Backups over HTTP: only to where there is a folder, and read back as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..conftest import Served  # noqa: TID252 - the folder is no package

API = "/api/v1/backups"


def test_a_place_must_be_a_folder_that_is_there(server: Served, tmp_path: Path) -> None:
    with server.client() as client:
        client.headers["x-csrf"] = server.csrf(client)
        for wrong in ("/", "away", str(tmp_path / "missing"), "s3://x\n"):
            assert client.post(API, json={"place": wrong}).status_code == 400, wrong
        assert client.get(API).json() == {"places": []}
        assert client.post(API, json={"keep": 0}).status_code == 422
