"""The account of an import: what was read, what it made, and every fault with its place. It always adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vocabulary.errors import SelftwinError

if TYPE_CHECKING:
    from collections.abc import Mapping


class AccountDoesNotAddUp(SelftwinError):
    """A source counted more or fewer records than it accounts for: a bug, and nothing of the file is kept."""

    hint = "Please report this with the name of the source; your twin is untouched."


@dataclass(frozen=True, slots=True)
class Fault:
    """A bad record, as a value: its place (file and record) and the reason, never the value itself."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Records:
    """Native records of a file: read = taken + passed + faulty."""

    read: int = 0
    taken: int = 0
    passed: int = 0
    faulty: int = 0

    def __post_init__(self) -> None:
        if self.read != self.taken + self.passed + self.faulty:
            raise AccountDoesNotAddUp(
                f"{self.read} records read, but {self.taken} taken, {self.passed} passed over, {self.faulty} faulty."
            )


@dataclass(frozen=True, slots=True)
class Observations:
    """Observations made of them: made = new + known + revised."""

    made: int = 0
    new: int = 0
    known: int = 0
    revised: int = 0

    def __post_init__(self) -> None:
        if self.made != self.new + self.known + self.revised:
            raise AccountDoesNotAddUp(
                f"{self.made} observations made, but {self.new} new, {self.known} known, {self.revised} revised."
            )


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What one file (or one member of an archive) held. `first` and `last` are stamps as ISO text, or empty."""

    path: str
    source: str
    records: Records
    observations: Observations
    first: str
    last: str
    kinds: Mapping[str, int]
    signals: Mapping[str, int]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportAccount:
    """What one import did. `batch` is its number for `selftwin undo` (0 when nothing was stored)."""

    files: tuple[FileAccount, ...]
    unrecognised: tuple[Fault, ...]
    batch: int
    seconds: float
