"""Every cause and outcome of one person on one calendar, each reading asked of the gate through the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.habits.effects_table import Cause, How, Outcome, causes, outcome

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]

FEWEST = 25  # days of a signal
SILENT = 45  # days without a note after which nobody knows whether nothing was drunk or nothing noted
SHARE = 0.7  # of the days that the best known of a family has
CONTEXT = ("sleep.end", "work.hours", "calendar.busy", "place.distance_home", "weather.temperature", "illness",
           "symptom.fever")  # whether a day was free, far from home, hot, ill; each as known before the cause
LONGEST = 1461  # days back from the newest: a life changes


@dataclass(frozen=True, slots=True)
class Days:
    """C causes and O outcomes on n days from `first` on, NaN where unknown, and A signals that tell what kind of day it
    was; `weekday` (n,) is 0 on Mondays."""

    first: date
    weekday: NDArray[np.int64]
    causes: tuple[Cause, ...]
    done: Floats  # (C, n)
    outcomes: tuple[Outcome, ...]
    felt: Floats  # (O, n)
    recorded: tuple[str, ...]  # the signal that each cause was made of
    around: tuple[str, ...]
    context: Floats  # (A, n)

    @property
    def count(self) -> int:
        """Days on the calendar."""
        return self.weekday.size

    def day(self, place: int) -> date:
        """The date of a place on the calendar."""
        return self.first + timedelta(days=int(place))


def days(past: Past, *, wanted: str | None = None) -> Days | None:
    """What is known, None where there is nothing to compare. `wanted` is a cause that is asked for by name, which then
    speaks for its family."""
    keys = frozenset(past.keys())
    calendar = _calendar(past, keys)
    if calendar is None:
        return None
    first, count = calendar
    seen = [(one, _placed(past.days(one.key), first, count)) for key in sorted(keys) if (one := outcome(key))]
    seen = [(one, values) for one, values in seen if _moves(values)]
    made = [(one, _made(past, one, keys, first, count)) for one in causes() if keys & set(one.signals)]
    made = _one_each([(one, values) for one, values in made if _moves(values)], wanted)
    weekday = (np.arange(count) + first.weekday()) % 7
    return Days(first, weekday, tuple(one for one, _ in made), _stack([values for _, values in made], count),
                tuple(one for one, _ in seen), _stack([values for _, values in seen], count),
                tuple(_recorded(one, keys) for one, _ in made), tuple(key for key in CONTEXT if key in keys),
                _stack([_placed(past.days(key), first, count) for key in CONTEXT if key in keys], count))  # fmt: skip


def _calendar(past: Past, keys: frozenset[str]) -> tuple[date, int] | None:
    """The first day of any outcome, and how many there are up to the last."""
    spans = [past.days(key)["day"] for key in sorted(keys) if outcome(key)]
    spans = [days for days in spans if len(days) >= FEWEST]
    if not spans:
        return None
    last = max(days[-1] for days in spans)
    first = max(min(days[0] for days in spans), last - timedelta(days=LONGEST))
    return first, (last - first).days + 1


def _placed(known: pl.DataFrame, first: date, count: int) -> Floats:
    """Days as a row of the calendar."""
    found = np.full(count, np.nan)
    place = (known["day"].to_numpy() - np.datetime64(first)).astype("timedelta64[D]").astype(np.int64)
    inside = (place >= 0) & (place < count)
    found[place[inside]] = known["value"].to_numpy()[inside]
    return found


def _made(past: Past, one: Cause, keys: frozenset[str], first: date, count: int) -> Floats:
    """A cause by day: of the first of its signals that is known."""
    key = _recorded(one, keys)
    if one.how is How.DAY:
        found = _placed(past.days(key), first, count)
    else:
        found = _by_hour(past.series(key), one, first, count)
    return _filled(found) if one.none else found


def _recorded(one: Cause, keys: frozenset[str]) -> str:
    return next(key for key in one.signals if key in keys)


def _by_hour(rows: pl.DataFrame, one: Cause, first: date, count: int) -> Floats:
    """What began within some hours of each day on the person's clock: its sum, or the clock of the last."""
    local = rows["local"].to_numpy().astype("datetime64[m]")
    hour = (local - local.astype("datetime64[D]")).astype(np.int64) / 60
    early = hour + 24 < one.hours[1]
    place = (local.astype("datetime64[D]") - np.datetime64(first)).astype(np.int64) - early
    hour = hour + 24 * early
    inside = (place >= 0) & (place < count) & (hour >= one.hours[0]) & (hour < one.hours[1])
    found = np.full(count, np.nan)
    if one.how is How.LAST:
        np.fmax.at(found, place[inside], 60 * hour[inside])
        return found
    known = (place >= 0) & (place < count)
    value = rows["value"].to_numpy().astype(float)
    inside &= np.isfinite(value)
    found[np.unique(place[known & (hour > 0)])] = 0.0  # a day of which only the date is known says nothing of hours
    total = np.bincount(place[inside], value[inside], count)
    return np.where(np.isfinite(found), total, np.nan)


def _filled(values: Floats) -> Floats:
    """Days between two notes that are not far apart are days without."""
    found, noted = values.copy(), np.flatnonzero(np.isfinite(values))
    for last, following in zip(noted, [*noted[1:], values.size][: noted.size], strict=True):
        if following - last <= SILENT:
            found[last + 1 : following] = 0.0
    return found


def _moves(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    if known.size < FEWEST:
        return False
    return bool(np.count_nonzero(known != np.median(known)) >= 5)


def _one_each(made: list[tuple[Cause, Floats]], wanted: str | None) -> list[tuple[Cause, Floats]]:
    """Of each family one: the first in rank among those known on most days, unless another is asked for."""
    found: list[tuple[Cause, Floats]] = []
    for family in dict.fromkeys(one.family for one, _ in made):
        several = [(one, values) for one, values in made if one.family == family]
        most = max(np.isfinite(values).sum() for _, values in several)
        known = [pair for pair in several if np.isfinite(pair[1]).sum() >= SHARE * most]
        asked = [pair for pair in several if pair[0].key == wanted]
        found.append(asked[0] if asked else min(known, key=lambda pair: pair[0].rank))
    return found


def _stack(rows: list[Floats], count: int) -> Floats:
    return np.stack(rows) if rows else np.zeros((0, count))
