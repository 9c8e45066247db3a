"""Goals: chances that come true as often as they say, amounts that do what they promise, floors that hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body import goals_limits as limits
from selftwin.domains.body import goals_progress as going
from selftwin.domains.body.goals import (
    Aim,
    Response,
    amount,
    ends,
    later,
    lever,
    lift,
    onward,
    pace,
    response,
    scaled,
    takes,
    usual,
)  # fmt: skip
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.goal import Goal, Kept, Sense, Wish, wish
from selftwin.vocabulary.scenario import scenario, step
from selftwin.vocabulary.trajectory import Measure, Point, Trajectory, courses

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
LENGTH = 60
BY = TODAY + timedelta(days=LENGTH)
EATING = step("energy.intake -400 kcal/d")


def told(with_: Floats, without: Floats, **more: object) -> Trajectory:
    """A trajectory of lives (n, days) from today on."""
    at = [(TODAY + timedelta(days=day)).isoformat() for day in range(with_.shape[1])]
    plain = Trajectory("weight", "kg", "made", "", NOW.isoformat(), Trust.TRUSTED, 30, *courses(at, with_, without),
                       ("That it is made.",), ("Nobody 1900",), draws=np.stack([with_, without]))  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def bare(with_: Floats, without: Floats) -> Trajectory:
    """A trajectory of lives (n, 7) over the goal's last week, without their courses."""
    points = tuple(Point((BY - timedelta(days=6 - day)).isoformat(), *[80.0] * 5) for day in range(7))
    return replace(FLAT, with_=points, without=points, difference=points, draws=np.stack([with_, without]))


def share(alone: Floats, effect: Floats, scale: float) -> Trajectory:
    """The same lives under a share of the plan."""
    return bare(alone + scale * effect, alone)


FLAT = told(np.full((2, 2), 80.0), np.full((2, 2), 80.0))


def world(n: int, seed: int, *, effect: float = -0.06, wide: float = 0.02) -> Callable[[float], Trajectory]:
    """A model of lives that begin near 80 kg, drift, and answer to a plan each by its own effect a day."""
    rng = np.random.default_rng(seed)
    day = np.arange(LENGTH + 1)
    alone = rng.normal(80, 0.3, (n, 1)) + rng.normal(0, 0.02, (n, 1)) * day + rng.normal(0, 0.5, (n, LENGTH + 1))
    each = rng.normal(effect, wide, (n, 1))
    return lambda scale: told(alone + scale * each * day, alone)


# Chances


