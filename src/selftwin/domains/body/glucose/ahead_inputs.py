"""What is still to come of meals eaten and insulin injected: the share of each that will act within a horizon, by
two-compartment absorption (Hovorka and others, Physiol Meas 2004; 25: 905), signed: carbohydrate up, insulin down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from selftwin.learn.dense_memory import Floats

MINUTE = 60.0
CARBS_PEAKS = {"carbs soon": 15.0, "carbs": 40.0}  # minutes; the first chosen on people, the second Hovorka's
CARBS_UNIT, CARBS_HALF = 50.0, 300.0  # grams; a meal of 300 g counts half
INSULIN_UNIT = 10.0
KINDS = ("rapid", "regular", "long")
PEAKS = {"rapid": 55.0, "regular": 90.0, "long": 360.0}  # minutes to the peak of absorption
MIXED = {"regular": 0.3, "long": 0.7}  # a premix such as 70/30, by its parts
INPUTS = (*CARBS_PEAKS, *KINDS)
LASTS = 12.0  # peaks after which nothing is left


def absorbed(age: Floats, peak: float) -> Floats:
    """The share (n,) of a dose in the blood so many seconds after it, by two equal compartments with this time to the
    peak in minutes: 0 before it, rising to 1."""
    a = np.maximum(age, 0.0) / (peak * MINUTE)
    share: Floats = 1.0 - np.exp(-a) * (1.0 + a)
    return share


def still_to_come(times: Floats, leads: Floats, events: Floats, amounts: Floats, peak: float) -> Floats:
    """The sum (n, H) over events by each reading of amount x the share that acts between it and each lead after it.

    `times` (n,), `leads` (H,), `events` (m,) in seconds, `amounts` (m,) in any unit, `peak` in minutes."""
    out = np.zeros((len(times), len(leads)))
    for event, amount in zip(events, amounts, strict=True):
        first, last = np.searchsorted(times, [event, event + LASTS * peak * MINUTE])
        age = times[first:last] - event
        now = absorbed(age, peak)
        for lead, ahead in enumerate(leads):
            out[first:last, lead] += amount * (absorbed(age + ahead, peak) - now)
    return out


def pushes(times: Floats, leads: Floats, *, meals: Floats, doses: Floats, kinds: Sequence[str]) -> Floats:
    """How much of each of INPUTS is still to act, (n, H, 5), carbohydrate per 50 g and above zero, insulin per 10 U and
    below. `meals` (m, 2) seconds and grams; `doses` (d, 2) seconds and units, `kinds` (d,) of KINDS or
    "mixed", others as rapid."""
    out = np.zeros((len(times), len(leads), len(INPUTS)))
    grams = meals[:, 1] / CARBS_UNIT / (1.0 + meals[:, 1] / CARBS_HALF)
    for place, peak in enumerate(CARBS_PEAKS.values()):
        out[:, :, place] = still_to_come(times, leads, meals[:, 0], grams, peak)
    parts = [MIXED if one == "mixed" else {one if one in KINDS else "rapid": 1.0} for one in kinds]
    for place, name in enumerate(KINDS, start=len(CARBS_PEAKS)):
        share = np.array([part.get(name, 0.0) for part in parts], dtype=np.float64)
        of: NDArray[np.bool_] = share > 0
        units = share[of] * doses[of, 1] / INSULIN_UNIT
        out[:, :, place] = -still_to_come(times, leads, doses[of, 0], units, PEAKS[name])
    return out
