"""Find: pages, signals and things to do by their names, for the palette and for whoever has no script."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from ..conftest import Served  # noqa: TID252 - the folder is no package


@pytest.fixture(scope="module")
def client(server: Served) -> Iterator[httpx.Client]:
    with server.client() as client:
        for _ in range(100):
            if "still looking" not in client.get("/find").text:
                break
            time.sleep(0.1)
        yield client


def found(text: str) -> list[str]:
    """The names in every list of the page."""
    lists = re.findall(r'<ul [^>]*data-find="[^"]+">.*?</ul>', text, re.DOTALL)
    return re.findall(r"<(?:a|button)[^>]*>([^<]+)</(?:a|button)>", "".join(lists))


def test_without_a_word_everything_is_listed(client: httpx.Client) -> None:
    names = found(client.get("/find").text)
    assert {"Today", "Settings", "Resting heart rate", "Lock now", "Turn the pages dark"} <= set(names)


def test_every_word_must_be_held_in_any_case_and_order(client: httpx.Client) -> None:
    names = found(client.get("/find", params={"q": "RATE resting"}).text)
    assert names == ["Resting heart rate"]
    assert found(client.get("/find", params={"q": "turn DARK"}).text) == ["Turn the pages dark"]


def test_nothing_found_is_said_and_what_was_asked_is_escaped(client: httpx.Client) -> None:
    text = client.get("/find", params={"q": "<b>zzz"}).text
    assert "Nothing by that name" in text
    assert 'value="&lt;b&gt;zzz"' in text
