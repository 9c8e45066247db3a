"""Who is at a browser: sessions behind a cookie, the token that every form carries, and the printed key."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.web.guesses import Guesses

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

    from selftwin.web.house import Held, House

COOKIE = "selftwin"
KEY_COOKIE = "selftwin-key"  # of a visitor
LONGEST = 12 * 3600.0  # seconds that a session lasts at most


def cookie(scope: Scope, what: str = COOKIE) -> str:
    """What a cookie of this server is called: a browser sends those of one host to all its ports, and two servers on
    one machine would end each other's sessions by the same name.

    >>> cookie({"server": ("127.0.0.1", 8377)})
    'selftwin-8377'
    """
    _, port = scope.get("server") or ("", None)
    return f"{what}-{port}" if port else what


@dataclass(slots=True)
class Session:
    """One browser that has shown the passphrase of a twin; gone when the twin locks or the server ends."""

    token: str
    held: Held
    csrf: str
    began: float
    says: deque[str] = field(default_factory=lambda: deque(maxlen=5))
    files: dict[str, bytes] = field(default_factory=dict)
    put_off: set[str] = field(default_factory=set)  # proposals answered with “not now”

    def meant(self, token: str) -> bool:
        """Whether a form or script carries this session's token."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


class Sessions:
    """Every session of this server, in memory alone."""

    def __init__(self, house: House, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._house, self._clock = house, clock
        self._every: dict[str, Session] = {}
        self._guesses = Guesses(clock)
        self._guard = threading.Lock()
        self.key = secrets.token_urlsafe(24)
        self._visitors: dict[str, Session] = {}
        for held in house.every:
            held.renewed.append(self.end_all)

    def enter(self, passphrase: str) -> Session:
        """A session for whoever knows the passphrase. Raises WrongPassphrase, TooOften, and what opening raises."""
        with self._guesses.weighed():
            held = self._house.enter(passphrase)
        return self.begin(held)

    def begin(self, held: Held) -> Session:
        """A session over an open twin."""
        session = Session(secrets.token_urlsafe(32), held, secrets.token_urlsafe(24), self._clock())
        with self._guard:
            self._every[session.token] = session
        return session

    def find(self, token: str | None) -> Session | None:
        """The session of a cookie, None where it is unknown, too old, or its twin is locked."""
        session = self._every.get(token or "")
        if session is None:
            return None
        if not session.held.open or self._clock() - session.began > LONGEST:
            self.end(session)
            return None
        return session

    def end(self, session: Session) -> None:
        """Forget one."""
        with self._guard:
            self._every.pop(session.token, None)

    def end_all(self, held: Held) -> None:
        """Forget every session over a twin, as when it locks; from then on it opens to its passphrase alone."""
        with self._guard:
            if held is self._house.first and held.exists:
                self.key = ""
            self._every = {token: one for token, one in self._every.items() if one.held is not held}

    def redeem(self, key: str) -> Session | None:
        """A visitor's pass for the key that `serve` printed, which is good once; None where it is another.

        A visitor sees nothing of a twin, but may make a new one where there is none.
        """
        with self._guard:
            if not self.key or not hmac.compare_digest(self.key.encode(), key.encode()):
                return None
            self.key = ""
            fresh = Session(secrets.token_urlsafe(32), self._house.first, secrets.token_urlsafe(24), self._clock())
            self._visitors[fresh.token] = fresh
        return fresh

    def visitor(self, token: str | None) -> Session | None:
        """The visitor of a cookie, None where nobody came with the key, or a twin is there by now: that is for whoever
        knows its passphrase."""
        found = self._visitors.get(token or "")
        return None if found is None or found.held.exists else found
