"""The entries of an iCalendar file one after the other, each with its own lines only (RFC 5545).

Lines are unfolded, what an alarm inside says stays out of its event, and an entry that never ends, or a line that
does not, costs that entry and not the file.
"""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selftwin.sources.reader.members import Member

_CHUNK, _LARGEST = 1 << 20, 16 << 20
_KINDS = rb"VEVENT|VTODO|VJOURNAL|VFREEBUSY|VAVAILABILITY|VTIMEZONE"
_MARK = re.compile(rb"^(BEGIN|END):(" + _KINDS + rb")[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_INNER = re.compile(rb"^(BEGIN|END):", re.IGNORECASE | re.MULTILINE)
_WANTED = re.compile(
    rb"^(?:DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|UID|SUMMARY|STATUS|TRANSP|SEQUENCE|DTSTAMP|CREATED|"
    rb"LAST-MODIFIED|X-MICROSOFT-CDO-BUSYSTATUS|TZID|X-LIC-LOCATION|TZOFFSETTO|TZOFFSETFROM)"
    rb"[;:][^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE | re.MULTILINE,
)
_FOLD = re.compile(rb"\r?\n[ \t]")
_UNQUOTED = re.compile(  # as Exchange leaves it
    r'^([A-Z-]{5,13};(?:VALUE=[A-Z-]{4,9};)?TZID=)([^";]{0,80}?[:,][^";]{0,80}?)(?=;|:\d{8})', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """What an entry says in a line: its name in capitals, the parameters by theirs, and the value as it is written."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, a task, a time zone: `body` is None where it is damaged or never ends."""

    kind: str
    body: bytes | None

    def lines(self) -> list[Line]:
        """Its own lines of interest."""
        return lines(self.body or b"")

    def inner(self) -> list[tuple[str, list[Line]]]:
        """The parts inside, by name, each with its lines: the summer and winter time of a zone."""
        found, opened = list[tuple[str, list[Line]]](), 0
        for mark in _INNER.finditer(self.body or b""):
            if mark[1].upper() == b"BEGIN":
                opened = mark.end()
            elif opened:
                name, _, rest = (self.body or b"")[opened : mark.start()].partition(b"\n")
                found.append((name.strip().decode("ascii", "replace").upper(), lines(rest)))
                opened = 0
        return found


def entries(member: Member) -> Iterator[Entry]:
    """Every entry in the order of the file."""
    kind, pieces, size, sound = b"", list[bytes](), 0, True
    for text in _whole_lines(member):
        at = 0
        for mark in _MARK.finditer(text):
            begins, named = mark[1].upper() == b"BEGIN", mark[2].upper()
            if begins and kind:
                yield Entry(kind.decode(), None)
            elif not begins and named == kind:
                pieces.append(text[at : mark.start()])
                yield Entry(kind.decode(), b"".join(pieces) if sound else None)
            elif not begins:
                continue
            kind, pieces, size, sound, at = named if begins else b"", [], 0, True, mark.end()
        if kind:
            pieces.append(text[at:])
            size += len(text) - at
            if size > _LARGEST or not text:
                pieces, sound = [], False
    if kind:
        yield Entry(kind.decode(), None)


def _whole_lines(member: Member) -> Iterator[bytes]:
    """Runs of whole lines with plain ends; nothing at all stands for a line that never ends."""
    kept, skipping = b"", False
    with member.open() as stream:
        while more := stream.read(_CHUNK):
            whole, seam, rest = more.rpartition(b"\n")
            if skipping and seam:
                whole, skipping = whole.partition(b"\n")[2], False
            if seam:
                yield (kept + whole + b"\n").replace(b"\r\n", b"\n")
                kept = rest
            elif not skipping:
                kept += rest
            if len(kept) > _LARGEST:
                yield b""
                kept, skipping = b"", True
    yield (b"" if skipping else kept + b"\n").replace(b"\r\n", b"\n")


def lines(body: bytes) -> list[Line]:
    """The lines of interest that stand in no part inside; one that cannot be read is left out."""
    from icalendar.parser import Contentline

    content: Callable[[str], Contentline] = Contentline
    found = []
    for own in _outside(body):
        for written in _WANTED.findall(own):
            text = _UNQUOTED.sub(r'\1"\2"', _text(_FOLD.sub(b"", written)).strip())
            try:
                name, parameters, value = content(text).parts()
            except ValueError:
                continue
            plain = {key.upper(): told if isinstance(told, str) else ",".join(told) for key, told in parameters.items()}
            if plain.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
                value = _text(quopri.decodestring(value.encode()))
            found.append(Line(name.upper(), plain, value))
    return found


def _text(written: bytes) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError:
        return written.decode("cp1252", "replace")


def _outside(body: bytes) -> Iterator[bytes]:
    depth = at = 0
    for mark in _INNER.finditer(body):
        if mark[1].upper() == b"BEGIN":
            if depth == 0:
                yield body[at : mark.start()]
            depth += 1
        elif depth:
            depth -= 1
            at = mark.end()
    if depth == 0:
        yield body[at:]
