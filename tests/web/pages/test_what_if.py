"""What if: sliders from what was lived, an address that says the scenario alone, futures that read without scripts."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.scenario import scenario
from selftwin.vocabulary.trajectory import Point, Trajectory
from selftwin.web.pages._what_if_answer import _until, _whisker
from selftwin.web.pages._what_if_asked import asked
from selftwin.web.pages._what_if_levers import Lived, levers, taken
from selftwin.wording.measures import Measure
from selftwin.wording.steps import named, spoken

if TYPE_CHECKING:
    import httpx

    from ..conftest import Served  # noqa: TID252 - the folder is no package

KNOWN = {"energy.intake": Lived(2100.0, 1700.0, 2500.0), "sleep.start": Lived(-20.0, -60.0, 45.0),
         "meal.carbs": Lived(220.0, 150.0, 260.0, 90.0)}  # fmt: skip
EVERY = levers(KNOWN)


def ready(client: httpx.Client, path: str) -> str:
    """The page once nothing of it is being prepared."""
    for _ in range(120):
        text = client.get(path).text
        if 'class="preparing' not in text:
            return text
        time.sleep(0.4)
    raise AssertionError(f"{path} was never ready")


def test_every_amount_a_simulator_takes_has_a_slider_or_is_medicine_or_words() -> None:
    without = taken() - {one.key for one in EVERY}
    typed = {"meal.description", "time_zone", "alcohol.grams"}
    assert all(key.startswith("insulin") or key in typed for key in without)


def test_a_slider_reaches_past_what_was_lived_and_what_is_unknown_is_wholly_beyond() -> None:
    eaten = next(one for one in EVERY if one.name == "energy.intake")
    assert (eaten.lived_low, eaten.lived_high) == (-400, 400)
    assert eaten.low < -400 < 400 < eaten.high
    unknown = next(one for one in EVERY if one.name == "steps")
    assert not unknown.known
    assert unknown.lived_low == unknown.lived_high == 0


def test_sliders_and_typed_steps_make_one_scenario_in_the_grammar_of_imagine() -> None:
    query = {"energy.intake": "-300", "sleep.start": "-30", "once.meal.carbs": "60", "at.once.meal.carbs": "19:00",
             "for": "28", "do": "caffeine 200 mg at 16:00\ntraining.load +20 %/d for 28 d"}  # fmt: skip
    ask = asked(query, EVERY)
    steps = {step.signal: step for step in scenario("; ".join(ask.steps)).steps}
    assert steps["energy.intake"].amount == -300
    assert steps["energy.intake"].lasts == timedelta(days=28)
    assert not steps["meal.carbs"].daily
    assert str(steps["meal.carbs"].clock) == "19:00:00"
    assert len(ask.typed) == 2


def test_the_address_brings_back_the_sliders_and_holds_no_more_than_the_scenario() -> None:
    ask = asked({"energy.intake": "-300", "steps": "0", "for": "28"}, EVERY, given=("height 1.83 m",))
    assert ask.address() == "what-if?do=energy.intake+-300+kcal%2Fd+for+28+d&for=28"
    again = asked({"do": "energy.intake -300 kcal/d for 28 d", "for": "28"}, EVERY)
    assert again.values == {"energy.intake": -300}
    assert not again.typed


def test_a_step_that_lasts_otherwise_stays_as_it_was_typed() -> None:
    ask = asked({"do": "energy.intake -300 kcal/d for 10 d", "for": "28"}, EVERY)
    assert ask.typed == ("energy.intake -300 kcal/d for 10 d",)
    assert not ask.values


def test_one_step_can_be_taken_away() -> None:
    ask = asked({"do": "energy.intake -300 kcal/d for 90 d; caffeine 200 mg at 16:00"}, EVERY)
    assert "caffeine" not in ask.without(next(place for place, one in enumerate(ask.steps) if "caffeine" in one))


def test_a_semicolon_in_quotation_marks_parts_nothing() -> None:
    assert len(asked({"do": 'meal.description "200 g rice; 1 egg" at 19:00'}, EVERY).typed) == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("energy.intake +300 kcal/d for 90 d", "energy eaten, + 300 kcal a day for 90 days"),
        ("alcohol.drinks 2 at 20:00", "alcoholic drinks, 2 drinks at 20:00"),
        ("sleep.start 23:00 for 7 d", "falling asleep, 23:00 for 7 days"),
        ("training.load +20 % for 28 d", "training load (effort × minutes), + 20 % a day for 28 days"),  # noqa: RUF001
        ("workout walking 30 min in 20 min", "workout (walking), 30 min in 20 min"),
    ],
)
def test_a_step_is_said_in_words(step: str, words: str) -> None:
    assert spoken(scenario(step).steps[0]) == words


def test_what_is_no_step_keeps_its_name() -> None:
    assert named("not explained") == "not explained"


def lives(first: str, last: str, apart: tuple[float, float]) -> Trajectory:
    """A future of two moments that ends with a difference between these bounds."""
    low, high = apart
    at_end = Point(last, (low + high) / 2, low, high, low, high)
    none = Point(first, 0.0, 0.0, 0.0, 0.0, 0.0)
    both = (none, at_end)
    return Trajectory("steps", "{steps}", "m", "s", first, Trust.FIRST, 9, both, both, both, (), ())


def test_what_sums_in_binary_leave_over_is_no_change() -> None:
    assert _whisker(lives("2026-03-01", "2026-03-28", (1e-15, 2e-15))).change == "no change"
    assert Measure("1").difference(1.6e-15) == "0"
    assert _whisker(lives("2026-03-01", "2026-03-28", (1.0, 3.0))).change == "+ 2.0 steps"


@pytest.mark.parametrize(
    ("first", "last", "until"),
    [("2026-03-01T08:00:00+00:00", "2026-03-28T23:00:00+00:00", "29 March"),
     ("2026-03-01T08:00:00+00:00", "2026-03-01T15:30:00+00:00", "16:30"), ("2026-03-01", "2026-03-28", "28 March")],
)  # fmt: skip
def test_a_future_of_many_days_ends_on_a_day_and_one_of_hours_at_a_time(first: str, last: str, until: str) -> None:
    assert _until(lives(first, last, (1.0, 3.0)), "Europe/Vienna") == until


def test_two_futures_read_without_scripts(server: Served) -> None:
    with server.client() as client:
        text = ready(client, "/what-if?do=energy.intake+-300+kcal%2Fd+for+28+d&for=28")
    assert "Two futures, four weeks" in text
    assert re.search(r"you would almost surely weigh [\d.]+ to [\d.]+ kg less", text)
    assert "What else would change" in text
    assert "Systolic blood pressure" in text
    assert 'value="-300.0"' in text
    assert "What this takes for granted" in text


def test_a_scenario_nobody_can_imagine_is_told_and_the_form_stays(server: Served) -> None:
    with server.client() as client:
        for query, said in (("do=nonsense+5", "nonsense"), ("do=energy.intake+-300+apples", "no unit"),
                            ("do=mood+%2B1/d+for+20+d", "No model takes a step on mood"),
                            ("do=energy.intake+-300/d+for+9+d&at=tomorrow", "is not a time")):  # fmt: skip
            text = ready(client, f"/what-if?{query}")
            assert said in text
            assert 'id="ask"' in text


def test_what_is_told_for_one_look_is_kept_nowhere(server: Served) -> None:
    with server.client() as client:
        form = {"csrf": server.csrf(client, "/what-if"), "do": "caffeine 200 mg at 16:00", "given": "height 1.83 m"}
        answer = client.post("/what-if/given", data=form, headers={"origin": server.root})
        assert answer.status_code == 200
        assert "height 1.83 m" in answer.text
        assert "height 1.83 m" not in client.get("/what-if?do=caffeine+200+mg+at+16:00").text
