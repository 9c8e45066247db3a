"""Apple Health: on the iPhone, Health, your picture, Export All Health Data makes `export.zip`; import it as it is.

The file inside is named in the phone's language (`Exportar.xml`, `导出.xml`), so it is known by its root element.
"""

from __future__ import annotations

import codecs
import re
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from selftwin.sources._apple_elements import ROOT
from selftwin.sources._apple_export import Export, by_expat
from selftwin.sources.reader.contract import Part
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from selftwin.sources.reader.members import Member

_PROLOG = 4 << 20  # the DTD of an export has about 8,000 bytes
_BLOCK = 1 << 20
SMALL = 4 << 20  # bytes that expat reads sooner than the tokenizer is loaded; both make the same of them
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_OF_TEXT = re.compile(r"utf-(?:8|16|32)|iso8859|cp\d|mac|koi8|gb|big5|shift|euc")  # some codecs unpack or escape
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ASIDES = (
    (re.compile(r"(^|/)export_cda\.xml$"), b"<ClinicalDocument", "the clinical document repeats the export"),
    (re.compile(r"(^|/)workout-routes/[^/]+\.gpx$"), b"<gpx", "routes of workouts are passed over"),
    (re.compile(r"(^|/)electrocardiograms/[^/]+\.csv$"), b"", "electrocardiograms are passed over"),
)


@dataclass(frozen=True, slots=True)
class AppleHealth:
    """The export of the Health app, and the files that lie beside it."""

    name: str = "apple_health"
    title: str = "Apple Health"
    reads: str = "Everything the Health app keeps: steps, heart, sleep, workouts, readings, symptoms."
    version: int = 2
    rank: int = 0
    how_to_export: str = "On the iPhone: Health, then your picture, then Export All Health Data; share the zip."

    def recognises(self, member: Member) -> bool:
        """The root `<HealthData` behind the DTD, or a file that only Apple's export has beside it."""
        return _aside(member) is not None or ROOT.search(_plain(member.head())) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """None: an export is one unnamed person's."""
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """Parts of about 65,536 rows. Raises BrokenExport when the file is cut off or no export."""
        if (note := _aside(member)) is not None:
            yield Part(_nothing(), 1, passed=1, kinds={note: 1}, notes=(note,))
            return
        with member.open() as stream:
            blocks = _decoded(iter(lambda: stream.read(_BLOCK), b""), member)
            begun = list(islice(blocks, SMALL // _BLOCK))
            blocks = chain(begun, blocks)
            if len(begun) < SMALL // _BLOCK:
                yield from by_expat(Export(member.path), blocks, _body(blocks, member.path))
                return
            from selftwin.sources._apple_fast import ahead, by_tokenizer

            with closing(ahead(blocks)) as made:
                yield from by_tokenizer(Export(member.path), made, _body(made, member.path))


def _aside(member: Member) -> str | None:
    path = member.path.replace("\\", "/").lower()
    for pattern, begins, note in _ASIDES:
        if pattern.search(path) and begins in member.head():
            return note
    return None


def _nothing() -> pa.RecordBatch:
    import pyarrow as pa

    from selftwin.vocabulary.observation import schema

    return pa.RecordBatch.from_pylist([], schema=schema())


def _encoding(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    declared = _DECLARED.match(head)
    name = declared[1].decode("ascii", "replace") if declared else "utf-8"
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return "utf-8" if found == "ascii" else found if _OF_TEXT.match(found) else ""


def _plain(head: bytes) -> bytes:
    encoding = _encoding(head) or "utf-8"
    return head if encoding == "utf-8" else head.decode(encoding, "replace").encode(errors="replace")


def _decoded(blocks: Iterator[bytes], member: Member) -> Iterator[bytes]:
    """The bytes as UTF-8, whatever they were saved as since. Raises BrokenExport where nobody knows that."""
    if not (encoding := _encoding(member.head())):
        raise BrokenExport(f"{member.path} is written in an encoding that nobody knows.")
    if encoding == "utf-8":
        return blocks
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return (text.encode(errors="replace") for block in blocks if (text := decoder.decode(block)))


def _body(blocks: Iterator[bytes], path: str) -> bytes:
    """What is held behind the root's tag; the DTD before it is never read."""
    data = b""
    for block in blocks:
        data += block
        if (root := ROOT.search(data)) and (end := data.find(b">", root.end())) >= 0:
            return b"</HealthData>" if data[end - 1 : end] == b"/" else data[end + 1 :]
        if len(data) > _PROLOG:
            break
    raise BrokenExport(f"{path} holds no HealthData: it is no export of Apple Health, or was cut off.")


SOURCE = AppleHealth()
