"""What tries to refute: each catches what it is for and lets a true effect pass, and all of them the planted ones."""

from __future__ import annotations

import secrets

import numpy as np
import pytest
from bench._planted import SIZES, false_ones, true_ones
from bench._planted_run import Judged, run

from selftwin.learn import refuting_days, refuting_people
from selftwin.learn.refuting import Question, Tried, Verdict, refute
from selftwin.learn.refuting_question import Answered
from selftwin.learn.refuting_regression import calendar, filled, lagged, moved, plain, slope

DAYS = 400
NONE = np.empty((DAYS, 0))


def echo(rng: np.random.Generator, keeps: float, days: int = DAYS) -> np.ndarray:
    found, stirred = np.zeros(days), rng.normal(size=days)
    for t in range(1, days):
        found[t] = keeps * found[t - 1] + stirred[t]
    return found


def true_life(seed: int = 0, size: float = 0.5, lag: int = 1) -> Question:
    """A cause with a habit that moves the outcome, both with a week, some days missing for no reason."""
    rng = np.random.default_rng(seed)
    week = np.sin(2 * np.pi * np.arange(DAYS) / 7)
    cause = echo(rng, 0.4) + 0.3 * week
    outcome = echo(rng, 0.4) + 0.3 * week + size * np.r_[np.zeros(lag), cause[: DAYS - lag]]
    cause[rng.random(DAYS) < 0.05] = np.nan
    outcome[rng.random(DAYS) < 0.05] = np.nan
    return Question(cause, outcome, NONE, lag=lag)


def answered(asked: Question, estimate: object = None) -> Answered:
    estimate = estimate or lagged(asked.lag)
    return Answered(asked, estimate, *estimate(asked.cause, asked.outcome, asked.covariates), 1.0, 0)


def verdicts(tried: Tried) -> dict[str, bool | None]:
    return {one.name: one.stood for one in tried.refutations}


# Reading again


def test_the_slope_and_its_error_are_those_of_least_squares() -> None:
    rng = np.random.default_rng(0)
    about = rng.normal(size=(60, 2))
    cause = about @ [1.0, -1.0] + rng.normal(size=60)
    outcome = 0.7 * cause + about @ [2.0, 1.0] + rng.normal(size=60)
    table = np.column_stack([cause, np.ones(60), about])
    found, squares, *_ = np.linalg.lstsq(table, outcome, rcond=None)
    error = np.sqrt(squares[0] / 56 * np.linalg.inv(table.T @ table)[0, 0])
    assert slope(cause, outcome, about, together=False) == pytest.approx((found[0], error))


def test_days_that_hang_together_widen_the_error() -> None:
    rng = np.random.default_rng(1)
    cause, outcome = echo(rng, 0.8), echo(rng, 0.8)
    assert slope(cause, outcome, NONE)[1] > 1.4 * slope(cause, outcome, NONE, together=False)[1]


def test_what_never_moves_tells_nothing() -> None:
    size, error = slope(np.ones(DAYS), np.arange(float(DAYS)), NONE)
    assert (size, error) == (0.0, np.inf)
    assert slope(np.arange(5.0), np.arange(5.0), NONE[:5])[1] == np.inf


def test_moving_in_time_leaves_what_is_unknown_unknown() -> None:
    later, earlier = moved(np.arange(4.0), 1), moved(np.arange(4.0), -1)
    assert np.isnan(later[0])
    assert later[1:].tolist() == [0, 1, 2]
    assert np.isnan(earlier[-1])
    assert earlier[:-1].tolist() == [1, 2, 3]
    assert np.isnan(moved(np.arange(4.0), 9)).all()
    assert filled(np.array([1.0, np.nan, 3.0])).tolist() == [1, 2, 3]
    assert calendar(200).shape == (200, 6 + 4)


# Each for itself


def test_two_wanders_meet_as_often_with_the_cause_moved_in_time() -> None:
    rng = np.random.default_rng(3)
    asked = Question(np.cumsum(rng.normal(size=DAYS)), np.cumsum(rng.normal(size=DAYS)), NONE)
    luck, strays = refuting_days.luck(plain(0), asked)
    assert luck > 4
    said = answered(asked, plain(0))
    assert abs(said.size) > 2 * said.error
    wander = Answered(asked, said.estimate, said.size, said.error, luck, 0)
    assert refuting_days.moved_in_time(wander, strays).stood is False


