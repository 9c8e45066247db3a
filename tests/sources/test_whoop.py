"""WHOOP's export, its headers in English, German and Spanish as the files of docs/sources/whoop.md hold them."""

from __future__ import annotations

import zipfile
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources._whoop_columns import KINDS
from selftwin.sources.reader.process import Finished, Reading
from selftwin.sources.whoop import SOURCE, slug

LOCAL, PLACED = 1, 3
CYCLES = (
    "Cycle start time,Cycle end time,Cycle timezone,Recovery score %,Resting heart rate (bpm),"
    "Heart rate variability (ms),Skin temp (celsius),Blood oxygen %,Day Strain,Energy burned (cal),Max HR (bpm),"
    "Average HR (bpm),Sleep onset,Wake onset,Sleep performance %,Respiratory rate (rpm),Asleep duration (min),"
    "In bed duration (min),Light sleep duration (min),Deep (SWS) duration (min),REM duration (min),"
    "Awake duration (min),Sleep need (min),Sleep debt (min),Sleep efficiency %,Sleep consistency %\n"
)
CYCLE = (
    "2026-03-01 22:40:00,2026-03-02 22:50:00,UTC-05:00,68,52,94.5,33.4,96.2,13.2,2400,172,78,2026-03-01 22:45:00,"
    "2026-03-02 07:05:00,88,14.2,432,470,230,92,110,38,491,45,91.9,77\n"
)
SLEEPS = (
    "Cycle start time,Cycle end time,Cycle timezone,Sleep onset,Wake onset,Sleep performance %,"
    "Respiratory rate (rpm),Asleep duration (min),In bed duration (min),Light sleep duration (min),"
    "Deep (SWS) duration (min),REM duration (min),Awake duration (min),Sleep need (min),Sleep debt (min),"
    "Sleep efficiency %,Sleep consistency %,Nap\n"
)
SLEEP = (
    "2026-03-01 22:40:00,2026-03-02 22:50:00,UTC-05:00,2026-03-01 22:45:00,2026-03-02 07:05:00,88,14.2,432,470,230,92,"
    "110,38,491,45,91.9,77,false\n"
)
WORKOUTS = (
    "Cycle start time,Cycle end time,Cycle timezone,Workout start time,Workout end time,Duration (min),Activity name,"
    "Activity Strain,Energy burned (cal),Max HR (bpm),Average HR (bpm),HR Zone 1 %,HR Zone 2 %,HR Zone 3 %,"
    "HR Zone 4 %,HR Zone 5 %,GPS enabled,Distance (meters),Altitude gain (meters),Altitude change (meters)\n"
)
WORKOUT = (
    "2024-04-15 06:00:00,2024-04-16 06:00:00,UTC+05:30,2024-04-15 12:30:00,2024-04-15 13:00:00,30,Running,15.1,500,181,"
    "150,10,20,30,25,15,true,5200.5,40,-2\n"
)
JOURNAL = "Cycle start time,Cycle end time,Cycle timezone,Question text,Answered yes,Notes\n"


def specimen() -> dict[str, bytes]:
    """The four tables of an export, one row in each."""
    answered = JOURNAL + "2026-03-01 22:40:00,2026-03-02 22:50:00,UTC-05:00,Have any alcoholic drinks?,true,\n"
    tables = {"physiological_cycles": CYCLES + CYCLE, "sleeps": SLEEPS + SLEEP, "workouts": WORKOUTS + WORKOUT}
    return {f"{name}.csv": text.encode() for name, text in {**tables, "journal_entries": answered}.items()}


@pytest.fixture
def read(reading):
    return lambda path, content: reading(SOURCE, path, content)


def at(*parts):
    """A wall clock, as rows hold it: without a zone."""
    return datetime(*parts)


def values(rows, *columns):
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows.select("signal", *columns).rows()}


def test_a_cycle_holds_recovery_at_waking_and_strain_over_the_day(read):
    rows, account = read("physiological_cycles.csv", CYCLES + CYCLE)
    found = values(rows, "value")
    assert found == {
        "recovery.score": 68.0, "heart_rate.resting": 52.0, "heart_rate_variability.rmssd": 94.5,
        "skin_temperature.sleep": 33.4, "oxygen_saturation.sleep": 96.2, "strain.day": 13.2, "energy.burned": 2400.0,
        "heart_rate.max": 172.0, "heart_rate": 78.0, "sleep.performance": 88.0, "respiratory_rate.sleep": 14.2,
        "sleep.duration": 432.0, "sleep.in_bed": 470.0, "sleep.light": 230.0, "sleep.deep": 92.0, "sleep.rem": 110.0,
        "sleep.awake": 38.0, "sleep.need": 491.0, "sleep.debt": 45.0, "sleep.efficiency": 91.9,
        "sleep.consistency": 77.0,
    }  # fmt: skip
    placed = values(rows, "start", "stop", "offset", "basis", "native")
    waking, evening = at(2026, 3, 2, 12, 5), at(2026, 3, 3, 3, 50)
    assert placed["recovery.score"] == (waking, None, -300, PLACED, "2026-03-01 22:40:00")
    assert placed["strain.day"] == (waking, evening, -300, PLACED, "2026-03-01 22:40:00")
    assert placed["sleep.duration"] == (at(2026, 3, 2, 3, 45), waking, -300, PLACED, "2026-03-01 22:45:00")
    assert (account.taken, account.faulty, dict(account.kinds)) == (1, 0, {"cycle": 1})


