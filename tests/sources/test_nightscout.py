"""Nightscout's collections in the dialects of its uploaders: web page, AndroidAPS, Loop, OpenAPS, xDrip, mongoexport.

Shaped on the documents docs/sources/nightscout.md names.
"""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.nightscout import SOURCE
from selftwin.sources.reader.process import Finished, Reading
from selftwin.vocabulary.observation import Basis

SGV = {"_id": "a1", "type": "sgv", "sgv": 107.6, "date": 1729900800000, "dateString": "2024-10-26T00:00:00.000Z"}
EARLY = datetime(2024, 10, 26)
PROFILE = {
    "_id": "p1",
    "defaultProfile": "Day",
    "startDate": "2024-10-21T17:38:00.000Z",
    "units": "mmol",
    "store": {
        "Day": {
            "dia": 3,
            "carbratio": [{"time": "00:00", "value": 10}],
            "sens": [{"time": "00:00", "value": "2", "timeAsSeconds": 0}],
            "basal": [{"time": "00:00", "value": 0.7}, {"time": "06:00", "value": 1.0}],
            "target_low": [{"time": "00:00", "value": 5}],
            "timezone": "Europe/Helsinki",
        },
        "Sport": {"basal": [{"time": "00:00", "value": 0.4}]},
    },
}


def treatment(event, **fields):
    return {"_id": f"t-{event}", "eventType": event, "created_at": "2024-10-26T07:30:00.000Z"} | fields


def specimen() -> dict[str, bytes]:
    """The three collections as the API gives them."""
    meal = treatment("Meal Bolus", carbs=30, insulin=3.0)
    return {
        "entries.json": json.dumps([SGV, {**SGV, "_id": "a2", "sgv": 111, "date": SGV["date"] + 300_000}]).encode(),
        "treatments.json": json.dumps([meal, treatment("Temp Basal", percent=-50, duration=60)]).encode(),
        "profile.json": json.dumps([PROFILE]).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "nightscout.json", content)


def said(rows, *columns):
    return rows.sort("record", "signal", "value").select(*(columns or ("signal", "value"))).rows()


def test_readings_are_instants_with_the_formats_own_id(read):
    rows, account = read([SGV])
    assert said(rows, "signal", "value", "start", "basis", "native", "source") == [
        ("glucose", 107.6, EARLY, int(Basis.INSTANT), "a1", "nightscout")
    ]
    assert dict(account.kinds) == {"sgv": 1}


@pytest.mark.parametrize(
    "text",
    [
        '[{"sgv":100,"type":"sgv","date":1729900800000}]',
        '{"sgv":100,"date":1729900800000}\n',
        '{"_id":{"$oid":"x"},"sgv":{"$numberInt":"100"},"date":{"$numberLong":"1729900800000"}}\n',
        '{"_id":{"$oid":"x"},"sgv":{"$numberDouble":"100.0"},"date":{"$date":"2024-10-26T00:00:00Z"}}',
        '{"status":200,"result":[{"sgv":100,"date":1729900800000,"identifier":"x"}]}',
        '{"entries":[{"sgv":"100","date":1729900800}],"treatments":[]}',
        '[\n  {\n    "sgv": 100,\n    "dateString": "2024-10-26T02:00:00.000+0200"\n  }\n]',
        '\ufeff[{"sgv":100,"sysTime":"2024-10-26T00:00:00.000Z","date":null}]',
    ],
)
def test_every_wrapping_of_the_same_reading_reads_the_same(read, text):
    rows, _ = read(text)
    assert said(rows, "signal", "value", "start", "basis") == [("glucose", 100.0, EARLY, int(Basis.INSTANT))]


def test_the_offset_is_the_uploaders(read):
    rows, _ = read([{"sgv": 100, "dateString": "2024-10-26T02:00:00+0200"}, {**SGV, "utcOffset": 600}])
    assert rows.sort("record")["offset"].to_list() == [120, 600]


def test_error_codes_are_passed_over_and_limits_say_so(read):
    rows, account = read([{**SGV, "sgv": value} for value in (5, 12, 38, 39, 401)])
    assert said(rows, "value", "text") == [(39.0, "low"), (401.0, "high")]
    assert account.records().passed == 3
    assert "sensor values under 39 mg/dL are error codes, passed over" in account.notes


