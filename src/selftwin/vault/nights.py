"""Nights: a night is the longest coherent sleep, dated by waking; every other sleep of that day is a nap.

Sleep is coherent while pauses stay under 90 minutes; what lasts under two hours is no night, and a stage or summary of
more than a day (an end that was never meant) is no sleep. Where several sources saw the night, the best-ranked of
those that saw at least half of the longest tells all of it, and what its stages add up to goes before a summary that
its device wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vault.resolve import Days, Free, Recorded
from selftwin.vocabulary.zones import day_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int8]

_MINUTE = 60_000_000
_PAUSE = 90 * _MINUTE
_NIGHT_MINUTES = 120.0
_FOREVER = 1 << 62
_DAY = 1440 * _MINUTE
_ASLEEP = ("light", "deep", "rem", "asleep")
_STATES = (*_ASLEEP, "awake", "in_bed")


@dataclass(frozen=True, slots=True)
class Sleep:
    """One coherent sleep as one source saw it: local day of waking, wall clock of both ends (µs), minutes by state."""

    day: int
    start: int
    end: int
    source: int
    minutes: Mapping[str, float]

    @property
    def asleep(self) -> float:
        """Minutes asleep."""
        return sum(self.minutes.get(state, 0.0) for state in _ASLEEP)


def sleeps(rows: Recorded, states: Sequence[str]) -> list[Sleep]:
    """Every coherent sleep in rows of `sleep.stage`, source by source. `states` names each row's state, length n."""
    number = {state: place for place, state in enumerate(_STATES)}
    codes = np.array([number.get(state, -1) for state in states], np.int8)
    found = []
    for source in np.unique(rows.source):
        lasts = rows.until - rows.utc
        mine = np.flatnonzero((rows.source == source) & (lasts > 0) & (lasts <= _DAY))
        mine = mine[np.argsort(rows.utc[mine], kind="stable")]
        found.extend(_coherent(rows.take(mine), codes[mine], int(source)))
    return found


def _coherent(rows: Recorded, codes: Codes, source: int) -> list[Sleep]:
    asleep = (codes >= 0) & (codes < len(_ASLEEP))
    if not asleep.any():
        return []
    begin, reached = rows.utc[asleep], np.maximum.accumulate(rows.until[asleep])
    edge = np.concatenate([[True], begin[1:] > reached[:-1] + _PAUSE])
    starts = begin[edge]
    ends = np.maximum.reduceat(rows.until[asleep], np.flatnonzero(edge))
    longest = int((rows.until - rows.utc).max())
    found = []
    for low, high in zip(starts.tolist(), ends.tolist(), strict=True):
        near = slice(int(np.searchsorted(rows.utc, low - longest)), int(np.searchsorted(rows.utc, high)))
        around = Recorded(*(getattr(rows, name)[near] for name in Recorded.__slots__))
        found.append(_sleep(around, codes[near], source, low, high))
    return found


