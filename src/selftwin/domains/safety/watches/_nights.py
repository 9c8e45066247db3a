"""A person's nights as the illness detector wants them: for each of its signals the device that has lately told most,
a day dated by waking, and the moment from which it was known. What is chosen on a day rests on the days before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.surveillance_courses import SIGNALS
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.local import EPOCH, LocalClock, clock
from selftwin.vocabulary.signal import Fold

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from selftwin.vocabulary.model import Past

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KEYS = {
    "rhr": ("heart_rate.resting", "heart_rate.sleep"),
    "hrv": ("heart_rate_variability.rmssd", "heart_rate_variability.sdnn"),
    "rr": ("respiratory_rate.sleep", "respiratory_rate"),
    "temp": ("skin_temperature.sleep", "skin_temperature.deviation"),
    "sleep": ("sleep.duration",),
}
NOON = 12.0  # hours: what a night told is there
EVENING = timedelta(hours=4)  # before midnight: what is measured from then on belongs to the next waking
LONG = timedelta(hours=2)  # an observation that lasts so long is dated by its end
LATELY = 28  # days in which devices are compared
AHEAD = 3  # days by which another must have told more, to take over
HABIT = 14  # days by which it is known whether a device's figure comes after noon


@dataclass(frozen=True, slots=True)
class Candidate:
    """One signal of one device: days since 1970 (n,) rising, their values in the catalogue's unit, and how many hours
    into the day each was known."""

    key: str
    source: str
    days: Ints
    values: Floats
    known: Floats


@dataclass(frozen=True, slots=True)
class Nights:
    """The calendar from `first` (since 1970) over n days: candidates of each signal, which is `chosen` (n, S; -1 none),
    `values` of each (S lists of (n,)), and the hours into each day from which it is `told` (n,)."""

    first: int
    candidates: tuple[tuple[Candidate, ...], ...]
    chosen: Ints
    values: tuple[tuple[Floats, ...], ...]
    told: Floats
    clock: LocalClock

    def day(self, place: int) -> date:
        """The calendar day of a place."""
        return EPOCH + timedelta(days=self.first + int(place))

    def at(self, place: int) -> datetime:
        """The moment from which a day could be told, UTC."""
        return self.clock.moment(self.day(place), float(self.told[place]))

    def of(self, choice: Ints) -> Floats:
        """The values (n, S) of one choice of candidates."""
        nothing = np.full(len(self.told), np.nan)
        return np.column_stack([
            values[which] if which >= 0 else nothing for values, which in zip(self.values, choice.tolist(), strict=True)
        ])  # fmt: skip


def gather(past: Past) -> Nights | None:
    """All nights known at `past.now`; None where no night signal is."""
    held = set(past.keys())
    frames = {key: _told(past, key) for keys in KEYS.values() for key in keys if key in held}
    candidates = tuple(
        tuple(one for key in keys if key in frames for one in _candidates(past, key, frames[key]))
        for keys in KEYS.values()
    )
    nightly = [one for its in candidates[:-1] for one in its]
    if not nightly:
        return None
    stood = clock(past.zone, frames.values())
    first = min(int(one.days[0]) for one in nightly)
    count = (stood.last_over(past.now) - EPOCH).days + 2 - first
    if count < 1:
        return None
    chosen, values, told = _calendar(candidates, first, count)
    nights = Nights(first, candidates, chosen, values, told, stood)
    over = count if nights.at(count - 1) <= past.now else count - 1
    cut = tuple(tuple(one[:over] for one in its) for its in values)
    return Nights(first, candidates, chosen[:over], cut, told[:over], stood) if over else None


def _told(past: Past, key: str) -> pl.DataFrame:
    """Observations of a signal that had ended."""
    import polars as pl

    rows = past.series(key).with_columns(until=pl.col("until").fill_null(pl.col("at")))
    return rows.filter(pl.col("until") <= past.now)


def _candidates(past: Past, key: str, rows: pl.DataFrame) -> list[Candidate]:
    """A candidate for each device; one without a device where only days are known, and of a night's sleep."""
    import polars as pl

    if key == "sleep.duration" or rows["value"].is_finite().sum() == 0:
        days = past.days(key)
        number = days["day"].cast(pl.Int32).to_numpy().astype(np.int64)
        values = days["value"].to_numpy().astype(np.float64)
        return [Candidate(key, "", number, values, np.zeros(len(number)))] if len(number) else []
    lasts = pl.col("until") - pl.col("at")
    ended = pl.col("local") + lasts
    is_last = nature(key).fold is Fold.LAST
    dated = rows.filter(pl.col("value").is_finite()).with_columns(
        source=pl.col("source").fill_null(""),
        woke=pl.when(lasts >= LONG).then(ended.dt.truncate("1d")).otherwise((ended + EVENING).dt.truncate("1d")),
        ended=ended,
    )
    dated = dated.with_columns(known=(pl.col("ended") - pl.col("woke")).dt.total_minutes() / 60)
    if not is_last:
        dated = dated.filter((pl.col("known") <= NOON) | (lasts >= LONG))
    value = pl.col("value").sort_by("at").last() if is_last else pl.col("value").mean()
    found = dated.group_by("source", "woke").agg(value=value, known=pl.col("known").max()).sort("source", "woke")
    return [_candidate(key, str(source), its) for (source,), its in found.group_by("source", maintain_order=True)]


