"""Both of Spotify's histories in the forms docs/sources/spotify.md names; the same play in both is one play."""

from __future__ import annotations

import json
from datetime import datetime

import polars as pl
import pytest

from selftwin.sources import spotify
from selftwin.sources.spotify import SOURCE
from selftwin.vocabulary.observation import Basis

LONG = {
    "ts": "2024-03-01T07:12:39Z",
    "username": "somebody",
    "platform": "android",
    "ms_played": 120_000,
    "conn_country": "FI",
    "ip_addr": "192.0.2.7",
    "user_agent_decrypted": "unknown",
    "master_metadata_track_name": "Slow Rivers",
    "master_metadata_album_artist_name": "The Specimens",
    "spotify_track_uri": "spotify:track:0",
    "episode_name": None,
    "episode_show_name": None,
    "spotify_episode_uri": None,
    "reason_end": "trackdone",
    "skipped": None,
    "offline": False,
    "offline_timestamp": 1709277039,
}
SHORT = {"endTime": "2024-03-01 07:12", "artistName": "The Specimens", "trackName": "Slow Rivers", "msPlayed": 120_000}
TRACK = "The Specimens \N{EN DASH} Slow Rivers"


def specimen() -> dict[str, bytes]:
    """A play in each of the two histories, and a podcast in the account data."""
    podcast = {"endTime": "2024-03-02 18:40", "podcastName": "Show", "episodeName": "One", "msPlayed": 60_000}
    return {
        "Streaming_History_Audio_2024_1.json": json.dumps([LONG], separators=(",", ":")).encode(),
        "StreamingHistory_music_0.json": json.dumps([SHORT], indent=2, separators=(",", " : ")).encode(),
        "StreamingHistory_podcast_0.json": json.dumps([podcast], indent=2).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda *plays: reading(SOURCE, "history.json", list(plays))


def said(rows):
    return rows.select("signal", pl.coalesce(pl.col("value").cast(pl.String), "text")).rows()


def test_a_play_is_minutes_of_listening_and_a_track(read):
    rows, tally = read(LONG)
    assert said(rows) == [("listening", "2.0"), ("listening.track", TRACK)]
    assert (rows["start"][0], rows["stop"][0]) == (datetime(2024, 3, 1, 7, 10), datetime(2024, 3, 1, 7, 12))
    assert rows["basis"].to_list() == [Basis.INSTANT] * 2
    assert tally.kinds == {"play": 1}


def test_the_same_play_in_both_histories_comes_out_the_same(read):
    long, short = read(LONG)[0], read(SHORT)[0]
    assert long.equals(short)
    assert long["native"].null_count() == 0


def test_two_equal_plays_in_one_minute_stay_two_also_across_blocks(read, monkeypatch):
    rows, _ = read(SHORT, SHORT, {**SHORT, "trackName": "Other"})
    assert rows.filter(signal="listening")["native"].n_unique() == 3
    first = spotify._numbered(spotify._timed(plays(SHORT)), None)
    second = spotify._numbered(spotify._timed(plays(SHORT)), first["key"])
    assert second["native"].item() == first["native"].item() + "/2"


def plays(*found):
    as_text = [{field: str(said) for field, said in one.items()} for one in found]
    return pl.DataFrame(as_text, schema=dict.fromkeys(spotify._FIELDS, pl.String))


def test_less_than_half_a_minute_is_a_skip_and_so_is_what_the_long_history_calls_one(read):
    brief, called = {**SHORT, "msPlayed": 29_999}, {**LONG, "skipped": True}
    assert [signal for signal, _ in said(read(brief)[0])] == ["listening", "listening.skipped"]
    assert [signal for signal, _ in said(read(called)[0])] == ["listening", "listening.track", "listening.skipped"]
    assert said(read({**SHORT, "msPlayed": 0})[0]) == [("listening.skipped", TRACK)]


def test_podcasts_and_audiobooks_are_named_alike_in_both_histories(read):
    nothing = {"master_metadata_track_name": None, "master_metadata_album_artist_name": None}
    episode = {**LONG, **nothing, "episode_show_name": "Show", "episode_name": "One"}
    chapter = {**LONG, **nothing, "audiobook_title": "Book", "audiobook_chapter_title": "Two"}
    end = {"endTime": "2024-03-01 07:12", "msPlayed": 120_000}
    assert read(episode)[0].equals(read({**end, "podcastName": "Show", "episodeName": "One"})[0])
    assert read(episode)[0].equals(read({**end, "artistName": "Show", "trackName": "One"})[0])
    book = {"audiobookName": "Book", "chapterName": "Two", "authorName": "A"}
    assert read(chapter)[0].equals(read({**end, **book})[0])


def test_what_was_played_offline_has_its_own_moment_whatever_its_unit(read):
    begun = 1709270000  # 05:13:20
    for moment in (begun, begun * 1000):
        rows, _ = read({**LONG, "offline": True, "offline_timestamp": moment})
        assert rows["start"][0] == datetime(2024, 3, 1, 5, 13)
    for odd in (None, 0, 1, 10**18):
        assert read({**LONG, "offline": True, "offline_timestamp": odd})[0]["start"][0] == datetime(2024, 3, 1, 7, 10)


def test_addresses_and_user_names_are_not_kept(read):
    assert not any(word in str(read(LONG)[0].rows()) for word in ("192.0.2.7", "somebody", "android", "FI"))


def test_a_play_without_a_name_counts_and_one_of_nothing_for_no_time_is_passed_over(read):
    nameless = {**LONG, "master_metadata_track_name": None, "master_metadata_album_artist_name": None}
    rows, tally = read(nameless, {**nameless, "ms_played": 0})
    assert said(rows) == [("listening", "2.0")]
    assert (tally.passed, list(tally.notes)) == (1, ["play: of nothing, for no time"])


def test_what_the_account_data_calls_unknown_has_no_name_as_in_the_long_history(read):
    unknown, _ = read({**SHORT, "artistName": "Unknown Artist", "trackName": "Unknown Track"})
    nameless = {**LONG, "master_metadata_track_name": None, "master_metadata_album_artist_name": None}
    assert said(unknown) == [("listening", "2.0")]
    assert unknown.equals(read(nameless)[0])
    assert said(read({**SHORT, "artistName": "Unknown Artist"})[0])[1][0] == "listening.track"


def test_the_first_title_may_hold_braces_and_quotes(read):
    title = 'Rain {Live} "now"'
    assert read({**SHORT, "trackName": title})[0]["text"][1] == f"The Specimens \N{EN DASH} {title}"
    assert read({"platform": "{x}", **LONG})[0].height == 2


@pytest.mark.parametrize("ms", [-1, "much", 1e300, 10**12])
def test_impossible_durations_are_faults(read, ms):
    rows, tally = read({**SHORT, "msPlayed": ms})
    assert (rows.height, tally.faulty) == (0, 1)


def test_an_unreadable_end_and_a_cut_off_file_are_faults(reading):
    text = json.dumps([SHORT, {**SHORT, "endTime": "yesterday"}, SHORT])[:-4]
    rows, tally = reading(SOURCE, "StreamingHistory0.json", text)
    assert (rows.filter(signal="listening").height, tally.faulty) == (1, 2)


def test_other_files_of_the_same_zip_are_not_claimed(member):
    for other in ([{"searchQuery": "slow", "searchTime": "2024-03-01T07:12:39Z"}], {"playlists": []}, [{"ts": 1}]):
        assert not SOURCE.recognises(member("SearchQueries.json", other))
