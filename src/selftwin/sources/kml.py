"""KML and KMZ: ways with times (`gx:Track`), dated places, and the days of Google's old Timeline pages.

Its owner finds them in Google's "My Tracks" archive, in apps that record for Google Earth, and as `history-….kml` from
the Timeline on the web, as long as that had "Export this day to KML".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources._markup import Cut, groups, root
from selftwin.sources._track_points import BLOCK, part
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._markup import Element, Group, Opening
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_WANTED = ("when", "coord", "name", "TimeSpan", "TimeStamp", "Point", "LineString", "Data")
_MOST_WAITING = 2_000_000
_MOST_WORDS = 200
_MODES = {  # words of the Timeline's categories
    "motorcycl": "motorcycle", "driv": "car", "walk": "walking", "run": "running", "cycl": "cycling", "bus": "bus",
    "tram": "tram", "train": "train", "ferry": "ferry", "fly": "flight",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kml:
    """Tracks and dated placemarks; a KMZ is a zip with a KML in it."""

    name: str = "kml"
    title: str = "KML and KMZ"
    reads: str = "Tracks, places and days of the Timeline."
    version: int = 1
    rank: int = 1
    how_to_export: str = "Apps that record for Google Earth export KML or KMZ; give either as it is."

    def recognises(self, member: Member) -> bool:
        """By its root."""
        found = root(member)
        return found is not None and found.tag == "kml"

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A track is of whoever carried the device."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The points and placemarks in blocks."""
        del subject
        yield from _Reading(member.path).parts(groups(member, _WANTED))


@dataclass(slots=True)
class _Placemark:
    """What a placemark has told so far."""

    number: int = -1
    told: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    whens: list[str] = field(default_factory=list)
    coords: list[str] = field(default_factory=list)
    track: int = -1
    points: int = 0


class _Reading:
    def __init__(self, path: str) -> None:
        self.path = path
        self.points: list[dict[str, str]] = []
        self.kinds: list[str] = []
        self.first = 0
        self.mark = _Placemark()

    def parts(self, stream: Iterator[Group | Cut]) -> Iterator[Part]:
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
        made = part(self.points, self.kinds, source="kml", first=self.first, faults=faults)
        self.first += made.read
        self.points, self.kinds = [], []
        return made

    def _take(self, found: Group) -> None:
        place = next((one for one in reversed(found.inside) if one.tag == "Placemark"), None)
        if place is None:
            return
        if place.number != self.mark.number:
            self._ended()
            self.mark = _Placemark(place.number)
        mark = self.mark
        whens = [(one.text or "").strip() for one in found.elements if one.tag == "when"]
        coords = [(one.text or "").strip() for one in found.elements if one.tag == "coord"]
        if whens or coords:
            self._pair(mark, found.inside[-1].number, whens, coords)
        if len(whens) + len(coords) < len(found.elements):
            for element in found.elements:
                _tell(mark, element, found.inside[-1], place)

    def _pair(self, mark: _Placemark, track: int, whens: list[str], coords: list[str]) -> None:
        """Times and places belong together in their order, whichever come first."""
        if track != mark.track:
            mark.track, mark.whens, mark.coords = track, [], []
        mark.whens += whens
        mark.coords += coords
        many = min(len(mark.whens), len(mark.coords))
        self.points += [
            {"time": when} | dict(zip(("lon", "lat", "ele"), coord.split(), strict=False))
            for when, coord in zip(mark.whens, mark.coords, strict=False)
        ]
        self.kinds += ["point"] * many
        mark.points += many
        del mark.whens[:many], mark.coords[:many]
        if len(mark.whens) + len(mark.coords) > _MOST_WAITING:
            raise BrokenExport(f"{self.path} holds a track whose times and places do not belong together.")

    def _ended(self) -> None:
        """A placemark of Google's Timeline is a visit or a way; another with a moment is a point; the rest are maps."""
        mark = self.mark
        if mark.number < 0 or mark.points:
            return
        told, timeline = mark.told, "Category" in mark.data and "begin" in mark.told
        place = {name: told[name] for name in ("lat", "lon") if name in told}
        span = {"time": told.get("begin", ""), "until": told.get("end", "")}
        if timeline and "line" in told:
            way = {"signal": "transport.mode", "words": _mode(mark.data["Category"])}
            self.points.append(span | way | {"moved": mark.data.get("Distance", "")})
        elif timeline and place:
            self.points.append(span | place | {"signal": "place.visit", "words": told.get("name") or "a place"})
        elif "when" in told and place:
            height = {"ele": told["ele"]} if "ele" in told else {}
            self.points.append({"time": told["when"]} | place | height)
        else:
            self.points.append({})
        self.kinds.append("placemark")


def _tell(mark: _Placemark, element: Element, parent: Opening, place: Opening) -> None:
    """What an element says of its placemark."""
    if element.tag == "Data":
        mark.data[element.get("name", "")] = (element.findtext("value") or "").strip()
    elif element.tag == "name":
        if parent is place:
            mark.told["name"] = (element.text or "").strip()[:_MOST_WORDS]
    elif element.tag not in {"when", "coord"}:
        mark.told |= _dated(element)


def _mode(category: str) -> str:
    return next((mode for word, mode in _MODES.items() if word in category.lower()), "other")


def _dated(element: Element) -> dict[str, str]:
    """What a moment, a span or a shape tells."""
    if element.tag == "LineString":
        return {"line": "yes"}
    if element.tag == "Point":
        found = (element.findtext("coordinates") or "").strip().split(",")
        return dict(zip(("lon", "lat", "ele"), found, strict=False)) if len(found) > 1 else {}
    names = ("when",) if element.tag == "TimeStamp" else ("begin", "end")
    return {name: text.strip() for name in names if (text := element.findtext(name))}


SOURCE = Kml()
