"""Small files of any format made large by repeating their records, and the fastest general parser of each form."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

MARKS = {"ics": b"BEGIN:VEVENT", "vcf": b"BEGIN:VCARD", "mbox": b"\nFrom "}


@dataclass(frozen=True, slots=True)
class Large:
    """A large file of a source, and what a general parser of its form is called and does."""

    name: str
    data: bytes
    parser: str
    parse: Callable[[bytes], object]


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
    """The largest table, doubled until the database is large enough."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data[:18] + b"\1\1" + data[20:])
        largest = max(_tables(base), key=lambda one: len(_rows(base, one)))
        columns = base.execute(f"PRAGMA table_info({_quoted(largest)})").fetchall()
        kept = ", ".join(_quoted(str(row[1])) for row in columns if not row[5])
        key = next((_quoted(str(row[1])) for row in columns if row[5]), "rowid")
        where = _quoted(largest)
        fresh = f"{key} + (SELECT max({key}) FROM {where})"  # noqa: S608 - a specimen of ours
        double = f"INSERT OR IGNORE INTO {where} ({key}, {kept}) SELECT {fresh}, {kept} FROM {where}"  # noqa: S608
        while len(base.serialize()) < size:
            base.execute(double)
        base.commit()
        return bytes(base.serialize())


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
    longest = max(_lists(whole), key=len, default=[])
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
    """The element with the most others in it, with each of them many times."""
    try:
        root = ET.fromstring(data)  # noqa: S314 - a specimen of ours
    except ET.ParseError:
        return None
    most = max(root.iter(), key=len)
    if root.tag.startswith("{"):
        ET.register_namespace("", root.tag[1:].partition("}")[0])
    inside = list(most)
    for _ in range(max(1, size // len(data)) if inside else 0):
        most.extend(inside)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) if inside else None


def _expat(data: bytes) -> object:
    seen = [0]

    def start(_: str, attributes: dict[str, str]) -> None:
        seen[0] += len(attributes)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.CharacterDataHandler = lambda _: None
    parser.Parse(data, True)
    return seen


def _lines(name: str, data: bytes, size: int) -> Large:
    """A table after its header, or a text whose records begin with a mark; else lines as they are."""
    for mark in MARKS.values():
        if mark in data:
            first, last = data.index(mark), data.rindex(mark)
            end = re.search(rb"END:(?:VEVENT|VCARD)\r?\n", data[last:])
            stop = last + end.end() if end else len(data)
            made = data[:first] + data[first:stop] * (size // max(1, stop - first)) + data[stop:]
            return Large(name, made, "splitting lines", bytes.splitlines)
    lines = data.splitlines(keepends=True)
    if not lines[-1].endswith(b"\n"):
        lines[-1] += b"\n"
    head = next((at for at, line in enumerate(lines[:30]) if len(re.split(rb"[,;\t]", line)) > 2), 0)
    body = b"".join(lines[head + 1 :]) or lines[head]
    made = b"".join(lines[: head + 1]) + body * (size // len(body))
    delimiter = max(",;\t", key=lambda one: lines[head].count(one.encode()))
    if lines[head].count(delimiter.encode()) > 1:
        return Large(name, made, "pyarrow CSV", lambda data: _table(data, delimiter, head))
    return Large(name, made, "splitting lines", bytes.splitlines)


def _table(data: bytes, delimiter: str, skip: int) -> object:
    from pyarrow import csv

    return csv.read_csv(
        io.BytesIO(data),
        read_options=csv.ReadOptions(skip_rows=skip, use_threads=False),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, invalid_row_handler=lambda _: "skip", newlines_in_values=True
        ),
    )
