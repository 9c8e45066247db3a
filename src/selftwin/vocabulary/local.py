"""When a local day began, was half over and ended, as the person's clock stood then: read off what was recorded, so
that a journey made later moves no moment of the days before it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    import polars as pl

EPOCH = date(1970, 1, 1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LocalClock:
    """Offsets from UTC as recorded: `days` since 1970, rising, and the `offset` of the last record on each, in minutes;
    `zone` where nothing was recorded."""

    days: tuple[int, ...]
    offset: tuple[int, ...]
    zone: ZoneInfo

    def moment(self, day: date, hours: float) -> datetime:
        """So many hours into a local day, in UTC: by the offset recorded last on the days before it."""
        wall = datetime.combine(day, time(0)) + timedelta(hours=hours)
        if not self.days:
            return wall.replace(tzinfo=self.zone).astimezone(UTC)
        place = max(bisect_left(self.days, (day - EPOCH).days) - 1, 0)
        return (wall - timedelta(minutes=self.offset[place])).replace(tzinfo=UTC)

    def over(self, day: date) -> datetime:
        """The midnight after a local day, in UTC."""
        return self.moment(day, 24.0)

    def last_over(self, now: datetime) -> date:
        """The last local day that is over at a moment.

        >>> from zoneinfo import ZoneInfo
        >>> clock(ZoneInfo("UTC")).last_over(datetime(2026, 3, 12, tzinfo=UTC))
        datetime.date(2026, 3, 11)
        """
        day = now.date() + DAY
        while self.over(day) > now:
            day -= DAY
        return day


def clock(zone: ZoneInfo, frames: Iterable[pl.DataFrame] = ()) -> LocalClock:
    """The clock that these observations tell of, by their columns `at` (UTC) and `local` (wall clock)."""
    import polars as pl

    parts = [
        frame.select(
            day=pl.col("local").dt.date().cast(pl.Int32).cast(pl.Int64),
            at=pl.col("at").dt.epoch("us"),
            offset=((pl.col("local").dt.epoch("us") - pl.col("at").dt.epoch("us")) / 60_000_000).round().cast(pl.Int64),
        )
        for frame in frames
        if frame.height
    ]
    if not parts:
        return LocalClock((), (), zone)
    last = pl.concat(parts).group_by("day").agg(pl.col("offset").sort_by("at").last()).sort("day")
    return LocalClock(tuple(last["day"].to_list()), tuple(last["offset"].to_list()), zone)
