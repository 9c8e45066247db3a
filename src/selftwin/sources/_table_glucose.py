"""Glucose as sensors' exports write it: a number, or a word in some language for a sensor's lower or upper limit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selftwin.sources._table_cells import numbers, stamps

if TYPE_CHECKING:
    import polars as pl

    from selftwin.sources._table_cells import Evidence, Order

UNIT = re.compile(r"m(?:g/d|mol/)l|мг/дл|ммоль/л", re.IGNORECASE)
MOST_MMOL = 36.0
LOW = (
    "^(?:low|lo|niedrig|tief|bas|basse?|faible|baj[ao]|bass[ao]|laag|baix[ao]|låg[at]?|lavt?|matala|nisk[ia]|"
    "низк[аий]+|低|낮음|"
    "nízk[áé]|<.*)$"
)
HIGH = (
    "^(?:high|hi|hoch|haut|haute|élevée?|elevee?|alt[ao]|elevad[ao]|elevat[ao]|hoog|hög[at]?|høyt?|højt?|korkea|"
    "wysok[ia]|vysok[áé]|высок[аий]+|高|높음|>.*)$"
)


def readings(cells: pl.Series, *, mmol: bool, highest: float) -> pl.DataFrame:
    """Columns value (mg/dL) and text (`low`, `high` where the sensor reached its limit) of glucose cells.

    A limit is 40 mg/dL or 2.2 mmol/L below and `highest` (mg/dL) above; NaN where a cell says neither.
    """
    import polars as pl

    from selftwin.vocabulary.catalogue import signal
    from selftwin.vocabulary.units import into

    way = into(signal("glucose"), "mmol/L" if mmol else "mg/dL")
    word = pl.col("cell").str.to_lowercase().str.replace_all(r"[\s.!]", "")
    limits = {"low": way(2.2) if mmol else 40.0, "high": way(round(highest / way.scale, 1)) if mmol else highest}
    frame = pl.DataFrame({"cell": cells, "number": numbers(cells, delimiter=";") * way.scale})
    told = frame.with_columns(
        text=pl.when(word.str.contains(LOW)).then(pl.lit("low")).when(word.str.contains(HIGH)).then(pl.lit("high"))
    )
    limit = pl.when(pl.col("text") == "low").then(limits["low"]).when(pl.col("text") == "high").then(limits["high"])
    return told.select(value=pl.coalesce(limit, "number"), text="text")


def molar(header: str, cells: pl.Series) -> bool:
    """Whether a column is in mmol/L: as its header says, else by what a glucose can be."""
    said = header.lower()
    if "mmol" in said or "ммоль" in said:
        return True
    if "mg" in said or "мг" in said:
        return False
    median = numbers(cells, delimiter=";").drop_nulls().drop_nans().median()
    return isinstance(median, float) and median < MOST_MMOL


def settled(evidence: Evidence, halves: bool) -> tuple[Order | None, str]:  # noqa: FBT001 - said where it is asked
    """The order of day and month in a file of dense readings, and a note where it was not proved.

    Proof is a number over twelve; then the order in which the readings follow each other; then the clock, since
    twelve-hour clocks go with the month first.
    """
    if not evidence.seen:
        return None, ""
    if proved := evidence.order():
        return proved, ""
    if smoother := evidence.smoother():
        return smoother, f"dates are read {smoother}: so the readings follow each other"
    guess: Order = "month-first" if halves else "day-first"
    return guess, f"nothing in the file proves whether the day or the month comes first: dates are read {guess}"


def has_halves(cells: pl.Series) -> bool:
    """Whether the clock counts twice twelve hours."""
    return bool(cells.str.contains(r"(?i)\b[ap]\.?\s?m\.?").any())


def stamped(cells: pl.Series, order: Order | None) -> pl.DataFrame:
    """Columns start, basis, offset of wall-clock stamps; null starts where they cannot be read."""
    return stamps(cells, order).select("start", "basis", "offset")
