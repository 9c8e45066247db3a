"""Tries to refute an effect, whoever estimated it.

    tried = refute(estimate, Question(cause, outcome, covariates, lag=1, control=other), seed=0)
    tried.verdict       # Verdict.REFUTED, Verdict.UNTOLD or Verdict.STANDS
    tried.refutations   # for `Effect.refutations`

`estimate(cause, outcome, covariates) -> (size, standard error)` is any estimator with its lag inside: arrays of days in
order, NaN where unknown, more covariates than it was first asked with, (0, inf) where it cannot tell. It is called
about 45 times (`tries` of them on causes moved in time, which show its own luck). An effect stands only where nothing
refuted it *and* a control outcome was there to show a hidden cause; without one, no reading of past days can rule that
out, and the verdict is that it cannot be told: an experiment can."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from selftwin.learn import refuting_days, refuting_people
from selftwin.learn.refuting_question import Answered, Question

if TYPE_CHECKING:
    from selftwin.learn.refuting_regression import Estimator
    from selftwin.vocabulary.effect import Refutation

__all__ = ["Question", "Tried", "Verdict", "refute"]


class Verdict(StrEnum):
    """What is left of an effect once all was tried."""

    REFUTED = "refuted"
    UNTOLD = "cannot be told"
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Tried:
    """The estimate with its standard error, `luck` by which its t value strays where there is nothing, and each attempt
    to refute it."""

    size: float
    error: float
    luck: float
    refutations: tuple[Refutation, ...]

    @property
    def verdict(self) -> Verdict:
        """Refuted by any; stands where a hidden cause could have shown itself and did not; else it cannot be told."""
        if any(one.stood is False for one in self.refutations):
            return Verdict.REFUTED
        told = any(one.name == "hidden cause" and one.stood for one in self.refutations)
        return Verdict.STANDS if told else Verdict.UNTOLD


def refute(estimate: Estimator, asked: Question, *, seed: int = 0, tries: int = 30) -> Tried:
    """Everything that can be tried on this question, in order; seeded, so that it says the same twice."""
    size, error = estimate(asked.cause, asked.outcome, asked.covariates)
    if asked.timed:
        luck, strays = refuting_days.luck(estimate, asked, tries=tries)
        said = Answered(asked, estimate, size, error, luck, seed)
        found = [refuting_days.moved_in_time(said, strays), *(one(said) for one in refuting_days.ALL)]
    else:
        luck, strays = refuting_people.luck(estimate, asked, seed=seed, tries=tries)
        said = Answered(asked, estimate, size, error, luck, seed)
        found = [refuting_people.dealt_anew(said, strays), *(one(said) for one in refuting_people.ALL)]
    found += [refuting_people.random_cause(said), refuting_people.parts_of_it(said)]
    tried = tuple(one for one in found if one is not None)
    controls = tuple(one for one in tried if one.name == "control outcome")
    return Tried(size, error, luck, (*tried, refuting_people.hidden_cause(said, controls)))
