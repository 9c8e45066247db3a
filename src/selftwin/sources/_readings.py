"""From records with many fields to rows: which field is a reading of which signal, in what unit, and when it is none.

What a source's record holds besides (its stamps, its id, its device) stays with the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import unreadable
from selftwin.sources.reader.contract import Part, observations
from selftwin.sources.reader.sieve import distinct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.vocabulary.account import Fault
    from selftwin.vocabulary.units import Conversion

_NONE = ("", "null", "NaN", "nan", "None")
KEPT = ("record", "native", "source", "start", "stop", "offset", "basis")


@dataclass(frozen=True, slots=True)
class Reading:
    """A field that becomes a signal: where it stands, the unit it is written in, and the values that mean "none"."""

    field: str
    signal: str
    unit: str
    absent: tuple[float, ...] = ()
    device: str = ""


def read_off(records: pl.DataFrame, readings: Sequence[Reading]) -> pl.DataFrame:
    """One row for every reading that is there. `records` holds record, source, start, basis and, as needed, stop,
    offset, native, and the readings' fields as text; what is no number becomes NaN, and so a fault."""
    import polars as pl

    there = [reading for reading in readings if reading.field in records.columns]
    kept = records[[name for name in KEPT if name in records.columns]]
    if not there:
        return kept.clear().with_columns(signal=pl.lit(None, pl.String), value=pl.lit(None, pl.Float64))
    numbers = _numbers(records, list(dict.fromkeys(reading.field for reading in there)))
    return pl.concat([_one(kept, numbers[reading.field], reading) for reading in there])


def _one(kept: pl.DataFrame, numbers: pl.Series, reading: Reading) -> pl.DataFrame:
    """The rows of one reading, put together column by column: a query for each would cost more than small files do."""
    import numpy as np
    import polars as pl

    way, unit = _conversion(reading)
    none = numbers.is_null().to_numpy() if numbers.null_count() else np.zeros(len(numbers), bool)
    if reading.absent:
        none |= np.isin(numbers.to_numpy(), reading.absent)
    if none.any():
        there = np.flatnonzero(~none)
        kept, numbers = kept[there], numbers[there]
    if reading.device and "source" in kept.columns:
        kept = kept.with_columns(pl.col("source") + f":{reading.device}")
    values = numbers if way is None else way(numbers)
    many = len(numbers)
    return kept.hstack([repeated("signal", reading.signal, many), values.alias("value"), repeated("unit", unit, many)])


def repeated(name: str, word: str | None, many: int) -> pl.Series:
    """A column that holds one word, or nothing, throughout."""
    import polars as pl

    return pl.Series(name, [word], pl.String).new_from_index(0, many)


def _numbers(records: pl.DataFrame, fields: Sequence[str]) -> dict[str, pl.Series]:
    """Each field as numbers: null where there is nothing, NaN where it is in words."""
    import numpy as np
    import polars as pl

    plain = records.select(pl.col(fields).cast(pl.Float64, strict=False))
    worded = [
        name for name in fields
        if np.count_nonzero(np.isnan(plain[name].to_numpy())) > records[name].null_count()
    ]  # fmt: skip
    if worded:
        text = pl.col(worded).cast(pl.String).str.strip_chars()
        number = text.cast(pl.Float64, strict=False).fill_null(float("nan"))
        plain = plain.with_columns(records.select(pl.when(text.is_not_null() & ~text.is_in(_NONE)).then(number)))
    return {name: plain[name] for name in fields}


def _conversion(reading: Reading) -> tuple[Conversion | None, str | None]:
    """The way into the signal's unit, and, for a quantity nobody has catalogued, the unit to keep beside it."""
    from selftwin.vocabulary.catalogue import signal
    from selftwin.vocabulary.units import into

    if reading.signal.startswith("other."):
        return None, reading.unit
    known = signal(reading.signal)
    return (None if known.unit == reading.unit else into(known, reading.unit)), None


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
    passed = read - distinct(sound["record"].to_numpy()) - len(faulty)
    said = (*notes, f"{kind}: {nothing}") if passed and nothing else tuple(notes)
    return Part(
        observations(sound), read, passed, tuple(faults), {kind: read}, notes=tuple(said), first_record=first
    )


def part_of(
    path: str, block: Objects, rows: pl.DataFrame, *, kind: str, notes: Sequence[str] = (), nothing: str = ""
) -> Part:
    """The part of a block of JSON: its records, what of them cannot be read, and the rows of the others."""
    return part(rows, kind=kind, read=block.count, first=block.first, faults=unreadable(path, block),
                faulty=block.bad, notes=notes, nothing=nothing)  # fmt: skip


def words(records: pl.DataFrame, field: str, signal: str, meaning: Mapping[str, str] | None = None) -> pl.DataFrame:
    """One row for every field that holds words: the name of a workout, a stage (in lower case, by its meaning)."""
    import polars as pl

    kept = [name for name in KEPT if name in records]
    if field not in records.columns:
        return records.select(kept).clear()
    text = pl.col(field).str.to_lowercase().replace(dict(meaning)) if meaning else pl.col(field)
    return records.filter(pl.col(field).is_not_null()).select(
        *kept, signal=pl.lit(signal), text=text, value=pl.lit(None, pl.Float64)
    )
