"""The record: every decision of the gate, allowed or refused, appended to the vault's sealed log. No values, ever."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from selftwin.consent.grant import MODELS, OWNER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.consent.gate import Decision
    from selftwin.consent.grant import Request
    from selftwin.vault.log import SealedLog


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision: who asked for what, when, what for, how it was decided, and how many rows were shown."""

    at: datetime
    party: str
    action: str
    purpose: str
    granularity: str
    signal: str
    allowed: bool
    grant: str
    reason: str
    rows: int


class Record:
    """Appends decisions; reads by the owner and the twin's own models in batches, a refusal or another's at once."""

    def __init__(self, log: SealedLog) -> None:
        self._log = log

    def note(self, request: Request, decision: Decision, rows: int) -> None:
        """Append one decision."""
        body = {
            "at": request.at.isoformat(),
            "party": request.party,
            "action": request.action.value,
            "purpose": request.purpose,
            "granularity": request.granularity.name.lower(),
            "signal": request.signal,
            "allowed": decision.allowed,
            "grant": decision.grant.id if decision.grant else "",
            "reason": decision.reason,
            "rows": rows,
        }
        own = decision.allowed and request.party in {OWNER, MODELS}
        self._log.append(json.dumps(body, separators=(",", ":")).encode(), now=not own)

    def entries(self) -> Iterator[Entry]:
        """Every decision so far, oldest first."""
        for line in self._log.read():
            body = json.loads(line)
            body["at"] = datetime.fromisoformat(body["at"]).astimezone(UTC)
            yield Entry(**body)
