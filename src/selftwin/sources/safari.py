"""Safari: `History.db` of a Mac, which holds the visits of synced phones as well, or what Safari itself exports.

macOS gives the database in `~/Library/Safari` out to programs with full disk access alone, so its owner copies it in
the Finder, with Safari closed. The export (File, Export Browsing Data; on phones in the settings) is a zip with
`History.json`, named in the language of the device, one for each profile.
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

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_NEEDED = {"history_visits": ("id", "history_item", "visit_time"), "history_items": ("id", "url")}
_TABLES = "history_visits v LEFT JOIN history_items i ON i.id = v.history_item"
_UNTIL_2001 = 978_307_200  # seconds from 1970
_EXPORT = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"metadata"\s*:\s*\{[^{}]{0,1000}"data_type"\s*:\s*"history"')


@dataclass(frozen=True, slots=True)
class Safari:
    """The visits of a Mac's user, in place and read-only, or as Safari exports them."""

    name: str = "safari"
    title: str = "Safari"
    reads: str = "Visits by the host of the page."
    version: int = 2
    rank: int = 1
    how_to_export: str = (
        "Close Safari and copy History.db from ~/Library/Safari in the Finder, or let Safari export its browsing data."
    )

    def recognises(self, member: Member) -> bool:
        """By the tables of the database or its name, or by what the export says of itself."""
        head = member.head()
        if not _sqlite.is_sqlite(member):
            return _EXPORT.match(head) is not None
        return member.name == "history.db" or b"CREATE TABLE history_visits" in head

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A Mac's account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The visits' parts. Raises BrokenExport where the database is damaged or none of Safari's."""
        del subject
        return _database(member) if _sqlite.is_sqlite(member) else _exported(member)


def _database(member: Member) -> Iterator[Part]:
    import polars as pl

    with _sqlite.opened(member) as database:
        if not all(database.has(table, *columns) for table, columns in _NEEDED.items()):
            raise BrokenExport(f"{member.path} holds no visits as Safari keeps them.")
        database.check(*_NEEDED)
        onward = "v.redirect_destination" if database.has("history_visits", "redirect_destination") else "NULL"
        cells = {"at": "v.visit_time", "url": "i.url", "onward": onward}
        for block in database.blocks(cells, _TABLES, key="v.id"):
            rows = block.rows.with_row_index("record")
            seconds = rows["at"].cast(pl.Float64, strict=False) + _UNTIL_2001
            told = rows.with_columns(from_epoch(seconds, unit="s")["start"], aside=pl.col("onward").is_not_null())
            yield visits(told, "safari", read=rows.height, first=block.first)


def _exported(member: Member) -> Iterator[Part]:
    import polars as pl

    for block in objects(member, ("history[]",), ("time_usec", "url", "destination_url")):
        rows = block.rows.with_columns(
            from_epoch(block.rows["time_usec"], unit="us")["start"], aside=pl.col("destination_url").is_not_null()
        )
        yield visits(
            rows, "safari", read=block.count, first=block.first, faults=unreadable(member.path, block), faulty=block.bad
        )


SOURCE = Safari()
