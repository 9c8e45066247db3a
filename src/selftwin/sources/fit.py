"""FIT files: activities, monitoring and health files of Garmin, Wahoo, Polar, Suunto, Coros, Zwift and many others.

Their owner finds them on the device (`GARMIN/ACTIVITY`, `GARMIN/MONITOR`), in Garmin Connect under "Export Original",
or in the exports of Strava and most training platforms.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._fit_meaning import READ
from selftwin.sources._fit_messages import blocks, name_of
from selftwin.sources._fit_rows import rows, survey
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._fit_messages import Block
    from selftwin.sources._fit_rows import Survey
    from selftwin.sources.reader.members import Member


@dataclass(frozen=True, slots=True)
class Fit:
    """One stream of FIT files. Stamps are instants, placed where the file says what the clock on the wall showed."""

    name: str = "fit"
    title: str = "FIT files"
    reads: str = "Workouts with their samples, days, weight and blood pressure of watches and scales."
    version: int = 1
    rank: int = 0
    how_to_export: str = "In Garmin Connect, open an activity, then Export Original; or copy the files off the device."

    def recognises(self, member: Member) -> bool:
        """By the mark in the header."""
        head = member.head(14)
        return len(head) >= 12 and head[0] in {12, 14} and head[8:12] == b".FIT"

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A device's files are of its owner."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The messages in blocks. Damage is a fault; what stood before it is kept."""
        del subject
        if not self.recognises(member):
            raise BrokenExport(f"{member.path} has no FIT header.")
        seen, first = survey(member), 0
        with member.open() as stream:
            for block in blocks(stream):
                part = _part(member.path, block, seen, first)
                first += part.read
                yield part


def _part(path: str, block: Block, seen: Survey, first: int) -> Part:
    made = rows(block.tables, seen, block.file)
    read = block.count + bool(block.broken)
    kinds = Counter({"damage": 1} if block.broken else {})
    for table in block.tables:
        kinds[name_of(table.number)] += len(table.order)
    silent = sorted({name_of(table.number) for table in block.tables if table.number not in READ})
    return Part(
        observations(made),
        read,
        passed=block.count - made["record"].n_unique(),
        faults=(Fault(f"{path}, record {first + read}", block.broken),) if block.broken else (),
        kinds=kinds,
        notes=(f"messages about the device, its settings and the like: {', '.join(silent)}",) if silent else (),
        first_record=first,
    )


SOURCE = Fit()
