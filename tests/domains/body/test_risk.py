from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body import risk_norms
from selftwin.domains.body.risk import Answer, Wish, answer
from selftwin.domains.body.risk_gather import NOTES, RULES, known
from selftwin.domains.body.risk_steps import Habit, habit
from selftwin.domains.body.risks import ckd_epi, findrisc, prevent, score2
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario
from selftwin.vocabulary.trajectory import Trajectory, courses

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GIVEN: dict[str, float | str] = {
    "age": 50.6, "sex": "female", "blood_pressure.systolic": 160.0, "medicine.blood_pressure": "yes",
    "lab.cholesterol": 200.0, "lab.hdl": 45.0, "medicine.statin": "no", "diabetes.type": "type_2", "smoking": "daily",
    "lab.egfr": 90.0, "weight": 35 * 1.6**2, "height": 1.6, "residence.country": "Austria",
}  # fmt: skip


def person(*without: str, **changes: Any) -> Remembered:
    told = {key: value for key, value in (GIVEN | changes).items() if key not in without and value is not None}
    return Remembered(NOW, given=told)


def wish(*steps: str, **more: Any) -> Wish:
    return Wish(scenario(steps) if steps else AS_YOU_ARE, **more)


def foremost(said: Answer) -> Any:
    assert not said.missing
    assert not said.refused
    return said.chances[0]


def width(one: Any) -> float:
    return one.without.hi90 - one.without.lo90


# What goes in


def test_inputs_told_in_the_question_come_to_the_equations_own_figure() -> None:
    told = answer(prevent.RISK, person(smoking="never"), wish())
    assert foremost(told).without.mean == pytest.approx(0.147, abs=0.0005)
    assert foremost(told).without.lo90 < 0.147 < foremost(told).without.hi90
    assert {one.state for one in told.inputs} == {"told", "left out"}


def test_recorded_data_tell_the_inputs_and_how_much_stands_behind_them() -> None:
    days = [(date(2026, 2, 1) + timedelta(day), 120.0 + day % 3) for day in range(20)]
    past = Remembered(
        NOW,
        daily={"blood_pressure.systolic": [(date(2025, 6, 1), 190.0), *days], "weight": [(date(2026, 2, 20), 70.0)],
               "height": [(date(2010, 1, 1), 1.75)], "lab.hdl": [(date(2025, 9, 1), 55.0)],
               "cigarettes": [(date(2026, 2, 25), 0.0)]},
        observations={"sex": [(datetime(2020, 1, 1, tzinfo=UTC), "male")]},
    )  # fmt: skip
    pressure = known(past, "systolic")
    assert pressure is not None
    assert (pressure.value, pressure.days) == (pytest.approx(120.95), 20)
    assert pressure.spread < 0.5, "twenty days of one's own are surer than other people's spread"
    assert known(past, "bmi") is not None
    assert known(past, "bmi").value == pytest.approx(70 / 1.75**2)
    assert known(past, "hdl").spread == pytest.approx(55 * 0.074)
    assert known(past, "smoker").value == 0.0
    assert known(past, "sex").value == 0.0
    assert known(past, "cholesterol") is None


def test_values_older_than_a_year_are_not_used() -> None:
    past = Remembered(NOW, daily={"lab.hdl": [(date(2024, 12, 1), 55.0)]})
    assert known(past, "hdl") is None


def test_a_signal_that_may_not_be_learnt_from_is_missing() -> None:
    past = replace(person(), barred=frozenset({"lab.hdl"}), given={k: v for k, v in GIVEN.items() if k != "lab.hdl"})
    assert [one.name for one in answer(prevent.RISK, past, wish()).missing] == ["hdl"]


def test_filtration_follows_from_creatinine() -> None:
    past = person("lab.egfr", **{"lab.creatinine": 1.5, "age": 55.0})
    assert round(known(past, "egfr").value) == 41


