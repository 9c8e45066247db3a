"""Recorder databases of three generations, in the tables of home-assistant/core, and downloads of the History panel."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import polars as pl
import pytest

from selftwin.sources._home_assistant_meaning import counted, meaning
from selftwin.sources.home_assistant import SOURCE
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.errors import BrokenExport

NOON = 1_709_294_400.0  # 1 March 2024, 12:00 UTC
HOUR = 3600
INSTANT = 2
# Generation 41 and later (`db_schema.py`): what is not asked for is left out here.
NEW = """
CREATE TABLE states (state_id INTEGER PRIMARY KEY, entity_id CHAR(0), state VARCHAR(255), attributes CHAR(0),
 last_changed CHAR(0), last_changed_ts FLOAT, last_updated CHAR(0), last_updated_ts FLOAT, old_state_id INTEGER,
 attributes_id INTEGER, metadata_id INTEGER);
CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id VARCHAR(255));
CREATE TABLE state_attributes (attributes_id INTEGER PRIMARY KEY, hash BIGINT, shared_attrs TEXT);
CREATE TABLE recorder_runs (run_id INTEGER PRIMARY KEY, start DATETIME NOT NULL);
CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32),
 unit_of_measurement VARCHAR(255), has_mean BOOLEAN, has_sum BOOLEAN, name VARCHAR(255));
CREATE TABLE statistics (id INTEGER PRIMARY KEY, created CHAR(0), created_ts FLOAT, metadata_id INTEGER, start CHAR(0),
 start_ts FLOAT, mean FLOAT, min FLOAT, max FLOAT, last_reset_ts FLOAT, state FLOAT, sum FLOAT);
CREATE TABLE statistics_short_term (id INTEGER PRIMARY KEY, metadata_id INTEGER, start_ts FLOAT, mean FLOAT, sum FLOAT);
"""
# Generation 21 (`models.py`): the entity, its attributes and text stamps stand in the state.
OLD = """
CREATE TABLE states (state_id INTEGER PRIMARY KEY, domain VARCHAR(64), entity_id VARCHAR(255), state VARCHAR(255),
 attributes TEXT, event_id INTEGER, last_changed DATETIME, last_updated DATETIME, created DATETIME,
 old_state_id INTEGER);
CREATE TABLE recorder_runs (run_id INTEGER PRIMARY KEY, start DATETIME NOT NULL);
"""
WARM = {"device_class": "temperature", "unit_of_measurement": "°C", "state_class": "measurement"}
METER = {"device_class": "energy", "unit_of_measurement": "kWh", "state_class": "total_increasing"}


def at(*parts):
    """A moment of 1 March 2024, as rows hold it."""
    return datetime(2024, 3, 1, *parts)


def recorder(*states, hours=(), short=0):
    """A database of states (entity, state, seconds after noon, attributes) and of hours (statistic, unit, at, mean,
    sum)."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(NEW)
        numbers = {name: place for place, name in enumerate(dict.fromkeys(entity for entity, *_ in states), 1)}
        database.executemany("INSERT INTO states_meta VALUES (?, ?)", [(n, name) for name, n in numbers.items()])
        for place, (entity, state, after, attributes, *since) in enumerate(states, 1):
            database.execute("INSERT INTO state_attributes VALUES (?, 0, ?)", (place, json.dumps(attributes)))
            changed = NOON + since[0] if since else None
            row = (place, state, changed, NOON + after, place, numbers[entity])
            database.execute("INSERT INTO states VALUES (?, NULL, ?, NULL, NULL, ?, NULL, ?, NULL, ?, ?)", row)
        meters = {name: place for place, name in enumerate(dict.fromkeys(name for name, *_ in hours), 1)}
        for name, unit, after, mean, total in hours:
            meta = (meters[name], name, unit)
            database.execute("INSERT OR IGNORE INTO statistics_meta VALUES (?, ?, 'recorder', ?, 0, 1, NULL)", meta)
            hour = (meters[name], NOON + after * HOUR, mean, total)
            database.execute("INSERT INTO statistics (metadata_id, start_ts, mean, sum) VALUES (?, ?, ?, ?)", hour)
        five = [(number,) for number in range(short)]
        database.executemany("INSERT INTO statistics_short_term VALUES (?, 1, 0, 1, 1)", five)
        database.commit()
        return database.serialize()


