"""Who answers the other commands goes on, whatever a guest says and however few descriptors there are for a while."""

from __future__ import annotations

import errno
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from selftwin.twin.serving import listening, places
from selftwin.twin.serving.codec import packed
from selftwin.twin.serving.listening import Listener
from selftwin.twin.serving.remote import reach
from selftwin.twin.serving.wire import Gone, Wire

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from selftwin.twin import Twin


class Scarce:
    """A socket that first finds no free descriptor for whoever comes."""

    def __init__(self, real: socket.socket) -> None:
        self._real, self._failed = real, False

    def accept(self) -> Any:
        if not self._failed:
            self._failed = True
            raise OSError(errno.EMFILE, "Too many open files")
        return self._real.accept()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_it_listens_on_after_descriptors_ran_out(home: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    real = places.listening
    monkeypatch.setattr(places, "listening", lambda place: cast("socket.socket", Scarce(real(place))))
    monkeypatch.setattr(listening, "_BREATH", 0.01)
    door = Listener(home / "twin", lambda _: twin)
    found = reach(home / "twin", "pass")
    assert found is not None
    found.close()
    door.close()


@pytest.mark.parametrize("said", [[1], 7, None, ["a", "b", "c", "d"], {"a": 1}])
def test_an_odd_greeting_ends_nothing_but_its_own_line(
    home: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    broken: list[object] = []
    monkeypatch.setattr(threading, "excepthook", broken.append)
    door = Listener(home / "twin", lambda _: twin)
    connection = places.reached(home / "twin")
    assert connection is not None
    wire = Wire(connection)
    wire.send(*packed(said))
    with pytest.raises(Gone):
        wire.receive()
    wire.close()
    door.close()
    assert not broken
