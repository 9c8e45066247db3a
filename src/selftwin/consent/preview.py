"""Exactly what a party would see, through the same gate and the same queries; on record as the owner's own preview."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict, Unpack

from selftwin.consent.grant import OWNER, Action
from selftwin.consent.reading import Glimpse, Seen, finest, look, purposes_of, view_as
from selftwin.consent.saying import purpose_key
from selftwin.consent.view import View
from selftwin.vault import beliefs, days, series

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from selftwin.consent.book import Book
    from selftwin.consent.consent import Consent
    from selftwin.consent.gate import Decision
    from selftwin.consent.grant import Request
    from selftwin.vault.store import Store
    from selftwin.vault.turns import Turns


class Looking(TypedDict, total=False):
    """What for, raw or by days, and which local days, both included."""

    purpose: str
    raw: bool
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a party would see for one purpose: a glimpse of every signal of which it sees anything, at its finest."""

    party: str
    purpose: str
    seen: tuple[Glimpse, ...]


@dataclass(slots=True)
class Tally:
    """Counts what a preview let through, in the place of the record; the owner's preview is one line there."""

    rows: int = 0

    def note(self, _request: Request, _decision: Decision, rows: int, **_days: date | None) -> None:
        """Count the rows of one decision."""
        self.rows += rows


@dataclass(slots=True)
class _Desk:
    """The desk of consent as it stands, with a tally in the place of the record."""

    book: Book
    lock: Turns
    clock: Callable[[], datetime]
    record: Tally = field(default_factory=Tally)


def preview(consent: Consent, store: Store, party: str, *, purpose: str = "") -> list[Preview]:
    """What a party would see, for each purpose it was granted something for, or for one.

    Raises UnknownParty, UnknownPurpose.
    """
    consent.party(party)
    wanted = [purpose_key(purpose)] if purpose else purposes_of(consent, party)
    keys, found = sorted(_keys(store)), []
    for one in wanted:
        view = unrecorded(consent, store, party, one)
        seen = (finest(view, key) for key in keys)
        found.append(Preview(party, one, tuple(Glimpse.of(some) for some in seen if some)))
    signals = sum(len(one.seen) for one in found)
    consent.record.tell("preview", OWNER, detail=f"what {party} would see: {signals} signals")
    return found


def preview_signal(consent: Consent, store: Store, party: str, key: str, **how: Unpack[Looking]) -> Seen:
    """What a party would see of one signal, all of it. Raises as `view_as` and `look`."""
    meant = view_as(consent, party, how.get("purpose", "")).purpose
    consent.record.tell("preview", OWNER, signal=key, detail=f"what {party} would see")
    view = unrecorded(consent, store, party, meant)
    return look(view, key, raw=how.get("raw", False), since=how.get("since"), until=how.get("until"))


def unrecorded(consent: Consent, store: Store, party: str, purpose: str) -> View:
    """What a party would see for a purpose, as a view whose reads are counted and not recorded as the party's."""
    return View(party, purpose, Action.READ, _Desk(consent.book, consent.lock, consent.clock), store)


def _keys(store: Store) -> set[str]:
    """Every signal of which anything is kept."""
    kept: set[str] = set()
    for name in store.existing():
        kept |= {*days.signals_with_days(store, name), *series.counts(store, name)}
        kept |= {belief.key for belief in beliefs.read(store, name)}
    return kept
