"""Oura's nights and days in both generations, and as the tables of an export (docs/sources/oura.md)."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.oura import SOURCE

DATE, INSTANT, PLACED = 0, 2, 3
NEW = {
    "id": "s1", "day": "2026-01-02", "type": "long_sleep", "bedtime_start": "2026-01-01T23:00:00.000+02:00",
    "bedtime_end": "2026-01-02T07:00:00.000+02:00", "total_sleep_duration": 24000, "deep_sleep_duration": 6000,
    "light_sleep_duration": 12000, "rem_sleep_duration": 6000, "awake_time": 1200, "time_in_bed": 28800, "latency": 300,
    "efficiency": 92, "average_heart_rate": 55.5, "lowest_heart_rate": 48, "average_hrv": 65, "average_breath": 14.25,
    "sleep_phase_5_min": "124", "heart_rate": {"interval": 300.0, "items": [None, 60.0, 57.0], "timestamp": "x"},
    "hrv": {"interval": 300.0, "items": [40, None, 45], "timestamp": "x"}, "readiness": None,
}  # fmt: skip
OLD = {
    "summary_date": "2026-01-01", "is_longest": 1, "timezone": 120, "bedtime_start": "2026-01-01T23:00:00+02:00",
    "bedtime_end": "2026-01-02T07:00:00+02:00", "total": 24000, "duration": 28800, "deep": 6000, "light": 12000,
    "rem": 6000, "awake": 1200, "onset_latency": 300, "efficiency": 92, "hr_average": 55.5, "hr_lowest": 48,
    "rmssd": 65, "breath_average": 14.25, "score": 81, "temperature_delta": -0.1, "hypnogram_5min": "124",
    "hr_5min": [0, 60, 57], "rmssd_5min": [40, 0, 45],
}  # fmt: skip
READY = {"id": "r", "day": "2026-01-02", "score": 80, "temperature_deviation": -0.2,
         "contributors": {"hrv_balance": 75, "recovery_index": 90}}  # fmt: skip
SLEPT = {"id": "d", "day": "2026-01-02", "score": 84, "contributors": {"deep_sleep": 90, "restfulness": 70}}
MOVED = {
    "id": "a", "day": "2026-01-02", "score": 77, "steps": 8421, "active_calories": 520, "total_calories": 2600,
    "equivalent_walking_distance": 7200, "sedentary_time": 30000, "low_activity_time": 7200, "class_5_min": "0112",
    "medium_activity_time": 1800, "high_activity_time": 600, "contributors": {"stay_active": 80},
}  # fmt: skip
OLD_READY = {"summary_date": "2026-01-01", "score": 80, "score_recovery_index": 90}
OLD_MOVED = {"summary_date": "2026-01-01", "score": 77, "steps": 8421, "cal_active": 520, "cal_total": 2600,
             "daily_movement": 7200, "class_5min": "0112"}  # fmt: skip
OXYGEN = {"id": "o", "breathing_disturbance_index": 3, "day": "2026-01-02", "spo2_percentage": {"average": 97.4}}
FIT = {"id": "v", "day": "2026-01-02", "timestamp": "2026-01-02T07:00:00+02:00", "vo2_max": 44.6}
BEATS = [{"timestamp": f"2026-01-02T07:0{minute}:00.000Z", "bpm": 61 + minute, "source": "awake"} for minute in (0, 5)]


def table(*records, quoted=True):
    """Records as Oura's export has them: parted by semicolons, what is nested as JSON, in quotes or as it is."""
    out = io.StringIO()
    cells = [
        ["" if cell is None else json.dumps(cell) if isinstance(cell, dict) else str(cell) for cell in one.values()]
        for one in records
    ]
    if quoted:
        csv.writer(out, delimiter=";", lineterminator="\n").writerows([list(records[0]), *cells])
        return out.getvalue()
    return "".join(";".join(line) + "\n" for line in [list(records[0]), *cells])


