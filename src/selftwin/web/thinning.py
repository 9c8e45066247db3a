"""More values than there are pixels, thinned so that no extreme is lost: the lowest, highest and mean of each column.

A column without a value stays empty, so that a gap is never bridged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

PAUSES = 6  # usual steps between two values after which the line breaks


@dataclass(frozen=True, slots=True)
class Thinned:
    """Columns of equal time, shape [columns] each: where each begins, its lowest, highest and mean value (not a number
    where it is empty) and how many values it holds."""

    at: Ints
    low: Floats
    high: Floats
    middle: Floats
    n: Ints


def inside(at: Ints, first: int, last: int) -> slice:
    """The places of ordered moments that lie in [first, last)."""
    low, high = np.searchsorted(at, [first, last])
    return slice(int(low), int(high))


def thin(at: Ints, value: Floats, first: int, last: int, columns: int) -> Thinned:
    """Finite values at ordered moments, as so many columns of [first, last)."""
    edges = first + (last - first) * np.arange(columns + 1, dtype=np.int64) // columns
    cuts = np.searchsorted(at, edges)
    n = np.diff(cuts)
    held = n > 0
    low, high, middle = (np.full(columns, np.nan) for _ in range(3))
    if held.any():
        there, starts = value[cuts[0] : cuts[-1]], cuts[:-1][held] - cuts[0]
        low[held] = np.minimum.reduceat(there, starts)
        high[held] = np.maximum.reduceat(there, starts)
        middle[held] = np.add.reduceat(there, starts) / n[held]
    return Thinned(edges[:-1], low, high, middle, n.astype(np.int64))


def pause(at: Ints) -> int:
    """After how long without a value the line breaks: several times the usual step between two."""
    return int(np.median(np.diff(at)) * PAUSES) if at.size > 2 else 0


def broken(at: Ints, value: Floats, longest: int) -> tuple[Ints, Floats]:
    """The same with something that is not a number wherever more time than `longest` passed between two values."""
    cuts = np.flatnonzero(np.diff(at) > longest) + 1 if longest else np.zeros(0, np.int64)
    return np.insert(at, cuts, at[cuts - 1] + 1) if cuts.size else at, np.insert(value, cuts, np.nan)
