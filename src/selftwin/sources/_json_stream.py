"""JSON records as they stream by, in bounded memory: one a line, in an array, or in arrays deep inside an object.

A path says where they stand: `""` on their own (one a line, or one after the other), `"[]"` in an array,
`"entry[]"` or `"chats.list[].messages[]"` further in, `"*[]"` in any array of the outermost object. What stands
elsewhere streams past unread. Brackets are found on whole blocks of bytes at once, and only those that lead to
records are looked at one by one; polars reads a block of records into text columns, orjson those it refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from selftwin.sources._json_brackets import Brackets, Pen
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from selftwin.sources.reader.members import Member

    Told = tuple[str, list[bytes], dict[str, Any]]  # a path, records that stand there, what is said around them
_BLOCK = 1 << 22
_LONGEST = 1 << 26  # bytes of one record (a health record may hold a whole scan), and between records
_MOST_STRAYS = 100
_MARKS = bytes.maketrans(b"\r\n\t", b"   ")
_KEY = re.compile(rb'"((?:[^"\\]++|\\.)*+)"\s*:\s*$', re.DOTALL)
_REACH = 512  # bytes before a bracket in which its key stands; longer keys lead nowhere
_NO_NUMBERS = (b"NaN", b"Infinity", b"-Infinity")
_NO_NUMBER = re.compile(  # or all that stands before the next one, strings whole
    rb'(?:"(?:[^"\\]++|\\.)*+"?|[^"NI-]++|(?!NaN|-?Infinity)[NI-])++|NaN|-?Infinity', re.DOTALL
)
_MOST_REWRITTEN = 1 << 21  # bytes of a record in which numbers that are none become null
_MOST_SAID = 1 << 16  # bytes around an array that are read again for each array
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Records:
    """Whole records that stand at one path, each on one line of JSON, some perhaps damaged.

    `first` is how many came before; `cut` says that the file ends in the middle, after them. `outer` is what the object
    around their array said before it (`{"name": …, "messages": null}`), empty where it cannot be read or is long.
    """

    path: str
    lines: list[bytes]
    first: int
    cut: bool = False
    outer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Objects:
    """Some records as text columns with their number in `record`; `bad` numbers those that could not be read."""

    rows: pl.DataFrame
    count: int
    first: int
    bad: tuple[int, ...] = ()
    path: str = ""
    outer: dict[str, Any] = field(default_factory=dict)


def objects(member: Member, paths: Sequence[str], fields: Sequence[str]) -> Iterator[Objects]:
    """The records at these paths in blocks, each dotted field as text (what is nested as JSON text).

    Raises BrokenExport where a record never ends. Where the file's end cuts off, the last one is bad.
    """
    for block in records(member, paths):
        if block.lines or block.cut:
            yield _read(block, fields)


def records(member: Member, paths: Sequence[str]) -> Iterator[Records]:
    """The records at these paths in blocks, in the order of the file. Raises BrokenExport where one never ends."""
    if "" in paths and in_lines(member.head()):
        yield from _by_line(member)
    else:
        yield from _by_bracket(member, paths)


def loaded(line: bytes) -> dict[str, Any] | None:
    """One record as Python has it, or None where it is no sound JSON object (or nested more than 1,024 deep).

    `NaN` and `Infinity`, which JSON does not have and many programs write for what was not measured, are null in
    records of up to 2 MB.
    """
    import orjson

    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        if len(line) > _MOST_REWRITTEN or not any(word in line for word in _NO_NUMBERS):
            return None
        plain = _NO_NUMBER.sub(lambda found: b"null" if found[0] in _NO_NUMBERS else found[0], line)
        return loaded(plain) if plain != line else None
    return found if isinstance(found, dict) else None


def in_lines(head: bytes) -> bool:
    """Whether the first line is a whole object: then each line is one, and a damaged one ends with its line."""
    line, seam, _ = head.removeprefix(_BOM).lstrip().partition(b"\n")
    return bool(seam) and line.startswith(b"{") and loaded(line) is not None


def _by_line(member: Member) -> Iterator[Records]:
    done, kept = 0, b""
    with member.open() as stream:
        while more := stream.read(_BLOCK):
            whole, seam, kept = (kept + more.removeprefix(_BOM)).rpartition(b"\n")
            if len(kept) > _LONGEST:
                raise BrokenExport(f"{member.path} holds a line that never ends.")
            if seam:
                found = Records("", _filled(whole), done)
                done += len(found.lines)
                yield found
    yield Records("", _filled(kept), done)


def _filled(text: bytes) -> list[bytes]:
    return [line for line in text.splitlines() if line.strip()]


def _by_bracket(member: Member, paths: Sequence[str]) -> Iterator[Records]:
    walk = _Walk(member, _rooted(member.head(4096), paths))
    done = 0
    with member.open() as stream:
        while more := stream.read(_BLOCK):
            for path, lines, outer in _together(walk.through(more.translate(_MARKS))):
                yield Records(path, lines, done, outer=outer)
                done += len(lines)
    if walk.unfinished:
        yield Records(walk.path, [], done, cut=True)


def _together(found: Iterator[Told]) -> Iterator[Told]:
    """Records of arrays that follow one another at one path as one block: a file may hold them by the thousand."""
    path, lines, outer = "", list[bytes](), dict[str, Any]()
    try:
        for one in found:
            if (path, outer) != (one[0], one[2]):
                if lines:
                    yield path, lines, outer
                path, lines, outer = one[0], [], one[2]
            lines += one[1]
    except BrokenExport:
        if lines:
            yield path, lines, outer
        raise
    if lines:
        yield path, lines, outer


def _rooted(head: bytes, paths: Sequence[str]) -> tuple[str, ...]:
    """The paths that can be: records stand on their own only where they are not in an array."""
    array = head.removeprefix(_BOM).lstrip().startswith(b"[")
    return tuple(path for path in paths if path or not (array and "[]" in paths))


@dataclass(slots=True)
class _Open:
    """A container that leads to records: its path, whether it is an object, what it said so far beside containers."""

    path: str
    named: bool
    said: bytearray = field(default_factory=bytearray)

    def inner(self, opener: bytes) -> str:
        """The path of a container that opens in it here."""
        if not self.named:
            return self.path + ("[]" if self.path or opener == b"{" else "")
        key = _KEY.search(bytes(self.said[-_REACH:]))
        name = "?" if key is None else key[1].decode("utf-8", "replace")
        return f"{self.path}.{name}" if self.path else name


@dataclass(slots=True)
class _Walk:
    """Where in the document the bytes stand. `inside` is the array whose records are read, `past` the depth at which
    a container nobody wants has ended, `kept` the pieces of a record that has not."""

    member: Member
    paths: tuple[str, ...]
    pen: Pen = field(default_factory=Pen)
    strays: int = 0
    stack: list[_Open] = field(default_factory=list)
    inside: str | None = None
    past: int | None = None
    kept: list[bytes] = field(default_factory=list)
    outer: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "" in self.paths:
            self.inside = ""

    @property
    def unfinished(self) -> bool:
        """Whether something is still open."""
        return bool(self.stack or self.kept) or self.past is not None

    @property
    def path(self) -> str:
        """The path of the records that are being read, or of the last container that leads to some."""
        return self.inside if self.inside is not None else (self.stack[-1].path if self.stack else "")

    def through(self, text: bytes) -> Iterator[Told]:
        """The records that end in this text."""
        brackets = self.pen.over(text)
        place = at = 0  # the next bracket, and the bytes up to it that were used
        while place < brackets.count:
            if self.past is not None:
                place, at = self._pass_over(brackets, place)
            elif self.inside is not None:
                path, end = self.inside, brackets.next_close(len(self.stack) - 1, place)
                lines = self._records(brackets, text, place, end)
                at = self._leave(brackets, text, end, at)
                if self.inside is not None and end < brackets.count:
                    lines.append(b"}")  # a bracket too many is a record that cannot be read
                if lines:
                    yield path, lines, self.outer
                place = end + 1
            else:
                if not self._step(brackets, text, place, at):
                    yield "", [b"}"], {}
                place, at = place + 1, int(brackets.at[place]) + 1
        self._keep(brackets, text, at)

    def _pass_over(self, brackets: Brackets, place: int) -> tuple[int, int]:
        end = brackets.next_close(self.past or 0, place)
        if end == brackets.count:
            return end, 0
        self.past = None
        return end + 1, int(brackets.at[end]) + 1

    def _leave(self, brackets: Brackets, text: bytes, end: int, at: int) -> int:
        """Past the end of the array that is read, if it is its end and no bracket too many."""
        if end == brackets.count:
            return at
        if self.stack and text[brackets.at[end]] == ord("]"):
            self.inside, self.kept = None, []
            self.stack.pop()
        else:
            self._forgive(brackets, end)
        return int(brackets.at[end]) + 1

    def _forgive(self, brackets: Brackets, place: int) -> None:
        self.strays += 1
        if self.strays > _MOST_STRAYS:
            raise BrokenExport(f"{self.member.path} closes more brackets than it opens.")
        brackets.unclose(place)
        self.pen.depth += 1

    def _records(self, brackets: Brackets, text: bytes, place: int, end: int) -> list[bytes]:
        """The records between two brackets; what begins and does not end is kept for the next text."""
        depth = len(self.stack)
        starts, ends = brackets.opens(depth + 1, place, end), brackets.closes(depth, place, end)
        lines = []
        if self.kept and ends:
            lines.append(b"".join((*self.kept, text[: ends[0] + 1])))
            self.kept, ends = [], ends[1:]
        lines += [text[start : stop + 1] for start, stop in zip(starts, ends, strict=False)]
        if len(starts) > len(ends):
            self.kept = [text[starts[len(ends)] :]]
        elif self.kept:
            self._grow(text)
        return lines

    def _grow(self, text: bytes) -> None:
        self.kept.append(text)
        if sum(map(len, self.kept)) > _LONGEST:
            raise BrokenExport(f"{self.member.path} holds an object that never ends.")

    def _step(self, brackets: Brackets, text: bytes, place: int, at: int) -> bool:
        """Over one bracket that stands between the outermost object and the records; whether it closed anything."""
        bracket = int(brackets.at[place])
        if self.stack:
            self.stack[-1].said += text[at:bracket]
        if brackets.step[place] < 0:
            if self.stack:
                self.stack.pop()
                return True
            self._forgive(brackets, place)
            return False
        opener = text[bracket : bracket + 1]
        path = self.stack[-1].inner(opener) if self.stack else ""
        self._enter(path, opener)
        return True

    def _enter(self, path: str, opener: bytes) -> None:
        wanted = f"{path}[]" if opener == b"[" else None
        loose = "*[]" if wanted and len(self.stack) == 1 and self.stack[0].named else None
        if found := next((one for one in (wanted, loose) if one in self.paths), None):
            self.outer = self._said(self.stack[-1]) if self.stack else {}
            self._told()
            self.stack.append(_Open(path, named=False))
            self.inside = found if found != "*[]" else str(wanted)
        elif any(_leads(path, opener, one) for one in self.paths):
            self.stack.append(_Open(path, named=opener == b"{"))
        else:
            self._told()
            self.past = len(self.stack)

    def _told(self) -> None:
        """A container that is not kept stands as `null` in what is said around it."""
        if self.stack:
            self.stack[-1].said += b"null"

    @staticmethod
    def _said(around: _Open) -> dict[str, Any]:
        wanted = around.named and len(around.said) <= _MOST_SAID
        return (loaded(b"{" + bytes(around.said) + b"null}") or {}) if wanted else {}

    def _keep(self, brackets: Brackets, text: bytes, at: int) -> None:
        """What stands after the last bracket, while no record and nothing unwanted is open."""
        if self.stack and self.inside is None and self.past is None:
            self.stack[-1].said += text[at:]
            if len(self.stack[-1].said) > _LONGEST:
                raise BrokenExport(f"{self.member.path} holds text that never ends.")
        elif self.kept and not brackets.count:
            self._grow(text)


def _leads(path: str, opener: bytes, to: str) -> bool:
    """Whether records at `to` may stand inside a container at `path`."""
    here = path + ("[]" if opener == b"[" else "")
    if to == "*[]":
        return not path and opener == b"{"
    return to.startswith(here + ".") or (not here and not to.startswith("["))


def _read(block: Records, fields: Sequence[str]) -> Objects:
    import polars as pl

    count = len(block.lines) + block.cut
    try:
        rows = pl.read_ndjson(b"\n".join(block.lines), schema=schema_of(fields)) if block.lines else None
    except pl.exceptions.PolarsError:
        return _one_by_one(block, fields)
    if rows is None or rows.height != len(block.lines):
        return _one_by_one(block, fields)
    flat = rows.select(leaves(fields)).with_row_index("record")
    return Objects(flat, count, block.first, (count - 1,) if block.cut else (), block.path, block.outer)


def schema_of(fields: Sequence[str]) -> dict[str, Any]:
    """The polars schema of dotted fields: text at every leaf."""
    import polars as pl

    tree: dict[str, Any] = {}
    for name in fields:
        *branch, leaf = name.split(".")
        at = tree
        for step in branch:
            at = at.setdefault(step, {})
        at[leaf] = pl.String
    return {name: _typed(value) for name, value in tree.items()}


def _typed(value: Any) -> Any:
    import polars as pl

    return pl.Struct({name: _typed(inner) for name, inner in value.items()}) if isinstance(value, dict) else value


def leaves(fields: Sequence[str]) -> list[pl.Expr]:
    """What stands at dotted fields of rows that were read by their schema, each under its dotted name."""
    import polars as pl

    found = []
    for name in fields:
        first, *rest = name.split(".")
        leaf = pl.col(first)
        for step in rest:
            leaf = leaf.struct.field(step)
        found.append(leaf.alias(name))
    return found


def _one_by_one(block: Records, fields: Sequence[str]) -> Objects:
    """The slow way, for a block with a damaged record in it."""
    import polars as pl

    sound: dict[int, list[str | None]] = {}
    for place, line in enumerate(block.lines):
        if (read := loaded(line)) is not None and (cells := _cells(read, fields)) is not None:
            sound[place] = cells
    rows = pl.DataFrame(list(sound.values()), schema=dict.fromkeys(fields, pl.String), orient="row")
    numbered = rows.insert_column(0, pl.Series("record", list(sound), pl.UInt32))
    count = len(block.lines) + block.cut
    bad = tuple(place for place in range(count) if place not in sound)
    return Objects(numbered, count, block.first, bad, block.path, block.outer)


def _cells(read: dict[str, Any], fields: Sequence[str]) -> list[str | None] | None:
    """The fields of a record as text, or None where one is nested too deep to be written out (254)."""
    import orjson

    try:
        return [_text(_at(read, name)) for name in fields]
    except orjson.JSONEncodeError:
        return None


def _at(read: Any, name: str) -> Any:
    for step in name.split("."):
        read = read.get(step) if isinstance(read, dict) else None
    return read


def _text(value: object) -> str | None:
    import orjson

    return value if isinstance(value, str) or value is None else orjson.dumps(value).decode()
