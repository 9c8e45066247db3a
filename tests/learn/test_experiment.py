"""Trials on one person: the draw, exact tests and bounds, what is promised and what is kept, and looking early."""

from __future__ import annotations

from itertools import product
from math import comb, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from selftwin.learn.experiment import (
    NORMAL_90,
    Found,
    ahead,
    belief,
    corrected,
    judged,
    lasting,
    scores,
    shrunk,
    weights,
)
from selftwin.learn.experiment_design import Design, count, counted, draw, fits
from selftwin.learn.experiment_looks import looks, spent
from selftwin.learn.experiment_power import by_formula, days_for, power
from selftwin.learn.experiment_wander import Wander, fit

DESIGNS = [Design("days", 42), Design("blocks", 48, 4, 1), Design("abab", 42, 6, 1)]
ROUGH = Wander(1.0, 0.6, 0.7)


def wandering(rng: np.random.Generator, days: int, slow: float = 0.6, memory: float = 0.7) -> np.ndarray:
    """Days that hang together, of spread one."""
    found, level = np.empty(days), rng.normal()
    for day in range(days):
        found[day] = np.sqrt(slow) * level + np.sqrt(1 - slow) * rng.normal()
        level = memory * level + np.sqrt(1 - memory**2) * rng.normal()
    return found


def leans(design: Design, values: np.ndarray, rng: np.random.Generator, size: float, n: int = 199) -> np.ndarray:
    """How an outcome with this effect, and the days with the cause, lean to a true and n redrawn assignments."""
    arms = draw(design, n + 1, rng)
    sides = np.stack([values + size * arms[0], arms[0].astype(float)])
    return scores(weights(ROUGH, np.isfinite(values)), arms, counted(design, arms), np.nan_to_num(sides))


# The draw


@given(days=st.integers(14, 80), seed=st.integers(0, 99))
@settings(max_examples=25)
def test_drawn_days_are_shared_out_in_every_week_and_over_all(days: int, seed: int) -> None:
    arms = draw(Design("days", days), 20, np.random.default_rng(seed))
    weeks = arms[:, : days // 7 * 7].reshape(20, -1, 7).sum(axis=2)
    assert set(np.unique(weeks)) <= {3, 4}
    assert np.abs(2 * arms.sum(axis=1) - days).max() <= 2


def test_spells_come_whole_two_of_every_four_and_phases_in_turn_no_shorter_than_said() -> None:
    rng = np.random.default_rng(1)
    spells = draw(DESIGNS[1], 300, rng).reshape(300, 12, 4)
    assert (spells.min(axis=2) == spells.max(axis=2)).all()
    assert (spells[:, :, 0].reshape(300, 3, 4).sum(axis=2) == 2).all()
    for one in draw(DESIGNS[2], 300, rng):
        lengths = np.diff([0, *(np.flatnonzero(np.diff(one)) + 1), 42])
        assert len(lengths) == 4
        assert lengths.min() >= 6


@pytest.mark.parametrize("design", [Design("days", 7), Design("blocks", 16, 4, 1), Design("abab", 16, 3, 1)])
def test_every_assignment_of_a_design_is_drawn_and_equally_often(design: Design) -> None:
    drawn, times = np.unique(draw(design, 20_000, np.random.default_rng(3)), axis=0, return_counts=True)
    assert len(drawn) == count(design)
    assert stats.chisquare(times).pvalue > 1e-4


def test_ways_to_draw_are_counted_as_combinatorics_has_it() -> None:
    assert count(Design("days", 7)) == 2 * comb(7, 3)
    assert count(Design("blocks", 32, 4)) == comb(4, 2) ** 2
    assert count(Design("abab", 24, 4)) == 2 * comb(11, 3)  # where the three changes fall, and which arm is first


def test_days_after_the_start_and_after_switches_do_not_count() -> None:
    arms = np.array([[0, 0, 0, 1, 1, 1, 0, 0]], np.int8)
    assert counted(Design("blocks", 8, 3, 1), arms).astype(int).tolist() == [[0, 1, 1, 0, 1, 1, 0, 1]]
    assert counted(Design("days", 8), arms).all()
    assert not fits(Design("blocks", 8, 2, 2))
    assert not fits(Design("days", 28, 1, 1))
    assert all(fits(design) for design in DESIGNS)


# The test


def test_small_trials_have_the_exact_chance_that_all_assignments_give() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=7)
    every = np.array([one for one in product((0, 1), repeat=7) if sum(one) in {3, 4}], np.int8)
    form = weights(ROUGH, np.ones(7, bool))
    lean = scores(form, every, np.ones(every.shape, bool), values[None])[:, 0]
    true = 11
    exact = (np.abs(lean) >= abs(lean[true]) - 1e-12).mean()
    drawn = np.concatenate([every[true : true + 1], draw(Design("days", 7), 20_000, rng)])
    sampled = scores(form, drawn, np.ones(drawn.shape, bool), np.stack([values, every[true].astype(float)]))
    assert judged(sampled[:, 0], sampled[:, 1]).p == pytest.approx(exact, abs=0.01)