@pytest.mark.parametrize(
    ("given", "value"),
    [({"smoking": "former"}, 0), ({"smoking": "daily"}, 1), ({"cigarettes": 3.0}, 1), ({"smoking": "unknown"}, None)],
)
def test_smoking_now_is_read_from_words_or_cigarettes(given: dict[str, Any], value: float | None) -> None:
    found = known(Remembered(NOW, given=given), "smoker")
    assert (found and found.value) == value


@pytest.mark.parametrize(("country", "region"), [("Austria", 1), ("at", 1), ("GB", 0), ("Latvia", 3), ("Japan", None)])
def test_the_risk_region_follows_from_the_country(country: str, region: int | None) -> None:
    found = known(Remembered(NOW, given={"residence.country": country}), "region")
    assert (None if found is None else found.value) == region


def test_diabetes_is_read_from_diagnoses_but_never_from_their_absence() -> None:
    told = {"condition": [(NOW - timedelta(days=900), "Diabetes mellitus type 2 (disorder)")]}
    other = {"condition": [(NOW - timedelta(days=900), "Prediabetes")]}
    assert known(Remembered(NOW, observations=told), "diabetes").value == 1.0
    assert known(Remembered(NOW, observations=other), "diabetes") is None


def test_every_rule_reads_catalogued_signals_and_every_note_can_be_typed() -> None:
    for line in NOTES.values():
        signal = nature(line.split()[0])
        word = line.split()[1]
        assert not signal.states or word in signal.states
    assert set(NOTES) | {"hba1c", "uacr", "sdi"} == set(RULES)


# What is missing


def test_missing_inputs_are_named_with_how_to_note_them() -> None:
    said = answer(prevent.RISK, person("lab.hdl", "smoking"), wish())
    assert not said.chances
    assert [(one.name, one.notes) for one in said.missing] == [
        ("hdl", ("selftwin note lab.hdl 52 --unit mg/dL",)), ("smoker", ("selftwin note smoking never",)),
    ]  # fmt: skip
    lacking = answer(prevent.RISK, person("height"), wish()).missing
    assert [one.notes for one in lacking] == [("selftwin note height 1.74",)]


@pytest.mark.parametrize("equation", [prevent.RISK, score2.RISK], ids=lambda one: one.name)
def test_averages_widen_the_range(equation: Any) -> None:
    """Of a person who is near the average; far from it the range moves along with the chance, and widens as a share."""
    near = {"diabetes.type": "none", "smoking": "never", "blood_pressure.systolic": 123.0, "lab.cholesterol": 203.0,
            "lab.hdl": 58.0, "medicine.blood_pressure": "no", "lab.egfr": 93.0, "weight": 29 * 1.6**2}  # fmt: skip
    gone: list[str] = []
    widths = [width(foremost(answer(equation, person(**near), wish())))]
    for key in ("lab.hdl", "blood_pressure.systolic", "smoking"):
        gone.append(key)
        widths.append(width(foremost(answer(equation, person(*gone, **near), wish(average=True)))))
    assert widths == sorted(widths)
    assert widths[-1] > 1.5 * widths[0]
    far = [foremost(answer(equation, person("lab.hdl", *more, **{"diabetes.type": "none"}), wish(average=True)))
           for more in ((), ("blood_pressure.systolic", "smoking"))]  # fmt: skip
    assert far[0].without.hi90 / far[0].without.lo90 < far[1].without.hi90 / far[1].without.lo90


def test_averages_are_said_and_never_passed_off_as_the_persons_own() -> None:
    said = answer(prevent.RISK, person("lab.hdl"), wish(average=True))
    assert [one.state for one in said.inputs if one.name == "hdl"] == ["averaged"]
    assert "1 of 11 inputs is not yours" in said.notes[0]


def test_nothing_stands_in_for_age_sex_or_what_no_survey_tells() -> None:
    assert [one.name for one in answer(prevent.RISK, person("sex"), wish(average=True)).missing] == ["sex"]
    said = answer(findrisc.RISK, person(**{"diabetes.type": "none"}), wish(average=True))
    assert {one.name for one in said.missing} == {"waist", "exercise", "vegetables", "high_glucose", "family"}


