"""A scenario is read the way a person writes it, and says itself back in words that read the same."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vocabulary.errors import UnknownSignal, UsageError
from selftwin.vocabulary.scenario import AS_YOU_ARE, MOST_STEPS, Do, Scenario, Way, scenario, step

VIENNA = ZoneInfo("Europe/Vienna")
NOON = datetime(2026, 3, 12, 11, 0, tzinfo=UTC)  # twelve in Vienna


@pytest.mark.parametrize(
    ("text", "way", "amount", "is_daily"),
    [
        ("energy.intake -500 kcal/d for 90 d", Way.CHANGE, -500, True),
        ("energy.intake \N{MINUS SIGN}500 kcal/d for 90 d", Way.CHANGE, -500, True),
        ("energy.intake 1800 kcal/d", Way.SET, 1800, True),
        ("meal.carbs 60 g at 12:30", Way.SET, 60, False),
        ("sleep.duration +1 h for 14 d", Way.CHANGE, 60, True),
        ("sleep.duration 8 h", Way.SET, 480, False),
        ("training.load -50 % for 10 d", Way.SHARE, -0.5, True),
        ("body_fat -2 %", Way.CHANGE, -2, False),
        ("steps +3000/d for 12 weeks", Way.CHANGE, 3000, True),
        ("caffeine 200mg at 16:00 daily", Way.SET, 200, True),
        ("alcohol.drinks 3 at 20:00", Way.SET, 3, False),
        ("insulin.bolus 6 U at 12:20", Way.SET, 6, False),
        ("meal.sodium -50 mmol/d for 60 d", Way.CHANGE, -1149.5, True),
        ("blood_pressure.systolic -10 mmHg", Way.CHANGE, -10, False),
        ("glucose 5 mmol/L", Way.SET, 90.078, False),
        ("body_temperature +1 Cel", Way.CHANGE, 1, False),
        ("sleep.start 23:00 for 7 d", Way.SET, -60, True),
        ("sleep.start 01:00", Way.SET, 60, False),
        ("sleep.end 06:30", Way.SET, 390, False),
    ],
)
def test_a_step_is_read_in_its_signals_own_unit(text: str, way: Way, amount: float, *, is_daily: bool) -> None:
    read = step(text)
    assert (read.way, read.daily) == (way, is_daily)
    assert read.amount == pytest.approx(amount)
    assert scenario(str(read)) == Scenario((read,))


def test_a_change_of_temperature_has_no_zero_to_move() -> None:
    assert step("body_temperature +1.8 [degF]").amount == pytest.approx(1.0)
    assert step("body_temperature 98.6 [degF]").amount == pytest.approx(37.0)


def test_words_name_a_state_a_meal_or_a_zone() -> None:
    walk = step("workout walking 30 min in 20 min")
    assert (walk.words, walk.amount, walk.after) == ("walking", 30, timedelta(minutes=20))
    meal = step('meal.description "200 g rice; 1 egg" at 19:00')
    assert (meal.words, meal.amount, meal.clock) == ("200 g rice; 1 egg", None, time(19))
    assert step("time_zone Asia/Tokyo at 2026-12-01").moment == datetime(2026, 12, 1)
    assert step("sex female").words == "female"
    assert (step("smoking daily").words, step("smoking daily").daily) == ("daily", False)


def test_several_steps_are_one_scenario() -> None:
    read = scenario(['meal.description "rice; egg" at 12:00; insulin.bolus 4 at 12:00', "steps +1000/d"])
    assert [one.signal for one in read.steps] == ["meal.description", "insulin.bolus", "steps"]
    assert read.signals == {"meal.description", "insulin.bolus", "steps"}
    assert read.about({"steps"}).steps == read.of("steps")
    assert scenario(str(read)) == read
    assert scenario("") == AS_YOU_ARE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("energy.intake", "says no amount"),
        ("energy.intake lots", "is not an amount"),
        ("energy.intake 5 mmHg", "is no unit"),
        ("meal.carbs 60 g at noon", "is not a time"),
        ("meal.carbs -60 g for ever", "is not a length of time"),
        ("steps +1 for 0 d", "lasts more than nothing"),
        ("steps -200 %", "can never be that"),
        ("heart_rate.resting 900", "can never be that"),
        ("workout 30 min", "needs a word"),
        ("sex both", "is never"),
        ("; ".join(["steps +1"] * (MOST_STEPS + 1)), "too many"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as told:
        scenario(text)
    assert told.value.hint or message == "lasts more than nothing"


def test_an_unknown_signal_is_said_so() -> None:
    with pytest.raises(UnknownSignal):
        scenario("nonsense 5")


def test_a_clock_that_has_passed_means_tomorrow() -> None:
    at = {text: step(f"meal.carbs 60 g {text}").begins(NOON, VIENNA) for text in ("at 12:30", "at 11:30", "in 15 min")}
    assert at["at 12:30"] == datetime(2026, 3, 12, 11, 30, tzinfo=UTC)
    assert at["at 11:30"] == datetime(2026, 3, 13, 10, 30, tzinfo=UTC)
    assert at["in 15 min"] == NOON + timedelta(minutes=15)
    assert step("steps +1").begins(NOON, VIENNA) == NOON
    assert step("steps +1 at 2026-03-14").begins(NOON, VIENNA) == datetime(2026, 3, 13, 23, tzinfo=UTC)


def test_a_step_says_what_becomes_of_the_usual() -> None:
    assert step("steps 5000/d").changed(8000) == 5000
    assert step("steps +5000/d").changed(8000) == 13000
    assert step("steps -25 %").changed(8000) == 6000
    assert step("time_zone Asia/Tokyo").changed(3) == 3


spans = st.one_of(st.none(), st.integers(1, 10_000).map(lambda minutes: timedelta(minutes=minutes)))
whens = st.one_of(
    st.just({}),
    st.times().map(lambda one: {"clock": time(one.hour, one.minute)}),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda one: {"moment": one.replace(microsecond=0)}),
    st.integers(1, 5000).map(lambda minutes: {"after": timedelta(minutes=minutes)}),
)


@given(
    key=st.sampled_from(["steps", "energy.intake", "weight", "meal.carbs", "heart_rate.resting"]),
    way=st.sampled_from(list(Way)), amount=st.floats(6, 290).map(lambda x: round(x, 3)), when=whens, lasts=spans,
    daily=st.booleans(),
)  # fmt: skip
def test_every_step_reads_back_as_itself(
    key: str, way: Way, amount: float, when: dict[str, object], lasts: timedelta | None, *, daily: bool
) -> None:
    from selftwin.vocabulary.catalogue import signal

    long = lasts is not None and lasts >= timedelta(days=1)
    share = amount / 100 if way is Way.SHARE else amount
    made = Do(key, way, share, signal(key).unit, lasts=lasts, daily=daily or long, **when)
    (read,) = scenario(str(made)).steps
    assert read.amount == pytest.approx(made.amount, abs=1e-9)
    assert (read.way, read.clock, read.moment, read.after, read.lasts) == (
        made.way, made.clock, made.moment, made.after, made.lasts,
    )  # fmt: skip
    assert read.daily == made.daily


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = scenario(f"steps {text}")
    except UsageError:
        return
    assert all(one.amount is None or one.amount == one.amount for one in read.steps)


ODDLY_QUOTED = ['habit "xx', 'habit xx"', 'habit "walk" "', 'meal.carbs 60 g "lunch', 'habit a"b"', 'habit ""']


@pytest.mark.parametrize("text", ODDLY_QUOTED)
def test_words_that_would_not_read_back_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="two quotation marks"):
        step(text)
