"""Logs of Torque, whole and torn by decimal commas, and of Car Scanner (docs/sources/obd.md)."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.obd import SOURCE
from selftwin.vocabulary.errors import BrokenExport

LOCAL = 1
TORQUE = (
    "GPS Time, Device Time, Longitude, Latitude,GPS Speed (Meters/second), Altitude,Speed (OBD)(km/h),Engine RPM(rpm),"
    "Engine Coolant Temperature(°F),Throttle Position(Manifold)(%),Turbo Boost & Vacuum Gauge(psi)\n"
)
ROW = (
    "Fri May 22 07:00:26 EDT 2015,22-May-2015 07:00:25.730,-81.99970712,41.42961112,0.5,38.0,36.0,2100.0,194.0,18.5,"
    "-1.5\n"
)
PAUSE = "Fri May 22 07:00:27 EDT 2015,22-May-2015 07:00:26.730,-,-,-,-,40.0,-,-,-,-\n"
SCANNER = '"SECONDS";"PID";"VALUE";"UNITS";"LATITUDE";"LONGTITUDE";\n'
SCANNED = (
    '"85095.1";"Speed (GPS)";"36";"km/h";"45.79";"15.72";\n"85095.1";"Engine RPM";"800";"rpm";"45.79";"15.72";\n'
    '"87039.25";"Engine coolant temperature";"83";"℃";"0.0";"0.0";\n'
)
NAME = "2026-01-27 23-38-14.csv"


def specimen() -> dict[str, bytes]:
    """A drive in each program."""
    return {"trackLog-2015-May-22_07-00-25.csv": (TORQUE + ROW).encode(), NAME: (SCANNER + SCANNED).encode()}


@pytest.fixture
def read(reading):
    return lambda content, name="trackLog.csv": reading(SOURCE, name, content)


def told(rows, *columns):
    return rows.select("signal", *columns).rows()


def values(rows):
    return {key: round(value, 6) for key, value in told(rows, "value")}


WHOLE = {
    "location.longitude": -81.999707, "location.latitude": 41.429611, "location.speed": 0.5, "location.altitude": 38.0,
    "car.speed": 36.0, "car.rpm": 2100.0, "car.coolant_temperature": 90.0, "car.throttle": 18.5,
    "other.car_turbo_boost_vacuum_gauge": -1.5,
}  # fmt: skip


def test_a_phone_that_logs_no_position_leaves_gps_time_out(read):
    header = "Device Time, 0-100kph Time(s),0100,Engine Coolant Temperature(°C),Engine RPM(rpm),Torque(Nm)\n"
    still = "29-Jan-2022 00:56:52.202,-,-,-,-,-\n"
    rows, account = read(header + still + "29-Jan-2022 00:58:48.198,-,152,80,819,-\n" + header + still)
    assert values(rows) == {"car.coolant_temperature": 80.0, "car.rpm": 819.0, "other.car_0100": 152.0}
    assert rows["start"].unique().to_list() == [datetime(2022, 1, 29, 0, 58, 48, 198_000)]
    assert account.taken == 1


def test_a_row_of_torque_is_a_reading_for_each_column_that_has_one(read):
    rows, account = read(TORQUE + ROW + PAUSE)
    first = rows.filter(rows["start"] == datetime(2015, 5, 22, 7, 0, 25, 730_000))
    assert values(first) == WHOLE
    assert told(rows.filter(rows["start"] != first["start"][0]), "value", "basis") == [("car.speed", 40.0, LOCAL)]
    assert rows.filter(rows["signal"] == "other.car_turbo_boost_vacuum_gauge")["unit"].to_list() == ["[psi]"]
    assert account.taken == 2


def test_miles_and_other_languages(read):
    header = "GPS Time, Device Time,Speed (OBD)(mph)\n"
    rows, _ = read(header + "x,16-févr.-2017 12:39:12.316,10.0\n")
    assert told(rows, "start") == [("car.speed", datetime(2017, 2, 16, 12, 39, 12, 316_000))]
    assert values(rows) == {"car.speed": 16.09344}
    assert read(header + "x,2026-04-02 11:00:00,10.0\n")[0]["start"][0] == datetime(2026, 4, 2, 11)


def comma(row):
    """The row as a phone writes it whose decimal mark is a comma: in both its clocks nothing changes."""
    *clocks, rest = row.split(",", 2)
    return ",".join((*clocks, rest.replace(".", ",")))


def test_decimal_commas_between_commas_are_put_together(read):
    rows, account = read(TORQUE + comma(ROW) + comma(ROW))
    assert values(rows) == WHOLE
    assert (account.taken, account.faulty) == (2, 0)


def test_what_can_be_put_together_in_two_ways_is_a_fault(read):
    torn = comma(ROW).replace(",36,0,", ",36,")
    rows, account = read(TORQUE + ROW + torn)
    assert [fault.place for fault in account.faults] == ["trackLog.csv, record 2"]
    assert (rows.height, account.taken) == (9, 1)


def test_quoted_decimal_commas_and_semicolons(read):
    text = "GPS Time;Device Time;Engine RPM(rpm)\nx;22-May-2015 07:00:25.730;812,5\n"
    assert values(read(text)[0]) == {"car.rpm": 812.5}
    assert values(read(text.replace("812,5", '"812,5"').replace(";", ","))[0]) == {"car.rpm": 812.5}


def test_a_header_that_comes_again_may_name_other_columns(read):
    other = "GPS Time, Device Time,Engine RPM(rpm),Speed (OBD)(km/h)\nx,22-May-2015 08:00:00.000,900,5\n"
    rows, account = read(TORQUE + ROW + TORQUE + ROW.replace("07:00:25", "07:30:00") + other)
    last = rows.filter(rows["start"] == datetime(2015, 5, 22, 8))
    assert values(last) == {"car.rpm": 900.0, "car.speed": 5.0}
    assert (account.read, account.taken, account.passed) == (5, 3, 2)


def test_car_scanner_counts_seconds_from_midnight_and_on_over_the_next(read):
    rows, account = read(SCANNER + SCANNED, NAME)
    assert sorted(told(rows, "value", "start")) == [
        ("car.coolant_temperature", 83.0, datetime(2026, 1, 28, 0, 10, 39, 250_000)),
        ("car.rpm", 800.0, datetime(2026, 1, 27, 23, 38, 15, 100_000)),
        ("location.latitude", 45.79, datetime(2026, 1, 27, 23, 38, 15, 100_000)),
        ("location.longitude", 15.72, datetime(2026, 1, 27, 23, 38, 15, 100_000)),
        ("location.speed", 10.0, datetime(2026, 1, 27, 23, 38, 15, 100_000)),
    ]
    assert account.taken == 3


@pytest.mark.parametrize(("name", "value", "unit", "signal", "expected"), [
    ("Engine coolant temperature", "194", "℉", "car.coolant_temperature", 90.0),
    ("Calculated engine load value", "27.06", "%", "car.engine_load", 27.06),
    ("Throttle position", "14.1", "%", "car.throttle", 14.1),
    ("Скорость автомобиля", "36", "km/h", "car.speed", 36.0),
    ("Обороты двигателя", "994", "rpm", "car.rpm", 994.0),
    ("Температура охлаждающей жидкости", "60", "℃", "car.coolant_temperature", 60.0),
])  # fmt: skip
def test_car_scanner_names_readings_in_its_own_words(read, name, value, unit, signal, expected):
    rows, _ = read(f'"SECONDS";"PID";"VALUE";"UNITS"\n"60338.07";"{name}";"{value}";"{unit}"\n', NAME)
    assert values(rows) == {signal: expected}


def test_words_are_passed_over_and_bad_moments_are_faults(read):
    text = SCANNER + '"1.5";"Check engine";"OFF";"";"";"";\n"soon";"Engine RPM";"800";"rpm";"";"";\n'
    rows, account = read(text, NAME)
    assert (rows.height, account.passed, account.faulty) == (0, 1, 1)
    assert read(TORQUE + ROW.replace("22-May", "45-May"))[1].faulty == 1


@pytest.mark.parametrize("name", ["drive.csv", "2026-13-45 01-02-03.csv"])
def test_a_log_without_its_day_is_refused_with_a_hint(member, name):
    with pytest.raises(BrokenExport) as refused:
        list(SOURCE.read(member(name, SCANNER + SCANNED), subject=None))
    assert "2024-03-01" in refused.value.hint


@pytest.mark.parametrize(
    "content", [b"", "SECONDS;VALUE\n1;2\n", "time,Engine RPM (rpm)\n1,2\n", "Device Time,Place\n1,2\n"]
)
def test_others_are_left_alone(member, content):
    assert not SOURCE.recognises(member(NAME, content))
