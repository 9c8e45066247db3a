"""The sample life is the same everywhere, hangs together, and holds its causes at the sizes that were stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from selftwin.sample import digest, live
from selftwin.sample.causes import AWAKE, LOAD, REST, Effects
from selftwin.sample.plan import FEWEST, LAST, Span, plan
from selftwin.vocabulary.errors import UsageError

# Frozen before anything was fitted to it (docs/decisions/sample.md): a new digest is a new life, and says so there.
FROZEN = "59b4d948c3785076ec8cf577e0f9229d41db3c1d646a5e40238d16fb8743f477"


def test_the_life_is_frozen(whole):
    assert digest(whole) == FROZEN


def test_a_life_is_the_same_for_the_same_seed_and_another_for_another():
    assert digest(live(days=50)) == digest(live(days=50))
    assert digest(live(days=50)) != digest(live(days=50, seed=1))


def test_a_digest_sees_every_change(short):
    steps = short.movement.steps.copy()
    steps[1000] += 1
    assert digest(replace(short, movement=replace(short.movement, steps=steps))) != digest(short)


def test_a_life_too_short_to_hold_anything_is_refused():
    with pytest.raises(UsageError, match="at least 42 days"):
        live(days=FEWEST - 1)


def test_the_last_day_is_fixed_so_that_today_never_moves(whole):
    assert whole.plan.day(whole.plan.days - 1) == LAST
    assert whole.plan.days == 730


# The clock


def test_the_journey_lies_nine_zones_away_and_its_days_have_other_lengths(whole):
    edges = whole.clock.utc(np.arange(whole.plan.days + 1), 0)
    hours = np.diff(edges) / 3600
    there, back = whole.plan.away.first, whole.plan.away.stop
    assert hours[there] == 24 + 9
    unusual = {whole.plan.day(int(day)).isoformat(): hours[day] for day in np.flatnonzero(hours != 24)}
    assert unusual == {
        "2024-03-31": 23, "2024-10-27": 25, "2025-03-30": 23, "2025-05-10": 33, "2025-05-25": 15, "2025-10-26": 25,
    }  # fmt: skip
    assert whole.plan.day(there).isoformat() == "2025-05-10"
    assert whole.plan.day(back).isoformat() == "2025-05-25"


def test_an_hour_the_clock_leapt_over_never_was(whole):
    spring = (datetime(2024, 3, 31) - datetime(2024, 3, 13)).days
    assert not whole.clock.exists(spring, 150)
    assert whole.clock.exists(spring, 90)
    assert not whole.clock.exists(whole.plan.away.stop, 18 * 60)  # the evening that the flight home swallowed


def test_local_and_utc_agree_wherever_the_clock_stood(whole):
    day = np.arange(whole.plan.days)
    kept = whole.clock.exists(day, 700)
    assert kept.sum() >= whole.plan.days - 1
    assert (whole.clock.day(whole.clock.utc(day, 700))[kept] == day[kept]).all()
    noon = datetime(2025, 5, 15, 12, tzinfo=UTC) + timedelta(hours=7)
    away = (noon.date() - whole.plan.day(0)).days
    assert int(whole.clock.utc(away, 720)) == noon.timestamp()


# The nights


def test_stages_fill_the_night_without_gap_or_overlap(whole):
    stages, nights = whole.nights.stages, whole.nights
    for night in range(whole.plan.days):
        mine = stages.night == night
        start, stop, state = stages.start[mine], stages.stop[mine], stages.state[mine]
        assert (start[0], stop[-1]) == (nights.onset[night], nights.wake[night])
        assert (start[1:] == stop[:-1]).all()
        assert (stop > start).all()
        assert (state[1:] != state[:-1]).all()
        assert state[-1] != AWAKE


def test_a_night_belongs_to_the_day_of_waking_and_ends_before_the_next_begins(whole):
    assert (whole.clock.day(whole.nights.wake) == np.arange(whole.plan.days)).all()
    assert (whole.nights.bed <= whole.nights.onset).all()
    assert all(wake < bed for wake, bed in zip(whole.nights.wake, whole.nights.bed[1:], strict=False))
    assert 6 * 60 < np.median(whole.nights.asleep) < 8 * 60


def test_nobody_walks_in_bed(whole):
    for bed, wake in zip(whole.clock.minute(whole.nights.bed), whole.clock.minute(whole.nights.wake), strict=True):
        assert whole.movement.steps[max(bed, 0) : wake].sum() == 0


# What the body does


def test_every_figure_stays_within_what_a_body_can(whole):
    assert (np.percentile(whole.heart, [0, 100]) > [38, 140]).all()
    assert whole.heart.max() < 196
    assert 4_000 < np.median(whole.steps) < 14_000
    assert whole.glucose.true.min() > 70
    assert whole.glucose.true.max() < 280
    assert whole.intake.weight.min() > 70
    assert whole.intake.weight.max() < 86
    assert (whole.body.oxygen <= 100).all()


def test_glucose_rises_after_meals_and_more_in_the_evening_of_the_same_carbohydrates(whole):
    at, level = whole.glucose.at, whole.glucose.true
    rises = []
    for moment, carbs in zip(whole.intake.meals.at, whole.intake.meals.carbs, strict=True):
        after = (at >= moment) & (at <= moment + 7200)
        before = (at >= moment - 900) & (at < moment)
        if after.sum() > 20 and before.any() and carbs > 40:
            rises.append(level[after].max() - level[before].mean())
    assert len(rises) > 100
    assert 20 < np.median(rises) < 90
    assert np.mean(np.array(rises) > 0) > 0.95


@pytest.mark.parametrize(
    ("values", "names", "tolerance"),
    [("resting", ("alcohol_resting", "training_resting", "illness_resting", "stress_resting"), 0.15),
     ("sdnn", ("alcohol_hrv", "training_hrv", "illness_hrv", "stress_hrv"), 0.03)],
)  # fmt: skip
def test_causes_can_be_recovered_at_their_stated_size_and_lag(whole, values, names, tolerance):
    states, effects = whole.states, whole.effects
    seen = getattr(whole.body, values)
    seen = np.log(seen) if values == "sdnn" else seen

    def after(cause, nights=1):
        return np.concatenate([np.zeros(nights), cause[:-nights]])

    causes = [after(states.alcohol), after(states.load), after(states.load, 2), states.illness, after(states.stress)]
    beside = [np.ones(seen.size), states.winter, np.arange(seen.size) / 730]
    found = np.linalg.lstsq(np.stack([*causes, *beside], axis=1), seen, rcond=None)[0]
    alcohol, training, illness, stress = (getattr(effects, name) for name in names)
    stated = np.array([alcohol, *training, illness, stress])
    assert (np.abs(found[:5] - stated) < tolerance + 0.1 * np.abs(stated)).all()
    assert (np.sign(found[:5]) == np.sign(stated)).all()


def test_poor_sleep_lowers_mood_and_recall(whole):
    short_nights = whole.nights.asleep < np.percentile(whole.nights.asleep, 25)
    assert whole.mind.felt[short_nights].mean() < whole.mind.felt[~short_nights].mean() - 0.1
    reviews = whole.reviews
    late = reviews.kind == 1
    after_short = short_nights[reviews.day] & late
    assert (reviews.rating[after_short] > 1).mean() < (reviews.rating[late & ~after_short] > 1).mean()


def test_late_caffeine_keeps_awake(whole):
    late = np.concatenate([[False], whole.states.caffeine_late[:-1] > 0])
    assert whole.nights.latency[late].mean() > whole.nights.latency[~late].mean() + 6


def test_steps_have_a_weekday_and_an_illness_keeps_at_home(whole):
    assert whole.steps[whole.states.felt > 0.4].mean() < 0.7 * whole.steps[whole.states.felt == 0].mean()
    by_weekday = [whole.steps[whole.states.weekday == day].mean() for day in range(7)]
    assert max(by_weekday) > 1.25 * min(by_weekday)


def test_nobody_trains_or_drinks_when_ill_or_on_a_flight(whole):
    quiet = whole.states.illness > 0
    assert (whole.states.session[quiet] == REST).all()
    assert (whole.states.alcohol[quiet] == 0).all()
    assert whole.states.session[whole.plan.away.first] == REST
    assert whole.states.load.max() == max(LOAD)


# What is unusual, and what is missing


def test_an_illness_is_seen_some_nights_before_it_is_felt(whole):
    effects = Effects()
    for illness in whole.plan.illnesses[:2]:
        before = whole.states.illness[illness.onset - illness.ramp : illness.onset]
        assert before[::-1].tolist() == [illness.severity * share for share in effects.illness_ramp[: illness.ramp]]
        assert (whole.states.felt[illness.onset - illness.ramp : illness.onset] == 0).all()
        assert whole.states.felt[illness.onset] == illness.severity


def test_the_heart_has_rested_three_nights_above_its_usual_on_the_last_day_and_for_one_reason(whole):
    usual = whole.body.resting[-180:-3]
    assert (whole.body.resting[-3:] > np.percentile(usual, 90)).all()
    assert (whole.body.resting[-8:-3] < np.percentile(usual, 90)).all()
    assert (whole.states.alcohol[-8:] == 0).all()
    assert (whole.states.load[-8:] == 0).all()
    assert whole.plan.illnesses[-1].onset == whole.plan.days
    assert whole.states.felt[-1] == 0


def test_the_watch_is_missing_more_often_when_ill(whole):
    inside = np.arange(whole.plan.days) >= whole.plan.watch.first
    ill = whole.states.felt > 0.2
    assert whole.wearing.watch_nights[inside & ill].mean() < whole.wearing.watch_nights[inside & ~ill].mean() - 0.1
    mood_ill, mood_well = (whole.mind.noted[mask].mean() for mask in (ill, ~ill))
    assert mood_ill < mood_well


def test_a_short_life_holds_what_a_long_one_holds():
    short, long = plan(60), plan()
    assert len(short.illnesses) == len(long.illnesses)
    assert len(short.sensors) == len(long.sensors) == 5
    assert short.away.stop - short.away.first >= 3
    assert all(before.stop <= after.first for one in (short, long) for before, after in pairwise(one.sensors))
    assert 3 in Span(3, 5)
    assert 5 not in Span(3, 5)
