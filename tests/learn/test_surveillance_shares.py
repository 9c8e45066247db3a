"""The split of a day's score: it adds up to what the watch itself says, and what was not measured brings nothing."""

from __future__ import annotations

import numpy as np
import pytest

from selftwin.domains.safety.warning_score import score
from selftwin.learn.surveillance_courses import CONFOUNDERS, LENGTH, SIGNALS
from selftwin.learn.surveillance_shares import shares

DAYS = 46
USUAL, SPREAD = np.array([55.0, 45.0, 14.4, 35.4, 430.0]), np.array([1.0, 4.0, 0.25, 0.15, 30.0])


def nights(seed=0, *, ill=0.0):
    values = USUAL + SPREAD * np.random.default_rng(seed).standard_normal((DAYS, 5))
    values[-3:, [0, 2, 3]] += ill * np.array([4.0, 1.2, 0.5])
    return values


@pytest.fixture(scope="module")
def split():
    values, tags = nights(ill=1.0), np.zeros((DAYS, len(CONFOUNDERS)), bool)
    values[-LENGTH:, SIGNALS.index("hrv")] = np.nan
    tags[-2, CONFOUNDERS.index("alcohol")] = True
    return values, tags, shares(values, tags)


def test_parts_add_up_to_the_score_of_the_watch_itself(split):
    values, tags, made = split
    assert made.score == pytest.approx(score(values[None], tags[None]).score[0, -1], abs=1e-9)
    assert made.prior + made.signals.sum() + made.noted == pytest.approx(made.score, abs=1e-9)


def test_a_signal_not_measured_on_the_days_that_count_brings_exactly_nothing(split):
    _, _, made = split
    assert made.signals[SIGNALS.index("hrv")] == 0.0
    assert made.without[SIGNALS.index("hrv")] == made.score


def test_without_a_signal_is_what_the_watch_says_where_it_was_not_measured(split):
    values, tags, made = split
    hidden = values.copy()
    hidden[-LENGTH:, SIGNALS.index("rr")] = np.nan
    expected = score(hidden[None], tags[None]).score[0, -1]
    assert made.without[SIGNALS.index("rr")] == pytest.approx(expected, abs=1e-9)


def test_breathing_and_fever_speak_for_an_illness_and_a_noted_drink_against_it(split):
    _, _, made = split
    assert made.signals[[SIGNALS.index("rr"), SIGNALS.index("temp")]].min() > 0
    assert made.noted < 0


def test_too_few_days_are_refused(split):
    values, tags, _ = split
    with pytest.raises(ValueError, match="too few"):
        shares(values[:20], tags[:20])
