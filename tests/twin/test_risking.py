"""Chances: asked of whatever equations are found, over what the gate lets the models read, habits by the simulators."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from selftwin.twin import risking
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.trajectory import Trajectory, courses

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin import Twin

GIVEN: dict[str, float | str] = {
    "age": 50.0, "sex": "female", "blood_pressure.systolic": 150.0, "medicine.blood_pressure": "no",
    "lab.cholesterol": 210.0, "lab.hdl": 45.0, "medicine.statin": "no", "diabetes.type": "none", "smoking": "never",
    "lab.egfr": 90.0, "weight": 90.0, "height": 1.64, "residence.country": "Austria",
}  # fmt: skip


def future(signal: str, unit: str, end: float) -> Trajectory:
    at = [(date(2026, 3, 1) + timedelta(days=day)).isoformat() for day in (0, 45, 90)]
    without = np.full((40, 3), 100.0)
    with_ = without + np.array([0.0, end / 2, end])
    points = courses(at, with_, without)
    made = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
    return Trajectory(signal, unit, "a model", "", made, Trust.TRUSTED, 40, *points, ("It is so.",), ())


def test_habits_go_through_the_simulators_and_come_back_as_inputs(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def imagine(_: Any, scenario: Any, **more: Any) -> list[Trajectory]:
        asked.append(str(scenario))
        pressure = future("blood_pressure.systolic", "mm[Hg]", -5.0)
        return [future("weight", "kg", -6.0), pressure, future("weight", "kg", 9.0)]

    monkeypatch.setattr(risking, "imagine", imagine)
    (said,) = twin.risk("prevent", "energy.intake -500 kcal/d for 90 d", given=GIVEN, years=True)
    by = {one.outcome: one.difference for one in said.chances}
    assert asked == ["energy.intake -500 kcal for 90 d"]
    assert by["cvd_10y"] is not None
    assert by["hf_10y"] is not None
    assert by["cvd_10y"].hi90 < 0, "less pressure"
    assert by["hf_10y"].hi90 < 0, "less pressure and less weight: the foremost trajectory of a signal is the one taken"
    assert "a model: It is so." in said.assumptions
    assert said.years[10].difference is not None
    assert said.years[10].difference.mean < 0


def test_steps_on_inputs_need_no_simulator(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    def imagine(*_: Any, **more: Any) -> list[Trajectory]:
        raise UsageError("No model takes a step on weight.")

    monkeypatch.setattr(risking, "imagine", imagine)
    found = twin.risk(None, "weight -8 kg", given=GIVEN)
    assert [one.equation for one in found if one.chances] == ["prevent"]


def test_equations_that_nothing_would_change_are_left_aside_unless_named(twin: Twin) -> None:
    found = twin.risk(None, "smoking occasional", given=GIVEN)
    assert {one.equation for one in found} == {"prevent", "score2"}
    with pytest.raises(UsageError, match="I know of nothing in CKD-EPI that a step on smoking would change"):
        twin.risk("ckd_epi", "smoking occasional", given=GIVEN | {"lab.creatinine": 0.8})


def test_an_equation_named_that_is_not_for_the_person_is_an_error_and_among_all_a_sentence(twin: Twin) -> None:
    young = GIVEN | {"age": 25.0}
    with pytest.raises(UsageError, match="30 to 79 years"):
        twin.risk("prevent", given=young)
    assert any("30 to 79 years" in one.refused for one in twin.risk(given=young))


def test_a_signal_that_may_not_be_learnt_from_is_not_read(made: Callable[[], Twin]) -> None:
    twin = made()
    twin.observe("lab.hdl", 45.0)
    lacking = {key: value for key, value in GIVEN.items() if key != "lab.hdl"}
    (before,) = twin.risk("prevent", given=lacking)
    assert before.chances
    _switch_off(twin, "physiological")
    (after,) = twin.risk("prevent", given=lacking)
    assert "hdl" in {one.name for one in after.missing}


def _switch_off(twin: Twin, category: str) -> None:
    from selftwin.consent.grant import MODELS

    for grant in list(twin.consent.book.grants):
        if grant.party == MODELS and category in grant.categories:
            twin.consent.revoke(grant.id)


def test_names_are_those_of_the_files() -> None:
    assert risking.names() == ["ckd_epi", "findrisc", "prevent", "score2"]
