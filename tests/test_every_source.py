"""What every source promises, run on whatever is found: it says who it is, fears no bytes, and its account adds up.

Each source shows itself: its test `tests/sources/test_<name>.py` has a function

    def specimen() -> dict[str, bytes]:

that gives small files in the genuine form, by the name their owner would see (an archive as the bytes of the archive).
The promises about specimens find it by that path. A specimen holds no real person, and at least one record to keep.
"""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest
from checks import fuzzing
from hypothesis import given
from hypothesis import strategies as st

from selftwin import discover
from selftwin.sources.reader.contract import Restoring
from selftwin.sources.reader.members import Member, inside, plain
from selftwin.sources.reader.process import Broken, FileDone, Finished, Reading, Started
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import BrokenExport, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selftwin.sources.reader.contract import Source

FOUND: list[Source] = discover.sources()
CHOSEN: list[Source] = []
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


@pytest.mark.parametrize(("file", "source"), FILES.items(), ids=FILES)
def test_a_source_is_called_like_its_file_and_says_who_it_is(file: str, source: Source) -> None:
    assert source.name == file
    assert source.title
    assert re.fullmatch(r"[A-Z0-9][^.]+\.", source.reads)
    assert source.how_to_export.endswith(".")
    assert source.version >= 1
    assert source.rank in range(10)


def test_every_source_of_the_house_has_a_page_that_says_what_it_was_checked_against() -> None:
    for name in FILES:
        page = (fuzzing.HOUSE / "docs" / "sources" / f"{name}.md").read_text()
        headings = {line.removeprefix("## ").casefold() for line in page.splitlines() if line.startswith("## ")}
        assert headings & {"checked against", "what it was checked against"}, name


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
    kept = [sift(part, tally) for part in fuzzing.told(source, member(name, data))]
    assert tally.records().read == tally.taken + tally.passed + tally.faulty
    assert tally.made == sum(rows.num_rows for rows in kept)


@every_source
@pytest.mark.parametrize("data", [b"", b"\0" * 4096, bytes(range(256)) * 8], ids=["empty", "zeros", "noise"])
def test_no_source_claims_bytes_that_say_nothing(source: Source, data: bytes) -> None:
    assert not source.recognises(member("data", data))


DAMAGES = 3  # of each file; checks/fuzzing.py goes on from there
GENERAL = 9  # the rank that asks last, and may know what others know better
WANTED = """
tests/sources/test_{name}.py has no function `specimen`. Add one, so that the promises can run on your source:

    def specimen() -> dict[str, bytes]:
        \"\"\"What the files hold, in a sentence.\"\"\"
        return {{"the name its owner sees.csv": b"the smallest genuine content with every kind of record"}}
"""


def specimen(name: str) -> dict[str, bytes]:
    """The files by which a source shows itself; one that shows nothing fails the first promise, and that is enough."""
    return fuzzing.specimen(name) or pytest.skip(f"{name} has no specimen")


def planted(place: Path, files: dict[str, bytes]) -> list[tuple[Path, str]]:
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return [(place / name, name) for name in files]


@dataclass(frozen=True)
class Told:
    """What the reading child tells of a specimen, and the rows it sends, as plain text."""

    words: tuple[object, ...]
    rows: pl.DataFrame


def told_by_the_child(files: Iterable[tuple[Path, str]]) -> Iterator[Told]:
    """What it tells of each file, in order."""
    words: list[object] = []
    rows: list[pl.DataFrame] = []
    plain_text = pl.col("signal", "source", "unit").cast(pl.String)
    with Reading(list(files)) as reading:
        for word in reading:
            if isinstance(word, pa.RecordBatch):
                rows.append(pl.DataFrame(pl.from_arrow(word)).with_columns(plain_text))
            else:
                words.append(word)
            if isinstance(word, FileDone):
                yield Told(tuple(words), pl.concat(rows) if rows else pl.DataFrame())
                words, rows = [], []


def nameless(source: Source, path: Path) -> bool:
    """Whether the file names nobody; files that name different people are never read in one go."""
    with suppress(BrokenExport, UsageError):
        return not any(source.subjects(one) for one in members(path, source) if source.recognises(one))
    return False


@pytest.fixture(scope="module", autouse=True)
def chosen(request: pytest.FixtureRequest) -> None:
    """Only the sources that this run is about are read."""
    params = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    CHOSEN.extend(source for source in FOUND if any(one.get("source") is source for one in params))


