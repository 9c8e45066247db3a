"""History.db of a Mac and what Safari exports, in the forms docs/sources/safari.md names."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from selftwin.sources.safari import SOURCE
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

ITEMS = (
    "CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT,url TEXT NOT NULL UNIQUE,domain_expansion TEXT"
    " NULL,visit_count INTEGER NOT NULL)"
)
VISITS = (
    "CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT,history_item INTEGER NOT NULL REFERENCES"
    " history_items(id) ON DELETE CASCADE,visit_time REAL NOT NULL,title TEXT NULL,load_successful BOOLEAN NOT NULL"
    " DEFAULT 1{})"
)
REDIRECTS = ",redirect_source INTEGER NULL,redirect_destination INTEGER NULL"
AT = 730_969_959.25  # 2024-03-01 07:12:39.25 in seconds of 2001
EXPORTED = 1_709_277_159_250_000  # the same in microseconds of 1970


def history(*visits, redirects=REDIRECTS):
    """A database of visits: address, moment, the visit that a redirect led to."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(ITEMS)
        database.execute(VISITS.format(redirects))
        for number, (url, at, onward) in enumerate(visits, 1):
            database.execute("INSERT INTO history_items VALUES (?, ?, NULL, 1)", (number, url))
            if redirects:
                visit = "INSERT INTO history_visits VALUES (?, ?, ?, 'title', 1, NULL, ?)"
                database.execute(visit, (number, number, at, onward))
            else:
                database.execute("INSERT INTO history_visits VALUES (?, ?, ?, 'title', 1)", (number, number, at))
        database.commit()
        return database.serialize()


def export(*visits):
    """What Safari exports of pages: address, moment of the latest visit, the page that a redirect led to."""
    about = {"browser_name": "Safari", "browser_version": "18.2", "data_type": "history",
             "export_time_usec": 1_709_300_000_000_000, "schema_version": 1}  # fmt: skip
    pages = [
        {"url": url, "time_usec": at, "visit_count": 3, "title": "title"}
        | ({"destination_url": onward, "destination_time_usec": at} if onward else {})
        for url, at, onward in visits
    ]
    return json.dumps({"metadata": about, "history": pages}, indent=2)


def specimen() -> dict[str, bytes]:
    """A Mac's history of two visits, and the first of them as Safari exports it."""
    return {
        "History.db": history(("https://a.example/x", AT, None), ("https://b.example/", AT + 9, None)),
        "History.json": export(("https://a.example/x", EXPORTED, None)).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda *visits, **how: reading(SOURCE, "History.db", history(*visits, **how))


def test_a_visit_is_the_host_of_its_page(read):
    rows, tally = read(("https://www.a.example/private?x=1", AT, None))
    assert rows.select("signal", "text", "start", "basis").rows() == [
        ("web.visit", "a.example", datetime(2024, 3, 1, 7, 12, 39, 250_000), Basis.INSTANT)
    ]
    assert tally.kinds == {"visit": 1}


def test_of_a_redirect_only_the_page_it_led_to_counts(read):
    rows, tally = read(("http://a.example/", AT, 2), ("https://b.example/", AT, None))
    assert (rows["text"].to_list(), tally.passed) == (["b.example"], 1)


def test_databases_without_redirects_are_read_as_well(read):
    assert read(("http://a.example/", AT, None), redirects="")[0]["text"].to_list() == ["a.example"]


def test_the_export_tells_the_same_visits_by_the_same_names(reading, read):
    told = export(("http://a.example/", EXPORTED, "https://b.example/"), ("https://b.example/x", EXPORTED, None))
    rows, tally = reading(SOURCE, "Safari Export.zip/Verlauf - Arbeit.json", told)
    assert rows.drop("record").equals(read(("https://b.example/y", AT, None))[0].drop("record"))
    assert (rows["text"].to_list(), tally.passed) == (["b.example"], 1)


def test_other_files_of_the_export_are_not_claimed(member):
    assert not SOURCE.recognises(member("Extensions.json", export().replace('"history"', '"extensions"')))


def test_a_moment_that_cannot_be_is_a_fault(read):
    rows, tally = read(("https://a.example/", "then", None), ("https://b.example/", 1e300, None))
    assert (rows.height, tally.faulty) == (0, 2)


def test_another_database_of_that_name_is_refused(member):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE history (id INTEGER PRIMARY KEY)")
        data = database.serialize()
    with pytest.raises(BrokenExport, match="holds no visits"):
        list(SOURCE.read(member("History.db", data), subject=None))
