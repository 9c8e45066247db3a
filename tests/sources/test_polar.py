"""Polar Flow's account export (docs/sources/polar.md)."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.polar import SOURCE

DATE, LOCAL, PLACED = 0, 1, 3
BEATS = {"deviceDays": [{
    "userId": 1, "deviceId": "A1", "date": "2024-05-05",
    "samples": [{"heartRate": 50, "source": "OPTICAL", "secondsFromDayStart": 36},
                {"heartRate": 0, "secondsFromDayStart": 336}, {"heartRate": 70, "secondsFromDayStart": 86399}],
}]}  # fmt: skip
DAY = {
    "exportVersion": "1.7", "date": "2024-05-05",
    "summary": {"startTime": "00:00:00", "stepCount": 8432, "calories": 2150},
    "samples": {"steps": [{"localTime": "08:00:00", "value": 60}], "mets": []}, "physicalInformation": {"sex": "X"},
}  # fmt: skip
SESSION = {
    "identifier": {"id": "7001"}, "created": "2024-05-05T09:00:00.000", "startTime": "2024-05-05T10:00:00",
    "stopTime": "2024-05-05T10:31:00", "timezoneOffsetMinutes": 180, "durationMillis": 1800000,
    "distanceMeters": 5000.5, "calories": 400, "hrAvg": 141, "hrMax": 178, "sport": {"id": "1"},
    "name": "Run", "latitude": 60.0,
    "exercises": [{"identifier": {"id": "1"}, "startTime": "2024-05-05T10:00:00", "durationMillis": 1800000}],
}  # fmt: skip


def specimen() -> dict[str, bytes]:
    """A file of each kind that is read."""
    files = {"247ohr_1_05-a.json": BEATS, "activity-2024-05-05-a.json": DAY, "training-session_7001-a.json": SESSION}
    return {name: json.dumps(told).encode() for name, told in files.items()}


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "x.json", told)


def test_beats_stand_on_the_clock_of_their_day(read):
    rows, account = read(BEATS)
    assert rows.select("signal", "value", "start", "basis").rows() == [
        ("heart_rate", 50.0, datetime(2024, 5, 5, 0, 0, 36), LOCAL),
        ("heart_rate", 70.0, datetime(2024, 5, 5, 23, 59, 59), LOCAL),
    ]
    assert account.taken == 1


def test_the_steps_of_a_day_are_dated(read):
    rows, _ = read(DAY)
    assert rows.select("signal", "value", "start", "basis", "native").rows() == [
        ("steps", 8432.0, datetime(2024, 5, 5), DATE, "activity/2024-05-05")
    ]


def test_a_session_is_placed_and_lasts_as_long_as_it_says(read):
    rows, _ = read(SESSION)
    assert dict(rows.drop_nulls("value").select("signal", "value").rows()) == {
        "workout.duration": 30, "workout.distance": 5000.5, "workout.energy": 400, "workout.heart_rate": 141,
        "workout.heart_rate_max": 178,
    }  # fmt: skip
    assert rows.select("start", "stop", "offset", "basis", "native").unique().rows() == [
        (datetime(2024, 5, 5, 7), datetime(2024, 5, 5, 7, 31), 180, PLACED, "session/7001")
    ]
    assert rows["text"].drop_nulls().to_list() == ["sport 1"]


def test_a_session_whose_samples_have_gaps_is_whole(read):
    samples = {"samples": [{"type": "HEART_RATE", "intervalMillis": 1000, "values": [float("nan"), 141.0]}]}
    rows, account = read(SESSION | {"exercises": [SESSION["exercises"][0] | {"samples": samples}]})
    assert (account.taken, account.faulty) == (1, 0)
    assert rows.filter(pl.col("signal") == "workout.heart_rate")["value"].to_list() == [141]


def test_a_session_without_an_offset_stays_on_its_own_clock(read):
    rows, _ = read({key: value for key, value in SESSION.items() if key != "timezoneOffsetMinutes"})
    assert rows.select("start", "basis").unique().rows() == [(datetime(2024, 5, 5, 10), LOCAL)]


def test_bad_records_are_faults_without_their_value(read):
    days = [BEATS["deviceDays"][0], BEATS["deviceDays"][0] | {"date": "someday"}]
    _, account = read({"deviceDays": days})
    assert (account.read, account.taken, account.faulty) == (2, 1, 1)
    assert {fault.place for fault in account.faults} == {"x.json, record 2"}
    assert not any("someday" in fault.reason for fault in account.faults)


@pytest.mark.parametrize("content", [
    b"{}", b'{"deviceDays": []}', b'{"exportVersion": "1", "date": "2024-05-05"}', b'[{"identifier": {}}]',
])  # fmt: skip
def test_foreign_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("247ohr_1.json", content))
