"""The bytes of FIT files cut into messages: one walk over the record headers, then each field as a column of numbers.

A FIT file is a header, messages that are laid out by definitions before them, and a checksum; files may follow one
another in one stream. Names, scales and units of fields come from the profile of the library fitdecode.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from math import isnan
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

MOST_MESSAGES = 32_768
EPOCH = 631_065_600  # FIT counts from the last day of 1989, UTC
SOONEST = 0x1000_0000  # what is less counts from when the device was switched on
_PIECE = 1 << 20
_MOMENT, _MOMENT_16 = 253, 26
_MONITORING, _FIELD_DESCRIPTION, _STRESS = 55, 206, 227
_TYPES = {
    0: ("u1", 0xFF), 1: ("i1", 0x7F), 2: ("u1", 0xFF), 3: ("i2", 0x7FFF), 4: ("u2", 0xFFFF), 5: ("i4", 0x7FFFFFFF),
    6: ("u4", 0xFFFFFFFF), 7: ("S", None), 8: ("f4", None), 9: ("f8", None), 10: ("u1", 0), 11: ("u2", 0),
    12: ("u4", 0), 13: ("u1", None), 14: ("i8", 0x7FFFFFFFFFFFFFFF), 15: ("u8", 0xFFFFFFFFFFFFFFFF), 16: ("u8", 0),
}  # fmt: skip


_Place = tuple[struct.Struct, int]


class Field(NamedTuple):
    """Where a field lies in its message, how it is written, and what it means."""

    name: str
    at: int
    width: int
    dtype: str
    invalid: float | None
    scale: float
    offset: float
    unit: str
    kind: str  # the profile's type: `uint16`, `sport`, `date_time`
    told: bool  # by the file itself (a developer's field)


@dataclass(slots=True)
class Definition:
    """How the messages of one local number are laid out, and where those not yet read begin."""

    number: int
    fields: tuple[Field, ...]
    size: int
    moment: _Place | None
    moment_16: _Place | None
    starts: list[int] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    moments: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """Messages of one kind: each field's numbers [messages] or [messages, values] (NaN where invalid), or its words.

    `order` numbers the messages within the block, `moments` are FIT seconds: their own, else the last before them.
    """

    number: int
    fields: Mapping[str, Field]
    columns: Mapping[str, Any]
    order: NDArray[np.uint32]
    moments: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Some messages of one file of the stream (`file` is its number); `broken` says why there are no more of it."""

    file: int
    count: int
    tables: tuple[Table, ...]
    broken: str = ""


@lru_cache(maxsize=1)
def profile() -> Any:
    """The profile of messages and types, as the library holds it."""
    from fitdecode import profile

    return profile


def name_of(number: int) -> str:
    """The name of a kind of message."""
    known = profile().MESSAGE_TYPES.get(number)
    return "unknown" if known is None else str(known.name)


def blocks(stream: IO[bytes], wanted: Collection[int] | None = None) -> Iterator[Block]:
    """The messages of each file of the stream, in order; only those of the `wanted` kinds are laid out as tables."""
    number = 0
    while (head := stream.read(12)):
        if len(head) < 12 or head[8:12] != b".FIT" or head[0] < 12:
            yield Block(number, 0, (), "bytes that are no FIT file" if number else "no FIT header")
            return
        rest = stream.read(head[0] - 12)
        walk = _Walk(wanted, head + rest)
        yield from walk.blocks(stream, number, int.from_bytes(head[4:8], "little"))
        if walk.ended:
            return
        number += 1


