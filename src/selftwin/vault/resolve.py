"""One value a day from overlapping devices, by a stated rule; `RULE` is its version, and days of another are remade.

Sums: a better source's time is counted once. A lesser source's interval counts by the share the better ones leave
free, and not at all where they cover half of it or more (pauses up to 15 minutes belong to a walk). Entries without
duration are dropped where a better source has the same value within 5 minutes. A day's total is never added to finer
records: it stands where they are missing, tell less than half of it, or tell less and its source ranks at least as
high. Of a home's meters the better is that which counts most. Samples: the day's preferred source speaks, the
best-ranked among those that cover at least half as many hours as the fullest. Durations: time covered by any source,
counted once. What lasts longer than a year (an end that was never meant) is in no day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.signal import Fold
from selftwin.vocabulary.zones import day_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

RULE = 4
_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_PAUSE = 15 * _MINUTE
_TWICE = 5 * _MINUTE
_LONGEST = 366 * _DAY


@dataclass(frozen=True, slots=True)
class Recorded:
    """One signal's rows, shape [n] each: UTC and wall clock of start and stop (µs; stop = start where there is none),
    whether only the date is known, the source's number and the value (NaN where there is none)."""

    utc: Ints
    until: Ints
    wall: Ints
    wall_until: Ints
    whole_day: Flags
    source: Ints
    value: Floats

    def take(self, which: Flags | Ints) -> Recorded:
        """Some of the rows."""
        return Recorded(*(getattr(self, name)[which] for name in self.__slots__))

    @property
    def day(self) -> Ints:
        """The local day each row begins on."""
        return day_number(self.wall)


@dataclass(frozen=True, slots=True)
class Days:
    """Resolved days, shape [d] each: local day number, value, rows behind it, number of the source that speaks."""

    day: Ints
    value: Floats
    n: Ints
    source: Ints


def resolve(rows: Recorded, fold: Fold, order: Sequence[int]) -> Days:
    """The signal's days. `order` ranks the numbers of its sources, best first."""
    if rows.utc.size == 0:
        return no_days()
    meant = rows.until - rows.utc <= _LONGEST
    if fold is Fold.SUM:
        return _sums(rows.take(np.isfinite(rows.value) & meant), order)
    if fold is Fold.COUNT:
        return _sums(_counted(rows), order, by_value=False)
    if fold is Fold.DURATION:
        return _durations(rows.take(meant), order)
    return _samples(rows.take(np.isfinite(rows.value)), fold, order)


def no_days() -> Days:
    """Nothing, resolved."""
    none = np.zeros(0, np.int64)
    return Days(none, np.zeros(0), none, none)


def _counted(rows: Recorded) -> Recorded:
    """Every row as one event at its start."""
    return Recorded(
        rows.utc, rows.utc, rows.wall, rows.wall, rows.whole_day, rows.source, np.ones(rows.utc.size, np.float64)
    )


def _sums(rows: Recorded, order: Sequence[int], *, by_value: bool = True) -> Days:
    length = rows.until - rows.utc
    total = rows.whole_day | ((length >= 20 * _HOUR) & (length <= 36 * _HOUR))
    fine = rows.take(~total)
    share = _shares(fine, order, by_value=by_value)
    pieces = _split(fine, share)
    daily = _best_totals(rows.take(total), order)
    return _joined(_by_day(pieces), daily, order)


def _shares(rows: Recorded, order: Sequence[int], *, by_value: bool) -> Floats:
    """What part of each row counts, 0 to 1."""
    share = np.ones(rows.utc.size)
    lasting = rows.until > rows.utc
    free = Free(pause=_PAUSE)
    for source in order:
        mine = np.flatnonzero((rows.source == source) & lasting)
        mine = mine[np.argsort(rows.utc[mine], kind="stable")]
        begin, end = rows.utc[mine], rows.until[mine]
        fresh = np.maximum(begin, _reached(begin, end))
        left = np.clip(end - fresh, 0, None) * (1.0 - free.covered(fresh, end)) / np.maximum(end - begin, 1)
        share[mine] = np.where(free.covered(begin, end) >= 0.5, 0.0, left)
        counted = (share[mine] > 0) & (rows.value[mine] != 0)
        free.cover(begin[counted], end[counted])
    _drop_twice(rows, share, np.flatnonzero(~lasting), order, by_value=by_value)
    return share


def _reached(begin: Ints, end: Ints) -> Ints:
    """How far the earlier intervals of the same source (sorted by begin) have come when each one begins."""
    return np.concatenate([begin[:1], np.maximum.accumulate(end)[:-1]])


