"""Quiet hours: when a message waits. Held by the wall clock of wherever the person is, over midnight and changes of the
clock alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selftwin.vocabulary.alert import Urgency
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from selftwin.vocabulary.zones import ZoneTimeline

OFF = "off"
_HOURS = re.compile(r"(\d{1,2})(?::([0-5]\d))?\s*(?:-|–|to)\s*(\d{1,2})(?::([0-5]\d))?")  # noqa: RUF001 - as people type


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nothing is told: daily `hours` (`22:00-07:00`, `off`, or empty for the shared ones), everything up to
    `until` (ISO, aware; or empty); `strict` where not even what is urgent breaks it."""

    hours: str = ""
    until: str = ""
    strict: bool = False

    def beside(self, shared: Quiet) -> Quiet:
        """What holds for a watch: its own hours or else the shared ones, and whatever either holds back beyond that."""
        return Quiet(self.hours or shared.hours, max(self.until, shared.until), self.strict or shared.strict)

    def holds(self, moment: datetime, zones: ZoneTimeline, urgency: Urgency = Urgency.TODAY) -> bool:
        """Whether something of that urgency waits at a moment (aware)."""
        if urgency is Urgency.NOW and not self.strict:
            return False
        if self.until and moment < datetime.fromisoformat(self.until):
            return True
        if self.hours in {"", OFF}:
            return False
        start, end = _edges(self.hours)
        clock = moment.astimezone(ZoneInfo(zones.at(moment))).time()
        return start <= clock < end if start < end else clock >= start or clock < end

    def words(self) -> str:
        """The same as people say it."""
        said = f"quiet from {self.hours.replace('-', ' to ')}" if self.hours not in {"", OFF} else "no quiet hours"
        urgent = ", whatever it is" if self.strict else ", but for what is urgent"
        return said + urgent if self.hours not in {"", OFF} or self.until else said


def hours(text: str) -> str:
    """Hours as they are kept. Raises UsageError.

    >>> hours("22-7"), hours("21:30 to 06:45"), hours("off")
    ('22:00-07:00', '21:30-06:45', 'off')
    """
    said = text.strip().lower()
    if said in {OFF, "none", "never", "no"}:
        return OFF
    found = _HOURS.fullmatch(said)
    hint = "Write 22:00-07:00, or off."
    if found is None:
        raise UsageError(f"{text[:20]!r} are no hours.", hint=hint)
    first, last = (int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))
    last = (0, 0) if last == (24, 0) else last
    if max(first[0], last[0]) > 23:
        raise UsageError(f"{text[:20]!r} are no hours of a day.", hint=hint)
    if first == last:
        raise UsageError("These quiet hours would be empty, or never end.", hint=hint)
    return f"{first[0]:02}:{first[1]:02}-{last[0]:02}:{last[1]:02}"


def _edges(said: str) -> tuple[time, time]:
    start, _, end = said.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)
