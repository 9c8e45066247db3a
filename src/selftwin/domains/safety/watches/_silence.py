"""When a source or one of its signals has been silent for longer than it usually is; each silence from what was heard
before it alone, and not where another source has taken over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY = 86400.0
LATELY = 60 * DAY  # before a silence: what is usual
KNOWN = 21 * DAY  # over which a source must have told something, by then
LEAST = 8  # days with data lately; a source of fewer is a seldom one
KEPT = 14 * DAY  # in which it told at least half as often as lately; else it was being given up
LONGER, SELDOM_LONGER = 1.5, 2.5  # times the longest gap lately, of a source of nearly every day and of any other
DAILY = 0.8  # of days with data lately, from which on a source is one of nearly every day
FLOOR, DENSE_FLOOR = 3 * DAY, 1 * DAY
DENSE = 20.0  # hours with data on a day that has any
SELDOM = 21 * DAY  # an allowance beyond which silence says nothing
TOGETHER = 1.5 * DAY  # sources that fell silent within it, with all the rest, are one silence
EVERY, WINDOW = 0.8, 42  # share of a source's last days on which a signal must have come to be missed
RUN, BACK = 7, 90  # least days missed, and days back for the longest such run


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one source, by signal: `times` (n,) in seconds, rising, one an hour with data at most; and the `local` day of
    each, since 1970."""

    source: str
    times: dict[str, Floats]
    local: dict[str, Ints]

    def all_times(self) -> Floats:
        """Every hour with any signal."""
        every = np.unique(np.concatenate(list(self.times.values())))
        return every[np.r_[True, np.diff(np.floor(every / 3600)) > 0]]

    def all_days(self) -> Ints:
        """Every day with any signal."""
        return np.unique(np.concatenate(list(self.local.values())))


@dataclass(frozen=True, slots=True)
class Silence:
    """A source silent from `last` on and `told` so (both seconds); its longest `usual` gap; its `keys`, those of them
    `missing` from every other source since; `n` days with data lately, spans of what was read, the `others` that fell
    silent with it where nothing else is left, and whether it `holds` at the end."""

    source: str
    last: float
    told: float
    usual: float
    keys: tuple[str, ...]
    missing: tuple[str, ...]
    n: int
    spans: tuple[tuple[str, int, int], ...]
    holds: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """Signals that a source told last on day `last`, missed on `days` of its days since, `usual` such days in a row."""

    source: str
    keys: tuple[str, ...]
    last: int
    told: float
    days: int
    usual: int
    n: int
    spans: tuple[tuple[str, int, int], ...]


def stopped(asked: Iterable[Heard], every: list[Heard], now: float) -> list[Silence]:
    """Every silence of the sources asked for that could be told by `now`, in order; those of one app that fall silent
    together as one, and so where nothing else is left."""
    found = sorted((one for its in asked for one in _silences(its, every, now)), key=lambda one: (one.told, one.source))
    kept: list[Silence] = []
    covered: list[tuple[float, frozenset[str]]] = []  # since when, and who
    for one in found:
        if any(who & {one.source, _app(one)} and abs(one.last - last) <= TOGETHER for last, who in covered):
            continue
        others = _with_it(one, every)
        covered.append((one.last, frozenset({*others, _app(one)})))
        kept.append(replace(one, others=others))
    return kept


def _app(one: Silence) -> str:
    return one.source.partition(":")[0] + ":"


def _with_it(one: Silence, every: list[Heard]) -> tuple[str, ...]:
    """The others that were active in the days before and are as silent; empty where anything still came."""
    silent = []
    for its in (its for its in every if its.source != one.source):
        times = _until(its.all_times(), one.told)
        if not len(times) or times[-1] < one.last - TOGETHER:
            continue
        if times[-1] > one.last + TOGETHER / 2 or one.told - times[-1] < DENSE_FLOOR / 2:
            return ()
        silent.append(its.source)
    return tuple(silent)


def _silences(its: Heard, every: list[Heard], now: float) -> list[Silence]:
    times = its.all_times()
    ends = np.r_[times[1:], np.inf]
    found = []
    for place in np.flatnonzero(ends - times > DENSE_FLOOR).tolist():
        last = float(times[place])
        usual, n = _usual(times[: place + 1])
        allowed = _allowed(times[: place + 1], usual, n)
        told = last + allowed
        if not n or allowed > SELDOM or ends[place] <= told or told > now:
            continue
        keys = tuple(key for key, when in its.times.items() if len(_between(when, last - KEPT, last)))
        missing = tuple(key for key in keys if not _elsewhere(key, its.source, every, last, told))
        if missing:
            spans = _spans(its, keys, last)
            found.append(Silence(its.source, last, told, usual, keys, missing, n, spans, holds=bool(ends[place] > now)))
    return found


