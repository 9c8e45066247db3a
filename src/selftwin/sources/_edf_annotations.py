"""EDF and EDF+ as bytes: the header of 256 bytes a signal, and the annotations that stand in a signal of their own.

An annotation is `+onset` (seconds), perhaps 0x15 and a duration, then texts, each ended by 0x14; a zero ends them all.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.members import Member

LARGEST_RECORD = 64 << 20
_FIXED = re.compile(
    rb"0 {7}.{160}(\d\d)[.:/-](\d\d)[.:/-](\d\d)(\d\d)[.:/-](\d\d)[.:/-](\d\d)(\d{1,8}) *.{44}(?:-?\d+) *[\d.]+ *",
    re.DOTALL,
)
_UNDATED = date(1970, 1, 1)
_DATE = re.compile(rb"Startdate (\d\d-[A-Z]{3}-\d{4})")
_LIST = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14([^\0]*)\0")


@dataclass(frozen=True, slots=True)
class Header:
    """When a recording began and whether its day is known, the bytes of its header and of each data record, and which
    of those are annotations."""

    began: datetime
    dated: bool
    size: int
    record: int
    annotations: tuple[slice, ...]


def header(head: bytes) -> Header | None:
    """The header, or None where this is no EDF."""
    fixed = _FIXED.fullmatch(head[:252])
    if fixed is None or not head[252:256].strip().isdigit():
        return None
    signals, size = int(head[252:256]), int(head[184:192])
    if not 0 < signals <= 255 or size != 256 * (signals + 1) or len(head) < size:
        return None
    labels = [head[256 + 16 * one : 272 + 16 * one].strip() for one in range(signals)]
    counts = [head[256 + 216 * signals + 8 * one :][:8].strip() for one in range(signals)]
    if not all(count.isdigit() for count in counts) or (clock := _clock(fixed)) is None:
        return None
    day = _day(head, fixed)
    ends = [2 * sum(int(count) for count in counts[: one + 1]) for one in range(signals)]
    spans = zip([0, *ends], ends, labels, strict=False)
    kept = tuple(slice(start, end) for start, end, label in spans if label == b"EDF Annotations")
    return Header(datetime.combine(day or _UNDATED, clock), day is not None, size, ends[-1], kept)


def _clock(fixed: re.Match[bytes]) -> time | None:
    hour, minute, second = (int(part) for part in fixed.groups()[3:6])
    with suppress(ValueError):
        return time(hour, minute, second)
    return None


def _day(head: bytes, fixed: re.Match[bytes]) -> date | None:
    """The day as EDF+ says it, else with its year in two digits, which mean 1985 to 2084; None where it is no day."""
    if told := _DATE.match(head[88:168]):
        with suppress(ValueError):
            return datetime.strptime(told[1].decode(), "%d-%b-%Y").date()  # noqa: DTZ007 - a wall clock
    day, month, year = (int(part) for part in fixed.groups()[:3])
    with suppress(ValueError):
        return date(year + (1900 if year >= 85 else 2000), month, day)
    return None


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was written at some second after the beginning, and how long it lasts."""

    onset: float
    duration: float
    text: str


def written(member: Member, told: Header) -> Iterator[Annotation | None]:
    """All of them in the order of the file; None at the end where it was cut off. Raises BrokenExport."""
    if told.record > LARGEST_RECORD:
        raise BrokenExport(f"{member.path} holds data records larger than any recorder writes.")
    with member.open() as stream:
        stream.read(told.size)
        while len(record := stream.read(told.record)) == told.record and record:
            for place in told.annotations:
                yield from _parsed(record[place])
        if record:
            yield None


def _parsed(text: bytes) -> Iterator[Annotation]:
    """The annotations of one record; those without words keep its time and are none."""
    for onset, duration, words in _LIST.findall(text):
        for one in words.split(b"\x14"):
            if said := one.decode("utf-8", "replace").strip():
                yield Annotation(float(onset), float(duration or 0), said)
