"""The ambulatory glucose profile: which glucose is usual at each time of day, from many days laid over one another.

Percentiles 5, 25, 50, 75 and 95 by time of day after Mazze and Rodbard, as the consensus asks for them (Johnson and
others, Diabetes Technol Ther 2019;21(S2):S2-17; Battelino and others, Diabetes Care 2019;42:1593). The report's own
smoothing is not published; ours is a window of an hour and a smoothing of an hour, and is said in the card.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.measures.glycaemia import DAY, ENOUGH, active_share
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS

Floats = NDArray[np.float64]

PERCENTILES = (5, 25, 50, 75, 95)
STEP, REACH = 900.0, 1800.0  # seconds: between moments, and how far readings may lie from one
SMOOTHING = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0  # over five moments, an hour in all
LEAST = 10  # readings that a moment needs
LIVES = 300


@dataclass(frozen=True, slots=True)
class Profile:
    """A day of glucose: `minutes` (96,) after local midnight, `levels` (96, 5) mg/dL by PERCENTILES, their 9-in-10
    bounds `low` and `high` (96, 5) of a bootstrap over days, the readings behind each moment `counts` (96,); NaN where
    there are too few. It is `trusted` from 14 days with 70 per cent of the readings on."""

    minutes: Floats
    levels: Floats
    low: Floats
    high: Floats
    counts: NDArray[np.int64]
    days: int
    active: float
    trusted: bool


def profile(times: Floats, values: Floats, *, interval: float | None = None, seed: int = 0) -> Profile:
    """The profile of readings: `times` (n,) local seconds in order, `values` (n,) mg/dL, the sensor's `interval` in
    seconds (else the middle spacing). Raises ValueError of fewer than two readings."""
    times, values = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if len(times) < 2:
        raise ValueError("a profile needs at least two readings")
    of_day, days = times % DAY, np.unique(times // DAY, return_inverse=True)[1]
    count = int(days.max()) + 1
    lives = np.vstack([np.ones(count), _lives(count, seed)])
    moments = np.arange(0.0, DAY, STEP)
    read = [_percentiles(of_day, values, days, lives, moment) for moment in moments]
    levels = np.array([_smooth(column) for column in np.array([one for one, _ in read]).transpose(1, 2, 0)])
    low, high = np.quantile(levels[1:], [0.05, 0.95], axis=0)
    bounds = (low, high) if count >= FIRST_DAYS else (np.full_like(low, np.nan), np.full_like(high, np.nan))
    active = active_share(times, interval=interval)
    trusted = bool(count >= TRUSTED_DAYS and times[-1] - times[0] > (TRUSTED_DAYS - 1) * DAY and active >= ENOUGH)
    counts = np.array([n for _, n in read], dtype=np.int64)
    return Profile(moments / 60, levels[0].T, bounds[0].T, bounds[1].T, counts, count, active, trusted)


def _lives(count: int, seed: int) -> Floats:
    """How often each day is drawn in each life (LIVES, days)."""
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1.0 / count), size=LIVES)
    return drawn.astype(np.float64)


def _percentiles(
    of_day: Floats, values: Floats, days: NDArray[np.int64], lives: Floats, moment: float
) -> tuple[Floats, int]:
    """The percentiles (lives, 5) of readings near a time of day, and how many there are; midnight has two sides."""
    away = np.abs((of_day - moment + DAY / 2) % DAY - DAY / 2)
    near = np.flatnonzero(away <= REACH)
    if len(near) < LEAST:
        return np.full((len(lives), len(PERCENTILES)), np.nan), len(near)
    order = near[np.argsort(values[near], kind="stable")]
    weight = np.cumsum(lives[:, days[order]], axis=1)
    total = weight[:, -1:]
    places = [(weight < total * share / 100).sum(axis=1) for share in PERCENTILES]
    found = np.column_stack([values[order][np.minimum(place, len(order) - 1)] for place in places])
    found[total[:, 0] == 0] = np.nan
    return found, len(near)


def _smooth(levels: Floats) -> Floats:
    """Each percentile (5, moments) smoothed round the clock; where a neighbour is unknown, over those that are known.
    One kernel for all five keeps their order."""
    reach = len(SMOOTHING) // 2
    shifted = np.stack([np.roll(levels, step, axis=1) for step in range(-reach, reach + 1)])
    known = np.isfinite(shifted)
    weight = (SMOOTHING[:, None, None] * known).sum(axis=0)
    total = (SMOOTHING[:, None, None] * np.where(known, shifted, 0.0)).sum(axis=0)
    smooth: Floats = np.where(np.isfinite(levels), total / np.maximum(weight, 1e-12), np.nan)
    return smooth
