from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from selftwin.domains.normal.dense_shape import daily_shape
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import Trust
from selftwin.vocabulary.signal import Category, Fold, Kind, Sensitivity, Signal

GLUCOSE = Signal("glucose", "Glucose", Category.PHYSIOLOGICAL, Kind.QUANTITY, "mg/dL", Fold.MEAN, Sensitivity.HEALTH)


def days_of(count: int, *, offset_hours: int = 0) -> pl.DataFrame:
    """Samples every 5 minutes whose value is the local hour times ten plus the day, told with the local minute."""
    seconds = np.arange(0, count * 86400, 300)
    local = seconds // 60 % 1440
    stamps = (seconds - offset_hours * 3600) * 1_000_000 + int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1e6)
    return pl.DataFrame(
        {
            "at": pl.Series(stamps).cast(pl.Datetime("us", "UTC")),
            "value": local // 60 * 10.0 + seconds // 86400,
            "minute": local,
        }
    )


@pytest.mark.parametrize("offset", [-10, 0, 5, 13])
def test_the_usual_value_follows_the_local_clock_in_any_zone(offset: int) -> None:
    shape = daily_shape(days_of(21, offset_hours=offset), GLUCOSE)
    assert [slot.minute for slot in shape.slots] == list(range(0, 1440, 60))
    assert [slot.middle for slot in shape.slots] == [10.0 * hour + 10 for hour in range(24)]
    assert {slot.days for slot in shape.slots} == {21}
    assert shape.trust is Trust.TRUSTED


def test_bands_hold_their_share_of_days() -> None:
    slot = daily_shape(days_of(60), GLUCOSE).slots[0]
    assert (slot.lo90, slot.hi90) == pytest.approx((2.5, 56.5), abs=0.6)
    assert (slot.lo50, slot.hi50) == pytest.approx((14.5, 44.5), abs=0.6)


@pytest.mark.parametrize(("days", "levels"), [(2, ()), (3, (50,)), (9, (50, 80)), (19, (50, 80, 90))])
def test_a_band_is_drawn_only_where_the_days_allow(days: int, levels: tuple[int, ...]) -> None:
    slot = daily_shape(days_of(days), GLUCOSE).slots[7]
    assert tuple(level for level in (50, 80, 90) if getattr(slot, f"hi{level}") is not None) == levels
    assert slot.middle is not None


def test_every_day_has_the_same_say_however_often_it_was_sampled() -> None:
    calm = days_of(3).with_columns(value=pl.lit(1.0))
    busy = days_of(1).with_columns(at=pl.col("at").dt.offset_by("3d"), value=pl.lit(9.0))
    bursts = [busy.with_columns(at=pl.col("at").dt.offset_by(f"{second}s")) for second in range(0, 200, 10)]
    assert daily_shape(pl.concat([calm, *bursts]), GLUCOSE).slots[5].middle == pytest.approx(1.0)


def test_the_newest_value_finds_its_place_among_those_of_its_hour() -> None:
    shape = daily_shape(days_of(20), GLUCOSE)
    assert shape.value == 230.0 + 19
    assert shape.place == pytest.approx(1 - 6 / 239, abs=0.01)


def test_an_hour_without_samples_says_nothing_and_scant_days_do_not_count() -> None:
    morning = days_of(5).filter(pl.col("minute") < 240)
    shape = daily_shape(morning, GLUCOSE)
    assert (shape.days, shape.trust) == (0, Trust.NONE)
    assert shape.slots[5].middle is None
    assert shape.slots[3].middle == 32.0


def test_only_the_newest_days_are_looked_at() -> None:
    assert daily_shape(days_of(40), GLUCOSE, days=20).slots[0].middle == pytest.approx(29.5, abs=0.6)


def test_nothing_gives_an_empty_shape_and_odd_slots_are_refused() -> None:
    shape = daily_shape(days_of(1)[:0], GLUCOSE, slot_minutes=15)
    assert len(shape.slots) == 96
    assert (shape.at, shape.value, shape.place) == (None, None, None)
    with pytest.raises(UsageError):
        daily_shape(days_of(1), GLUCOSE, slot_minutes=25)