def _allowed(times: Floats, usual: float, n: int) -> float:
    """How long it may be silent before that is told."""
    if n < DAILY * min(LATELY, times[-1] - times[0]) / DAY:
        return max(SELDOM_LONGER * usual, FLOOR)
    return max(LONGER * usual, DENSE_FLOOR if _is_dense(times) else FLOOR)


def _usual(times: Floats) -> tuple[float, int]:
    """The longest gap lately, and the days with data; no days where the source is too new, seldom, or was being
    given up."""
    last = times[-1]
    lately = times[times > last - LATELY]
    days = np.unique(np.floor(lately / DAY))
    near = days[days > last / DAY - KEPT / DAY]
    if len(days) < LEAST or last - lately[0] < KNOWN:
        return 0.0, 0
    span = max((last - lately[0]) / DAY, 1.0)
    if len(near) < 0.5 * len(days) / span * KEPT / DAY:
        return 0.0, 0
    return float(np.diff(lately).max()), len(days)


def _is_dense(times: Floats) -> bool:
    near = times[times > times[-1] - KEPT]
    return len(near) / len(np.unique(np.floor(near / DAY))) >= DENSE


def _elsewhere(key: str, source: str, every: list[Heard], after: float, until: float) -> bool:
    """Whether another source told this signal in between."""
    others = (its.times[key] for its in every if its.source != source and key in its.times)
    return any(len(_between(times, after, until)) for times in others)


def _between(times: Floats, after: float, until: float) -> Floats:
    return times[(times > after) & (times <= until)]


def _until(times: Floats, moment: float) -> Floats:
    return times[times <= moment]


def _spans(its: Heard, keys: Iterable[str], last: float) -> tuple[tuple[str, int, int], ...]:
    """First and last local day of each signal up to a moment."""
    known = ((key, its.local[key][its.times[key] <= last]) for key in keys)
    return tuple((key, int(days[0]), int(days[-1])) for key, days in known)


# One signal of a source that goes on


def lost(its: Heard, every: list[Heard], end: Callable[[int], float], now: float) -> list[Lost]:
    """Signals that came nearly every day and no longer do while the source goes on, those lost together as one; told at
    the `end` of the day that was one too many."""
    days = its.all_days()
    found: dict[tuple[int, int], list[tuple[str, int, int, int]]] = {}
    for key, local in its.local.items():
        for last, told, missed, usual in _lost(days, np.unique(local)):
            moment = end(told)
            if moment <= now and not _elsewhere(key, its.source, every, end(last), moment):
                found.setdefault((told, last), []).append((key, missed, usual, last))
    return [
        Lost(its.source, tuple(key for key, *_ in group), last, end(told), group[0][1], max(one[2] for one in group),
             int((days <= told).sum()), tuple((key, int(its.local[key][0]), end_) for key, _, _, end_ in group))
        for (told, last), group in _daily(found)
    ]  # fmt: skip


def _daily(
    found: dict[tuple[int, int], list[tuple[str, int, int, int]]],
) -> list[tuple[tuple[int, int], list[tuple[str, int, int, int]]]]:
    """Groups in order, those told on one day as one."""
    by_day: dict[int, tuple[int, list[tuple[str, int, int, int]]]] = {}
    for (told, last), group in sorted(found.items()):
        known = by_day.get(told)
        by_day[told] = (max(last, known[0]) if known else last, [*(known[1] if known else []), *group])
    return [((told, last), group) for told, (last, group) in sorted(by_day.items())]


def _lost(days: Ints, there: Ints) -> list[tuple[int, int, int, int]]:
    """Of a source's days (n,) and those with a signal (m,): where it was lost, as (last day with it, day it was told,
    days missed by then, longest run before)."""
    on = np.searchsorted(days, there)
    missed = np.diff(np.r_[on, len(days)]) - 1  # source days without it after each day with it
    found = []
    for place in np.flatnonzero(missed >= RUN).tolist():
        at = int(on[place])
        window = on[(on > at - WINDOW) & (on <= at)]
        if at + 1 < WINDOW or len(window) < EVERY * WINDOW:
            continue
        before = missed[:place][on[:place] > at - BACK]
        usual = int(before.max()) if len(before) else 0
        need = max(RUN, 2 * usual + 1)
        if missed[place] >= need:
            found.append((int(days[at]), int(days[at + need]), need, usual))
    return found
