"""The rhythm of days: a wave of 24 hours fitted to hourly activity, how alike the days are, how broken up, how far rest
and activity lie apart, and how far free days lie from working days.

Activity comes as hours of days (d, 24), NaN where it is not known. The wave is the single-component cosinor
(Cornelissen, Theor Biol Med Model 2014;11:16); interdaily stability, intradaily variability, L5, M10 and relative
amplitude are those of Witting and others, Biol Psychiatry 1990;27:563, and Van Someren and others, Chronobiol Int
1999;16:505.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOURS, DAY = 24, 1440.0
REST, ACTIVE = 5, 10  # hours of L5 and M10
NORMAL90 = 1.645
LEAST_FREE, LEAST_WORKING = 3, 5  # nights from which their distance is told


@dataclass(frozen=True, slots=True)
class Cosinor:
    """The wave of 24 hours that fits best: `mesor`, its middle, and `amplitude`, its height over that, in the unit of
    the activity; `acrophase`, when it peaks, in minutes from midnight; `explained`, the share of the variance."""

    mesor: float
    amplitude: float
    acrophase: float
    explained: float


@dataclass(frozen=True, slots=True)
class Contrast:
    """Of an average day: mean activity in the five hours that follow each other with least (`l5`) and in the ten with
    most (`m10`), when they begin (minutes from midnight), and how far they lie apart, 0 to 1."""

    l5: float
    l5_start: float
    m10: float
    m10_start: float
    relative: float


def cosinor(hourly: Floats) -> Cosinor:
    """The wave fitted by least squares to hours (d, 24), each taken at its middle. Raises ValueError under three.

    >>> hours = 10 + 4 * np.cos(2 * np.pi * (np.arange(24) + 0.5 - 15) / 24)
    >>> found = cosinor(np.tile(hours, (7, 1)))
    >>> round(found.mesor, 6), round(found.amplitude, 6), round(found.acrophase / 60, 6), round(found.explained, 6)
    (10.0, 4.0, 15.0, 1.0)
    """
    known = np.isfinite(hourly)
    if known.sum() < 3:
        raise ValueError("a wave needs three hours that are known")
    angle = np.broadcast_to(2 * np.pi * (np.arange(HOURS) + 0.5) / HOURS, hourly.shape)[known]
    values = hourly[known]
    design = np.stack([np.ones(len(angle)), np.cos(angle), np.sin(angle)], -1)
    (mesor, cosine, sine), *_ = np.linalg.lstsq(design, values, rcond=None)
    left = float(((values - design @ np.array([mesor, cosine, sine])) ** 2).sum())
    whole = float(((values - values.mean()) ** 2).sum())
    peak = float(np.arctan2(sine, cosine) / (2 * np.pi) * DAY) % DAY
    return Cosinor(float(mesor), float(np.hypot(cosine, sine)), peak, 1 - left / whole if whole > 0 else 0.0)


def interdaily_stability(hourly: Floats) -> float:
    """How alike the days are, 0 (hours at random) to 1 (every day the same), of hours (d, 24); NaN without variance.

    The variance of the mean of each hour of the day, divided by that of all hours that are known.

    >>> interdaily_stability(np.tile(np.arange(24.0), (3, 1)))
    1.0
    """
    known = hourly[np.isfinite(hourly)]
    whole = float(((known - known.mean()) ** 2).sum()) if len(known) else 0.0
    profile = _profile(hourly)
    if whole == 0 or not np.isfinite(profile).all():
        return float("nan")
    return float(len(known) * ((profile - known.mean()) ** 2).sum() / (HOURS * whole))


def intradaily_variability(hourly: Floats) -> float:
    """How often activity and rest follow each other: near 0 for a smooth wave, about 2 for hours at random, of hours
    (d, 24); NaN without variance.

    The mean square of the steps from hour to hour, where both are known, divided by the variance of all hours.
    """
    line = hourly.reshape(-1)
    known = line[np.isfinite(line)]
    whole = float(((known - known.mean()) ** 2).sum()) if len(known) else 0.0
    steps = np.diff(line)
    steps = steps[np.isfinite(steps)]
    if whole == 0 or not len(steps):
        return float("nan")
    return float((steps**2).mean() / (whole / len(known)))


def contrast(hourly: Floats) -> Contrast:
    """Rest and activity in the average day of hours (d, 24). Raises ValueError where an hour is never known."""
    profile = _profile(hourly)
    if not np.isfinite(profile).all():
        raise ValueError("an hour of the day is never known")
    least, most = _windows(profile, REST), _windows(profile, ACTIVE)
    low, high = int(np.argmin(least)), int(np.argmax(most))
    l5, m10 = float(least[low]), float(most[high])
    return Contrast(l5, 60.0 * low, m10, 60.0 * high, (m10 - l5) / (m10 + l5) if m10 + l5 > 0 else 0.0)


def social_jet_lag(middles: Floats, free: Bools) -> tuple[float, float] | None:
    """How much later the middle of sleep lies before free days than before working days, and its standard error, both
    in minutes, of nights (n,); None where there are too few (Wittmann and others, Chronobiol Int 2006;23:497)."""
    if free.sum() < LEAST_FREE or (~free).sum() < LEAST_WORKING:
        return None
    apart = float(middles[free].mean() - middles[~free].mean())
    return apart, float(np.sqrt(_error(middles[free]) ** 2 + _error(middles[~free]) ** 2))


def chronotype(middles: Floats, durations: Floats, free: Bools) -> float | None:
    """The middle of sleep before free days without what is slept there to make up for working days (MSFsc), minutes
    from midnight, of nights (n,); None where there are too few (Roenneberg and others, Curr Biol 2012;22:939)."""
    if free.sum() < LEAST_FREE or (~free).sum() < LEAST_WORKING:
        return None
    week = (5 * durations[~free].mean() + 2 * durations[free].mean()) / 7
    extra = max(float(durations[free].mean() - week), 0.0)
    return float(middles[free].mean()) - extra / 2


def jackknife(hourly: Floats, of: Callable[[Floats], float], *, around: float = 0.0) -> float:
    """The standard error of a figure of days (d, 24), each left out in turn; `around` is how far it goes until it is
    back where it began (a day's minutes of a clock), 0 for what does not turn. NaN under two days."""
    count = len(hourly)
    if count < 2:
        return float("nan")
    found = np.array([of(np.delete(hourly, day, axis=0)) for day in range(count)])
    away = found - of(hourly)
    if around:
        away = (away + around / 2) % around - around / 2
    away = away - away.mean()
    return float(np.sqrt((count - 1) / count * (away**2).sum()))


def _profile(hourly: Floats) -> Floats:
    """The mean of each hour over the days (24,), NaN where none is known."""
    known = np.isfinite(hourly)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, hourly, 0.0).sum(0) / known.sum(0))


def _windows(profile: Floats, hours: int) -> Floats:
    """The mean of so many hours from each on, over midnight (24,)."""
    twice = np.concatenate([[0.0], np.cumsum(np.tile(profile, 2))])
    return np.asarray((twice[hours : hours + HOURS] - twice[:HOURS]) / hours)


def _error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))
