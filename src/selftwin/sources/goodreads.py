"""Goodreads: books read, rated and reviewed (My Books, Import and export, Export Library: a CSV)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._table_cells import stamps
from selftwin.sources._table_text import blocks, sheets
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_NEEDED = ("Book Id", "Title", "Author", "My Rating", "Exclusive Shelf", "Date Read", "Date Added")
_WORDS = ("My Review", "Private Notes")
_STARS = (Reading("My Rating", "rating.given", "{stars}", (0.0,)),)
_UNREAD = "not finished, or on a day that is not told, and without an opinion"


@dataclass(frozen=True, slots=True)
class Goodreads:
    """The library; its dates are days."""

    name: str = "goodreads"
    title: str = "Goodreads"
    reads: str = "Books read, and their ratings."
    version: int = 1
    rank: int = 1
    how_to_export: str = "On goodreads.com: My Books, Import and export, Export Library."

    def recognises(self, member: Member) -> bool:
        """By the header."""
        return _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A library is one reader's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's parts."""
        del subject
        if (sheet := _sheet(member)) is None:
            raise BrokenExport(f"{member.path} is no library of Goodreads.")
        return (_part(member, sheet, block) for block in blocks(member, sheet))


def _sheet(member: Member) -> Sheet | None:
    return next((one for one in sheets(member) if not one.before and set(_NEEDED) <= set(one.header)), None)


def _part(member: Member, sheet: Sheet, block: Block) -> Part:
    import polars as pl

    names = {str(place): name for place, name in enumerate(sheet.header) if name not in sheet.header[:place]}
    told = block.rows.select(pl.col(place).alias(name) for place, name in names.items()).with_row_index("record")
    books = told.with_columns(
        source=pl.lit("goodreads"), book=pl.concat_str("Author", "Title", separator=" \N{EN DASH} ", ignore_nulls=True)
    )
    finished = books.filter(pl.col("Date Read").is_not_null() & (pl.col("Exclusive Shelf") == "read"))
    thought = _on(books, pl.coalesce("Date Read", "Date Added"))
    rows = [words(_on(finished, pl.col("Date Read")), "book", "reading.book"), read_off(thought, _STARS)]
    rows += [words(thought.with_columns(native=pl.col("native") + f"/{name}"), name, "note") for name in _WORDS]
    return part(
        pl.concat(rows, how="diagonal_relaxed"),
        kind="book",
        read=told.height,
        first=block.first,
        faults=overlong(member.path, block),
        faulty=block.ragged,
        nothing=_UNREAD,
    )


def _on(books: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """With the day as start, and book and day as native, so that a book read again is read twice."""
    import polars as pl

    days = books.with_columns(_day=day)
    return days.with_columns(stamps(days["_day"]), native=pl.concat_str("Book Id", "_day", separator="/"))


SOURCE = Goodreads()
