"""Netflix: what was watched, from the download of an account (`ViewingActivity.csv`) or of a profile.

The account's comes from netflix.com/account/getmyinfo, with profiles, times and durations; a profile's own
(`NetflixViewingHistory.csv`: Account, a profile, Viewing activity, Download all) holds titles and dates alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._table_cells import Evidence, stamps
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_FULL = ("Profile Name", "Start Time", "Duration", "Title", "Supplemental Video Type")
_BRIEF = ("Title", "Date")
_MINUTES = (Reading("seconds", "watching", "s"),)
_MOST_PEOPLE = 100
_CLOCK = r"^\s*(\d{1,3}):(\d{2}):(\d{2})\s*$"
_UNASKED = "Autoplayed: user action: None"
_GLANCE = 60  # seconds below which what began by itself was not watched
_TRAILERS = "trailers and previews, what began by itself and ran for less than a minute, and other profiles"


@dataclass(frozen=True, slots=True)
class Netflix:
    """Either download; the account's knows its profiles, and each is a person."""

    name: str = "netflix"
    title: str = "Netflix"
    reads: str = "What was watched, when and for how long."
    version: int = 1
    rank: int = 1
    how_to_export: str = "At netflix.com/account/getmyinfo ask for your data; the zip is ready within 30 days."

    def recognises(self, member: Member) -> bool:
        """By the header of the account's download; a profile's is told by its name as well."""
        return _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The profiles; the whole file is read for them."""
        sheet = _sheet(member)
        if sheet is None or "Profile Name" not in sheet.header:
            return ()
        place, people = str(sheet.header.index("Profile Name")), set[str]()
        for block in blocks(member, sheet):
            people.update(block.rows[place].drop_nulls().unique())
            if len(people) > _MOST_PEOPLE:
                raise BrokenExport(f"{member.path} names more than {_MOST_PEOPLE} profiles.")
        return tuple(sorted(people))

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's parts; only what the chosen profile watched."""
        if (sheet := _sheet(member)) is None:
            raise BrokenExport(f"{member.path} is none of Netflix's tables.")
        if "Profile Name" in sheet.header:
            return (_watched(member, sheet, block, subject) for block in blocks(member, sheet))
        return _dated(member, sheet)


def _sheet(member: Member) -> Sheet | None:
    brief = member.name.startswith("netflix") and member.name.endswith(".csv")
    return next(
        (
            one
            for one in sheets(member)
            if not one.before and (set(_FULL) <= set(one.header) or (brief and one.header == _BRIEF))
        ),
        None,
    )


def _watched(member: Member, sheet: Sheet, block: Block, subject: str | None) -> Part:
    import polars as pl

    names = {str(place): name for place, name in enumerate(sheet.header) if name not in sheet.header[:place]}
    told = block.rows.select(pl.col(place).alias(name) for place, name in names.items()).with_row_index("record")
    clock = pl.col("Duration").str.extract_groups(_CLOCK)
    seconds = clock.struct[0].cast(pl.Float64) * 3600 + clock.struct[1].cast(pl.Float64) * 60
    attributes = pl.col("Attributes") if "Attributes" in told.columns else pl.lit(None, pl.String)
    rows = told.with_columns(
        from_iso(told["Start Time"]).select("start"), seconds=seconds + clock.struct[2].cast(pl.Float64)
    ).with_columns(
        source=pl.lit("netflix"),
        native=pl.concat_str("Start Time", "Title", separator="/"),
        stop=pl.col("start") + pl.duration(seconds=pl.col("seconds")),
        offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8),
        seconds=pl.col("seconds").cast(pl.String).fill_null("?"),
        glance=(attributes.str.contains(_UNASKED, literal=True) & (pl.col("seconds") < _GLANCE)).fill_null(value=False),
    )
    mine = rows.filter(pl.col("Supplemental Video Type").is_null() & ~pl.col("glance"))
    if subject is not None:
        mine = mine.filter(pl.col("Profile Name") == subject)
    return part(
        pl.concat([read_off(mine, _MINUTES), words(mine, "Title", "watching.title")], how="diagonal_relaxed"),
        kind="viewing",
        read=told.height,
        first=block.first,
        faults=overlong(member.path, block),
        faulty=block.ragged,
        nothing=_TRAILERS,
    )


def _dated(member: Member, sheet: Sheet) -> Iterator[Part]:
    import polars as pl

    order, note = _order(member, sheet)
    for block in blocks(member, sheet):
        rows = block.rows.select(title="0", date="1").with_row_index("record")
        rows = rows.with_columns(stamps(rows["date"], order), source=pl.lit("netflix"))
        yield part(
            words(rows, "title", "watching.title"),
            kind="title",
            read=rows.height,
            first=block.first,
            faults=overlong(member.path, block),
            faulty=block.ragged,
            notes=(note,),
            nothing="without a name",
        )


def _order(member: Member, sheet: Sheet) -> tuple[Order, str]:
    """Which of two numbers is the day, as the whole file proves: its dates run from the newest to the oldest."""
    evidence = Evidence()
    for block in blocks(member, sheet):
        evidence.take(block.rows["1"])
    order = evidence.order() or evidence.smoother()
    if order is None and evidence.seen:
        raise BrokenExport(
            f"{member.path} does not tell whether the day or the month comes first in its dates.",
            hint="Download it again when it holds a date after the twelfth of a month, or ask for ViewingActivity.csv.",
        )
    return order or "day-first", f"dates are read {order}" if order else "dates begin with the year"


SOURCE = Netflix()
