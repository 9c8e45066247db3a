"""Fitbit's two exports: what is recognised, the series by the minute and by the day, and hostile files.

Shaped on the public parsers and write-ups that docs/sources/fitbit.md names.
"""

from __future__ import annotations

import json
import zipfile
from datetime import datetime

import pytest

from selftwin.sources import _fitbit_json
from selftwin.sources.fitbit import SOURCE
from selftwin.sources.reader.process import Broken, Finished, Reading, Unrecognised
from selftwin.vocabulary.errors import BrokenExport

GLOBAL = "Takeout/Fitbit/Global Export Data/"
GOOGLE = "Takeout/Fitbit/Physical Activity_GoogleData/"
DATE, LOCAL, INSTANT, PLACED = range(4)


def at(*parts):
    """A wall clock, as rows hold it: without a zone."""
    return datetime(*parts)


def told(rows, *columns):
    return rows.select(*columns).rows()


@pytest.fixture
def read(reading):
    return lambda path, content: reading(SOURCE, path, content)


def series(*pairs):
    return [{"dateTime": stamp, "value": value} for stamp, value in pairs]


def specimen() -> dict[str, bytes]:
    """A series by the minute, one by the day, and a log."""
    weight = [{"logId": 1, "weight": 191.8, "bmi": 26, "date": "05/01/24", "time": "07:00:00"}]
    resting = [{"dateTime": "05/01/24 00:00:00", "value": {"date": "05/01/24", "value": 58.5, "error": 6.8}}]
    told = {"steps-2024-05-01": series(("05/01/24 07:00:00", "88"), ("05/01/24 07:01:00", "5"))}
    told |= {"resting_heart_rate-2024-05-01": resting, "weight-2024-05-01": weight}
    return {f"{GLOBAL}{name}.json": json.dumps(content).encode() for name, content in told.items()}


def test_steps_are_minutes_of_utc_whose_zeros_count(read):
    rows, account = read(
        GLOBAL + "steps-2024-05-01.json", series(("05/01/24 07:00:00", "0"), ("05/01/24 07:01:00", "88"))
    )
    assert told(rows, "signal", "value", "start", "stop", "basis") == [
        ("steps", 0.0, at(2024, 5, 1, 7, 0), at(2024, 5, 1, 7, 1), INSTANT),
        ("steps", 88.0, at(2024, 5, 1, 7, 1), at(2024, 5, 1, 7, 2), INSTANT),
    ]
    assert account.records().taken == 2


def test_the_older_archive_without_dates_in_its_names_is_read_alike(read):
    rows, _ = read("p/steps.json", series(("2019-11-07 18:59:00", "16")))
    assert told(rows, "signal", "value", "start", "basis") == [("steps", 16.0, at(2019, 11, 7, 18, 59), INSTANT)]


def test_distance_comes_in_centimetres_and_altitude_in_feet(read):
    rows, _ = read(GLOBAL + "distance-2024-05-01.json", series(("05/01/24 07:00:00", "15810")))
    assert told(rows, "signal", "value") == [("distance", 158.1)]
    rows, _ = read(GLOBAL + "altitude-2024-05-01.json", series(("05/01/24 07:00:00", "10")))
    assert rows["signal"][0] == "elevation"
    assert rows["value"][0] == pytest.approx(3.048)


def test_calories_stand_at_the_local_wall_clock(read):
    rows, _ = read(GLOBAL + "calories-2024-05-01.json", series(("05/01/24 00:00:00", "1.19")))
    assert told(rows, "signal", "value", "basis") == [("energy.burned", 1.19, LOCAL)]


def test_heart_rate_leaves_out_what_is_written_while_the_watch_is_off(read):
    beats = [(70, 0), (61, 2), (70, 3)]
    content = series(*((f"05/01/24 07:00:0{n}", {"bpm": b, "confidence": c}) for n, (b, c) in enumerate(beats)))
    rows, account = read(GLOBAL + "heart_rate-2024-05-01.json", content)
    assert told(rows, "signal", "value") == [("heart_rate", 61.0), ("heart_rate", 70.0)]
    assert account.records().passed == 1
    assert list(account.notes) == ["heart_rate: the device was not worn"]


def test_a_resting_heart_rate_of_zero_is_a_day_without_one(read):
    content = series(
        ("05/01/24 00:00:00", {"date": "05/01/24", "value": 53.75, "error": 6.79}),
        ("05/02/24 00:00:00", {"date": None, "value": 0.0, "error": 0.0}),
    )
    rows, account = read(GLOBAL + "resting_heart_rate-2024-05-01.json", content)
    assert told(rows, "signal", "value", "start", "basis") == [("heart_rate.resting", 53.75, at(2024, 5, 1), DATE)]
    assert (account.passed, account.faulty) == (1, 0)


