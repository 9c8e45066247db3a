"""The zone timeline against Python's own zones: every moment, journeys, gaps and folds of the clock."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.observation import Basis
from selftwin.vocabulary.zones import Stay, ZoneTimeline, day_number, zone

NAMES = ["Europe/Vienna", "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
EPOCH = datetime(1970, 1, 1)
MICRO = timedelta(microseconds=1)


def _plain(moment: datetime) -> datetime:
    """Whole seconds, the first of two equal wall clocks: a recorded reading carries no fold."""
    return moment.replace(microsecond=0, fold=0)


MOMENTS = st.datetimes(datetime(1902, 1, 1), datetime(2099, 12, 1)).map(_plain)
RECENT = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(_plain)


def micros(*moments: datetime) -> np.ndarray:
    return np.array([(moment.replace(tzinfo=None) - EPOCH) // MICRO for moment in moments], np.int64)


def moment(stamp: np.int64) -> datetime:
    return EPOCH + timedelta(microseconds=int(stamp))


def local(utc: datetime, name: str) -> datetime:
    return utc.replace(tzinfo=UTC).astimezone(ZoneInfo(name)).replace(tzinfo=None)


@given(utc=st.lists(MOMENTS, min_size=1, max_size=20), name=st.sampled_from(NAMES))
def test_the_wall_clock_agrees_with_python_at_every_moment(utc: list[datetime], name: str) -> None:
    found = ZoneTimeline(name).to_local(micros(*utc))
    assert [moment(stamp) for stamp in found] == [local(one, name) for one in utc]


@given(wall=st.lists(MOMENTS, min_size=1, max_size=20), name=st.sampled_from(NAMES))
def test_wall_clock_readings_give_the_moment_python_gives_the_earlier_of_two(wall: list[datetime], name: str) -> None:
    found = ZoneTimeline(name).to_utc(micros(*wall))
    expected = [one.replace(tzinfo=ZoneInfo(name)).astimezone(UTC).replace(tzinfo=None) for one in wall]
    assert [moment(stamp) for stamp in found] == expected


@given(utc=MOMENTS, name=st.sampled_from(NAMES))
def test_there_and_back_is_the_same_moment_but_in_the_hour_that_happens_twice(utc: datetime, name: str) -> None:
    timeline = ZoneTimeline(name)
    back = moment(timeline.to_utc(timeline.to_local(micros(utc)))[0])
    assert back <= utc
    assert back == utc or local(back, name) == local(utc, name)


def test_the_hour_that_is_not_and_the_hour_that_is_twice() -> None:
    vienna = ZoneTimeline("Europe/Vienna")
    gap, twice = datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30)
    assert [moment(stamp) for stamp in vienna.to_utc(micros(gap, twice))] == [
        datetime(2024, 3, 31, 1, 30),
        datetime(2024, 10, 27, 0, 30),
    ]


JOURNEYS = st.lists(st.tuples(RECENT, st.integers(1, 400), st.sampled_from(NAMES)), max_size=4)


def model(home: str, journeys: list[tuple[datetime, datetime, str]], at: datetime) -> str:
    """Where the clock stood: the journey laid last speaks."""
    names = [name for since, until, name in journeys if since <= at < until]
    return names[-1] if names else home


@given(home=st.sampled_from(NAMES), told=JOURNEYS, asked=st.lists(RECENT, min_size=1, max_size=10))
def test_a_journey_laid_over_others_holds_while_it_lasts(home: str, told: list, asked: list[datetime]) -> None:
    timeline, journeys = ZoneTimeline(home), []
    for since, days, name in told:
        until = since + timedelta(days=days)
        timeline = timeline.with_journey(since.replace(tzinfo=UTC), until.replace(tzinfo=UTC), name)
        journeys.append((since, until, name))
    asked = asked + [edge for since, until, _ in journeys for edge in (since, until, since - timedelta(seconds=1))]
    assert [timeline.at(one.replace(tzinfo=UTC)) for one in asked] == [model(home, journeys, one) for one in asked]
    found = timeline.to_local(micros(*asked))
    assert [moment(stamp) for stamp in found] == [local(one, model(home, journeys, one)) for one in asked]


def test_stays_told_out_of_order_are_put_in_order() -> None:
    late, early = Stay(datetime(2024, 6, 1, tzinfo=UTC), "Asia/Tokyo"), Stay(datetime(2024, 5, 1, tzinfo=UTC), "UTC")
    timeline = ZoneTimeline("Europe/Vienna", (late, early))
    assert timeline == ZoneTimeline("Europe/Vienna", (early, late))
    asked = datetime(2024, 5, 15, 12)
    assert timeline.at(asked.replace(tzinfo=UTC)) == "UTC"
    assert moment(timeline.to_local(micros(asked))[0]) == asked
    with pytest.raises(UsageError, match="say the moment in UTC"):
        ZoneTimeline("UTC", (Stay(asked, "Asia/Tokyo"),))


def test_each_basis_is_placed_by_what_it_knew() -> None:
    timeline = ZoneTimeline("Asia/Tokyo")
    stamp = datetime(2024, 5, 1, 22)
    basis = np.array([Basis.DATE, Basis.LOCAL, Basis.INSTANT, Basis.PLACED], np.int8)
    utc, wall = timeline.place(np.repeat(micros(stamp), 4), basis, np.array([0, 0, 120, -300], np.int16))
    assert [moment(one) for one in utc] == [datetime(2024, 5, 1, 13)] * 2 + [stamp] * 2
    assert [moment(one) for one in wall] == [stamp, stamp, datetime(2024, 5, 2, 7), datetime(2024, 5, 1, 17)]


def test_days_begin_at_midnight_before_and_after_1970() -> None:
    walls = [datetime(1969, 12, 31, 23, 59), EPOCH, datetime(1970, 1, 1, 23, 59), datetime(1970, 1, 2)]
    assert day_number(micros(*walls)).tolist() == [-1, 0, 0, 1]
    assert ZoneTimeline("UTC").to_local(micros()).tolist() == []


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "\0"])
def test_a_zone_nobody_knows_is_refused_wherever_it_is_named(name: str) -> None:
    since, until = datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 2, tzinfo=UTC)
    for call in (
        lambda: zone(name),
        lambda: ZoneTimeline(name),
        lambda: ZoneTimeline("UTC", (Stay(since, name),)),
        lambda: ZoneTimeline("UTC").with_journey(since, until, name),
    ):
        with pytest.raises(UsageError, match="no time zone"):
            call()


def test_a_journey_ends_after_it_begins_and_a_timeline_never_changes() -> None:
    since = datetime(2024, 5, 1, tzinfo=UTC)
    timeline = ZoneTimeline("UTC")
    with pytest.raises(UsageError, match="end after it begins"):
        timeline.with_journey(since, since, "Asia/Tokyo")
    timeline.with_journey(since, since + timedelta(days=1), "Asia/Tokyo")
    assert timeline.stays == ()
    with pytest.raises(FrozenInstanceError):
        timeline.home = "Asia/Tokyo"
