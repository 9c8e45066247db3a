"""KML as My Tracks, Google Earth and the old Timeline pages write it (docs/sources/kml.md names the files)."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest

from selftwin.sources.kml import SOURCE

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2" '
    'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>A day</name>'
)
WHENS = [f"<when>2024-05-01T07:00:0{second}Z</when>" for second in range(3)]
COORDS = [f"<gx:coord>8.{second} 47.5 40{second}.0</gx:coord>" for second in range(3)]


def kml(*marks):
    return HEAD + "".join(f"<Placemark>{mark}</Placemark>" for mark in marks) + "</Document></kml>"


def track(*parts):
    return f"<gx:Track>{''.join(parts)}</gx:Track>"


def timeline(name, category, shape):
    data = f'<Data name="Email"><value>a@b.c</value></Data><Data name="Category"><value>{category}</value></Data>'
    return (
        f'<name>{name}</name><ExtendedData>{data}<Data name="Distance"><value>1500</value></Data></ExtendedData>{shape}'
        "<TimeSpan><begin>2024-05-01T08:00:00.000Z</begin><end>2024-05-01T09:00:00.000Z</end></TimeSpan>"
    )


DAY = kml(
    track(*WHENS, *COORDS),
    timeline("Library", "", "<Point><coordinates>8.5,47.5,0</coordinates></Point>"),
    timeline("Driving", "Driving", "<LineString><coordinates>8.5,47.5,0 8.6,47.5,0</coordinates></LineString>"),
)


def packed(text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("doc.kml", text)
    return made.getvalue()


def specimen() -> dict[str, bytes]:
    """A day with a track, a visit and a drive, plain and packed."""
    return {"history-2024-05-01.kml": DAY.encode(), "track.kmz": packed(kml(track(*WHENS, *COORDS)))}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "a.kml", content)


def of(rows, signal):
    return rows.filter(rows["signal"] == signal)


@pytest.mark.parametrize("order", ["apart", "in turn", "several"])
def test_a_track_pairs_its_times_and_places(read, order):
    pairs = [one for pair in zip(WHENS, COORDS, strict=True) for one in pair]
    made = {
        "apart": track(*WHENS, *COORDS),
        "in turn": track(*pairs),
        "several": f"<gx:MultiTrack>{track(*pairs[:2])}{track(*pairs[2:])}</gx:MultiTrack>",
    }[order]
    rows, account = read(kml(made))
    assert dict(account.kinds) == {"point": 3}
    assert of(rows, "location.longitude")["value"].to_list() == [8.0, 8.1, 8.2]
    assert of(rows, "location.altitude")["value"].to_list() == [400, 401, 402]
    assert of(rows, "location.latitude")["start"].to_list()[2] == datetime(2024, 5, 1, 7, 0, 2)


def test_a_day_of_the_timeline_holds_visits_and_ways(read):
    rows, account = read(DAY)
    assert (account.taken, account.passed) == (5, 0)
    span = (datetime(2024, 5, 1, 8), datetime(2024, 5, 1, 9))
    assert of(rows, "place.visit").select("text", "start", "stop").row(0) == ("Library", *span)
    assert of(rows, "transport.mode").select("text", "start", "stop").row(0) == ("car", *span)
    assert of(rows, "transport.distance")["value"].to_list() == [1.5]
    assert "a@b.c" not in str(rows.to_dicts())


def test_a_place_with_a_moment_is_a_point_and_a_map_is_passed_over(read):
    point = "<Point><coordinates>8.5,47.5,400</coordinates></Point>"
    stamped = f"<name>Start</name><TimeStamp><when>2024-05-01T07:00:00Z</when></TimeStamp>{point}"
    history = f"<name>A dynasty</name><TimeSpan><begin>0725</begin><end>0733</end></TimeSpan>{point}"
    rows, account = read(kml(stamped, history, point))
    assert (account.taken, account.passed, account.faulty) == (1, 2, 0)
    assert of(rows, "location.altitude")["value"].to_list() == [400]


def test_a_file_that_breaks_off_keeps_its_points(read):
    _, account = read(DAY[: DAY.index("<gx:coord>8.2") + 5])
    assert (account.taken, account.faulty) == (2, 1)
