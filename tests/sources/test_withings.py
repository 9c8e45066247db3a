"""Withings' export, its tables in English and German as the files of docs/sources/withings.md hold them."""

from __future__ import annotations

import zipfile
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources._withings_samples import SAMPLES, _moments
from selftwin.sources.reader.process import Finished, Reading
from selftwin.sources.reader.stamps import from_iso
from selftwin.sources.withings import SOURCE

DATE, LOCAL, INSTANT, PLACED = range(4)
WEIGHT = 'Date,"Weight (kg)","Fat mass (kg)","Bone mass (kg)","Muscle mass (kg)","Hydration (kg)",Comments\n'
PRESSURE = 'Date,"Heart rate",Systolic,Diastolic,Comments\n'
SLEEP = (
    'from,to,"light (s)","deep (s)","rem (s)","awake (s)","wake up","Duration to sleep (s)","Duration to wake up (s)",'
    '"Snoring (s)","Snoring episodes","Average heart rate","Heart rate (min)","Heart rate (max)","Night events",Notes\n'
)
NIGHT = "2024-03-01T23:10:00-07:00,2024-03-02T07:10:00-07:00,14400,7200,3600,3600,2,600,300,120,3,54,47,71,,\n"
ACTIVITY = 'from,to,"from (manual)","to (manual)",Timezone,"Activity type",Data,GPS,Modified\n'
WALK = (
    '2024-03-02T18:00:00+01:00,2024-03-02T18:45:00+01:00,,,Europe/Vienna,Walking,"{""calories"":181.25,""intensity"":30,'
    '""manual_calories"":9,""hr_average"":101,""hr_min"":80,""hr_max"":130,""steps"":5100,""distance"":3900.5}",,'
    "2024-03-02T20:00:00+01:00\n"
)
RUN = "start,duration,value\n"
OTHER = "type,date,value,unit,position\n"


def specimen() -> dict[str, bytes]:
    """Six tables of an export and two files of samples, a row or two in each."""
    tables = {
        "weight": WEIGHT + '"2024-03-02 07:12:13",79.1,21.3,2.9,54.9,40.7,\n',
        "bp": PRESSURE + '"2024-03-02 09:11:39",69,116,75,\n',
        "height": 'Date,"Height (m)",Comments\n"2022-01-11 18:17:48",1.74,\n',
        "sleep": SLEEP + NIGHT,
        "activities": ACTIVITY + WALK,
        "aggregates_steps": "date,value\n2024-03-02,8123\n",
        "raw_tracker_steps": RUN + '2024-03-02T18:00:00+01:00,"[60,60]","[110,108]"\n',
        "raw_bed_sleep-state": RUN + '2024-03-01T23:10:00+01:00,"[600,1800]","[0,1]"\n',
    }
    return {f"{name}.csv": text.encode() for name, text in tables.items()}


@pytest.fixture
def read(reading):
    return lambda path, content: reading(SOURCE, path, content)


def at(*parts):
    """A stamp, as rows hold it: without a zone."""
    return datetime(*parts)


def values(rows, *columns):
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows.select("signal", *columns).rows()}


def test_a_weighing_is_read_with_its_masses_and_its_comment(read):
    rows, account = read("weight.csv", WEIGHT + '"2024-03-02 07:12:13",79.17,21.28,2.93,54.95,40.66,after a run\n')
    assert values(rows.drop_nulls("value"), "value") == {
        "weight": 79.17, "fat_mass": 21.28, "bone_mass": 2.93, "muscle_mass": 54.95, "body_water_mass": 40.66,
    }  # fmt: skip
    assert values(rows, "text")["note"] == "after a run"
    assert rows.select("start", "basis", "source").unique().rows() == [(at(2024, 3, 2, 7, 12, 13), LOCAL, "withings")]
    assert account.taken == 1


def test_pounds_become_kilograms(read):
    rows, _ = read("weight.csv", WEIGHT.replace("(kg)", "(lb)") + '"2024-03-02 07:12:13",180.0,,,,,\n')
    assert rows["value"].round(3).to_list() == [81.647]


