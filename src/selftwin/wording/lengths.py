"""Lengths of time and ends of grants, as people write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from selftwin.vocabulary.errors import UsageError
from selftwin.wording.clock import day_or_moment

_LENGTH = re.compile(r"(\d+)\s*([hdwmy])[a-z]*")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "m": timedelta(days=30),
          "y": timedelta(days=365)}  # fmt: skip
_LONGEST = timedelta(days=36_525)


def length(text: str) -> timedelta:
    """How long: 30d, 2w, 24h, 3 months. Raises UsageError.

    >>> length("2w").days, length("24 hours").days
    (14, 1)
    """
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None or int(found[1]) == 0 or len(found[1]) > 4:
        raise UsageError(f"{text[:40]!r} is no length of time.", hint="Write 30d, 2w or 24h.")
    long = int(found[1]) * _UNITS[found[2]]
    if long > _LONGEST:
        raise UsageError(f"{text[:40]!r} is longer than a life.", hint="Write 30d, 2w or 24h.")
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