def _sleep(rows: Recorded, codes: Codes, source: int, low: int, high: int) -> Sleep:
    """One sleep from `low` to `high` (UTC µs); time in bed around it belongs to it."""
    overlaps = (rows.until > low) & (rows.utc < high)
    present = np.unique(codes[overlaps]).tolist()
    minutes = {
        _STATES[code]: _minutes(rows.take(overlaps & (codes == code)), low, high) for code in present if code >= 0
    }
    bed = overlaps & (codes == _STATES.index("in_bed"))
    minutes["in_bed"] = max((high - low) / _MINUTE, _minutes(rows.take(bed), 0, _FOREVER))
    first, last = rows.utc == low, rows.until == high
    end = int(rows.wall_until[last][0])
    return Sleep(end // _DAY, int(rows.wall[first][0]), end, source, minutes)


def _minutes(rows: Recorded, low: int, high: int) -> float:
    """Minutes covered by the rows (sorted by start) between two moments, counted once."""
    begin, end = np.maximum(rows.utc, low), np.minimum(rows.until, high)
    if (begin[1:] >= end[:-1]).all():
        return float(np.clip(end - begin, 0, None).sum() / _MINUTE)
    taken = Free(pause=0)
    taken.cover(begin[end > begin], end[end > begin])
    return taken.length() / _MINUTE


def main_sleeps(found: Sequence[Sleep], order: Sequence[int]) -> dict[int, Sleep]:
    """The night of each day, two hours or more: the best-ranked source speaks, with its longest sleep; one that saw
    less than half of what another did (taken off, out of power) does not."""
    rank = {source: place for place, source in enumerate(order)}
    longest: dict[int, float] = {}
    for sleep in found:
        longest[sleep.day] = max(longest.get(sleep.day, 0.0), sleep.asleep)
    nights: dict[int, Sleep] = {}
    for sleep in found:
        held = nights.get(sleep.day)
        seen = sleep.asleep >= max(_NIGHT_MINUTES, longest[sleep.day] / 2)
        if seen and (held is None or _key(sleep, rank) < _key(held, rank)):
            nights[sleep.day] = sleep
    return nights


def _key(sleep: Sleep, rank: Mapping[int, int]) -> tuple[int, float]:
    return rank.get(sleep.source, len(rank)), -sleep.asleep


def naps(found: Sequence[Sleep], nights: Mapping[int, Sleep], order: Sequence[int]) -> Days:
    """Minutes asleep outside the night, by day, as the night's source saw it (without a night, the best-ranked)."""
    rank = {source: place for place, source in enumerate(order)}
    apart = sorted((one for one in found if one is not nights.get(one.day)), key=lambda one: _key(one, rank))
    speaks = {day: night.source for day, night in nights.items()}
    minutes: dict[int, float] = {}
    for sleep in apart:
        if sleep.source == speaks.setdefault(sleep.day, sleep.source):
            minutes[sleep.day] = minutes.get(sleep.day, 0.0) + sleep.asleep
    days = np.array(sorted(minutes), np.int64)
    value = np.array([minutes[int(day)] for day in days], np.float64)
    source = np.array([speaks[int(day)] for day in days], np.int64)
    return Days(days, value, np.ones(days.size, np.int64), source)


def apart(told_: Days, nights: Mapping[int, Sleep]) -> Days:
    """Naps as devices told them, without those of a device whose stages tell the day: they may be part of the night."""
    seen = [int(d) in nights and nights[int(d)].source == int(s) for d, s in zip(told_.day, told_.source, strict=True)]
    kept = ~np.array(seen, bool)
    return Days(told_.day[kept], told_.value[kept], told_.n[kept], told_.source[kept])


def from_stages(nights: Mapping[int, Sleep], states: Sequence[str]) -> Days:
    """Minutes in some states, night by night. `in_bed` alone stands for all of the time in bed."""
    days = np.array(sorted(nights), np.int64)
    whole = "in_bed" in states
    value = [
        nights[int(day)].minutes["in_bed"] if whole else sum(nights[int(day)].minutes.get(s, 0.0) for s in states)
        for day in days
    ]
    return _days(nights, days, value)


def clock(nights: Mapping[int, Sleep], what: str) -> Days:
    """Minutes from the midnight before waking to the `start`, `end` or `midpoint` of each night."""
    days = np.array(sorted(nights), np.int64)
    part = {"start": 0.0, "midpoint": 0.5, "end": 1.0}[what]
    moments = [nights[int(day)].start * (1 - part) + nights[int(day)].end * part for day in days]
    value = [moment / _MINUTE - int(day) * 1440 for moment, day in zip(moments, days, strict=True)]
    return _days(nights, days, value)


def _days(nights: Mapping[int, Sleep], days: NDArray[np.int64], value: Sequence[float]) -> Days:
    source = np.array([nights[int(day)].source for day in days], np.int64)
    return Days(days, np.array(value, np.float64), np.ones(days.size, np.int64), source)


def told(rows: Recorded, order: Sequence[int]) -> Days:
    """Nights as devices summed them up: dated by waking; the best-ranked source speaks, as in `main_sleeps`.

    A summary without a span (date only) is the night of its date; one under two hours is a nap and no night.
    """
    rank = {source: place for place, source in enumerate(order)}
    day = day_number(rows.wall_until)
    length = np.where(rows.whole_day | (rows.until <= rows.utc), np.inf, (rows.until - rows.utc) / _MINUTE)
    best: dict[int, tuple[int, float, int]] = {}
    night = (length >= np.maximum(_NIGHT_MINUTES, _longest(day, length) / 2)) & (rows.until - rows.utc <= _DAY)
    for at in np.flatnonzero(np.isfinite(rows.value) & night):
        key = (rank.get(int(rows.source[at]), len(rank)), -float(length[at]), int(at))
        best[int(day[at])] = min(best.get(int(day[at]), key), key)
    days = np.array(sorted(best), np.int64)
    chosen = np.array([best[int(one)][2] for one in days], np.int64)
    return Days(days, rows.value[chosen], np.ones(days.size, np.int64), rows.source[chosen])


def _longest(day: NDArray[np.int64], length: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row the longest span (minutes, at most a day) told of its day, 0 where none is. Shape [n]."""
    _, back = np.unique(day, return_inverse=True)
    most = np.zeros(day.size)
    np.maximum.at(most, back, np.where(length * _MINUTE <= _DAY, length, 0.0))
    return most[back]


def either(told_: Days, added: Days, order: Sequence[int]) -> Days:
    """One value a night: the better-ranked source speaks, what its stages add up to before its own summary, so that all
    signals of a night tell of the same sleep."""
    rank = {source: place for place, source in enumerate(order)}
    chosen: dict[int, tuple[int, int, float, int, int]] = {}
    for preference, days in enumerate((added, told_)):
        for day, value, n, source in zip(days.day, days.value, days.n, days.source, strict=True):
            key = (rank.get(int(source), len(rank)), preference, float(value), int(n), int(source))
            held = chosen.get(int(day))
            if held is None or key[:2] < held[:2]:
                chosen[int(day)] = key
    days_ = np.array(sorted(chosen), np.int64)
    cells = [chosen[int(day)] for day in days_]
    return Days(
        days_,
        np.array([cell[2] for cell in cells], np.float64),
        np.array([cell[3] for cell in cells], np.int64),
        np.array([cell[4] for cell in cells], np.int64),
    )
