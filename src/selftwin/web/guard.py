"""The ring round every request: who may speak to a server on this machine, and what a page of it may load.

A page elsewhere can make a browser send requests here, under a name that it makes resolve to this machine. So the name
must be one of ours (rebinding), the origin ours (forgery), and the answer unreadable to others. Source: OWASP cheat
sheets on cross-site request forgery and HTTP headers; Fetch Metadata (W3C).
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from selftwin.web.saying import plain_error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LARGEST = 1 << 20  # bytes of a request's body, but for the pieces of an upload
LARGEST_PIECE = 16 << 20
PATIENCE, PATIENCE_PIECE = 60.0, 900.0  # seconds in which a body, and a piece of an upload, must have arrived
_LOG = logging.getLogger("uvicorn.error")


class Guard:
    """Refuses what does not come from a page of this server, and sets the headers that keep its pages to themselves."""

    def __init__(self, app: ASGIApp, *, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = {name.lower() for name in (*LOOPBACK, *names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        status, why = self._refusal(scope, headers)
        send = _dressed(scope, send)
        answer = _Answer(send)
        if status:
            await plain_error(status, "NotFromHere", why)(scope, receive, send)
            return
        try:
            await self.app(scope, _bounded(receive, *_room(scope)), answer)
        except asyncio.CancelledError:  # the server ends, and somebody still listens
            await answer.end()
        except Exception as error:  # noqa: BLE001 - it was answered; its words may tell values, so only its place is told
            _LOG.error("%s", told(error))

    def _refusal(self, scope: Scope, headers: dict[str, list[str]]) -> tuple[int, str]:
        """Status and reason, 0 where nothing speaks against it."""
        hosts = headers.get("host", [])
        if len(hosts) != 1 or _name(hosts[0]) not in self.names:
            return 421, "This server does not go by that name."
        origins = headers.get("origin", [])
        if any(not self._ours(origin, hosts[0]) for origin in origins):
            return 403, "That came from a page of somebody else."
        site = headers.get("sec-fetch-site", ["none"])[-1]
        visit = headers.get("sec-fetch-mode", [""])[-1] == "navigate" and scope["method"] in {"GET", "HEAD"}
        if site not in {"same-origin", "none"} and not visit:
            return 403, "That came from a page of somebody else."
        lengths = headers.get("content-length", [])
        if any(not length.isdigit() or int(length) > _room(scope)[0] for length in lengths):
            return 413, "That is larger than what is taken at a time."
        return 0, ""

    def _ours(self, origin: str, host: str) -> bool:
        """Whether an origin is this server, by the very name and port it was called by."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _name(host: str) -> str:
    """The name of a host without its port."""
    bare = host.strip().lower()
    if bare.startswith("["):
        name, _, rest = bare.partition("]")
        return f"{name}]" if not rest or (rest[0] == ":" and rest[1:].isdigit()) else bare
    return bare.rpartition(":")[0] if bare.rpartition(":")[2].isdigit() and ":" in bare else bare


class _Answer:
    """What is sent, and how far it is."""

    def __init__(self, send: Send) -> None:
        self._send, self._begun = send, False

    async def __call__(self, message: Message) -> None:
        self._begun = True
        await self._send(message)

    async def end(self) -> None:
        """End it where it is."""
        with suppress(Exception):  # whoever asked is gone, or was promised more
            if not self._begun:
                await self._send({"type": "http.response.start", "status": 503, "headers": []})
            await self._send({"type": "http.response.body", "body": b""})


def told(error: BaseException) -> str:
    """Which kind of error it is and where it arose, for whoever mends it; never its words."""
    places = [f"{PurePath(at.filename).name}:{at.lineno}" for at in traceback.extract_tb(error.__traceback__)[-6:]]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"


def _room(scope: Scope) -> tuple[int, float]:
    """How many bytes a body may have, and how many seconds it may take."""
    piece = scope["method"] == "PATCH" and "/uploads/" in scope["path"]
    return (LARGEST_PIECE, PATIENCE_PIECE) if piece else (LARGEST, PATIENCE)


def _bounded(receive: Receive, room: int, seconds: float) -> Receive:
    """What is received, cut off where there is more than fits, or it drips in: as if its sender had left."""
    left, whole = room, False
    ends = asyncio.get_running_loop().time() + seconds

    async def bounded() -> Message:
        nonlocal left, whole
        if whole:  # what comes now is that the sender leaves, which may take as long as it will
            return await receive()
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        if message["type"] == "http.request":
            whole = not message.get("more_body", False)
            left -= len(message.get("body", b""))
            if left < 0:
                return {"type": "http.disconnect"}
        return message

    return bounded


def _dressed(scope: Scope, send: Send) -> Send:
    """Every answer with the headers; nothing personal is kept by a cache."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            fresh = dict(HEADERS)
            if "/static/" not in scope["path"]:
                fresh["cache-control"] = "no-store"
            missing = [(name.encode(), value.encode()) for name, value in fresh.items() if name.encode() not in there]
            message = {**message, "headers": [*message["headers"], *missing]}
        await send(message)

    return dressed
