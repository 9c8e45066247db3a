"""Serving as a command begins it: where it is free, and how it ended."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from selftwin.cli import serving
from selftwin.cli.serving import Serving, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on, at ::1 alone."""
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as listening:
        try:
            listening.bind(("::1", 0))
        except OSError:
            pytest.skip("This system has no ::1.")
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_that_is_taken_is_seen_at_either_kind_of_address(taken: int) -> None:
    assert not serving._free("::1", taken)
    assert serving._free("127.0.0.1", taken)


def test_how_the_server_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Serving, "words", lambda _: [sys.executable, "-c", "raise SystemExit(7)"])
    assert serve(Serving((Path("twin"),)), {}) == 7
