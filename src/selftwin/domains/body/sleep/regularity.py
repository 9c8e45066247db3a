"""How regular sleep is: the Sleep Regularity Index, and how far the middle of sleep varies.

The index is the chance of being in the same state, asleep or awake, at any two moments 24 hours apart, put on a scale
where 100 is the same every day, 0 is at random and -100 is the reverse: Phillips and others, Scientific Reports
2017;7:3216. In 60,977 people of the UK Biobank its median was 81.0, half of them between 73.8 and 86.3 (Windred and
others, Sleep 2024;47:zsad253), by another reckoning of the same people's accelerometers 60 (Cribb and others, eLife
2023;12:RP88359): numbers of different methods are not to be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DAY = 1440.0
LEAST_PAIRS = 5  # as Windred 2024 asks of a week


def pairs(start: Floats, end: Floats) -> Floats:
    """The index of each pair of nights that follow each other, (..., nights - 1), from when sleep began and ended
    (..., nights), minutes from the midnight before waking; nan where either night is unknown.

    With one sleep a night, minutes in the same state are a day less those asleep in one of the two nights alone.
    """
    before, after = (start[..., :-1], end[..., :-1]), (start[..., 1:], end[..., 1:])
    shared = np.maximum(np.minimum(before[1], after[1]) - np.maximum(before[0], after[0]), 0.0)
    apart = (before[1] - before[0]) + (after[1] - after[0]) - 2 * shared
    return np.asarray(100.0 - 200.0 * np.minimum(apart, DAY) / DAY)


def index(start: Floats, end: Floats) -> float:
    """The Sleep Regularity Index of nights (n,), -100 to 100; nan under five pairs of nights that follow each other.

    >>> import numpy as np
    >>> index(np.zeros(7), np.array([420.0, 480, 420, 480, 420, 480, 420]))
    91.66666666666667
    """
    found = pairs(np.asarray(start, np.float64), np.asarray(end, np.float64))
    known = found[np.isfinite(found)]
    return float(known.mean()) if known.size >= LEAST_PAIRS else float("nan")


def trailing(start: Floats, end: Floats, nights: int) -> Floats:
    """The index over each run of so many nights (..., n - nights + 1), nan where fewer than five pairs are known."""
    return _means(pairs(start, end), nights - 1)


def spread(start: Floats, end: Floats, nights: int) -> Floats:
    """The standard deviation of the middle of sleep over each run of so many nights (..., n - nights + 1), minutes."""
    middle = (start + end) / 2
    first = np.nanmean(middle, axis=-1, keepdims=True)
    away = middle - first
    mean, square = _means(away, nights), _means(away**2, nights)
    count = _counts(away, nights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0) * count / (count - 1)))


def _counts(values: Floats, span: int) -> Floats:
    return _sums(np.isfinite(values).astype(np.float64), span)


def _means(values: Floats, span: int) -> Floats:
    """Means of what is known over each run, nan where fewer than five are."""
    count = _counts(values, span)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _sums(np.nan_to_num(values), span) / count
    return np.where(count >= LEAST_PAIRS, found, np.nan)


def _sums(values: Floats, span: int) -> Floats:
    """Sums over each run of so many along the last axis."""
    edge = np.zeros((*values.shape[:-1], 1))
    whole = np.concatenate([edge, np.cumsum(values, axis=-1)], axis=-1)
    return np.asarray(whole[..., span:] - whole[..., :-span])
