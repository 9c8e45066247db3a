"""What a stretch of sensor glucose comes to: time in ranges, mean, spread, and the risk of lows and highs.

Ranges and how much data they need: Battelino and others, Diabetes Care 2019;42:1593. GMI: Bergenstal and others,
Diabetes Care 2018;41:2275. LBGI and HBGI: Kovatchev and others, Diabetes Care 2006;29:2433. GRI: Klonoff and others,
J Diabetes Sci Technol 2023;17:1226.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]

DAY = 86400.0
ENOUGH = 70.0  # per cent of the readings a sensor could have given
LIVES = 1000  # of the bootstrap
RANGES = ("below 54", "54 to 69", "70 to 180", "181 to 250", "above 250")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about a stretch of glucose, and the 9-in-10 bounds of a bootstrap over its days; no bounds (None)
    under four days, which is too little to draw from."""

    name: str
    unit: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Glycaemia:
    """What a stretch comes to. `active` is the per cent of readings its sensor could have given from the first to the
    last; it is `trusted` from 14 days with 70 per cent on."""

    readings: int
    days: int
    active: float
    trusted: bool
    figures: tuple[Figure, ...]

    def __getitem__(self, name: str) -> Figure:
        """The figure of that name."""
        return next(figure for figure in self.figures if figure.name == name)


def glycaemia(times: Floats, values: Floats, *, interval: float | None = None, seed: int = 0) -> Glycaemia:
    """The figures of readings: `times` (n,) local seconds in order, `values` (n,) mg/dL, the sensor's `interval` in
    seconds (else the middle spacing). Raises ValueError of fewer than two readings or what is not finite."""
    times, values = _checked(times, values)
    days = np.unique(times // DAY, return_inverse=True)[1]
    sums = _sums(values, days)
    lives = _resampled(sums, seed) if len(sums) >= FIRST_DAYS else None
    figures = tuple(_figure(name, unit, of, sums.sum(axis=0), lives) for name, unit, of in _FIGURES)
    active = active_share(times, interval=interval)
    span = (times[-1] - times[0]) / DAY
    trusted = bool(span > TRUSTED_DAYS - 1 and len(sums) >= TRUSTED_DAYS and active >= ENOUGH)
    return Glycaemia(len(values), len(sums), active, trusted, figures)


def active_share(times: Floats, *, interval: float | None = None) -> float:
    """The per cent of readings a sensor of this interval (seconds) could have given between the first and the last of
    these (n,), at most 100."""
    spacing = np.diff(times)
    width = interval or max(60.0, round(float(np.median(spacing)) / 60) * 60.0)
    expected = round((times[-1] - times[0]) / width) + 1
    seen = 1 + int((spacing > 0.5 * width).sum())
    return float(min(100.0, 100.0 * seen / expected))


def gmi(mean: float) -> float:
    """The glucose management indicator [%] of a mean glucose [mg/dL]."""
    return 3.31 + 0.02392 * mean


def risk(values: Floats) -> tuple[Floats, Floats]:
    """The low and the high risk (n,) of each glucose [mg/dL], whose means are LBGI and HBGI."""
    felt = 1.509 * (np.log(np.maximum(values, 1.0)) ** 1.084 - 5.381)
    return 10.0 * np.minimum(felt, 0.0) ** 2, 10.0 * np.maximum(felt, 0.0) ** 2


def in_ranges(values: Floats) -> NDArray[np.int64]:
    """The place in RANGES of each glucose (n,) [mg/dL]: under 54, under 70, to 180, to 250, above."""
    low = np.searchsorted(np.array([54.0, 70.0]), values, side="right")
    high = np.searchsorted(np.array([180.0, 250.0]), values, side="left")
    return np.asarray(low + high, dtype=np.int64)


def _checked(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    times, values = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if times.shape != values.shape or times.ndim != 1 or len(times) < 2:
        raise ValueError("glucose is read off at least two readings, each with its time")
    if not (np.isfinite(times).all() and np.isfinite(values).all()) or (np.diff(times) < 0).any():
        raise ValueError("readings are finite and in order")
    return times, values


def _sums(values: Floats, days: NDArray[np.int64]) -> Floats:
    """What each day adds (days, 10): readings, those in each range, the sum, the sum of squares, the two risks."""
    low, high = risk(values)
    columns = [np.ones(len(values)), *(in_ranges(values) == place for place in range(len(RANGES)))]
    table = np.column_stack([*columns, values, values**2, low, high]).astype(np.float64)
    sums = np.zeros((int(days.max()) + 1, table.shape[1]))
    np.add.at(sums, days, table)
    return sums


def _resampled(sums: Floats, seed: int) -> Floats:
    """The sums of lives (10, LIVES) made of as many days, drawn with putting back."""
    chosen = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1.0 / len(sums)), size=LIVES)
    lives: Floats = (chosen @ sums).T
    return lives


def _figure(name: str, unit: str, of: Callable[[Floats], Floats], whole: Floats, lives: Floats | None) -> Figure:
    value = float(of(whole))
    if lives is None:
        return Figure(name, unit, value, None, None)
    low, high = (float(bound) for bound in np.quantile(of(lives), [0.05, 0.95]))
    return Figure(name, unit, value, low, high)


def _share(place: int) -> Callable[[Floats], Floats]:
    return lambda s: np.asarray(100.0 * s[1 + place] / s[0])


def _mean(s: Floats) -> Floats:
    return np.asarray(s[6] / s[0])


def _sd(s: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(s[7] - s[6] ** 2 / s[0], 0.0) / np.maximum(s[0] - 1.0, 1.0)))


def _gri(s: Floats) -> Floats:
    weights = (3.0, 2.4, 0.0, 0.8, 1.6)
    return np.asarray(np.minimum(sum(weight * _share(i)(s) for i, weight in enumerate(weights)), 100.0))


_FIGURES: tuple[tuple[str, str, Callable[[Floats], Floats]], ...] = (
    *((name, "%", _share(place)) for place, name in enumerate(RANGES)),
    ("mean", "mg/dL", _mean),
    ("sd", "mg/dL", _sd),
    ("cv", "%", lambda s: np.asarray(100.0 * _sd(s) / _mean(s))),
    ("gmi", "%", lambda s: np.asarray(3.31 + 0.02392 * _mean(s))),
    ("lbgi", "1", lambda s: np.asarray(s[8] / s[0])),
    ("hbgi", "1", lambda s: np.asarray(s[9] / s[0])),
    ("gri", "1", _gri),
)
