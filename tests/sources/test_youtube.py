"""YouTube's histories as JSON and as pages, in several languages, in the forms docs/sources/youtube.md names."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.youtube import SOURCE
from selftwin.vocabulary.observation import Basis

MOMENT = datetime(2021, 1, 11, 11, 50, 26)
STYLES = "<style>.mdl-grid{display:flex}" + ".mdl-cell--1{width:1%}" * 4000 + "</style>"
WHY = '<b>Why is this here?</b><br>&emsp;It was saved.&nbsp;See <a href="https://x.example/">here</a>.'


def watched(title="Watched Rain &amp; Wind", video="aQOEAVV3Pis", channel="The Weather", **more):
    told = {"header": "YouTube", "title": title.replace("&amp;", "&"), "products": ["YouTube"]}
    if video:
        told["titleUrl"] = f"https://www.youtube.com/watch?v={video}"
    if channel:
        told["subtitles"] = [{"name": channel, "url": "https://www.youtube.com/channel/UC1"}]
    return told | {"time": "2021-01-11T11:50:26.784Z"} | more


def searched(words, query):
    url = f"https://www.youtube.com/results?search_query={query}"
    return watched(f"Searched for {words}", None, None, titleUrl=url)


def page(*records):
    """A page of records: before the link, address, its words, channel, date, what the caption says besides."""
    cells = []
    for before, url, name, after, channel, date, caption in records:
        link = f'<a href="{url}">{name}</a>' if url else name
        by = f'<a href="https://www.youtube.com/channel/UC1">{channel}</a><br>' if channel else ""
        cells.append(
            '<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid">'
            '<div class="header-cell mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">YouTube<br></p></div>'
            '<div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">'
            f"{before}{link}{after}<br>{by}{date}</div>"
            '<div class="content-cell mdl-cell mdl-typography--body-1 mdl-typography--text-right"></div>'
            '<div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption"><b>Products:</b><br>'
            f"&emsp;YouTube<br>{caption}</div></div></div>"
        )
    return f"<html><head><title>YouTube</title>{STYLES}</head><body><div>{''.join(cells)}</div></body></html>"


VIDEO = "https://www.youtube.com/watch?v=aQOEAVV3Pis"
ENGLISH = ("Watched&nbsp;", VIDEO, "Rain &amp; Wind", "", "The Weather", "11 Jan 2021, 12:50:26 CET", WHY)


def specimen() -> dict[str, bytes]:
    """What was watched and searched as JSON, and the same video as a page."""
    return {
        "watch-history.json": json.dumps([watched()]).encode(),
        "search-history.json": json.dumps([searched("warm rain", "warm+rain")]).encode(),
        "watch-history.html": page(ENGLISH).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "history" + (".html" if isinstance(told, str) else ".json"), told)


def said(rows):
    return rows.select("signal", "text").rows()


def test_a_video_is_told_with_its_channel_and_the_moment_it_was_begun(read):
    rows, tally = read([watched()])
    assert rows.select("signal", "text", "start", "basis").rows() == [
        ("watching.title", "The Weather \N{EN DASH} Rain & Wind", MOMENT, Basis.INSTANT)
    ]
    assert tally.kinds == {"activity": 1}


def test_a_page_tells_the_same_as_json(read):
    columns = ("signal", "native", "start", "text", "basis")
    assert read(page(ENGLISH))[0].select(columns).equals(read([watched()])[0].select(columns))


@pytest.mark.parametrize(
    "record",
    [
        ("", VIDEO, "Rain &amp; Wind", " angesehen", "The Weather", "11.01.2021, 12:50:26 MEZ", ""),
        ("Vous avez regardé ", VIDEO, "Rain &amp; Wind", "", "The Weather", "11 janv. 2021, 12:50:26 UTC+1", ""),
        ("Has visto ", VIDEO, "Rain &amp; Wind", "", "The Weather", "11 ene 2021, 12:50:26 CET<br>", ""),
        ("Просмотрено видео ", VIDEO, "Rain &amp; Wind", "", "The Weather", "11 янв. 2021 \u0433., 14:50:26 MSK", ""),
    ],
)
def test_pages_are_read_in_any_language(read, record):
    assert read(page(record))[0].select("native", "text", "start").equals(
        read([watched()])[0].select("native", "text", "start")
    )


@pytest.mark.parametrize(
    "title", ["Rain angesehen", "Vous avez regardé Rain", "„Rain“ angesehen", "Rain を視聴しました"]
)
def test_titles_of_json_lose_what_their_language_says_around_them(read, title):
    assert read([watched(title, channel=None)])[0]["text"].to_list() == ["Rain"]


def test_music_is_listening(read):
    song = watched("Watched Slow Rivers", "abcdefghijk", "The Specimens - Topic", header="YouTube Music")
    assert said(read([song])[0]) == [("listening.track", "The Specimens \N{EN DASH} Slow Rivers")]


def test_searches_are_the_words_of_their_address(read):
    rows, _ = read([searched("café & co", "caf%C3%A9+%26+co"), searched("c++", "c%2B%2B")])
    assert said(rows) == [("web.search", "café & co"), ("web.search", "c++")]


def test_advertisements_posts_and_surveys_are_passed_over(read):
    others = [
        watched(channel=None, details=[{"name": "From Google Ads"}]),
        watched("Viewed a post", None, None, titleUrl="https://www.youtube.com/post/Ugkx1"),
        watched("Answered survey question", None, None),
    ]
    rows, tally = read([*others, watched()])
    assert (rows.height, tally.passed, len(tally.notes)) == (1, 3, 1)
    ad = (*ENGLISH[:6], "<b>Details:</b><br>&emsp;From Google Ads<br>")
    assert read(page(ad, ENGLISH))[1].passed == 1


def test_a_removed_video_was_watched_and_has_no_name(read):
    gone = watched("Watched a video that has been removed", None, None)
    hidden = watched(f"Watched {VIDEO}", channel=None)
    assert said(read([gone, hidden])[0]) == [("watching.title", None)] * 2


def test_a_record_without_a_moment_and_one_that_is_cut_off_are_faults(read):
    assert read([watched(time="soon"), watched()])[1].faulty == 1
    rows, tally = read(page(ENGLISH, ENGLISH)[:-700])
    assert (rows.height, tally.read, tally.faulty + tally.passed) == (1, 2, 1)


def test_activity_of_other_products_is_not_claimed(member):
    assert not SOURCE.recognises(member("MyActivity.json", [watched(header="Search")]))
    assert not SOURCE.recognises(member("MyActivity.html", page(ENGLISH).replace(">YouTube<br>", ">Search<br>")))
    assert not SOURCE.recognises(member("page.html", "<html><head></head><body>YouTube</body></html>"))
