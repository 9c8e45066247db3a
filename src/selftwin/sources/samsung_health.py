"""Samsung Health: the tables of "Download personal data" (the app's settings), a folder of `com.samsung.….csv`.

Each begins with a line that names the table, before the header; columns carry the table's name before theirs, or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._table_text import Block, Sheet, blocks, sheets
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: what its records are, and which columns are readings or words."""

    kind: str
    readings: tuple[Reading, ...]
    named: str = ""  # the column that holds a number with a name
    signal: str = ""


_HEART = _Table("heart rate", (Reading("heart_rate", "heart_rate", "/min", (0.0,)),))
_STEPS = _Table(
    "step count",
    (
        Reading("count", "steps", "{steps}"),
        Reading("distance", "distance", "m"),
        Reading("calorie", "energy.active", "kcal"),
    ),
)
_EXERCISE = _Table(
    "exercise",
    (
        Reading("duration", "workout.duration", "ms"),
        Reading("distance", "workout.distance", "m", (0.0,)),
        Reading("calorie", "workout.energy", "kcal", (0.0,)),
        Reading("mean_heart_rate", "workout.heart_rate", "/min", (0.0,)),
        Reading("max_heart_rate", "workout.heart_rate_max", "/min", (0.0,)),
    ),
    "exercise_type",
    "workout",
)
_BODY = _Table(
    "weight",
    (
        Reading("weight", "weight", "kg", (0.0,)),
        Reading("height", "height", "cm", (0.0,)),
        Reading("body_fat", "body_fat", "%", (0.0,)),
        Reading("body_fat_mass", "fat_mass", "kg", (0.0,)),
        Reading("fat_free_mass", "lean_mass", "kg", (0.0,)),
        Reading("skeletal_muscle_mass", "other.skeletal_muscle_mass", "kg", (0.0,)),
        Reading("basal_metabolic_rate", "metabolic_rate.basal", "kcal/d", (0.0,)),
    ),
)
_PRESSURE = _Table(
    "blood pressure",
    (
        Reading("systolic", "blood_pressure.systolic", "mm[Hg]"),
        Reading("diastolic", "blood_pressure.diastolic", "mm[Hg]"),
        Reading("pulse", "heart_rate", "/min", (0.0,)),
    ),
)
_OXYGEN = _Table("blood oxygen", (Reading("spo2", "oxygen_saturation", "%", (0.0,)),))
_TABLES = {
    "com.samsung.shealth.tracker.heart_rate": _HEART,
    "com.samsung.health.heart_rate": _HEART,
    "com.samsung.shealth.tracker.pedometer_step_count": _STEPS,
    "com.samsung.health.step_count": _STEPS,
    "com.samsung.health.floors_climbed": _Table("floors", (Reading("floor", "floors", "{floors}"),)),
    "com.samsung.health.weight": _BODY,
    "com.samsung.shealth.blood_pressure": _PRESSURE,
    "com.samsung.health.blood_pressure": _PRESSURE,
    "com.samsung.shealth.tracker.oxygen_saturation": _OXYGEN,
    "com.samsung.health.oxygen_saturation": _OXYGEN,
    "com.samsung.health.water_intake": _Table("water", (Reading("amount", "water", "mL", (0.0,)),)),
    "com.samsung.health.sleep_stage": _Table("sleep stage", (), "stage", "sleep.stage"),
    "com.samsung.shealth.sleep_stage": _Table("sleep stage", (), "stage", "sleep.stage"),
    "com.samsung.shealth.exercise": _EXERCISE,
    "com.samsung.health.exercise": _EXERCISE,
    "com.samsung.shealth.stress": _Table("stress", (Reading("score", "other.samsung_stress", "{score}"),)),
}
_NAMES = {
    "40001": "awake", "40002": "light", "40003": "deep", "40004": "rem",
    "1001": "walking", "1002": "running", "9002": "yoga", "10007": "circuit_training", "11007": "cycling",
    "13001": "hiking", "14001": "swimming", "15001": "step_machine", "15002": "weight_machine",
    "15003": "exercise_bike", "15004": "rowing_machine", "15005": "treadmill", "15006": "elliptical_trainer",
}  # fmt: skip
_TIMES = ("start_time", "end_time", "time_offset", "datauuid", "deviceuuid")
_DEVICE = r"[^A-Za-z0-9]"  # what the name of a device is told without


