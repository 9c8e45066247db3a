"""What the twin believes: forecasts and normal bands with intervals, trust and the guess they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trust(StrEnum):
    """How much stands behind a belief: nothing yet, a first impression (4 days), trusted (14 days)."""

    NONE = "none"
    FIRST = "first"
    TRUSTED = "trusted"


FIRST_DAYS = 4
TRUSTED_DAYS = 14
LEVELS = (50, 80, 90)
SCORED_FOR_LEVEL = {50: 3, 80: 9, 90: 19}  # an interval of level 1-a needs 2/a-1 scored days
WEEKLY_DAYS = 28


@dataclass(frozen=True, slots=True)
class Step:
    """One future moment: ISO time or local day, the middle, and the bounds of each level the data allow (else None)."""

    at: str
    mean: float | None
    lo50: float | None = None
    hi50: float | None = None
    lo80: float | None = None
    hi80: float | None = None
    lo90: float | None = None
    hi90: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes next for one signal. `beats` maps each naive guess to ours ÷ its mean absolute error on this
    person's own past; `method` names the naive guess where ours has not beaten the best of them."""

    signal: str
    unit: str
    made_at: str
    trust: Trust
    n: int
    method: str
    beats: tuple[tuple[str, float], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Normal:
    """What is usual for one signal: the band that holds 9 days in 10 (half where the data allow only that),
    the newest value's place in it, trend and weekly rhythm. Values in the signal's unit."""

    signal: str
    unit: str
    day: str
    age_days: int
    value: float | None
    trust: Trust
    n: int
    low: float | None
    middle: float | None
    high: float | None
    level: int | None
    place: float | None
    outside: str
    run: int
    trend_per_week: float | None
    weekly: tuple[float, ...] | None
