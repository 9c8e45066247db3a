"""A recovery capsule on its way to its owner: made in memory, given once as a file, its code said once and asked back.

Neither is kept: the file goes when the code was confirmed, when the twin locks, or when the server ends.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.web import passing

if TYPE_CHECKING:
    from selftwin.twin import Twin

KIND = "capsule"
NAME = "selftwin-recovery.capsule"


@dataclass(frozen=True, slots=True)
class Capsule:
    """A capsule's file, its code, and which group of the code is asked back (from 1)."""

    file: bytes = field(repr=False)
    code: str = field(repr=False)
    group: int

    @property
    def groups(self) -> list[str]:
        """The code as it is read aloud."""
        return self.code.split("-")

    def confirms(self, typed: str) -> bool:
        """Whether this is the group that was asked back, however it was written."""
        plain = "".join(typed.split()).replace("-", "").upper()
        return hmac.compare_digest(plain.encode(), self.groups[self.group - 1].encode())


def make(twin: Twin) -> Capsule:
    """A new capsule of the open twin."""
    with passing.folder("capsule") as folder:
        path = folder / NAME
        code = twin.issue_capsule(path)
        return Capsule(path.read_bytes(), code, 1 + secrets.randbelow(len(code.split("-"))))