@cache
def readings(time: int) -> dict[str, Told]:
    """Every specimen as read by a child of its own time: together where they name nobody, and else source by source."""
    with TemporaryDirectory() as place:
        shows = {source.name: planted(Path(place, source.name), fuzzing.specimen(source.name)) for source in CHOSEN}
        alone = {source.name for source in CHOSEN if not all(nameless(source, path) for path, _ in shows[source.name])}
        together = [name for name in shows if name not in alone]
        told = read_together({name: shows[name] for name in together})
        return told | {name: one for name in alone for one in read_together({name: shows[name]}).values()}


def read_together(shows: dict[str, list[tuple[Path, str]]]) -> dict[str, Told]:
    """The same source by source, each with all its files; alone where one of them ends the child."""
    every = told_by_the_child(file for files in shows.values() for file in files)
    try:
        return {name: joined(islice(every, len(files))) for name, files in shows.items()}
    except BrokenExport as dead:
        if len(shows) == 1:
            return dict.fromkeys(shows, Told((Broken("", str(dead), "BrokenExport"),), pl.DataFrame()))
        return {name: one for name in shows for one in read_together({name: shows[name]}).values()}


def joined(parts: Iterable[Told]) -> Told:
    every = list(parts)
    rows = [part.rows for part in every if part.rows.height]
    return Told(tuple(word for part in every for word in part.words), pl.concat(rows) if rows else pl.DataFrame())


def read(source: Source, time: int = 0) -> Told:
    specimen(source.name)
    return readings(time)[source.name]


def members(path: Path, source: Source) -> list[Member]:
    """The file as its source would be given it: whole where it is claimed whole, else what an archive holds."""
    whole = plain(path, path.name)
    return [whole] if source.recognises(whole) else list(inside(whole, path) or [whole])


@every_source
def test_a_source_shows_itself_by_a_specimen(source: Source) -> None:
    assert fuzzing.specimen(source.name), WANTED.format(name=source.name)


@every_source
def test_a_source_is_asked_first_for_its_own_specimen_and_keeps_its_records(source: Source) -> None:
    told = read(source)
    assert {word.source for word in told.words if isinstance(word, Started)} == {source.name}
    assert [word for word in told.words if isinstance(word, Broken)] == []
    accounts = [word for word in told.words if isinstance(word, Finished)]
    assert sum(account.records.taken for account in accounts) > 0
    assert sum(account.made for account in accounts) == told.rows.height


@every_source
def test_no_other_source_claims_a_specimen(source: Source, tmp_path: Path) -> None:
    others = [other for other in FOUND if other is not source and other.rank < GENERAL]
    for path, _ in planted(tmp_path, specimen(source.name)):
        for one in [plain(path, path.name), *members(path, source)]:
            assert [other.name for other in others if other.recognises(one)] == []


@every_source
def test_the_same_files_read_by_another_process_give_the_same_rows(source: Source) -> None:
    assert read(source).rows.equals(read(source, 1).rows)


@every_source
def test_signals_are_catalogued_and_only_what_is_not_carries_a_unit(source: Source) -> None:
    rows = read(source).rows
    other = pl.col("signal").str.starts_with("other.")
    assert rows.filter(~other & pl.col("unit").is_not_null()).is_empty()
    assert [signal(key).key for key in rows.filter(~other)["signal"].unique(maintain_order=True)]
    own = pl.col("source").str.contains(rf"^{source.name}(:.+)?$")
    assert isinstance(source, Restoring) or rows.filter(~own).is_empty()  # what a twin gave out keeps its names


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes cut short, overwritten in places, or with a piece twice."""
    spoilt = bytearray(data[: chance.randint(1, len(data))] if chance.random() < 0.5 else data)
    for _ in range(chance.randint(0, 6)):
        spoilt[chance.randrange(len(spoilt))] = chance.choice(b'\0\xff"{}[]<,;\n9Z')
    at, size = chance.randrange(len(spoilt)), chance.randint(0, 40)
    return bytes(spoilt[:at] + spoilt[at : at + size] * 2 + spoilt[at + size :])


@every_source
def test_damaged_specimens_end_in_faults_or_a_refusal(source: Source, tmp_path: Path) -> None:
    for name, data in specimen(source.name).items():
        chance = random.Random(f"{source.name} {name}")
        path = tmp_path / Path(name).name
        for _ in range(DAMAGES):
            path.write_bytes(damaged(data, chance))
            with suppress(BrokenExport):
                for one in members(path, source):
                    fuzzing.survives(source, one)