def specimen() -> dict[str, bytes]:
    """The answers of the second generation, and an export of the first."""
    files = {
        "sleep.json": {"data": [NEW], "next_token": None}, "daily_readiness.json": {"data": [READY]},
        "daily_sleep.json": {"data": [SLEPT]}, "daily_activity.json": {"data": [MOVED]},
        "oura_2020.json": {"sleep": [OLD], "activity": [OLD_MOVED], "readiness": [OLD_READY]},
    }  # fmt: skip
    tables = {
        "sleepmodel.csv": [NEW], "dailysleep.csv": [SLEPT], "dailyreadiness.csv": [READY], "dailyactivity.csv": [MOVED],
        "dailyspo2.csv": [OXYGEN], "vo2max.csv": [FIT], "heartrate.csv": BEATS,
    }  # fmt: skip
    return {name: json.dumps(told).encode() for name, told in files.items()} | {
        f"App Data/{name}": table(*told).encode() for name, told in tables.items()
    }


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "oura.json", told)


def values(rows):
    return {signal: round(value, 3) for signal, value in rows.drop_nulls("value").select("signal", "value").rows()}


NIGHT = {
    "sleep.duration": 400, "sleep.in_bed": 480, "sleep.deep": 100, "sleep.light": 200, "sleep.rem": 100,
    "sleep.awake": 20, "sleep.latency": 5, "sleep.efficiency": 92, "respiratory_rate.sleep": 14.25,
    "heart_rate.sleep": 55.5, "heart_rate.resting": 48,
}  # fmt: skip


def test_a_night_is_the_same_in_both_generations(read):
    new, old = read({"data": [NEW]})[0], read({"sleep": [OLD]})[0]
    assert values(new).items() >= NIGHT.items()
    columns = ("signal", "native", "start", "stop", "offset", "basis", "value", "text")
    told = [set(rows.select(columns).rows()) for rows in (new, old)]
    assert told[0] < told[1]
    assert {row[0] for row in told[1] - told[0]} == {"sleep.score", "skin_temperature.deviation"}
    night = new.filter(pl.col("signal") == "sleep.duration")
    assert night.select("start", "stop", "offset", "basis", "native").row(0) == (
        datetime(2026, 1, 1, 21), datetime(2026, 1, 2, 5), 120, PLACED, "night/1767301200",
    )  # fmt: skip


def test_stages_and_beats_follow_every_five_minutes(read):
    rows, _ = read({"data": [NEW]})
    stages = rows.filter(pl.col("signal") == "sleep.stage").sort("start").select("text", "start", "stop").rows()
    assert stages[:2] == [
        ("deep", datetime(2026, 1, 1, 21), datetime(2026, 1, 1, 21, 5)),
        ("light", datetime(2026, 1, 1, 21, 5), datetime(2026, 1, 1, 21, 10)),
    ]
    beats = rows.filter(pl.col("signal") == "heart_rate").select("value", "start").rows()
    assert beats == [(60.0, datetime(2026, 1, 1, 21, 5)), (57.0, datetime(2026, 1, 1, 21, 10))]


def test_a_nap_stands_apart_and_rest_is_passed_over(read):
    kinds = [NEW | {"type": kind} for kind in ("late_nap", "rest", "deleted")]
    rows, account = read({"data": kinds})
    assert {"sleep.nap"} == {signal for signal in rows["signal"] if signal.startswith("sleep.")}
    assert (account.taken, account.passed) == (1, 2)


def test_sleep_of_up_to_three_hours_is_a_nap(read):
    rows, _ = read({"data": [NEW | {"type": "sleep"}]})
    assert {signal for signal in rows["signal"] if signal.startswith("sleep.")} == {"sleep.nap"}


def test_a_variability_below_zero_is_no_measurement(read):
    rows, account = read({"data": [NEW | {"hrv": {"items": [40, -102, 45]}}]})
    found = rows.filter((pl.col("signal") == "heart_rate_variability.rmssd") & pl.col("native").str.contains("/.*/"))
    assert (found["value"].to_list(), account.faulty) == ([40.0, 45.0], 0)


def test_readiness_of_the_first_generation_belongs_to_the_day_of_waking(read):
    new, old = read({"data": [READY]})[0], read({"readiness": [OLD_READY]})[0]
    columns = ("signal", "native", "start", "basis", "value")
    assert set(old.select(columns).rows()) <= set(new.select(columns).rows())


