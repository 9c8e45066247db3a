"""A calendar as Google exports it: what recurs with its zone and exceptions, a call in another zone, days away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept
from selftwin.sample.export.clinic import visits
from selftwin.sample.export.stamps import crlf, iso
from selftwin.sample.plan import AWAY, HOME

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_ZONE = f"""BEGIN:VTIMEZONE
TZID:{HOME}
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""
_PLANNING, _CALL = "093000", "090000"
_DINNER = 1140  # minutes from midnight


def calendar(life: Life, folder: Path) -> Path:
    """`sample@group.calendar.google.com.ics` in `folder`."""
    head = ["BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", "X-WR-CALNAME:Sample", f"X-WR-TIMEZONE:{HOME}", *_ZONE.splitlines()]  # fmt: skip
    events = [_planning(life), _call(life), _journey(life), *_clinic(life), *_dinners(life)]
    lines = [line for number, event in enumerate(events) for line in _event(life, number, event)]
    return kept(folder / "sample@group.calendar.google.com.ics", crlf([*head, *lines, "END:VCALENDAR"]))


def _event(life: Life, number: int, lines: list[str]) -> list[str]:
    made = _stamp(iso(np.array([life.clock.end - 600]))[0])
    uid = f"sample{number:04d}@google.com"
    return ["BEGIN:VEVENT", *lines[:-1], f"DTSTAMP:{made}", f"UID:{uid}", "STATUS:CONFIRMED", lines[-1], "END:VEVENT"]


def _on(life: Life, weekday: int) -> list[int]:
    return np.flatnonzero(life.states.weekday == weekday).tolist()


def _recurring(life: Life, zone: str, clock: str, days: tuple[int, int]) -> list[str]:
    """From the clock of a day, half an hour; until the end of another one."""
    first, last = (life.plan.day(day) for day in days)
    end = f"{int(clock[:4]) + 30 if clock[2] < '3' else int(clock[:4]) + 70:04d}00"
    return [f"DTSTART;TZID={zone}:{first:%Y%m%d}T{clock}", f"DTEND;TZID={zone}:{first:%Y%m%d}T{end}",
            f"UNTIL={last:%Y%m%d}T235959Z"]  # fmt: skip


def _planning(life: Life) -> list[str]:
    """Every Monday of work; those of holidays are left out."""
    mondays = _on(life, 0)
    start, stop, until = _recurring(life, HOME, _PLANNING, (mondays[0], mondays[-1]))
    off = [
        f"EXDATE;TZID={HOME}:{life.plan.day(day):%Y%m%d}T{_PLANNING}" for day in mondays if life.states.free[day]
    ]
    return [start, stop, f"RRULE:FREQ=WEEKLY;{until};BYDAY=MO", *off, "SUMMARY:Weekly planning"]


def _call(life: Life) -> list[str]:
    """Every fourth Wednesday, at nine in the morning of the other side."""
    wednesdays = _on(life, 2)
    start, stop, until = _recurring(life, AWAY, _CALL, (wednesdays[1], wednesdays[-1]))
    return [start, stop, f"RRULE:FREQ=WEEKLY;INTERVAL=4;{until};BYDAY=WE", "SUMMARY:Call with the other office"]


def _journey(life: Life) -> list[str]:
    first, stop = life.plan.day(life.plan.away.first), life.plan.day(life.plan.away.stop) + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{stop:%Y%m%d}", "TRANSP:TRANSPARENT",
            "SUMMARY:Journey"]  # fmt: skip


def _clinic(life: Life) -> list[list[str]]:
    return [_timed(life, day, minute, 20, why) for day, minute, why in visits(life)]


def _dinners(life: Life) -> list[list[str]]:
    """Some of the evenings on which more than a glass was drunk."""
    rng = draws(life.seed, "calendar")
    days = np.flatnonzero((life.states.alcohol >= 3) & life.clock.exists(np.arange(life.plan.days), _DINNER + 180))
    kept = days[rng.random(days.size) < 0.4].tolist()
    return [_timed(life, day, _DINNER, 180, "Dinner with friends") for day in kept]


def _timed(life: Life, day: int, minute: int, lasts: int, what: str) -> list[str]:
    """An entry in UTC, as Google writes what does not recur."""
    start, stop = (_stamp(text) for text in iso(life.clock.utc([day, day], [minute, minute + lasts])))
    return [f"DTSTART:{start}", f"DTEND:{stop}", f"SUMMARY:{what}"]


def _stamp(text: str) -> str:
    return f"{text.replace('-', '').replace(':', '')}Z"
