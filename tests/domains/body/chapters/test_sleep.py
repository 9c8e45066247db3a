from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.chapters.sleep import CHAPTER
from selftwin.vocabulary.errors import NothingYet

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def slept(later: float) -> Remembered:
    days = [NOW.date() - timedelta(n) for n in range(28)]
    middles = [(day, 200 + (later if day.isoweekday() > 5 else 0) + 3 * (day.day % 3)) for day in days]
    return Remembered(NOW, daily={"sleep.duration": [(day, 430.0) for day in days], "sleep.midpoint": middles})


def test_social_jet_lag_is_the_gap_between_free_and_working_days() -> None:
    found = CHAPTER.read(slept(60))
    lag = next(line for line in found.lines if line.note == "social jet lag")
    assert lag.value == pytest.approx(60, abs=3)
    assert lag.low < 60 < lag.high
    none = next(line for line in CHAPTER.read(slept(0)).lines if line.note == "social jet lag")
    assert none.low < 0 < none.high


def test_an_uneven_sleeper_has_a_middle_that_wanders_more() -> None:
    even, uneven = (
        next(line for line in CHAPTER.read(slept(by)).lines if line.name.startswith("how far")) for by in (0, 120)
    )
    assert uneven.value > 10 * even.value
    assert even.low <= even.value <= even.high


def test_no_sleep_is_said_so() -> None:
    with pytest.raises(NothingYet, match="sleep"):
        CHAPTER.read(Remembered(NOW))
