"""Spells: when something that happens on some days (a device that records, a habit, a medicine) began and when it
stopped, as far as its days tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Turn:
    """A beginning or an end: the first day of it, or the last."""

    day: int
    begins: bool


def spells(days: Ints, gap: int) -> list[tuple[int, int, int]]:
    """The first day, the last and the count of days of each spell, of ascending day numbers (n,); `gap` quiet days and
    more part two.

    >>> spells(np.array([1, 2, 4, 30, 31]), 14)
    [(1, 4, 3), (30, 31, 2)]
    """
    if not len(days):
        return []
    breaks = np.flatnonzero(np.diff(days) > gap)
    firsts, lasts = np.r_[0, breaks + 1], np.r_[breaks, len(days) - 1]
    return [
        (int(days[first]), int(days[last]), int(last - first + 1)) for first, last in zip(firsts, lasts, strict=True)
    ]


def turns(days: Ints, since: int, until: int, *, gap: int = 14, least: int = 3) -> list[Turn]:
    """When something began and stopped, of its ascending days (n,), where such things were noted from `since` to
    `until`: only beginnings with `gap` quiet days before, and ends with as many after; spells of fewer than `least`
    days are no habit.

    >>> turns(np.array([40, 41, 43, 45]), 0, 100)
    [Turn(day=40, begins=True), Turn(day=45, begins=False)]
    >>> turns(np.array([2, 3, 95, 96, 97]), 0, 100)
    [Turn(day=95, begins=True)]
    """
    found = []
    for first, last, count in spells(days, gap):
        if count < least:
            continue
        if first - since >= gap:
            found.append(Turn(first, begins=True))
        if until - last >= gap:
            found.append(Turn(last, begins=False))
    return found


@dataclass(frozen=True, slots=True)
class Switch:
    """From `day` on another source speaks, by its place in the list of sources; `known` is the day that could tell."""

    day: int
    source: int
    known: int


def switches(days: Ints, sources: Ints, *, least: int = 5) -> list[Switch]:
    """Where another source took over, of ascending days (n,) and which source spoke most on each (n,): once it has
    spoken on `least` days with data in a row. Days still to come change nothing that was told.

    >>> switches(np.arange(12), np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0]))
    [Switch(day=5, source=1, known=9)]
    """
    found: list[Switch] = []
    held, run = -1, 0
    for place, source in enumerate(sources):
        run = run + 1 if place and source == sources[place - 1] else 1
        if run == least and source != held:
            if held >= 0:
                found.append(Switch(int(days[place - least + 1]), int(source), int(days[place])))
            held = int(source)
    return found
