"""One export being read: its elements one after the other, gathered into parts, and the account of its tags.

Every start tag of the file is counted by a plain search over the bytes and told of once by whoever took it; where the
two differ, an element was lost or read twice, and the import fails loudly.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from selftwin.sources._apple_columns import Ledger, columns, joined, observed
from selftwin.sources._apple_elements import TAG, Find, parsed, piece
from selftwin.sources._apple_records import Records, Unreadable
from selftwin.sources._apple_stamps import stamp
from selftwin.sources.reader.contract import Part
from selftwin.vocabulary.account import AccountDoesNotAddUp, Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._apple_columns import Raw
    from selftwin.sources._apple_elements import Element

ROWS = 1 << 16
LARGEST = 64 << 20  # bytes of one element: a workout of a day with all its events has about one million


@dataclass(slots=True)
class Export:
    """What has been read of one file and not yet given away as a part."""

    path: str
    records: Records = field(default_factory=lambda: Records(Ledger()))
    raws: list[Raw] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    first: int = 0
    read: int = 0
    passed: int = 0
    counted: int = 0
    told: int = 0

    def element(self, raw: bytes, find: Find) -> None:
        """Take the piece that was found; what is no element and not spoilt holds nothing."""
        element = parsed(raw) if find is Find.ELEMENT else None
        if find is Find.ASIDE:
            self.told += len(TAG.findall(raw))
        elif element is not None and element.tag == "ExportDate":
            self.told += len(TAG.findall(raw))
            self.records.exported = stamp(element.attributes.get("value", ""))
        else:
            self.read += 1
            self.odd(raw, element, self.read - 1)

    def odd(self, raw: bytes, element: Element | None, record: int) -> None:
        """Take one record that expat read, None where it could not."""
        self.told += len(TAG.findall(raw))
        if element is None:
            self.kinds["unreadable"] += 1
            self.blame(record, "it is not well-formed XML")
            return
        given = element.attributes
        self.kinds[given.get("type") or given.get("workoutActivityType") or element.tag] += 1
        mark = len(self.records.rows)
        try:
            self.passed += not self.records.take(element, record)
        except Unreadable as reason:
            del self.records.rows[mark:]
            self.blame(record, str(reason))

    def blame(self, record: int, reason: str) -> None:
        """A record that could not be understood."""
        self.faults.append(Fault(f"{self.path}, record {self.first + record + 1}", reason))

    def part(self) -> Part:
        """Everything gathered so far, which is then forgotten."""
        raw = joined([*self.raws, columns(self.records.rows)])
        rows, faults = observed(raw, self.records.ledger, self._place)
        told = self.records.exported
        part = Part(
            rows,
            self.read,
            self.passed,
            (*self.faults, *faults),
            dict(self.kinds),
            None if told is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=told.start),
            tuple(self.records.notes),
            self.first,
        )
        self.raws, self.faults, self.kinds = [], [], Counter()
        self.records.rows.clear()
        self.first, self.read, self.passed = self.first + self.read, 0, 0
        return part

    def _place(self, record: int) -> str:
        return f"{self.path}, record {self.first + record + 1}"

    def close(self, rest: bytes, blocks: Iterator[bytes]) -> None:
        """The root is closed: nothing may follow, and every tag must have been told of."""
        if sum(len(block.strip()) for block in itertools.chain([rest], blocks)):
            self.records.notes["what follows the end of the export was not read"] = None
        if self.counted != self.told:
            raise AccountDoesNotAddUp(f"{self.path} holds {self.counted} tags, but {self.told} were read.")


def by_expat(export: Export, blocks: Iterator[bytes], data: bytes) -> Iterator[Part]:
    """Parts of an export, every element read by expat; `data` begins behind the root's tag."""
    ended = False
    while not ended:
        at = 0
        while (found := piece(data, at, len(data))).find not in {Find.MORE, Find.END}:
            export.element(data[found.start : found.end], found.find)
            at = found.end
            if export.read >= ROWS or len(export.records.rows) >= ROWS:
                yield export.part()
        ended = found.find is Find.END
        export.counted += len(TAG.findall(data, 0, at))
        data = data[found.end if ended else at :]
        if not ended:
            data += more(export, blocks, len(data))
    export.close(data, blocks)
    yield export.part()


def more(export: Export, blocks: Iterator[bytes], held: int) -> bytes:
    """The next bytes. Raises BrokenExport where there are none, or where one element is far too large."""
    block = next(blocks, b"")
    if not block:
        raise BrokenExport(f"{export.path} ends before its last line: it was cut off.")
    if held > LARGEST:
        raise BrokenExport(f"{export.path} has a record of more than {LARGEST >> 20} MB.")
    return block
