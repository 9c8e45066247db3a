"""The record: looks told together, refusals apart, a copy that anyone can check, and whether all of it is whole."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from selftwin.consent.record import Entry
from selftwin.web.pages._record_told import Asked, grouped, lead, readers, told
from selftwin.web.pages.record import _asked

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.web.page import Visit

    from ..conftest import Served  # noqa: TID252 - the folder is no package

AT = datetime(2026, 3, 14, 12, 0, 30, tzinfo=UTC)
MONTH = date(2026, 3, 1)


def line(index: int, party: str = "owner", *, allowed: bool = True, kind: str = "read", seconds: int = 0) -> Entry:
    return Entry(AT + timedelta(seconds=seconds), kind, party, "read", "dpv:ServiceProvision", "daily",
                 f"signal.{index}" if kind == "read" else "", allowed, "g-1", "" if allowed else "No.", 2,
                 index=index)  # fmt: skip


def test_what_was_read_within_a_minute_is_one_look_and_a_refusal_stands_alone() -> None:
    runs = grouped([line(5), line(4), line(3, "doctor"), line(2, "doctor", allowed=False), line(1, seconds=-90)])
    assert [[one.index for one in run] for run in runs] == [[5, 4], [3], [2], [1]]
    shown = told(runs[0], {"owner": "You"})
    assert (shown.who, shown.rows, shown.index) == ("You", "4", "4 to 5")
    refused = told(runs[2], {})
    assert not refused.allowed
    assert refused.reason == "No."


def test_a_month_is_told_by_who_else_read() -> None:
    entries = [line(1), line(2, "doctor"), line(3, "doctor"), line(4, "shop", allowed=False)]
    assert lead(entries, MONTH) == (
        "In March you were read by one other, twice, always within what you allowed.",
        "One attempt was refused.",
    )
    assert lead([line(1)], MONTH) == ("In March nobody else read you.", "")
    found = readers(entries, MONTH, {"owner": "You"})
    assert [(one.party, one.reads) for one in found] == [("owner", 1), ("doctor", 2), ("shop", 0)]
    assert len(found[0].counts) == 31
    assert found[2].refused == ((AT.astimezone().day - 1),)


def test_lines_are_chosen_by_who_what_and_refusals() -> None:
    asked = Asked(MONTH, who="shop", refused=True)
    assert asked.meant(line(1, "shop", allowed=False))
    assert not asked.meant(line(1, "shop"))
    assert not asked.meant(line(1, "doctor", allowed=False))
    assert Asked(MONTH, what="signal.7").meant(line(7))
    assert not Asked(MONTH, what="signal.7").meant(line(8))


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "1899-12", "2026-13", "\0"])
def test_a_month_beyond_the_calendar_is_the_newest(month: str) -> None:
    visit = cast("Visit", SimpleNamespace(query={"month": month}))
    assert _asked(visit, [line(1)]).month == MONTH


def test_the_record_is_whole_and_a_copy_of_it_is_checked_by_a_stranger(own_server: Served, tmp_path: Path) -> None:
    with own_server.client() as client:
        client.headers.update({"origin": own_server.root, "x-csrf": own_server.csrf(client)})
        for _ in range(60):
            page = client.get("/record").text
            if "None is missing, changed or out of order." in page:
                break
            time.sleep(0.3)
        else:
            raise AssertionError("it was never checked")
        assert "Who read you" in page
        assert client.get("/record?month=1999-01&who=nobody&refused=yes&before=abc&day=x").status_code == 200
        note = client.post("/record/checkpoint", follow_redirects=True)
        assert note.status_code == 200
        assert "agrees with that checkpoint" in client.post("/record/compare", data={"note": note.text}).text
        spoilt = note.text.replace("\n\n", "x\n\n", 1)
        assert "was changed, or is another vault" in client.post("/record/compare", data={"note": spoilt}).text
        key = client.post("/api/v1/audit/checkpoint").json()["key"]
        copied = client.post("/record/export", follow_redirects=True)
    with zipfile.ZipFile(io.BytesIO(copied.content)) as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, str(tmp_path / "record" / "verify.py"), str(tmp_path / "record"), key]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stderr
