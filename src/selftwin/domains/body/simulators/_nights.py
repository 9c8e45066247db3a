"""When a person sleeps: their nights so far, those to come, and what a scenario makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from selftwin.domains.body.simulators._living import DRAWS, acting, amount, days, local_hour, recent
from selftwin.domains.body.sleep import circadian
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do, Scenario

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

BEFORE = 4  # days before today from which the plan runs, so that what was slept is known
STEP = 0.25  # hours
PRIOR_START, PRIOR_LENGTH, PRIOR_SPREAD = -0.5, 7.5, 1.0  # hours from midnight, hours, their spread over people
NIGHT_SPREAD = 0.7  # hours from night to night, where nothing is known
AWAKE_SHARE = 1.07  # from sleep to the time from falling asleep to waking
MOVES = frozenset({"sleep.start", "sleep.end", "sleep.midpoint", "sleep.duration"})


@dataclass(frozen=True, slots=True)
class Usual:
    """Draws (n,) of when a person usually falls asleep (hours from the midnight before waking) and for how long they
    lie there; the spread of single nights in hours; how many nights of the last four weeks are known."""

    start: Floats
    length: Floats
    spread: float
    known: int

    @property
    def middle(self) -> Floats:
        """The middle of the usual night (n,), hours from midnight."""
        return self.start + self.length / 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Nights (n, nights) of waking days from -BEFORE on, in hours from today's midnight at home: start and end, how far
    they were moved; and the hour of a journey with the hours eastward."""

    start: Floats
    end: Floats
    moved: Floats
    journey: float | None = None
    east: float = 0.0


def usual(past: Past, seed: int) -> Usual:
    """What the last four weeks tell, and people in general where they tell little."""
    rng = np.random.default_rng((seed, 41))
    start, length = days(past, "sleep.start", 28) / 60, days(past, "sleep.duration", 28) / 60 * AWAKE_SHARE
    end = days(past, "sleep.end", 28) / 60
    length = np.where(np.isfinite(end - start), end - start, length)
    starts, lengths = recent(start), recent(length)
    night = float(starts.std()) if starts.size > 4 else NIGHT_SPREAD
    return Usual(_middle(starts, PRIOR_START, rng), _middle(lengths, PRIOR_LENGTH, rng), max(night, 0.2),
                 int(np.isfinite(start + length).sum()))  # fmt: skip


def _middle(known: Floats, prior: float, rng: np.random.Generator) -> Floats:
    """Draws (n,) of a mean of nights, shrunk to people's where few are known."""
    weight = known.size / (known.size + 1.0)
    middle = weight * (float(known.mean()) if known.size else prior) + (1 - weight) * prior
    error = (NIGHT_SPREAD**2 / max(known.size, 1) * weight + PRIOR_SPREAD**2 * (1 - weight) ** 2) ** 0.5
    found: Floats = middle + error * rng.standard_normal(DRAWS)
    return found


def after(start: Floats, doses: list[tuple[float, float]]) -> Floats:
    """When a night (n,) begins of one who is still up to take something: a quarter of an hour after it."""
    begins = start
    for hour, _ in doses:
        begins = np.where((begins < hour + 0.25) & (hour < start + 5), hour + 0.25, begins)
    return begins


def bedtime(habits: Usual, first: float, *, within: float) -> float | None:
    """The usual bedtime (hours from today's midnight) at least an hour, at most `within` hours, after a moment."""
    bed = float(np.median(habits.start))
    found = bed + 24 * np.ceil((first + 1 - bed) / 24)
    return float(found) if found <= first + within else None


def plan(past: Past, habits: Usual, scenario: Scenario, length: int, seed: int) -> Plan:
    """Nights from BEFORE days ago to the end of the days ahead, as slept and as they would be; the same seed is the
    same luck of every night."""
    rng = np.random.default_rng((seed, 42))
    nights = BEFORE + length + 1
    luck = habits.spread * rng.standard_normal((2, DRAWS, nights))
    start = habits.start[:, None] + luck[0]
    end = start + habits.length[:, None] + 0.5 * luck[1]
    for place, (fell, woke) in enumerate(_slept(past)):
        start[:, place] = fell if np.isfinite(fell) else start[:, place]
        end[:, place] = woke if np.isfinite(woke) else end[:, place]
    moved = np.zeros((DRAWS, nights))
    for step in scenario.steps:
        if step.signal in MOVES:
            _move(step, past, scenario, start, end, moved)
    day = 24.0 * (np.arange(nights) - BEFORE)
    made = Plan(day + start, day + np.maximum(end, start + 0.5), moved)
    for step in scenario.of("time_zone"):
        made = _travelled(made, step, past)
    return made


def _slept(past: Past) -> list[tuple[float, float]]:
    """Falling asleep and waking, in hours from midnight, of the nights that ended on the days before today."""
    start, end = days(past, "sleep.start", BEFORE) / 60, days(past, "sleep.end", BEFORE) / 60
    length = days(past, "sleep.duration", BEFORE) / 60 * AWAKE_SHARE
    end = np.where(np.isfinite(end), end, start + length)
    return list(zip(start.tolist(), end.tolist(), strict=True))