def test_meters_calibrations_and_states(read):
    rows, account = read(
        [
            {"type": "mbg", "mbg": 121, "date": SGV["date"], "device": "contour://0012345"},
            {"type": "cal", "slope": 800, "intercept": 30000, "scale": 1, "date": SGV["date"]},
            {"device": "openaps://rig", "openaps": {"iob": {}}, "created_at": "2024-10-26T00:00:00Z"},
        ]
    )
    assert said(rows, "signal", "value", "source") == [("glucose.fingerstick", 121.0, "nightscout:contour")]
    assert (account.records().taken, account.records().passed) == (1, 2)
    assert len(account.notes) == 2


def test_readings_in_mmol_are_told_by_their_size(read):
    rows, account = read([{**SGV, "sgv": value} for value in (5.5, 6.1)])
    assert rows["value"].to_list() == pytest.approx([99.09, 109.9], abs=0.01)
    assert "sensor values are read as mmol/L, told from their size" in account.notes


TREATMENTS = [
    (treatment("Meal Bolus", carbs=30, insulin=3.0, protein=10, fat=5, foodType="Pasta"), [
        ("insulin.bolus", 3.0, "Meal Bolus"), ("meal.carbs", 30.0, None), ("meal.description", None, "Pasta"),
        ("meal.fat", 5.0, None), ("meal.protein", 10.0, None),
    ]),
    (treatment("Correction Bolus", insulin="1.5", carbs=None), [("insulin.bolus", 1.5, "Correction Bolus")]),
    (treatment("Bolus Wizard", insulin=2, carbs=20, glucose=6, glucoseType="Finger", units="mmol"), [
        ("glucose.fingerstick", pytest.approx(108.09, abs=0.01), None), ("insulin.bolus", 2.0, "Bolus Wizard"),
        ("meal.carbs", 20.0, None),
    ]),
    (treatment("BG Check", glucose=140, units="mg/dl", glucoseType="Finger"), [("glucose.fingerstick", 140.0, None)]),
    (treatment("BG Check", glucose=7.0), [("glucose.fingerstick", pytest.approx(126.11, abs=0.01), None)]),
    (treatment("BG Check", glucose=140, glucoseType="Sensor"), [("device.event", None, "BG Check")]),
    (treatment("Carb Correction", carbs=15), [("meal.carbs", 15.0, None)]),
    (treatment("SMB", insulin=0.2, isSMB=True), [("insulin.bolus", 0.2, "SMB")]),
    (treatment("Temp Basal", absolute=0.8, rate=0.8, duration=45), [("insulin.basal_rate", 0.8, None)]),
    (treatment("Temp Basal", percent=-50, duration=60), [("insulin.basal_change", -50.0, None)]),
    (treatment("Temp Basal", duration=0), [("pump.event", None, "Temp Basal ended")]),
    (treatment("Combo Bolus", enteredinsulin="4", insulin=1.0, splitNow="25", splitExt="75", duration=120), [
        ("insulin.bolus", 1.0, "Combo Bolus"), ("insulin.bolus", 3.0, "Combo Bolus, extended"),
    ]),
    (treatment("Site Change", notes="left"), [("note", None, "left"), ("pump.event", None, "Site Change")]),
    (treatment("Sensor Start"), [("glucose.sensor", None, "Sensor Start")]),
    (treatment("Exercise", duration=30), [("workout", None, "exercise")]),
    (treatment("Announcement", notes="hello"), [("note", None, "hello")]),
    (treatment("Profile Switch", profile="Sport", duration=180), [("insulin.profile", None, "Sport")]),
    (treatment("Temporary Target", targetTop=8, targetBottom=8, units="mmol", duration=60), [
        ("glucose.target_high", pytest.approx(144.12, abs=0.01), None),
        ("glucose.target_low", pytest.approx(144.12, abs=0.01), None),
    ]),
    (treatment("Temporary Override", correctionRange=[140, 160.5], insulinNeedsScaleFactor=0.8, duration=60), [
        ("glucose.target_high", 160.5, None), ("glucose.target_low", 140.0, None),
    ]),
    (treatment("Temporary Override", correctionRange=None), [("device.event", None, "Temporary Override")]),
    (treatment("Basal Injection", insulin=14), [("insulin.long", 14.0, "Basal Injection")]),
    (treatment("Meal Bolus", insulin=14, type="NORMAL", isBasalInsulin=True), [("insulin.long", 14.0, "Meal Bolus")]),
    (treatment("Meal Bolus", insulin=0.7, type="PRIMING", isBasalInsulin=False), [("pump.event", None, "Priming")]),
    (treatment("Something New"), [("device.event", None, "Something New")]),
]  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), TREATMENTS, ids=[record["eventType"] for record, _ in TREATMENTS])
def test_a_treatment_becomes_what_was_given_eaten_measured_or_done(read, record, expected):
    anchor = treatment("Note", notes="anchor")
    rows, account = read([record, anchor])
    assert said(rows.filter(pl.col("record") == 0), "signal", "value", "text") == expected
    assert account.records().taken == 2


