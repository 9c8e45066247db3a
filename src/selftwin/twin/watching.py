"""Watches of one twin: set by the person, looking through the gate, kept as papers, and told as the person wishes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin import discover
from selftwin.consent.grant import MODELS, OWNER, SERVICE, Action
from selftwin.consent.saying import near
from selftwin.twin import delivering
from selftwin.twin import watching_papers as papers
from selftwin.twin.imagining import Asking
from selftwin.twin.watching_delivery import Delivery
from selftwin.twin.watching_hits import Hits, hits, monthly
from selftwin.twin.watching_papers import Case, Watch
from selftwin.twin.watching_quiet import Quiet, hours
from selftwin.twin.watching_round import Round, Seen, first_day
from selftwin.twin.watching_seen import Ran, Replay, Standing
from selftwin.twin.watching_telling import Sender
from selftwin.twin.watching_words import plainly
from selftwin.vault import documents
from selftwin.vault.alone import alone, reads
from selftwin.vault.resting import ALERT, WATCH
from selftwin.vocabulary import given
from selftwin.vocabulary.alert import About, Setting
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from selftwin.consent.consent import Consent
    from selftwin.twin.imagining import Recorded
    from selftwin.vault.store import Store
    from selftwin.vocabulary.alert import Watcher
    from selftwin.vocabulary.finding import Line

MOST = 60.0  # false alarms a month that may be asked for


@alone("store.lock")
@dataclass(frozen=True, slots=True)
class Watches:
    """The watches of one open twin. The owner asks, the models read, and both are in the record."""

    store: Store
    consent: Consent

    @property
    def delivery(self) -> Delivery:
        """How the person is told: quiet hours, addresses, contacts."""
        return Delivery(self.store, self.consent)

    def kinds(self) -> tuple[Watcher, ...]:
        """Every kind of watch that can be set."""
        return tuple(discover.watches())

    def list(self) -> tuple[Standing, ...]:
        """Every watch as it stands, in the order in which they were set."""
        kinds, cases = {one.name: one for one in self.kinds()}, papers.cases(self.store)
        return tuple(self._standing(one, kinds.get(one.kind), cases) for one in papers.watches(self.store))

    def one(self, name: str) -> Watch:
        """The watch of this name. Raises UsageError."""
        return papers.watch(self.store, name)

    def add(
        self,
        kind: str,
        about: str = "",
        *,
        budget: float | None = None,
        condition: str = "",
        name: str = "",
        quiet: str = "",
        to: Iterable[str] = (),
    ) -> Watch:
        """Set a watch of a kind, on a signal or source where its kind is; one of the same name is replaced.

        `budget` are the false alarms a month you bear, `quiet` hours of its own, `to` names of addresses (all unless
        said). Raises UsageError, UnknownSignal.
        """
        watcher = self._kind(kind)
        setting = self._setting(watcher, about, budget, condition)
        named = name or f"{watcher.name}-{setting.about}".strip("-").lower().replace(" ", "-")
        if not delivering.NAME.fullmatch(named[:32]):
            raise UsageError("A watch's name is made of small letters, digits and . _ -.", hint="Say one with --name.")
        signal = setting.about if watcher.about is About.SIGNAL else ""
        names = tuple(self.delivery.address(one).name for one in to)
        own = Quiet(hours(quiet) if quiet else "")
        made = Watch(named[:32], watcher.name, setting.about, setting.budget, setting.condition, self._today(), signal,
                     own, names)  # fmt: skip
        papers.keep_watch(self.store, made)
        self.consent.record.tell(WATCH, OWNER, signal=signal, detail=f"a watch was set: {made.kind}")
        return made

    def drop(self, name: str) -> Watch:
        """Forget a watch; its alerts stay in the history. Raises UsageError."""
        gone = self.one(name)
        with self.store.writing("journal"):
            documents.drop(self.store, WATCH, name)
        self.consent.record.tell(WATCH, OWNER, signal=gone.signal, detail="a watch was dropped")
        return gone

    def budget(self, name: str, per_month: float) -> Watch:
        """Let a watch have so many false alarms a month, from today on. Raises UsageError."""
        held = self.one(name)
        watcher = self._kind(held.kind)
        setting = self._setting(watcher, held.about, per_month, held.condition)
        made = replace(held, budget=setting.budget, since=self._today())
        papers.keep_watch(self.store, made)
        return made

    @reads
    def test(
        self,
        which: str,
        about: str = "",
        *,
        budget: float | None = None,
        condition: str = "",
        since: date | None = None,
        at: date | datetime | None = None,
    ) -> Replay:
        """Replay the past: every alert that a watch (by name), or a kind as it would be set, would have given.

        Nothing is kept and nothing sent. Raises UsageError, NothingYet, Refused.
        """
        with self.store.lock:
            watcher, setting = self._tried(which, about, budget, condition)
        past, note = self._asking.past(at, {}, moved=True)
        last = past.now.astimezone(past.zone).date()
        if since is None:
            watcher.look(past, setting, last)  # tells what it reads, and so from when on it could have looked
            since = first_day(past) or last
        found = watcher.look(past, setting, since)
        self._consider(past.read)
        notes = (*((note,) if note else ()), *found.notes)
        return Replay(watcher.name, watcher.title, watcher.promise, setting, watcher.budgeted, since, last, found.days,
                      found.alerts, monthly(len(found.alerts), found.days), found.silent, notes)  # fmt: skip

    def history(self, name: str | None = None) -> tuple[Case, ...]:
        """Every alert that was kept, newest first; of one watch, also of one that was dropped. Raises UsageError."""
        found = papers.cases(self.store)
        if name is not None:
            found = [one for one in found if one.watch == name]
            if not found:
                self.one(name)
        return tuple(found[::-1])

    def alert(self, which: str | int) -> Case:
        """One alert, by its number or its id. Raises UsageError."""
        said = str(which)
        found = [one for one in papers.cases(self.store) if said in {str(one.number), *one.ids}]
        if not found:
            raise UsageError(f"There is no alert {said[:40]!r}.", hint="`selftwin watch history` lists them.")
        return found[-1]

    def hits(self, name: str) -> Hits:
        """How often a watch has been right, by what was answered."""
        return hits(papers.cases(self.store), name)

    def answer(self, which: str | int, right: bool) -> Case:  # noqa: FBT001 - the answer itself
        """Say whether an alert was right; said again, the newest counts. Nobody is called about it any more.

        Raises UsageError.
        """
        held = self.alert(which)
        made = replace(held, right=given.a(bool, right, "The answer"), answered_at=datetime.now(UTC).isoformat())
        papers.keep_case(self.store, made)
        self.consent.record.tell(ALERT, OWNER, signal=held.signal, detail=f"alert {held.number} was answered")
        return made

    def run(
        self,
        *,
        at: date | datetime | None = None,
        figure: Callable[[Line], str] = plainly,
        send: bool = True,
        patience: float = delivering.PATIENCE,
    ) -> Ran:
        """Look with every watch since it last did, keep what is new, and tell it where it may be told now.

        `figure` says a line of evidence in the person's units. With `send` false nothing leaves, and all of it waits.
        """
        past, _ = self._asking.past(at, {}, moved=False)
        seen, changed = self._look(past)
        sender = Sender(self.store, self.consent, figure, patience)
        sent, held = sender.tell(past.now) if send and self.delivery.settings.sends else ((), ())
        after = {one.number: one for one in papers.cases(self.store)}
        numbers = dict.fromkeys([*changed, *(number for one in sent for number in one.numbers)])
        return Ran(past.now, seen, tuple(after[number] for number in numbers), tuple(sent), tuple(held))

    # Within

    @property
    def _asking(self) -> Asking:
        models = self.consent.view(MODELS, purpose=SERVICE, action=Action.LEARN)
        return Asking(self.consent.view(), models, self.store.zones)

    def _look(self, past: Recorded) -> tuple[tuple[Seen, ...], tuple[int, ...]]:
        """What every watch saw; the numbers of alerts of which something is new."""
        kinds, to = {one.name: one for one in self.kinds()}, {one.name for one in papers.addresses(self.store)}
        seen, changed = [], []
        for watch in papers.watches(self.store):
            if (watcher := kinds.get(watch.kind)) is None:
                seen.append(Seen(watch.name, 0, f"No kind of watch is called {watch.kind} any more."))
                continue
            cases = papers.cases(self.store)
            own = tuple(one for one in cases if one.watch == watch.name)
            names = tuple(name for name in (watch.to or sorted(to)) if name in to)
            number = max((one.number for one in cases), default=0) + 1
            saw, made = Round(watch, watcher, past, own, names, number).look()
            for case in made:
                self._consider({key for key, _, _ in case.lineage})
                papers.keep_case(self.store, case)
                if case.news != next((one.news for one in own if one.number == case.number), ()):
                    changed.append(case.number)
            papers.keep_watch(self.store, replace(watch, looked=past.now, silent=saw.silent))
            seen.append(saw)
        return tuple(seen), tuple(changed)

    def _consider(self, keys: Iterable[str]) -> None:
        owner = self.consent.view()
        for key in sorted(keys):
            owner.consider(key, WATCH)

    def _kind(self, name: str) -> Watcher:
        kinds = self.kinds()
        found = next((one for one in kinds if one.name == given.a(str, name, "A kind of watch")), None)
        if found is None:
            names = [one.name for one in kinds]
            hint = f"There are: {', '.join(names)}." if names else "None is installed."
            raise UsageError(f"There is no kind of watch called {name[:40]!r}.", hint=near(name, names, hint))
        return found

    def _setting(self, watcher: Watcher, about: str, budget: float | None, condition: str) -> Setting:
        """The setting, checked by the house and by the watcher. Raises UsageError."""
        if about and watcher.about is About.NOTHING:
            raise UsageError(f"The watch {watcher.name} is set on nothing in particular.", hint="Leave the signal out.")
        if budget is not None and not watcher.budgeted:
            raise UsageError(f"The watch {watcher.name} states facts, and has no budget of false alarms.")
        if budget is not None and not 0 < budget <= MOST:
            raise UsageError(f"A budget is more than no false alarm a month, and at most {MOST:g}.",
                             hint="1 is one a month, 0.25 one in four months.")  # fmt: skip
        key = nature(about).key if about and watcher.about is About.SIGNAL else about
        asked = Setting(key, watcher.usual_budget if budget is None else float(budget), condition)
        watcher.check(asked)
        return asked

    def _standing(self, watch: Watch, kind: Watcher | None, cases: Sequence[Case]) -> Standing:
        own = [one for one in cases if one.watch == watch.name]
        rate = monthly(sum(one.kept_at.date() >= watch.since for one in own), (self._today() - watch.since).days)
        title, promise = (kind.title, kind.promise) if kind else (watch.kind, "")
        holds = tuple(one.number for one in own if one.open)
        waiting = sum(bool(one.waits_for) for one in own)
        budgeted = bool(kind and kind.budgeted)
        return Standing(watch, title, promise, hits(own, watch.name), rate, budgeted, holds, waiting)

    def _tried(self, which: str, about: str, budget: float | None, condition: str) -> tuple[Watcher, Setting]:
        """The watcher and setting of a watch that was set, or of a kind; what is said goes before what was set."""
        held = next((one for one in papers.watches(self.store) if one.name == which), None)
        if held is None:
            watcher = self._kind(which)
            return watcher, self._setting(watcher, about, budget, condition)
        watcher = self._kind(held.kind)
        usual = held.budget if watcher.budgeted else None
        asked = usual if budget is None else budget
        return watcher, self._setting(watcher, about or held.about, asked, condition or held.condition)

    def _today(self) -> date:
        """The person's local day."""
        now = datetime.now(UTC)
        return now.astimezone(ZoneInfo(self.store.zones.at(now))).date()