def test_a_whole_day_without_a_movement_is_a_day_not_worn(read):
    rows, account = read(
        "sedentary_minutes.json", series(("2019-11-01 00:00:00", "636"), ("2019-11-02 00:00:00", "1440"))
    )
    assert told(rows, "signal", "value", "basis") == [("activity.sedentary", 636.0, DATE)]
    assert account.passed == 1
    rows, account = read(
        "lightly_active_minutes.json", series(("2019-11-01 00:00:00", "245"), ("2019-11-02 00:00:00", "0"))
    )
    assert told(rows, "signal", "value") == [("activity.light", 245.0)]


def test_days_written_in_advance_are_no_days(read):
    days = [("05/30/24", "12"), ("05/31/24", "0"), ("06/03/24", "0"), ("06/04/24", "0")]
    rows, account = read(
        GLOBAL + "very_active_minutes-2024-05-30.json", series(*((f"{d} 00:00:00", v) for d, v in days))
    )
    assert told(rows, "signal", "value", "start") == [
        ("activity.vigorous", 12.0, at(2024, 5, 30)),
        ("activity.vigorous", 0.0, at(2024, 5, 31)),
    ]
    assert account.passed == 2
    trailing = series(
        ("2024-05-01 00:00:00", "0"), ("2024-05-02 00:00:00", "5"), *((f"2024-05-0{n} 00:00:00", "0") for n in (3, 4))
    )
    rows, _ = read("moderately_active_minutes.json", trailing)
    assert told(rows, "signal", "value") == [("activity.moderate", 0.0), ("activity.moderate", 5.0)]


def test_heart_zones_are_minutes_of_a_day(read):
    zones = {
        "BELOW_DEFAULT_ZONE_1": 1254.0,
        "IN_DEFAULT_ZONE_1": 164.0,
        "IN_DEFAULT_ZONE_3": 0.0,
        "IN_CUSTOM_ZONE": 3.0,
    }
    rows, account = read("time_in_heart_rate_zones.json", series(("2019-11-01 00:00:00", {"valuesInZones": zones})))
    assert sorted(told(rows, "signal", "value", "unit")) == [
        ("heart_zone.below", 1254.0, None),
        ("heart_zone.fat_burn", 164.0, None),
        ("heart_zone.peak", 0.0, None),
        ("other.heart_zone_custom", 3.0, "min"),
    ]
    assert account.taken == 1


def test_fitness_height_and_swims_are_read(read):
    vo2 = {"demographicVO2Max": 46.5, "demographicVO2MaxError": 3.0, "filteredDemographicVO2Max": 46.2}
    rows, _ = read(GLOBAL + "demographic_vo2_max-2024-05-01.json", series(("05/01/24 00:00:00", vo2)))
    assert told(rows, "signal", "value", "basis") == [("vo2_max", 46.5, DATE)]
    run = {"exerciseId": 1, "runVO2Max": 47.1}
    rows, _ = read(GLOBAL + "run_vo2_max-2024-05-01.json", series(("05/01/24 09:30:00", run)))
    assert told(rows, "signal", "value", "source") == [("vo2_max", 47.1, "fitbit:run")]
    rows, _ = read(GLOBAL + "height-2024-05-01.json", series(("05/01/24 00:00:00", "1780")))
    assert told(rows, "signal", "value") == [("height", 1.78)]
    lap = {"lapDurationSec": 31, "strokeCount": 12, "swimStrokeType": "FREESTYLE"}
    rows, _ = read(GLOBAL + "swim_lengths_data-2024-05-01.json", series(("05/01/24 09:30:00", lap)))
    assert told(rows, "signal", "value") == [("swimming.strokes", 12.0), ("other.swim_length_duration", 31.0)]


def test_a_series_nobody_listed_is_kept_under_its_own_name(read, member):
    rows, _ = read(GLOBAL + "lung_colour-2024-05-01.json", series(("05/01/24 09:30:00", "1.5")))
    assert told(rows, "signal", "value", "unit", "basis") == [("other.lung_colour", 1.5, "1", LOCAL)]
    assert not SOURCE.recognises(member("elsewhere/lung_colour-2024-05-01.json", series(("05/01/24 09:30:00", "1.5"))))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (GLOBAL + "badge.json", [{"badgeType": "DAILY_STEPS"}]),
        ("Takeout/Fitbit/Sleep Score/Sleep Score README.txt", "Sleep Score\n"),
        ("Takeout/Fitbit/Biometrics/Glucose 202405.csv", "no data"),
        (GOOGLE + "gps_location_2024-05-01.csv", "timestamp,latitude,longitude,altitude\n2024-05-01T07:00:00Z,1,2,3\n"),
        (GOOGLE + "sedentary_period_2024-05-01.csv", "start time,end time\n2024-05-01T07:00Z,2024-05-01T08:00Z\n"),
    ],
)
def test_what_holds_no_reading_is_passed_over_with_a_note(path, content, read):
    rows, account = read(path, content)
    assert (rows.height, account.passed, len(account.notes)) == (0, 1, 1)


