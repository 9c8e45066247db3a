"""`selftwin changes` in words, as data, and as a picture of levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.cli.plot.changes import picture
from selftwin.cli.read.changes import command, tell
from selftwin.vocabulary.change import Beside, Change, Changes, Near
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.wording.changes import luck, told
from selftwin.wording.measures import MINUS

if TYPE_CHECKING:
    from pathlib import Path

DEVICE = Near(Beside.DEVICE, "Watch began to record it", "2026-01-11", 1, "heart_rate.resting")
STEPS = Near(Beside.SIGNAL, "Steps rose", "2026-01-08", -2, "steps")
FALL = Change("heart_rate.resting", "Resting heart rate", "/min", "2026-01-10", "2026-01-08", "2026-01-12", -4.0, -5.2,
              -2.9, 62.0, 58.0, 1.5, "", 40.0, 120, Trust.TRUSTED, (DEVICE, STEPS))  # fmt: skip
FOUND = Changes("2026-03-12T23:00:00+00:00", (FALL,), ("heart_rate.resting", "steps"), 2.5, 0.4, ("Not a cause.",))


def test_a_change_is_told_with_its_bounds_and_the_device_is_called_the_first_suspect(
    capfd: pytest.CaptureFixture[str], surroundings: Path
) -> None:
    tell(FOUND)
    out = capfd.readouterr().out
    for words in ("Resting heart rate fell on 10 January 2026", "between 8 January 2026 and 12 January 2026",
                  "and still holds", "62", "58", "9 times in 10",
                  "First suspect: a changed device: Watch began to record it (1 day later)",
                  "Steps rose (2 days before)", "2 signals searched", "up to about 0.4", "Not a cause."):  # fmt: skip
        assert words in out
    assert out.index("First suspect") < out.index("Steps rose")


def test_nothing_found_is_said_and_older_ones_are_counted(
    capfd: pytest.CaptureFixture[str], surroundings: Path
) -> None:
    tell(Changes("", (), ("steps",), 0.1, 0.02))
    assert "Nothing took another level" in capfd.readouterr().out
    tell(Changes("", (FALL,) * 15, ("steps",), 1.0, 0.4), most=12)
    assert "3 older ones" in capfd.readouterr().out


def test_a_picture_is_of_one_signal(tmp_path: Path, surroundings: Path) -> None:
    with pytest.raises(UsageError, match="one signal"):
        command(plot=tmp_path / "all.png")
    rows = [(date(2025, 12, 1) + timedelta(days=n), 62.0 - 4 * (n >= 40) + n % 3) for n in range(80)]
    picture("heart_rate.resting", FOUND, rows, tmp_path / "one.png")
    assert (tmp_path / "one.png").stat().st_size > 20_000
    picture("steps", Changes("", (), ("steps",), 0.1, 0.0), rows, tmp_path / "none.svg")
    assert "<svg" in (tmp_path / "none.svg").read_text()


def test_as_data_it_holds_everything() -> None:
    said = FOUND.plain()["changes"][0]
    assert said["suspect"]["words"] == "Watch began to record it"
    assert said["near"][1]["off"] == -2


def test_what_changed_beside_is_told_in_words_and_a_device_by_its_own_name(surroundings: Path) -> None:
    sore = Near(Beside.EVENT, "right_hand: minor", "2026-01-10", 0, "injury")
    scale = Near(Beside.DEVICE, "scale_2 began to record it", "2026-01-10", 0, "weight")
    lines = told(replace(FALL, near=(sore, scale)))
    assert "  right hand: minor (the same day)" in lines
    assert "  First suspect: a changed device: scale_2 began to record it (the same day)" in lines


def test_what_may_be_luck_is_said_of_what_was_found(surroundings: Path) -> None:
    assert "Of these up to about 0.4 may be luck" in luck(FOUND)
    assert "Any of them may be luck: as many, up to about 60," in luck(replace(FOUND, luck=59.5))
    assert not luck(replace(FOUND, found=(), luck=5.0))


def test_a_size_is_bounded_the_way_it_went(surroundings: Path) -> None:
    vague = replace(FOUND.found[0], size=-0.9, low=-1.3, high=0.2, signal="weight", unit="kg")
    assert f"({MINUS}0.2 to 1.3 kg, 9 times in 10)" in "\n".join(told(vague))
    assert "moved earlier" in told(replace(vague, signal="sleep.end", unit="min", before=480.0, after=420.0))[0]
