"""Tables written as text, whatever their encoding, delimiter and line ends: the header, then rows by the block.

Bounded memory: a block is a few megabytes of whole records. polars parses it; only a block whose quotes are off goes
through the slower `csv` module, so that one stray quote costs a record or two and not the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from selftwin.sources.reader.members import Member

DELIMITERS = ",;\t|"
MOST_COLUMNS = 2000
_BLOCK = 1 << 21  # characters
_LONGEST_RECORD = 1 << 20
_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]*")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are read as Windows-1252: old spreadsheets write it, and mix the two."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("selftwin.windows", _as_windows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a table is written: its column names, the lines before them, what parts its cells, and whether a quote at the
    beginning of a cell holds it together; a source that knows better says so."""

    header: tuple[str, ...]
    before: tuple[str, ...]
    delimiter: str
    encoding: str
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole records: text columns `0`, `1`, … (null where empty); `first` is the number of those before it.

    `ragged` numbers the records (from 0, within the block) that hold more cells than the header.
    """

    rows: pl.DataFrame
    first: int
    ragged: tuple[int, ...] = ()


def sheets(member: Member) -> Iterator[Sheet]:
    """Every way to see the first lines of a member as a table: each line as the header, each delimiter in it.

    Cheap and never raises: it looks at the first bytes only, and finds nothing in what is not text.
    """
    head = member.head()
    if not (encoding := _encoding(head)):
        return
    text = head.decode(encoding, _errors(encoding)).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")[:40]
    for place, line in enumerate(lines):
        for delimiter in DELIMITERS:
            if delimiter in line and len(names := _cells(line, delimiter)) <= MOST_COLUMNS:
                yield Sheet(names, tuple(lines[:place]), delimiter, encoding)


def _encoding(head: bytes) -> str:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    if len(head) > 3 and head[:4:2].strip(b"\0") and head[1:4:2] == b"\0\0":
        return "utf-16-le"
    return "utf-8-sig" if head and _TEXT.fullmatch(head) else ""


def _errors(encoding: str) -> str:
    return "replace" if encoding.startswith("utf-16") else "selftwin.windows"


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(cell.strip().strip("\ufeff") for cell in next(csv.reader([line], delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return ()


def blocks(member: Member, sheet: Sheet, *, only: str = "", room: int = 0) -> Iterator[Block]:
    """The records under the header, by the block. Raises BrokenExport where a record never ends.

    Of `only` one column, its empty cells among them, without what is ragged. Where records hold more cells than the
    header, there is `room` for as many more, and only beyond that they are ragged.
    """
    done = 0
    for text in _chunks(member, sheet):
        block = _parsed(text, sheet, done, only)
        if room and block.ragged:
            block = _parsed(text, replace(sheet, header=sheet.header + ("",) * room), done, only)
        done += block.rows.height
        if block.rows.height:
            yield block


def _chunks(member: Member, sheet: Sheet) -> Iterator[bytes]:
    """Runs of whole records as UTF-8, without the header and what stands before it."""
    with member.open() as stream, io.TextIOWrapper(stream, sheet.encoding, _errors(sheet.encoding), None) as lines:
        for _ in range(len(sheet.before) + 1):
            lines.readline(_LONGEST_RECORD)
        kept, more = b"", lines.read(_BLOCK)
        while more:
            text, more = more, lines.read(_BLOCK)
            whole, kept = _cut(kept + (text if more else text + "\n").encode("utf-8", "replace"), quoted=sheet.quoted)
            yield whole
            if len(kept) > 2 * _LONGEST_RECORD:
                raise BrokenExport(f"{member.path} holds a record that never ends.")
        yield kept


def _cut(text: bytes, *, quoted: bool) -> tuple[bytes, bytes]:
    """The whole records of a text and its unfinished rest: a line end inside quotes is no end.

    Where a quoted cell runs on for too long, its quote is a stray one, and the text is cut at the last line end.
    """
    import numpy as np

    end = text.rfind(b"\n") + 1
    if quoted and text.count(b'"', 0, end) % 2:
        letters = np.frombuffer(text, np.uint8)
        even = np.cumsum(letters == ord('"'), dtype=np.uint8) % 2 == 0
        ends = np.flatnonzero(even & (letters == ord("\n")))
        end = int(ends[-1]) + 1 if ends.size else 0
    if len(text) - end > _LONGEST_RECORD:
        end = text.rfind(b"\n") + 1
    return text[:end], text[end:]


def _parsed(text: bytes, sheet: Sheet, first: int, only: str) -> Block:
    import polars as pl

    names = [str(place) for place in range(len(sheet.header) + 1)]
    if not text.strip():
        return Block(pl.DataFrame(schema=dict.fromkeys(names[:-1], pl.String)), first)
    rows = _rows(text, sheet, names, [only] if only else None)
    if only:
        return Block(rows.select(pl.col(only).str.strip_chars().replace("", None)), first)
    if not _plain(text, sheet.delimiter):
        rows = rows.with_columns(pl.all().str.strip_chars().replace("", None))
    if all(column.null_count() for column in rows):
        rows = rows.filter(~pl.all_horizontal(pl.all().is_null()))
    more = rows[names[-1]]
    ragged = more.is_not_null().arg_true().to_list() if more.null_count() < len(more) else []
    return Block(rows.drop(names[-1]), first, tuple(ragged))


def _plain(text: bytes, delimiter: str) -> bool:
    """Whether no cell begins or ends with a space, and none is empty in quotes."""
    import numpy as np

    others = b"\v\f\r" if delimiter == "\t" else b"\t\v\f\r"  # as numbers of bytes
    if not text.isascii() or b'""' in text or any(other in text for other in others):
        return False
    letters = np.frombuffer(text, np.uint8)
    spaces = np.flatnonzero(letters == ord(" "))
    beside = np.concatenate([letters[spaces - 1], letters[(spaces + 1) % len(letters)]])
    return not np.isin(beside, np.frombuffer(f'{delimiter}\n"'.encode(), np.uint8)).any()


def _rows(text: bytes, sheet: Sheet, names: list[str], wanted: list[str] | None) -> pl.DataFrame:
    import polars as pl

    try:
        rows = _quickly(text, sheet, names, wanted)
        if rows.height >= text.count(b"\n"):
            return rows
    except pl.exceptions.PolarsError:
        rows = None
    if sheet.quoted and _unquoted(text, sheet):
        return _quickly(text, replace(sheet, quoted=False), names, wanted)
    return rows if rows is not None else _patiently(text.decode(), sheet.delimiter, names)


def _quickly(text: bytes, sheet: Sheet, names: list[str], wanted: list[str] | None) -> pl.DataFrame:
    import polars as pl

    head = sheet.delimiter.join(names).encode() + b"\n"
    return pl.read_csv(head + text, separator=sheet.delimiter, infer_schema=False, truncate_ragged_lines=True,
                       columns=wanted, quote_char='"' if sheet.quoted else None)  # fmt: skip


def _unquoted(text: bytes, sheet: Sheet) -> bool:
    """Whether a quote that begins a cell holds nothing together here: each line is a record by itself, and quotes do
    not close where a cell ends."""
    mark = sheet.delimiter.encode()
    if {line.count(mark) for line in text.splitlines() if line.strip()} != {len(sheet.header) - 1}:
        return False
    part = re.escape(mark)
    held = rb"(?:^|(?<=[\n" + part + rb']))"(?:[^"]|"")*"(?=[\r\n' + part + rb"]|$)"
    return b'"' in re.sub(held, b"", text)


def _patiently(text: str, delimiter: str, names: list[str]) -> pl.DataFrame:
    """The same by the `csv` module, which bears quotes in odd places.

    It is read twice, with cells over several lines and without: the better one has more records as wide as the header.
    """
    import polars as pl

    width = len(names) - 1
    lines = text.split("\n")
    readings = [list(_records(lines, delimiter)), [row for line in lines for row in _records([line], delimiter)]]
    best = max(readings, key=lambda rows: sum(len(row) == width for row in rows))
    padded = [(row + [""] * (width + 1))[: width + 1] for row in best]
    return pl.DataFrame(padded, schema=dict.fromkeys(names, pl.String), orient="row")


def _records(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell of more than 131,072 letters
            yield ["", *[""] * MOST_COLUMNS, "overlong"]


def column(sheet: Sheet, fits: Callable[[str], object]) -> str | None:
    """The block column whose header fits, or None."""
    return next((str(place) for place, name in enumerate(sheet.header) if fits(name)), None)
