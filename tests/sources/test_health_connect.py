"""Health Connect's database, its tables as Android makes them (docs/sources/health_connect.md)."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources._health_connect_tables import EXERCISES
from selftwin.sources.health_connect import SOURCE
from selftwin.vocabulary.errors import BrokenExport

PLACED = 3
AT = 1_709_283_600_000  # 2024-03-01 09:00 UTC
_HEAD = "row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL UNIQUE, app_info_id INTEGER"
_MOMENT = f"{_HEAD}, time INTEGER, zone_offset INTEGER, local_date INTEGER"
_SPAN = (
    f"{_HEAD}, start_time INTEGER, start_zone_offset INTEGER, end_time INTEGER, end_zone_offset INTEGER, local_date"
    " INTEGER, local_date_time_start_time INTEGER AS (start_time + 1000 * start_zone_offset)"
)
_TABLES = {
    "application_info_table": "row_id INTEGER PRIMARY KEY, package_name TEXT NOT NULL, app_name TEXT, app_icon BLOB",
    "steps_record_table": f"{_SPAN}, count INTEGER",
    "floors_climbed_record_table": f"{_SPAN}, floors REAL",
    "elevation_gained_record_table": f"{_SPAN}, elevation REAL",
    "total_calories_burned_record_table": f"{_SPAN}, energy REAL",
    "heart_rate_record_table": _SPAN,
    "heart_rate_record_series_table": "parent_key INTEGER, beats_per_minute INTEGER, epoch_millis INTEGER",
    "weight_record_table": f"{_MOMENT}, weight REAL",
    "lean_body_mass_record_table": f"{_MOMENT}, mass REAL",
    "bone_mass_record_table": f"{_MOMENT}, mass REAL",
    "body_water_mass_record_table": f"{_MOMENT}, body_water_mass REAL NOT NULL",
    "hydration_record_table": f"{_SPAN}, volume REAL",
    "menstruation_flow_record_table": f"{_MOMENT}, flow INTEGER",
    "basal_metabolic_rate_record_table": f"{_MOMENT}, basal_metabolic_rate REAL",
    "blood_pressure_record_table": f"{_MOMENT}, systolic REAL, diastolic REAL",
    "blood_glucose_record_table": f"{_MOMENT}, specimen_source INTEGER, level REAL",
    "sleep_session_record_table": f"{_SPAN}, notes TEXT, title TEXT",
    "sleep_stages_table": "parent_key INTEGER, stage_start_time INTEGER, stage_end_time INTEGER, stage_type INTEGER",
    "exercise_session_record_table": f"{_SPAN}, notes TEXT, exercise_type INTEGER, title TEXT, has_route INTEGER",
}
SCHEMA = "".join(f"CREATE TABLE {name} ({columns});" for name, columns in _TABLES.items())
APPS = """INSERT INTO application_info_table VALUES
(1, 'com.google.android.apps.fitness', 'Fit', x'00'), (2, 'a b', 'x', NULL);"""


def put(table, columns, *rows):
    """A statement that fills a table."""
    names = f"({columns})" if columns else ""
    return " ".join(("INSERT INTO", table, names, "VALUES", ", ".join(f"({row})" for row in rows), ";"))


def span(table, number, columns="", values="", begin=AT, minutes=10, app=1):
    names = "uuid, app_info_id, start_time, start_zone_offset, end_time, end_zone_offset"
    told = f"x'{number:032x}', {app}, {begin}, 32400, {begin + minutes * 60_000}, 32400"
    return put(table, names + columns, told + values)


def moment(table, number, column, value):
    told = f"x'{number:032x}', 1, {AT}, 32400, {value}"
    return put(table, f"uuid, app_info_id, time, zone_offset, {column}", told)


FILLED = "".join([
    span("steps_record_table", 1, ", count", ", 420"),
    span("total_calories_burned_record_table", 2, ", energy", ", 749366.5"),
    span("heart_rate_record_table", 3),
    put("heart_rate_record_series_table", "", f"1, 61, {AT}", f"1, 63, {AT + 60_000}"),
    moment("weight_record_table", 4, "weight", 64000.0),
    moment("basal_metabolic_rate_record_table", 5, "basal_metabolic_rate", 70.5),
    moment("blood_pressure_record_table", 6, "systolic, diastolic", "125, 68"),
    moment("blood_glucose_record_table", 7, "specimen_source, level", "2, 5.5"),
    span("sleep_session_record_table", 8, minutes=480),
    put("sleep_stages_table", "", f"1, {AT}, {AT + 600_000}, 4", f"1, {AT + 600_000}, {AT + 900_000}, 6"),
    span("exercise_session_record_table", 9, ", exercise_type, title", ", 33, 'Morning'", minutes=30),
    span("floors_climbed_record_table", 10, ", floors", ", 3.0"),
    span("elevation_gained_record_table", 11, ", elevation", ", 12.5"),
    moment("lean_body_mass_record_table", 12, "mass", 48500.0),
    moment("bone_mass_record_table", 13, "mass", 2710.0),
    moment("body_water_mass_record_table", 14, "body_water_mass", 36400.0),
    span("hydration_record_table", 15, ", volume", ", 0.25"),
    moment("menstruation_flow_record_table", 16, "flow", 3),
])  # fmt: skip


def database(rows=FILLED, schema=SCHEMA + APPS):
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(schema + rows)
        return connection.serialize()


def specimen() -> dict[str, bytes]:
    """The zip as the phone writes it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("health_connect_export.db", database())
    return {"Health Connect.zip": packed.getvalue()}


