"""Glucose half an hour, an hour and two ahead: what many people taught, the person's own past, and the meals and
insulin still to act; the own-past forecast or a simple guess, named so, where that has done better for this person."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose import ahead_frames as frames
from selftwin.domains.body.glucose.ahead_inputs import pushes
from selftwin.domains.body.glucose.ahead_prior import leads, shipped
from selftwin.learn import dense
from selftwin.learn.driven import Sensor, Told, tell
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, LEVELS, SCORED_FOR_LEVEL, TRUSTED_DAYS, Forecast, Step, Trust

if TYPE_CHECKING:
    import polars as pl

    from selftwin.domains.body.glucose.ahead_frames import Readings
    from selftwin.learn.dense_memory import Floats

LOW, HIGH, HYPO = 20.0, 600.0, 70.0  # mg/dL
SPREAD = 40.0
GAP, WARM, TOLERANCE = 16 * 60.0, 57.5 * 60.0, 150.0
DAYS = 45.0  # of the past are read; what is older has faded
FARTHEST = 120  # minutes
DRIVEN, READ, OWN, LAST, CLOCK = range(5)
METHODS = (
    "many people's pasts and yours, meals and insulin", "many people's pasts and yours", "own past, mixed ridges",
    "simple guess: last value", "simple guess: the usual at this time of day",
)  # fmt: skip
NAIVE = ("last value", "same clock time")


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was said after each of n readings for H leads: by the forecaster with inputs and without (None where
    there are none), and by the own-past one; `now` is what that one says last, beside the naive guesses."""

    readings: Readings
    driven: Told | None
    read: Told
    own: dense.Said
    now: dense.Outlook


