"""Fitbit's series of `{"dateTime": …, "value": …}`: which families there are, what they count, and how they are read.

A family is a row in a table. A numeric family nobody has listed is kept as `other.<its name>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.sources._fitbit_json import Records, records
from selftwin.sources._fitbit_stamps import SOURCE_NAME, Clock, clocked
from selftwin.sources._readings import Reading, part, read_off

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_UNWORN = "the device was not worn"
_AHEAD = "zeros at the end, written for days not lived or not worn"


@dataclass(frozen=True, slots=True)
class Series:
    """One family: its readings, the clock of its stamps, the seconds a reading covers, and what its silence means."""

    readings: tuple[Reading, ...]
    clock: Clock = Clock.DAY
    seconds: int = 0
    nothing: str = "no reading"
    padded: bool = False  # days after the export are written in advance, with zeros


def _daily(signal: str, unit: str, *absent: float, nothing: str = _UNWORN, padded: bool = False) -> Series:
    return Series((Reading("value", signal, unit, absent),), nothing=nothing, padded=padded)


def _by_minute(signal: str, unit: str, clock: Clock = Clock.UTC) -> Series:
    return Series((Reading("value", signal, unit),), clock, 60)


_ZONES = {
    "BELOW_DEFAULT_ZONE_1": "heart_zone.below",
    "IN_DEFAULT_ZONE_1": "heart_zone.fat_burn",
    "IN_DEFAULT_ZONE_2": "heart_zone.cardio",
    "IN_DEFAULT_ZONE_3": "heart_zone.peak",
    "BELOW_CUSTOM_ZONE": "other.heart_zone_below_custom",
    "IN_CUSTOM_ZONE": "other.heart_zone_custom",
    "ABOVE_CUSTOM_ZONE": "other.heart_zone_above_custom",
}
SERIES: dict[str, Series] = {
    "steps": _by_minute("steps", "{steps}"),
    "distance": _by_minute("distance", "cm"),
    "altitude": _by_minute("elevation", "[ft_i]"),
    "calories": _by_minute("energy.burned", "kcal", Clock.LOCAL),
    "heart_rate": Series((Reading("value.bpm", "heart_rate", "/min", (0.0,)),), Clock.UTC, nothing=_UNWORN),
    "resting_heart_rate": Series((Reading("value.value", "heart_rate.resting", "/min", (0.0,)),), nothing=_UNWORN),
    "sedentary_minutes": _daily("activity.sedentary", "min", 1440.0),
    "lightly_active_minutes": _daily("activity.light", "min", 0.0),
    "moderately_active_minutes": _daily("activity.moderate", "min", nothing=_AHEAD, padded=True),
    "very_active_minutes": _daily("activity.vigorous", "min", nothing=_AHEAD, padded=True),
    "time_in_heart_rate_zones": Series(
        tuple(Reading(f"value.valuesInZones.{name}", signal, "min") for name, signal in _ZONES.items())
    ),
    "demographic_vo2_max": Series((Reading("value.demographicVO2Max", "vo2_max", "mL/min/kg", (0.0,)),)),
    "run_vo2_max": Series(
        (Reading("value.runVO2Max", "vo2_max", "mL/min/kg", (0.0,), device="run"),), Clock.LOCAL
    ),
    "swim_lengths_data": Series(
        (
            Reading("value.strokeCount", "swimming.strokes", "{strokes}"),
            Reading("value.lapDurationSec", "other.swim_length_duration", "s", (0.0,)),
        ),
        Clock.LOCAL,
    ),
    "height": Series((Reading("value", "height", "mm", (0.0,)),)),
}
_NAMED = re.compile(r"(?P<family>[a-z][a-z0-9_]*?)(?:-\d{4}-\d{2}-\d{2}|-\d+)?(?: ?\(\d+\))?\.json")
_SHAPED = re.compile(rb'\s*\[\s*\{\s*"dateTime"\s*:\s*"[\d/\-]{8,10}(?:[T ]\d[^"]*)?"\s*,\s*"value"\s*:\s*["{\d.\-]')


def family(name: str) -> str:
    """The family a file of this name holds (`steps-2019-11-01.json`, `steps.json`), or nothing."""
    found = _NAMED.fullmatch(name)
    return found["family"] if found else ""


def shaped(head: bytes) -> bool:
    """Whether a file begins like a series."""
    return _SHAPED.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def read_series(member: Member, name: str) -> Iterator[Part]:
    """The parts of a series file; `name` is its family."""
    known = SERIES.get(name)
    found = known or Series((Reading("value", f"other.{name}", "1"),), Clock.LOCAL)
    extra = ["value.confidence"] if name == "heart_rate" else []
    last = _last_day(member)
    for block in records(member, ["dateTime", *(reading.field for reading in found.readings), *extra]):
        yield _part(block, name, found, last)


def _part(block: Records, name: str, found: Series, last: datetime) -> Part:
    import polars as pl

    fields = block.fields.hstack(clocked(block.fields["dateTime"], found.clock))
    fields = fields.with_columns(source=pl.lit(SOURCE_NAME))
    if found.seconds:
        fields = fields.with_columns(stop=pl.col("start") + pl.duration(seconds=found.seconds))
    if name == "heart_rate":  # what is written while the watch is off: 70, with no confidence
        fields = fields.filter(~((pl.col("value.bpm") == "70") & (pl.col("value.confidence") == "0")).fill_null(False))
    if found.padded:
        fields = _without_padding(fields, last)
    rows = read_off(fields, found.readings)
    return part(
        rows,
        kind=name,
        read=block.read,
        first=block.first,
        faults=block.faults,
        faulty=block.faulty,
        nothing=found.nothing,
    )


def _without_padding(fields: pl.DataFrame, last: datetime) -> pl.DataFrame:
    """Days without the zeros written in advance: those after the export, and two or more at the very end."""
    import polars as pl

    zero = pl.col("value").cast(pl.Float64, strict=False) == 0
    fields = fields.filter(~((pl.col("start") > last) & zero).fill_null(False))
    run = int(fields.select((~zero).fill_null(True).reverse().cum_sum() == 0).to_series().sum())
    return fields.head(fields.height - run) if run >= 2 else fields


def _last_day(member: Member) -> datetime:
    """The last day the export can know: that of the archive where it is dated, else today."""
    stamped = member.stamped if member.stamped and member.stamped.year > 1990 else datetime.now(UTC)
    return stamped.replace(tzinfo=None) + timedelta(days=1)
