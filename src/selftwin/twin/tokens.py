"""Tokens: how a party's own software comes in. A token says who asks; what they may see is for the gate to decide."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, OWNER
from selftwin.vault import documents
from selftwin.vault.alone import alone
from selftwin.vocabulary.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.consent.consent import Consent
    from selftwin.vault.store import Store

TOKEN = "token"  # noqa: S105 - the kind of paper
NOBODYS = {OWNER, MODELS}  # parties whom no token may speak for, though an older release issued some
USUAL = timedelta(days=90)
_LETTERS = 32  # bytes of chance in a token


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: whose, what it is called, from when until when; the token itself is not kept."""

    id: str
    party: str
    label: str
    made: datetime
    until: datetime
    digest: str
    revoked: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked is None and now < self.until


@alone("_store.lock")
class Tokens:
    """The tokens of one open vault. Each is for one party; introducing, granting and withdrawing stay as they are."""

    def __init__(self, store: Store, consent: Consent) -> None:
        self._store, self._consent = store, consent

    def every(self) -> list[Token]:
        """Every token, oldest first."""
        return [_unpacked(body) for _, _, body in documents.every(self._store, TOKEN)]

    def issue(self, party: str, *, label: str = "", lasts: timedelta = USUAL) -> tuple[Token, str]:
        """A new token of a party, and its words, which are told once and kept by nobody here.

        Raises UnknownParty, UsageError where the label is no line of plain text, it would last no time, or it would be
        the owner's: who holds it would see everything without a grant and without the passphrase.
        """
        self._consent.party(party)
        if party in NOBODYS:
            raise UsageError("A token is for somebody you have introduced.", hint="You come in by your passphrase.")
        if len(label) > 80 or not label.isprintable():
            raise UsageError("A token's label is one line of plain text, at most 80 letters.")
        if lasts <= timedelta(0):
            raise UsageError("A token lasts some time.")
        now = self._consent.clock()
        known = {one.id for one in self.every()}
        name = next(f"token-{n}" for n in range(1, len(known) + 2) if f"token-{n}" not in known)
        words = f"{name}.{secrets.token_urlsafe(_LETTERS)}"
        fresh = Token(name, party, label, now, now + lasts, _digest(words))
        self._keep(fresh, "issue token")
        return fresh, words

    def whose(self, words: str) -> Token:
        """The token of these words. Raises Refused where there is none, it ended, or it was revoked."""
        name = words.partition(".")[0]
        body = documents.one(self._store, TOKEN, name) if name.startswith("token-") else None
        held = None if body is None else _unpacked(body)
        known = held is not None and hmac.compare_digest(held.digest, _digest(words))
        if held is None or not known or held.party in NOBODYS or not held.open(self._consent.clock()):
            raise Refused("That token opens nothing.", hint="Ask the owner for another.")
        return held

    def revoke(self, name: str) -> Token:
        """It lets nobody in from now on. Raises UsageError where there is none of that name, or it was revoked."""
        held = next((one for one in self.every() if one.id == name), None)
        if held is None or held.revoked:
            raise UsageError(f"There is no token {name!r} that still opens anything.")
        gone = _unpacked(_packed(held) | {"revoked": self._consent.clock().isoformat()})
        self._keep(gone, "revoke token")
        return gone

    def _keep(self, one: Token, what: str) -> None:
        with self._store.writing("journal"):
            documents.put(self._store, TOKEN, one.id, _packed(one))
        self._consent.record.tell(what, one.party, detail=one.id)


def _digest(words: str) -> str:
    """The words are drawn by chance, 256 bits of it: a plain hash is enough to keep them by."""
    return hashlib.sha256(words.encode()).hexdigest()


def _packed(one: Token) -> dict[str, Any]:
    gone = one.revoked.isoformat() if one.revoked else None
    return {"id": one.id, "party": one.party, "label": one.label, "made": one.made.isoformat(),
            "until": one.until.isoformat(), "digest": one.digest, "revoked": gone}  # fmt: skip


def _unpacked(body: Mapping[str, Any]) -> Token:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(UTC)

    gone = moment(body["revoked"]) if body["revoked"] else None
    return Token(**{**body, "made": moment(body["made"]), "until": moment(body["until"]), "revoked": gone})
