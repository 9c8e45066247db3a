"""Trials of a twin: drawn once, sealed until each day, noted, read off recorded days, and gone with what they rest
on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from selftwin.twin.erasing import Target
from selftwin.twin.experimenting import Experiments, seal
from selftwin.vault.erase_plan import plan
from selftwin.vocabulary.effect import Effect, Rung
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.experiment import Experiment, Kind, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

FIRST, PLANNED = date(2026, 1, 1), date(2026, 3, 31)
WALK = 'habit "walk after lunch"'
DRAWN = 1


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selftwin.learn.experiment_power.TRIALS", 8)
    monkeypatch.setattr("selftwin.domains.habits.experiment_result.DRAWS", 499)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[Effect]:
    """Effects as they were only observed."""
    found: list[Effect] = []

    class Seen:
        effects = found

    monkeypatch.setattr("selftwin.twin.effecting.effects", lambda *_, **__: Seen)
    return found


def table(values: dict[date, float]) -> str:
    """A table of weights; the outcome of these trials, since any signal will do."""
    return "Date,Weight (kg)\n" + "".join(f"{day} 07:00:00,{value:.2f}\n" for day, value in values.items())


def noise(first: date, days: int, seed: int = 4) -> dict[date, float]:
    rng = np.random.default_rng(seed)
    return {first + timedelta(days=day): 80 + float(rng.normal(0, 0.5)) for day in range(days)}


@pytest.fixture(scope="module")
def twin(made: Callable[[], Twin], folder: Callable[[dict[str, str | bytes]], Path]) -> Twin:
    """One who weighed every morning up to the last of March."""
    one = made()
    one.import_paths([folder({"weight.csv": table(noise(FIRST, 90))}) / "weight.csv"])
    return one


@pytest.fixture
def trials(twin: Twin, known: list[Effect]) -> Any:
    found = Experiments(twin._store, twin.consent)
    yield found
    for one in found.every():
        found.drop(one.name)


@pytest.fixture(scope="module")
def lived(
    twin: Twin, folder: Callable[[dict[str, str | bytes]], Path]
) -> tuple[Twin, Experiments, Experiment]:
    """The same twin, later: with a trial laid over recorded days that an effect was put into. Its tests come last.

    Its draw is always the same one: of others, chance refutes about one in seven.
    """
    found = Experiments(twin._store, twin.consent)
    with pytest.MonkeyPatch.context() as always:
        always.setattr("selftwin.twin.experimenting.secrets.randbits", lambda _: DRAWN)
        trial = found.design(WALK, "weight", days=42, at=PLANNED, name="walk")
    days = noise(trial.first, 42, seed=9)
    moved = {day: value - 0.8 * int(arm) for (day, value), arm in zip(days.items(), trial.arms, strict=True)}
    twin.import_paths([folder({"weight.csv": table(moved)}) / "weight.csv"])
    return twin, found, trial


def test_a_trial_is_drawn_sealed_and_kept(trials: Experiments, twin: Twin) -> None:
    made = trials.design(WALK, "weight", days=42, at=PLANNED)
    assert (made.name, made.kind, made.first, made.days, made.lag) == ("habit", Kind.DAYS, date(2026, 4, 1), 42, 0)
    assert made.replay
    assert (len(made.arms), made.arms.count("1")) == (42, 21)
    assert made.seal == seal(made)
    assert seal(replace(made, arms="1" * 42)) != made.seal
    assert made.kept is not None
    assert made.kept.n == 90
    assert {key: last for key, _, last in made.lineage}["weight"] == "2026-03-31"
    assert trials.one("habit") == made
    assert trials.every() == [made]
    again = trials.design(WALK, "weight", days=42, at=PLANNED)
    assert again.name == "habit-2"
    assert again.arms != made.arms
    told = {(one.party, one.signal) for one in twin.audit.entries()}
    assert {("owner", "weight/experiment"), ("models", "weight")} <= told


def test_what_is_sealed_is_in_no_word_and_no_data_before_its_day(trials: Experiments) -> None:
    made = trials.design(WALK, "weight", days=42, at=PLANNED)
    for told in (repr(made), json.dumps(made.plain(), default=str)):
        assert made.arms not in told
        assert str(made.seed) not in told
    today = trials.today("habit", at=date(2026, 4, 10))
    assert today.with_ is (made.arms[9] == "1")
    assert (today.left, today.week, today.counts) == (32, (), True)
    week = trials.today("habit", week=True, at=date(2026, 4, 10)).week
    assert [one for one, _ in week] == [date(2026, 4, 11) + timedelta(days=day) for day in range(7)]
    assert len(trials.today("habit", week=True, at=date(2026, 5, 10)).week) == 2
    with pytest.raises(UsageError, match="sealed"):
        trials.today("habit", at=datetime.now(UTC).date() + timedelta(days=3))


def test_a_trial_that_begins_tomorrow_shows_nothing_yet(trials: Experiments, twin: Twin) -> None:
    made = trials.design(WALK, "weight", days=28)
    assert not made.replay
    today = trials.today("habit")
    assert (today.state, today.with_, today.left) == (State.PLANNED, None, 28)
    assert made.first == today.day + timedelta(days=1)
    with pytest.raises(NothingYet, match="No day of this trial"):
        trials.analyse("habit")
    with pytest.raises(UsageError, match="none of this trial's"):
        trials.log("habit")
    later = trials.design(WALK, "weight", days=28, first=today.day, name="now")
    assert trials.today("now").with_ is (later.arms[0] == "1")
    trials.log("now", kept=False, note="it rained")
    said = trials.today("now").said
    assert said is not None
    assert (said.kept, said.note) == (False, "it rained")
    trials.log("now")
    assert [one.kept for one in trials.one("now").logged] == [True]
    assert trials.stop("now").stopped == today.day
    with pytest.raises(UsageError, match="over already"):
        trials.stop("now")


@pytest.mark.parametrize(
    ("cause", "outcome", "asked", "kind", "says"),
    [
        ("insulin.bolus 2 U", "weight", {}, Refused, "medicines"),
        (WALK, "mood", {}, NothingYet, "nothing of mood"),
        (WALK, [], {}, UsageError, "one to five"),
        (WALK, ["weight", "weight"], {}, UsageError, "named once"),
        (WALK, "weight", {"kind": "coins"}, UsageError, "coins"),
        (WALK, "weight", {"days": 3}, UsageError, "14 to 182"),
        (WALK, "weight", {"size": "3 h"}, UsageError, "no unit"),
        (WALK, "weight", {"first": date(2020, 1, 1)}, UsageError, "begins today"),
        ("lunch 3", "weight", {}, UsageError, "no signal"),
    ],
)
def test_what_is_no_trial_is_refused_and_nothing_is_kept(
    trials: Experiments, cause: str, outcome: Any, asked: dict[str, Any], kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says):
        trials.design(cause, outcome, at=PLANNED, **asked)
    assert trials.every() == []


def test_a_trial_nobody_planned_is_not_there(trials: Experiments) -> None:
    for ask in (trials.one, trials.today, trials.log, trials.analyse, trials.stop, trials.drop):
        with pytest.raises(UsageError, match="no trial called"):
            ask("mountain")


def test_spells_say_which_days_are_left_out(trials: Experiments) -> None:
    made = trials.design(WALK, "weight", days=48, kind="blocks", carry=1, at=PLANNED)
    assert (made.block, made.washout, made.carry) == (4, 1, 1)
    assert not trials.today(made.name, at=made.first).counts
    assert trials.today(made.name, at=made.first + timedelta(days=1)).counts


def test_an_effect_that_was_seen_before_draws_the_result(
    lived: tuple[Twin, Experiments, Experiment], known: list[Effect], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, trials, made = lived
    alone = trials.analyse("walk")
    seen = Effect("habit", "weight", 0, Rung.ADJUSTED, -0.4, -0.5, -0.3, 2.0, "{times}", "kg", 200, 90, 0.01, 0.02,
                  Trust.TRUSTED, "2025-01-01", "2025-12-31")  # fmt: skip
    known.append(seen)
    assert trials.analyse("walk").prior == alone.prior  # a day of it is no amount that could be compared
    monkeypatch.setattr(trials.__class__, "one", lambda *_: replace(made, step=2.0, step_unit="{times}"))
    assert trials.analyse("walk").prior[0] < 0
    monkeypatch.setattr("selftwin.twin.effecting.effects", _silent)
    assert trials.analyse("walk").prior[0] == 0.0


def _silent(*_: object, **__: object) -> None:
    raise NothingYet("I know too little.")


@pytest.mark.usefixtures("known")
def test_an_effect_that_was_laid_in_is_found_and_the_seal_is_opened_at_the_end(
    lived: tuple[Twin, Experiments, Experiment],
) -> None:
    twin, trials, made = lived
    early = trials.analyse("walk", at=made.first + timedelta(days=20))
    assert early.state is State.RUNNING
    assert early.verdict in {Verdict.OPEN, Verdict.EARLY}
    assert trials.one("walk").looks == (early.day,)
    assert "seed" not in early.plain()["experiment"]
    trials.analyse("walk", at=made.first + timedelta(days=20))
    assert len(trials.one("walk").looks) == 1
    trials.log("walk", day=made.first, kept=True)
    told = trials.analyse("walk")
    assert (told.state, told.verdict) == (State.ENDED, Verdict.FOUND)
    assert told.effect.low <= -0.8 <= told.effect.high
    assert told.effect.rung is Rung.EXPERIMENT
    assert told.bar < 0.05
    data = told.plain()["experiment"]
    assert seal(replace(made, seed=int(data["seed"]), arms=data["arms"])) == data["seal"]
    assert json.loads(json.dumps(told.plain(), default=str))["effect"]["stands"] is True
    assert any("A replay" in note for note in told.notes)
    assert trials.analyse("walk").effect == told.effect
    gone = plan(twin._store, Target(signals=("weight",)))
    assert ("experiment", "walk") in gone.papers
    assert ("experiment", "walk") in plan(twin._store, Target(signals=(made.cause_signal,))).papers
    assert "Plan of your trial walk" in [one.label for one in twin.rights.access().believed]
    for grant in [one.id for one in twin.consent.book.grants if one.party == "models"]:
        twin.consent.revoke(grant)
    left = trials.one("walk")
    assert (left.kept, left.usual, left.notes) == (None, None, ())
    assert trials.one("walk").arms == made.arms
    with pytest.raises(Refused):
        trials.analyse("walk")
