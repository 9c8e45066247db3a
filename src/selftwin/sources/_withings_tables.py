"""Withings' tables with one record a row: what each column of each table means, in the languages and years seen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from selftwin.sources._readings import Reading, read_off, words
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

_NONE = (0.0,)
# Every header in English, in German, of weighings in Dutch, and as the web wrote it until about 2015; a mass without
# its unit.
_MEANINGS = {
    "date": ("date", "datum"),
    "weight": ("weight", "gewicht"),
    "fat": ("fat mass", "fettmasse", "vetcellen"),
    "lean": ("fettfreier anteil",),
    "bone": ("bone mass", "knochenmasse", "botmassa"),
    "muscle": ("muscle mass", "muskelmasse", "spiermassa"),
    "water": ("hydration", "wasseranteil", "hydratatie"),
    "comment": ("comments", "kommentare", "kommentar", "opmerkingen"),
    "pulse": ("heart rate", "herzfrequenz"),
    "systolic": ("systolic", "systole"),
    "diastolic": ("diastolic", "diastole"),
    "height": ("height (m)", "grösse (m)"),
    "temperature": ("value (°c)",),
    "value": ("value",),
    "from": ("from", "von"),
    "to": ("to", "bis"),
    "light": ("light (s)", "leicht (s)"),
    "deep": ("deep (s)", "tief (s)"),
    "rem": ("rem (s)",),
    "awake": ("awake (s)", "wach (s)"),
    "wakings": ("wake up", "aufwachen"),
    "latency": ("duration to sleep (s)",),
    "lingering": ("duration to wake up (s)",),
    "snoring": ("snoring (s)",),
    "hr_average": ("average heart rate",),
    "hr_min": ("heart rate (min)",),
    "notes": ("notes",),
    "manual": ("from (manual)",),
    "zone": ("timezone",),
    "activity": ("activity type",),
    "data": ("data",),
    "type": ("type",),
    "unit": ("unit",),
    "position": ("position",),
}
_PLAIN = {name: meaning for meaning, names in _MEANINGS.items() for name in names}
_MASS = re.compile(r"^(.+) \((kg|lb)\)$")
_IN_DATA = ("calories", "steps", "distance", "hr_average", "hr_min", "hr_max")
_NUMBER = r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*[,}]"
_SHARES = {  # whole per cents of the weight; other.csv says no unit
    "FAT_PERCENT": Reading("value", "body_fat", "%"),
    "MUSCLE_PERCENT": Reading("value", "muscle_share", "%"),
    "BONE_PERCENT": Reading("value", "other.bone_share", "%"),
    "WATER_PERCENT": Reading("value", "body_water", "%"),
    "Basal Metabolic Rate (BMR)": Reading("value", "metabolic_rate.basal", "kcal/d"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A table: its name for the account, what a row without readings is, and how its rows are read, if at all.

    `reading` is that of a table of one value, `names` are the columns by meaning, `mass` the unit of masses.
    """

    name: str
    read: Callable[[pl.DataFrame, Kind], Iterator[pl.DataFrame]]
    nothing: str = "a row without a reading"
    marks: frozenset[str] = frozenset()
    reading: Reading | None = None
    names: tuple[str, ...] = field(default=(), repr=False)
    mass: str = "kg"


def _at(records: pl.DataFrame, column: str = "date") -> pl.DataFrame:
    """On the wall clock of whoever was measured; a day is a date."""
    return records.hstack(from_iso(records[column]))


def _span(records: pl.DataFrame) -> pl.DataFrame:
    """From and to, with the offset of the place, and how long that was."""
    import polars as pl

    begun = from_iso(records["from"], zoned=Basis.PLACED)
    ended = from_iso(records["to"], zoned=Basis.PLACED)
    lasted = (ended["start"] - begun["start"]).dt.total_seconds()
    return records.with_columns(begun.get_columns()).with_columns(
        stop=ended["start"], lasted=pl.Series(lasted).cast(pl.String)
    )