def _candidate(key: str, source: str, its: pl.DataFrame) -> Candidate:
    import polars as pl

    days = its["woke"].dt.date().cast(pl.Int32).to_numpy().astype(np.int64)
    return Candidate(key, source, days, its["value"].to_numpy().astype(np.float64), its["known"].to_numpy())


def _calendar(
    candidates: tuple[tuple[Candidate, ...], ...], first: int, count: int
) -> tuple[Ints, tuple[tuple[Floats, ...], ...], Floats]:
    """Which candidate is chosen on each day, the values of all, and when each day was told."""
    chosen = np.full((count, len(SIGNALS)), -1, dtype=np.int64)
    told, values = np.full(count, NOON), []
    for place, its in enumerate(candidates):
        laid = [_laid(one, first, count) for one in its]
        values.append(tuple(value for value, _ in laid))
        if not its:
            continue
        chosen[:, place] = _chosen([np.isfinite(value) for value, _ in laid])
        is_late = np.array([late for _, late in laid])
        there = chosen[:, place] >= 0
        waits = is_late[chosen[there, place], np.flatnonzero(there)]
        told[there] = np.maximum(told[there], np.where(waits, 24.0, NOON))
    return chosen, tuple(values), told


def _laid(one: Candidate, first: int, count: int) -> tuple[Floats, NDArray[np.bool_]]:
    """A candidate's values (n,) on the calendar, and on which days its figure is waited for until midnight: where most
    of the last ones came after noon. Elsewhere what comes after noon is not counted."""
    value, known = np.full(count, np.nan), np.full(count, np.nan)
    on = one.days - first
    inside = (on >= 0) & (on < count) & (one.known <= 24.0)
    value[on[inside]], known[on[inside]] = one.values[inside], one.known[inside]
    late, there = (known > NOON).astype(np.float64), np.isfinite(known).astype(np.float64)
    waits = 2 * _before(late, HABIT) > _before(there, HABIT)
    return np.where((known > NOON) & ~waits, np.nan, value), waits


def _before(counts: Floats, days: int) -> Floats:
    """The sum over so many days before each."""
    total = np.r_[0.0, np.cumsum(counts)]
    ends = np.arange(len(counts))
    return np.asarray(total[ends] - total[np.maximum(ends - days, 0)])


def _chosen(there: list[NDArray[np.bool_]]) -> Ints:
    """Which candidate is followed on each day: one stays until another has told more on the days before."""
    lately = np.array([_before(one.astype(np.float64), LATELY) for one in there])
    chosen, held = np.full(lately.shape[1], -1, dtype=np.int64), -1
    for day in range(lately.shape[1]):
        best = int(np.argmax(lately[:, day]))
        if lately[best, day] > 0 and (held < 0 or lately[best, day] > lately[held, day] + AHEAD):
            held = best
        chosen[day] = held
    return chosen
