"""Forecasts of daily signals: honest levels, the naive guess where it is better, the nature of each signal kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from selftwin.domains.normal.ahead import FARTHEST, METHOD, forecast
from selftwin.domains.normal.daily import learn_days
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.signal import Category, Fold, Grain, Kind, Sensitivity, Signal

START = date(2023, 1, 2)
PULSE = Signal(
    "heart_rate.resting", "Pulse", Category.PHYSIOLOGICAL, Kind.QUANTITY, "/min", Fold.LAST, Sensitivity.HEALTH
)  # fmt: skip
STEPS = replace(PULSE, key="steps", unit="{steps}", fold=Fold.SUM, grain=Grain.INTEGER)
STARS = replace(PULSE, key="stars", unit="{score}", grain=Grain.ORDINAL, low=1, high=5)
SHARE = replace(PULSE, key="efficiency", unit="%", low=0, high=100)
ACTIVE = replace(STEPS, key="active", unit="min", zero_inflated=True)


def learnt(signal: Signal, values) -> object:
    days = [START + timedelta(i) for i in range(len(values))]
    return learn_days(pl.DataFrame({"day": days, "value": np.asarray(values, float)}), signal)


def wandering(n: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    level = np.zeros(n)
    for i in range(1, n):
        level[i] = 0.8 * level[i - 1] + rng.normal()
    return 60 + level + 0.5 * rng.normal(size=n)


def test_levels_appear_only_when_enough_days_were_scored():
    for n, levels in ((4, {50}), (9, {50}), (10, {50, 80}), (19, {50, 80}), (20, {50, 80, 90})):
        step = forecast(learnt(PULSE, wandering(n)), days=1).steps[0]
        assert {level for level in (50, 80, 90) if getattr(step, f"lo{level}") is not None} == levels, n


def test_trust_grows_from_none_to_first_to_trusted():
    for n, trust in ((1, Trust.NONE), (3, Trust.NONE), (4, Trust.FIRST), (13, Trust.FIRST), (14, Trust.TRUSTED)):
        said = forecast(learnt(PULSE, wandering(n)))
        assert said.trust is trust
        assert said.n == n
        assert (said.steps[0].mean is None) == (trust is Trust.NONE)


def test_steps_follow_the_last_day_with_data_and_at_moves_it():
    known = learnt(PULSE, wandering(60))
    said = forecast(known, days=3)
    assert said.made_at == "2023-03-02"
    assert [step.at for step in said.steps] == ["2023-03-03", "2023-03-04", "2023-03-05"]
    earlier = forecast(known, days=3, at=START + timedelta(39))
    assert earlier == forecast(learnt(PULSE, wandering(60)[:40]), days=3)


def test_a_wandering_signal_is_foreseen_better_than_by_any_naive_guess():
    said = forecast(learnt(PULSE, wandering(300)), days=1)
    assert said.method == METHOD
    assert dict(said.beats).keys() == {"last value", "7-day mean", "weekday mean"}
    assert max(ratio for _, ratio in said.beats) < 1


def test_where_a_naive_guess_is_better_it_is_shown_and_named():
    steady = np.cumsum(np.random.default_rng(3).normal(size=120))
    said = forecast(learnt(PULSE, steady), days=2)
    best = max(said.beats, key=lambda pair: pair[1])
    assert best[1] >= 1
    assert said.method == f"simple guess: {best[0]}" == "simple guess: last value"
    assert said.steps[0].mean == pytest.approx(steady[-1])
    assert said.steps[0].lo90 < said.steps[0].lo80 < said.steps[0].lo50 < steady[-1] < said.steps[0].hi50
    assert said.steps[1].hi90 - said.steps[1].lo90 > said.steps[0].hi90 - said.steps[0].lo90


def test_a_constant_past_makes_the_naive_guess_the_one_shown():
    said = forecast(learnt(PULSE, np.full(30, 61.0)), days=1)
    assert said.method.startswith("simple guess")
    assert (said.steps[0].lo90, said.steps[0].mean, said.steps[0].hi90) == (61.0, 61.0, 61.0)


def edges(said):
    return [
        getattr(step, name)
        for step in said.steps
        for name in ("mean", "lo50", "hi50", "lo80", "hi80", "lo90", "hi90")
        if getattr(step, name) is not None
    ]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n", [6, 25, 130])
def test_values_stay_within_what_can_be(seed, n):
    rng = np.random.default_rng(seed)
    steps = forecast(learnt(STEPS, np.round(rng.exponential(900, n))), days=14)
    assert all(edge >= 0 and edge % 1 == 0 for edge in edges(steps))
    stars = forecast(learnt(STARS, rng.integers(3, 6, n)), days=14)
    assert all(1 <= edge <= 5 and edge % 1 == 0 for edge in edges(stars))
    share = forecast(learnt(SHARE, np.minimum(100, 97 + 3 * rng.normal(size=n))), days=14)
    assert all(0 <= edge <= 100 for edge in edges(share))
    active = forecast(learnt(ACTIVE, np.where(rng.random(n) < 0.6, 0, rng.integers(5, 60, n))), days=14)
    assert all(edge >= 0 for edge in edges(active))


def test_an_ordinal_forecast_is_never_a_certainty_where_answers_varied():
    answers = np.random.default_rng(1).choice([3, 4, 5], 80)
    step = forecast(learnt(STARS, answers), days=1).steps[0]
    assert step.lo90 < step.hi90


@pytest.mark.parametrize("seed", range(3))
def test_intervals_lie_within_one_another_and_hold_the_middle(seed):
    for signal in (PULSE, STEPS, STARS):
        values = np.clip(np.round(wandering(90, seed) - 57), 1, 5) if signal is STARS else wandering(90, seed)
        for step in forecast(learnt(signal, values), days=FARTHEST).steps:
            assert step.lo90 <= step.lo80 <= step.lo50 <= step.mean <= step.hi50 <= step.hi80 <= step.hi90


def test_nothing_can_be_said_of_no_days_or_beyond_the_farthest():
    with pytest.raises(NothingYet):
        forecast(learnt(PULSE, []))
    with pytest.raises(NothingYet):
        forecast(learnt(PULSE, wandering(9)), at=START - timedelta(1))
    for days in (0, FARTHEST + 1):
        with pytest.raises(UsageError):
            forecast(learnt(PULSE, wandering(9)), days=days)