def test_the_estimate_is_that_of_generalised_least_squares_with_days_left_out_and_missing() -> None:
    rng = np.random.default_rng(6)
    design = DESIGNS[1]
    arms = draw(design, 5, rng)
    kept = counted(design, arms)
    values = wandering(rng, 48)
    values[[3, 20]] = np.nan
    seen = np.isfinite(values)
    found = scores(weights(ROUGH, seen), arms, kept, np.stack([np.nan_to_num(values), arms[0].astype(float)]))
    at = np.flatnonzero(seen & kept[0])
    inverse = np.linalg.inv(ROUGH.correlation(48)[np.ix_(at, at)])
    plan = np.stack([arms[0, at], np.ones(len(at)), at], axis=1).astype(float)
    told = np.linalg.solve(plan.T @ inverse @ plan, plan.T @ inverse @ values[at])
    assert judged(found[:, 0], found[:, 1]).size == pytest.approx(told[0], rel=1e-5)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda one: one.kind)
def test_where_nothing_happens_one_trial_in_twenty_finds_something_and_bounds_hold_nine_in_ten(design: Design) -> None:
    rng = np.random.default_rng(7)
    found = []
    for _ in range(220):
        values = wandering(rng, design.days) + np.cumsum(rng.normal(0, 0.15, design.days))
        values[rng.random(design.days) < 0.1] = np.nan
        lean = leans(design, values, rng, 0.0, n=99)
        found.append(judged(lean[:, 0], lean[:, 1]))
    assert np.mean([one.p <= 0.05 for one in found]) == pytest.approx(0.05, abs=0.045)
    assert np.mean([one.low <= 0 <= one.high for one in found]) == pytest.approx(0.9, abs=0.061)


def test_bounds_are_the_sizes_that_would_not_be_refuted() -> None:
    rng = np.random.default_rng(8)
    lean = leans(DESIGNS[0], wandering(rng, 42), rng, 0.6, n=499)
    found = judged(lean[:, 0], lean[:, 1])

    def refuted(size: float) -> bool:
        return judged(lean[:, 0] - size * lean[:, 1], lean[:, 1]).p <= 0.1

    assert not refuted(found.low + 1e-6)
    assert not refuted(found.high - 1e-6)
    assert refuted(found.low - 1e-3)
    assert refuted(found.high + 1e-3)
    assert found.low < found.size < found.high


def test_days_not_kept_dilute_the_effect_and_the_draw_as_lever_brings_it_back() -> None:
    rng, assigned, done = np.random.default_rng(9), [], []
    for _ in range(60):
        values, arms = wandering(rng, 84), draw(Design("days", 84), 200, rng)
        dose = np.where(rng.random(84) < 0.6, arms[0], 0.0)
        dose[values > 1] = 0  # who feels well leaves it, so that what was done alone misleads
        sides = np.stack([values + dose, arms[0].astype(float), dose])
        lean = scores(weights(ROUGH, np.ones(84, bool)), arms, np.ones(arms.shape, bool), sides)
        assigned.append(judged(lean[:, 0], lean[:, 1]))
        done.append(judged(lean[:, 0], lean[:, 2]))
    assert np.mean([one.size for one in assigned]) == pytest.approx(0.52, abs=0.07)
    assert np.mean([one.size for one in done]) == pytest.approx(1.0, abs=0.12)
    assert np.mean([one.low <= 1 <= one.high for one in done]) > 0.8
    assert [one.p for one in assigned] == [one.p for one in done]


