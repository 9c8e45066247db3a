"""How far a driven forecast may miss: an expected miss from steepness and from how far the experts disagree, and bounds
in expected misses that begin at a population's and are moved by slow conformal steps (Gibbs and Candès 2021)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.driven_blocks import settled

if TYPE_CHECKING:
    from selftwin.learn.dense_memory import Floats
    from selftwin.learn.driven_blocks import Rows, Spans

LEVELS = (50, 80, 90)
TAILS = np.array([0.25, 0.10, 0.05])
NORMAL = np.array([0.6745, 1.2816, 1.6449])  # of a normal curve at those tails
SIGNS = 4
PULL = 50.0  # cases the population's expected miss counts
PACE = 0.05  # for each quarter of an hour
MORE = 0.005  # aimed beyond each bound: the next stretch is never quite like the last
LEAST = 0.35  # of the usual miss
FARTHEST = 1.5  # that steps may move a bound, in expected misses


@dataclass(frozen=True, slots=True)
class Width:
    """A population's: `spread` (H, 4) what the expected absolute miss hangs on, in scales; `low`, `high` (3,) bounds in
    expected misses by level 50, 80, 90."""

    spread: Floats
    low: Floats
    high: Floats


def signs(looks: Floats, still: Floats) -> Floats:
    """What the width may hang on (n, 4): one, steepness now and over the hour, how far the experts (n, 3) disagree
    before inputs move them, so that an input moves every bound its own way."""
    apart = np.abs(still - still.mean(axis=1, keepdims=True)).sum(axis=1)
    hour = np.abs(looks[:, :4].sum(axis=1)) / 3
    return np.column_stack([np.ones(len(looks)), np.abs(looks[:, 0]), hour, 2.0 * apart])


def widths(hangs: Floats, mixed: Floats, change: Floats, target: Rows, blocks: Spans, width: Width, threshold: Floats,
           share: float) -> tuple[Floats, Floats]:  # fmt: skip
    """Bounds (n, H, 6) as changes in scales, lower by level and then upper, and the chance (n, H) of a change under
    `threshold`. `share` is the reading's share of a quarter of an hour."""
    bounds, below = np.empty((*mixed.shape, 6)), np.empty(mixed.shape)
    for lead in range(mixed.shape[1]):
        middle, miss = mixed[:, lead], change[:, lead] - mixed[:, lead]
        news = settled(target[:, lead], blocks)
        expected = _expected(hangs[:, lead], np.abs(miss), news, blocks, width.spread[lead])
        moved = _moved(miss / expected, news, blocks, width.low, width.high, share)
        bounds[:, lead] = middle[:, None] + expected[:, None] * moved.reshape(-1, 6)
        below[:, lead] = _chance((threshold - middle) / expected, moved)
    return bounds, below


def _expected(table: Floats, misses: Floats, news: list[Rows], blocks: Spans,
              spread: Floats) -> Floats:  # fmt: skip
    """The expected absolute miss (n,), fitted to the person's own beside the population's."""
    gram, moment = PULL * np.eye(SIGNS), np.asarray(PULL * spread)
    usual, count = PULL * float(spread[0] + 0.5 * spread[1:].sum()), PULL
    out, weights = np.empty(len(table)), spread
    for (start, stop), rows in zip(blocks, news, strict=True):
        if len(rows):
            gram = gram + table[rows].T @ table[rows]
            moment = moment + table[rows].T @ misses[rows]
            usual, count = usual + float(misses[rows].sum()), count + len(rows)
            weights = np.asarray(np.linalg.solve(gram, moment), dtype=np.float64)
        out[start:stop] = np.maximum(table[start:stop] @ weights, LEAST * usual / count)
    return out


def _moved(miss: Floats, news: list[Rows], blocks: Spans, low: Floats, high: Floats,
           share: float) -> Floats:  # fmt: skip
    """The bounds in force at each row (n, 2, 3): out by a step for each miss beyond, in by a smaller one for others."""
    first = np.stack([low, high])
    bound, out = first.copy(), np.empty((len(miss), 2, 3))
    for (start, stop), rows in zip(blocks, news, strict=True):
        if len(rows):
            each = miss[rows, None]
            beyond = np.stack([(each < out[rows, 0]).sum(axis=0), (each > out[rows, 1]).sum(axis=0)])
            step = PACE * share * (beyond - (TAILS - MORE) * len(rows))
            bound = np.clip(bound + np.array([[-1.0], [1.0]]) * step, first - FARTHEST, first + FARTHEST)
        out[start:stop] = _nested(bound)
    return out


def _nested(bound: Floats) -> Floats:
    """Each level holding the one within."""
    inner = np.stack([np.minimum(bound[0], 0.0), np.maximum(bound[1], 0.0)])
    return np.stack([np.minimum.accumulate(inner[0]), np.maximum.accumulate(inner[1])])


def _chance(miss: Floats, bounds: Floats) -> Floats:
    """The chance (n,) of a miss below this one, on the normal scale between the bounds and straight on beyond them."""
    places = np.concatenate([bounds[:, 0, ::-1], bounds[:, 1]], axis=1) + 1e-6 * np.arange(6)
    levels = np.concatenate([-NORMAL[::-1], NORMAL])
    at = np.clip((miss[:, None] >= places).sum(axis=1) - 1, 0, 4)
    rows = np.arange(len(miss))
    left, right = places[rows, at], places[rows, at + 1]
    z = levels[at] + (levels[at + 1] - levels[at]) * (miss - left) / np.maximum(right - left, 1e-3)
    return 0.5 * np.array([math.erfc(-number / math.sqrt(2)) for number in np.clip(z, -8, 8)])
