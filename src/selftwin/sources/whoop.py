"""WHOOP: the app's data export (More, App Settings, Data Export), a zip with four tables that arrives by mail.

`physiological_cycles.csv`, `sleeps.csv`, `workouts.csv` and `journal_entries.csv`, in the language of the account.
"""

from __future__ import annotations

import csv
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import KEPT, Reading, part, read_off, words
from selftwin.sources._table_text import Block, Sheet, blocks, sheets
from selftwin.sources._whoop_columns import Kind, by_place, meanings
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

    Found = tuple[Sheet, Kind, tuple[str, ...]]

_ZONED = r"^\s*(?:UTC|GMT)?\s*(?<sign>[+-])(?<hours>\d{1,2}):?(?<minutes>\d{2})?\s*$"
_UTC = r"^\s*(?:(?:UTC|GMT)Z?|Z)\s*$"
_YES = ("true", "yes", "1", "sí", "si", "ja", "oui", "sim", "vero")
_ALCOHOL = r"(?i)alco?ho?ol|alkohol|alcool|álcool"
_MOST_WORDS = 80

_RECOVERY = (
    Reading("recovery", "recovery.score", "%"),
    Reading("resting", "heart_rate.resting", "/min", (0.0,)),
    Reading("hrv", "heart_rate_variability.rmssd", "ms", (0.0,)),
    Reading("skin", "skin_temperature.sleep", "Cel", (0.0,)),
    Reading("oxygen", "oxygen_saturation.sleep", "%", (0.0,)),
)
_DAY = (
    Reading("strain", "strain.day", "{score}"),
    Reading("energy", "energy.burned", "kcal", (0.0,)),
    Reading("max_hr", "heart_rate.max", "/min", (0.0,)),
    Reading("average_hr", "heart_rate", "/min", (0.0,)),
)
_NIGHT = (
    Reading("asleep", "sleep.duration", "min"),
    Reading("in_bed", "sleep.in_bed", "min"),
    Reading("light", "sleep.light", "min"),
    Reading("deep", "sleep.deep", "min"),
    Reading("rem", "sleep.rem", "min"),
    Reading("awake", "sleep.awake", "min"),
    Reading("need", "sleep.need", "min"),
    Reading("debt", "sleep.debt", "min"),
    Reading("efficiency", "sleep.efficiency", "%"),
    Reading("performance", "sleep.performance", "%"),
    Reading("consistency", "sleep.consistency", "%"),
)
_BREATHING = (Reading("respiratory", "respiratory_rate.sleep", "/min", (0.0,)),)
_NAP = (Reading("asleep", "sleep.nap", "min"),)
_WORKOUT = (
    Reading("duration", "workout.duration", "min"),
    Reading("workout_strain", "workout.strain", "{score}"),
    Reading("energy", "workout.energy", "kcal"),
    Reading("max_hr", "workout.heart_rate_max", "/min", (0.0,)),
    Reading("average_hr", "workout.heart_rate", "/min", (0.0,)),
    *(Reading(f"zone_{zone}", f"workout.zone_{zone}", "%") for zone in range(1, 6)),
    Reading("distance", "workout.distance", "m"),
    Reading("gain", "workout.elevation", "m"),
)


