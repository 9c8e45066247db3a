from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.chapters.fitness import CHAPTER, uptake
from selftwin.domains.body.fitness.race import time
from selftwin.vocabulary.errors import NothingYet

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def heart() -> Remembered:
    rows = [(NOW.date() - timedelta(n), 55.0) for n in reversed(range(28))]
    return Remembered(NOW, daily={"heart_rate.resting": rows}, given={"age": 40.0})


def test_a_watchs_estimate_goes_before_one_by_heart_rates() -> None:
    watch = Remembered(NOW, daily={**heart().daily, "vo2_max": [(NOW.date(), 48.0)]}, given={"age": 40.0})
    assert uptake(watch)[0].value == 48
    estimate, missing = uptake(heart())
    assert estimate.value == pytest.approx(15.3 * 180 / 55)
    assert missing == ()


def test_race_times_follow_from_cardio_fitness_and_are_wide() -> None:
    found = CHAPTER.read(heart())
    five = next(line for line in found.lines if line.signal == "race.5k")
    assert five.low < time(5000, 15.3 * 180 / 55) / 60 < five.high
    assert five.high / five.low > 1.2
    assert [line.signal for line in found.lines][:2] == ["heart_rate.resting", "vo2_max"]


def test_without_an_age_it_asks_for_one_and_without_anything_it_is_silent() -> None:
    bare = Remembered(NOW, daily=heart().daily)
    found = CHAPTER.read(bare)
    assert "birth" in found.missing[0]
    assert all(line.signal != "vo2_max" for line in found.lines)
    with pytest.raises(NothingYet):
        CHAPTER.read(Remembered(NOW))
