"""Training plans: what they do, for whom nothing can be said, and what is warned of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.domains.body.living import NOW, asked, by_signal, person, without

from selftwin.domains.body.simulators.fitness import SIMULATOR
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import Trust

if TYPE_CHECKING:
    from tests.domains.body.remembering import Remembered


def specimen() -> tuple[Remembered, str]:
    """One of whom all is known, and a scenario, for the promises that every simulator keeps."""
    return person(), "training.load +30 % for 28 d"


def imagined(steps: str, past=None, **kw):
    return by_signal(SIMULATOR.imagine(past or person(), asked(steps, **kw)))


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        ("training.load +30 % for 28 d", 28),
        ("activity.exercise +30 min/d for 8 wk", 56),
        ("steps +3000/d for 90 d", 90),
    ],
)
def test_more_training_raises_fitness_and_lowers_the_resting_heart_rate(steps: str, days: int):
    found = imagined(steps)
    assert len(found["vo2_max"].with_) == days
    assert found["vo2_max"].difference[-1].mean > 0
    assert found["heart_rate.resting"].because[0][1] < 0
    assert found["fitness.form"].difference[6].mean < 0, "form falls first"
    assert found["heart_rate.resting"].trust is Trust.TRUSTED
    assert 115 <= found["heart_rate.resting"].n <= 120


def test_the_reasons_add_up_to_the_difference():
    for one in (imagined("training.load +50 %")["heart_rate.resting"], imagined("steps +4000/d")["vo2_max"]):
        assert sum(by for _, by in one.because) == pytest.approx(one.difference[-1].mean, abs=1e-6)


def test_the_effect_of_a_trial_on_one_who_did_not_train_is_what_trials_found():
    idle = without(person(), "training.load", "steps", "heart_rate.resting")
    idle = replace(idle, daily={**idle.daily, "vo2_max": [(NOW.date() - timedelta(days=3), 38.0)],
                                "steps": [(NOW.date() - timedelta(days=n), 1500.0) for n in range(1, 90)]})  # fmt: skip
    gained = imagined("training.load 100/d for 70 d", idle)["vo2_max"].difference[-1]
    assert 3.0 < gained.mean < 5.2
    assert gained.lo90 < 2.5
    assert gained.hi90 > 5.5


def test_the_same_steps_make_no_difference():
    for one in imagined("training.load +20 %", instead_of="training.load +20 %").values():
        assert one.difference[-1].mean == 0
        assert one.difference[-1].hi90 == 0
        assert one.instead_of


def test_half_the_load_before_a_race_raises_form_and_a_noted_race_tells_the_others():
    past = person()
    past = replace(past, daily={**past.daily, "race.10k": [(date(2025, 12, 1), 44.05)]})
    found = imagined("training.load -50 % for 14 d", past)
    assert found["fitness.form"].difference[-1].mean > 20
    assert found["race.5k"].without[0].mean == pytest.approx(21.25, rel=0.03)
    marathon = found["race.marathon"]
    assert marathon.with_[-1].hi90 - marathon.with_[-1].lo90 > 15
    assert not any(key.startswith("race") for key in imagined("training.load -50 % for 14 d"))


def test_a_jump_of_load_is_warned_of_with_its_weak_evidence():
    found = imagined("training.load +200 % for 14 d")["heart_rate.resting"]
    assert any("weakly supported" in note for note in found.notes)
    assert not any("weakly supported" in note for note in imagined("training.load +10 %")["heart_rate.resting"].notes)
    heavy = imagined("training.load 700/d for 90 d")["heart_rate.resting"]
    assert any("more fatigue" in note or "beyond" in note for note in heavy.notes)


def test_the_plain_guess_is_named_and_the_past_replayed():
    found = imagined("training.load +30 %")["heart_rate.resting"]
    assert any("last week's mean" in note for note in found.notes)
    assert found.replayed is not None
    inside, tried = found.replayed
    assert 0 <= inside <= tried
    assert tried >= 3


def test_few_days_are_told_by_trials_and_trusted_less():
    few = imagined("training.load +30 %", person(days=10))["heart_rate.resting"]
    assert few.trust is Trust.FIRST
    assert any("what trials found" in note for note in few.notes)
    known = imagined("training.load +30 %")["heart_rate.resting"]
    assert few.with_[0].hi90 - few.with_[0].lo90 > 0.8 * (known.with_[0].hi90 - known.with_[0].lo90)


def test_vo2_max_is_estimated_by_heart_rates_with_its_error_where_none_is_known():
    one = imagined("steps +2000/d")["vo2_max"]
    assert any("heart rate ratio" in note for note in one.notes)
    assert one.with_[0].hi90 - one.with_[0].lo90 > 15
    assert one.trust is Trust.NONE


def test_unknown_training_is_said_to_be_unknown():
    one = imagined("activity.exercise +30 min/d for 30 d", without(person(), "training.load", "steps"))
    assert any("a guess" in line for line in one["heart_rate.resting"].assumptions)


def test_neither_heart_rate_nor_vo2_max_is_nothing_yet_with_what_to_note():
    bare = without(person(), "heart_rate.resting", "age")
    with pytest.raises(NothingYet) as told:
        SIMULATOR.imagine(bare, asked("training.load +10 %"))
    assert "selftwin note" in told.value.hint


def test_steps_that_make_no_sense_are_refused():
    with pytest.raises(UsageError):
        SIMULATOR.imagine(person(), asked("workout running"))
    with pytest.raises(UsageError):
        SIMULATOR.imagine(person(), asked("activity.exercise +20 %"))
    with pytest.raises(Refused):
        SIMULATOR.imagine(replace(person(), barred=frozenset({"heart_rate.resting"})), asked("training.load +10 %"))


def test_it_is_the_same_by_seed_and_reads_nothing_of_the_future():
    one, two = imagined("training.load +30 %"), imagined("training.load +30 %")
    assert one["heart_rate.resting"].with_ == two["heart_rate.resting"].with_
    assert one["heart_rate.resting"].draws.shape[1] >= 200
    past = person()
    later = {key: [*rows, (NOW.date() + timedelta(days=3), 250.0)] for key, rows in past.daily.items()}
    same = imagined("training.load +30 %", replace(past, daily=later))
    assert same["heart_rate.resting"].with_ == one["heart_rate.resting"].with_


def test_workouts_with_heart_rates_tell_the_load_where_no_effort_was_told():
    past = without(person(), "training.load")
    days = [NOW.date() - timedelta(days=n) for n in range(2, 80, 3)]
    past = replace(past, daily={**past.daily, "workout.duration": [(day, 60.0) for day in days],
                                "workout.heart_rate": [(day, 140.0) for day in days]})  # fmt: skip
    one = imagined("training.load +10 %", past)["heart_rate.resting"]
    assert any("heart rates in workouts" in line for line in one.assumptions)
    assert 60 < one.measures[0].without[0] < 130


def test_draws_are_pairs_of_the_same_luck():
    draws = imagined("training.load +30 % for 28 d")["heart_rate.resting"].draws
    assert np.std(draws[0] - draws[1], axis=0)[-1] < 0.7 * np.std(draws[0], axis=0)[-1]
