"""Stamps as exports write them, against Python's own reading of the same moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from selftwin.sources import _table_cells
from selftwin.sources.reader import stamps
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

Read = Callable[[pl.Series], pl.DataFrame]


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


@st.composite
def columns(draw: st.DrawFn) -> list[str | None]:
    """Stamps of one length, mostly written alike; some are no dates, or spoilt, or not there."""
    shape = draw(st.sampled_from(["{d}", "{d}{j}{m}", "{d}{j}{s}", "{d}{j}{s}Z", "{d}{j}{s}.250Z", "{d}{j}{s}{z}"]))
    joint, years = draw(st.sampled_from("T ")), ["0024", "1999", "2024"]

    def stamp() -> str | None:
        minutes = f"{draw(st.integers(0, 25)):02}:{draw(st.integers(0, 61)):02}"
        written = shape.format(
            d=f"{draw(st.sampled_from(years))}-{draw(st.integers(0, 13)):02}-{draw(st.integers(0, 32)):02}",
            j=draw(st.sampled_from(joint * 9 + "T -")), m=minutes, s=f"{minutes}:{draw(st.integers(0, 61)):02}",
            z=draw(st.sampled_from(["+02:00", "-07:30", "+99:99"])),
        )  # fmt: skip
        at = draw(st.integers(0, 10 * len(written)))
        spoilt = written[:at] + draw(st.sampled_from("x 9-:٣")) + written[at + 1 :]
        return draw(st.sampled_from([written] * 9 + [None])) if at >= len(written) else spoilt

    return [stamp() for _ in range(draw(st.integers(1, 4)))]


@pytest.mark.parametrize("read", [from_iso, _table_cells.stamps])
@given(cells=columns())
def test_a_column_written_alike_is_read_as_by_a_look_at_each_stamps_parts(read: Read, cells: list[str | None]) -> None:
    column = pl.Series(cells, dtype=pl.String)
    with pytest.MonkeyPatch.context() as patch:
        for module in (stamps, _table_cells):
            patch.setattr(module, "alike", lambda *_, **__: None)
        parted = read(column)
    assert_frame_equal(read(column), parted)
