"""Takes a signal's own wandering out of its days, so that what is left of them is independent from day to day.

A day lies off its level by three parts that add up: what is over the next day, an echo that fades in days, and a slow
wandering that fades in weeks. How large each part is differs between signals and people, so it is never taken as known:
whoever uses this weighs a small grid of `MIXES`. Missing days need no special case, for a Kalman filter only waits over
them (Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ECHO, SLOW = 0.6, 0.97  # what of each part a day keeps
ECHOES, SLOWS = (0.0, 0.25, 0.5), (0.03, 0.1, 0.25, 0.5)  # shares of the whole variance
AROUND, LEAST = 15, 5  # measured days of a running middle; as few as it may be made of
FAR = 3.0  # robust spreads off the running middle at which a single day is held


@dataclass(frozen=True, slots=True)
class Mix:
    """Of C ways to wander, the shares of the variance in the echo and in the slow part (C,); the rest is over at once,
    and each whole is 1."""

    echo: Floats
    slow: Floats

    def one(self, place: int) -> Mix:
        """A single one of them."""
        return Mix(self.echo[place : place + 1], self.slow[place : place + 1])

    def __len__(self) -> int:
        return len(self.echo)


def mixes(echoes: tuple[float, ...] = ECHOES, slows: tuple[float, ...] = SLOWS) -> Mix:
    """A grid of ways to wander that are held possible."""
    pairs = np.array(list(product(echoes, slows)))
    return Mix(pairs[:, 0].copy(), pairs[:, 1].copy())


def whiten(columns: Floats, seen: Bools, mix: Mix) -> tuple[Floats, Floats]:
    """Columns (E, n, m) over n days without their wandering, one Mix (or one for all) for each of E, on the days `seen`
    (E, n) and zero on others; and the logarithm of what whitening shrinks a volume by (E,), squared.

    Where a column wanders as `mix` says, with variance one, what comes back is independent with variance one.
    """
    count, days, width = columns.shape
    gains, spread, logs = _gains(seen, mix, count)
    white = np.zeros_like(columns)
    echo, slow = np.zeros((count, width)), np.zeros((count, width))
    there = seen.astype(np.float64)
    for day in range(days):
        miss = (columns[:, day] - echo - slow) * there[:, day, None]
        white[:, day] = miss / spread[:, day, None]
        echo = ECHO * (echo + gains[:, day, :1] * miss)
        slow = SLOW * (slow + gains[:, day, 1:] * miss)
    return white, logs


def _gains(seen: Bools, mix: Mix, count: int) -> tuple[Floats, Floats, Floats]:
    """What of a day's miss goes into echo and slow (E, n, 2), its spread (E, n), and the sum of the logs of the squared
    spreads (E,)."""
    echo, slow = np.broadcast_to(mix.echo, count), np.broadcast_to(mix.slow, count)
    blur = 1 - echo - slow
    v_echo, between, v_slow = echo.copy(), np.zeros(count), slow.copy()
    gains, spread = np.zeros((*seen.shape, 2)), np.ones(seen.shape)
    for day in range(seen.shape[1]):
        there = seen[:, day]
        total = v_echo + v_slow + 2 * between + blur
        to_echo, to_slow = (v_echo + between) / total * there, (v_slow + between) / total * there
        gains[:, day, 0], gains[:, day, 1] = to_echo, to_slow
        spread[:, day] = np.where(there, np.sqrt(total), 1.0)
        v_echo = ECHO**2 * (v_echo - to_echo**2 * total) + (1 - ECHO**2) * echo
        v_slow = SLOW**2 * (v_slow - to_slow**2 * total) + (1 - SLOW**2) * slow
        between = ECHO * SLOW * (between - to_echo * to_slow * total)
    logs: Floats = 2 * np.log(spread).sum(1)
    return gains, spread, logs


def wander(seen: Bools, mix: Mix, rng: np.random.Generator, *, tails: float = np.inf) -> Floats:
    """Days (E, n) that wander as the mix says, with variance one, NaN where not seen; what is over at once is drawn of
    Student's t with so many degrees of freedom."""
    count, days = seen.shape
    echo, slow = np.broadcast_to(mix.echo, count), np.broadcast_to(mix.slow, count)
    blur = rng.standard_normal(seen.shape) if np.isinf(tails) else rng.standard_t(tails, seen.shape)
    blur = blur * np.sqrt((1 - echo - slow) / (1.0 if np.isinf(tails) else tails / (tails - 2)))[:, None]
    luck = rng.standard_normal((2, days, count))
    parts = np.stack([np.sqrt(echo) * luck[0, 0], np.sqrt(slow) * luck[1, 0]])
    found = np.empty(seen.shape)
    keeps, stirs = np.array([[ECHO], [SLOW]]), np.array([echo * (1 - ECHO**2), slow * (1 - SLOW**2)])
    for day in range(days):
        if day:
            parts = keeps * parts + np.sqrt(stirs) * luck[:, day]
        found[:, day] = parts.sum(0) + blur[:, day]
    found[~seen] = np.nan
    return found


def held(values: Floats) -> Floats:
    """The values (n,) of days in order, NaN where nothing was measured, with single days that lie far off the middle of
    the measured days around them brought back to the edge."""
    from scipy.ndimage import median_filter

    there = np.flatnonzero(np.isfinite(values))
    found = values.astype(np.float64, copy=True)
    if len(there) < LEAST:
        return found
    known = found[there]
    middle = median_filter(known, min(AROUND, len(known)), mode="nearest")
    off = known - middle
    spread = 1.4826 * float(np.median(np.abs(off)))
    if spread > 0:
        found[there] = middle + np.clip(off, -FAR * spread, FAR * spread)
    return found
