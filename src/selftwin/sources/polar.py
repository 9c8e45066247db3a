"""Polar Flow: heart rate of day and night, daily activity and training sessions of an account export.

Owners ask for it at account.polar.com, "Download your data"; the zip holds `247ohr_….json`, `activity-….json` and
`training-session_….json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._json_stream import objects
from selftwin.sources._readings import Reading, part_of, read_off, words
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_BEAT = (Reading("beat", "heart_rate", "/min", (0.0,)),)
_STEPS = (Reading("summary.stepCount", "steps", "{steps}"),)
_SESSION = (
    Reading("durationMillis", "workout.duration", "ms"),
    Reading("distanceMeters", "workout.distance", "m"),
    Reading("calories", "workout.energy", "kcal"),
    Reading("hrAvg", "workout.heart_rate", "/min", (0.0,)),
    Reading("hrMax", "workout.heart_rate_max", "/min", (0.0,)),
)
_NOTHING = "a day or session without a reading"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A file of the export: how it is known, where its records stand, and what they become."""

    name: str
    mark: re.Pattern[bytes]
    path: str
    fields: tuple[str, ...]
    meaning: Callable[[pl.DataFrame], pl.DataFrame]


def _beats(days: pl.DataFrame) -> pl.DataFrame:
    """The samples of a day, by the seconds since it began on its own clock."""
    import polars as pl

    begun = from_iso(days["date"].str.slice(0, 10))["start"]
    samples = pl.col("samples").str.extract_all(r"\{[^{}]*\}")
    each = days.select("record", begun, _part=samples).explode("_part").drop_nulls("_part")
    later = pl.col("_part").str.extract(r'"secondsFromDayStart"\s*:\s*(\d{1,6})\b', 1).cast(pl.Int64)
    timed = each.select(
        "record",
        start=pl.col("start") + pl.duration(seconds=later),
        beat=pl.col("_part").str.extract(r'"heartRate"\s*:\s*(\d+)', 1),
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.LOCAL), pl.Int8),
        source=pl.lit("polar"),
    )
    return read_off(timed, _BEAT)


def _days(records: pl.DataFrame) -> pl.DataFrame:
    """The steps of a day, on its date."""
    import polars as pl

    dated = records.hstack(from_iso(records["date"]))
    return read_off(dated.with_columns(native="activity/" + pl.col("date"), source=pl.lit("polar")), _STEPS)


def _sessions(records: pl.DataFrame) -> pl.DataFrame:
    """A session on its own clock, placed where the offset is told; its duration is the one that is declared."""
    import polars as pl

    offset = records["timezoneOffsetMinutes"].cast(pl.Float64, strict=False).clip(-1440, 1440).cast(pl.Int16)
    shift = pl.duration(minutes=pl.col("offset").fill_null(0))
    placed = pl.when(pl.col("offset").is_null()).then(int(Basis.LOCAL)).otherwise(int(Basis.PLACED))
    begun, ended = (from_iso(records[name])["start"] for name in ("startTime", "stopTime"))
    timed = records.with_columns(begun.alias("start"), ended.alias("stop"), offset.alias("offset")).with_columns(
        start=pl.col("start") - shift,
        stop=pl.col("stop") - shift,
        basis=placed.cast(pl.Int8),
        native="session/" + pl.col("identifier.id"),
        sport="sport " + pl.col("sport.id"),
        source=pl.lit("polar"),
    )
    return pl.concat([read_off(timed, _SESSION), words(timed, "sport", "workout")], how="diagonal_relaxed")


def _object(*names: bytes) -> re.Pattern[bytes]:
    """An object whose first bytes say all of these."""
    return re.compile(
        rb"^(?:\xef\xbb\xbf)?\s*\{" + b"".join(rb'(?=.{0,16000}?"' + name + rb'"\s*:)' for name in names), re.DOTALL
    )


_KINDS = (
    _Kind("day of heart rate", _object(b"deviceDays", b"secondsFromDayStart"), "deviceDays[]", ("date", "samples"),
          _beats),
    _Kind(
        "training session",
        _object(b"identifier", b"startTime", b"stopTime", b"durationMillis", b"exercises"),
        "",
        ("identifier.id", "startTime", "stopTime", "timezoneOffsetMinutes", "durationMillis", "distanceMeters",
         "calories", "hrAvg", "hrMax", "sport.id"),
        _sessions,
    ),
    _Kind("day", _object(b"exportVersion", b"date", b"summary", b"stepCount"), "", ("date", "summary.stepCount"),
          _days),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Polar:
    """Polar Flow's files; days and samples stand on the wearer's own clock."""

    name: str = "polar"
    title: str = "Polar Flow"
    reads: str = "Heart rate of day and night, steps and training sessions."
    version: int = 2
    rank: int = 2
    how_to_export: str = "At account.polar.com: Download your data."

    def recognises(self, member: Member) -> bool:
        """By the names of the outermost object's fields."""
        return _kind(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records in blocks. Raises BrokenExport where one never ends."""
        del subject
        if (kind := _kind(member)) is None:
            raise BrokenExport(f"{member.path} is none of the files of a Polar export that are read.")
        for block in objects(member, (kind.path,), kind.fields):
            yield _part(member.path, block, kind)


def _kind(member: Member) -> _Kind | None:
    head = member.head()
    return next((kind for kind in _KINDS if kind.mark.search(head)), None)


def _part(path: str, block: Objects, kind: _Kind) -> Part:
    return part_of(path, block, kind.meaning(block.rows), kind=kind.name, nothing=_NOTHING)


SOURCE = Polar()
