"""Whoever came by the printed address before there was a twin is nobody to it once it is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from selftwin.web.app import create
from selftwin.web.house import House
from selftwin.web.sessions import COOKIE

from .loops import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = "four words in a row"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house in which no twin lies yet."""
    for name, value in (("HOME", str(tmp_path)), ("XDG_RUNTIME_DIR", str(tmp_path)), ("SELFTWIN_QUICK_KEYS", "1")):
        monkeypatch.setenv(name, value)
    made = House([tmp_path / "twin"])
    yield made
    made.close()


def test_a_visitor_makes_a_twin_and_takes_no_key_of_it_afterwards(house: House) -> None:
    guarded, app = create(house)

    async def visit() -> None:
        way = httpx.ASGITransport(guarded)
        async with httpx.AsyncClient(transport=way, base_url="http://127.0.0.1", timeout=60) as browser:
            came = await browser.get("/enter", params={"key": app.state.sessions.key})
            assert came.headers["location"] == "welcome"
            found = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/welcome?step=own")).text)
            assert found
            visitors = {"csrf": found[1]}
            twin = {"passphrase": WORDS, "again": WORDS, "zone": "Europe/Vienna"}
            made = await browser.post("/welcome/create", data=visitors | twin)
            assert made.headers["location"] == "../welcome?step=capsule"
            del browser.cookies[COOKIE]
            for action in ("capsule", "confirm", "skip", "create"):
                answer = await browser.post(f"/welcome/{action}", data=visitors)
                assert answer.headers.get("location") == "../login", action
            assert (await browser.get("/welcome")).headers["location"].startswith("login")

    run(visit())
