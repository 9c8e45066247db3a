"""Chrome and its kin (Edge, Brave, Vivaldi, Opera, Chromium): the file `History` of a profile, and Google Takeout.

The profile's folder is told at `chrome://version`; Takeout's `BrowserHistory.json` (since 2023 `History.json`) comes
from takeout.google.com, under Chrome.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _sqlite
from selftwin.sources._bad_records import unreadable
from selftwin.sources._json_stream import objects
from selftwin.sources._web_visits import visits
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._sqlite import Database
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_TABLES = (re.compile(rb"CREATE TABLE visits ?\([^()]{0,400}visit_time"), re.compile(rb"CREATE TABLE urls ?\("))
_TAKEOUT = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{[^\[]{0,400}"Browser History"\s*:\s*\[')
_SINCE_1601 = 11_644_473_600_000_000  # microseconds from there to 1970
_UNSEEN = (3, 4, 10)  # kinds of a transition (its lowest byte): frames within a page, made-up addresses of keywords
_UNSEEN_NAMES = ("AUTO_SUBFRAME", "MANUAL_SUBFRAME", "KEYWORD_GENERATED")
_CHAIN_END, _CHAIN_STEP = 0x20000000, 0xD0000000  # its flags: where redirects ended; that there were some
_NEEDED = {"visits": ("id", "url", "visit_time", "transition"), "urls": ("id", "url")}
_TERMS = " LEFT JOIN (SELECT url_id, max(term) AS term FROM keyword_search_terms GROUP BY url_id) k ON k.url_id = v.url"


@dataclass(frozen=True, slots=True)
class Chrome:
    """The history of a profile, in place and read-only, or as Google kept it of all devices."""

    name: str = "chrome"
    title: str = "Chrome, Edge, Brave and kin"
    reads: str = "Visits by the host of the page, and searches."
    version: int = 1
    rank: int = 1
    how_to_export: str = (
        "Close the browser and copy the file History of the profile that chrome://version names, or ask"
        " takeout.google.com for Chrome."
    )

    def recognises(self, member: Member) -> bool:
        """By the tables of the database or its name, or by Takeout's first words."""
        head = member.head()
        if not _sqlite.is_sqlite(member):
            return _TAKEOUT.match(head) is not None
        return member.name == "history" or all(table.search(head) for table in _TABLES)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A profile is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The visits' parts. Raises BrokenExport where the database is damaged or none of these browsers'."""
        del subject
        return _database(member) if _sqlite.is_sqlite(member) else _takeout(member)


def _database(member: Member) -> Iterator[Part]:
    import polars as pl

    with _sqlite.opened(member) as database:
        if not all(database.has(table, *columns) for table, columns in _NEEDED.items()):
            raise BrokenExport(f"{member.path} holds no visits as Chrome and its kin keep them.")
        cells, tables = _asked(database)
        for block in database.blocks(cells, tables, key="v.id"):
            text = block.rows.with_row_index("record")
            numbers = text.with_columns(pl.col("at", "microseconds", "transition").cast(pl.Int64, strict=False))
            rows = numbers.with_columns(
                from_epoch(numbers["at"] - _SINCE_1601, unit="us")["start"], aside=_aside(pl.col("transition"))
            )
            yield visits(rows, "chrome", read=rows.height, first=block.first)


def _asked(database: Database) -> tuple[dict[str, str], str]:
    searches = database.has("keyword_search_terms", "url_id", "term")
    database.check(*_NEEDED, *(["keyword_search_terms"] if searches else []))
    cells = {
        "at": "v.visit_time",
        "url": "u.url",
        "transition": "v.transition",
        "microseconds": "v.visit_duration" if database.has("visits", "visit_duration") else "NULL",
        "term": "k.term" if searches else "NULL",
    }
    return cells, "visits v LEFT JOIN urls u ON u.id = v.url" + (_TERMS if searches else "")


def _aside(transition: pl.Expr) -> pl.Expr:
    """What Chrome's own history leaves out: frames, and all steps of a redirect but its last. Flags may be negative."""
    step = ((transition & _CHAIN_STEP) != 0) & ((transition & _CHAIN_END) == 0)
    return (transition & 0xFF).is_in(_UNSEEN) | step


def _takeout(member: Member) -> Iterator[Part]:
    import polars as pl

    for block in objects(member, ("Browser History[]",), ("time_usec", "url", "page_transition")):
        rows = block.rows.with_columns(
            from_epoch(block.rows["time_usec"], unit="us")["start"],
            aside=pl.col("page_transition").is_in(_UNSEEN_NAMES),
        )
        yield visits(
            rows, "chrome", read=block.count, first=block.first, faults=unreadable(member.path, block), faulty=block.bad
        )


SOURCE = Chrome()
