"""Trials of one twin: planned on the person's own days, drawn once and sealed, kept as papers in the journal, and read
off the days as they come."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.consent.grant import MODELS, OWNER, SERVICE, Action
from selftwin.twin.imagining import Asking
from selftwin.vault import documents
from selftwin.vault.alone import alone, reads
from selftwin.vault.resting import EXPERIMENT
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.effect import Rung
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.vocabulary.experiment import Experiment, Kind, Logged, State, Today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.consent.consent import Consent
    from selftwin.domains.habits.experiment import Plan
    from selftwin.twin.imagining import Recorded
    from selftwin.vault.store import Store
    from selftwin.vocabulary.effect import Effect
    from selftwin.vocabulary.experiment import Result

WEEK = 7


@alone("store.lock")
@dataclass(frozen=True, slots=True)
class Experiments:
    """The trials of one open twin: the owner asks, the models read, and both are in the record."""

    store: Store
    consent: Consent

    def design(
        self,
        cause: str,
        outcome: str | Sequence[str],
        *,
        size: float | str | None = None,
        days: int | None = None,
        kind: str | None = None,
        name: str = "",
        first: date | None = None,
        carry: int | None = None,
        lag: int | None = None,
        at: date | datetime | None = None,
    ) -> Experiment:
        """Plan a trial and draw its days: of a cause (`caffeine 0 mg`, `habit "walk after lunch"`) on one outcome or
        several, the first of which decides. Long enough to find `size` four times in five, or `days` long; from
        tomorrow or `first` on. `carry` is how many days more the cause lasts on, `lag` after how many days it shows;
        `at` replays it on days that are over.

        Raises Refused (medicines, hunger, more alcohol, short nights and their like), UsageError, NothingYet.
        """
        from selftwin.domains.habits import experiment as planning

        outcomes = [outcome] if isinstance(outcome, str) else list(outcome)
        planning.is_usable(outcomes)
        keys = tuple(nature(one).key for one in outcomes)
        step = planning.read(cause)
        past, _ = self._asking.past(at, {}, moved=False)
        asked = planning.Asked(step, keys, planning.size(size, keys[0]), days, _kind(kind), carry, lag)
        plan = planning.plan(asked, past)
        self._consider(past, keys)
        begins = _first(first, past)
        made = _drawn(name or self._free(step.signal), str(step), step.signal, keys, plan, begins, past)
        return self._keep(replace(made, lineage=_lineage(past, made)), "a trial was planned")

    def every(self) -> list[Experiment]:
        """Every trial, oldest first."""
        return [Experiment.unpacked(body) for _, _, body in documents.every(self.store, EXPERIMENT)]

    def one(self, name: str) -> Experiment:
        """The trial of this name. Raises UsageError."""
        body = documents.one(self.store, EXPERIMENT, name)
        if body is None:
            raise UsageError(f"There is no trial called {name[:40]!r}.", hint="`selftwin experiment` lists them.")
        return Experiment.unpacked(body)

    def today(self, name: str, *, week: bool = False, at: date | None = None) -> Today:
        """What today (or the day `at`, which may not be to come) is to be, and with `week` the days after it; the rest
        stays sealed. Raises UsageError."""
        made, day = self.one(name), self._day(at)
        place = (day - made.first).days
        running = 0 <= place < made.days and (made.stopped is None or day <= made.stopped)
        said = next((one for one in made.logged if one.day == day), None)
        ahead = range(max(place + 1, 0), min(place + 1 + WEEK, made.days)) if week and made.stopped is None else ()
        return Today(
            made.name, day, made.state(day), made.cause, made.arms[place] == "1" if running else None,
            running and _counts(made, place), max(made.days - max(place, -1) - 1, 0), said,
            tuple((made.first + timedelta(days=one), made.arms[one] == "1") for one in ahead),
        )  # fmt: skip

    def log(self, name: str, *, kept: bool = True, day: date | None = None, note: str = "") -> Experiment:
        """Note whether a day (today, unless said) went as it was to; what was noted of it before is replaced.

        Raises UsageError for a day to come, or none of the trial's.
        """
        made, which = self.one(name), self._day(day)
        over = made.stopped or made.last
        if not made.first <= which <= min(made.last, over):
            raise UsageError("That day is none of this trial's.", hint=f"It runs from {made.first} to {over}.")
        others = tuple(one for one in made.logged if one.day != which)
        logged = tuple(sorted((*others, Logged(which, kept, note[:500])), key=lambda one: one.day))
        return self._keep(replace(made, logged=logged), "a day of a trial was noted")

    @reads
    def analyse(self, name: str, *, at: date | datetime | None = None) -> Result:
        """What the trial shows, now or as it would have been told `at`. Before its end this is a look, which is kept
        and makes the next ones stricter. Raises UsageError, NothingYet, Refused."""
        from selftwin.domains.habits.experiment_result import analyse

        made = self.one(name)
        past, _ = self._asking.past(at, {}, moved=False)
        result = analyse(made, past, self._known(made))
        self._consider(past, made.outcomes)
        if result.state is State.RUNNING and result.day not in made.looks:
            with self.store.lock:
                made = self.one(name)  # what was noted of its days meanwhile stays
                looks = tuple(sorted({*made.looks, result.day}))
                self._keep(replace(made, looks=looks), "a trial was looked at before its end")
        return result

    def stop(self, name: str) -> Experiment:
        """End a trial before its end, with today as its last day; what came is kept. Raises UsageError."""
        made, today = self.one(name), self._day(None)
        if made.stopped or today > made.last:
            raise UsageError("It is over already.", hint="`selftwin experiment analyse` tells what it shows.")
        return self._keep(replace(made, stopped=today), "a trial was stopped")

    def drop(self, name: str) -> Experiment:
        """Forget a trial, with what was noted of its days; returns what it was. Raises UsageError."""
        gone = self.one(name)
        with self.store.writing("journal"):
            documents.drop(self.store, EXPERIMENT, name)
        self.consent.record.tell(EXPERIMENT, OWNER, signal=gone.signal, detail="a trial was dropped")
        return gone

    @property
    def _asking(self) -> Asking:
        models = self.consent.view(MODELS, purpose=SERVICE, action=Action.LEARN)
        return Asking(self.consent.view(), models, self.store.zones)

    def _known(self, made: Experiment) -> Effect | None:
        """The adjusted effect as it was seen on the days before the trial; none where none was found."""
        from selftwin.twin.effecting import effects

        try:
            before = made.first - timedelta(days=1)
            found = effects(self._asking, made.signal, cause=made.cause_signal, at=before).effects
        except SelftwinError:
            return None
        fits = (one for one in found if one.rung is Rung.ADJUSTED and one.lag == made.lag)
        return next(fits, None) if made.step_unit != "{day}" else None

    def _consider(self, past: Recorded, keys: Sequence[str]) -> None:
        owner = self.consent.view()
        for one in sorted({*past.read, *keys}):
            owner.consider(one, EXPERIMENT)

    def _day(self, asked: date | None) -> date:
        """A day that has come; today where none is said. Raises UsageError."""
        now = datetime.now(UTC)
        today = now.astimezone(ZoneInfo(self.store.zones.at(now))).date()
        if asked is not None and asked > today:
            raise UsageError("That day is still to come, and what it is to be stays sealed until then.",
                             hint="`selftwin experiment --week` shows the coming week.")  # fmt: skip
        return asked or today

    def _free(self, key: str) -> str:
        """A name that no trial has: the cause's key, with a number behind it where that is taken."""
        taken = {made.name for made in self.every()}
        names = (key if number == 1 else f"{key}-{number}" for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _keep(self, made: Experiment, detail: str) -> Experiment:
        with self.store.writing("journal"):
            documents.put(self.store, EXPERIMENT, made.name, made.packed())
        self.consent.record.tell(EXPERIMENT, OWNER, signal=made.signal, detail=detail)
        return made


def seal(made: Experiment) -> str:
    """The fingerprint of a draw and of what it was drawn for; it can be told before the days are, and checked after."""
    parts = (made.seed, made.arms, made.cause, *made.outcomes, made.first, made.days, made.kind, made.lag)
    return sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def _drawn(
    name: str, cause: str, cause_signal: str, keys: tuple[str, ...], plan: Plan, first: date, past: Recorded
) -> Experiment:
    """The trial with its days drawn."""
    import numpy as np

    from selftwin.learn.experiment_design import draw

    seed = secrets.randbits(63)
    arms = "".join(str(one) for one in draw(plan.design, 1, np.random.default_rng([seed, 0]))[0])
    made = Experiment(
        name, cause, cause_signal, keys[0], keys[1:], nature(keys[0]).unit, plan.lag, Kind(plan.design.kind), first,
        plan.design.days, plan.design.block, plan.design.washout, plan.carry, plan.step, plan.step_unit, plan.usual,
        datetime.now(UTC), past.replay, "", seed, arms, notes=plan.notes, kept=plan.planned,
    )  # fmt: skip
    return replace(made, seal=seal(made))


def _kind(said: str | None) -> Kind | None:
    if said is None or said in set(Kind):
        return None if said is None else Kind(said)
    raise UsageError(f"Days cannot be drawn as {said[:20]!r}.", hint="As days, blocks or abab.")


def _first(asked: date | None, past: Recorded) -> date:
    """The first day: tomorrow, unless said. Raises UsageError for one that is over, or is far."""
    today = past.now.astimezone(past.zone).date()
    if asked is None:
        return today if past.replay else today + timedelta(days=1)
    if not today <= asked <= today + timedelta(days=60):
        raise UsageError("A trial begins today, or within two months.")
    return asked


def _counts(made: Experiment, place: int) -> bool:
    """Whether a day counts: not one of those left out after a switch."""
    import numpy as np

    from selftwin.learn.experiment_design import Design, counted

    design = Design(made.kind.value, made.days, made.block, made.washout)
    return bool(counted(design, np.array([[int(one) for one in made.arms]], np.int8))[0, place])


def _lineage(past: Recorded, made: Experiment) -> tuple[tuple[str, str, str], ...]:
    """Every signal that was read for the plan, with the first and last of its days; the cause and the outcomes
    always."""
    found = {}
    for key in past.read:
        days = past.days(key)["day"] if past.days(key).height else past.series(key)["local"].dt.date()
        if len(days):
            found[key] = (str(days.min()), str(days.max()))
    for key in (made.cause_signal, *made.outcomes):
        found.setdefault(key, (made.first.isoformat(),) * 2)
    return tuple((key, *span) for key, span in sorted(found.items()))
