"""Rows of a medical record as they gather: columns of a block, and their dates read at once.

Dates are as exact as they were written: a year or a month stands at its first day; a day has no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl


@dataclass(slots=True)
class Rows:
    """The rows of one block; each belongs to a record of it."""

    record: list[int] = field(default_factory=list)
    signal: list[str] = field(default_factory=list)
    native: list[str | None] = field(default_factory=list)
    start: list[str | None] = field(default_factory=list)
    stop: list[str | None] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    text: list[str | None] = field(default_factory=list)
    unit: list[str | None] = field(default_factory=list)

    def add(
        self,
        record: int,
        signal: str,
        when: tuple[str | None, str | None],
        *,
        native: str | None = None,
        value: float | None = None,
        text: str | None = None,
        unit: str | None = None,
    ) -> None:
        """One more row; `when` is its start and stop as ISO 8601 writes them, perhaps only a year."""
        self.record.append(record)
        self.signal.append(signal)
        self.native.append(native)
        self.start.append(when[0])
        self.stop.append(when[1])
        self.value.append(value)
        self.text.append(text)
        self.unit.append(unit)

    def frame(self, source: str) -> pl.DataFrame:
        """The rows with their dates read."""
        import polars as pl

        plain = dict.fromkeys(("signal", "native", "text", "unit"), pl.String)
        schema = {"record": pl.UInt32, "value": pl.Float64} | plain
        found = pl.DataFrame({name: getattr(self, name) for name in schema}, schema=schema)
        starts, stops = (_read(pl.Series(dates, dtype=pl.String)) for dates in (self.start, self.stop))
        dated = pl.concat([found, starts, stops.rename(lambda name: f"_{name}")], how="horizontal")
        return dated.with_columns(source=pl.lit(source), stop=_stop()).drop("_start", "_offset", "_basis")


def _read(dates: pl.Series) -> pl.DataFrame:
    whole = dates.str.strip_chars().str.replace(r"^(\d{4})$", "$1-01-01").str.replace(r"^(\d{4}-\d{2})$", "$1-01")
    return from_iso(whole)


def _stop() -> pl.Expr:
    """The end on the clock of the beginning: a day ends with its last second, an instant of a day has a wall clock."""
    import polars as pl

    day, dated = pl.col("_basis") == int(Basis.DATE), pl.col("basis") == int(Basis.DATE)
    wall = pl.col("_start") + pl.duration(minutes=pl.col("_offset").fill_null(0))
    return (
        pl.when(day & ~dated)
        .then(pl.col("_start") + pl.duration(seconds=86_399))
        .when(dated)
        .then(wall)
        .otherwise(pl.col("_start"))
    )
