"""GPX as Garmin Connect, Strava, Apple and ClueTrust's extensions write it (docs/sources/gpx.md names the files)."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.gpx import SOURCE

INSTANT = 2
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><gpx creator="Garmin Connect" version="1.1" '
    'xmlns="http://www.topografix.com/GPX/1/1" xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" '
    'xmlns:gpxdata="http://www.cluetrust.com/XML/GPXDATA/1/0"><metadata><time>2024-05-01T07:00:00Z</time></metadata>'
)


def point(second, more="", lat="47.5000", ele="400.5"):
    time = f"<time>2024-05-01T07:00:{second:02}.000Z</time>"
    return f'<trkpt lat="{lat}" lon="8.5"><ele>{ele}</ele>{time}<extensions>{more}</extensions></trkpt>'


def garmin(hr, cad):
    inside = f"<ns3:atemp>21.0</ns3:atemp><ns3:hr>{hr}</ns3:hr><ns3:cad>{cad}</ns3:cad>"
    return f"<ns3:TrackPointExtension>{inside}</ns3:TrackPointExtension>"


def track(*segments, kind=""):
    told = f"<type>{kind}</type>" if kind else ""
    return f"<trk><name>Along the lake</name>{told}{''.join(f'<trkseg>{one}</trkseg>' for one in segments)}</trk>"


def gpx(*tracks):
    return HEAD + "".join(tracks) + "</gpx>"


RIDE = gpx(
    '<wpt lat="47.5" lon="8.5"><name>Hut</name><time>2024-01-01T00:00:00Z</time></wpt>',
    track(
        point(0, garmin(120, 80)) + point(10, garmin(130, 82), lat="47.5010"),
        point(40, garmin(140, 84), lat="47.6000") + point(50, garmin(150, 0), lat="47.6010"),
        kind="road_biking",
    ),
)


def specimen() -> dict[str, bytes]:
    """A ride of two segments beside a waypoint."""
    return {"activity_1.gpx": RIDE.encode()}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "a.gpx", content)


def of(rows, signal):
    return rows.filter(rows["signal"] == signal)["value"].to_list()


def test_a_ride_is_a_workout_and_its_points_are_samples(read):
    rows, account = read(RIDE)
    assert (account.taken, account.passed, account.faulty) == (5, 1, 0)
    assert dict(account.kinds) == {"waypoint": 1, "point": 4, "activity": 1}
    assert of(rows, "heart_rate") == [120, 130, 140, 150]
    assert of(rows, "cycling.cadence") == [80, 82, 84, 0]
    assert of(rows, "location.latitude") == [47.5, 47.501, 47.6, 47.601]
    assert of(rows, "location.altitude") == [400.5] * 4
    assert of(rows, "other.track_temperature") == [21] * 4
    (workout,) = rows.filter(rows["signal"] == "workout").rows(named=True)
    assert (workout["text"], workout["basis"], workout["source"]) == ("cycling", INSTANT, "gpx:garmin_connect")
    assert (workout["start"], workout["stop"]) == (datetime(2024, 5, 1, 7), datetime(2024, 5, 1, 7, 0, 50))
    assert of(rows, "workout.heart_rate") == [135]
    assert of(rows, "workout.heart_rate_max") == [150]


def test_the_way_between_two_segments_does_not_count(read):
    rows, _ = read(RIDE)
    assert of(rows, "workout.distance") == pytest.approx([2 * 111.195], abs=0.01)  # a thousandth of a degree, twice


def test_a_way_in_a_vehicle_is_a_journey_and_no_workout(read):
    taxi = track(point(0) + point(10, lat="47.5010"), kind="taxi")
    rows, account = read(gpx(track("", kind="walking"), taxi.replace(".000Z", "+07:00")))
    assert dict(account.kinds) == {"point": 2, "journey": 1}
    assert "workout" not in rows["signal"].to_list()
    journey = rows.filter(rows["signal"] == "transport.mode")
    assert journey.select("text", "start", "stop", "offset").rows() == [
        ("car", datetime(2024, 5, 1, 0, 0), datetime(2024, 5, 1, 0, 0, 10), 420)
    ]
    assert of(rows, "transport.distance") == pytest.approx([0.1112], abs=1e-3)


def test_extensions_of_others_mean_the_same(read):
    plain = "<gpxdata:hr>80</gpxdata:hr><gpxdata:cadence>90</gpxdata:cadence><power>210</power>"
    apple = "<speed>1.31</speed><course>101.7</course><hAcc>1.8</hAcc><vAcc>1.2</vAcc>"
    rows, _ = read(gpx(track(point(0, plain) + point(1, apple), kind="9")))
    assert (of(rows, "heart_rate"), of(rows, "running.cadence"), of(rows, "running.power")) == ([80], [180], [210])
    assert (of(rows, "running.speed"), of(rows, "location.accuracy")) == ([1.31], [1.8])
    assert of(rows, "other.track_course") == [101.7]


def test_the_old_form_has_its_speed_beside_the_height(read):
    old = (
        '<gpx version="1.0" creator="GPSLogger 65" xmlns="http://www.topografix.com/GPX/1/0"><trk><trkseg>'
        '<trkpt lat="1" lon="2"><ele>3</ele><time>2024-05-01T07:00:00Z</time><speed>1.5</speed><sat>9</sat></trkpt>'
        "</trkseg></trk></gpx>"
    )
    rows, _ = read(old)
    assert of(rows, "location.speed") == [1.5]
    assert of(rows, "other.track_sat") == [9]
    assert rows.filter(rows["signal"] == "workout").is_empty()  # nothing says that it was one


def test_points_without_a_time_are_plans_and_passed_over(read):
    rows, account = read(gpx('<trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk>', track(point(0))))
    assert (account.taken, account.passed) == (1, 1)
    assert rows.height == 3


def test_a_place_off_the_globe_is_a_fault_and_so_is_a_file_that_breaks_off(read):
    _, account = read(gpx(track(point(0, lat="97.5") + point(1))))
    assert [fault.place for fault in account.faults] == ["a.gpx, record 1"]
    _, account = read(RIDE[: RIDE.index("47.6010")])
    assert account.faulty == 1
    assert account.taken == 4


def test_a_day_of_points_is_read_in_blocks(reading, monkeypatch):
    monkeypatch.setattr("selftwin.sources.gpx.BLOCK", 7)
    rows, account = reading(SOURCE, "a.gpx", gpx(track(*(point(one, garmin(100 + one, 80)) for one in range(50)))))
    assert account.taken == 51
    assert of(rows, "heart_rate") == list(range(100, 150))