def test_luck_is_one_where_the_estimator_is_as_sure_as_it_says() -> None:
    luck, strays = refuting_days.luck(lagged(1), true_life(size=0.0))
    assert 1.0 <= luck < 1.4
    assert len(strays) == refuting_days.TRIES


def test_a_shared_week_is_seen_beside_the_calendar() -> None:
    rng = np.random.default_rng(4)
    week = 2 * np.sin(2 * np.pi * np.arange(DAYS) / 7)
    said = answered(Question(week + rng.normal(size=DAYS), week + rng.normal(size=DAYS), NONE), plain(0))
    assert refuting_days.days_before(said).stood is False
    assert refuting_days.days_before(answered(true_life())).stood


def test_an_outcome_that_moves_the_next_cause_is_seen_by_the_cause_that_comes_after() -> None:
    rng = np.random.default_rng(5)
    outcome = echo(rng, 0.7)
    cause = 0.6 * np.r_[0, outcome[:-1]] + rng.normal(size=DAYS)
    assert refuting_days.cause_to_come(answered(Question(cause, outcome, NONE, lag=0), plain(0))).stood is False
    assert refuting_days.cause_to_come(answered(true_life())).stood


def test_days_missing_by_how_they_went_are_seen_on_either_side() -> None:
    rng = np.random.default_rng(6)
    cause, outcome = rng.normal(size=DAYS), rng.normal(size=DAYS)
    chosen = Question(np.where(cause + outcome > 0, cause, np.nan), outcome, NONE)
    assert refuting_days.gaps(answered(chosen, plain(0))).stood is False
    worn = Question(cause, np.where((cause > 0) & (outcome < 0), np.nan, outcome), NONE)
    assert refuting_days.gaps(answered(worn, plain(0))).stood is False
    assert refuting_days.gaps(answered(true_life())).stood
    assert refuting_days.gaps(answered(Question(cause, outcome, NONE), plain(0))).stood is None


def test_one_week_that_carries_all_is_seen() -> None:
    rng = np.random.default_rng(7)
    cause, outcome = rng.normal(size=DAYS), rng.normal(size=DAYS)
    cause[100:105] += 4
    outcome[100:105] += 8
    assert refuting_days.few_days(answered(Question(cause, outcome, NONE), plain(0))).stood is False
    assert refuting_days.few_days(answered(true_life())).stood


def test_what_is_adjusted_for_must_be_told_without_noise() -> None:
    rng = np.random.default_rng(8)
    hidden = echo(rng, 0.8)
    cause, outcome = hidden + rng.normal(size=DAYS), hidden + rng.normal(size=DAYS)
    for noise, held in ((1.5, False), (0.0, True)):
        noted = (hidden + noise * rng.normal(size=DAYS))[:, None]
        tried = refuting_days.noisy_covariates(answered(Question(cause, outcome, noted), plain(0)))
        assert tried.stood is held
    assert refuting_days.noisy_covariates(answered(true_life())) is None


def test_halves_that_say_the_opposite_are_seen() -> None:
    rng = np.random.default_rng(9)
    cause = rng.normal(size=DAYS)
    outcome = cause * np.where(np.arange(DAYS) < 240, 1.0, -0.5) + rng.normal(size=DAYS)
    assert refuting_days.halves(answered(Question(cause, outcome, NONE), plain(0))).stood is False
    assert refuting_days.halves(answered(true_life())).stood


# All together


def test_a_true_effect_stands_with_a_control_and_cannot_be_told_without() -> None:
    asked = true_life(2)
    alone = refute(lagged(1), asked)
    assert alone.verdict is Verdict.UNTOLD
    assert verdicts(alone)["hidden cause"] is None
    assert "experiment" in alone.refutations[-1].words
    control = echo(np.random.default_rng(12), 0.3)
    beside = Question(asked.cause, asked.outcome, NONE, lag=1, control=control)
    assert refute(lagged(1), beside).verdict is Verdict.STANDS
    assert refute(lagged(1), beside) == refute(lagged(1), beside)
    assert {type(one.stood) for one in alone.refutations} <= {bool, type(None)}


