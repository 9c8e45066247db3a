"""Oura: nights, readiness and activity of the ring, as JSON of either generation of its interface.

Owners download their data at the Membership Hub (cloud.ouraring.com, Export Data), or save the answers of
`/v2/usercollection/sleep`, `daily_sleep`, `daily_readiness` and `daily_activity`; older files hold `sleep`, `activity`
and `readiness` in one object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._json_stream import objects
from selftwin.sources._oura_rows import FIELDS, rows_of
from selftwin.sources._readings import part_of
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._json_stream import Objects
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
)
_NOTHING = "rest that was no sleep, sleep that was taken back, and records of other kinds"


@dataclass(frozen=True, slots=True)
class Oura:
    """Oura's nights and days; a night is the same in both generations."""

    name: str = "oura"
    title: str = "Oura"
    reads: str = "Nights with their stages and heart, readiness, steps and energy."
    version: int = 1
    rank: int = 2
    how_to_export: str = "At cloud.ouraring.com (Membership Hub): Export Data, as JSON."

    def recognises(self, member: Member) -> bool:
        """By fields that only the ring's nights and days have together."""
        head = member.head()
        return bool(_JSON.match(head)) and any(all(name in head for name in mark) for mark in _MARKS)

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A ring is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records of every array, in blocks. Raises BrokenExport where one never ends."""
        del subject
        if not _JSON.match(member.head(64)):
            raise BrokenExport(f"{member.path} is no JSON object of Oura's.")
        for block in objects(member, ("*[]",), FIELDS):
            yield _part(member.path, block)


def _part(path: str, block: Objects) -> Part:
    return part_of(
        path, block, rows_of(block.rows), kind=block.path.removesuffix("[]") or "record", nothing=_NOTHING
    )


SOURCE = Oura()
