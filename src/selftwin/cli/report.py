"""The account of an import for a person: what was recognised, what it made, every fault by its place."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.wording.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from selftwin.vocabulary.account import Fault, FileAccount, ImportAccount

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Sum:
    """Several files' accounts added up."""

    read: int
    taken: int
    passed: int
    faulty: int
    made: int
    new: int
    known: int
    revised: int

    @classmethod
    def of(cls, files: Iterable[FileAccount]) -> Sum:
        """The sums of some files."""
        rows = [(*astuple(file.records), *astuple(file.observations)) for file in files]
        return cls(*(sum(column) for column in zip(*rows, strict=True))) if rows else cls(0, 0, 0, 0, 0, 0, 0, 0)

    def __str__(self) -> str:
        return (
            f"{self.read:,} records read = {self.taken:,} taken + {self.passed:,} passed over "
            f"+ {self.faulty:,} faulty\n"
            f"{self.made:,} observations made = {self.new:,} new + {self.known:,} known + {self.revised:,} revised"
        )


def report(account: ImportAccount, *, dry_run: bool = False) -> None:
    """Print the account of an import: data on stdout, what to do next on stderr."""
    every = Sum.of(account.files)
    screen.show(_sources(account.files), str(every))
    _notes(account.files)
    _faults([fault for file in account.files for fault in file.faults], every.faulty)
    _aside(account.unrecognised)
    if dry_run:
        screen.say("A preview: nothing was kept.")
    elif account.batch:
        screen.say(f"This is import {account.batch}; `selftwin undo {account.batch}` takes it back.")
    else:
        screen.say("All of it was read before: nothing was added.")


def _sources(files: Iterable[FileAccount]) -> Table:
    listed = screen.table("source", "files", "from", "to", "records", "new", "known", "revised",
                          right=("files", "records", "new", "known", "revised"),
                          whole=("source", "from", "to"))  # fmt: skip
    ordered = sorted(files, key=lambda file: file.source)
    for source, some in groupby(ordered, key=lambda file: file.source):
        group = list(some)
        whole = Sum.of(group)
        first = min((file.first for file in group if file.first), default="")
        last = max((file.last for file in group if file.last), default="")
        numbers = (whole.read, whole.new, whole.known, whole.revised)
        listed.add_row(source, f"{len(group):,}", first[:10], last[:10], *(f"{number:,}" for number in numbers))
    return listed


def _notes(files: Iterable[FileAccount]) -> None:
    """What the sources say, each thing once with the number of files it was said of."""
    said: dict[str, list[str]] = {}
    for file in files:
        for note in file.notes:
            said.setdefault(note, []).append(file.path)
    for note, paths in list(said.items())[:SHOWN]:
        where = paths[0] if len(paths) == 1 else count(len(paths), "file")
        screen.show(f"· {where}: {note}")
    _rest(len(said), "note")


def _faults(faults: list[Fault], faulty: int) -> None:
    if not faulty:
        return
    screen.show("", f"{count(faulty, 'record')} I could not read:")
    for fault in faults[:SHOWN]:
        screen.show(f"✕ {fault.place}: {fault.reason}")
    _rest(faulty, "record")


def _aside(unrecognised: tuple[Fault, ...]) -> None:
    if not unrecognised:
        return
    screen.show("", f"{count(len(unrecognised), 'file')} I did not recognise or could not open:")
    for fault in unrecognised[:SHOWN]:
        screen.show(f"? {fault.place}: {fault.reason}")
    _rest(len(unrecognised), "file")


def _rest(number: int, noun: str) -> None:
    if number > SHOWN:
        screen.show(f"  and {count(number - SHOWN, noun)} more; --json lists them")
