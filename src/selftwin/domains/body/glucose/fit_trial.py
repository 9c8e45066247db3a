"""A twin on trial: how well it foretells what a new meal and a new dose would do to a simulated person, whose truth is
known, beside the population's middle body on the same record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose.engine import PLACE, Draws, Floats, inputs, simulate
from selftwin.domains.body.glucose.fit import fit, guess

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.people import Kind
    from selftwin.domains.body.glucose.people_lives import Life

MINUTES, SOON = 240, 10
GRAMS = 60.0
SHARE_OF_DAY = 0.08  # of a usual day's insulin; with none, 3 U
TOLD = slice(34, None, 5)  # minutes of the effect that are judged: from the 35th, every fifth


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one effect over four hours: the twin's and the middle's root mean square error [mg/dL], the share of minutes
    the twin's 90 % interval holds, and that interval's mean width [mg/dL]."""

    twin: float
    middle: float
    covered: float
    width: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The effect of a new meal and of a new dose, for one person."""

    meal: Effect
    dose: Effect


def trial(life: Life, kind: Kind = "type 1", *, seed: int = 0, draws: int = 128) -> Trial:
    """Fit a twin to a life and judge its two effects from the life's end on."""
    record, weight = life.record, float(life.body.people[0, PLACE["weight"]])
    basal = float(np.median(record.insulin)) * 60.0
    units = max(SHARE_OF_DAY * float(record.insulin.sum()) * 1440.0 / record.minutes, 3.0)
    twin = fit(kind, record, weight=weight, draws=draws, seed=seed).draws
    middle = guess(kind, record, weight=weight)
    told = [_effects(some, basal, units) for some in (life.body, twin, middle)]
    meal, dose = (_judged(truth[0], many, one[0]) for truth, many, one in zip(*told, strict=True))
    return Trial(meal, dose)


def _effects(some: Draws, basal: float, units: float) -> tuple[Floats, Floats]:
    """What a meal and what a dose change (n, minutes judged) [mg/dL]."""
    still = simulate(some, inputs(MINUTES, basal=basal))
    fed = simulate(some, inputs(MINUTES, basal=basal, meals=[(SOON, GRAMS)]))
    dosed = simulate(some, inputs(MINUTES, basal=basal, doses=[(SOON, units)]))
    return (fed - still)[:, TOLD], (dosed - still)[:, TOLD]


def _judged(truth: Floats, twin: Floats, middle: Floats) -> Effect:
    low, high = np.quantile(twin, [0.05, 0.95], axis=0)
    return Effect(
        twin=float(np.sqrt(((twin.mean(axis=0) - truth) ** 2).mean())),
        middle=float(np.sqrt(((middle - truth) ** 2).mean())),
        covered=float(((truth >= low - 1e-9) & (truth <= high + 1e-9)).mean()),
        width=float((high - low).mean()),
    )
