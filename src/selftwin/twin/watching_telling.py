"""Telling what a round found: one message an address, quiet hours kept, contacts called, failures kept for later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from selftwin import discover
from selftwin.consent.grant import OWNER
from selftwin.twin import delivering
from selftwin.twin import watching_contact as calling
from selftwin.twin import watching_papers as papers
from selftwin.twin.delivering import Parcel
from selftwin.twin.watching_hits import hits
from selftwin.twin.watching_papers import News, What, marked
from selftwin.twin.watching_quiet import Quiet
from selftwin.twin.watching_words import Item, Words
from selftwin.vault.resting import ALERT
from selftwin.vocabulary.alert import Urgency
from selftwin.vocabulary.errors import SelftwinError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from selftwin.consent.consent import Consent
    from selftwin.twin.delivering import Address
    from selftwin.twin.watching_contact import Call
    from selftwin.twin.watching_papers import Case, Contact, Watch
    from selftwin.vault.store import Store
    from selftwin.vocabulary.alert import Watcher
    from selftwin.vocabulary.finding import Line


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to an address (by name) or a contact, about some alerts, and what went wrong (empty: taken)."""

    to: str
    numbers: tuple[int, ...]
    trouble: str = ""

    def plain(self) -> dict[str, Any]:
        """The same as data."""
        return {"to": self.to, "numbers": self.numbers, "trouble": self.trouble}


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What goes to one address in one message."""

    address: Address
    items: tuple[tuple[int, int], ...]  # numbers of cases, and the place of the news in each


@dataclass(frozen=True, slots=True)
class Sender:
    """Tells what waits, of every alert that was kept."""

    store: Store
    consent: Consent
    figure: Callable[[Line], str]
    patience: float

    def tell(self, now: datetime) -> tuple[list[Sent], list[int]]:
        """What was sent, and the numbers of alerts that wait for the end of quiet hours."""
        called = self._call(now)
        bundles, held = self._bundles(now)
        sent = self._send(bundles, now)
        return [*called, *sent], sorted(held)

    # To the person

    def _bundles(self, now: datetime) -> tuple[list[_Bundle], set[int]]:
        """One message an address; what is urgent in one of its own, first."""
        watches = {one.name: one for one in papers.watches(self.store)}
        urgent: dict[str, list[tuple[int, int]]] = {}
        others: dict[str, list[tuple[int, int]]] = {}
        held: set[int] = set()
        for case in papers.cases(self.store):
            for place, news in enumerate(case.news):
                presses = case.presses(now) and news.what is not What.OVER
                waiting = news.waits_for
                if waiting and self._quiet(watches.get(case.watch), now, presses=presses):
                    held.add(case.number)
                    continue
                for name in waiting:
                    (urgent if presses else others).setdefault(name, []).append((case.number, place))
        known = papers.addresses(self.store)
        return [_Bundle(one, tuple(some[one.name])) for some in (urgent, others) for one in known
                if one.name in some], held  # fmt: skip

    def _quiet(self, watch: Watch | None, now: datetime, *, presses: bool) -> bool:
        shared = papers.telling(self.store).quiet
        mine = (watch.quiet if watch else Quiet()).beside(shared)
        return mine.holds(now, self.store.zones, Urgency.NOW if presses else Urgency.TODAY)

    def _send(self, bundles: list[_Bundle], now: datetime) -> list[Sent]:
        """Send every bundle side by side, and keep what became of each."""
        parcels = [self._parcel(one, now) for one in bundles]
        troubles = delivering.send(parcels, patience=self.patience) if parcels else []
        told = []
        for bundle, trouble in zip(bundles, troubles, strict=True):
            self._mark(bundle, now, trouble)
            numbers = tuple(dict.fromkeys(number for number, _ in bundle.items))
            told.append(Sent(bundle.address.name, numbers, trouble))
            alerts = ", ".join(map(str, numbers))
            detail = f"{alerts} to {bundle.address.name}, saying {bundle.address.say.value}: {trouble or 'sent'}"
            self.consent.record.tell(ALERT, OWNER, detail=detail, allowed=not trouble)
        return told

    def _parcel(self, bundle: _Bundle, now: datetime) -> Parcel:
        cases = {one.number: one for one in papers.cases(self.store)}
        kinds = {one.name: one.title for one in _kinds()}
        words = Words(self.store.zones, self.figure)
        items = [
            Item(case, case.news[place], kinds.get(case.kind, case.kind), hits(cases.values(), case.watch),
                 presses=case.presses(now))
            for number, place in bundle.items
            for case in (cases[number],)
        ]
        urgent = any(one.presses for one in items)
        say = bundle.address.say
        return Parcel(bundle.address.url, words.title(items, say), words.body(items, say), urgent)

    def _mark(self, bundle: _Bundle, now: datetime, trouble: str) -> None:
        cases = {one.number: one for one in papers.cases(self.store)}
        for number, place in bundle.items:
            case = cases[number]
            news = list(case.news)
            news[place] = marked(news[place], bundle.address.name, now.isoformat(), trouble)
            cases[number] = replace(case, news=tuple(news))
        for number in dict(bundle.items):
            papers.keep_case(self.store, cases[number])

    # To a contact

    def _call(self, now: datetime) -> list[Sent]:
        """Call whoever is to be called; of each call the person is told."""
        watches, shared = {one.name: one for one in papers.watches(self.store)}, papers.telling(self.store)
        cases = papers.cases(self.store)
        due: dict[Contact, list[Case]] = {}
        for case in cases:
            watch = watches.get(case.watch)
            contact = (watch.contact if watch else None) or shared.contact
            if not (watch and contact and calling.is_due(case, contact, now)):
                continue
            if calling.is_rested(cases, contact.party, now):
                due.setdefault(contact, []).append(case)
        return [sent for contact, some in due.items() for sent in self._called(some, contact, now)]

    def _called(self, cases: list[Case], contact: Contact, now: datetime) -> list[Sent]:
        """Tell one contact of some alerts in one message, what is urgent first."""
        names = {one.id: one.name for one in self.consent.parties()}
        name = names.get(contact.party, contact.party)
        made: list[Call] = []
        for case in sorted(cases, key=lambda one: (not one.presses(now), -one.number)):
            if (told := self._read(case, contact, now, whole=len(made) < calling.WHOLE)) is None:
                self._news(case, What.UNCALLED, calling.untold_words(name, ""), now)
            else:
                made.append(told)
        if not made:
            return []
        parcel = Parcel(contact.url, *calling.message(made, contact, papers.telling(self.store)), urgent=True)
        (trouble,) = delivering.send([parcel], patience=self.patience)
        for one in made:
            case = one.case
            self.consent.record.tell(ALERT, contact.party, signal=case.signal, allowed=not trouble,
                                     detail=f"told of alert {case.number}: {trouble or 'sent'}")  # fmt: skip
            if trouble:
                self._news(case, What.UNCALLED, calling.untold_words(name, trouble), now)
            else:
                case = replace(case, called=f"{contact.party} {now.isoformat()}")
                self._news(case, What.CALLED, calling.told_words(name, one, contact), now)
        return [Sent(contact.party, tuple(sorted(one.case.number for one in made)), trouble)]

    def _read(self, case: Case, contact: Contact, now: datetime, *, whole: bool) -> Call | None:
        try:
            return calling.call(self.consent, case, contact, self.figure, now, whole=whole)
        except SelftwinError:  # a grant ended between
            return None

    def _news(self, case: Case, what: What, words: str, now: datetime) -> None:
        """Keep what the person is to be told of a call; of one that could not be made once alone."""
        if what is What.UNCALLED and case.told(what):
            return
        to = case.news[0].to
        papers.keep_case(self.store, replace(case, news=(*case.news, News(what, now.isoformat(), to, words=words))))


def _kinds() -> list[Watcher]:
    found: list[Watcher] = discover.watches()
    return found
