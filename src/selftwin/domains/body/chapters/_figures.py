"""Figures of recent days: a mean with the bounds of a bootstrap over whole weeks, which keeps a week's rhythm whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust
from selftwin.vocabulary.finding import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past

    Floats = NDArray[np.float64]

RECENT, BLOCK, LIVES = 28, 7, 1000  # days, days, drawn lives
OLD = 90  # days after which nothing of now is said any more


def recent(past: Past, key: str, days: int = RECENT) -> pl.DataFrame:
    """The days of a signal in the last so many before its newest: day, value; none where the newest is old."""
    known = past.days(key)
    if not known.height:
        return known
    newest = newest_of(known)
    if (past.now.astimezone(past.zone).date() - newest).days > OLD:
        return known.clear()
    return known.filter(known["day"] > newest - timedelta(days=days))


def newest_of(days: pl.DataFrame) -> date:
    """The last of some days."""
    last = days["day"][-1]
    assert isinstance(last, date)  # noqa: S101 - a column of days
    return last


def mean_line(days: pl.DataFrame, key: str, name: str = "", note: str = "") -> Line:
    """The mean of some days, as a line about the signal."""
    signal = nature(key)
    values = days["value"].to_numpy().astype(np.float64)
    low, high = bounds(values, np.mean)
    return Line(name or signal.label, float(values.mean()), low, high, signal.unit, key, note)


def bounds(values: Floats, of: Callable[..., Floats], seed: int = 0) -> tuple[float | None, float | None]:
    """9-in-10 bounds of a statistic of days (n,), by blocks of a week drawn anew; none under four days. `of` takes
    values and an axis."""
    if len(values) < FIRST_DAYS:
        return None, None
    rng = np.random.default_rng(seed)
    width = min(BLOCK, max(1, len(values) // 2))
    starts = rng.integers(0, len(values) - width + 1, (LIVES, -(-len(values) // width)))
    lives = values[(starts[..., None] + np.arange(width)).reshape(LIVES, -1)[:, : len(values)]]
    low, high = np.quantile(of(lives, axis=1), [0.05, 0.95])
    return float(low), float(high)


def trust_of(days: int) -> Trust:
    """How far so many days go."""
    return Trust.TRUSTED if days >= TRUSTED_DAYS else Trust.FIRST if days >= FIRST_DAYS else Trust.NONE


def silent(what: str, *hints: str) -> NothingYet:
    """A chapter that has nothing to say yet."""
    return NothingYet(f"I know no {what} of yours from the last {OLD} days.", hint=" ".join(hints))


def first_known(lines: Sequence[Line | None]) -> tuple[Line, ...]:
    """The lines there are."""
    return tuple(line for line in lines if line is not None)
