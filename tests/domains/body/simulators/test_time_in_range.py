"""Time in range over weeks: on a made body that can be asked itself, and silent where weeks cannot be imagined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose import people
from selftwin.domains.body.glucose.engine import Draws, inputs, simulate
from selftwin.domains.body.simulators.time_in_range import SIMULATOR, in_range
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.model import Question
from selftwin.vocabulary.scenario import AS_YOU_ARE, scenario

if TYPE_CHECKING:
    import polars as pl

    from selftwin.vocabulary.trajectory import Trajectory

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)
DAYS = 16
MEALS = ((2, 60.0), (7, 80.0), (13, 90.0))  # hours after six in the morning, grams


@cache
def somebody() -> Draws:
    """A body with type 2 diabetes whose days go in and out of range."""
    return people.draw("type 2", 40, 3).only(slice(33, 34))


def lived(factor: float = 1.0, seed: int = 0) -> np.ndarray:
    """Glucose by the minute of sixteen days, with a sensor's noise, when each meal has so much of its carbohydrates."""
    rng = np.random.default_rng(seed)
    sizes = rng.normal(1, 0.15, (DAYS, len(MEALS)))
    eaten = [(day * 1440 + hour * 60, grams * float(sizes[day, place]) * factor)
             for day in range(DAYS) for place, (hour, grams) in enumerate(MEALS)]  # fmt: skip
    path = simulate(somebody(), inputs(DAYS * 1440, meals=eaten))[0]
    return np.asarray(path + rng.normal(0, 6, path.shape))


@cache
def past(**said: str) -> Remembered:
    rng = np.random.default_rng(0)
    start, path = NOW - timedelta(days=DAYS), lived()
    sizes = rng.normal(1, 0.15, (DAYS, len(MEALS)))
    glucose = [(start + timedelta(minutes=m), float(path[m - 1])) for m in range(5, DAYS * 1440 + 1, 5)]
    meals = [(start + timedelta(days=day, hours=hour), grams * float(sizes[day, place]))
             for day in range(DAYS) for place, (hour, grams) in enumerate(MEALS)]  # fmt: skip
    frame = {"glucose": [(at, value, "sensor") for at, value in glucose]}
    return Remembered(NOW, observations={"glucose": rows(frame["glucose"]), "meal.carbs": meals},
                      given={"diabetes.type": "type_2"} | said)  # fmt: skip


def rows(seen: list[tuple[datetime, float, str]]) -> pl.DataFrame:
    """Readings of a sensor: what a test writes without a source counts as typed by hand."""
    import polars as pl

    at = [one[0] for one in seen]
    return pl.DataFrame(
        {"at": at, "until": at, "value": [one[1] for one in seen], "text": None, "unit": "mg/dL", "source": "sensor"},
        schema_overrides={"at": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC"), "text": pl.String},
    )


def specimen() -> tuple[Remembered, str]:
    """A past it can answer from, and a scenario it takes, for the promises of every simulator."""
    return past(), "meal.carbs -30 % for 20 d"


@cache
def ask(text: str, days: float | None = 21) -> Trajectory:
    return SIMULATOR.imagine(past(), Question(scenario(text), AS_YOU_ARE, days))[0]


def test_days_are_whole_and_their_share_is_a_count() -> None:
    daily = in_range(past())
    assert len(daily) == DAYS
    path = lived()[4::5].reshape(DAYS, -1)
    assert daily == pytest.approx(100 * ((path >= 70) & (path <= 180)).mean(axis=1), abs=1.0)
    assert 20 < daily.mean() < 95


def test_fewer_carbohydrates_do_about_what_they_do_to_the_body_itself() -> None:
    told = ask("meal.carbs -30 % for 60 d")
    other = lived(0.7)[4::5]
    truth = 100 * ((other >= 70) & (other <= 180)).mean() - float(in_range(past()).mean())
    gained = np.mean([point.mean for point in told.difference])
    assert truth > 3
    assert gained == pytest.approx(truth, abs=0.5 * truth)
    assert told.difference[-1].hi90 > 0


def test_less_never_takes_time_out_of_range_here_and_a_walk_brings_some() -> None:
    gains = [np.mean([point.mean for point in ask(f"meal.carbs -{share} % for 60 d").difference])
             for share in (30, 50)]  # fmt: skip
    assert gains == sorted(gains)
    walk = ask("workout walking 30 min daily")
    assert np.mean([point.mean for point in walk.difference]) > 0


def test_a_step_acts_on_its_own_days() -> None:
    told = ask("meal.carbs -40 % for 7 d")
    assert abs(told.difference[10].mean) == 0
    assert told.difference[3].mean > 0


def test_weeks_with_insulin_once_and_without_meals_are_not_imagined() -> None:
    for text, of, says in (
        ("meal.carbs 60 g at 12:30", past(), "hardly moves"),
        ("meal.carbs -30 % for 60 d", past_with("insulin.bolus"), "With insulin"),
        ("meal.carbs -30 % for 60 d", past_without("meal.carbs"), "too few of your meals"),
    ):
        with pytest.raises(NothingYet, match=says):
            SIMULATOR.imagine(of, Question(scenario(text), AS_YOU_ARE, 21))
    with pytest.raises(UsageError, match="less than nothing"):
        ask("meal.carbs -900 g/d")


def past_with(key: str) -> Remembered:
    known = past()
    doses = [(NOW - timedelta(days=day, hours=3), 4.0) for day in range(6)]
    return Remembered(NOW, observations={**known.observations, key: doses}, given=known.given)


def past_without(key: str) -> Remembered:
    known = past()
    kept = {name: found for name, found in known.observations.items() if name != key}
    return Remembered(NOW, observations=kept, given=known.given)