def test_the_night_of_both_tables_is_one_night(read):
    nights = [read("physiological_cycles.csv", CYCLES + CYCLE)[0], read("sleeps.csv", SLEEPS + SLEEP)[0]]
    columns = ("signal", "source", "native", "start", "stop", "offset", "basis", "value")
    of_cycle, of_sleep = (set(rows.select(columns).rows()) for rows in nights)
    assert len(of_sleep) == 12
    assert of_sleep < of_cycle


def test_a_nap_stands_apart(read):
    rows, _ = read("sleeps.csv", SLEEPS + SLEEP.replace("false", "true"))
    assert values(rows, "value") == {"sleep.nap": 432.0}


def test_a_running_cycle_without_an_end_is_read(read):
    line = "2026-08-29 22:30:00,,UTC+0200,,49,,,,,,,," + "," * 13 + "\n"
    rows, account = read("physiological_cycles.csv", CYCLES + line)
    assert values(rows, "value", "start", "stop") == {"heart_rate.resting": (49.0, at(2026, 8, 29, 20, 30), None)}
    assert account.taken == 1


@pytest.mark.parametrize(
    ("zone", "offset", "basis"),
    [
        ("UTC+01:00", 60, PLACED),
        ("UTCZ", 0, PLACED),
        ("UTC", 0, PLACED),
        ("-05:00", -300, PLACED),
        ("", None, LOCAL),
        ("PST", None, LOCAL),
    ],
)
def test_a_stamp_is_placed_only_by_a_zone_that_is_told(read, zone, offset, basis):
    rows, _ = read("workouts.csv", WORKOUTS + WORKOUT.replace("UTC+05:30", zone))
    assert rows.select("offset", "basis").unique().rows() == [(offset, basis)]


def test_a_workout_keeps_its_zones_and_its_name(read):
    rows, _ = read("workouts.csv", WORKOUTS + WORKOUT)
    named = rows.filter(pl.col("signal") == "workout")
    assert named.select("text", "start", "stop", "native").row(0) == (
        "Running", at(2024, 4, 15, 7, 0), at(2024, 4, 15, 7, 30), "2024-04-15 12:30:00",
    )  # fmt: skip
    assert values(rows.filter(pl.col("signal") != "workout"), "value") == {
        "workout.duration": 30.0, "workout.strain": 15.1, "workout.energy": 500.0, "workout.heart_rate_max": 181.0,
        "workout.heart_rate": 150.0, "workout.zone_1": 10.0, "workout.zone_2": 20.0, "workout.zone_3": 30.0,
        "workout.zone_4": 25.0, "workout.zone_5": 15.0, "workout.distance": 5200.5, "workout.elevation": 40.0,
    }  # fmt: skip


def test_the_journal_keeps_each_answer_its_question_and_its_note(read):
    text = JOURNAL + (
        '2026-03-01 22:40:00,,UTC+01:00,Have any alcoholic drinks?,true,"two, with ""friends"""\n'
        "2026-03-01 22:40:00,,UTC+01:00,Felt stressed today?,false,\n"
    )
    rows, account = read("journal_entries.csv", text)
    assert sorted(rows.select("signal", "value", "text").rows()) == [
        ("alcohol.any", 1.0, None),
        ("journal.answer", None, "no"),
        ("journal.answer", None, "yes"),
        ("note", None, 'two, with "friends"'),
        ("other.journal_felt_stressed_today", 0.0, None),
        ("other.journal_have_any_alcoholic_drinks", 1.0, None),
    ]
    assert rows.select("signal", "native").is_unique().all()
    assert account.taken == 2


def test_questions_in_any_script_have_a_signal_of_their_own():
    assert slug("¿Alcohol?") == "other.journal_alcohol"
    assert slug("お酒を飲みましたか") != slug("カフェイン")
    assert len(slug("a " * 500)) < 100


