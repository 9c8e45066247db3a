"""Day One's JSON, as public exports hold it (docs/sources/day_one.md)."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.day_one import SOURCE

DATE, INSTANT, PLACED = 0, 2, 3
ENTRY = {
    "uuid": "0" * 31 + "1", "starred": False, "creationDate": "2017-06-28T15:38:37Z", "timeZone": "Asia/Taipei",
    "text": "At the spring.\n\n![](dayone-moment://X)", "tags": ["hot"], "duration": 0,
    "location": {"region": {"center": {"longitude": 1, "latitude": 2}, "radius": 75}, "localityName": "There",
                 "longitude": 121.5, "latitude": 22.6},
    "weather": {"temperatureCelsius": 26, "relativeHumidity": 79, "pressureMB": 1011, "windSpeedKPH": 36},
    "photos": [{"identifier": "X", "width": 2}],
}  # fmt: skip


def export(*entries):
    return json.dumps({"metadata": {"version": "1.0"}, "entries": list(entries)}, indent=2)


def specimen() -> dict[str, bytes]:
    """One entry."""
    return {"Journal.json": export(ENTRY).encode()}


@pytest.fixture
def read(reading):
    return lambda *entries: reading(SOURCE, "Journal.json", export(*entries))


def test_an_entry_has_its_words_place_and_weather_at_the_clock_of_its_place(read):
    rows, account = read(ENTRY)
    assert rows.filter(signal="journal.entry")["text"].to_list() == ["At the spring.\n\n![](dayone-moment://X)"]
    assert {row[0]: row[1] for row in rows.select("signal", "value").rows() if row[1] is not None} == {
        "location.latitude": 22.6, "location.longitude": 121.5, "weather.temperature": 26.0, "weather.humidity": 79.0,
        "weather.pressure": 1011.0, "weather.wind": pytest.approx(10.0),
    }  # fmt: skip
    assert rows.select("start", "offset", "basis", "native").unique().rows() == [
        (datetime(2017, 6, 28, 15, 38, 37), 480, PLACED, "0" * 31 + "1")
    ]
    assert (account.read, account.taken) == (1, 1)


@pytest.mark.parametrize(("more", "start", "offset", "basis"), [
    ({"isAllDay": True}, datetime(2017, 6, 28), None, DATE),
    ({"timeZone": "../../etc/passwd"}, datetime(2017, 6, 28, 15, 38, 37), 0, INSTANT),
    ({"timeZone": None}, datetime(2017, 6, 28, 15, 38, 37), 0, INSTANT),
])  # fmt: skip
def test_days_are_dates_and_without_a_zone_it_is_an_instant(read, more, start, offset, basis):
    rows, _ = read(ENTRY | more)
    assert rows.select("start", "offset", "basis").unique().rows() == [(start, offset, basis)]


def test_empty_entries_are_passed_and_undated_ones_are_faults(read):
    empty = {"uuid": "2", "creationDate": "2017-06-28T15:38:37Z"}
    _, account = read(ENTRY, empty, ENTRY | {"creationDate": "soon"})
    assert (account.taken, account.passed, account.faulty) == (1, 1, 1)


@pytest.mark.parametrize("content", [{}, {"metadata": {"version": "1.0"}, "entries": []}, {"entries": [ENTRY]}])
def test_other_json_is_left_alone(member, content):
    assert not SOURCE.recognises(member("Journal.json", content))
