"""Hours of days: what was recorded of a signal in each hour of the person's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

HOURS = 24
LONGEST = 2.0  # hours that one record may span and still be of an hour
LEAST = 6  # hours with something in them that make a day of sums
SUMS = frozenset({"steps", "energy.active", "distance"})


def by_hour(past: Past, key: str, *, since: date | None = None) -> list[tuple[date, Floats]]:
    """Each day with its hours (24,), oldest first: sums for what is counted (an hour without any is nought on a day
    that has enough), means for what is measured (NaN where nothing was). Of several devices the one that counted most
    in an hour counts, so that none are added twice; records longer than two hours are left out. Raises Refused."""
    rows = past.series(key, since=since)
    if not rows.height:
        return []
    hours = _summed(rows) if key in SUMS else _meant(rows)
    found = []
    for its in hours.sort("day", "hour").partition_by("day", maintain_order=True):
        line = np.zeros(HOURS) if key in SUMS else np.full(HOURS, np.nan)
        line[its["hour"].to_numpy()] = its["value"].to_numpy()
        if key not in SUMS or its.height >= LEAST:
            found.append((its["day"][0], line))
    return found


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """The most that any one source counted in an hour: day, hour, value."""
    import polars as pl

    return (
        _hourly(rows)
        .group_by("day", "hour", "source")
        .agg(pl.col("value").sum())
        .group_by("day", "hour")
        .agg(pl.col("value").max())
    )


def _meant(rows: pl.DataFrame) -> pl.DataFrame:
    """The mean of an hour: day, hour, value."""
    import polars as pl

    return _hourly(rows).group_by("day", "hour").agg(pl.col("value").mean())


def _hourly(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    brief = (pl.col("until") - pl.col("at")).dt.total_seconds().fill_null(0) <= LONGEST * 3600
    known = rows.filter(pl.col("value").is_finite() & brief)
    return known.select("source", "value", day=pl.col("local").dt.date(), hour=pl.col("local").dt.hour().cast(pl.Int64))
