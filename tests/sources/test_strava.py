"""Strava's bulk export: its table in four languages, and recordings packed beside it (docs/sources/strava.md)."""

from __future__ import annotations

import gzip
import zipfile
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.reader.process import Finished, Reading, Started
from selftwin.sources.strava import SOURCE

INSTANT = 2
ENGLISH = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,"
    "Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,"
    "Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Max Heart Rate,Average Heart Rate,Average Watts,"
    "Calories\n"
)
RIDE = (
    '9001,"Jul 1, 2025, 6:30:00 PM","Evening ride, easy",Ride,,3700,20.10,178,55,false,,,activities/9001.gpx.gz,70.0,,'
    "3700.0,3600.0,20100.0,11.2,5.58,150.5,178.0,141.0,180.0,520.0\n"
)
GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Verstrichene Zeit,Distanz,Verstrichene Zeit,"
    "Distanz\n"
)
FRENCH = (
    "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Temps écoulé,Distance,"
    "Fréquence cardiaque max.,Effort relatif,Temps écoulé,Durée de déplacement,Distance,Vitesse max.,Vitesse moyenne,"
    "Dénivelé positif,Fréquence cardiaque max.,Fréquence cardiaque moyenne,Puissance moyenne,Calories,Effort relatif\n"
)
DUTCH = (
    "Activiteits-ID,Datum van activiteit,Naam activiteit,Activiteitstype,Verstreken tijd,Afstand,Max. hartslag,"
    "Vergelijkbare poging,Verstreken tijd,Beweegtijd,Afstand,Max. snelheid,Gemiddelde snelheid,Totale stijging,"
    "Max. hartslag,Gemiddelde hartslag,Gemiddeld wattage,Calorieën,Vergelijkbare poging\n"
)
SUMS = '1900,"7,50",172,40,1900.0,1800.0,7500.0,4.1,3.9,80.0,,148.0,,520.0,40.0\n'
RUN = '9002,"01.08.2025, 17:00:00",Lauf am Abend,Lauf,1800,"5,00",1800.0,5000.0\n'
GPX = (
    '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="StravaGPX"><trk><type>'
    'cycling</type><trkseg><trkpt lat="50.0" lon="14.0"><time>2025-07-01T18:30:00Z</time></trkpt></trkseg></trk></gpx>'
)


def specimen() -> dict[str, bytes]:
    """The table as an English and a German account get it."""
    return {"activities.csv": (ENGLISH + RIDE).encode(), "de/activities.csv": (GERMAN + RUN).encode()}


@pytest.fixture
def read(reading):
    return lambda text: reading(SOURCE, "activities.csv", text)


def values(rows):
    return {signal: round(value, 3) for signal, value in rows.drop_nulls("value").select("signal", "value").rows()}


def test_an_activity_is_summed_up_in_metres_and_seconds(read):
    rows, account = read(ENGLISH + RIDE)
    assert values(rows) == {
        "workout.duration": 61.667, "other.strava_moving_time": 3600, "workout.distance": 20100,
        "workout.elevation": 150.5, "workout.heart_rate": 141, "workout.heart_rate_max": 178, "workout.speed": 5.58,
        "workout.energy": 520, "other.strava_power": 180, "other.strava_relative_effort": 55,
    }  # fmt: skip
    named = rows.filter(pl.col("signal") == "workout")
    assert named.select("text", "start", "stop", "basis", "native").row(0) == (
        "Ride", datetime(2025, 7, 1, 18, 30), datetime(2025, 7, 1, 19, 31, 40), INSTANT, "activity/9001",
    )  # fmt: skip
    assert account.taken == 1


def test_a_german_table_is_known(read):
    rows, _ = read(GERMAN + RUN)
    assert values(rows) == {"workout.duration": 30, "workout.distance": 5000}
    assert rows["start"].unique().to_list() == [datetime(2025, 8, 1, 17)]


@pytest.mark.parametrize(
    ("table", "sport"),
    [
        (FRENCH + '9003,"27 juil. 2026, 18:32:00",Sortie,Course à pied,', "Course à pied"),
        (DUTCH + "9003,27 jul. 2026 18:32:00,Avondloop,Hardloopsessie,", "Hardloopsessie"),
    ],
    ids=["French", "Dutch"],
)
def test_a_table_in_another_language_is_known(read, table, sport):
    rows, account = read(table + SUMS)
    assert values(rows) == {
        "workout.duration": 31.667, "other.strava_moving_time": 1800, "workout.distance": 7500,
        "workout.elevation": 80, "workout.heart_rate": 148, "workout.heart_rate_max": 172, "workout.speed": 3.9,
        "workout.energy": 520, "other.strava_relative_effort": 40,
    }  # fmt: skip
    assert rows["start"].unique().to_list() == [datetime(2026, 7, 27, 18, 32)]
    assert rows["text"].drop_nulls().to_list() == [sport]
    assert account.taken == 1


def test_a_later_column_that_is_empty_leaves_the_word_to_the_one_before_it(read):
    rows, _ = read(ENGLISH + RIDE.replace("150.5,178.0,", "150.5,,").replace(",20100.0,", ",,"))
    assert values(rows)["workout.heart_rate_max"] == 178
    assert "workout.distance" not in values(rows)


def test_a_distance_that_stands_once_is_not_guessed(read):
    header = "Activity ID,Activity Date,Activity Type,Elapsed Time,Distance\n"
    rows, _ = read(header + "1,2026-08-10 06:12:00,Run,2700,8.1\n")
    assert values(rows) == {"workout.duration": 45}


def test_bad_rows_are_faults_with_a_place_and_without_their_value(read):
    bad = RIDE.replace("Jul 1, 2025, 6:30:00 PM", "some day")
    rows, account = read(ENGLISH + RIDE + bad + RIDE.replace(",141.0,", ",fast,") + RIDE.replace("\n", ",1,2\n"))
    assert (account.read, account.taken, account.faulty) == (4, 2, 2)
    assert {fault.place for fault in account.faults} == {f"activities.csv, record {place}" for place in (2, 3, 4)}
    assert not any("some day" in fault.reason or "fast" in fault.reason for fault in account.faults)
    assert rows["signal"].to_list().count("workout.heart_rate") == 1


@pytest.mark.parametrize("text", ["from,to,Activity type,Data\n", "Activity ID,Name\n1,x\n", "", "Date,Distance\n"])
def test_foreign_tables_are_left_alone(member, text):
    assert not SOURCE.recognises(member("activities.csv", text))


def test_a_recording_packed_in_the_zip_is_read_by_what_it_is(tmp_path):
    path = tmp_path / "export_1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("activities.csv", ENGLISH + RIDE)
        archive.writestr("activities/9001.gpx.gz", gzip.compress(GPX.encode()))
    with Reading([(path, path.name)]) as reading:
        told = list(reading)
    started = [(one.path, one.source) for one in told if isinstance(one, Started)]
    assert started == [
        ("export_1.zip/activities.csv", "strava"), ("export_1.zip/activities/9001.gpx", "gpx"),
    ]  # fmt: skip
    assert all(one.made for one in told if isinstance(one, Finished))