def test_a_weight_without_a_unit_is_not_guessed(member):
    assert not SOURCE.recognises(member("weight.csv", "Date,Weight,Fat mass,Comments\n2024-03-02 07:12:13,80,20,\n"))
    mixed = 'Date,"Weight (kg)","Fat mass (lb)",Comments\n2024-03-02 07:12:13,80,20,\n'
    assert not SOURCE.recognises(member("weight.csv", mixed))


def test_tables_in_german_in_dutch_and_of_the_old_web_say_the_same(read):
    german = (
        'Date,"Gewicht (kg)","Fettmasse (kg)","Knochenmasse (kg)","Muskelmasse (kg)","Wasseranteil (kg)",Kommentare\n'
        '"2024-03-02 07:12:13",79.17,21.28,2.93,54.95,40.66,\n'
    )
    english = WEIGHT + '"2024-03-02 07:12:13",79.17,21.28,2.93,54.95,40.66,\n'
    assert read("weight.csv", german)[0].equals(read("weight.csv", english)[0])
    old = (
        '"Date","Gewicht (kg)","Fettmasse (kg)","Fettfreier Anteil (kg)","Kommentare"\n'
        '"2013-02-13 6:04 Uhr","94.3","26.8","67.5",""\n"2013-02-12 6:09 Uhr","94.9","0","0",""\n'
    )
    rows, _ = read("Withings.csv", old)
    assert rows.select("signal", "start", "value").rows() == [
        ("weight", at(2013, 2, 13, 6, 4), 94.3), ("weight", at(2013, 2, 12, 6, 9), 94.9),
        ("fat_mass", at(2013, 2, 13, 6, 4), 26.8), ("lean_mass", at(2013, 2, 13, 6, 4), 67.5),
    ]  # fmt: skip
    dutch = (
        'Datum,"Gewicht (kg)","Vetcellen (kg)","Botmassa (kg)","Spiermassa (kg)","Hydratatie (kg)",Opmerkingen\n'
        '"2024-03-02 07:12:13",79.17,21.28,2.93,54.95,40.66,\n'
    )
    assert read("gewicht.csv", dutch)[0].equals(read("gewicht.csv", english)[0])
    height = 'Datum,"Grösse (m)",Kommentare\n"2024-03-02 11:43:31",1.95,\n'
    assert values(read("height.csv", height)[0], "value") == {"height": 1.95}


def test_a_pulse_alone_is_a_heart_rate_and_no_pressure(read):
    rows, account = read("bp.csv", PRESSURE + '"2024-03-02 09:11:39",69,116,75,\n"2024-03-03 14:17:00",76,,,\n')
    assert sorted(rows.select("signal", "value").rows()) == [
        ("blood_pressure.diastolic", 75.0), ("blood_pressure.systolic", 116.0), ("heart_rate", 69.0),
        ("heart_rate", 76.0),
    ]  # fmt: skip
    german = "Date,Herzfrequenz,Systole,Diastole,Kommentare\n" + '"2024-03-02 09:11:39",69,116,75,\n'
    assert values(read("bp.csv", german)[0], "value")["blood_pressure.systolic"] == 116.0
    assert account.taken == 2


def test_a_night_is_placed_and_told_in_minutes(read):
    rows, _ = read("sleep.csv", SLEEP + NIGHT)
    assert values(rows, "value") == {
        "sleep.duration": 420.0, "sleep.in_bed": 480.0, "sleep.light": 240.0, "sleep.deep": 120.0, "sleep.rem": 60.0,
        "sleep.awake": 60.0, "sleep.awakenings": 2.0, "sleep.latency": 10.0, "sleep.after_wakeup": 5.0,
        "snoring": 2.0, "heart_rate.sleep": 54.0, "heart_rate.min": 47.0,
    }  # fmt: skip
    assert rows.select("native", "start", "stop", "offset", "basis").unique().rows() == [
        ("2024-03-01T23:10:00-07:00", at(2024, 3, 2, 6, 10), at(2024, 3, 2, 14, 10), -420, PLACED)
    ]


