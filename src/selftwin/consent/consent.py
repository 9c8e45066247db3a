"""Consent over one open vault: the book of grants, how it is changed, and the views it gives."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Unpack

from selftwin.consent import notice, parties
from selftwin.consent.book import Book
from selftwin.consent.grant import (
    CONSENT,
    MODELS,
    OWN_DATA,
    OWNER,
    SELF_KNOWLEDGE,
    SERVICE,
    VITAL_INTEREST,
    Action,
    Bar,
    Grant,
    Granularity,
    packed,
    unpacked,
    unpacked_bar,
)
from selftwin.consent.narrowing import Narrower, narrowed
from selftwin.consent.parties import KINDS, Party
from selftwin.consent.record import Record
from selftwin.consent.saying import near
from selftwin.consent.view import View
from selftwin.vault import documents
from selftwin.vault.alone import alone
from selftwin.vocabulary import given
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import Refused, UnknownGrant, UnknownParty, UsageError
from selftwin.vocabulary.purpose import purpose
from selftwin.vocabulary.signal import Category, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from selftwin.consent.explaining import Explanation, How
    from selftwin.consent.notice import Notice
    from selftwin.consent.preview import Foreseen, Looking, Preview
    from selftwin.consent.reading import Seen
    from selftwin.consent.requests import Inbox
    from selftwin.vault.store import Store

GRANT, BAR = "grant", "bar"
_USUAL = timedelta(days=30)  # a grant ends by itself; so does everything it was passed on to
_GLASS = timedelta(hours=24)
_PARTY_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def _now() -> datetime:
    return datetime.now(UTC)


@alone("lock")
class Consent:
    """The grants of one open vault and the views they give. Every change is in the record, and holds at once.

    What opens is in the record before it holds, what closes holds before it is in the record. `clock` tells the time
    to grants and views.
    """

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = _now) -> None:
        self._store, self.clock, self.lock = store, clock, store.lock
        self.record = Record(store.files)
        self.book = Book()
        self._load()
        if not self.book.chains(OWNER):
            self._begin()

    def view(self, party: str = OWNER, *, purpose: str = SELF_KNOWLEDGE, action: Action = Action.READ) -> View:
        """What a party may see for a purpose; every read is decided by the gate at that moment."""
        return View(party, purpose, action, self, self._store)

    def parties(self) -> list[Party]:
        """Everyone the owner has introduced, oldest first."""
        return parties.parties(self._store)

    def party(self, name: str) -> Party:
        """The party of that id. Raises UnknownParty."""
        given.a(str, name, "A party's id")
        found = next((one for one in self.parties() if one.id == name), None)
        if found is None:
            hint = near(name, [one.id for one in self.parties()], UnknownParty.hint)
            raise UnknownParty(f"Nobody called {name!r} was introduced.", hint=hint)
        return found

    def introduce(self, id: str, name: str, *, kind: str = "person", contact: str = "") -> Party:  # noqa: A002
        """Make a party known, who may then ask, or correct what is known of it; introducing grants nothing.

        `kind` is person, organisation or software. Raises UsageError.
        """
        if not _PARTY_ID.fullmatch(given.a(str, id, "A party's id")):
            raise UsageError("A party's id is made of small letters, digits and . _ -, first a letter or digit.")
        if id in {OWNER, MODELS}:
            raise UsageError(f"{id!r} is the twin's own.")
        if kind not in KINDS:
            raise UsageError(f"A party is one of: {', '.join(KINDS)}.")
        if not given.a(str, name, "A name").strip() or not (name + given.a(str, contact, "A contact")).isprintable():
            raise UsageError("A party needs a name, and it and its contact are one line of plain text each.")
        party = Party(id, name, kind, contact)
        with self.lock:
            with self._store.writing("journal"):
                parties.keep(self._store, party)
            self.record.tell("introduce", id)
        return party

    def grant(
        self,
        party: str,
        purposes: Iterable[str],
        *,
        categories: Iterable[str] = (),
        sensitivities: Iterable[str] = (),
        signals: Iterable[str] = (),
        estimates: Iterable[str] = (),
        actions: Iterable[Action] = (Action.READ,),
        granularity: Granularity = Granularity.INSIGHT,
        since: datetime | None = None,
        until: datetime | None = None,
        first: date | None = None,
        last: date | None = None,
        passable: bool = False,
        emergency: bool = False,
        basis: str = CONSENT,
        shown: str = "",
    ) -> Grant:
        """Grant a party something, for 30 days (the twin's own models: until withdrawn) and insights alone unless told
        otherwise. Raises UnknownParty, UnknownPurpose, UsageError.
        """
        began = _utc(since) or self.clock()
        with self.lock:
            return self._give(
                Grant(
                    id=self._fresh_id(party),
                    party=party,
                    categories=given.words(categories, "categories"),
                    sensitivities=given.words(sensitivities, "sensitivities"),
                    actions=_actions(actions),
                    purposes=given.words(purposes, "purposes"),
                    granularity=granularity,
                    since=began,
                    until=_utc(until) or (None if party == MODELS else began + _USUAL),
                    first=first,
                    last=last,
                    signals=given.words(signals, "signals"),
                    estimates=given.words(estimates, "estimates"),
                    passable=passable,
                    emergency=emergency,
                    basis=basis,
                    shown=shown,
                )
            )

    def pass_on(self, parent: str, party: str, *, passable: bool = False, **less: Unpack[Narrower]) -> Grant:
        """Pass a grant on to another party, the whole or less of it; what would be more is refused.

        Raises UnknownGrant, UnknownParty, UsageError, and Refused where the grant may not be passed on now.
        """
        with self.lock:
            held, now = self.found(parent), self.clock()
            self.party(party)
            try:
                self._may_pass_on(held, now)
                less["since"] = _utc(less.get("since")) or max(now, held.since)
                less["until"] = _utc(less.get("until")) or held.until or now + _USUAL
                fresh = narrowed(held, less)
            except Refused as no:
                self.record.tell("pass on", held.party, grant=held.id, detail=f"to {party}: {no}", allowed=False)
                raise
            return self._give(
                replace(fresh, id=self._fresh_id(party), party=party, parent=held.id, by=held.party, passable=passable)
            )

    def _may_pass_on(self, held: Grant, now: datetime) -> None:
        chain = next((chain for chain in self.book.chains(held.party) if chain[0] is held), ())
        standing = [link for link in chain if not link.revoked and (link.until is None or now < link.until)]
        if not chain or len(standing) < len(chain):
            raise Refused(f"{held.id} is withdrawn or has ended, and cannot be passed on.")
        if held.emergency or not all(link.passable for link in chain):
            raise Refused(f"{held.party} may not pass {held.id} on.")

    def revoke(self, name: str) -> Grant:
        """Withdraw a grant; it and all that was passed on from it are closed to the very next read.

        Raises UnknownGrant, UsageError for the owner's own and for one withdrawn before.
        """
        with self.lock:
            held = self.found(name)
            if held.party == OWNER:
                raise UsageError("What is yours cannot be withdrawn from you.")
            if held.revoked:
                raise UsageError(f"{name} was withdrawn before.")
            gone = replace(held, revoked=self.clock())
            if held.party == MODELS:
                self._unlearn(gone)
            self._close(gone, "revoke")
        return gone

    def _unlearn(self, gone: Grant) -> None:
        """What the models learnt by this grant alone goes first, so that a crash leaves nothing of it behind."""
        from selftwin.consent.unlearning import forget_uncovered

        after = Book([gone if one.id == gone.id else one for one in self.book.grants], self.book.bars)
        forget_uncovered(self._store, after, self.clock())

    def break_glass(self, name: str, reason: str, *, lasts: timedelta = timedelta(hours=1)) -> Grant:
        """Open an emergency grant once, for a short while (at most 24 hours), with a reason; the owner gets a notice.

        Raises UnknownGrant, UsageError without a reason, Refused where it is none, was used, ended or was withdrawn.
        """
        said, span = given.a(str, reason, "A reason"), given.a(timedelta, lasts, "How long it lasts")
        if not said.strip() or span <= timedelta(0):
            raise UsageError("An emergency needs a reason, and lasts some time.")
        with self.lock:
            held, now = self.found(name), self.clock()
            spent = any(grant.parent == name for grant in self.book.grants)
            closed = held.revoked or not held.since <= now or (held.until is not None and held.until <= now)
            if not held.emergency or spent or closed:
                self.record.tell("break glass", held.party, grant=name, detail=reason, allowed=False)
                self._notify("break glass", held, f"{held.party} tried to open {name} and was refused: {reason}")
                raise Refused(f"{name} is no emergency grant that can still be used.")
            ends = min(now + min(lasts, _GLASS), held.until or now + _GLASS)
            opened = replace(held, id=self._fresh_id(held.party), emergency=False, passable=False, parent=name,
                             by=held.party, since=now, until=ends, basis=VITAL_INTEREST, shown=reason)  # fmt: skip
            told = f"{held.party} opened {name} in an emergency: {reason}"
            self._open(opened, "break glass", detail=reason, notice=told)
        return opened

    def notices(self, *, unread: bool = True) -> list[Notice]:
        """What the owner must be told, oldest first; all of it, or what was not read yet."""
        with self.lock:
            return [one for one in notice.notices(self._store) if not (unread and one.read)]

    def read_notice(self, name: str) -> None:
        """Mark a notice as read; it is kept. Raises UsageError where there is none of that name."""
        with self.lock:
            held = next((one for one in self.notices(unread=False) if one.id == name), None)
            if held is None:
                raise UsageError(f"There is no notice {name!r}.")
            with self._store.writing("journal"):
                notice.keep(self._store, replace(held, read=True))

    def bar(
        self,
        *,
        parties: Iterable[str] = (),
        purposes: Iterable[str] = (),
        categories: Iterable[str] = (),
        signals: Iterable[str] = (),
        why: str = "",
    ) -> Bar:
        """Forbid, whatever is granted: a restriction of data, or an objection to a purpose. Raises UnknownPurpose."""
        named, whom = given.words(purposes, "purposes"), given.words(parties, "parties")
        kinds, keys = given.words(categories, "categories"), given.words(signals, "signals")
        given.a(str, why, "Why")
        _known(purposes=named, categories=kinds, signals=keys)
        if OWNER in whom:
            raise UsageError("Nobody is barred from what is theirs.")
        with self.lock:
            for one in whom:
                self.party(one)
            fresh = Bar(f"bar-{len(self.book.bars) + 1}", whom, named, kinds, keys, self.clock(), why=why)
            self._close(fresh, "bar")
        return fresh

    def lift(self, name: str) -> Bar:
        """Lift a bar. Raises UsageError where there is none of that name in force."""
        with self.lock:
            held = next((bar for bar in self.book.bars if bar.id == name and bar.lifted is None), None)
            if held is None:
                raise UsageError(f"There is no bar {name!r} in force.", hint="`selftwin rights restrict` lists them.")
            gone = replace(held, lifted=self.clock())
            self._open(gone, "lift")
        return gone

    @property
    def requests(self) -> Inbox:
        """What parties have asked for."""
        from selftwin.consent.requests import Inbox

        return Inbox(self, self._store)

    def preview(self, party: str, *, purpose: str = "") -> list[Preview]:
        """Exactly what a party would see, for each purpose it was granted something for, or for one; recorded as the
        owner's preview. Raises UnknownParty, UnknownPurpose."""
        from selftwin.consent.preview import preview

        return preview(self, self._store, party, purpose=purpose)

    def foresee(self, party: str, draft: Grant | None = None) -> tuple[Foreseen, ...]:
        """Every signal that is kept, with what a party would see of it now, or if it were granted a draft; somebody new
        may be nobody yet. Recorded as the owner's preview."""
        from selftwin.consent.preview import foresee

        return foresee(self, self._store, party, draft)

    def preview_signal(self, party: str, key: str, **how: Unpack[Looking]) -> Seen:
        """All that a party would see of one signal. Raises Refused as it would be, UnknownParty, UnknownSignal."""
        from selftwin.consent.preview import preview_signal

        return preview_signal(self, self._store, party, key, **how)

    def receipt(self, name: str) -> dict[str, Any]:
        """The signed receipt of a grant as it stands, in the shape of ISO/IEC TS 27560; `receipts.verified` checks it.
        Raises UnknownGrant, UsageError."""
        from selftwin.consent.receipts import receipt

        return receipt(self, self._store.files, name)

    @property
    def public_key(self) -> bytes:
        """The key by which anyone can check what this vault signs, 32 bytes."""
        from selftwin.vault.signing import Identity

        return Identity.of(self._store.files).public

    def explain(self, party: str, what: str, **how: Unpack[How]) -> Explanation:
        """Why a party may or may not have a signal, or an estimate such as `weight/normal`: by default to read, daily
        (an estimate: as an insight), now, for what it was granted. Raises UnknownParty, UnknownSignal."""
        from selftwin.consent.explaining import asked, explain

        return explain(self.book, asked(self, self._store, party, what, **how))

    def found(self, name: str) -> Grant:
        """The grant of that id. Raises UnknownGrant."""
        held = next((grant for grant in self.book.grants if grant.id == name), None)
        if held is None:
            raise UnknownGrant(f"There is no grant {name!r}.")
        return held

    def _give(self, grant: Grant) -> Grant:
        _typed(grant)
        self.party(grant.party)
        if grant.party == OWNER:
            raise UsageError("What is yours needs no grant.")
        _known(purposes=grant.purposes, categories=grant.categories, sensitivities=grant.sensitivities,
               signals=grant.signals, estimates=grant.estimates)  # fmt: skip
        if not (grant.purposes and grant.actions and (grant.categories or grant.signals or grant.estimates)):
            raise UsageError("A grant needs a purpose, an action, and categories, signals or estimates.")
        if bool(grant.categories) > bool(grant.sensitivities):
            hint = f"Say which: {', '.join(one.value for one in Sensitivity)}."
            raise UsageError("Categories open nothing without sensitivities.", hint=hint)
        if grant.until is not None and grant.until <= grant.since:
            raise UsageError("The grant would end before it begins.")
        if grant.first is not None and grant.last is not None and grant.last < grant.first:
            raise UsageError("The last day comes before the first.")
        if grant.emergency and grant.passable:
            raise UsageError("An emergency grant cannot be passed on.")
        self._open(grant, "pass on" if grant.parent else "grant")
        return grant

    def _open(self, thing: Grant | Bar, what: str, *, detail: str = "", notice: str = "") -> None:
        """The record first, then the grant: nothing is ever open that the record does not tell of."""
        self._tell(thing, what, detail)
        self._keep(thing)
        if notice and isinstance(thing, Grant):
            self._notify(what, thing, notice)

    def _close(self, thing: Grant | Bar, what: str) -> None:
        """At once, then the record."""
        self._keep(thing)
        self._tell(thing, what, "")

    def _keep(self, thing: Grant | Bar) -> None:
        with self._store.writing("journal"):
            documents.put(self._store, GRANT if isinstance(thing, Grant) else BAR, thing.id, packed(thing))
        grants, bars = {one.id: one for one in self.book.grants}, {one.id: one for one in self.book.bars}
        if isinstance(thing, Grant):
            grants[thing.id] = thing
        else:
            bars[thing.id] = thing
        self.book = Book([*grants.values()], [*bars.values()])
        self._store.lock.note(taken=True)

    def _tell(self, thing: Grant | Bar, what: str, detail: str) -> None:
        self.record.tell(what, thing.party if isinstance(thing, Grant) else OWNER, grant=thing.id, detail=detail)

    def _notify(self, kind: str, grant: Grant, text: str) -> None:
        number = len(notice.notices(self._store)) + 1
        with self._store.writing("journal"):
            notice.keep(self._store, notice.Notice(f"notice-{number}", self.clock(), kind, grant.party, grant.id, text))

    def _load(self) -> None:
        grants = [unpacked(body) for _, _, body in documents.every(self._store, GRANT)]
        self.book = Book(grants, [unpacked_bar(body) for _, _, body in documents.every(self._store, BAR)])

    def _fresh_id(self, party: str) -> str:
        return f"{party}-{sum(1 for grant in self.book.grants if grant.party == party) + 1}"

    def _begin(self) -> None:
        """The owner may do everything; the twin's models may learn, category by category."""
        own = Grant("owner-1", OWNER, *_EVERYTHING, frozenset(Action), frozenset({SELF_KNOWLEDGE}), Granularity.RAW,
                    self.clock(), basis=OWN_DATA)  # fmt: skip
        learning = [
            replace(own, id=f"models-{category.value}", party=MODELS, categories=frozenset({category.value}),
                    actions=frozenset({Action.LEARN}), purposes=frozenset({SERVICE}), basis=CONSENT)
            for category in Category
        ]  # fmt: skip
        with self._store.writing("journal"):
            parties.keep(self._store, Party(OWNER, "You", "person"))
            parties.keep(self._store, Party(MODELS, "The twin's own models", "software"))
            for grant in (own, *learning):
                documents.put(self._store, GRANT, grant.id, packed(grant))
        self._load()


def _typed(grant: Grant) -> None:
    """Raises UsageError for what could not be read back: one such grant in the journal, and the twin opens no more."""
    given.a(Granularity, grant.granularity, "A granularity")
    for what in ("first", "last"):
        given.day(getattr(grant, what), f"The {what} day")
    for what in ("passable", "emergency"):
        given.a(bool, getattr(grant, what), what.capitalize())
    for what in ("party", "basis", "shown"):
        given.a(str, getattr(grant, what), what.capitalize())


def _actions(actions: Iterable[Action]) -> frozenset[Action]:
    """The actions by their names. Raises UsageError for one that there is not."""
    named = given.words(actions, "actions")
    if lost := sorted(named - {one.value for one in Action}):
        raise UsageError(f"There is no action {lost[0]!r}.", hint=f"One of: {', '.join(Action)}.")
    return frozenset(map(Action, named))


def _utc(moment: datetime | None) -> datetime | None:
    """The moment in UTC. Raises UsageError where it does not say of which clock it is."""
    if moment is not None and given.a(datetime, moment, "When a grant begins or ends").tzinfo is None:
        raise UsageError("A grant begins and ends at moments that tell their time zone.")
    return moment and moment.astimezone(UTC)


def _known(*, purposes: Iterable[str] = (), categories: Iterable[str] = (), sensitivities: Iterable[str] = (),
           signals: Iterable[str] = (), estimates: Iterable[str] = ()) -> None:  # fmt: skip
    """Raises UnknownPurpose, UnknownSignal, UsageError where a name is nobody's: it would open or bar nothing."""
    for key in purposes:
        purpose(key)
    for key in signals:
        nature(key)
    for name in estimates:
        key, _, kind = name.partition("/")
        if not kind:
            raise UsageError("An estimate is named by its signal and kind, such as heart_rate.resting/normal.")
        nature(key)
    for what, told, known in (("category", categories, Category), ("sensitivity", sensitivities, Sensitivity)):
        if lost := sorted(set(told) - {one.value for one in known}):
            raise UsageError(f"There is no {what} {lost[0]!r}.", hint=f"One of: {', '.join(known)}.")


_EVERYTHING = (
    frozenset(category.value for category in Category),
    frozenset(sensitivity.value for sensitivity in Sensitivity),
)
