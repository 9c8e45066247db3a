"""How a person is told: quiet hours, addresses, and who is called where nobody answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.consent.grant import OWNER
from selftwin.consent.saying import near
from selftwin.twin import delivering
from selftwin.twin import watching_papers as papers
from selftwin.twin.delivering import Address, Parcel, Say
from selftwin.twin.watching_papers import Contact, Telling
from selftwin.twin.watching_quiet import OFF, Quiet, hours
from selftwin.twin.watching_telling import Sent
from selftwin.vault import documents
from selftwin.vault.alone import alone
from selftwin.vault.resting import WATCH
from selftwin.vocabulary import given
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selftwin.consent.consent import Consent
    from selftwin.vault.store import Store

LONGEST = timedelta(days=30)


@alone("store.lock")
@dataclass(frozen=True, slots=True)
class Delivery:
    """How the owner of one open twin is told of watches."""

    store: Store
    consent: Consent

    @property
    def settings(self) -> Telling:
        """Shared quiet hours, whether anything is sent, who is called."""
        return papers.telling(self.store)

    def quiet(
        self,
        said: str | None = None,
        *,
        watch: str | None = None,
        until: datetime | None = None,
        strict: bool | None = None,
    ) -> Quiet:
        """Set quiet hours (`22:00-07:00`, or `off`), for one watch or for all; what holds then comes back.

        `until` holds everything back to a moment (aware) and `off` ends that, `strict` holds back what is urgent too.
        Without a word nothing changes. Raises UsageError.
        """
        shared = self.settings
        held = papers.watch(self.store, watch) if watch is not None else None
        now = held.quiet if held else shared.quiet
        if until is not None and until.tzinfo is None:
            raise UsageError("Until when is a moment with its offset.")
        kept = hours(said) if said is not None else now.hours
        ends = until.astimezone(UTC).isoformat() if until else "" if said is not None and kept == OFF else now.until
        made = Quiet(kept, ends, now.strict if strict is None else strict)
        if held:
            papers.keep_watch(self.store, replace(held, quiet=made))
        else:
            papers.keep_telling(self.store, replace(shared, quiet=made))
        return made.beside(shared.quiet) if held else made

    def addresses(self) -> tuple[Address, ...]:
        """Where messages go, oldest first; none of it shows its secrets."""
        return tuple(papers.addresses(self.store))

    def deliver(self, url: str, *, name: str = "", say: str = Say.LITTLE) -> Address:
        """Send messages to this address (in apprise's form) from now on; one of the same name is replaced.

        Raises UsageError where the address cannot be used, without repeating it.
        """
        good, known = delivering.checked(given.a(str, url, "An address")), self.addresses()
        if say not in {one.value for one in Say}:
            raise UsageError(f"{say[:20]!r} is not how much a message says.", hint="little, name or everything.")
        same = next((one.name for one in known if one.url == good), None)
        made = Address(name or same or _free(good, known), good, Say(say))
        if not delivering.NAME.fullmatch(made.name):
            raise UsageError("An address's name is made of small letters, digits and . _ -.")
        papers.keep_address(self.store, made)
        self.consent.record.tell(WATCH, OWNER, detail=f"messages go to {made.name}, and say {made.say.value}")
        return made

    def say(self, name: str, say: str) -> Address:
        """How much messages to an address say from now on. Raises UsageError."""
        held = self.address(name)
        return self.deliver(held.url, name=held.name, say=say)

    def forget(self, name: str) -> Address:
        """Send nothing to an address any more; it is forgotten with its secrets. Raises UsageError."""
        gone = self.address(name)
        with self.store.writing("journal"):
            documents.drop(self.store, papers.ADDRESS, name)
        self.consent.record.tell(WATCH, OWNER, detail=f"no messages go to {gone.name} any more")
        return gone

    def switch(self, *, on: bool) -> Telling:
        """Let messages leave the house, or nothing at all; what there is to tell waits meanwhile."""
        made = replace(self.settings, sends=on)
        papers.keep_telling(self.store, made)
        return made

    def try_(self, name: str | None = None, *, patience: float = delivering.PATIENCE) -> tuple[Sent, ...]:
        """Send a message to each address (or one) that says it is a trial. Raises UsageError."""
        to = self.addresses() if name is None else (self.address(name),)
        if not to:
            raise UsageError("There is no address yet.", hint="`selftwin watch to ADDRESS` gives one.")
        body = "This is a trial of your twin's messages. Nothing is the matter."
        troubles = delivering.send([Parcel(one.url, "Selftwin: a trial", body) for one in to], patience=patience)
        return tuple(Sent(one.name, (), trouble) for one, trouble in zip(to, troubles, strict=True))

    def contact(
        self,
        party: str,
        *,
        after: timedelta = timedelta(hours=12),
        to: str = "",
        watch: str | None = None,
        purpose: str = "",
        person: str = "",
        reach: str = "",
    ) -> Contact:
        """Call a party where an alert (of one watch, or any) stays unanswered for so long, or is urgent now.

        `to` is their address, or else what is noted as their contact; they learn what their grants cover and no more.
        `person` and `reach` are your name and where you are reached. Raises UsageError, UnknownParty.
        """
        known = self.consent.party(party)
        if not timedelta(0) <= given.a(timedelta, after, "After how long") <= LONGEST:
            raise UsageError("A contact is called after at most 30 days.")
        if not to and "://" not in known.contact:
            hint = f"--to ADDRESS. {delivering.EXAMPLES}"
            raise UsageError(f"I know no address at which {party} gets messages.", hint=hint)
        made = Contact(party, after.total_seconds() / 3600, delivering.checked(to or known.contact), purpose)
        told = self.settings
        told = replace(told, person=person or told.person, reach=reach or told.reach)
        if watch is None:
            papers.keep_telling(self.store, replace(told, contact=made))
        else:
            held = papers.watch(self.store, watch)
            papers.keep_watch(self.store, replace(held, contact=made))
            papers.keep_telling(self.store, told)
        self.consent.record.tell(WATCH, OWNER, detail=f"{party} is called where an alert stays unanswered")
        return made

    def call_nobody(self, watch: str | None = None) -> None:
        """Call nobody any more, for one watch or for all that share the contact. Raises UsageError."""
        if watch is None:
            papers.keep_telling(self.store, replace(self.settings, contact=None))
        else:
            papers.keep_watch(self.store, replace(papers.watch(self.store, watch), contact=None))
        self.consent.record.tell(WATCH, OWNER, detail="nobody is called any more")

    def address(self, name: str) -> Address:
        """The address of that name. Raises UsageError, which does not repeat what was said: it may be an address."""
        known = self.addresses()
        found = next((one for one in known if one.name == name), None)
        if found is None:
            hint = near(name, [one.name for one in known], "`selftwin watch to` lists them.")
            raise UsageError("There is no address of that name.", hint=hint)
        return found


def _free(url: str, known: Iterable[Address]) -> str:
    """A name that no address has: its kind, with a number behind it where that is taken."""
    scheme, taken = url.partition("://")[0].lower(), {one.name for one in known}
    names = (scheme if number == 1 else f"{scheme}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
