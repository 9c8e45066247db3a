"""Lengths of time and ends of grants, as people write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from selftwin.vocabulary.errors import UsageError
from selftwin.wording.clock import day_or_moment

_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)\s*([a-z]+)")
_UNITS = {"seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1),
          "days": timedelta(days=1), "weeks": timedelta(weeks=1), "months": timedelta(days=30),
          "years": timedelta(days=365)}  # fmt: skip
_LONGEST = timedelta(days=36_525)
_HINT = "Write 30d, 2w, 24h or 10min."


def length(text: str) -> timedelta:
    """How long: 10min, 24h, 1.5 hours, 30d, 2w, 3 months. A unit goes by as many of its letters as tell it from every
    other, so that `m` alone is none. Raises UsageError.

    >>> length("2w").days, length("24 hours").days, length("90s").seconds, length("3mo").days
    (14, 1, 90, 90)
    """
    found = _LENGTH.fullmatch(text.strip().lower())
    units = [unit for unit in _UNITS if found and unit.startswith(found[2])]
    if found and len(units) > 1:
        raise UsageError(f"{text[:40]!r} may be {' or '.join(units)}.", hint="Write 10min or 3mo.")
    if found is None or not units or not float(found[1]):
        raise UsageError(f"{text[:40]!r} is no length of time.", hint=_HINT)
    long = float(found[1]) * _UNITS[units[0]]
    if long > _LONGEST:
        raise UsageError(f"{text[:40]!r} is longer than a life.", hint=_HINT)
    return long


def end_of(text: str) -> datetime:
    """The moment until which something holds; a day holds to its end, on this machine's clock. Raises UsageError."""
    found = day_or_moment(text)
    try:
        if not isinstance(found, datetime):
            found = datetime.combine(found + timedelta(days=1), datetime.min.time())
        return found.astimezone()
    except (OverflowError, ValueError):
        raise UsageError(f"{text[:40]!r} is beyond every calendar.", hint="Write 2026-02-14.") from None
