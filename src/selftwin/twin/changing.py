"""When something changed: the levels of a signal, or of all, with what else changed at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from selftwin.domains.normal.changes import changes as search
from selftwin.vocabulary import given
from selftwin.vocabulary.catalogue import nature

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from selftwin.twin.imagining import Asking
    from selftwin.vocabulary.change import Changes
    from selftwin.vocabulary.zones import ZoneTimeline


def changes(
    asking: Asking,
    signal: str | None = None,
    at: date | datetime | None = None,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> Changes:
    """The changes of one signal or of every one, as known at a moment, newest first.

    Raises UsageError, UnknownSignal, NothingYet where too little is known, Refused.
    """
    key = None if signal is None else nature(given.a(str, signal, "A signal")).key
    past, note = asking.past(at, {})
    if key is not None:
        asking.owner.consider(key, "changes")
        past.days(key)  # refused, where it may not be learnt from
    found = search(past, signal=key, journeys=journeys(asking.zones), tell=tell)
    for one in sorted({*past.read, *found.looked}):
        asking.owner.consider(one, "changes")
    return replace(found, notes=(*((note,) if note else ()), *found.notes))


def journeys(zones: ZoneTimeline) -> list[tuple[date, str]]:
    """The local days on which the clock was moved, and where to."""
    from zoneinfo import ZoneInfo

    return [(stay.since.astimezone(ZoneInfo(stay.zone)).date(), stay.zone) for stay in zones.stays]
