"""Garmin Connect: the JSON files of an account export, `DI_CONNECT/DI-Connect-…/*.json`.

Owners ask for it at garmin.com, Account, "Account Data Management", "Export Your Data"; a link to a zip comes by mail.
The recordings themselves lie in zips inside it (`DI-Connect-Uploaded-Files`): unpack those, and FIT reads them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._garmin_rows import activities, days, health, nights, weights
from selftwin.sources._json_stream import objects
from selftwin.sources._readings import part_of
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_DAY = (
    "calendarDate", "totalSteps", "dailyStepGoal", "totalDistanceMeters", "totalKilocalories", "activeKilocalories",
    "bmrKilocalories", "floorsAscendedInMeters", "minHeartRate", "maxHeartRate", "restingHeartRate",
    "currentDayRestingHeartRate", "moderateIntensityMinutes", "vigorousIntensityMinutes", "allDayStress", "bodyBattery",
    "respiration.avgWakingRespirationValue",
)  # fmt: skip
_NIGHT = (
    "calendarDate", "sleepStartTimestampGMT", "sleepEndTimestampGMT", "sleepWindowConfirmationType",
    "deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds", "awakeSleepSeconds", "awakeCount", "avgSleepStress",
    "averageRespiration", "sleepScores.overallScore",
)  # fmt: skip
_ACTIVITY = (
    "activityId", "activityType", "beginTimestamp", "startTimeLocal", "duration", "distance", "elevationGain", "avgHr",
    "maxHr", "minHr", "calories", "steps", "vO2MaxValue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """A file of the export: how it is known, where its records stand, and what they become."""

    name: str
    mark: re.Pattern[bytes]
    path: str
    fields: tuple[str, ...]
    meaning: Callable[[pl.DataFrame], pl.DataFrame]


def _array(*names: bytes) -> re.Pattern[bytes]:
    """An array whose first object says all of these within its first bytes."""
    ahead = b"".join(rb'(?=.{0,6000}?"' + name + rb'"\s*:)' for name in names)
    return re.compile(rb"^(?:\xef\xbb\xbf)?\s*\[\s*\{" + ahead, re.DOTALL)


_KINDS = (
    _Kind(
        "activity",
        re.compile(rb'^(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*"summarizedActivitiesExport"\s*:\s*\['),
        "summarizedActivitiesExport[]",
        _ACTIVITY,
        activities,
    ),
    _Kind("night", _array(b"sleepStartTimestampGMT", b"sleepEndTimestampGMT", b"calendarDate"), "[]", _NIGHT, nights),
    _Kind("day", _array(b"userProfilePK", b"calendarDate", b"totalSteps"), "[]", _DAY, days),
    _Kind("health status", _array(b"calendarDate", b"metrics", b"baselineLowerLimit"), "[]",
          ("calendarDate", "metrics"), health),
    _Kind("weigh-in", _array(b"metaData", b"weight", b"timestampGMT", b"sourceType"), "[]", ("weight",), weights),
)  # fmt: skip
_NOTHING = "a record without a reading, or a night that the watch did not see"


@dataclass(frozen=True, slots=True)
class Garmin:
    """Garmin's summaries of days, nights and activities."""

    name: str = "garmin"
    title: str = "Garmin Connect"
    reads: str = "Days, nights, heart rate variability, weight and workouts as the account sums them up."
    version: int = 2
    rank: int = 2
    how_to_export: str = (
        "At garmin.com: Account, Account Data Management, Export Your Data; unpack the zips of"
        " DI-Connect-Uploaded-Files inside it, and import both."
    )

    def recognises(self, member: Member) -> bool:
        """By the names of the first record's fields."""
        return _kind(member) is not None

    def why_not(self, member: Member) -> str:
        """That the recordings lie one zip deeper, where they do."""
        packed = member.name.startswith("uploadedfiles") and member.head(4) == b"PK\x03\x04"
        return "it is a zip inside a zip: unpack it first, and import it too" if packed else ""

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records in blocks. Raises BrokenExport where one never ends."""
        del subject
        if (kind := _kind(member)) is None:
            raise BrokenExport(f"{member.path} is none of the files of a Garmin export that are read.")
        wrapped = member.head(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
        path = f"[].{kind.path}" if wrapped and kind.path != "[]" else kind.path
        for block in objects(member, (path,), kind.fields):
            yield _part(member.path, block, kind)


def _kind(member: Member) -> _Kind | None:
    head = member.head(1 << 14)
    return next((kind for kind in _KINDS if kind.mark.search(head)), None)


def _part(path: str, block: Objects, kind: _Kind) -> Part:
    return part_of(path, block, kind.meaning(block.rows), kind=kind.name, nothing=_NOTHING)


SOURCE = Garmin()
