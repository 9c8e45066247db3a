"""XML as a stream of whole elements, by expat, whatever the size of the file and whoever wrote it.

    for found in elements(member, {"trkpt"}):
        if isinstance(found, Cut): ...                     # damaged from here on: a fault, and the last thing told
        found.element.get("lat"), found.element.findtext("extensions/TrackPointExtension/hr")
        found.inside[-1].number                            # which segment it stands in

`groups` gives those that follow one another in one place together, which is quicker where they are small and many.
Names come without their prefixes (`gpxtpx:hr` is `hr`). Entities and document types are refused before the first
element, nothing is ever fetched, and what is complete leaves the tree as soon as it was handed out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import NoReturn

    from selftwin.sources.reader.members import Member

__all__ = ["Cut", "Element", "Found", "Group", "Opening", "elements", "groups", "root"]

DEEPEST = 100
LARGEST = 32 << 20  # bytes of one element, or between two
MOST_INSIDE = 500_000  # elements in one element
_CHUNK = 1 << 17
_ROOM = 1 << 20  # bytes from which on the elements of one that is still open are counted
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")  # two bytes a letter
_HIGH = rb"&#(55[2-9]\d\d|56[0-2]\d\d|563[01]\d|x[Dd][89ABab][0-9A-Fa-f]{2});"  # the first half of a pair
_PAIR = re.compile(_HIGH + rb"&#(5[67]\d{3}|x[Dd][C-Fc-f][0-9A-Fa-f]{2});")
_HALF = re.compile(_HIGH + rb"$")
_REFERENCE = re.compile(rb"&#(\d{1,9}|x[0-9A-Fa-f]{1,8});")
_LONGEST = 16  # bytes of a reference
_UNFIT = bytes.maketrans(bytes({*range(32)} - {9, 10, 13}), b" " * 29)


class Opening(NamedTuple):
    """An element that others stand in: its name, the attributes of its tag, and its number among all such."""

    tag: str
    attributes: Mapping[str, str]
    number: int


class Found(NamedTuple):
    """A whole element, its number among the found ones, and what it stands in, the root first."""

    element: Element
    number: int
    inside: tuple[Opening, ...]


class Group(NamedTuple):
    """Whole elements that follow one another in the same place, the number of the first, and what they stand in."""

    elements: list[Element]
    number: int
    inside: tuple[Opening, ...]


class Cut(NamedTuple):
    """The file is damaged or ends here: how many elements were found before, and why no more."""

    number: int
    reason: str


def root(member: Member) -> Opening | None:
    """The root's name (without prefix) and attributes (`xmlns` too), from the first bytes; None where there is none."""
    found: list[Opening] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append(Opening(_bare(tag), attributes, 0))
        raise expat.ExpatError

    data = member.head().lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data.startswith((b"<", *_WIDE)):
        return None
    parser = _parser(member.path)
    parser.StartElementHandler = start
    try:
        parser.Parse(data, False)
    except (expat.ExpatError, BrokenExport, ValueError, LookupError):
        return next(iter(found), None)
    return None


def elements(member: Member, tags: Collection[str]) -> Iterator[Found | Cut]:
    """The elements of these names, each whole and none inside another, as they stand in the file.

    Raises BrokenExport where there is no root, or an entity, a document type from elsewhere, or more depth or size
    than an export has.
    """
    for found in groups(member, tags):
        if isinstance(found, Cut):
            yield found
        else:
            for number, element in enumerate(found.elements, found.number):
                yield Found(element, number, found.inside)


def groups(member: Member, tags: Collection[str]) -> Iterator[Group | Cut]:
    """The same, some thousand at a time at most. Raises what `elements` raises, after all that was whole before."""
    tree = _Tree(member.path, frozenset(tags))
    with member.open() as stream:
        held, wide = b"", False
        while data := stream.read(_CHUNK):
            if not tree.begun:
                data = data if held else data.lstrip(b"\xef\xbb\xbf \t\r\n")
                wide = wide or data.startswith(_WIDE)
            fit, held = (data, b"") if wide else _mended(held + data)
            yield from tree.grown(fit)
            if tree.wrong:
                return
        yield from tree.grown(_mended(held, last=True)[0], last=True)


