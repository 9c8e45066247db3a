"""On which days something recurs: the RRULE of RFC 5545, from the year down to the day.

It goes from period to period (year, month, week, day) up to a last day, so that a rule nothing fits ends as well.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 10_000  # occurrences of a rule, and periods it looks at
MOST_A_DAY = 96  # clocks of a day: a rule with more recurs faster than anybody's appointments
IN_VAIN = 20_000  # days that nothing fits, after which a rule is left; leap days are eight years apart at most
_LENGTHS = {"YEARLY": 365, "MONTHLY": 30, "WEEKLY": 7, "DAILY": 1}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_BOUNDS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366, "BYHOUR": 23,
           "BYMINUTE": 59, "BYSECOND": 59}  # fmt: skip
_FROM_END = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is written; `by` holds the numbers of each BY part, `weekdays` those of BYDAY with their ordinal."""

    frequency: str
    interval: int
    count: int | None
    until: str
    week_start: int
    by: dict[str, tuple[int, ...]]
    weekdays: tuple[tuple[int, int], ...]


def rule(text: str) -> Rule | None:
    """The rule of an RRULE, or None where it cannot be read, or recurs by the hour or more often."""
    parts = dict(part.upper().split("=", 1) for part in text.strip().strip(";").split(";") if "=" in part)
    try:
        by = {name: _numbers(name, parts[name]) for name in _BOUNDS if parts.get(name)}
        weekdays = tuple(map(_weekday, parts["BYDAY"].split(","))) if parts.get("BYDAY") else ()
        interval, count = int(parts.get("INTERVAL", "1")), int(parts["COUNT"]) if "COUNT" in parts else None
        start = _DAYS.index(parts.get("WKST", "MO"))
    except ValueError:
        return None
    clocks = prod(len(by.get(name, ("start",))) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if parts.get("FREQ") not in _LENGTHS or not 1 <= interval <= MOST or clocks > MOST_A_DAY:
        return None
    return Rule(parts["FREQ"], interval, count, parts.get("UNTIL", ""), start, by, weekdays)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    numbers = tuple(sorted({int(one) for one in text.split(",")}))
    lowest = -_BOUNDS[name] if name in _FROM_END else 1 if name == "BYMONTH" else 0
    if not all(lowest <= one <= _BOUNDS[name] for one in numbers) or (name in _FROM_END and 0 in numbers):
        raise ValueError(name)
    return numbers


def _weekday(text: str) -> tuple[int, int]:
    if not (found := _DAY.fullmatch(text.strip())):
        raise ValueError(text)
    return int(found[1] or 0), _DAYS.index(found[2])


def moments(rule: Rule, start: datetime, last: datetime) -> Iterator[datetime]:
    """The wall clocks from `start` (always the first) to `last` on which it recurs, in order."""
    yield start
    left = MOST if rule.count is None else min(rule.count, MOST)
    clocks = list(product(rule.by.get("BYHOUR", (start.hour,)), rule.by.get("BYMINUTE", (start.minute,)),
                          rule.by.get("BYSECOND", (start.second,))))  # fmt: skip
    vain = 0
    for period in _periods(rule, start.date(), last.date()):
        vain = 0 if period else vain + _LENGTHS[rule.frequency]
        if vain > IN_VAIN:
            return
        found = [datetime(one.year, one.month, one.day, *clock) for one in period for clock in clocks]  # noqa: DTZ001
        for moment in _at_positions(rule, found):
            if moment > last or left <= 1:
                return
            if moment > start:
                left -= 1
                yield moment


def _at_positions(rule: Rule, found: list[datetime]) -> list[datetime]:
    if "BYSETPOS" not in rule.by:
        return found
    size = len(found)
    places = {place - 1 if place > 0 else size + place for place in rule.by["BYSETPOS"]}
    return [one for place, one in enumerate(found) if place in places]


def _periods(rule: Rule, start: date, last: date) -> Iterator[list[date]]:
    """The fitting days of each period, in order."""
    asked = _filled(rule, start)
    for first, size in _spans(rule, start, last):
        if rule.frequency == "YEARLY" and set(asked) == {"BYMONTH", "BYMONTHDAY"} and not rule.weekdays:
            yield _written_out(asked, first.year)
            continue
        days = [first + timedelta(days=place) for place in range(size)]
        yield [day for day in days if _fits(rule, asked, day)]


def _written_out(asked: dict[str, tuple[int, ...]], year: int) -> list[date]:
    """The days of a year that months and days of the month name: nearly every yearly rule."""
    lengths = {month: monthrange(year, month)[1] for month in asked["BYMONTH"]}
    found = {(month, day if day > 0 else lengths[month] + day + 1) for month in lengths for day in asked["BYMONTHDAY"]}
    return [date(year, month, day) for month, day in sorted(found) if 1 <= day <= lengths[month]]


def _spans(rule: Rule, start: date, last: date) -> Iterator[tuple[date, int]]:
    """The first day of each period and its length in days."""
    week = start - timedelta(days=(start.weekday() - rule.week_start) % 7) if start.toordinal() > 7 else start
    for step in range(0, MOST * rule.interval, rule.interval):
        if rule.frequency in {"YEARLY", "MONTHLY"}:
            months = start.month - 1 + step if rule.frequency == "MONTHLY" else 12 * step
            year, month = start.year + months // 12, months % 12 + 1
            if year > last.year:
                return
            days = 365 + (monthrange(year, 2)[1] == 29) if rule.frequency == "YEARLY" else monthrange(year, month)[1]
            first = date(year, month, 1)
        else:
            days = 7 if rule.frequency == "WEEKLY" else 1
            base = week if rule.frequency == "WEEKLY" else start
            if base.toordinal() + step * days + days > last.toordinal() + days:
                return
            first = base + timedelta(days=step * days)
        if first > last:
            return
        yield first, days


def _filled(rule: Rule, start: date) -> dict[str, tuple[int, ...]]:
    """The BY parts, with what the first day gives where the rule names none."""
    days = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} & set(rule.by)
    asked = {name: told for name, told in rule.by.items() if not name.endswith(("SETPOS", "HOUR", "MINUTE", "SECOND"))}
    if days or rule.weekdays:
        return asked
    if rule.frequency == "YEARLY":
        asked.setdefault("BYMONTH", (start.month,))
    if rule.frequency in {"YEARLY", "MONTHLY"}:
        asked["BYMONTHDAY"] = (start.day,)
    if rule.frequency == "WEEKLY":
        asked["BYDAY"] = (start.weekday(),)
    return asked


