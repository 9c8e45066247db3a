"""The import page: files in by the browser, seen before they are kept, accounted for, and taken back."""

from __future__ import annotations

import os
import re
import threading
from collections import deque
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import expect

from selftwin.twin.imports import Health
from selftwin.vocabulary.account import Fault, FileAccount, Observations, Records
from selftwin.web import importing
from selftwin.web.jobs import Job, Jobs
from selftwin.web.page import Form, Visit
from selftwin.web.pages import _import_margin as margin
from selftwin.web.pages import _import_told as told
from selftwin.web.pages import import_

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext
    from tests.web.conftest import Served

    from selftwin.web.sessions import Session

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def account(path: str, *faults: Fault, source: str = "table", first: str = "", last: str = "") -> FileAccount:
    records = Records(5, 5 - len(faults), 0, len(faults))
    return FileAccount(path, source, records, Observations(4, 4, 0, 0), first, last, {}, {"weight": 4}, faults)


def test_files_are_told_by_what_they_are_and_from_when_to_when() -> None:
    files = [account("a", source="fitbit", first="2026-11-01", last="2026-11-02"),
             account("b", source="fitbit", first="2026-11-02 08:00:00", last="2026-11-23"), account("c")]  # fmt: skip
    assert told.thought(files) == "Fitbit, Table (CSV), 3 files"
    assert told.span(files) == "1 to 23 November 2026"
    assert told.span([account("c")]) == ""
    assert told.between(date(2026, 3, 1), date(2026, 11, 2)) == "1 March to 2 November 2026"
    assert told.kinds(files) == (("Body weight", 12),)


def test_faults_are_gathered_by_file_and_reason_with_the_place_of_the_first() -> None:
    faults = [
        Fault("a.csv, record 7", "weight: above what can be"),
        Fault("a.csv, record 9", "weight: above what can be"),
    ]
    found = told.faults([account("a.csv", *faults), account("b.csv", Fault("b.csv, record 1", "no time"))])
    assert [(one.where, one.what, one.why, one.rows) for one in found] == [
        ("a.csv, record 7 …", "Body weight", "above what can be", 2), ("b.csv, record 1", "", "no time", 1),
    ]  # fmt: skip


def test_a_source_says_when_it_last_told_anything_as_shortly_as_it_can() -> None:
    def one(ago: timedelta, *, late: bool = False) -> Health:
        return Health("table:weight", NOW - ago, (True,) * 14, ago.days, late)

    every = [one(timedelta(0)), one(timedelta(days=1)), one(timedelta(days=9), late=True), one(timedelta(days=400))]
    assert margin.late(every) == 1
    last = [source.last for source in margin.told(every, now=NOW)]
    assert re.fullmatch(r"\d\d:\d\d", last[0])
    assert last[1:] == ["yesterday", "9 days", "Oct 2025"]


def test_what_took_too_long_to_wait_for_is_told_once_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs, go = Jobs(), threading.Event()

    def back(_: Job) -> tuple[int, list[str]]:
        assert go.wait(5)
        return 8, ["b.csv"]

    held = SimpleNamespace(jobs=jobs, twin=SimpleNamespace(busy="import_paths", take_in=lambda **_: ()))
    visit = Visit("import", "", {}, cast("Session", SimpleNamespace(held=held, says=deque())))
    monkeypatch.setattr(importing, "PROMPT", 0.05)
    monkeypatch.setattr(importing, "undo", lambda *_: jobs.start(importing.UNDO, "scale.csv", back, writes=True))
    outcome = import_.undo(visit, Form([("batch", "1")]))
    assert outcome.say == "scale.csv is taken back as soon as the import that runs has its step done."
    import_.take_in(visit, Form([]))
    assert not visit.session.says
    go.set()
    assert all(job.wait(5) for job in jobs)
    assert list(visit.session.says) == [
        "Taken back: scale.csv, 8 observations. These held some of the same; bring them again to have it back: b.csv.",
        "0 files taken in from the inbox.",
    ]


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files in memory")
def test_a_file_is_seen_kept_accounted_for_and_taken_back(
    own_server: Served, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    rows = "".join(f"2026-03-{day:02},71.{day % 10}\n" for day in range(1, 9))
    (tmp_path / "scale.csv").write_text(f"Date,Weight (kg)\n{rows}2026-03-09,x\n")
    page = opened(own_server).new_page()
    page.goto("/import")
    page.locator('input[type="file"]').set_input_files(tmp_path / "scale.csv")
    row = page.get_by_role("row", name=re.compile("scale.csv"))
    expect(row.get_by_role("button", name="Keep")).to_be_visible(timeout=40_000)
    expect(row).to_contain_text("1 to 8 March 2026")
    expect(row).to_contain_text("1 row cannot be read")
    row.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="1 row I could not read")).to_be_visible(timeout=40_000)
    records = page.locator("#account table", has_text="Records")
    expect(records).to_contain_text(re.compile(r"Taken\s*8.*Not readable\s*✕ 1\s*Read\s*9", re.DOTALL))
    with page.expect_download() as table:
        page.get_by_role("link", name="Every row as a table").click()
    assert table.value.suggested_filename.endswith(".csv")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("status").filter(has_text="Taken back: scale.csv, 8 observations.")).to_be_visible(
        timeout=40_000
    )
    with own_server.client() as client:
        assert client.get("/api/v1/imports", params={"most": 1}).json()["imports"][0]["state"] == "undone"


def test_without_scripts_the_page_says_how_to_bring_files_in_and_reads_whole(
    server: Served, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(server, java_script_enabled=False).new_page()
    page.goto("/import")
    expect(page.get_by_text("selftwin import ~/Downloads/export.zip")).to_be_visible()
    expect(page.locator("form.drop")).to_be_hidden()
    expect(page.get_by_role("heading", name="Your sources")).to_be_visible()
    for _ in range(60):
        if page.locator(".sources tbody tr").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail("the sources were never read")
