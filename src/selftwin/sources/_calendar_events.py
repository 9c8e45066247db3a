"""Events of a calendar: what a first look over the file finds, and when each event takes place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from selftwin.sources._calendar_entries import entries
from selftwin.sources._calendar_rules import MOST, moments, rule
from selftwin.sources._calendar_times import When, Zones
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selftwin.sources._calendar_entries import Line
    from selftwin.sources._calendar_rules import Rule
    from selftwin.sources.reader.members import Member

AHEAD = timedelta(days=93)  # for rules, after the newest stamp of the file
MOST_CHANGED, MOST_RULES = 1_000_000, 8
_STAMPS = {"DTSTAMP", "LAST-MODIFIED", "CREATED"}
_BUSY = timedelta(days=1)
_NO_REVISION = (0, "", "")
_FIRST, _END = datetime(EARLIEST_YEAR, 1, 1), datetime(LATEST_YEAR, 12, 31)  # noqa: DTZ001 - wall clocks


@dataclass(slots=True)
class Survey:
    """What a first look finds: the zones, the newest stamp, which occurrences are told apart, and newest revisions."""

    zones: Zones = field(default_factory=Zones)
    newest: str = ""
    latest_start: str = ""
    changed: set[tuple[str, str]] = field(default_factory=set)
    revision: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def horizon(self) -> datetime:
        """The last wall clock of a rule that has no end of its own."""
        text = self.newest or self.latest_start
        return min(datetime.strptime(text, "%Y%m%d") + AHEAD, _END) if text else _FIRST  # noqa: DTZ007

    def look(self, lines: list[Line]) -> None:
        """Take in one event."""
        told = {line.name: line for line in reversed(lines)}
        self.newest = max([self.newest, *(_day(told[name].value) for name in _STAMPS & told.keys())])
        self.latest_start = max(self.latest_start, _day(told["DTSTART"].value) if "DTSTART" in told else "")
        if len(self.changed) + len(self.revision) < MOST_CHANGED:
            identity = uid, single = _identity(told, self.zones)
            if single:
                self.changed.add(identity)
            if uid and single != "?" and (single or _sequence(told)):
                self.revision[identity] = max(_revision(told), self.revision.get(identity, _NO_REVISION))


def survey(member: Member) -> Survey:
    """The first look."""
    found = Survey()
    found.withdrawn = re.search(rb"^METHOD:CANCEL\s*$", member.head(2000), re.MULTILINE | re.IGNORECASE) is not None
    for entry in entries(member):
        if entry.kind == "VTIMEZONE" and entry.body is not None:
            found.zones.learn(entry)
        elif entry.kind == "VEVENT":
            found.look(entry.lines())
    return found


def _day(stamp: str) -> str:
    day = stamp[:8]
    try:
        return day if len(day) == 8 and _FIRST <= datetime.strptime(day, "%Y%m%d") <= _END else ""  # noqa: DTZ007
    except ValueError:
        return ""


def _sequence(told: dict[str, Line]) -> int:
    value = told["SEQUENCE"].value if "SEQUENCE" in told else ""
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0


def _revision(told: dict[str, Line]) -> tuple[int, str, str]:
    """What tells the newer of two: its number, and of exceptions of one number when they were written (RFC 5546)."""
    if "RECURRENCE-ID" not in told:
        return _sequence(told), "", ""
    written = (told[name].value.strip() if name in told else "" for name in ("DTSTAMP", "LAST-MODIFIED"))
    stamped, changed = (stamp if re.fullmatch(r"\d{8}T\d{6}Z", stamp) else "" for stamp in written)
    return _sequence(told), stamped, changed


def _identity(told: dict[str, Line], zones: Zones) -> tuple[str, str]:
    """UID and, for an exception, the recurrence it stands for."""
    uid = told["UID"].value if "UID" in told else ""
    try:
        return uid, zones.when(told["RECURRENCE-ID"])[0].key() if "RECURRENCE-ID" in told else ""
    except (ValueError, IndexError):
        return uid, "?"


@dataclass(frozen=True, slots=True)
class Event:
    """An event as far as it is read."""

    identity: tuple[str, str]
    start: When
    length: timedelta
    words: str | None
    takes_time: bool
    cancelled: bool
    outdated: bool
    recurs: bool
    rules: tuple[Rule, ...]
    more: tuple[When, ...]
    less: frozenset[datetime]

    @property
    def unreadable_rule(self) -> bool:
        """Whether it recurs in a way that is not understood."""
        return self.recurs and not self.rules

    def occurrences(self, known: Survey) -> Iterator[tuple[str | None, When]]:
        """Its native key and beginning, each time; what is told apart comes in an entry of its own."""
        uid, single = self.identity
        if single or not (self.rules or self.more):
            yield ("/".join(filter(None, self.identity)) if uid else None), self.start
            return
        for wall in self._walls(known.horizon):
            when = self.start.at(wall)
            if not {(uid, when.key()), (uid, f"{wall:%Y%m%d}")} & known.changed:
                yield (f"{uid}/{when.key()}" if uid else None), when

    def _walls(self, horizon: datetime) -> Iterator[datetime]:
        last = max(horizon, self.start.wall)
        ends = [min(last, _until(one.until, self.start)) if one.until else last for one in self.rules]
        regular = [moments(one, self.start.wall, end) for one, end in zip(self.rules, ends, strict=True)]
        before, more = None, sorted({one.on(self.start) for one in self.more})
        for wall in islice(merge([self.start.wall], *regular, more), 2 * MOST):
            day = wall.replace(hour=0, minute=0, second=0)
            if wall != before and not {wall, day} & self.less:
                yield wall
            before = wall


def _until(text: str, start: When) -> datetime:
    """The last wall clock by an UNTIL: a day is meant whole, UTC on the event's clock."""
    try:
        wall = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")  # noqa: DTZ007
        if "T" not in text or start.whole:
            return wall.replace(hour=23, minute=59, second=59)
        return When(wall, zone=UTC).on(start) if text.endswith("Z") else wall
    except (ValueError, OverflowError):
        return start.wall


