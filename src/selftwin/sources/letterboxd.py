"""Letterboxd: films watched, rated and reviewed, from the account's export (Settings, Data, Export your data; a zip).

Of its tables, `diary.csv` says when a film was watched, `ratings.csv` and `reviews.csv` what was thought of it, and
`watched.csv` when it was marked as watched, which may be years later.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import KEPT, Reading, part, read_off, words
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_FILM = ("Date", "Name", "Year", "Letterboxd URI")
_KINDS = {  # by the columns after those of a film
    ("Rating", "Rewatch", "Tags", "Watched Date"): "diary",
    ("Rating", "Rewatch", "Review", "Tags", "Watched Date"): "review",
    ("Rating",): "rating",
    (): "mark",
}
_STARS = (Reading("Rating", "rating.given", "{stars}"),)
_DELETED = "deleted"  # a folder of what its owner has taken back


@dataclass(frozen=True, slots=True)
class Letterboxd:
    """Four of its tables; dates are days."""

    name: str = "letterboxd"
    title: str = "Letterboxd"
    reads: str = "Films watched, and their ratings."
    version: int = 2
    rank: int = 1
    how_to_export: str = "On letterboxd.com: Settings, Data, Export your data; a zip."

    def recognises(self, member: Member) -> bool:
        """By the header of the table; `watched.csv` by its name too, since likes and wishes look alike."""
        return _found(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """An account is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's parts."""
        del subject
        if (found := _found(member)) is None:
            raise BrokenExport(f"{member.path} is none of Letterboxd's tables of films.")
        return (_part(member, *found, block) for block in blocks(member, found[0]))


def _found(member: Member) -> tuple[Sheet, str] | None:
    for sheet in sheets(member):
        if sheet.before or sheet.header[: len(_FILM)] != _FILM:
            continue
        kind = _KINDS.get(sheet.header[len(_FILM) :])
        if kind is not None and (kind != "mark" or member.name == "watched.csv"):
            return sheet, kind
    return None


def _part(member: Member, sheet: Sheet, kind: str, block: Block) -> Part:
    import polars as pl

    rows = block.rows.rename({str(place): name for place, name in enumerate(sheet.header)}).with_row_index("record")
    year = pl.when(pl.col("Year").is_not_null()).then(" (" + pl.col("Year") + ")").otherwise(pl.lit(""))
    films = rows.with_columns(source=pl.lit("letterboxd"), film=pl.col("Name") + year)
    deleted = PurePosixPath(member.path.replace("\\", "/")).parent.name.lower() == _DELETED
    return part(
        pl.concat(list(_READ[kind](films.clear() if deleted else films)), how="diagonal_relaxed"),
        kind=kind,
        read=rows.height,
        first=block.first,
        faults=overlong(member.path, block),
        faulty=block.ragged,
        nothing="deleted on Letterboxd" if deleted else "without a film or an opinion",
    )


def _on(films: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """With the day as start, and day and film as native."""
    import polars as pl

    days = films.with_columns(_day=day)
    return days.with_columns(from_iso(days["_day"]), native=pl.concat_str("_day", "film", separator="/"))


def _diary(films: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A film is watched on one day and rated on the day it was logged, as `ratings.csv` has it too."""
    import polars as pl

    yield words(_on(films, pl.coalesce("Watched Date", "Date")), "film", "watching.title")
    yield from _ratings(films)


def _ratings(films: pl.DataFrame) -> Iterator[pl.DataFrame]:
    import polars as pl

    yield read_off(_on(films, pl.col("Date")), _STARS)


def _reviews(films: pl.DataFrame) -> Iterator[pl.DataFrame]:
    import polars as pl

    yield words(_on(films, pl.col("Date")), "Review", "note")


def _marks(films: pl.DataFrame) -> Iterator[pl.DataFrame]:
    import polars as pl

    marked = _on(films.filter(pl.col("film").is_not_null()), pl.col("Date"))
    yield marked.select(
        *(name for name in KEPT if name in marked.columns),
        signal=pl.lit("other.film_marked_watched"),
        text="film",
        value=pl.lit(1.0),
        unit=pl.lit("1"),
    )


_READ = {"diary": _diary, "rating": _ratings, "review": _reviews, "mark": _marks}
SOURCE = Letterboxd()