@pytest.mark.parametrize(
    "path", ["steps.json", "notes.csv", "sleep.json", "data.json", "readme.txt", "exercise.json", "weight.json"]
)
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"[", b"{}", b'[{"id": 1}]', b"a,b\n1,2\n", b"PK\x03\x04", b"<xml/>"]
)
def test_foreign_files_are_left_alone(path, content, member):
    assert not SOURCE.recognises(member("somewhere/" + path, content))


@pytest.mark.parametrize(
    "content",
    ["Project,Start time,End time\nx,2024-05-01 10:00,2024-05-01 11:00\n", "timestamp,latitude,longitude\n1,2,3\n"],
)
def test_a_strangers_table_is_left_alone_where_only_the_name_of_the_file_would_tell(content, member):
    assert not SOURCE.recognises(member("work/log.csv", content))


def test_long_files_are_read_by_the_block_and_nothing_is_lost_between(monkeypatch, read):
    content = series(*((f"05/01/24 {n // 60:02}:{n % 60:02}:00", str(n)) for n in range(600)))
    whole, _ = read(GLOBAL + "steps-2024-05-01.json", json.dumps(content, indent=1))
    monkeypatch.setattr(_fitbit_json, "_BLOCK", 700)
    rows, account = read(GLOBAL + "steps-2024-05-01.json", json.dumps(content, indent=1))
    assert rows["value"].to_list() == whole["value"].to_list() == [float(n) for n in range(600)]
    assert account.read == 600


def test_odd_records_cost_themselves_alone(read):
    text = (
        '[{"dateTime": "05/01/24 07:00:00", "value": "5"}, 17, {"dateTime": "05/01/24 07:01:00", "value": NaN},'
        ' {"dateTime": "never", "value": "5"}, {"dateTime": "05/01/24 07:02:00", "value": {"x": 1}},'
        ' {"dateTime": "05/01/24 07:03:00", "value": "1e308"}, {"dateTime": "05/01/1601 07:03:00", "value": "5"},'
        ' {"dateTime": "05/01/24 07:04:00", "value": 1e999}, {"value": "6", "dateTime": "05/01/24 07:05:00"}]'
    )
    rows, account = read(GLOBAL + "steps-2024-05-01.json", text)
    assert rows["value"].to_list() == [5.0, 6.0]
    assert (account.read, account.taken, account.passed) == (9, 2, 1)
    assert account.faulty == 6
    assert all("1e308" not in fault.reason for fault in account.faults)


@pytest.mark.parametrize("cut", [20, 49, 60, -3, -1])
def test_a_series_that_ends_in_the_middle_is_broken(cut, member):
    text = json.dumps(series(("05/01/24 07:00:00", "5"), ("05/01/24 07:01:00", "6")))
    with pytest.raises(BrokenExport):
        list(SOURCE.read(member(GLOBAL + "steps-2024-05-01.json", text[:cut].ljust(50)), subject=None))


@pytest.mark.parametrize("text", ['[{"logId": 1', "[" * 100_000, '[{"logId": 1}', '{"logId": 1}'])
def test_logs_that_are_no_sound_list_are_broken(text, member):
    with pytest.raises(BrokenExport):
        _fitbit_json.whole(member("sleep.json", text))


def test_rows_with_too_many_fields_or_no_number_are_faults(read):
    lines = ["\ufefftimestamp,steps,data source", "2024-05-01T07:01:00Z,8,A,B", "2024-05-01T07:02:00Z,many,A"]
    text = "\n".join([*lines, "2024-05-01T07:03:00Z,9,A\n"])
    rows, account = read(GOOGLE + "steps_2024-05-01.csv", text)
    assert rows["value"].to_list() == [9.0]
    assert (account.taken, account.faulty) == (1, 2)
    assert any(fault.place.endswith("record 1") for fault in account.faults)


def test_a_takeout_archive_is_read_through_the_child(tmp_path):
    path = tmp_path / "takeout-20240601.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            GLOBAL + "weight-2024-05-01.json",
            json.dumps([{"logId": 1, "weight": 191.8, "bmi": 26, "date": "05/01/24"}]),
        )
        archive.writestr(GLOBAL + "steps-2024-05-01.json", json.dumps(series(("05/01/24 07:00:00", "5"))))
        archive.writestr("Takeout/archive_browser.html", "<html></html>")
    with Reading([(path, "takeout.zip")], source="fitbit") as reading:
        said = list(reading)
    finished = [one for one in said if isinstance(one, Finished)]
    assert [one.records.taken for one in finished] == [1, 1]
    assert finished[1].signals == {"steps": 1}
    assert [one.path for one in said if isinstance(one, Unrecognised)] == ["takeout.zip/Takeout/archive_browser.html"]
    assert not any(isinstance(one, Broken) for one in said)
