from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose.plan import begins, hours, lucks, plan
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, Scenario, scenario, step

from .living import NOW

PAST = Remembered(NOW)
RATES, LUCK = np.array([1.2, 0.6]), np.zeros((2, 40))


def planned(text: str, minutes: int = 360):
    asked = scenario(text)
    return plan(asked, PAST, minutes, lucks(Question(asked, AS_YOU_ARE)))


def test_steps_become_meals_doses_and_bouts_in_their_minutes() -> None:
    one = planned("meal.carbs 60 g at 12:30; insulin.bolus 4 U in 15 min; workout walking 30 min at 13:15; steps 2000")
    assert [(at, grams) for at, _, grams, *_ in one.meals] == [(30, 60.0)]
    assert one.doses == ((15, 4.0),)
    assert [(at, lasting) for at, lasting, _ in one.bouts] == [(75, 30), (0, 20)]
    given = one.inputs(RATES, LUCK)
    assert given.carbs.sum(axis=1).tolist() == [60.0, 60.0]
    assert given.carbs[0, 30] == 60
    assert given.insulin.sum(axis=1) == pytest.approx([4 + 1.2 * 6, 4 + 0.6 * 6])
    assert (given.effort[0, 75:105] > 0).all()


def test_a_described_meal_has_its_foods_grams_and_doubt() -> None:
    (_, _, grams, spread, _), = planned('meal.description "200 g rice" at 12:10').meals  # fmt: skip
    assert 45 < grams < 65
    assert 0.05 < spread < 0.8


def test_plans_share_how_well_each_meal_is_counted() -> None:
    luck = np.random.default_rng(1).standard_normal((2, 40))
    small, large = (planned(f"meal.carbs {grams} g").inputs(RATES, luck).carbs[:, 0] for grams in (40, 80))
    assert large == pytest.approx(2 * small)


def test_a_meal_of_both_futures_has_one_luck_and_the_same_meal_later_shares_it() -> None:
    lunch, later, snack = scenario(["meal.carbs 60 g", "meal.carbs 60 g at 13:30", "meal.carbs 20 g at 14:00"]).steps
    assert lucks(Question(Scenario((snack, lunch)), Scenario((lunch,)))) == {lunch: 0, snack: 1}
    assert lucks(Question(Scenario((later,)), Scenario((lunch,)))) == {later: 0, lunch: 0}
    assert lucks(Question(Scenario((later, snack)), Scenario((snack, lunch)))) == {snack: 0, later: 1, lunch: 1}


def test_basal_is_changed_for_its_time_and_never_below_nothing() -> None:
    cases = {
        "insulin.basal -50 % for 2 h": (0.6, 1.2),
        "insulin.basal_rate 0.3 for 2 h": (0.3, 1.2),
        "insulin.basal 1 U for 2 h": (0.5, 1.2),
        "insulin.basal +1 U for 2 h": (1.7, 1.2),
        "insulin.basal_rate -2 for 2 h": (0.0, 1.2),
    }
    for text, (during, after) in cases.items():
        basal = planned(text).basal(1.2)
        assert (basal[:120] == pytest.approx(during)), text
        assert (basal[120:] == pytest.approx(after)), text


def test_long_acting_insulin_is_spread_over_a_day() -> None:
    given = planned("insulin.long 24 U").inputs(RATES, LUCK)
    assert given.insulin.sum(axis=1) == pytest.approx([6 + 7.2, 6 + 3.6])


def test_it_is_told_from_before_the_first_step_to_four_hours_after_the_last() -> None:
    def told(asked: str, aside: str = "", days: float | None = None) -> tuple[int, int]:
        return hours(Question(scenario(asked), scenario(aside) if aside else AS_YOU_ARE, days), PAST)

    assert told("meal.carbs 60 g") == (0, 240)
    assert told("meal.carbs 60 g at 13:00") == (30, 300)
    assert told("meal.carbs 60 g", "meal.carbs 60 g at 14:00") == (0, 360)
    assert told("meal.carbs 60 g at 11:00") == (23 * 60 - 30, 27 * 60)
    assert told("meal.carbs 60 g at 14:00", days=0.25) == (90, 360)
    assert told("meal.carbs 60 g at 14:00", days=0.001) == (90, 180)
    assert told("meal.carbs 60 g", days=9) == (0, 28 * 60)


def test_habits_of_days_are_left_to_other_models() -> None:
    for text in ("meal.carbs -50 g/d for 30 d", "workout walking 30 min/d"):
        with pytest.raises(NothingYet, match="hours"):
            begins(step(text), PAST)


def test_steps_outside_the_hours_ahead_are_refused() -> None:
    assert begins(step("meal.carbs 60 g at 11:59"), PAST) == 24 * 60 - 1
    assert begins(step("insulin.bolus 3 U at 18:00"), PAST) == 360
    tomorrow, before = ((NOW + timedelta(minutes=by)).isoformat() for by in (24 * 60 + 1, -5))
    for text in (f"meal.carbs 60 g at {tomorrow}", f"meal.carbs 60 g at {before}", "insulin.bolus 3 U at 18:01"):
        with pytest.raises(UsageError):
            begins(step(text), PAST)


def test_what_is_no_whole_amount_makes_no_sense() -> None:
    for text in ("meal.carbs -20 g", "insulin.bolus -50 %", "insulin.basal 2 U", "workout walking", "insulin.long -1"):
        with pytest.raises(UsageError):
            planned(text)
