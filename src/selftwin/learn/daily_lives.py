"""Simulated daily series, from which the forecaster's prior over people is learnt: nobody's data are in it.

Each series draws its own mix of what daily signals do: weekly rhythm, slow drift, level shifts, bouts, smoothing,
skew, ceilings, zero inflation, scales of a few steps, rare bad days, missing days. Parameters are deliberately broad.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from selftwin.learn.daily_memory import Floats, Ints

NATURES = {"plain": 0.30, "smoothed": 0.16, "skew": 0.12, "zeros": 0.10, "ceiling": 0.10, "scale": 0.15, "whole": 0.07}


def lives(count: int, *, seed: int) -> Iterator[tuple[Ints, Floats]]:
    """`count` series of (days [n], values [n]), 30 to 200 observations each, none of them constant."""
    rng = np.random.default_rng(seed)
    made = 0
    while made < count:
        days, values = life(rng)
        if len(values) >= 30 and np.ptp(values) > 0:
            made += 1
            yield days, values


def life(rng: Generator) -> tuple[Ints, Floats]:
    """One series: (days [n], values [n])."""
    wanted = int(rng.integers(45, 200))
    nature = str(rng.choice(list(NATURES), p=list(NATURES.values())))
    values = _shaped(rng, nature, _course(rng, wanted + 40))
    kept = _worn(rng, len(values))
    return np.flatnonzero(kept)[:wanted].astype(np.int64), values[kept][:wanted]


def _course(rng: Generator, n: int) -> Floats:
    """Noise with memory + drifting level + weekly rhythm, standard deviation near one."""
    shocks = rng.standard_normal(n) if rng.random() < 0.5 else rng.standard_t(rng.uniform(2.5, 8), n)
    memory = rng.choice([0, rng.uniform(0, 0.5), rng.uniform(0.5, 0.95)], p=[0.3, 0.45, 0.25])
    noise = np.zeros(n)
    for i in range(1, n):
        noise[i] = memory * noise[i - 1] + np.sqrt(1 - memory**2) * shocks[i]
    week = _week(rng)[(np.arange(n) + rng.integers(7)) % 7]
    return np.asarray(noise * rng.uniform(0.6, 1.0) + _level(rng, n) + week, np.float64)


def _level(rng: Generator, n: int) -> Floats:
    """A random walk (often none), with lasting shifts and bouts of days to weeks."""
    drift = 10 ** rng.uniform(-3, -0.3) * (rng.random() < 0.45)
    level = np.cumsum(rng.standard_normal(n)) * drift
    for _ in range(rng.poisson(n / rng.uniform(40, 500))):
        start = int(rng.integers(0, n))
        stop = n if rng.random() < 0.5 else start + int(rng.integers(3, 25))
        level[start:stop] += rng.normal() * rng.uniform(0.3, 2.2)
    return level


def _week(rng: Generator) -> Floats:
    """Seven weekday effects: all their own, a weekend, or none."""
    week = np.zeros(7)
    kind = rng.random()
    if kind < 0.3:
        week = rng.standard_normal(7) * rng.uniform(0.1, 0.8)
    elif kind < 0.65:
        week[5:] = rng.normal() * rng.uniform(0.2, 1.6)
        week[4] = week[5] * rng.uniform(-0.3, 0.6)
    return week


def _smoothed(rng: Generator, x: Floats) -> Floats:
    """A signal that a device averages over days, such as a resting heart rate."""
    share = rng.uniform(0.15, 0.9)
    out = np.zeros(len(x))
    out[0] = x[0]
    for i in range(1, len(x)):
        out[i] = out[i - 1] + share * (x[i] - out[i - 1])
    out /= out.std() + 1e-9
    if rng.random() < 0.4:
        width = int(rng.integers(2, 6))
        out = np.convolve(out, np.ones(width) / width, "same")
    if rng.random() < 0.5:
        out = out + np.cumsum(rng.standard_normal(len(x))) * rng.uniform(0.05, 0.4)
    return out + rng.standard_normal(len(x)) * rng.uniform(0, 0.25)


def _shaped(rng: Generator, nature: str, x: Floats) -> Floats:
    """The course as a signal of this nature would show it."""
    if nature != "smoothed" and rng.random() < 0.35:
        bad = rng.random(len(x)) < rng.uniform(0.01, 0.08)
        x = x + np.where(bad, rng.normal() * 4 * rng.random(len(x)), 0.0)
    return np.asarray(SHAPES[nature](rng, x), np.float64)


def _plain(rng: Generator, x: Floats) -> Floats:
    return np.round(x * rng.uniform(2, 60)) if rng.random() < 0.3 else x


def _skew(rng: Generator, x: Floats) -> Floats:
    return np.asarray(np.exp(x * rng.uniform(0.2, 0.7)))


def _zeros(rng: Generator, x: Floats) -> Floats:
    """Minutes of something that on many days is not done at all."""
    idle = x + rng.standard_normal(len(x)) * rng.uniform(0, 1) <= np.quantile(x, rng.uniform(0.1, 0.7))
    minutes = np.where(idle, 0.0, 20 * np.exp(0.6 * x))
    return np.asarray(np.round(minutes) if rng.random() < 0.7 else minutes)


def _ceiling(rng: Generator, x: Floats) -> Floats:
    """A share in per cent that is nearly always high."""
    return np.clip(np.round(100 - np.exp(rng.uniform(0.3, 0.9) * x + rng.uniform(0.5, 2))), 0, 100)


def _whole(rng: Generator, x: Floats) -> Floats:
    return np.asarray(np.round(x * rng.uniform(1, 8) + rng.uniform(20, 90)))


def _scale(rng: Generator, x: Floats) -> Floats:
    """Answers on a scale of 3 to 10 steps, often with a favourite answer."""
    top = int(rng.integers(3, 11))
    bottom = 0 if rng.random() < 0.2 else 1
    answers = np.clip(np.round(x * rng.uniform(0.3, 1.6) + top / 2 + rng.normal() * top / 6), bottom, top)
    if rng.random() < 0.5:
        answers = np.where(rng.random(len(x)) < rng.uniform(0.2, 0.7), np.median(answers), answers)
    if rng.random() < 0.2:
        answers = np.where(rng.random(len(x)) < 0.05, 0.0, answers)
    return answers


SHAPES: dict[str, Callable[[Generator, Floats], Floats]] = {
    "plain": _plain,
    "smoothed": _smoothed,
    "skew": _skew,
    "zeros": _zeros,
    "ceiling": _ceiling,
    "scale": _scale,
    "whole": _whole,
}


def _worn(rng: Generator, n: int) -> NDArray[np.bool_]:
    """Which days have data: single days lost, and now and then a stretch."""
    kept = np.ones(n, dtype=np.bool_)
    if rng.random() < 0.6:
        kept &= rng.random(n) > rng.uniform(0, 0.25)
    for _ in range(rng.poisson(1.0)):
        start = int(rng.integers(0, n))
        kept[start : start + int(rng.integers(2, 20))] = False
    return kept