def old(*states):
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(OLD)
        for entity, state, changed, updated, attributes in states:
            database.execute("INSERT INTO states VALUES (NULL, NULL, ?, ?, ?, 1, ?, ?, NULL, NULL)",
                             (entity, state, attributes, changed, updated))  # fmt: skip
        database.commit()
        return database.serialize()


def specimen() -> dict[str, bytes]:
    """A database with a room and a meter, and a download of a door."""
    database = recorder(
        ("sensor.bedroom_temperature", "19.5", 0, WARM),
        ("person.anna", "home", 0, {}),
        ("person.anna", "not_home", 60, {}),
        hours=[("sensor.meter", "kWh", 0, None, 1.0), ("sensor.meter", "kWh", 1, None, 1.5)],
    )
    door = "binary_sensor.front_door,{},2024-03-01T12:00:0{}.000Z\n"
    history = "entity_id,state,last_changed\n" + door.format("off", 0) + door.format("on", 1)
    return {"home-assistant_v2.db": database, "history.csv": history.encode()}


@pytest.fixture
def read(reading):
    return lambda *states, **more: reading(SOURCE, "home-assistant_v2.db", recorder(*states, **more))


def told(rows, *columns):
    return rows.select("signal", *columns).rows()


def test_a_room_and_the_garden_are_told_apart_and_converted(read):
    rows, account = read(
        ("sensor.bedroom_temperature", "68.0", 0.25, {**WARM, "unit_of_measurement": "°F"}),
        ("sensor.garden_temperature", "4.5", 1, WARM),
        ("sensor.freezer_temperature", "-18.1", 2, WARM),
        ("sensor.hall_carbon_dioxide", "612", 3, {"device_class": "carbon_dioxide", "unit_of_measurement": "ppm"}),
        ("sensor.heart_of_the_stove", "7", 4, {"unit_of_measurement": "V"}),
    )
    assert told(rows.with_columns(pl.col("value").round(6)), "value", "unit") == [
        ("indoor.temperature", 20.0, None),
        ("weather.temperature", 4.5, None),
        ("other.home_freezer_temperature", -18.1, "Cel"),
        ("indoor.co2", 612.0, None),
        ("other.home_heart_of_the_stove", 7.0, "V"),
    ]
    first = rows.select("start", "basis", "native", "source").row(0)
    entity = "sensor.bedroom_temperature"
    assert first == (at(12, 0, 0, 250_000), INSTANT, f"{entity}/1709294400250", f"home_assistant:{entity}")
    assert account.taken == 5


def test_what_says_nothing_is_passed_over_and_what_is_no_number_is_a_fault(read):
    rows, account = read(
        ("sensor.hall_temperature", "unavailable", 0, WARM),
        ("sensor.hall_temperature", "20", 1, WARM),
        ("sensor.hall_temperature", "20", 2, {**WARM, "icon": "new"}, 1),
        ("sensor.hall_temperature", "warm", 3, WARM),
        ("sun.sun", "above_horizon", 4, {}),
    )
    assert rows["value"].to_list() == [20.0]
    assert (account.read, account.taken, account.passed, account.faulty) == (5, 1, 3, 1)


def test_a_stay_is_told_by_what_ends_it(read):
    rows, account = read(
        ("person.anna", "home", 0, {}),
        ("person.anna", "not_home", 60, {}),
        ("person.anna", "Work", 600, {}),
        ("person.anna", "unavailable", 900, {}),
        ("person.anna", "home", 960, {}),
    )
    assert told(rows, "text", "start", "stop") == [
        ("home.presence", "home", at(12), at(12, 1)),
        ("home.presence", "away", at(12, 1), at(12, 10)),
        ("home.presence", "away", at(12, 10), at(12, 15)),
        ("place.visit", "Work", at(12, 10), at(12, 15)),
    ]
    assert rows["native"][0] == "person.anna/1709294400000"
    assert (account.taken, account.passed) == (3, 2)


