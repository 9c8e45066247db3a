"""Imports over HTTP: looked at, told, listed fault by fault, and what is not there is not found."""

from __future__ import annotations

import csv
import io
import os
import time
from typing import TYPE_CHECKING

import pytest

from selftwin.vocabulary.account import Fault
from selftwin.web.api.imports import listed

from .test_uploads import begin, headers, send

if TYPE_CHECKING:
    from tests.web.conftest import Served

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")


def test_faults_are_a_table_in_which_nothing_is_a_formula() -> None:
    text = listed([Fault("=cmd|' /C calc'!A0.csv, record 1", "no time"), Fault("b.csv, record 2", "-")])
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["place", "reason"]
    assert rows[1][0].startswith("'=")
    assert rows[2] == ["b.csv, record 2", "'-"]


def test_what_was_sent_is_looked_at_and_left_without_a_trace(server: Served) -> None:
    content = b"Date,Weight (kg)\n2026-03-01,71.5\n2026-03-02,x\n"
    with server.client() as client:
        how = headers(server, client)
        at = begin(client, how, "weight.csv", len(content))
        send(client, how, at, 0, content)
        (waits,) = client.get("/api/v1/imports/waiting").json()["waiting"]
        path = f"/api/v1/imports/waiting/{waits['id']}"
        assert client.post(f"{path}/look", headers=how).json()["id"] == waits["looking"]
        for _ in range(200):
            (waits,) = client.get("/api/v1/imports/waiting").json()["waiting"]
            if waits["preview"]:
                break
            time.sleep(0.1)
        (file,) = waits["preview"]["files"]
        assert file["records"] == {"read": 2, "taken": 1, "passed": 0, "faulty": 1}
        assert file["observations"]["made"] == 1
        assert "x" not in file["faults"][0]["reason"].split()
        before = client.get("/api/v1/imports").json()
        assert client.delete(path, headers=how).status_code == 204
        assert client.delete(path, headers=how).status_code == 404
        assert client.post(f"{path}/keep", headers=how).status_code == 404
        assert client.get("/api/v1/imports").json() == before


def test_an_import_is_told_with_its_account_and_each_source_with_its_days(server: Served) -> None:
    with server.client() as client:
        (first, *_) = client.get("/api/v1/imports", params={"most": 1}).json()["imports"]
        whole = client.get(f"/api/v1/imports/{first['number']}").json()
        assert sum(file["records"]["read"] for file in whole["files"]) == first["records"]["read"]
        table = client.get(f"/api/v1/imports/{first['number']}/faults")
        assert table.headers["content-disposition"].startswith("attachment")
        assert len(table.text.splitlines()) == 1 + sum(len(file["faults"]) for file in whole["files"])
        for answer in (client.get("/api/v1/imports/9999"), client.get("/api/v1/imports/9999/faults")):
            assert answer.status_code == 404
        sources = client.get("/api/v1/imports/sources").json()["sources"]
        assert all(len(one["days"]) == 14 for one in sources)
        assert sources[0]["silent"] == 0
