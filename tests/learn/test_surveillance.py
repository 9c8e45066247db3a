"""The joint watch: ratios against closed forms, only the past, missing days, drift, and what is told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from selftwin.learn.surveillance import Courses, Seen, Wander, begin, observe
from selftwin.learn.surveillance_courses import CONFOUNDERS, SIGNALS, course, library, scaled, wander
from selftwin.learn.surveillance_odds import READY, Odds, odds

USUAL = np.array([58.0, 40.0, 14.0, 34.0, 430.0])
ONSET = 70


def nights(seed: int, days: int = 90, people: int = 1) -> np.ndarray:
    """Signals (people, days, 5) that wander as people's do, a tenth of the nights missing."""
    rng, usual = np.random.default_rng(seed), wander()
    echo = np.zeros((people, len(SIGNALS)))
    found = np.empty((people, days, len(SIGNALS)))
    for day in range(days):
        echo = usual.echo * echo + np.sqrt(usual.stirs) * rng.normal(size=echo.shape)
        found[:, day] = (echo + np.sqrt(usual.blur) * rng.normal(size=echo.shape)) * usual.scale
    found[..., 1] = USUAL[1] * np.expm1(found[..., 1] / 100)
    found += USUAL
    found[rng.random((people, days)) < 0.1] = np.nan
    return found


def ill(values: np.ndarray, size: float, onset: int = ONSET) -> np.ndarray:
    """The same nights with an illness of a course that is not among those looked for."""
    days = np.arange(values.shape[1], dtype=np.float64) - onset
    going = size * course(days, 2.5, 1.0, 2.5)[:, None]
    return values * (1 - np.array([0, 0.04, 0, 0, 0]) * going) + np.array([1, 0, 0.6, 0.1, 5]) * going


def seen(values: np.ndarray) -> Seen:
    known = library().courses
    return observe(begin(len(values), wander(), known), scaled(values), wander(), known)[1]


def scored(values: np.ndarray, tags: np.ndarray | None = None) -> Odds:
    flags = np.zeros((*values.shape[:2], len(CONFOUNDERS)), dtype=bool) if tags is None else tags
    return odds(seen(values), flags, library())


def plain(size: float) -> tuple[Wander, Courses]:
    """One signal of pure noise about a level that stays, and a step that stays."""
    one, none = np.ones(1), np.zeros(1)
    steady = Wander(none, none, none, one, one, np.eye(1), np.full(1, np.inf), trust=1e9)
    return steady, Courses(np.ones((1, 4, 1)), np.full((1, 1, 1), size), np.ones((1, 1)), np.array([4]))


def test_the_ratio_of_a_known_step_in_pure_noise_is_the_normal_one() -> None:
    steady, step = plain(1.5)
    values = np.random.default_rng(0).normal(size=400)
    _, found = observe(begin(1, steady, step), values[None, :, None], steady, step)
    last = values[-3:]
    mean, count = values[:-3].mean(), len(values) - 3
    spread = np.eye(3) + 1 / count
    wanted = np.linalg.solve(spread, np.full(3, 1.5)) @ (last - mean - 0.75)
    assert np.log(found.ratio[0, -1, 2, 0]) == pytest.approx(wanted, abs=1e-3)


def test_without_any_course_the_mean_ratio_is_one() -> None:
    steady, step = plain(1.0)
    values = np.random.default_rng(1).normal(size=(4000, 60, 1))
    _, found = observe(begin(4000, steady, step), values, steady, step)
    assert found.ratio[:, -1, 3, 0].mean() == pytest.approx(1.0, abs=0.15)


def test_a_day_says_nothing_with_days_after_it() -> None:
    values = nights(2)
    whole, part = seen(values), seen(values[:, :60])
    assert np.array_equal(whole.ratio[:, :60], part.ratio)
    assert np.array_equal(scored(values).score[:, :60], scored(values[:, :60]).score, equal_nan=True)


def test_many_steps_say_the_same_as_one() -> None:
    known, values = library().courses, scaled(nights(3))
    whole = observe(begin(1, wander(), known), values, wander(), known)[1].ratio
    state, parts = begin(1, wander(), known), []
    for part in np.array_split(values, 7, axis=1):
        state, found = observe(state, part, wander(), known)
        parts.append(found.ratio)
    assert np.array_equal(whole, np.concatenate(parts, axis=1))


def test_people_watched_together_do_not_touch_each_other() -> None:
    values = nights(4, people=3)
    assert np.allclose(seen(values).ratio[1:2], seen(values[1:2]).ratio, rtol=1e-9)


def test_a_strong_illness_stands_out_within_two_days_of_its_onset() -> None:
    values = nights(5, people=20)
    quiet, loud = scored(values).score, scored(ill(values, 5.0)).score
    window = slice(ONSET - 7, ONSET + 3)
    usual = np.nanquantile(quiet[:, READY:], 0.97)
    assert np.mean(np.nanmax(loud[:, window], axis=1) > usual) > 0.85
    assert np.mean(np.nanmax(quiet[:, window], axis=1) > usual) < 0.4


