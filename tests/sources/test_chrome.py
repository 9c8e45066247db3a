"""The database of Chrome and its kin, old and new, and Takeout's JSON, in the forms docs/sources/chrome.md names."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from selftwin.sources.chrome import SOURCE
from selftwin.sources.reader.members import plain
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

URLS = (
    "CREATE TABLE urls(id INTEGER PRIMARY KEY AUTOINCREMENT,url LONGVARCHAR,title LONGVARCHAR,visit_count INTEGER"
    " DEFAULT 0 NOT NULL,typed_count INTEGER DEFAULT 0 NOT NULL,last_visit_time INTEGER NOT NULL,hidden INTEGER DEFAULT"
    " 0 NOT NULL)"
)
VISITS = (
    "CREATE TABLE visits(id INTEGER PRIMARY KEY,url INTEGER NOT NULL,visit_time INTEGER NOT NULL,from_visit INTEGER,"
    "transition INTEGER DEFAULT 0 NOT NULL,segment_id INTEGER{})"
)
TERMS = (
    "CREATE TABLE keyword_search_terms (keyword_id INTEGER NOT NULL,url_id INTEGER NOT NULL,term LONGVARCHAR NOT NULL,"
    "normalized_term LONGVARCHAR NOT NULL)"
)
OLD_VISIT = "INSERT INTO visits VALUES (?, ?, ?, 0, ?, 0)"
LATER = ",visit_duration INTEGER DEFAULT 0 NOT NULL,opener_visit INTEGER"
WHOLE = 0x30000000  # a visit that no redirect led to or from
AT = 1_709_277_159_000_250  # 2024-03-01 07:12:39.000250 in microseconds of 1970
SHIFT = 11_644_473_600_000_000
MOMENT = datetime(2024, 3, 1, 7, 12, 39, 250)


def history(*visits, terms=(), later=LATER):
    """A database of visits: address, transition, seconds the page was open."""
    with closing(sqlite3.connect(":memory:")) as database:
        for table in (URLS, VISITS.format(later), *([TERMS] if later else [])):
            database.execute(table)
        visit = "INSERT INTO visits VALUES (?, ?, ?, 0, ?, 0, ?, NULL)" if later else OLD_VISIT
        for number, (url, transition, seconds) in enumerate(visits, 1):
            database.execute("INSERT INTO urls VALUES (?, ?, 'title', 1, 0, 0, 0)", (number, url))
            row = (number, number, AT + SHIFT, transition, seconds * 1_000_000)
            database.execute(visit, row if later else row[:-1])
        for number, term in terms:
            database.execute("INSERT INTO keyword_search_terms VALUES (2, ?, ?, lower(?))", (number, term, term))
        database.commit()
        return database.serialize()


def takeout(*visits):
    rows = [{"favicon_url": "", "page_transition": kind, "title": "t", "url": url, "ptoken": {}, "client_id": "c",
             "time_usec": at} for url, kind, at in visits]  # fmt: skip
    return json.dumps({"Browser History": rows})


def specimen() -> dict[str, bytes]:
    """A profile's history with a visit and a search, and the same visit as Takeout tells it."""
    pages = [("https://news.example.org/a?b=c", WHOLE, 30), ("https://find.example.org/?q=rain", WHOLE, 0)]
    return {
        "History": history(*pages, terms=[(2, "Rain")]),
        "BrowserHistory.json": takeout(("https://news.example.org/a?b=c", "LINK", AT)).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda data, name="History": reading(SOURCE, name, data)


def hosts(rows):
    return rows.filter(signal="web.visit")["text"].to_list()


def test_a_visit_is_the_host_of_its_page_and_how_long_it_was_open(read):
    rows, tally = read(history(("https://user:secret@WWW.News.Example.org:8443/reset/token?key=1#x", WHOLE, 30)))
    assert rows.select("signal", "text", "start", "basis").rows() == [
        ("web.visit", "news.example.org", MOMENT, Basis.INSTANT)
    ]
    assert (rows["stop"][0] - rows["start"][0]).total_seconds() == 30
    assert not any(word in str(rows.rows()) for word in ("secret", "token", "key", "title"))
    assert tally.kinds == {"visit": 1}


def test_a_page_left_open_for_more_than_a_day_has_no_end(read):
    assert read(history(("https://a.example/", WHOLE, 90_000)))[0]["stop"].to_list() == [None]


def test_searches_are_told_where_the_database_tells_them(read):
    rows, _ = read(history(("https://find.example/?q=x", WHOLE, 0), terms=[(1, "Warm Rain"), (1, "warm rain")]))
    assert rows.select("signal", "text").rows() == [("web.visit", "find.example"), ("web.search", "warm rain")]


def test_frames_steps_of_redirects_and_pages_of_the_browser_are_passed_over(read):
    start, end, server = 0x10000000, 0x20000000, -0x80000000
    rows, tally = read(
        history(
            ("http://a.example/", start | 1, 0),
            ("http://b.example/", server, 0),
            ("http://c.example/", (server | end) + 1, 0),
            ("http://frame.example/", WHOLE | 3, 0),
            ("chrome://settings/", WHOLE, 0),
            ("file:///home/diary.html", WHOLE, 0),
            ("http://imported.example/", 0, 0),
        )
    )
    assert hosts(rows) == ["c.example", "imported.example"]
    assert (tally.passed, len(tally.notes)) == (5, 1)


def test_the_first_databases_had_neither_durations_nor_search_terms(read):
    assert hosts(read(history(("http://a.example/", WHOLE, 0), later=""))[0]) == ["a.example"]


def test_takeout_and_the_profile_tell_the_same_visit_by_the_same_name(read):
    told = takeout(("https://a.example/x", "TYPED", AT), ("https://b.example/", "AUTO_SUBFRAME", AT))
    taken, tally = read(told, "History.json")
    kept, _ = read(history(("https://a.example/y", WHOLE, 30)))
    assert taken.select("signal", "native", "start", "text").equals(kept.select("signal", "native", "start", "text"))
    assert tally.passed == 1


def test_takeout_may_call_every_visit_a_redirect_and_has_other_sections(read):
    record = {"page_transition_qualifier": "CLIENT_REDIRECT", "url": "https://a.example/x", "time_usec": AT}
    typed = {"title": "t", "url": "https://typed.example/", "visits": ["13356000000000000"]}
    told = {"Browser History": [record], "Typed Url": [typed], "Session": [{"tab": {"navigation": []}}]}
    rows, tally = read(json.dumps(told), "Verlauf.json")
    assert (hosts(rows), tally.read, tally.passed) == (["a.example"], 1, 0)


def test_a_moment_that_is_none_is_a_fault(read):
    rows, tally = read(takeout(("https://a.example/", "LINK", "then"), ("https://a.example/", "LINK", 9e300)), "x.json")
    assert (rows.height, tally.faulty) == (0, 2)


def test_a_file_on_disk_is_read_in_place_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "History"
    path.write_bytes(history(("https://a.example/", WHOLE, 0)))
    before = path.stat().st_mtime_ns
    assert sum(part.read for part in SOURCE.read(plain(path, "History"), subject=None)) == 1
    assert ([one.name for one in tmp_path.iterdir()], path.stat().st_mtime_ns) == (["History"], before)


def test_a_view_in_the_place_of_a_table_is_refused(member):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(URLS)
        database.execute("CREATE VIEW visits AS SELECT 1 AS id, 1 AS url, 1 AS visit_time, 1 AS transition")
        data = database.serialize()
    with pytest.raises(BrokenExport, match="holds no visits"):
        list(SOURCE.read(member("History", data), subject=None))
