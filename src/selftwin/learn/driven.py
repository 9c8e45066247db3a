"""Forecasts of a signal that is driven by known inputs (glucose by meals and insulin): a small network of a population
reads the past of the signal, a personal ridge corrects it, inputs push by absorption curves whose signs are fixed, and
the whole is mixed with the person's own-past forecaster by how each has missed.

Causal by rows: what is said after a reading uses rows up to it, and a miss teaches only once its target is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.driven_blocks import settled, spans
from selftwin.learn.driven_look import look, run_starts, targets
from selftwin.learn.driven_width import SIGNS, Width, signs, widths

if TYPE_CHECKING:
    from selftwin.learn.dense_memory import Floats
    from selftwin.learn.driven_blocks import Rows, Spans

PULL = 80.0  # how many cases the population counts beside the person's own, of the signal's past
PULL_LEVEL, PULL_GAIN = 0.3, 0.05  # of those, for a person's standing offset and for the gains of inputs
KEPT = 45 * 86400.0  # half-life of what a case taught
MIX_KEPT, MIX_PULL = 20 * 86400.0, 5 * 86400.0  # half-life of what the mixture learnt, and what `TRUST` counts
TRUST = np.array([0.25, 0.5, 0.25])  # first weights of own past, fitted, population
OWN, FITTED, POPULATION = range(3)


@dataclass(frozen=True, slots=True)
class Prior:
    """What many people have taught, for H leads (seconds), U hidden units, K inputs. Values are in `scale`.

    `inner` (LOOKS + 1, U) and `outer` (U + 1, H) are the network, offsets last; `gains` (H, K) what one unit of input
    still to come moves the signal; `width` how far all this misses.
    """

    leads: Floats
    scale: float
    inner: Floats
    outer: Floats
    gains: Floats
    width: Width


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a signal is measured: seconds between readings, the spacing that ends a run, how long a run must last, how
    near a target lies; the least and greatest value."""

    interval: float
    gap: float
    warm: float
    tolerance: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Told:
    """What was said after each of n readings for H leads, NaN where nothing could be: `mean`; `low`, `high` (n, H, 3)
    by level 50, 80, 90; `below` the chance of a value under the threshold. `experts` (n, H, 3) are the means that were
    mixed, `hangs` (n, H, 4) what the width hung on, `target` (n, H) the row each forecast came true at or -1, `gains`
    (H, K) the person's at the end."""

    mean: Floats
    low: Floats
    high: Floats
    below: Floats
    experts: Floats
    hangs: Floats
    target: Rows
    gains: Floats


def tell(
    times: Floats, values: Floats, clocks: Floats, *, own: Floats, pushes: Floats, prior: Prior, sensor: Sensor,
    threshold: float, own_below: Floats | None = None,
) -> Told:  # fmt: skip
    """What is said after each reading.

    `times` (n,) seconds, rising; `clocks` local second of the day; `own` (n, H) the own-past forecaster's means, NaN
    where it said nothing, and `own_below` its chances of a value under the `threshold`, which are then averaged with
    ours; `pushes` (n, H, K) the input known by then that is still to come within each lead, signed.
    """
    looks = look(times, values, clocks, leads=prior.leads, gap=sensor.gap, interval=sensor.interval)
    hidden = np.tanh(looks @ prior.inner[:-1] + prior.inner[-1])
    plain = hidden @ prior.outer[:-1] + prior.outer[-1]
    seen = np.column_stack([np.ones(len(times)), looks, hidden])
    target = np.column_stack([targets(times, lead, sensor.tolerance) for lead in prior.leads])
    warm = times - run_starts(times, sensor.gap) >= sensor.warm
    target[~warm] = -1
    change = np.where(target >= 0, values[target] - values[:, None], np.nan) / prior.scale
    blocks = spans(times)
    experts, mixed, hangs = np.empty((*target.shape, 3)), np.empty(target.shape), np.empty((*target.shape, SIGNS))
    gains = np.empty_like(prior.gains)
    for lead in range(len(prior.leads)):
        fitted, moved, gains[lead] = _fitted(seen, pushes[:, lead], plain[:, lead], change[:, lead], target[:, lead],
                                             blocks, prior.gains[lead], sensor.interval)  # fmt: skip
        mine = (own[:, lead] - values) / prior.scale
        still = np.column_stack([np.where(np.isfinite(mine), mine, fitted), fitted, plain[:, lead]])
        moves = np.column_stack([np.zeros(len(times)), moved, pushes[:, lead] @ prior.gains[lead]])
        hangs[:, lead], experts[:, lead] = signs(looks, still), still + moves
        mixed[:, lead] = _mixed(experts[:, lead], change[:, lead], target[:, lead], blocks, sensor.interval)
    bounds, below = widths(hangs, mixed, change, target, blocks, prior.width, (threshold - values) / prior.scale,
                           min(1.0, sensor.interval / 900.0))  # fmt: skip
    if own_below is not None:
        below = np.where(np.isfinite(own_below), 0.5 * (below + own_below), below)
    here = values[:, None, None] + prior.scale * np.concatenate([mixed[..., None], bounds], axis=2)
    said = np.where(warm[:, None, None], np.clip(here, sensor.low, sensor.high), np.nan)
    means = np.clip(values[:, None, None] + prior.scale * experts, sensor.low, sensor.high)
    below = np.where(warm[:, None], below, np.nan)
    return Told(said[..., 0], said[..., 1:4], said[..., 4:], below, means, hangs, target, gains)


