"""What tries to refute an effect of one life: the refuters of the house, with the estimator it was found by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.adjusted import adjusted
from selftwin.learn.adjusted_about import about as about_
from selftwin.learn.adjusted_about import later
from selftwin.learn.refuting import Question, refute
from selftwin.vocabulary.effect import Refutation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.habits.effects_about import About
    from selftwin.learn.refuting import Tried

    Floats = NDArray[np.float64]

NOISE = "noise in what is adjusted for"
NOT_ASKED = "Whether what was adjusted for is noted with noise could not be asked."


def tried(cause: Floats, outcome: Floats, about: About, lag: int, *, tries: int = 20) -> Tried:
    """Every attempt to refute the adjusted effect of a cause (n,) on an outcome (n,) `lag` days later. The same days
    are asked again some thirty times, so this takes a second or two."""
    week = (about.weekday[:, None] == np.arange(1, 7)).astype(float)

    def estimate(moves: Floats, answers: Floats, columns: Floats) -> tuple[float, float]:
        known = about_(moves, answers, columns.T, np.zeros(moves.size, np.int64), since=about.since)
        found = adjusted(moves, later(answers, lag)[None], known)
        size, spread = float(found.size[0]), float(found.spread[0])
        return (size, spread) if np.isfinite(size + spread) else (0.0, np.inf)

    asked = Question(cause, outcome, np.column_stack([about.others.T, week]), lag=lag)
    found = refute(estimate, asked, tries=tries)
    return replace(found, refutations=tuple(_askable(one) for one in found.refutations))


def _askable(one: Refutation) -> Refutation:
    """That attempt looks at the days after what was adjusted for; here these follow from the cause, among others."""
    return Refutation(NOISE, None, NOT_ASKED) if one.name == NOISE else one
