"""OBD-II: what a phone logged of a car: Torque's wide tables and Car Scanner's long ones.

Owners find Torque's in `torqueLogs` or `tripLogs` on the phone (`trackLog-….csv`), Car Scanner's under Recorded data,
Share, CSV (`2024-03-01 07-12-09.csv`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._obd_readings import quantity
from selftwin.sources._readings import part, repeated
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources._written_dates import written
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._obd_readings import Quantity
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_WIDE = ("gps time", "device time")
_LONG = ("seconds", "pid", "value", "units")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FRACTION = r"\.(\d{1,6})\s*$"
_HALVES = r",(-?\d+),,(\d+),"  # two cells that may be one number with a decimal comma
_TORN = r",-?\d+\.\d+,,\d+,"  # where it cannot be told which two belong together
_LEFT = "headers that come again, values in words, and rows without any"
_TORN_REASON = "decimal commas that cannot be told from those between cells"


@dataclass(frozen=True, slots=True)
class Obd:
    """Readings of a car, at the clock of the phone."""

    name: str = "obd"
    title: str = "OBD-II logs (Torque, Car Scanner)"
    reads: str = "Speed, engine and position of a car, reading by reading."
    version: int = 2
    rank: int = 2
    how_to_export: str = "Torque: the trackLog files of the phone. Car Scanner: Recorded data, Share, CSV."

    def recognises(self, member: Member) -> bool:
        """By the header of either program."""
        return _torque(member) is not None or _sheet(member, _LONG) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A log is its driver's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The readings by the block. Raises BrokenExport where nothing tells the day of a Car Scanner log."""
        del subject
        if sheet := _torque(member):
            yield from _wide(member, sheet)
        elif sheet := _sheet(member, _LONG):
            yield from _long(member, sheet)
        else:
            raise BrokenExport(f"{member.path} is no log of a car that is known here.")


def _torque(member: Member) -> Sheet | None:
    """Torque's table; a phone that logs no position leaves GPS Time out."""
    if (sheet := _sheet(member, _WIDE) or _sheet(member, _WIDE[1:])) is None:
        return None
    return sheet if any(name.rstrip().endswith(")") for name in sheet.header[1:]) else None


def _sheet(member: Member, names: tuple[str, ...]) -> Sheet | None:
    if names[0].encode() not in member.head(1024).replace(b"\0", b"").lower():
        return None
    for sheet in sheets(member):
        if not sheet.before and tuple(name.strip().lower() for name in sheet.header[: len(names)]) == names:
            return sheet
    return None


def _wide(member: Member, sheet: Sheet) -> Iterator[Part]:
    """Torque's tables; a new trip in the same file begins with a header of its own."""
    names = sheet.header
    for block in blocks(member, sheet, room=len(sheet.header)):
        again = block.rows["0"].str.strip_chars().str.to_lowercase().is_in(_WIDE).arg_true().to_list()
        for begin, end in zip([0, *again], [*again, block.rows.height], strict=True):
            rows = block.rows.slice(begin, end - begin)
            if begin in again:
                names = tuple(cell or "" for cell in rows.row(0))
            if rows.height:
                yield _trip(member.path, rows, names, block.first + begin)


def _trip(path: str, rows: pl.DataFrame, names: tuple[str, ...], first: int) -> Part:
    """A part of rows under one header; a row that is the header itself says nothing."""
    import polars as pl

    width = max(place for place, name in enumerate(names) if name.strip()) + 1
    header = pl.col("0").str.strip_chars().str.to_lowercase().is_in(_WIDE)
    numbered = rows.with_row_index("record").filter(~header.fill_null(value=False))
    beyond = [pl.col(str(place)).is_not_null() for place in range(width, rows.width)]
    torn = pl.any_horizontal(beyond) if beyond else pl.lit(value=False)
    mended, lost = _mended(numbered.filter(torn), width)
    sound = numbered.filter(~torn).select("record", *(str(place) for place in range(width)))
    whole = pl.concat([sound, mended]).sort("record")
    faults = [Fault(f"{path}, record {first + place + 1}", _TORN_REASON) for place in lost]
    device_time = str(int(names[0].strip().lower() == _WIDE[0]))
    told = _readings(whole.with_columns(_clock(whole[device_time])), names[:width])
    return part(told, kind="row", read=rows.height, first=first, faults=faults, faulty=lost, nothing=_LEFT)


def _mended(torn: pl.DataFrame, width: int) -> tuple[pl.DataFrame, list[int]]:
    """Rows that a decimal comma tore into more cells than there are columns, put together where that can be done in one
    way only; and the numbers of the others."""
    import polars as pl

    cells = [pl.col(name).fill_null("") for name in torn.columns if name != "record"]
    line = "," + pl.concat_str(cells, separator=",,").str.replace(r",*$", "") + ","
    joined = torn.select("record", line=line.str.replace_all(_HALVES, ",${1}.${2},"))
    once = (pl.col("line").str.count_matches(",,", literal=True) == width - 1) & ~pl.col("line").str.contains(_TORN)
    parts = pl.col("line").str.strip_prefix(",").str.strip_suffix(",").str.split_exact(",,", width - 1)
    whole = joined.filter(once).select("record", parts.struct.rename_fields([str(n) for n in range(width)]).alias("p"))
    empty = pl.DataFrame(schema={"record": pl.UInt32, **{str(place): pl.String for place in range(width)}})
    told = whole.unnest("p").with_columns(pl.exclude("record").replace("", None)) if whole.height else empty
    return told, joined.filter(~once)["record"].to_list()


