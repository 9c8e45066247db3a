"""Counts, days, ages and how sure, in plain words. The twin says I, the person is you."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust

if TYPE_CHECKING:
    from datetime import date, datetime

    from selftwin.vocabulary.estimate import Step

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
SHORT = tuple(name[:3] for name in MONTHS)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SURE = ((95, "almost surely"), (85, "very likely"), (65, "likely"))
UNSURE = ((5, "almost surely not"), (15, "very unlikely"), (35, "unlikely"))
MARKS = {Trust.NONE: "○", Trust.FIRST: "◐", Trust.TRUSTED: "●"}
GUESS = "simple guess"


def count(number: int, noun: str) -> str:
    """How many of a thing.

    >>> count(1, "night"), count(1204, "observation"), count(2, "category")
    ('1 night', '1,204 observations', '2 categories')
    """
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {noun}"


def spelled(number: int, noun: str) -> str:
    """The same in words up to twelve.

    >>> spelled(3, "night"), spelled(1, "day"), spelled(20, "day")
    ('three nights', 'one day', '20 days')
    """
    figure, _, things = count(number, noun).partition(" ")
    return f"{NUMBERS[number] if number < len(NUMBERS) else figure} {things}"


def day(moment: date, *, weekday: bool = False, year: bool = True) -> str:
    """A calendar day as people write it.

    >>> from datetime import date
    >>> day(date(2026, 11, 24), weekday=True)
    'Tuesday 24 November 2026'
    """
    said = f"{moment.day} {MONTHS[moment.month - 1]}" + (f" {moment.year}" if year else "")
    return f"{WEEKDAYS[moment.weekday()]} {said}" if weekday else said


def stamp(moment: datetime) -> str:
    """A moment on this machine's clock: 24 Nov 2026, 07:31."""
    here = moment.astimezone()
    return f"{here.day} {SHORT[here.month - 1]} {here.year}, {here:%H:%M}"


def old(days: int) -> str:
    """How old data are.

    >>> old(0), old(1), old(3), old(200), old(2428)
    ('of today', '1 day old', '3 days old', '7 months old', '6 years old')
    """
    if days < 1:
        return "of today"
    number, noun = (days, "day") if days < 61 else (round(days / 30.4), "month")
    if days > 730:
        number, noun = int(days / 365.25), "year"
    return f"{count(number, noun)} old"


def sureness(per_cent: float) -> str:
    """A word of confidence, always with its figure.

    >>> sureness(77), sureness(97.2), sureness(50), sureness(4)
    ('likely, 77 %', 'almost surely, 97 %', 'about even, 50 %', 'almost surely not, 4 %')
    """
    word = next((word for least, word in SURE if per_cent >= least), None)
    word = word or next((word for most, word in UNSURE if per_cent <= most), "about even")
    return f"{word}, {per_cent:.0f} %"


def chance_above(step: Step, bound: float) -> float | None:
    """Per cent that a forecast moment lies above a bound, read off its own intervals; at their edge, the edge's figure.

    None where the step has no interval.
    """
    shares = (("lo90", 5), ("lo80", 10), ("lo50", 25), ("mean", 50), ("hi50", 75), ("hi80", 90), ("hi90", 95))
    line = [(value, share) for name, share in shares if (value := getattr(step, name)) is not None]
    if len(line) < 3:
        return None
    if bound <= line[0][0]:
        return 100.0 - line[0][1]
    for (low, below), (high, above) in pairwise(line):
        if low <= bound <= high:
            part = (bound - low) / (high - low) if high > low else 0.5
            return 100.0 - (below + part * (above - below))
    return 100.0 - line[-1][1]


def trusted(trust: Trust, n: int, spell: str) -> str:
    """The mark of trust with what stands behind it.

    >>> trusted(Trust.TRUSTED, 211, "night"), trusted(Trust.NONE, 3, "evening")
    ('● trusted, 211 nights', '○ 3 evenings noted; one more is needed')
    """
    if trust is Trust.NONE:
        return f"{MARKS[trust]} {count(n, spell)} noted; {_needed(FIRST_DAYS - n)}"
    if trust is Trust.FIRST and n >= TRUSTED_DAYS:
        return f"{MARKS[trust]} first impression, {count(n, spell)}"
    if trust is Trust.FIRST:
        return f"{MARKS[trust]} first impression, {count(n, spell)}; trusted after {TRUSTED_DAYS}"
    return f"{MARKS[trust]} trusted, {count(n, spell)}"


def _needed(more: int) -> str:
    return "one more is needed" if more == 1 else f"{NUMBERS[max(more, 0)]} more are needed"


def within(level: int | None) -> str:
    """What a range holds: half the time until the data allow more.

    >>> within(90), within(50)
    ('9 times in 10', 'half the time')
    """
    return {90: "9 times in 10", 80: "8 times in 10", 50: "half the time"}.get(level or 0, "")