@pytest.fixture
def read(reading):
    return lambda data=None: reading(SOURCE, "health_connect_export.db", data or database())


def test_every_table_is_read_into_the_units_of_the_catalogue(read):
    rows, account = read()
    found = {signal: (round(value, 3), text) if value is not None else text
             for signal, value, text in rows.select("signal", "value", "text").rows()}  # fmt: skip
    assert found == {
        "steps": (420.0, None), "energy.burned": (749.366, None), "heart_rate": (63.0, None), "weight": (64.0, None),
        "metabolic_rate.basal": (1455.832, None), "blood_pressure.systolic": (125.0, None),
        "blood_pressure.diastolic": (68.0, None), "glucose.fingerstick": (99.086, None), "sleep.in_bed": (480.0, None),
        "sleep.stage": "rem", "workout.duration": (30.0, None), "workout": "running", "floors": (3.0, None),
        "elevation": (12.5, None), "lean_mass": (48.5, None), "bone_mass": (2.71, None), "water": (250.0, None),
        "body_water_mass": (36.4, None), "cycle.flow": (3.0, None),
    }  # fmt: skip
    assert (account.read, account.taken, account.faulty) == (19, 19, 0)
    assert account.kinds["heart rate"] == 2


def test_records_are_placed_and_known_by_their_own_identity_and_app(read):
    rows, _ = read()
    steps = rows.filter(pl.col("signal") == "steps")
    assert steps.select("native", "start", "stop", "offset", "basis", "source").row(0) == (
        f"{1:032x}", datetime(2024, 3, 1, 9), datetime(2024, 3, 1, 9, 10), 540, PLACED,
        "health_connect:com.google.android.apps.fitness",
    )  # fmt: skip
    beats = rows.filter(pl.col("signal") == "heart_rate").select("native", "stop").rows()
    assert beats == [(f"{3:032x}/{AT}", None), (f"{3:032x}/{AT + 60_000}", None)]


def test_the_stages_of_a_night_follow_one_another(read):
    rows, _ = read()
    stages = rows.filter(pl.col("signal") == "sleep.stage").select("text", "start", "stop").rows()
    assert stages == [
        ("light", datetime(2024, 3, 1, 9), datetime(2024, 3, 1, 9, 10)),
        ("rem", datetime(2024, 3, 1, 9, 10), datetime(2024, 3, 1, 9, 15)),
    ]


@pytest.mark.parametrize(("specimen_source", "signal"), [
    ("0", "glucose"), ("1", "glucose"), ("2", "glucose.fingerstick"), ("NULL", "glucose"),
])  # fmt: skip
def test_only_glucose_of_capillary_blood_is_a_finger_stick(read, specimen_source, signal):
    told = moment("blood_glucose_record_table", 1, "specimen_source, level", f"{specimen_source}, 5.5")
    rows, _ = read(database(told))
    assert rows["signal"].to_list() == [signal]


def test_a_flow_of_unknown_strength_is_none(read):
    rows, account = read(database(moment("menstruation_flow_record_table", 1, "flow", 0)))
    assert (account.passed, rows.height) == (1, 0)


def test_kinds_of_exercise_have_androids_numbers():
    assert [EXERCISES[number] for number in ("0", "21", "33", "53", "57", "61")] == [
        "unknown", "hiking", "running", "walking", "yoga", "rowing_machine",
    ]  # fmt: skip


def test_a_number_nobody_has_named_is_kept_as_it_is(read):
    rows, _ = read(database(span("exercise_session_record_table", 1, ", exercise_type", ", 99")))
    assert rows.filter(pl.col("signal") == "workout")["text"].to_list() == ["99"]


def test_bad_records_are_faults_and_apps_with_odd_names_stay_unnamed(read):
    rows, account = read(database(
        span("steps_record_table", 1, ", count", ", 'many'")
        + span("steps_record_table", 2, ", count", ", 5", app=2)
        + span("steps_record_table", 3, ", count", ", 7", begin=-(10**18))
        + span("steps_record_table", 4)
    ))  # fmt: skip
    assert (account.read, account.taken, account.passed, account.faulty) == (4, 1, 1, 2)
    assert rows["source"].to_list() == ["health_connect"]
    assert not any("many" in fault.reason for fault in account.faults)


def test_another_database_is_refused(member):
    other = database("", "CREATE TABLE plain (a INTEGER);")
    with pytest.raises(BrokenExport, match="not Health Connect's"):
        list(SOURCE.read(member("health_connect_export.db", other), subject=None))
    assert not SOURCE.recognises(member("other.db", other))
