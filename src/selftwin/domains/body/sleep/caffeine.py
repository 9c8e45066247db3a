"""Caffeine: how much is in the blood, how much less sleepy it makes, how much sleep it costs.

One compartment with first-order absorption: half-life about 5 h (1.5 to 9.5) and clearance 0.078 L/(h.kg) (Institute of
Medicine, Caffeine for the Sustainment of Mental Task Performance, 2001), 99 % absorbed in 45 min (Blanchard and Sawers,
Eur J Clin Pharmacol 1983;24:93), linear from 50 to 750 mg (Newton and others 1981;21:45). Sleep: Gardiner and others,
Sleep Med Rev 2023;69:101764; Drake and others, J Clin Sleep Med 2013;9:1195.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HALF_LIFE, HALF_LIFE_SPREAD = 5.0, 0.42  # hours; of its logarithm: 9 in 10 people from 2.5 to 10 h
VOLUME, VOLUME_SPREAD = 0.56, 0.15  # L/kg, from clearance and half-life
ABSORPTION, ABSORPTION_SPREAD = 5.0, 0.45  # per hour; slower with food
STRENGTH, STRENGTH_SPREAD, HALF_EFFECT = 0.45, 0.45, 3.0  # of the alerting effect; mg/L; ours, see the card
FREE = 33.0  # mg left at bedtime that cost no sleep: 107 mg after 8.8 h and 217.5 mg after 13.2 h (Gardiner 2023)
COST, COST_SPREAD, HALF_COST = 75.0, 0.35, 40.0  # min at most; of its logarithm; mg above FREE for half of it
EFFICIENCY = 7.0 / 45.0  # points of sleep efficiency for each minute lost (Gardiner 2023: -7 % beside -45 min)
TOXIC = 1200.0  # mg taken within hours: seizures have been seen (US Food and Drug Administration); recalled


@dataclass(frozen=True, slots=True)
class Drinker:
    """Draws (n,) of how a person handles caffeine: absorption and elimination per hour, litres, strength of the
    alerting effect, minutes of sleep it can cost."""

    absorption: Floats
    elimination: Floats
    litres: Floats
    strength: Floats
    cost: Floats


def drinkers(weight: float, weight_error: float, n: int, seed: int) -> Drinker:
    """Draws of a person of so many kilograms, give or take."""
    rng = np.random.default_rng((seed, 21))
    luck = rng.standard_normal((6, n))
    kilograms = np.maximum(weight + weight_error * luck[0], 0.4 * weight)
    return Drinker(
        absorption=ABSORPTION * np.exp(ABSORPTION_SPREAD * luck[1]),
        elimination=math.log(2) / (HALF_LIFE * np.exp(HALF_LIFE_SPREAD * luck[2])),
        litres=VOLUME * np.exp(VOLUME_SPREAD * luck[3]) * kilograms,
        strength=STRENGTH * np.exp(STRENGTH_SPREAD * luck[4]),
        cost=COST * np.exp(COST_SPREAD * luck[5]),
    )


def amount(mg: float, hours: Floats, absorption: Floats, elimination: Floats) -> Floats:
    """Milligrams in the body so many hours after a dose (0 before it); all broadcast."""
    since = np.maximum(hours, 0.0)
    taken = np.exp(-elimination * since) - np.exp(-absorption * since)
    return np.asarray(mg * absorption / (absorption - elimination) * taken)


def in_blood(doses: Sequence[tuple[float, float]], at: Floats, drinker: Drinker) -> Floats:
    """Concentration in mg/L (n, moments) at hours `at` (moments,) from doses (hour, mg)."""
    total = np.zeros((drinker.litres.size, at.size))
    for hour, mg in doses:
        total += amount(mg, at[None, :] - hour, drinker.absorption[:, None], drinker.elimination[:, None])
    return np.asarray(total / drinker.litres[:, None])


def eased(sleepiness: Floats, concentration: Floats, strength: Floats) -> Floats:
    """Sleepiness (1 to 9) under caffeine (mg/L): what lies above 1 is divided by 1 + strength x effect, as in the
    unified model of performance (Ramakrishnan and others, Sleep 2016;39:1827), with an effect that saturates."""
    effect = concentration / (concentration + HALF_EFFECT)
    return np.asarray(1 + (sleepiness - 1) / (1 + strength * effect))


def sleep_lost(mg_left: Floats, cost: Floats) -> Floats:
    """Minutes of sleep lost with so many milligrams in the body at bedtime.

    >>> float(sleep_lost(np.array(33.0), np.array(75.0)))
    0.0
    """
    above = np.maximum(mg_left - FREE, 0.0)
    return np.asarray(cost * above / (above + HALF_COST))
