"""Clarity's CSV as accounts in several languages get it; shaped on the exports docs/sources/dexcom_clarity.md names."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.dexcom_clarity import SOURCE
from selftwin.vocabulary.observation import Basis

ENGLISH = (
    "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,Source Device ID,"
    "Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),Duration (hh:mm:ss),"
    "Glucose Rate of Change (mg/dL/min),Transmitter Time (Long Integer),Transmitter ID"
)
GERMAN = (
    "Index;Zeitstempel (JJJJ-MM-TTThh:mm:ss);Ereignistyp;Ereignisuntertyp;Patienteninfo;Geräteinfo;Quellgeräte-ID;"
    "Glukosewert (mmol/L);Insulinwert (E);Kohlenhydratwert (Gramm);Dauer (hh:mm:ss);"
    "Glukoseänderungsrate (mmol/L/min);Transmitterzeit (ganze Zahl);Transmitter-ID"
)
FRENCH = (
    "Index,Horodatage (AAAA-MM-JJThh:mm:ss),Type d'événement,Sous-type d'événement,Infos patient,Infos appareil,"
    "ID appareil source,Valeur de glucose (mg/dL),Valeur d'insuline (u),Valeur de glucides (grammes),"
    "Durée (hh:mm:ss),Taux de variation du glucose (mg/dL/min),Temps transmetteur,ID transmetteur"
)
ABOVE = [
    "1,,FirstName,,Robin,,,,,,,,",
    "2,,LastName,,Canary,,,,,,,,",
    "3,,DateOfBirth,,1980-01-02,,,,,,,,",
    '4,,Device,,,"Dexcom G6 Mobile App","iPhone G6",,,,,,',
    "5,,Alert,High,,,iPhone G6,200,,,,,",
    "6,,Alert,Signal Loss,,,iPhone G6,,,,00:20:00,,",
]
TIMED = [
    "7,2024-05-01T00:01:47,EGV,,,,iPhone G6,165,,,,,4237574,8AM1EY",
    "8,2024-05-01T00:06:47,EGV,,,,iPhone G6,Low,,,,,4237874,8AM1EY",
    "9,2024-05-01T00:11:47,EGV,,,,iPhone G6,High,,,,,4238174,8AM1EY",
    "10,2024-05-01T07:30:00,Calibration,,,,iPhone G6,120,,,,,,8AM1EY",
    "11,2024-05-01T07:31:00,Insulin,Fast-Acting,,,iPhone G6,,4.5,,,,",
    "12,2024-05-01T22:00:00,Insulin,Long-Acting,,,iPhone G6,,14,,,,",
    "13,2024-05-01T12:00:00,Carbs,,,,iPhone G6,,,45,,,",
    "14,2024-05-01T18:00:00,Exercise,Heavy,,,iPhone G6,,,,00:45:00,,",
    "15,2024-05-01T19:00:00,Health,Alcohol,,,iPhone G6,,,,,,",
    "16,2024-05-01T03:00:00,Alert,Urgent Low,,,iPhone G6,,,,,,",
]


def specimen() -> dict[str, bytes]:
    """A Clarity export: its names and alert settings above, every kind of row below."""
    return {"Clarity_Export_2024-05-02.csv": "\r\n".join([ENGLISH, *ABOVE, *TIMED, ""]).encode("utf-8-sig")}


def at(*parts):
    return datetime(*parts)


@pytest.fixture
def read(reading):
    return lambda *lines: reading(SOURCE, "Clarity_Export.csv", "\n".join(lines))


def test_every_kind_of_row_becomes_its_signal_on_the_wall_clock(reading):
    rows, account = reading(SOURCE, "x.csv", next(iter(specimen().values())))
    kept = rows.sort("record").select("signal", "value", "text", "start", "stop")
    assert kept.rows() == [
        ("glucose", 165.0, None, at(2024, 5, 1, 0, 1, 47), None),
        ("glucose", 40.0, "low", at(2024, 5, 1, 0, 6, 47), None),
        ("glucose", 400.0, "high", at(2024, 5, 1, 0, 11, 47), None),
        ("glucose.calibration", 120.0, None, at(2024, 5, 1, 7, 30), None),
        ("insulin.rapid", 4.5, None, at(2024, 5, 1, 7, 31), None),
        ("insulin.long", 14.0, None, at(2024, 5, 1, 22, 0), None),
        ("meal.carbs", 45.0, None, at(2024, 5, 1, 12, 0), None),
        ("workout", None, "Exercise: Heavy", at(2024, 5, 1, 18, 0), at(2024, 5, 1, 18, 45)),
        ("note", None, "Health: Alcohol", at(2024, 5, 1, 19, 0), None),
        ("glucose.alert", None, "Urgent Low", at(2024, 5, 1, 3, 0), None),
    ]
    assert set(rows["basis"]) == {int(Basis.LOCAL)}
    assert set(rows["source"]) == {"dexcom_clarity:g6"}
    assert (account.records().read, account.records().taken) == (10, 10)
    assert account.kinds["EGV"] == 3


def test_names_and_settings_above_the_rows_are_no_records_and_are_not_kept(reading):
    rows, _ = reading(SOURCE, "x.csv", next(iter(specimen().values())))
    assert "Canary" not in str(rows.to_dicts())
    assert 200.0 not in rows["value"].to_list()


def test_german_words_semicolons_and_decimal_commas_are_read_by_their_places(read):
    rows, account = read(
        GERMAN,
        "1;;Vorname;;Robin;;;;;;;;",
        "2;2024-05-01T00:01:47;EGW;;;;iOS G7;5,8;;;;;1;X",
        "3;2024-05-01T00:06:47;EGW;;;;iOS G7;Niedrig;;;;;2;X",
        "4;2024-05-01T00:11:47;EGW;;;;iOS G7;Hoch;;;;;3;X",
        "5;2024-05-01T07:30:00;Kalibrierung;;;;iOS G7;6,1;;;;;;X",
        "6;2024-05-01T08:00:00;Insulin;Schnell wirkend;;;iOS G7;;2,5;;;;",
        "7;2024-05-01T22:00:00;Insulin;Lang wirkend;;;iOS G7;;12;;;;",
    )
    assert rows.sort("record")["signal"].to_list() == [
        "glucose", "glucose", "glucose", "glucose.calibration", "insulin.rapid", "insulin.long",
    ]  # fmt: skip
    assert rows.sort("record")["value"].to_list() == pytest.approx([104.49, 39.63, 399.95, 109.9, 2.5, 12], abs=0.01)
    assert rows.sort("record")["text"].to_list()[:3] == [None, "low", "high"]
    assert account.records().read == 6


def test_french_and_a_rare_calibration_without_a_known_word_are_told_by_structure(read):
    rows, _ = read(
        FRENCH,
        "1,2024-05-01T00:01:47,VGE,,,,iOS G7,104,,,,,1,X",
        "2,2024-05-01T00:06:47,VGE,,,,iOS G7,Bas,,,,,2,X",
        "3,2024-05-01T07:30:00,Étalonnage,,,,iOS G7,110,,,,,,X",
        "4,2024-05-01T08:00:00,Insuline,Action rapide,,,iOS G7,,2,,,,",
        "5,2024-05-01T21:00:00,Insuline,Action lente,,,iOS G7,,9,,,,",
    )
    assert rows.sort("record").select("signal", "value").rows() == [
        ("glucose", 104.0), ("glucose", 40.0), ("glucose.calibration", 110.0),
        ("insulin.rapid", 2.0), ("insulin.long", 9.0),
    ]  # fmt: skip


def test_another_script_is_no_matter(read):
    header = ENGLISH.replace("YYYY-MM-DDThh:mm:ss", "ГГГГ-ММ-ДДTчч:мм:сс").replace("mg/dL", "ммоль/л")  # noqa: RUF001 - Cyrillic
    rows, _ = read(header, "1,2024-05-01T00:01:47,EGV,,,,,5.5,,,,,1,X", "2,2024-05-01T00:06:47,EGV,,,,,Низкий,,,,,1,X")
    assert rows.sort("record").select("value", "text").rows() == [
        (pytest.approx(99.09, abs=0.01), None), (pytest.approx(39.63, abs=0.01), "low"),
    ]  # fmt: skip


def test_a_unit_that_no_header_tells_is_told_by_what_a_glucose_can_be(read):
    header = ENGLISH.replace("Glucose Value (mg/dL)", "Glucose Value").replace("(mg/dL/min)", "(mmol/L/min)")
    rows, _ = read(header, "1,2024-05-01T00:01:47,EGV,,,,,5.5,,,,,1,X")
    assert rows["value"].to_list() == pytest.approx([99.09], abs=0.01)


def test_stamps_a_spreadsheet_rewrote_are_read_in_the_order_the_readings_follow(read):
    stamps = [f"{day}.5.2024 {hour}:00" for day in (1, 2, 3) for hour in range(24)]
    rows, account = read(ENGLISH, *(f"{n},{stamp},EGV,,,,,110,,,,,1,X" for n, stamp in enumerate(stamps)))
    assert rows["start"].min() == at(2024, 5, 1)
    assert rows["start"].max() == at(2024, 5, 3, 23)
    assert "dates are read day-first: so the readings follow each other" in account.notes


def test_a_copy_cut_to_its_first_columns_is_read(read):
    rows, _ = read(",".join(ENGLISH.split(",")[:9]), "1,2024-05-01T00:01:47,EGV,,,,iPhone G6,165,")
    assert rows.select("signal", "value").rows() == [("glucose", 165.0)]


def test_what_cannot_be_read_is_a_fault_at_its_record(read):
    rows, account = read(
        ENGLISH,
        "1,2024-05-01T00:01:47,EGV,,,,,165,,,,,1,X",
        "2,2024-05-01T00:06:47,EGV,,,,,quux,,,,,1,X",
        "3,2024-15-01T00:06:47,EGV,,,,,150,,,,,1,X",
        "4,,EGV,,,,,150,,,,,1,X",
        "5,2024-05-01T00:16:47,EGV,,,,,1e308,,,,,1,X",
        "6,2024-05-01T00:21:47,EGV,,,,,150,,,,,1,X,,,,,,",
        "7,2024-05-01T00:26:47,EGV,,,,,150,,,,,1,X,too,many",
    )
    assert rows["value"].to_list() == [165.0, 150.0]
    assert account.records().faulty == 5
    assert [fault.place for fault in account.faults] == [f"Clarity_Export.csv, record {n}" for n in (7, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    "head",
    [
        "id,time,gl\n1,2015-06-06 21:50:27,153\n",
        "Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mg/dL,Scan Glucose mg/dL\n",
        "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type\n1,2024-05-01T00:00:00,EGV\n",
    ],
)
def test_other_tables_are_not_claimed(member, head):
    assert not SOURCE.recognises(member("x.csv", head))
