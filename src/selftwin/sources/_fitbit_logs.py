"""Fitbit's logs, one object each: exercises, weights, food and water, by a table of what stands where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._fitbit_json import logs
from selftwin.sources._fitbit_stamps import SOURCE_NAME, Clock, clocked
from selftwin.sources._readings import Reading, part, read_off, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from selftwin.sources._fitbit_json import Records
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

    Made = Callable[[pl.DataFrame], tuple[pl.DataFrame, str]]
_LOGS = 20_000


@dataclass(frozen=True, slots=True)
class Log:
    """One family of logs: the fields that make its stamp, what it reads, and how its fields are made ready."""

    when: tuple[str, ...]
    readings: tuple[Reading, ...]
    clock: Clock = Clock.LOCAL
    milliseconds: str = ""
    device: str = ""
    words: tuple[str, str] = ("", "")  # a field and the signal its words belong to
    also: tuple[str, ...] = ()
    made_ready: Made | None = None


def _in_metres(logs: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Distance and speed in metres, by the unit each log names; Fitbit's speed is its distance unit an hour."""
    import polars as pl

    metres = {"Kilometer": 1000.0, "Mile": 1609.344, "Meter": 1.0, "Yard": 0.9144}
    unit = pl.col("distanceUnit").replace_strict(metres, default=None, return_dtype=pl.Float64)
    distance, speed = (pl.col(name).cast(pl.Float64, strict=False) * unit for name in ("distance", "speed"))
    minutes = pl.col("activeDuration").fill_null(pl.col("duration")).cast(pl.Float64, strict=False) / 60_000
    return logs.with_columns(distance=distance, speed=speed / 3600, minutes=minutes), ""


def _in_kilograms(logs: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Weight in kilograms. The export names no unit, but the body mass index beside it does: weight / index is the
    height squared, and only one unit makes a person of it."""
    import polars as pl

    weight, index = (pl.col(name).cast(pl.Float64, strict=False) for name in ("weight", "bmi"))
    squares = logs.select((weight / index).filter((index > 5) & (weight > 0))).to_series()
    height = None if squares.is_empty() else float(str(squares.median())) ** 0.5
    name, scale = ("pounds", 0.45359237)
    if height is not None and height < 2.05:
        name, scale = ("kilograms", 1.0) if height > 1.0 else ("stones", 6.35029318)
    why = "as the body mass index beside them tells" if height is not None else "as Fitbit writes them"
    return logs.with_columns(weight=weight * scale), f"weight: read as {name}, {why}"


LOGS: dict[str, Log] = {
    "exercise": Log(
        ("startTime",),
        (
            Reading("minutes", "workout.duration", "min"),
            Reading("calories", "workout.energy", "kcal"),
            Reading("steps", "workout.steps", "{steps}"),
            Reading("distance", "workout.distance", "m"),
            Reading("elevationGain", "workout.elevation", "m"),
            Reading("averageHeartRate", "workout.heart_rate", "/min", (0.0,)),
            Reading("speed", "workout.speed", "m/s"),
            Reading("vo2Max.vo2Max", "vo2_max", "mL/min/kg", (0.0,)),
        ),
        Clock.UTC,
        milliseconds="duration",
        device="source.name",
        words=("activityName", "workout"),
        also=("activeDuration", "distanceUnit"),
        made_ready=_in_metres,
    ),
    "weight": Log(
        ("date", "time"),
        (
            Reading("weight", "weight", "kg", (0.0,)),
            Reading("bmi", "body_mass_index", "kg/m2", (0.0,)),
            Reading("fat", "body_fat", "%", (0.0,)),
        ),
        made_ready=_in_kilograms,
    ),
    "food_logs": Log(
        ("logDate",),
        tuple(
            Reading(f"nutritionalValues.{name}", signal, unit)
            for name, signal, unit in (
                ("calories", "energy.intake", "kcal"),
                ("carbs", "meal.carbs", "g"),
                ("fat", "meal.fat", "g"),
                ("fiber", "meal.fibre", "g"),
                ("protein", "meal.protein", "g"),
                ("sodium", "meal.sodium", "mg"),
            )
        ),
        Clock.DAY,
        words=("loggedFood.name", "meal.description"),
    ),
    "water_logs": Log(("date",), (Reading("amount", "water", "mL"),), Clock.DAY),
}


def read_logs(member: Member, name: str) -> Iterator[Part]:
    """The parts of a file of logs; `name` is its family."""
    log = LOGS[name]
    paths = [*log.when, *(reading.field for reading in log.readings), *log.also, log.milliseconds, log.device]
    for block in logs(member, [path for path in dict.fromkeys(["logId", *paths, log.words[0]]) if path], _LOGS):
        yield _part(block, name, log)


def _part(block: Records, name: str, log: Log) -> Part:
    import polars as pl

    fields = _timed(block.fields, log).with_columns(_source(log))
    note = ""
    if log.made_ready is not None:
        fields, note = log.made_ready(fields)
    rows = pl.concat([read_off(fields, log.readings), words(fields, *log.words)], how="diagonal_relaxed")
    return part(
        rows,
        kind=name,
        read=block.read,
        first=block.first,
        faults=block.faults,
        faulty=block.faulty,
        notes=[note] if note else [],
        nothing="a log that says nothing",
    )


def _timed(fields: pl.DataFrame, log: Log) -> pl.DataFrame:
    """The logs' fields with native, start, stop, offset and basis."""
    import polars as pl

    when = fields.select(pl.concat_str([pl.col(path) for path in log.when], separator=" ", ignore_nulls=True))
    frame = fields.hstack(clocked(when.to_series(), log.clock)).with_columns(native=pl.col("logId"))
    if log.milliseconds:
        lasted = pl.col(log.milliseconds).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
        sound = pl.when(lasted.is_between(0, 10**10)).then(lasted)
        frame = frame.with_columns(stop=pl.col("start") + pl.duration(milliseconds=sound))
    return frame


def _source(log: Log) -> pl.Expr:
    import polars as pl

    if not log.device:
        return pl.lit(SOURCE_NAME).alias("source")
    return pl.concat_str([pl.lit(SOURCE_NAME), pl.col(log.device)], separator=":", ignore_nulls=True).alias("source")

