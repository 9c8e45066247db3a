"""Goodreads: the library of books, those that were bought, read in the weeks after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept
from selftwin.sample.export.shopping import books

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_HEAD = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,"
    "Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,"
    "Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies"
)


def goodreads(life: Life, folder: Path) -> Path:
    """`goodreads_library_export.csv` in `folder`, newest first; what is still being read has no day."""
    rng = draws(life.seed, "goodreads")
    lines = []
    for which, (bought, title, author) in enumerate(books(life)):
        done, rating = bought + int(rng.integers(6, 26)), int(rng.integers(2, 6))
        read = done < life.plan.days
        when = f"{life.plan.day(done):%Y/%m/%d}" if read else ""
        shelf = "read" if read else "currently-reading"
        first, last = author.split(" ")
        lines.append(
            f'{9_000_001 + which},"{title}",{author},"{last}, {first}",,"=""""","=""""",{rating if read else 0},3.9,'
            f"Sample,Paperback,{180 + 17 * which},2019,2018,{when},{life.plan.day(bought):%Y/%m/%d},,,{shelf},,,,"
            f"{int(read)},1"
        )
    return kept(folder / "goodreads_library_export.csv", "\n".join([_HEAD, *lines[::-1]]) + "\n")
