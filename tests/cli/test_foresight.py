from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import making

from selftwin.cli.drawing import HATCH
from selftwin.cli.foresight import foresight, nearest, record, thinned
from selftwin.cli.read.forecast import plain
from selftwin.vocabulary.estimate import Step
from selftwin.wording.futures import when
from selftwin.wording.measures import Measure

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

READ, VIENNA = Measure("/min"), "Europe/Vienna"


def test_the_nearest_step_is_a_range_with_how_often_it_holds() -> None:
    said = nearest(making.NEXT.steps[0], READ, VIENNA)
    assert said == "Friday 13 March: 51 to 61 a minute (9 times in 10), most likely near 56."
    assert "too soon to say how wide" in nearest(Step("2026-03-13", 5.0), READ, VIENNA)


def test_minutes_are_told_on_the_persons_clock() -> None:
    assert when("2026-03-12T22:55:00+00:00", VIENNA) == "12 March, 23:55"


def test_how_it_did_stands_beside_the_simple_guesses() -> None:
    assert record(making.NEXT) == ["On your past: 17 % closer than the last value, 5 % closer than the 7-day mean."]
    assert record(making.GUESS) == ["▫ simple guess: weekday mean. On your past I have not beaten it."]
    assert record(replace(making.NEXT, beats=())) == ["Not yet held against your past."]


def test_many_steps_are_thinned_and_the_last_is_kept() -> None:
    steps = [Step(str(number), float(number)) for number in range(25)]
    assert len(thinned(steps)) <= 12
    assert thinned(steps)[-1] is steps[-1]
    assert thinned(steps[:7]) == steps[:7]


def test_a_forecast_by_minutes_is_drawn_on_its_grid(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    made = datetime(2026, 3, 12, 8, tzinfo=UTC)
    steps = tuple(replace(making.NEXT.steps[0], at=(made + timedelta(minutes=5 * n)).isoformat()) for n in range(1, 7))
    past = [(made - timedelta(minutes=5 * n), 55.0) for n in range(10)]
    foresight(replace(making.NEXT, made_at=made.isoformat(), steps=steps), past, VIENNA)
    out = capfd.readouterr().out
    assert "12 March, 09:05" in out
    assert HATCH in out  # nothing was recorded longer before


def test_nothing_yet_is_said_plainly(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    foresight(making.SILENT, [], VIENNA)
    assert "Too soon to say." in capfd.readouterr().out


def test_the_object_is_the_one_that_was_promised() -> None:
    said = plain(making.NEXT)
    assert list(said) == ["signal", "unit", "made_at", "trust", "n", "method", "beats", "steps"]
    assert said["beats"] == {"last value": 0.83, "7-day mean": 0.95}
