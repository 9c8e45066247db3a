from __future__ import annotations

import struct
import zipfile
from datetime import datetime, timedelta

import polars as pl
import pytest

from selftwin.sources.reader.members import inside, plain
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.sources.wfdb import SOURCE
from selftwin.vocabulary.errors import BrokenExport

HEADER = "# a comment\nme01 2 250 15000 13:05:00 25/04/2021\nme01.dat 212 200 11 1024 995 -22131 0 MLII\n"
RHYTHM, NORMAL, PREMATURE, NOISE, NOTE, SKIP, WORDS = 28, 1, 5, 14, 22, 59, 63


def word(kind, value=0):
    return struct.pack("<H", kind << 10 | value)


def text(words):
    data = words.encode()
    return word(WORDS, len(data)) + data + b"\0" * (len(data) % 2)


def far(samples):
    return word(SKIP) + struct.pack("<HH", samples >> 16 & 0xFFFF, samples & 0xFFFF)


MARKS = (
    word(RHYTHM, 10) + text("(N") + word(NORMAL, 40) + word(NORMAL, 200) + word(NOISE, 5) + word(PREMATURE, 145)
    + word(RHYTHM, 50) + text("(AFIB") + far(2000) + word(NORMAL, 50) + word(RHYTHM, 250) + text("(VT")
)  # fmt: skip
END = word(0)


def specimen() -> dict[str, bytes]:
    """A record of one electrocardiogram: header, a few samples, and what was marked in them."""
    return {"me01.hea": HEADER.encode(), "me01.dat": bytes(range(12)), "me01.atr": MARKS + END}


@pytest.fixture
def read(tmp_path):
    def reading(marks, header=HEADER, name="me01.atr"):
        (tmp_path / "me01.hea").write_text(header)
        (tmp_path / name).write_bytes(marks)
        one = plain(tmp_path / name, name)
        assert SOURCE.recognises(one)
        tally = Tally(name)
        rows = [pl.DataFrame(pl.from_arrow(sift(part, tally))) for part in SOURCE.read(one, subject=None)]
        return pl.concat(rows).with_columns(pl.col("signal", "source").cast(pl.String)), tally

    return reading


@pytest.mark.parametrize(("clock", "hour", "minute"), [("13:05:00", 13, 5), ("5:00", 0, 5), ("0:00.250", 0, 0)])
def test_a_clock_of_one_colon_is_of_minutes_and_seconds(read, clock, hour, minute):
    rows, _ = read(MARKS + END, HEADER.replace("13:05:00", clock))
    assert (rows["start"][0].hour, rows["start"][0].minute) == (hour, minute)


def told(rows, signal, *columns):
    return rows.filter(pl.col("signal") == signal).select(*columns).rows()


def test_beats_have_their_kind_and_the_time_since_the_one_before(read):
    rows, account = read(MARKS + END)
    assert (account.read, account.taken, account.passed, account.faulty) == (8, 7, 1, 0)
    kinds = [kind for (kind,) in told(rows, "other.heart_beat", "text")]
    assert kinds == ["normal", "normal", "ventricular premature", "normal"]
    assert told(rows, "rr_interval", "value") == [(800.0,), (600.0,), (8400.0,)]
    began = datetime(2021, 4, 25, 13, 5)
    assert told(rows, "other.heart_beat", "start")[0] == (began + timedelta(seconds=0.2),)
    assert told(rows, "other.heart_beat", "native")[0] == ("me01@50",)
    assert list(account.notes) == ["marks of waves, noise and the like are passed over"]


def test_a_rhythm_lasts_until_the_next(read):
    rows, _ = read(MARKS + END)
    began = datetime(2021, 4, 25, 13, 5)
    first, second = began + timedelta(seconds=0.04), began + timedelta(seconds=1.8)
    third = began + timedelta(seconds=11)
    assert told(rows, "ecg", "start", "stop", "text") == [
        (first, second, "sinus_rhythm"),
        (second, third, "atrial_fibrillation"),
    ]
    assert told(rows, "other.ecg_rhythm", "start", "stop", "text") == [(third, third, "VT")]


def test_a_file_that_tells_its_own_resolution_is_believed(read):
    rows, account = read(word(NOTE) + text("## time resolution: 500") + MARKS + END)
    assert account.read == 8
    assert told(rows, "rr_interval", "value")[0] == (400.0,)


def test_a_header_without_a_date_is_said_so(read):
    rows, account = read(MARKS + END, "me01 2 250 15000\n")
    assert told(rows, "other.heart_beat", "start")[0] == (datetime(1970, 1, 1, 0, 0, 0, 200_000),)
    assert "the header tells no date: the recording stands at 1 January 1970" in account.notes


def test_a_file_that_was_cut_off_has_one_fault(read):
    _, account = read(MARKS)
    assert [fault.place for fault in account.faults] == ["me01.atr, record 9"]


def test_what_are_no_annotations_is_refused(read):
    with pytest.raises(BrokenExport, match="no annotations"):
        read(word(55, 1) + END)
    with pytest.raises(BrokenExport, match="later than any"):
        read(far((1 << 31) - 1) * 40 + word(NORMAL, 1) + END, "me01 2 0.5 15000\n")


def test_a_record_in_an_archive_finds_its_header(tmp_path):
    path = tmp_path / "record.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in specimen().items():
            archive.writestr(f"person/{name}", data)
        archive.writestr("elsewhere/me01.atr", MARKS + END)
        archive.writestr("notes.txt", "me01 2 250")
        archive.writestr("other.hea", "me01 2 250 15000\n")
    claimed = [one.path for one in inside(plain(path, path.name), path) or () if SOURCE.recognises(one)]
    assert claimed == [f"record.zip/person/{name}" for name in specimen()]


def test_marks_without_a_header_are_not_claimed_and_cannot_be_read(member):
    alone = member("me01.atr", MARKS + END)
    assert not SOURCE.recognises(alone)
    with pytest.raises(BrokenExport, match=r"needs me01\.hea beside it"):
        list(SOURCE.read(alone, subject=None))
