"""Every attack on a local web app that its ring must refuse, made against a real server."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from selftwin.web import guard
from selftwin.web.guard import POLICY, Guard

from .loops import run

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from .conftest import Served

WRITES = {"content-type": "application/x-www-form-urlencoded"}


def raw(server: Served, request: bytes) -> bytes:
    """What a server says to bytes that no client would send."""
    where = urlsplit(server.root)
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := line.recv(1 << 16):
            heard += piece
    return heard


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "127.0.0.1@evil.example",
     "[::1]evil.example", "[::1].evil.example:80"],
)  # fmt: skip
def test_a_name_that_was_made_to_resolve_here_is_refused(server: Served, host: str) -> None:
    with server.client() as client:
        answer = client.get("/today", headers={"host": host})
    assert answer.status_code in {400, 421}
    assert "Today" not in answer.text


def test_two_hosts_in_one_request_are_refused(server: Served) -> None:
    heard = raw(server, b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert heard.split(b" ")[1] in {b"400", b"421"}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil", "x"])
@pytest.mark.parametrize("path", ["/lock", "/login", "/api/v1/jobs"])
def test_a_request_from_a_page_of_somebody_else_is_refused(server: Served, origin: str, path: str) -> None:
    with server.client() as client:
        answer = client.post(path, headers=WRITES | {"origin": origin}, content=b"csrf=x")
        assert answer.status_code == 403
        assert client.get("/today").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "odd"])
def test_a_browser_that_says_it_comes_from_elsewhere_reads_nothing(server: Served, site: str) -> None:
    with server.client() as client:
        embedded = client.get("/today", headers={"sec-fetch-site": site, "sec-fetch-mode": "no-cors"})
        assert embedded.status_code == 403
        assert "<h1" not in embedded.text
        posted = client.post("/lock", headers=WRITES | {"sec-fetch-site": site, "sec-fetch-mode": "navigate"})
        assert posted.status_code == 403


def test_a_link_from_elsewhere_still_opens_a_page(server: Served) -> None:
    with server.client() as client:
        headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        assert client.get("/today", headers=headers).status_code == 200


def test_a_form_without_the_sessions_token_changes_nothing(server: Served) -> None:
    with server.client() as client:
        for token in ("", "x", "csrf=" + "a" * 32):
            client.post("/lock", content=f"csrf={token}", headers=WRITES | {"origin": server.root})
        assert client.get("/today").status_code == 200, "locked by a forged form"


def test_a_token_of_another_session_does_not_count(server: Served) -> None:
    with server.client() as mine, server.client() as other:
        theirs = server.csrf(other, "/today")
        mine.post("/lock", data={"csrf": theirs}, headers={"origin": server.root})
        assert other.get("/today").status_code == 200


def test_every_answer_forbids_what_a_page_of_ours_never_needs(server: Served) -> None:
    with server.client() as client:
        for path in ("/today", "/login", "/nothing", "/api/v1/nothing", "/offline.js", "/api/v1/openapi.json"):
            headers = client.get(path).headers
            assert headers["content-security-policy"] == POLICY
            assert headers["x-frame-options"] == "DENY"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "access-control-allow-origin" not in headers
            if "js" not in path:
                assert headers["cache-control"] == "no-store"


def test_the_policy_has_no_unsafe_word_and_names_no_host() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_a_cookie_is_for_this_server_alone_and_no_script_reads_it(server: Served) -> None:
    with server.client(logged=False) as client:
        answer = client.post("/login", data={"passphrase": "four words in a row"}, headers={"origin": server.root})
        cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "domain" not in cookie


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "javascript:alert(1)", "..//evil", "\\evil", "a\nb: c"]
)
def test_the_way_back_after_logging_in_never_leads_away(server: Served, to: str) -> None:
    with server.client(logged=False) as client:
        data = {"passphrase": "four words in a row", "to": to}
        answer = client.post("/login", data=data, headers={"origin": server.root})
        assert answer.status_code == 303
        assert answer.headers["location"] == "today"
        assert not re.search(r'(?:href|src|action|value)="[^"]*evil', client.get("/login", params={"to": to}).text)


def test_a_body_beyond_what_is_taken_at_a_time_is_refused(server: Served) -> None:
    with server.client() as client:
        assert client.post("/login", content=b"x" * ((1 << 20) + 1), headers=WRITES).status_code == 413
    chunked = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with pytest.raises((ConnectionError, AssertionError)):
        assert raw(server, chunked + piece * 20 + b"0\r\n\r\n").startswith(b"HTTP/1.1 303")


def test_what_was_not_found_does_not_repeat_what_was_asked(server: Served) -> None:
    with server.client() as client:
        answer = client.get("/<script>alert(1)</script>?q=<script>")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_a_stranger_sees_the_door_and_nothing_else(server: Served) -> None:
    with server.client(logged=False) as client:
        for path in ("/today", "/signals", "/record", "/settings"):
            answer = client.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].endswith(f"login?to={path[1:]}")
        assert client.get("/api/v1/signals").status_code in {401, 423}
        said = client.get("/login").text
    assert "Europe" not in said
    assert "heart" not in said.lower()


def test_further_names_are_known_only_when_they_were_given() -> None:
    async def app(*_: object) -> None: ...

    assert "twin.example" in Guard(app, names=["Twin.Example"]).names
    assert "twin.example" not in Guard(app).names


def test_guesses_at_the_passphrase_are_slowed(own_server: Served) -> None:
    with own_server.client(logged=False) as client:
        headers = {"origin": own_server.root}
        guesses = [{"passphrase": f"guess {n}"} for n in range(7)]
        codes = [client.post("/login", data=guess, headers=headers).status_code for guess in guesses]
        assert codes[:5] == [401] * 5
        assert codes[5:] == [429] * 2
        right = client.post("/login", data={"passphrase": "four words in a row"}, headers=headers)
        assert right.status_code == 429, "the right one tells nothing while the door is closed"


def asked(app: Any, *, body: bool = True) -> list[Message]:
    """What an app behind the guard sends, to somebody whose body never comes unless it is said to."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        if not body:
            await asyncio.sleep(30)
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/note", "headers": [(b"host", b"127.0.0.1")]}
    run(Guard(app)(scope, receive, send))
    return sent


def test_what_breaks_is_logged_by_its_place_and_never_by_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: Scope, __: Receive, ___: Send) -> None:
        raise ValueError("weight 79.87 kg")

    with caplog.at_level(logging.ERROR):
        asked(broken)
    assert "ValueError at test_guard.py:" in caplog.text
    assert "79.87" not in caplog.text
    assert not any(record.exc_info for record in caplog.records)


def test_a_body_that_drips_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reading(_: Scope, receive: Receive, __: Send) -> None:
        found.append((await receive())["type"])

    found: list[str] = []
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    asked(reading, body=False)
    assert found == ["http.disconnect"]


def test_a_server_that_ends_tells_whoever_still_listens(caplog: pytest.LogCaptureFixture) -> None:
    async def listening(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise asyncio.CancelledError

    sent = asked(listening)
    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert not caplog.records
