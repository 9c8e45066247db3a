from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.domains.body.glucose.living import NOW, person

from selftwin import discover
from selftwin.domains.body.glucose.reading_bodies import bodies
from selftwin.domains.body.glucose.safety import EMERGENCY_HIGH, EMERGENCY_LOW, LOWS_UNPROVEN, NEVER_A_DOSE
from selftwin.domains.body.simulators import glucose
from selftwin.domains.body.simulators.glucose import SIMULATOR, Glucose
from selftwin.vocabulary.errors import NothingYet, Refused
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    from tests.domains.body.remembering import Remembered

    from selftwin.domains.body.glucose.reading import Body
    from selftwin.domains.body.glucose.reading_bodies import Bodies
    from selftwin.vocabulary.trajectory import Measure, Trajectory

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
STEPS = 48


@pytest.fixture(autouse=True)
def one_fit_for_each_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same record is fitted once in this file."""
    monkeypatch.setattr(glucose, "bodies", remembered_bodies)


FITTED: dict[tuple, Bodies] = {}


def remembered_bodies(known: Body, *, seed: int) -> Bodies:
    record = known.record
    parts = (record.readings, record.readings_at, record.insulin, record.meals, record.meals_at, record.effort)
    key = (known.kind, known.standing.level, seed, known.insulin.rate, *(part.tobytes() for part in parts))
    if key not in FITTED:
        FITTED[key] = bodies(known, seed=seed)
    return FITTED[key]


def specimen() -> tuple[Remembered, str]:
    """A past and a scenario, for the promises that every simulator keeps."""
    return someone("none"), "meal.carbs 60 g in 10 min; workout walking 30 min in 30 min"


@cache
def someone(kind: str) -> Remembered:
    return person(kind, days=15 if kind == "type 1" else 5, ahead=360)


def imagined(past: Remembered, asked: str, aside: str = "", **more) -> Trajectory:
    question = Question(scenario(asked), scenario(aside) if aside else AS_YOU_ARE, more.pop("days", None))
    return Glucose(**more).imagine(past, question, seed=1)[0]


@cache
def known(kind: str, asked: str, aside: str = "") -> Trajectory:
    return imagined(someone(kind), asked, aside)


def measure(told: Trajectory, name: str) -> Measure:
    return next(one for one in told.measures if one.name == name)


def test_it_is_found_and_tells_glucose_alone() -> None:
    assert any(one is SIMULATOR for one in discover.simulators())
    assert SIMULATOR.gives == ("glucose",)
    assert {"meal.carbs", "meal.description", "workout", "insulin.bolus"} <= SIMULATOR.takes


def test_a_meal_raises_glucose_and_every_number_has_its_bounds() -> None:
    told = known("none", "meal.carbs 60 g")
    assert (told.signal, told.unit, told.model, told.trust) == ("glucose", "mg/dL", "glucose", Trust.FIRST)
    assert known("type 1", "meal.carbs 60 g").trust is Trust.TRUSTED
    assert len(told.with_) == len(told.without) == len(told.difference) == STEPS
    assert told.with_[0].at == (NOW + 5 * MINUTE).isoformat()
    for point in (*told.with_, *told.without, *told.difference):
        assert point.lo90 <= point.lo50 <= point.hi50 <= point.hi90
    assert measure(told, "peak").difference[0] > 10
    assert measure(told, "mean of 4 h").difference[1] > 0
    assert set(told.plain()) >= {"scenario", "signal", "unit", "assumptions", "model", "with", "without", "difference"}


def test_more_carbohydrate_never_lowers_the_mean_of_four_hours_in_type_1() -> None:
    told = imagined(someone("type 1"), "meal.carbs 90 g at 12:20", "meal.carbs 30 g at 12:20")
    means = told.draws[:, :, 4 : 4 + STEPS].mean(axis=2)
    assert (means[0] >= means[1]).all()
    assert (told.draws[0] - told.draws[1]).min() > -3


@pytest.mark.parametrize("kind", ["type 2", "none"])
def test_more_carbohydrate_raises_it_in_others_but_for_dips_of_some(kind: str) -> None:
    told = imagined(someone(kind), "meal.carbs 90 g at 12:20", "meal.carbs 30 g at 12:20")
    means = told.draws[:, :, 4 : 4 + STEPS].mean(axis=2)
    assert (means[0] > means[1]).mean() > 0.95


def test_more_insulin_never_raises_glucose_in_type_1() -> None:
    told = imagined(someone("type 1"), "meal.carbs 60 g; insulin.bolus 4 U", "meal.carbs 60 g; insulin.bolus 1 U")
    assert (told.draws[0] <= told.draws[1] + 1e-9).all()
    assert told.difference[-1].mean < -10
    less = imagined(someone("type 1"), "insulin.basal -50 % for 2 h")
    assert (less.draws[0] >= less.draws[1] - 1e-9).all()


def test_the_same_meal_later_peaks_later() -> None:
    told = known("none", "meal.carbs 60 g at 13:30", "meal.carbs 60 g at 12:15")
    later = measure(told, "minutes to the peak")
    assert later.difference[0] == pytest.approx(75, abs=25)
    assert sum(amount for _, amount in told.because) == pytest.approx(told.difference[-1].mean, abs=0.02)
    assert [name.split()[0] for name, _ in told.because] == ["without", "meal.carbs"]
    assert "meal.carbs 60 g" in told.instead_of


def test_a_walk_after_a_meal_lowers_glucose() -> None:
    told = imagined(someone("none"), "meal.carbs 60 g; workout walking 40 min in 20 min", "meal.carbs 60 g")
    assert measure(told, "mean of 4 h").difference[0] < -1
    assert told.because == ()


def test_contributions_add_up_however_the_steps_are_ordered() -> None:
    told = imagined(
        someone("none"), "meal.carbs 20 g at 13:00; meal.carbs 50 g; workout walking 30 min in 20 min",
        "meal.carbs 50 g; meal.carbs 30 g at 13:10",
    )  # fmt: skip
    assert len(told.because) == 3
    assert sum(amount for _, amount in told.because) == pytest.approx(told.difference[-1].mean, abs=1e-9)


def test_words_for_a_meal_are_less_sure_than_grams() -> None:
    told = known("none", 'meal.description "bowl of rice"')
    assert measure(told, "peak").difference[0] > 5


def test_the_futures_share_their_luck() -> None:
    told = known("none", "meal.carbs 1 g")
    assert np.quantile(np.abs(told.draws[0] - told.draws[1]), 0.95) < 3
    assert told.without[20].hi90 - told.without[20].lo90 > 10
    assert imagined(someone("none"), "meal.carbs 1 g") == told


def test_what_came_after_now_changes_nothing() -> None:
    past = someone("type 1")
    later = {key: [row if row[0] <= past.now else (*row[:-1], 333.0) for row in rows]
             for key, rows in past.observations.items()}  # fmt: skip
    assert later["glucose"] != past.observations["glucose"]
    text = "meal.carbs 60 g; insulin.bolus 3 U"
    assert imagined(replace(past, observations=later), text) == known("type 1", text)


def test_a_replay_differs_in_its_label_alone() -> None:
    text = "meal.carbs 60 g; insulin.bolus 3 U"
    now, replay = known("type 1", text), imagined(replace(someone("type 1"), replay=True), text)
    assert replay.replay
    assert replay.notes[0].startswith("A replay of the past")
    assert (replay.with_, replay.without, replay.measures) == (now.with_, now.without, now.measures)
    assert set(now.notes) < set(replay.notes)


def stale(past: Remembered, seconds: int) -> Remembered:
    """The same with its newest reading so many seconds old, and no meals: nothing is fitted."""
    rows = [row for row in past.observations["glucose"] if row[0] <= past.now - DAY / 24]
    told = {key: of for key, of in past.observations.items() if key != "meal.carbs"}
    told["glucose"] = [*rows, (past.now - timedelta(seconds=seconds), 120.0)]
    return replace(past, observations=told)


INSULIN = "meal.carbs 60 g; insulin.bolus 3 U"


def test_a_plan_with_insulin_needs_a_value_of_the_last_fifteen_minutes() -> None:
    assert "15 minutes old" in " ".join(imagined(stale(someone("type 1"), 900), INSULIN).notes)
    with pytest.raises(Refused, match="15 minutes"):
        imagined(stale(someone("type 1"), 901), INSULIN)
    with pytest.raises(Refused, match="15 minutes"):
        imagined(stale(someone("type 1"), 901), "meal.carbs 60 g")
    assert "30 minutes old" in " ".join(imagined(stale(someone("none"), 1800), "meal.carbs 60 g").notes)


def test_no_glucose_at_all_is_a_refusal_for_insulin() -> None:
    empty = replace(someone("type 1"), observations={})
    with pytest.raises(Refused):
        imagined(empty, INSULIN)
    with pytest.raises(NothingYet):
        imagined(empty, "meal.carbs 60 g")


def test_a_sensor_warming_up_few_days_or_a_low_refuse_insulin_now() -> None:
    past = someone("type 1")
    begun = {"glucose.sensor": [(NOW - timedelta(hours=1, minutes=59), "Sensor Start")]}
    with pytest.raises(Refused, match="warming"):
        imagined(replace(past, observations=dict(past.observations) | begun), INSULIN)
    with pytest.raises(Refused, match="14 days"):
        imagined(person("type 1", days=10), INSULIN)
    low = dict(past.observations) | {"glucose": [*past.observations["glucose"], (NOW, 69.9)]}
    with pytest.raises(Refused, match="70"):
        imagined(replace(past, observations=low), INSULIN)


def test_insulin_hidden_in_the_other_future_is_refused_alike() -> None:
    with pytest.raises(Refused, match="15 minutes"):
        imagined(stale(someone("type 1"), 901), "meal.carbs 60 g", INSULIN)


def test_replays_are_not_refused_but_one_that_reaches_the_present_is() -> None:
    past = replace(stale(someone("type 1"), 3000), replay=True)
    assert imagined(past, INSULIN).replay
    with pytest.raises(Refused, match="15 minutes"):
        imagined(past, INSULIN, clock=lambda: NOW + timedelta(hours=2))
    assert imagined(past, INSULIN, clock=lambda: NOW + timedelta(hours=4)).replay


def test_doses_beyond_the_persons_own_are_refused_in_replays_too() -> None:
    for past in (someone("type 1"), replace(someone("type 1"), replay=True)):
        for text in ("insulin.bolus 25 U", "insulin.long 30 U", "insulin.basal +200 % for 2 h"):
            with pytest.raises(Refused) as refused:
                imagined(past, text)
            assert not re.search(r"\d+(\.\d+)? ?U", f"{refused.value} {refused.value.hint}")


def test_no_word_of_an_answer_recommends_a_dose() -> None:
    told = known("type 1", INSULIN)
    assert NEVER_A_DOSE in told.notes
    said = " ".join((*told.notes, *told.assumptions))
    assert not re.search(r"\b(take|inject|bolus of) \d", said)
    assert not re.search(r"\d ?(U|units)\b", said)


def test_an_extreme_is_told_before_anything_else() -> None:
    for level, words in ((50.0, EMERGENCY_LOW), (310.0, EMERGENCY_HIGH)):
        told = {"glucose": [*someone("none").observations["glucose"], (NOW, level)]}  # no meals: nothing is fitted
        for is_replay in (True, False):
            past = replace(someone("none"), observations=told, replay=is_replay)
            assert imagined(past, "meal.carbs 20 g").notes[0] == words


def test_lows_are_always_said_to_be_unproven_and_the_naive_guess_stands_beside() -> None:
    for told in (known("none", "meal.carbs 60 g"), known("type 1", INSULIN)):
        assert told.notes[-1] == LOWS_UNPROVEN
        assert any("staying as now" in note for note in told.notes)


def test_without_meals_the_population_speaks_and_says_so() -> None:
    past = someone("none")
    silent = {key: rows for key, rows in past.observations.items() if key != "meal.carbs"}
    told = imagined(replace(past, observations=silent), "meal.carbs 60 g")
    own = known("none", "meal.carbs 60 g")
    assert told.trust is Trust.NONE
    assert any("not yet your own body" in note for note in told.notes)
    width, narrow = (measure(one, "peak").difference for one in (told, own))
    assert width[2] - width[1] > 1.2 * (narrow[2] - narrow[1])


def test_what_kind_of_body_is_assumed_is_said() -> None:
    untold = replace(someone("none"), given={})
    assert "I take it that you have no diabetes" in imagined(untold, "meal.carbs 20 g").assumptions[0]
    assert "as you said" in known("none", "meal.carbs 60 g").assumptions[0]


def test_a_meal_tomorrow_is_told_around_its_own_time() -> None:
    told = known("none", "meal.carbs 60 g at 07:30")
    assert told.with_[0].at == (NOW + timedelta(hours=19, minutes=5)).isoformat()
    assert len(told.with_) == 54
    assert any("20 hours from now" in note for note in told.notes)
    assert measure(told, "minutes to the peak").with_[0] < 120


def test_days_shorten_what_is_told() -> None:
    assert len(imagined(someone("none"), "meal.carbs 60 g", days=2 / 24).with_) == 24


def test_the_clock_it_asks_is_the_real_one() -> None:
    assert abs(SIMULATOR.clock() - datetime.now(UTC)) < MINUTE