def _fits(rule: Rule, asked: dict[str, tuple[int, ...]], day: date) -> bool:
    if "BYMONTH" in asked and day.month not in asked["BYMONTH"]:
        return False
    length = monthrange(day.year, day.month)[1]
    if "BYMONTHDAY" in asked and not {day.day, day.day - length - 1} & {*asked["BYMONTHDAY"]}:
        return False
    if "BYDAY" in asked and day.weekday() not in asked["BYDAY"]:
        return False
    if rule.weekdays and not any(_is_weekday(rule, one, day, length) for one in rule.weekdays):
        return False
    year = date(day.year, 12, 31).timetuple().tm_yday
    place = day.timetuple().tm_yday
    if "BYYEARDAY" in asked and not {place, place - year - 1} & {*asked["BYYEARDAY"]}:
        return False
    return "BYWEEKNO" not in asked or _in_week(rule, day)


def _is_weekday(rule: Rule, asked: tuple[int, int], day: date, length: int) -> bool:
    """Whether it is that weekday, and where a number stands before it, the n-th of the month or the year."""
    nth, weekday = asked
    if day.weekday() != weekday or nth == 0 or rule.frequency in {"WEEKLY", "DAILY"}:
        return day.weekday() == weekday
    whole_year = rule.frequency == "YEARLY" and "BYMONTH" not in rule.by
    place = day.timetuple().tm_yday if whole_year else day.day
    size = date(day.year, 12, 31).timetuple().tm_yday if whole_year else length
    return nth in {(place - 1) // 7 + 1, -((size - place) // 7 + 1)}


def _in_week(rule: Rule, day: date) -> bool:
    """Whether it stands in one of the numbered weeks of a year; the first has four days of the year."""
    middle = day + timedelta(days=3 - (day.weekday() - rule.week_start) % 7)  # the year of a week is that of its fourth
    last = date(middle.year, 12, 31)
    number = (middle.timetuple().tm_yday - 1) // 7 + 1
    weeks = number + (last - middle).days // 7
    return bool({number, number - weeks - 1} & {*rule.by["BYWEEKNO"]})