class Person:
    """A made person: what they are, thirty noisy days, and what a model that knows the world's spreads believes."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.level, self.drift, self.effect = rng.normal(80, 5), rng.normal(0, 0.02), rng.normal(-0.05, 0.02)
        back = np.arange(-30, 0)
        seen = self.level + self.drift * back + rng.normal(0, 0.5, 30)
        x = np.stack([np.ones(30), back], axis=1)
        prior = np.diag([1 / 5**2, 1 / 0.02**2])
        self.cover = np.linalg.inv(prior + x.T @ x / 0.25)
        self.believed = self.cover @ (prior @ [80, 0] + x.T @ seen / 0.25)

    def model(self, rng: np.random.Generator, n: int = 200) -> Trajectory:
        """Lives drawn from what is believed; their last week alone, which decides."""
        level, drift = rng.multivariate_normal(self.believed, self.cover, n).T
        day, effect = np.arange(LENGTH - 6, LENGTH + 1), rng.normal(-0.05, 0.02, n)
        alone = level[:, None] + drift[:, None] * day + rng.normal(0, 0.5, (n, 7))
        return bare(alone + effect[:, None] * day, alone)

    def ends(self, rng: np.random.Generator, scale: float) -> float:
        """The mean of the last week that comes true under a share of the plan."""
        day = np.arange(LENGTH - 6, LENGTH + 1)
        return float((self.level + (self.drift + scale * self.effect) * day + rng.normal(0, 0.5, 7)).mean())


def test_chances_come_true_as_often_as_they_say_and_beat_the_base_rate() -> None:
    rng = np.random.default_rng(5)
    stated, came = [], []
    for _ in range(700):
        person = Person(rng)
        aim = Aim("weight", person.believed[0] - rng.uniform(0.5, 5.5), Sense.MOST, BY)
        with_, without = ends(person.model(rng), aim)
        found = Response(np.array([0.0, 1.0]), np.stack([without, with_]), np.zeros(2))
        stated.append(found.chance(aim, 1.0))
        came.append(person.ends(rng, 1.0) <= aim.target)
    chances, outcomes = np.array(stated), np.array(came, np.float64)
    brier, base = ((chances - outcomes) ** 2).mean(), ((outcomes.mean() - outcomes) ** 2).mean()
    assert brier < 0.8 * base
    for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        here = (chances >= low) & (chances < high)
        assert here.sum() >= 40
        assert abs(chances[here].mean() - outcomes[here].mean()) < 0.11
    assert abs(chances.mean() - outcomes.mean()) < 0.04


def test_the_amount_for_65_per_cent_brings_65_per_cent() -> None:
    rng = np.random.default_rng(6)
    reached = []
    for _ in range(200):
        person = Person(rng)
        aim = Aim("weight", person.believed[0] - 4, Sense.MOST, BY)
        plain = person.model(rng)
        alone, effect = plain.draws[1], plain.draws[0] - plain.draws[1]  # type: ignore[index]
        tell = partial(share, alone, effect)
        found = response(tell, aim, plain)
        said = lift(found, aim, EATING, None, (3.0, "no more"))
        if said.amount is not None:
            reached.append(person.ends(rng, said.amount / -400) <= aim.target)
    assert len(reached) > 140
    assert np.mean(reached) == pytest.approx(0.65, abs=0.08)


def test_one_reading_at_the_end_does_not_decide() -> None:
    lives = np.full((50, LENGTH + 1), 80.0)
    lives[:, -1] = 60.0
    low = Aim("weight", 75.0, Sense.MOST, BY)
    assert not low.met(ends(told(lives, lives), low)[0]).any()
    assert low.met(ends(told(lives, lives), replace(low, signal="race.10k"))[0]).all()


def test_days_beyond_the_goals_are_left_out_and_a_model_that_sees_less_far_says_so() -> None:
    lives = np.full((50, LENGTH + 20), 80.0)
    lives[:, LENGTH + 1 :] = 60.0
    assert (ends(told(lives, lives), Aim("weight", 75, Sense.MOST, BY)) == 80).all()
    with pytest.raises(UsageError, match="days ahead at most"):
        ends(told(lives[:, :30], lives[:, :30]), Aim("weight", 75, Sense.MOST, BY))
    with pytest.raises(NothingYet):
        ends(replace(told(lives, lives), draws=None), Aim("weight", 75, Sense.MOST, BY))


# What it takes


def test_what_it_takes_is_found_and_more_of_it_never_lowers_the_chance() -> None:
    tell, aim = world(400, 1), Aim("weight", 77.0, Sense.MOST, BY)
    found = response(tell, aim, tell(1.0))
    assert found.scales[0] == 0
    chances = [found.chance(aim, scale) for scale in np.linspace(0, 3, 31)]
    assert chances == sorted(chances)
    said = takes(found, aim, EATING, None, (3.0, "no more"))
    assert said.amount == pytest.approx(-400 * 3 / (0.06 * 57), rel=0.06)  # 57: the middle of the last week
    assert said.amount is not None
    assert said.low is not None
    assert said.high is not None
    assert 0 > said.low > said.amount > said.high


def test_a_target_no_amount_reaches_says_why_and_names_none() -> None:
    tell, aim = world(200, 2), Aim("weight", 50.0, Sense.MOST, BY)
    said = takes(response(tell, aim, tell(1.0)), aim, EATING, None, (3.0, "even 3 times would not do"))
    assert (said.amount, said.high, said.why) == (None, None, "even 3 times would not do")


def test_a_share_the_model_refuses_ends_the_search() -> None:
    tell, asked = world(200, 3), []

    def wary(scale: float) -> Trajectory:
        asked.append(scale)
        if scale > 1:
            raise Refused("No.")
        return tell(scale)

    found = response(wary, Aim("weight", 70.0, Sense.MOST, BY), tell(1.0))
    assert asked == [0.5, 2.0]
    assert found.scales.tolist() == [0, 0.5, 1]


def test_the_first_likely_day_is_the_first_likely_day() -> None:
    tell = world(300, 4)
    early = Aim("weight", 78.0, Sense.MOST, TODAY + timedelta(days=20))
    found = later(tell(1.0), early)
    assert found is not None
    assert early.by < found < BY
    assert later(tell(1.0), replace(early, target=50.0)) is None


def test_steps_are_scaled_by_their_own_kind() -> None:
    plan = scenario("sleep.start 23:00 for 30 d; training.load +20 %; steps 10000/d")
    assert lever(plan) == 1
    assert lever(scenario("sleep.start 23:00 for 30 d")) is None
    assert scaled(plan, 1, 0.5, None).steps[1].amount == pytest.approx(0.1)
    assert amount(plan.steps[2], 0.5, 6000.0) == 8000
    assert amount(plan.steps[2], 2.0, 6000.0) == 14000
    known = Remembered(NOW, daily={"steps": [(TODAY - timedelta(days=n), 6000.0) for n in range(40)]})
    assert usual(known, plan.steps[2]) == 6000
    assert usual(known, EATING) is None
    assert usual(known, step("workout walking 30 min daily")) == 0


def test_what_is_left_of_a_plan_is_shorter_by_what_has_passed() -> None:
    plan = scenario("energy.intake -400 kcal/d for 90 d; steps +1000 /d; training.load +10 % for 20 d")
    left = onward(plan, 30)
    assert [one.signal for one in left.steps] == ["energy.intake", "steps"]
    assert left.steps[0].lasts == timedelta(days=60)


# Floors


def weighed(**given: float | str) -> Remembered:
    known: dict[str, float | str] = {"height": 1.80, "sex": "female"}
    return Remembered(NOW, given=known | given)


def test_which_way_is_better_follows_from_where_one_stands() -> None:
    lose, gain = wish("weight 72 kg by 2026-12-01"), wish("weight 90 kg by 2026-12-01")
    assert limits.sense(lose, 80) is Sense.MOST
    assert limits.sense(gain, 80) is Sense.LEAST
    assert limits.sense(wish("time in range 75 % by 2026-12-01"), 60) is Sense.LEAST
    for text, standing in (("weight 72 kg by 2026-12-01", 72.3), ("resting heart rate 60 by 2026-12-01", 55),
                           ("time in range 70 % by 2026-12-01", 80), ("race 10 km 50:00 by 2026-12-01", 49)):
        with pytest.raises(UsageError, match="there already"):
            limits.sense(wish(text), standing)


def test_no_plan_holds_insulin_and_none_is_empty_or_late_or_beyond_what_can_be() -> None:
    good, eat = wish("weight 72 kg by 2026-12-01"), scenario("energy.intake -300 kcal/d")
    limits.check(good, eat, TODAY)
    for key in ("insulin.bolus 2 U", "insulin.basal +10 %"):
        with pytest.raises(Refused, match="insulin"):
            limits.check(good, scenario(f"energy.intake -300 kcal/d; {key}"), TODAY)
    with pytest.raises(UsageError, match="what you would do"):
        limits.check(good, scenario([]), TODAY)
    far = f"three years after your newest day, {TODAY.day} {TODAY:%B %Y}"
    for day, says in (("2026-06-01", "passed"), ("2031-06-01", far)):
        with pytest.raises(UsageError, match=says):
            limits.check(wish(f"weight 72 kg by {day}"), eat, TODAY)
    for text in ("resting heart rate 30", "race 10 km 25:00", "blood pressure 80", "vo2 max 95"):
        with pytest.raises(UsageError, match="beyond what"):
            limits.check(wish(f"{text} by 2026-12-01"), eat, TODAY)


def test_no_way_leads_under_a_body_mass_index_of_18_5() -> None:
    lean = Wish("weight", "kg", 18.4 * 1.8**2, TODAY + timedelta(days=700))
    with pytest.raises(Refused, match=r"18\.5") as said:
        limits.check_body(lean, Sense.MOST, 65.0, 700, weighed())
    assert "eating disorders" in said.value.hint
    limits.check_body(replace(lean, target=18.6 * 1.8**2), Sense.MOST, 65.0, 700, weighed())
    limits.check_body(replace(lean, target=57.0), Sense.LEAST, 55.0, 700, weighed())
    with pytest.raises(NothingYet, match="height"):
        limits.check_body(lean, Sense.MOST, 65.0, 700, Remembered(NOW))


def test_no_way_is_faster_than_one_per_cent_a_week() -> None:
    slow = Wish("weight", "kg", 72.1, BY)
    limits.check_body(slow, Sense.MOST, 80.0, 70, weighed())
    with pytest.raises(Refused, match="1 %"):
        limits.check_body(replace(slow, target=71.9), Sense.MOST, 80.0, 70, weighed())


def eating(with_: float, without: float) -> Trajectory:
    same = np.full((20, LENGTH + 1), 80.0)
    row = Measure("energy eaten", "kcal/d", (with_, 0, 0), (without, 0, 0), (with_ - without, 0, 0))
    return told(same, same, measures=(row,))


def test_no_plan_eats_less_than_the_floor_of_ones_sex() -> None:
    assert limits.eaten(eating(1600, 2000), weighed())[0] == pytest.approx(2)
    assert limits.eaten(eating(1600, 2000), weighed(sex="male"))[0] == pytest.approx(1.25)
    limits.check_plan(eating(1300, 2000), weighed())
    for sex in ("male", "other"):
        with pytest.raises(Refused, match="1,500"):
            limits.check_plan(eating(1300, 2000), weighed(sex=sex))
    with pytest.raises(Refused, match="1,200"):
        limits.check_plan(eating(1100, 2000), weighed())
    share, why = limits.most(EATING, None, eating(1600, 2000), weighed())
    assert share == pytest.approx(2)
    assert "1,200" in why


def test_a_plan_too_fast_is_refused_and_none_is_proposed() -> None:
    tell, aim = world(200, 5, effect=-0.2), Aim("weight", 60.0, Sense.MOST, BY)
    with pytest.raises(Refused, match="1 % a week"):
        limits.check_plan(tell(1.0), weighed())
    found = response(tell, aim, tell(1.0))
    assert pace(tell(1.0)) > limits.PACE
    share, why = limits.paced("weight", found, (3.0, ""))
    assert pace(tell(share)) <= limits.PACE * 1.02
    assert "1 %" in why
    assert limits.paced("vo2_max", found, (3.0, "")) == (3.0, "")
    assert limits.paced_by(tell(1.0))[0] == pytest.approx(share, rel=0.05)


def test_shares_end_where_nothing_is_left_and_training_at_its_double() -> None:
    flat = eating(2000, 2000)
    assert limits.most(step("meal.sodium -40 %"), None, flat, weighed())[0] == pytest.approx(2.5)
    assert limits.most(step("meal.sodium -1000 mg/d"), 2500.0, flat, weighed())[0] == pytest.approx(2.5)
    assert limits.most(step("training.load +50 %"), None, flat, weighed())[0] == pytest.approx(2)
    assert limits.most(step("training.load +200 %"), None, flat, weighed())[0] == 1
    assert limits.kind("steps").low < limits.kind("steps").high


# Progress

LIVES = world(400, 7)(1.0)
KEPT = Kept(80.0, 0.6, 0.1, "made", going.kept(LIVES.with_, BY), going.kept(LIVES.without, BY))
GOAL = Goal("weight", "weight", "kg", 77.0, Sense.MOST, BY, "energy.intake -400 kcal/d", TODAY, NOW, kept=KEPT)


def days(values: list[float], until: date) -> pl.DataFrame:
    at = [until - timedelta(days=len(values) - 1 - n) for n in range(len(values))]
    return pl.DataFrame({"day": at, "value": values})


@pytest.mark.parametrize(
    ("value", "place"), [(80.2, "behind"), (77.9, "on the way"), (75.0, "ahead")]
)  # the plan has 80 - 0.06 * 35 = 77.9 there
def test_the_newest_week_is_placed_in_the_cone_as_it_was_set(value: float, place: str) -> None:
    rng = np.random.default_rng(1)
    today = TODAY + timedelta(days=38)
    here = going.standing(days(list(value + rng.normal(0, 0.4, 30)), today), LIVES, today)
    assert here.n == 7
    assert here.error < 0.3
    seen = going.progress(GOAL, here)
    assert seen is not None
    assert seen.place == place
    assert seen.sure > 0.5
    more = replace(GOAL, sense=Sense.LEAST)
    assert place == "on the way" or going.progress(more, here).place != place  # type: ignore[union-attr]


def test_it_is_too_soon_to_say_in_the_first_days_and_nothing_is_said_of_what_was_forgotten() -> None:
    soon, late = TODAY + timedelta(days=1), TODAY + timedelta(days=20)
    assert going.progress(GOAL, going.standing(days([80.0] * 9, soon), LIVES, soon)) is None
    assert going.progress(replace(GOAL, kept=None), going.standing(days([80.0] * 9, late), LIVES, late)) is None


def test_where_nothing_is_recorded_the_model_says_where_one_stands() -> None:
    here = going.standing(days([80.0] * 9, TODAY - timedelta(days=60)), LIVES, TODAY)
    assert here.n == 0
    assert here.value == pytest.approx(LIVES.without[0].mean)


def test_rare_readings_are_taken_together_so_that_one_does_not_decide() -> None:
    rare = pl.DataFrame({"day": [TODAY - timedelta(days=n) for n in (25, 16, 9, 2)], "value": [82.0, 80.0, 81.0, 76.0]})
    here = going.standing(rare, LIVES, TODAY)
    assert (here.n, here.value) == (3, 79.0)


def test_a_paper_keeps_some_hundred_points_with_the_first_and_the_last() -> None:
    long = [replace(LIVES.with_[0], at=(TODAY + timedelta(days=n)).isoformat()) for n in range(900)]
    some = going.kept(long, TODAY + timedelta(days=800))
    assert len(some) <= going.KEPT_POINTS + 1
    assert (some[0].at, some[-1].at) == (long[0].at, long[800].at)
    middle = going.at(some, TODAY + timedelta(days=401))
    assert middle.mean == pytest.approx(long[0].mean)


def test_what_is_done_of_a_plan_is_read_off_its_step_or_else_off_where_one_stands() -> None:
    today = TODAY + timedelta(days=30)
    before = [(TODAY - timedelta(days=n), 2500.0) for n in range(28)]
    after = [(TODAY + timedelta(days=n), 2300.0) for n in range(1, 31)]
    logged = Remembered(NOW + timedelta(days=30), daily={"energy.intake": before + after})
    here = going.Standing(80.0 - 0.06 * 30, 0.2, 7, today)
    assert going.done(GOAL, EATING, logged, here, Sense.MOST) == pytest.approx(0.5)
    silent = Remembered(NOW + timedelta(days=30))
    far, lives = TODAY + timedelta(days=55), world(400, 7, effect=-0.12)(1.0)
    clear = replace(GOAL, kept=replace(KEPT, cone=going.kept(lives.with_, BY)))
    for share in (0.0, 0.5, 1.0):
        whole = going.at(KEPT.alone, far).mean, going.at(lives.with_, far).mean
        there = going.Standing(whole[0] + share * (whole[1] - whole[0]), 0.2, 7, far)
        assert going.done(clear, EATING, silent, there, Sense.MOST) == pytest.approx(share, abs=0.02)
    early = going.Standing(80.0, 0.2, 7, TODAY + timedelta(days=5))
    assert going.done(GOAL, EATING, silent, early, Sense.MOST) is None
