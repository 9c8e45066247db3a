"""When things happen in the sample life: illnesses, the journey, which device is worn. Shares of the life's length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.zones import Stay, ZoneTimeline

LAST = date(2026, 3, 12)
DAYS = 730
FEWEST = 42
HOME, AWAY = "Europe/Amsterdam", "America/Los_Angeles"
_HOLIDAYS = frozenset(
    (
        "2024-04-01", "2024-05-09", "2024-05-20", "2024-12-25", "2024-12-26", "2025-01-01", "2025-04-21", "2025-05-29",
        "2025-06-09", "2025-12-25", "2025-12-26", "2026-01-01",
    )
)  # fmt: skip
_VACATIONS = (("2024-07-29", "2024-08-09"), ("2024-12-23", "2025-01-03"), ("2025-08-04", "2025-08-15"),
              ("2025-12-22", "2026-01-02"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` up to, but without, `stop`; counted from the first day of the life."""

    first: int
    stop: int

    def __contains__(self, day: object) -> bool:
        return isinstance(day, (int, np.integer)) and self.first <= int(day) < self.stop


@dataclass(frozen=True, slots=True)
class Illness:
    """An illness felt from day `onset` (which may be the day after the life) for `days`, after `ramp` silent nights."""

    onset: int
    severity: float
    ramp: int
    days: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixed points of a life of `days` days from `first` on."""

    first: date
    days: int
    illnesses: tuple[Illness, ...]
    away: Span
    fitbit: Span
    fitbit_heart: Span
    fitbit_trial: Span
    watch: Span
    staged: Span
    unworn: tuple[Span, ...]
    dexcom: tuple[Span, ...]
    libre: tuple[Span, ...]
    nightscout: tuple[Span, ...]
    whoop: Span
    study: Span
    mood: Span
    wellness: Span
    weight_log: Span
    scale: Span

    def day(self, number: int) -> date:
        """The date of a day of the life."""
        return self.first + timedelta(days=number)

    @property
    def sensors(self) -> tuple[Span, ...]:
        """Every glucose sensor worn, in order."""
        return tuple(sorted((*self.dexcom, *self.libre, *self.nightscout), key=lambda span: span.first))


def plan(days: int = DAYS, last: date = LAST) -> Plan:
    """The plan of a life of so many days up to `last`; a short life holds everything a long one does, closer together.

    Raises UsageError for fewer than 42 days.
    """
    if days < FEWEST:
        raise UsageError(f"A sample life has at least {FEWEST} days.")

    def at(share: float) -> int:
        return round(share * days)

    def span(share: float, most: int) -> Span:
        return Span(at(share), at(share) + max(3, min(most, days // 14)))

    def two(share: float, most: int) -> tuple[Span, Span]:
        first = span(share, most)
        pause = first.stop + max(1, days // 60)
        return first, Span(pause, pause + first.stop - first.first)

    out, trip = at(0.58), max(3, min(15, days // 15))
    first_illness = at(0.41)
    return Plan(
        first=last - timedelta(days=days - 1),
        days=days,
        illnesses=(
            Illness(first_illness, 1.0, 3, 8),
            Illness(at(0.74), 0.55, 2, 5),
            Illness(days, 1.0, 3, 7),
        ),
        away=Span(out, out + trip),
        fitbit=Span(0, at(0.275)),
        fitbit_heart=Span(at(0.2), at(0.2) + max(2, min(14, days // 20))),
        fitbit_trial=Span(at(0.275) - max(5, min(40, days // 14)), at(0.275)),
        watch=Span(at(0.235), days),
        staged=Span(at(0.36), days),
        unworn=(Span(first_illness + 1, first_illness + 3), Span(at(0.5), at(0.5) + max(1, min(4, days // 40)))),
        dexcom=two(0.45, 10),
        libre=two(0.63, 14),
        nightscout=(Span(days - max(4, min(10, days // 10)), days),),
        whoop=span(0.69, 28),
        study=Span(at(0.5), days),
        mood=Span(at(0.1), days),
        wellness=Span(at(0.25), at(0.6)),
        weight_log=Span(0, at(0.6)),
        scale=Span(at(0.6), days),
    )


def free_days(plan: Plan) -> np.ndarray:
    """Whether each day is free of work, bool [days]: weekends, Dutch holidays, vacations and the journey."""
    free = np.zeros(plan.days, bool)
    for number in range(plan.days):
        day = plan.day(number)
        text = day.isoformat()
        vacation = any(low <= text <= high for low, high in _VACATIONS)
        free[number] = day.weekday() >= 5 or text in _HOLIDAYS or vacation or number in plan.away
    return free


def journey(plan: Plan) -> ZoneTimeline:
    """Where the clock stood: home, nine zones west from the landing on, home again from the moment of boarding."""
    landed = datetime.combine(plan.day(plan.away.first), datetime.min.time(), UTC) + timedelta(hours=19, minutes=30)
    boarded = datetime.combine(plan.day(plan.away.stop), datetime.min.time(), UTC) + timedelta(hours=22)
    return ZoneTimeline(HOME, (Stay(landed, AWAY), Stay(boarded, HOME)))
