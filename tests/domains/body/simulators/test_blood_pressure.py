"""The simulator of blood pressure: what it tells, asks for, warns of and refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.simulators.blood_pressure import SIMULATOR
from selftwin.vocabulary.errors import NothingYet, Refused
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def past(systolic: float = 142.0, diastolic: float = 90.0, n: int = 60, **given: Any) -> Remembered:
    rng = np.random.default_rng(5)
    days = [NOW.date() - timedelta(days=4 * back) for back in range(n, 0, -1)]
    daily = {
        "blood_pressure.systolic": [(day, systolic + float(rng.normal(0, 6))) for day in days],
        "blood_pressure.diastolic": [(day, diastolic + float(rng.normal(0, 4))) for day in days],
    }
    return Remembered(NOW, daily=daily, given=given)


def specimen() -> tuple[Remembered, str]:
    """A past and a scenario, for the promises that every simulator keeps."""
    return past(weight=90.0), "meal.sodium -50 mmol/d; activity.exercise +30 min/d for 60 d; weight -5 kg for 90 d"


def ask(text: str, of: Remembered | None = None, days: float | None = None) -> list[Any]:
    return SIMULATOR.imagine(of or past(), Question(scenario(text), AS_YOU_ARE, days))


def test_it_tells_both_pressures_with_their_sources() -> None:
    systolic, diastolic = ask("meal.sodium -50 mmol/d; activity.exercise +30 min/d")
    assert (systolic.signal, diastolic.signal) == SIMULATOR.gives
    assert len(systolic.with_) == 91
    end = systolic.difference[-1]
    assert end.lo90 < end.mean < end.hi90 <= 0
    assert end.mean < diastolic.difference[-1].mean < 0
    assert sum(part for _, part in systolic.because) == pytest.approx(end.mean, abs=1e-9)
    assert systolic.trust is Trust.TRUSTED
    assert systolic.replayed is not None
    assert all(any(char.isdigit() for char in cite) for cite in systolic.cites)
    assert any("20 / 12" in said for said in systolic.assumptions)
    assert systolic.measures[0].difference[0] < 0


def test_one_day_tells_nothing() -> None:
    with pytest.raises(NothingYet, match="One day"):
        ask("workout walking 30 min in 20 min")


def test_a_very_high_reading_is_answered_first_with_what_to_do() -> None:
    told = {"blood_pressure.systolic": 185.0, "blood_pressure.diastolic": 110.0}
    notes = ask("meal.sodium -50 mmol/d", past(**told))[0].notes
    assert "emergency" in notes[0]
    assert not any("emergency" in note for note in ask("meal.sodium -50 mmol/d")[0].notes)


def test_children_and_pregnancy_are_refused() -> None:
    with pytest.raises(Refused, match="adults"):
        ask("meal.sodium -50 mmol/d", past(age=14.0))
    began = NOW - timedelta(days=40)
    known = past()
    with pytest.raises(Refused, match="pregnancy"):
        ask("meal.sodium -50 mmol/d", Remembered(NOW, {"pregnancy": [(began, "yes")]}, known.daily))


def test_days_are_those_asked_or_those_of_the_steps_or_ninety() -> None:
    assert len(ask("meal.sodium -50 mmol/d for 28 d")[0].with_) == 29
    assert len(ask("weight -5 kg")[0].with_) == 91
    assert len(ask("meal.sodium -50 mmol/d", days=30)[0].with_) == 31


def test_few_readings_are_trusted_little() -> None:
    first = ask("meal.sodium -50 mmol/d", past(n=2))[0]
    assert first.trust is Trust.NONE
    assert first.replayed is None
    assert any("far enough" in note for note in first.notes)
