"""A process that computes heavy words of a twin: it holds no key and no vault, and reads through views it is lent.

    python -m selftwin.twin.serving.worker SOCKET
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from selftwin.consent.grant import OWNER
from selftwin.twin.serving.living import Away
from selftwin.twin.serving.talk import Talk, do
from selftwin.twin.serving.wire import Gone, Wire
from selftwin.twin.twin import Twin
from selftwin.vault.owner import no_memory_image
from selftwin.vault.turns import Turns

if TYPE_CHECKING:
    from selftwin.consent.view import View
    from selftwin.twin.watching import Watches


class Apart(Twin):
    """A twin without a vault: what it computes is computed here, what it reads it asks of the twin elsewhere."""

    def __init__(self, elsewhere: Twin) -> None:
        self._elsewhere = elsewhere
        self._store = cast("Any", SimpleNamespace(lock=Turns(), zones=elsewhere.zones))
        self.consent = elsewhere.consent

    def view(self, party: str = OWNER) -> View:
        """What a party may see, read elsewhere."""
        return self._elsewhere.view(party)

    @property
    def watch(self) -> Watches:
        """The watches, as they stand elsewhere."""
        return self._elsewhere.watch


def answer(wire: Wire) -> None:
    """Compute one word. Raises Gone."""
    talk = Talk(wire)
    word, args, kwargs, tell = talk.answer()
    asked = dict(kwargs) | ({} if tell is None else {"tell": talk.word(tell)})
    try:
        value = do(Apart(cast("Twin", Away(talk, 0, Twin))), word, tuple(args), asked)
    except Gone:
        raise
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        talk.fail(error)
    else:
        talk.say(value)


def main() -> None:
    """Compute until the other end is gone."""
    no_memory_image()
    threading.Thread(target=_outlive_nobody, daemon=True).start()
    wire = Wire(socket.socket(fileno=int(sys.argv[1])))
    _get_ready()
    while True:
        try:
            answer(wire)
        except Gone:
            os._exit(0)


def _get_ready() -> None:
    """Load what most words need, before anybody waits for it."""
    for name in ("polars", "scipy.stats", "selftwin.twin.believing", "selftwin.twin.effecting"):
        import_module(name)


def _outlive_nobody() -> None:
    os.read(0, 1)  # nothing ever comes: it returns when the other end is closed
    os._exit(1)


if __name__ == "__main__":
    main()
