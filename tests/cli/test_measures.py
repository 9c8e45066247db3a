from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from selftwin.wording import settings
from selftwin.wording.measures import Measure, duration, measure

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_ranges_carry_no_more_digits_than_their_width_deserves() -> None:
    assert Measure("/min").range(51.23, 57.31) == "51 to 57 a minute"
    assert Measure("{steps}", whole=True).range(5812, 11386) == "5,800 to 11,400 steps"
    assert Measure("mmol/L").range(7.12, 9.84) == "7.1 to 9.8 mmol/L"


def test_minutes_are_hours_and_minutes() -> None:
    assert Measure("min").range(381, 468) == "6 h 20 to 7 h 50"
    assert Measure("h").one(7.5) == "7 h 30"
    assert Measure("s").one(90) == "2 min"
    assert duration(-70) == "\N{MINUS SIGN}1 h 10"


def test_clock_times_of_a_night_are_clock_times() -> None:
    assert Measure("min", clock=True).range(-40, 60) == "23:20 to 01:00"


def test_money_stands_behind_its_sign() -> None:
    assert Measure("[EUR]").range(190, 230) == "€ 190 to € 230"
    assert Measure("[CHF]").one(12.5, 0) == "CHF 12"


def test_a_range_without_width_is_one_figure() -> None:
    assert Measure("{score}", whole=True).range(3, 3) == "3"


@given(low=st.floats(-1e4, 1e4), width=st.floats(0.01, 1e4), over=st.floats(0.001, 10))
def test_what_lies_outside_is_seen_to_lie_outside(low: float, width: float, over: float) -> None:
    value, band = Measure("1").apart(low + width + over * width, low, low + width)
    assert value != band.rpartition(" to ")[2]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5))
def test_figures_are_written_for_any_values(values: list[float]) -> None:
    assert all(Measure("kg").apart_all(values))


def test_units_are_the_persons_own(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.settings.cache_clear()
    assert measure("glucose", "mg/dL").range(108, 126) == "108 to 126 mg/dL"
    monkeypatch.setenv("SELFTWIN_UNITS__GLUCOSE", "mmol/L")
    settings.settings.cache_clear()
    assert measure("glucose", "mg/dL").range(108, 126) == "6.0 to 7.0 mmol/L"
    settings.settings.cache_clear()


def test_a_difference_has_no_zero_to_shift(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFTWIN_UNITS", '{"body_temperature": "[degF]"}')
    settings.settings.cache_clear()
    read = measure("body_temperature", "Cel")
    assert read.one(37.0, 36.0) == "98.6 °F"
    assert read.difference(0.5) == "0.9 °F"
    settings.settings.cache_clear()
