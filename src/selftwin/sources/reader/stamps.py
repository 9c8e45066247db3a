"""Stamps as exports write them, many at a time: text or epochs in, the columns start, offset and basis out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_DATE_TIME = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?"
_NO_SECONDS = len("10:00")
_OFFSET = r"(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})\s*$"


def from_iso(stamps: pl.Series, *, zoned: Basis = Basis.INSTANT) -> pl.DataFrame:
    """Columns start (Datetime µs), offset (Int16 minutes), basis (Int8) of ISO 8601-like stamps; null where unreadable.

    `2024-05-01`, `2024-05-01 10:00`, `2024-05-01T10:00:00.250`, `2024-05-01 10:00:00 +0200` and `…Z` are understood.
    A stamp with an offset gets the basis `zoned`: PLACED only where the writer stored the offset of the place.
    """
    import polars as pl

    text = stamps.cast(pl.String)
    frame = text.to_frame("text").select(
        day=pl.col("text").str.extract(_DATE_TIME, 1),
        clock=pl.col("text").str.extract(_DATE_TIME, 2).str.replace(",", "."),
        zone=pl.when(pl.col("text").str.contains(":")).then(pl.col("text").str.extract(_OFFSET, 1)),
    )
    clock = pl.col("clock").fill_null("00:00:00")
    long = pl.when(clock.str.len_bytes() <= _NO_SECONDS).then(clock + ":00").otherwise(clock)
    wall = pl.concat_str(pl.col("day"), long, separator=" ").str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"
    )
    told = frame.select(
        start=wall,
        basis=pl.when(pl.col("clock").is_null()).then(int(Basis.DATE)).when(pl.col("zone").is_null())
        .then(int(Basis.LOCAL)).otherwise(int(zoned)).cast(pl.Int8),
    )  # fmt: skip
    return at_their_offset(told, offsets(frame["zone"]))


def at_their_offset(told: pl.DataFrame, minutes: pl.Series) -> pl.DataFrame:
    """Columns start, offset and basis of wall clocks (`start`, `basis`), `minutes` east of UTC where that is told."""
    import polars as pl

    start = told["start"]
    if minutes.null_count() < len(minutes):
        start -= (minutes.cast(pl.Int64).fill_null(0) * 60_000_000).cast(pl.Duration("us"))
    return pl.DataFrame([start, minutes.alias("offset"), told["basis"]])


def offsets(zones: pl.Series) -> pl.Series:
    """Minutes east of UTC (Int16) of `Z`, `UTC`, `GMT`, `+02:00`, `-0730` and `+02`; null where there is none."""
    import polars as pl

    known = zones.drop_nulls()
    if not len(known):
        return pl.Series([None], dtype=pl.Int16).new_from_index(0, len(zones))
    told = {zone: _minutes(zone) for zone in known.unique()}
    return zones.replace_strict(told, default=None, return_dtype=pl.Int16)


def _minutes(zone: str) -> int:
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes


def from_epoch(epochs: pl.Series, *, unit: str = "ms") -> pl.DataFrame:
    """Columns start, offset (null) and basis (INSTANT) of Unix epochs in `unit` (`s`, `ms` or `us`)."""
    import polars as pl

    scale = {"s": 1_000_000, "ms": 1_000, "us": 1}[unit]
    sound = pl.when(pl.col("epoch").is_between(-(10**13) // scale * 1000, 10**16 // scale)).then(pl.col("epoch"))
    return pl.DataFrame({"epoch": epochs.cast(pl.Float64, strict=False)}).select(
        start=(sound * scale).round().cast(pl.Int64, strict=False).cast(pl.Datetime("us")),
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
    )
