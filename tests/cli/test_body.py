"""`selftwin body` in words, as data, and as the profile of a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from selftwin.cli.plot.profile import day_of_glucose
from selftwin.cli.read.body import plain, tell
from selftwin.twin.body import Body
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.finding import Finding, Line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from .conftest import Told

HOURS = [15.0 * n for n in range(96)]
COLUMNS = {"minute": HOURS} | {
    f"p{share}{name}": [100.0 + share + (30 if 80 < n < 90 else 0) for n in range(96)]
    for share in (5, 25, 50, 75, 95) for name in ("", "_low", "_high")
}  # fmt: skip
IN_RANGE = Line("time in range, {0} to {1}", 95.0, 94.0, 96.0, "%", edges=(70.0, 180.0), edges_of="glucose")
GLUCOSE = Finding("glucose", "Glucose", "2026-03-12", Trust.FIRST, 10, (IN_RANGE, Line("GRI", 4.0, None, None, "1")),
                  notes=("Seen.",), missing=("more days",), cites=("Paper 2019",), profile=COLUMNS)  # fmt: skip
BODY = Body("2026-03-12T23:00:00+00:00", (GLUCOSE,), (("Sleep", "I know no sleep of yours."),), "Your data end.")


def test_figures_stand_with_their_range_in_the_persons_unit(
    capfd: pytest.CaptureFixture[str], surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selftwin.wording import settings

    tell(BODY)
    out = capfd.readouterr().out
    for words in ("! Your data end.", "time in range, 70 to 180 mg/dL", "94", "96", "too soon to say", "Seen.",
                  "Would tell more: more days.", "first impression", "Paper 2019", "no sleep"):  # fmt: skip
        assert words in out
    monkeypatch.setenv("SELFTWIN_UNITS", '{"glucose": "mmol/L"}')
    settings.settings.cache_clear()
    tell(BODY)
    settings.settings.cache_clear()
    assert "time in range, 3.9 to 10.0 mmol/L" in capfd.readouterr().out


def test_as_data_it_holds_everything(surroundings: Path) -> None:
    said = plain(BODY)
    assert said["silent"] == [{"title": "Sleep", "why": "I know no sleep of yours."}]
    assert said["chapters"][0]["lines"][0]["low"] == 94.0
    assert said["chapters"][0]["profile"]["p50"][0] == 150.0


def test_the_profile_is_drawn(tmp_path: Path, surroundings: Path) -> None:
    day_of_glucose(BODY, tmp_path / "day.png")
    assert (tmp_path / "day.png").stat().st_size > 20_000


def test_the_command_says_what_it_can_and_refuses_what_it_cannot(twin: Callable[..., Told], tmp_path: Path) -> None:
    whole = twin("body", "--json")
    assert whole.code == 0, whole.err
    assert [one["chapter"] for one in whole.data["chapters"]] == ["fitness"]
    assert twin("body", "soul").code == 2
    assert twin("body", "--plot", tmp_path / "day.gif").code == 2
    drawn = twin("body", "--plot", tmp_path / "day.png")
    assert (drawn.code, "day of glucose" in drawn.err) == (4, True)


def test_a_chapter_is_whole_in_eighty_columns(
    capfd: pytest.CaptureFixture[str], surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    peak = Line("activity peaks at, hours after midnight", 14.5, 13.5, 15.4, "h",
                note="14:28 on the clock (13:28 to 15:27), on working days")  # fmt: skip
    lines = (peak, Line("time on both feet while walking, since a year ago", -0.0103, -0.0261, 0.0051, "m/s"))
    tell(replace(BODY, findings=(replace(GLUCOSE, lines=lines),)))
    out = capfd.readouterr().out
    table = out[out.index("what") : out.index("Seen.")].splitlines()
    assert max(map(len, table)) <= 80
    assert len(table) <= 10
    for words in ("0.0261 to 0.0051", "14:28 on the clock"):
        assert words in out or words.replace("0.0261", "0.026").replace("0.0051", "0.005") in out
