"""Google Timeline (Location History): where somebody was and how they moved, in all its generations.

Owners find it at takeout.google.com, "Location History" (`Records.json` and `Semantic Location History/2019/…`), and,
since it lies on the phone alone, in the phone's own settings as `Timeline.json` or `location-history.json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._google_timeline_rows import edits, moments, objects_of, segments, signals
from selftwin.sources._json_stream import objects
from selftwin.sources._readings import part_of
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_SPAN = ("startTime", "endTime", "startTimeTimezoneUtcOffsetMinutes", "endTimeTimezoneUtcOffsetMinutes")
_SEGMENT = (
    *_SPAN, "visit.hierarchyLevel", "visit.topCandidate.placeId", "visit.topCandidate.placeID",
    "visit.topCandidate.semanticType", "visit.topCandidate.placeLocation", "activity.start", "activity.end",
    "activity.distanceMeters", "activity.topCandidate.type", "timelinePath", "timelineMemory",
)  # fmt: skip
_SIGNAL = ("position", "activityRecord.timestamp", "activityRecord.probableActivities", "wifiScan")
_MOMENT = (
    "timestamp", "timestampMs", "latitudeE7", "longitudeE7", "accuracy", "altitude", "velocity", "activity",
)  # fmt: skip
_VISIT, _MOVE = "placeVisit.", "activitySegment."
_OBJECT = (
    *(_VISIT + name for name in (
        "duration", "location.latitudeE7", "location.longitudeE7", "location.placeId", "location.name",
        "location.semanticType",
    )),
    *(_MOVE + name for name in (
        "duration", "startLocation.latitudeE7", "startLocation.longitudeE7", "endLocation.latitudeE7",
        "endLocation.longitudeE7", "distance", "activityType", "simplifiedRawPath",
    )),
)  # fmt: skip
_NO_PLACE = "a record without a position, a visit inside a larger place, a memory, or a Wi-Fi scan"
_PROFILE = "the profile of frequent places and trips says no time"


@dataclass(frozen=True, slots=True)
class _Generation:
    """One way Google has written it: how it is known, where its records stand, and what they become."""

    name: str
    mark: re.Pattern[bytes]
    paths: tuple[str, ...]
    fields: tuple[str, ...]
    meaning: Callable[[pl.DataFrame, str], pl.DataFrame]


_JSON = rb"^(?:\xef\xbb\xbf)?\s*"
_GENERATIONS = (
    _Generation(
        "location",
        re.compile(_JSON + rb'\{\s*"locations"\s*:\s*\[.*?"(?:latitudeE7|timestampMs|serverTimestamp)"', re.DOTALL),
        ("locations[]",),
        _MOMENT,
        moments,
    ),
    _Generation(
        "timeline object",
        re.compile(_JSON + rb'\{\s*"timelineObjects"\s*:\s*\[\s*\{\s*"(?:placeVisit|activitySegment)"'),
        ("timelineObjects[]",),
        _OBJECT,
        objects_of,
    ),
    _Generation(
        "segment",
        re.compile(
            _JSON + rb'\{.*?"(?:semanticSegments"\s*:\s*\[\s*\{\s*"(?:start|end)Time"'
            rb'|rawSignals"\s*:\s*\[\s*\{\s*"(?:activityRecord|position|wifiScan)")',
            re.DOTALL,
        ),
        ("semanticSegments[]", "rawSignals[]", "userLocationProfile.frequentPlaces[]",
         "userLocationProfile.frequentTrips[]"),
        (*_SEGMENT, *_SIGNAL),
        lambda rows, path: signals(rows) if path == "rawSignals[]" else segments(rows),
    ),
    _Generation(
        "segment",
        re.compile(
            _JSON + rb'\[\s*\{(?=.{0,4000}?"(?:start|end)Time"\s*:).{0,4000}?'
            rb'(?:"(?:visit|activity|timelineMemory)"\s*:\s*\{|"timelinePath"\s*:\s*\[\s*\{\s*"(?:point|durationMin))',
            re.DOTALL,
        ),
        ("[]",),
        _SEGMENT,
        lambda rows, _: segments(rows),
    ),
    _Generation(
        "edit",
        re.compile(_JSON + rb'\{\s*"timelineEdits"\s*:\s*\[\s*\{\s*"(?:deviceId|rawSignal|placeAggregates)"'),
        ("timelineEdits[]",),
        ("rawSignal.signal.position",),
        edits,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoogleTimeline:
    """Google's Timeline; visits and journeys of all generations share their identity (docs/sources)."""

    name: str = "google_timeline"
    title: str = "Google Timeline"
    reads: str = "Visits of places, ways between them, and positions."
    version: int = 2
    rank: int = 2
    how_to_export: str = (
        "On the phone: Settings, Location, Location services, Timeline, Export (Android), or Google Maps, Your"
        " Timeline, Export (iPhone); older ones by takeout.google.com, Location History."
    )

    def recognises(self, member: Member) -> bool:
        """By the names of its outermost arrays and what stands in them first."""
        return _generation(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records in blocks. Raises BrokenExport where one never ends."""
        del subject
        if (found := _generation(member)) is None:
            raise BrokenExport(f"{member.path} is no export of Google's Timeline.")
        for block in objects(member, found.paths, found.fields):
            yield _part(member.path, block, found)


def _generation(member: Member) -> _Generation | None:
    head = member.head()
    return next((one for one in _GENERATIONS if one.mark.search(head)), None)


def _part(path: str, block: Objects, found: _Generation) -> Part:
    profile = block.path.startswith("userLocationProfile")
    rows = found.meaning(block.rows.clear() if profile else block.rows, block.path)
    kind = {"rawSignals[]": "signal"}.get(block.path, "profile" if profile else found.name)
    return part_of(path, block, rows, kind=kind, nothing=_PROFILE if profile else _NO_PLACE)


SOURCE = GoogleTimeline()
