"""When a daily score becomes an alarm: a budget of false alarms a month, a threshold that keeps it on other people's
untouched days, raised for a person on whom it would not, and the alarm's episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONTH = 30.4  # days
APART = 2  # alarm days with so many quiet days between still belong to one episode
TRUSTED = 6.0  # months of a person's own past at which it weighs as much as other people


@dataclass(frozen=True, slots=True)
class Scored:
    """A daily score of one person: rising day numbers (n,) with a score each (n,), no NaN."""

    days: Ints
    score: Floats


@dataclass(frozen=True, slots=True)
class Episode:
    """Alarm days that belong together."""

    first: int
    last: int


def episodes(days: Ints) -> list[Episode]:
    """The episodes of rising alarm days.

    >>> episodes(np.array([3, 4, 7, 11]))
    [Episode(first=3, last=7), Episode(first=11, last=11)]
    """
    if not len(days):
        return []
    breaks = np.flatnonzero(np.diff(days) > APART + 1)
    firsts, lasts = days[np.r_[0, breaks + 1]], days[np.r_[breaks, len(days) - 1]]
    return [Episode(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]


def rate(series: Sequence[Scored], threshold: float) -> float:
    """Episodes a person-month of scored days, over all series together."""
    months = sum(len(one.days) for one in series) / MONTH
    count = sum(len(episodes(one.days[one.score >= threshold])) for one in series)
    return count / months if months else 0.0


def threshold(untouched: Sequence[Scored], budget: float) -> float:
    """The loosest threshold that keeps these people's untouched days within `budget` episodes a month, searched from
    the strictest on and left at the first breach. Raises ValueError without a scored day, or with a budget not above
    zero."""
    if budget <= 0:
        raise ValueError("a budget of alarms is above zero")
    scores = np.concatenate([one.score for one in untouched]) if untouched else np.zeros(0)
    if not len(scores):
        raise ValueError("no scored day to set a threshold by")
    best = float(np.nextafter(scores.max(), np.inf))
    for tried in np.unique(scores)[::-1]:
        if rate(untouched, float(tried)) > budget:
            return best
        best = float(tried)
    return best


def personal(shared: float, own: Scored, budget: float) -> float:
    """The threshold for a person with a past: other people's, raised as far as the person's own days ask for, the more
    the longer that past. Never below `shared`: a quiet past is no reason to alarm more."""
    if not len(own.days):
        return shared
    months = len(own.days) / MONTH
    mine = threshold([own], budget)
    return max(shared, (months * mine + TRUSTED * shared) / (months + TRUSTED))


def by_month(shared: float, days: Ints, score: Floats, months: Ints, budget: float) -> Floats:
    """The threshold of each of a person's days (n,): other people's, raised by the days before its month began, so that
    later days move none of it. `score` (n,) is NaN where there is none; `months` (n,) is the month of each day."""
    found = np.full(len(days), shared)
    for start in (np.flatnonzero(np.diff(months)) + 1).tolist():
        before = np.flatnonzero(np.isfinite(score[:start]))
        found[start:] = personal(shared, Scored(days[before], score[before]), budget)
    return found
