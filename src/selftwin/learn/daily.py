"""An online forecaster of one person's daily signal: a past, one more day, a new past; and quantiles of the days ahead.

A person's own experts (last value, means, medians, a Kalman level with weekdays, …) are mixed by their record and by a
prior over people learnt from simulated lives; intervals weigh this person's past errors and values, and stretch by
what they missed (Vovk 1990; Gibbs & Candès 2021). Days may be missing. The same days always give the same past, bit for
bit, whether learnt at once, day by day, or from a checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.daily_memory import (
    NAIVES,
    QUANTILES,
    SCORE,
    SCORES,
    WINDOW,
    Floats,
    Ints,
    Memory,
    Sight,
    blank_memory,
    sight_of,
)
from selftwin.learn.daily_prior import prior

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL = "daily-1"
HORIZONS = (1, 2, 3, 4, 5, 6, 7, 10, 15, 30)
"""A lag between takes the next longer one; beyond a week none is a multiple of seven, where the last value would be the
same weekday's, as it is for no other lag."""
SHARES = tuple(float(share) for share in QUANTILES)


@dataclass(frozen=True, slots=True)
class Record:
    """How a horizon did so far on `days` scored days: mean absolute errors in the unit of the values."""

    horizon: int
    days: int
    ours: float
    last: float
    mean7: float
    weekday: float


def blank(horizons: Sequence[int] = HORIZONS) -> Memory:
    """The memory of a series nothing is known of yet; ascending horizons in days."""
    return blank_memory(tuple(horizons))


def learn(memory: Memory, days: Ints, values: Floats) -> tuple[Memory, Sight]:
    """The memory after these observations, and what had been said of each of them before it was known.

    `days` [n] whole days since any fixed day, strictly ascending and after all that was learnt; `values` [n] finite.
    Raises ValueError where they are not.

    >>> memory, _ = learn(blank(), np.arange(20), np.full(20, 7.0))
    >>> quantiles(memory, np.array([20]))[0].round(6).tolist()
    [7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0]
    """
    from selftwin.learn.daily_kernel import walk

    days, values = np.array(days, np.int64), np.array(values, np.float64) + 0.0  # own; one sign of zero
    before = np.concatenate([memory.days[min(int(memory.seen[0]), WINDOW) - 1 :][:1], days]) if memory.seen[0] else days
    if np.any(np.diff(before) <= 0):
        raise ValueError("days must ascend, one value each, and follow the days already learnt")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite")
    after = copied(memory)
    return after, sight_of(walk(after, prior(), days, values))


def quantiles(memory: Memory, targets: Ints, *, today: int | None = None) -> Floats:
    """Quantiles of the target days, [n, 7] at `SHARES`; all but the middle are NaN before three days were scored.

    `today` is the day it is said on, by default the last day learnt. Targets lie after it.
    """
    from selftwin.learn.daily_kernel import look_ahead

    targets = np.array(targets, np.int64)
    if memory.seen[0] == 0:
        raise ValueError("nothing was learnt yet")
    said_on = last_day(memory) if today is None else today
    if said_on < last_day(memory) or np.any(targets <= said_on):
        raise ValueError("targets must lie after the day they are said on, and that not before the last day learnt")
    tracks = np.minimum(np.searchsorted(memory.horizons, targets - said_on), len(memory.horizons) - 1)
    return np.array(sight_of(look_ahead(copied(memory), prior(), targets, tracks)).quantiles[0])


def last_day(memory: Memory) -> int:
    """The last day learnt."""
    return int(memory.days[min(int(memory.seen[0]), WINDOW) - 1])


def record(memory: Memory, horizon: int = 1) -> Record:
    """How forecasts at this horizon did, on all days scored by now, beside the naive guesses."""
    track = memory.horizons.tolist().index(horizon)
    days = int(memory.counts[track].sum())
    scores = memory.states[track, SCORE:] + _waiting_scores(memory, track)
    return Record(horizon, days, *(float(score) / max(days, 1) for score in scores))


def copied(memory: Memory) -> Memory:
    """The same memory in arrays of its own."""
    twin = blank_memory(tuple(memory.horizons.tolist()))
    for there, here in zip(twin, memory, strict=True):
        there[...] = here
    return twin


def _waiting_scores(memory: Memory, track: int) -> Floats:
    waiting = int(memory.counts[track, 1])
    return np.asarray(memory.pending[track, :waiting, SCORES : SCORES + 1 + NAIVES].sum(axis=0))
