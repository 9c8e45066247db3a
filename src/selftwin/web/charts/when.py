"""Moments on a chart's clock: days as numbers, and marks from seconds to decades in words a person says.

All moments are on the person's own clock, without an offset: dates, datetimes or `datetime64`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.wording.words import SHORT, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Moment = date | datetime
    Moments = Sequence[date] | Sequence[datetime] | NDArray[Any]

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  the person's own clock has no offset here
DAY = 86_400.0
MICRO = 86_400_000_000
CLOCK_STEPS = (1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200)  # seconds
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6)
STEPS: tuple[tuple[int | str, float], ...] = (  # each with its days, at the most
    *((seconds, seconds / DAY) for seconds in CLOCK_STEPS),
    *((f"{days} d", float(days)) for days in DAY_STEPS),
    *((f"{months} m", 31.0 * months) for months in MONTH_STEPS),
)
FORTNIGHT, MANY_FORTNIGHTS = "14 d", 92  # days, from which months are easier to read
YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment worth a word on the axis."""

    at: float
    words: str


def place(moment: Moment) -> float:
    """Days since 1970 on the person's clock.

    >>> place(date(1970, 1, 3)), place(datetime(1970, 1, 1, 12))
    (2.0, 0.5)
    """
    days = float(moment.toordinal() - EPOCH.toordinal())
    if isinstance(moment, datetime):
        days += (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / DAY
    return days


def places(moments: Moments) -> NDArray[np.float64]:
    """The same for many."""
    if not isinstance(moments, np.ndarray):
        return np.fromiter(map(place, moments), np.float64, len(moments))
    return moments.astype("datetime64[us]").astype(np.int64) / MICRO


def moment(at: float) -> datetime:
    """The moment at a place, to the second."""
    return EPOCH + timedelta(seconds=round(at * DAY))


def named(at: float) -> str:
    """A day as an axis says it: 28 Oct."""
    day = moment(at)
    return f"{day.day} {SHORT[day.month - 1]}"


def marks(first: float, last: float, most: int) -> list[Mark]:
    """At most so many marks between two places, on the finest step that keeps to it."""
    if last <= first or most < 1:
        return []
    for step, days in STEPS:
        if (last - first) / days - 1 > most or (step == FORTNIGHT and last - first > MANY_FORTNIGHTS):
            continue
        if len(found := _marks(step, first, last)) <= most:
            return found
    for years in YEAR_STEPS:
        if (last - first) / (366.0 * years) - 1 <= most and len(dates := list(_years(first, last, years))) <= most:
            return [Mark(place(at), str(at.year)) for at in dates]
    return []


def _marks(step: int | str, first: float, last: float) -> list[Mark]:
    if isinstance(step, int):
        return _clock_marks(step, first, last)
    many, _, unit = step.partition(" ")
    if unit == "d":
        return [Mark(at, named(at)) for at in _every(int(many), first, last)]
    return [Mark(place(at), _month(at, first, last)) for at in _months(first, last, int(many))]


def _clock_marks(seconds: int, first: float, last: float) -> list[Mark]:
    step = seconds / DAY
    start, end = int(np.ceil(first / step - 1e-6)), int(np.floor(last / step + 1e-6))
    alone = last - first <= 1 + 1e-6
    return [Mark(at, _hour(at, seconds, alone=alone, closing=at >= last - 1e-6 and at - first > 0.5))
            for at in (number * step for number in range(start, end + 1))]  # fmt: skip


def _hour(at: float, seconds: int, *, alone: bool, closing: bool) -> str:
    when = moment(at)
    if when.second or seconds < 60:
        return f"{when:%H:%M:%S}"
    if when.minute or seconds < 3600:
        return f"{when:%H:%M}"
    if when.hour == 0:
        if not alone:
            return f"{WEEKDAYS[when.weekday()][:3]} {when.day}"
        return "24" if closing else "midnight"
    return "noon" if when.hour == 12 else str(when.hour)


def _every(days: int, first: float, last: float) -> Iterator[float]:
    """Every so many days counted from the first; whole weeks fall on Mondays."""
    start = int(np.ceil(first - 1e-6))
    if days % 7 == 0:
        start += (-start - 3) % 7  # day 4 was a Monday
    return (float(at) for at in range(start, int(np.floor(last + 1e-6)) + 1, days))


def _months(first: float, last: float, step: int) -> Iterator[date]:
    start = moment(first)
    number = start.year * 12 + start.month - 1
    number += -number % step
    while place(at := date(number // 12, number % 12 + 1, 1)) <= last:
        if place(at) >= first:
            yield at
        number += step


def _month(at: date, first: float, last: float) -> str:
    """The first of a month: 1 Oct; where years pass, Oct and Jan 2026."""
    if last - first < 200:
        return f"1 {SHORT[at.month - 1]}"
    return f"Jan {at.year}" if at.month == 1 else SHORT[at.month - 1]


def _years(first: float, last: float, step: int) -> Iterator[date]:
    year = moment(first).year
    year += -year % step
    while year <= 9999 and place(date(year, 1, 1)) <= last:
        if place(date(year, 1, 1)) >= first:
            yield date(year, 1, 1)
        year += step