class Free:
    """Time that better sources have not taken yet; pauses up to `pause` µs between their intervals count as taken."""

    def __init__(self, *, pause: int) -> None:
        self._pause = pause
        self._begin = np.zeros(0, np.int64)
        self._end = np.zeros(0, np.int64)

    def cover(self, begin: Ints, end: Ints) -> None:
        """Take these intervals as well."""
        begin, end = np.concatenate([self._begin, begin]), np.concatenate([self._end, end])
        if begin.size == 0:
            return
        turn = np.argsort(begin, kind="stable")
        begin, reached = begin[turn], np.maximum.accumulate(end[turn])
        fresh = np.concatenate([[True], begin[1:] > reached[:-1] + self._pause])
        self._begin = begin[fresh]
        self._end = np.maximum.reduceat(reached, np.flatnonzero(fresh))

    def covered(self, begin: Ints, end: Ints) -> Floats:
        """The part of each interval that is taken, 0 to 1."""
        if self._begin.size == 0:
            return np.zeros(begin.size)
        return np.asarray((self._before(end) - self._before(begin)) / np.maximum(end - begin, 1), np.float64)

    def length(self) -> float:
        """Taken time in µs."""
        return float((self._end - self._begin).sum())

    def _before(self, moment: Ints) -> Floats:
        """Taken time (µs) before each moment."""
        lengths = np.concatenate([[0], np.cumsum(self._end - self._begin)])
        at = np.searchsorted(self._begin, moment, side="right")
        inside = np.clip(np.minimum(moment, self._end[at - 1]) - self._begin[at - 1], 0, None)
        return np.asarray(np.where(at > 0, lengths[at - 1] + inside, 0), np.float64)


def _drop_twice(rows: Recorded, share: Floats, which: Ints, order: Sequence[int], *, by_value: bool) -> None:
    """Entries without duration that a better source has too count once."""
    kept = np.zeros(0, np.int64)
    for source in order:
        mine = which[rows.source[which] == source]
        if kept.size and mine.size:
            share[mine[_has_twin(rows, mine, kept, by_value=by_value)]] = 0.0
        kept = np.concatenate([kept, mine[share[mine] > 0]])
        kept = kept[np.argsort(rows.utc[kept], kind="stable")]


def _has_twin(rows: Recorded, mine: Ints, kept: Ints, *, by_value: bool) -> Flags:
    moments = rows.utc[kept]
    low = np.searchsorted(moments, rows.utc[mine] - _TWICE)
    high = np.searchsorted(moments, rows.utc[mine] + _TWICE, side="right")
    found = high > low
    if by_value:
        for i in np.flatnonzero(found):
            near = rows.value[kept[low[i] : high[i]]]
            found[i] = bool(np.any(np.abs(near - rows.value[mine[i]]) <= 0.01 * np.abs(near)))
    return found


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Parts of rows that lie within one local day."""

    day: Ints
    amount: Floats
    source: Ints


def _split(rows: Recorded, share: Floats) -> _Pieces:
    """Each row's counted amount, by local day: an interval over midnight gives to both sides by time."""
    first, last = rows.day, day_number(np.maximum(rows.wall_until - 1, rows.wall))
    amount = rows.value * share
    days, amounts, sources = [], [], []
    here = np.arange(first.size)
    for step in range(int((last - first).max(initial=0)) + 1):
        here = here[first[here] + step <= last[here]]
        midnight = (first[here] + step) * _DAY
        begin, end = rows.wall[here], rows.wall_until[here]
        inside = np.minimum(end, midnight + _DAY) - np.maximum(begin, midnight)
        part = np.where(end > begin, inside / np.maximum(end - begin, 1), 1.0)
        days.append(first[here] + step)
        amounts.append(amount[here] * part)
        sources.append(rows.source[here])
    return _Pieces(np.concatenate(days), np.concatenate(amounts), np.concatenate(sources))


def _by_day(pieces: _Pieces) -> Days:
    """Sums by day; the source that gives most speaks for it."""
    if pieces.day.size == 0:
        return no_days()
    low, width = int(pieces.day.min()), int(pieces.source.max()) + 1
    cells = (pieces.day - low) * width + pieces.source
    size = (int(pieces.day.max()) - low + 1) * width
    amount = np.bincount(cells, pieces.amount, size).reshape(-1, width)
    count = np.bincount(cells, minlength=size).reshape(-1, width)
    there = count.sum(axis=1) > 0
    weight = np.where(count > 0, np.abs(amount), -1.0)
    day = np.flatnonzero(there) + low
    return Days(day, amount.sum(axis=1)[there], count.sum(axis=1)[there], weight.argmax(axis=1)[there])


