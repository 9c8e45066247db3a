from __future__ import annotations

from dataclasses import replace
from datetime import date

import making
import pytest

from selftwin.cli.almanac import Page, next_lines, odd_lines, show
from selftwin.cli.charts import Days
from selftwin.vocabulary.catalogue import signals
from selftwin.wording.almanac import Entry
from selftwin.wording.phrases import PHRASES, phrase


def entry(normal: object = making.USUAL, forecast: object = making.NEXT, key: str = "heart_rate.resting") -> Entry:
    return Entry(key, "Resting heart rate", "/min", 211, normal, forecast)


def said(lines: list) -> list[str]:
    return [line.plain for line in lines]


pytestmark = pytest.mark.usefixtures("surroundings")


def test_beside_the_drawing_stand_the_range_tomorrow_and_trust() -> None:
    assert said(odd_lines(entry(making.ABOVE))) == [
        "Resting heart rate  ▲ above usual, three nights",
        "60 a minute; your usual 51 to 57",
        "Tomorrow 51 to 61; still so: about even, 38 %",
        "● trusted, 211 nights",
    ]


def test_what_comes_next_is_a_range_first() -> None:
    assert said(next_lines(entry(key="sleep.duration"))) == [
        "Sleep tonight",
        "51 to 61 a minute",
        "most likely near 56; your usual 51 to 57",
        "● trusted, 211 nights",
    ]


def test_a_simple_guess_is_named() -> None:
    assert said(next_lines(entry(forecast=making.GUESS)))[-1].endswith("▫ simple guess: weekday mean")


def test_a_narrower_level_is_said() -> None:
    early = replace(making.NEXT, steps=(replace(making.NEXT.steps[0], lo80=None, hi80=None, lo90=None, hi90=None),))
    assert said(next_lines(entry(forecast=early)))[1] == "54 to 58 a minute, half the time"


def test_too_soon_to_say_is_said() -> None:
    assert said(next_lines(entry(making.EARLY, making.SILENT)))[1] == "Too soon to say"


def test_the_page_shows_the_unusual_first_and_its_age(capfd: pytest.CaptureFixture[str]) -> None:
    entries = (entry(making.ABOVE), entry(key="steps"))
    days = {one.key: Days(date(2026, 2, 27), (54.0,) * 14) for one in entries}
    show(Page(date(2026, 3, 12), 3, entries, days))
    out, err = capfd.readouterr()
    lines = out.splitlines()
    assert lines[0].split("   ") == ["Thursday 12 March 2026", "newest data 3 days old"]
    assert "1 of 2 signals" in out
    assert out.index("Out of the ordinary") < out.index("What comes next")
    assert "your usual" in err
    assert "\x1b" not in out


def test_colour_is_left_out_where_nobody_wants_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"steps": Days(date(2026, 2, 27), (54.0,) * 14)}
    page = Page(date(2026, 3, 12), 0, (entry(key="steps"),), days)
    monkeypatch.setenv("FORCE_COLOR", "1")
    show(page)
    assert "\x1b[" in capfd.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    show(page)
    assert "\x1b[3" not in capfd.readouterr().out


def test_phrases_speak_of_signals_that_exist() -> None:
    assert set(PHRASES) <= {signal.key for signal in signals()}


@pytest.mark.parametrize("side", ["above", "below"])
def test_every_signal_has_a_sentence(side: str) -> None:
    sentences = [phrase(signal.key, signal.label).say(side, 3) for signal in signals()]
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert phrase("purchase.eur", "Purchase (EUR)").say("above", 1) == "You have spent more than usual for one day."
