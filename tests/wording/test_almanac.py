from __future__ import annotations

from dataclasses import replace

import pytest

from selftwin.vocabulary.estimate import Forecast, Normal, Step, Trust
from selftwin.wording.almanac import Entry, account, guessed, lead, of_all, stands_on, still_so, tomorrow

USUAL = Normal(
    signal="heart_rate.resting", unit="/min", day="2026-03-12", age_days=0, value=54.0, trust=Trust.TRUSTED, n=211,
    low=51.0, middle=54.0, high=57.0, level=90, place=0.5, outside="", run=0, trend_per_week=0.0, weekly=None,
)  # fmt: skip
ABOVE = replace(USUAL, value=60.2, outside="above", run=3, place=1.0)
EARLY = replace(USUAL, trust=Trust.NONE, n=3, low=None, middle=None, high=None, level=None, place=None)
NEXT = Forecast(
    signal="heart_rate.resting", unit="/min", made_at="2026-03-12", trust=Trust.TRUSTED, n=211,
    method="own past, mixed experts", beats=(("last value", 0.83),),
    steps=tuple(Step(f"2026-03-{day}", 56.0, 54.0, 58.0, 52.0, 60.0, 51.0, 61.0) for day in (13, 14, 15)),
)  # fmt: skip
SILENT = replace(NEXT, trust=Trust.NONE, n=2, beats=(), steps=(Step("2026-03-13", None),))


def entry(normal: Normal = USUAL, forecast: Forecast | None = NEXT, key: str = "heart_rate.resting") -> Entry:
    return Entry(key, "Resting heart rate", "/min", 211, normal, forecast)


def test_what_is_unusual_is_said_as_the_identity_says_it() -> None:
    assert entry(ABOVE).sentence == "Your heart has rested three nights above your usual."


def test_the_day_is_told_in_sentences() -> None:
    other = entry(key="steps")
    assert lead([entry(ABOVE), other]) == (
        "Your heart has rested three nights above your usual. Everything else is as usual: 1 signal."
    )
    assert lead([other, other]) == "Everything is as usual: 2 signals."
    assert lead([entry(ABOVE)] * 5).count("Two other signals lie outside too.") == 1
    assert not lead([])


@pytest.mark.parametrize("normal", [replace(ABOVE, level=50, trust=Trust.FIRST), replace(ABOVE, age_days=2)])
def test_neither_half_a_band_nor_old_data_call_anything_unusual(normal: Normal) -> None:
    assert not entry(normal).odd


def test_how_many_lie_outside_is_held_against_chance() -> None:
    assert of_all([entry(ABOVE), entry()]) == "1 of 2 signals"
    assert of_all([entry(ABOVE)] + [entry()] * 29) == "1 of 30 signals; about 3 do on any day"


def test_tomorrow_is_a_range_and_a_chance_of_staying_outside() -> None:
    assert tomorrow(entry(ABOVE)) == "Tomorrow 51 to 61; still so: about even, 38 %"
    assert still_so(entry(ABOVE)) == pytest.approx(37.5)
    below = replace(ABOVE, outside="below", low=56.0)
    assert still_so(entry(below)) == pytest.approx(50)
    assert tomorrow(entry(ABOVE, SILENT)) == "Tomorrow: too soon to say"
    assert still_so(entry(ABOVE, None)) is None


def test_a_simple_guess_is_named_beside_what_it_stands_on() -> None:
    guess = entry(forecast=replace(NEXT, method="simple guess: weekday mean"))
    assert guessed(guess) == "simple guess: weekday mean"
    assert stands_on(guess) == "● trusted, 211 nights   ▫ simple guess: weekday mean"
    assert (guessed(entry()), stands_on(entry())) == ("", "● trusted, 211 nights")


def test_what_is_too_soon_to_say_and_what_is_old_are_told() -> None:
    assert account([entry(EARLY, SILENT), entry(replace(USUAL, age_days=31))]) == [
        "Too soon to say: Resting heart rate (3 nights).",
        "Nothing new of: Resting heart rate (31 days old).",
    ]
    many = [entry(EARLY, SILENT)] * 8
    assert account(many)[0].endswith(", and 2 more.")
    assert "more" not in account(many, everything=True)[0]
