from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from selftwin.domains.normal.dense import forecast, interval_of, study
from selftwin.learn import dense
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.signal import Category, Fold, Kind, Sensitivity, Signal

GLUCOSE = Signal(
    "glucose", "Glucose", Category.PHYSIOLOGICAL, Kind.QUANTITY, "mg/dL", Fold.MEAN, Sensitivity.HEALTH, low=1, high=999
)
HEART = replace(GLUCOSE, key="heart_rate", label="Heart rate", unit="/min", low=5, high=500)
START = datetime(2024, 3, 1, tzinfo=UTC)


def frame(seconds: np.ndarray, values: np.ndarray) -> pl.DataFrame:
    stamps = (seconds * 1e6).astype(np.int64) + int(START.timestamp() * 1e6)
    return pl.DataFrame({"at": pl.Series(stamps).cast(pl.Datetime("us", "UTC")), "value": values.astype(float)})


def glucose(days: float, *, interval: float = 300.0) -> pl.DataFrame:
    """Meals at three hours of every day, with noise."""
    draw = np.random.default_rng(3)
    seconds = np.arange(0, days * 86400, interval)
    values = 110 + draw.normal(0, 2, len(seconds))
    for day in range(int(days) + 1):
        for hour in (8, 13, 19):
            since = (seconds - (24 * day + hour + draw.normal(0, 0.5)) * 3600) / 3600
            values += np.where(since > 0, draw.uniform(40, 100) * since * np.exp(1 - np.maximum(since, 0)), 0)
    return frame(seconds, values)


def wander(days: float) -> pl.DataFrame:
    """Steps nobody can foresee."""
    seconds = np.arange(0, days * 86400, 300.0)
    return frame(seconds, 200 + np.cumsum(np.random.default_rng(5).normal(0, 1, len(seconds))))


