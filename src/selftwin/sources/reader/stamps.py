"""Stamps as exports write them, many at a time: text or epochs in, the columns start, offset and basis out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_DATE_TIME = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?"
_OFFSET = r"(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})\s*$"


def from_iso(stamps: pl.Series, *, zoned: Basis = Basis.INSTANT) -> pl.DataFrame:
    """Columns start (Datetime µs), offset (Int16 minutes), basis (Int8) of ISO 8601-like stamps; null where unreadable.

    `2024-05-01`, `2024-05-01 10:00`, `2024-05-01T10:00:00.250`, `2024-05-01 10:00:00 +0200` and `…Z` are understood.
    A stamp with an offset gets the basis `zoned`: PLACED only where the writer stored the offset of the place.
    """
    import polars as pl

    text = stamps.cast(pl.String)
    frame = pl.DataFrame({"text": text}).with_columns(
        day=pl.col("text").str.extract(_DATE_TIME, 1),
        clock=pl.col("text").str.extract(_DATE_TIME, 2).str.replace(",", "."),
        zone=pl.when(pl.col("text").str.contains(":")).then(pl.col("text").str.extract(_OFFSET, 1)),
    )
    wall = (
        pl.concat_str([pl.col("day"), pl.col("clock").fill_null("00:00").map_batches(_with_seconds)], separator=" ")
        .str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    )
    offset = _minutes(pl.col("zone"))
    return frame.select(
        start=pl.when(pl.col("zone").is_null()).then(wall).otherwise(wall - pl.duration(minutes=offset)),
        offset=offset.cast(pl.Int16),
        basis=pl.when(pl.col("clock").is_null())
        .then(int(Basis.DATE))
        .when(pl.col("zone").is_null())
        .then(int(Basis.LOCAL))
        .otherwise(int(zoned))
        .cast(pl.Int8),
    )


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


def _with_seconds(clock: pl.Series) -> pl.Series:
    import polars as pl

    long = clock.str.count_matches(":", literal=True) > 1
    return pl.select(pl.when(long).then(clock).otherwise(clock + ":00")).to_series()


def _minutes(zone: pl.Expr) -> pl.Expr:
    import polars as pl

    digits = zone.str.replace(":", "").str.slice(1)
    hours = digits.str.slice(0, 2).cast(pl.Int32, strict=False)
    minutes = digits.str.slice(2, 2).cast(pl.Int32, strict=False).fill_null(0)
    signed = pl.when(zone.str.starts_with("-")).then(-(hours * 60 + minutes)).otherwise(hours * 60 + minutes)
    return pl.when(zone.str.to_uppercase().is_in(["Z", "UTC"])).then(0).otherwise(signed)