def test_zeros_of_a_device_that_cannot_tell_are_no_readings(read):
    zeros = NIGHT.replace("14400,7200,3600,3600", "14400,7200,0,3600").replace("120,3,54,47,71", "0,0,0,0,0")
    german = SLEEP.replace('from,to,"light (s)","deep (s)"', 'von,bis,"leicht (s)","tief (s)"')
    german = german.replace('"awake (s)","wake up"', '"wach (s)",Aufwachen').replace(',"Night events",Notes', "")
    rows, _ = read("sleep.csv", german + zeros.replace(",,\n", "\n"))
    found = values(rows, "value")
    assert found["sleep.duration"] == 360.0
    assert not {"sleep.rem", "snoring", "heart_rate.sleep", "heart_rate.min"} & set(found)
    nothing = NIGHT.replace("14400,7200,3600", "0,0,0")
    assert "sleep.duration" not in values(read("sleep.csv", SLEEP + nothing)[0], "value")


def test_an_activity_is_a_workout_and_its_empty_frame_is_passed_over(read):
    frame = WALK.split(",Walking,", maxsplit=1)[0] + ',"Multi Sport",{},,2024-03-02T20:00:00+01:00\n'
    rows, account = read("activities.csv", ACTIVITY + WALK + frame)
    assert values(rows.drop_nulls("value"), "value") == {
        "workout.duration": 45.0, "workout.energy": 181.25, "workout.steps": 5100.0, "workout.distance": 3900.5,
        "workout.heart_rate": 101.0, "workout.heart_rate_max": 130.0, "workout.heart_rate_min": 80.0,
    }  # fmt: skip
    said = rows.filter(pl.col("signal") == "workout").select("text", "native", "start", "stop", "offset", "basis")
    assert said.rows() == [
        ("Walking", "2024-03-02T18:00:00+01:00/Walking", at(2024, 3, 2, 17), at(2024, 3, 2, 17, 45), 60, PLACED)
    ]
    assert (account.taken, account.passed, account.faulty) == (1, 1, 0)
    assert read("activities.csv", ACTIVITY.replace("from,to", "von,bis", 1) + WALK)[0].equals(
        read("activities.csv", ACTIVITY + WALK)[0]
    )


@pytest.mark.parametrize(("name", "value", "signal", "kept"), [
    ("aggregates_steps.csv", "8123", "steps", 8123.0),
    ("aggregates_distance.csv", "5600.5", "distance", 5600.5),
    ("aggregates_calories_earned.csv", "190.229", "energy.active", 190.229),
    ("aggregates_calories_passive.csv", "1700", "energy.basal", 1700.0),
])  # fmt: skip
def test_the_sums_of_days_stand_on_dates_and_apart_from_the_samples(read, name, value, signal, kept):
    rows, _ = read(name, f"date,value\n2024-03-02,{value}\n")
    assert rows.select("signal", "value", "start", "basis", "source").rows() == [
        (signal, kept, at(2024, 3, 2), DATE, "withings:daily")
    ]


def test_sums_that_mean_nothing_are_passed_over_with_their_reason(read):
    for name in ("aggregates_elevation.csv", "aggregates_manual_spo2.csv"):
        rows, account = read(name, "date,value\n2024-03-02,200\n")
        assert (rows.height, account.passed, len(account.notes)) == (0, 1, 1)


def test_single_measures_are_known_by_the_name_of_their_table(read, member):
    rows, _ = read("manual_spo2.csv", 'date,value\n"2024-03-02 14:18:36",98\n')
    assert values(rows, "value") == {"oxygen_saturation": 98.0}
    rows, _ = read("body_temperature.csv", 'date,"value (°C)"\n"2024-03-02 07:12:15",36.7\n')
    assert values(rows, "value") == {"body_temperature": 36.7}
    rows, _ = read("pwv.csv", 'date,value\n"2024-03-02 11:58:38",6.1\n')
    assert rows.select("signal", "value", "unit").rows() == [("other.pulse_wave_velocity", 6.1, "m/s")]
    assert not SOURCE.recognises(member("prices.csv", "date,value\n2024-03-02,98\n"))


