"""Both futures of blood pressure, from a person's readings and steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.pressure.futures import futures, kind_of, replayed
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BODY = {"height": 1.80, "age": 50.0, "sex": "male", "weight": 95.0}


def past(systolic: float = 142.0, diastolic: float = 90.0, *, daily: Any = None, **given: Any) -> Remembered:
    rng = np.random.default_rng(3)
    days = [NOW.date() - timedelta(days=3 * back) for back in range(80, 0, -1)]
    series = {
        "blood_pressure.systolic": [(day, systolic + float(rng.normal(0, 7))) for day in days],
        "blood_pressure.diastolic": [(day, diastolic + float(rng.normal(0, 5))) for day in days],
    }
    return Remembered(NOW, daily=series | (daily or {}), given=BODY | given)


def fall(text: str, of: Remembered | None = None, days: int = 90) -> tuple[float, float]:
    """By how much the last day's means fall."""
    found = futures(of or past(), scenario(text), AS_YOU_ARE, days)
    systolic, diastolic = (
        float((b - a)[:, -1].mean()) for a, b in zip(found.with_, found.without, strict=True)
    )
    return systolic, diastolic


def test_no_step_is_no_difference_at_all() -> None:
    found = futures(past(), AS_YOU_ARE, AS_YOU_ARE, 30)
    assert (found.with_[0] == found.without[0]).all()


def test_less_salt_lowers_about_as_much_as_the_trials() -> None:
    systolic, diastolic = fall("meal.sodium -50 mmol/d")
    assert 1.7 < systolic < 3.0
    assert 0.3 < diastolic < 1.2
    more = [fall(f"meal.sodium -{amount} mmol/d")[0] for amount in (20, 50, 100, 150, 400)]
    assert all(b >= a - 1e-9 for a, b in pairwise(more))
    assert more[3] == more[4]  # no further than the trials went
    assert fall("meal.sodium +50 mmol/d")[0] < 0


def test_kinds_of_training_do_what_the_trials_of_their_kind_did() -> None:
    told = {kind: fall(f"workout {kind} 12 min daily")[0] for kind in ("walking", "wall_sit")}
    assert told["wall_sit"] > told["walking"] > 0
    assert kind_of("traditional_strength_training") == "resistance"
    assert kind_of("high_intensity_interval_training") == "hiit"
    assert kind_of("cross_training") == "combined"
    assert kind_of("Run") == "aerobic"


def test_running_and_lifting_are_one_training_not_two() -> None:
    both = fall("workout running 30 min daily; workout strength 30 min daily")[0]
    apart = fall("workout running 30 min daily")[0] + fall("workout strength 30 min daily")[0]
    assert both < apart


def test_who_trains_already_has_most_of_it() -> None:
    trains = [(NOW.date() - timedelta(days=back), 40.0) for back in range(28, 0, -1)]
    fit = past(daily={"activity.exercise": trains})
    assert fall("activity.exercise +30 min/d", fit)[0] < 0.3 * fall("activity.exercise +30 min/d")[0]


def test_weight_counts_by_the_kilogram_said_or_by_what_is_eaten() -> None:
    assert 3.0 < fall("weight -5 kg for 60 d", days=120)[0] < 6.5
    assert fall("weight 90 kg for 60 d", days=120)[0] == pytest.approx(fall("weight -5 kg for 60 d", days=120)[0])
    assert 1.5 < fall("energy.intake -500 kcal/d for 90 d")[0] < 7


def test_fewer_drinks_help_who_drinks_much() -> None:
    much = fall("alcohol.drinks -50 % daily", past(**{"alcohol.drinks": 6.0}))
    assert much[0] == pytest.approx(5.5, abs=0.6)
    assert fall("alcohol.drinks -50 % daily", past(**{"alcohol.drinks": 2.0}))[0] == 0
    with pytest.raises(NothingYet, match="drink"):
        fall("alcohol.drinks -1 /d")


def test_several_things_do_less_than_their_sum_and_the_reasons_add_up() -> None:
    parts = ["meal.sodium -50 mmol/d", "activity.exercise +30 min/d", "weight -5 kg for 90 d"]
    together = "; ".join(parts)
    joint = fall(together)
    assert joint[0] < sum(fall(one)[0] for one in parts)
    assert joint[0] > max(fall(one)[0] for one in parts)
    found = futures(past(), scenario(together), AS_YOU_ARE, 90)
    assert -sum(part for _, part in found.because[0]) == pytest.approx(joint[0], abs=1e-9)
    assert -sum(part for _, part in found.because[1]) == pytest.approx(joint[1], abs=1e-9)


def test_low_pressure_is_not_told_to_fall_through_the_floor() -> None:
    low = past(104.0, 64.0)
    assert fall("workout wall_sit 15 min daily; meal.sodium -150 mmol/d", low)[0] < 1.5


def test_what_was_held_against_counts_as_well() -> None:
    found = futures(past(), scenario("meal.sodium -100 mmol/d"), scenario("meal.sodium -100 mmol/d"), 60)
    assert np.allclose(found.with_[0], found.without[0])


def test_readings_are_needed_and_one_told_now_is_enough() -> None:
    with pytest.raises(NothingYet, match="reading"):
        futures(Remembered(NOW), scenario("meal.sodium -50 mmol/d"), AS_YOU_ARE, 30)
    told = {"blood_pressure.systolic": 150.0, "blood_pressure.diastolic": 95.0}
    found = futures(Remembered(NOW, given=told), scenario("meal.sodium -50 mmol/d"), AS_YOU_ARE, 30)
    assert found.without[0][:, 0].mean() == pytest.approx(150, abs=3)


def test_ninety_in_a_hundred_hold_on_people_not_used_before() -> None:
    inside = tried = 0
    for seed in range(900, 912):
        rng = np.random.default_rng(seed)
        level = 130 + np.cumsum(rng.normal(0, rng.uniform(0.1, 0.5), 300))
        values = level + rng.normal(0, rng.uniform(4, 11), 300)
        days = np.flatnonzero(rng.random(300) < 0.3).astype(np.int64)
        found = futures(past(), AS_YOU_ARE, AS_YOU_ARE, 5).readings[0]
        replay = replayed(type(found)(days, values[days]), 0, 60)
        inside, tried = inside + replay.inside, tried + len(replay.came)
    assert 0.85 <= inside / tried <= 0.98