def test_a_draw_that_moved_nothing_bounds_nothing() -> None:
    found = judged(np.array([1.0, 0.5, -2.0]), np.array([0.0, 0.3, 0.1]))
    assert np.isnan(found.size)
    assert (found.low, found.high) == (-inf, inf)


def test_several_outcomes_are_corrected_so_that_one_in_twenty_trials_finds_any() -> None:
    rng, any_, alone = np.random.default_rng(10), [], []
    for _ in range(200):
        values = wandering(rng, 42)
        outcomes = np.stack([values, 0.7 * values + 0.7 * wandering(rng, 42), wandering(rng, 42)])
        arms = draw(DESIGNS[0], 200, rng)
        lean = scores(weights(ROUGH, np.ones(42, bool)), arms, np.ones(arms.shape, bool), outcomes)
        q = corrected(lean)
        p = (np.abs(lean) >= np.abs(lean[0])).mean(axis=0)
        assert (q >= p - 1e-9).all()
        any_.append(q.min() <= 0.05)
        alone.append(p.min() <= 0.05)
    assert np.mean(any_) <= 0.05 + 0.046
    assert np.mean(alone) > np.mean(any_) + 0.03


# What was thought before, and after


def test_what_was_found_is_drawn_to_what_was_thought_by_how_sure_each_is() -> None:
    found = Found(1.0, 1.0 - NORMAL_90 * 0.5, 1.0 + NORMAL_90 * 0.5, 0.04)
    half = shrunk(found, 0.0, 0.5)
    assert half.size == pytest.approx(0.5)
    assert half.high - half.low == pytest.approx(2 * NORMAL_90 * 0.5 / np.sqrt(2))
    assert shrunk(found, 0.0, 1e6).size == pytest.approx(1.0)
    assert shrunk(Found(1.0, -inf, inf, 1.0), 0.0, 0.5).size == 1.0


def test_an_effect_that_was_only_seen_moves_what_is_thought_less_than_halfway() -> None:
    assert belief(0.5, None) == (0.0, 0.5)
    middle, spread = belief(0.5, (0.4, 0.05))
    assert 0 < middle < 0.3
    assert spread < 0.5
    assert belief(0.5, (5.0, 0.05))[0] < 0.1  # what is too large to be true is believed least


def test_the_zero_effect_loses_on_days_to_come_where_there_is_one_and_not_where_there_is_none() -> None:
    rng, with_, none = np.random.default_rng(11), [], []
    for _ in range(20):
        values, arms = wandering(rng, 84), draw(Design("days", 84), 1, rng)[0]
        kept = np.ones(84, bool)
        with_.append(ahead(ROUGH, arms, kept, values + 1.2 * arms))
        none.append(ahead(ROUGH, arms, kept, values))
    assert np.mean(with_) > 1.1
    assert np.mean(none) < 1.01  # what is learnt from noise does not help
    assert ahead(ROUGH, np.array([0, 1] * 5, np.int8), np.ones(10, bool), np.arange(10.0)) is None


def test_what_lasts_into_the_next_day_is_seen() -> None:
    rng, held = np.random.default_rng(12), []
    for _ in range(40):
        arms = draw(Design("days", 140), 1, rng)[0]
        values = wandering(rng, 140) + arms + 0.8 * np.concatenate([[0], arms[:-1]])
        told = lasting(weights(ROUGH, np.ones(140, bool)), arms, values)
        assert told is not None
        held.append((told[0], told[1] <= 0.8 <= told[2]))
    assert np.mean([one for one, _ in held]) == pytest.approx(0.8, abs=0.12)
    assert np.mean([one for _, one in held]) > 0.75


# Wandering and power


def test_the_wandering_of_days_is_recovered_with_the_week_and_gaps() -> None:
    rng = np.random.default_rng(13)
    fitted = []
    for _ in range(7):
        values = 3 * wandering(rng, 180, 0.8, 0.85) + 5 * (np.arange(180) % 7 >= 5)
        values[rng.random(180) < 0.2] = np.nan
        fitted.append(fit(values, 0))
    assert np.mean([one.memory for one in fitted]) == pytest.approx(0.85, abs=0.1)
    assert np.mean([one.slow for one in fitted]) == pytest.approx(0.8, abs=0.15)
    apart = np.mean([one.week[6] - one.week[0] for one in fitted])
    assert apart == pytest.approx(4.7, abs=0.9)  # drawn a little to nothing