def test_what_lasts_has_an_end_in_either_dialect(read):
    rows, _ = read(
        [
            treatment("Temp Basal", absolute=1, duration="30"),
            treatment("Temp Basal", rate=1, durationInMilliseconds=1_800_000, duration=99),
            treatment("Carb Correction", carbs=20, duration=120),
            treatment("Meal Bolus", insulin=2, duration=0),
        ]
    )
    assert [stop and stop.isoformat() for stop in rows.sort("record")["stop"]] == [
        "2024-10-26T08:00:00", "2024-10-26T08:00:00", "2024-10-26T09:30:00", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "stamp",
    [
        {"created_at": "2024-10-26T07:30:00Z"},
        {"created_at": "2024-10-26T10:30:00+0300"},
        {"created_at": None, "timestamp": "2024-10-26T10:30:00+03:00"},
        {"created_at": None, "timestamp": 1729927800000},
        {"created_at": None, "mills": 1729927800000},
        {"created_at": None, "date": 1729927800000},
    ],
)
def test_the_moment_of_a_treatment_stands_in_one_of_many_fields(read, stamp):
    rows, _ = read([treatment("Correction Bolus", insulin=1) | stamp])
    assert rows["start"].to_list() == [datetime(2024, 10, 26, 7, 30)]


def test_withdrawn_and_silent_records_are_passed_over(read):
    rows, account = read([treatment("Meal Bolus", insulin=3, isValid=False), treatment("<none>"), SGV])
    assert rows.height == 1
    assert (account.records().passed, len(account.notes)) == (2, 2)


def test_a_profile_speaks_of_what_is_in_use_and_keeps_the_others_beside_it(read):
    rows, account = read([PROFILE])
    assert sorted(rows.select("signal", "value", "text", "unit", "native").rows(), key=str) == sorted(
        [
            ("insulin.profile", None, "Day", None, "p1/in use"),
            ("time_zone", None, "Europe/Helsinki", None, "p1/Day"),
            ("insulin.duration", 3.0, "Day", None, "p1/Day"),
            ("insulin.carb_ratio", 10.0, "Day/00:00", None, "p1/Day/00:00"),
            ("insulin.sensitivity", pytest.approx(36.03, abs=0.01), "Day/00:00", None, "p1/Day/00:00"),
            ("glucose.target_low", pytest.approx(90.08, abs=0.01), "Day/00:00", None, "p1/Day/00:00"),
            ("other.insulin_basal_planned", 0.7, "Day/00:00", "[iU]/h", "p1/Day/00:00"),
            ("other.insulin_basal_planned", 1.0, "Day/06:00", "[iU]/h", "p1/Day/06:00"),
            ("other.profile.insulin_basal_planned", 0.4, "Sport/00:00", "[iU]/h", "p1/Sport/00:00"),
        ],
        key=str,
    )
    assert dict(account.kinds) == {"profile": 1}


def test_damage_is_a_fault_at_its_record(read):
    whole = json.dumps(SGV)
    huge, list_ = (whole.replace("107.6", other) for other in ("1e308", "[]"))
    rows, account = read(f'[{whole}, {{"sgv": 1 2, "date": 1}}, {huge}, {list_}, {{"sgv": 1')
    assert rows.height == 1
    assert account.records().read == 5
    assert sorted(fault.place for fault in account.faults) == [f"nightscout.json, record {n}" for n in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"dateTime":"05/01/24 07:00:00","value":{"bpm":70}}]',
        '{"resourceType":"Bundle","entry":[]}',
        '[{"eventType":"PushEvent","created_at":"2024-10-26T07:30:00Z"}]',
        '[{"date":1729900800000,"steps":3}]',
        "not json",
    ],
)
def test_foreign_json_is_not_claimed(member, text):
    assert not SOURCE.recognises(member("x.json", text))


def test_the_reading_child_reads_all_three_collections(tmp_path):
    paths = []
    for name, data in specimen().items():
        (tmp_path / name).write_bytes(data)
        paths.append((tmp_path / name, name))
    with Reading(paths) as reading:
        done = [word for word in reading if isinstance(word, Finished)]
    assert [(word.records.read, word.records.taken, word.made) for word in done] == [(2, 2, 2), (2, 2, 3), (1, 1, 9)]
