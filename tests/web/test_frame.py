"""The way in and out: one key, one passphrase, a lock that holds everywhere, a server that ends and comes back."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from starlette.requests import Request

from selftwin.vocabulary.errors import NothingYet
from selftwin.web.answers import Preparing
from selftwin.web.frame import _inside, _page, _redirect
from selftwin.web.house import House
from selftwin.web.page import Page
from selftwin.web.sessions import Sessions

from .conftest import WORDS, serving

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.web.page import Visit

    from .conftest import Lived, Served


def test_the_printed_address_opens_the_twin_once(own_server: Served) -> None:
    with httpx.Client(base_url=own_server.root) as client:
        assert own_server.enter.startswith(own_server.root)
        first = client.get(own_server.enter)
        assert first.headers["location"] == "today"
        assert client.get("/settings").status_code == 200
    with httpx.Client(base_url=own_server.root) as other:
        assert other.get(own_server.enter).status_code == 403
        assert other.get("/settings").status_code == 303


def test_locking_holds_in_every_browser_and_forgets_what_was_said(own_server: Served) -> None:
    with own_server.client() as mine, own_server.client() as other:
        data = {"csrf": own_server.csrf(mine)}
        assert mine.post("/lock", data=data, headers={"origin": own_server.root}).headers["location"] == "login"
        for client in (mine, other):
            assert client.get("/settings").headers["location"].startswith("login")
        door = other.get("/login").text
        assert "Passphrase" in door
        assert not re.search("amsterdam|heart|sleep", door.lower())
        again = {"passphrase": WORDS, "to": "settings"}
        assert other.post("/login", data=again, headers={"origin": own_server.root}).headers["location"] == "settings"
        assert other.get("/settings").status_code == 200


def test_a_twin_left_alone_locks_itself_and_one_in_use_does_not(lived: Lived, tmp_path: Path) -> None:
    mine = lived.copy(tmp_path / "home")
    with serving(mine.home, mine.twin, "--idle", "0.05", passphrase=WORDS) as served, served.client() as client:
        for _ in range(5):
            time.sleep(1)
            assert client.get("/settings").status_code == 200, "locked under somebody's hands"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            time.sleep(5)
            if client.get("/settings").status_code == 303:
                break
        else:
            raise AssertionError("it never locked")


def test_the_theme_is_remembered_and_nothing_else_is_taken_for_one(server: Served) -> None:
    with server.client() as client:
        for wanted, kept in (("dark", "dark"), ('"><script>', "auto")):
            answer = client.post("/theme", data={"theme": wanted, "to": "settings"}, headers={"origin": server.root})
            assert answer.headers["location"] == "settings"
            assert client.cookies["theme"] == kept
            page = client.get("/settings").text
            assert ('data-theme="dark"' in page) == (kept == "dark")
            assert "<script>" not in page


def test_a_path_within_is_told_from_one_that_leads_away() -> None:
    for path in ("today", "signals/heart_rate.resting"):
        assert _inside(path) == path
    for away in ("/x", "//x", "http://x", "x:y", "..", "a/../b", "a\\b", "a\rb", "javascript:x"):
        assert _inside(away) == ""


def test_a_form_of_too_many_fields_is_refused(server: Served) -> None:
    with server.client(logged=False) as client:
        kind = {"content-type": "application/x-www-form-urlencoded", "origin": server.root}
        assert client.post("/login", content=b"a&" * 2000, headers=kind).status_code == 400


def test_behind_a_prefix_every_address_still_leads_home(server: Served) -> None:
    with server.client() as client:
        for path in ("/settings", "/nothing/here"):
            text = client.get(path).text
            assert not re.search(r'(?:href|src|action)="/', text)


def asked(path: str) -> Request:
    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b"", "server": ("x", 80)}
    return Request(scope | {"app": SimpleNamespace(state=SimpleNamespace(sessions=Sessions(House([]))))})


@pytest.mark.parametrize(("path", "to"), [("/today", "login"), ("/signals/", "../login"), ("/a/b", "../login")])
def test_a_way_on_is_told_from_where_the_browser_is(path: str, to: str) -> None:
    assert _redirect(asked(path), "login").headers["location"] == to


@pytest.mark.parametrize("state", [Preparing("overview", 0.0), NothingYet("Nothing is known yet.")])
def test_a_form_that_was_refused_is_never_answered_by_a_page_without_it(state: Exception) -> None:
    def show(_: Visit) -> dict[str, object]:
        raise state

    page = Page(path="goals", show=show)
    for wrong in ("The target is no number.", {"target": "The target is no number."}):
        answer = _page(asked("/goals/set"), page, cast("Visit", SimpleNamespace()), {"wrong": wrong}, 400)
        assert answer.status_code == 503
        assert b"The target is no number." in bytes(answer.body)
