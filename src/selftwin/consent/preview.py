"""Exactly what a party would see, through the same gate and the same queries; on record as the owner's own preview."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict, Unpack

from selftwin.consent.book import Book
from selftwin.consent.grant import OWNER, Action, Granularity, Matter, Request
from selftwin.consent.reading import Glimpse, Seen, finest, look, purposes_of, view_as
from selftwin.consent.saying import purpose_key
from selftwin.consent.view import View
from selftwin.vault import beliefs, days, series
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    import polars as pl

    from selftwin.consent.consent import Consent
    from selftwin.consent.gate import Decision
    from selftwin.consent.grant import Grant
    from selftwin.vault.beliefs import Belief
    from selftwin.vault.store import Store
    from selftwin.vault.turns import Turns
    from selftwin.vocabulary.signal import Signal


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


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One signal that is kept, and what a party would see of it: how finely (None: nothing), how many rows, the days as
    `View.days` gives them (None where beliefs are all), and what is believed."""

    signal: Signal
    granularity: Granularity | None
    rows: int = 0
    days: pl.DataFrame | None = None
    beliefs: tuple[Belief, ...] = ()


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


def foresee(consent: Consent, store: Store, party: str, draft: Grant | None = None) -> tuple[Foreseen, ...]:
    """Every signal that is kept, with what a party would see of it; with a `draft` as if it were granted and open, for
    its purposes, else for those it was granted something for. On record as the owner's preview."""
    book, wanted = consent.book, sorted(draft.purposes) if draft else purposes_of(consent, party)
    if draft is not None:
        fresh = replace(draft, id=f"{party}-draft", party=party, emergency=False, since=consent.clock(), parent="",
                        by=OWNER)  # fmt: skip
        book = Book((*book.grants, fresh), book.bars)
    desk = _Desk(book, consent.lock, consent.clock)
    views = [View(party, one, Action.READ, desk, store) for one in wanted]
    counts = [{held.signal.key: held.rows for held in view.held(granted=True)} for view in views]
    found = tuple(_foreseen(book, views, counts, key, consent.clock()) for key in sorted(_keys(store)))
    seen = sum(one.granularity is not None for one in found)
    consent.record.tell("preview", OWNER, detail=f"what {party} would see: {seen} signals")
    return found


def _foreseen(
    book: Book, views: list[View], counts: list[dict[str, int]], key: str, now: datetime
) -> Foreseen:  # fmt: skip
    """The finest that any of the views shows of a signal."""
    signal = nature(key)
    matters = (Matter(key, signal.category.value, signal.sensitivity.value),)
    for grain in (Granularity.RAW, Granularity.DAILY):
        for view, rows in zip(views, counts, strict=True):
            if book.answer(Request(view.party, view.action, view.purpose, grain, matters, now)).allowed:
                seen = view.days(key)
                many = rows.get(key, 0) if grain is Granularity.RAW else seen.height
                return Foreseen(signal, grain, many, seen, tuple(view.estimates(key, granted=True)))
    for view in views:
        if beliefs_seen := tuple(view.estimates(key, granted=True)):
            return Foreseen(signal, Granularity.INSIGHT, 0, None, beliefs_seen)
    return Foreseen(signal, None)


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