def event(lines: list[Line], known: Survey) -> Event:
    """The event of these lines. Raises ValueError where its beginning or end cannot be read."""
    told = {line.name: line for line in reversed(lines)}
    if "DTSTART" not in told:
        raise ValueError("DTSTART")
    start = known.zones.when(told["DTSTART"])[0]
    identity = _identity(told, known.zones)
    free = _said(told, "TRANSP") == "TRANSPARENT" or _said(told, "X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    length = _length(told, start, known.zones)
    return Event(
        identity,
        start,
        length,
        _words(told),
        takes_time=not free and not start.whole and timedelta(0) < length <= _BUSY,
        cancelled=known.withdrawn or _said(told, "STATUS") == "CANCELLED",
        outdated=_revision(told) < known.revision.get(identity, _NO_REVISION),
        recurs="RRULE" in told,
        rules=tuple(islice((one for line in lines if line.name == "RRULE" and (one := rule(line.value))), MOST_RULES)),
        more=tuple(_dates(lines, "RDATE", known.zones)),
        less=frozenset(one.on(start) for one in _dates(lines, "EXDATE", known.zones)),
    )


def _said(told: dict[str, Line], name: str) -> str:
    return told[name].value.strip().upper() if name in told else ""


def _words(told: dict[str, Line]) -> str | None:
    from icalendar.prop import vText

    return str(vText.from_ical(told["SUMMARY"].value)).strip()[:1000] or None if "SUMMARY" in told else None


def _length(told: dict[str, Line], start: When, zones: Zones) -> timedelta:
    """Until its end, else its duration; a day without either is one day, a moment none."""
    from icalendar.prop import vDuration

    if "DTEND" in told:
        end = zones.when(told["DTEND"])[0]
        length = end.moment() - start.moment() if start.basis == end.basis else end.wall - start.wall
        return length if length or not start.whole else timedelta(days=1)
    if "DURATION" in told:
        read: Callable[[str], timedelta] = vDuration.from_ical
        return read(told["DURATION"].value)
    return timedelta(days=1 if start.whole else 0)


def _dates(lines: list[Line], name: str, zones: Zones) -> Iterator[When]:
    """The dates of all lines of a name; one that cannot be read is left out."""
    for line in lines:
        if line.name == name:
            try:
                yield from zones.when(line)[:MOST]
            except ValueError:
                continue
