"""The usual day of a dense signal: the middle and the bands by the clock, as clinics draw glucose (Bergenstal 2013)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.dense import columns_of, trust_of
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import LEVELS, SCORED_FOR_LEVEL, Trust

if TYPE_CHECKING:
    import polars as pl

    from selftwin.learn.dense_memory import Floats
    from selftwin.vocabulary.signal import Signal

DAY = 86400.0
SPAN_DAYS = 90
FULL_SLOTS = 6  # a day counts towards trust when a quarter of its hours hold data


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of the day beginning at `minute`: the median, from the first day on, and the band of each level that its
    `days` of data allow, else None."""

    minute: int
    days: int
    middle: float | None
    lo50: float | None = None
    hi50: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    lo90: float | None = None
    hi90: float | None = None


@dataclass(frozen=True, slots=True)
class DailyShape:
    """The usual day of a dense signal over `days` days of data; `value` is the newest, of ISO time `at`, and `place`
    the share of what was usual in its slot that lies below it."""

    signal: str
    unit: str
    trust: Trust
    days: int
    slots: tuple[Slot, ...]
    at: str | None
    value: float | None
    place: float | None


def daily_shape(samples: pl.DataFrame, signal: Signal, *, slot_minutes: int = 60, days: int = SPAN_DAYS) -> DailyShape:
    """The usual day of a signal from the newest `days` days of samples (`at`, `value`, perhaps `minute`, as `study`
    takes them). Each slot is read from its own samples; every day has the same say, however many samples it holds.
    Raises UsageError where slots do not divide the day."""
    if not 1 <= slot_minutes <= 1440 or 1440 % slot_minutes:
        raise UsageError("slots must divide the day: 15, 30, 60 minutes.")
    stamps, values, clocks = columns_of(samples)
    recent = stamps > stamps[-1] - int(days * DAY * 1e6) if len(stamps) else np.zeros(0, dtype=bool)
    stamps, values, clocks = stamps[recent], values[recent], clocks[recent]
    day, slot = _local_days(stamps, clocks), (clocks // (60 * slot_minutes)).astype(np.int64)
    slots = tuple(
        _slot(minute, values[slot == place], day[slot == place])
        for place, minute in enumerate(range(0, 1440, slot_minutes))
    )
    full = _full_days(day, clocks)
    newest = _newest(stamps, values, slot)
    return DailyShape(signal.key, signal.unit, trust_of(full), full, slots, *newest)


def _local_days(stamps: np.ndarray, clocks: Floats) -> np.ndarray:
    """A number for the local day (n,) of each stamp in µs, from the local second of the day it carries."""
    seconds = stamps / 1e6
    offset = (clocks - seconds % DAY + 10 * 3600) % DAY - 10 * 3600  # zones run from -10 to +14 hours
    return np.floor((seconds + offset + 1e-6) / DAY).astype(np.int64)


def _full_days(day: np.ndarray, clocks: Floats) -> int:
    """How many local days hold data in at least a quarter of their hours."""
    hours = np.unique(day * 24 + (clocks // 3600).astype(np.int64))
    return int((np.unique(hours // 24, return_counts=True)[1] >= FULL_SLOTS).sum())


def _slot(minute: int, values: Floats, day: np.ndarray) -> Slot:
    """The median and bands of one slot, each level only where its days allow."""
    _, which, counts = np.unique(day, return_inverse=True, return_counts=True)
    if not len(counts):
        return Slot(minute, 0, None)
    weights = 1.0 / counts[which]
    bands: list[float | None] = []
    for level in LEVELS:
        allowed = len(counts) >= SCORED_FOR_LEVEL[level]
        bands += [_quantile(values, weights, 0.5 + sign * level / 200) if allowed else None for sign in (-1, 1)]
    return Slot(minute, len(counts), _quantile(values, weights, 0.5), *bands)


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """The weighted quantile, on the line between the middles of neighbouring weights."""
    order = np.argsort(values, kind="stable")
    heights = np.cumsum(weights[order]) - 0.5 * weights[order]
    return float(np.interp(share * weights.sum(), heights, values[order]))


def _newest(stamps: np.ndarray, values: Floats, slot: np.ndarray) -> tuple[str | None, float | None, float | None]:
    """The newest value's ISO time, itself, and its place among the earlier ones of its slot."""
    if not len(stamps):
        return None, None, None
    earlier = values[:-1][slot[:-1] == slot[-1]]
    place = float((earlier < values[-1]).mean() + 0.5 * (earlier == values[-1]).mean()) if len(earlier) else None
    return datetime.fromtimestamp(stamps[-1] / 1e6, UTC).isoformat(), float(values[-1]), place
