"""Messages over a socket between two processes of one person: a length, JSON, and the blobs it names."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress

from selftwin.vocabulary.errors import VaultError

_HEAD = struct.Struct(">QI")
_SIZE = struct.Struct(">Q")
MOST = 4 << 30  # bytes of a message
FIRST = 64 << 10  # of one from somebody who has not shown that they may
_MANY = 100_000  # blobs
ENDED = "The program that has this twin open ended before it answered."


class Gone(VaultError):
    """Whoever was at the other end is there no more."""

    hint = "Run the command again."


class Wire:
    """One end of a connection. Messages are sent whole; several threads may send."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket, self._sending = connection, threading.Lock()

    def send(self, text: bytes, blobs: list[bytes]) -> None:
        """Send a message. Raises Gone."""
        head = _HEAD.pack(len(text), len(blobs)) + b"".join(_SIZE.pack(len(one)) for one in blobs)
        try:
            with self._sending:
                self._socket.sendall(head + text)
                for one in blobs:
                    self._socket.sendall(one)
        except OSError:
            self.close()
            raise Gone(ENDED) from None

    def receive(self, *, most: int = MOST) -> tuple[bytes, list[bytes]]:
        """The next message. Raises Gone where there is none any more, or one longer than `most`."""
        length, many = _HEAD.unpack(self._bytes(_HEAD.size))
        if many > _MANY:
            raise Gone("What came is no message.")
        sizes = [_SIZE.unpack(self._bytes(_SIZE.size))[0] for _ in range(many)]
        if length + sum(sizes) > most:
            raise Gone("What came is too long for a message.")
        return bytes(self._bytes(length)), [bytes(self._bytes(size)) for size in sizes]

    def close(self) -> None:
        """Hang up; twice is fine."""
        with suppress(OSError):  # the other end did
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _bytes(self, size: int) -> bytearray:
        found = bytearray(size)
        view, have = memoryview(found), 0
        while have < size:
            try:
                got = self._socket.recv_into(view[have:], min(size - have, 1 << 20))
            except OSError:
                got = 0
            if not got:
                self.close()
                raise Gone(ENDED)
            have += got
        return found
