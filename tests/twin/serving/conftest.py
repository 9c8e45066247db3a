"""A twin with forty days, held open here, for whoever asks it from elsewhere."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def twin(home: Path) -> Iterator[Twin]:
    with Twin.create(home / "twin", "pass", home_zone="Europe/Vienna") as twin:
        twin.import_paths([weights(home / "weights.csv", 40)])
        twin.consent.introduce("doctor", "Doctor")
        yield twin


def weights(path: Path, days: int) -> Path:
    """A scale's table: a weight each morning."""
    first = date(2026, 1, 1)
    rows = [f"{first + timedelta(days=k)} 07:00:00,{80 + math.sin(k):.2f}\n" for k in range(days)]
    path.write_text("Date,Weight (kg)\n" + "".join(rows))
    return path
