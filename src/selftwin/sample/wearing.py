"""What was worn when: watches are charged, forgotten, and taken off more often in illness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.clock import Clock
    from selftwin.sample.movement import Movement
    from selftwin.sample.nights import Nights
    from selftwin.sample.plan import Plan, Span
    from selftwin.sample.states import States

    Flags = NDArray[np.bool_]

_EXPORTING = 15  # the last minutes of the life, in which everything is exported


@dataclass(frozen=True, slots=True)
class Wearing:
    """By minute, whether each watch was worn, shape [minutes]; by day, whether it saw the night, shape [days]."""

    watch: Flags
    fitbit: Flags
    watch_nights: Flags
    fitbit_nights: Flags


def wearing(plan: Plan, clock: Clock, states: States, nights: Nights, movement: Movement, seed: int) -> Wearing:
    """The watch is charged each morning after getting up, the Fitbit every fourth evening; some nights see neither."""
    rng, minutes = draws(seed, "wearing"), movement.steps.size
    missed = rng.random(plan.days) < 0.05 + 0.20 * states.felt
    missed_fitbit = rng.random(plan.days) < 0.06 + 0.20 * states.felt
    charge = nights.wake + 60 * rng.integers(8, 20, plan.days)
    length = 60 * rng.integers(32, 55, plan.days)
    evening = clock.utc(np.arange(plan.days), 21 * 60 + 5)
    watch = _worn(plan.watch, clock, minutes) & ~_within(clock, minutes, charge, charge + length)
    fitbit = _worn(plan.fitbit, clock, minutes)
    fitbit &= ~_within(clock, minutes, evening[::4], evening[::4] + 75 * 60)
    for span in plan.unworn:
        away = _worn(span, clock, minutes)
        watch, fitbit = watch & ~away, fitbit & ~away
    out, back = nights.bed - 900, nights.wake + 900
    watch &= ~_within(clock, minutes, out[missed], back[missed])
    fitbit &= ~_within(clock, minutes, out[missed_fitbit], back[missed_fitbit])
    watch[-_EXPORTING:] = fitbit[-_EXPORTING:] = False
    return Wearing(watch, fitbit, _saw(watch, clock, nights), _saw(fitbit, clock, nights))


def _worn(span: Span, clock: Clock, minutes: int) -> Flags:
    """The minutes of some days, from nine in the morning of the first one."""
    worn = np.zeros(minutes, bool)
    low = clock.minute(clock.utc(span.first, 540))
    worn[int(low) : int(clock.minute(clock.utc(span.stop, 0)))] = True
    return worn


def _within(clock: Clock, minutes: int, start: NDArray[np.int64], stop: NDArray[np.int64]) -> Flags:
    found = np.zeros(minutes, bool)
    for low, high in zip(clock.minute(start), clock.minute(stop), strict=True):
        found[max(int(low), 0) : max(int(high), 0)] = True
    return found


def _saw(worn: Flags, clock: Clock, nights: Nights) -> Flags:
    """Whether a night was worn from lying down to getting up."""
    total = np.concatenate([[0], np.cumsum(worn)])
    low, high = clock.minute(nights.bed), clock.minute(nights.wake)
    inside = (low >= 0) & (high < worn.size)
    low, high = np.clip(low, 0, worn.size), np.clip(high, 0, worn.size)
    return np.asarray(inside & (total[high] - total[low] == high - low))
