"""Dates and times as programs write them for people, in many languages: `4 sept. 2021, 16:20:56 UTC+2`.

Names of months are told by `months.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

MINUTES_EAST = {  # abbreviations that mean one offset alone; CST and IST mean several and are not among them
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "seč": 60, "selč": 120, "eet": 120, "eest": 180, "sast": 120, "msk": 180, "trt": 180, "wib": 420, "wita": 480,
    "wit": 540, "awst": 480, "jst": 540, "kst": 540, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660, "nzst": 720,
    "nzdt": 780,
    "brt": -180, "art": -180, "edt": -240, "est": -300, "cdt": -300, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480,
    "akdt": -480, "akst": -540, "hst": -600,
}  # fmt: skip
_SPACES = r"[\s\u{a0}\u{202f}\u{2003}\u{2009}\u{200e}\u{200f}]+"
_CLOCK = (
    r"(?:^|[^\d])(\d{1,2})(?:[:.]|\s?(?:시|h)\s?)(\d{1,2})(?:[:.]|\s?(?:분|min)\s?)(\d{2})(?:[^\d]|$)"
)
_LATE = r"(?i)\bp\.?\s?m\b|\u{3bc}\.\s?\u{3bc}|\s\u{645}\s|오후|下午|午後"
_EARLY = r"(?i)\ba\.?\s?m\b|\u{3c0}\.\s?\u{3bc}|\s\u{635}\s|오전|上午|午前"
_SHIFT = r"(?i)(?:GMT|UTC)\s?([+\-\u{2212}])\s?(\d{1,2})(?::?(\d{2}))?"
_NAME = r"(\p{L}+)\]?\s*$"


def written(stamps: pl.Series) -> pl.DataFrame:
    """Columns start, offset and basis of stamps with a clock: INSTANT where the zone is told, else LOCAL; start is null
    where the date cannot be read. A date in numbers begins with its year or its day."""
    import polars as pl

    text = stamps.cast(pl.String).str.replace_all(_SPACES, " ").str.strip_chars().alias("text").to_frame()
    clock = pl.col("text").str.extract_groups(_CLOCK)
    parts = text.with_columns(
        hour=clock.struct[0].cast(pl.Int32),
        minute=clock.struct[1].cast(pl.Int32),
        second=clock.struct[2].cast(pl.Int32),
        date=pl.col("text").str.replace(_CLOCK, " ").str.replace(_SHIFT, "").str.to_lowercase(),
        late=pl.col("text").str.contains(_LATE),
        early=pl.col("text").str.contains(_EARLY),
    ).with_columns(_date(), minutes=_minutes_east())
    hour = (
        pl.when(pl.col("late")).then(pl.col("hour") % 12 + 12)
        .when(pl.col("early")).then(pl.col("hour") % 12).otherwise("hour")
    )  # fmt: skip
    wall = pl.concat_str(
        pl.concat_str("year", "month", "day", separator="-"),
        pl.concat_str(hour, "minute", "second", separator=":"),
        separator=" ",
    ).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    return parts.select(
        start=wall - pl.duration(minutes=pl.col("minutes").fill_null(0)),
        offset=pl.col("minutes").cast(pl.Int16),
        basis=pl.when(pl.col("minutes").is_null())
        .then(int(Basis.LOCAL))
        .otherwise(int(Basis.INSTANT))
        .cast(pl.Int8),
    )


def _date() -> list[pl.Expr]:
    """Columns year, month and day from what is left without the clock."""
    import polars as pl

    named = (
        pl.col("date").str.extract_all(r"\p{L}{2,}")
        .list.eval(pl.element().replace_strict(_months(), default=None, return_dtype=pl.Int32))
        .list.drop_nulls().list.first()
    )  # fmt: skip
    year = pl.col("date").str.extract(r"(\d{4})").cast(pl.Int32)
    rest = pl.col("date").str.replace(r"\d{4}", " ").str.extract_all(r"\d{1,2}").cast(pl.List(pl.Int32))
    first, second = rest.list.get(0, null_on_oob=True), rest.list.get(1, null_on_oob=True)
    year_first = pl.col("date").str.contains(r"^\D*\d{4}")
    return [
        year.alias("year"),
        named.fill_null(pl.when(year_first).then(first).otherwise(second)).alias("month"),
        pl.when(named.is_not_null() | ~year_first).then(first).otherwise(second).alias("day"),
    ]


@cache
def _months() -> dict[str, int]:
    told = tomllib.loads(Path(__file__).with_name("months.toml").read_text("utf-8"))
    return {name: int(number) for number, names in told.items() for name in names.split()}


def _minutes_east() -> pl.Expr:
    import polars as pl

    shift = pl.col("text").str.extract_groups(_SHIFT)
    size = shift.struct[1].cast(pl.Int32) * 60 + shift.struct[2].cast(pl.Int32).fill_null(0)
    told = pl.when(shift.struct[0] == "+").then(size).otherwise(-size)
    name = pl.col("text").str.extract(_NAME).str.to_lowercase()
    return told.fill_null(name.replace_strict(MINUTES_EAST, default=None, return_dtype=pl.Int32))
