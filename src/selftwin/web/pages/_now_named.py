"""What the line of now is called on a chart: today, or the newest day's date where the data end before today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from selftwin.web.charts.names import NAMES, Names
from selftwin.web.rendering import texts
from selftwin.wording.words import MONTHS


def today() -> date:
    """The day on this machine's clock, which is the person's."""
    return datetime.now().astimezone().date()


def named(newest: date, now: date | None = None) -> str:
    """The words over the line at the newest day.

    >>> named(date(2020, 3, 12), date(2026, 11, 24)), named(date(2026, 11, 23), date(2026, 11, 24))
    ('newest, 12 Mar 2020', 'newest, 23 Nov')
    >>> named(date(2026, 11, 24), date(2026, 11, 24))
    'today'
    """
    now = now or today()
    if newest >= now:
        return NAMES.today
    year = "" if newest.year == now.year else f" {newest.year}"
    return texts("en")("frame.newest", day=f"{newest.day} {MONTHS[newest.month - 1][:3]}{year}")


def names(newest: date) -> Names:
    """The words of charts whose line of now stands at the newest day."""
    return replace(NAMES, today=named(newest))
