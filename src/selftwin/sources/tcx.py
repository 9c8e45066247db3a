"""TCX: activities of Garmin's Training Center, and of Polar Flow, Fitbit, Strava and others that write it.

Its owner finds it in Garmin Connect (an activity, "Export to TCX"), Polar Flow and Fitbit's activity log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from selftwin.sources._markup import Cut, elements, root
from selftwin.sources._track_points import BLOCK, SAME, Track, part, sport_of
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._markup import Element, Found, Opening
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_TOTALS = {
    "TotalTimeSeconds": "seconds",
    "DistanceMeters": "metres",
    "Calories": "energy",
    "AverageHeartRateBpm": "mean",
    "MaximumHeartRateBpm": "highest",
}
_WANTED = ("Trackpoint", *_TOTALS)
_POINT = {"latitudedegrees": "lat", "longitudedegrees": "lon", "altitudemeters": "ele", "distancemeters": "distance"}
_WORDS = {"sensorstate", "cadencesensor", "value"}


@dataclass(frozen=True, slots=True)
class Tcx:
    """Activities; what a lap states counts, and points beside it."""

    name: str = "tcx"
    title: str = "TCX activities"
    reads: str = "Workouts with laps, heart rate, cadence, speed and power."
    version: int = 2
    rank: int = 1
    how_to_export: str = "In Garmin Connect, open an activity, then Export to TCX."

    def recognises(self, member: Member) -> bool:
        """By its root."""
        found = root(member)
        return found is not None and found.tag == "TrainingCenterDatabase"

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An activity is of whoever wore the device."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The points in blocks; each lap and each activity where it ends."""
        del subject
        yield from _Laps(member.path).parts(elements(member, _WANTED))


class _Laps:
    """The points read so far, and the lap and the activity they belong to."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.points: list[dict[str, str]] = []
        self.kinds: list[str] = []
        self.first = 0
        self.lap: Opening | None = None
        self.activity: Opening | None = None
        self.around: tuple[Opening, ...] | None = None
        self.within: tuple[Opening | None, Opening | None] = (None, None)
        self.totals: dict[str, float] = {}
        self.whole: dict[str, float] = {}
        self.track, self.last = Track(), ""

    def parts(self, stream: Iterator[Found | Cut]) -> Iterator[Part]:
        faults: list[Fault] = []
        for found in stream:
            if isinstance(found, Cut):
                faults.append(Fault(f"{self.path}, record {self.first + len(self.points) + 1}", found.reason))
            else:
                self._take(found)
            if len(self.points) >= BLOCK:
                yield self._told(())
        self._entered(None, None)
        if self.points or faults or not self.first:
            yield self._told(faults)

    def _told(self, faults: list[Fault] | tuple[()]) -> Part:
        made = part(self.points, self.kinds, source="tcx", first=self.first, faults=faults)
        self.first += made.read
        self.points, self.kinds = [], []
        return made

    def _take(self, found: Found) -> None:
        if found.inside is not self.around:
            self.around = found.inside
            self.within = _first(found.inside, "Lap"), _first(found.inside, "Activity")
        lap, activity = self.within
        if activity is None:  # courses and planned workouts
            if found.element.tag == "Trackpoint":
                self.points.append({})
                self.kinds.append("course point")
            return
        self._entered(lap, activity)
        if found.element.tag in _TOTALS:
            if found.inside[-1] is lap and (value := _number(found.element)) is not None:
                self.totals[_TOTALS[found.element.tag]] = value
            return
        point = _point(found.element)
        self.track.add(point)
        point["sport"] = self.track.sport
        self.points.append(point)
        self.kinds.append("point")
        self.last = point.get("time") or self.last

    def _entered(self, lap: Opening | None, activity: Opening | None) -> None:
        if lap is not self.lap:
            self._lap_ended()
            self.lap = lap
        if activity is not self.activity:
            self._activity_ended()
            self.activity = activity
            self.track = Track(sport_of(activity.attributes.get("Sport", ""))) if activity else Track()

    def _lap_ended(self) -> None:
        if self.lap is None:
            return
        start = self.lap.attributes.get("StartTime", "")
        seconds = self.totals.get("seconds", 0.0)
        until = self.last if self.last > start else "" if self.last else _later(start, seconds)
        self.points.append({"time": start, "until": until, "signal": "workout.event", "words": "lap"})
        self.kinds.append("lap")
        self.track.first = min(filter(None, (self.track.first, start)), default="")
        self.track.last = max(self.track.last, until)
        for name, value in self.totals.items():
            if name == "highest":
                self.whole[name] = max(value, self.whole.get(name, 0.0))
            else:
                self.whole[name] = self.whole.get(name, 0.0) + (value * seconds if name == "mean" else value)
        if "mean" in self.totals:
            self.whole["beaten"] = self.whole.get("beaten", 0.0) + seconds
        self.totals, self.last = {}, ""

    def _activity_ended(self) -> None:
        if self.activity is None:
            return
        told, whole = self.track.summary(), self.whole
        told["words"] = "workout" if told["words"] == "other" else told["words"]
        stated = {
            "workout.duration": whole.get("seconds", 0.0) / 60,
            "workout.distance": whole.get("metres", 0.0),
            "workout.energy": whole.get("energy", 0.0),
            "workout.heart_rate": whole["mean"] / whole["beaten"] if whole.get("beaten") else 0.0,
            "workout.heart_rate_max": whole.get("highest", 0.0),
        }
        self.points.append(told | {name: str(value) for name, value in stated.items() if value})
        self.kinds.append("activity")
        self.whole = {}


def _later(start: str, seconds: float) -> str:
    """When a lap without points ended, by the time it took; nothing where that cannot be told."""
    try:
        return (datetime.fromisoformat(start) + timedelta(seconds=seconds)).isoformat() if seconds > 0 else ""
    except (ValueError, OverflowError):
        return ""


def _first(inside: tuple[Opening, ...], tag: str) -> Opening | None:
    return next((one for one in inside if one.tag == tag), None)


def _number(element: Element) -> float | None:
    try:
        return float(element.findtext("Value") or element.text or "")
    except ValueError:
        return None


def _point(element: Element) -> dict[str, str]:
    point: dict[str, str] = {}
    for child in element.iter():
        if name := _named(child.tag):
            text = child.findtext("Value") if name == "hr" else child.text
            if text and (text := text.strip()):
                point.setdefault(name, text)
    return point


@lru_cache(maxsize=1024)
def _named(tag: str) -> str:
    """What all tracks call it; nothing for words and for what holds others."""
    name = _POINT.get(tag.lower(), tag.lower())
    return "" if name in _WORDS else SAME.get(name, name)


SOURCE = Tcx()
