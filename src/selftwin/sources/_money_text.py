"""Text of banks by the chunk, in any of the encodings they use, cut only where a statement or payment begins."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selftwin.sources.reader.members import Member

_CHUNK, _LONGEST = 1 << 21, 1 << 22
_WIDE = {b"\xff\xfe", b"\xfe\xff"}
_GERMAN_DOS = {0x81: "ü", 0x84: "ä", 0x8E: "Ä", 0x94: "ö", 0x99: "Ö", 0x9A: "Ü"}  # SWIFT has no quotes as cp1252 there


def _windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "replace")


def _told(error: UnicodeError, german: dict[int, str]) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    told = error.object[error.start : error.end]
    return "".join(german.get(one) or _windows(one) for one in told), error.end


codecs.register_error("selftwin.banks", lambda error: _told(error, {}))
codecs.register_error("selftwin.old-banks", lambda error: _told(error, _GERMAN_DOS))


def beginning(member: Member) -> str:
    """The first bytes as text; never raises."""
    head = member.head()
    text = head.decode("utf-16", "replace") if head[:2] in _WIDE else head.decode("utf-8", "selftwin.banks")
    return text.removeprefix("\ufeff")


def chunks(
    member: Member, marks: Sequence[str], finer: Sequence[str] = (), *, errors: str = "selftwin.banks"
) -> Iterator[str]:
    """Runs of text that end before one of the marks or, where that would leave much, before a finer one.

    Line ends are plain; bytes that are no UTF-8 are read by `errors`. Raises BrokenExport where no mark comes for
    megabytes.
    """
    wide = member.head(2) in _WIDE
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace" if wide else errors)
    kept = ""
    with member.open() as stream:
        data = stream.read(_CHUNK)
        while more := stream.read(_CHUNK):
            whole, kept = _cut(kept + decoder.decode(data), marks, finer)
            data = more
            if whole:
                yield _lined(whole)
            if len(kept) > _LONGEST:
                raise BrokenExport(f"{member.path} holds a payment that never ends.")
    yield _lined(kept + decoder.decode(data, final=True))


def _cut(text: str, marks: Sequence[str], finer: Sequence[str]) -> tuple[str, str]:
    at = max(text.rfind(mark) for mark in marks)
    if at < len(text) // 2 and finer:
        at = max(at, *(text.rfind(mark) for mark in finer))
    return (text[:at], text[at:]) if at > 0 else ("", text)


def _lined(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
