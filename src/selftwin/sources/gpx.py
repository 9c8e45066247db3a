"""GPX 1.0 and 1.1: tracks of watches, phones and bike computers, with what their extensions hold.

Its owner finds them in Strava ("Export GPX"), Garmin Connect, Komoot, Apple Health's `workout-routes` and nearly every
app that records a way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from selftwin.sources._fit_meaning import plain
from selftwin.sources._markup import Cut, elements, root
from selftwin.sources._track_points import BLOCK, SAME, Track, part, sport_of
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._markup import Element, Found, Opening
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_WANTED = ("trkpt", "wpt", "rtept", "name", "type")
_STRAVA = {"9": "running"}  # old exports of Strava number their sports
_VEHICLES = {  # of apps that record whole days: ways of travelling that are no workouts
    "car": "car", "taxi": "car", "bus": "bus", "tram": "tram", "train": "train", "underground": "train",
    "metro": "train", "motorcycle": "motorcycle", "airplane": "flight", "boat": "other", "transport": "other",
}  # fmt: skip
_WORDS = {"name", "cmt", "desc", "src", "sym", "type", "fix", "text", "link", "url", "urlname", "trkpt"}


@dataclass(frozen=True, slots=True)
class Gpx:
    """Tracks; their stamps are instants, or the clock on the wall where no zone is written."""

    name: str = "gpx"
    title: str = "GPX tracks"
    reads: str = "Tracks with their heart rate, cadence, power and temperature."
    version: int = 2
    rank: int = 1
    how_to_export: str = "Nearly every app that records a way exports it as GPX, e.g. Strava: the activity, Export GPX."

    def recognises(self, member: Member) -> bool:
        """By its root."""
        found = root(member)
        return found is not None and found.tag == "gpx"

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A track is of whoever carried the device."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The points in blocks, and each activity where it ends."""
        del subject
        found = root(member)
        creator = plain(found.attributes.get("creator", "")) if found else ""
        yield from _Points(member.path, f"gpx:{creator}" if creator else "gpx").parts(elements(member, _WANTED))


class _Points:
    """The points read so far, and the track they belong to."""

    def __init__(self, path: str, source: str) -> None:
        self.path, self.source = path, source
        self.points: list[dict[str, str]] = []
        self.kinds: list[str] = []
        self.first = 0
        self.track: Track | None = None
        self.inside = (-1, -1)
        self.around: tuple[Opening, ...] | None = None

    def parts(self, stream: Iterator[Found | Cut]) -> Iterator[Part]:
        faults: list[Fault] = []
        for found in stream:
            if isinstance(found, Cut):
                faults.append(Fault(f"{self.path}, record {self.first + len(self.points) + 1}", found.reason))
            else:
                self._take(found)
            if len(self.points) >= BLOCK:
                yield self._told(())
        self._ended()
        if self.points or faults or not self.first:
            yield self._told(faults)

    def _told(self, faults: list[Fault] | tuple[()]) -> Part:
        made = part(self.points, self.kinds, source=self.source, first=self.first, faults=faults)
        self.first += made.read
        self.points, self.kinds = [], []
        return made

    def _take(self, found: Found) -> None:
        element, parent = found.element, found.inside[-1] if found.inside else None
        if element.tag in {"name", "type"}:
            if parent is not None and parent.tag == "trk" and element.tag == "type":
                self._in_track(parent.number)
                words = (element.text or "").strip()
                self._track().sport = _STRAVA.get(words, "" if words.isdigit() else sport_of(words))
            return
        if element.tag != "trkpt":
            self.points.append({})
            self.kinds.append("waypoint" if element.tag == "wpt" else "route point")
            return
        if found.inside is not self.around:
            self.around = found.inside
            tracks = [one for one in found.inside if one.tag == "trk"]
            self._in_track(tracks[-1].number if tracks else 0, found.inside[-1].number if found.inside else 0)
        point, track = _point(element), self._track()
        track.add(point)
        if track.sport:
            point["sport"] = track.sport
        self.points.append(point)
        self.kinds.append("point")

    def _track(self) -> Track:
        if self.track is None:
            self.track = Track()
        return self.track

    def _in_track(self, track: int, segment: int = -1) -> None:
        if track != self.inside[0]:
            self._ended()
        elif segment != self.inside[1] and self.track is not None:
            self.track.parted()
        self.inside = (track, segment)

    def _ended(self) -> None:
        """A track in a vehicle is a journey, another with a sport or a sensor an activity; a bare track is only where
        somebody was."""
        track, self.track = self.track, None
        if track is None or not track.first or not (track.sport or track.sensed):
            return
        mode = _VEHICLES.get(track.sport)
        self.points.append(track.journey(mode) if mode else track.summary())
        self.kinds.append("journey" if mode else "activity")


def _point(element: Element) -> dict[str, str]:
    point = {"lat": element.get("lat", ""), "lon": element.get("lon", "")}
    for child in element.iter():
        if (text := child.text) is not None and (text := text.strip()) and (name := _named(child.tag)):
            point.setdefault(name, text)
    return point


@lru_cache(maxsize=1024)
def _named(tag: str) -> str:
    """What all tracks call it; nothing for words and for what holds others."""
    name = tag.lower()
    return "" if name in _WORDS else SAME.get(name, name)


SOURCE = Gpx()
