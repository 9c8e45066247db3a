"""Whatever is granted, passed on, withdrawn, barred and broken open, in whatever order: old and new views show exactly
what a plain model says must be readable, and the record has every decision."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from selftwin.consent.consent import BAR, GRANT, Consent
from selftwin.consent.grant import OWNER, Granularity
from selftwin.consent.notice import NOTICE
from selftwin.twin import erasing
from selftwin.twin.observing import observe
from selftwin.vault import documents
from selftwin.vault.erase_plan import Target
from selftwin.vault.files import Files
from selftwin.vault.store import Store
from selftwin.vocabulary.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selftwin.consent.view import View

CARE = "sector-health:PatientMonitoring"
START = datetime(2031, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOON = datetime(2030, 5, 1, 12)
PARTIES = ("clinic", "lab", "courier")
SIGNALS = {
    "weight": ("physiological", "health"),
    "glucose": ("physiological", "health"),
    "mood": ("behavioural", "mood"),
}
FINE = {"consider": 0, "days": 1, "series": 2}


@dataclass
class Held:
    """What the model knows of one grant: plain facts, and the grant above."""

    party: str
    reach: set[str]
    fine: int
    begins: int
    ends: int
    passable: bool
    emergency: bool = False
    above: Held | None = None
    closed: bool = False
    broken: bool = False
    glass: bool = False

    def opens(self, party: str, key: str, fine: int, now: int, barred: Callable[[str, str], bool]) -> bool:
        """Whether this grant, with all above it, shows a signal to a party."""
        if party != self.party or self.emergency:
            return False
        one: Held | None = self
        while one is not None:
            if one.closed or not one.begins <= now < one.ends or key not in one.reach or fine > one.fine:
                return False
            if barred(one.party, key):
                return False
            if one.above is not None and not (one.above.passable or one.glass):
                return False
            one = one.above
        return True


@dataclass
class Model:
    """Everything granted and barred, by id, and the hour."""

    now: int = 0
    grants: dict[str, Held] = field(default_factory=dict)
    bars: dict[str, tuple[str, str]] = field(default_factory=dict)
    decisions: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def barred(self, party: str, key: str) -> bool:
        return any(whom in {"", party} and what in {"", key} for whom, what in self.bars.values())

    def readable(self, party: str, key: str, fine: int) -> bool:
        return any(one.opens(party, key, fine, self.now, self.barred) for one in self.grants.values())


class Consenting(RuleBasedStateMachine):
    """One vault for all runs; each begins without grants of others, bars and notices."""

    store: ClassVar[Store]

    @initialize()
    def begin(self) -> None:
        with self.store.writing("journal"):
            for kind in (GRANT, BAR, NOTICE):
                for name, _, _ in documents.every(self.store, kind):
                    if not name.startswith(("owner", "models")):
                        documents.drop(self.store, kind, name)
        self.model, self.views, self.told, self.held, self.erasures = Model(), [], [], {"weight", "mood"}, 0
        self.consent = Consent(self.store, clock=lambda: START + self.model.now * HOUR)
        note = self.consent.record.note
        self.consent.record.note = lambda *of: (self.told.append(of), note(*of))[1]
        for party in PARTIES:
            if party not in {one.id for one in self.consent.parties()}:
                self.consent.introduce(party, party.title())
        for key in sorted(self.held):  # what an earlier run erased
            if self.consent.view().days(key).is_empty():
                observe(self.store, key, 4.0, at=NOON)
        self.told.clear()

    @rule(
        party=st.sampled_from(PARTIES), reach=st.sets(st.sampled_from(sorted(SIGNALS)), min_size=1),
        fine=st.integers(0, 2), waits=st.sampled_from([0, 0, 2]), lasts=st.integers(1, 9),
        passable=st.booleans(), by_kind=st.booleans(),
    )  # fmt: skip
    def grant(
        self, *, party: str, reach: set[str], fine: int, waits: int, lasts: int, passable: bool, by_kind: bool
    ) -> None:
        told = {"signals": reach}
        if by_kind:
            kinds = {SIGNALS[key] for key in reach}
            told = {"categories": {one for one, _ in kinds}, "sensitivities": {one for _, one in kinds}}
            reach = {key for key, (category, sensitivity) in SIGNALS.items()
                     if category in told["categories"] and sensitivity in told["sensitivities"]}  # fmt: skip
        begins = self.model.now + waits
        made = self.consent.grant(
            party, [CARE], granularity=Granularity(fine), since=START + begins * HOUR,
            until=START + (begins + lasts) * HOUR, passable=passable, **told,
        )  # fmt: skip
        self.model.grants[made.id] = Held(party, set(reach), fine, begins, begins + lasts, passable)

    @precondition(lambda self: self.model.grants)
    @rule(
        data=st.data(), party=st.sampled_from(PARTIES), passable=st.booleans(), less=st.booleans(),
        key=st.sampled_from(sorted(SIGNALS)), fine=st.integers(0, 2),
    )  # fmt: skip
    def pass_on(self, *, data: st.DataObject, party: str, passable: bool, less: bool, key: str, fine: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.grants)))
        held, now = self.model.grants[name], self.model.now
        line = [held]
        while line[-1].above is not None:
            line.append(line[-1].above)
        may = all(one.passable and not one.closed and now < one.ends for one in line) and not held.emergency
        wider = less and (key not in held.reach or fine > held.fine)
        told = {"signals": [key], "granularity": Granularity(fine)} if less else {}
        try:
            made = self.consent.pass_on(name, party, passable=passable, **told)
        except Refused:
            assert not may or wider
            return
        assert may
        assert not wider
        reach, finest = ({key}, fine) if less else (set(held.reach), held.fine)
        begins = max(now, held.begins)
        self.model.grants[made.id] = Held(party, reach, finest, begins, held.ends, passable, above=held)

    @precondition(lambda self: any(not one.closed for one in self.model.grants.values()))
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        standing = sorted(name for name, one in self.model.grants.items() if not one.closed)
        name = data.draw(st.sampled_from(standing))
        self.consent.revoke(name)
        self.model.grants[name].closed = True

    @rule(hours=st.integers(1, 4))
    def time_passes(self, hours: int) -> None:
        self.model.now += hours

    @rule(party=st.sampled_from(PARTIES), key=st.sampled_from(sorted(SIGNALS)), lasts=st.integers(1, 9))
    def prepare_for_an_emergency(self, party: str, key: str, lasts: int) -> None:
        now = self.model.now
        made = self.consent.grant(party, [CARE], signals=[key], granularity=Granularity.RAW, emergency=True,
                                  until=START + (now + lasts) * HOUR)  # fmt: skip
        self.model.grants[made.id] = Held(party, {key}, 2, now, now + lasts, passable=False, emergency=True)

    @precondition(lambda self: self.model.grants)
    @rule(data=st.data(), lasts=st.integers(1, 30))
    def break_glass(self, data: st.DataObject, lasts: int) -> None:
        emergencies = sorted(name for name, one in self.model.grants.items() if one.emergency)
        name = data.draw(st.sampled_from(emergencies or sorted(self.model.grants)))
        held, now, before = self.model.grants[name], self.model.now, len(self.consent.notices())
        usable = held.emergency and not (held.broken or held.closed) and held.begins <= now < held.ends
        try:
            made = self.consent.break_glass(name, "she fell", lasts=lasts * HOUR)
        except Refused:
            assert not usable
        else:
            assert usable
            held.broken = True
            ends = min(now + min(lasts, 24), held.ends)
            self.model.grants[made.id] = Held(
                held.party, set(held.reach), 2, now, ends, passable=False, above=held, glass=True
            )
            held.passable = False
        assert len(self.consent.notices()) == before + 1

    @rule(party=st.sampled_from(("", *PARTIES)), key=st.sampled_from(("", *sorted(SIGNALS))))
    def bar(self, party: str, key: str) -> None:
        made = self.consent.bar(parties=[party] if party else [], signals=[key] if key else [])
        self.model.bars[made.id] = (party, key)

    @precondition(lambda self: self.model.bars)
    @rule(data=st.data())
    def lift(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.bars)))
        self.consent.lift(name)
        del self.model.bars[name]

    @rule(party=st.sampled_from((OWNER, *PARTIES)))
    def take_a_view(self, party: str) -> None:
        self.views.append(self.consent.view() if party == OWNER else self.consent.view(party, purpose=CARE))

    @precondition(lambda self: self.views)
    @rule(data=st.data(), key=st.sampled_from(sorted(SIGNALS)), how=st.sampled_from(sorted(FINE)))
    def read_through_a_view_made_before(self, data: st.DataObject, key: str, how: str) -> None:
        self._read(data.draw(st.sampled_from(self.views)), key, how)

    @rule(party=st.sampled_from(PARTIES), key=st.sampled_from(sorted(SIGNALS)), how=st.sampled_from(sorted(FINE)))
    def read(self, party: str, key: str, how: str) -> None:
        self._read(self.consent.view(party, purpose=CARE), key, how)

    @precondition(lambda self: self.model.now % 4 == 3)
    @rule()
    def begin_anew_from_the_vault(self) -> None:
        before, note = self.consent.book, self.consent.record.note
        self.consent = Consent(self.store, clock=lambda: START + self.model.now * HOUR)
        self.consent.record.note = note
        assert set(self.consent.book.grants) == set(before.grants)
        assert set(self.consent.book.bars) == set(before.bars)
        self.views.clear()

    def _read(self, view: View, key: str, how: str) -> None:
        expected = view.party == OWNER or self.model.readable(view.party, key, FINE[how])
        before = len(self.told)
        try:
            found = getattr(view, how)(key)
        except Refused:
            shown = False
        else:
            shown = True
            assert how == "consider" or found.height == (key in self.held)
        assert shown == expected
        ((request, decision, _),) = self.told[before:]
        assert (request.party, request.about, decision.allowed) == (view.party, key, shown)
        self.model.decisions.append((view.party, key, how, shown))

    @invariant()
    def every_read_was_recorded(self) -> None:
        if hasattr(self, "model"):
            assert len(self.told) == len(self.model.decisions)


@pytest.fixture(scope="module")
def vault() -> Iterator[Store]:
    memory = Path("/dev/shm")  # noqa: S108 - where there is one, the machine need not wait for a disk
    folder = tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)
    with folder as home, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            patch.delenv(name)
        patch.setenv("HOME", home)
        patch.setenv("SELFTWIN_QUICK_KEYS", "1")
        with Store(Files.create(Path(home) / "v", "pass")) as store:
            for key in ("weight", "mood"):
                observe(store, key, 4.0, at=NOON)
            yield store


class Erasing(Consenting):
    """The same, with at most two erasures a run: what is erased is gone to every view, and nothing else changes."""

    done: ClassVar[int] = 0

    @precondition(lambda self: self.erasures < 2)
    @rule(key=st.sampled_from(("weight", "mood")))
    def erase(self, key: str) -> None:
        self.erasures += 1
        if key in self.held:
            erasing.run(self.store, self.consent.record, Target(signals=(key,)), "pass", certificate=None)
            self.held.discard(key)
            Erasing.done += 1


def run(vault: Store, runs: int, machine: type[Consenting] = Consenting) -> None:
    Consenting.store = vault
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    told = settings(max_examples=runs, stateful_step_count=50, deadline=None, suppress_health_check=quiet)
    before = len(vault.files.log)
    run_state_machine_as_test(machine, settings=told)
    assert len(vault.files.log) > before


@pytest.mark.parametrize("part", range(2))
def test_what_is_readable_is_what_was_granted_in_whatever_order(vault: Store, part: int) -> None:
    run(vault, 6)


def test_what_is_erased_between_is_gone_and_nothing_else_changes(vault: Store) -> None:
    run(vault, 4, Erasing)
    assert Erasing.done


@pytest.mark.deep
def test_what_is_erased_between_is_gone_in_many_runs(vault: Store) -> None:
    run(vault, 150, Erasing)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(20))
def test_what_is_readable_is_what_was_granted_in_two_thousand_runs(vault: Store, part: int) -> None:
    run(vault, 100)
