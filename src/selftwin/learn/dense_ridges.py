"""Five ridge regressions on one set of sums, refitted every few hours, and a mixture that trusts each by how it has
missed: averages of different views of the same past beat the best of them (Bates and Granger 1969)."""

from __future__ import annotations

import math

import numpy as np

from selftwin.learn.dense_features import compiled
from selftwin.learn.dense_memory import (
    CONST,
    CURVES,
    FEATURES,
    HARMONICS,
    LEVEL,
    N_EXPERTS,
    N_SPREAD,
    N_STEPS,
    Q_EXPERT,
    Q_SPREAD,
    Q_USUAL,
    SHARED,
    SLOPES,
    SLOW,
    STEPS,
    USUAL_PULL,
    USUAL_STEP,
    WAVES,
    Floats,
    Memory,
)

LOSS_POWER = 3.0
SPREAD_PENALTY = 0.4


def _penalties() -> Floats:
    """Ridge penalties (E - 1, P), infinite where the expert does not look: lags; lags and the usual; all that is
    straight and the curves; a few slopes and slow means; random cosines."""
    table = np.full((N_EXPERTS - 1, FEATURES), np.inf)
    steps = slice(STEPS, STEPS + N_STEPS)
    lags, usual, everything, slopes, cosines = table
    lags[[CONST, LEVEL]], lags[steps] = (20.0, 1.25), 1.25
    usual[[CONST, LEVEL, USUAL_STEP, USUAL_PULL]], usual[steps] = (100.0, 6.0, 6.0, 6.0), 6.0
    everything[[CONST, LEVEL, USUAL_STEP, USUAL_PULL]], everything[steps] = (200.0, 12.0, 12.0, 12.0), 12.0
    everything[SLOW : SLOW + 4], everything[HARMONICS : HARMONICS + 4] = 12.0, 22.0
    everything[CURVES : CURVES + 3] = 7.0, 12.0, 20.0
    slopes[[LEVEL, STEPS, SLOW, SLOW + 1, USUAL_STEP]], slopes[SLOPES : SLOPES + 3] = 1.25, 1.25
    cosines[[LEVEL, STEPS, SLOPES]], cosines[WAVES:SHARED] = 2.0, 13.0
    return table


PENALTIES = _penalties()


@compiled
def solve(gram: Floats, moment: Floats, penalty: Floats, answer: Floats) -> None:
    """Fill `answer` with the ridge solution over the columns of finite penalty, zero elsewhere, by Cholesky's method.
    `gram` needs its lower triangle only; all penalties are above zero, so that a solution always exists."""
    columns = np.flatnonzero(np.isfinite(penalty))
    size = len(columns)
    root, part = np.zeros((size, size)), np.zeros(size)
    for i in range(size):
        for j in range(i + 1):
            total = gram[columns[i], columns[j]]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j:
                root[i, i] = math.sqrt(max(total + penalty[columns[i]], 1e-12))
            else:
                root[i, j] = total / root[j, j]
    for i in range(size):
        total = moment[columns[i]]
        for k in range(i):
            total -= root[i, k] * part[k]
        part[i] = total / root[i, i]
    answer[:] = 0.0
    for back in range(size):
        i = size - 1 - back
        total = part[i]
        for k in range(i + 1, size):
            total -= root[k, i] * part[k]
        part[i] = total / root[i, i]
        answer[columns[i]] = part[i]


@compiled
def learn_row(memory: Memory, lead: int, shared: Floats, said: Floats, change: float) -> None:
    """Add one settled case of a horizon, its change in scales, to the sums of the ridges."""
    gram, moment = memory.gram[lead], memory.moment[lead]
    for i in range(FEATURES):
        value = shared[i] if i < SHARED else said[Q_USUAL + i - SHARED]
        if value == 0.0:
            continue
        moment[i] += value * change
        for j in range(min(i + 1, SHARED)):
            gram[i, j] += value * shared[j]
        for j in range(SHARED, i + 1):
            gram[i, j] += value * said[Q_USUAL + j - SHARED]


