"""What was recorded comes back placed on the clock of the day, cut at local days, under the names it came by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from selftwin.vault import series as told
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.zones import ZoneTimeline

from .exports import Row, take

if TYPE_CHECKING:
    from selftwin.vault.store import Store

STAMP = datetime(2024, 5, 1, 22, 30)
SCHEMA = {
    "at": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC"), "local": pl.Datetime("us"), "value": pl.Float64,
    "text": pl.String, "unit": pl.String, "source": pl.String,
}  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "offset", "at", "local"),
    [
        (Basis.INSTANT, None, (1, 22, 30), (2, 0, 30)),
        (Basis.INSTANT, -240, (1, 22, 30), (2, 0, 30)),
        (Basis.PLACED, -240, (1, 22, 30), (1, 18, 30)),
        (Basis.LOCAL, None, (1, 20, 30), (1, 22, 30)),
        (Basis.DATE, None, (1, 20, 30), (1, 22, 30)),
    ],
)
def test_a_stamp_is_placed_by_what_it_knew(
    store: Store, basis: Basis, offset: int | None, at: tuple[int, ...], local: tuple[int, ...]
) -> None:
    take(store, [Row("weight", STAMP, 80.0, basis=basis, offset=offset)])
    row = told.series(store, "physiological", "weight").row(0, named=True)
    assert row["at"] == datetime(2024, 5, *at, tzinfo=UTC)
    assert row["local"] == datetime(2024, 5, *local)
    assert row["until"] == row["at"]


def test_rows_carry_value_words_unit_and_source_in_order_of_time(store: Store) -> None:
    rows = [
        Row("other.x", STAMP, 2.0, unit="kPa", source="b"),
        Row("other.x", STAMP - timedelta(hours=1), 1.0, STAMP, unit="kPa", source="a", text="word"),
    ]
    take(store, rows)
    found = told.series(store, "contextual", "other.x")
    assert found.select("value", "text", "unit", "source").rows() == [
        (1.0, "word", "kPa", "a"),
        (2.0, None, "kPa", "b"),
    ]
    assert (found["until"][0] - found["at"][0]) == timedelta(hours=1)


def test_spans_are_local_days_with_both_ends(store: Store) -> None:
    store.set_zones(ZoneTimeline("Asia/Tokyo"))
    take(store, [Row("weight", datetime(2024, 5, 1) + timedelta(hours=6 * k), 80.0 + k) for k in range(20)])
    everything = told.series(store, "physiological", "weight")
    for since, until in ((date(2024, 5, 2), date(2024, 5, 3)), (date(2024, 5, 3), None), (None, date(2024, 5, 2))):
        found = told.series(store, "physiological", "weight", since=since, until=until)
        inside = pl.col("local").dt.date().is_between(since or date(1900, 1, 1), until or date(2100, 1, 1))
        assert found.equals(everything.filter(inside))
        assert 0 < found.height < 20


def test_of_several_units_the_one_most_rows_carry_speaks(store: Store) -> None:
    take(store, [Row("other.x", STAMP, float(k), unit=unit) for k, unit in enumerate(("bar", "kPa", "kPa"))])
    assert told.series(store, "contextual", "other.x")["unit"].to_list() == ["kPa", "kPa"]
    assert told.counts(store, "contextual") == {"other.x": ("kPa", 2)}


@pytest.mark.parametrize(("name", "key"), [("genetic", "genotype"), ("physiological", "glucose")])
def test_what_nobody_recorded_is_an_empty_frame_of_the_same_columns(store: Store, name: str, key: str) -> None:
    take(store, [Row("weight", STAMP, 80.0)])
    found = told.series(store, name, key)
    assert (dict(found.schema), found.height) == (SCHEMA, 0)
    assert dict(told.series(store, "physiological", "weight").schema) == SCHEMA


def test_the_latest_is_the_newest_of_every_signal(store: Store) -> None:
    hour = timedelta(hours=1)
    take(store, [Row("weight", STAMP, 80.0), Row("weight", STAMP - hour, 70.0), Row("glucose", STAMP - hour, 99.0)])
    found = told.latest(store, "physiological").sort("signal")
    assert found.drop("text").rows() == [
        ("glucose", datetime(2024, 5, 1, 21, 30, tzinfo=UTC), 99.0, "test:Watch"),
        ("weight", datetime(2024, 5, 1, 22, 30, tzinfo=UTC), 80.0, "test:Watch"),
    ]
    assert told.latest_of_nothing().schema == found.schema
    store.use("genetic")
    assert told.latest(store, "genetic").equals(told.latest_of_nothing())


def test_plain_numbers_are_those_of_the_series_over_every_change_of_the_clock_and_every_kind_of_stamp(
    store: Store,
) -> None:
    hours = [STAMP.replace(month=10, day=26) + timedelta(hours=hour) for hour in range(30)]  # the clock goes back
    take(store, [Row("weight", at, 70.0 + place) for place, at in enumerate(hours)])
    _same(store)
    mixed = [Row("weight", hours[3], 50.0, basis=Basis.LOCAL), Row("weight", hours[4], 51.0, basis=Basis.PLACED,
             offset=-240), Row("weight", hours[5], None, text="forgot")]  # fmt: skip
    take(store, mixed)
    _same(store)


def _same(store: Store) -> None:
    found = told.numbers(store, "physiological", "weight")
    series = told.series(store, "physiological", "weight").filter(pl.col("value").is_not_null())
    assert (found.local[1:] >= found.local[:-1]).all()
    pairs = sorted(zip(series["local"].to_physical().to_list(), series["value"].to_list(), strict=True))
    assert sorted(zip(found.local.tolist(), found.value.tolist(), strict=True)) == pairs
    assert len(pairs) > 20


def test_plain_numbers_of_nothing_are_nothing(store: Store) -> None:
    assert told.numbers(store, "physiological", "weight").value.size == 0


def test_the_unit_most_rows_have_is_the_signals(store: Store) -> None:
    take(store, [Row("other.x", STAMP, 1.0, unit="kPa")])
    take(store, [Row("other.x", STAMP + timedelta(hours=hour), 1.0, unit="bar") for hour in range(1, 4)])
    assert told.numbers(store, "contextual", "other.x").unit == told.held(store, "contextual", "other.x")[1] == "bar"
