"""JSON objects as they stream by: an array, one object a line, or arrays inside one object, in bounded memory.

The ends of objects are found on whole blocks of bytes at once; polars then reads a block of objects into text columns.
Only where it refuses a block are its objects looked at one by one, so that a damaged object is one fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import polars as pl

    from selftwin.sources.reader.members import Member

_BLOCK = 1 << 22
_LONGEST_OBJECT = 1 << 24
_GROUPED = re.compile(rb'\s*\{\s*(?:"[A-Za-z_]{1,40}"\s*:\s*[^\[{]{0,400},\s*)*"[A-Za-z_]{1,40}"\s*:\s*\[\s*[{\]]')
_MARKS = bytes.maketrans(b"\r\n\t", b"   ")


@dataclass(frozen=True, slots=True)
class Objects:
    """Some objects as text columns with their number in `record`; `bad` numbers those that could not be read."""

    rows: pl.DataFrame
    count: int
    first: int
    bad: tuple[int, ...] = ()


def nesting(head: bytes) -> int:
    """How deep the objects stand: 0 on lines of their own, 1 in an array, 2 in arrays of one object."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return 1 if start == b"[" else 2 if _GROUPED.match(head.removeprefix(b"\xef\xbb\xbf")) else 0


def objects(member: Member, fields: tuple[str, ...]) -> Iterator[Objects]:
    """The objects of a member in blocks, each field as text (what is nested as JSON text).

    Raises BrokenExport where an object never ends. One that the file's end cuts off is the last, and bad.
    """
    done = 0
    for block, cut in _blocks(member):
        found = _read(block, fields, done, cut=cut)
        done += found.count
        if found.count:
            yield found


def _blocks(member: Member) -> Iterator[tuple[bytes, bool]]:
    """Runs of whole objects, one a line, and whether an unfinished one follows."""
    level, depth, kept = nesting(member.head(4096)), 0, b""
    with member.open() as stream:
        while more := stream.read(_BLOCK):
            lines, end, open_at = _whole(kept + more, level, depth)
            kept = (kept + more)[end:]
            depth = level if end else depth
            yield lines, False
            if open_at and len(kept) > _LONGEST_OBJECT:
                raise BrokenExport(f"{member.path} holds an object that never ends.")
            if not open_at:
                kept = kept[-_LONGEST_OBJECT:]
    yield b"", _whole(kept, level, depth)[2] > 0


def _whole(text: bytes, level: int, depth: int) -> tuple[bytes, int, int]:
    """The whole objects of a text that begins at some depth, one a line; where the last ends; how many stay open."""
    import numpy as np

    letters = np.frombuffer(text, np.uint8)
    if not letters.size:
        return b"", 0, 0
    step = _steps(letters)
    level_after = depth + np.cumsum(step, dtype=np.int32)
    starts = np.flatnonzero((letters == ord("{")) & (step == 1) & (level_after == level + 1))
    ends = np.flatnonzero((letters == ord("}")) & (step == -1) & (level_after == level)) + 1
    count = min(starts.size, ends.size)
    if count == 0 or (ends[:count] <= starts[:count]).any():
        return b"", 0, int(starts.size)
    starts, ends, still_open = starts[:count], ends[:count], int(starts.size - count)
    return _lines(text, starts, ends), int(ends[-1]), still_open


def _steps(letters: np.ndarray) -> np.ndarray:
    """+1 where a bracket opens, -1 where one closes, 0 elsewhere and inside strings."""
    import numpy as np

    quotes = letters == ord('"')
    strokes = letters == ord("\\")
    if strokes.any():  # a quote after an odd run of backslashes ends nothing
        places = np.arange(letters.size, dtype=np.int32)
        plain = np.maximum.accumulate(np.where(strokes, np.int32(-1), places))
        before = np.concatenate([np.array([-1], np.int32), plain[:-1]])
        quotes &= (places - 1 - before) % 2 == 0
    inside = np.cumsum(quotes, dtype=np.uint8) % 2 == 1
    step = ((letters == ord("{")) | (letters == ord("["))).astype(np.int8)
    step -= ((letters == ord("}")) | (letters == ord("]"))).astype(np.int8)
    return np.where(inside, np.int8(0), step)


def _lines(text: bytes, starts: np.ndarray, ends: np.ndarray) -> bytes:
    """The objects between starts and ends, one a line."""
    import numpy as np

    flat = np.frombuffer(text.translate(_MARKS), np.uint8)
    edge = np.zeros(flat.size + 1, np.int8)
    edge[starts] += 1
    edge[ends] -= 1
    within = np.cumsum(edge[:-1], dtype=np.int8) > 0
    kept = flat[within]
    sizes = np.cumsum(ends - starts)
    return np.insert(kept, sizes, ord("\n")).tobytes()


def _read(lines: bytes, fields: tuple[str, ...], first: int, *, cut: bool) -> Objects:
    import polars as pl

    schema = dict.fromkeys(fields, pl.String)
    count = lines.count(b"\n")
    if not count:
        return Objects(pl.DataFrame(schema=schema).with_row_index("record"), int(cut), first, (0,) if cut else ())
    try:
        rows = pl.read_ndjson(lines, schema=schema)
    except pl.exceptions.PolarsError:
        return _one_by_one(lines, fields, first)
    if rows.height != count:
        return _one_by_one(lines, fields, first)
    return Objects(rows.with_row_index("record"), count, first)


def _one_by_one(lines: bytes, fields: tuple[str, ...], first: int) -> Objects:
    """The slow way, for a block with a damaged object in it."""
    import orjson
    import polars as pl

    sound: dict[int, list[str | None]] = {}
    every = lines.splitlines()
    for place, line in enumerate(every):
        try:
            read = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        sound[place] = [_text(read.get(name)) for name in fields]
    rows = pl.DataFrame(list(sound.values()), schema=dict.fromkeys(fields, pl.String), orient="row")
    numbered = rows.insert_column(0, pl.Series("record", list(sound), pl.UInt32))
    return Objects(numbered, len(every), first, tuple(place for place in range(len(every)) if place not in sound))


def _text(value: object) -> str | None:
    import orjson

    return value if isinstance(value, str) or value is None else orjson.dumps(value).decode()
