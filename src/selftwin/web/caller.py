"""Who calls the API: the owner's browser by its session, which must carry its token wherever it changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from selftwin.vocabulary.errors import Locked, Refused
from selftwin.web.guard import SAFE
from selftwin.web.sessions import COOKIE, Session

if TYPE_CHECKING:
    from selftwin.web.sessions import Sessions


def owner(request: Request) -> Session:
    """The owner's session. Raises Locked without one, Refused where a change does not carry its token."""
    sessions: Sessions = request.app.state.sessions
    session = sessions.find(request.cookies.get(COOKIE))
    if session is None:
        raise Locked("Nobody is logged in, or the twin is locked.", hint="Log in with the passphrase.")
    if request.method not in SAFE and not session.meant(request.headers.get("x-csrf", "")):
        raise Refused("A change must carry the token of its session.", hint="Send it as the header X-CSRF.")
    return session


Owner = Annotated[Session, Depends(owner)]
