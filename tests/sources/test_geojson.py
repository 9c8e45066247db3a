"""GeoJSON as converters of tracks and loggers write it (docs/sources/geojson.md names the files)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.geojson import SOURCE


def feature(kind, places, **told):
    return {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": places}}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


def cut(values):
    return [values[:1], values[1:]]


TIMES = [f"2024-05-01T07:00:0{second}Z" for second in range(3)]
PLACES = [[8.5 + second / 10, 47.5, 400 + second] for second in range(3)]
LINE = feature("LineString", PLACES, name="Lake", coordTimes=TIMES, heartRates=[120, None, 122])
LOGGED = [
    feature("Point", place[:2], time=time, time_long=1714546800000, accuracy=5, altitude=400.5, speed=1.5)
    for place, time in zip(PLACES, TIMES, strict=True)
]


def specimen() -> dict[str, bytes]:
    """A line with times, and points with theirs."""
    return {"run.geojson": collection(LINE).encode(), "20240501.geojson": collection(*LOGGED).encode()}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "a.geojson", content)


def of(rows, signal):
    return rows.filter(rows["signal"] == signal)["value"].to_list()


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        feature("LineString", PLACES, coordinateProperties={"times": TIMES, "heart": [120, None, 122]}),
        feature("MultiLineString", cut(PLACES), coordTimes=cut(TIMES), heartRates=cut([120, None, 122])),
    ],
)
def test_each_place_of_a_line_has_its_time(read, line):
    rows, account = read(collection(line))
    assert dict(account.kinds) == {"point": 3}
    assert of(rows, "location.longitude") == [8.5, 8.6, 8.7]
    assert of(rows, "location.altitude") == [400, 401, 402]
    assert of(rows, "heart_rate") == [120, 122]
    assert rows["start"].max() == datetime(2024, 5, 1, 7, 0, 2)


def test_points_of_a_logger_hold_speed_and_accuracy(read):
    rows, _ = read(collection(*LOGGED))
    assert of(rows, "location.accuracy") == [5] * 3
    assert of(rows, "location.speed") == [1.5] * 3
    assert of(rows, "location.altitude") == [400.5] * 3
    assert not [signal for signal in rows["signal"] if "time" in signal]


def test_shapes_without_a_time_are_passed_over_and_odd_ones_harm_nothing(read):
    odd = [
        feature("Polygon", [PLACES]), feature("Point", "here", time=TIMES[0]), feature("LineString", PLACES),
        {"type": "Feature", "properties": None, "geometry": None}, feature("LineString", [1, "a"], coordTimes=[1, 2]),
    ]  # fmt: skip
    _, account = read(collection(*LOGGED[:1], *odd))
    assert (account.taken, account.faulty) == (1, 0)


def test_a_map_without_times_is_not_ours(member):
    assert not SOURCE.recognises(member("a.geojson", collection(feature("Point", [1, 2], name="A"))))


def test_a_file_that_breaks_off_keeps_its_points(read):
    text = collection(*LOGGED)
    _, account = read(text[: text.rindex("accuracy")])
    assert (account.taken, account.faulty) == (2, 1)


def test_fields_that_bear_names_of_ours_are_kept_as_what_they_are(read):
    foreign = {"start": 4, "stop": 5, "offset": 3, "basis": 2, "record": 1, "native": 7, "source": 8}
    rows, account = read(collection(feature("Point", PLACES[0][:2], timestamp=TIMES[0], time=17, words=2, **foreign)))
    assert {name: of(rows, f"other.track_{name}") for name in foreign} == {name: [n] for name, n in foreign.items()}
    assert rows["start"].unique().to_list() == [datetime(2024, 5, 1, 7)]
    assert rows["native"].null_count() == rows.height
    assert (account.taken, account.faulty) == (1, 0)