def test_drawn_people_have_the_means_and_bonds_of_the_table() -> None:
    rows = np.random.default_rng(1).standard_normal((40_000, 9))
    drawn = risk_norms.imagine({"systolic", "hdl", "bmi", "cholesterol", "smoker"}, {}, 1, 45, rows)
    mean, sd = risk_norms.figures("hdl", 1, 45)
    assert np.log(drawn["hdl"]).mean() == pytest.approx(mean, abs=0.01)
    assert np.log(drawn["hdl"]).std() == pytest.approx(sd, rel=0.02)
    assert np.corrcoef(np.log(drawn["hdl"]), np.log(drawn["bmi"]))[0, 1] == pytest.approx(-0.384, abs=0.02)
    assert drawn["smoker"].mean() == pytest.approx(risk_norms.figures("smoker", 1, 45)[0], abs=0.01)


def test_what_is_known_bends_what_is_drawn() -> None:
    rows = np.random.default_rng(1).standard_normal((5_000, 9))
    heavy = risk_norms.imagine({"hdl"}, {"bmi": np.full(5_000, 42.0)}, 0, 45, rows)["hdl"]
    light = risk_norms.imagine({"hdl"}, {"bmi": np.full(5_000, 21.0)}, 0, 45, rows)["hdl"]
    assert heavy.mean() < light.mean() - 5


def test_the_average_of_people_like_the_person_stands_beside() -> None:
    one = foremost(answer(prevent.RISK, person(), wish()))
    assert one.usual is not None
    assert 0.005 < one.usual < one.without.mean, "treated pressure of 160, diabetes and smoking are worse than average"
    assert foremost(answer(score2.RISK, person(**{"diabetes.type": "none"}), wish())).usual is not None


# Whom it is not for


@pytest.mark.parametrize(
    ("key", "value"), [("age", 29.0), ("age", 80.0), ("blood_pressure.systolic", 240.0), ("lab.hdl", 9.0)]
)
def test_outside_the_equations_people_it_says_so_instead_of_stretching(key: str, value: float) -> None:
    said = answer(prevent.RISK, person(**{key: value}), wish())
    assert "lies outside what PREVENT was made for" in said.refused
    assert not said.chances


@pytest.mark.parametrize("text", ["Myocardial infarction (disorder)", "Ischemic heart disease", "Angina"])
def test_known_heart_disease_is_not_for_these_equations(text: str) -> None:
    past = replace(person(), observations={"condition": [(NOW - timedelta(days=400), text)]})
    for equation in (prevent.RISK, score2.RISK):
        said = answer(equation, past, wish())
        assert "without heart disease or stroke" in said.refused
        assert text.lower() not in said.refused.lower()


def test_pregnancy_is_no_time_for_them() -> None:
    lasting = [(NOW - timedelta(days=60), NOW + timedelta(days=1), "pregnant")]
    past = replace(person(), observations={"pregnancy": lasting})
    assert "pregnancy" in answer(prevent.RISK, past, wish()).refused


def test_a_value_is_told_in_kdigos_ranges_without_a_diagnosis() -> None:
    said = answer(ckd_epi.RISK, person(**{"lab.creatinine": 1.5, "age": 55.0}), wish())
    assert (round(foremost(said).without.mean), foremost(said).stage) == (41, "G3b")
    assert any("no diagnosis" in line for line in said.assumptions)


# What if


@pytest.mark.parametrize(
    "step",
    ["blood_pressure.systolic -10 mm[Hg]", "smoking former", "lab.hdl +10 mg/dL", "weight -8 kg", "cigarettes 0",
     "lab.cholesterol -20 %", "body_mass_index 30"],
)  # fmt: skip
def test_each_change_is_told_with_and_without_from_the_same_luck(step: str) -> None:
    said = answer(prevent.RISK, person(), wish(step))
    outcome = "hf_10y" if "mass" in step or "weight" in step else "cvd_10y"
    one = next(one for one in said.chances if one.outcome == outcome)
    assert one.with_.mean < one.without.mean
    assert one.difference.mean == pytest.approx(one.with_.mean - one.without.mean)
    assert one.difference.hi90 <= 0.0, "the same luck on both sides: every life gains"
    assert one.difference.hi90 - one.difference.lo90 < width(one)


