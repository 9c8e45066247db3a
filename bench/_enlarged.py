"""Small files of any format made large by repeating their records, and the fastest general parser of each form."""

from __future__ import annotations

import csv
import email.parser
import io
import itertools
import json
import re
import sqlite3
import zipfile
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from bench import _statement_peers

if TYPE_CHECKING:
    from collections.abc import Callable

MARKS = (b"BEGIN:VEVENT", b"BEGIN:VCARD", b"\nFrom ", b"<STMTTRN>", b"\n:61:")
RECORDS = ("trkpt", "Trackpoint", "Ntry")  # elements that real files hold by the thousand in one place
LINES = "splitting lines"  # what parses nothing, and is no peer to claim anything about


@dataclass(frozen=True, slots=True)
class Large:
    """A large file of a source, and what a general parser of its form is called and does."""

    name: str
    data: bytes
    parser: str
    parse: Callable[[bytes], object]
    statement: str = ""  # which form of bank statement, where a library in an environment of its own reads it


def enlarged(name: str, data: bytes, size: int) -> Large | None:
    """The file, some `size` bytes large; None where its records cannot be told apart."""
    if data[:4] == b"PK\x03\x04":
        return _archive(data, size)
    if data[:16] == b"SQLite format 3\0":
        return Large(name, _more_rows(data, size), "sqlite3", _every_table)
    if data[8:12] == b".FIT":
        return Large(name, data * max(1, size // len(data)), "fitdecode", _fit)
    text = data.lstrip(b"\xef\xbb\xbf \r\n\t")
    if text[:1] in b"[{" and (found := _json(text, size)):
        return Large(name, *found)
    if text[:1] == b"<" and (made := _xml(data, size)):
        return Large(name, made, "expat", _expat)
    return _lines(name, data, size)


def _archive(data: bytes, size: int) -> Large | None:
    """The largest of an archive's files, enlarged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {entry.filename: archive.read(entry) for entry in archive.infolist() if entry.file_size}
    name = max(held, key=lambda one: len(held[one]))
    return enlarged(name, held[name], size)


def _more_rows(data: bytes, size: int) -> bytes:
    """Every table doubled until the database is large enough, or refuses."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data[:18] + b"\1\1" + data[20:])
        before = -1
        while len(base.serialize()) < size and base.total_changes > before:
            before = base.total_changes
            for table in _tables(base):
                with suppress(sqlite3.Error):
                    base.execute(_doubling(base, table))
        base.commit()
        return bytes(base.serialize())


def _doubling(base: sqlite3.Connection, table: str) -> str:
    columns = base.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    kept = [_quoted(str(row[1])) for row in columns if not row[5]]
    key = next((_quoted(str(row[1])) for row in columns if row[5]), "rowid")
    where = _quoted(table)
    fresh = f"{key} + (SELECT max({key}) FROM {where})"  # noqa: S608 - a specimen of ours
    return (
        f"INSERT OR IGNORE INTO {where} ({', '.join([key, *kept])})"  # noqa: S608
        f" SELECT {', '.join([fresh, *kept])} FROM {where}"
    )


def _tables(base: sqlite3.Connection) -> list[str]:
    told = base.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    return [name for (name,) in told if not name.startswith("sqlite_")]


def _rows(base: sqlite3.Connection, table: str) -> list[Any]:
    return base.execute(f"SELECT * FROM {_quoted(table)}").fetchall()  # noqa: S608


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _every_table(data: bytes) -> object:
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        return [_rows(base, name) for name in _tables(base)]


def _fit(data: bytes) -> object:
    import fitdecode

    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        return sum(1 for _ in reader)


def _json(text: bytes, size: int) -> tuple[bytes, str, Callable[[bytes], object]] | None:
    import orjson

    try:
        whole = json.loads(text)
    except ValueError:
        lines = text if text.endswith(b"\n") else text + b"\n"
        by_line = all(line[:1] in b"{[" for line in lines.splitlines())
        return (lines * (size // len(lines)), "orjson, by the line", _each_line) if by_line else None
    every = _lists(whole)
    longest = max(every, key=len, default=[])
    if every and len(every[0]) == 1:  # one record, with lists of its own: not more in each than a day has half hours
        longest *= max(1, 48 // max(1, len(longest)))
        longest = every[0]
    longest *= max(1, size // (len(json.dumps(longest)) + 1))
    return orjson.dumps(whole), "orjson", orjson.loads


def _each_line(data: bytes) -> object:
    import orjson

    return [orjson.loads(one) for one in data.splitlines()]


def _lists(thing: Any) -> list[list[Any]]:
    if isinstance(thing, dict):
        return [one for value in thing.values() for one in _lists(value)]
    if isinstance(thing, list) and thing:
        return [thing, *(one for value in thing[:3] for one in _lists(value))]
    return []


def _xml(data: bytes, size: int) -> bytes | None:
    """The place with the most records in it, or with the most of anything, with each of them many times."""
    try:
        root = ET.fromstring(data)  # noqa: S314 - a specimen of ours
    except ET.ParseError:
        return None
    if root.tag.startswith("{"):
        ET.register_namespace("", root.tag[1:].partition("}")[0])
    every = list(root.iter())
    most = max(every, key=lambda one: (len(_records(one)), len(one)))
    crowd = _records(most) or list(most)
    for _ in range(max(1, size // len(data)) if crowd else 0):
        most.extend(crowd)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) if crowd else None


def _records(element: ET.Element) -> list[ET.Element]:
    return [one for one in element if one.tag.rpartition("}")[2] in RECORDS]


def _expat(data: bytes) -> object:
    """Each element, its attributes and its text given to Python, which keeps none of it."""

    def start(tag: str, attributes: dict[str, str]) -> None:
        del tag, attributes

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: None
    parser.CharacterDataHandler = lambda _: None
    return parser.Parse(data, True)


def _lines(name: str, data: bytes, size: int) -> Large:
    """A text whose records begin with a mark, or a table after its header; else lines as they are."""
    for mark in MARKS:
        first, last = data.find(mark), data.rfind(mark)
        closing = re.search(rb"END:(?:VEVENT|VCARD)\r?\n", data[last:])
        stop = last + closing.end() if closing else last
        if -1 < first < stop and not _is_table(data):
            made = data[:first] + data[first:stop] * (size // max(1, stop - first)) + data[stop:]
            return _statement(name, made)
    lines = data.splitlines(keepends=True)
    if not lines[-1].endswith(b"\n"):
        lines[-1] += b"\n"
    delimiter, begin, end = _longest_table(lines)
    if not delimiter:
        return _statement(name, b"".join(lines) * (size // len(data)))
    body = b"".join(line for line in lines[begin + 1 : end] if line != lines[begin])
    made = b"".join(lines[: begin + 1]) + body * (size // len(body)) + b"".join(lines[end:])
    return Large(name, made, "pyarrow CSV", lambda data: _table(data, delimiter, begin))


def _statement(name: str, text: bytes) -> Large:
    if text.lstrip(b"\xef\xbb\xbf").startswith(b"BEGIN:VCALENDAR"):
        return Large(name, text, "icalendar", _calendar)
    if text.startswith(b"From "):
        return Large(name, text, "email", _mails)
    form = _statement_peers.form(text)
    return Large(name, text, _statement_peers.PEERS.get(form, LINES), bytes.splitlines, form)


def _calendar(data: bytes) -> object:
    import icalendar

    return icalendar.Calendar.from_ical(data)


def _mails(data: bytes) -> object:
    """The heads of all mails of a mailbox."""
    parser = email.parser.BytesHeaderParser()
    return [parser.parsebytes(one) for one in data.split(b"\nFrom ")]


def _is_table(data: bytes) -> bool:
    return _longest_table(data.splitlines(keepends=True))[0] != ""


def _longest_table(lines: list[bytes]) -> tuple[str, int, int]:
    """What parts the cells of the largest run of lines with as many cells each (three or more), and its bounds."""
    best, most = ("", 0, 0), 0
    for delimiter in ",;\t|":
        wide = [len(_cells(line, delimiter)) for line in lines]
        for begin, end in _runs(wide):
            if wide[begin] > 2 and end - begin > 1 and (end - begin) * wide[begin] > most:
                best, most = (delimiter, begin, end), (end - begin) * wide[begin]
    return best


def _runs(wide: list[int]) -> list[tuple[int, int]]:
    edges = [0, *(at for at in range(1, len(wide)) if wide[at] != wide[at - 1]), len(wide)]
    return list(itertools.pairwise(edges))


def _cells(line: bytes, delimiter: str) -> list[str]:
    return next(csv.reader([line.decode("latin-1")], delimiter=delimiter), [])


def _table(data: bytes, delimiter: str, skip: int) -> object:
    """Every column as text."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    encoding = "utf8" if data[:2] not in {b"\xff\xfe", b"\xfe\xff"} else "utf-16"
    return arrow.read_csv(
        io.BytesIO(data),
        read_options=arrow.ReadOptions(
            skip_rows=skip + 1, use_threads=False, encoding=encoding, autogenerate_column_names=True
        ),
        parse_options=arrow.ParseOptions(
            delimiter=delimiter, invalid_row_handler=lambda _: "skip", newlines_in_values=True
        ),
        convert_options=arrow.ConvertOptions(
            check_utf8=False, column_types={f"f{place}": pa.string() for place in range(2000)}
        ),
    )