def test_other_measures_are_shares_and_the_metabolism(read):
    lines = [
        'FAT_PERCENT,"2024-03-02 07:16:13",27,', 'FAT_FREE_MASS,"2024-03-02 07:16:13",58,',
        '"Basal Metabolic Rate (BMR)","2024-03-02 07:16:13","1,648",',
        '"Atrial fibrillation result from PPG","2024-03-02 14:17:06",1,',
    ]  # fmt: skip
    rows, account = read("other.csv", OTHER + "\n".join(lines) + "\n")
    assert values(rows, "value") == {"body_fat": 27.0, "metabolic_rate.basal": 1648.0}
    assert (account.taken, account.passed) == (2, 2)


def test_each_sample_of_a_run_begins_where_the_one_before_it_ended(read):
    rows, account = read("raw_tracker_steps.csv", RUN + '2024-03-02T18:00:00+01:00,"[60,30]","[110,8]"\n')
    assert rows.select("signal", "value", "start", "stop", "basis", "offset", "source").rows() == [
        ("steps", 110.0, at(2024, 3, 2, 17), at(2024, 3, 2, 17, 1), INSTANT, 60, "withings:tracker"),
        ("steps", 8.0, at(2024, 3, 2, 17, 1), at(2024, 3, 2, 17, 1, 30), INSTANT, 60, "withings:tracker"),
    ]
    assert account.taken == 1


@pytest.mark.parametrize(
    "stamp", ["2024-03-02T18:00:00-07:30", "2024-03-02T23:59:59+14:00", "2024-02-29T00:00:00+00:00"]
)
def test_moments_are_the_same_read_at_once_and_one_by_one(stamp):
    told = pl.Series([stamp])
    columns = ("start", "offset", "basis")
    assert _moments(told).select(columns).rows() == from_iso(told).select(columns).rows()
    assert _moments(pl.Series([stamp, "soon", None])).select(columns).equals(
        from_iso(pl.Series([stamp, "soon", None])).select(columns)
    )


def test_a_sample_told_twice_is_one(read):
    line = "2024-03-02T18:00:00+01:00,[60],[110]\n"
    rows, _ = read("raw_tracker_distance.csv", RUN + line + line)
    assert rows.select("signal", "source", "native").n_unique() == 1
    assert rows["native"].null_count() == 0


@pytest.mark.parametrize(("name", "codes", "stages"), [
    ("raw_tracker_sleep-state.csv", "[0,1,2]", ["awake", "light", "deep"]),
    ("raw_bed_sleep-state.csv", "[1,2,3]", ["light", "deep", "rem"]),
    ("raw_sleep-monitor_sleep-state.csv", "[0,1,0]", ["awake", "asleep", "awake"]),
])  # fmt: skip
def test_stages_of_sleep_are_told_by_their_codes(read, name, codes, stages):
    rows, _ = read(name, RUN + f'2024-03-01T23:00:00+01:00,"[120,600,300]","{codes}"\n')
    assert rows["text"].to_list() == stages
    assert (rows["stop"] - rows["start"]).dt.total_seconds().to_list() == [120, 600, 300]


def test_a_stage_nobody_knows_is_a_fault(read):
    rows, account = read("raw_bed_sleep-state.csv", RUN + "2024-03-01T23:00:00+01:00,[120],[9]\n")
    assert (rows.height, account.faulty) == (0, 1)


