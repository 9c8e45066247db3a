"""Last.fm: tracks heard, as the tools that its listeners save their history with write them.

CSV of lastfm.ghan.nl/export (`uts,utc_time,artist,…`), of lastfmstats.com (`Artist;Album;AlbumId;Track;Date#…`, also as
JSON) and of benjaminbenben.com/lastfm-to-csv (no header), and what the API itself says to `user.getRecentTracks`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong, unreadable
from selftwin.sources._json_stream import objects
from selftwin.sources._readings import part, words
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources._written_dates import written
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member
    from selftwin.vocabulary.account import Fault

_DATED = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4},? \d{1,2}:\d{2}(?::\d{2})?")
_API = re.compile(rb'"artist"\s*:\s*\{[^{}]{0,600}"#text"')
_ANSWER = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"recenttracks"\s*:')  # else tracks alone, in an array or on lines
_API_FIELDS = ("artist.#text", "name", "date.uts")
_STATS = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{[^\[]{0,400}"scrobbles"\s*:\s*\[')
_STATS_FIELDS = ("artist", "track", "date")
_STATS_COLUMNS = (("artist", "album", "albumid", "track"), ("artist", "album", "track"), ("artist", "track"))


@dataclass(frozen=True, slots=True)
class LastFm:
    """Scrobbles, from any of the tools, told alike."""

    name: str = "lastfm"
    title: str = "Last.fm"
    reads: str = "Every track listened to."
    version: int = 2
    rank: int = 1
    how_to_export: str = "Save your scrobbles as CSV with lastfm.ghan.nl/export or lastfmstats.com."

    def recognises(self, member: Member) -> bool:
        """By the header, by a first row without one, or by the fields of the API."""
        head = member.head()
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
            asked = b'"uts"' in head and b'"name"' in head and _API.search(head) is not None
            saved = all(name in head for name in (b'"artist"', b'"track"', b'"date"'))
            return asked or (saved and _STATS.match(head) is not None)
        return _found(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A history is one listener's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The scrobbles in blocks."""
        del subject
        head = member.head()
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
            return _json(member, stats=_STATS.match(head) is not None)
        if (found := _found(member)) is None:
            raise BrokenExport(f"{member.path} is no history of Last.fm's.")
        return _table(member, *found)


def _found(member: Member) -> tuple[Sheet, tuple[int, int, int]] | None:
    """The table, and where artist, track and moment stand in it. Without a header, the first rows may be of what is
    being heard, and have no moment."""
    first = None
    for sheet in sheets(member):
        names = [name.lower() for name in sheet.header]
        if not sheet.before and {"uts", "utc_time", "artist", "track"} <= set(names):
            return sheet, (names.index("artist"), names.index("track"), names.index("uts"))
        if not sheet.before and tuple(names[:-1]) in _STATS_COLUMNS and names[-1].startswith("date#"):
            return sheet, (0, len(names) - 2, len(names) - 1)
        if len(names) == len("aatd") and sheet.delimiter == "," and (first or not sheet.before):
            first = first or sheet
            if sheet.header[3]:
                return (first, (0, 2, 3)) if _DATED.fullmatch(sheet.header[3]) else None
    return None


def _table(member: Member, sheet: Sheet, places: tuple[int, int, int]) -> Iterator[Part]:
    import polars as pl

    headless = int(not sheet.header[-1] or _DATED.fullmatch(sheet.header[-1]) is not None)
    if headless:
        first = {str(place): [cell or None] for place, cell in enumerate(sheet.header)}
        yield _part(pl.DataFrame(first, schema=dict.fromkeys(first, pl.String)), places)
    for block in blocks(member, sheet):
        yield _part(block.rows, places, block.first + headless, overlong(member.path, block), block.ragged)


def _part(
    cells: pl.DataFrame,
    places: tuple[int, int, int],
    first: int = 0,
    faults: Sequence[Fault] = (),
    faulty: Sequence[int] = (),
) -> Part:
    import polars as pl

    artist, track, at = (pl.col(str(place)) for place in places)
    rows = cells.select(artist=artist, track=track, at=at).with_row_index("record")
    return _scrobbles(rows, rows.height, first, faults, faulty)


def _json(member: Member, *, stats: bool) -> Iterator[Part]:
    fields = _STATS_FIELDS if stats else _API_FIELDS
    one = "scrobbles[]" if stats else "recenttracks.track[]"
    for block in objects(member, (one,) if stats or _ANSWER.match(member.head()) else ("[]", ""), fields):
        rows = block.rows.rename(dict(zip(fields, ("artist", "track", "at"), strict=True)))
        yield _scrobbles(rows, block.count, block.first, unreadable(member.path, block), block.bad)


def _scrobbles(rows: pl.DataFrame, read: int, first: int, faults: Sequence[Fault], faulty: Sequence[int]) -> Part:
    """Scrobbles by the minute, which is all that one of the tools tells. What is being heard now has no moment yet, and
    a scrobble whose moment nobody knows has the first of 1970."""
    import polars as pl

    number = rows["at"].cast(pl.Float64, strict=False)
    epochs = from_epoch(pl.select(pl.when(number > 10**11).then(number / 1000).otherwise(number)).to_series(), unit="s")
    moments = pl.select(pl.coalesce(epochs["start"], written(_whole(rows["at"]))["start"])).to_series()
    heard = rows.with_columns(
        source=pl.lit("lastfm"),
        start=moments.dt.truncate("1m"),
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
        text=pl.concat_str("artist", "track", separator=" \N{EN DASH} "),
    ).filter(pl.col("at").is_not_null() & (pl.col("start").dt.epoch("s") != 0).fill_null(value=True))
    minute = pl.col("start").dt.strftime("%Y-%m-%dT%H:%M")
    return part(
        words(heard.with_columns(native=pl.concat_str(minute, "text", separator="/")), "text", "listening.track"),
        kind="scrobble",
        read=read,
        first=first,
        faults=faults,
        faulty=faulty,
        nothing="heard at this moment or at none that is known, or without artist or track",
    )


def _whole(stamps: pl.Series) -> pl.Series:
    """`06 Sep 2026, 14:23` with seconds."""
    import polars as pl

    return stamps.cast(pl.String).str.replace(r"(\d{4},? \d{1,2}:\d{2})$", "${1}:00")


SOURCE = LastFm()
