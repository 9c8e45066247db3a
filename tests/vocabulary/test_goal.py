"""Targets as people say them, which way counts as reached, and a goal that comes back from its paper as it went."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from selftwin.vocabulary.errors import UnitError, UnknownSignal, UsageError
from selftwin.vocabulary.goal import Goal, Kept, Prospect, Sense, wish
from selftwin.vocabulary.trajectory import Point

POINT = Point("2026-06-02", 80.0, 78.0, 82.0, 79.0, 81.0)
GOAL = Goal(
    "weight", "weight", "kg", 72.0, Sense.MOST, date(2027, 3, 1), "energy.intake -400 kcal/d", date(2026, 6, 2),
    datetime(2026, 6, 2, 8, tzinfo=UTC), (("weight", "2026-01-01", "2026-06-01"),),
    Kept(80.0, 0.7, 0.1, "weight", (POINT,), (POINT,)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "signal", "target"),
    [
        ("weight 72 kg by 2027-03-01", "weight", 72.0),
        ("Body weight 160 lb by 2027-03-01", "weight", 72.5748),
        ("resting heart rate 55 by 2027-03-01", "heart_rate.resting", 55.0),
        ("heart_rate.resting 55 bpm by 2027-03-01", "heart_rate.resting", 55.0),
        ("time in range 75 % by 2027-03-01", "glucose.in_range", 75.0),
        ("VO2 max 48 by 2027-03-01", "vo2_max", 48.0),
        ("blood pressure 125 mmHg by 2027-03-01", "blood_pressure.systolic", 125.0),
        ("sleep regularity 85 by 2027-03-01", "sleep.regularity", 85.0),
        ("mood 4 by 2027-03-01", "mood", 4.0),
        ("race 10 km 48:00 by 2027-03-01", "race.10k", 48.0),
        ("race 5000 m in 22:30 by 2027-03-01", "race.5k", 22.5),
        ("race 13.1 mi 1:45:00 by 2027-03-01", "race.half_marathon", 105.0),
        ("race marathon 3:30 by 2027-03-01", "race.marathon", 210.0),
        ("half marathon 1:45:00 by 2027-03-01", "race.half_marathon", 105.0),
    ],
)
def test_a_target_is_said_the_way_people_say_it(text: str, signal: str, target: float) -> None:
    said = wish(text)
    assert (said.signal, said.by) == (signal, date(2027, 3, 1))
    assert said.target == pytest.approx(target, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("weight 72 kg", "a target and a day"),
        ("weight by 2027-03-01", "a target and a day"),
        ("weight 72 kg by soon", "is not a day"),
        ("weight -5 kg by 2027-03-01", "not a change"),
        ("steps 9000/d by 2027-03-01", "not a change"),
        ("race 8 km 40:00 by 2027-03-01", "told for 5 km"),
        ("sex 3 by 2027-03-01", "no amount"),
        ("weight 9000 kg by 2027-03-01", "can never be"),
    ],
)
def test_what_is_no_target_is_refused_with_a_hint(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as told:
        wish(text)
    assert told.value.hint


def test_signals_and_units_nobody_knows_are_named() -> None:
    with pytest.raises(UnknownSignal):
        wish("tallness 3 by 2027-03-01")
    with pytest.raises((UsageError, UnitError), match="no unit"):
        wish("weight 72 mmHg by 2027-03-01")


def test_at_least_and_at_most_include_the_target() -> None:
    assert Sense.LEAST.met(75, 75)
    assert Sense.LEAST.met(80, 75)
    assert not Sense.LEAST.met(74.9, 75)
    assert Sense.MOST.met(75, 75)
    assert not Sense.MOST.met(75.1, 75)


def test_a_goal_comes_back_from_json_as_it_went() -> None:
    assert Goal.unpacked(json.loads(json.dumps(GOAL.packed()))) == GOAL
    bare = Goal.unpacked(json.loads(json.dumps(GOAL.packed() | {"kept": None})))
    assert bare.kept is None


def test_a_prospect_is_plain_data_without_what_it_rests_on() -> None:
    said = Prospect(GOAL, date(2026, 6, 2), "open").plain()
    assert said["left"] == 272
    assert said["target"] == 72.0
    assert said["kept"]["cone"][0]["mean"] == 80.0
    assert "lineage" not in said
