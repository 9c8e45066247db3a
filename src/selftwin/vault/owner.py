"""One process owns a vault: a lock the system itself lets go of when that process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import resource
from typing import TYPE_CHECKING, Self

from selftwin.vault.disk import PRIVATE_FILE
from selftwin.vocabulary.errors import VaultInUse

if TYPE_CHECKING:
    from pathlib import Path


def no_memory_image() -> None:
    """A crash of this process leaves no picture of its keys and rows on the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


class Owner:
    """Holds the lock of a vault until `release`. Raises VaultInUse, with the number of the process that has it."""

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = os.read(self._descriptor, 20).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise VaultInUse(f"Another selftwin (process {number or 'unknown'}) has this vault open.") from None
        os.ftruncate(self._descriptor, 0)
        no_memory_image()
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Lets go of the vault; doing so twice is fine."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
