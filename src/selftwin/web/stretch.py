"""One signal over a stretch of time, as the pages and the API ask for it: of their own twin, or through a view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from selftwin.web.columns import MICROS_A_DAY, RAW, READ

if TYPE_CHECKING:
    from selftwin.consent.view import View
    from selftwin.web.columns import Column
    from selftwin.web.house import Held

NEAR = 15 * MICROS_A_DAY  # a stretch that is read alone, where the whole column is not in memory


@dataclass(frozen=True, slots=True)
class Asked:
    """Which signal, from when to when (µs on the person's clock, the end left out; None: as far as there is)."""

    key: str
    first: int | None
    last: int | None
    points: int
    by: str = RAW


def own(held: Held, asked: Asked) -> Column:
    """The owner's column, kept in memory; what lies in a few days is read alone where the whole is not there yet."""
    near = asked.first is not None and asked.last is not None and asked.last - asked.first <= NEAR
    if near and not held.columns.has(asked.key, asked.by):
        return seen(held.twin.view(), asked)
    return held.columns.of(asked.key, asked.by)


def seen(view: View, asked: Asked) -> Column:
    """What a view may see of it, read through its gate."""
    since = None if asked.first is None else _day(asked.first)
    until = None if asked.last is None else _day(asked.last - 1)
    return READ[asked.by](view, asked.key, since=since, until=until)


def _day(micros: int) -> date:
    return date(1970, 1, 1) + timedelta(days=micros // MICROS_A_DAY)
