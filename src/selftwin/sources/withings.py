"""Withings: scales, cuffs, watches and the mat under the mattress, as the account's export has them.

Its owner asks for it in the app, Profile, Settings, "Download your data"; a link to a zip of tables comes by mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import part
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources._withings_samples import IGNORED, SAMPLES, parts
from selftwin.sources._withings_tables import Kind, known, rows
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources._withings_samples import Samples
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member
    from selftwin.vocabulary.account import Fault

    Found = tuple[Sheet, Kind | Samples]

_SAMPLED = ("start", "duration", "value")


@dataclass(frozen=True, slots=True)
class Withings:
    """The tables of one account: measurements, nights, activities, days, and samples by the second."""

    name: str = "withings"
    title: str = "Withings"
    reads: str = "Weight and body composition, blood pressure, heart, sleep, steps and activities."
    version: int = 2
    rank: int = 1
    how_to_export: str = "In the Withings app: Profile, Settings, Download your data; the zip comes by mail."

    def recognises(self, member: Member) -> bool:
        """By the header; a table of dates and values by its name too, which alone says what was measured."""
        return _found(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The export is of one user of the account."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's parts, in bounded memory."""
        del subject
        if (found := _found(member)) is None:
            raise BrokenExport(f"{member.path} is none of the tables of a Withings export that are read.")
        sheet, kind = found
        for block in blocks(member, sheet):
            faults = overlong(member.path, block)
            if isinstance(kind, Kind):
                yield _part(block, kind, faults)
            else:
                yield from parts(block, kind, faults)


def _found(member: Member) -> Found | None:
    if not member.name.endswith(".csv"):
        return None
    sheet = next((one for one in sheets(member) if one.delimiter == "," and not one.before), None)
    if sheet is None:
        return None
    if sheet.header == _SAMPLED:
        kind = SAMPLES.get(member.name, IGNORED if member.name.startswith("raw_") else None)
        return None if kind is None else (sheet, kind)
    return None if (table := known(member.name, sheet.header)) is None else (sheet, table)


def _part(block: Block, kind: Kind, faults: Sequence[Fault]) -> Part:
    return part(
        rows(block.rows, kind),
        kind=kind.name,
        read=block.rows.height,
        first=block.first,
        faults=faults,
        faulty=block.ragged,
        nothing=kind.nothing,
    )


SOURCE = Withings()
