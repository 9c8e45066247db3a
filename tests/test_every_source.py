"""What every source promises, run on whatever is found: it says who it is, fears no bytes, and its account adds up."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin import discover
from selftwin.sources.reader.members import Member
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.errors import BrokenExport, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.contract import Part, Source

FOUND: list[Source] = discover.sources()
FILES = dict(zip((name.rpartition(".")[2] for name in discover.files(discover.SOURCES)), FOUND, strict=True))
every_source = pytest.mark.parametrize("source", FOUND, ids=lambda source: source.name)

BEGINNINGS = [
    b"",
    b"\0" * 64,
    b"\xff\xfe\0",
    b"\xef\xbb\xbf",
    b"PK\x03\x04" + b"\0" * 40,
    b"SQLite format 3\0" + b"\xff" * 84,
    b"\x28\xb5\x2f\xfd",
    b'<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "aaaa">]><HealthData locale="&a;"><Record type="',
    b'[{"dateTime": "12/31/69 23:59:60", "value": {"bpm": 1e308, "confidence": "NaN"}}, {"dateTime": nu',
    b'[{"_id": {}, "type": "sgv", "sgv": "LOW", "date": -1e300, "dateString": []}]',
    b"id,time,gl\n1,1601-01-01 00:00:00,1e308\n1,2200-02-30 25:61:61,nan\n,,\n",
    b'Date,"Weight (kg)"\n"2024-01-01,80\n',
]
NAMES = [
    "",
    "data.csv",
    "export.xml",
    "entries.json",
    "collection.anki21b",
    "physiological_cycles.csv",
    "heart_rate-2024-02-30.json",
    "Sleep Score/sleep_score.csv",
]

bytes_of_strangers = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(st.sampled_from(BEGINNINGS), st.integers(0, 40), st.binary(max_size=200)).map(
        lambda made: made[0][: len(made[0]) - made[1]] + made[2]
    ),
)


def member(name: str, data: bytes) -> Member:
    return Member(f"stranger/{name}", len(data), lambda: io.BytesIO(data))


def told(source: Source, found: Member) -> Iterator[Part]:
    """All it makes of what it takes for its own, until it is done or says why not; it may raise nothing else."""
    if not source.recognises(found):
        return
    try:
        people = source.subjects(found)
        yield from source.read(found, subject=people[0] if people else None)
    except (BrokenExport, UsageError) as refused:
        if not str(refused):
            raise


@pytest.mark.parametrize(("file", "source"), FILES.items(), ids=FILES)
def test_a_source_is_called_like_its_file_and_says_who_it_is(file: str, source: Source) -> None:
    assert source.name == file
    assert source.title
    assert source.how_to_export.endswith(".")
    assert source.version >= 1
    assert source.rank in range(10)


def test_no_two_sources_share_a_name() -> None:
    assert [name for name, times in Counter(source.name for source in FOUND).items() if times > 1] == []


@every_source
@given(data=bytes_of_strangers, name=st.sampled_from(NAMES))
def test_recognising_never_raises(source: Source, data: bytes, name: str) -> None:
    assert source.recognises(member(name, data)) in {True, False}


@every_source
@given(data=bytes_of_strangers, name=st.sampled_from(NAMES))
def test_any_bytes_end_in_an_account_that_adds_up_or_in_a_refusal(source: Source, data: bytes, name: str) -> None:
    tally = Tally(name)
    kept = [sift(part, tally) for part in told(source, member(name, data))]
    assert tally.records().read == tally.taken + tally.passed + tally.faulty
    assert tally.made == sum(rows.num_rows for rows in kept)


@every_source
@pytest.mark.parametrize("data", [b"", b"\0" * 4096, bytes(range(256)) * 8], ids=["empty", "zeros", "noise"])
def test_no_source_claims_bytes_that_say_nothing(source: Source, data: bytes) -> None:
    assert not source.recognises(member("data", data))
