"""Day One: the journals of the app as JSON, in the zip of an export.

Its owner finds it in the app: Settings, Import/Export, Export Day One JSON (on a Mac: File, Export, JSON).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.sources._json_stream import objects
from selftwin.sources._readings import Reading, part_of, read_off, words
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_MARK = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"metadata"\s*:\s*\{[^{}]{0,400}\}\s*,\s*"entries"\s*:\s*\[')
_READINGS = (
    Reading("location.latitude", "location.latitude", "deg"),
    Reading("location.longitude", "location.longitude", "deg"),
    Reading("weather.temperatureCelsius", "weather.temperature", "Cel"),
    Reading("weather.relativeHumidity", "weather.humidity", "%"),
    Reading("weather.pressureMB", "weather.pressure", "hPa"),
    Reading("weather.windSpeedKPH", "weather.wind", "km/h"),
)
_FIELDS = ("uuid", "creationDate", "timeZone", "isAllDay", "text", *(one.field for one in _READINGS))
_MOST_ZONES = 500


@dataclass(frozen=True, slots=True)
class DayOne:
    """The entries with their words, place and weather; pictures, sounds and devices are never read."""

    name: str = "day_one"
    title: str = "Day One"
    reads: str = "Journal entries with their place and weather."
    version: int = 1
    rank: int = 1
    how_to_export: str = "In Day One: Settings, Import/Export, Export Day One JSON."

    def recognises(self, member: Member) -> bool:
        """By how its JSON begins, and the fields of an entry."""
        head = member.head() if member.name.endswith(".json") else b""
        return _MARK.match(head) is not None and (b'"creationDate"' in head or b'"richText"' in head)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A journal is its owner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The entries in blocks."""
        del subject
        for block in objects(member, ("entries[]",), _FIELDS):
            yield _part(member.path, block)


def _part(path: str, block: Objects) -> Part:
    import polars as pl

    entries = _timed(block.rows)
    written = entries.with_columns(text=pl.col("text").str.strip_chars().replace("", None))
    rows = pl.concat([words(written, "text", "journal.entry"), read_off(entries, _READINGS)], how="diagonal_relaxed")
    return part_of(path, block, rows, kind="entry", nothing="without words, place or weather")


def _timed(entries: pl.DataFrame) -> pl.DataFrame:
    """Stamps are UTC; the zone of the place makes them placed, and an entry of a whole day a date."""
    import polars as pl

    stamped = entries.hstack(from_iso(entries["creationDate"]))
    local = pl.col("start").dt.replace_time_zone("UTC")
    zones = [name for name in stamped["timeZone"].unique().drop_nulls().to_list()[:_MOST_ZONES] if _is_zone(name)]
    minutes = pl.lit(None, pl.Int64)
    for name in sorted(zones):
        wall = local.dt.convert_time_zone(name).dt.replace_time_zone(None)
        east = (wall - pl.col("start")).dt.total_minutes()
        minutes = pl.when(pl.col("timeZone") == name).then(east).otherwise(minutes)
    zoned = stamped.with_columns(_east=minutes)
    whole, placed = pl.col("isAllDay") == "true", pl.col("_east").is_not_null()
    day = (pl.col("start") + pl.duration(minutes=pl.col("_east").fill_null(0))).dt.truncate("1d")
    return zoned.with_columns(
        start=pl.when(whole).then(day).otherwise("start"),
        offset=pl.when(whole).then(None).otherwise(pl.col("_east").fill_null(pl.col("offset"))).cast(pl.Int16),
        basis=pl.when(whole).then(int(Basis.DATE)).when(placed).then(int(Basis.PLACED)).otherwise("basis")
        .cast(pl.Int8),
        source=pl.lit("day_one"),
        native=pl.col("uuid"),
    )  # fmt: skip


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key) and re.fullmatch(r"[A-Za-z_]+(/[A-Za-z_+\-0-9]+)*", name) is not None
    except (ValueError, OSError, KeyError):  # KeyError: there is no such zone
        return False


SOURCE = DayOne()
