"""Spotify: what was played, from either download of the privacy page (account data, or extended streaming history).

The account data holds the last year by the minute (`StreamingHistory*.json`), the extended history all years by the
second (`Streaming_History_Audio_*.json`, before 2023 `endsong_*.json`). A play is told alike by both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._json_stream import objects
from selftwin.sources._readings import Reading, part_of, read_off, words
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_FIRST = rb'^(?:\xef\xbb\xbf)?\s*\[\s*\{(?:[^{}"]|"(?:[^"\\]|\\.){0,1000}"){0,1000}?'  # titles may hold braces
_SHORT = re.compile(_FIRST + rb'"msPlayed"\s*:')
_LONG = re.compile(_FIRST + rb'"ms_played"\s*:')
_NAMES = (  # who and what, in the order they are looked for
    ("master_metadata_album_artist_name", "master_metadata_track_name"),
    ("episode_show_name", "episode_name"),
    ("audiobook_title", "audiobook_chapter_title"),
    ("artistName", "trackName"),
    ("podcastName", "episodeName"),
    ("audiobookName", "chapterName"),
)
_FIELDS = ("endTime", "ts", "msPlayed", "ms_played", "skipped", "offline", "offline_timestamp", *sum(_NAMES, ()))
_NAMELESS = {"artistName": "Unknown Artist", "trackName": "Unknown Track"}  # null in the extended history
_HEARD = 30_000  # milliseconds from which on Spotify itself counts a play
_LONGEST = 3000 * 60_000  # of one play, as the catalogue has it
_YES = ("true", "1")
_REMEMBERED = 1000  # plays of the block before, among which a twin of a play may be
_MINUTES = (Reading("ms", "listening", "ms"),)


@dataclass(frozen=True, slots=True)
class Spotify:
    """Both histories; addresses, user agents and user names are never read."""

    name: str = "spotify"
    title: str = "Spotify"
    reads: str = "Every track and episode listened to."
    version: int = 2
    rank: int = 1
    how_to_export: str = (
        "On spotify.com: Account, Privacy, Download your data, Extended streaming history; the zip comes by mail."
    )

    def recognises(self, member: Member) -> bool:
        """By the fields of the first play."""
        if not member.name.endswith(".json"):
            return False
        head = member.head()
        return (b'"endTime"' in head and _SHORT.match(head) is not None) or (
            b'"ts"' in head and b'_uri"' in head and _LONG.match(head) is not None
        )

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one listener's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The plays in blocks."""
        del subject
        before = None
        for block in objects(member, ("[]",), _FIELDS):
            plays = _numbered(_timed(block.rows), before)
            before = plays["key"].tail(_REMEMBERED)
            yield _part(member, block, plays)


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    """With what was played, for how long, and when: to the minute, which is all that the account data tells.

    What was played offline has its moment in `offline_timestamp`, and in `ts` the moment it was reported.
    """
    import polars as pl

    ended = from_iso(rows.select(pl.coalesce("ts", "endTime")).to_series())["start"]
    moments = rows.select(pl.col("offline_timestamp").cast(pl.Float64, strict=False)).to_series()
    seconds = pl.select(pl.when(moments > 10**11).then(moments / 1000).otherwise(moments)).to_series()
    begun = from_epoch(seconds, unit="s")["start"]
    ms = pl.coalesce("ms_played", "msPlayed")
    number = ms.cast(pl.Float64, strict=False)
    span = pl.duration(microseconds=pl.when(number.is_between(0, _LONGEST)).then(number * 1000).otherwise(0))
    reported = pl.col("ended").dt.truncate("1m")
    away = _said("offline") & pl.col("begun").is_between(pl.col("ended") - pl.duration(days=60), pl.col("ended"))
    nameless = pl.all_horizontal((pl.col(field) == words).fill_null(value=False) for field, words in _NAMELESS.items())
    told = rows.with_columns(pl.when(~nameless).then(pl.col(field)).alias(field) for field in _NAMELESS)
    return told.with_columns(ended.alias("ended"), begun.alias("begun"), ms=ms, number=number).with_columns(
        name=pl.coalesce(_named(who, what) for who, what in _NAMES),
        start=pl.when(away).then(pl.col("begun").dt.truncate("1m")).otherwise(reported - span),
        stop=pl.when(away).then(pl.col("begun").dt.truncate("1m") + span).otherwise(reported),
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
        source=pl.lit("spotify"),
    )


def _named(who: str, what: str) -> pl.Expr:
    import polars as pl

    there = pl.col(who).is_not_null() | pl.col(what).is_not_null()
    return pl.when(there).then(pl.concat_str(who, what, separator=" \N{EN DASH} ", ignore_nulls=True))


def _said(field: str) -> pl.Expr:
    import polars as pl

    return pl.col(field).str.to_lowercase().is_in(_YES).fill_null(value=False)


def _numbered(plays: pl.DataFrame, before: pl.Series | None) -> pl.DataFrame:
    """With `native`: minute, milliseconds and name, which both histories tell alike, and a number for equal plays."""
    import polars as pl

    minute, ms = pl.col("ended").dt.strftime("%Y-%m-%dT%H:%M"), pl.col("number").cast(pl.Int64, strict=False)
    plays = plays.with_columns(key=pl.concat_str(minute, ms, pl.col("name").fill_null(""), separator="/"))
    keys = plays["key"] if before is None else pl.concat([before, plays["key"]])
    nth = keys.to_frame("key").select(pl.int_range(1, pl.len() + 1).over("key")).to_series().tail(plays.height)
    again = pl.when(nth > 1).then(pl.lit("/") + nth.cast(pl.String)).otherwise(pl.lit(""))
    return plays.with_columns(native=pl.col("key") + again)


def _part(member: Member, block: Objects, plays: pl.DataFrame) -> Part:
    import polars as pl

    sound = plays.filter(pl.col("number").is_between(0, _LONGEST))
    heard = sound.filter(pl.col("number") >= _HEARD)
    skipped = sound.filter((pl.col("number") < _HEARD) | _said("skipped"))
    rows = [
        read_off(plays.filter((pl.col("number") != 0).fill_null(value=True)), _MINUTES),
        words(heard, "name", "listening.track"),
        words(skipped, "name", "listening.skipped"),
    ]
    return part_of(
        member.path, block, pl.concat(rows, how="diagonal_relaxed"), kind="play", nothing="of nothing, for no time"
    )


SOURCE = Spotify()
