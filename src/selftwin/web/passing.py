"""A folder for what passes through on its way to the person, such as a copy they asked for: in memory where the system
has such a place, for their eyes alone, and gone when it was read."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, by mkdtemp


@contextmanager
def folder(what: str) -> Iterator[Path]:
    """A new private folder, removed with all that is in it."""
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=f"selftwin-{what}-", dir=place) as made:
        yield Path(made)