def test_motion_doors_lamps_and_weather(read):
    motion = {"device_class": "motion"}
    rows, _ = read(
        ("binary_sensor.hall", "unknown", 0, motion),
        ("binary_sensor.hall", "on", 1, motion),  # found on after a restart: nothing moved
        ("binary_sensor.hall", "off", 2, motion),
        ("binary_sensor.hall", "on", 3, motion),
        ("light.desk_lamp", "on", 4, {}),
        ("light.desk_lamp", "off", 5, {}),
        ("weather.home", "pouring", 6, {}),
        ("weather.home", "clear-night", 7, {}),
        ("binary_sensor.leak", "on", 8, {"device_class": "moisture"}),
    )
    assert told(rows, "value", "text") == [
        ("home.motion", 1.0, None),
        ("home.device", None, "desk lamp"),
        ("weather.condition", None, "rain"),
        ("other.home_leak", 1.0, None),
    ]


def test_a_household_of_several_asks_whose_presence_is_read(member):
    two = [(f"person.{name}", state, n, {}) for n, state in enumerate(("home", "away")) for name in ("anna", "ben")]
    one = member("home-assistant_v2.db", recorder(*two, ("device_tracker.phone", "home", 3, {})))
    assert SOURCE.subjects(one) == ("anna", "ben")
    rows = [sift(part, Tally("")) for part in SOURCE.read(one, subject="ben")]
    assert [set(part.column("source").to_pylist()) for part in rows if part.num_rows] == [{"home_assistant:person.ben"}]


def test_without_persons_a_single_tracker_is_its_owner_and_several_are_nobody(read):
    phone = [("device_tracker.phone", state, n, {}) for n, state in enumerate(("home", "not_home"))]
    assert told(read(*phone)[0], "text") == [("home.presence", "home")]
    assert read(*phone, ("device_tracker.laptop", "home", 5, {}))[1].passed == 3


def test_a_meter_is_what_it_grew_by_in_each_hour(read):
    hours = [("sensor.grid_energy", "kWh", n, None, total) for n, total in enumerate((100.0, 100.4, 100.4, 99.0, 99.5))]
    hours += [("sensor.export_energy", "Wh", n, None, total) for n, total in enumerate((0.0, 250.0))]
    hours += [("tibber:cost", "EUR", n, None, total) for n, total in enumerate((1.0, 3.0))]
    rows, account = read(("sensor.grid_energy", "100", 0, METER), hours=hours, short=3)
    states = rows.filter(pl.col("native").str.ends_with("hour").not_())
    assert told(states, "value", "unit") == [("other.home_grid_energy", 100.0, "kW.h")]
    grown = rows.filter(pl.col("native").str.ends_with("hour")).with_columns(pl.col("value").round(6))
    assert told(grown, "value", "start") == [
        ("home.electricity", 0.4, at(13)),
        ("home.electricity", 0.0, at(14)),
        ("home.electricity", 0.5, at(16)),
        ("home.electricity_fed", 0.25, at(13)),
        ("other.home_cost", 2.0, at(13)),
    ]
    assert (grown["stop"] - grown["start"]).unique().to_list() == [timedelta(hours=1)]
    assert dict(account.kinds) == {"state": 1, "hour": 9, "five minutes": 3}
    assert (account.taken, account.passed) == (6, 7)


def test_hours_give_way_to_the_states_that_tell_them_in_full(read):
    hours = [("sensor.hall_temperature", "°C", n, 18.0 + n, None) for n in (-2, -1, 0, 1)]
    rows, _ = read(("sensor.hall_temperature", "20", 0, WARM), hours=hours)
    assert rows.sort("start")["value"].to_list() == [16.0, 17.0, 20.0]
    assert set(rows["signal"]) == {"indoor.temperature"}


