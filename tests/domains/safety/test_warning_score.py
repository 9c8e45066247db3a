"""The daily score: of that day and before alone, higher where an illness begins, less so where a note explains it."""

from __future__ import annotations

from functools import cache

import numpy as np

from selftwin.domains.safety.warning_score import Daily, score
from selftwin.learn.surveillance_courses import CONFOUNDERS

DAYS, ILL = 70, 60
USUAL, SPREAD = np.array([55.0, 45.0, 15.0, 35.0, 430.0]), np.array([1.3, 5.0, 0.35, 0.12, 35.0])


@cache
def scored(climb: float, *, days: int = DAYS, drank: bool = False) -> Daily:
    """Usual nights; the last ten with an illness or a drink in them."""
    values = USUAL + SPREAD * np.random.default_rng(3).standard_normal((DAYS, 5))
    values[ILL:] += climb * np.array([7.0, -12.0, 1.5, 0.6, 0.0])
    tags = np.zeros((1, days, len(CONFOUNDERS)), dtype=np.bool_)
    tags[0, ILL:, CONFOUNDERS.index("alcohol")] = drank
    return score(values[None, :days], tags)


def test_days_to_come_change_no_score() -> None:
    np.testing.assert_allclose(scored(1.0).score[0, : ILL + 2], scored(1.0, days=ILL + 2).score[0])


def test_an_illness_raises_it_and_nothing_is_said_of_the_first_weeks() -> None:
    assert np.isnan(scored(0.0).score[0, :20]).all()
    assert np.max(scored(1.0).score[0, ILL:]) > np.nanmax(scored(0.0).score[0]) + 1


def test_a_noted_drink_takes_from_it_what_it_explains() -> None:
    drank, sober = scored(0.4, drank=True), scored(0.4)
    place = CONFOUNDERS.index("alcohol")
    assert drank.score[0, ILL] < sober.score[0, ILL]
    assert drank.others[0, ILL, place] > sober.others[0, ILL, place]
