"""Files and archives that come out the same byte for byte, dated by the sample life and never by this machine."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path


def pack(path: Path, members: Mapping[str, bytes | str], day: date) -> Path:
    """A zip of these members, in this order, each dated five minutes before the end of the day."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 23, 55, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=3)
    return path


def kept(path: Path, content: bytes | str) -> Path:
    """A file of this content, lines ending as they stand."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
