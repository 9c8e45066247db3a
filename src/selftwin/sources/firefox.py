"""Firefox and its kin (LibreWolf, Waterfox, Floorp, Tor Browser, Firefox for Android): `places.sqlite` of a profile.

The profile's folder is told at `about:profiles`; the file is copied out of it while the browser is closed.
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

_NEEDED = {
    "moz_historyvisits": ("id", "from_visit", "place_id", "visit_date", "visit_type"),
    "moz_places": ("id", "url"),
}
_EMBEDDED, _REDIRECTS, _DOWNLOAD, _FRAMED = (4,), (5, 6), (7,), (8,)  # kinds of visits
_FROM_1979 = 300_000_000 * 1_000_000  # smaller stamps are milliseconds: Firefox for Android keeps those
_TABLES = (
    "moz_historyvisits v LEFT JOIN moz_places p ON p.id = v.place_id LEFT JOIN (SELECT DISTINCT from_visit FROM"
    " moz_historyvisits WHERE visit_type IN (5, 6)) onward ON onward.from_visit = v.id"
)
_CELLS = {"at": "v.visit_date", "url": "p.url", "kind": "v.visit_type", "onward": "onward.from_visit"}


@dataclass(frozen=True, slots=True)
class Firefox:
    """The visits of a profile, in place and read-only."""

    name: str = "firefox"
    title: str = "Firefox"
    reads: str = "Visits by the host of the page."
    version: int = 1
    rank: int = 1
    how_to_export: str = "Close Firefox and copy places.sqlite of the profile that about:profiles names."

    def recognises(self, member: Member) -> bool:
        """By the tables of the database, or its name."""
        marked = member.name == "places.sqlite" or b"CREATE TABLE moz_historyvisits" in member.head()
        return marked and _sqlite.is_sqlite(member)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A profile is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The visits' parts. Raises BrokenExport where the database is damaged or none of Firefox's."""
        import polars as pl

        del subject
        with _sqlite.opened(member) as database:
            if not all(database.has(table, *columns) for table, columns in _NEEDED.items()):
                raise BrokenExport(f"{member.path} holds no visits as Firefox keeps them.")
            database.check(*_NEEDED)
            for block in database.blocks(_CELLS, _TABLES, key="v.id"):
                text = block.rows.with_row_index("record")
                numbers = text.with_columns(pl.col("at", "kind").cast(pl.Int64, strict=False))
                at = pl.when(pl.col("at") > _FROM_1979).then(pl.col("at")).otherwise(pl.col("at") * 1000)
                rows = numbers.with_columns(
                    from_epoch(numbers.select(at).to_series(), unit="us")["start"],
                    aside=pl.col("kind").is_in([*_EMBEDDED, *_DOWNLOAD, *_FRAMED]) | pl.col("onward").is_not_null(),
                )
                yield visits(rows, "firefox", read=rows.height, first=block.first)


SOURCE = Firefox()
