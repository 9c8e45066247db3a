"""What the server says and starts as it begins: the key goes to the terminal, and nowhere another user can read it."""

from __future__ import annotations

import socket
import webbrowser
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from selftwin.web import serving

if TYPE_CHECKING:
    import pytest

    from selftwin.web.house import House

KEY = "a key good once"


def test_the_browser_is_opened_without_the_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    asked = serving._parser().parse_args(["--place", "twin", "--open"])
    house = cast("House", SimpleNamespace(first=SimpleNamespace(open=True, exists=True)))
    serving._say(asked, 8377, KEY, house)
    assert KEY in capsys.readouterr().out
    assert opened == ["http://127.0.0.1:8377/"]


def test_answers_leave_at_once_and_never_wait_for_the_last_one_to_be_acknowledged() -> None:
    """asyncio sets TCP_NODELAY where the protocol is named; without it each answer on a kept line took 40 ms more."""
    with serving._listen("127.0.0.1", 0) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as line:
            assert line.proto == socket.IPPROTO_TCP