class _Tree:
    """The part of the document that is not yet handed out."""

    def __init__(self, path: str, tags: frozenset[str]) -> None:
        self.path, self.tags = path, tags
        self.names: dict[str, str] = {}  # expat looks up here what it calls each name
        self.known = 0
        self.builder = TreeBuilder()
        self.top = self.builder.start("", {})
        self.parser = _parser(path, self.names)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.builder.start
        self.parser.EndElementHandler = self.builder.end
        self.parser.CharacterDataHandler = self.builder.data
        self.openings: dict[Element, Opening] = {}
        self.opened = self.count = self.held = 0
        self.anchor: tuple[Element, int] = (self.top, 0)
        self.begun = self.wrong = False

    def grown(self, data: bytes, *, last: bool = False) -> Iterator[Group | Cut]:
        """What is complete after these bytes, and at damage that it is so."""
        reason = ""
        self.begun = self.begun or bool(data)
        try:
            self.parser.Parse(data, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            reason = _why(error)
            if not len(self.top):
                raise BrokenExport(f"{self.path} is no XML that can be read: {reason}.") from error
            self.builder.start("", {})  # stands in whatever is still open
            self.wrong = True
        self._bare_names()
        yield from self._all(self.top, ()) if last and not reason else self._complete(len(data))
        if reason:
            yield Cut(self.count, f"the file is damaged or cut off here ({reason})")

    def _complete(self, size: int) -> Iterator[Group]:
        """All but the last child of whatever may still be open; they leave the tree."""
        element, above = self.top, tuple[Opening, ...]()
        while True:
            children = list(element)
            del element[:-1]
            yield from self._gathered(children[:-1], above)
            if not children or children[-1].tag in self.tags:
                break
            element = children[-1]
            above = self._deeper(element, above)
        self._refuse_growth(children[-1] if children else element, size, wanted=bool(children))

    def _all(self, element: Element, above: tuple[Opening, ...]) -> Iterator[Group]:
        inside = above if element is self.top else self._deeper(element, above)
        self.openings.pop(element, None)
        yield from self._gathered(element, inside)

    def _gathered(self, children: Iterable[Element], inside: tuple[Opening, ...]) -> Iterator[Group]:
        found: list[Element] = []
        try:
            for child in children:
                if child.tag in self.tags:
                    if len(child):
                        self._refuse_depth(child, len(inside))
                    found.append(child)
                elif len(child):
                    if found:
                        yield self._group(found, inside)
                        found = []
                    yield from self._all(child, inside)
        except BrokenExport:
            if found:
                yield self._group(found, inside)
            raise
        if found:
            yield self._group(found, inside)

    def _group(self, found: list[Element], inside: tuple[Opening, ...]) -> Group:
        self.count += len(found)
        return Group(found, self.count - len(found), inside)

    def _deeper(self, element: Element, above: tuple[Opening, ...]) -> tuple[Opening, ...]:
        if len(above) >= DEEPEST:
            raise BrokenExport(f"{self.path} is nested deeper than any export; nothing more was read.")
        if (opening := self.openings.get(element)) is None:
            opening = self.openings[element] = Opening(element.tag, element.attrib, self.opened)
            self.opened += 1
        return (*above, opening)

    def _refuse_depth(self, element: Element, above: int) -> None:
        if len(element) + above < DEEPEST and not any(map(len, element)):
            return
        if (many := len(list(element.iter()))) + above <= DEEPEST:
            return
        level, depth = [element], above
        while level and depth <= DEEPEST:
            level, depth = [child for one in level for child in one], depth + 1
        if level or many > MOST_INSIDE:
            raise BrokenExport(f"{self.path} holds an element deeper or larger than any export; no more was read.")

    def _refuse_growth(self, element: Element, size: int, *, wanted: bool) -> None:
        """One element that never ends, or bytes without end between two."""
        anchor = (element, 0 if wanted else len(element))
        self.held = self.held + size if anchor == self.anchor else size
        self.anchor = anchor
        inside = len(list(element.iter())) if self.held > _ROOM else 0
        if self.held > LARGEST or inside > MOST_INSIDE:
            raise BrokenExport(f"{self.path} holds an element larger than any export has; no more was read.")
        self.openings = {one: known for one, known in self.openings.items() if len(one) or one is element}

    def _bare_names(self) -> None:
        """New names lose their prefix, here where they stand, and from now on as expat reads them."""
        if len(self.names) == self.known:
            return
        for name in list(self.names):
            self.names[name] = _bare(name)
        self.known = len(self.names)
        for element in self.top.iter():
            element.tag = _bare(element.tag)
            if any(":" in name for name in element.attrib):
                element.attrib = {_bare(name): value for name, value in element.attrib.items()}


def _bare(name: str) -> str:
    return name if name.startswith("xmlns:") else name.rpartition(":")[2]


def _parser(path: str, names: dict[str, str] | None = None) -> expat.XMLParserType:
    def entity(*_: object) -> NoReturn:
        raise BrokenExport(f"{path} declares XML entities, which no export needs; it was not read.")

    def document_type(_: str, system: str | None, *__: object) -> None:
        if system is not None:
            raise BrokenExport(f"{path} asks for a document type from elsewhere; it was not read.")

    parser = expat.ParserCreate(None, None, {} if names is None else names)
    parser.EntityDeclHandler = entity
    parser.StartDoctypeDeclHandler = document_type
    return parser


def _why(error: Exception) -> str:
    return expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "an unknown encoding"


def _mended(data: bytes, *, last: bool = False) -> tuple[bytes, bytes]:
    """Without letters XML forbids, which real exports hold: control characters, and emoji as two references.

    The rest begins with a reference that may go on in the next bytes.
    """
    end = len(data)
    if not last and (begun := data.find(b"&", max(end - _LONGEST, 0))) >= 0:
        end = half.start() if (half := _HALF.search(data, max(begun - _LONGEST, 0), begun)) else begun
    fit, rest = data[:end].translate(_UNFIT), data[end:]
    return (_REFERENCE.sub(_letter, _PAIR.sub(_joined, fit)) if b"&#" in fit else fit), rest


def _number(written: bytes) -> int:
    return int(written[1:], 16) if written[:1] == b"x" else int(written)


def _joined(pair: re.Match[bytes]) -> bytes:
    """Two halves of a letter beyond the first 65,536 as one."""
    high, low = _number(pair[1]), _number(pair[2])
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00) if low >= 0xDC00 else pair[0]


def _letter(found: re.Match[bytes]) -> bytes:
    number = _number(found[1])
    fit = 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    return found[0] if fit or number in {9, 10, 13} else b"&#65533;"
