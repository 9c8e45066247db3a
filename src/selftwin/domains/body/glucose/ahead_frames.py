"""Frames of readings, meals and doses as the arrays a forecast takes: seconds, values, local seconds of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.errors import NothingYet

if TYPE_CHECKING:
    import polars as pl

    from selftwin.learn.dense_memory import Floats

FINEST, COARSEST = 300.0, 900.0  # seconds: what comes faster is averaged, what comes slower has no hour of past
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings (n,) in order: seconds, values, local seconds of the day, and the sensor's interval in seconds."""

    times: Floats
    values: Floats
    clocks: Floats
    interval: float


def readings(samples: pl.DataFrame, *, days: float) -> Readings:
    """The newest days of `samples`: `at` (Datetime, UTC), `value` and, where known, `minute` of the local day.

    Raises NothingYet without two samples, or where they come too seldom."""
    import polars as pl

    kept = samples.filter(pl.col("value").is_finite()).sort("at").unique("at", keep="last", maintain_order=True)
    times, values = seconds(kept), kept["value"].cast(pl.Float64).to_numpy()
    if len(times) < 2:
        raise NothingYet("fewer than two glucose readings: a forecast needs a sensor's.",
                         hint="`selftwin import FILE` takes a sensor's export.")  # fmt: skip
    minute = kept["minute"].cast(pl.Float64).to_numpy() if "minute" in kept.columns else np.full(len(times), np.nan)
    clocks = np.where(np.isfinite(minute), minute * 60.0 + times % 60.0, times) % DAY
    recent = times > times[-1] - days * DAY
    times, values, clocks = times[recent], values[recent], clocks[recent]
    middle = float(np.median(np.diff(times))) if len(times) > 1 else COARSEST
    if middle > COARSEST + 60.0:
        raise NothingYet("glucose readings come more than 15 minutes apart: too seldom to see where they are going.")
    if middle < 0.8 * FINEST:
        times, values, clocks = _averaged(times, values, clocks)
    return Readings(times, values, clocks, max(FINEST, round(middle / 60) * 60.0))


def seconds(frame: pl.DataFrame) -> Floats:
    """The column `at` as seconds."""
    import polars as pl

    stamps: Floats = frame["at"].cast(pl.Datetime("us")).to_physical().to_numpy().astype(np.float64) / 1e6
    return stamps


def events(frame: pl.DataFrame | None, amount: str) -> Floats:
    """Times and amounts (m, 2) of a frame `at` and `amount`, in order; none of no frame, nor amounts missing or below
    zero."""
    import polars as pl

    if frame is None or not frame.height:
        return np.zeros((0, 2))
    kept = frame.filter(pl.col(amount).is_finite() & (pl.col(amount) > 0)).sort("at", maintain_order=True)
    return np.column_stack([seconds(kept), kept[amount].cast(pl.Float64).to_numpy()])


def kinds(frame: pl.DataFrame | None) -> list[str]:
    """The kinds of the doses that `events` keeps, in the same order; "rapid" where none is said."""
    import polars as pl

    if frame is None or not frame.height:
        return []
    kept = frame.filter(pl.col("units").is_finite() & (pl.col("units") > 0)).sort("at", maintain_order=True)
    if "kind" not in kept.columns:
        return ["rapid"] * kept.height
    return [kind or "rapid" for kind in kept["kind"].to_list()]


def _averaged(times: Floats, values: Floats, clocks: Floats) -> tuple[Floats, Floats, Floats]:
    """The mean of each five minutes that have readings, stamped with their end; the last, not yet over, by its newest
    reading, so that nothing is ever stamped later than it was known."""
    place = np.floor(times / FINEST)
    first = np.flatnonzero(np.diff(place, prepend=place[0] - 1))
    last = np.append(first[1:], len(times)) - 1
    means = np.add.reduceat(values, first) / (last - first + 1)
    return times[last], means, clocks[last]
