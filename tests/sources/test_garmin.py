"""The JSON files of a Garmin account export (docs/sources/garmin.md)."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.garmin import SOURCE

DATE, INSTANT, PLACED = 0, 2, 3
DAY = {
    "userProfilePK": 1, "calendarDate": "2026-02-15", "uuid": "a1", "totalKilocalories": 2150.0,
    "activeKilocalories": 485.0, "bmrKilocalories": 1665.0, "totalSteps": 8432, "dailyStepGoal": 9000,
    "totalDistanceMeters": 6421, "floorsAscendedInMeters": 31.5, "minHeartRate": 48, "maxHeartRate": 165,
    "restingHeartRate": 58, "moderateIntensityMinutes": 28, "vigorousIntensityMinutes": 15,
    "allDayStress": {"userProfilePK": 1, "aggregatorList": [
        {"type": "TOTAL", "averageStressLevel": 31, "maxStressLevel": 88},
        {"type": "ASLEEP", "averageStressLevel": -2}]},
    "bodyBattery": {"chargedValue": 45, "bodyBatteryStatList": [
        {"bodyBatteryStatType": "HIGHEST", "statsValue": 85, "bodyBatteryStatus": "MEASURED"},
        {"bodyBatteryStatType": "LOWEST", "statsValue": 20}]},
    "respiration": {"avgWakingRespirationValue": 14.0},
}  # fmt: skip
NIGHT = {
    "sleepStartTimestampGMT": "2026-02-15T01:08:45.0", "sleepEndTimestampGMT": "2026-02-15T08:41:45.0",
    "calendarDate": "2026-02-15", "sleepWindowConfirmationType": "ENHANCED_CONFIRMED_FINAL", "deepSleepSeconds": 5340,
    "lightSleepSeconds": 14400, "remSleepSeconds": 900, "awakeSleepSeconds": 6540, "averageRespiration": 14.0,
    "awakeCount": 2, "avgSleepStress": 29.1, "sleepScores": {"overallScore": 71, "feedback": "X"}, "retro": False,
}  # fmt: skip
UNSEEN = {"sleepStartTimestampGMT": "2026-02-16T20:00:00.0", "sleepEndTimestampGMT": "2026-02-17T04:00:00.0",
          "calendarDate": "2026-02-17", "sleepWindowConfirmationType": "UNCONFIRMED", "retro": False}  # fmt: skip
RUN = {
    "activityId": 111, "name": "Home Town Running", "activityType": "running", "beginTimestamp": 1700000000000.0,
    "startTimeGmt": 1700000000000.0, "startTimeLocal": 1700003600000.0, "duration": 1800000.0, "distance": 500000.0,
    "elevationGain": 6300.0, "avgHr": 140.0, "maxHr": 171.0, "minHr": 90.0, "calories": 1676.0, "steps": 5000.0,
    "vO2MaxValue": 47.0, "startLatitude": 50.0, "startLongitude": 14.0,
}  # fmt: skip
STATUS = {"calendarDate": "2026-02-15", "metrics": [
    {"type": "HRV", "value": 52.0, "status": "IN_RANGE", "baselineUpperLimit": 70.0, "baselineLowerLimit": 40.0},
    {"type": "HR", "value": 51.0}, {"type": "SPO2", "status": "NO_DATA"}]}  # fmt: skip
WEIGHT = {
    "metaData": {"userProfilePK": 1, "calendarDate": "2026-02-15T07:00:00.0", "sequence": 1},
    "weight": {"weight": 78450.0, "bodyFat": 0.0, "sourceType": "INDEX_SCALE", "timestampGMT": "2026-02-15T06:00:00.0"},
}


def specimen() -> dict[str, bytes]:
    """A file of each kind that is read."""
    files = {
        "UDSFile_2026-02-15_2026-05-26.json": [DAY],
        "2026-02-15_2026-05-26_1_sleepData.json": [NIGHT, UNSEEN],
        "me_0_summarizedActivities.json": [{"summarizedActivitiesExport": [RUN]}],
        "2026-02-15_2026-05-26_1_healthStatusData.json": [STATUS],
        "1_userBioMetrics.json": [WEIGHT],
    }
    return {name: json.dumps(told).encode() for name, told in files.items()}


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "x.json", told)


def values(rows):
    return {signal: round(value, 3) for signal, value in rows.drop_nulls("value").select("signal", "value").rows()}


def test_a_day_is_summed_up_on_its_date(read):
    rows, account = read([DAY])
    assert values(rows) == {
        "steps": 8432, "goal.steps": 9000, "distance": 6421, "energy.burned": 2150, "energy.active": 485,
        "energy.basal": 1665, "elevation": 31.5, "heart_rate.min": 48, "heart_rate.max": 165, "heart_rate.resting": 58,
        "activity.moderate": 28, "activity.vigorous": 15, "other.garmin_stress": 31, "respiratory_rate": 14,
        "other.garmin_body_battery_high": 85, "other.garmin_body_battery_low": 20,
    }  # fmt: skip
    assert rows.select("start", "basis", "native").unique().rows() == [(datetime(2026, 2, 15), DATE, "day/2026-02-15")]
    assert account.taken == 1


def test_a_day_without_a_watch_has_no_heart_and_no_stress(read):
    stress = {"aggregatorList": [{"type": "TOTAL", "averageStressLevel": -1}]}
    rows, _ = read([DAY | {"restingHeartRate": 0, "allDayStress": stress, "bodyBattery": None}])
    assert not {"heart_rate.resting", "other.garmin_stress", "other.garmin_body_battery_high"} & {*rows["signal"]}


def test_a_night_adds_up_and_one_that_was_not_seen_is_passed_over(read):
    rows, account = read([NIGHT, UNSEEN])
    assert values(rows) == {
        "sleep.duration": 344, "sleep.deep": 89, "sleep.light": 240, "sleep.rem": 15, "sleep.awake": 109,
        "sleep.awakenings": 2, "other.garmin_sleep_stress": 29.1, "respiratory_rate.sleep": 14, "sleep.score": 71,
    }  # fmt: skip
    assert rows.select("start", "stop", "basis", "native").unique().rows() == [
        (datetime(2026, 2, 15, 1, 8, 45), datetime(2026, 2, 15, 8, 41, 45), INSTANT, "night/2026-02-15")
    ]
    assert (account.read, account.taken, account.passed) == (2, 1, 1)


def test_a_night_without_the_watch_on_the_wrist_is_no_night_of_no_sleep(read):
    off = UNSEEN | {"sleepWindowConfirmationType": "OFF_WRIST", "deepSleepSeconds": 0, "lightSleepSeconds": 0}
    rows, account = read([off])
    assert rows.is_empty()
    assert account.passed == 1


def test_nights_of_old_watches_have_no_rem(read):
    rows, _ = read([{key: value for key, value in NIGHT.items() if key != "remSleepSeconds"}])
    assert values(rows)["sleep.duration"] == 329


def test_an_activity_is_placed_by_its_two_clocks_and_counted_in_metres(read):
    rows, _ = read([{"summarizedActivitiesExport": [RUN]}])
    assert values(rows) == {
        "workout.duration": 30, "workout.distance": 5000, "workout.elevation": 63, "workout.heart_rate": 140,
        "workout.heart_rate_max": 171, "workout.heart_rate_min": 90, "workout.steps": 5000, "vo2_max": 47,
    }  # fmt: skip
    named = rows.filter(pl.col("signal") == "workout")
    assert named.select("text", "start", "stop", "offset", "basis", "native").row(0) == (
        "running", datetime(2023, 11, 14, 22, 13, 20), datetime(2023, 11, 14, 22, 43, 20), 60, PLACED, "activity/111",
    )  # fmt: skip


def test_health_status_and_weight_are_read(read):
    assert values(read([STATUS])[0]) == {"heart_rate_variability.rmssd": 52, "heart_rate.sleep": 51}
    rows, _ = read([WEIGHT])
    assert rows.select("signal", "value", "start").rows() == [("weight", 78.45, datetime(2026, 2, 15, 6))]


def test_a_scale_measures_the_body_in_shares_and_grams(read):
    said = WEIGHT["weight"] | {
        "bmi": 23.4, "bodyFat": 18.5, "bodyWater": 59.4, "muscleMass": 35120, "boneMass": 4200, "rawImpedance": 0,
    }  # fmt: skip
    rows, account = read([WEIGHT | {"weight": said}])
    assert values(rows) == {
        "weight": 78.45, "body_mass_index": 23.4, "body_fat": 18.5, "body_water": 59.4, "muscle_mass": 35.12,
        "bone_mass": 4.2,
    }  # fmt: skip
    assert (account.taken, account.faulty) == (1, 0)


def test_a_night_that_says_nothing_of_being_confirmed_is_read(read):
    night = {name: said for name, said in NIGHT.items() if name != "sleepWindowConfirmationType"}
    assert values(read([night])[0]) == values(read([NIGHT])[0])


def test_a_day_is_its_date_and_its_resting_heart_rate_that_of_the_day_where_no_other_stands(read):
    rows, _ = read([DAY | {"calendarDate": "2026-02-15T00:00:00.0", "restingHeartRate": 0,
                           "currentDayRestingHeartRate": 57}])  # fmt: skip
    resting = rows.filter(pl.col("signal") == "heart_rate.resting")
    assert resting.select("value", "start", "basis", "native").rows() == [
        (57.0, datetime(2026, 2, 15), DATE, "day/2026-02-15")
    ]


def test_bad_records_are_faults_with_a_place_and_without_their_value(read):
    rows, account = read([DAY, DAY | {"calendarDate": "soon"}, DAY | {"totalSteps": "many"}])
    assert (account.read, account.taken, account.faulty) == (3, 2, 1)
    assert {fault.place for fault in account.faults} == {"x.json, record 2", "x.json, record 3"}
    assert not any("soon" in fault.reason or "many" in fault.reason for fault in account.faults)
    assert rows["signal"].to_list().count("steps") == 1


@pytest.mark.parametrize("content", [
    b"[]", b'[{"calendarDate": "2026-02-15"}]', b'[{"totalSteps": 1, "date": "2026-02-15"}]', b'{"weight": 80}',
])  # fmt: skip
def test_foreign_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("UDSFile_1.json", content))


def test_recordings_one_zip_deeper_are_explained(member):
    packed = member("DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip", b"PK\x03\x04rest")
    assert "unpack" in SOURCE.why_not(packed)
    assert SOURCE.why_not(member("a.zip", b"PK\x03\x04rest")) == ""
