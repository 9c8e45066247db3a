"""Why, as a command: parts in words and as data that add up, the observations behind them, and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from selftwin.cli.plot.why import waterfall
from selftwin.cli.why import why
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.reason import Contribution, Of, Why
from selftwin.wording.measures import Measure
from selftwin.wording.why import places, said, total

if TYPE_CHECKING:
    from pathlib import Path

RATE = "heart_rate.resting"
PARTS = (
    Contribution("Your usual level", 54.0),
    Contribution("Alcohol", 3.2, 2.8, 3.6, signal="alcohol.drinks", note="goes with 2 drinks on Friday 29 May"),
    Contribution("Left unexplained", -1.2),
)
MADE = Why(RATE, "/min", "2026-05-30", Of.VALUE, 56.0, PARTS, Trust.TRUSTED, 149, ("Without the drinks …",),
           ("Beside it: …", "What is named went with such days."), "Resting heart rate on Saturday 30 May")  # fmt: skip


def test_a_value_is_told_in_words_and_adds_up_as_data(twin: Any) -> None:
    told = twin("why", RATE)
    assert told.code == 0, told.err
    for word in ("Resting heart rate on Thursday 12 March", "Your usual level", "Left unexplained", "Together",
                 "No driver is named", "trusted, 59 nights"):  # fmt: skip
        assert word in told.out
    made = twin("why", RATE, "--json").data
    assert sum(part["value"] for part in made["parts"]) == pytest.approx(made["total"], abs=1e-9)
    assert (made["of"], made["at"], made["total"]) == ("value", "2026-03-12", 60.0)


def test_a_forecast_is_the_one_that_forecast_tells(twin: Any) -> None:
    made, shipped = twin("why", RATE, "--of", "forecast", "--json").data, twin("forecast", RATE, "--json").data
    assert made["total"] == shipped["steps"][0]["mean"]
    assert sum(part["value"] for part in made["parts"]) == pytest.approx(made["total"], abs=1e-9)
    assert "The same forecast by expert" in twin("why", RATE, "--of", "forecast").out or not made["made_of"]


def test_observations_are_listed_and_bounded(twin: Any) -> None:
    told = twin("why", RATE, "--at", "2026-03-11", "--observations")
    assert "heart_rate.resting, 2026-03-10: 1 observation" in told.out
    rows = twin("why", RATE, "--at", "2026-03-11", "--observations", "--json").data["observations"]
    assert rows
    assert all(len(one["newest"]) <= 20 for one in rows)


def test_what_cannot_be_explained_says_why(twin: Any) -> None:
    assert twin("why", "sleep.duration").code == 4
    assert twin("why", RATE, "--of", "mood").code == 2
    assert twin("why", "illness@soon").code == 2
    assert twin("why", RATE, "--plot", "why.gif").code == 2


@pytest.mark.parametrize("of", list(Of))
def test_a_picture_is_drawn_and_is_the_same_each_time(of: Of, tmp_path: Path) -> None:
    one = Why(RATE, "/min", "2026-05-30", of, 56.0, PARTS, Trust.TRUSTED, 149, title="A day")
    pictures = [tmp_path / f"{name}.svg" for name in "ab"]
    for path in pictures:
        waterfall(one, path)
    first, second = (path.read_bytes() for path in pictures)
    assert first == second
    assert first.startswith(b"<?xml")


def test_words_warn_where_nothing_may_be_taken_for_a_cause() -> None:
    lines = [str(line) for line in why(MADE)]
    assert any(line.startswith("! What is named") for line in lines)
    assert "  Beside it: …" in lines
    assert lines[-1] == "● trusted, 149 nights"
    assert total(MADE) == "56 a minute"


def test_parts_are_differences_in_the_person_s_own_unit() -> None:
    fahrenheit = Measure("[degF]", scale=1.8, offset=32.0)
    assert said(36.5, fahrenheit, 1, base=True) == "97.7"
    assert said(0.5, fahrenheit, 1, signed=True) == "+0.9"
    assert said(-12.0, Measure("min"), 0, signed=True) == "\N{MINUS SIGN}12 min"
    assert places([0.02, 0.3]) == 2