class _Walk:
    """One file: its definitions so far, its last moment, its checksum."""

    def __init__(self, wanted: Collection[int] | None, head: bytes) -> None:
        self.wanted = wanted
        self.known: dict[int, Definition] = {}
        self.all: list[Definition] = []
        self.told: dict[tuple[int, int], Field] = {}
        self.last = self.count = 0
        self.sum = checksum(head)
        self.ended = False
        self.broken = ""

    def blocks(self, stream: IO[bytes], number: int, left: int) -> Iterator[Block]:
        data = b""
        while left and not self.broken:
            if not (piece := stream.read(min(_PIECE, left))):
                self.broken, self.ended = "the file ends inside it", True
                break
            left -= len(piece)
            self.sum = checksum(piece, self.sum)
            data += piece
            at = 0
            while at < len(data) and not self.broken:
                stopped = self._walked(data, at)
                if stopped == at:
                    break
                at = stopped
                yield Block(number, self.count, self._tables(data))
            data = data[at:]
        left = left + 2 if self.broken and not self.ended else 0
        if not self.broken:
            self.broken = self._checked(stream.read(2), inside=bool(data))
        while left and (piece := stream.read(min(_PIECE, left))):  # of a file that could not be understood
            left -= len(piece)
        if self.broken:
            yield Block(number, 0, (), self.broken)

    def _checked(self, written: bytes, *, inside: bool) -> str:
        if inside:
            return "the file ends inside it"
        if len(written) < 2:
            self.ended = True
            return "the file ends before its checksum"
        return "" if int.from_bytes(written, "little") == self.sum else "the checksum is off: something is damaged"

    def _walked(self, data: bytes, at: int) -> int:
        """Past the messages that are whole, at most a block of them; where the next begins."""
        end, known, last, count = len(data), self.known, self.last, 0
        while at < end and count < MOST_MESSAGES:
            head = data[at]
            if head & 0xC0 == 0x40:
                if not (stop := self._define(data, at)):
                    break
                at = stop
                continue
            definition = known.get((head >> 5) & 3 if head & 0x80 else head & 15)
            if definition is None:
                self.broken = "a message that was never defined"
                break
            stop = at + 1 + definition.size
            if stop > end:
                break
            moment = last
            if definition.moment is not None:
                moment = definition.moment[0].unpack_from(data, at + 1 + definition.moment[1])[0]
                moment = 0 if moment == 0xFFFFFFFF else moment
                last = moment or last
            elif head & 0x80:
                last = moment = last + (((head & 31) - last) & 31)
            elif definition.moment_16 is not None and last:
                short = definition.moment_16[0].unpack_from(data, at + 1 + definition.moment_16[1])[0]
                moment = last + ((short - last) & 0xFFFF) if short != 0xFFFF else last
            definition.starts.append(at + 1)
            definition.orders.append(count)
            definition.moments.append(moment)
            count += 1
            at = stop
            if definition.number == _FIELD_DESCRIPTION:
                self._describe(data, definition)
        self.last, self.count = last, count
        return at

    def _define(self, data: bytes, at: int) -> int:
        """Take in a definition; the place after it, or 0 where it is not yet whole."""
        told = bool(data[at] & 0x20)
        if at + 6 > len(data):
            return 0
        order = ">" if data[at + 2] else "<"
        number, many = struct.unpack_from(f"{order}HB", data, at + 3)
        stop: int = at + 6 + 3 * many
        if told:
            if stop >= len(data):
                return 0
            stop += 1 + 3 * data[stop]
        if stop > len(data):
            return 0
        fields = _laid_out(number, data[at + 6 : at + 6 + 3 * many], order)
        size = sum(data[at + 7 : at + 6 + 3 * many : 3])
        for here in range(at + 7 + 3 * many, stop if told else 0, 3):
            named = self.told.get((data[here + 2], data[here]))
            if named is not None:
                fields.append(_fitted(named, size, data[here + 1], order))
            size += data[here + 1]
        moment, short = _moments(number, fields, order)
        definition = Definition(number, tuple(fields), size, moment, short)
        self.known[data[at] & 15] = definition
        self.all.append(definition)
        return stop

    def _describe(self, data: bytes, definition: Definition) -> None:
        """A field that the file itself describes: its name, type and unit."""
        row = _table(definition, data, slice(-1, None)).columns
        index, number, kind = (_first(row.get(name)) for name in (
            "developer_data_index", "field_definition_number", "fit_base_type_id"
        ))
        dtype, invalid = _TYPES.get(int(kind or 0) & 31, ("u1", 0xFF))
        name, unit = (str(next(iter(row.get(one, [])), "") or "") for one in ("field_name", "units"))
        scale, offset = _first(row.get("scale")) or 1.0, _first(row.get("offset")) or 0.0
        if index is not None and number is not None:
            self.told[int(index), int(number)] = Field(name, 0, 0, dtype, invalid, scale, offset, unit, "", told=True)

    def _tables(self, data: bytes) -> tuple[Table, ...]:
        some = [one for one in self.all if one.starts]
        made = tuple(_table(one, data) for one in some if self.wanted is None or one.number in self.wanted)
        for one in some:
            one.starts, one.orders, one.moments = [], [], []
        current = {id(one) for one in self.known.values()}
        self.all = [one for one in self.all if id(one) in current]
        return made


