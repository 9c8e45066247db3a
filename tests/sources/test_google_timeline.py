"""Google's Timeline in its five generations, in the shapes docs/sources/google_timeline.md names."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.google_timeline import SOURCE

INSTANT, PLACED = 2, 3
RECORD = {
    "latitudeE7": 500506312, "longitudeE7": 143439906, "accuracy": 22, "altitude": 210, "velocity": 3, "source": "WIFI",
    "deviceTag": 1184882232, "timestamp": "2019-04-03T06:13:57.250Z",
    "activity": [{"activity": [{"type": "STILL", "confidence": 96}, {"type": "ON_FOOT", "confidence": 2}],
                  "timestamp": "2019-04-03T06:13:50Z"}],
}  # fmt: skip
VISIT = {
    "placeVisit": {
        "location": {
            "latitudeE7": 500506312, "longitudeE7": 143439906, "placeId": "ChIJ_office", "address": "Long Street 1",
            "name": "The Office", "semanticType": "TYPE_WORK", "sourceInfo": {"deviceTag": 1},
        },
        "duration": {"startTimestamp": "2019-04-03T06:13:57.250Z", "endTimestamp": "2019-04-03T18:10:18Z"},
        "otherCandidateLocations": [{"placeId": "ChIJ_other", "name": "Another"}],
        "childVisits": [{"location": {"placeId": "ChIJ_desk"}}],
    }
}  # fmt: skip
MOVE = {
    "activitySegment": {
        "startLocation": {"latitudeE7": 500506312, "longitudeE7": 143439906}, "endLocation": {},
        "duration": {"startTimestampMs": "1554315018000", "endTimestampMs": "1554316018000"},
        "distance": 3853, "activityType": "IN_SUBWAY", "activities": [{"activityType": "IN_SUBWAY", "probability": 80}],
        "waypointPath": {"waypoints": [{"latE7": 500506312, "lngE7": 143439906}]},
        "simplifiedRawPath": {"points": [
            {"latE7": 500600000, "lngE7": 143500000, "timestampMs": "1554315518000", "accuracyMeters": 12},
            {"latE7": 500700000, "lngE7": 143600000, "timestamp": "2019-04-03T18:25:18Z", "accuracyMeters": 9},
        ]},
    }
}  # fmt: skip
ANDROID = {
    "semanticSegments": [
        {
            "startTime": "2019-04-03T08:00:00.000+02:00", "endTime": "2019-04-03T10:00:00.000+02:00",
            "timelinePath": [{"point": "50.0506312°, 14.3439906°", "time": "2019-04-03T08:14:00.000+02:00"}],
        },
        {
            "startTime": "2019-04-03T08:13:57.000+02:00", "endTime": "2019-04-03T20:10:18.000+02:00",
            "startTimeTimezoneUtcOffsetMinutes": 120, "endTimeTimezoneUtcOffsetMinutes": 120,
            "visit": {"hierarchyLevel": 0, "probability": 0.85, "topCandidate": {
                "placeId": "ChIJ_office", "semanticType": "INFERRED_WORK", "probability": 0.4,
                "placeLocation": {"latLng": "50.0506312°, 14.3439906°"}}},
        },
        {
            "startTime": "2019-04-03T09:00:00.000+02:00", "endTime": "2019-04-03T09:30:00.000+02:00",
            "visit": {"hierarchyLevel": 1, "topCandidate": {"placeLocation": {"latLng": "50.1°, 14.1°"}}},
        },
        {
            "startTime": "2019-04-03T20:10:18.000+02:00", "endTime": "2019-04-03T20:26:58.000+02:00",
            "activity": {"start": {"latLng": "50.0506312°, 14.3439906°"}, "end": {"latLng": "50.0700000°, 14.3600000°"},
                         "distanceMeters": 3853.0, "topCandidate": {"type": "IN_SUBWAY", "probability": 0.8}},
        },
        {"startTime": "2019-04-01T00:00:00.000+02:00", "endTime": "2019-04-05T00:00:00.000+02:00",
         "timelineMemory": {"trip": {"distanceFromOriginKms": 120}}},
    ],
    "rawSignals": [
        {"position": {"LatLng": "50.0506312°, 14.3439906°", "accuracyMeters": 13, "altitudeMeters": 210.5,
                      "source": "WIFI", "timestamp": "2024-04-26T20:54:38.000+02:00", "speedMetersPerSecond": 0.5}},
        {"activityRecord": {"probableActivities": [{"type": "STILL", "confidence": 0.96},
                                                   {"type": "IN_VEHICLE", "confidence": 0.01}],
                            "timestamp": "2024-04-26T20:55:45.000+02:00"}},
        {"wifiScan": {"deliveryTime": "2024-04-26T20:55:45.000+02:00", "devicesRecords": [{"mac": 1, "rawRssi": -60}]}},
    ],
    "userLocationProfile": {"frequentPlaces": [
        {"placeId": "ChIJ_office", "placeLocation": "50.0506312°, 14.3439906°", "label": "WORK"}]},
}  # fmt: skip
IPHONE = [
    {"endTime": "2019-04-03T20:10:18.000+02:00", "startTime": "2019-04-03T08:13:57.100+02:00",
     "visit": {"hierarchyLevel": "0", "topCandidate": {"probability": "0.4", "semanticType": "Inferred Work",
               "placeID": "ChIJ_office", "placeLocation": "geo:50.050631,14.343990"}, "probability": "0.8"}},
    {"endTime": "2019-04-03T20:26:58.000+02:00", "startTime": "2019-04-03T20:10:18.000+02:00",
     "activity": {"probability": "0.8", "end": "geo:50.070000,14.360000", "start": "geo:50.050631,14.343990",
                  "topCandidate": {"type": "in subway", "probability": "0.8"}, "distanceMeters": "3853.0"}},
    {"endTime": "2019-04-03T22:00:00.000Z", "startTime": "2019-04-03T20:00:00.000Z",
     "timelinePath": [{"point": "geo:29.725358,-95.482259", "durationMinutesOffsetFromStartTime": "5"}]},
]  # fmt: skip
EDITS = {"timelineEdits": [
    {"deviceId": "-1613859921", "rawSignal": {"signal": {"position": {
        "point": {"latE7": 355831402, "lngE7": -1193393903}, "accuracyMm": 12000,
        "timestamp": "2025-08-15T14:32:18.000Z"}}}},
    {"deviceId": "-1613859921", "placeAggregates": {"placeAggregateInfo": []}},
]}  # fmt: skip


def specimen() -> dict[str, bytes]:
    """A few records of each generation."""
    written = {
        "Records.json": {"locations": [RECORD]},
        "2019_APRIL.json": {"timelineObjects": [VISIT, MOVE]},
        "Timeline.json": ANDROID,
        "location-history.json": IPHONE,
        "Timeline Edits.json": EDITS,
    }
    return {name: json.dumps(told, ensure_ascii=False).encode() for name, told in written.items()}


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "timeline.json", told)


def said(rows, *columns):
    return rows.sort("signal", "start").select(*(columns or ("signal", "value"))).rows()


def test_a_record_tells_a_position_and_what_the_phone_took_the_movement_for(read):
    rows, account = read({"locations": [RECORD]})
    assert said(rows, "signal", "value", "text") == [
        ("location.accuracy", 22.0, None), ("location.altitude", 210.0, None), ("location.latitude", 50.0506312, None),
        ("location.longitude", 14.3439906, None), ("location.speed", 3.0, None),
        ("other.google_activity", None, "still"),
    ]  # fmt: skip
    assert rows.select("start", "basis", "native").unique().rows() == [
        (datetime(2019, 4, 3, 6, 13, 57, 250_000), INSTANT, None)
    ]
    assert (account.read, account.taken) == (1, 1)


def test_the_milliseconds_of_older_files_are_the_same_moment(read):
    old = {key: value for key, value in RECORD.items() if key != "timestamp"} | {"timestampMs": "1554272037250"}
    columns = ("signal", "start", "value", "text")
    assert said(read({"locations": [old]})[0], *columns) == said(read({"locations": [RECORD]})[0], *columns)


def test_degrees_that_ran_over_are_put_right(read):
    west = RECORD | {"longitudeE7": 4294967296 - 1193393903, "latitudeE7": 4294967296 - 338000000}
    rows, _ = read({"locations": [west]})
    found = dict(said(rows))
    assert (found["location.latitude"], found["location.longitude"]) == (-33.8, -119.3393903)


@pytest.mark.parametrize(
    "told", [{"timelineObjects": [VISIT, MOVE]}, ANDROID, IPHONE], ids=["takeout", "android", "iphone"]
)
def test_a_visit_and_a_journey_are_the_same_in_every_generation(read, told):
    rows, account = read(told)
    columns = ("signal", "native", "text", "value")
    states = rows.filter(pl.col("signal").is_in(["place.visit", "place.kind", "transport.mode", "transport.distance"]))
    assert said(states, *columns) == [
        ("place.kind", "visit/1554272037", "work_school", None),
        ("place.visit", "visit/1554272037", "work", None),
        ("transport.distance", "move/1554315018", None, 3.853),
        ("transport.mode", "move/1554315018", "train", None),
    ]
    spot = rows.filter(pl.col("native") == "visit/1554272037", pl.col("signal") == "location.latitude")
    assert round(spot["value"].item(), 4) == 50.0506
    assert account.faulty == 0


def test_the_name_of_a_visit_is_kept_and_neither_address_nor_other_candidates(read):
    rows, _ = read({"timelineObjects": [VISIT]})
    assert rows.drop_nulls("text")["text"].sort().to_list() == ["The Office", "work", "work_school"]


def test_a_journey_tells_its_path_where_the_points_have_a_time(read):
    rows, _ = read({"timelineObjects": [MOVE]})
    path = rows.filter(pl.col("native").is_null(), pl.col("signal") == "location.latitude")
    assert path.select("start", "value").rows() == [
        (datetime(2019, 4, 3, 18, 18, 38), 50.06), (datetime(2019, 4, 3, 18, 25, 18), 50.07),
    ]  # fmt: skip


def test_android_places_its_visits_and_passes_over_what_says_no_place(read):
    rows, account = read(ANDROID)
    visit = rows.filter(pl.col("signal") == "place.visit")
    assert visit.select("start", "stop", "offset", "basis").row(0) == (
        datetime(2019, 4, 3, 6, 13, 57), datetime(2019, 4, 3, 18, 10, 18), 120, PLACED,
    )  # fmt: skip
    assert (account.read, account.taken, account.passed) == (9, 5, 4)
    assert dict(account.kinds) == {"segment": 5, "signal": 3, "profile": 1}
    signals = rows.filter(pl.col("start") > datetime(2024, 1, 1))
    assert said(signals, "signal", "value", "text") == [
        ("location.accuracy", 13.0, None), ("location.altitude", 210.5, None), ("location.latitude", 50.0506312, None),
        ("location.longitude", 14.3439906, None), ("location.speed", 0.5, None),
        ("other.google_activity", None, "still"),
    ]  # fmt: skip


def test_a_place_whose_identity_is_empty_is_a_place(read):
    visit = ANDROID["semanticSegments"][1]["visit"]
    nameless = {"placeId": "", "semanticType": "UNKNOWN"}
    told = visit | {"topCandidate": visit["topCandidate"] | nameless}
    rows, _ = read({"semanticSegments": [ANDROID["semanticSegments"][1] | {"visit": told}]})
    assert rows["text"].drop_nulls().to_list() == ["a place"]


def test_the_iphone_counts_the_minutes_of_a_path_from_its_beginning(read):
    rows, _ = read(IPHONE[2:])
    assert said(rows, "start", "signal", "value") == [
        (datetime(2019, 4, 3, 20, 5), "location.latitude", 29.725358),
        (datetime(2019, 4, 3, 20, 5), "location.longitude", -95.482259),
    ]


def test_an_edit_keeps_a_position(read):
    rows, account = read(EDITS)
    assert said(rows) == [
        ("location.accuracy", 12.0), ("location.latitude", 35.5831402), ("location.longitude", -119.3393903),
    ]  # fmt: skip
    assert (account.taken, account.passed) == (1, 1)


def test_bad_records_are_faults_with_a_place_and_without_their_value(read):
    wrong = [
        RECORD, RECORD | {"timestamp": "yesterday"}, RECORD | {"latitudeE7": "north"},
        RECORD | {"latitudeE7": 950000000}, {"timestamp": "2019-04-03T06:13:57Z", "source": "CELL"},
    ]  # fmt: skip
    rows, account = read({"locations": wrong})
    assert (account.read, account.taken, account.passed, account.faulty) == (5, 3, 1, 1)
    assert {fault.place for fault in account.faults} == {f"timeline.json, record {place}" for place in (2, 3, 4)}
    assert not any("yesterday" in fault.reason or "north" in fault.reason for fault in account.faults)
    assert rows["signal"].to_list().count("location.latitude") == 1
    assert rows["signal"].to_list().count("other.google_activity") == 3


def test_what_is_cut_off_is_one_fault(read):
    text = json.dumps({"locations": [RECORD, RECORD]})
    _, account = read(text[: len(text) - 60])
    assert (account.read, account.taken, account.faulty) == (2, 1, 1)


@pytest.mark.parametrize("content", [
    b"[]", b"{}", b'{"locations": []}', b'[{"startTime": "2024-01-01", "activity": "run"}]',
    b'{"type": "FeatureCollection", "features": []}', b'{"locations": [{"name": "Paris"}]}',
    b'[{"startTime": 1, "endTime": 2, "name": "x"}]', b'{"timelineObjects": []}',
])  # fmt: skip
def test_foreign_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("Records.json", content))
