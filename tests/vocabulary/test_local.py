"""Moments of local days, as the person's clock stood."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from selftwin.vocabulary.local import clock

VIENNA = ZoneInfo("Europe/Vienna")
DAY = timedelta(days=1)


def rows(*stamps: tuple[datetime, int]) -> pl.DataFrame:
    """Observations with the hours their clock was ahead of UTC."""
    at = [one for one, _ in stamps]
    local = [one.replace(tzinfo=None) + timedelta(hours=ahead) for one, ahead in stamps]
    return pl.DataFrame({"at": at, "local": local}).with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")))


def test_with_nothing_recorded_the_zone_tells_and_summer_time_counts() -> None:
    told = clock(VIENNA)
    assert told.moment(date(2026, 1, 10), 12.0) == datetime(2026, 1, 10, 11, tzinfo=UTC)
    assert told.over(date(2026, 7, 10)) == datetime(2026, 7, 10, 22, tzinfo=UTC)


def test_a_day_ends_by_the_clock_recorded_before_it_and_a_later_journey_moves_nothing() -> None:
    home = rows((datetime(2026, 5, 1, 6, tzinfo=UTC), 2), (datetime(2026, 5, 2, 6, tzinfo=UTC), 2))
    away = rows((datetime(2026, 5, 3, 20, tzinfo=UTC), -7))
    before, after = clock(VIENNA, [home]), clock(ZoneInfo("America/Los_Angeles"), [home, away])
    for day in (date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)):
        assert before.over(day) == after.over(day) == datetime(day.year, day.month, day.day, 22, tzinfo=UTC)
    assert after.over(date(2026, 5, 4)) == datetime(2026, 5, 5, 7, tzinfo=UTC)


def test_the_last_day_that_is_over_is_yesterday_until_midnight_strikes() -> None:
    told, midnight = clock(VIENNA), datetime(2026, 3, 11, 23, tzinfo=UTC)
    assert told.last_over(midnight) == date(2026, 3, 11)
    assert told.last_over(midnight - timedelta(seconds=1)) == date(2026, 3, 10)
    assert told.last_over(midnight + DAY - timedelta(seconds=1)) == date(2026, 3, 11)
