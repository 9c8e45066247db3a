"""When a driven forecast learns: spans of rows that share one fit, and which cases each fit may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.learn.dense_memory import Floats

    Rows = NDArray[np.int64]
    Spans = list[tuple[int, int]]

REFIT_EVERY = 6 * 3600.0


def spans(times: Floats) -> Spans:
    """Spans (first row, row after the last) that share one fit: a new one begins at each reading that comes six hours
    or more after the last beginning."""
    starts, due = [], -np.inf
    for row, time in enumerate(times):
        if time >= due:
            starts.append(row)
            due = time + REFIT_EVERY
    return list(zip(starts, [*starts[1:], len(times)], strict=True))


def settled(target: Rows, blocks: Spans) -> list[Rows]:
    """For each span, the rows whose target was read by its first reading, and not yet by that of the span before."""
    rows = np.flatnonzero(target >= 0)
    edges = np.searchsorted(target[rows], [start for start, _ in blocks], side="right")
    return [rows[first:last] for first, last in zip([0, *edges[:-1]], edges, strict=True)]
