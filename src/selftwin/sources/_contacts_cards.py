"""The cards of an address book one after the other, each with the lines that are wanted (RFC 6350, 2426, vCard 2.1).

Lines are unfolded; pictures, sounds and keys stream past; a card that never ends, or one within one that has not ended,
costs that card and not the file.
"""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.members import Member

_LONGEST, _LARGEST = 1 << 14, 1 << 18  # bytes of a line, and of the lines of a card
_HEAD = re.compile(rb'(?:([\w-]+)\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*+)*+):', re.ASCII)
_WANTED = frozenset((
    b"FN", b"N", b"ORG", b"KIND", b"EMAIL", b"TEL", b"BDAY", b"ANNIVERSARY", b"X-ANNIVERSARY",
    b"X-EVOLUTION-ANNIVERSARY", b"X-MS-ANNIVERSARY", b"X-ABDATE", b"X-ABLABEL", b"X-ANDROID-CUSTOM",
))  # fmt: skip
_QUOTED = re.compile(rb"QUOTED-PRINTABLE", re.IGNORECASE)
_CHARSET = re.compile(rb'CHARSET="?([\w-]+)', re.IGNORECASE | re.ASCII)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Line:
    """What a card says in a line: its group (`item1`), its name in capitals, its parameters and value as text."""

    group: str
    name: str
    parameters: str
    value: str

    def parts(self) -> list[str]:
        """The parts of a value between semicolons, without the escapes."""
        return [_ESCAPED.sub(_letter, part).strip() for part in re.split(r"(?<!\\);", self.value)]

    def words(self) -> str:
        """The value as it is meant."""
        return " ".join(_ESCAPED.sub(_letter, self.value).split())


def _letter(escaped: re.Match[str]) -> str:
    return " " if escaped[1] in "nN" else escaped[1]


def cards(member: Member) -> Iterator[list[Line] | None]:
    """The wanted lines of every card in the order of the file; None for one that is damaged or never ends."""
    found, size, depth, last = list[Line](), 0, 0, b""
    for written in _unfolded(member):
        mark = written[:12].strip().upper()
        if mark == b"BEGIN:VCARD" and depth and last != b"AGENT":
            yield None
            found, size, depth = [], 0, 1
        elif mark == b"BEGIN:VCARD":
            found, size = (found, size) if depth else ([], 0)
            depth += 1
        elif mark == b"END:VCARD" and depth:
            depth -= 1
            if not depth:
                yield found if size <= _LARGEST else None
        elif depth == 1 and (head := _HEAD.match(written)):
            last = head[2].upper()
            size += len(written) if last in _WANTED else 0
            if last in _WANTED and size <= _LARGEST:
                found.append(_line(head, written[head.end() :]))
    if depth:
        yield None


def _unfolded(member: Member) -> Iterator[bytes]:
    """Logical lines, each cut off where it is longer than any name or address; of what is not wanted only the head."""
    kept, wanted, quoted, unfinished = b"", True, False, False
    with member.open() as stream:
        for written in _lines(stream):
            soft = quoted and unfinished
            unfinished = written.endswith(b"=")
            if written[:1] in {b" ", b"\t"} or soft:
                if wanted and len(kept) < _LONGEST:
                    kept = kept[:-1] + written if soft else kept + written[1:]
                continue
            yield kept
            head = _HEAD.match(written)
            wanted = head is None or head[2].upper() in _WANTED
            quoted = head is not None and _QUOTED.search(head[3]) is not None
            kept = written if wanted else written[:64]
    yield kept


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Physical lines without their ends; of an endless one only the beginning."""
    whole = True
    while more := stream.readline(_LONGEST):
        if whole:
            yield more.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
        whole = more.endswith(b"\n")


def _line(head: re.Match[bytes], value: bytes) -> Line:
    group, name, parameters = (part.decode("ascii", "replace") for part in (head[1] or b"", head[2], head[3]))
    if _QUOTED.search(head[3]):
        value = quopri.decodestring(value)
    return Line(group.lower(), name.upper(), parameters.upper(), _text(value, _CHARSET.search(head[3])))


def _text(value: bytes, charset: re.Match[bytes] | None) -> str:
    for encoding in (charset[1].decode("ascii") if charset else "utf-8", "utf-8"):
        try:
            return value.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return value.decode("cp1252", "replace")