def _best_totals(rows: Recorded, order: Sequence[int]) -> Days:
    """Totals by day from the best-ranked source that has one."""
    if rows.utc.size == 0:
        return no_days()
    middle = np.where(rows.whole_day, rows.wall, (rows.wall + rows.wall_until) // 2)
    day = day_number(middle)
    found: dict[int, tuple[float, int, int]] = {}
    for source in reversed(order):
        mine = rows.source == source
        for one, n, amount in zip(*_grouped(day[mine], rows.value[mine]), strict=True):
            found[int(one)] = (float(amount), int(n), source)
    days = np.array(sorted(found), np.int64)
    cells = [found[int(one)] for one in days]
    return Days(
        days,
        np.array([amount for amount, _, _ in cells], np.float64),
        np.array([n for _, n, _ in cells], np.int64),
        np.array([source for _, _, source in cells], np.int64),
    )


def _grouped(day: Ints, value: Floats) -> tuple[Ints, Ints, Floats]:
    days, back, n = np.unique(day, return_inverse=True, return_counts=True)
    return days, n.astype(np.int64), np.bincount(back, value, days.size).astype(np.float64)


def _places(order: Sequence[int], sources: Ints) -> Ints:
    """The place of every source number in the order; one that is not in it comes last."""
    places = np.full(max(int(sources.max(initial=0)), *order, 0) + 1, len(order), np.int64)
    places[np.array(order, np.int64)] = np.arange(len(order))
    return places


def _joined(fine: Days, total: Days, order: Sequence[int]) -> Days:
    """Finer records, except where they are missing, tell less than half of the day's total, or less than the total of
    a source that ranks at least as high."""
    if fine.day.size == 0 or total.day.size == 0:
        return fine if total.day.size == 0 else total
    at = np.searchsorted(total.day, fine.day)
    at = np.minimum(at, total.day.size - 1)
    beside = np.where(total.day[at] == fine.day, total.value[at], 0.0)
    rank = _places(order, np.concatenate([fine.source, total.source]))
    higher = (total.day[at] == fine.day) & (rank[total.source[at]] <= rank[fine.source])
    kept = fine.value >= np.where(higher, 1.0, 0.5) * beside
    rest = ~np.isin(total.day, fine.day[kept])
    day = np.concatenate([fine.day[kept], total.day[rest]])
    turn = np.argsort(day, kind="stable")
    return Days(
        day[turn],
        np.concatenate([fine.value[kept], total.value[rest]])[turn],
        np.concatenate([fine.n[kept], total.n[rest]])[turn],
        np.concatenate([fine.source[kept], total.source[rest]])[turn],
    )


def _durations(rows: Recorded, order: Sequence[int]) -> Days:
    """Minutes by day: covered time, or the value where an entry has no end."""
    lasting = rows.until > rows.utc
    minutes = np.where(lasting, (rows.until - rows.utc) / _MINUTE, np.nan_to_num(rows.value))
    timed = Recorded(
        rows.utc, rows.until, rows.wall, rows.wall_until, rows.whole_day & ~lasting, rows.source, minutes
    )
    share = np.ones(rows.utc.size)
    free = Free(pause=0)
    for source in order:
        mine = np.flatnonzero((rows.source == source) & lasting)
        mine = mine[np.argsort(rows.utc[mine], kind="stable")]
        begin, end = rows.utc[mine], rows.until[mine]
        fresh = np.maximum(begin, _reached(begin, end))
        share[mine] = np.clip(end - fresh, 0, None) * (1.0 - free.covered(fresh, end)) / np.maximum(end - begin, 1)
        free.cover(begin, end)
    return _by_day(_split(timed, share))


def _samples(rows: Recorded, fold: Fold, order: Sequence[int]) -> Days:
    """Mean, last, max or min of the samples of each day's preferred source."""
    import polars as pl

    how = {
        Fold.MEAN: pl.col("value").mean(),
        Fold.NIGHT: pl.col("value").last(),
        Fold.LAST: pl.col("value").last(),
        Fold.MAX: pl.col("value").max(),
        Fold.MIN: pl.col("value").min(),
    }[fold]
    rank = _places(order, rows.source)
    frame = pl.DataFrame(
        {
            "day": rows.day,
            "utc": rows.utc,
            "source": rows.source,
            "rank": rank[rows.source],
            "hour": rows.wall // _HOUR,
            "value": rows.value,
        }
    )
    if fold in {Fold.LAST, Fold.NIGHT}:
        frame = frame.sort("utc", maintain_order=True)
    by_source = frame.group_by("day", "source", "rank").agg(how, pl.len().alias("n"), pl.col("hour").n_unique())
    enough = by_source.filter(pl.col("hour") * 2 >= pl.col("hour").max().over("day"))
    chosen = enough.sort("day", "rank").unique("day", keep="first", maintain_order=True)
    return Days(
        chosen["day"].to_numpy(),
        chosen["value"].to_numpy(),
        chosen["n"].cast(pl.Int64).to_numpy(),
        chosen["source"].to_numpy(),
    )
