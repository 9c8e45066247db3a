"""What comes next for a daily signal, how sure, and how that did on this person's past beside the naive guesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.normal.daily import Learnt, day_of
from selftwin.domains.normal.guess import NAIVE, guess, interval, past_errors
from selftwin.domains.normal.nature import middle, span
from selftwin.learn import daily
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, LEVELS, SCORED_FOR_LEVEL, TRUSTED_DAYS, Forecast, Step, Trust

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from selftwin.learn.daily_memory import Floats

METHOD = "own past, mixed experts"
FARTHEST = daily.HORIZONS[-1]
PLACES = {50: (2, 4), 80: (1, 5), 90: (0, 6)}  # of a level's bounds among the forecaster's quantiles


def forecast(learnt: Learnt, *, days: int = 7, at: date | None = None) -> Forecast:
    """What the next `days` days will be, said on the last day with data up to `at`.

    `beats` are ratios of mean absolute errors over the lags shown, on this person's past; where ours is not below
    every one of them the steps are the best naive guess and `method` says so. Each level stands only where enough days
    were scored. Raises NothingYet where there are no days, UsageError beyond FARTHEST days.
    """
    if not 1 <= days <= FARTHEST:
        raise UsageError(f"a forecast reaches 1 to {FARTHEST} days", hint=f"Ask for at most {FARTHEST} days.")
    known = learnt.until(at)
    n = len(known.days)
    if n == 0:
        raise NothingYet(f"no days of {known.signal.key} yet")
    beats = _beats(known, days)
    best, ratio = max(beats, key=lambda pair: pair[1], default=("", 0.0))
    if n < FIRST_DAYS:
        method, steps = METHOD, _silence(known, days)
    elif ratio < 1.0:
        method, steps = METHOD, _ours(known, days)
    else:
        method, steps = f"simple guess: {best}", _naive(known, days, best)
    today = day_of(int(known.days[-1])).isoformat()
    signal = known.signal
    return Forecast(signal.key, signal.unit, today, trust_in(n), n, method, tuple(beats), tuple(steps))


def trust_in(days: int) -> Trust:
    """How much stands behind what is said of a signal with so many days."""
    if days < FIRST_DAYS:
        return Trust.NONE
    return Trust.FIRST if days < TRUSTED_DAYS else Trust.TRUSTED


def _beats(known: Learnt, days: int) -> list[tuple[str, float]]:
    """Ours ÷ each naive guess, in mean absolute error over all lags shown that were scored; empty before any was."""
    lags = _lags(days)
    records = [record for lag in lags if (record := daily.record(known.memory, lag)).days]
    if not records:
        return []
    ours = sum(record.ours for record in records)
    theirs = (
        sum(r.last for r in records),
        sum(r.mean7 for r in records),
        sum(r.weekday for r in records),
    )
    return [(name, _ratio(ours, error)) for name, error in zip(NAIVE, theirs, strict=True)]


def _ratio(ours: float, theirs: float) -> float:
    """Ours ÷ theirs; two faultless guesses are equal."""
    if theirs > 0:
        return ours / theirs
    return 1.0 if ours == 0 else float("inf")


def _lags(days: int) -> list[int]:
    """The learnt horizons that stand behind steps of 1 to `days` days."""
    ends = np.searchsorted(daily.HORIZONS, np.arange(1, days + 1))
    return [daily.HORIZONS[i] for i in sorted(set(ends.tolist()))]


def _targets(known: Learnt, days: int) -> list[int]:
    return [int(known.days[-1]) + lag for lag in range(1, days + 1)]


def _silence(known: Learnt, days: int) -> list[Step]:
    return [Step(day_of(target).isoformat(), None) for target in _targets(known, days)]


def _ours(known: Learnt, days: int) -> list[Step]:
    targets = _targets(known, days)
    said = daily.quantiles(known.memory, np.array(targets))
    steps = []
    for lag, (target, quantiles) in enumerate(zip(targets, said, strict=True), start=1):
        horizon = daily.HORIZONS[int(np.searchsorted(daily.HORIZONS, lag))]
        levels = _allowed(daily.record(known.memory, horizon).days)
        bounds = {level: _bounds(quantiles, level) for level in levels}
        steps.append(_step(known, target, float(quantiles[3]), bounds))
    return steps


def _bounds(quantiles: Floats, level: int) -> tuple[float, float]:
    low, high = PLACES[level]
    return float(quantiles[low]), float(quantiles[high])


def _naive(known: Learnt, days: int, name: str) -> list[Step]:
    steps = []
    for lag, target in enumerate(_targets(known, days), start=1):
        point = guess(name, known.days, known.values, target)
        errors = past_errors(name, known.days, known.values, lag)
        away = {level: interval(errors, level) for level in _allowed(len(errors))}
        bounds = {level: (point + low, point + high) for level, (low, high) in away.items()}
        steps.append(_step(known, target, point, bounds))
    return steps


def _allowed(scored: int) -> Sequence[int]:
    return [level for level in LEVELS if scored >= SCORED_FOR_LEVEL[level]]


def _step(known: Learnt, target: int, point: float, bounds: dict[int, tuple[float, float]]) -> Step:
    """One step in values that can be: a middle, and intervals around it that lie within one another."""
    point = middle(known.signal, point)
    edges: dict[str, float] = {}
    low = high = point
    for level, edge in sorted(bounds.items()):
        below, above = span(known.signal, *edge)
        low, high = min(low, below), max(high, above)
        edges |= {f"lo{level}": low, f"hi{level}": high}
    return Step(day_of(target).isoformat(), point, **edges)
