"""A browser's connection, where the server has less patience than uvicorn: whoever connects and asks nothing is hung
up on, and so is one too many, or a neighbour on this machine could leave the vault without a free descriptor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

PATIENCE = 10.0  # seconds in which a request is begun and its head is whole
MOST = 256  # connections at a time


class Line(H11Protocol):
    """One connection."""

    _seen: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It begins."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
            transport.abort()
            return
        self.loop.call_later(PATIENCE, self._look)

    def _look(self) -> None:
        """Hang up where nothing was asked since the last look, and nothing is being answered."""
        if self.transport.is_closing():
            return
        if self.cycle is self._seen and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()
            return
        self._seen = self.cycle
        self.loop.call_later(PATIENCE, self._look)
