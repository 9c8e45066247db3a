"""Who calls the API: the owner's browser by its session, or a party's software by a token of its own.

A session must carry its token wherever it changes something. A party's token says only who asks: what may be seen is
for the gate to decide, at each read.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from selftwin.consent.reading import view_as
from selftwin.vocabulary.errors import Locked, Refused
from selftwin.web.guard import SAFE
from selftwin.web.guesses import TooOften
from selftwin.web.sessions import Session, cookie

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.consent.view import View
    from selftwin.web.house import Held, House
    from selftwin.web.sessions import Sessions

BEARER = "bearer "
RATE, BURST = 20.0, 200.0  # requests a second that a party may go on making, and at once
KNOWN = 1000  # of those who ask, before the ones whose bucket is full again are forgotten
_TOKEN = re.compile(r"token-\d{1,6}\.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: over which twin, and as whom."""

    held: Held
    party: str = ""

    @property
    def owner(self) -> bool:
        """Whether it is the owner."""
        return not self.party

    def view(self, purpose: str = "") -> View:
        """What the caller may see. Raises Locked, UnknownPurpose, UsageError where a purpose must be said."""
        twin = self.held.twin
        return twin.view() if self.owner else view_as(twin.consent, self.party, purpose)


@dataclass(slots=True)
class Patience:
    """How many more requests a party may make now: a bucket that fills again by itself."""

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: str) -> None:
        """Count one request. Raises TooOften."""
        now = self.clock()
        with self._guard:
            if len(self._left) >= KNOWN:
                self._left = {one: bucket for one, bucket in self._left.items() if now - bucket[1] < BURST / RATE}
            left, since = self._left.get(who, (BURST, now))
            left = min(BURST, left + (now - since) * RATE)
            self._left[who] = (max(left - 1, 0.0), now)
        if left < 1:
            raise TooOften("More requests than a twin answers.", hint="Ask for more at once, and less often.")


def owner(request: Request) -> Session:
    """The owner's session. Raises Locked without one, Refused where a change does not carry its token."""
    sessions: Sessions = request.app.state.sessions
    session = sessions.find(request.cookies.get(cookie(request.scope)))
    if session is None:
        raise Locked("Nobody is logged in, or the twin is locked.", hint="Log in with the passphrase.")
    if request.method not in SAFE and not session.meant(request.headers.get("x-csrf", "")):
        raise Refused("A change must carry the token of its session.", hint="Send it as the header X-CSRF.")
    session.held.stay()
    return session


def caller(request: Request) -> Caller:
    """The owner, or the party of a token. Raises Locked, Refused, TooOften."""
    said = request.headers.get("authorization", "")
    if said.lower().startswith(BEARER):
        return _party(request, said[len(BEARER) :].strip())
    return Caller(owner(request).held)


def _party(request: Request, words: str) -> Caller:
    """The party whose token this is, in whichever open twin."""
    house: House = request.app.state.house
    patience: Patience = request.app.state.patience
    named = _TOKEN.match(words)  # whatever else is said is one and the same stranger
    patience.take((named[0] if named else "") + (request.client.host if request.client else ""))
    opened = [held for held in house.every if held.open]
    if not opened:
        raise Locked("The twin is locked.", hint="Its owner must unlock it.")
    for held in opened:
        try:
            return Caller(held, held.twin.tokens.whose(words).party)
        except Refused as no:
            refused = no
    raise refused


Owner = Annotated[Session, Depends(owner)]
Anyone = Annotated[Caller, Depends(caller)]