@dataclass(frozen=True, slots=True)
class Whoop:
    """WHOOP's four tables. Their stamps are wall clocks, with the offset of the place beside them."""

    name: str = "whoop"
    title: str = "WHOOP"
    reads: str = "Recovery, strain, sleep, workouts and journal."
    version: int = 1
    rank: int = 0
    how_to_export: str = "In the WHOOP app: More, App Settings, Data Export; the zip comes by mail."

    def recognises(self, member: Member) -> bool:
        """By the headers of one of the four tables, in any language."""
        return _found(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A WHOOP export is of one account."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's parts; a record without a readable stamp is a fault."""
        del subject
        found = _found(member)
        if found is None:
            raise BrokenExport(f"{member.path} is none of WHOOP's tables.")
        for block in blocks(member, found[0]):
            yield _part(member, block, found)


def _found(member: Member) -> Found | None:
    if not member.name.endswith((".csv", ".txt")):
        return None
    sheet = next((one for one in sheets(member) if one.delimiter in {",", ";"} and not one.before), None)
    if sheet is None:
        return None
    seen = meanings(sheet.header) or by_place(sheet.header, _first_row(member, sheet))
    return (sheet, *seen) if seen else None


def _first_row(member: Member, sheet: Sheet) -> tuple[str, ...]:
    lines = member.head().decode(sheet.encoding, "replace").splitlines()[1:2]
    try:
        return tuple(next(csv.reader(lines, delimiter=sheet.delimiter), ()))
    except csv.Error:
        return ()


def _part(member: Member, block: Block, found: Found) -> Part:
    import polars as pl

    _, kind, columns = found
    names = {str(place): name for place, name in enumerate(columns) if name and name not in columns[:place]}
    records = block.rows.select(pl.col(place).alias(name) for place, name in names.items()).with_row_index("record")
    missing = [pl.lit(None, pl.String).alias(name) for name in kind.order if name not in records.columns]
    records = records.with_columns(*missing, source=pl.lit("whoop"))
    rows = pl.concat(list(_READ[kind.name](records)), how="diagonal_relaxed")
    return part(
        rows,
        kind=kind.name,
        read=block.rows.height,
        first=block.first,
        faults=overlong(member.path, block),
        faulty=block.ragged,
        nothing="a record without a reading",
    )


def _timed(records: pl.DataFrame, start: pl.Expr, stop: str, native: pl.Expr | None = None) -> pl.DataFrame:
    """With native, start, stop, offset and basis: PLACED where the zone is told, else LOCAL."""
    import polars as pl

    records = records.with_columns(_from=start)
    begun, ended = (from_iso(records[name])["start"] for name in ("_from", stop))
    records = records.with_columns(begun.alias("_begun"), ended.alias("_ended"), _offset(records["zone"]))
    shift = pl.duration(minutes=pl.col("offset").fill_null(0))
    placed = pl.when(pl.col("offset").is_null()).then(int(Basis.LOCAL)).otherwise(int(Basis.PLACED))
    return records.with_columns(
        native=pl.col("_from") if native is None else native,
        start=pl.col("_begun") - shift,
        stop=pl.col("_ended") - shift,
        basis=placed.cast(pl.Int8),
    )


def _offset(zones: pl.Series) -> pl.Series:
    """Minutes east of UTC of `UTC+05:30`, `UTC-0500`, `-05:00`, `UTCZ`; null where no zone is told."""
    import polars as pl

    parts = zones.cast(pl.String).str.extract_groups(_ZONED).struct.unnest().with_columns(zone=zones.cast(pl.String))
    size = pl.col("hours").cast(pl.Int16) * 60 + pl.col("minutes").cast(pl.Int16).fill_null(0)
    signed = pl.when(pl.col("sign") == "-").then(-size).otherwise(size)
    return parts.select(
        offset=pl.when(pl.col("zone").str.contains(_UTC)).then(pl.lit(0, pl.Int16)).otherwise(signed)
    ).to_series()


def _cycles(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A cycle begins in the evening: recovery is dated by its waking, and strain by the day that follows it."""
    import polars as pl

    day = _timed(records, pl.coalesce("wake", "start"), "end", pl.col("start"))
    yield read_off(day.drop("stop"), _RECOVERY)
    yield read_off(day, _DAY)
    yield from _nights(records.filter(pl.col("onset").is_not_null()))


def _sleeps(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    import polars as pl

    nap = pl.col("nap").str.to_lowercase().is_in(_YES).fill_null(False)
    yield from _nights(records.filter(~nap))
    yield read_off(_timed(records.filter(nap), pl.col("onset"), "wake"), _NAP)


def _nights(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A night, alike from both tables that hold it, so that it is the same night."""
    import polars as pl

    yield read_off(_timed(records, pl.col("onset"), "wake"), _NIGHT)
    yield read_off(_timed(records, pl.col("wake"), "wake", pl.col("onset")).drop("stop"), _BREATHING)


def _workouts(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    import polars as pl

    timed = _timed(records, pl.col("workout_start"), "workout_end")
    yield read_off(timed, _WORKOUT)
    yield words(timed, "activity", "workout")


def _journal(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Each answer as yes or no, as a number of its own question, and its note; alcohol also as alcohol."""
    import polars as pl

    asked = records.filter(pl.col("question").is_not_null() & pl.col("answered").is_not_null())
    yes = pl.col("answered").str.to_lowercase().is_in(_YES)
    native = pl.concat_str([pl.col("start"), pl.col("question")], separator="/")
    timed = _timed(asked, pl.col("start"), "end", native).with_columns(
        stop=pl.lit(None, pl.Datetime("us")),
        said=pl.when(yes).then(pl.lit("yes")).otherwise(pl.lit("no")),
        number=yes.cast(pl.Float64),
    )
    kept = [name for name in KEPT if name in timed]
    signals = {question: slug(question) for question in timed["question"].unique().to_list()}
    series = pl.col("question").replace_strict(signals, return_dtype=pl.String)
    yield words(timed, "said", "journal.answer")
    yield timed.select(*kept, signal=series, value="number", unit=pl.lit("1"))
    drunk = timed.filter(pl.col("question").str.contains(_ALCOHOL))
    yield drunk.select(*kept, signal=pl.lit("alcohol.any"), value="number")
    yield words(timed, "notes", "note")


def slug(question: str) -> str:
    """The signal of a journal question: `other.journal_` and its words, or a number where it has no Latin letter.

    >>> slug("Have any alcoholic drinks?")
    'other.journal_have_any_alcoholic_drinks'
    """
    plain = re.sub(r"[^a-z0-9]+", "_", question.lower()).strip("_")[:_MOST_WORDS].strip("_")
    return f"other.journal_{plain or zlib.crc32(question.encode())}"


_READ = {"cycle": _cycles, "sleep": _sleeps, "workout": _workouts, "journal": _journal}
SOURCE = Whoop()
