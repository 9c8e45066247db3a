"""What stands in a cell: numbers with either decimal mark, dates in any order of day, month and year.

Which of two numbers is the day is told from the whole file and never from one row; where the file cannot tell, it is
said so and not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from selftwin.sources.reader.stamps import alike, at_their_offset, offsets
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

Order = Literal["day-first", "month-first"]
EPOCHS = {"seconds": "s", "milliseconds": "ms"}  # what a mapping calls a count since 1970

_DATE = r"^(?<a>\d{1,4})[-/.](?<b>\d{1,2})[-/.](?<c>\d{1,4})\.?"
_CLOCK = r"(?:(?:T|,?\s+)(?<h>\d{1,2})[:.](?<m>\d{2})(?:[:.](?<s>\d{2})(?:[.,](?<f>\d{1,9}))?)?)?"
_HALF = r"(?:\s*(?<half>[AaPp])\.?\s?[Mm]\.?)?"
_ZONE = r"(?:\s*(?<zone>Z|z|UTC|GMT|[+-][01]\d(?::?[0-5]\d)?))?$"
_STAMP = _DATE + _CLOCK + _HALF + _ZONE
_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


def numbers(cells: pl.Series, *, delimiter: str = ",") -> pl.Series:
    """Cells as Float64: null where empty, NaN where no number can be read (the sieve makes a fault of it).

    A comma is the decimal mark unless a point follows it, or unless it parts thousands in a comma-delimited table.
    """
    import polars as pl

    if cells.null_count() == cells.len():
        return cells.cast(pl.Float64, strict=False)
    text = cells.cast(pl.String).str.replace_all(r"[\s\u{a0}\u{202f}'\u{2019}]", "").replace("", None)
    cell = pl.col("text")
    commas, points = cell.str.contains(",", literal=True), cell.str.contains(".", literal=True)
    thousands = cell.str.contains(r"^[+-]?\d{1,3}(?:,\d{3})+$" if delimiter == "," else r"^[+-]?\d{1,3}(?:,\d{3}){2,}$")
    european = cell.str.contains(r"^[+-]?[\d.]*\.[\d.]*,\d*$") | cell.str.contains(r"^[+-]?\d{1,3}(?:\.\d{3}){2,}$")
    plain = (
        pl.when(european).then(cell.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when((commas & points) | thousands).then(cell.str.replace_all(",", "", literal=True))
        .otherwise(cell.str.replace(",", ".", literal=True))
    )
    sound = pl.when(plain.str.contains(_NUMBER)).then(plain).cast(pl.Float64, strict=False)
    read = pl.when(cell.is_not_null()).then(sound.fill_null(float("nan")))
    return text.to_frame("text").select(read.alias(cells.name)).to_series()


def parted(stamps: pl.Series) -> pl.DataFrame:
    """The parts of numeric stamps as text: a, b, c (the date in the order written), h, m, s, f, half, zone."""
    return stamps.str.strip_chars().str.extract_groups(_STAMP).struct.unnest()


def stamps(cells: pl.Series, order: Order | None = None) -> pl.DataFrame:
    """Columns start, offset and basis of stamps such as `2024-05-01T10:00`, `01.05.2024 10:00`, `05/01/24 10:00 PM`.

    DATE without a clock, LOCAL without a zone, else INSTANT; start is null where it cannot be read, or where the year
    does not come first and no `order` is given. Two digits are a year from 1970 to 2069.
    """
    quick = alike(cells)
    return _of_parts(parted(cells), order) if quick is None else quick


def _of_parts(part: pl.DataFrame, order: Order | None) -> pl.DataFrame:
    import polars as pl

    iso = pl.col("a").str.len_bytes() == 4
    first = pl.when(iso).then(_joined(pl.col("a"), "b", "c"))
    year, month, day = ("c", "b", "a") if order == "day-first" else ("c", "a", "b")
    known = pl.col("a").str.len_bytes() < 3
    date = first if order is None else first.when(known).then(_joined(_full(year), month, day))
    halved = part["half"].null_count() < part.height
    hour = _hour() if halved else pl.col("h").fill_null("00").str.zfill(2)
    clock = pl.concat_str(hour, pl.col("m").fill_null("00"), pl.col("s").fill_null("00"), separator=":")
    text = pl.concat_str(date, clock, separator=" ") + "." + pl.col("f").fill_null("0")
    offset = offsets(part["zone"])
    local = pl.when(pl.col("h").is_null()).then(int(Basis.DATE)).otherwise(int(Basis.LOCAL))
    told = part.select(
        start=text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"),
        basis=pl.when(pl.col("zone").is_null()).then(local).otherwise(int(Basis.INSTANT)).cast(pl.Int8),
    )
    return at_their_offset(told, offset)


def _joined(year: pl.Expr, month: str, day: str) -> pl.Expr:
    import polars as pl

    return pl.concat_str(year, pl.col(month).str.zfill(2), pl.col(day).str.zfill(2), separator="-")


def _full(year: str) -> pl.Expr:
    """A year of four digits; of two it is one from 1970 to 2069."""
    import polars as pl

    short = pl.col(year).str.len_bytes() == 2
    century = pl.when(pl.col(year) < "70").then(pl.lit("20")).otherwise(pl.lit("19"))
    return pl.when(short).then(century + pl.col(year)).otherwise(pl.col(year))


def _hour() -> pl.Expr:
    """The hour of 24 as two digits; 12 AM is midnight, and an hour after 12 has no half of a day."""
    import polars as pl

    hour = pl.col("h").cast(pl.Int32, strict=False)
    late = pl.col("half").str.to_lowercase() == "p"
    half = pl.when(hour.is_between(1, 12)).then(hour % 12 + pl.when(late).then(12).otherwise(0)).otherwise(99)
    return pl.when(pl.col("half").is_null()).then(hour.fill_null(0)).otherwise(half).cast(pl.String).str.zfill(2)


@dataclass(slots=True)
class Evidence:
    """What a file's dates say of their order: feed it every stamp, then ask."""

    day_first: int = 0
    month_first: int = 0
    day_first_days: float = 0.0
    month_first_days: float = 0.0
    seen: bool = False

    def take(self, cells: pl.Series) -> None:
        """Look at more stamps of the same file, in the order of the file."""
        import polars as pl

        if alike(cells) is not None:
            return  # the year comes first
        part = parted(cells.drop_nulls())
        short = part.filter(pl.col("a").str.len_bytes() < 3)
        if short.is_empty():
            return
        over = short.select((pl.col("a", "b").cast(pl.Int32) > 12).sum()).row(0)
        self.seen, self.day_first, self.month_first = True, self.day_first + over[0], self.month_first + over[1]
        self.day_first_days += _travelled(part, "day-first")
        self.month_first_days += _travelled(part, "month-first")

    def order(self) -> Order | None:
        """The order that numbers over twelve prove, a damaged cell in twenty allowed; None where they prove nothing."""
        if self.day_first > 20 * self.month_first:
            return "day-first"
        return "month-first" if self.month_first > 20 * self.day_first else None

    def smoother(self) -> Order | None:
        """The order in which dense readings follow each other, at most a third of the way of the other; or None."""
        if 3 * self.day_first_days < self.month_first_days:
            return "day-first"
        return "month-first" if 3 * self.month_first_days < self.day_first_days else None


def _travelled(part: pl.DataFrame, order: Order) -> float:
    """Days from stamp to stamp, summed, when they are read in this order."""
    days = _of_parts(part, order)["start"].drop_nulls().diff().dt.total_seconds().abs().sum()
    return float(days or 0) / 86_400
