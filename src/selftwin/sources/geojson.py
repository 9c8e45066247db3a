"""GeoJSON with times: points that say when, and lines with a time for each of their places (`coordTimes`).

Its owner finds it in loggers for phones (GPSLogger writes it) and in whatever turned a GPX or KML into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from selftwin.sources._json_stream import loaded, records
from selftwin.sources._track_points import BLOCK, SAME, part
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_COLLECTION = re.compile(rb'"type"\s*:\s*"FeatureCollection"')
_TIMED = re.compile(rb'"(?:coordTimes|time|timestamp|times)"\s*:\s*\[?\s*\[?\s*"\d{4}-\d\d-\d\dT')
_MOMENTS = ("time", "timestamp")
_NO_READINGS = {"lat", "lon", "time", "time_long"}  # the last is GPSLogger's: the same moment in milliseconds
_LISTS = {"heartRates": "hr", "heart": "hr", "cads": "cad", "speeds": "speed", "powers": "power", "atemps": "atemp"}


@dataclass(frozen=True, slots=True)
class GeoJson:
    """The timed features of a collection."""

    name: str = "geojson"
    title: str = "GeoJSON tracks"
    reads: str = "Places and tracks that say when."
    version: int = 2
    rank: int = 5
    how_to_export: str = "Loggers for phones write it; so do tools that turn GPX or KML into GeoJSON."

    def recognises(self, member: Member) -> bool:
        """A collection of features, and a moment among its first bytes."""
        head = member.head().lstrip(b"\xef\xbb\xbf \t\r\n")
        return head[:1] == b"{" and bool(_COLLECTION.search(head) and _TIMED.search(head))

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A track is of whoever carried the device."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The points in blocks; a feature that cannot be read is a fault."""
        del subject
        told = _Told(member.path)
        for block in records(member, ["features[]"]):
            for line in block.lines:
                yield from told.taken(line)
            if block.cut:
                told.wrong("the file ends inside it")
        if told.points or told.faults or not told.first:
            yield told.part()


class _Told:
    """The points read so far."""

    def __init__(self, path: str) -> None:
        self.path, self.first = path, 0
        self.points: list[dict[str, str]] = []
        self.kinds: list[str] = []
        self.faults: list[Fault] = []

    def taken(self, line: bytes) -> Iterator[Part]:
        """A feature's points, and a part whenever they are many."""
        if (feature := loaded(line)) is None:
            self.wrong("it cannot be read as JSON")
            return
        points = list(_points(feature))
        for at in range(0, len(points) or 1, BLOCK):
            some = points[at : at + BLOCK] or [{}]
            self.points += some
            self.kinds += ["point" if points else "feature"] * len(some)
            if len(self.points) + len(self.faults) >= BLOCK:
                yield self.part()

    def wrong(self, reason: str) -> None:
        number = self.first + len(self.points) + len(self.faults) + 1
        self.faults.append(Fault(f"{self.path}, record {number}", reason))

    def part(self) -> Part:
        made = part(self.points, self.kinds, source="geojson", first=self.first, faults=self.faults)
        self.first += made.read
        self.points, self.kinds, self.faults = [], [], []
        return made


def _points(feature: dict[str, Any]) -> Iterator[dict[str, str]]:
    geometry, told = feature.get("geometry"), feature.get("properties")
    if not isinstance(geometry, dict) or not isinstance(told, dict):
        return
    places = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        moment = next((told[name] for name in _MOMENTS if isinstance(told.get(name), str)), None)
        if moment is not None and (place := _place(places)):
            yield {"time": moment} | place | _numbers(told)
        return
    times, lists = _along(told)
    if geometry.get("type") == "LineString" and isinstance(places, list):
        yield from _line(places, times, lists)
    elif geometry.get("type") == "MultiLineString" and isinstance(places, list) and isinstance(times, list):
        for number, (some, when) in enumerate(zip(places, times, strict=False)):
            parts = {name: one[number] for name, one in lists.items() if number < len(one)}
            yield from _line(some, when, parts)


def _along(told: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The times of a line's places, and what else is listed beside them, in both forms that converters write."""
    within = told.get("coordinateProperties")
    listed = {**told, **within} if isinstance(within, dict) else told
    lists = {name: listed[key] for key, name in _LISTS.items() if isinstance(listed.get(key), list)}
    return listed.get("coordTimes", listed.get("times")), lists


def _line(places: Any, times: Any, lists: dict[str, Any]) -> Iterator[dict[str, str]]:
    if not isinstance(places, list) or not isinstance(times, list):
        return
    for number, (place, time) in enumerate(zip(places, times, strict=False)):
        beside = {
            name: str(one[number])
            for name, one in lists.items()
            if isinstance(one, list) and number < len(one) and _is_number(one[number])
        }
        yield ({"time": time} if isinstance(time, str) else {}) | _place(place) | beside


def _place(written: Any) -> dict[str, str]:
    if not isinstance(written, list) or not all(_is_number(one) for one in written[:3]) or len(written) < 2:
        return {}
    return dict(zip(("lon", "lat", "ele"), map(str, written), strict=False))


def _numbers(told: dict[str, Any]) -> dict[str, str]:
    """The numbers among a point's properties under the names all tracks use."""
    return {
        SAME.get(name.lower(), name.lower()): str(value)
        for name, value in told.items()
        if _is_number(value) and name.lower() not in _NO_READINGS and "." not in name
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


SOURCE = GeoJson()
