"""FIT files made by hand, byte for byte after the protocol; the library fitdecode reads them beside us."""

from __future__ import annotations

import io
import struct
from datetime import datetime

import fitdecode
import pytest

from selftwin.sources._fit_messages import checksum
from selftwin.sources.fit import SOURCE

INSTANT, PLACED = 2, 3
T0 = 1_000_000_000  # FIT seconds: 8 September 2021, 01:46:40 UTC
NOON = datetime(2021, 9, 8, 1, 46, 40)
U8, U16, U32, S8, S32, ENUM, TEXT, BYTE = (
    (0x02, "B"), (0x84, "H"), (0x86, "I"), (0x01, "b"), (0x85, "i"), (0x00, "B"), (0x07, "8s"), (0x0D, "3s"),
)  # fmt: skip
FILE_ID = (0, [(0, ENUM), (1, U16), (2, U16), (3, U32), (4, U32)])
RECORD = (20, [(253, U32), (0, S32), (1, S32), (2, U16), (3, U8), (4, U8), (6, U16), (7, U16), (13, S8), (5, U32)])
SESSION = (
    18, [(253, U32), (2, U32), (5, ENUM), (6, ENUM), (7, U32), (8, U32), (9, U32), (11, U16), (16, U8), (22, U16)]
)  # fmt: skip
ACTIVITY = (34, [(253, U32), (5, U32)])


def definition(local, kind, order="<", developer=()):
    number, fields = kind
    body = struct.pack(f"{order}BBHB", 0, order == ">", number, len(fields))
    body += b"".join(struct.pack("3B", place, struct.calcsize(f"<{code}"), base) for place, (base, code) in fields)
    told = bytes([len(developer), *(value for one in developer for value in one)]) if developer else b""
    return bytes([0x40 | (0x20 if developer else 0) | local]) + body + told


def message(local, kind, *values, order="<", extra=b""):
    return bytes([local]) + struct.pack(order + "".join(code for _, (_, code) in kind[1]), *values) + extra


def file(*messages):
    body = b"".join(messages)
    head = struct.pack("<BBHI4s", 14, 32, 2132, len(body), b".FIT")
    whole = head + struct.pack("<H", checksum(head)) + body
    return whole + struct.pack("<H", checksum(whole))


def identity(kind=4):
    return definition(0, FILE_ID) + message(0, FILE_ID, kind, 1, 1036, 12345, T0)  # a Garmin Edge 500


def position(degrees):
    return round(degrees * 2**31 / 180)


def ride(sport=2, zone=7200, order="<"):
    place = (position(47.5), position(8.5), (400 + 500) * 5)
    points = [
        message(1, RECORD, T0 + one, *place, 140 + one, 85, 5500, 210, 19, 550 * one, order=order) for one in range(3)
    ]
    none = (2**31 - 1, 2**31 - 1, 0xFFFF, 0xFF, 0xFF, 0xFFFF, 0xFFFF, 0x7F, 0xFFFFFFFF)
    nothing = message(1, RECORD, T0 + 3, *none, order=order)
    ended = message(2, SESSION, T0 + 4, T0, sport, 7, 4000, 3000, 1650, 12, 141, 30)
    return file(
        identity(), definition(1, RECORD, order), *points, nothing, definition(2, SESSION), ended,
        definition(3, ACTIVITY), message(3, ACTIVITY, T0 + 4, T0 + 4 + zone),
    )  # fmt: skip


def weights():
    kind = (30, [(253, U32), (0, U16), (1, U16)])
    return file(identity(9), definition(1, kind), message(1, kind, T0, 7005, 2210))


def specimen() -> dict[str, bytes]:
    """A ride of four seconds and a day on the scale."""
    return {"2021-09-08-01-46-40.fit": ride(), "weight.fit": weights()}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "a.fit", content)


def of(rows, signal):
    return rows.filter(rows["signal"] == signal)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_ride_is_a_workout_with_its_samples_at_the_time_of_its_place(read, order):
    rows, account = read(ride(order=order))
    assert (account.taken, account.passed, account.faulty) == (4, 3, 0)
    (workout,) = of(rows, "workout").rows(named=True)
    assert (workout["text"], workout["start"], (workout["stop"] - NOON).seconds) == ("cycling road", NOON, 4)
    assert (workout["basis"], workout["offset"], workout["source"]) == (PLACED, 120, "fit:garmin_edge500")
    means = {signal: of(rows, signal)["value"].to_list() for signal in rows["signal"].unique()}
    assert means["heart_rate"] == [140, 141, 142]
    assert means["cycling.cadence"] == [85] * 3
    assert means["cycling.speed"] == [5.5] * 3
    assert means["cycling.power"] == [210] * 3
    assert means["location.altitude"] == [400] * 3
    assert means["location.latitude"] == pytest.approx([47.5] * 3, abs=1e-6)
    assert means["other.record_temperature"] == [19] * 3
    assert means["other.record_distance"] == [0, 5.5, 11]
    assert (means["workout.duration"], means["workout.distance"], means["workout.energy"]) == ([0.05], [16.5], [12])
    assert (means["workout.heart_rate"], means["workout.elevation"]) == ([141], [30])


def test_a_runner_takes_two_steps_with_each_stride(read):
    rows, _ = read(ride(sport=1))
    assert of(rows, "running.cadence")["value"].to_list() == [170] * 3
    assert of(rows, "running.speed").height == of(rows, "running.power").height == 3


