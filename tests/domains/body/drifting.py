"""Lives in which a signal drifts: days of plain noise, with a ramp laid on them or a device that changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from tests.domains.body.remembering import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = date(2025, 1, 6)  # a Monday
DAYS = 300
NOW = datetime(2025, 11, 1, 18, tzinfo=UTC)
SINCE = FIRST + timedelta(days=120)


def drift(
    level: float, spread: float, *, seed: int, comes_to: float = 0.0, begins: int = 200, pace: int = 42,
    days: int = DAYS, missing: float = 0.1,
) -> list[tuple[date, float]]:  # fmt: skip
    """Rows of day and value that wander by `spread` about a level, which moves by `comes_to` of it over `pace` days."""
    rng = np.random.default_rng(seed)
    ramp = comes_to * spread * np.clip((np.arange(days) - begins) / pace, 0, 1)
    values = level + ramp + rng.normal(0, spread, days)
    seen = rng.random(days) > missing
    return [(FIRST + timedelta(days=day), float(values[day])) for day in range(days) if seen[day]]


def told_by(rows: list[tuple[date, float]], changes: date, names: tuple[str, str] = ("old", "new")) -> pl.DataFrame:
    """The rows as observations at noon, of one source before a day and of another from it on."""
    made = list(_observed(rows, changes, names))
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def _observed(
    rows: list[tuple[date, float]], changes: date, names: tuple[str, str]
) -> Iterator[tuple[datetime, datetime, datetime, float, None, str, str]]:
    for day, value in rows:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        yield at, at, at.replace(tzinfo=None), value, None, "", names[day >= changes]
