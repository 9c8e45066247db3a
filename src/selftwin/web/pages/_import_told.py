"""What the import page tells of files: what they are, from when to when, how much is new, every fault by its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UnknownSignal
from selftwin.web.importing import Sum
from selftwin.wording import sources, words
from selftwin.wording.sizes import size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selftwin.vocabulary.account import Fault, FileAccount
    from selftwin.web.importing import Waiting

SHOWN = 12  # kinds of fault on the page; the table to download has every row


@dataclass(frozen=True, slots=True)
class Faults:
    """Faults of one file for one reason: where the first is, of which signal, why, and how many rows."""

    where: str
    what: str
    why: str
    rows: int


@dataclass(frozen=True, slots=True)
class Found:
    """A parcel as a row of the preview."""

    waiting: Waiting
    size: str
    thought: str
    span: str
    sums: Sum
    signals: tuple[tuple[str, int], ...]
    faults: tuple[Faults, ...]
    notes: tuple[str, ...]
    unread: tuple[Fault, ...]

    @classmethod
    def of(cls, waiting: Waiting) -> Found:
        """What was found in it, as far as anybody has looked."""
        preview = waiting.preview
        files = preview.files if preview else ()
        unread = preview.unrecognised if preview else ()
        return cls(waiting, size(waiting.parcel.size), thought(files), span(files), Sum.of(files), kinds(files),
                   faults(files), notes(files), unread)  # fmt: skip

    @property
    def open(self) -> bool:
        """Whether there is more to say than a row holds."""
        return bool(self.signals or self.faults or self.unread)


def thought(files: Sequence[FileAccount]) -> str:
    """What files are taken for, the most frequent first: Apple Health, 41 files."""
    found = Counter(sources.title(file.source) for file in files)
    said = ", ".join(title for title, _ in found.most_common(3)) + (" …" if len(found) > 3 else "")
    return f"{said}, {words.count(len(files), 'file')}" if len(files) > 1 else said


def span(files: Sequence[FileAccount]) -> str:
    """From when to when, in as few words as tell it."""
    first = min((file.first[:10] for file in files if file.first), default="")
    last = max((file.last[:10] for file in files if file.last), default="")
    try:
        return between(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return ""


def between(first: date, last: date) -> str:
    """Two days as a span.

    >>> between(date(2026, 11, 1), date(2026, 11, 23)), between(date(2018, 3, 4), date(2026, 11, 24))
    ('1 to 23 November 2026', 'March 2018 to November 2026')
    """
    if first == last:
        return words.day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {words.day(last)}"
    if first.year == last.year:
        return f"{words.day(first, year=False)} to {words.day(last)}"
    return f"{_month(first)} to {_month(last)}"


def _month(day: date) -> str:
    return words.day(day).partition(" ")[2]


def kinds(files: Iterable[FileAccount]) -> tuple[tuple[str, int], ...]:
    """The signals in files by their labels, the most frequent first, each with its observations."""
    found: Counter[str] = Counter()
    for file in files:
        for key, number in file.signals.items():
            found[label(key)] += number
    return tuple(found.most_common())


def label(key: str) -> str:
    """A signal as it is called, its key where nobody knows it."""
    try:
        return nature(key).label
    except UnknownSignal:
        return key


def notes(files: Iterable[FileAccount]) -> tuple[str, ...]:
    """What the sources say, each thing once."""
    return tuple(dict.fromkeys(note for file in files for note in file.notes))


def faults(files: Iterable[FileAccount]) -> tuple[Faults, ...]:
    """Rows that could not be read, by file and reason, the most frequent first."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in files:
        for fault in file.faults:
            found.setdefault((fault.place.rpartition(", ")[0] or fault.place, fault.reason), []).append(fault.place)
    rows = [_group(places, reason) for (_, reason), places in found.items()]
    return tuple(sorted(rows, key=lambda one: -one.rows))


def _group(places: Sequence[str], reason: str) -> Faults:
    key, colon, why = reason.partition(": ")
    try:
        what = nature(key).label if colon else ""
    except UnknownSignal:
        what = ""
    more = " …" if len(places) > 1 else ""
    return Faults(places[0] + more, what, why if what else reason, len(places))
