"""Watches the rhythm of your days for slow change: when you sleep, how regularly, how far free days lie from working
days, how strongly activity is gathered in the day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.hours import by_hour
from selftwin.domains.body.watches._slow import Slow, Watched, daily
from selftwin.domains.body.watches._slow_words import FOUND
from selftwin.learn.rhythm import cosinor

if TYPE_CHECKING:
    from selftwin.vocabulary.model import Past

NEEDS = "four weeks of nights with when you slept, or of steps through the day."
FORTNIGHT, MONTH, KNOWN = 14, 28, 5  # days; nights among them that must be known
FREE = (6, 7)  # Saturday's and Sunday's waking, by ISO weekday


def _off(past: Past) -> list[tuple[date, float]]:
    """How far each night's middle lies off the median of the fortnight before it, minutes either way."""
    rows = list(past.days("sleep.midpoint").iter_rows())
    found = []
    for place, (day, middle) in enumerate(rows):
        before = [value for at, value in rows[max(0, place - FORTNIGHT) : place] if day - at <= timedelta(FORTNIGHT)]
        if len(before) >= KNOWN:
            found.append((day, abs(middle - float(np.median(before)))))
    return found


def _later(past: Past) -> list[tuple[date, float]]:
    """How much later each free day's sleep lay than working days' of the four weeks before, minutes."""
    rows = list(past.days("sleep.midpoint").iter_rows())
    found = []
    for place, (day, middle) in enumerate(rows):
        if day.isoweekday() not in FREE:
            continue
        before = [value for at, value in rows[max(0, place - MONTH) : place]
                  if day - at <= timedelta(MONTH) and at.isoweekday() not in FREE]  # fmt: skip
        if len(before) >= KNOWN:
            found.append((day, middle - float(np.mean(before))))
    return found


def _gathered(past: Past) -> list[tuple[date, float]]:
    """How high the day's wave of steps stands over its middle."""
    found = []
    for day, hours in by_hour(past, "steps"):
        wave = cosinor(hours[None])
        if wave.mesor > 0:
            found.append((day, wave.amplitude / wave.mesor))
    return found


WATCHED = (
    Watched("the middle of your sleep", "min", daily("sleep.midpoint"), ("sleep.midpoint",), 0, "has moved later",
            "has moved earlier", "sleep.midpoint"),
    Watched("how far your nights lie off your usual time", "min", _off, ("sleep.midpoint",), 1),
    Watched("how much later you sleep on free days", "min", _later, ("sleep.midpoint",), 1),
    Watched("how strongly your steps are gathered in the day", "1", _gathered, ("steps",), -1),
)  # fmt: skip


class Rhythm(Slow):
    """Slow change in the rhythm of days."""

    name = "rhythm"
    title = "A slow change in the rhythm of your days"
    promise = (
        FOUND
        + "A journey, a new job or a child in the house are changes too: it says that something moved, not that it is "
        "bad."
    )
    cites = (
        "Phillips and others 2017, Sci Rep 7:3216",
        "Wittmann and others 2006, Chronobiol Int 23:497",
        "Cornelissen 2014, Theor Biol Med Model 11:16",
    )
    watched = WATCHED
    needs = NEEDS


WATCH = Rhythm()
