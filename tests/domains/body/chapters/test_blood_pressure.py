from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.chapters.blood_pressure import CHAPTER
from selftwin.vocabulary.errors import NothingYet

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def measured(days: int) -> Remembered:
    return Remembered(NOW, daily={
        "blood_pressure.systolic": [(NOW.date() - timedelta(n), 120.0 + n % 5) for n in range(days)],
        "blood_pressure.diastolic": [(NOW.date() - timedelta(n), 78.0 + n % 3) for n in range(days)],
    })  # fmt: skip


def test_means_have_bounds_and_the_spread_stands_beside_them() -> None:
    found = CHAPTER.read(measured(30))
    systolic, diastolic, apart = found.lines
    assert systolic.value == pytest.approx(122)
    assert systolic.low < 122 < systolic.high
    assert diastolic.value == pytest.approx(79)
    assert apart.value == pytest.approx(1.44, abs=0.05)
    assert found.missing == ()


def test_few_readings_ask_for_more_and_none_is_said_so() -> None:
    assert "12 days" in CHAPTER.read(measured(5)).missing[0]
    with pytest.raises(NothingYet, match="blood pressure") as told:
        CHAPTER.read(Remembered(NOW))
    assert "selftwin note" in told.value.hint