def test_a_control_that_moves_too_refutes() -> None:
    rng = np.random.default_rng(13)
    hidden = rng.normal(size=DAYS)
    cause, outcome, other = (hidden + rng.normal(size=DAYS) for _ in range(3))
    tried = refute(lagged(0), Question(cause, outcome, NONE, control=other))
    assert tried.verdict is Verdict.REFUTED
    assert verdicts(tried)["control outcome"] is False


def test_of_few_days_most_cannot_be_tried_and_nothing_breaks() -> None:
    rng = np.random.default_rng(14)
    tried = refute(lagged(0), Question(rng.normal(size=40), rng.normal(size=40), NONE[:40]))
    assert verdicts(tried)["cause moved in time"] is None
    assert {one.name for one in tried.refutations} >= {"hidden cause", "a fifth left out", "covariate of noise"}


def test_of_people_the_outcome_before_tells_of_a_hidden_trait() -> None:
    rng = np.random.default_rng(15)
    trait, known = rng.normal(size=500), rng.normal(size=(500, 1))
    cause, before = trait + rng.normal(size=500), trait + rng.normal(size=500)

    def estimate(one: np.ndarray, other: np.ndarray, about: np.ndarray) -> tuple[float, float]:
        return slope(one, other, about, together=False)

    false = Question(cause, trait + rng.normal(size=500), known, control=before, control_before=True, timed=False)
    assert refute(estimate, false).verdict is Verdict.REFUTED
    true = Question(
        cause, cause + rng.normal(size=500), known, control=rng.normal(size=500), control_before=True, timed=False
    )
    assert refute(estimate, true).verdict is Verdict.STANDS
    few = cause.copy()
    few[:2] = 60
    outcome = rng.normal(size=500) + np.where(np.arange(500) < 2, 60, 0)
    said = Answered(false, estimate, 1.0, 0.1, 1.0, 0)
    carried = Answered(Question(few, outcome, known, timed=False), estimate, 1.0, 0.1, 1.0, 0)
    assert refuting_people.few_people(said).stood
    assert refuting_people.few_people(carried).stood is False


# The planted ones


def test_what_is_planted_is_as_it_says() -> None:
    made = [*false_ones(5, 1), *true_ones(5, 1)]
    assert {one.size for one in made} == set(SIZES)
    assert all(one.true == 0 for one in made[: 17 * 3])
    assert all(abs(one.true) == one.apparent for one in made[17 * 3 :])
    again = [*false_ones(5, 1), *true_ones(5, 1)]
    assert all(np.array_equal(a.cause, b.cause, equal_nan=True) for a, b in zip(made, again, strict=True))
    large = [one for one in made if one.kind == "people: acts" and one.size == "large"]
    (size, error) = slope(large[0].cause, large[0].outcome, large[0].covariates, together=False)
    assert abs(size * np.nanstd(large[0].cause) - large[0].true) < 4 * error


def share(found: list[Judged], *verdicts: Verdict) -> float:
    return float(np.mean([one.verdict in verdicts for one in found]))


@pytest.mark.deep
@pytest.mark.timeout(1500)
def test_of_hundreds_planted_from_a_drawn_seed_false_ones_are_caught_and_true_ones_pass() -> None:
    seed = secrets.randbelow(10**6) + 1000
    print("seed", seed)  # shown where it fails  # noqa: T201
    found = [one for one in run(seed, 12, "lagged") if one.planted.telling]
    false = [one for one in found if one.planted.true == 0]
    assert len(false) >= 200
    assert share(false, Verdict.STANDS) <= 0.06, "told to stand"
    assert share(false, Verdict.REFUTED) >= 0.7, "docs/bench/effects.md says what is missed, and why"
    for size in SIZES:
        true = [one for one in found if one.planted.true and one.planted.size == size]
        least = 0.9 - 2 * np.sqrt(0.09 / len(true))  # nine in ten, but for the luck of so few
        assert share(true, Verdict.STANDS, Verdict.UNTOLD) >= least, size
