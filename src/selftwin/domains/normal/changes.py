"""When your signals took another level, and what else changed then: a device, a journey, an illness, a medicine, a
habit, other signals. A changed device is the first suspect, for it changes the numbers without changing you."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.changes_beside import Noted, devices, noted
from selftwin.learn.change_points import SIDE, change_points
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.change import Beside, Change, Changes, Near
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import TRUSTED_DAYS, Trust
from selftwin.vocabulary.local import EPOCH
from selftwin.vocabulary.signal import Category, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from selftwin.learn.change_points import Levels, Point
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.signal import Signal

YEAR = 365.2425
LEAST = 2 * SIDE  # days of a signal
NEAR, FAR, TOLD = 7, 14, 6  # days that still count as the same time, of a vague day at most; other signals named
LUCK = 0.47  # changes a signal-year found where there are none (docs/models/changes.md)
NEVER = ("goal.", "insulin.", "glucose.target", "glucose.sensor", "device.", "birth.")  # set by hand, not lived
NOT_A_CAUSE = "What changed at the same time is not thereby the cause."
ORDER = {kind: place for place, kind in enumerate(Beside)}


def changes(
    past: Past, *, signal: str | None = None, journeys: Sequence[tuple[date, str]] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Changes:  # fmt: skip
    """The changes of level of one signal, or of every one that is a number, as known at `past.now`, newest first.

    `journeys` are the days on which the person's clock was moved, and where to. Where one signal changed, the others
    are searched as well, for what else did. Raises UsageError for a signal that has no level, NothingYet where too
    little is known, Refused.
    """
    asked = _asked(past, signal)
    found = _found(past, [one for one in _searched(past) if one.key in asked], tell)
    if signal is not None and any(one.levels.points for one in found.values()):
        found |= _found(past, [one for one in _searched(past) if one.key != signal], tell)
    if signal is not None and signal not in found:
        raise NothingYet(f"A change of {nature(signal).label.lower()} needs {LEAST} days of it, and that it moves.",
                         hint="`selftwin show` says what is there.")  # fmt: skip
    if not found:
        raise NothingYet("I know no signal for long enough to tell whether it changed.",
                         hint="Four weeks of a signal are the least; `selftwin import PATH` brings them.")  # fmt: skip
    others = noted(past, journeys)
    every = [change for key, one in found.items() for change in _changes(key, one)]
    told = [_beside(past, one, every, others) for one in every if one.signal in asked]
    looked = tuple(key for key in found if key in asked)
    years = sum(found[key].years for key in looked)
    return Changes(past.now.isoformat(), tuple(sorted(told, key=_newest, reverse=True)), looked, years, LUCK * years,
                   (NOT_A_CAUSE,))  # fmt: skip


def _found(past: Past, signals: Sequence[Signal], tell: Callable[[str], None]) -> dict[str, _Known]:
    """What is known of each signal that can be searched."""
    return {one.key: levels for one in signals if (levels := _levels(past, one, tell)) is not None}


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of one signal: its days, and the levels found in them."""

    signal: Signal
    days: list[date]
    levels: Levels

    @property
    def years(self) -> float:
        """How long it was watched."""
        return (self.days[-1] - self.days[0]).days / YEAR


def _asked(past: Past, signal: str | None) -> set[str]:
    """The signals whose changes are told. Raises UsageError."""
    if signal is None:
        return set(past.keys())
    one = nature(signal)
    if not _has_level(one):
        raise UsageError(f"{one.label} has no level that could change.", hint="Ask of a signal that is a number.")
    return {signal}


def _searched(past: Past) -> list[Signal]:
    return [one for one in map(nature, past.keys()) if _has_level(one)]


def _has_level(signal: Signal) -> bool:
    """Whether it is a number that a day has, and not one that somebody set."""
    is_lived = not signal.key.startswith(NEVER) and signal.category is not Category.DEMOGRAPHIC
    return signal.numeric and signal.kind is Kind.QUANTITY and is_lived


def _levels(past: Past, signal: Signal, tell: Callable[[str], None]) -> _Known | None:
    """The levels of one signal; None where too little is known or it may not be learnt from."""
    try:
        rows = past.days(signal.key)
    except Refused:
        return None
    if rows.height < LEAST:
        return None
    tell(signal.label)
    numbers = rows["day"].cast(int).to_numpy().astype(np.int64)
    levels = change_points(numbers, rows["value"].to_numpy().astype(np.float64))
    return None if levels is None else _Known(signal, rows["day"].to_list(), levels)


def _changes(key: str, known: _Known) -> list[Change]:
    """The changes of one signal, with nothing beside them yet."""
    points, levels = known.levels.points, known.levels.levels
    ends = [*(_day(point.at - 1) for point in points[1:]), ""]
    n = len(known.days)
    trust = Trust.TRUSTED if n >= 4 * TRUSTED_DAYS else Trust.FIRST
    lineage = ((key, known.days[0].isoformat(), known.days[-1].isoformat()),)
    said = (key, known.signal.label, known.signal.unit)
    return [
        Change(*said, _day(point.at), _day(point.first), _day(point.last), point.size, point.low, point.high, before,
               after, known.levels.spread, end, point.worth, n, trust, lineage=lineage)
        for point, before, after, end in _steps(points, levels, ends)
    ]  # fmt: skip


def _steps(
    points: Sequence[Point], levels: Sequence[float], ends: Sequence[str]
) -> list[tuple[Point, float, float, str]]:
    return list(zip(points, levels, levels[1:], ends, strict=False))


def _beside(past: Past, one: Change, every: Sequence[Change], others: Sequence[Noted]) -> Change:
    """The change with what else changed near it, the first suspect first, the nearest first among equals."""
    day = date.fromisoformat(one.day)
    low = max(date.fromisoformat(one.first), day - timedelta(FAR)) - timedelta(NEAR)
    high = min(date.fromisoformat(one.last), day + timedelta(FAR)) + timedelta(NEAR)
    things = [*devices(past, one.signal), *others]
    named = [Near(thing.kind, thing.words, thing.day.isoformat(), (thing.day - day).days, thing.signal)
             for thing in things if low <= thing.day <= high]  # fmt: skip
    moved = [_moved(other, day) for other in _together(one, every)]
    return replace(one, near=tuple(sorted(named, key=_foremost)) + tuple(moved))


def _together(one: Change, every: Sequence[Change]) -> list[Change]:
    """Changes of other signals at the same time, the surest first."""
    day = date.fromisoformat(one.day)
    near = [other for other in every if other.signal != one.signal and _apart(other, day) <= NEAR]
    return sorted(near, key=lambda other: (-other.worth, other.signal))[:TOLD]


def _apart(other: Change, day: date) -> int:
    """How many days a change lies from a day."""
    return abs((date.fromisoformat(other.day) - day).days)


def _moved(other: Change, day: date) -> Near:
    off = (date.fromisoformat(other.day) - day).days
    return Near(Beside.SIGNAL, f"{other.label.partition(', ')[0]} {other.way}", other.day, off, other.signal)


def _foremost(thing: Near) -> tuple[int, int]:
    return ORDER[thing.kind], abs(thing.off)


def _newest(one: Change) -> tuple[str, float]:
    return one.day, one.worth


def _day(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()
