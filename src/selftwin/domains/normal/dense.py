"""What comes next for a dense signal (glucose, heart rate), minute by minute on its sensor's own grid, held against the
last value and the usual of the clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn import dense
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, LEVELS, SCORED_FOR_LEVEL, TRUSTED_DAYS, Forecast, Step, Trust

if TYPE_CHECKING:
    import polars as pl

    from selftwin.learn.dense_memory import Floats
    from selftwin.vocabulary.signal import Signal

FINEST = 300.0  # seconds: what comes faster is averaged over five minutes
COARSEST = 3600.0
MOST_READINGS = 50_000  # of the newest; at five minutes nearly six months
ANCHORS = (5, 10, 15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440)  # minutes; steps between lie on the line
TYPICAL_SPREAD = {("glucose", "mg/dL"): 40.0, ("glucose", "mmol/L"): 2.2}
METHODS = ("own past, mixed ridges", "simple guess: last value", "simple guess: the usual at this time of day")
NAIVE = ("last value", "same clock time")


@dataclass(frozen=True, slots=True)
class Study:
    """What a dense signal has taught so far: the grid, whether samples are averaged onto it, the learner's state, the
    stamp (µs) and local second of the day of the newest reading taken in. Samples from `newest` on are still wanted."""

    grid: dense.Grid
    averaged: bool
    state: dense.Dense
    newest: int
    clock: float
    readings: int

    @property
    def days(self) -> int:
        """Whole days of readings behind it."""
        return int(self.readings * self.grid.interval // 86400)


def trust_of(days: int) -> Trust:
    """How far this many days of data go."""
    return Trust.TRUSTED if days >= TRUSTED_DAYS else Trust.FIRST if days >= FIRST_DAYS else Trust.NONE


def study(samples: pl.DataFrame, signal: Signal, *, minutes: int = 120, before: Study | None = None) -> Study:
    """What these samples teach, on top of what was known `before` where given: only newer samples are then taken in,
    and the end is the same as from all of them at once.

    `samples` has `at` (Datetime, UTC), `value` (Float64) and, where the local time is known, `minute` of the local day;
    `minutes` is how far ahead forecasts shall reach. Raises NothingYet without two samples.
    """
    if minutes < 1:
        raise UsageError("a forecast needs at least one minute.")
    stamps, values, clocks = columns_of(samples)
    if before is None:
        before = _fresh(stamps, signal, minutes)
    fresh = stamps >= before.newest if before.averaged else stamps > before.newest
    stamps, values, clocks = stamps[fresh], values[fresh], clocks[fresh]
    if before.averaged:
        stamps, values, clocks = on_grid(stamps, values, clocks, before.grid.interval)
    if before.readings == 0:
        stamps, values, clocks = stamps[-MOST_READINGS:], values[-MOST_READINGS:], clocks[-MOST_READINGS:]
    if not len(stamps):
        return before
    state, _ = dense.observe(before.state, stamps / 1e6, values, clocks=clocks)
    return replace(before, state=state, newest=int(stamps[-1]), clock=float(clocks[-1]),
                   readings=before.readings + len(stamps))  # fmt: skip


def columns_of(samples: pl.DataFrame) -> tuple[np.ndarray, Floats, Floats]:
    """Stamps in µs, values and local seconds of the day, in order, one value a stamp, none missing."""
    import polars as pl

    kept = samples.filter(pl.col("value").is_finite()).sort("at").unique("at", keep="last", maintain_order=True)
    stamps = kept["at"].cast(pl.Datetime("us")).to_physical().to_numpy().astype(np.int64)
    if "minute" not in kept.columns:
        return stamps, kept["value"].to_numpy(), stamps / 1e6 % 86400
    minute = kept["minute"].cast(pl.Float64).to_numpy()
    return stamps, kept["value"].to_numpy(), np.where(np.isfinite(minute), minute * 60, stamps / 1e6 % 86400)


def _fresh(stamps: np.ndarray, signal: Signal, minutes: int) -> Study:
    """A study of nothing yet, its grid fitted to how these stamps lie."""
    interval = interval_of(stamps)
    low = -math.inf if signal.low is None else signal.low
    high = math.inf if signal.high is None else signal.high
    grid = dense.Grid(
        interval, _leads(interval, minutes), low=low, high=high, warm=max(57.5 * 60, 3.8 * interval),
        tolerance=max(150.0, interval / 2), scale=TYPICAL_SPREAD.get((signal.key, signal.unit), math.nan),
    )  # fmt: skip
    bursts = bool(np.quantile(np.diff(stamps), 0.1) < 0.5e6 * interval)
    return Study(grid, bursts, dense.begin(grid), newest=-(2**62), clock=0.0, readings=0)


def interval_of(stamps: np.ndarray) -> float:
    """The sensor's interval in seconds, whole minutes from 5 to 60: the middle spacing of the newest stamps (µs)."""
    if len(stamps) < 2:
        raise NothingYet("fewer than two samples: no spacing to tell the sensor's grid from.")
    middle = float(np.median(np.diff(stamps[-100_000:]))) / 1e6
    return min(max(FINEST, round(middle / 60) * 60.0), COARSEST)


