"""Five ridge regressions on one set of sums, refitted every few hours, and a mixture that trusts each by how it has
missed: averages of different views of the same past beat the best of them (Bates and Granger 1969)."""

from __future__ import annotations

import math

import numpy as np

from selftwin.learn.dense_features import compiled, inlined
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
# rows of the desk, (DESK, P), below the P rows of a Cholesky root: what is solved for, its penalties, the spread's
PART, RIDGE, SPREAD, DESK = FEATURES, FEATURES + 1, FEATURES + 2, FEATURES + 3


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
def solve(gram: Floats, moment: Floats, penalty: Floats, answer: Floats, desk: Floats) -> None:
    """Fill `answer` with the ridge solution over the columns of finite penalty, zero elsewhere, by Cholesky's method.
    `gram` needs its lower triangle only; all penalties are above zero, so that a solution always exists. `desk` is
    room to work in."""
    size = _gather(gram, moment, penalty, desk, len(answer))
    _factor(desk, size)
    for i in range(size):
        total = desk[PART, i]
        for k in range(i):
            total -= desk[i, k] * desk[PART, k]
        desk[PART, i] = total / desk[i, i]
    for back in range(1, size + 1):
        i = size - back
        total = desk[PART, i]
        for k in range(i + 1, size):
            total -= desk[k, i] * desk[PART, k]
        desk[PART, i] = total / desk[i, i]
    i = 0
    for row in range(len(answer)):
        answer[row] = 0.0
        if penalty[row] < math.inf:
            answer[row] = desk[PART, i]
            i += 1


@compiled
def _gather(gram: Floats, moment: Floats, penalty: Floats, desk: Floats, whole: int) -> int:
    """Lay the columns of finite penalty on the desk, close together; gives back how many they are."""
    i = 0
    for row in range(whole):
        if penalty[row] < math.inf:
            j = 0
            for column in range(row + 1):
                if penalty[column] < math.inf:
                    desk[i, j] = gram[row, column]
                    j += 1
            desk[PART, i] = moment[row]
            desk[RIDGE, i] = penalty[row]
            i += 1
    return i


@compiled
def _factor(desk: Floats, size: int) -> None:
    """Make the sums on the desk, with their penalties, into their Cholesky root."""
    for i in range(size):
        for j in range(i + 1):
            total = desk[i, j]
            for k in range(j):
                total -= desk[i, k] * desk[j, k]
            if i == j:
                desk[i, i] = math.sqrt(max(total + desk[RIDGE, i], 1e-12))
            else:
                desk[i, j] = total / desk[j, j]


@compiled
def learn_row(gram: Floats, moment: Floats, shared: Floats, said: Floats, change: float) -> None:
    """Add one settled case of a horizon, its change in scales, to the sums of the ridges."""
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
def blame(loss: Floats, said: Floats, change: float, keep: float) -> None:
    """Add what each expert missed, in squared scales, letting older misses fade by `keep`."""
    for expert in range(N_EXPERTS):
        miss = said[Q_EXPERT + expert] - change
        loss[expert] = loss[expert] * keep + miss * miss


@compiled
def mix(loss: Floats, coefficient: Floats, shared: Floats, said: Floats) -> float:
    """Fill the experts' changes of one horizon and give back their mean, each weighed by its inverse cubed loss."""
    total = weights = 0.0
    least = loss[0]
    for expert in range(1, N_EXPERTS):
        least = min(least, loss[expert])
    for expert in range(N_EXPERTS):
        change = 0.0
        if expert < N_EXPERTS - 1:
            for i in range(SHARED):
                change += coefficient[expert, i] * shared[i]
            usual_step, usual_pull = coefficient[expert, USUAL_STEP], coefficient[expert, USUAL_PULL]
            change += usual_step * said[Q_USUAL] + usual_pull * said[Q_USUAL + 1]
        said[Q_EXPERT + expert] = change
        weight = (least / loss[expert]) ** LOSS_POWER
        total += weight * change
        weights += weight
    return total / weights


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
def learn_spread(gram: Floats, moment: Floats, said: Floats, miss: float) -> None:
    """Add one settled case, how far the mean missed in scales, to the sums of the spread."""
    for i in range(N_SPREAD):
        moment[i] += said[Q_SPREAD + i] * abs(miss)
        for j in range(i + 1):
            gram[i, j] += said[Q_SPREAD + i] * said[Q_SPREAD + j]


@compiled
def spread_of(spread: Floats, said: Floats, count: float, total_miss: float) -> float:
    """The expected absolute miss in scales, never under a third of the usual; 0 while nothing was fitted."""
    if count <= 0.0 or spread[0] == 0.0:
        return 0.0
    total = 0.0
    for i in range(N_SPREAD):
        total += spread[i] * said[Q_SPREAD + i]
    return max(total, 0.35 * total_miss / count)


@inlined
def refit(memory: Memory, lead: int, penalties: Floats, desk: Floats) -> None:
    """Fit the ridges and the spread of one horizon anew."""
    gram, moment = memory.gram[lead], memory.moment[lead]
    for expert in range(N_EXPERTS - 1):
        solve(gram, moment, penalties[expert], memory.coefficient[lead, expert], desk)
    penalty = desk[SPREAD]
    for i in range(N_SPREAD):
        penalty[i] = 1e-9 if i == 0 else SPREAD_PENALTY * memory.spread_gram[lead, 0, 0] + 1e-9
    solve(memory.spread_gram[lead], memory.spread_moment[lead], penalty, memory.spread[lead], desk)


@compiled
def fade(gram: Floats, moment: Floats, keep: float) -> None:
    """Let sums of the past fade by `keep`."""
    for i in range(len(moment)):
        moment[i] *= keep
        for j in range(i + 1):
            gram[i, j] *= keep