def test_what_cannot_be_changed_by_a_step_is_refused() -> None:
    for step in ("age 40 a", "medicine.statin yes"):
        with pytest.raises(UsageError, match="is nothing I work out"):
            answer(prevent.RISK, person(), wish(step))


def test_a_change_out_of_range_is_refused_with_the_range() -> None:
    with pytest.raises(UsageError, match="90 to 200 mm"):
        answer(prevent.RISK, person(), wish("blood_pressure.systolic -80 mm[Hg]"))


def test_a_change_of_weight_needs_a_height() -> None:
    with pytest.raises(NothingYet, match="height"):
        answer(prevent.RISK, person("weight", "height", body_mass_index=33.0), wish("weight -8 kg"))


def test_findrisc_gains_points_back() -> None:
    past = person(**{"diabetes.type": "none", "waist_circumference": 90.0, "activity.exercise": 5.0,
                     "meal.vegetables_daily": "no", "diabetes.high_glucose": "no",
                     "family_history.diabetes": "close"})  # fmt: skip
    said = answer(findrisc.RISK, past, wish("activity.exercise +30 min/d", "meal.vegetables_daily yes"))
    points = next(one for one in said.chances if one.outcome == "points")
    assert points.difference.mean == -3


# Ten years


def habit_of(signal: str, end: float) -> Habit:
    changes = np.column_stack([np.zeros(500), np.full(500, end)])
    return Habit(signal, np.array([0.0, 0.25]), changes, "a model", ("So.",))


def test_ten_years_move_the_age_and_keep_what_a_habit_reached() -> None:
    habits = (habit_of("weight", -6.0), habit_of("blood_pressure.systolic", -8.0))
    said = answer(prevent.RISK, person(), Wish(AS_YOU_ARE, habits, years=True))
    assert [one.year for one in said.years] == list(range(11))
    assert [one.age for one in said.years] == list(range(50, 61))
    chances = [one.without.mean for one in said.years]
    assert chances == sorted(chances)
    assert said.years[0].difference.mean == 0.0, "a habit has done nothing yet on its first day"
    assert all(one.difference.mean < 0 for one in said.years[1:])
    assert "a model: So." in said.assumptions
    assert any("all else stays as it is" in line for line in said.assumptions)
    assert any("does not promise" in line for line in said.assumptions)


def test_the_picture_ends_where_the_equation_does() -> None:
    said = answer(prevent.RISK, person(age=76.0), wish(years=True))
    assert [one.age for one in said.years] == [76, 77, 78, 79]


def test_a_step_that_lasts_is_over_after_its_time() -> None:
    said = answer(prevent.RISK, person(), wish("blood_pressure.systolic -10 mm[Hg] for 3 a", years=True))
    assert said.years[3].difference.mean < 0
    assert said.years[4].difference.mean == 0


def test_a_habit_is_the_difference_between_two_futures() -> None:
    with_, without = np.full((50, 3), 80.0), np.full((50, 3), 84.0)
    with_[:, 0] = 84.0
    points = courses(["2026-03-01", "2026-04-30", "2026-06-29"], with_, without)
    made_at = "2026-03-01T12:00:00+00:00"
    one = Trajectory("weight", "kg", "weight", "", made_at, Trust.TRUSTED, 30, *points, ("So.",), ())
    for told in (one, replace(one, draws=np.stack([with_, without]))):
        made = habit(told)
        assert made.at(0, 10) == pytest.approx(np.zeros(10))
        assert made.at(5, 10) == pytest.approx(np.full(10, -4.0))


def test_an_answer_is_the_same_every_time_and_plain_as_data() -> None:
    first, second = (answer(prevent.RISK, person("lab.hdl"), wish("weight -8 kg", average=True)) for _ in range(2))
    assert first == second
    said = first.plain()
    assert {"with", "without", "difference"} <= set(said["chances"][0])
