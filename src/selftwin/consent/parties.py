"""The parties a twin begins with and their grants, kept in the journal, and the views they give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from selftwin.consent.grant import (
    MODELS,
    OWNER,
    SELF_KNOWLEDGE,
    SERVICE,
    Action,
    Grant,
    Granularity,
    packed,
    unpacked,
)
from selftwin.consent.record import Record
from selftwin.consent.view import View
from selftwin.vocabulary.signal import Category, Sensitivity

if TYPE_CHECKING:
    from selftwin.vault.store import Store


@dataclass(frozen=True, slots=True)
class Consent:
    """The grants of one open vault, and the views they give."""

    store: Store
    record: Record

    def view(self, party: str = OWNER, *, purpose: str = SELF_KNOWLEDGE, action: Action = Action.READ) -> View:
        """What a party may see for a purpose; every read is decided by the gate at that moment."""
        return View(party, purpose, action, self.grants(), self.record, self.store)

    def grants(self) -> tuple[Grant, ...]:
        """Every grant in force or past, oldest first."""
        rows = self.store.connection.execute("SELECT body FROM journal.consent ORDER BY recorded, id").fetchall()
        return tuple(unpacked(json.loads(body)) for (body,) in rows)


def begin(store: Store) -> Consent:
    """The consent of an open vault; a new one begins with the owner's own grant and one to the twin's models."""
    consent = Consent(store, Record(store.files.log))
    if not consent.grants():
        with store.writing("journal"):
            _introduce(store, OWNER, "You", "person", frozenset(Action), SELF_KNOWLEDGE)
            _introduce(store, MODELS, "The twin's own models", "software", frozenset({Action.LEARN}), SERVICE)
    return consent


def _introduce(store: Store, party: str, name: str, kind: str, actions: frozenset[Action], purpose: str) -> None:
    now = datetime.now(UTC)
    grant = Grant(
        id=f"{party}-1",
        party=party,
        categories=frozenset(category.value for category in Category),
        sensitivities=frozenset(sensitivity.value for sensitivity in Sensitivity),
        actions=actions,
        purposes=frozenset({purpose}),
        granularity=Granularity.RAW,
        since=now,
        basis="own data" if party == OWNER else "consent",
    )
    store.connection.execute("INSERT INTO journal.party VALUES (?, ?, ?)", [party, name, kind])
    stamp = now.replace(tzinfo=None)
    store.connection.execute(
        "INSERT INTO journal.consent VALUES (?, ?, ?, ?)", [grant.id, party, stamp, json.dumps(packed(grant))]
    )
