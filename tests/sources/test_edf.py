from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from selftwin.sources.edf import SOURCE

BEGAN = datetime(1989, 4, 24, 16, 13, 0)


def cell(text, size):
    return str(text).encode().ljust(size)


def recording(*records, labels=("EDF Annotations",), counts=(120,), date="24.04.89", what="Startdate 24-APR-1989 X"):
    """A file whose data records are the bytes given, each padded to its size; the signals before hold zeros."""
    many = len(labels)
    fixed = (
        cell(0, 8) + cell("X X X X", 80) + cell(what, 80) + cell(date, 8) + cell("16.13.00", 8)
        + cell(256 * (many + 1), 8) + cell("EDF+C", 44) + cell(len(records), 8) + cell(0, 8) + cell(many, 4)
    )  # fmt: skip
    same = (("", 80), ("", 8), (-1, 8), (1, 8), (-32768, 8), (32767, 8), ("", 80))
    middle = [((said,) * many, size) for said, size in same]
    columns = [(labels, 16), *middle, (counts, 8), (("",) * many, 32)]
    head = fixed + b"".join(cell(one, size) for column, size in columns for one in column)
    body = b"".join(b"\0" * 2 * sum(counts[:-1]) + record.ljust(2 * counts[-1], b"\0") for record in records)
    return head + body


LATE = b"+30810\x1530\x14Sleep stage R\x14\0+30811.5\x14Lights on@@Camera\x14\0"
NIGHT = (
    b"+0\x14\x14\0+0\x1530630\x14Sleep stage W\x14\0+30630\x15120\x14Sleep stage 1\x14\0",
    b"+30750\x14\x14\0+30750\x1530\x14Sleep stage N3\x14\0+30780\x1530\x14Sleep stage ?\x14\0" + LATE,
)


def specimen() -> dict[str, bytes]:
    """The scored stages of a night, and a recording whose annotations stand beside a signal."""
    return {
        "SC4001EC-Hypnogram.edf": recording(*NIGHT),
        "SC4001E0-PSG.edf": recording(*NIGHT, labels=("EEG Fpz-Cz", "EDF Annotations"), counts=(100, 120)),
    }


@pytest.fixture(scope="module")
def read(reading):
    return lambda content: reading(SOURCE, "night.edf", content)


@pytest.mark.parametrize("file", specimen())
def test_stages_of_a_night_are_read_with_their_spans(read, file):
    rows, account = read(specimen()[file])
    stages = rows.filter(pl.col("signal") == "sleep.stage").select("start", "stop", "text").rows()
    after = [BEGAN + timedelta(seconds=one) for one in (0, 30630, 30750, 30780, 30810, 30840)]
    assert stages == [
        (after[0], after[1], "awake"),
        (after[1], after[2], "light"),
        (after[2], after[3], "deep"),
        (after[4], after[5], "rem"),
    ]
    events = rows.filter(pl.col("signal") == "other.recording_event").select("start", "stop", "text").rows()
    assert events == [(BEGAN + timedelta(seconds=30811.5), None, "Lights on@@Camera")]
    assert (account.read, account.taken, account.passed, account.faulty) == (7, 5, 2, 0)
    assert len(account.notes) == 2


@pytest.mark.parametrize(("label", "stage"), [("N4", "deep"), ("REM", "rem"), ("NREM", "asleep")])
def test_stages_by_other_names_are_known(read, label, stage):
    rows, _ = read(recording(b"+0\x14\x14\0+0\x1530\x14Sleep stage " + label.encode() + b"\x14\0"))
    assert rows.select("signal", "text").rows() == [("sleep.stage", stage)]


def test_the_events_of_a_breathing_machine_are_kept_with_their_span(read):
    events = (b"+0\x14\x14\0+0\x150\x14Recording starts\x14\0", b"+0\x14\x14\0+569\x1511\x14Obstructive Apnea\x14\0")
    rows, account = read(recording(*events, labels=("Crc16", "EDF Annotations"), counts=(1, 31)))
    assert rows.select("start", "stop", "text").rows()[1] == (
        BEGAN + timedelta(seconds=569), BEGAN + timedelta(seconds=580), "Obstructive Apnea",
    )  # fmt: skip
    assert (account.read, account.taken) == (3, 2)


def test_a_year_of_two_digits_is_read_as_the_standard_says(read):
    for date, year in (("24.04.89", 1989), ("24.04.24", 2024)):
        rows, _ = read(recording(*NIGHT, date=date, what="night"))
        assert rows["start"][0].year == year


@pytest.mark.parametrize(
    ("date", "what", "day", "notes"),
    [
        ("24/04/89", "night", (1989, 4, 24), 2),
        ("24.04.89", "Startdate 24-XYZ-1989 X", (1989, 4, 24), 2),
        ("00.00.00", "Startdate X X X X", (1970, 1, 1), 3),
    ],
)
def test_a_header_that_is_not_to_the_letter_is_read(read, date, what, day, notes):
    rows, account = read(recording(*NIGHT, date=date, what=what).replace(b"16.13.00", b"16:13:00"))
    assert rows["start"][0] == datetime(*day, 16, 13)
    assert len(account.notes) == notes


def test_a_file_that_was_cut_off_has_one_fault(read):
    _, account = read(recording(*NIGHT)[:-5])
    assert (account.taken, [fault.place for fault in account.faults]) == (2, ["night.edf, record 4"])


def test_an_annotation_at_no_time_is_a_fault(read):
    _, account = read(recording(b"+999999999999\x14far\x14\0"))
    assert (account.read, account.faulty) == (2, 1)


@pytest.mark.parametrize("spoilt", [slice(0, 255), slice(1, None)])
def test_foreign_bytes_are_not_claimed(member, spoilt):
    assert not SOURCE.recognises(member("night.edf", recording(*NIGHT)[spoilt]))
    assert not SOURCE.recognises(member("night.edf", recording(*NIGHT).replace(b"24.04.89", b"yesterda")))
