"""Scrobbles as four tools write them, in the forms docs/sources/lastfm.md names."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from selftwin.sources.lastfm import SOURCE
from selftwin.vocabulary.observation import Basis

GHAN = (
    "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
    '"1700000000","14 Nov 2023, 22:13","The Specimens","","Album","","Slow, Rivers",""\n'
)
STATS = '\ufeffArtist;Album;AlbumId;Track;Date#somebody\n"The Specimens";"Album";"";"Slow, Rivers";"1700000000000"\n'
OLDER = '\ufeffArtist;Album;Track;Date#somebody\n"The Specimens";"Album";"Slow, Rivers";"1700000000000"\n'
OLDEST = '\ufeffArtist;Track;Date#somebody\n"The Specimens";"Slow, Rivers";"1700000000000"\n'
BEN = 'The Specimens,Album,"Slow, Rivers","14 Nov 2023, 22:13"\n'
TRACK = {"artist": {"mbid": "", "#text": "The Specimens"}, "name": "Slow, Rivers", "album": {"#text": "Album"}}
HEARD = {**TRACK, "date": {"uts": "1700000000", "#text": "14 Nov 2023, 22:13"}}
API = {"recenttracks": {"@attr": {"user": "somebody", "page": "1"}, "track": [HEARD]}}
SCROBBLES = {"username": "somebody", "scrobbles": [
    {"track": "Slow, Rivers", "artist": "The Specimens", "album": "Album", "albumId": "", "date": 1700000000000}
]}  # fmt: skip
PLAIN = {"username": "somebody", "scrobbles": [
    {"track": "Slow, Rivers", "artist": "The Specimens", "album": "Album", "date": 1700000000000}
]}  # fmt: skip


def specimen() -> dict[str, bytes]:
    """One scrobble, by each of the tools."""
    return {
        "recenttracks-somebody.csv": GHAN.encode(),
        "lastfmstats-somebody.csv": STATS.encode(),
        "somebody.csv": BEN.encode(),
        "recenttracks.json": json.dumps(API).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda told: reading(SOURCE, "history", told)


@pytest.mark.parametrize(
    "told", [GHAN, STATS, OLDER, OLDEST, BEN, API, [HEARD], json.dumps(HEARD) + "\n", SCROBBLES, PLAIN]
)
def test_a_scrobble_is_the_same_whoever_wrote_it(read, told):
    rows, tally = read(told)
    assert rows.select("signal", "text", "start", "basis", "native").rows() == [
        (
            "listening.track",
            "The Specimens \N{EN DASH} Slow, Rivers",
            datetime(2023, 11, 14, 22, 13),
            Basis.INSTANT,
            "2023-11-14T22:13/The Specimens \N{EN DASH} Slow, Rivers",
        )
    ]
    assert tally.kinds == {"scrobble": 1}
    assert "somebody" not in str(rows.rows())


def test_without_a_header_every_row_counts(read):
    rows, tally = read(BEN + BEN.replace("22:13", "22:17") + BEN.replace("14 Nov 2023, 22:13", "now"))
    assert (rows.height, tally.read, tally.faulty) == (2, 3, 1)
    assert tally.faults[0].place.endswith("record 3")


def test_what_is_being_heard_has_no_moment_yet(read):
    rows, tally = read([{**TRACK, "@attr": {"nowplaying": "true"}}, HEARD])
    assert (rows.height, tally.passed) == (1, 1)


def test_a_table_without_a_header_may_begin_with_what_is_being_heard(read):
    rows, tally = read("The Specimens,Album,Song,\n" * 2 + BEN)
    assert (rows["start"].to_list(), tally.read, tally.passed) == ([datetime(2023, 11, 14, 22, 13)], 3, 2)


def test_a_scrobble_at_the_first_moment_of_1970_has_none(read):
    unknown = {**TRACK, "date": {"uts": "0", "#text": "01 Jan 1970, 00:00"}}
    assert read([unknown, HEARD])[1].passed == 1
    assert read(BEN + BEN.replace("14 Nov 2023, 22:13", "01 Jan 1970, 00:00"))[1].passed == 1


def test_moments_that_cannot_be_are_faults(read):
    rows, tally = read(GHAN.replace("1700000000", "then"))
    assert (rows.height, tally.faulty) == (0, 1)


def test_other_tables_of_songs_are_not_claimed(member):
    assert not SOURCE.recognises(member("songs.csv", "artist,album,track,date\nA,B,C,2023-11-14\n"))
    assert not SOURCE.recognises(member("songs.csv", "A,B,C,\nA,B,C,2023-11-14\n"))
    assert not SOURCE.recognises(member("songs.json", {"recenttracks": {"track": []}}))
