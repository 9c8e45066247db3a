"""Open-Meteo's JSON and CSV, as its own tests write them (docs/sources/weather.md)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.weather import SOURCE
from selftwin.vocabulary.errors import BrokenExport

DATE, INSTANT = 0, 2
PLACE = {"latitude": 41.0, "longitude": 2.0, "utc_offset_seconds": 3600, "timezone": "GMT"}
HOURS = {
    "hourly_units": {"time": "iso8601", "temperature_2m": "°C", "rain": "mm", "wind_speed_10m": "km/h",
                     "weather_code": "wmo code", "shortwave_radiation": "W/m²"},
    "hourly": {"time": ["2022-07-12T01:00", "2022-07-12T02:00"], "temperature_2m": [20.5, None], "rain": [0.4, 0.0],
               "wind_speed_10m": [36.0, 18.0], "weather_code": [61, 0], "shortwave_radiation": [0.0, 1.5]},
}  # fmt: skip
DAYS = {"daily_units": {"time": "iso8601", "rain_sum": "mm"}, "daily": {"time": ["2022-07-12"], "rain_sum": [0.4]}}
CSV = (
    "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n41.0,2.0,NaN,3600,GMT,GMT\n\n"
    "time,temperature_2m (°C),rain (mm),wind_speed_10m (km/h),weather_code (wmo code),shortwave_radiation (W/m²)\n"
    "2022-07-12T01:00,20.5,0.4,36.0,61,0.0\n2022-07-12T02:00,,0.0,18.0,0,1.5\n"
)
BEYOND = "\ntime,rain_sum (mm),a (m),b (m),c (m),d (m),e (m),f (m)\n2022-07-12,0.4,1,2,3,4,5,6\n"


def specimen() -> dict[str, bytes]:
    """Two hours, in JSON and in CSV."""
    return {"archive.json": json.dumps(PLACE | HOURS).encode(), "open-meteo-41.00N2.00E38m.csv": CSV.encode()}


@pytest.fixture
def read(reading):
    return lambda content, name="archive.json": reading(SOURCE, name, content)


def at(*parts):
    """A moment of 12 July 2022."""
    return datetime(2022, 7, 12, *parts)


def test_an_hour_is_told_in_the_units_beside_it_and_by_the_clock_of_the_place(read):
    rows, account = read(PLACE | HOURS)
    assert sorted(rows.select("signal", "value", "text", "start", "stop").rows(), key=str) == [
        ("other.weather_shortwave_radiation", 0.0, None, at(0), None),
        ("other.weather_shortwave_radiation", 1.5, None, at(1), None),
        ("weather.condition", None, "clear", at(1), at(2)),
        ("weather.condition", None, "rain", at(0), at(1)),
        ("weather.rain", 0.0, None, at(0), at(1)),
        ("weather.rain", 0.4, None, datetime(2022, 7, 11, 23), at(0)),
        ("weather.temperature", 20.5, None, at(0), None),
        ("weather.wind", 10.0, None, at(0), None),
        ("weather.wind", 5.0, None, at(1), None),
    ]
    assert (set(rows["basis"]), set(rows["source"])) == ({INSTANT}, {"weather:hourly"})
    assert (account.taken, dict(account.kinds)) == (2, {"hourly": 2})


def test_the_table_says_the_same(read):
    columns = ("signal", "value", "text", "start", "stop", "unit")
    tables = [read(PLACE | HOURS)[0], read(CSV, "weather.csv")[0]]
    told, again = (sorted(rows.select(columns).rows(), key=str) for rows in tables)
    assert told == again


def test_days_are_dates_and_stand_back_beside_their_hours(read):
    rows, _ = read(PLACE | DAYS)
    assert rows.select("signal", "value", "start", "basis").rows() == [("weather.rain", 0.4, at(), DATE)]
    assert read(PLACE | HOURS | DAYS)[1].passed == 1
    assert read(CSV + BEYOND, "weather.csv")[1].passed == 2
    seconds = {"daily": {"time": [1657580400], "rain_sum": [0.4]}}
    assert read(PLACE | DAYS | seconds)[0]["start"].to_list() == [at()]


@pytest.mark.parametrize(("name", "unit", "value", "signal", "expected"), [
    ("temperature_2m", "°F", 68.0, "weather.temperature", 20.0),
    ("windspeed_10m", "mp/h", 10.0, "weather.wind", 4.4704),
    ("precipitation", "inch", 1.0, "weather.rain", 25.4),
    ("sunshine_duration", "s", 1800, "weather.sunshine", 0.5),
    ("pm2_5", "μg/m³", 15.9, "air.pm2_5", 15.9),
    ("birch_pollen", "grains/m³", 7.0, "weather.pollen.birch", 7.0),
    ("uv_index", "", 6.5, "weather.uv_index", 6.5),
    ("soil_moisture_0_to_7cm", "m³/m³", 0.3, "other.weather_soil_moisture_0_to_7cm", 0.3),
])  # fmt: skip
def test_a_variable_is_read_in_any_of_its_units(read, name, unit, value, signal, expected):
    one = {"hourly_units": {"time": "iso8601", name: unit}, "hourly": {"time": ["2022-07-12T01:00"], name: [value]}}
    assert [(key, round(number, 6)) for key, number in read(PLACE | one)[0].select("signal", "value").rows()] == [
        (signal, expected)
    ]


@pytest.mark.parametrize(("unit", "rising"), [("iso8601", "2022-07-12T06:30"), ("unixtime", 1657603800)])
def test_the_clocks_of_sunrise_and_sunset_are_no_readings(read, unit, rising):
    days = {"daily_units": {"time": "iso8601", "sunrise": unit, "daylight_duration": "s"},
            "daily": {"time": ["2022-07-12"], "sunrise": [rising], "daylight_duration": [54000.5]}}  # fmt: skip
    rows, account = read(PLACE | days)
    assert (rows["signal"].to_list(), list(account.faults)) == (["other.weather_daylight_duration"], [])
    days = f"time,sunset ({unit}),rain_sum (mm)\n2022-07-12,{rising},0.4\n"
    table, account = read(CSV[: CSV.index("time,temp")] + days)
    assert (table["signal"].to_list(), list(account.faults)) == (["weather.rain"], [])


def test_what_is_still_to_come_is_no_weather(read):
    forecast = {"current": {"time": "2022-07-12T01:00", "temperature_2m": 20.5}}
    rows, account = read(PLACE | forecast | HOURS)
    assert (rows["start"].max(), account.taken, account.passed) == (at(0), 1, 1)
    future = {"hourly": {"time": ["2099-07-12T01:00"], "temperature_2m": [1.0]}}
    assert read(PLACE | HOURS | future)[1].passed == 1


def test_columns_of_unequal_length_and_odd_cells(read):
    odd = {"hourly": {"time": ["2022-07-12T01:00", "then", "2022-07-12T03:00"], "temperature_2m": [[], 1.0]}}
    rows, account = read(PLACE | HOURS | odd)
    assert (rows.height, account.read, account.passed, account.faulty) == (0, 3, 1, 2)


@pytest.mark.parametrize("rest", ['"hourly_units": {', '"daily_units": {}'])
def test_what_ends_too_early_is_refused(member, rest):
    content = '{"utc_offset_seconds": 0, ' + rest
    with pytest.raises(BrokenExport):
        list(SOURCE.read(member("archive.json", content), subject=None))


def test_too_much_json_is_refused_with_a_hint(member):
    large = '{"utc_offset_seconds": 0, "hourly_units": {}' + " " * (9 << 20)
    with pytest.raises(BrokenExport) as refused:
        list(SOURCE.read(member("a.json", large), subject=None))
    assert "CSV" in refused.value.hint


@pytest.mark.parametrize("content", [b"", '{"hourly": {"time": []}}', "time,temperature_2m (°C)\n2022-07-12,1\n"])
def test_others_are_left_alone(member, content):
    assert not SOURCE.recognises(member("x.json", content))
