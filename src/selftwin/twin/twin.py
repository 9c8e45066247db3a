"""The twin: one subject's vault, opened, joined with its gate, its sources and what it believes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from selftwin.consent.consent import Consent
from selftwin.consent.grant import MODELS, OWNER, SERVICE, Action
from selftwin.twin import importing, observing
from selftwin.twin.locking import Watch, lockable
from selftwin.vault.alone import reads, writes
from selftwin.vault.files import Files
from selftwin.vault.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime, timedelta
    from os import PathLike

    import polars as pl

    from selftwin.consent.audit import Audit
    from selftwin.consent.view import Held, View
    from selftwin.domains.body.glucose.alert import LowAlert
    from selftwin.domains.body.risk import Answer
    from selftwin.twin.arriving import Arrival
    from selftwin.twin.backing import Backups
    from selftwin.twin.believing import Beliefs, Outlook
    from selftwin.twin.body import Body
    from selftwin.twin.effecting import Effects
    from selftwin.twin.erasing import Certificate, Target, Toll
    from selftwin.twin.experimenting import Experiments
    from selftwin.twin.goals import Goals
    from selftwin.twin.imagining import Asking
    from selftwin.twin.rights import Rights
    from selftwin.twin.sharing import Shares
    from selftwin.twin.summary import Made as Summarised
    from selftwin.twin.tokens import Tokens
    from selftwin.twin.watching import Watches
    from selftwin.twin.worth import Worth
    from selftwin.vault.journal import Batch
    from selftwin.vocabulary.account import ImportAccount
    from selftwin.vocabulary.change import Changes
    from selftwin.vocabulary.estimate import Forecast, Normal
    from selftwin.vocabulary.reason import Why
    from selftwin.vocabulary.scenario import Scenario
    from selftwin.vocabulary.trajectory import Trajectory
    from selftwin.vocabulary.zones import ZoneTimeline


@lockable
class Twin:
    """One subject's living model. Use it in a `with` block, or call `close`.

        with Twin.create(place, passphrase, home_zone="Europe/Vienna") as twin:
            twin.import_paths([export])
            twin.days("steps")
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.consent = Consent(store)
        self._watch = Watch(store, self.consent)

    @classmethod
    def create(cls, place: PathLike[str] | str, passphrase: str, *, home_zone: str = "UTC") -> Self:
        """A new twin in an empty or new folder, sealed under the passphrase. Raises UsageError where it is not."""
        from selftwin.vocabulary.zones import zone

        zone(home_zone)
        return cls(Store(Files.create(Path(place).expanduser(), passphrase), home_zone=home_zone))

    @classmethod
    def open(
        cls,
        place: PathLike[str] | str,
        passphrase: str,
        *,
        accept_older: bool = False,
        idle: timedelta | None = None,
    ) -> Self:
        """The twin in a folder; it locks itself after `idle` without use. Raises NoVault, VaultInUse, WrongPassphrase,
        SealBroken, OlderVault."""
        twin = cls(Store(Files.open(Path(place).expanduser(), passphrase, accept_older=accept_older)))
        if idle is not None:
            twin._watch.lock_when_idle(idle)
        return twin

    @classmethod
    def recover(
        cls, place: PathLike[str] | str, capsule: PathLike[str] | str, code: str, passphrase: str | None
    ) -> Self:
        """The twin by its recovery capsule and printed code, under this passphrase from now on (None keeps the old).

        Raises NoVault, VaultInUse, WrongPassphrase, SealBroken.
        """
        return cls(Store(Files.recover(Path(place).expanduser(), Path(capsule), code, passphrase)))

    @property
    def secret_lies(self) -> str:
        """In words, where this machine keeps the secret that joins the passphrase: its keyring, or a file."""
        return self._store.files.secret_lies

    def issue_capsule(self, path: PathLike[str] | str) -> str:
        """Writes a recovery capsule and returns its code, which nothing else ever holds; keep the two apart."""
        return self._store.files.issue_capsule(Path(path))

    def change_passphrase(self, old: str, new: str) -> None:
        """From now on only `new` opens the twin. Raises WrongPassphrase when `old` is not it."""
        self._store.files.change_passphrase(old, new)

    @reads
    def prove(self, passphrase: str) -> None:
        """Whoever asks knows the passphrase. Raises WrongPassphrase where not."""
        self._store.files.prove(passphrase)

    @reads
    def view(self, party: str = OWNER) -> View:
        """What a party may see: the owner by default. Every read asks the gate and is recorded."""
        if party == MODELS:
            return self.consent.view(MODELS, purpose=SERVICE, action=Action.LEARN)
        return self.consent.view(party)

    @writes
    def import_paths(
        self,
        paths: Sequence[PathLike[str] | str],
        *,
        source: str | None = None,
        subject: str | None = None,
        keep: bool = True,
        tell: Callable[[importing.Step], None] = lambda _: None,
    ) -> ImportAccount:
        """Read files, folders and archives into the vault; the account always adds up.

        With `keep=False` nothing is stored: a preview. Raises SeveralSubjects where a file holds several people and
        `subject` chooses none, UnknownFormat where nothing is recognised, BrokenExport for a single broken file.
        """
        asked = importing.Asked(tuple(Path(path) for path in paths), source, subject, keep=keep, tell=tell)
        return importing.run(self._store, asked)

    @writes
    def take_in(
        self, *, subject: str | None = None, keep: bool = True, tell: Callable[[importing.Step], None] = lambda _: None
    ) -> tuple[Arrival, ...]:
        """Import what `selftwin drop` left in the inbox while the twin was locked; nothing that lies there raises."""
        from selftwin.twin.arriving import take_in

        return take_in(self._store, subject=subject, keep=keep, tell=tell)

    @writes
    def observe(
        self, signal: str, value: float | str, *,
        at: datetime | None = None, until: datetime | None = None, unit: str | None = None,
    ) -> ImportAccount:  # fmt: skip
        """Note one observation by hand, now or at a time (aware, or the person's wall clock); in the signal's unit
        unless another is given. Raises UnknownSignal, UnitError, UsageError."""
        return observing.observe(self._store, signal, value, at=at, until=until, unit=unit)

    @reads
    def series(self, signal: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Observations: at, until (UTC), local (wall clock), value, text, unit, source; local days, both included."""
        return self.view().series(signal, since=since, until=until)

    @reads
    def days(self, signal: str, *, since: date | None = None, until: date | None = None) -> pl.DataFrame:
        """Resolved days: day, value, unit, n (observations behind it), source."""
        return self.view().days(signal, since=since, until=until)

    @reads
    def latest(self) -> pl.DataFrame:
        """The newest observation of every signal: signal, at (UTC), value, text, source."""
        return self.view().latest()

    @reads
    def held(self) -> list[Held]:
        """Every signal something is recorded of."""
        return self.view().held()

    @property
    def zones(self) -> ZoneTimeline:
        """Where the person's clock stood, when; assign another to correct it, and every day it touches follows."""
        return self._store.zones

    @zones.setter
    @writes
    def zones(self, timeline: ZoneTimeline) -> None:
        self._store.set_zones(timeline)

    def batches(self) -> list[Batch]:
        """Every import, newest first."""
        return self._store.batches()

    @writes
    def undo(self, batch: int) -> tuple[int, list[str]]:
        """Take an import back: how many observations went, and files to import again that held some of them too."""
        return self._store.undo(batch)

    def would_erase(self, target: Target) -> Toll:
        """What an erasure would take; nothing is touched. Raises UsageError."""
        from selftwin.twin.erasing import would_erase

        return would_erase(self._store, target)

    @writes
    def erase(
        self, target: Target, passphrase: str, *, certificate: PathLike[str] | str | None = None
    ) -> Certificate:
        """Erase for good, under new keys; returns the signed certificate, written to a file if asked.

        Older recovery capsules are void afterwards. Of everything, the twin is closed and only the certificate left,
        beside its place unless told otherwise. Raises NothingYet, UsageError, WrongPassphrase, VaultError.
        """
        from selftwin.twin.erasing import run

        with self._store.lock:
            return run(self._store, self.consent.record, target, passphrase, certificate=certificate)

    @property
    def changed(self) -> int:
        """Moves whenever what is kept changes, not by reading; asking waits for nobody, and is no use of the twin."""
        return self._store.lock.changed

    @property
    def taken(self) -> int:
        """Moves where something is taken away or closed to somebody: what was worked out may rest on it."""
        return self._store.lock.taken

    @property
    def busy(self) -> str:
        """Which word is writing just now, empty where none is; others that write wait for it. Asking is no use."""
        return self._store.lock.writer

    def certificates(self) -> list[Certificate]:
        """The certificate of every erasure, oldest first."""
        from selftwin.twin.erasing import certificates

        return certificates(self._store)

    @property
    @reads
    def audit(self) -> Audit:
        """Who read what, when and by which grant; whether the record is whole; copies of it that anyone can check."""
        from selftwin.consent.audit import Audit

        return Audit(self.consent.record, self._store.files)

    @reads
    def normal(self, signal: str, *, at: date | None = None) -> Normal:
        """What is usual for a signal, and where its last day (up to `at`) stands in it. Raises NothingYet."""
        return self._beliefs().normal(signal, at=at)

    @reads
    def forecast(
        self,
        signal: str,
        *,
        days: int | None = None,
        minutes: int | None = None,
        at: date | datetime | None = None,
    ) -> Forecast:
        """What comes next: 7 days, or 120 minutes of a dense signal, unless told otherwise. Raises NothingYet."""
        return self._beliefs().forecast(signal, days=days, minutes=minutes, at=at)

    @reads
    def learn(self, *, tell: Callable[[str], None] = lambda _: None) -> list[str]:
        """Learn every signal and keep what is believed; late and revised days replay. Returns the signals learnt."""
        return self._beliefs().learn(tell)

    @reads
    def overview(self, *, at: date | None = None) -> list[Outlook]:
        """Every signal on the last day with data (up to `at`), the most unusual first. Raises NothingYet."""
        return self._beliefs().overview(at)

    @reads
    def estimates(self, signal: str | None = None) -> pl.DataFrame:
        """What the twin believes, as kept by `learn`: signal, kind, made_at, model, watermark, categories,
        sensitivities, lineage (JSON) and believed (JSON)."""
        from selftwin.twin.believing import frame

        return frame(self.view().estimates(signal))

    @reads
    def imagine(
        self,
        *steps: str | Scenario,
        signal: str | None = None,
        at: date | datetime | None = None,
        instead_of: Iterable[str] | Scenario = (),
        given: Mapping[str, float | str] | Iterable[str] = (),
        days: float | None = None,
    ) -> list[Trajectory]:
        """What if: both futures of every signal a simulator tells for these steps (texts, or one Scenario), foremost
        first; `at` replays it as it would have been told then, `given` holds values that are not recorded.

            twin.imagine("energy.intake -500 kcal/d for 90 d")[0].difference[-1]

        Raises UsageError, NothingYet, Refused.
        """
        from selftwin.twin.imagining import imagine, joined

        asked, asking = joined(steps), self._asking
        return imagine(asking, asked, signal=signal, at=at, instead_of=instead_of, given_=given, days=days)

    @reads
    def body(
        self,
        chapter: str | None = None,
        *,
        at: date | datetime | None = None,
        given: Mapping[str, float | str] | Iterable[str] = (),
    ) -> Body:
        """What is read off the body, chapter by chapter: glucose, weight, blood pressure, fitness, sleep.

        Raises UsageError, NothingYet, Refused.
        """
        from selftwin.twin.body import read
        from selftwin.twin.imagining import given as told

        return read(self._asking, chapter=chapter, at=at, told=told(given))

    @reads
    def risk(
        self,
        equation: str | None = None,
        *steps: str | Scenario,
        at: date | datetime | None = None,
        given: Mapping[str, float | str] | Iterable[str] = (),
        average: bool = False,
        years: bool = False,
    ) -> list[Answer]:
        """What published equations say of the person's chances, now and with a change; None asks every equation.

        What is missing is named in each answer, or with `average` filled from the population, which widens the range;
        `years` adds ten years ahead. Raises UsageError, Refused.
        """
        from selftwin.twin.risking import risk

        return risk(self._asking, equation, steps, at=at, given_=given, average=average, years=years)

    @reads
    def low_alert(self, *, at: date | datetime | None = None, budget: float = 0.5) -> LowAlert:
        """Whether glucose will likely fall under 70 mg/dL in half an hour, at so many false alarms a day on the past.

        Raises NothingYet, UsageError, Refused.
        """
        from selftwin.domains.body.glucose.alert import low_alert

        past, _ = self._asking.past(at, {}, moved=False)
        self.view().consider("glucose", "low_alert")
        return low_alert(past, budget=budget)

    @property
    @reads
    def goals(self) -> Goals:
        """Goals: what it takes, the chance of getting there, progress against the cone, and planning anew."""
        from selftwin.twin.goals import Goals

        return Goals(self._store, self.consent)

    @property
    @reads
    def watch(self) -> Watches:
        """What the twin watches for: set, try on the past, look now, tell, and how often each watch was right."""
        from selftwin.twin.watching import Watches

        return Watches(self._store, self.consent)

    @reads
    def effects(self, outcome: str | None = None, *, cause: str | None = None, at: date | None = None) -> Effects:
        """What goes with what, and what is left when all else that moved is taken out, the surest first.

        Raises NothingYet, UsageError, Refused.
        """
        from selftwin.twin.effecting import effects

        return effects(self._asking, outcome, cause=cause, at=at)

    @property
    @reads
    def experiment(self) -> Experiments:
        """Trials on oneself: design one by chance, log what was kept, read what it says."""
        from selftwin.twin.experimenting import Experiments

        return Experiments(self._store, self.consent)

    @reads
    def why(self, signal: str, *, at: date | datetime | None = None, of: str = "value") -> Why:
        """Why a day's value, a forecast or an alert is what it is: contributions that add up to it.

        Raises NothingYet, UsageError, Refused.
        """
        from selftwin.twin.explaining import borne, why

        return why(self._asking, signal, at=at, of=of, budget=borne(self.watch))

    @reads
    def changes(self, signal: str | None = None, *, at: date | datetime | None = None) -> Changes:
        """Days on which a signal (or any) moved to another level for good, and what else changed then.

        Raises NothingYet, UsageError, Refused.
        """
        from selftwin.twin.changing import changes

        return changes(self._asking, signal, at=at)

    @property
    def _asking(self) -> Asking:
        from selftwin.twin.imagining import Asking

        return Asking(self.view(), self.view(MODELS), self.zones)

    @reads
    def worth(self, *, tell: Callable[[str], None] = lambda _: None) -> Worth:
        """What each category the twin's models may learn from buys on the person's own past. Raises NothingYet."""
        from selftwin.twin.worth import worth

        return worth(self.consent, self.view(MODELS), tell=tell)

    @property
    @reads
    def backups(self) -> Backups:
        """Backups at places nobody trusts: make, check, list, and renew them after an erasure."""
        from selftwin.twin.backing import Backups

        return Backups(self._store, self.consent.record)

    @property
    @reads
    def shares(self) -> Shares:
        """Slices given away: what somebody's grants cover, sealed to their own age key, each with its receipt."""
        from selftwin.twin.sharing import Shares

        return Shares(self._store, self.consent)

    @property
    def tokens(self) -> Tokens:
        """How the software of parties comes in over the API: issue a token, see whose it is, revoke it."""
        from selftwin.twin.tokens import Tokens

        return Tokens(self._store, self.consent)

    def summary(
        self, party: str, to: PathLike[str] | str, *, days: int = 90, purpose: str = "", person: str = ""
    ) -> Summarised:
        """Write a readable summary of what a party may see: a .html, a .pdf, or a folder for both, with a receipt.

        Raises UnknownParty, UsageError, Refused where no grant covers anything, NothingYet.
        """
        from selftwin.twin.summary import summarise

        return summarise(self._store, self.consent, party, to=Path(to), length=days, purpose=purpose, person=person)

    def _beliefs(self) -> Beliefs:
        from selftwin.twin.believing import Beliefs

        return Beliefs(self.view(), self.view(MODELS), self.zones)

    @property
    @reads
    def rights(self) -> Rights:
        """Access, rectification, restriction, objection, export and letters: the person's rights over their twin."""
        from selftwin.twin.rights import Rights

        return Rights(self._store, self.consent)

    def close(self) -> None:
        """Seal everything; idempotent."""
        self._watch.close()

    @property
    def locked(self) -> bool:
        """Whether it has locked itself, or was locked, and every use of it but `unlock` raises."""
        return self._watch.locked

    def when_locked(self, word: Callable[[], None]) -> None:
        """Have a function called whenever the twin is locked, so that nothing of it stays elsewhere."""
        self._store.lock.when_shut(word)

    @reads
    def stay(self) -> None:
        """Somebody is there: a use of the twin that asks nothing, after which it waits anew before it locks itself."""

    def lock(self) -> None:
        """Seal everything and wipe the keys, once no call runs; every use raises Locked until `unlock`."""
        self._watch.lock()

    def unlock(self, passphrase: str) -> None:
        """Go on after `lock`, or after the time without use. Raises WrongPassphrase, and as `open` does."""
        self._watch.unlock(passphrase)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
