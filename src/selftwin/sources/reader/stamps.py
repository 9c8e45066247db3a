"""Stamps as exports write them, many at a time: text or epochs in, the columns start, offset and basis out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_DATE_TIME = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?))?"
_NO_SECONDS = len("10:00")
_DAY, _SECOND = r"^\d{4}-\d\d-\d\d", r"\d\d:\d\d:\d\d"
_ALIKE = {  # by its length, what a stamp is shaped like after its day, how that is read, and where a zone begins
    10: ("$", "", 10),
    16: (r"\d\d:\d\d$", "%H:%M", 16),
    19: (_SECOND + "$", "%H:%M:%S", 19),
    20: (_SECOND + "Z$", "%H:%M:%S", 19),
    24: (_SECOND + r"\.\d{3}Z$", "%H:%M:%S%.3f", 23),
    25: (_SECOND + r"[+-][01]\d:[0-5]\d$", "%H:%M:%S", 19),
}
_OFFSET = r"(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})\s*$"


def from_iso(stamps: pl.Series, *, zoned: Basis = Basis.INSTANT) -> pl.DataFrame:
    """Columns start (Datetime µs), offset (Int16 minutes), basis (Int8) of ISO 8601-like stamps; null where unreadable.

    `2024-05-01`, `2024-05-01 10:00`, `2024-05-01T10:00:00.250`, `2024-05-01 10:00:00 +0200` and `…Z` are understood.
    A stamp with an offset gets the basis `zoned`: PLACED only where the writer stored the offset of the place.
    """
    import polars as pl

    text = stamps.cast(pl.String)
    if (quick := alike(text, zoned=zoned)) is not None:
        return quick
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


def alike(text: pl.Series, *, zoned: Basis = Basis.INSTANT) -> pl.DataFrame | None:
    """The same where all stamps of a column are written alike, as most are: without a look at each one's parts.
    None where they are not, or in a way that takes such a look."""
    import polars as pl

    sizes = text.str.len_bytes()
    size = sizes.min()
    if not isinstance(size, int) or size not in _ALIKE or size != sizes.max():
        return None
    shape, clock, wall = _ALIKE[size]
    joint = str(text.drop_nulls()[0])[10:11]
    if joint not in {"", "T", " "} or text.str.contains(_DAY + joint + shape).sum() < text.count():
        return None
    start = text.str.slice(0, wall).str.to_datetime(f"%Y-%m-%d{joint}{clock}", strict=False, time_unit="us")
    basis = zoned if wall < size else Basis.LOCAL if clock else Basis.DATE
    there = pl.when(text.is_not_null()).then(int(basis)).otherwise(int(Basis.DATE)).cast(pl.Int8)
    told = pl.select(start=start, basis=there)
    return at_their_offset(told, offsets(text.str.slice(wall).replace("", None)))


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
