"""OwnTracks's messages, as its recorder keeps them and as they are sent (docs/sources/owntracks.md)."""

from __future__ import annotations

import io
import json
from datetime import datetime

import pytest

from selftwin.sources.owntracks import SOURCE
from selftwin.sources.reader.members import Member
from selftwin.sources.reader.sieve import Tally, sift

AT = {
    "bs": 2, "p": 100.266, "batt": 94, "_type": "location", "tid": "RO", "topic": "owntracks/ro/phone", "alt": 36,
    "lon": 13.332, "vel": 36, "t": "p", "SSID": "Home", "vac": 4, "cog": 98, "acc": 10, "tst": 1709283789,
    "lat": 52.225, "inregions": ["home"], "_http": True,
}  # fmt: skip
LEFT = {
    "_type": "transition", "event": "leave", "desc": "home", "tid": "RO", "lat": 52.227, "lon": 13.334, "acc": 5,
    "wtst": 1696359532, "tst": 1709317615, "topic": "owntracks/ro/phone/event",
}  # fmt: skip
WALKED = {"_type": "steps", "tst": 1709317615, "from": 1709280000, "to": 1709316000, "steps": 4000, "distance": 3000,
          "floorsup": 7, "floorsdown": -1, "topic": "owntracks/ro/phone/step"}  # fmt: skip
WILL = {"_type": "lwt", "tst": 1709317615}


def recorded(*messages, seam="\t*                 \t"):
    return "".join(f"2024-03-01T09:03:09Z{seam}{json.dumps(one)}\n" for one in messages)


def specimen() -> dict[str, bytes]:
    """A file of the recorder, and messages as the phone sends them."""
    return {
        "2024-03.rec": recorded(AT, LEFT, WALKED, WILL).encode(),
        "messages.json": "".join(json.dumps(one) + "\n" for one in (AT, LEFT)).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda content, name="2024-03.rec": reading(SOURCE, name, content)


def said(rows):
    return rows.sort("record", "signal").select("signal", "value", "text").rows()


def test_a_message_tells_a_place_and_what_the_phone_says_of_it(read):
    rows, account = read(recorded(AT))
    assert said(rows) == [
        ("device.battery", 94.0, None), ("location.accuracy", 10.0, None), ("location.altitude", 36.0, None),
        ("location.latitude", 52.225, None), ("location.longitude", 13.332, None), ("location.speed", 10.0, None),
        ("other.owntracks_course", 98.0, None), ("other.owntracks_pressure", 100.266, None),
        ("other.owntracks_vertical_accuracy", 4.0, None),
    ]  # fmt: skip
    assert rows.select("start", "native").unique().rows() == [
        (datetime(2024, 3, 1, 9, 3, 9), "location/RO/1709283789")
    ]
    assert account.taken == 1


def test_steps_and_regions_are_read_and_wills_passed_over(read):
    rows, account = read(recorded(LEFT, WALKED, WILL))
    assert said(rows) == [
        ("location.accuracy", 5.0, None), ("location.latitude", 52.227, None), ("location.longitude", 13.334, None),
        ("other.owntracks_region", None, "leave home"), ("distance", 3000.0, None), ("floors", 7.0, None),
        ("steps", 4000.0, None),
    ]  # fmt: skip
    walked = rows.filter(rows["signal"] == "steps")
    assert walked.select("start", "stop").row(0) == (datetime(2024, 3, 1, 8), datetime(2024, 3, 1, 18))
    assert (account.read, account.taken, account.passed) == (3, 2, 1)
    assert dict(account.kinds) == {"transition": 1, "steps": 1, "lwt": 1}


@pytest.mark.parametrize("content", [
    recorded(AT, LEFT, seam="  *                   "), json.dumps([AT, LEFT]), json.dumps(AT) + "\n" + json.dumps(LEFT),
    json.dumps({"count": 2, "data": [AT, LEFT], "status": 200}),
], ids=["spaces", "array", "lines", "answer"])  # fmt: skip
def test_all_shapes_tell_the_same(read, content):
    told, known = (
        read(text)[0].sort("start", "signal").select("signal", "native", "start", "value", "text").rows()
        for text in (content, recorded(AT, LEFT))
    )
    assert told == known


def test_a_family_is_asked_who_it_is(member):
    text = recorded(AT, AT | {"topic": "owntracks/jo/phone", "tid": "JO"})
    one = member("2024-03.rec", text)
    assert SOURCE.subjects(one) == ("ro", "jo")
    tally = Tally("x")
    rows = [sift(part, tally) for part in SOURCE.read(one, subject="jo")]
    assert {name for part in rows for name in part.column("native").to_pylist()} == {"location/JO/1709283789"}
    assert (tally.read, tally.taken, tally.passed) == (2, 1, 1)


def test_a_second_user_is_seen_wherever_they_stand(member):
    text = recorded(*[AT] * 400, AT | {"topic": "owntracks/jo/phone"})
    assert len(text) > 1 << 16
    assert SOURCE.subjects(member("2024-03.rec", text)) == ("ro", "jo")


def test_bad_lines_are_faults_with_a_place_and_without_their_value(read):
    lines = recorded(AT, AT | {"tst": "never"}, AT | {"lat": 95}) + '2024-03-01T09:03:09Z\t*\t{"_type": "loc\n'
    rows, account = read(lines)
    assert (account.read, account.taken, account.faulty) == (4, 2, 2)
    assert {fault.place for fault in account.faults} == {f"2024-03.rec, record {place}" for place in (2, 3, 4)}
    assert not any("never" in fault.reason for fault in account.faults)
    assert rows["signal"].to_list().count("location.latitude") == 1


def test_a_file_of_many_blocks_is_read_whole():
    data = recorded(*(AT | {"tst": AT["tst"] + place} for place in range(12_000))).encode()
    one = Member("2024-03.rec", len(data), lambda: io.BytesIO(data))
    tally = Tally("x")
    assert sum(sift(part, tally).num_rows for part in SOURCE.read(one, subject=None)) == 12_000 * 9
    assert tally.taken == 12_000


@pytest.mark.parametrize("content", [
    b"", b'{"_type": "session", "tst": 1}', b"2024-03-01T09:03:09Z\t*\tnothing\n", b'{"type": "location"}',
])  # fmt: skip
def test_foreign_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("2024-03.rec", content))
