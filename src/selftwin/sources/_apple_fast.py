"""The fast way through a large Apple export: bytes unpacked ahead by a thread, read by the compiled tokenizer.

What the tokenizer does not take for plain goes to expat by the same hands as in a small file, and every start tag is
counted a second time by a search that knows nothing of records.
"""

from __future__ import annotations

import os
import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from selftwin.sources import _apple_kernel as kernel
from selftwin.sources._apple_bytes import LONGEST, PADDING, QUOTE
from selftwin.sources._apple_columns import KINDS, Raw
from selftwin.sources._apple_elements import Find, parsed, piece
from selftwin.sources._apple_export import ROWS, more
from selftwin.sources._apple_kernel import LONGS, NEWS, ODDS, PART, RECORD, ROW, TOLD, WHY
from selftwin.sources._apple_meaning import Origin, What
from selftwin.sources._apple_records import BEAT, unpointed
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from selftwin.sources._apple_export import Export
    from selftwin.sources.reader.contract import Part

_BUFFER = 8 << 20
_AHEAD = 4  # blocks


def ahead(blocks: Iterator[bytes]) -> Generator[bytes]:
    """The same blocks, made by a thread of its own; what it raises is raised here."""
    made: queue.Queue[bytes | BaseException | None] = queue.Queue(_AHEAD)
    over = threading.Event()

    def work() -> None:
        last: BaseException | None = None
        try:
            for block in blocks:
                made.put(block)
                if over.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            last = error
        made.put(last)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while (one := made.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        over.set()
        while thread.is_alive():
            _drained(made)
            thread.join(0.01)


def _drained(made: queue.Queue[bytes | BaseException | None]) -> None:
    while not made.empty():
        made.get_nowait()


@dataclass(slots=True)
class Tables:
    """What the tokenizer fills: see the layout of its memory."""

    memory: NDArray[np.int64] = field(default_factory=lambda: np.zeros(kernel.MEMORY, np.int64))
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(kernel.HEIGHT))
    digits: NDArray[np.uint8] = field(default_factory=lambda: np.empty(kernel.MOST_LONG * LONGEST, np.uint8))

    def __post_init__(self) -> None:
        self.memory[kernel.AT_WORDS : kernel.AT_ROWS : 3] = -1
        self.memory[kernel.KEY : kernel.KEY + 2] = np.frombuffer(os.urandom(16), np.int64)

    def scan(self, window: Window) -> None:
        """Let the tokenizer read on."""
        window.at = kernel.scan(window.view, window.at, window.end, self.memory, self.values, self.digits)

    def used(self, what: int) -> int:
        """One of the numbers the memory begins with."""
        return int(self.memory[what])

    def news(self) -> list[list[int]]:
        """The words first met: sort, code and three slices."""
        return self._listed(kernel.AT_NEWS, kernel.NEW, NEWS)

    def odds(self) -> list[list[int]]:
        """The elements that expat shall read: a slice and the number of the record."""
        return self._listed(kernel.AT_ODDS, kernel.ODD_ONE, ODDS)

    def _listed(self, at: int, width: int, what: int) -> list[list[int]]:
        count, self.memory[what] = self.used(what), 0
        found: list[list[int]] = self.memory[at : at + width * count].reshape(-1, width).tolist()
        return found

    def rows(self) -> NDArray[np.int64]:
        """Record, three codes, start, stop and offset of every row. Shape [7, rows]."""
        return self.memory[kernel.AT_ROWS :].reshape(7, kernel.HEIGHT)[:, : self.used(ROW)]

    def numbers(self) -> NDArray[np.float64]:
        """The number of every row."""
        value, longs = self.values[: self.used(ROW)], self.used(LONGS)
        if longs:
            ends = self.memory[kernel.AT_DIGITS : kernel.AT_DIGITS + longs + 1].astype(np.int32)
            buffers = [None, pa.py_buffer(ends), pa.py_buffer(self.digits)]
            exact = pa.Array.from_buffers(pa.string(), longs, buffers).cast(pa.float64())
            value[self.memory[kernel.AT_LONGS : kernel.AT_LONGS + longs]] = exact.to_numpy()
        return value

    def clear(self) -> None:
        """Forget the rows; the words stay."""
        self.memory[[ROW, LONGS]] = 0


@dataclass(slots=True)
class Window:
    """The stretch of the file that is looked at: bytes from `at` to `end`, then quotation marks."""

    held: bytearray = field(default_factory=lambda: bytearray(_BUFFER + PADDING))
    at: int = 0
    end: int = 0

    def fill(self, block: bytes) -> None:
        """Add bytes behind those not yet read, which move to the front."""
        kept = self.held[self.at : self.end]
        need = len(kept) + len(block) + PADDING
        if need > len(self.held):
            self.held = bytearray(2 * need)
        self.held[: len(kept)] = kept
        self.held[len(kept) : len(kept) + len(block)] = block
        self.at, self.end = 0, len(kept) + len(block)
        self.held[self.end : self.end + PADDING] = bytes([QUOTE]) * PADDING

    @property
    def view(self) -> NDArray[np.uint8]:
        """The bytes as the tokenizer sees them."""
        return np.frombuffer(self.held, np.uint8)


