"""Searches of "My Activity", as JSON and as a page, in the forms docs/sources/google_activity.md names."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.google_activity import SOURCE
from selftwin.vocabulary.observation import Basis

MOMENT = datetime(2021, 12, 13, 3, 4, 5)


def did(title, url, **more):
    told = {"header": "Search", "title": title, "titleUrl": url, "time": "2021-12-13T03:04:05.007Z"}
    return told | {"products": ["Search"]} | more


SEARCH = did("Searched for warm rain", "https://www.google.com/search?q=warm+rain")
PAGE = (
    '<html><head><style>.mdl-grid{display:flex}</style></head><body><div class="outer-cell mdl-cell"><div class="mdl-'
    'grid"><div class="header-cell"><p class="mdl-typography--title">Suche<br></p></div><div class="content-cell mdl-'
    'typography--body-1">Gesucht nach: <a href="https://www.google.com/search?q=warm+rain&amp;hl=de">warm rain</a><br>'
    '13.12.2021, 04:04:05 MEZ</div><div class="content-cell mdl-typography--caption"><b>Produkte:</b><br>&emsp;Suche'
    "<br></div></div></div></body></html>"
)


def specimen() -> dict[str, bytes]:
    """A search as JSON, and the same as a page in German."""
    return {"MyActivity.json": json.dumps([SEARCH]).encode(), "MeineAktivitäten.html": PAGE.encode()}


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "MyActivity", told)


def test_a_search_is_its_words_whatever_the_language(read):
    rows, tally = read([SEARCH])
    assert rows.select("signal", "text", "start", "basis").rows() == [
        ("web.search", "warm rain", MOMENT, Basis.INSTANT)
    ]
    assert tally.kinds == {"activity": 1}
    assert read(PAGE)[0].select("native", "text", "start").equals(rows.select("native", "text", "start"))


def test_visits_and_other_products_are_passed_over(read):
    rows, tally = read(
        [
            did("Visited A", "https://www.google.com/url?q=https://a.example/&usg=1"),
            did("7 cards in your feed", None),
            did("Used Maps", "https://www.google.com/maps/search/?q=home", header="Maps"),
            did("Searched for rain", "https://www.google.co.uk/search?tbm=isch&q=rain", header="Image Search"),
        ]
    )
    assert (rows["text"].to_list(), tally.passed) == (["rain"], 3)


def test_a_moment_that_is_none_is_a_fault(read):
    rows, tally = read([{**SEARCH, "time": "soon"}])
    assert (rows.height, tally.faulty) == (0, 1)


def test_youtube_and_other_json_are_not_claimed(member):
    assert not SOURCE.recognises(member("watch-history.json", [{**SEARCH, "header": "YouTube"}]))
    assert not SOURCE.recognises(member("list.json", [{"header": "Search", "rows": []}]))
