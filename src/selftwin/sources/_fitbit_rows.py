"""How Fitbit's records become rows: stamps by the clock their family keeps, readings into the unit of their signal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from selftwin.vocabulary.account import Fault

SOURCE_NAME = "fitbit"
_MONTH_FIRST = r"^\s*(\d{1,2})/(\d{1,2})/(?:20)?(\d{2})\b"


class Clock(StrEnum):
    """What a family's stamps mean. Fitbit writes it nowhere: docs/sources/fitbit.md says how each was found out."""

    UTC = "utc"
    LOCAL = "local"
    DAY = "day"
    WRITTEN = "written"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Reading:
    """A field that becomes a signal: where it stands, the unit it is written in, and the values that mean "none"."""

    field: str
    signal: str
    unit: str
    absent: tuple[float, ...] = ()
    device: str = ""


def clocked(stamps: pl.Series, clock: Clock) -> pl.DataFrame:
    """Columns start, offset and basis of stamps such as `11/01/19 00:00:03` or `2019-11-01T00:00:03.000Z`."""
    import polars as pl

    if clock is Clock.EPOCH:
        return from_epoch(stamps, unit="s")
    written = stamps.cast(pl.String).str.replace(_MONTH_FIRST, "20${3}-${1}-${2}")
    found = from_iso(written)
    if clock is Clock.WRITTEN:
        return found
    start = pl.col("start").dt.truncate("1d") if clock is Clock.DAY else pl.col("start")
    basis = {Clock.UTC: Basis.INSTANT, Clock.LOCAL: Basis.LOCAL, Clock.DAY: Basis.DATE}[clock]
    return found.select(start, offset=pl.lit(None, pl.Int16), basis=pl.lit(int(basis), pl.Int8))


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


def read_off(records: pl.DataFrame, readings: Sequence[Reading]) -> pl.DataFrame:
    """One row for every reading that is there. `records` holds record, start, basis and, as needed, stop, offset,
    native, source and the readings' fields as text; what is no number becomes NaN, and so a fault."""
    import polars as pl

    kept = [name for name in ("record", "native", "source", "start", "stop", "offset", "basis") if name in records]
    found = [_one(records, kept, reading) for reading in readings if reading.field in records.columns]
    if not found:
        empty = records.select(*kept).clear()
        return empty.with_columns(signal=pl.lit(None, pl.String), value=pl.lit(None, pl.Float64))
    return pl.concat(found)


def _one(records: pl.DataFrame, kept: list[str], reading: Reading) -> pl.DataFrame:
    import polars as pl

    scale, offset, unit = _conversion(reading)
    text = pl.col(reading.field).cast(pl.String).str.strip_chars()
    there = text.is_not_null() & ~text.is_in(["", "null", "NaN", "nan", "None"])
    number = text.cast(pl.Float64, strict=False).fill_null(float("nan"))
    some = records.filter(there).with_columns(_number=number)
    if reading.absent:
        some = some.filter(~pl.col("_number").is_in(list(reading.absent)))
    source = pl.col("source") if "source" in kept else pl.lit(SOURCE_NAME)
    source = source + (f":{reading.device}" if reading.device else "")
    return some.with_columns(
        signal=pl.lit(reading.signal),
        value=pl.col("_number") * scale + offset,
        unit=pl.lit(unit, pl.String),
        source=source,
    ).select(*dict.fromkeys([*kept, "source"]), "signal", "value", "unit")


def _conversion(reading: Reading) -> tuple[float, float, str | None]:
    """Scale, offset and, for a quantity nobody has catalogued, the unit to keep beside it."""
    from selftwin.vocabulary.catalogue import signal
    from selftwin.vocabulary.units import into

    if reading.signal.startswith("other."):
        return 1.0, 0.0, reading.unit
    known = signal(reading.signal)
    if known.unit == reading.unit:
        return 1.0, 0.0, None
    way = into(known, reading.unit)
    return way.scale, way.offset, None


def part(
    rows: pl.DataFrame,
    *,
    kind: str,
    read: int,
    first: int = 0,
    faults: Sequence[Fault] = (),
    faulty: Sequence[int] = (),
    notes: Sequence[str] = (),
    nothing: str = "",
) -> Part:
    """A part whose records without rows and without faults are passed over; `nothing` is the note that says why."""
    import polars as pl

    sound = rows.filter(~pl.col("record").is_in(list(faulty))) if faulty else rows
    passed = read - sound["record"].n_unique() - len(faulty)
    said = (*notes, f"{kind}: {nothing}") if passed and nothing else tuple(notes)
    return Part(
        observations(sound), read, passed, tuple(faults), {kind: read}, notes=tuple(said), first_record=first
    )
