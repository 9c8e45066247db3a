"""The heart rate of every minute: asleep, at rest, walking, training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import AWAKE, DEEP, EASY_RUN, HARD_RUN, LIGHT, REM, RIDE, STRENGTH, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.body import Body
    from selftwin.sample.clock import Clock
    from selftwin.sample.movement import Movement
    from selftwin.sample.nights import Nights
    from selftwin.sample.states import States

    Floats = NDArray[np.float64]

_ASLEEP = {AWAKE: 7.0, LIGHT: -1.0, DEEP: -3.5, REM: 2.0}  # over the resting rate
_TRAINING = {EASY_RUN: 82.0, HARD_RUN: 99.0, STRENGTH: 55.0, RIDE: 76.0}


def heart(clock: Clock, states: States, body: Body, nights: Nights, movement: Movement, seed: int) -> Floats:
    """Beats a minute of every minute of the life, shape [minutes]."""
    rng, minutes = draws(seed, "heart"), movement.steps.size
    day = np.clip(_day_of_rest(clock, nights, minutes), 0, states.stress.size - 1)
    over = 15 + 2.0 * states.stress[day] + 5.0 * states.felt[day] + 0.21 * movement.steps
    asleep = np.zeros(minutes, bool)
    stages = nights.stages
    low, high = (np.clip(clock.minute(moment), 0, minutes) for moment in (stages.start, stages.stop))
    for first, last, state in zip(low, high, stages.state, strict=True):
        over[first:last] = _ASLEEP[int(state)]
        asleep[first:last] = True
    _train(over, clock, movement)
    noise = np.where(asleep, 1.6, 4.2) * _smooth(rng.normal(0, 1, minutes), 8.0, unit=True)
    return np.clip(body.resting[day] + _smooth(over, 2.5) + noise, 38, 196)


def _day_of_rest(clock: Clock, nights: Nights, minutes: int) -> NDArray[np.int64]:
    """The day whose resting rate holds at each minute: from lying down on it is the next one's."""
    return np.searchsorted(clock.minute(nights.bed), np.arange(minutes), side="right") - 1


def _train(over: Floats, clock: Clock, movement: Movement) -> None:
    workouts = movement.workouts
    for start, stop, sport in zip(workouts.start, workouts.stop, workouts.sport, strict=True):
        here = slice(int(clock.minute(start)), int(clock.minute(stop)))
        minute = np.arange(over[here].size)
        waves = 13 * np.sign(np.sin(2 * np.pi * minute / 8)) * ((minute > 12) & (minute < minute.size - 8))
        over[here] = _TRAINING[int(sport)] + minute * 0.12 + (waves if sport == HARD_RUN else 0)


def _smooth(values: Floats, minutes: float, *, unit: bool = False) -> Floats:
    """An exponential mean over the past; with `unit`, of white noise to standard deviation one."""
    kernel = np.exp(-np.arange(int(6 * minutes)) / minutes)
    kernel = kernel / (np.sqrt((kernel**2).sum()) if unit else kernel.sum())
    return np.convolve(values, kernel)[: values.size]
