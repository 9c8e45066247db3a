"""The chapter on walking: now, against a year ago, against the usual, and what the change means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.chapters.gait import CHAPTER
from selftwin.vocabulary.errors import NothingYet

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def walked(days: int, falls: float, *, since: int = 28) -> Remembered:
    """A walker of 1.4 m/s who has slowed by so much for so many days."""
    def speed(ago: int) -> float:
        return 1.4 + 0.02 * ((ago % 5) - 2) - (falls if ago < since else 0.0)

    rows: list[tuple[date, float]] = [(NOW.date() - timedelta(ago), speed(ago)) for ago in range(days)]
    return Remembered(NOW, daily={"walking.speed": rows})


def test_walking_is_held_against_a_year_ago_where_that_is_known() -> None:
    level, change = CHAPTER.read(walked(420, 0.12)).lines
    assert level.value == pytest.approx(1.28, abs=0.005)
    assert change.name == "walking speed, since a year ago"
    assert change.value == pytest.approx(-0.12, abs=0.005)
    assert change.low < change.value < change.high < 0
    assert change.note == "of 0.10 m/s: substantial to older people"


def test_else_against_the_usual_and_a_small_change_is_called_small() -> None:
    change = CHAPTER.read(walked(120, 0.06)).lines[1]
    assert change.name == "walking speed, against your usual"
    assert change.note.startswith("of 0.05 m/s")
    assert CHAPTER.read(walked(120, 0.03)).lines[1].note == "less than older people notice"
    assert CHAPTER.read(walked(120, 0.0)).lines[1].note == "no change to be told"


def test_a_few_days_are_a_level_and_no_change() -> None:
    found = CHAPTER.read(walked(10, 0.1))
    assert len(found.lines) == 1
    assert found.n == 10


def test_nobody_known_is_told_what_would_help() -> None:
    with pytest.raises(NothingYet, match="walking") as nothing:
        CHAPTER.read(Remembered(NOW))
    assert nothing.value.hint
