"""Alcohol: how much is in the blood and for how long, and what it does to the heart at night. Never a reason to drive.

Widmark's dilution into body water, by Watson and others (Am J Clin Nutr 1980;33:27; J Stud Alcohol 1981;42:547), else
by Widmark's factors; elimination 10 to 25 mg/100 mL an hour (Jones, Forensic Sci Int 2010;200:1; recalled), slowing
near nothing as an enzyme does. A calculated concentration is uncertain by about a fifth (Gullberg 2007). Nights:
Pietila and others, JMIR Ment Health 2018;5:e23, 4,098 people, first three hours of sleep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRINK, DRINK_SPREAD = 12.0, 0.2  # grams in "a drink": 8 in Britain, 10 to 12 in most countries, 14 in the United States
BLOOD_WATER = 0.806  # grams of water in a millilitre of blood
FACTORS = {"male": (0.68, 0.06), "female": (0.55, 0.06), "": (0.62, 0.09)}  # Widmark's, L/kg, and their spread
WATER_SPREAD = 0.09  # of Watson's body water; share
ELIMINATION, ELIMINATION_SPREAD, HALF_SPEED = 0.016, 0.003, 0.005  # % an hour; % at half of that speed
ABSORPTION, ABSORPTION_SPREAD = 2.0, 0.6  # per hour; about three on an empty stomach, one after a meal
LEAST_ABSORBED = 0.8  # share, after a meal
EACH = 0.5  # hours over which one drink is drunk
STEP = 1 / 12  # hours
DOSES = (0.0, 0.125, 0.5, 1.0)  # g/kg: none, and the middles of Pietila's low, moderate and high
HEART = (0.0, 1.4, 4.0, 8.7)  # /min above a night without
RMSSD = (0.0, -2.0, -5.7, -12.9)  # ms
DANGER = 0.30  # % from which alcohol can stop breathing


@dataclass(frozen=True, slots=True)
class Drinker:
    """Draws (n,) of how a person handles alcohol: % in blood for each gram, absorption an hour, share absorbed,
    elimination in % an hour, grams in a drink."""

    per_gram: Floats
    absorption: Floats
    absorbed: Floats
    elimination: Floats
    drink: Floats


def body_water(sex: str, *, age: float, height: float, weight: float) -> float:
    """Litres of water in an adult's body, from years, metres and kilograms (Watson 1980).

    >>> round(body_water("male", age=35, height=1.8, weight=80), 2)
    45.34
    """
    if sex == "male":
        return 2.447 - 0.09516 * age + 10.74 * height + 0.3362 * weight
    return -2.097 + 10.69 * height + 0.2466 * weight


def drinkers(
    weight: float, n: int, seed: int, *, sex: str = "", age: float | None = None, height: float | None = None
) -> Drinker:
    """Draws of a person: by body water where sex, age and height are known, else by weight and Widmark's factors."""
    rng = np.random.default_rng((seed, 31))
    luck = rng.standard_normal((5, n))
    if sex in {"male", "female"} and age is not None and height is not None:
        litres = body_water(sex, age=age, height=height, weight=weight) * np.exp(WATER_SPREAD * luck[0])
        per_gram = BLOOD_WATER / (10 * litres)
    else:
        factor, spread = FACTORS.get(sex, FACTORS[""])
        per_gram = 1 / (10 * weight * np.maximum(factor + spread * luck[0], 0.4)) * 1.055  # blood weighs 1.055 g/mL
    return Drinker(
        per_gram=per_gram,
        absorption=ABSORPTION * np.exp(ABSORPTION_SPREAD * luck[1]),
        absorbed=LEAST_ABSORBED + (1 - LEAST_ABSORBED) * rng.random(n),
        elimination=np.clip(ELIMINATION + ELIMINATION_SPREAD * luck[2], 0.009, 0.028),
        drink=DRINK * np.exp(DRINK_SPREAD * luck[3]),
    )


def in_blood(doses: Sequence[tuple[float, float, Floats]], hours: float, drinker: Drinker) -> Floats:
    """Percent in blood (n, steps of five minutes) from doses (hour, hours it takes to drink, grams (n,)), from hour 0
    on which there is none."""
    steps = round(hours / STEP) + 1
    gut = np.zeros_like(drinker.per_gram)
    blood = np.zeros_like(drinker.per_gram)
    said = np.zeros((blood.size, steps))
    kept = np.exp(-drinker.absorption * STEP)
    for step in range(1, steps):
        gut = gut + _drunk(doses, (step - 1) * STEP)
        moved, gut = gut * (1 - kept), gut * kept
        blood = blood + moved * drinker.absorbed * drinker.per_gram
        blood = np.maximum(blood - drinker.elimination * STEP * blood / (blood + HALF_SPEED), 0.0)
        said[:, step] = blood
    return said


def _drunk(doses: Sequence[tuple[float, float, Floats]], hour: float) -> Floats | float:
    """Grams drunk in the step that begins at this hour."""
    total: Floats | float = 0.0
    for start, lasts, grams in doses:
        during = min(hour + STEP, start + max(lasts, STEP)) - max(hour, start)
        total = total + grams * max(during, 0.0) / max(lasts, STEP)
    return total


def night(dose: Floats) -> tuple[Floats, Floats]:
    """What a dose in g/kg does to the heart rate (/min) and its variability (RMSSD, ms) in the first hours of sleep,
    between the middles of the groups; held at the highest group's beyond it."""
    return np.interp(dose, DOSES, HEART), np.interp(dose, DOSES, RMSSD)