@dataclass(frozen=True, slots=True)
class SamsungHealth:
    """Samsung Health's tables. Stamps are in UTC, with the offset of the place beside them."""

    name: str = "samsung_health"
    title: str = "Samsung Health"
    reads: str = "Heart, pressure, oxygen, steps, floors, sleep stages, body, water, stress and workouts."
    version: int = 2
    rank: int = 0
    how_to_export: str = "In Samsung Health: Settings, Download personal data; zip the folder, or give its CSV files."

    def recognises(self, member: Member) -> bool:
        """By the name of the table in the first line."""
        return _found(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's parts; a record without a readable stamp is a fault."""
        del subject
        if (found := _found(member)) is None:
            raise BrokenExport(f"{member.path} is none of Samsung Health's tables that are read.")
        sheet, table = found
        for block in blocks(member, sheet):
            yield _part(member, block, sheet, table)


def _found(member: Member) -> tuple[Sheet, _Table] | None:
    if not member.head(64).lstrip(b"\xef\xbb\xbf").startswith(b"com.samsung."):
        return None
    sheet = next((one for one in sheets(member) if len(one.before) == 1 and one.delimiter == ","), None)
    table = _TABLES.get(sheet.before[0].lstrip("\ufeff").split(",")[0].strip()) if sheet else None
    return (sheet, table) if sheet and table and "start_time" in _own(sheet) else None


def _own(sheet: Sheet) -> list[str]:
    """The columns' names without the table's before them."""
    return [name.rpartition(".")[2] for name in sheet.header]


def _part(member: Member, block: Block, sheet: Sheet, table: _Table) -> Part:
    import polars as pl

    names = _own(sheet)
    wanted = (*_TIMES, table.named, *(reading.field for reading in table.readings))
    cells = block.rows.select(
        (pl.col(str(names.index(name))) if name in names else pl.lit(None, pl.String)).alias(name)
        for name in dict.fromkeys(wanted)
        if name
    ).with_row_index("record")
    many = overlong(member.path, block)
    timed = _timed(cells)
    rows = [read_off(timed, table.readings)]
    if table.named:
        said = timed.with_columns(pl.col(table.named).cast(pl.String).replace(_NAMES))
        rows.append(words(said, table.named, table.signal))
    return part(
        pl.concat(rows, how="diagonal_relaxed"),
        kind=table.kind,
        read=block.rows.height,
        first=block.first,
        faults=many,
        faulty=block.ragged,
        nothing="a record without a reading",
    )


def _timed(cells: pl.DataFrame) -> pl.DataFrame:
    """With start, stop, offset and basis: PLACED where the offset (`UTC+0200`) is told, else an instant.

    Phone and watch count the same steps, each in rows of its own: the device belongs to the source.
    """
    import polars as pl

    zone = cells["time_offset"].str.extract_groups(r"^(?:UTC)?([+-])(\d{2}):?(\d{2})$").struct.unnest()
    size = zone["2"].cast(pl.Int16) * 60 + zone["3"].cast(pl.Int16)
    offset = pl.select(pl.when(zone["1"] == "-").then(-size).otherwise(size)).to_series()
    begun, ended = (from_iso(cells[name])["start"] for name in ("start_time", "end_time"))
    placed = pl.when(pl.col("offset").is_null()).then(int(Basis.INSTANT)).otherwise(int(Basis.PLACED))
    device = ":" + pl.col("deviceuuid").str.replace_all(_DEVICE, "").str.slice(0, 40)
    return cells.with_columns(
        begun.alias("start"), ended.alias("stop"), offset.alias("offset"), pl.col("datauuid").alias("native")
    ).with_columns(basis=placed.cast(pl.Int8), source="samsung_health" + device.fill_null(""))


SOURCE = SamsungHealth()