def forecast(
    samples: pl.DataFrame, *, carbs: pl.DataFrame | None = None, insulin: pl.DataFrame | None = None,
    minutes: int = FARTHEST,
) -> Forecast:  # fmt: skip
    """Glucose step by step on the sensor's grid, each interval only where enough cases that stand apart were scored.

    `samples`: `at` (UTC), `value` in mg/dL and, where known, `minute` of the local day. `carbs`: `at`, `grams`.
    `insulin`: `at`, `units`, `kind` (rapid, regular, mixed, long). What is stamped after the newest reading waits.
    Raises NothingYet without readings, UsageError beyond two hours.
    """
    if not 1 <= minutes <= FARTHEST:
        raise UsageError(f"glucose is forecast 1 to {FARTHEST} minutes ahead.")
    heard = hear(samples, carbs=carbs, insulin=insulin)
    method, ratios = chosen(heard)
    found = heard.readings
    made_at = datetime.fromtimestamp(float(found.times[-1]), UTC)
    table = _lines(heard, method)
    known = np.concatenate([[0.0], leads()])
    ahead = found.interval * np.arange(1, max(1, int(minutes * 60 // found.interval)) + 1)
    lines = np.column_stack([np.interp(ahead, known, column) for column in table.T])
    steps = tuple(
        _step(made_at + timedelta(seconds=float(far)), line) for far, line in zip(ahead, lines, strict=True)
    )
    days = int(len(found.times) * found.interval // 86400)
    beats = tuple(zip(NAIVE, ratios, strict=True)) if _is_scored(heard) else ()
    return Forecast("glucose", "mg/dL", made_at.isoformat(), _trust(days), days, METHODS[method], beats, steps)


def hear(samples: pl.DataFrame, *, carbs: pl.DataFrame | None = None, insulin: pl.DataFrame | None = None) -> Heard:
    """What each forecaster has said after each reading, and says now. Raises NothingYet."""
    found = frames.readings(samples, days=DAYS)
    prior, sensor = shipped(), sensor_of(found.interval)
    state, own = dense.observe(dense.begin(grid_of(found.interval)), found.times, found.values, clocks=found.clocks,
                               threshold=HYPO)  # fmt: skip
    meals, doses = frames.events(carbs, "grams"), frames.events(insulin, "units")
    pushed = pushes(found.times, prior.leads, meals=meals, doses=doses, kinds=frames.kinds(insulin))

    def said(push: Floats) -> Told:
        return tell(found.times, found.values, found.clocks, own=own.mean, own_below=own.below, pushes=push,
                    prior=prior, sensor=sensor, threshold=HYPO)  # fmt: skip

    driven = said(pushed) if pushed.any() else None
    return Heard(found, driven, said(np.zeros_like(pushed)), own, dense.outlook(state, float(found.clocks[-1])))


def grid_of(interval: float) -> dense.Grid:
    """The own-past forecaster's grid for a sensor of glucose in mg/dL."""
    ahead = tuple(float(lead) for lead in leads())
    return dense.Grid(interval, ahead, low=LOW, high=HIGH, gap=GAP, warm=WARM, tolerance=TOLERANCE, scale=SPREAD)


def sensor_of(interval: float) -> Sensor:
    """The same for the driven one."""
    return Sensor(interval, GAP, WARM, TOLERANCE, LOW, HIGH)


def chosen(heard: Heard) -> tuple[int, tuple[float, float]]:
    """The method that missed least on this person's past (geometric mean over horizons of mean absolute errors), and
    its error over that of last value and of the usual by the clock."""
    if not _is_scored(heard):
        return LAST, (1.0, math.nan)
    errors = [_error(heard, told.mean) if told else math.inf for told in (heard.driven, heard.read)]
    mine = _error(heard, heard.own.mean)
    naive = np.exp(np.log(np.maximum(heard.now.error, 1e-12)).mean(axis=0))
    last, clock = (mine * float(naive[at] / naive[0]) for at in (1, 2))
    each = [*errors, mine, last, clock]
    if not heard.now.warm:
        each[:LAST] = [math.inf] * LAST
    method = int(np.argmin(each))
    return method, (each[method] / last, each[method] / clock)


def _error(heard: Heard, mean: Floats) -> float:
    """The geometric mean over horizons of mean absolute errors, on rows where both forecasters spoke."""
    values, target = heard.readings.values, heard.read.target
    logs = []
    for lead in range(target.shape[1]):
        rows = np.flatnonzero((target[:, lead] >= 0) & np.isfinite(mean[:, lead] + heard.own.mean[:, lead]))
        missed = np.abs(values[target[rows, lead]] - mean[rows, lead])
        logs.append(math.log(max(float(missed.mean()), 1e-12)) if len(rows) else 0.0)
    return math.exp(float(np.mean(logs)))


def _is_scored(heard: Heard) -> bool:
    """Whether every horizon has enough cases to be compared at all."""
    return bool((heard.now.cases >= SCORED_FOR_LEVEL[50]).all())


def _lines(heard: Heard, method: int) -> Floats:
    """(1 + H, 7): mean, then lower and upper of each level, now and at each horizon; NaN where too few were scored."""
    enough = heard.now.cases[:, None] >= np.array([SCORED_FOR_LEVEL[level] for level in LEVELS])
    if method in {DRIVEN, READ} and (told := heard.driven if method == DRIVEN else heard.read):
        mean, low, high = told.mean[-1], told.low[-1], told.high[-1]
    else:
        place = method - OWN
        mean, low, high = heard.now.mean[:, place], heard.now.low[:, place], heard.now.high[:, place]
    bounds = np.stack([np.where(enough, low, math.nan), np.where(enough, high, math.nan)], axis=2)
    table = np.column_stack([mean, bounds.reshape(len(mean), -1)])
    here = np.where(np.isfinite(table[0]), heard.readings.values[-1], math.nan)
    return np.vstack([here, table])


def _step(at: datetime, line: Floats) -> Step:
    """One step of a forecast; what is not a number is not said."""
    return Step(at.isoformat(), *(float(number) if math.isfinite(number) else None for number in line))


def _trust(days: int) -> Trust:
    return Trust.TRUSTED if days >= TRUSTED_DAYS else Trust.FIRST if days >= FIRST_DAYS else Trust.NONE
