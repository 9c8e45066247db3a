"""Fitness and fatigue: what is left of past training, slowly and quickly lost, and what they do to performance.

Banister's impulse-response model (Banister and others, Aust J Sports Med 1975;7:57; its time constants are usually 42
and 7 days) with two departures, both so that more is not always better: fitness is worth less the more there is of it,
and fatigue weighs more where the load of days stands far above that of weeks (after Busso, Med Sci Sports Exerc
2003;35:1188, whose fatigue grows with recent training). Loads are effort x minutes a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FITNESS_DAYS, FATIGUE_DAYS = 42.0, 7.0
SATURATION = 150.0  # load a day at which 63 % of what training can do is reached; ours
TRIAL_LOAD, TRIAL_DAYS = 100.0, 70.0  # of the usual trial: three or four sessions of 40 min at effort 5, ten weeks
FLOOR = 100.0  # load a day under which fatigue is not set against fitness
STRAIN = 0.012  # mL/(kg.min) of performance for each unit of load; so that a taper pays 2 % at a load of 300, see card


@dataclass(frozen=True, slots=True)
class Trained:
    """What training has left: load of weeks and of days, both a day, of any one shape."""

    fitness: Floats
    fatigue: Floats

    @property
    def form(self) -> Floats:
        """Fitness less fatigue: what is called form, or training stress balance."""
        return self.fitness - self.fatigue


def left(load: Floats, days: Floats | float, *, start: Floats | float) -> Floats:
    """What is left of a daily load (..., n) with a time constant in days (broadcast over the leading axes), from what
    there was at the start: (..., n), the level after each day. A constant load comes to itself."""
    keep = np.exp(-1.0 / np.asarray(days, dtype=float))
    shape = np.broadcast_shapes(load.shape[:-1], np.shape(keep), np.shape(start))
    now = np.broadcast_to(np.asarray(start, dtype=float), shape).copy()
    levels = np.empty((*shape, load.shape[-1]))
    for day in range(load.shape[-1]):
        now = keep * now + (1 - keep) * load[..., day]
        levels[..., day] = now
    return levels


def trained(
    load: Floats, *, fitness: Floats | float, fatigue: Floats | float,
    fitness_days: Floats | float = FITNESS_DAYS, fatigue_days: Floats | float = FATIGUE_DAYS,
) -> Trained:  # fmt: skip
    """Fitness and fatigue (..., n) after each day of a load (..., n), from what they were."""
    return Trained(left(load, fitness_days, start=fitness), left(load, fatigue_days, start=fatigue))


def benefit(fitness: Floats) -> Floats:
    """How much of all that training can do is reached at a fitness: 0 untrained, towards 1; ever less for more."""
    reached: Floats = 1 - np.exp(-np.maximum(fitness, 0.0) / SATURATION)
    return reached


def trial_benefit() -> float:
    """The benefit that the usual trial reaches in people who did not train before."""
    return float(benefit(np.array(TRIAL_LOAD * (1 - np.exp(-TRIAL_DAYS / FITNESS_DAYS)))))


def strain(state: Trained) -> Floats:
    """What fatigue takes from performance, in mL/(kg.min) of VO2 max: its square over fitness, so that a load far above
    what one is used to costs most."""
    taken: Floats = STRAIN * state.fatigue**2 / (np.maximum(state.fitness, 0.0) + FLOOR)
    return taken
