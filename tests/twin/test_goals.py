"""Goals of a twin: kept in its journal, seen through the gate, planned anew from each day, and gone with what they rest
on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from selftwin import discover
from selftwin.twin import Twin
from selftwin.twin.erasing import Target
from selftwin.vault.erase_plan import plan
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.goal import Sense
from selftwin.vocabulary.trajectory import Measure, Trajectory, courses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.vocabulary.model import Past, Question

FIRST = date(2026, 3, 1)
SET, BY = date(2026, 4, 9), "2026-07-10"
EFFECT = 0.0012 / 7  # kg a day for each kcal a day


@dataclass(frozen=True)
class Scale:
    """A simulator of the tests: each kcal a day less takes a little off the weight every day, in each life its own."""

    name: str = "scale"
    title: str = "A scale"
    version: int = 1
    rank: int = 0
    takes: frozenset[str] = frozenset({"energy.intake", "steps", "insulin.bolus"})
    gives: tuple[str, ...] = ("weight", "heart_rate.resting")
    cites: tuple[str, ...] = ("Nobody 1900",)

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        known = past.days("weight")
        if known.height < 7:
            raise NothingYet("I know too few weigh-ins of yours.", hint="Seven are needed.")
        past.number("height")
        days = np.arange(int(question.days or 90) + 1)
        rng = np.random.default_rng(seed)
        level = float(known["value"].tail(7).to_numpy().mean())
        alone = level + rng.normal(0, 0.01, (300, 1)) * days + rng.normal(0, 0.3, (300, len(days)))
        each = EFFECT * rng.normal(1, 0.15, (300, 1))
        less = sum(one.changed(2500) - 2500 for one in question.scenario.of("energy.intake"))
        at = [(past.now.astimezone(past.zone).date() + timedelta(int(day))).isoformat() for day in days]
        with_ = alone + less * each * days
        eaten = Measure("energy eaten", "kcal/d", (2500 + less, 0, 0), (2500, 0, 0), (less, 0, 0))
        return [Trajectory("weight", "kg", "scale 1", str(question.scenario), past.now.isoformat(), Trust.TRUSTED,
                           known.height, *courses(at, with_, alone), ("That you do.",), self.cites, measures=(eaten,),
                           replay=past.replay, draws=np.stack([with_, alone]))]  # fmt: skip


@pytest.fixture(autouse=True)
def simulators(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = [Scale()]
    monkeypatch.setattr(discover, "simulators", lambda: found)
    return found


@pytest.fixture(scope="module")
def lived(
    made: Callable[[], Twin], folder: Callable[[dict[str, str | bytes]], Path], weights: Callable[..., str]
) -> Callable[[list[float]], Twin]:
    """`lived(values)` is a twin with a weight each morning from the first of March, tall enough and a man."""

    def live(values: list[float]) -> Twin:
        twin = made()
        twin.import_paths([folder({"weight.csv": weights(FIRST, values)}) / "weight.csv"])
        for key, value in (("height", 1.80), ("sex", "male"), ("birth.year", 1980)):
            twin.observe(key, value, at=datetime(2026, 3, 1, 8))
        return twin

    return live


def steady(days: int, *, loss: float = 0.0, after: int = 40) -> list[float]:
    """Weights near 85 kg that fall from one day on."""
    noise = np.random.default_rng(4).normal(0, 0.3, days)
    return [round(85 + float(noise[day]) - loss * max(day - after, 0), 2) for day in range(days)]


@pytest.fixture(scope="module")
def twin(lived: Callable[[list[float]], Twin]) -> Twin:
    return lived(steady(80))


@pytest.fixture(scope="module")
def keeping(lived: Callable[[list[float]], Twin]) -> Twin:
    """One who set a goal and does as planned."""
    one = lived(steady(80, loss=400 * EFFECT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discover, "simulators", lambda: [Scale()])
        one.goals.set("weight 80 kg by 2026-07-10", "energy.intake -400 kcal/d", at=SET)
    return one


def test_a_goal_is_kept_with_its_cone_and_what_it_rests_on(twin: Twin) -> None:
    made = twin.goals.set("weight 80 kg by 2026-07-10", "energy.intake -400 kcal/d", at=SET)
    assert (made.name, made.sense, made.plan) == ("weight", Sense.MOST, "energy.intake -400 kcal/d")
    assert made.kept is not None
    assert made.kept.standing == pytest.approx(85, abs=0.4)
    assert made.kept.chance > made.kept.chance_alone
    assert (made.kept.cone[0].at, made.kept.cone[-1].at) == ("2026-04-10", BY)
    assert {key for key, _, _ in made.lineage} == {"weight", "height", "sex"}
    assert {key: last for key, _, last in made.lineage}["weight"] == "2026-04-09"
    again = twin.goals.set("weight 81 kg by 2026-07-10", "energy.intake -400 kcal/d", at=SET)
    assert again.name == "weight-2"
    twin.goals.drop("weight-2")
    assert [one.name for one in twin.goals.every()] == ["weight"]
    assert twin.goals.one("weight") == made


def test_a_goal_is_seen_from_a_day_with_what_it_takes(twin: Twin) -> None:
    (seen,) = twin.goals.look("weight", at=SET)
    assert (seen.state, seen.left, seen.standing_days) == ("open", 91, 7)
    assert seen.chance == seen.goal.kept.chance  # type: ignore[union-attr]
    assert seen.takes is not None
    assert seen.takes.amount is not None
    assert seen.takes.low is not None
    assert seen.takes.high is not None
    assert seen.takes.amount == pytest.approx(-(seen.goal.kept.standing - 80) / EFFECT / 88, rel=0.05)  # type: ignore[union-attr]
    assert seen.takes.high < seen.takes.amount < seen.takes.low < 0
    assert any("keep to the plan" in line for line in seen.assumptions)
    assert seen.n == 40
    assert seen.progress is None


def test_who_does_nothing_falls_behind_and_is_told_what_would_help(twin: Twin) -> None:
    (seen,) = twin.goals.look("weight", at=SET + timedelta(days=40))
    assert seen.progress is not None
    assert seen.progress.place == "behind"
    assert seen.progress.sure > 0.95
    assert seen.chance is not None
    assert seen.chance < 0.35
    assert seen.lift is not None
    assert seen.takes is not None
    assert seen.lift.amount is None or seen.lift.amount < -400
    assert seen.later is not None
    assert seen.later > seen.goal.by


def test_who_keeps_to_the_plan_is_on_the_way_and_only_the_rest_of_it_is_added(keeping: Twin) -> None:
    (seen,) = keeping.goals.look(at=SET + timedelta(days=39))
    assert seen.progress is not None
    assert seen.progress.place in {"on the way", "ahead"}
    assert seen.done is not None
    assert seen.done > 0.75
    assert seen.chance is not None
    assert seen.chance_alone is not None
    whole = keeping.imagine("energy.intake -400 kcal/d", signal="weight", at=SET + timedelta(days=39), days=53)[0]
    assert seen.today is not None
    assert seen.today.with_[-1].mean > whole.with_[-1].mean + 1


def test_looking_is_in_the_record_and_learning_switched_off_tells_only_the_target(keeping: Twin) -> None:
    told = {(one.party, one.signal) for one in keeping.audit.entries()}
    assert {("owner", "weight/goal"), ("owner", "height/goal"), ("models", "weight")} <= told
    page = keeping.rights.access()
    assert [(one.signal, one.kind) for one in page.believed] == [("weight", "goal")]
    for grant in [one.id for one in keeping.consent.book.grants if one.party == "models"]:
        keeping.consent.revoke(grant)
    (kept,) = keeping.goals.every()
    assert (kept.target, kept.kept) == (80.0, None)
    (seen,) = keeping.goals.look(at=SET)
    assert seen.state == "silent"
    assert seen.chance is None
    assert seen.why


def test_a_goal_whose_day_has_come_is_reached_or_missed_by_its_last_week(twin: Twin) -> None:
    twin.goals.set("weight 83.5 kg by 2026-05-10", "energy.intake -400 kcal/d", name="spring", at=SET)
    (seen,) = twin.goals.look("spring", at=date(2026, 5, 12))
    assert (seen.state, seen.standing_days) == ("missed", 7)
    twin.goals.drop("spring")


@pytest.mark.parametrize(
    ("text", "steps", "kind", "says"),
    [
        ("weight 55 kg by 2028-03-01", "energy.intake -300 kcal/d", Refused, r"18\.5"),
        ("weight 80 kg by 2026-05-01", "energy.intake -300 kcal/d", Refused, "1 % of your weight"),
        ("weight 80 kg by 2026-07-10", "energy.intake -1200 kcal/d", Refused, "1,500"),
        ("weight 80 kg by 2026-07-10", "energy.intake -300 kcal/d; insulin.bolus 2 U", Refused, "insulin"),
        ("weight 80 kg by 2026-01-10", "energy.intake -300 kcal/d", UsageError, "passed"),
        ("weight 85 kg by 2026-07-10", "energy.intake -300 kcal/d", UsageError, "there already"),
        ("weight 500 kg by 2026-07-10", "energy.intake +300 kcal/d", UsageError, "beyond what"),
        ("mood 4 by 2026-07-10", "energy.intake -300 kcal/d", UsageError, "No model tells what becomes of mood"),
        ("weight 80 kg by 2026-07-10", "caffeine 100 mg at 08:00", UsageError, "No model takes a step on caffeine"),
        ("resting heart rate 50 by 2026-07-10", "steps +3000/d", NothingYet, "tells nothing of heart_rate.resting"),
    ],
)
def test_what_is_no_goal_here_is_refused_and_nothing_is_kept(
    twin: Twin, text: str, steps: str, kind: type[Exception], says: str
) -> None:
    known = len(twin.goals.every())
    with pytest.raises(kind, match=says):
        twin.goals.set(text, steps, at=SET)
    assert len(twin.goals.every()) == known


def test_a_goal_nobody_set_is_not_there(twin: Twin) -> None:
    for ask in (twin.goals.one, twin.goals.drop, twin.goals.look):
        with pytest.raises(UsageError, match="no goal called"):
            ask("mountain")


def test_one_goal_that_cannot_be_told_does_not_stop_the_others(twin: Twin, simulators: list[Any]) -> None:
    twin.goals.set("weight 79 kg by 2026-08-10", "steps +100/d; energy.intake -400 kcal/d", name="other", at=SET)
    simulators[0] = replace(simulators[0], takes=frozenset({"energy.intake"}))
    seen = {one.goal.name: one.state for one in twin.goals.look(at=SET)}
    assert seen == {"weight": "open", "other": "silent"}
    twin.goals.drop("other")


def test_goals_survive_closing_and_go_with_what_they_rest_on(
    tmp_path: Path, folder: Callable[[dict[str, str | bytes]], Path], weights: Callable[..., str]
) -> None:
    with Twin.create(tmp_path / "vault", "pass", home_zone="Europe/Vienna") as made:
        made.import_paths([folder({"weight.csv": weights(FIRST, steady(60))}) / "weight.csv"])
        for key, value in (("height", 1.80), ("sex", "male"), ("mood", 4.0)):
            made.observe(key, value, at=datetime(2026, 3, 1, 8))
        made.goals.set("weight 80 kg by 2026-07-10", "energy.intake -400 kcal/d", at=SET)
    with Twin.open(tmp_path / "vault", "pass") as again:
        assert [one.name for one in again.goals.every()] == ["weight"]
        later = Target(signals=("weight",), since=date(2026, 4, 15))
        for spared in (Target(signals=("mood",)), later):
            assert plan(again._store, spared).resting == ()
            assert again.would_erase(spared).remarks == ()
        some = Target(signals=("weight",), since=date(2026, 4, 1), until=date(2026, 4, 3))
        for target in (Target(signals=("height",)), Target(categories=("demographic",)), Target(batches=(1,)), some):
            assert plan(again._store, target).resting == (("goal", "weight"),)
            assert any("Goals that rest on what goes" in remark for remark in again.would_erase(target).remarks)
        again.erase(some, "pass")
        assert again.goals.every() == []
