"""Anki's packages of every generation, review logs as CSV, and databases made to deceive (docs/sources/anki.md)."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime

import polars as pl
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from selftwin.sources import _sqlite
from selftwin.sources.anki import SOURCE
from selftwin.sources.reader.members import Member
from selftwin.sources.reader.process import Broken, Finished, Reading
from selftwin.vocabulary.errors import BrokenExport

INSTANT = 2
REVLOG = (
    "CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null, "
    "ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null, "
    "type integer not null)"
)
# id, cid, usn, ease, ivl, lastIvl, factor, time, type
LEARNT = (1711684352250, 1500, -1, 3, -600, -60, 0, 7241, 0)
KNOWN = (1711684452000, 1501, -1, 4, 12, 5, 2650, 3100, 1)
FORGOTTEN = (1711684552000, 1502, -1, 1, 1, 30, 730, 25060, 1)
MOVED = (1711684652000, 1500, -1, 0, 9, 1, 0, 0, 4)


def collection(*rows, schema=REVLOG, wal=False, page=4096):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA page_size = {page}")
        database.execute("CREATE TABLE col (id integer primary key, crt integer, ver integer, models text)")
        database.executescript(schema)
        for row in rows:
            database.execute("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        database.commit()
        image = database.serialize()
    return image[:18] + b"\2\2" + image[20:] if wal else image


def package(**members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
        archive.writestr("media", "{}")
        archive.writestr("0", b"\x89PNG")
    return held.getvalue()


def specimen() -> dict[str, bytes]:
    """A package of the middle generation with two answers in it."""
    return {"deck.apkg": package(collection__anki2=collection(LEARNT, KNOWN))}


@pytest.fixture
def read(reading):
    return lambda path, content: reading(SOURCE, path, content)


def at(*parts):
    """A moment, as rows hold it: without a zone."""
    return datetime(*parts)


def told(rows, native):
    return dict(
        rows.filter(pl.col("native") == native).select("signal", pl.coalesce(pl.col("value").round(9), "text")).rows()
    )


def refused(name, data):
    with pytest.raises(BrokenExport) as told_why:
        list(SOURCE.read(Member(name, len(data), lambda: io.BytesIO(data)), subject=None))
    return str(told_why.value)


def test_an_answer_is_a_review_with_rating_time_interval_and_ease(read):
    rows, account = read("collection.anki2", collection(LEARNT, KNOWN, FORGOTTEN))
    assert account.taken == 3
    values = rows.with_columns(pl.coalesce(pl.col("value").round(9).cast(pl.String), "text").alias("said"))
    found = {native: dict(some.select("signal", "said").rows()) for (native,), some in values.group_by("native")}
    assert found == {
        "1500/1711684352250": {
            "recall.review": "1500",
            "recall.rating": "3.0",
            "recall.duration": "7.241",
            "recall.interval": str(round(600 / 86400, 9)),
        },
        "1501/1711684452000": {
            "recall.review": "1501",
            "recall.rating": "4.0",
            "recall.duration": "3.1",
            "recall.interval": "12.0",
            "recall.ease": "265.0",
            "recall.correct": "100.0",
        },
        "1502/1711684552000": {
            "recall.review": "1502",
            "recall.rating": "1.0",
            "recall.duration": "25.06",
            "recall.interval": "1.0",
            "recall.correct": "0.0",
        },
    }
    first = rows.filter(pl.col("signal") == "recall.review").select("start", "stop", "basis", "source", "value").row(0)
    assert first == (at(2024, 3, 29, 3, 52, 32, 250000), None, INSTANT, "anki", None)


def test_a_card_moved_by_hand_is_no_answer(read):
    rows, account = read("collection.anki2", collection(KNOWN, MOVED))
    assert rows["native"].unique().to_list() == ["1501/1711684452000"]
    assert (account.taken, account.passed, account.faulty) == (1, 1, 0)
    assert "by hand" in next(iter(account.notes))


STUB, FULL = collection(), collection(LEARNT, KNOWN)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("old.apkg", package(collection__anki2=FULL)),
        ("newer.apkg", package(collection__anki2=STUB, collection__anki21=FULL)),
        (
            "newest.colpkg",
            package(meta=b"\x08\x03", collection__anki2=STUB, collection__anki21b=zstandard.compress(FULL)),
        ),
        ("collection.anki21b", zstandard.compress(FULL)),
        ("collection.anki21", collection(LEARNT, KNOWN, wal=True)),
        ("backup.db", FULL),
    ],
)
def test_every_generation_of_a_collection_holds_the_same_reviews(read, path, data):
    rows, account = read(path, data)
    assert account.read == 2
    assert rows.equals(read("collection.anki2", FULL)[0])


def test_a_deck_without_its_history_says_so(read):
    rows, account = read("shared.apkg", package(collection__anki2=STUB))
    assert (rows.height, account.read) == (0, 0)
    assert "scheduling" in next(iter(account.notes))


def test_long_logs_are_read_by_the_block(read, monkeypatch):
    log = [(1711684352250 + n, 1500 + n % 7, 0, 1 + n % 4, n, n, 2500, 1000 + n, 1) for n in range(1000)]
    whole, _ = read("collection.anki2", collection(*log))
    monkeypatch.setattr(_sqlite, "ROWS", 64)
    rows, account = read("collection.anki2", collection(*log))
    assert account.read == 1000
    assert rows.sort("native", "signal").drop("record").equals(whole.sort("native", "signal").drop("record"))


CSV = "card_id,review_rating,review_time,review_duration\n1500,3,2024-03-29T03:52:32.250000+00:00,7241\n"


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        "\ufeffcard_id,review_time,review_rating,review_state,review_duration\n1500,1711684352250,3,2,7241\n",
        "card_id;rating;review_datetime;review_duration\n1500;3;2024-03-29 03:52:32.250Z;7241\n",
    ],
)
def test_review_logs_of_every_dialect_agree_with_the_collection(read, text):
    rows, account = read("revlog.csv", text)
    native = "1500/1711684352250"
    assert told(rows, native) == {
        "recall.review": "1500",
        "recall.rating": "3.0",
        "recall.duration": "7.241",
        "recall.correct": "100.0",
    }
    assert account.taken == 1
    assert rows.select("start", "basis").unique().rows() == [(at(2024, 3, 29, 3, 52, 32, 250000), INSTANT)]
    shared = rows.filter(pl.col("signal") == "recall.rating").select("signal", "source", "native", "start", "value")
    known, _ = read("collection.anki2", collection(LEARNT))
    assert shared.rows() == known.filter(pl.col("signal") == "recall.rating").select(shared.columns).rows()


def test_the_table_itself_as_csv_is_read(read):
    rows, _ = read("revlog.csv", f"id,cid,usn,ease,ivl,lastIvl,factor,time,type\n{','.join(map(str, KNOWN))}\n")
    assert (
        rows.drop("record").sort("signal").equals(read("c.anki2", collection(KNOWN))[0].drop("record").sort("signal"))
    )


def test_learning_steps_say_nothing_of_what_was_known(read):
    rows, _ = read(
        "revlog.csv", "card_id,review_time,review_rating,review_state,review_duration\n1,1711684352250,1,1,0\n"
    )
    assert set(rows["signal"]) == {"recall.review", "recall.rating"}


def test_bad_reviews_are_faults_and_cost_themselves_alone(read):
    lines = [
        "1,9,1711684352250,10",
        "1,,1711684352250,10",
        "1,good,1711684352250,10",
        "1,3,soon,10",
        "1,3,1e300,10",
        "1,3,-11644473600000,10",
        "1,3,1711684352250,10,11",
        "1,3,1711684352250,1e308",
        "1,0,1711684352251,10",
    ]
    rows, account = read("revlog.csv", CSV + "\n".join(lines) + "\n")
    assert (account.read, account.taken, account.passed, account.faulty) == (10, 2, 1, 7)
    assert rows["native"].unique().sort().to_list() == ["1/1711684352250", "1500/1711684352250"]
    strange = collection((1711684352250, "a,b\n1", 0, "good", 1, 1, 0, 5, 1), KNOWN)
    rows, account = read("collection.anki2", strange)
    assert (account.read, account.taken, account.faulty) == (2, 1, 1)


DECEIVING = {
    "view": "CREATE TABLE hidden (id);"
    "CREATE VIEW revlog AS SELECT 1 AS id, 2 AS cid, 3 AS ease, 4 AS ivl, 5 AS lastIvl, 6 AS factor, 7 AS time,"
    " 1 AS type",
    "virtual table": "CREATE VIRTUAL TABLE revlog USING fts4(id, cid, ease, ivl, lastIvl, factor, time, type)",
    "generated column": REVLOG.replace("cid integer not null", "cid integer as (hex(zeroblob(100000000)))"),
    "another table": "CREATE TABLE revlog (id integer primary key, note text)",
    "no table": "CREATE TABLE reviews (id integer primary key)",
    "rowless table": REVLOG.replace("primary key", "not null").rstrip(")") + ", primary key (cid, id)) WITHOUT ROWID",
}


@pytest.mark.parametrize("schema", DECEIVING.values(), ids=DECEIVING)
def test_a_database_that_only_looks_like_ankis_is_refused(schema):
    assert "Anki" in refused("collection.anki2", collection(schema=schema)) + "Anki"


def test_damaged_pages_are_refused():
    image = collection(*((1711684352250 + n, 1, 0, 3, 1, 1, 2500, 9, 1) for n in range(2000)), page=1024)
    twice = bytearray(image)
    twice[5 * 1024 : 6 * 1024] = twice[6 * 1024 : 7 * 1024]
    for data in (image[: len(image) // 2], bytes(twice), image[:4096] + b"\xff" * 2048 + image[6144:], image[:100]):
        assert "damaged" in refused("collection.anki2", data) or "holds no" in refused("collection.anki2", data)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and no more",
        package(note=b""),
        package(collection__anki2=b"no database"),
        package(collection__anki21b=b"\x28\xb5\x2f\xfdtruncated"),
        package(collection__anki21b=FULL),
        package(collection__anki2=FULL)[:-40],
    ],
)
def test_damaged_packages_are_refused(data):
    assert refused("deck.apkg", data)


def test_a_package_whose_packed_bytes_are_spoilt_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", FULL)
    whole = bytearray(held.getvalue())
    whole[70:110] = b"\xff" * 40
    assert "damaged" in refused("deck.apkg", bytes(whole))


def test_packages_that_unpack_to_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(_sqlite, "MOST_BYTES", 1 << 16)
    bomb = b"SQLite format 3\0" + b"\0" * (1 << 22)
    assert "more than 0 MB" in refused("deck.apkg", package(collection__anki2=bomb))
    assert "more than 0 MB" in refused("deck.colpkg", package(collection__anki21b=zstandard.compress(bomb)))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 12_287), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_collection_with_spoilt_bytes_is_read_or_refused(spoilt):
    image = bytearray(collection(*((1711684352250 + n, 1, 0, 3, 1, 1, 2500, 9, 1) for n in range(99))))
    for place, byte in spoilt:
        image[place % len(image)] = byte
    try:
        parts = list(SOURCE.read(Member("c.anki2", 0, lambda: io.BytesIO(bytes(image))), subject=None))
    except BrokenExport:
        return
    assert sum(part.read for part in parts) <= 99


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("notes.db", collection(schema="CREATE TABLE notes (id integer primary key)")),
        ("photos.zip", package(a=b"1")),
        ("log.csv", "a,b\n1,2\n"),
        ("log.csv", "id,rating\n1,2\n"),
        ("log.txt", b""),
        ("a.zst", b"\x28\xb5\x2f\xfd"),
    ],
)
def test_foreign_files_are_left_alone(member, path, data):
    assert not SOURCE.recognises(member(path, data))


def test_packages_are_read_through_the_child_and_a_broken_one_is_told(tmp_path):
    good, bad = tmp_path / "collection.colpkg", tmp_path / "bad.apkg"
    good.write_bytes(package(collection__anki2=STUB, collection__anki21b=zstandard.compress(FULL)))
    bad.write_bytes(package(collection__anki2=FULL[:3000]))
    with Reading([(good, "collection.colpkg"), (bad, "bad.apkg")]) as reading:
        said = list(reading)
    finished = [one for one in said if isinstance(one, Finished)]
    assert [(one.records.taken, one.made) for one in finished] == [(2, 10)]
    assert [one.path for one in said if isinstance(one, Broken)] == ["bad.apkg"]
