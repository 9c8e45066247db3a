"""The inbox: what parties ask for, which the owner approves, narrows or declines. Asking opens nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import Action, Granularity
from selftwin.consent.granting import granted
from selftwin.consent.terms import Terms, Wish, narrowed
from selftwin.vault import documents
from selftwin.vault.alone import alone
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.consent.consent import Consent
    from selftwin.vault.store import Store

REQUEST = "request"
WAITING, APPROVED, DECLINED = "waiting", "approved", "declined"
_LONGEST = 500
PATIENCE = 20  # requests of one party that may wait at a time


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who asks for what, in their own words why, and what became of it."""

    number: int
    party: str
    terms: Terms
    why: str
    at: datetime
    state: str = WAITING
    answered: datetime | None = None
    grant: str = ""


@alone("_store.lock")
class Inbox:
    """The requests of one open vault."""

    def __init__(self, consent: Consent, store: Store) -> None:
        self._consent, self._store = consent, store

    def every(self) -> list[Asked]:
        """Every request, oldest first."""
        found = [_unpacked(body) for _, _, body in documents.every(self._store, REQUEST)]
        return sorted(found, key=lambda one: one.number)

    def waiting(self) -> list[Asked]:
        """Those the owner has not answered."""
        return [one for one in self.every() if one.state == WAITING]

    def found(self, number: int) -> Asked:
        """The request of that number. Raises UsageError."""
        held = next((one for one in self.every() if one.number == number), None)
        if held is None:
            raise UsageError(f"There is no request {number}.", hint="`selftwin consent ask` lists them.")
        return held

    def ask(self, party: str, terms: Terms, *, why: str = "") -> Asked:
        """Enter what a party asks for. Raises UnknownParty, UsageError where the words are more than a few lines, or
        too much that it asked for waits already."""
        self._consent.party(party)
        if len(why) > _LONGEST or not why.replace("\n", " ").isprintable():
            raise UsageError(f"A request says why in plain words, at most {_LONGEST} letters.")
        with self._consent.lock:
            known = self.every()
            if sum(one.party == party and one.state == WAITING for one in known) >= PATIENCE:
                raise UsageError(f"{PATIENCE} requests wait for an answer already.", hint="Wait until they have one.")
            number = max((one.number for one in known), default=0) + 1
            fresh = Asked(number, party, terms, why, self._consent.clock())
            self._keep(fresh, "ask", party)
        return fresh

    def approve(self, number: int, wish: Wish | None = None, *, newest: date | None = None) -> Asked:
        """Grant what was asked for, or less of it; its terms become those that were granted.

        `newest` is the last day with data. Raises UsageError for more, and where it was answered before.
        """
        with self._consent.lock:
            held = self._open(number)
            terms = narrowed(held.terms, wish or Wish(), newest=newest)
            given = granted(self._consent, held.party, terms)
            done = replace(held, terms=terms, state=APPROVED, answered=self._consent.clock(), grant=given.id)
            self._keep(done, "approve", held.party)
        return done

    def decline(self, number: int) -> Asked:
        """Say no. Raises UsageError where it was answered before."""
        with self._consent.lock:
            done = replace(self._open(number), state=DECLINED, answered=self._consent.clock())
            self._keep(done, "decline", done.party)
        return done

    def _open(self, number: int) -> Asked:
        held = self.found(number)
        if held.state != WAITING:
            raise UsageError(f"Request {number} was {held.state} before.")
        return held

    def _keep(self, one: Asked, what: str, party: str) -> None:
        with self._store.writing("journal"):
            documents.put(self._store, REQUEST, str(one.number), _packed(one))
        self._consent.record.tell(what, party, grant=one.grant, detail=f"request {one.number}")


def _packed(one: Asked) -> dict[str, Any]:
    return {
        "number": one.number,
        "party": one.party,
        "terms": {name: _plain(getattr(one.terms, name)) for name in Terms.__slots__},
        "why": one.why,
        "at": one.at.isoformat(),
        "state": one.state,
        "answered": one.answered.isoformat() if one.answered else None,
        "grant": one.grant,
    }


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return int(value) if isinstance(value, Granularity) else value


def _unpacked(body: Mapping[str, Any]) -> Asked:
    answered = body["answered"]
    return Asked(**{
        **body,
        "terms": _terms(body["terms"]),
        "at": datetime.fromisoformat(body["at"]).astimezone(UTC),
        "answered": datetime.fromisoformat(answered).astimezone(UTC) if answered else None,
    })  # fmt: skip


def _terms(body: Mapping[str, Any]) -> Terms:
    sets = {name: frozenset(body[name]) for name in ("purposes", "categories", "sensitivities", "signals", "estimates")}
    days = {name: date.fromisoformat(body[name]) if body[name] else None for name in ("first", "last")}
    return Terms(**{
        **body,
        **sets,
        **days,
        "actions": frozenset(Action(one) for one in body["actions"]),
        "granularity": Granularity(body["granularity"]),
        "until": datetime.fromisoformat(body["until"]) if body["until"] else None,
    })  # fmt: skip
