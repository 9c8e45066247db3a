"""Safari: the file `History.db` in `~/Library/Safari` of a Mac, which holds the visits of synced phones as well.

macOS gives it out to programs with full disk access alone, so its owner copies it in the Finder, with Safari closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _sqlite
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


@dataclass(frozen=True, slots=True)
class Safari:
    """The visits of a Mac's user, in place and read-only."""

    name: str = "safari"
    title: str = "Safari"
    reads: str = "Visits by the host of the page."
    version: int = 1
    rank: int = 1
    how_to_export: str = "Close Safari and copy History.db from ~/Library/Safari in the Finder."

    def recognises(self, member: Member) -> bool:
        """By the tables of the database, or its name."""
        marked = member.name == "history.db" or b"CREATE TABLE history_visits" in member.head()
        return marked and _sqlite.is_sqlite(member)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A Mac's account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The visits' parts. Raises BrokenExport where the database is damaged or none of Safari's."""
        import polars as pl

        del subject
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


SOURCE = Safari()