def test_nothing_is_scored_in_the_first_weeks_or_without_a_night() -> None:
    values = nights(6)
    values[:, 50, :4] = np.nan
    found = scored(values).score
    assert np.isnan(found[:, :READY]).all()
    assert np.isnan(found[0, 50])
    assert np.isfinite(found[0, 40:]).mean() > 0.8


def test_a_level_that_moved_for_good_becomes_usual() -> None:
    values = nights(7, 240)
    moved = values.copy()
    moved[:, 80:, 0] += 6
    late = slice(180, 240)
    assert np.nanmedian(scored(moved).score[0, late]) < np.nanmedian(scored(values).score[0, late]) + 0.5


def test_a_noted_night_of_alcohol_explains_itself() -> None:
    values = nights(8, people=12)
    values[:, ONSET] = np.where(np.isnan(values[:, ONSET]), USUAL, values[:, ONSET])
    values[:, ONSET] += np.array([6, -7, 0.4, 0.15, -20])
    tags = np.zeros((12, 90, 4), dtype=bool)
    tags[:, ONSET, CONFOUNDERS.index("alcohol")] = True
    silent, noted = scored(values), scored(values, tags)
    assert np.nanmean(noted.score[:, ONSET]) < np.nanmean(silent.score[:, ONSET]) - 1
    assert np.nanmedian(noted.others[:, ONSET, 0]) > 0.5


def test_one_wild_night_of_one_sensor_is_taken_for_a_slip() -> None:
    values = nights(9, people=10)
    values[:, ONSET] = np.where(np.isnan(values[:, ONSET]), USUAL, values[:, ONSET])
    values[:, ONSET, 2] += 8
    found = scored(values)
    sure = ill(values, 5.0)
    assert np.median(found.others[:, ONSET, -1]) > np.median(scored(sure).others[:, ONSET + 2, -1])
    assert np.nanmedian(found.score[:, ONSET]) < np.nanmedian(scored(sure).score[:, ONSET + 2])


def test_a_breath_too_wild_for_any_body_adds_nothing_and_a_large_one_much() -> None:
    values = nights(12, people=10)
    values[:, ONSET] = np.where(np.isnan(values[:, ONSET]), USUAL, values[:, ONSET])
    calm = scored(values).score[:, ONSET]
    gain = []
    for leap in (2.5, 12.0):
        leapt = values.copy()
        leapt[:, ONSET, SIGNALS.index("rr")] += leap
        gain.append(float(np.median(scored(leapt).score[:, ONSET] - calm)))
    assert gain[0] > 0.3
    assert gain[1] < 0.1


def test_a_surprise_fades_from_its_bound_to_where_it_is_lost() -> None:
    signal = np.linspace(0, 12, 49)[None, :, None]
    steady, step = plain(1.0)
    fading = replace(steady, bound=np.full(1, 4.0), lost=np.full(1, 9.0))
    quiet = np.zeros((49, 30, 1))
    quiet[:, -1] = signal[0]
    told = [
        observe(begin(49, which, step), quiet, which, step)[1].ratio[:, -1, 0, 0]
        for which in (replace(fading, lost=np.full(1, np.inf)), fading)
    ]
    held, faded = (np.log(one) - np.log(one[0]) for one in told)
    assert np.argmax(faded) in (15, 16, 17)
    assert faded[:15] == pytest.approx(held[:15])
    assert faded[-10:] == pytest.approx(0, abs=1e-9)
    assert held[-1] == pytest.approx(held.max())


def test_a_person_who_wanders_more_is_met_with_more_patience() -> None:
    values = nights(10, people=10)
    wide = USUAL + 2.5 * (values - USUAL)
    wide[..., 1] = np.maximum(wide[..., 1], 5)
    rare = np.nanquantile(scored(values).score, 0.97)
    assert np.nanmean(scored(wide).score > rare) < 0.15


def test_a_person_with_a_resting_heart_rate_alone_is_watched_too() -> None:
    values = nights(11, people=10)
    values[..., 1:] = np.nan
    assert np.isnan(seen(values).surprise[..., 1:]).all()
    quiet, loud = scored(values).score, scored(ill(values, 6.0)).score
    assert np.nanmean(loud[:, ONSET + 2] - quiet[:, ONSET + 2]) > 1


def test_the_tables_hold_what_they_say() -> None:
    known = library()
    assert known.courses.weights.sum(axis=1) == pytest.approx(1)
    for kind in ("illness", *CONFOUNDERS, "slip"):
        assert known.shares[known.of(kind)].sum() == pytest.approx(1)
    together = wander().together
    assert np.array_equal(together, together.T)
    assert np.linalg.eigvalsh(together).min() > 0
    beats = known.courses.sizes[0, :, 0]
    assert 0.1 < beats.min() < 0.5
    assert 2.0 < np.median(beats) < 4.0