@dataclass(slots=True)
class Fast:
    """An export read by the tokenizer."""

    export: Export
    tables: Tables = field(default_factory=Tables)
    words: tuple[list[int], list[int], list[int]] = field(default_factory=lambda: ([], [], []))  # codes in the ledger

    def run(self, window: Window) -> bool:
        """Read on as far as it goes without more bytes or a part given away; whether the root is closed."""
        export, tables = self.export, self.tables
        while not self.full:
            begun, told = window.at, tables.used(TOLD)
            tables.memory[RECORD] = export.read
            tables.scan(window)
            export.read, export.told = tables.used(RECORD), export.told + tables.used(TOLD) - told
            self._settle(window)
            find = self._helped(window) if tables.used(WHY) == kernel.HELP else None
            export.counted += int(kernel.count_tags(window.view, begun, window.at))
            if find is Find.MORE or find is Find.END:
                return find is Find.END
        return False

    def _helped(self, window: Window) -> Find:
        """Take the one piece that the tokenizer could not."""
        found = piece(window.held, window.at, window.end)
        if found.find not in {Find.MORE, Find.END}:
            self.export.element(bytes(window.held[found.start : found.end]), found.find)
        window.at = found.end
        return found.find

    @property
    def full(self) -> bool:
        """Whether a part should be given away."""
        rows = max(self.export.read, self.tables.used(ROW))
        return rows >= PART or len(self.export.records.rows) >= ROWS

    def _settle(self, window: Window) -> None:
        """Learn the new words and ask expat, as long as the bytes are there."""
        for sort, _, *slices in self.tables.news():
            self.words[sort].append(self._word(window.held, sort, slices))
        for start, end, record in self.tables.odds():
            raw = bytes(window.held[start:end])
            self.export.odd(raw, parsed(raw), record)

    def _word(self, held: bytearray, sort: int, slices: list[int]) -> int:
        ledger = self.export.records.ledger
        pairs = zip(slices[::2], slices[1::2], strict=True)
        texts = [_text(bytes(held[start:end])) if start >= 0 else "" for start, end in pairs]
        if None in texts:
            return -1
        one, two, three = (text or "" for text in texts)
        if sort == kernel.ZONE:
            return ledger.zones[one]
        if sort == kernel.WHAT:
            return ledger.whats[What(one, two, three)]
        whole = slices[2] < 0 or held[slices[2] - 1] == QUOTE
        return ledger.origins[Origin(one, unpointed(two) if whole else two)]

    def part(self) -> Part:
        """Everything read so far, which is then forgotten."""
        record, *codes, start, stop, offset = self.tables.rows()
        beat = self.export.records.ledger.whats[BEAT]
        what, origin, zone = (np.array([*words, beat, -1])[code] for words, code in zip(self.words, codes, strict=True))
        basis = np.full(len(record), Basis.INSTANT)
        given = (record, what, origin, zone, self.tables.numbers(), start, stop, offset, basis)
        raw = Raw._make(column.astype(kind, copy=False) for column, kind in zip(given, KINDS, strict=True))
        self.export.raws.append(self._sound(raw))
        part = self.export.part()
        self.tables.clear()
        return part

    def _sound(self, raw: Raw) -> Raw:
        """The rows whose words expat understood, counted by kind; the others are faults."""
        bad = (raw.what < 0) | (raw.origin < 0)
        if bad.any():
            for record in raw.record[bad].tolist():
                self.export.odd(b"", None, record)
            raw = Raw._make(column[~bad] for column in raw)
        counts = np.bincount(raw.what, minlength=1)
        for what, count in zip(self.export.records.ledger.whats, counts.tolist(), strict=False):
            if count and what != BEAT:
                self.export.kinds[what.kind] += count
        return raw


def _text(raw: bytes) -> str | None:
    """A value as expat understands it, or None where it cannot be."""
    if raw.isalnum():
        return raw.decode()
    element = parsed(b'<a v="' + raw + b'"/>')
    return None if element is None else element.attributes["v"]


def by_tokenizer(export: Export, blocks: Iterator[bytes], data: bytes) -> Iterator[Part]:
    """Parts of an export, plain records read by the tokenizer; `data` begins behind the root's tag."""
    fast, window = Fast(export), Window()
    window.fill(data)
    while not fast.run(window):
        if fast.full:
            yield fast.part()
        else:
            window.fill(more(export, blocks, window.end - window.at))
    export.close(bytes(window.held[window.at : window.end]), blocks)
    yield fast.part()
