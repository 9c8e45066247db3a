"""A question of cause and outcome as refuters are asked it, and what one estimator answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.learn.refuting_regression import Estimator

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether `cause` moves `outcome`, both (n,) with NaN where unknown, given `covariates` (n, k) from before it.

    Rows are days in order, and the cause of a day is asked to move the outcome `lag` days later, and nothing sooner; or
    they are people, where not `timed`. `control` (n,) is an outcome that the cause cannot move, if there is one;
    `control_before` says that it is the very outcome, before the cause."""

    cause: Floats
    outcome: Floats
    covariates: Floats
    lag: int = 0
    control: Floats | None = None
    control_before: bool = False
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Answered:
    """What `estimate` said: `size`, its standard `error`, and `luck`: how far its t value strays where there is
    nothing, measured on causes moved in time (1 where it is as it says)."""

    question: Question
    estimate: Estimator
    size: float
    error: float
    luck: float
    seed: int

    @property
    def sign(self) -> float:
        """Which way the effect goes."""
        return float(np.sign(self.size))

    def again(
        self, *, cause: Floats | None = None, outcome: Floats | None = None, more: Floats | None = None
    ) -> tuple[float, float]:
        """The same estimator on something changed, with `more` covariates: size and standard error."""
        asked = self.question
        columns = asked.covariates if more is None else np.column_stack([asked.covariates, more])
        moves, answers = asked.cause if cause is None else cause, asked.outcome if outcome is None else outcome
        return self.estimate(moves, answers, columns)


def ratio(size: float, error: float) -> float:
    """The t value; 0 where nothing could be told."""
    return size / error if np.isfinite(error) and error > 0 and np.isfinite(size) else 0.0


def share(part: float, whole: float) -> str:
    """A part in words: `34 %`, never beyond what anybody would read."""
    return f"{100 * max(min(part / whole, 9.99), -9.99):.0f} %" if whole else "0 %"
