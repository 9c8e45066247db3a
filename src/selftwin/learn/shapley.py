"""Who brought how much, where parts work together: Shapley's value (1953), exact over all subsets."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shapley(worth: Floats) -> Floats:
    """The share (n,) of each of n parts in what all bring over none, from the worth (2**n,) of every subset; bit k of a
    place says that part k is in it. Shares add up to `worth[-1] - worth[0]`; a part that never matters has none.

    Raises ValueError where there are not 2**n subsets.

    >>> shapley(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    count = len(worth).bit_length() - 1
    if len(worth) != 2**count:
        raise ValueError("every subset has a worth")
    subsets = np.arange(len(worth))
    sizes = np.array([int(one).bit_count() for one in subsets.tolist()])
    weights = np.array([factorial(size) * factorial(max(count - size - 1, 0)) for size in range(count + 1)])
    found = np.zeros(count)
    for part in range(count):
        without = subsets[(subsets >> part) & 1 == 0]
        told = worth[without | (1 << part)] - worth[without]
        found[part] = float((weights[sizes[without]] * told).sum() / factorial(count))
    return found
