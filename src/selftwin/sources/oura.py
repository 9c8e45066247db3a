"""Oura: nights, readiness and activity of the ring, as the tables of an export or JSON of either generation.

Owners download their data at the Membership Hub (cloud.ouraring.com, Export Data): a zip with `App Data/…csv`, whose
columns are the fields of the second generation's interface. Answers of that (`/v2/usercollection/sleep`, …) are read
too, and older files that hold `sleep`, `activity` and `readiness` in one object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._json_stream import objects
from selftwin.sources._oura_rows import FIELDS, rows_of
from selftwin.sources._readings import part, part_of
from selftwin.sources._table_text import blocks, sheets
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._json_stream import Objects
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_JSON = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\{")
_MARKS = (
    (b'"bedtime_start"', b'"total_sleep_duration"', b'"bedtime_end"'),
    (b'"bedtime_start"', b'"summary_date"', b'"bedtime_end"'),
    (b'"contributors"', b'"recovery_index"', b'"score"'),
    (b'"contributors"', b'"deep_sleep"', b'"restfulness"'),
    (b'"equivalent_walking_distance"', b'"steps"', b'"day"'),
    (b'"summary_date"', b'"score_recovery_index"', b'"score"'),
    (b'"summary_date"', b'"cal_total"', b'"steps"'),
    (b'"spo2_percentage"', b'"average"', b'"day"'),
    (b'"vo2_max"', b'"timestamp"', b'"day"'),
    (b'"bpm"', b'"source"', b'"timestamp"'),
)
_TABLES = {  # by the columns that a table has
    "night": {"day", "bedtime_start", "bedtime_end", "total_sleep_duration"},
    "day of activity": {"day", "score", "contributors", "steps", "equivalent_walking_distance"},
    "day": {"day", "score", "contributors"},
    "oxygen of a night": {"day", "spo2_percentage"},
    "VO2 max": {"day", "timestamp", "vo2_max"},
    "beat": {"timestamp", "bpm", "source"},
}
_BEAT = re.compile(rb'[";:\s](?:awake|live|rest|session|sleep|workout)[";\s]')  # what an owner did meanwhile
_NOTHING = "rest that was no sleep, sleep that was taken back, and records of other kinds"


@dataclass(frozen=True, slots=True)
class Oura:
    """Oura's nights and days; a night is the same in both generations."""

    name: str = "oura"
    title: str = "Oura"
    reads: str = "Nights with their stages and heart, readiness, steps and energy."
    version: int = 2
    rank: int = 2
    how_to_export: str = "At cloud.ouraring.com (Membership Hub): Export Data; import the zip as it is."

    def recognises(self, member: Member) -> bool:
        """By fields that only the ring's nights and days have together."""
        head = member.head()
        if _JSON.match(head):
            marks = (mark for mark in _MARKS if all(name in head for name in mark))
            return any(b'"bpm"' not in mark or _BEAT.search(head) for mark in marks)
        return _table(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A ring is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The rows of a table or the records of every array, in blocks. Raises BrokenExport where one never ends."""
        del subject
        if _JSON.match(member.head(64)):
            for block in objects(member, ("*[]",), FIELDS):
                yield _part(member.path, block)
        elif (table := _table(member)) is not None:
            kind, sheet = table
            for some in blocks(member, sheet):
                yield _tabled(member.path, some, sheet, kind)
        else:
            raise BrokenExport(f"{member.path} is no table and no JSON object of Oura's.")


def _table(member: Member) -> tuple[str, Sheet] | None:
    """What table of an export it is: its cells are parted by semicolons."""
    if not member.name.endswith(".csv"):
        return None
    found = next((one for one in sheets(member) if one.delimiter == ";" and not one.before), None)
    kind = found and next((kind for kind, marks in _TABLES.items() if marks <= set(found.header)), "")
    if not found or not kind or (kind == "beat" and not _BEAT.search(member.head())):
        return None
    return kind, found


def _tabled(path: str, block: Block, sheet: Sheet, kind: str) -> Part:
    import polars as pl

    at = {name: str(sheet.header.index(name)) for name in FIELDS if name in sheet.header}
    cells = [pl.col(at[name]).alias(name) if name in at else pl.lit(None, pl.String).alias(name) for name in FIELDS]
    return part(
        rows_of(block.rows.select(cells).with_row_index("record")),
        kind=kind,
        read=block.rows.height,
        first=block.first,
        faults=overlong(path, block),
        faulty=block.ragged,
        nothing=_NOTHING,
    )


def _part(path: str, block: Objects) -> Part:
    return part_of(
        path, block, rows_of(block.rows), kind=block.path.removesuffix("[]") or "record", nothing=_NOTHING
    )


SOURCE = Oura()
