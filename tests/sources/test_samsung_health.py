"""Samsung Health's tables, with and without the table's name before its columns (docs/sources/samsung_health.md)."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.samsung_health import SOURCE

INSTANT, PLACED = 2, 3
_H = "com.samsung.health.heart_rate"
HEART = (
    f"com.samsung.shealth.tracker.heart_rate,6313004,5\nsource,{_H}.start_time,{_H}.max,{_H}.min,{_H}.time_offset,"
    f"{_H}.end_time,{_H}.datauuid,{_H}.heart_rate\n"
    ",2026-05-20 06:00:00.000,,,UTC+0200,2026-05-20 06:00:00.000,u1,72.0,\n"
)
_S = "com.samsung.health.step_count"
STEPS = (
    f"com.samsung.shealth.tracker.pedometer_step_count,6313004,6\n{_S}.start_time,{_S}.count,{_S}.distance,{_S}.calorie,"
    f"{_S}.end_time,{_S}.time_offset,{_S}.datauuid\n"
    "2026-05-20 06:00:00.000,60,42.5,2.1,2026-05-20 06:01:00.000,UTC-0330,u2,\n"
)
STAGES = (
    "com.samsung.health.sleep_stage,6313004,2\nstart_time,sleep_id,stage,time_offset,end_time,datauuid\n"
    "2026-05-20 22:00:00.000,s1,40003,UTC+0200,2026-05-20 22:30:00.000,u3,\n"
    "2026-05-20 22:30:00.000,s1,40001,UTC+0200,2026-05-20 22:35:00.000,u4,\n"
)
WEIGHT = (
    "com.samsung.health.weight,6313004,3\nstart_time,weight,time_offset,datauuid\n"
    "2026-05-20 05:10:00.000,79.4,UTC+0200,u5,\n"
)
_E = "com.samsung.health.exercise"
EXERCISE = (
    f"com.samsung.shealth.exercise,6313004,5\n{_E}.start_time,{_E}.end_time,{_E}.exercise_type,{_E}.duration,{_E}.distance,"
    f"{_E}.calorie,{_E}.mean_heart_rate,{_E}.max_heart_rate,{_E}.time_offset,{_E}.datauuid\n"
    "2026-05-20 16:00:00.000,2026-05-20 16:41:00.000,1002,2460000,6800.5,450.0,141.0,178.0,UTC+0200,u6,\n"
)


def specimen() -> dict[str, bytes]:
    """Five tables, one or two rows in each."""
    tables = {
        "com.samsung.shealth.tracker.heart_rate": HEART, "com.samsung.shealth.tracker.pedometer_step_count": STEPS,
        "com.samsung.health.sleep_stage": STAGES, "com.samsung.health.weight": WEIGHT,
        "com.samsung.shealth.exercise": EXERCISE,
    }  # fmt: skip
    return {f"{name}.20260604153209.csv": text.encode("utf-8-sig") for name, text in tables.items()}


@pytest.fixture
def read(reading):
    return lambda text: reading(SOURCE, "x.csv", text)


def said(rows):
    return rows.select("signal", "value", "text").rows()


def test_heart_rate_is_placed_by_the_offset_beside_it(read):
    rows, account = read(HEART)
    assert said(rows) == [("heart_rate", 72.0, None)]
    assert rows.select("start", "offset", "basis", "native").row(0) == (datetime(2026, 5, 20, 6), 120, PLACED, "u1")
    assert account.taken == 1


def test_steps_have_a_span_and_offsets_may_be_west(read):
    rows, _ = read(STEPS)
    assert said(rows) == [("steps", 60.0, None), ("distance", 42.5, None), ("energy.active", 2.1, None)]
    assert rows.select("stop", "offset").unique().rows() == [(datetime(2026, 5, 20, 6, 1), -210)]


def test_the_same_steps_of_two_devices_have_two_sources(read):
    header, names, row = STEPS.splitlines()
    text = f"{header}\n{names},{_S}.deviceuuid\n{row}Cv7/e0hQ\n{row.replace('u2', 'u9')}1kGlEKqw\n{row}\n"
    rows, _ = read(text)
    assert rows.filter(signal="steps")["source"].to_list() == [
        "samsung_health:Cv7e0hQ", "samsung_health:1kGlEKqw", "samsung_health",
    ]  # fmt: skip


def test_stages_weight_and_exercises_are_read(read):
    assert [row[2] for row in said(read(STAGES)[0])] == ["deep", "awake"]
    assert said(read(WEIGHT)[0]) == [("weight", 79.4, None)]
    rows, _ = read(EXERCISE)
    assert said(rows) == [
        ("workout.duration", 41.0, None), ("workout.distance", 6800.5, None), ("workout.energy", 450.0, None),
        ("workout.heart_rate", 141.0, None), ("workout.heart_rate_max", 178.0, None), ("workout", None, "running"),
    ]  # fmt: skip


def test_the_number_of_an_exercise_is_its_name(read):
    rows = [said(read(EXERCISE.replace(",1002,", f",{number},"))[0])[-1][2] for number in (11007, 15005, 0)]
    assert rows == ["cycling", "treadmill", "0"]


def test_a_weighing_tells_what_else_the_watch_measured(read):
    names = "body_fat_mass,start_time,height,weight,fat_free_mass,basal_metabolic_rate,time_offset,body_fat,datauuid"
    text = f"com.samsung.health.weight,6307003,12\n{names}\n"
    both = "19.5,2026-05-20 05:10:00.000,178.0,78.0,58.5,1633,UTC+0530,25.0,u7,\n"
    alone = ",2026-05-21 05:10:00.000,178.0,77.5,,,UTC+0530,,u8,\n"
    rows, account = read(text + both + alone)
    assert dict(rows.filter(native="u7").select("signal", "value").rows()) == {
        "weight": 78.0, "height": 1.78, "body_fat": 25.0, "fat_mass": 19.5, "lean_mass": 58.5,
        "metabolic_rate.basal": 1633.0,
    }  # fmt: skip
    assert (set(rows.filter(native="u8")["signal"]), account.taken) == ({"weight", "height"}, 2)


_P, _O = "com.samsung.health.blood_pressure", "com.samsung.health.oxygen_saturation"


@pytest.mark.parametrize(("text", "expected"), [
    (("com.samsung.health.floors_climbed,6307003,7\nstart_time,floor,time_offset,end_time,datauuid\n"
     "2026-05-20 06:00:00.000,3.0,UTC-0500,2026-05-20 06:10:00.000,u9,\n"), [("floors", 3.0, None)]),
    (("com.samsung.health.water_intake,6307003,6\nstart_time,amount,time_offset,unit_amount,datauuid\n"
     "2026-05-20 06:00:00.000,250.0,UTC+0530,250.0,u9,\n"), [("water", 250.0, None)]),
    ((f"com.samsung.shealth.blood_pressure,7006003,2\n{_P}.start_time,{_P}.systolic,{_P}.diastolic,{_P}.pulse,{_P}.mean\n"
     "2026-05-20 06:00:00.000,118.0,76.0,61,0.0,\n"),
     [("blood_pressure.systolic", 118.0, None), ("blood_pressure.diastolic", 76.0, None), ("heart_rate", 61.0, None)]),
    ((f"com.samsung.shealth.tracker.oxygen_saturation,7006003,2\ntag_id,{_O}.spo2,{_O}.heart_rate,{_O}.start_time\n"
     "31000,95.0,88.0,2026-05-20 06:00:00.000\n"), [("oxygen_saturation", 95.0, None)]),
])  # fmt: skip
def test_floors_water_pressure_and_oxygen_are_read(read, text, expected):
    assert said(read(text)[0]) == expected


def test_without_an_offset_it_is_an_instant(read):
    rows, _ = read(HEART.replace("UTC+0200", ""))
    assert rows.select("offset", "basis").row(0) == (None, INSTANT)


def test_bad_rows_are_faults_with_a_place_and_without_their_value(read):
    row = HEART.splitlines(keepends=True)[2]
    rows, account = read(HEART + row.replace("2026-05-20 06:00", "sometime") + row.replace("72.0", "quick"))
    assert (account.read, account.taken, account.faulty) == (3, 1, 2)
    assert [fault.place for fault in account.faults] == ["x.csv, record 2", "x.csv, record 3"]
    assert not any("sometime" in fault.reason or "quick" in fault.reason for fault in account.faults)
    assert rows.height == 1


@pytest.mark.parametrize("text", [
    "", "com.samsung.health.weight,1,2\n", "com.samsung.shealth.badge,1,2\nstart_time,x\n1,2\n",
    "start_time,weight\n1,2\n"
])  # fmt: skip
def test_foreign_tables_are_left_alone(member, text):
    assert not SOURCE.recognises(member("com.samsung.health.weight.csv", text))