def heart(days: float) -> pl.DataFrame:
    """A heart rate every few seconds, with hours off the wrist."""
    draw = np.random.default_rng(4)
    spacing = draw.choice([1.0, 5.0, 15.0, 60.0], int(days * 86400 / 20))
    spacing[:: len(spacing) // 6] = 2 * 3600
    seconds = np.cumsum(spacing)
    return frame(seconds, 70 + 12 * np.sin(2 * np.pi * seconds / 86400) + draw.normal(0, 5, len(seconds)))


def test_a_forecast_runs_on_the_sensors_own_grid_and_beats_the_last_value() -> None:
    samples = glucose(16)
    seen = forecast(study(samples, GLUCOSE), GLUCOSE)
    assert (seen.signal, seen.unit, seen.trust, seen.n) == ("glucose", "mg/dL", Trust.TRUSTED, 16)
    assert seen.made_at == samples["at"][-1].isoformat()
    assert [step.at for step in seen.steps[:2]] == [
        (samples["at"][-1] + timedelta(minutes=minutes)).isoformat() for minutes in (5, 10)
    ]
    assert len(seen.steps) == 24
    assert seen.method == "own past, mixed ridges"
    assert dict(seen.beats)["last value"] < 0.9
    assert dict(seen.beats)["same clock time"] < 1.0


def test_intervals_nest_and_widen_with_the_horizon() -> None:
    steps = forecast(study(glucose(16), GLUCOSE), GLUCOSE).steps
    for step in steps:
        bounds = (step.lo90, step.lo80, step.lo50, step.hi50, step.hi80, step.hi90)
        assert None not in bounds
        assert list(bounds) == sorted(bounds)
    assert steps[0].hi90 - steps[0].lo90 < steps[-1].hi90 - steps[-1].lo90


def test_a_level_is_shown_only_where_enough_cases_that_stand_apart_were_scored() -> None:
    steps = forecast(study(glucose(1.4), GLUCOSE), GLUCOSE).steps
    assert steps[2].hi90 is not None
    assert steps[-1].hi90 is None
    assert steps[-1].hi50 is not None


def test_where_the_last_value_was_not_beaten_it_is_shown_and_named() -> None:
    samples = wander(6)
    seen = forecast(study(samples, GLUCOSE), GLUCOSE)
    assert seen.method == "simple guess: last value"
    assert {step.mean for step in seen.steps} == {samples["value"][-1]}
    assert seen.steps[0].hi90 - seen.steps[0].lo90 < seen.steps[-1].hi90 - seen.steps[-1].lo90
    assert seen.trust is Trust.FIRST


def test_two_samples_give_the_last_value_without_intervals_or_claims() -> None:
    seen = forecast(study(glucose(600 / 86400), GLUCOSE), GLUCOSE, minutes=30)
    assert seen.method == "simple guess: last value"
    assert seen.trust is Trust.NONE
    assert seen.beats == ()
    assert len(seen.steps) == 6
    assert all(step.lo50 is None for step in seen.steps)


def test_just_after_a_gap_the_simple_guess_stands_in() -> None:
    samples = glucose(8)
    gap = samples.filter((pl.col("at") < START + timedelta(days=7)) | (pl.col("at") > START + timedelta(days=7.97)))
    assert forecast(study(gap, GLUCOSE), GLUCOSE).method.startswith("simple guess")


def test_fifteen_minute_sensors_get_fifteen_minute_steps() -> None:
    seen = forecast(study(glucose(16, interval=900.0), GLUCOSE), GLUCOSE)
    assert len(seen.steps) == 8
    assert dict(seen.beats)["last value"] < 1.0


def test_new_samples_on_top_equal_all_at_once() -> None:
    for samples, signal in ((glucose(6), GLUCOSE), (heart(6), HEART)):
        whole = study(samples, signal)
        first = study(samples[: len(samples) // 2], signal)
        both = study(samples, signal, before=first)
        assert dense.to_bytes(both.state) == dense.to_bytes(whole.state)
        assert forecast(both, signal) == forecast(whole, signal)


def test_seconds_of_heart_rate_are_averaged_over_five_minutes_and_gaps_stay_gaps() -> None:
    samples = heart(6)
    known = study(samples, HEART)
    assert known.averaged
    assert known.grid.interval == 300.0
    taken = samples.group_by_dynamic("at", every="5m", label="right").agg(pl.col("value").mean())
    assert known.readings == len(taken) - 1
    assert known.newest == int(taken["at"][-2].timestamp() * 1e6)
    assert known.state.memory.now[2] == pytest.approx(taken["value"][-2])


def test_bounds_of_the_signal_hold() -> None:
    tight = replace(GLUCOSE, low=105.0, high=130.0)
    steps = forecast(study(glucose(6).with_columns(pl.col("value").clip(105, 130)), tight), tight).steps
    numbers = [number for step in steps for number in (step.mean, step.lo90, step.hi90) if number is not None]
    assert min(numbers) >= 105.0
    assert max(numbers) <= 130.0


def test_the_local_clock_counts_where_it_is_known() -> None:
    samples = glucose(6)
    minute = (samples["at"].dt.hour().cast(pl.Int64) * 60 + samples["at"].dt.minute() + 9 * 60) % 1440
    assert study(samples.with_columns(minute=minute), GLUCOSE).clock == (study(samples, GLUCOSE).clock + 32400) % 86400


def test_missing_and_repeated_samples_do_no_harm() -> None:
    samples = glucose(3)
    odd = pl.concat([samples, samples.with_columns(value=pl.lit(float("nan"))), samples.tail(5)]).sample(
        fraction=1.0, shuffle=True, seed=1
    )
    assert forecast(study(odd, GLUCOSE), GLUCOSE) == forecast(study(samples, GLUCOSE), GLUCOSE)


def test_the_interval_is_the_middle_spacing_within_reason() -> None:
    assert interval_of(np.arange(50) * 1_000_000) == 300.0
    assert interval_of(np.arange(50) * 901_000_000) == 900.0
    assert interval_of(np.arange(50) * 86_400_000_000) == 3600.0


def test_too_little_is_said_so() -> None:
    with pytest.raises(NothingYet):
        study(glucose(1)[:1], GLUCOSE)
    with pytest.raises(UsageError):
        study(glucose(1), GLUCOSE, minutes=0)