def _fitted(seen: Floats, push: Floats, plain: Floats, change: Floats, target: Rows,
            blocks: Spans, prior_gains: Floats, interval: float) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """The population's change (n,) corrected by a ridge on what it missed in this person, what inputs move it further
    (n,), and the person's gains (K,), which never change sign."""
    table = np.column_stack([seen, push])
    split = seen.shape[1]
    weights = np.concatenate([np.zeros(split), prior_gains])
    penalty = np.full(len(weights), PULL)
    penalty[0], penalty[split:] = PULL * PULL_LEVEL, PULL * PULL_GAIN
    gram, moment = np.zeros((len(weights), len(weights))), np.zeros(len(weights))
    pull = np.diag(penalty), penalty * weights
    out, moved = np.empty(len(plain)), np.empty(len(plain))
    for (start, stop), rows in zip(blocks, settled(target, blocks), strict=True):
        if len(rows):
            keep = 0.5 ** (len(rows) * interval / KEPT)
            gram = gram * keep + table[rows].T @ table[rows]
            moment = moment * keep + table[rows].T @ (change[rows] - plain[rows])
            weights = _kept_sign(pull[0] + gram, pull[1] + moment, split)
        out[start:stop] = plain[start:stop] + seen[start:stop] @ weights[:split]
        moved[start:stop] = push[start:stop] @ weights[split:]
    return out, moved, weights[split:]


def _kept_sign(gram: Floats, moment: Floats, split: int) -> Floats:
    """The least-squares weights, those from `split` on never below zero: what would be is held at zero."""
    free = np.ones(len(moment), dtype=bool)
    weights = np.zeros(len(moment))
    while True:
        weights[:] = 0.0
        weights[free] = np.linalg.solve(gram[np.ix_(free, free)], moment[free])
        wrong = (weights < 0) & (np.arange(len(weights)) >= split)
        if not wrong.any():
            return weights
        free &= ~wrong


def _mixed(experts: Floats, change: Floats, target: Rows, blocks: Spans, interval: float) -> Floats:
    """The experts' mean (n,): weights that would have missed least on the person's own past, drawn to the first ones,
    never below zero and adding to one."""
    apart = experts[:, 1:] - experts[:, :1]
    left = change - experts[:, OWN]
    gram, moment, days = 1e-9 * np.eye(2), np.zeros(2), 0.0
    out = np.empty(len(change))
    weights = TRUST[1:]
    for (start, stop), rows in zip(blocks, settled(target, blocks), strict=True):
        if len(rows):
            keep = 0.5 ** (len(rows) * interval / MIX_KEPT)
            gram = gram * keep + apart[rows].T @ apart[rows]
            moment = moment * keep + apart[rows].T @ left[rows]
            days = days * keep + len(rows) * interval
            pull = MIX_PULL / days
            weights = _on_simplex(gram, moment + pull * gram @ TRUST[1:], 1.0 + pull)
        out[start:stop] = experts[start:stop, OWN] + apart[start:stop] @ weights
    return out


def _on_simplex(gram: Floats, moment: Floats, factor: float) -> Floats:
    """The two weights of least squares of gram x factor, each at least zero and together at most one."""
    whole = gram * factor + 1e-9 * np.eye(2)
    corners = [np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    edges = [np.array([min(max(moment[0] / whole[0, 0], 0.0), 1.0), 0.0]),
             np.array([0.0, min(max(moment[1] / whole[1, 1], 0.0), 1.0)])]  # fmt: skip
    bend = whole[0, 0] - 2 * whole[0, 1] + whole[1, 1]
    share = min(max((moment[0] - moment[1] + whole[1, 1] - whole[0, 1]) / max(bend, 1e-12), 0.0), 1.0)
    edges.append(np.array([share, 1.0 - share]))
    free = np.asarray(np.linalg.solve(whole, moment), dtype=np.float64)
    if (free >= 0).all() and free.sum() <= 1.0:
        return free
    return min([*corners, *edges], key=lambda one: float(0.5 * one @ whole @ one - moment @ one))
