"""Which stretch of time the timeline shows, and the ways from it to others, all of them plain links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from selftwin.wording.words import MONTHS, day

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LENGTHS = (("10y", 3653 * DAY), ("1y", 365 * DAY), ("3m", 91 * DAY), ("1m", 31 * DAY), ("1w", 7 * DAY), ("1d", DAY),
           ("1h", HOUR), ("1min", MINUTE))  # fmt: skip
FIRST_LOOK = "1m"
RAW = 16 * DAY  # up to which single observations are drawn
EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2100, 12, 31)  # noqa: DTZ001 - the person's own clock


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to another, on the person's own clock."""

    first: datetime
    last: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.last - self.first

    @property
    def raw(self) -> bool:
        """Whether single observations are drawn rather than days."""
        return self.length <= RAW

    def moved(self, share: float) -> Span:
        """The same length, so many of its lengths later."""
        return _kept(self.first + self.length * share, self.length)

    def zoomed(self, times: float) -> Span:
        """The same middle, so many times as long; a minute at the least, two centuries at the most."""
        length = min(max(self.length * times, MINUTE), LATEST - EARLIEST)
        return _kept(self.first + (self.length - length) / 2, length)

    @property
    def words(self) -> str:
        """When it is, as people write it."""
        last = self.last - timedelta(microseconds=1)
        if self.length < DAY or (self.first.date() == last.date()):
            whole = self.first.time() == self.last.time()
            clock = "" if whole else f", {self.first:%H:%M} to {self.last:%H:%M}"
            return f"{day(self.first, weekday=True)}{clock}"
        if self.length > 1000 * DAY:
            return f"{MONTHS[self.first.month - 1]} {self.first.year} to {MONTHS[last.month - 1]} {last.year}"
        return f"{day(self.first)} to {day(last)}"


def asked(query: Mapping[str, str], now: datetime) -> Span:
    """The stretch that a query names by `from` and `to`, by `at` (a day), or by a length (`span`) up to the newest."""
    first, last = _moment(query.get("from", "")), _moment(query.get("to", ""))
    if first and last and last > first:
        return _kept(first, max(last - first, MINUTE))
    if at := _moment(query.get("at", "")):
        return Span(at.replace(hour=0, minute=0, second=0, microsecond=0), at.replace(
            hour=0, minute=0, second=0, microsecond=0) + DAY)  # fmt: skip
    length = dict(LENGTHS).get(query.get("span", ""), dict(LENGTHS)[FIRST_LOOK])
    end = _end(now, length)
    return Span(end - length, end)


def _end(now: datetime, length: timedelta) -> datetime:
    """The end of today for days and more, of the hour or minute for less."""
    if length >= DAY:
        return now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    if length >= HOUR:
        return now.replace(minute=0, second=0, microsecond=0) + HOUR
    return now.replace(second=0, microsecond=0) + MINUTE


def _kept(first: datetime, length: timedelta) -> Span:
    """Within what a clock can show."""
    first = min(max(first, EARLIEST), LATEST - length)
    return Span(first.replace(microsecond=0), (first + length).replace(microsecond=0))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None
    return found if found and EARLIEST <= found <= LATEST else None


def path(span: Span, kept: Mapping[str, str]) -> str:
    """The address of a stretch, with the lanes that were chosen."""
    at = {"from": f"{span.first:%Y-%m-%dT%H:%M:%S}", "to": f"{span.last:%Y-%m-%dT%H:%M:%S}"}
    return f"timeline?{urlencode(at | dict(kept))}"