def test_an_old_database_gives_the_same_as_a_new_one(reading, read):
    stamp = "2024-03-01 12:00:00.250000"
    rows = [("sensor.hall_temperature", "20.5", stamp, stamp, json.dumps(WARM)),
            ("sensor.hall_temperature", "20.5", stamp, "2024-03-01 12:00:01.000000", json.dumps(WARM)),
            ("sensor.hall_temperature", "21", "then", "then", "{broken")]  # fmt: skip
    before, account = reading(SOURCE, "home-assistant_v2.db", old(*rows))
    after, _ = read(("sensor.hall_temperature", "20.5", 0.25, WARM))
    assert before.equals(after)
    assert (account.taken, account.passed, account.faulty) == (1, 1, 1)


HISTORY = """entity_id,state,last_changed,current_temperature,hvac_action
sensor.bath_humidity,55.5,2024-03-01T12:00:00.250Z
sensor.bath_temperature,21.5,2024-03-01T12:00:00.250Z
climate.bath,heat,2024-03-01T12:00:00.000Z,20.5,idle
person.anna,home,2024-03-01T12:00:00.000Z
person.anna,"Friends, far",2024-03-01T13:00:00.000Z
person.anna,home,noon
sensor.long,1,2024-03-01T12:00:00.000Z,1,2,3
"""


def test_a_download_of_the_history_is_read_without_its_units(reading, read):
    rows, account = reading(SOURCE, "history.csv", HISTORY)
    assert told(rows, "value", "text", "unit") == [
        ("indoor.humidity", 55.5, None, None),
        ("other.home_bath_temperature", 21.5, None, "1"),
        ("home.presence", None, "home", None),
    ]
    assert (account.read, account.taken, account.passed, account.faulty) == (7, 3, 3, 1)
    same, _ = read(("sensor.bath_humidity", "55.5", 0.25, {"device_class": "humidity", "unit_of_measurement": "%"}))
    assert same.drop("record").equals(rows.head(1).drop("record"))


def test_what_follows_is_followed_from_block_to_block(reading, monkeypatch):
    monkeypatch.setattr("selftwin.sources._sqlite.ROWS", 1)
    states = [("light.desk", state, n, {}) for n, state in enumerate(("on", "off", "on", "off"))]
    hours = [("sensor.gas", "m³", n, None, float(n)) for n in range(3)]
    rows, _ = reading(SOURCE, "home-assistant_v2.db", recorder(*states, hours=hours))
    assert told(rows, "value") == [("home.device", None)] * 2 + [("home.gas", 1.0)] * 2


def test_a_database_without_states_is_refused(member):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE states (state_id INTEGER PRIMARY KEY, state TEXT)")
        empty = member("home-assistant_v2.db", database.serialize())
    with pytest.raises(BrokenExport):
        list(SOURCE.read(empty, subject=None))


@pytest.mark.parametrize(("entity", "device", "unit", "signal"), [
    ("sensor.hall_pressure", "pressure", "hPa", "indoor.pressure"),
    ("sensor.tyre", "pressure", "bar", "other.home_tyre"),
    ("sensor.phone", "battery", "%", "device.battery"),
    ("sensor.plug", "power", "kW", "home.power"),
    ("sensor.hall", None, "°C", "indoor.temperature"),
    ("sensor.odd", "temperature", "barrel", "other.home_odd"),
    ("input_number.x", None, None, "other.home_x"),
    ("scene.x", None, None, None),
])  # fmt: skip
def test_an_entity_is_read_by_its_class_its_unit_and_its_name(entity, device, unit, signal):
    assert meaning(entity, device, unit, None).signal == signal


def test_hundreds_of_cubic_feet_are_gas_and_what_the_roof_makes_is_not_used():
    gas = counted("sensor.gas", "gas", "CCF")
    assert (gas.signal, round(gas.scale, 6)) == ("home.gas", 2.831685)
    assert counted("sensor.solar_energy", "energy", "kWh").signal == "other.home_solar_energy"
