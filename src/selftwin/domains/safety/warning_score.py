"""The daily score of an illness near its onset, from values and notes on a calendar: the detector as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.learn.surveillance import begin, observe
from selftwin.learn.surveillance_courses import library, scaled, wander
from selftwin.learn.surveillance_odds import odds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Daily:
    """For B series on n days: the `score` (B, n), NaN where nothing can be said, and `others` (B, n, C + 1), the share
    of each other explanation."""

    score: Floats
    others: Floats


def score(values: Floats, tags: Flags) -> Daily:
    """Scores of `values` (B, n, S) in the catalogue's units, in the order of SIGNALS, NaN where not measured, with
    `tags` (B, n, C): what was noted. Each day from that day and before alone."""
    known, usual = library(), wander()
    _, seen = observe(begin(len(values), usual, known.courses), scaled(values), usual, known.courses)
    told = odds(seen, tags, known)
    return Daily(told.score, told.others)
