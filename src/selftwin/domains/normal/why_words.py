"""Amounts, days and shares in the words of an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from datetime import date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
UNSAID = {"/min", "1", "{score}", "{flag}", "{index}", "{rating}", "{load}"}
SAID = {"Cel": "°C", "Cel{diff}": "°C"}
CLOCKS = {"sleep.start", "sleep.end", "sleep.midpoint"}


def day_words(day: date) -> str:
    """A day as people write it.

    >>> from datetime import date
    >>> day_words(date(2026, 3, 10))
    'Tuesday 10 March'
    """
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def amount(key: str, value: float, unit: str = "") -> str:
    """A value of a signal with its unit, in three digits; minutes as hours, a clock as a clock.

    >>> amount("sleep.duration", 432.0), amount("sleep.start", -30.0), amount("alcohol.drinks", 2.0)
    ('7 h 12', '23:30', '2 drinks')
    """
    unit = unit or nature(key).unit
    if key in CLOCKS or unit == "clock":
        return "{:02d}:{:02d}".format(*divmod(round(value) % 1440, 60))
    if unit == "min":
        sign, (hours, minutes) = "\N{MINUS SIGN}" if value < 0 else "", divmod(round(abs(value)), 60)
        return f"{sign}{hours} h {minutes:02d}" if hours else f"{sign}{minutes} min"
    figure = digits(value)
    noun = "" if unit in UNSAID else SAID.get(unit, unit.strip("{}").replace("_", " "))
    if unit.startswith("{") and figure == "1" and noun.endswith("s"):
        noun = noun[:-1]
    return f"{figure} {noun}".rstrip()


def digits(value: float) -> str:
    """A figure in three digits or all before the point.

    >>> digits(58.04), digits(0.1234), digits(12345.6), digits(2.0)
    ('58', '0.123', '12,346', '2')
    """
    size = abs(value)
    places = 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3
    text = f"{round(value, places) + 0.0:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")


def once_in(share: float) -> str:
    """How rare a share of days is.

    >>> once_in(0.024), once_in(0.5), once_in(0.0), once_in(0.2)
    ('on about one day in 42', 'on about every other day', 'on none of them', 'on about one day in 5')
    """
    if share <= 0:
        return "on none of them"
    return "on about every other day" if share > 0.4 else f"on about one day in {round(1 / share)}"
