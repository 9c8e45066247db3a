"""The chapter on rhythm: the shape of days of steps, the regularity of nights, and free days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from tests.domains.body.remembering import SCHEMA, Remembered

from selftwin.domains.body.chapters.rhythm import CHAPTER
from selftwin.vocabulary.errors import NothingYet

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
LATER = 90.0  # minutes on free days


def steps(days: int = 20, first: int = 9, last: int = 21) -> pl.DataFrame:
    """The same number of steps in every waking hour, by a phone, and half as many by a watch at the same time."""
    rows = []
    for ago in range(1, days + 1):
        for hour in range(first, last):
            at = datetime(2026, 3, 12, hour, tzinfo=UTC) - timedelta(days=ago)
            for count, source in ((600.0, "phone"), (300.0, "watch")):
                rows.append((at, at + timedelta(minutes=30), at.replace(tzinfo=None), count, None, "", source))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("at")


def nights(days: int = 28) -> dict[str, list]:
    when = [NOW.date() - timedelta(ago) for ago in range(days)]
    late = [LATER if day.isoweekday() > 5 else 0.0 for day in when]
    return {"sleep.start": [(day, 0.0 + by) for day, by in zip(when, late, strict=True)],
            "sleep.end": [(day, 420.0 + by) for day, by in zip(when, late, strict=True)],
            "sleep.midpoint": [(day, 210.0 + by) for day, by in zip(when, late, strict=True)],
            "sleep.duration": [(day, 420.0) for day in when]}  # fmt: skip


def lines(past: Remembered) -> dict[str, object]:
    return {line.name: line for line in CHAPTER.read(past).lines}


def test_a_square_day_is_wholly_stable_and_peaks_at_its_middle_on_the_clock() -> None:
    found = lines(Remembered(NOW, observations={"steps": steps()}))
    assert found["how alike the days are (IS)"].value == pytest.approx(1)
    assert found["how far rest and activity lie apart (RA)"].value == pytest.approx(1)
    peak = next(line for name, line in found.items() if name.startswith("activity peaks"))
    assert peak.value == pytest.approx(15)
    assert peak.note.startswith("15:00 on the clock (15:00 to 15:00)")
    busiest = found["the busiest ten hours (M10)"]
    assert busiest.value == 600, "of two devices the one that counted more, not their sum"
    assert "from 09:00" in busiest.note


def test_nights_tell_regularity_social_jet_lag_and_chronotype() -> None:
    found = lines(Remembered(NOW, daily=nights()))
    assert found["sleep later on free days by"].value == pytest.approx(LATER)
    assert found["chronotype, the middle of sleep on free days"].value == pytest.approx(210 + LATER)
    regular = found["sleep regularity, of 100"]
    assert regular.value == pytest.approx(100 - 200 * (180 / 1440) * 8 / 27, abs=1.5)
    assert regular.low < regular.value <= regular.high <= 100


def test_it_says_what_would_tell_more_and_nothing_of_nobody() -> None:
    assert "steps" in CHAPTER.read(Remembered(NOW, daily=nights())).missing[0]
    with pytest.raises(NothingYet, match="rhythm") as nothing:
        CHAPTER.read(Remembered(NOW, observations={"steps": steps(days=3)}))
    assert nothing.value.hint
