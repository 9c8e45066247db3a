"""A small table for a benchmark's result: text for a reader, JSON for a machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def show(title: str, rows: Sequence[dict[str, object]], *, as_json: bool = False) -> None:
    """Print rows (all with the same keys, in order) as an aligned table under a title, or as one JSON object."""
    if as_json:
        print(json.dumps({"title": title, "rows": list(rows)}, indent=1))
        return
    print(title)
    if not rows:
        return
    cells = [list(rows[0])] + [[_cell(value) for value in row.values()] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    for line in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