def _leads(interval: float, minutes: int) -> tuple[float, ...]:
    """The horizons that are learnt, in seconds: the anchors that fall on the grid, and the farthest step."""
    last = max(1, int(minutes * 60 // interval))
    steps = {round(minute * 60 / interval) for minute in ANCHORS} | {1, last}
    return tuple(step * interval for step in sorted(steps) if 1 <= step <= last)


def on_grid(stamps: np.ndarray, values: Floats, clocks: Floats, interval: float) -> tuple[np.ndarray, Floats, Floats]:
    """The mean of each whole interval that has samples, stamped with its end, when it can first be known; an interval
    without samples stays empty, and the one not yet over is left for later."""
    width = int(interval * 1e6)
    place = stamps // width
    first = np.flatnonzero(np.diff(place, prepend=place[:1] - 1))
    if not len(first):
        return stamps, values, clocks
    ends = (place[first] + 1) * width
    means = np.add.reduceat(values, first) / np.diff(np.append(first, len(values)))
    clock = (clocks[first] + (ends - stamps[first]) / 1e6) % 86400
    return ends[:-1], means[:-1], clock[:-1]


def forecast(known: Study, signal: Signal, *, minutes: int = 120) -> Forecast:
    """The next minutes of a signal, step by step on the sensor's grid, each interval only where enough cases that stand
    apart were scored; the best naive guess, named so, where ours has not beaten it. It reaches no
    farther than the study was asked to learn. Raises NothingYet without a reading."""
    if not known.readings:
        raise NothingYet(f"nothing of {signal.key} has been read yet.")
    seen = dense.outlook(known.state, known.clock)
    method = _chosen(seen)
    made_at = datetime.fromtimestamp(known.newest / 1e6, UTC)
    count = max(1, int(minutes * 60 // known.grid.interval))
    lines = _lines(seen, method, known, count)
    steps = tuple(
        _step(made_at + timedelta(seconds=known.grid.interval * (place + 1)), line) for place, line in enumerate(lines)
    )
    return Forecast(
        signal.key, signal.unit, made_at.isoformat(), trust_of(known.days), known.days, METHODS[method],
        tuple(zip(NAIVE, _ratios(seen), strict=True)) if _is_scored(seen) else (), steps,
    )  # fmt: skip


def _is_scored(seen: dense.Outlook) -> bool:
    """Whether every horizon has enough cases to be compared at all."""
    return bool((seen.cases >= SCORED_FOR_LEVEL[50]).all())


def _ratios(seen: dense.Outlook) -> tuple[float, float]:
    """Our mean absolute error ÷ that of last value and of the usual, geometric means over horizons."""
    error = np.log(np.maximum(seen.error, 1e-12))
    ratios = np.exp((error[:, :1] - error[:, 1:]).mean(axis=0))
    return float(ratios[0]), float(ratios[1])


def _chosen(seen: dense.Outlook) -> int:
    """Ours where it has beaten both naive guesses on this person's past and can see the last hour, else the better."""
    if not _is_scored(seen):
        return 1
    by_last, by_clock = _ratios(seen)
    if seen.warm and max(by_last, by_clock) < 1.0:
        return 0
    return 1 if by_last >= by_clock else 2


def _lines(seen: dense.Outlook, method: int, known: Study, count: int) -> Floats:
    """(count, 7): mean, then lower and upper of each level, on the straight lines between the horizons learnt."""
    enough = seen.cases[:, None] >= np.array([SCORED_FOR_LEVEL[level] for level in LEVELS])
    low = np.where(enough, seen.low[:, method], math.nan)
    high = np.where(enough, seen.high[:, method], math.nan)
    table = np.column_stack([seen.mean[:, method], np.stack([low, high], axis=2).reshape(len(low), -1)])
    ahead = known.grid.interval * np.arange(1, min(count, round(known.grid.leads[-1] / known.grid.interval)) + 1)
    return np.column_stack([np.interp(ahead, known.grid.leads, column) for column in table.T])


def _step(at: datetime, line: Floats) -> Step:
    """One step of a forecast; what is not a number is not said."""
    return Step(at.isoformat(), *(float(number) if math.isfinite(number) else None for number in line))
