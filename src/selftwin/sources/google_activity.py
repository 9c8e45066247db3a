"""Google Search: the words that were searched, from "My Activity" of Google Takeout, as JSON or as a web page.

At takeout.google.com: My Activity, and under it the products, such as Search, Image Search, Video Search or Shopping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._google_activity import activities, asked, product
from selftwin.sources._readings import part, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._google_activity import Activities
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_SEARCH = r"^https?://(?:www\.|images\.|news\.)?google\.[a-z.]{2,6}/(?:search|images|imghp)?\?"
_PASSED = "visits of results, and what was done in other products"


@dataclass(frozen=True, slots=True)
class GoogleActivity:
    """The activity of an account in all products but YouTube."""

    name: str = "google_activity"
    title: str = "Google Search"
    reads: str = "Searches."
    version: int = 1
    rank: int = 2
    how_to_export: str = "At takeout.google.com: My Activity, Search, as JSON."

    def recognises(self, member: Member) -> bool:
        """By the form of the first record, and that it is none of YouTube's."""
        found = product(member)
        return bool(found) and not found.startswith("YouTube")

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records in blocks."""
        del subject
        return (_part(block) for block in activities(member))


def _part(block: Activities) -> Part:
    import polars as pl

    term = asked(block.rows["url"], "q")
    rows = block.rows.with_columns(
        source=pl.lit("google_activity"),
        term=pl.when(pl.col("url").str.contains(_SEARCH)).then(term),
        native=pl.concat_str(pl.col("start").dt.epoch("s"), term, separator="/"),
    )
    return part(
        words(rows, "term", "web.search"),
        kind="activity",
        read=block.count,
        first=block.first,
        faults=block.faults,
        faulty=block.faulty,
        nothing=_PASSED,
    )


SOURCE = GoogleActivity()
