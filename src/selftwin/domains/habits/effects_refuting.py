"""What tries to refute an effect of one life: the refuters of the house, with the estimator it was found by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.adjusted import adjusted
from selftwin.learn.adjusted_about import later
from selftwin.learn.refuting import Question, refute

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.habits.effects_about import About
    from selftwin.learn.refuting import Tried

    Floats = NDArray[np.float64]


def tried(cause: Floats, outcome: Floats, about: About, lag: int, *, tries: int = 20) -> Tried:
    """Every attempt to refute the adjusted effect of a cause (n,) on an outcome (n,) `lag` days later. The same days
    are asked again some thirty times, so this takes a second or two."""

    def estimate(moves: Floats, answers: Floats, columns: Floats) -> tuple[float, float]:
        found = adjusted(moves, later(answers, lag)[None], columns)
        size, spread = float(found.size[0]), float(found.spread[0])
        return (size, spread) if np.isfinite(size + spread) else (0.0, np.inf)

    return refute(estimate, Question(cause, outcome, about.columns, lag=lag), tries=tries)
