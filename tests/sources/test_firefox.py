"""places.sqlite of a computer and of a phone, in the form docs/sources/firefox.md names."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from selftwin.sources.firefox import SOURCE
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

PLACES = (
    "CREATE TABLE moz_places (   id INTEGER PRIMARY KEY, url LONGVARCHAR, title LONGVARCHAR, rev_host LONGVARCHAR,"
    " visit_count INTEGER DEFAULT 0, hidden INTEGER DEFAULT 0 NOT NULL, typed INTEGER DEFAULT 0 NOT NULL)"
)
VISITS = (
    "CREATE TABLE moz_historyvisits (  id INTEGER PRIMARY KEY, from_visit INTEGER, place_id INTEGER,"
    " visit_date INTEGER, visit_type INTEGER, session INTEGER)"
)
AT = 1_709_277_159_000_250
LINK, TYPED, EMBED, MOVED, DOWNLOAD, FRAMED = 1, 2, 4, 5, 7, 8


def places(*visits):
    """A database of visits: address, moment, kind, the visit that led to it."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(PLACES)
        database.execute(VISITS)
        for number, (url, at, kind, before) in enumerate(visits, 1):
            database.execute("INSERT INTO moz_places VALUES (?, ?, 'title', '', 1, 0, 0)", (number, url))
            visit = (number, before, number, at, kind)
            database.execute("INSERT INTO moz_historyvisits VALUES (?, ?, ?, ?, ?, 0)", visit)
        database.commit()
        return database.serialize()


def specimen() -> dict[str, bytes]:
    """A profile with two visits."""
    return {
        "places.sqlite": places(("https://a.example/x", AT, TYPED, 0), ("https://b.example/", AT + 9_000_000, LINK, 1))
    }


@pytest.fixture
def read(reading):
    return lambda *visits: reading(SOURCE, "places.sqlite", places(*visits))


def test_a_visit_is_the_host_of_its_page(read):
    rows, tally = read(("https://www.a.example/private?x=1", AT, TYPED, 0))
    assert rows.select("signal", "text", "start", "stop", "basis", "native").rows() == [
        ("web.visit", "a.example", datetime(2024, 3, 1, 7, 12, 39, 250), None, Basis.INSTANT, f"{AT}/a.example")
    ]
    assert tally.kinds == {"visit": 1}


def test_a_phone_counts_milliseconds(read):
    assert read(("https://a.example/", AT // 1000, LINK, 0))[0]["start"][0] == datetime(2024, 3, 1, 7, 12, 39)


def test_of_a_redirect_only_the_page_it_led_to_counts(read):
    rows, tally = read(("http://a.example/", AT, TYPED, 0), ("https://b.example/", AT + 1, MOVED, 1))
    assert (rows["text"].to_list(), tally.passed) == (["b.example"], 1)


def test_embedded_pages_frames_downloads_and_pages_of_the_browser_are_passed_over(read):
    others = [("https://a.example/", AT, kind, 0) for kind in (EMBED, DOWNLOAD, FRAMED)]
    rows, tally = read(*others, ("about:config", AT, TYPED, 0), ("https://b.example/", AT, LINK, 0))
    assert (rows["text"].to_list(), tally.passed) == (["b.example"], 4)


def test_a_visit_without_a_moment_is_a_fault(read):
    rows, tally = read(("https://a.example/", None, LINK, 0), ("https://a.example/", "then", LINK, 0))
    assert (rows.height, tally.faulty) == (0, 2)


def test_a_damaged_database_is_refused(member):
    data = bytearray(places(*[(f"https://{n}.example/" + "x" * 900, AT + n, LINK, 0) for n in range(60)]))
    data[8192:12288] = b"\x07" * 4096
    with pytest.raises(BrokenExport, match="damaged database"):
        list(SOURCE.read(member("places.sqlite", bytes(data)), subject=None))
