"""Connections: whoever asks nothing is hung up on, and so is one too many; whoever waits for an answer is not."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from selftwin.web import line
from selftwin.web.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def slow(_: Any, __: Any, send: Any) -> None:
    """Answers after a second."""
    await asyncio.sleep(1)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@contextmanager
def running() -> Iterator[int]:
    """A server with such connections; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(slow, http=Line, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listening.close()


def connected(port: int, says: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=5)
    made.sendall(says)
    return made


def test_who_asks_nothing_is_hung_up_on_and_who_waits_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE", 0.2)
    with running() as port, connected(port, b"") as silent, connected(port, ASK[:-2]) as half:
        waits = connected(port, ASK)
        assert silent.recv(100) == b""
        assert half.recv(100) == b""
        with waits:
            assert waits.recv(1000).startswith(b"HTTP/1.1 200")


def test_one_too_many_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST", 1)
    with running() as port, connected(port, ASK) as first:
        time.sleep(0.1)
        with connected(port, b"") as second, suppress(ConnectionError):
            assert second.recv(100) == b""
        assert first.recv(1000).startswith(b"HTTP/1.1 200")