def _weighings(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    at, unit = _at(records), "[lb_av]" if kind.mass == "lb" else "kg"
    signals = {"weight": "weight", "fat": "fat_mass", "lean": "lean_mass", "bone": "bone_mass",
               "muscle": "muscle_mass", "water": "body_water_mass"}  # fmt: skip
    yield read_off(at, [Reading(name, signal, unit, _NONE) for name, signal in signals.items()])
    yield words(at, "comment", "note")


def _pressures(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    del kind
    at = _at(records)
    yield read_off(at, (
        Reading("systolic", "blood_pressure.systolic", "mm[Hg]", _NONE),
        Reading("diastolic", "blood_pressure.diastolic", "mm[Hg]", _NONE),
        Reading("pulse", "heart_rate", "/min", _NONE),
    ))  # fmt: skip
    yield words(at, "comment", "note")


def _single(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    if kind.reading is not None:
        yield read_off(_at(records), (kind.reading,))


def _others(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    """Shares of the weight and the metabolism at rest, `1,648` with its comma."""
    import polars as pl

    del kind
    at = _at(records).with_columns(pl.col("value").str.replace_all(r"(\d),(\d{3})\b", "${1}${2}"))
    for name, reading in _SHARES.items():
        yield read_off(at.filter(pl.col("type") == name), (reading,))


def _nights(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    """A night is known by its beginning. Zero is what a device writes that cannot tell."""
    import polars as pl

    del kind
    stages = [pl.col(name).cast(pl.Float64, strict=False) for name in ("light", "deep", "rem")]
    slept = stages[0] + stages[1] + stages[2].fill_null(0.0)
    nights = _span(records).with_columns(native=pl.col("from"), slept=slept.cast(pl.String))
    yield read_off(nights, (
        Reading("slept", "sleep.duration", "s", _NONE),
        Reading("lasted", "sleep.in_bed", "s"),
        Reading("light", "sleep.light", "s", _NONE),
        Reading("deep", "sleep.deep", "s", _NONE),
        Reading("rem", "sleep.rem", "s", _NONE),
        Reading("awake", "sleep.awake", "s"),
        Reading("wakings", "sleep.awakenings", "{count}"),
        Reading("latency", "sleep.latency", "s"),
        Reading("lingering", "sleep.after_wakeup", "s"),
        Reading("snoring", "snoring", "s", _NONE),
        Reading("hr_average", "heart_rate.sleep", "/min", _NONE),
        Reading("hr_min", "heart_rate.min", "/min", _NONE),
    ))  # fmt: skip
    yield words(nights, "notes", "note")


def _activities(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    """What was done, how long, and what the watch counted; `Multi Sport` is the empty frame around it."""
    import polars as pl

    del kind
    done = records.filter((pl.col("activity") != "Multi Sport") | pl.col("data").str.contains(r"\w"))
    counted = [pl.col("data").str.extract(rf'"{name}"\s*:\s*{_NUMBER}', 1).alias(name) for name in _IN_DATA]
    native = pl.concat_str("from", "activity", separator="/")
    spans = _span(done.with_columns(counted)).with_columns(native=native)
    yield words(spans, "activity", "workout")
    yield read_off(spans, (
        Reading("lasted", "workout.duration", "s"),
        Reading("calories", "workout.energy", "kcal", _NONE),
        Reading("steps", "workout.steps", "{steps}", _NONE),
        Reading("distance", "workout.distance", "m", _NONE),
        Reading("hr_average", "workout.heart_rate", "/min", _NONE),
        Reading("hr_max", "workout.heart_rate_max", "/min", _NONE),
        Reading("hr_min", "workout.heart_rate_min", "/min", _NONE),
    ))  # fmt: skip


def _left(records: pl.DataFrame, kind: Kind) -> Iterator[pl.DataFrame]:
    del kind
    yield records.select("record", "source").clear()


def _marked(name: str, read: Callable[[pl.DataFrame, Kind], Iterator[pl.DataFrame]], marks: str, nothing: str) -> Kind:
    return Kind(name, read, nothing, frozenset(marks.split()))


_TABLES = (
    _marked("weighing", _weighings, "date weight fat", "a row without a reading"),
    _marked("blood pressure", _pressures, "date pulse systolic diastolic comment", "a row without a reading"),
    _marked("night", _nights, "from to light deep rem awake wakings", "a night without a reading"),
    _marked("activity", _activities, "from to manual zone activity data", "the empty frame around an activity"),
    _marked("other measure", _others, "type date value unit position",
            "lean masses without a unit, and verdicts on heart, nerves and vessels"),
    Kind("height", _single, marks=frozenset({"date", "height", "comment"}), reading=Reading("height", "height", "m")),
)  # fmt: skip


def _day(signal: str, unit: str) -> Kind:
    return Kind("day", _single, reading=Reading("value", signal, unit, device="daily"))


def _measure(reading: Reading) -> Kind:
    return Kind("measure", _single, reading=reading)


_NAMED = {
    "aggregates_steps.csv": _day("steps", "{steps}"),
    "aggregates_distance.csv": _day("distance", "m"),
    "aggregates_calories_earned.csv": _day("energy.active", "kcal"),
    "aggregates_calories_passive.csv": _day("energy.basal", "kcal"),
    "aggregates_elevation.csv": Kind("day", _left, "floors or metres, which nothing tells"),
    "aggregates_manual_spo2.csv": Kind("day", _left, "a sum of percentages"),
    "manual_spo2.csv": _measure(Reading("value", "oxygen_saturation", "%", _NONE)),
    "body_temperature.csv": _measure(Reading("temperature", "body_temperature", "Cel", _NONE)),
    "pwv.csv": _measure(Reading("value", "other.pulse_wave_velocity", "m/s", _NONE)),
}


def known(name: str, header: tuple[str, ...]) -> Kind | None:
    """What table it is, with its columns by their meaning; `name` counts where the header says too little."""
    cells = [cell.casefold() for cell in header]
    masses = [_MASS.match(cell) for cell in cells]
    names = tuple(_PLAIN.get(mass[1] if mass else cell, "") for cell, mass in zip(cells, masses, strict=True))
    units = {mass[2] for mass in masses if mass}
    if len(units) > 1:
        return None
    kind = next((one for one in _TABLES if one.marks <= set(names)), None)
    if kind is None and names in {("date", "value"), ("date", "temperature")}:
        kind = _NAMED.get(name)
    if kind is None or (kind.reading is not None and kind.reading.field not in names):
        return None
    if kind.name == "weighing" and not units:
        return None
    return replace(kind, names=names, mass=next(iter(units), "kg"))


def rows(block: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """A block's readings, by the number of their record."""
    import polars as pl

    first = {str(place): name for place, name in enumerate(kind.names) if name and name not in kind.names[:place]}
    records = block.select(pl.col(place).alias(name) for place, name in first.items()).with_row_index("record")
    read = kind.read(records.with_columns(source=pl.lit("withings")), kind)
    return pl.concat(list(read), how="diagonal_relaxed")
