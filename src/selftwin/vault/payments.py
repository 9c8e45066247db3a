"""Money by day: every payment counts, and one that a bank and a shop both tell counts once, where the shop tells it.

A bank books what was bought up to ten days later, as one sum for all that was ordered at one moment, or one by one as
it was sent. So the rows of a shop (or of a log kept by hand) that share a source and a stamp are one basket; a bank's
payment of the same amount as a basket, or as one row of it, booked from a day before it to ten days after, is the same
payment. A log kept by hand tells again what a shop tells within a day. Two banks, or two forms of one bank's statement,
tell the same where day and amount are equal. Matches are one to one, the nearest day first: two equal coffees stay two.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from selftwin.vault.resolve import Days, Recorded, no_days
from selftwin.vocabulary.zones import day_number

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

BEFORE, AFTER = 1, 10  # days that a bank may book earlier or later than the shop
_CENT = 100


class _Basket(NamedTuple):
    """Rows that were paid for together: their local day, their sum in cents, and which they are."""

    day: int
    cents: int
    rows: tuple[int, ...]


def paid(rows: Recorded, order: Sequence[int], banks: Collection[int], logs: Collection[int] = ()) -> Days:
    """A money signal's days: sums of what counts. `banks` and `logs` number the sources that are banks and those that
    are kept by hand, `order` ranks all."""
    rows = rows.take(np.isfinite(rows.value))
    if rows.utc.size == 0:
        return no_days()
    counts = np.ones(rows.utc.size, np.bool_)
    bank, log = (np.isin(rows.source, list(some)) for some in (banks, logs))
    _told_by_both(rows, counts, order, bank)
    _told_again(rows, counts, log, by=~bank & ~log, after=BEFORE)
    _told_again(rows, counts, bank, by=~bank, after=AFTER)
    return _by_day(rows.take(counts))


def _cents(values: Floats) -> Ints:
    return np.rint(values * _CENT).astype(np.int64)


def _told_by_both(rows: Recorded, counts: Flags, order: Sequence[int], bank: Flags) -> None:
    """Of equal payments on one day in two banks' statements, the better-ranked source's count."""
    key = np.stack([day_number(rows.wall), _cents(rows.value)], axis=1)
    taken: dict[tuple[int, int], int] = {}
    for source in order:
        mine = np.flatnonzero(bank & (rows.source == source))
        seen: dict[tuple[int, int], int] = {}
        for row in mine:
            what = (int(key[row, 0]), int(key[row, 1]))
            seen[what] = seen.get(what, 0) + 1
            counts[row] = seen[what] > taken.get(what, 0)
        for what, n in seen.items():
            taken[what] = max(n, taken.get(what, 0))


def _told_again(rows: Recorded, counts: Flags, again: Flags, *, by: Flags, after: int) -> None:
    """What `again` tells of baskets that `by` tells does not count, up to so many days after them."""
    baskets = _baskets(rows, np.flatnonzero(by & counts))
    told = np.flatnonzero(again & counts)
    day = day_number(rows.wall)
    told = told[np.argsort(day[told], kind="stable")]
    by_amount: dict[int, list[tuple[int, int]]] = {}
    for row, on, cents in zip(told.tolist(), day[told].tolist(), _cents(rows.value[told]).tolist(), strict=True):
        by_amount.setdefault(cents, []).append((on, row))
    pairs = [
        (abs(on - basket.day), -len(basket.rows), basket, row)
        for basket in baskets
        for on, row in _on(by_amount.get(basket.cents, []), basket.day - BEFORE, basket.day + after)
    ]
    used: set[int] = set()
    for *_, basket, payment in sorted(pairs):
        if counts[payment] and used.isdisjoint(basket.rows):
            counts[payment] = False
            used.update(basket.rows)


def _on(payments: list[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    """Those of some payments (day and row, in order) from one day to another."""
    return payments[bisect_left(payments, (low,)) : bisect_left(payments, (high + 1,))]


def _baskets(rows: Recorded, told: Ints) -> list[_Basket]:
    """What each of these sources tells for one moment, together and one by one."""
    if told.size == 0:
        return []
    keys = np.stack([rows.source[told], rows.wall[told]], axis=1)
    same, back = np.unique(keys, axis=0, return_inverse=True)
    total = _cents(np.bincount(back.ravel(), rows.value[told], len(same)).astype(np.float64))
    groups = np.split(told[np.argsort(back.ravel(), kind="stable")], np.cumsum(np.bincount(back.ravel()))[:-1])
    day = day_number(same[:, 1])
    whole = [_Basket(int(d), int(c), tuple(g.tolist())) for d, c, g in zip(day, total, groups, strict=True)]
    several = [(one.day, row) for one in whole if len(one.rows) > 1 for row in one.rows]
    single = _cents(rows.value)
    return whole + [_Basket(on, int(single[row]), (row,)) for on, row in several]


def _by_day(rows: Recorded) -> Days:
    """Sums by local day; the source that gives most speaks for it."""
    day = rows.day
    days, back = np.unique(day, return_inverse=True)
    value = np.bincount(back, rows.value, days.size).astype(np.float64)
    n = np.bincount(back, minlength=days.size).astype(np.int64)
    cells, inverse = np.unique(np.stack([back, rows.source], axis=1), axis=0, return_inverse=True)
    weight = np.bincount(inverse.ravel(), np.abs(rows.value), len(cells))
    turn = np.lexsort([weight, cells[:, 0]])
    last = np.concatenate([np.flatnonzero(np.diff(cells[turn, 0])), [len(cells) - 1]])
    return Days(days, value, n, cells[turn[last], 1])
