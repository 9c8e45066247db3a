"""The table a benchmark is asked to measure on: a CSV, or a folder that holds one with the wanted columns."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def table(path: Path, columns: Collection[str]) -> Path | None:
    """The table with these columns at a path, or the largest right below it; None where there is none."""
    by_size = sorted(path.glob("*.csv"), key=lambda one: one.stat().st_size, reverse=True)
    found = by_size if path.is_dir() else [path]
    return next((one for one in found if one.is_file() and set(columns) <= set(_header(one))), None)


def _header(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return [name.strip() for name in next(csv.reader(lines), [])]
