"""Dates and times of a calendar: days, floating wall clocks, UTC, and clocks of a zone by any of its names."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.sources._calendar_rules import moments, rule
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from selftwin.sources._calendar_entries import Entry, Line

MOST_ZONES = 500
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?")
_LAST = datetime(2050, 1, 1)  # noqa: DTZ001 - a wall clock


@dataclass(frozen=True, slots=True)
class When:
    """A day (`whole`) or a wall clock, and its zone where there is one."""

    wall: datetime
    whole: bool = False
    zone: tzinfo | None = None

    @property
    def basis(self) -> Basis:
        """A zone makes it an instant: the zone is the event's, not always the person's."""
        return Basis.DATE if self.whole else Basis.LOCAL if self.zone is None else Basis.INSTANT

    def moment(self) -> datetime:
        """As rows hold it: UTC where a zone is told, else the wall clock. Raises ValueError at the ends of time."""
        if self.zone is None:
            return self.wall
        try:
            return self.wall.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(self.wall.year) from error

    def offset(self) -> int | None:
        """Minutes east of UTC, where a zone is told."""
        return None if self.zone is None else round((self.wall - self.moment()).total_seconds() / 60)

    def key(self) -> str:
        """How a recurrence is called, whoever writes it: the same for the same moment."""
        if self.whole:
            return f"{self.wall:%Y%m%d}"
        return f"{self.moment():%Y%m%dT%H%M%S}" + ("" if self.zone is None else "Z")

    def on(self, other: When) -> datetime:
        """The same on the clock of another."""
        if self.zone is None or other.zone is None or self.whole:
            return self.wall
        return self.wall.replace(tzinfo=self.zone).astimezone(other.zone).replace(tzinfo=None)

    def at(self, wall: datetime) -> When:
        """Another moment on the same clock."""
        return When(wall, self.whole, self.zone)


@dataclass(slots=True)
class Zones:
    """The zones of a file: by IANA name, by Windows name, or as the file itself describes them."""

    told: dict[str, Entry] = field(default_factory=dict)
    known: dict[str, tzinfo | None] = field(default_factory=dict)

    def learn(self, entry: Entry) -> None:
        """Keep a VTIMEZONE for when somebody asks."""
        name = next((line.value for line in entry.lines() if line.name == "TZID"), "")
        if name and len(self.told) < MOST_ZONES:
            self.told.setdefault(name, entry)

    def zone(self, name: str) -> tzinfo | None:
        """The zone of this name, or None where nobody knows it."""
        name = name.strip().strip('"')
        if name not in self.known and len(self.known) < MOST_ZONES:
            self.known[name] = _named(name) or (_described(self.told[name]) if name in self.told else None)
        return self.known.get(name)

    def when(self, line: Line) -> list[When]:
        """The dates of a line (one, or those of a list; of periods the beginnings). Raises ValueError, for none too."""
        zone = self.zone(line.parameters["TZID"]) if "TZID" in line.parameters else None
        if not (parts := [part for part in line.value.split(",") if part.strip()]):
            raise ValueError(line.name)
        return [_read(part.partition("/")[0].strip(), zone) for part in parts]


def _read(text: str, zone: tzinfo | None) -> When:
    if not (found := _STAMP.fullmatch(text.upper())):
        raise ValueError("date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - the wall clock
    return When(wall, found[4] is None, UTC if found[7] else zone if found[4] else None)


def _named(name: str) -> tzinfo | None:
    """By the names of IANA, of Windows, or those behind a maker's prefix (`/mozilla.org/20050126_1/Europe/Berlin`,
    `tzone://Microsoft/Utc`)."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    parts = WINDOWS_TO_OLSON.get(name, name).strip("/").split("/")
    for size in (3, 2, 1):
        candidate = "/".join(parts[-size:])
        try:
            return ZoneInfo("UTC" if candidate == "Utc" else candidate)
        except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError
            continue
    return None


@dataclass(frozen=True, slots=True)
class _Told(tzinfo):
    """A zone as its file describes it: from each wall clock on, that many minutes."""

    since: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]

    def utcoffset(self, at: datetime | None) -> timedelta:
        place = 0 if at is None else max(bisect_right(self.since, at.replace(tzinfo=None)) - 1, 0)
        return self.offsets[place]

    def dst(self, at: datetime | None) -> None:
        return None

    def tzname(self, at: datetime | None) -> str:
        return "as told"


def _described(entry: Entry) -> tzinfo | None:
    """By X-LIC-LOCATION, else by the rules of its summer and winter time."""
    place = next((line.value for line in entry.lines() if line.name == "X-LIC-LOCATION"), "")
    if place and (zone := _named(place)):
        return zone
    changes: dict[datetime, timedelta] = {}
    for _, lines in entry.inner()[:400]:
        told = {line.name: line.value for line in lines}
        offset, start = _OFFSET.fullmatch(told.get("TZOFFSETTO", "")), _STAMP.fullmatch(told.get("DTSTART", ""))
        if offset is None or start is None:
            continue
        minutes = (int(offset[2]) * 60 + int(offset[3])) * (-1 if offset[1] == "-" else 1)
        changes |= dict.fromkeys(_starts(told), timedelta(minutes=minutes))
    if not changes or max(map(abs, changes.values())) >= timedelta(days=1):
        return None
    if len(set(changes.values())) == 1:
        return timezone(next(iter(changes.values())))
    since = sorted(changes)
    return _Told(tuple(since), tuple(changes[one] for one in since))


def _starts(told: dict[str, str]) -> list[datetime]:
    """The wall clocks at which this part of the year begins, up to the middle of the century."""
    try:
        first = _read(told["DTSTART"].strip("Z"), None).wall
    except ValueError:
        return []
    yearly = rule(told.get("RRULE", ""))
    if yearly is None or yearly.frequency != "YEARLY":
        return [first]
    until = _STAMP.fullmatch(yearly.until)
    last = _read(yearly.until, None).wall if until else _LAST
    return list(moments(yearly, max(first, first.replace(year=max(first.year, 1970), day=min(first.day, 28))), last))