def test_without_a_local_time_stamps_are_instants(read):
    rows, _ = read(weights())
    assert of(rows, "weight").select("value", "basis", "offset").row(0) == (70.05, INSTANT, None)
    assert of(rows, "body_fat")["value"].to_list() == [22.1]


def test_compressed_timestamps_and_packed_distances_count_on(read):
    """Five bits of seconds and twelve of sixteenths of a metre start again and again from nought."""
    kind, timed = (20, [(3, U8), (8, BYTE)]), (20, [(253, U32), (3, U8), (8, BYTE)])

    def packed(speed, steps):
        return bytes([speed & 255, speed >> 8 | (steps & 15) << 4, steps >> 4])

    seconds = [T0 % 32, (T0 + 30) % 32, (T0 + 40) % 32]
    steps = [4000, 16, 100]
    rows, _ = read(
        file(
            identity(), definition(2, timed), message(2, timed, T0 - 1, 99, b"\xff" * 3), definition(1, kind),
            *(message(0xA0 | at, kind, 100, packed(250, step)) for at, step in zip(seconds, steps, strict=True)),
        )
    )  # fmt: skip
    assert [(at - NOON).total_seconds() for at in of(rows, "heart_rate")["start"]] == [-1, 0, 30, 40]
    assert of(rows, "other.record_distance")["value"].to_list() == [250, 257, 262.25]
    assert of(rows, "location.speed")["value"].to_list() == [2.5] * 3


def test_heartbeats_follow_each_other_from_the_moment_before_them(read):
    beats, kind = (78, [(0, (0x84, "3H"))]), (20, [(253, U32), (3, U8)])
    rows, _ = read(
        file(
            identity(), definition(1, kind), message(1, kind, T0, 60), definition(2, beats),
            message(2, beats, 1000, 900, 0xFFFF), message(2, beats, 800, 0xFFFF, 0xFFFF),
        )
    )  # fmt: skip
    found = of(rows, "rr_interval").sort("start")
    assert found["value"].to_list() == [1000, 900, 800]
    assert [(at - NOON).total_seconds() for at in found["start"]] == [1, 1.9, 2.7]


def test_fields_of_developers_bear_the_name_and_unit_the_file_gives_them(read):
    index, field, kind = (
        (207, [(3, U8)]), (206, [(0, U8), (1, U8), (2, U8), (3, TEXT), (8, TEXT)]), (20, [(253, U32), (3, U8)]),
    )  # fmt: skip
    rows, _ = read(
        file(
            identity(), definition(1, index), message(1, index, 0), definition(2, field),
            message(2, field, 0, 5, 0x84, b"Form Pwr", b"watts"), definition(3, kind, developer=[(5, 2, 0)]),
            message(3, kind, T0, 60, extra=struct.pack("<H", 75)),
        )
    )  # fmt: skip
    assert of(rows, "other.record_form_pwr").select("value", "unit").row(0) == (75.0, "W")


def test_monitoring_counts_on_within_the_day_and_tells_the_low_half_of_its_time(read):
    info, kind = (103, [(253, U32), (0, U32)]), (55, [(253, U32), (3, U32), (5, ENUM)])
    short = (55, [(26, U16), (27, U8)])
    rows, _ = read(
        file(
            identity(32), definition(1, info), message(1, info, T0, T0 - 18_000), definition(2, kind),
            message(2, kind, T0 + 60, 512, 6), definition(3, short), message(3, short, (T0 + 120) & 0xFFFF, 58),
        )
    )  # fmt: skip
    assert of(rows, "other.monitoring_steps_walking").select("value", "unit", "offset").row(0) == (512, "{steps}", -300)
    assert of(rows, "heart_rate")["start"].to_list() == [datetime(2021, 9, 8, 1, 48, 40)]


def test_files_that_follow_one_another_are_all_read(read):
    rows, account = read(ride() + weights())
    assert of(rows, "workout").height == of(rows, "weight").height == 1
    assert account.faulty == 0


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data[:-30], "the file ends inside it"),
        (lambda data: data[:-2], "the file ends before its checksum"),
        (lambda data: data[:-2] + b"\0\0", "the checksum is off: something is damaged"),
        (lambda data: data + b"and more words", "bytes that are no FIT file"),
        (lambda _: file(identity() + b"\x07" + b"\0" * 40), "a message that was never defined"),
    ],
)
def test_damage_is_a_fault_and_what_stood_before_it_is_kept(read, spoil, reason):
    _, account = read(spoil(ride()))
    assert [fault.reason for fault in account.faults] == [reason]
    assert account.read > 1


def test_moments_since_the_device_was_switched_on_are_no_dates(read):
    kind = (20, [(253, U32), (3, U8)])
    _, account = read(file(identity(), definition(1, kind), message(1, kind, 17_217_869, 93)))
    assert (account.taken, account.faulty) == (0, 1)


def test_fitdecode_understands_what_these_tests_write():
    with fitdecode.FitReader(io.BytesIO(ride()), check_crc=fitdecode.CrcCheck.RAISE) as frames:
        records = [frame for frame in frames if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"]
        values = [frame.get_value("heart_rate") for frame in records]
    assert values == [140, 141, 142, None]
