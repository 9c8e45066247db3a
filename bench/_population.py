"""What many people teach a driven forecast: a small network of their pasts, the gains of inputs and
widths. Deterministic; used by `bench glucose` to cross-validate by person and to write the prior that ships."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.driven import Prior, tell
from selftwin.learn.driven_look import LOOKS, look, run_starts, targets
from selftwin.learn.driven_width import TAILS, Width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selftwin.learn.dense_memory import Floats
    from selftwin.learn.driven import Sensor, Told

UNITS, ROUNDS, BATCH, RATE, SHRINK = 7, 80, 1024, 0.01, 1e-3
PLAIN = Width(
    np.tile([0.3, 0, 0, 0.0], (3, 1)), np.array([-0.8, -1.6, -2.1]), np.array([0.8, 1.6, 2.1])
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Life:
    """One period of a person: readings (n,), own-past forecasts and chances of a low (n, H), pushes of the
    inputs (n, H, K)."""

    times: Floats
    values: Floats
    own: Floats
    own_below: Floats
    pushes: Floats
    sensor: Sensor


def told(life: Life, prior: Prior, threshold: float) -> Told:
    """What a prior says in this life; the clock is in the stamps."""
    return tell(life.times, life.values, life.times % 86400, own=life.own, own_below=life.own_below, pushes=life.pushes,
                prior=prior, sensor=life.sensor, threshold=threshold)  # fmt: skip


def learn(lives: Sequence[Life], leads: Floats, *, scale: float, threshold: float) -> Prior:
    """The prior of these lives, rounded as it ships."""
    inner, outer, gains = _network(lives, leads, scale)
    prior = Prior(leads, scale, inner.round(2), outer.round(3), gains.round(3), PLAIN)
    said = [told(life, prior, threshold) for life in lives]
    return replace(prior, width=_width(lives, said, prior))


def _changes(life: Life, leads: Floats, scale: float) -> Floats:
    """What came true (n, H) in scales, NaN where the run is not warm or no reading is near."""
    sensor = life.sensor
    target = np.column_stack([targets(life.times, lead, sensor.tolerance) for lead in leads])
    target[life.times - run_starts(life.times, sensor.gap) < sensor.warm] = -1
    return np.where(target >= 0, life.values[target] - life.values[:, None], np.nan) / scale


def _network(lives: Sequence[Life], leads: Floats, scale: float) -> tuple[Floats, Floats, Floats]:
    """Inner and outer weights and gains, by Adam (Kingma and Ba 2015), misses of each lead by their own spread."""
    looks = np.concatenate([look(one.times, one.values, one.times % 86400, leads=leads, gap=one.sensor.gap,
                                 interval=one.sensor.interval) for one in lives])  # fmt: skip
    change = np.concatenate([_changes(one, leads, scale) for one in lives])
    pushed = np.concatenate([one.pushes for one in lives])
    use = np.isfinite(change).any(axis=1)
    looks, change, pushed = looks[use], change[use], pushed[use]
    fair = 1.0 / np.nanvar(change, axis=0)
    known = np.isfinite(change) * fair
    change = np.nan_to_num(change)
    draw = np.random.default_rng(0)
    weights = [draw.normal(size=(LOOKS, UNITS)) / math.sqrt(LOOKS) * 0.7, draw.normal(size=UNITS) * 0.3,
               draw.normal(size=(UNITS, len(leads))) * 0.1, np.zeros(len(leads)),
               np.full((len(leads), pushed.shape[2]), 0.05)]  # fmt: skip
    first, second = [np.zeros_like(one) for one in weights], [np.zeros_like(one) for one in weights]
    batches = len(looks) // BATCH
    for step in range(1, ROUNDS * batches + 1):
        if (step - 1) % batches == 0:
            order = draw.permutation(len(looks))
        rows = order[(step - 1) % batches * BATCH :][:BATCH]
        slopes = _slopes(weights, looks[rows], pushed[rows], change[rows], known[rows])
        rate = RATE * 0.5 * (1 + math.cos(math.pi * step / (ROUNDS * batches)))
        for place, raw in enumerate(slopes):
            slope = raw + SHRINK * weights[place]
            first[place] = 0.9 * first[place] + 0.1 * slope
            second[place] = 0.999 * second[place] + 0.001 * slope**2
            move = first[place] / (1 - 0.9**step) / (np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8)
            weights[place] = weights[place] - rate * move
        weights[4] = np.maximum(weights[4], 0.0)
    return np.vstack([weights[0], weights[1]]), np.vstack([weights[2], weights[3]]), weights[4]


def _slopes(weights: list[Floats], looks: Floats, pushed: Floats, change: Floats, known: Floats) -> list[Floats]:
    """The gradient of the mean squared miss in each of the weights."""
    inner, offset, outer, middle, gains = weights
    hidden = np.tanh(looks @ inner + offset)
    said = hidden @ outer + middle + np.einsum("nhk,hk->nh", pushed, gains)
    miss = (said - change) * known / len(looks)
    back = (miss @ outer.T) * (1 - hidden**2)
    return [looks.T @ back, back.sum(axis=0), hidden.T @ miss, miss.sum(axis=0), np.einsum("nh,nhk->hk", miss, pushed)]


def _width(lives: Sequence[Life], said: Sequence[Told], prior: Prior) -> Width:
    """Spread and bounds of all misses after each life's first third."""
    tables: list[list[Floats]] = [[] for _ in prior.leads]
    misses: list[list[Floats]] = [[] for _ in prior.leads]
    for life, one in zip(lives, said, strict=True):
        late = np.arange(len(life.times)) >= len(life.times) // 3
        for lead in range(len(prior.leads)):
            rows = np.flatnonzero(late & (one.target[:, lead] >= 0) & np.isfinite(one.mean[:, lead]))
            tables[lead].append(one.hangs[rows, lead])
            misses[lead].append((life.values[one.target[rows, lead]] - one.mean[rows, lead]) / prior.scale)
    spread, relative = [], []
    for table, miss in zip(map(np.concatenate, tables), map(np.concatenate, misses), strict=True):
        weight = np.linalg.solve(table.T @ table + np.eye(table.shape[1]), table.T @ np.abs(miss))
        spread.append(weight)
        relative.append(miss / np.maximum(table @ weight, 0.35 * np.abs(miss).mean()))
    whole = np.concatenate(relative)
    return Width(np.array(spread).round(3), np.quantile(whole, TAILS).round(2), np.quantile(whole, 1 - TAILS).round(2))
