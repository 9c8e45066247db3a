"""What the readings alone say about the next two hours, (n, 20) numbers near one that no input (meal, dose) enters:
steps of a quarter of an hour, distances to slow means and to the usual by the clock, level, and the clock itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np

from selftwin.learn.dense_features import LEAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from selftwin.learn.dense_memory import Floats

DAY, QUARTER = 86400.0, 900.0
STEPS = 8
MEANS = np.array([1.0, 3.0, 8.0, 24.0]) * 3600.0
BINS, BIN = 48, 1800.0
USUAL_KEPT, USUAL_PRIOR, USUAL_WIDTH = 20 * DAY, 8.0, 1.5  # half-life, hours of data the mean of all counts, bins
STEP_SCALE = np.array([12.0, 12.0, 12.0, 12.0, 30.0])  # mg/dL, of people with type 2 diabetes
MEAN_SCALE = np.array([12.0, 25.0, 35.0, 40.0])
USUAL_SCALE = np.array([10.0, 15.0, 25.0])  # by lead
LEVEL, LEVEL_SCALE, APART_SCALE = 130.0, 45.0, 40.0
FARTHEST = 4.0
LOOKS = 20


def look(times: Floats, values: Floats, clocks: Floats, *, leads: Floats, gap: float, interval: float) -> Floats:
    """What each of n readings and its past say, (n, 20), mg/dL scaled to numbers near one. `times` (n,) in seconds,
    rising; `clocks` the local second of the day; three `leads` in seconds."""
    began = run_starts(times, gap)
    steps = -np.diff(np.column_stack([values, _back(times, values, began)]), axis=1)
    means, usual = np.empty((len(times), len(MEANS))), np.empty((len(times), 1 + len(leads)))
    room = np.zeros((2, len(MEANS))), np.zeros((2, BINS + 1))
    _sweep(times, values, clocks, np.concatenate([[0.0], leads]), MEANS, float(interval), means, usual, *room)
    angle = 2 * math.pi * clocks / DAY
    table = np.column_stack([
        steps[:, :4] / STEP_SCALE[:4], steps[:, 4:].sum(axis=1) / STEP_SCALE[4],
        (values[:, None] - means) / MEAN_SCALE, (values - LEVEL) / LEVEL_SCALE,
        (usual[:, 1:] - usual[:, :1]) / USUAL_SCALE, (values - usual[:, 0]) / APART_SCALE,
        *(turn(k * angle) for k in (1, 2, 3) for turn in (np.sin, np.cos)),
    ])  # fmt: skip
    clipped: Floats = np.clip(table, -FARTHEST, FARTHEST)
    return clipped


def run_starts(times: Floats, gap: float) -> Floats:
    """When the gap-free run of each reading (n,) began."""
    first = np.concatenate([[True], np.diff(times) > gap])
    began: Floats = times[first][np.cumsum(first) - 1]
    return began


def targets(times: Floats, lead: float, tolerance: float) -> NDArray[np.int64]:
    """The row (n,) of the reading nearest to a lead after each, or -1 where none is near enough."""
    wanted = times + lead
    after = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    before = np.clip(after - 1, 0, None)
    nearest = np.where(np.abs(times[before] - wanted) <= np.abs(times[after] - wanted), before, after)
    return np.where(np.abs(times[nearest] - wanted) <= tolerance, nearest, -1)


def _back(times: Floats, values: Floats, began: Floats) -> Floats:
    """Values (n, STEPS) so many quarters of an hour ago, on the line between readings known by then, in this run."""
    return np.column_stack([
        np.interp(np.maximum(times - QUARTER * step, began), times, values) for step in range(1, STEPS + 1)
    ])  # fmt: skip


def _pass(
    times: Floats, values: Floats, clocks: Floats, leads: Floats, constants: Floats, interval: float, means: Floats,
    usual: Floats, slow: Floats, clock: Floats,
) -> None:  # fmt: skip
    """Fill the slow means (n, M) and the usual (n, L) at the clock of each reading plus each lead, from readings up to
    it. One pass; everything fades with time. `slow` (2, M) and `clock` (2, BINS + 1) are room to work in, zeros."""
    weight, moment, hours, sums = slow[0], slow[1], clock[0], clock[1]
    last = times[0] - interval
    for i in range(len(times)):
        passed = times[i] - last
        last = times[i]
        share = min(interval, passed)
        for k in range(len(constants)):
            keep = math.exp(-passed / constants[k])
            weight[k] = weight[k] * keep + share
            moment[k] = moment[k] * keep + share * values[i]
            means[i, k] = moment[k] / weight[k]
        keep = 0.5 ** (passed / USUAL_KEPT)
        here = int(clocks[i] % DAY / BIN)
        for k in range(BINS + 1):
            hours[k] *= keep
            sums[k] *= keep
        hours[here] += share / 3600.0
        sums[here] += share / 3600.0 * values[i]
        hours[BINS] += share / 3600.0
        sums[BINS] += share / 3600.0 * values[i]
        for k in range(len(leads)):
            centre = (clocks[i] + leads[k]) % DAY / BIN
            total = USUAL_PRIOR
            found = USUAL_PRIOR * sums[BINS] / hours[BINS]
            for offset in range(-5, 6):
                apart = (int(centre) + offset + 0.5 - centre) / USUAL_WIDTH
                near = math.exp(-0.5 * apart * apart)
                place = (int(centre) + offset) % BINS
                total += near * hours[place]
                found += near * sums[place]
            usual[i, k] = found / total


_sweep: Callable[..., None] = numba.njit(**{**LEAN, "no_cpython_wrapper": False}, cache=True)(_pass)
