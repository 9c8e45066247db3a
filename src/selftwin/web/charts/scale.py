"""The axis of values: round steps in the person's unit (hours for what lasts, clocks for what happens) and the way from
a value to its pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.wording.measures import CURRENCIES, MINUS, MINUTES, clock, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selftwin.web.charts.pen import Numbers
    from selftwin.wording.measures import Measure

MINUTE_STEPS = (1 / 60, 1 / 12, 1 / 4, 1 / 2, 1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 7200,
                14_400)  # fmt: skip
AIR = 0.07  # of the span above and below
NEAR = 0.1  # of the span, within which an axis grows to its next round value


@dataclass(frozen=True, slots=True)
class Tick:
    """One value worth a word and a hairline."""

    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Up:
    """From a value to its pixel: `low` lies at `bottom`, `high` at `top`."""

    low: float
    high: float
    top: float
    bottom: float
    ticks: tuple[Tick, ...] = ()

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def all(self, values: Sequence[float] | Numbers) -> Numbers:
        """The pixels of many."""
        there = np.asarray(values, dtype=np.float64)
        return self.bottom - (there - self.low) / (self.high - self.low) * (self.bottom - self.top)


def up(values: Iterable[float], read: Measure, top: float, bottom: float, *, most: int = 5, floor: float | None = None,
       air: float = AIR) -> Up:  # fmt: skip
    """The axis that holds all the values with a little air, and at most so many ticks; `floor` is a value it never goes
    below by its air."""
    known = [float(value) for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low < 1e-9:
        room = max(abs(high) * 0.05, 1e-3 if not read.whole else 1.0)
        low, high = low - room, high + room
    lowest = low - air * (high - low)
    if floor is not None and low >= floor:
        lowest = max(lowest, floor)
    highest = high + air * (high - low)
    step = _step(highest - lowest, read, most)
    if (gap := lowest - math.floor(lowest / step) * step) < NEAR * (highest - lowest):
        lowest -= gap
    if (gap := math.ceil(highest / step) * step - highest) < NEAR * (highest - lowest):
        highest += gap
    return Up(lowest, highest, top, bottom, ticks(lowest, highest, read, most=most))


def ticks(low: float, high: float, read: Measure, *, most: int = 5) -> tuple[Tick, ...]:
    """Round values from low to high, written as the person reads the signal: at most so many, up to two more where
    there would be fewer than three."""
    for many in range(most, most + 3):
        step = _step(high - low, read, many)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first >= 2:
            break
    return tuple(Tick(number * step, figure(number * step, step, read)) for number in range(first, last + 1))


def _step(span: float, read: Measure, most: int) -> float:
    per_unit = MINUTES.get(read.unit)
    if per_unit or read.clock:
        there = span * (per_unit or 1.0)
        fit = (step for step in MINUTE_STEPS if there / step <= most)
        return next(fit, MINUTE_STEPS[-1] * math.ceil(there / MINUTE_STEPS[-1] / most)) / (per_unit or 1.0)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(times * power for times in (1, 2, 5, 10) if span / (times * power) <= most)
    return max(step, 1.0) if read.whole else step


def figure(value: float, step: float, read: Measure) -> str:
    """A bare figure in the digits of its step; the value is already in the person's unit.

    >>> from selftwin.wording.measures import Measure
    >>> figure(5000, 5000, Measure("{count}")), figure(0.5, 0.5, Measure("kg")), figure(7.5, 0.5, Measure("h"))
    ('5,000', '0.5', '7 h 30')
    """
    per_unit = MINUTES.get(read.unit)
    if read.clock:
        return clock(value * (per_unit or 1.0))
    if per_unit:
        return duration(value * per_unit) if value else "0"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    written = f"{value + 0.0:,.{decimals}f}".replace("-", MINUS)
    money = read.unit[1:4] if read.unit.startswith("[") and read.unit[1:4].isupper() and len(read.unit) == 5 else ""
    return f"{CURRENCIES.get(money, money)} {written}" if money else written
