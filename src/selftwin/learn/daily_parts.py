"""What a daily forecast is made of: how much each expert weighs and says, and the same sum by what it comes of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from selftwin.learn.daily import copied, last_day
from selftwin.learn.daily_memory import (
    EXPERTS,
    FEATURE,
    FEATURES,
    GUESS,
    LAST,
    MEAN,
    MED28,
    MEDALL,
    PERSONAL,
    PHI,
    POINT,
    SCALE,
    SLOWLY,
    WEEK,
    WINDOW,
    Floats,
    Memory,
)
from selftwin.learn.daily_prior import prior

NAMES = ("the last value", "the mean of all days", "the last seven days", "the median of four weeks",
         "the median of all days", "the last few days, newest first", "the last value, falling back",
         "a level that follows you, with your week", "the same weekdays")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """A forecast's middle before it is rounded (`point`), by experts: `weights` (9,) that sum to one and `guesses`
    (9,), in the order of `NAMES`; and by what it comes of: the `usual` (the median of all days remembered), how far
    the last month, the last week and the last value pull it from there, and the weekday. Either way it adds up."""

    point: float
    weights: Floats
    guesses: Floats
    usual: float
    month: float
    week: float
    last: float
    weekday: float


def parts(memory: Memory, target: int) -> Parts:
    """What the forecast of a target day, said on the last day learnt, is made of. Raises ValueError where nothing was
    learnt, or the target does not lie ahead."""
    from selftwin.learn.daily_kernel import look_ahead

    if memory.seen[0] == 0 or target <= last_day(memory):
        raise ValueError("a target lies after the last day learnt")
    track = min(int(np.searchsorted(memory.horizons, target - last_day(memory))), len(memory.horizons) - 1)
    then = copied(memory)  # settled by looking ahead
    said = look_ahead(then, prior(), np.array([target]), np.array([track]))[0, 0]
    guesses = np.array(said[GUESS : GUESS + EXPERTS])
    unit = float(said[SCALE]) * float(then.horizons[track])
    lost = then.states[track, SLOWLY : SLOWLY + EXPERTS] / unit
    table = prior().experts
    logits = said[FEATURE : FEATURE + FEATURES] @ table[:-1] + table[-1] - PERSONAL * (lost - lost.min())
    weights = np.exp(logits - logits.max())
    weights /= weights.sum()
    return _by_source(then, target, float(said[POINT]), weights, guesses)


def _by_source(memory: Memory, target: int, point: float, weights: Floats, guesses: Floats) -> Parts:
    """The weighed guesses, each by what it comes of."""
    until = min(int(memory.seen[0]), WINDOW)
    origin = memory.origins[(int(memory.seen[0]) - 1) % len(memory.origins)]
    usual, last, mean, month = (float(origin[place]) for place in (MEDALL, LAST, MEAN, MED28))
    back = float(origin[PHI]) ** (target - int(memory.days[until - 1])) * (last - mean)
    rhythm = float(origin[WEEK + target % 7])
    w, g = weights.tolist(), guesses.tolist()
    return Parts(
        point, weights, guesses, usual,
        month=(w[1] + w[6]) * (mean - usual) + (w[3] + w[8]) * (month - usual),
        week=w[2] * (g[2] - usual) + w[5] * (g[5] - usual) + w[7] * (g[7] - rhythm - usual),
        last=w[0] * (last - usual) + w[6] * back,
        weekday=w[7] * rhythm + w[8] * (g[8] - month),
    )  # fmt: skip
