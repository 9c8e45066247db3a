"""The program that has a twin open answers the other commands of its person: each shows the passphrase first."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from selftwin.twin.serving import places
from selftwin.twin.serving.codec import Unsendable, unpacked
from selftwin.twin.serving.talk import Talk, do
from selftwin.twin.serving.wire import FIRST, Gone, Wire
from selftwin.vocabulary.errors import SelftwinError, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin.twin import Twin

    Run = Callable[[Twin, str, tuple[Any, ...], dict[str, Any]], Any]

VERSION = 1  # of what is said; commands of another release are told to come again
PATIENCE = 10.0  # seconds in which somebody who connects says who they are
_QUICKEST, _SLOWEST = 0.05, 8.0  # seconds between two guesses
_BREATH = 0.2  # seconds before listening again where it failed


class Doorkeeper:
    """Lets nobody in without the passphrase, one after the other; each that is wrong makes the next wait longer."""

    def __init__(self) -> None:
        self._wrong, self._turn = 0, threading.Lock()

    def let_in(self, passphrase: str, enter: Callable[[str], Twin]) -> Twin:
        """The open twin. Raises WrongPassphrase, after a while that doubles with each, and whatever `enter` raises."""
        with self._turn:
            try:
                twin = enter(passphrase)
                twin.prove(passphrase)
            except WrongPassphrase:
                self._wrong += 1
                time.sleep(min(_QUICKEST * 2**self._wrong, _SLOWEST))
                raise WrongPassphrase("This passphrase does not open the vault.") from None
            self._wrong = 0
            return twin


class Listener:
    """Answers for one vault until `close`, in threads of its own.

    `enter` gives the open twin to whoever says this passphrase, unlocking it where it is locked (raising as that does);
    whether it is the passphrase of a twin that is open is looked at here. `run` computes a word of the twin in the
    place of this process. `done` hears the name of each word that was called, such as `erase` or `change_passphrase`.
    """

    def __init__(
        self,
        place: Path,
        enter: Callable[[str], Twin],
        *,
        run: Run | None = None,
        done: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._enter, self._run, self._done, self._closed = enter, run, done, False
        self._doorkeeper, self._open = Doorkeeper(), set[Wire]()
        self._path = places.address(place)
        self._socket = places.listening(place)
        self._inode = self._path.stat().st_ino
        threading.Thread(target=self._listen, daemon=True, name="selftwin-door").start()

    def close(self) -> None:
        """Hang up on everybody, and listen no more; twice is fine."""
        self._closed = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()
        for wire in list(self._open):
            wire.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                if self._closed:
                    return
                time.sleep(_BREATH)  # no descriptor is free for the moment
                continue
            if places.is_same_person(connection):
                threading.Thread(target=self._answer, args=(connection,), daemon=True, name="selftwin-guest").start()
            else:
                connection.close()

    def _answer(self, connection: socket.socket) -> None:
        wire = Wire(connection)
        self._open.add(wire)
        try:
            connection.settimeout(PATIENCE)
            twin = self._let_in(wire)
            connection.settimeout(None)
            if twin is not None:
                talk = Talk(wire, twin, run=self._do)
                talk.say([True])
                talk.serve()
        except (Gone, Unsendable):
            pass
        finally:
            self._open.discard(wire)
            wire.close()

    def _let_in(self, wire: Wire) -> Twin | None:
        """The twin, where whoever connected knows its passphrase."""
        said = unpacked(*wire.receive(most=FIRST))
        if not isinstance(said, list) or len(said) != 3:
            raise Unsendable("what came is no greeting")
        version, passphrase, folder = said
        talk = Talk(wire, self)
        if version != VERSION:
            talk.fail(SelftwinError("Another release of selftwin has this twin open.", hint="Start `serve` anew."))
            return None
        try:
            twin = self._doorkeeper.let_in(str(passphrase), self._enter)
        except SelftwinError as error:
            talk.fail(error)
        else:
            places.stand_in(str(folder))
            return twin
        return None

    def _do(self, on: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        from selftwin.twin.serving.workers import HEAVY
        from selftwin.twin.twin import Twin

        try:
            if self._run is not None and name in HEAVY and isinstance(on, Twin):
                return self._run(on, name, args, kwargs)
            return do(on, name, args, kwargs)
        finally:
            self._done(name)