def test_readiness_scores_and_activity_are_dated(read):
    assert values(read({"data": [READY]})[0]) == {"readiness.score": 80, "skin_temperature.deviation": -0.2}
    assert values(read({"data": [SLEPT]})[0]) == {"sleep.score": 84}
    rows, _ = read({"data": [MOVED]})
    assert values(rows) == {
        "steps": 8421, "distance": 7200, "energy.active": 520, "energy.burned": 2600, "activity.sedentary": 500,
        "activity.light": 120, "activity.moderate": 30, "activity.vigorous": 10, "other.oura_activity_score": 77,
    }  # fmt: skip
    assert rows.select("start", "basis", "native").unique().rows() == [
        (datetime(2026, 1, 2), DATE, "activity/2026-01-02")
    ]


def test_an_export_of_the_first_generation_holds_three_arrays(read):
    rows, account = read({"sleep": [OLD], "activity": [OLD_MOVED], "readiness": [OLD_READY]})
    assert values(rows).items() >= {"readiness.score": 80, "steps": 8421, "sleep.score": 81, "distance": 7200}.items()
    assert dict(account.kinds) == {"sleep": 1, "activity": 1, "readiness": 1}


@pytest.mark.parametrize("quoted", [True, False], ids=["quoted", "plain"])
@pytest.mark.parametrize("told", [NEW, SLEPT, READY, MOVED, OXYGEN, FIT], ids=lambda told: told["id"])
def test_a_table_of_the_export_says_what_the_interface_says(reading, read, told, quoted):
    rows, account = reading(SOURCE, "App Data/table.csv", table(told, quoted=quoted))
    assert rows.rows() == read({"data": [told]})[0].rows()
    assert rows.height
    assert (account.read, account.taken) == (1, 1)


def test_the_oxygen_of_a_night_and_fitness_are_dated(read):
    rows = pl.concat(read({"data": [told]})[0] for told in (OXYGEN, FIT))
    assert rows.select("signal", "value", "start", "basis").rows() == [
        ("oxygen_saturation.sleep", 97.4, datetime(2026, 1, 2), DATE), ("vo2_max", 44.6, datetime(2026, 1, 2), DATE),
    ]  # fmt: skip


def test_beats_of_day_and_night_have_their_moments(reading, read):
    rows, _ = reading(SOURCE, "heartrate.csv", table(*BEATS))
    assert rows.rows() == read({"data": BEATS})[0].rows()
    assert rows.select("signal", "value", "start", "basis").rows() == [
        ("heart_rate", 61.0, datetime(2026, 1, 2, 7), INSTANT),
        ("heart_rate", 66.0, datetime(2026, 1, 2, 7, 5), INSTANT),
    ]


def test_rows_of_a_table_without_a_measure_are_passed_over_and_bad_ones_are_faults(reading):
    kinds = [NEW, NEW | {"type": "deleted"}, NEW | {"bedtime_start": "whenever"}]
    _, account = reading(SOURCE, "sleepmodel.csv", table(*kinds) + table(NEW).splitlines()[1] + ";more\n")
    assert (account.read, account.taken, account.passed, account.faulty) == (4, 1, 1, 2)


def test_a_table_with_commas_is_not_ouras(member):
    assert not SOURCE.recognises(member("heartrate.csv", "timestamp,bpm,source\n2026-01-02T07:00:00Z,61,awake\n"))


def test_the_beats_of_music_are_not_ouras(member):
    songs = [one | {"source": "radio"} for one in BEATS]
    assert not SOURCE.recognises(member("songs.json", {"data": songs}))
    assert not SOURCE.recognises(member("songs.csv", table(*songs)))


def test_bad_records_are_faults_with_a_place_and_without_their_value(read):
    rows, account = read({"data": [NEW, NEW | {"bedtime_start": "whenever"}, NEW | {"efficiency": "good"}]})
    assert (account.read, account.taken, account.faulty) == (3, 2, 1)
    assert {fault.place for fault in account.faults} == {"oura.json, record 2", "oura.json, record 3"}
    assert not any("whenever" in fault.reason or "good" in fault.reason for fault in account.faults)
    assert rows["signal"].to_list().count("sleep.efficiency") == 1


@pytest.mark.parametrize("content", [
    b"{}", b'{"data": []}', b'{"data": [{"day": "2026-01-02", "score": 80}]}', b'{"bedtime_start": "20:00"}',
])  # fmt: skip
def test_foreign_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("sleep.json", content))
