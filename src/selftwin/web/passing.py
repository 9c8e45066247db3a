"""A folder for what passes through on its way to the person, such as a copy they asked for: in memory where the system
has such a place, for their eyes alone, and gone when it was read."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = re.compile(r"selftwin-[a-z]+-(\d{1,9})-\w+")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, by mkdtemp


@contextmanager
def folder(what: str) -> Iterator[Path]:
    """A new private folder, removed with all that is in it."""
    sweep()
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=f"selftwin-{what}-{os.getpid()}-", dir=place) as made:
        yield Path(made)


def sweep() -> None:
    """Remove what processes of this person left that were killed before they could."""
    for left in (MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())).glob("selftwin-*-*"):
        named = _OURS.fullmatch(left.name)
        with suppress(OSError):
            if named and not _lives(int(named[1])) and left.lstat().st_uid == os.getuid():
                shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
