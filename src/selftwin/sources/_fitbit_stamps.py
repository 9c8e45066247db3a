"""Fitbit's stamps: each family keeps its own clock, and hardly one says which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

SOURCE_NAME = "fitbit"
_MONTH_FIRST = r"^\s*(\d{1,2})/(\d{1,2})/(?:20)?(\d{2})\b"
_LAST_CENTURY = r"^\s*(\d{1,2})/(\d{1,2})/(?:19)?(69|[789]\d)\b"
_USUAL = ("%m/%d/%y %H:%M:%S", "%Y-%m-%d %H:%M:%S")


class Clock(StrEnum):
    """What a family's stamps mean. Fitbit writes it nowhere: docs/sources/fitbit.md says how each was found out."""

    UTC = "utc"
    LOCAL = "local"
    DAY = "day"
    WRITTEN = "written"
    EPOCH = "epoch"


def clocked(stamps: pl.Series, clock: Clock) -> pl.DataFrame:
    """Columns start, offset and basis of stamps such as `11/01/19 00:00:03` or `2019-11-01T00:00:03.000Z`."""
    import polars as pl

    if clock is Clock.EPOCH:
        return from_epoch(stamps, unit="s")
    text = stamps.cast(pl.String)
    if clock is Clock.WRITTEN:
        return from_iso(_iso(text))
    walls = _usual(text)
    walls = from_iso(_iso(text))["start"] if walls is None else walls
    basis = {Clock.UTC: Basis.INSTANT, Clock.LOCAL: Basis.LOCAL, Clock.DAY: Basis.DATE}[clock]
    start = walls.dt.truncate("1d") if clock is Clock.DAY else walls
    return pl.DataFrame({"start": start}).with_columns(
        offset=pl.lit(None, pl.Int16), basis=pl.lit(int(basis), pl.Int8)
    )


def _usual(text: pl.Series) -> pl.Series | None:
    """Wall clocks where every stamp is written in the one usual way, which is read ten times as fast; else None."""
    for way in _USUAL:
        walls = text.str.to_datetime(way, strict=False, time_unit="us")
        if walls.null_count() == text.null_count():
            return walls
    return None


def _iso(text: pl.Series) -> pl.Series:
    """Month-first dates turned round; two digits are a year from 1969 to 2068."""
    return text.str.replace(_LAST_CENTURY, "19${3}-${1}-${2}").str.replace(_MONTH_FIRST, "20${3}-${1}-${2}")


def placed(stamps: pl.Series, offsets: pl.Series) -> pl.DataFrame:
    """The same of UTC stamps whose writer stored the offset of the place (`+05:30`) in a column of its own."""
    import polars as pl

    at = clocked(stamps, Clock.UTC)["start"]
    parts = offsets.cast(pl.String).str.extract_groups(r"^\s*(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})")
    frame = parts.struct.unnest().with_columns(start=at)
    size = pl.col("hours").cast(pl.Int16) * 60 + pl.col("minutes").cast(pl.Int16)
    offset = pl.when(pl.col("sign") == "-").then(-size).otherwise(size)
    known = pl.lit(int(Basis.PLACED), pl.Int8)
    basis = pl.when(offset.is_null()).then(pl.lit(int(Basis.INSTANT), pl.Int8)).otherwise(known)
    return frame.select("start", offset=offset, basis=basis)