def _clock(stamps: pl.Series) -> pl.DataFrame:
    """Device Time, `22-May-2015 07:00:25.730` in the phone's language, or as ISO has it: a wall clock."""
    import polars as pl

    english = stamps.str.to_datetime("%d-%b-%Y %H:%M:%S%.f", strict=False, time_unit="us")
    start = english if english.null_count() == stamps.null_count() else _other_clock(stamps, english)
    return pl.select(start=start, basis=pl.lit(int(Basis.LOCAL), pl.Int8))


def _other_clock(stamps: pl.Series, english: pl.Series) -> pl.Series:
    import polars as pl

    fraction = stamps.str.extract(_FRACTION, 1).str.pad_end(6, "0").cast(pl.Int64).fill_null(0)
    named = written(stamps.str.replace(_FRACTION, ""))["start"] + fraction.cast(pl.Duration("us"))
    return pl.select(pl.coalesce(english, from_iso(stamps)["start"], named)).to_series()


def _number(cells: pl.Series) -> pl.Series:
    """Numbers with either decimal mark; null where there is none."""
    import polars as pl

    if cells.str.contains(",", literal=True).any():
        cells = cells.str.replace(r"^(-?\d+),(\d+)$", "${1}.${2}")
    return cells.cast(pl.Float64, strict=False)


def _readings(rows: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """One row for each reading; of two columns that tell the same, the first."""
    import polars as pl

    found: dict[str, tuple[str, Quantity]] = {}
    for place, name in enumerate(names):
        if name.strip() and name.strip().lower() not in _WIDE:
            found.setdefault(quantity(name).signal, (str(place), quantity(name)))
    told = [_one(rows, place, kind.scale, kind.zero, hollow=kind.hollow, signal=kind.signal, unit=kind.unit)
            for place, kind in found.values()]  # fmt: skip
    return pl.concat(told) if told else _one(rows.clear(), "0", 1, 0)


def _one(
    rows: pl.DataFrame, place: str, scale: float, zero: float, *,
    hollow: bool = False, signal: str | None = None, unit: str | None = None,
) -> pl.DataFrame:  # fmt: skip
    """The rows of one reading; a `hollow` one is none where it is zero."""
    import numpy as np

    kept, number = rows[["record", "start", "basis"]], _number(rows[place])
    none = number.is_null().to_numpy() if number.null_count() else np.zeros(len(number), bool)
    if hollow:
        none |= number.to_numpy() == 0
    if none.any():
        there = np.flatnonzero(~none)
        kept, number = kept[there], number[there]
    many = len(number)
    return kept.hstack([repeated("source", "obd", many), (number * scale + zero).alias("value"),
                        repeated("signal", signal, many), repeated("unit", unit, many)])  # fmt: skip


def _long(member: Member, sheet: Sheet) -> Iterator[Part]:
    """Car Scanner's: seconds since the midnight before the day that the file's name tells."""
    day = _day(member)
    for block in blocks(member, sheet):
        yield part(
            _spread(block, sheet, day),
            kind="row",
            read=block.rows.height,
            first=block.first,
            faults=overlong(member.path, block),
            faulty=block.ragged,
            nothing=_LEFT,
        )


def _day(member: Member) -> datetime:
    found = _DAY.search(member.name)
    try:
        return datetime.fromisoformat(found[0]) if found else _no_day(member)
    except ValueError:
        return _no_day(member)


def _no_day(member: Member) -> datetime:
    raise BrokenExport(
        f"Nothing tells on which day {member.path} was recorded.",
        hint="Car Scanner tells it in the name of the file, such as 2024-03-01 07-12-09.csv: give it back its name.",
    )


def _spread(block: Block, sheet: Sheet, day: datetime) -> pl.DataFrame:
    import polars as pl

    seconds = _number(block.rows["0"])
    sound = pl.when(seconds.is_between(0, 10**7)).then(seconds * 1e6).round().cast(pl.Int64)
    rows = block.rows.with_row_index("record").with_columns(
        pl.col("3").fill_null(""),
        number=_number(block.rows["2"]),
        start=pl.lit(day).cast(pl.Datetime("us")) + pl.duration(microseconds=sound),
        basis=pl.lit(int(Basis.LOCAL), pl.Int8),
    )
    kinds = rows.select("1", "3").unique().drop_nulls("1")
    meant = [quantity(*pair) for pair in kinds.rows()]
    schema = {"signal": pl.String, "scale": pl.Float64, "zero": pl.Float64, "unit": pl.String, "hollow": pl.Boolean}
    known = kinds.hstack(pl.DataFrame(meant, schema=schema, orient="row"))
    some = rows.select("record", "start", "basis", "1", "3", "number").filter(pl.col("number").is_not_null())
    told = some.join(known, on=["1", "3"], how="inner", maintain_order="left")
    columns = ("record", "start", "basis", "source", "value", "signal", "unit")
    value = pl.col("number") * pl.col("scale") + pl.col("zero")
    read = told.with_columns(value=value, source=pl.lit("obd")).select(columns)
    return pl.concat([read, *(where.select(columns) for where in _places(rows, sheet))]).sort("record")


def _places(rows: pl.DataFrame, sheet: Sheet) -> Iterator[pl.DataFrame]:
    """Where the car was, once for each moment."""
    moments = rows.unique("0", keep="first", maintain_order=True)
    for place, name in enumerate(sheet.header):
        signal = {"latitude": "location.latitude", "longitude": "location.longitude",
                  "longtitude": "location.longitude"}.get(name.lower())  # fmt: skip
        if signal:
            yield _one(moments, str(place), 1.0, 0.0, hollow=True, signal=signal)


SOURCE = Obd()
