"""The body of each night and day as it truly was: heart at rest, its variability, breathing, temperature, weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.states import States

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Body:
    """One value a day, shape [days] each, of the night that ends on it and the day itself."""

    resting: Floats  # heart beats a minute
    sdnn: Floats  # ms
    rmssd: Floats  # ms
    breathing: Floats  # /min, asleep
    temperature: Floats  # degrees Celsius at the wrist, asleep
    oxygen: Floats  # per cent, asleep
    fitness: Floats  # VO2 max, mL/(kg.min)


def body(states: States, effects: Effects, seed: int) -> Body:
    """What the causes and some noise make of every night."""
    rng, days = draws(seed, "body"), states.illness.size
    sdnn = np.exp(np.log(effects.hrv_usual) + log_hrv(states, effects) + _slow(rng, days, effects.hrv_noise))
    fitness = 43 + 2.0 * np.arange(days) / 730 + _slow(rng, days, 0.25)
    return Body(
        resting=effects.resting_usual + resting(states, effects) + _slow(rng, days, effects.resting_noise),
        sdnn=sdnn,
        rmssd=sdnn * 0.82 * np.exp(rng.normal(0, 0.06, days)),
        breathing=14.3 + effects.illness_breathing * states.illness + 0.12 * _after(states.alcohol)
        + _slow(rng, days, 0.22),
        temperature=35.4 + effects.illness_temperature * states.illness + 0.07 * _after(states.alcohol)
        - 0.12 * states.winter + _slow(rng, days, 0.10),
        oxygen=np.minimum(96.6 + effects.illness_oxygen * states.illness + _slow(rng, days, 0.35), 99.5),
        fitness=fitness,
    )  # fmt: skip


def resting(states: States, effects: Effects) -> Floats:
    """What the causes add to the resting heart rate of each day, /min, without noise."""
    return np.asarray(
        effects.alcohol_resting * _after(states.alcohol)
        + effects.training_resting[0] * _after(states.load)
        + effects.training_resting[1] * _after(states.load, 2)
        + effects.illness_resting * states.illness
        + effects.stress_resting * _after(states.stress)
        + effects.winter_resting * states.winter
        + 0.15 * np.abs(states.jet_lag)
        - 1.5 * np.arange(states.load.size) / 730
    )


def log_hrv(states: States, effects: Effects) -> Floats:
    """What the causes add to the log of heart rate variability, without noise."""
    return np.asarray(
        effects.alcohol_hrv * _after(states.alcohol)
        + effects.training_hrv[0] * _after(states.load)
        + effects.training_hrv[1] * _after(states.load, 2)
        + effects.illness_hrv * states.illness
        + effects.stress_hrv * _after(states.stress)
        - 0.01 * np.abs(states.jet_lag)
    )


def _after(values: Floats, nights: int = 1) -> Floats:
    """The values of some days before."""
    return np.concatenate([np.zeros(nights), values[:-nights]])


def _slow(rng: np.random.Generator, days: int, spread: float) -> Floats:
    """Noise with a memory of about two days and this standard deviation."""
    keep, found = 0.5, np.zeros(days)
    shocks = rng.normal(0, spread * np.sqrt(1 - keep**2), days)
    level = 0.0
    for day in range(days):
        level = keep * level + shocks[day]
        found[day] = level
    return found
