"""Forecasts and normal bands are frames anybody's tools can take, and show themselves in a notebook."""

from __future__ import annotations

import json
from dataclasses import asdict

import polars as pl
import pyarrow as pa

from selftwin.vocabulary.estimate import LEVELS, SCORED_FOR_LEVEL, Forecast, Normal, Step, Trust

FORECAST = Forecast(
    signal="other.<b>steps</b>",
    unit="{steps}",
    made_at="2024-05-01",
    trust=Trust.FIRST,
    n=5,
    method="weekday mean",
    beats=(("last value", 0.9),),
    steps=(Step("2024-05-02", 10.0, 8.0, 12.0), Step("2024-05-03", None)),
)
NORMAL = Normal(
    signal="weight", unit="kg", day="2024-05-01", age_days=0, value=None, trust=Trust.NONE, n=2, low=None, middle=80,
    high=None, level=None, place=None, outside="", run=0, trend_per_week=None, weekly=(1.0, -1.0, 0.0),
)  # fmt: skip


def test_a_forecast_is_a_frame_of_its_steps() -> None:
    table = pa.table(FORECAST)
    assert table.column_names == ["at", "mean", "lo50", "hi50", "lo80", "hi80", "lo90", "hi90"]
    assert table.to_pylist()[0] == {**dict.fromkeys(table.column_names), "at": "2024-05-02", "mean": 10.0} | {
        "lo50": 8.0,
        "hi50": 12.0,
    }
    assert pl.DataFrame(FORECAST).equals(FORECAST.frame())
    assert FORECAST.frame()["mean"].to_list() == [10.0, None]


def test_a_forecast_without_steps_has_the_same_columns() -> None:
    empty = Forecast("s", "1", "2024-05-01", Trust.NONE, 0, "", (), ())
    assert empty.frame().schema == FORECAST.frame().schema


def test_a_normal_band_is_one_row_of_everything_it_says() -> None:
    (row,) = pa.table(NORMAL).to_pylist()
    assert row == asdict(NORMAL) | {"weekly": [1.0, -1.0, 0.0]}
    assert NORMAL.frame().schema["value"] == pl.Float64


def test_notebooks_are_shown_words_and_a_table_and_no_markup_of_others() -> None:
    shown = FORECAST._repr_html_()
    assert "&lt;b&gt;steps" in shown
    assert "<b>steps" not in shown
    assert "<table" in shown
    assert "weight (kg) on 2024-05-01" in NORMAL._repr_html_()


def test_beliefs_are_plain_values_when_they_are_kept() -> None:
    for one in (FORECAST, NORMAL):
        assert json.loads(json.dumps(asdict(one)))["trust"] == one.trust.value


def test_each_level_waits_for_the_days_that_could_contradict_it() -> None:
    assert {level: round(2 / (1 - level / 100)) - 1 for level in LEVELS} == SCORED_FOR_LEVEL
