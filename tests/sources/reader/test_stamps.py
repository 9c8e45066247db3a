"""Stamps as exports write them, against Python's own reading of the same moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis


def one(text: str | None, **how: Basis) -> tuple[datetime | None, int | None, int]:
    return from_iso(pl.Series([text], dtype=pl.String), **how).row(0)


@pytest.mark.parametrize(
    ("text", "start", "offset", "basis"),
    [
        ("2024-05-01", datetime(2024, 5, 1), None, Basis.DATE),
        ("2024-05-01 10:00", datetime(2024, 5, 1, 10), None, Basis.LOCAL),
        ("2024-05-01T9:05:07", datetime(2024, 5, 1, 9, 5, 7), None, Basis.LOCAL),
        (" 2024-05-01 10:00:00.25 ", datetime(2024, 5, 1, 10, 0, 0, 250_000), None, Basis.LOCAL),
        ("2024-05-01T10:00:00,250", datetime(2024, 5, 1, 10, 0, 0, 250_000), None, Basis.LOCAL),
        ("2024-05-01 10:00:00 +0200", datetime(2024, 5, 1, 8), 120, Basis.INSTANT),
        ("2024-05-01T10:00:00-03:30", datetime(2024, 5, 1, 13, 30), -210, Basis.INSTANT),
        ("2024-05-01T10:00+02", datetime(2024, 5, 1, 8), 120, Basis.INSTANT),
        ("2024-05-01T10:00:00Z", datetime(2024, 5, 1, 10), 0, Basis.INSTANT),
        ("2024-05-01 10:00:00 UTC", datetime(2024, 5, 1, 10), 0, Basis.INSTANT),
    ],
)
def test_each_way_of_writing_is_understood(text: str, start: datetime, offset: int | None, basis: Basis) -> None:
    assert one(text) == (start, offset, int(basis))


def test_an_offset_is_believed_as_the_place_only_where_the_writer_stored_it() -> None:
    assert one("2024-05-01T10:00:00+02:00", zoned=Basis.PLACED)[2] == Basis.PLACED
    assert one("2024-05-01T10:00:00", zoned=Basis.PLACED)[2] == Basis.LOCAL


@pytest.mark.parametrize(
    "text", [None, "", "yesterday", "01/05/2024", "2024-13-01", "2024-02-30 10:00", "2024-05-01 25:00", "20240501"]
)
def test_what_cannot_be_read_is_null_and_never_a_guess(text: str | None) -> None:
    assert one(text)[0] is None


ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moment=st.datetimes(datetime(1900, 1, 2), datetime(2099, 12, 31), timezones=ZONES))
def test_every_moment_python_writes_is_read_as_the_same_moment(moment: datetime) -> None:
    start, offset, basis = one(moment.isoformat())
    assert start == moment.astimezone(UTC).replace(tzinfo=None)
    assert offset == moment.utcoffset() // timedelta(minutes=1)
    assert basis == Basis.INSTANT


@given(text=st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    assert from_iso(pl.Series([text])).height == 1


@given(moment=st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)), unit=st.sampled_from(["s", "ms", "us"]))
def test_epochs_give_the_moment_they_count(moment: datetime, unit: str) -> None:
    moment = moment.replace(microsecond=0)
    micros = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    count = micros // {"s": 1_000_000, "ms": 1_000, "us": 1}[unit]
    assert from_epoch(pl.Series([count]), unit=unit).row(0) == (moment, None, int(Basis.INSTANT))


@pytest.mark.parametrize("epoch", [None, float("nan"), float("inf"), 1e308, -1e300, 10**18])
def test_epochs_that_count_nothing_are_null(epoch: float | None) -> None:
    assert from_epoch(pl.Series([epoch], dtype=pl.Float64))["start"][0] is None