def _move(step: Do, past: Past, scenario: Scenario, start: Floats, end: Floats, moved: Floats) -> None:
    """Moves the nights that follow the days on which a step acts, in place."""
    on = np.zeros(start.shape[1], dtype=bool)
    ahead = start.shape[1] - BEFORE - 1
    on[BEFORE + 1 :] = acting(step, past, ahead)
    hours = amount(step) / (1 if step.way is Way.SHARE else 60)
    middle = (start + end)[:, on] / 2
    length = (end - start)[:, on]
    if step.signal == "sleep.duration":
        wanted = _changed(step, length / AWAKE_SHARE, hours) * AWAKE_SHARE
        grown = np.clip(wanted, 0.5, 20.0) - length
        early = 0.0 if "sleep.start" in scenario.signals else 0.5
        start[:, on] -= early * grown
        end[:, on] += (1 - early) * grown
    elif step.signal == "sleep.end":
        end[:, on] = np.maximum(_changed(step, end[:, on], hours), start[:, on] + 0.5)
    else:
        old = start[:, on] if step.signal == "sleep.start" else middle
        by = _changed(step, old, hours) - old
        start[:, on] += by
        end[:, on] += by
    moved[:, on] += (start + end)[:, on] / 2 - middle


def _changed(step: Do, old: Floats, hours: float) -> Floats:
    by = {Way.SET: np.full_like(old, hours), Way.CHANGE: old + hours, Way.SHARE: old * (1 + hours)}
    return by[step.way]


def zone(words: str) -> ZoneInfo:
    """A time zone by its name. Raises UsageError."""
    try:
        return ZoneInfo(words)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "Write it like Asia/Tokyo or America/New_York."
        raise UsageError(f"{words[:40]!r} is no time zone.", hint=hint) from None


def _travelled(made: Plan, step: Do, past: Past) -> Plan:
    """The plan with nights by the clock of another zone from a journey on."""
    there, begins = zone(step.words), step.begins(past.now, past.zone)
    offsets = [begins.astimezone(one).utcoffset() for one in (there, past.zone)]
    east = (offsets[0] - offsets[1]).total_seconds() / 3600 if offsets[0] is not None and offsets[1] is not None else 0
    arrival = local_hour(begins, past)
    start, end = made.start.copy(), made.end.copy()
    late = start >= arrival
    away = np.median(start - east, axis=0) >= arrival  # nights by the new clock that begin after arriving
    kept = np.median(end, axis=0) <= arrival
    start[:, away] -= east
    end[:, away] -= east
    lost = ~away & ~kept & late.any(axis=0)
    end[:, lost] = start[:, lost]
    return Plan(start, end, made.moved, arrival, east)


def sleeping(made: Plan, hours: Floats) -> Flags:
    """Where on a grid of hours (moments,) one sleeps (n, moments)."""
    asleep = np.zeros((made.start.shape[0], hours.size), dtype=bool)
    for night in range(made.start.shape[1]):
        start, end = made.start[:, night, None], made.end[:, night, None]
        asleep |= (hours > start) & (hours <= end)
    return asleep


def clock(made: Plan, hours: Floats) -> Floats:
    """How many hours later than usual the body clock stands (n, moments), as it follows moved nights and a journey."""
    target = np.zeros((made.start.shape[0], hours.size))
    rate: Floats = np.full(target.shape, float(circadian.AT_HOME))
    for night in range(made.start.shape[1]):
        on = (hours > 24.0 * (night - BEFORE) - 12) & (hours <= 24.0 * (night - BEFORE) + 12)
        target[:, on] = made.moved[:, night, None]
        rate[:, on] = circadian.share(made.moved[:, night], journey=False)[:, None]
    if made.journey is not None:
        late = hours >= made.journey
        target[:, late] += float(circadian.lag(np.array(made.east)))
        rate[:, late] = 1.0
    return circadian.follow(target, STEP, start=0.0, rate=rate)


def grid(length: int) -> Floats:
    """Hours from today's midnight, from BEFORE days ago to the noon after the days ahead."""
    count = round((BEFORE * 24 + length * 24 + 12) / STEP)
    return np.arange(count, dtype=np.float64) * STEP - BEFORE * 24 + STEP


def doses(past: Past, scenario: Scenario, key: str, length: int) -> list[tuple[float, float]]:
    """Doses (hour from today's midnight, amount) of what a scenario takes, and of what was recorded in the last day."""
    found = [(local_hour(at, past), float(value)) for at, value in _taken(past, key)]
    for step in scenario.of(key):
        if step.way is Way.SHARE or amount(step) < 0:
            hint = f"Say what is taken: `{key} 100 {step.unit} at 16:00`."
            raise UsageError(f"A step on {key} is an amount that is taken.", hint=hint)
        begins = step.begins(past.now, past.zone)
        hour = local_hour(begins, past)
        on = np.flatnonzero(acting(step, past, length)) if step.daily else np.array([int(hour // 24)])
        found += [(24.0 * int(day) + hour % 24, amount(step)) for day in on]
    return found


def _taken(past: Past, key: str) -> list[tuple[datetime, float]]:
    rows = past.series(key, since=None)
    late = [(at, value) for at, value in zip(rows["at"].to_list(), rows["value"].to_list(), strict=True)
            if value is not None and (past.now - at).total_seconds() < 86400]  # fmt: skip
    return [(at if at.tzinfo else at.replace(tzinfo=UTC), value) for at, value in late]
