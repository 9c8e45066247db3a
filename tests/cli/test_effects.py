"""`selftwin effects` in words and as a picture: no rung is passed over in silence, and nothing found is said too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from selftwin.cli import screen
from selftwin.cli.effects import told
from selftwin.cli.plot.effects import picture
from selftwin.twin.effecting import Effects
from selftwin.vocabulary.effect import Effect, Refutation, Rung
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.wording.effects import figures, sentence, step, when
from selftwin.wording.measures import MINUS

if TYPE_CHECKING:
    from pathlib import Path

HEART = Effect(
    "alcohol.drinks", "heart_rate.resting", 1, Rung.ADJUSTED, 1.5, 1.3, 1.7, 1.0, "{drinks}", "/min", 700, 190, 1e-9,
    1e-8, Trust.TRUSTED, "2024-01-01", "2026-01-01", ("the days before", "weekday", "trend and season", "steps"),
    zero=1.3, e_value=2.0, e_bound=1.8, notes=("Nobody recorded it.",),
)  # fmt: skip
SLEEP = replace(HEART, cause="meal.last", outcome="sleep.duration", rung=Rung.ASSOCIATION, size=-9.0, low=-12.0,
                high=-6.0, step=60.0, step_unit="min", unit="min", zero=None, adjusted_for=())  # fmt: skip
SEEN = Effects("2026-01-01T00:00:00+00:00", None, None, (HEART, SLEEP), 40, 120, 700, ("alcohol.drinks", "meal.last"),
               ("heart_rate.resting", "sleep.duration"), note="Your data end.")  # fmt: skip


def said(found: Effects, capfd: pytest.CaptureFixture[str]) -> str:
    screen.show(*told(found))
    return capfd.readouterr().out


def test_each_rung_has_its_heading_and_its_own_words(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    out = said(SEEN, capfd)
    for words in ("! Your data end.", "Still there when what else moved is allowed for", "Seen together, not a cause",
                  "hurts", "worse", "+1.5 a minute", "190 of 700", "120 delays", "10 in 100", "luck",
                  "selftwin experiment design 'alcohol.drinks 0' heart_rate.resting"):  # fmt: skip
        assert words in out
    assert out.index("hurts") < out.index("not a cause") < out.index("worse")


def test_the_table_reads_well_in_eighty_columns(
    capfd: pytest.CaptureFixture[str], surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    worst = replace(HEART, cause="workout.energy", outcome="respiratory_rate", step=300.0, step_unit="kcal", lag=2)
    for found in (replace(SEEN, effects=(worst, SLEEP)), replace(SEEN, outcome="respiratory_rate", effects=(worst,)),
                  replace(SEEN, cause="workout.energy", effects=(worst,))):  # fmt: skip
        out = said(found, capfd)
        table = out[: out.index("Looked at")].splitlines()
        assert max(map(len, table)) <= 80
        assert len(table) <= 24
        assert "second night" in out


def test_what_is_the_same_in_every_row_is_said_once(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    rows = (HEART, replace(HEART, lag=2), replace(HEART, cause="meal.last", step=60.0, step_unit="min"))
    out = said(replace(SEEN, effects=rows), capfd)
    assert out.count("Resting heart rate") == 1
    assert out.count("drinks of alcohol") == 2
    out = said(replace(SEEN, cause=HEART.cause, effects=rows[:2]), capfd)
    assert out.count("drinks of alcohol") == 1


def test_a_pair_is_told_at_length(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    tried = replace(HEART, refutations=(Refutation("moved", True, "Moved."), Refutation("hidden", None, "Hidden.")))
    nothing = replace(HEART, lag=2, size=0.0, low=-0.2, high=0.2, p=0.9, rung=Rung.ASSOCIATION)
    out = said(replace(SEEN, cause=HEART.cause, outcome=HEART.outcome, effects=(tried, nothing)), capfd)
    for words in ("second", "with all else recorded allowed for", "! Nobody recorded it.", "1 signal",
                  "errs 1.30 times", "✓ Moved.", "· Hidden.", "● trusted, 700 days"):  # fmt: skip
        assert words in out
    assert "nothing that I could see" in sentence(nothing)
    assert "goes with" in sentence(SLEEP)


def test_nothing_found_is_said_with_what_was_looked_at(capfd: pytest.CaptureFixture[str], surroundings: Path) -> None:
    out = said(replace(SEEN, effects=(), outcome="mood"), capfd)
    assert "Nothing was found for mood" in out
    assert "40 pairs" in out


def test_only_the_surest_are_listed_unless_a_signal_is_named(
    capfd: pytest.CaptureFixture[str], surroundings: Path
) -> None:
    many = replace(SEEN, effects=(HEART,) * 20)
    assert "… and 8 more" in said(many, capfd)
    assert "more: name" not in said(replace(many, outcome="heart_rate.resting"), capfd)


@pytest.mark.parametrize(
    ("cause", "on", "lag", "words"),
    [
        ("alcohol.drinks", "sleep.rem", 1, "the night after"),
        ("alcohol.drinks", "sleep.rem", 3, "the third night after"),
        ("sleep.start", "sleep.rem", 0, "that night"),
        ("sleep.duration", "mood", 0, "the day after it"),
        ("steps", "mood", 0, "the same day"),
        ("steps", "mood", 1, "the next day"),
        ("steps", "mood", 2, "2 days later"),
    ],
)
def test_lags_are_said_as_people_say_them(cause: str, on: str, lag: int, words: str) -> None:
    assert when(replace(HEART, cause=cause, outcome=on, lag=lag)) == words


def test_steps_and_sizes_stand_in_units_of_a_person(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from selftwin.wording import settings

    assert [step(one) for one in (HEART, SLEEP)] == ["+1", "+1 h"]
    assert step(replace(HEART, step=100.0, step_unit="mg")) == "+100 mg"
    assert figures(SLEEP) == (f"{MINUS}9 min", f"{MINUS}12 to {MINUS}6 min")
    warm = replace(HEART, outcome="skin_temperature.sleep", unit="Cel", size=0.5, low=0.4, high=0.6)
    monkeypatch.setenv("SELFTWIN_UNITS", '{"skin_temperature.sleep": "[degF]"}')
    settings.settings.cache_clear()
    size, _ = figures(warm)
    settings.settings.cache_clear()
    assert size.startswith("+0.9")


def test_the_picture_is_drawn(tmp_path: Path, surroundings: Path) -> None:
    picture(SEEN, tmp_path / "effects.png")
    assert (tmp_path / "effects.png").stat().st_size > 20_000
    with pytest.raises(NothingYet):
        picture(replace(SEEN, effects=()), tmp_path / "none.png")
    with pytest.raises(UsageError):
        picture(SEEN, tmp_path / "effects.gif")
    with pytest.raises(UsageError, match="no folder"):
        picture(SEEN, tmp_path / "nowhere" / "effects.png")
