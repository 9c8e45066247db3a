"""What if: asked of whatever simulators are found, over what was known then, and of nobody's data without the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from selftwin import discover
from selftwin.twin.imagining import Asking, Recorded, choose, given, joined
from selftwin.vocabulary.errors import NothingYet, Refused, UnknownSignal, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.scenario import scenario
from selftwin.vocabulary.trajectory import Trajectory, courses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin
    from selftwin.vocabulary.model import Past, Question

LAST = date(2026, 3, 12)


@dataclass(frozen=True)
class Walking:
    """A simulator of the tests: every thousand steps more takes a beat off the resting heart."""

    name: str = "walking"
    title: str = "Walking"
    version: int = 1
    rank: int = 0
    takes: frozenset[str] = frozenset({"steps"})
    gives: tuple[str, ...] = ("heart_rate.resting",)
    cites: tuple[str, ...] = ("Nobody 1900",)

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        usual = past.days("steps")
        if usual.height < 4:
            raise NothingYet("I know too few steps of yours.", hint="Four days are needed.")
        by = sum((one.changed(8000) - 8000) / 1000 for one in question.scenario.of("steps"))
        at = [(past.now.date() + timedelta(n)).isoformat() for n in range(3)]
        luck = np.random.default_rng(seed).normal(60, 2, (200, 3))
        with_, without, difference = courses(at, luck - by, luck)
        return [Trajectory("heart_rate.resting", "/min", "walking 1", str(question.scenario), past.now.isoformat(),
                           Trust.FIRST, usual.height, with_, without, difference, ("That you walk.",), self.cites,
                           replay=past.replay, draws=np.stack([luck - by, luck]))]  # fmt: skip


@dataclass(frozen=True)
class Silent(Walking):
    """One that never knows enough."""

    name: str = "silent"
    takes: frozenset[str] = frozenset({"steps", "insulin.bolus"})
    gives: tuple[str, ...] = ("glucose",)

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        raise NothingYet("I know no glucose of yours.", hint="Wear a sensor.")


@pytest.fixture
def simulators(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = [Silent(), Walking()]
    monkeypatch.setattr(discover, "simulators", lambda: found)
    return found


@pytest.fixture(scope="module")
def walked(twin: Twin, folder: Callable[[dict[str, str | bytes]], Path], weights: Callable[..., str]) -> Twin:
    """A twin with a weight each morning of twenty days, some steps of ten days, and a birthday."""
    rows = "".join(f"2026-03-{day:02} 12:00:00,steps,{1000 * day},{{steps}}\n" for day in range(3, 13))
    files = {"weight.csv": weights(LAST - timedelta(19), [80.0 + 0.1 * n for n in range(20)]),
             "long.csv": f"time,signal,value,unit\n{rows}"}  # fmt: skip
    for name, text in files.items():
        twin.import_paths([folder({name: text}) / name])
    twin.observe("birth.date", "1986-03-12")
    twin.observe("sex", "female")
    return twin


def recorded(twin: Twin, at: datetime, *, replay: bool = True, told: dict[str, float | str] | None = None) -> Recorded:
    return Recorded(twin.view("models"), at, ZoneInfo("Europe/Vienna"), replay, told or {}, at)


def test_a_question_is_answered_by_whoever_takes_it(walked: Twin, simulators: list[Any]) -> None:
    found = walked.imagine("steps +2000/d", at=LAST)
    assert [one.signal for one in found] == ["heart_rate.resting"]
    assert found[0].difference[-1].mean == pytest.approx(-2)
    assert found[0].replay
    assert found[0].untold == ("I know no glucose of yours. Wear a sensor.",)
    assert walked.imagine(scenario("steps +2000/d"), "steps +1000/d", at=LAST)[0].difference[-1].mean < -2.5


def test_models_and_the_owner_are_both_in_the_record(walked: Twin, simulators: list[Any]) -> None:
    known = len(walked.audit.entries())
    walked.imagine("steps +2000/d", at=LAST, signal="heart_rate.resting")
    told = {(one.party, one.signal) for one in walked.audit.entries()[known:]}
    assert {("models", "steps"), ("owner", "steps/imagine"), ("owner", "heart_rate.resting/imagine")} <= told


def test_learning_that_was_switched_off_closes_the_what_if(made: Callable[[], Twin], simulators: list[Any]) -> None:
    other = made()
    other.observe("steps", 5000)
    for grant in [one.id for one in other.consent.book.grants if one.party == "models"]:
        other.consent.revoke(grant)
    with pytest.raises(Refused):
        other.imagine("steps +2000/d", signal="heart_rate.resting")


def test_what_nobody_takes_is_said_with_what_can_be_asked(walked: Twin, simulators: list[Any]) -> None:
    with pytest.raises(UsageError, match="No model takes a step on caffeine") as told:
        walked.imagine("caffeine 100 mg at 08:00")
    assert "steps" in told.value.hint
    with pytest.raises(UsageError, match="No model tells what becomes of mood") as other:
        walked.imagine("steps +1", signal="mood")
    assert "heart_rate.resting" in other.value.hint
    with pytest.raises(UsageError, match="Imagine what"):
        walked.imagine()
    with pytest.raises(UsageError, match="ten years"):
        walked.imagine("steps +1", days=1e6)
    with pytest.raises(UsageError, match="still to come"):
        walked.imagine("steps +1", at=datetime.now(UTC) + timedelta(days=2))


def test_silence_is_an_answer_where_nobody_knows_enough(walked: Twin, simulators: list[Any]) -> None:
    with pytest.raises(NothingYet, match="no glucose"):
        walked.imagine("steps +1", signal="glucose", at=LAST)


def test_those_that_take_most_of_a_scenario_speak_first(simulators: list[Any]) -> None:
    assert [one.name for one in choose(frozenset({"steps"}), None)] == ["silent", "walking"]
    both = choose(frozenset({"steps", "insulin.bolus"}), None)
    assert [one.name for one in both] == ["silent", "walking"]


def test_a_twin_whose_data_end_long_ago_is_asked_as_it_was_then(walked: Twin, simulators: list[Any]) -> None:
    found = walked.imagine("steps +2000/d")
    assert found[0].replay
    assert any("Your data end on 12 March 2026" in note for note in found[0].notes)
    assert found[0].made_at == "2026-03-12T23:00:00+00:00"


def test_a_plan_with_insulin_is_never_moved_into_the_past(walked: Twin) -> None:
    asking = Asking(walked.view(), walked.view("models"), walked.zones)
    past, note = asking.past(None, {}, moved=False)
    assert not past.replay
    assert not note
    assert datetime.now(UTC) - past.now < timedelta(minutes=5)


def test_nothing_later_than_the_moment_is_read(walked: Twin) -> None:
    past = recorded(walked, datetime(2026, 3, 8, 20, tzinfo=UTC))
    assert past.days("steps")["day"].max() == date(2026, 3, 7)
    assert past.series("steps")["at"].max() <= past.now
    assert past.number("steps") == 7000
    assert past.number("weight", within=2) is not None
    assert recorded(walked, datetime(2026, 4, 20, tzinfo=UTC)).number("weight", within=2) is None
    assert past.days("steps", since=date(2026, 3, 6)).height == 2
    live = recorded(walked, datetime(2026, 3, 8, 20, tzinfo=UTC), replay=False)
    assert live.days("steps")["day"].max() == date(2026, 3, 8)


def test_what_was_never_recorded_is_none(walked: Twin) -> None:
    past = recorded(walked, datetime(2026, 3, 8, tzinfo=UTC))
    assert past.number("lab.hdl") is None
    assert past.word("blood_type") is None
    assert past.days("caffeine").height == 0
    assert past.series("purchase.eur").height == 0


def test_age_follows_from_a_birthday_and_words_are_found(walked: Twin) -> None:
    past = recorded(walked, datetime.now(UTC), replay=False)
    years = (datetime.now(UTC).date() - date(1986, 3, 12)).days / 365.2425
    assert past.number("age") == pytest.approx(years, abs=0.01)
    assert past.word("sex") == "female"
    told = recorded(walked, datetime.now(UTC), told={"age": 50.0, "sex": "male"})
    assert (told.number("age"), told.word("sex"), told.told("sex"), told.told("weight")) == (50.0, "male", True, False)


def test_who_somebody_is_holds_then_too_and_a_state_only_where_the_data_end(walked: Twin) -> None:
    """Noted today, by somebody who brings old exports."""
    then = datetime(2026, 3, 8, tzinfo=UTC)
    walked.observe("medicine.blood_pressure", "yes")
    walked.observe("smoking", "former")
    assert recorded(walked, then).word("smoking") is None
    assert recorded(walked, then).word("sex") == "female"
    assert recorded(walked, then).number("age") == pytest.approx(39.99, abs=0.01)
    assert recorded(walked, then).word("medicine.blood_pressure") is None
    asking = Asking(walked.view(), walked.view("models"), walked.zones)
    moved, note = asking.past(None, {})
    assert moved.word("medicine.blood_pressure") == "yes"
    assert "Your data end on 12 March 2026" in note
    assert asking.past(LAST, {})[0].word("medicine.blood_pressure") is None


def test_given_values_are_read_in_any_unit_and_checked() -> None:
    assert given(["height 180 cm", "sex female", "lab.hdl 1.3 mmol/L"]) == {
        "height": pytest.approx(1.8), "sex": "female", "lab.hdl": pytest.approx(50.27, abs=0.01),
    }  # fmt: skip
    assert given({"age": 40, "birth.date": "1986-03-12"}) == {"age": 40.0, "birth.date": "1986-03-12"}
    assert given("height 1.8") == {"height": 1.8}
    for wrong in (["height +1 cm"], ["weight 70 kg for 3 d"], ["steps 100/d"]):
        with pytest.raises(UsageError, match="is the value itself"):
            given(wrong)
    with pytest.raises(UnknownSignal):
        given(["tallness 3"])


def test_steps_are_texts_or_scenarios_and_nothing_else() -> None:
    assert joined(["steps +1; steps +2", scenario("steps +3")]).steps == scenario("steps +1; steps +2; steps +3").steps
    with pytest.raises(UsageError, match="must be text"):
        joined([3])  # type: ignore[list-item]