GERMAN = (
    "Startzeit des Zyklus,Endzeit des Zyklus,Zeitzone des Zyklus,Erholungswert %,Ruheherzfrequenz (Schläge pro Minute),"
    "Herzfrequenzvariabilität (ms),Tagesbelastung\n2024-03-01 06:00:00,2024-03-02 06:00:00,UTC+01:00,80,52,95,12.5\n"
)
SPANISH = (
    "Hora de inicio del ciclo,Hora de finalización del ciclo,Zona horaria del ciclo,Texto de la pregunta,"
    '"Respondió ""Sí""",'
    "Notas\n2024-03-01 06:00:00,,UTC-06:00,¿Consumiste alcohol?,true,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_headers_in_other_languages_and_encodings_are_known(read, encoding):
    rows, _ = read("physiologische_zyklen.csv", GERMAN.encode(encoding))
    assert values(rows, "value") == {
        "recovery.score": 80.0, "heart_rate.resting": 52.0, "heart_rate_variability.rmssd": 95.0, "strain.day": 12.5,
    }  # fmt: skip
    rows, _ = read("journal_entries.csv", SPANISH.encode(encoding))
    assert set(values(rows, "value")) == {"journal.answer", "other.journal_consumiste_alcohol", "alcohol.any"}


@pytest.mark.parametrize(("header", "line", "name"), [
    (CYCLES, CYCLE, "a.csv"), (SLEEPS, SLEEP, "b.csv"), (WORKOUTS, WORKOUT, "c.csv"),
    (JOURNAL, "2026-03-01 22:40:00,,UTC+01:00,Alcohol?,true,\n", "d.csv"),
])  # fmt: skip
def test_a_language_never_seen_is_told_by_the_places_of_the_columns(read, header, line, name):
    unseen = ",".join(f"列{place}" for place in range(header.count(",") + 1)) + "\n"
    columns = ("signal", "value", "text", "start", "native")
    known, told = (read(name, first + line)[0].select(columns).rows() for first in (header, unseen))
    assert known == told


@pytest.mark.parametrize("skin", ["Skin temp (f)", "Temperatura (°F)", "皮膚温(Fahrenheit)"])
def test_a_skin_temperature_in_fahrenheit_is_not_read(read, skin):
    header = CYCLES.replace("Skin temp (celsius)", skin)
    if not skin.startswith("Skin"):
        names = enumerate(header.strip().split(","))
        header = ",".join(name if name == skin else f"列{place}" for place, name in names)
    rows, _ = read("cycles.csv", header.strip() + "\n" + CYCLE.replace(",33.4,", ",92.1,"))
    assert "skin_temperature.sleep" not in set(rows["signal"])
    assert values(rows, "value")["oxygen_saturation.sleep"] == 96.2


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe", "id,time,gl\n1,2024-01-01 00:00:00,100\n", "Date,Weight\n2024-01-01,80\n", b"PK\x03\x04",
    "a,b,c,d,e,f\n2024-01-01 00:00:00,2,UTC+01:00,4,5,2024-01-01 00:00:00\n",
])  # fmt: skip
def test_foreign_tables_are_left_alone(member, content):
    assert not SOURCE.recognises(member("sleeps.csv", content))


def test_bad_cells_are_faults_with_a_place_and_without_their_value(read):
    lines = [
        CYCLE.replace(",68,", ",lots,").replace(",52,", ",1e308,"),
        CYCLE.replace("2026", "1601"),
        CYCLE.replace("2026-03-02 07:05:00", "soon"),
        CYCLE.replace("\n", ",9,9\n"),
        CYCLE,
        CYCLE,
    ]
    rows, account = read("x/physiological_cycles.csv", CYCLES + "".join(lines))
    assert (account.read, account.taken) == (6, 4)
    assert not rows["value"].is_nan().any()
    assert all(fault.place.startswith("x/physiological_cycles.csv, record ") for fault in account.faults)
    assert not any("lots" in fault.reason or "1e308" in fault.reason for fault in account.faults)


def test_every_table_names_the_columns_it_is_marked_by():
    assert all(kind.marks <= set(kind.order) for kind in KINDS)


def test_read_twice_every_identity_is_the_same(read):
    for path, text in [("a.csv", CYCLES + CYCLE), ("b.csv", WORKOUTS + WORKOUT)]:
        one, two = (read(path, text)[0].select("signal", "source", "native", "start", "stop").rows() for _ in range(2))
        assert one == two
        assert len(set(one)) == len(one)


def test_an_export_is_read_through_the_child(tmp_path):
    path = tmp_path / "my_whoop_data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("physiological_cycles.csv", CYCLES + CYCLE)
        archive.writestr("sleeps.csv", SLEEPS + SLEEP)
        archive.writestr("workouts.csv", WORKOUTS + WORKOUT)
        archive.writestr("journal_entries.csv", JOURNAL)
    with Reading([(path, "whoop.zip")]) as reading:
        finished = [one for one in reading if isinstance(one, Finished)]
    assert [one.records.taken for one in finished] == [1, 1, 1, 0]
    assert sum(one.made for one in finished) == 21 + 12 + 13
