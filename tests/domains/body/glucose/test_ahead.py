from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from tests.domains.body.remembering import Remembered

from selftwin.domains.body.glucose import ahead
from selftwin.domains.body.glucose.ahead_events import eaten, injected
from selftwin.domains.body.glucose.ahead_frames import readings
from selftwin.domains.body.glucose.ahead_inputs import INPUTS, absorbed, pushes
from selftwin.domains.body.glucose.ahead_prior import leads, parsed, shipped, written
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import Forecast, Trust

START = datetime(2024, 3, 1, tzinfo=UTC)
NOBODY = pl.DataFrame(schema={"at": pl.Datetime("us", "UTC"), "grams": pl.Float64})


def frame(minutes: list[float], **columns: list[float] | list[str]) -> pl.DataFrame:
    at = pl.Series([START + timedelta(minutes=minute) for minute in minutes], dtype=pl.Datetime("us", "UTC"))
    return pl.DataFrame({"at": at, **columns})


@cache
def a_life(days: int = 10, *, step: int = 15, seed: int = 5) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Samples, carbs and insulin of a made-up body whose glucose meals raise and doses lower, both at odd hours."""
    draw = np.random.default_rng(seed)
    meals = [(day * 1440 + draw.uniform(360, 1320), draw.uniform(20, 90)) for day in range(days) for _ in range(4)]
    meals.sort()
    doses = sorted((day * 1440 + draw.uniform(0, 1380), draw.uniform(1, 6)) for day in range(days) for _ in range(4))
    minutes = np.arange(0, days * 1440.0, step)
    values = 140.0 + np.zeros(len(minutes))
    for at, grams in meals:
        values += 2.6 * grams * gone(minutes - at, 25.0, 110.0)
    for at, units in doses:
        values -= 20.0 * units * gone(minutes - at, 45.0, 140.0)
    values = np.clip(values + draw.normal(0, 2, len(minutes)), 45, 380)
    return (
        frame(minutes.tolist(), value=values.tolist()),
        frame([at for at, _ in meals], grams=[grams for _, grams in meals]),
        frame([at for at, _ in doses], units=[units for _, units in doses], kind=["rapid"] * len(doses)),
    )


def gone(age: np.ndarray, rise: float, fall: float) -> np.ndarray:
    """A bump from 0 to about 0.5 and back, minutes after an event."""
    since = np.maximum(age, 0.0)
    return (1 - np.exp(-since / rise)) * np.exp(-since / fall) * (age > 0)


def means(told: Forecast) -> np.ndarray:
    return np.array([step.mean for step in told.steps], dtype=np.float64)


def with_more(rows: pl.DataFrame, at: datetime, **amounts: object) -> pl.DataFrame:
    more = pl.DataFrame({"at": [at], **{name: [amount] for name, amount in amounts.items()}})
    return pl.concat([rows, more.cast(dict(rows.schema))])


def test_inputs_that_drive_a_person_are_used_and_beat_every_guess() -> None:
    samples, carbs, insulin = a_life()
    told = ahead.forecast(samples, carbs=carbs, insulin=insulin)
    assert told.method == ahead.METHODS[ahead.DRIVEN]
    assert (told.signal, told.unit, told.trust, told.n) == ("glucose", "mg/dL", Trust.FIRST, 10)
    assert [name for name, _ in told.beats] == list(ahead.NAIVE)
    assert max(ratio for _, ratio in told.beats) < 0.9
    assert len(told.steps) == 8
    for step in told.steps:
        assert step.lo90 <= step.lo80 <= step.lo50 <= step.hi50 <= step.hi80 <= step.hi90  # type: ignore[operator]
    heard = ahead.hear(samples, carbs=carbs, insulin=insulin)
    assert heard.driven is not None
    late = np.arange(len(heard.readings.times)) > 600
    for lead in range(3):
        rows = np.flatnonzero(late & (heard.read.target[:, lead] >= 0) & np.isfinite(heard.own.mean[:, lead]))
        truth = heard.readings.values[heard.read.target[rows, lead]]
        ours, own = (np.abs(said.mean[rows, lead] - truth).mean() for said in (heard.driven, heard.own))
        assert ours < own


@pytest.mark.parametrize("grams", [10.0, 60.0, 150.0])
def test_more_carbohydrate_now_only_raises_what_comes(grams: float) -> None:
    samples, carbs, insulin = a_life()
    now = samples["at"][-1]
    plain = ahead.forecast(samples, carbs=carbs, insulin=insulin)
    more = ahead.forecast(samples, carbs=with_more(carbs, now, grams=grams), insulin=insulin)
    assert plain.method == more.method == ahead.METHODS[ahead.DRIVEN]
    assert (means(more) > means(plain)).all()
    for one, other in zip(more.steps, plain.steps, strict=True):
        assert one.lo90 >= other.lo90  # type: ignore[operator]
        assert one.hi90 >= other.hi90  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["rapid", "regular", "mixed", "long"])
def test_more_insulin_now_only_lowers_what_comes(kind: str) -> None:
    samples, carbs, insulin = a_life()
    now = samples["at"][-1]
    plain = ahead.forecast(samples, carbs=carbs, insulin=insulin)
    more = ahead.forecast(samples, carbs=carbs, insulin=with_more(insulin, now, units=8.0, kind=kind))
    assert (means(more) <= means(plain)).all()
    if kind == "rapid":
        assert (means(more) < means(plain)).all()


def test_what_is_stamped_after_the_newest_reading_is_not_used() -> None:
    samples, carbs, insulin = a_life()
    later = samples["at"][-1] + timedelta(minutes=1)
    plain = ahead.forecast(samples, carbs=carbs, insulin=insulin)
    more = with_more(insulin, later, units=30.0, kind="rapid")
    assert ahead.forecast(samples, carbs=with_more(carbs, later, grams=200.0), insulin=more) == plain


def test_inputs_that_say_nothing_of_a_person_are_left_out() -> None:
    samples, _, _ = a_life()
    draw = np.random.default_rng(8)
    odd = frame(sorted(draw.uniform(0, 14400, 60).tolist()), grams=draw.uniform(20, 90, 60).tolist())
    told = ahead.forecast(samples, carbs=odd)
    assert told.method in {ahead.METHODS[ahead.READ], ahead.METHODS[ahead.OWN]}
    bare = ahead.forecast(samples)
    assert ahead.forecast(samples, carbs=NOBODY) == bare
    assert (told.method, told.steps) == (bare.method, bare.steps)


def test_too_little_to_compare_is_the_last_value_without_bounds() -> None:
    samples, carbs, _ = a_life()
    told = ahead.forecast(samples.head(6), carbs=carbs)
    assert told.method == ahead.METHODS[ahead.LAST]
    assert told.beats == ()
    assert (means(told) == samples["value"][5]).all()
    assert told.steps[-1].lo90 is None


def test_after_a_gap_a_simple_guess_is_told() -> None:
    samples, carbs, insulin = a_life()
    told = ahead.forecast(pl.concat([samples.head(800), samples.slice(830, 2)]), carbs=carbs, insulin=insulin)
    assert told.method in ahead.METHODS[ahead.LAST :]
    assert np.isfinite(means(told)).all()


def test_readings_every_minute_are_averaged_and_never_stamped_later_than_known() -> None:
    minutes = np.arange(0, 300.0)
    found = readings(frame(minutes.tolist(), value=(100 + minutes).tolist()), days=9)
    assert found.interval == 300.0
    assert len(found.times) == 60
    assert found.times[-1] == START.timestamp() + 299 * 60
    assert found.values[0] == 102.0


def test_the_local_minute_is_the_clock() -> None:
    samples, _, _ = a_life()
    minute = pl.col("at").dt.hour().cast(pl.Int64) * 60 + pl.col("at").dt.minute()
    local = samples.with_columns(minute=(minute + 120) % 1440)
    assert readings(local, days=3).clocks[0] == (readings(samples, days=3).clocks[0] + 7200) % 86400


def test_what_cannot_be_forecast_is_said() -> None:
    samples, _, _ = a_life()
    with pytest.raises(NothingYet, match="two glucose readings"):
        ahead.forecast(samples.head(1))
    with pytest.raises(NothingYet, match="15 minutes apart"):
        ahead.forecast(samples.gather_every(4))
    with pytest.raises(UsageError, match="1 to 120"):
        ahead.forecast(samples, minutes=240)


def test_the_prior_that_ships_is_small_and_pushes_the_right_way() -> None:
    prior = shipped()
    width = prior.width
    numbers = [prior.inner, prior.outer, prior.gains, width.spread, width.low, width.high]
    assert sum(table.size for table in numbers) <= 204
    assert (prior.gains >= 0).all()
    assert (prior.gains[:, :2].sum(axis=1) > 0).all()
    assert prior.gains.shape == (3, len(INPUTS))
    again = parsed(written(prior, "about"))
    assert np.array_equal(again.inner, prior.inner)
    assert np.array_equal(again.width.high, width.high)
    assert np.array_equal(again.leads, leads())


def test_an_input_acts_wholly_and_only_after_it() -> None:
    age = np.array([-3600.0, 0.0, 3300.0, 1e6])
    assert absorbed(age, 55.0) == pytest.approx([0.0, 0.0, 1 - 2 / np.e, 1.0])
    times = np.arange(0, 86400.0, 900.0)
    meals, doses = np.array([[43200.0, 50.0]]), np.array([[43200.0, 10.0]])
    pushed = pushes(times, leads(), meals=meals, doses=doses, kinds=["mixed"])
    before, after = times < 43200, times >= 43200
    assert (pushed[before] == 0).all()
    assert (pushed[after][..., :2] >= 0).all()
    assert (pushed[after][..., 2] == 0).all()
    assert (pushed[after][:20, :, 3:] < 0).all()
    assert (np.diff(pushed[48], axis=0)[:, 0] > 0).all()


def test_meals_and_doses_are_read_out_of_a_past_in_their_kinds() -> None:
    noon = datetime(2026, 3, 12, 12, tzinfo=UTC)
    past = Remembered(noon + timedelta(hours=1), {
        "meal.carbs": [(noon, 60.0), (noon + timedelta(hours=2), 40.0)],
        "meal.description": [(noon - timedelta(hours=5), "200 g rice")],
        "insulin.rapid": [(noon, 4.0)],
        "insulin.long": [(noon - timedelta(hours=14), 10.0)],
    })  # fmt: skip
    carbs, doses = eaten(past), injected(past)
    assert carbs["at"].to_list() == [noon - timedelta(hours=5), noon]
    assert carbs["grams"][1] == 60
    assert 40 < carbs["grams"][0] < 75
    assert doses.rows() == [(noon - timedelta(hours=14), 10.0, "long"), (noon, 4.0, "rapid")]
    barred = replace(past, barred=frozenset(past.observations))
    assert eaten(barred).height == injected(barred).height == 0
