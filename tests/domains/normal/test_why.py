"""Why a day is as it is, on made-up days whose causes are known: parts that add up, words that claim no cause, and what
would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.normal.ahead import forecast
from selftwin.domains.normal.daily import learn_days
from selftwin.domains.normal.why import why_value
from selftwin.domains.normal.why_ahead import why_forecast
from selftwin.domains.normal.why_drivers import FAMILIES, candidates, drivers
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.reason import Of, Why

DAYS = 150
FIRST = date(2026, 1, 1)
LAST = FIRST + timedelta(DAYS - 1)
NOW = datetime(2026, 5, 30, 22, tzinfo=UTC)
RATE = "heart_rate.resting"


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@cache
def life(effect: float = 1.6) -> Remembered:
    """Nights of a heart that drinks of the evening before make faster, and coffee that does nothing."""
    rng = np.random.default_rng(3)
    days = [FIRST + timedelta(day) for day in range(DAYS)]
    drinks = np.where(rng.random(DAYS) < 0.35, rng.integers(1, 4, DAYS), 0)
    drinks[-2] = 2
    rate = 54 + effect * np.r_[0, drinks[:-1]] + rng.normal(0, 0.7, DAYS)
    observations = {
        "alcohol.drinks": [(at(day, 20), float(count)) for day, count in zip(days, drinks, strict=True) if count],
        "caffeine": [(at(day, hour), 80.0) for day in days for hour in (8, *((16,) if rng.random() < 0.4 else ()))],
        "steps": [(at(day, hour), float(rng.integers(500, 3000))) for day in days for hour in (7, 12, 19)],
        RATE: [(at(day, 6), float(value)) for day, value in zip(days, rate, strict=True)],
    }
    return Remembered(now=NOW, observations=observations)


@cache
def told(effect: float = 1.6) -> Why:
    return why_value(life(effect), RATE)


def summed(one: Why) -> float:
    return sum(part.value for part in one.parts)


def test_parts_add_up_to_the_newest_day() -> None:
    made = told()
    assert made.of is Of.VALUE
    assert made.at == LAST.isoformat()
    assert made.total == life().days(RATE)["value"][-1]
    assert summed(made) == pytest.approx(made.total, abs=1e-9)
    assert (made.n, made.unit) == (DAYS - 1, "/min")


def test_drinks_are_named_with_their_evening_and_nearly_their_size() -> None:
    part = next(part for part in told().parts if part.name == "Alcohol")
    assert part.value == pytest.approx(3.2, abs=0.6)
    assert part.low is not None
    assert part.high is not None
    assert part.low < part.value < part.high
    evening = (LAST - timedelta(1)).isoformat()
    assert [(one.signal, one.first, one.n) for one in part.behind] == [("alcohol.drinks", evening, 1)]
    assert part.note == "goes with 2 drinks on Friday 29 May; your usual is none"


def test_what_does_nothing_is_not_named() -> None:
    assert {part.name for part in told().parts} & {"Caffeine", "Caffeine after 15:00", "Steps"} == set()
    silent = told(0.0)
    assert [part.name for part in silent.parts if part.signal] == []
    assert any(note.startswith("No driver is named") for note in silent.notes)
    assert summed(silent) == pytest.approx(silent.total, abs=1e-9)


def test_a_driver_is_called_what_it_is_and_beside_what_it_is_seen() -> None:
    notes = " ".join(told().notes)
    assert "it is not a cause" in notes
    assert "nearer than without" in notes
    assert "the mean of your last 28 days" in notes
    assert "because" not in notes


def test_what_would_change_it_is_the_same_model_asked_again() -> None:
    made = told()
    alcohol = next(part.value for part in made.parts if part.name == "Alcohol")
    expected = made.total - made.parts[-1].value
    sentence = next(line for line in made.change if "drinks" in line)
    assert sentence.startswith("Without the 2 drinks noted on Friday 29 May I would have expected ")
    then, stands = (float(word) for word in sentence.removesuffix(".").rpartition("expected ")[2].split(", not "))
    assert (then, stands) == pytest.approx((expected - alcohol, expected), abs=0.06)


def test_nothing_later_is_known() -> None:
    earlier = replace(life(), now=NOW - timedelta(30))
    later = replace(life(), now=NOW - timedelta(30), observations={
        key: [row if row[0] < NOW - timedelta(30) else (row[0], 99.0) for row in rows]
        for key, rows in life().observations.items()
    })  # fmt: skip
    assert why_value(earlier, RATE) == why_value(later, RATE)


def test_steps_are_also_told_by_parts_of_the_day() -> None:
    made = why_value(life(), "steps")
    assert [one.name for one in made.made_of] == ["Morning, 6 to 10", "Midday, 10 to 14", "Evening, 18 to 22"]
    assert sum(one.value for one in made.made_of) == pytest.approx(made.total, abs=1e-9)
    assert [one.behind[0].n for one in made.made_of] == [1, 1, 1]


def test_two_devices_that_tell_of_one_walk_are_not_added() -> None:
    watch, phone = (replace(life(), observations={"steps": rows}).series("steps")
                    for rows in ([(at(LAST, 9), 4000.0)], [(at(LAST, 9), 3900.0), (at(LAST, 20), 1100.0)]))  # fmt: skip
    rows = pl.concat([watch.with_columns(source=pl.lit("a watch")), phone])
    days = [(LAST - timedelta(back), 5000.0) for back in range(10)]
    twice = Remembered(now=NOW, daily={"steps": days}, observations={"steps": rows})
    pieces = why_value(twice, "steps").made_of
    assert [(one.name, one.value) for one in pieces] == [
        ("Morning, 6 to 10", 4000.0), ("Evening, 18 to 22", 1100.0),
        ("Settled between devices, or not told by hours", -100.0),
    ]  # fmt: skip


def test_a_mean_a_night_and_spending_have_pieces_that_add_up() -> None:
    days = [LAST - timedelta(back) for back in range(8)]
    past = Remembered(
        now=NOW,
        observations={
            "glucose": [(at(day, hour), 90.0 + 5 * hour) for day in days for hour in (3, 8, 13, 20)],
            "purchase.eur": [(at(day, 0), 10.0 + place) for day in days for place in range(3)],
        },
        daily={key: [(day, value) for day in days] for key, value in
               (("sleep.duration", 420.0), ("sleep.deep", 80.0), ("sleep.light", 240.0), ("sleep.rem", 90.0))},
    )  # fmt: skip
    glucose, night, spent = (why_value(past, key) for key in ("glucose", "sleep.duration", "purchase.eur"))
    assert [one.name for one in night.made_of] == ["Light sleep", "Deep sleep", "REM sleep", "Asleep, no stage told"]
    assert [one.value for one in spent.made_of] == [12.0, 11.0, 10.0]
    assert len(glucose.made_of) == 4
    for one in (glucose, night, spent):
        assert sum(piece.value for piece in one.made_of) == pytest.approx(one.total, abs=1e-9)


def test_few_days_and_words_are_refused_with_what_to_do() -> None:
    few = replace(life(), daily={RATE: [(LAST - timedelta(back), 55.0) for back in range(4)]})
    with pytest.raises(NothingYet, match="4 days before the one to explain") as silent:
        why_value(few, RATE)
    assert silent.value.hint
    with pytest.raises(UsageError, match="no number"):
        why_value(life(), "note")
    five = replace(life(), daily={RATE: [(LAST - timedelta(back), 55.0 + back) for back in range(6)]})
    made = why_value(five, RATE)
    assert summed(made) == pytest.approx(made.total, abs=1e-9)
    assert any("60 days are needed" in note for note in made.notes)


# Candidates


def test_no_candidate_is_tried_on_its_own_kind_and_all_are_signals() -> None:
    for one in candidates():
        assert all(nature(key).key == key for key in one.signals)
        assert one.family in FAMILIES
        assert all(one.lags(key) == () for key in one.signals if key.startswith(FAMILIES[one.family]))


def test_nothing_noted_is_nothing_done_while_notes_go_on_and_unknown_long_after() -> None:
    past = Remembered(now=NOW, daily={"alcohol.drinks": [(FIRST + timedelta(10), 2.0), (FIRST + timedelta(30), 1.0)],
                                      RATE: [(FIRST, 50.0)]})  # fmt: skip
    found = next(one for one in drivers(past, RATE, FIRST, DAYS) if one.candidate.name == "alcohol")
    assert np.isnan(found.days[:10]).all()
    assert found.days[[10, 11, 30, 50]].tolist() == [2, 0, 1, 0]
    assert np.isnan(found.days[51:]).all()


def test_late_coffee_is_what_came_after_three_and_a_night_is_dated_by_its_waking() -> None:
    past = Remembered(now=NOW, observations={
        "caffeine": [(at(FIRST, 9), 90.0), (at(FIRST, 16), 80.0)],
        "skin_temperature.sleep": [(at(FIRST, 23), 35.0), (at(FIRST + timedelta(1), 5), 36.0)],
    })  # fmt: skip
    found = {one.candidate.name: one for one in drivers(past, RATE, FIRST, 3)}
    assert found["late caffeine"].days[0] == 80.0
    assert found["caffeine"].days[0] == 170.0
    assert found["skin temperature"].days[1] == 35.5
    assert np.isnan(found["skin temperature"].days[0])


# Forecasts


def learnt(values: list[float]):
    days = [FIRST + timedelta(day) for day in range(len(values))]
    return learn_days(pl.DataFrame({"day": days, "value": values}), nature(RATE))


@pytest.mark.parametrize("kind", ["level", "noise"])
def test_a_forecast_s_parts_and_experts_add_up_to_the_number_that_ships(kind: str) -> None:
    rng = np.random.default_rng(1)
    steps = np.cumsum(rng.normal(0, 1, 90)) if kind == "level" else rng.normal(0, 3, 90)
    known = learnt((60 + steps).tolist())
    made, shipped = why_forecast(known), forecast(known, days=7)
    assert made.total == shipped.steps[0].mean
    assert made.at == shipped.steps[0].at
    assert summed(made) == pytest.approx(made.total, abs=1e-9)
    assert sum(one.value for one in made.made_of) == pytest.approx(made.total if made.made_of else 0.0, abs=1e-9)
    assert any(name in " ".join(made.notes) for name in ("mixed by their record", "has not beaten"))


def test_a_simple_guess_is_told_as_what_it_is() -> None:
    known = learnt((60 + np.cumsum(np.random.default_rng(5).normal(0, 1, 60))).tolist())
    simple = replace(forecast(known), method="simple guess: 7-day mean")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("selftwin.domains.normal.why_ahead.forecast", lambda _: simple)
        made = why_forecast(known)
    assert [part.name for part in made.parts][:2] == ["Your usual", "How far the 7-day mean lies from there"]
    assert summed(made) == pytest.approx(made.total, abs=1e-9)
    assert "has not beaten the 7-day mean" in made.notes[0]


def test_a_usual_day_instead_of_the_last_is_the_forecaster_asked_again() -> None:
    values = (55 + np.random.default_rng(2).normal(0, 1, 80)).tolist()
    raised = why_forecast(learnt([*values, 75.0]))
    usual = float(np.median(values))
    again = forecast(learnt([*values, usual])).steps[0].mean
    assert again is not None
    assert f"I would expect {round(again, 1):g}, not" in raised.change[0]


def test_no_forecast_no_reasons() -> None:
    with pytest.raises(NothingYet, match="too few days"):
        why_forecast(learnt([55.0, 56.0]))
    with pytest.raises(NothingYet, match="no days"):
        why_forecast(learnt([]))
