"""Hall's model of an adult's weight: glycogen, extracellular water, fat, lean tissue and what adapts, day by day.

Hall KD, Sacks G, Chandramohan D, and others, "Quantification of the effect of energy imbalance on bodyweight", Lancet
2011;378:826-837, web appendix, equations 1 to 9. Resting metabolism at the start by Mifflin and St Jeor (Am J Clin Nutr
1990;51:241), fat by Jackson and others (Int J Obes 2002;26:789), extracellular water as in the appendix. The
constants are those of the R package bw (INSP-RH), whose check values this reproduces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.weight._kernel import GLYCOGEN_AT_REST, WATERED_GLYCOGEN, walk

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

TEF = 0.1  # the share of intake that digesting it takes
FAT_ENERGY, LEAN_ENERGY = 9440.727, 1816.444  # kcal/kg: 39.5 and 7.6 MJ/kg
FORBES = 10.4  # kg: dL/dF = 10.4 / F


@dataclass(frozen=True, slots=True)
class Adult:
    """Adults (n,) as they are at the start: kg of `weight`, `fat`, `lean` (without water and glycogen) and `water`
    outside the cells; kcal a day at `rest`, of `intake` and of it `carbs`; `moving` in kcal/kg/d; and how far the
    intake lies above what keeps the weight (`surplus`, kcal/d)."""

    weight: Floats
    fat: Floats
    lean: Floats
    water: Floats
    rest: Floats
    intake: Floats
    carbs: Floats
    moving: Floats
    surplus: Floats


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of adults, (n, days + 1) each, the first column the start: kg of weight, fat, lean tissue,
    extracellular water, glycogen, and the adaptive thermogenesis (kcal/d)."""

    weight: Floats
    fat: Floats
    lean: Floats
    water: Floats
    glycogen: Floats
    adaptation: Floats


@dataclass(frozen=True, slots=True)
class Changes:
    """What is done otherwise than at the start, (n, days + 1) or what broadcasts to it: `energy` eaten (kcal/d), of it
    `carbs` beyond their usual share (kcal/d), `sodium` (mg/d), and `moving` (kcal/kg/d)."""

    energy: ArrayLike = 0.0
    carbs: ArrayLike = 0.0
    sodium: ArrayLike = 0.0
    moving: ArrayLike = 0.0


def resting(weight: ArrayLike, height: ArrayLike, age: ArrayLike, female: ArrayLike) -> Floats:
    """Resting metabolism by Mifflin and St Jeor in kcal/d, from kg, m, years."""
    kg, m, years, woman = _floats(weight, height, age, female)
    return np.asarray(9.99 * kg + 625.0 * m - 4.92 * years + np.where(woman > 0, -161.0, 5.0))


def jackson_fat(weight: ArrayLike, height: ArrayLike, age: ArrayLike, female: ArrayLike) -> Floats:
    """Fat in kg as the body mass index lets expect it, from kg, m, years."""
    kg, m, years, woman = _floats(weight, height, age, female)
    bmi = np.log(kg / m**2)
    man, other = 0.14 * years + 37.31 * bmi - 103.94, 0.14 * years + 39.96 * bmi - 102.01
    return np.asarray(kg * np.where(woman > 0, other, man) / 100.0)


def extracellular(weight: ArrayLike, height: ArrayLike, age: ArrayLike, female: ArrayLike) -> Floats:
    """Water outside the cells in kg, from kg, m, years."""
    kg, m, years, woman = _floats(weight, height, age, female)
    man = 0.025 * years + 9.57 * m + 0.191 * kg - 12.4
    return np.asarray(np.where(woman > 0, -4.0 + 5.98 * m + 0.167 * kg, man))


def adult(
    weight: ArrayLike,
    height: ArrayLike,
    age: ArrayLike,
    female: ArrayLike,
    activity: ArrayLike,
    *,
    carbs_share: ArrayLike = 0.5,
    rest: ArrayLike | None = None,
    fat: ArrayLike | None = None,
    intake: ArrayLike | None = None,
) -> Adult:
    """Adults as they start: kg, m, years, 1 for a woman, the physical activity level (total over resting energy).

    Where resting energy (kcal/d), fat (kg) or intake (kcal/d) are not given, they are those expected, and the intake
    that keeps the weight.
    """
    kg, m, years, woman, level, share = _floats(weight, height, age, female, activity, carbs_share)
    at_rest = resting(kg, m, years, woman) if rest is None else _floats(rest, kg)[0]
    fat_mass = jackson_fat(kg, m, years, woman) if fat is None else _floats(fat, kg)[0]
    keeps = at_rest * level
    eaten = keeps if intake is None else _floats(intake, kg)[0]
    water = extracellular(kg, m, years, woman)
    lean = kg - (water + fat_mass + WATERED_GLYCOGEN * GLYCOGEN_AT_REST)
    moving = ((1.0 - TEF) * level - 1.0) * at_rest / kg
    return Adult(kg, fat_mass, lean, water, at_rest, eaten, share * eaten, moving, eaten - keeps)


def simulate(start: Adult, changes: Changes, days: int) -> Course:
    """What becomes of adults over days under changes; without any, and without a surplus, nothing at all."""
    shape = (start.weight.size, days + 1)
    energy, carbs, sodium, moving = (
        np.ascontiguousarray(np.broadcast_to(np.asarray(one, np.float64), shape))
        for one in (changes.energy, changes.carbs, changes.sodium, changes.moving)
    )
    share = start.carbs / start.intake
    all_carbs = share[:, None] * energy + carbs
    begin = np.stack([start.fat, start.lean, start.water, start.carbs, start.moving, start.surplus])
    out = np.empty((5, *shape))
    walk(begin, energy, all_carbs, sodium, moving, out)
    fat, lean, water, glycogen, adaptation = out
    return Course(fat + lean + water + WATERED_GLYCOGEN * glycogen, fat, lean, water, glycogen, adaptation)


def energy_per_kg(fat: ArrayLike) -> Floats:
    """How much energy (kcal) a kilogram of slow change holds at this much fat (kg), by Forbes's partition."""
    kg = np.asarray(fat, np.float64)
    return np.asarray((FAT_ENERGY * kg + LEAN_ENERGY * FORBES) / (kg + FORBES))


def fat_after(fat: Floats, change: Floats) -> Floats:
    """Fat (kg) after the weight slowly changed by so many kg, along Forbes's curve: the change is that of fat and of
    10.4 times its logarithm."""
    found = np.maximum(fat + change * fat / (fat + FORBES), 0.5)
    for _ in range(4):
        miss = found - fat + FORBES * np.log(found / fat) - change
        found = np.maximum(found - miss / (1 + FORBES / found), 0.5)
    return found


def _floats(*values: ArrayLike) -> tuple[Floats, ...]:
    """The values as arrays of one common length."""
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(value, np.float64)) for value in values))
    return tuple(np.ascontiguousarray(array) for array in arrays)
