"""Faults for the records that a shared reader could not read, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from selftwin.sources._json_stream import Objects
    from selftwin.sources._table_text import Block


def unreadable(path: str, block: Objects) -> list[Fault]:
    """One for each record that is no sound JSON."""
    return _faults(path, block.first, block.bad, "it cannot be read as JSON, or the file ends inside it")


def overlong(path: str, block: Block) -> list[Fault]:
    """One for each record with more cells than the header."""
    return _faults(path, block.first, block.ragged, "too many fields")


def _faults(path: str, first: int, places: tuple[int, ...], reason: str) -> list[Fault]:
    return [Fault(f"{path}, record {first + place + 1}", reason) for place in places]
