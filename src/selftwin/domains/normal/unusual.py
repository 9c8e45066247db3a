"""How far outside what is usual each day of a signal lies, as was known on that day, and from where on that is alarming
within a budget of false alarms."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.band import band_on
from selftwin.learn.alarms import by_month
from selftwin.vocabulary.estimate import WEEKLY_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.domains.normal.band import Band
    from selftwin.learn.daily_memory import Floats, Ints
    from selftwin.vocabulary.signal import Signal

LEAST, MOST = 0.1, 2.0  # false alarms a month that can be asked for
NARROW = 0.25  # of the whole band: the least that counts as one side of it


@cache
def table() -> tuple[tuple[float, float], ...]:
    """Budgets, rising, each with how far out a day must lie."""
    lines = Path(__file__).with_name("unusual.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple((float(row["budget"]), float(row["threshold"])) for row in rows)


def shared(budget: float) -> float:
    """How far out a day must lie for a budget of false alarms a month, from the table.

    >>> 1.0 <= shared(2.0) < shared(1.0) < shared(0.5)
    True
    """
    budgets, thresholds = zip(*table(), strict=True)
    return float(np.interp(np.log(budget), np.log(budgets), thresholds))


@dataclass(frozen=True, slots=True)
class Outside:
    """Of each day (n,) since 1970: how far `out` it lies, 0 in the middle, 1 at the edge of the band that holds nine in
    ten, negative below; NaN where too few days were known. `bands` are those of the days (None where too few)."""

    days: Ints
    out: Floats
    bands: tuple[Band | None, ...]


def outside(signal: Signal, days: Ints, values: Floats) -> Outside:
    """How far out each day of `values` (n,) on rising `days` (n,) lies, each from the days before it alone."""
    bands = tuple(_band(signal, days, values, place) for place in range(len(days)))
    out = [np.nan if band is None else _out(band, float(value)) for band, value in zip(bands, values, strict=True)]
    return Outside(days, np.array(out, dtype=np.float64), bands)


def _band(signal: Signal, days: Ints, values: Floats, place: int) -> Band | None:
    return band_on(signal, days, values, place) if place >= WEEKLY_DAYS else None


def _out(band: Band, value: float) -> float:
    whole, above = band.high - band.low, value >= band.middle
    side = max(band.high - band.middle if above else band.middle - band.low, NARROW * whole)
    return (value - band.middle) / side if side > 0 else np.nan


def thresholds(known: Outside, budget: float, month_of: Callable[[int], int]) -> Floats:
    """From where on each day (n,) is alarming: other people's threshold, raised by the person's own days before the
    month began. `month_of` gives the month of a day since 1970."""
    months = np.array([month_of(int(day)) for day in known.days])
    return by_month(shared(budget), known.days, np.abs(known.out), months, budget)
