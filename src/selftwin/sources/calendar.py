"""Calendars as .ics files: what was planned, when, and how much of a day it took.

Google: Settings, Import & export (or Takeout). Apple: Calendar, File, Export. Outlook: Save calendar, or publish it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from selftwin.sources._calendar_entries import entries
from selftwin.sources._calendar_events import event, survey
from selftwin.sources._gathering import Gathering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._calendar_entries import Entry
    from selftwin.sources._calendar_events import Event, Survey
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

MOST_OCCURRENCES = 300_000  # of all that recurs in a file
_MARK = re.compile(rb"^(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\s", re.IGNORECASE)
_OTHERS = {"VTODO": "task", "VJOURNAL": "journal entry", "VFREEBUSY": "free/busy", "VAVAILABILITY": "availability"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The source of iCalendar files; guests, places and descriptions are never read."""

    name: str = "calendar"
    title: str = "Calendar (.ics)"
    reads: str = "Entries of a calendar, with those that repeat."
    version: int = 2
    rank: int = 0
    how_to_export: str = (
        "Google: calendar.google.com, Settings, Import & export, Export. Apple: Calendar, File, Export. Outlook: Save "
        "calendar."
    )

    def recognises(self, member: Member) -> bool:
        """By its first line."""
        return _MARK.match(member.head(200)) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A calendar is its owner's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The entries in order, each with all its occurrences; read twice, for an exception may stand anywhere."""
        del subject
        known, gathered, left = survey(member), Gathering(member.path, "calendar"), MOST_OCCURRENCES
        for entry in entries(member):
            if entry.kind != "VTIMEZONE":
                left -= max(_take(entry, known, gathered, left) - 1, 0)
            if gathered.full:
                yield gathered.part()
        yield gathered.part()


def _take(entry: Entry, known: Survey, gathered: Gathering, left: int) -> int:
    """Give an entry to the part; how many times it takes place."""
    if entry.kind in _OTHERS:
        gathered.record(_OTHERS[entry.kind])
        gathered.passing("tasks, journals and free/busy times are passed over")
        return 0
    gathered.record("event")
    if entry.body is None:
        gathered.fault("the entry has no end, or is larger than any entry")
        return 0
    try:
        found = event(entry.lines(), known)
        times = _rows(found, known, gathered, left) if not found.cancelled and not found.outdated else 0
    except (ValueError, OverflowError):
        gathered.fault("no readable beginning or end")
        return 0
    if not times:
        gathered.passing(_why(found))
    return times


def _why(found: Event) -> str:
    if found.cancelled:
        return "cancelled events are passed over"
    if found.outdated:
        return "events that a later revision in the file replaces are passed over"
    return "events whose every occurrence is told apart, struck out, or beyond what a file may hold are passed over"


def _rows(found: Event, known: Survey, gathered: Gathering, left: int) -> int:
    """The rows of each time it takes place."""
    if found.unreadable_rule:
        gathered.note("what recurs by the hour, or by a rule that cannot be read, is kept once")
    times_of = islice(found.occurrences(known), max(left, 0) if found.recurs else None)
    times = [(native, when, when.moment(), when.offset()) for native, when in times_of]
    for native, when, moment, offset in times:
        placed, stop = (moment, offset, when.basis), moment + found.length
        gathered.row("calendar.event", placed, stop=stop, native=native, text=found.words)
        if found.takes_time:
            minutes = found.length.total_seconds() / 60
            gathered.row("calendar.busy", placed, stop=stop, native=native, value=minutes)
    return len(times)


SOURCE = Calendar()