@compiled
def blame(memory: Memory, lead: int, said: Floats, change: float, keep: float) -> None:
    """Add what each expert missed, in squared scales, letting older misses fade by `keep`."""
    for expert in range(N_EXPERTS):
        miss = said[Q_EXPERT + expert] - change
        memory.loss[lead, expert] = memory.loss[lead, expert] * keep + miss * miss


@compiled
def mix(memory: Memory, lead: int, shared: Floats, said: Floats) -> float:
    """Fill the experts' changes of one horizon and give back their mean, each weighed by its inverse cubed loss."""
    total = weights = 0.0
    least = memory.loss[lead].min()
    for expert in range(N_EXPERTS):
        change = 0.0
        if expert < N_EXPERTS - 1:
            coefficient = memory.coefficient[lead, expert]
            for i in range(SHARED):
                change += coefficient[i] * shared[i]
            change += coefficient[USUAL_STEP] * said[Q_USUAL] + coefficient[USUAL_PULL] * said[Q_USUAL + 1]
        said[Q_EXPERT + expert] = change
        weight = (least / memory.loss[lead, expert]) ** LOSS_POWER
        total += weight * change
        weights += weight
    return float(total / weights)


@compiled
def describe_spread(shared: Floats, said: Floats, mean: float) -> None:
    """Fill what the width of an interval may hang on: steepness, how far the experts disagree, the clock."""
    apart = 0.0
    for expert in range(N_EXPERTS - 1):
        apart += abs(said[Q_EXPERT + expert] - mean)
    said[Q_SPREAD] = 1.0
    said[Q_SPREAD + 1] = 4.0 * abs(shared[SLOPES])
    said[Q_SPREAD + 2] = 1.3 * abs(shared[SLOPES + 2])
    said[Q_SPREAD + 3] = apart
    said[Q_SPREAD + 4] = shared[HARMONICS]
    said[Q_SPREAD + 5] = shared[HARMONICS + 1]


@compiled
def learn_spread(memory: Memory, lead: int, said: Floats, miss: float) -> None:
    """Add one settled case, how far the mean missed in scales, to the sums of the spread."""
    for i in range(N_SPREAD):
        memory.spread_moment[lead, i] += said[Q_SPREAD + i] * abs(miss)
        for j in range(i + 1):
            memory.spread_gram[lead, i, j] += said[Q_SPREAD + i] * said[Q_SPREAD + j]


@compiled
def spread_of(memory: Memory, lead: int, said: Floats) -> float:
    """The expected absolute miss in scales, never under a third of the usual; 0 while nothing was fitted."""
    count = memory.spread_gram[lead, 0, 0]
    if count <= 0.0 or memory.spread[lead, 0] == 0.0:
        return 0.0
    total = 0.0
    for i in range(N_SPREAD):
        total += memory.spread[lead, i] * said[Q_SPREAD + i]
    return float(max(total, 0.35 * memory.spread_moment[lead, 0] / count))


@compiled
def refit(memory: Memory, lead: int, penalties: Floats, keep: float) -> None:
    """Fit the ridges and the spread of one horizon anew, and let the past fade by `keep`."""
    for expert in range(N_EXPERTS - 1):
        solve(memory.gram[lead], memory.moment[lead], penalties[expert], memory.coefficient[lead, expert])
    count = memory.spread_gram[lead, 0, 0]
    penalty = np.full(N_SPREAD, SPREAD_PENALTY * count + 1e-9)
    penalty[0] = 1e-9
    solve(memory.spread_gram[lead], memory.spread_moment[lead], penalty, memory.spread[lead])
    memory.gram[lead] *= keep
    memory.moment[lead] *= keep
    memory.spread_gram[lead] *= keep
    memory.spread_moment[lead] *= keep
