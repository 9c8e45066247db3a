"""The way in and out: one key, one passphrase, a lock that holds everywhere, a server that ends and comes back."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import httpx

from selftwin.web.frame import _inside

from .conftest import WORDS, serving

if TYPE_CHECKING:
    from pathlib import Path

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
