"""ESPI feeds as utilities write them, and the CSV of PG&E and its kin (docs/sources/green_button.md)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from selftwin.sources import green_button
from selftwin.sources.green_button import SOURCE
from selftwin.vocabulary.errors import BrokenExport

LOCAL, INSTANT = 1, 2
START = 1_709_251_200  # 1 March 2024, 00:00 UTC
POINT = "RetailCustomer/9/UsagePoint/1"
FEED = '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi">{}</feed>'


def entry(content, *links):
    """An entry of the feed; its links tell what it is related to."""
    told = "".join(f'<link rel="{way}" href="{to}"/>' for way, to in links)
    return f"<entry><id>urn:uuid:1</id>{told}<title/><content>{content}</content></entry>"


def point(service=0):
    service = f"<e:UsagePoint><e:ServiceCategory><e:kind>{service}</e:kind></e:ServiceCategory></e:UsagePoint>"
    return entry(service, ("self", POINT), ("related", f"{POINT}/MeterReading"))


def meter(number=1, kind=1):
    here = f"{POINT}/MeterReading/{number}"
    return entry("<e:MeterReading/>", ("self", here), ("related", f"{here}/IntervalBlock"),
                 ("related", f"ReadingType/{kind}"))  # fmt: skip


def kind(number=1, **more):
    usual = {"accumulationBehaviour": 4, "commodity": 1, "flowDirection": 1, "powerOfTenMultiplier": 0, "uom": 72}
    told = "".join(f"<e:{name}>{value}</e:{name}>" for name, value in (usual | more).items() if value is not None)
    return entry(f"<e:ReadingType>{told}</e:ReadingType>", ("self", f"ReadingType/{number}"))


def hour(value, after=0, duration=3600, start=START):
    begun = start + after if after else start
    period = f"<e:timePeriod><e:duration>{duration}</e:duration><e:start>{begun}</e:start></e:timePeriod>"
    return f"<e:IntervalReading><e:cost>5</e:cost>{period}<e:value>{value}</e:value></e:IntervalReading>"


def block(*readings, number=1):
    interval = f"<e:interval><e:duration>86400</e:duration><e:start>{START}</e:start></e:interval>"
    here = f"{POINT}/MeterReading/{number}/IntervalBlock"
    content = f"<e:IntervalBlock>{interval}{''.join(readings)}</e:IntervalBlock>"
    return entry(content, ("self", f"{here}/7"), ("up", here))


def feed(*entries):
    return FEED.format("".join(entries))


CSV = """Name,JANE DOE
Address,"1 MAIN ST, CITY CA 90000"
Account Number,1234567890
Service,Service 2

TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES
Electric usage,2024-03-01,00:00,00:14,0.25,$0.08,
Electric usage,2024-03-01,00:15,00:29,-0.5,$0.00,
Electric usage,2024-03-01,00:30,00:44,,,
Electric usage,2024-03-01,00:45,00:59,much,,
"""


def specimen() -> dict[str, bytes]:
    """A feed with an hour of one meter, and a table with a quarter of another."""
    return {
        "green_button.xml": feed(point(), meter(), kind(), block(hour(703), hour(607, 3600))).encode(),
        "pge_electric_usage_interval_data.csv": ("\ufeff" + CSV).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda *entries: reading(SOURCE, "green_button.xml", feed(*entries))


def at(*parts):
    """A clock of 1 March 2024, as rows hold it."""
    return datetime(2024, 3, 1, *parts)


def told(rows, *columns):
    return rows.select("signal", *columns).rows()


def test_an_hour_of_electricity_is_in_kilowatt_hours_of_its_interval(read):
    rows, account = read(point(), meter(), kind(), block(hour(703), hour(607, 3600)))
    rows = rows.with_columns(rows["value"].round(9))
    assert told(rows, "value", "start", "stop", "basis") == [
        ("home.electricity", 0.703, at(0), at(1), INSTANT),
        ("home.electricity", 0.607, at(1), at(2), INSTANT),
    ]
    assert (account.taken, account.faulty, dict(account.kinds)) == (2, 0, {"reading": 2})


@pytest.mark.parametrize(("more", "value", "signal", "expected"), [
    ({"powerOfTenMultiplier": -3}, 250_000, "home.electricity", 0.25),
    ({"powerOfTenMultiplier": 3}, 2, "home.electricity", 2.0),
    ({"flowDirection": 19}, 500, "home.electricity_fed", 0.5),
    ({"flowDirection": 4}, -500, "home.electricity_fed", 0.5),
    ({"flowDirection": 15}, 500, "other.home_electricity_flow_15", 500.0),
    ({"accumulationBehaviour": 3}, 9_000_000, "other.home_electricity_3", 9_000_000.0),
    ({"uom": 38, "accumulationBehaviour": 12}, 420, "home.power", 420.0),
    ({"commodity": 7, "uom": 169, "powerOfTenMultiplier": -5}, 123_000, "other.home_gas", 1.23),
    ({"commodity": 7, "uom": 119}, 100, "home.gas", 2.831685),
    ({"commodity": 9, "uom": 128}, 10, "home.water", 37.854118),
    ({"commodity": None, "uom": 42}, 1, "home.gas", 1.0),  # the usage point tells that it is gas
])  # fmt: skip
def test_a_type_of_reading_tells_signal_and_unit(read, more, value, signal, expected):
    rows, _ = read(point(1), meter(), kind(**more), block(hour(value)))
    assert [(name, round(number, 6)) for name, number in told(rows, "value")] == [(signal, expected)]


def test_two_meters_are_told_apart_by_their_links_in_any_order(read):
    two = [block(hour(100), number=1), block(hour(200), number=2), meter(1, 1), meter(2, 2), kind(1),
           kind(2, flowDirection=19), point()]  # fmt: skip
    assert told(read(*two)[0], "value") == [("home.electricity", 0.1), ("home.electricity_fed", 0.2)]


def test_a_single_type_is_meant_where_links_lead_nowhere_and_none_of_several_is(read):
    lost = block(hour(100)).replace("MeterReading/1", "MeterReading/REDACTED")
    assert told(read(point(), meter(), kind(), lost)[0], "value") == [("home.electricity", 0.1)]
    rows, account = read(point(), meter(), kind(1), kind(2, flowDirection=19), lost, block(hour(5)))
    assert told(rows, "value") == [("home.electricity", 0.005)]
    assert [fault.place for fault in account.faults] == ["green_button.xml, record 1"]


def test_blocks_of_readings_are_read_one_after_the_other(read, monkeypatch):
    monkeypatch.setattr(green_button, "_BLOCK", 5)
    rows, account = read(point(), meter(), kind(), block(*(hour(n, 3600 * n) for n in range(1, 12))))
    assert rows["value"].round(6).to_list() == [n / 1000 for n in range(1, 12)]
    assert account.read == 11


def test_bad_readings_and_a_cut_are_faults_with_their_places(read, reading):
    some = block(hour("much"), hour("5", start="then"), hour("7", duration="-1"))
    _, account = read(point(), meter(), kind(), some)
    assert [fault.place for fault in account.faults] == ["green_button.xml, record 1", "green_button.xml, record 2"]
    whole = feed(point(), meter(), kind(), block(hour("1"), hour("2")))
    rows, account = reading(SOURCE, "green_button.xml", whole[: whole.rindex("<e:value>")])
    assert (rows["value"].to_list(), account.faulty) == ([0.001], 1)


def test_entities_are_refused(member):
    bomb = feed(point()).replace("<feed", '<!DOCTYPE feed [<!ENTITY a "aa">]><feed', 1)
    with pytest.raises(BrokenExport):
        list(SOURCE.read(member("green_button.xml", bomb), subject=None))


def test_a_table_tells_wall_clocks_and_what_was_fed_in(reading):
    rows, account = reading(SOURCE, "usage.csv", CSV)
    assert told(rows, "value", "start", "stop", "basis") == [
        ("home.electricity", 0.25, at(0), at(0, 15), LOCAL),
        ("home.electricity_fed", 0.5, at(0, 15), at(0, 30), LOCAL),
    ]
    assert (account.read, account.taken, account.passed, account.faulty) == (4, 2, 1, 1)


@pytest.mark.parametrize(("header", "line", "expected"), [
    ("TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES", "Electric usage,2022-12-01,00:00,00:29,0.16,kWh,$0.02,",
     [("home.electricity", 0.16, None)]),
    ("TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES",
     "Electric usage,2025-03-20,00:00,00:59,2.94,0.5,$1.02", [("home.electricity", 2.94, None),
                                                             ("home.electricity_fed", 0.5, None)]),
    ("TYPE,DATE,USAGE,UNITS,COST,NOTES", "Natural gas usage,2012-10-31,1.02,therms,$0.97,",
     [("other.home_gas", 1.02, "{therm}")]),
    ("TYPE,DATE,START TIME,END TIME,USAGE (therms),COST,NOTES", "Natural gas usage,2026-09-28,00:00,23:59,1.05,$2.79",
     [("other.home_gas", 1.05, "{therm}")]),
])  # fmt: skip
def test_every_header_of_the_tables_is_read(reading, header, line, expected):
    rows, _ = reading(SOURCE, "usage.csv", f"{header}\n{line}\n")
    assert told(rows, "value", "unit") == expected


@pytest.mark.parametrize(("days", "moment"), [
    (("7/2/2026", "7/3/2026"), datetime(2026, 7, 2)),
    (("2/7/2026", "22/7/2026"), datetime(2026, 7, 2)),
])  # fmt: skip
def test_american_dates_begin_with_the_month_unless_the_file_proves_the_day(reading, days, moment):
    lines = "".join(f"Electric usage,{day},0:00,0:59,0.38,$0.12 ,\n" for day in days)
    rows, account = reading(SOURCE, "usage.csv", f"TYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES\n{lines}")
    assert rows.select("start", "stop", "basis").row(0) == (moment, moment + timedelta(hours=1), LOCAL)
    assert account.taken == 2


def test_a_bill_is_passed_over(reading):
    bill = "TYPE,START DATE,END DATE,USAGE (kWh),COST,NOTES\nElectric billing,2026-01-01,2026-02-01,30.00,$10.00,\n"
    rows, account = reading(SOURCE, "billing.csv", bill)
    assert (rows.height, account.passed) == (0, 1)


@pytest.mark.parametrize("content", [b"<feed/>", b"TYPE,DATE\n", "TYPE,DATE,COST\nGas,2023-01-01,$5\n", b"a,b\n1,2\n"])
def test_others_are_left_alone(member, content):
    assert not SOURCE.recognises(member("x.xml", content))