def test_little_known_wanders_as_people_do_and_nothing_known_not_at_all() -> None:
    assert fit(np.array([1.0, 2, 3, 4]), 2) == Wander(float(np.std([1, 2, 3, 4], ddof=1)))
    assert fit(np.full(30, np.nan), 0).spread == 0
    assert fit(np.full(30, 7.0), 0).spread == 0
    week = fit(wandering(np.random.default_rng(2), 400), 3)
    assert week == fit(wandering(np.random.default_rng(2), 400)[-180:], (3 + 220) % 7)


def test_of_days_that_know_nothing_of_each_other_the_formula_is_the_textbooks() -> None:
    told = by_formula(Wander(1.0, 0.0, 0.3), Design("days", 140), 1.0, np.array([0.0, 0.5]), np.random.default_rng(1))
    shift = 0.5 / np.sqrt(4 / 140)
    assert told[0] == pytest.approx(0.05)
    assert told[1] == pytest.approx(stats.norm.sf(1.96 - shift) + stats.norm.cdf(-1.96 - shift), abs=0.01)


def test_the_power_that_is_promised_is_kept_and_both_ways_agree() -> None:
    rng = np.random.default_rng(14)
    past = wandering(rng, 180)
    told = power(past, ROUGH, DESIGNS[0], rng, 100)
    assert np.abs(told.tried - told.formula).max() < 0.15
    size = told.smallest()
    kept = [judged(*leans(DESIGNS[0], wandering(rng, 42), rng, size).T).p <= 0.05 for _ in range(120)]
    assert 0.74 < np.mean(kept) < 0.97  # where days to come are as those before, more is kept than promised


def test_days_for_an_effect_are_the_fewest_weeks_that_find_it() -> None:
    rng = np.random.default_rng(15)
    past = wandering(rng, 150)
    found = days_for(0.8, past, ROUGH, DESIGNS[0], rng, 40)
    assert found is not None
    days, told = found
    assert days % 7 == 0
    assert told.chance(0.8) >= 0.8
    assert 21 <= days <= 63
    assert days_for(0.01, past, ROUGH, DESIGNS[0], rng, 4) is None


# Looking early


def test_the_spending_function_is_that_of_lan_and_demets() -> None:
    for share in (0.25, 0.5, 0.9):
        assert spent(share) == pytest.approx(2 - 2 * stats.norm.cdf(1.959964 / np.sqrt(share)), abs=1e-6)
    assert spent(0.0) == 0.0
    assert spent(1.0) == pytest.approx(0.05)


def test_looking_every_week_fools_nobody_who_keeps_to_the_bars() -> None:
    rng, kept, fooled = np.random.default_rng(16), [], []
    weeks = [14, 21, 28, 35, 42]
    for _ in range(260):
        values, arms = wandering(rng, 42), draw(DESIGNS[0], 200, rng)
        lean = np.concatenate([scores(weights(ROUGH, np.arange(42) < days), arms, np.ones(arms.shape, bool),
                                      values[None]) for days in weeks], axis=1)  # fmt: skip
        told = looks(lean, [days / 42 for days in weeks])
        kept.append(any(one.found for one in told))
        fooled.append(((np.abs(lean) >= np.abs(lean[0])).mean(axis=0) <= 0.05).any())
    assert np.mean(kept) <= 0.05 + 0.036
    assert np.mean(fooled) > np.mean(kept) + 0.03


def test_an_overwhelming_effect_is_found_early_and_the_bars_tell_how_strict_they_are() -> None:
    lean = np.concatenate([[[9.0, 9.0]], np.random.default_rng(17).normal(size=(1999, 2))])
    told = looks(lean, [0.5, 1.0])
    assert told[0].found
    assert told[0].bar == pytest.approx(spent(0.5), abs=0.001)
    late = np.concatenate([[[0.1, 2.2]], np.random.default_rng(17).normal(size=(1999, 2))])
    assert [one.found for one in looks(late, [0.5, 1.0])] == [False, True]
