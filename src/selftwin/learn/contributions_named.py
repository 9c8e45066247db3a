"""Which drivers are named: those that stand out among all that were tried, and only where naming them made days not
learnt from easier to foresee.

What stands out is held to a share of false ones (Benjamini & Hochberg, JRSS B 57, 1995). Whether it helps is measured
day by day as it would have been then: each fortnight is foreseen by a model, and a choice of drivers, made of the days
before it (Dawid's prequential view, JRSS A 147, 1984)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.contributions import History, Model, fit, weak

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FALSE = 0.10  # of what is named, in the long run
LEAST, EVENTS = 60, 8  # days with a value before any driver is tried; days on which one moved
STEP, REACH = 14, 364  # days foreseen at a time, and how many at most
HELD_OUT = 28  # days foreseen before anything is said of how it went
DRAWS, SEED = 400, 20260311
TAILS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Gain:
    """By what share days not learnt from were foreseen nearer (negative: less near), with the 9-in-10 interval of it,
    on so many `days`."""

    share: float
    low: float
    high: float
    days: int


@dataclass(frozen=True, slots=True)
class Naming:
    """What is named: `model` of the days before the last, with the columns `named` (C,); `p` (G,), how likely each
    driver would stand out so far by chance (NaN where it was not tried); how drivers helped (`gain`), and how far the
    plain model helped over the mean of the last 28 days (`beats`), None where too few days were foreseen. `surprises`
    (n,) are those of the days foreseen."""

    model: Model
    named: Flags
    p: Floats
    gain: Gain | None
    beats: Gain | None
    surprises: Floats


def naming(history: History) -> Naming:
    """Which drivers are named on the last day. Raises ValueError where fewer than two days before have a value."""
    plain = fit(history)
    found, p = chosen(history, plain)
    ours, without, naive = foreseen(history, try_drivers=bool(found.any()))
    gain, beats = gained(ours, without), gained(without, naive)
    if gain is None or gain.low <= 0:
        found = np.zeros_like(found)
    model = fit(history, found, like=plain) if found.any() else plain
    surprises = ours if found.any() else without
    return Naming(model, found, p, gain, beats, surprises[np.isfinite(surprises)])


def chosen(history: History, plain: Model) -> tuple[Flags, Floats]:
    """The columns of the drivers that stand out among those tried on the days before the last, and each one's p."""
    tried = tellable(history)
    groups = np.unique(history.groups[tried])
    p = np.full(int(history.groups.max(initial=-1)) + 1, np.nan)
    if not len(groups):
        return tried, p
    model = weak(history, tried, plain)
    for group in groups:
        p[group] = _by_chance(model, group)
    order = np.sort(p[groups])
    passed = order <= FALSE * np.arange(1, len(order) + 1) / len(order)
    limit = order[passed].max() if passed.any() else -1.0
    return tried & (p[history.groups] <= limit), p


def tellable(history: History) -> Flags:
    """The columns (C,) of which the days before the last can tell anything: known on most of them, and moving."""
    past = history.until(len(history) - 1)
    valued = np.isfinite(past.values)
    if valued.sum() < LEAST:
        return np.zeros(history.drivers.shape[1], np.bool_)
    drivers = past.drivers[valued]
    known = np.isfinite(drivers)
    middle = np.array([np.median(one[np.isfinite(one)]) if np.isfinite(one).any() else 0.0 for one in drivers.T])
    moved = (known & (drivers != middle)).sum(axis=0)
    return np.asarray((known.sum(axis=0) >= LEAST) & (moved >= EVENTS))


def _by_chance(model: Model, group: int) -> float:
    """How likely a driver's columns together would weigh so much where there is nothing: a Wald test, by the more
    doubtful of the two spreads."""
    from scipy.stats import chi2

    here = model.frame.places.driver == group
    weights = model.solved.weights[here]
    told = [float(weights @ np.linalg.solve(spread[np.ix_(here, here)], weights)) for spread in model.solved.spreads]
    return float(chi2.sf(min(told), int(here.sum())))


def foreseen(history: History, *, try_drivers: bool = True) -> tuple[Floats, Floats, Floats]:
    """What was missed on each day before the last (T - 1,): with the drivers named by then, without any, and by the
    mean of the last 28 values; NaN where nothing was foreseen."""
    length = len(history) - 1
    ours, without, naive = np.full((3, length), np.nan)
    known = np.flatnonzero(np.isfinite(history.values[:length]))
    if len(known) <= HELD_OUT:
        return ours, without, naive
    first = max(int(known[HELD_OUT]), length - REACH)
    plain = None
    for start in range(length - (length - first) // STEP * STEP, length, STEP):
        ahead = history.until(min(start + STEP, length))
        then = history.until(start + 1)
        plain = fit(then, like=plain)
        here = slice(start, len(ahead))
        without[here] = (ahead.values - plain.expects(ahead))[here]
        found = chosen(then, plain)[0] if try_drivers else np.zeros(0, np.bool_)
        told = fit(then, found, like=plain) if found.any() else plain
        ours[here] = (ahead.values - told.expects(ahead))[here]
    for day in np.flatnonzero(np.isfinite(without)):
        before = known[known < day][-28:]
        naive[day] = history.values[day] - history.values[before].mean()
    return ours, without, naive


def gained(ours: Floats, theirs: Floats) -> Gain | None:
    """By what share our errors are smaller, where enough days have both; the interval by fortnights drawn anew."""
    both = np.flatnonzero(np.isfinite(ours) & np.isfinite(theirs))
    if len(both) < HELD_OUT:
        return None
    mine, its = np.abs(ours[both]), np.abs(theirs[both])
    rng = np.random.default_rng(SEED)
    blocks = max(-(-len(both) // STEP), 1)
    starts = rng.integers(0, len(both), (DRAWS, blocks))
    drawn = ((starts[:, :, None] + np.arange(STEP)) % len(both)).reshape(DRAWS, -1)[:, : len(both)]
    share = _share(mine.sum(), its.sum())
    shares = [_share(mine[days].sum(), its[days].sum()) for days in drawn]
    low, high = (float(one) for one in np.quantile(shares, TAILS))
    return Gain(share, min(low, share), max(high, share), len(both))


def _share(mine: float, its: float) -> float:
    return 1.0 - float(mine) / float(its) if its > 0 else 0.0