def _first(values: Any) -> float | None:
    if values is None or not len(values):
        return None
    value = float(values.flat[0])
    return None if isnan(value) else value


def _laid_out(number: int, written: bytes, order: str) -> list[Field]:
    known = profile().MESSAGE_TYPES.get(number)
    fields, at = [], 0
    for place in range(0, len(written), 3):
        means = known.fields.get(written[place]) if known else None
        dtype, invalid = _TYPES.get(written[place + 2] & 31, ("u1", 0xFF))
        plain = Field(
            name=means.name if means else "",
            at=0,
            width=0,
            dtype=dtype,
            invalid=invalid,
            scale=float(means.scale or 1) if means else 1.0,
            offset=float(means.offset or 0) if means else 0.0,
            unit=(means.units or "") if means else "",
            kind=means.type.name if means else "",
            told=False,
        )
        fields.append(_fitted(plain, at, written[place + 1], order))
        at += written[place + 1]
    return [one for one in fields if one.name]


def _fitted(one: Field, at: int, width: int, order: str) -> Field:
    """The field at its place; where its width does not suit its type it is read as bytes, as fitdecode does."""
    size = int(one.dtype[1:] or 1)
    dtype, invalid = (one.dtype, one.invalid) if width and width % size == 0 else ("u1", 0xFF)
    return one._replace(at=at, width=width, dtype=dtype if dtype == "S" else order + dtype, invalid=invalid)


def _moments(number: int, fields: list[Field], order: str) -> tuple[_Place | None, _Place | None]:
    def place(name: str, width: int) -> _Place | None:
        found = next((one for one in fields if one.name == name and one.width == width and not one.told), None)
        return found and (struct.Struct(order + {4: "I", 2: "H"}[width]), found.at)

    own = "stress_level_time" if number == _STRESS else "timestamp"
    return place(own, 4), place("timestamp_16", 2) if number == _MONITORING else None


def _table(definition: Definition, data: bytes, which: slice = slice(None)) -> Table:
    import numpy as np

    starts = np.array(definition.starts[which], np.int64)
    raw = np.frombuffer(data, np.uint8)[starts[:, None] + np.arange(definition.size)]
    fields = {one.name: one for one in reversed(definition.fields) if one.width}
    return Table(
        definition.number,
        fields,
        {name: _column(raw[:, one.at : one.at + one.width], one) for name, one in fields.items()},
        np.array(definition.orders[which], np.uint32),
        np.array(definition.moments[which], np.int64),
    )


def _column(raw: NDArray[np.uint8], one: Field) -> Any:
    import numpy as np

    if one.dtype == "S":
        return [row.tobytes().split(b"\0", 1)[0].decode("utf-8", "replace") for row in raw]
    written = np.ascontiguousarray(raw).view(one.dtype)
    numbers = written.astype(np.float64)
    none = written == one.invalid if one.invalid is not None else (written == 0xFF).all(1) & (written.dtype == np.uint8)
    numbers[none] = np.nan  # bytes are nothing only where all of them are 0xFF
    numbers = numbers / one.scale - one.offset
    return numbers[:, 0] if numbers.shape[1] == 1 else numbers


@lru_cache(maxsize=1)
def _remainders() -> tuple[int, ...]:
    def one(value: int) -> int:
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
        return value

    return tuple(one(value) for value in range(256))


def checksum(data: bytes, before: int = 0) -> int:
    """The CRC-16 of FIT's specification."""
    table = _remainders()
    for byte in data:
        before = before >> 8 ^ table[(before ^ byte) & 0xFF]
    return before
