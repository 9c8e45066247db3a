"""Apple's XML cut into the elements directly under its root, and each of them read by expat alone.

Exports are not always well formed: iOS 16 wrote a broken DTD, some versions let control characters through, iOS 8 put
spaces into names of attributes. So the DTD is stepped over and never read (nothing it declares is ever expanded), and
each element gets a parser of its own: a bad one is one fault and spoils no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from xml.parsers import expat

from selftwin.vocabulary.account import AccountDoesNotAddUp

DEEPEST = 32
ROOT = re.compile(rb"<HealthData(?=[\s>])")
TAG = re.compile(rb"<[A-Za-z_\x80-\xff]")
_START = re.compile(rb"""<([A-Za-z_][\w.:-]*+)((?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+)>""")
_SPACE = re.compile(rb"\s*+")
_KNOWN = rb"(?:Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram|VisionPrescription)(?=[\s/>])"
_NEXT = re.compile(rb"<" + _KNOWN + rb"|</HealthData\s*>")
_ROOT_END = re.compile(rb"</HealthData\s*>")
_ASIDES = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
_UNFIT = bytes.maketrans(bytes({*range(32)} - {9, 10, 13}), b" " * 29)
_SPACED = re.compile(rb"""\s[A-Za-z][\w.-]*(?: [\w.-]+)+=(?:"[^"<]*"|'[^'<]*')""")


class Find(Enum):
    """What was found at a place in the bytes."""

    ELEMENT = auto()  # well enough formed to be asked of expat
    SPOILT = auto()  # a tag that never ends, or words where an element should stand
    ASIDE = auto()  # a comment, a processing instruction, a section of characters
    MORE = auto()  # more bytes are needed to tell
    END = auto()  # the root is closed


@dataclass(frozen=True, slots=True)
class Piece:
    """A find and where it lies."""

    find: Find
    start: int
    end: int


@dataclass(slots=True)
class Element:
    """A tag with its attributes and the elements inside it; words between tags mean nothing in this format."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element] = field(default_factory=list)


def piece(data: bytes | bytearray, at: int, stop: int) -> Piece:
    """The next piece at or after `at`, which is a place between elements; bytes from `stop` on do not count."""
    start = min(_SPACE.match(data, at).end(), stop)  # type: ignore[union-attr]
    if data.find(b">", start, stop) < 0:
        return Piece(Find.MORE, start, start)
    if (whole := _START.match(data, start, stop)) is not None:
        return _whole(data, whole, stop)
    if (closed := _ROOT_END.match(data, start, stop)) is not None:
        return Piece(Find.END, start, closed.end())
    for opens, closes in _ASIDES:
        if data.startswith(opens, start, stop):
            end = data.find(closes, start + len(opens), stop)
            return Piece(Find.ASIDE, start, end + len(closes)) if end >= 0 else Piece(Find.MORE, start, start)
    return _spoilt(data, start, stop)


def _whole(data: bytes | bytearray, opened: re.Match[bytes], stop: int) -> Piece:
    start, end = opened.span()
    if data[end - 2] == 0x2F:  # ends in />
        return Piece(Find.ELEMENT, start, end)
    closing = re.compile(rb"</" + re.escape(opened[1]) + rb"\s*>|<" + _KNOWN)
    while (found := closing.search(data, end, stop)) is not None:
        if found[0].startswith(b"</"):
            return Piece(Find.ELEMENT, start, found.end())
        if opened[1] != b"Correlation" or found[0] != b"<Record":
            return Piece(Find.SPOILT, start, found.start())  # never closed: the next record begins inside it
        end = found.end()
    return Piece(Find.MORE, start, start)


def _spoilt(data: bytes | bytearray, start: int, stop: int) -> Piece:
    """No value may hold `<`, so a tag that has not ended at the next one never ends: on to what is known again."""
    if (found := _NEXT.search(data, start + 1, stop)) is None:
        return Piece(Find.MORE, start, start)
    return Piece(Find.SPOILT, start, found.start())


def parsed(raw: bytes) -> Element | None:
    """One element as expat understands it, mended where Apple is known to have spoilt it; None where it cannot be."""
    for tried in (raw, raw.translate(_UNFIT), _SPACED.sub(b"", raw)):
        if (element := _asked(tried)) is not None:
            return element
    return None


def _refused(*_: object) -> None:
    raise expat.ExpatError


def _asked(raw: bytes) -> Element | None:
    stack = [Element("", {})]
    started = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal started
        started += 1
        if len(stack) > DEEPEST:
            raise expat.ExpatError
        stack.append(Element(tag, attributes))
        stack[-2].inside.append(stack[-1])

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refused
    parser.EndElementHandler = lambda _: stack.pop()
    try:
        parser.Parse(raw, True)
    except expat.ExpatError:
        return None
    if started != len(TAG.findall(raw)) and b"<!" not in raw and b"<?" not in raw:
        raise AccountDoesNotAddUp(f"{len(TAG.findall(raw))} tags in a record, but {started} understood.")
    return stack[0].inside[0]
