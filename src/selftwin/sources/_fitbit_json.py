"""Fitbit's JSON with bounded memory: an array of records, by the block where it is long, patiently where it is odd.

polars parses a block at once against the fields a family has; a block it refuses (another type in one record, a `NaN`)
is parsed record by record, so that one bad record costs itself alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from selftwin.sources._json_stream import leaves, schema_of
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.sources.reader.members import Member

_BLOCK = 4 << 20
_LONGEST_RECORD = 1 << 20
_LONGEST = 1 << 26  # bytes without a seam, before it is said that they never end: they are held twice meanwhile
MOST_BYTES = 256 << 20  # of logs that are parsed whole; ten years of nights are about 100 MB
_SEAM = re.compile(rb"\}\s*,\s*(?=\{\s*\"(?:dateTime|value)\"\s*:)")


@dataclass(frozen=True, slots=True)
class Records:
    """Some records of an array: text columns named by dotted path (`value.bpm`), and those that are no records.

    `record` numbers them from 0; `first` is how many came before. `faulty` are missing from `fields`.
    """

    fields: pl.DataFrame
    read: int
    first: int
    faulty: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


def records(member: Member, paths: Sequence[str]) -> Iterator[Records]:
    """The records of `[{"dateTime": …, "value": …}, …]`, by the block. Raises BrokenExport where it is cut off."""
    done = 0
    for text in _blocks(member):
        block = _parsed(member, text, paths, done)
        done += block.read
        yield block


def whole(member: Member) -> list[Any]:
    """All of an array of logs. Raises BrokenExport where it is cut off, too large, or no array."""
    return _loaded(member, _text(member))


def logs(member: Member, paths: Sequence[str], most: int) -> Iterator[Records]:
    """The same, parsed, so many at a time."""
    text = _text(member)
    frame = _framed(text, paths)
    found = _loaded(member, text) if frame is None else []
    for first in range(0, len(found) if frame is None else frame.height, most):
        if frame is None:
            yield _one_by_one(member, found[first : first + most], paths, first)
        else:
            some = frame.slice(first, most)
            yield Records(some.with_row_index("record"), some.height, first)


def _text(member: Member) -> bytes:
    """A file that holds one array."""
    with member.open() as stream:
        text = stream.read(MOST_BYTES + 1).removeprefix(b"\xef\xbb\xbf").strip()
    if len(text) > MOST_BYTES:
        raise BrokenExport(f"{member.path} is too large to be a list of logs.")
    if not text.startswith(b"["):
        raise BrokenExport(f"{member.path} holds no list of records.")
    return text


def _blocks(member: Member) -> Iterator[bytes]:
    """Runs of whole records, each again an array."""
    with member.open() as stream:
        kept = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf").lstrip()
        if not kept.startswith(b"["):
            raise BrokenExport(f"{member.path} holds no list of records.")
        kept = kept[1:]
        while more := stream.read(_BLOCK):
            cut, kept = _cut(member, kept + more)
            if cut:
                yield b"[" + cut + b"]"
    kept = kept.rstrip()
    if not kept.endswith(b"]"):
        raise BrokenExport(f"{member.path} ends in the middle of a record.")
    yield b"[" + kept


def _cut(member: Member, text: bytes) -> tuple[bytes, bytes]:
    seam = None
    for seam in _SEAM.finditer(text, max(0, len(text) - _LONGEST_RECORD)):  # noqa: B007 - the last one is wanted
        pass
    if seam is None:
        if len(text) > _LONGEST:
            raise BrokenExport(f"{member.path} holds a record that never ends.")
        return b"", text
    return text[: seam.start() + 1], text[seam.end() :]


def _parsed(member: Member, text: bytes, paths: Sequence[str], first: int) -> Records:
    frame = _framed(text, paths)
    if frame is None:
        return _one_by_one(member, _loaded(member, text), paths, first)
    return Records(frame.with_row_index("record"), frame.height, first)


def _framed(text: bytes, paths: Sequence[str]) -> pl.DataFrame | None:
    """All records at once; None where one of them is odd."""
    import polars as pl

    try:
        return pl.read_json(text, schema=schema_of(paths)).select(leaves(paths))
    except pl.exceptions.PolarsError:
        return None


def _one_by_one(member: Member, found: list[Any], paths: Sequence[str], first: int) -> Records:
    import polars as pl

    bad = tuple(place for place, record in enumerate(found) if not isinstance(record, dict))
    sound = [(place, record) for place, record in enumerate(found) if isinstance(record, dict)]
    columns = {path: [leaf(record, path) for _, record in sound] for path in paths}
    frame = pl.DataFrame({"record": [place for place, _ in sound], **columns}, schema_overrides=_texts(paths))
    faults = tuple(Fault(f"{member.path}, record {first + place + 1}", "not a record") for place in bad)
    return Records(frame.with_columns(pl.col("record").cast(pl.UInt32)), len(found), first, bad, faults)


def _texts(paths: Sequence[str]) -> dict[str, Any]:
    import polars as pl

    return {"record": pl.UInt32} | dict.fromkeys(paths, pl.String)


def leaf(record: Any, path: str) -> str | None:
    """What stands at a dotted path, as text; a list or an object where a value is due reads as `?`."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else ("?" if record is not None else None)
    if record is None or isinstance(record, str):
        return record
    return "?" if isinstance(record, (dict, list)) else str(record)


def _loaded(member: Member, text: bytes) -> list[Any]:
    """Any JSON, also with the `NaN` and `Infinity` that Python writes."""
    import orjson

    try:
        return orjson.loads(text)  # type: ignore[no-any-return]
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(text)  # type: ignore[no-any-return]
    except (ValueError, RecursionError) as error:
        raise BrokenExport(f"{member.path} is no sound JSON, or ends in the middle.") from error
