from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose.reading import body, effort, log_spread, stepping
from selftwin.domains.body.glucose.reading_bodies import bodies
from selftwin.domains.body.glucose.reading_insulin import insulin
from selftwin.vocabulary.errors import NothingYet, Refused

from .living import NOW, person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def sensor(days: float = 3, *, level: float = 110.0, until: datetime = NOW) -> list[tuple[datetime, float]]:
    return [(until - 5 * MINUTE * place, level) for place in range(int(days * 288))]


def past(**told) -> Remembered:
    given = told.pop("given", {})
    rows = {key.replace("__", "."): rows for key, rows in told.items()}
    return Remembered(NOW, {"glucose": sensor()} | rows, given=given)


def test_readings_meals_and_doses_stand_in_their_minutes() -> None:
    known = body(
        past(
            meal__carbs=[(NOW - 2 * HOUR, 50.0)],
            insulin__bolus=[(NOW - 2 * HOUR, 4.0)],
            workout=[(NOW - HOUR, NOW - 30 * MINUTE, "running")],
        )
    )
    record = known.record
    assert record.minutes == 3 * 1440 - 5 + 0
    assert record.readings_at[-1] == record.minutes
    assert record.minutes - record.meals_at.tolist()[0] == 120
    assert record.meals.tolist() == [50.0]
    assert record.insulin[-120] == pytest.approx(4.0)
    assert record.insulin.sum() == pytest.approx(4.0)
    assert (record.effort[-60:-30] > 60).all()
    assert record.effort[-30:].sum() == 0


def test_a_value_typed_by_hand_is_no_sensors() -> None:
    import polars as pl

    frame = past().series("glucose")
    stale = frame.filter(pl.col("at") < NOW - HOUR)
    typed = frame.tail(1).with_columns(source=pl.lit("by hand"), value=pl.lit(90.0))
    known = body(Remembered(NOW, {"glucose": pl.concat([stale, typed])}))
    assert known.standing.level == 110
    assert known.standing.newest == stale["at"][-1]


def test_nothing_after_now_is_read_and_ends_are_cut_at_now() -> None:
    later = [(NOW + 5 * MINUTE, 300.0), (NOW + HOUR, 300.0)]
    running, basal = (NOW - 10 * MINUTE, NOW + HOUR, "running"), (NOW - HOUR, NOW + HOUR, 1.2)
    as_is = past(workout=[running], insulin__basal_rate=[basal])
    more = {"glucose": [*sensor(), *later], "insulin.basal_rate": [basal, *later], "meal.carbs": later}
    seen, other = body(as_is), body(replace(as_is, observations=dict(as_is.observations) | more))
    assert seen.standing == other.standing
    for name in ("minutes", "readings", "readings_at", "insulin", "effort", "meals"):
        assert np.array_equal(getattr(seen.record, name), getattr(other.record, name))
    assert seen.record.insulin[-60:].sum() == pytest.approx(1.2)


def test_what_one_calculator_tells_thrice_is_counted_once() -> None:
    at = NOW - 3 * HOUR
    told = past(insulin__rapid=[(at, 6.0)], insulin__bolus=[(at, 4.0)], insulin__correction=[(at, 2.0)])
    given = insulin(told, DAY)
    assert given.fast.sum() == pytest.approx(6.0)
    assert given.doses == ((1440 - 180, 6.0),)


def test_long_acting_insulin_acts_evenly_over_a_day_and_rates_until_the_next() -> None:
    given = insulin(past(insulin__long=[(NOW - 36 * HOUR, 24.0), (NOW - 12 * HOUR, 24.0)]), 2 * DAY)
    assert given.rate == pytest.approx(1.0)
    assert given.long == ((720, 24.0), (2160, 24.0))
    rates = insulin(past(insulin__basal_rate=[(NOW - 4 * HOUR, 2.0), (NOW - HOUR, 0.5)]), DAY)
    assert rates.basal[-240:-60].sum() == pytest.approx(6.0)
    assert rates.basal[-60:].sum() == pytest.approx(0.5)


def test_the_profiles_rates_fill_what_nothing_else_tells() -> None:
    profile = [(NOW - DAY, "x")]
    import polars as pl

    frame = Remembered(NOW, {"note": profile}).series("note")
    rows = pl.concat([frame.with_columns(text=pl.lit(f"Default/{clock}"), value=pl.lit(rate))
                      for clock, rate in (("00:00", 1.0), ("06:00", 2.0))])  # fmt: skip
    told = replace(past(insulin__basal_rate=[(NOW - HOUR, NOW, 0.0)]))
    told = replace(told, observations=dict(told.observations) | {"other.insulin_basal_planned": rows})
    given = insulin(told, DAY)
    assert given.basal[-120:-60].sum() == pytest.approx(2.0)  # ten to eleven in the morning
    assert given.basal[-60:].sum() == 0
    assert given.basal[-9 * 60 : -8 * 60].sum() == pytest.approx(1.0)  # three to four at night


def test_own_settings_are_the_largest_doses_known_and_the_calculators() -> None:
    doses = [(NOW - place * 4 * HOUR, float(units)) for place, units in enumerate((3, 7, 5, 4, 2), start=1)]
    told = past(
        insulin__bolus=doses, insulin__carb_ratio=[(NOW - DAY, 10.0)], glucose__target_low=[(NOW - DAY, 90.0)],
        glucose__target_high=[(NOW - DAY, 110.0)],
    )  # fmt: skip
    settings = body(told).settings
    assert (settings.largest, settings.together, settings.ratio, settings.target) == (7.0, 12.0, 10.0, 100.0)
    few = body(replace(told, observations=dict(told.observations) | {"insulin.bolus": doses[:4]})).settings
    assert (few.largest, few.together) == (0.0, 0.0)


