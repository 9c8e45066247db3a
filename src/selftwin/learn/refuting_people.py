"""What tries to refute an effect found between people, once each, and what can be tried on any effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.e_value import of_difference, robustness_value
from selftwin.learn.refuting_question import ratio, share
from selftwin.learn.refuting_regression import filled, residuals
from selftwin.vocabulary.effect import Refutation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from selftwin.learn.refuting_question import Answered, Question
    from selftwin.learn.refuting_regression import Estimator

    Floats = NDArray[np.float64]

TRIES, LUCK, BEFORE, CONTROL, FEW = 30, 1.645, 1.5, 2.1, 0.02


def luck(estimate: Estimator, asked: Question, *, seed: int, tries: int = TRIES) -> tuple[float, Floats]:
    """How far the t value strays where there is nothing, at least 1, and the t values: causes dealt out anew between
    people, after what covariates say of them."""
    rng, strays = np.random.default_rng(seed), np.empty(tries)
    for turn in range(tries):
        order = rng.permutation(len(asked.cause))
        strays[turn] = ratio(*estimate(asked.cause[order], asked.outcome, asked.covariates))
    return max(1.0, float(np.sqrt((strays**2).mean()))), strays


def dealt_anew(said: Answered, strays: Floats) -> Refutation:
    """Placebo: causes of other people."""
    found = abs(ratio(said.size, said.error))
    as_large = int((np.abs(strays) >= found).sum())
    words = f"With causes of other people, it was as much in {as_large} of {len(strays)} tries."
    return Refutation("cause of others", bool(found / said.luck >= LUCK), words)


def control(said: Answered) -> Refutation | None:
    """Negative control: an outcome that the cause cannot move, or the outcome before the cause."""
    asked = said.question
    if asked.control is None:
        return None
    seen = ratio(*said.again(outcome=asked.control)) / said.luck
    held = said.sign * seen < BEFORE if asked.control_before else abs(seen) < CONTROL
    words = "An outcome that it cannot move did not move with it." if held else "It also goes with what it cannot move."
    return Refutation("control outcome", bool(held), words)


def few_people(said: Answered) -> Refutation:
    """Whether a fiftieth of the people carry it all."""
    asked = said.question
    left = residuals(asked.cause, asked.outcome, asked.covariates)
    if left is None or len(asked.cause) < 100:
        return Refutation("a few people", None, "Too few people to leave some out.")
    parts = left[0] * left[1] * said.sign
    limit = np.quantile(np.abs(parts), 1 - FEW)
    rest = float(parts[np.abs(parts) <= limit].sum())
    words = f"Without the fiftieth that weighs most, {share(rest, float(parts.sum()))} is left."
    return Refutation("a few people", bool(rest > 0.2 * parts.sum()), words)


ALL: tuple[Callable[[Answered], Refutation | None], ...] = (control, few_people)


# On any effect


def random_cause(said: Answered) -> Refutation:
    """A common cause that is nothing but noise must change nothing."""
    noise = np.random.default_rng([said.seed, 1]).normal(size=len(said.question.cause))
    size, error = said.again(more=noise[:, None])
    held = bool(abs(size - said.size) < said.error) if np.isfinite(error) else None
    words = f"With noise as a further covariate, {share(size, said.size)} of it is seen."
    return Refutation("covariate of noise", held, words)


def parts_of_it(said: Answered) -> Refutation:
    """Left-out fifths of the rows, one after another, must not turn it round."""
    found, rows = [], np.arange(len(said.question.cause))
    for fifth in np.array_split(rows, 5):
        cause = said.question.cause.copy()
        cause[fifth] = np.nan
        found.append(said.again(cause=cause)[0])
    least = min(size * said.sign for size in found)
    words = f"Leaving any fifth out, at least {share(least, abs(said.size))} of it is left."
    return Refutation("a fifth left out", bool(least > 0), words)


def hidden_cause(said: Answered, controls: tuple[Refutation, ...]) -> Refutation:
    """How strong a hidden cause of both would have to be. It stands where a control outcome was there to show one; else
    it cannot be told, and an experiment can."""
    asked = said.question
    known = filled(asked.outcome)
    spread, step = float(np.std(known)) or 1.0, _step(asked.cause)
    bounds = [(said.size + k * 1.645 * said.error) * step / spread for k in (0, -1, 1)]
    value = of_difference(bounds[0], bounds[1], bounds[2])
    robust = robustness_value(ratio(said.size, said.error), max(float(np.isfinite(asked.cause).sum()), 2.0))
    words = (
        f"A hidden cause would have to make both {value.point:.1f} times as likely ({value.bound:.1f} for the near "
        f"bound), or explain {100 * robust:.0f} % of what is left of each."
    )
    if any(one.stood for one in controls):
        return Refutation("hidden cause", True, words)
    return Refutation("hidden cause", None, words + " Nothing at hand can rule that out; an experiment can.")


def _step(cause: Floats) -> float:
    """From no to yes, or a standard deviation of an amount."""
    known = cause[np.isfinite(cause)]
    return float(np.ptp(known)) if len(np.unique(known)) == 2 else float(np.std(known))
