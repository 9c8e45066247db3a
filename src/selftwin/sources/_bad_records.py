"""Faults for the records that a shared reader could not read, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.sources._json_stream import Objects
    from selftwin.sources._table_text import Block


UNREADABLE = "it cannot be read as JSON, or the file ends inside it"


def unreadable(path: str, block: Objects) -> list[Fault]:
    """One for each record that is no sound JSON."""
    return faults_at(path, block.first, block.bad, UNREADABLE)


def overlong(path: str, block: Block) -> list[Fault]:
    """One for each record with more cells than the header."""
    return faults_at(path, block.first, block.ragged, "too many fields")


def faults_at(path: str, first: int, places: Sequence[int], reason: str) -> list[Fault]:
    """One for each place, counted from 0 after the `first` records of the member."""
    return [Fault(f"{path}, record {first + place + 1}", reason) for place in places]