def test_a_ratio_typed_into_the_question_or_beyond_belief_opens_no_dose() -> None:
    typed = past(given={"insulin.carb_ratio": 10.0, "insulin.sensitivity": 40.0})
    assert (body(typed).settings.ratio, body(typed).settings.sensitivity) == (None, None)
    for ratio, kept in ((2.0, 2.0), (1.9, None)):
        assert body(past(insulin__carb_ratio=[(NOW - DAY, ratio)])).settings.ratio == kept


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"given": {"diabetes.type": "type_1"}}, "type 1"),
        ({"given": {"condition": "Diabetes mellitus, type 2"}}, "type 2"),
        ({"condition": [(NOW - DAY, "Type 1 diabetes")]}, "type 1"),
        ({"given": {"diabetes.type": "none"}}, "none"),
        ({}, "none"),
    ],
)
def test_the_kind_of_body_is_the_one_that_was_told(told: dict, kind: str) -> None:
    assert body(past(**told)).kind == kind


def test_where_nothing_is_told_the_kind_is_guessed_from_insulin_and_said() -> None:
    bolus = [(NOW - place * 6 * HOUR, 4.0) for place in range(1, 60)]
    long = [(NOW - place * DAY, 20.0) for place in range(1, 15)]
    first, second = body(past(insulin__bolus=bolus, insulin__long=long)), body(past(insulin__long=long))
    assert (first.kind, second.kind) == ("type 1", "type 2")
    assert "take it" in first.because
    assert first.standing.on_insulin
    high = Remembered(NOW, {"glucose": sensor(level=170.0)})
    assert body(high).kind == "type 2"
    assert "no diagnosis" in body(high).because


def test_children_and_pregnancy_are_left_to_others() -> None:
    for given in ({"age": 8.0}, {"diabetes.type": "gestational"}, {"condition": "pregnancy"}):
        with pytest.raises(Refused, match="not"):
            body(past(given=given))


def test_days_count_from_six_hours_of_readings_on() -> None:
    rows = sensor(13.5) + [(NOW - 20 * DAY + 5 * MINUTE * place, 100.0) for place in range(71)]
    assert body(Remembered(NOW, {"glucose": rows})).standing.days == 14
    longer = [*rows, (NOW - 20 * DAY + 5 * MINUTE * 71, 100.0)]
    assert body(Remembered(NOW, {"glucose": longer})).standing.days == 15


def test_glucose_of_two_days_ago_is_no_start() -> None:
    late = Remembered(NOW, {"glucose": sensor(until=NOW - 2 * DAY)})
    body(late)
    with pytest.raises(NothingYet, match="two days"):
        body(replace(late, now=NOW + MINUTE))
    with pytest.raises(NothingYet, match="two days"):
        body(Remembered(NOW))


def test_words_speak_of_a_meal_only_where_no_grams_do() -> None:
    told = past(
        meal__carbs=[(NOW - 5 * HOUR, 40.0)],
        meal__description=[(NOW - 5 * HOUR + 10 * MINUTE, "200 g rice"), (NOW - HOUR, "200 g rice")],
    )
    record = body(told).record
    assert len(record.meals) == 2
    assert record.meals_spread[1] != record.meals_spread[0]


def test_a_days_sum_is_no_meal() -> None:
    midnight = datetime(2025, 6, 20, tzinfo=UTC)
    told = past(meal__carbs=[(midnight, 230.0), (NOW - HOUR, 450.0), (NOW - 9 * HOUR, NOW - HOUR, 200.0)])
    assert len(body(told).record.meals) == 0
    there = replace(told, zone=ZoneInfo("Europe/Berlin"))
    assert len(body(there).record.meals) == 1


def test_learning_that_is_switched_off_leaves_meals_out_but_never_insulin() -> None:
    told = past(meal__carbs=[(NOW - HOUR, 40.0)], insulin__bolus=[(NOW - HOUR, 4.0)])
    assert len(body(replace(told, barred=frozenset({"meal.carbs", "workout"}))).record.meals) == 0
    with pytest.raises(Refused):
        body(replace(told, barred=frozenset({"insulin.bolus"})))


def test_efforts_rise_with_the_exercise_and_words_nobody_knows_are_a_walk() -> None:
    assert stepping(40) < effort("walking", 40) < effort("cycling", 40) < effort("running", 40)
    assert effort("underwater basket weaving", 40) == effort("walking", 40)
    assert effort("running", 80) < effort("running", 30)


def test_a_count_that_is_surer_spreads_less() -> None:
    assert log_spread(50, 5) == pytest.approx(0.1, abs=0.001)
    assert log_spread(50, 500) == 0.8


def test_a_body_of_ones_own_needs_meals_and_starts_where_the_sensor_is() -> None:
    told = person("none", days=5)
    own = bodies(body(told))
    assert own.is_own
    level = told.series("glucose")["value"][-1]
    assert float(own.draws.glucose.mean()) == pytest.approx(level, abs=12)
    silent = replace(told, observations={key: rows for key, rows in told.observations.items() if key != "meal.carbs"})
    drawn = bodies(body(silent))
    assert not drawn.is_own
    assert "too few meals" in drawn.because
    assert float(drawn.draws.glucose.mean()) == pytest.approx(level, abs=0.01)
    assert drawn.drift(60, seed=1).shape == (len(drawn.draws), 60)


def test_type_1_without_insulin_is_not_understood() -> None:
    with pytest.raises(NothingYet, match="insulin"):
        bodies(body(past(given={"diabetes.type": "type_1"})))