def test_what_was_not_measured_is_none(read):
    line = '2024-03-02T06:47:14+02:00,"[38,38,37]","[50,0,-1]"\n'
    rows, _ = read("raw_heart_rate_variability_HR SD NN.csv", RUN + line)
    assert values(rows, "value") == {"heart_rate_variability.sdnn": 50.0}
    for name, signal in {"raw_hr_hr.csv": "heart_rate", "raw_tracker_hr.csv": "heart_rate",
                         "raw_bed_respiratory-rate.csv": "respiratory_rate.sleep",
                         "raw_spo2_auto_spo2.csv": "oxygen_saturation"}.items():  # fmt: skip
        assert values(read(name, RUN + line)[0], "value", "stop") == {signal: (50.0, None)}


def test_only_the_first_position_of_a_run_is_true(read):
    rows, account = read("raw_location_latitude.csv", RUN + '2024-03-02T13:45:36+01:00,"[60,60]","[44.5,657.25]"\n')
    assert rows.select("signal", "value").rows() == [("location.latitude", 44.5)]
    assert (account.taken, account.faulty) == (1, 0)


def test_a_measure_that_nothing_explains_is_passed_over_with_a_note(read):
    rows, account = read("raw_bed_Pressure.csv", RUN + "2024-03-02T00:07:03+01:00,[60],[3]\n")
    assert (rows.height, account.passed) == (0, 1)
    assert list(account.notes) == ["run of samples left out: a measure that nothing explains"]


def test_bad_cells_are_faults_with_a_place_and_without_their_value(read):
    lines = [
        "2024-03-02T18:00:00+01:00,[60],[lots]", "soon,[60],[110]", '2024-03-02T18:01:00+01:00,"[60,60]",[110]',
        "2024-03-02T18:02:00+01:00,[long],[110]", "2024-03-02T18:03:00+01:00,[60],[1e99]",
        "2024-03-02T18:04:00+01:00,,",
        "2024-03-02T18:05:00+01:00,[60],[110],9", "2024-03-02T18:06:00+01:00,[60],[110]",
    ]  # fmt: skip
    rows, account = read("x/raw_tracker_steps.csv", RUN + "\n".join(lines) + "\n")
    assert rows["value"].to_list() == [110.0]
    assert (account.read, account.taken, account.passed, account.faulty) == (8, 1, 1, 6)
    assert all(fault.place.startswith("x/raw_tracker_steps.csv, record ") for fault in account.faults)
    assert not any("lots" in fault.reason or "1e99" in fault.reason for fault in account.faults)


def test_long_runs_are_cut_into_parts_of_whole_rows(member):
    run = f'"[{",".join(["60"] * 5000)}]","[{",".join(["7"] * 5000)}]"'
    text = RUN + "".join(f"2024-03-{day:02d}T00:00:00+01:00,{run}\n" for day in range(1, 29))
    parts = list(SOURCE.read(member("raw_tracker_steps.csv", text), subject=None))
    assert sum(one.read for one in parts) == 28
    assert sum(one.rows.num_rows for one in parts) == 140_000
    assert max(one.rows.num_rows for one in parts) <= 70_000
    assert [one.first_record for one in parts] == sorted({one.first_record for one in parts})


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe", "start,end,value\n1,2,3\n", "Date,Weight\n2024-01-01,80\n", b"PK\x03\x04", "from,to\n1,2\n",
])  # fmt: skip
def test_foreign_tables_are_left_alone(member, content):
    assert not SOURCE.recognises(member("weight.csv", content))
    assert not SOURCE.recognises(member("start.csv", "start,duration,value\n1,[2],[3]\n"))


def test_every_file_of_samples_is_named_as_members_are():
    assert all(name == name.lower() for name in SAMPLES)


def test_an_export_is_read_through_the_child(tmp_path):
    path = tmp_path / "data_ANN_1709.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in specimen().items():
            archive.writestr(name, data)
    with Reading([(path, path.name)]) as reading:
        finished = [one for one in reading if isinstance(one, Finished)]
    assert [one.records.taken for one in finished] == [1] * 8
    assert sum(one.made for one in finished) == 5 + 3 + 1 + 12 + 8 + 1 + 2 + 2
