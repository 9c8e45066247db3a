"""What the trials say moves blood pressure (`effects.csv`), and how several such effects are put together.

Several at once do less than their sum: in DASH-Sodium, less salt alone lowered systolic pressure by 6.7 and with a
better diet by 8.9 mmHg (Sacks FM and others, N Engl J Med 2001;344:3), so that the second counted about two fifths.
Pressure that is not high falls less: less salt by 2.4 against 5.4 mmHg (He FJ and others, BMJ 2013;346:f1325), training
by 1.9 against 6.9 (Cornelissen VA, Fagard RH, Hypertension 2005;46:667).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FURTHER = 0.4  # how much of every effect but the largest counts
MOST = (20.0, 12.0)  # mmHg of systolic and diastolic: nothing people do at home has been shown to do more
FLOOR = (105.0, 65.0)  # mmHg: no effect is told to go below
HIGHNESS = ((115.0, 135.0, 150.0), (0.6, 1.0, 1.3))  # systolic, and how much of an effect of the trials is to be had
BETWEEN = 0.4  # spread of an effect from one person to another, as a share of it


@dataclass(frozen=True, slots=True)
class Effect:
    """What a dose of one thing does: mean mmHg (systolic, diastolic) and their standard errors, days of build-up,
    whether it depends on the pressure at the start, minutes a week that train as the trials did, and the source."""

    name: str
    per: str
    mean: tuple[float, float]
    error: tuple[float, float]
    days: float
    by_baseline: bool
    full_minutes: float | None
    source: str


@cache
def effects() -> Mapping[str, Effect]:
    """The table by name."""
    text = files("selftwin.domains.body.pressure").joinpath("effects.csv").read_text(encoding="utf-8")
    return {row["name"]: _effect(row) for row in csv.DictReader(text.splitlines())}


def sizes(effect: Effect, which: int, start: Floats, luck: Floats) -> Floats:
    """How much a full dose lowers (positive, mmHg) in each life (n,): `which` 0 systolic or 1 diastolic, the systolic
    pressure at the start (n,), and luck (n, 2) about the trials' mean and the person. No life answers the wrong way."""
    mean = -effect.mean[which] + effect.error[which] * luck[:, 0]
    share = np.interp(start, *HIGHNESS) if effect.by_baseline else 1.0
    return np.asarray(np.maximum(mean, 0.0) * np.maximum(1 + BETWEEN * luck[:, 1], 0.0) * share)


def together(falls: Sequence[Floats], which: int, start: Floats) -> Floats:
    """The joint fall (mmHg, negative for a rise) of single ones, (n, days) each, from pressures at the start (n,).

    The largest counts whole, others by two fifths, falls and rises apart; and there is a most.
    """
    if not falls:
        return np.zeros((len(start), 1))
    stacked = np.stack(falls)
    room = np.minimum(MOST[which], np.maximum(start - FLOOR[which], 0.0))[:, None]
    return np.minimum(_joined(np.maximum(stacked, 0.0)), room) - np.minimum(
        _joined(np.maximum(-stacked, 0.0)), MOST[which]
    )


def built_up(target: Floats, days: float) -> Floats:
    """An effect (n, days) that goes towards its target as exp(-t / days), and back when that ends."""
    step, now = 1.0 - np.exp(-1.0 / days), np.zeros(len(target))
    found = np.zeros_like(target)
    for day in range(1, target.shape[1]):
        now = now + step * (target[:, day - 1] - now)
        found[:, day] = now
    return found


def trained(minutes: float | Floats, full: float) -> Floats:
    """How much of a training's effect so many minutes a week have, 0 to 1: most comes with the first."""
    share = (1 - np.exp(-np.maximum(minutes, 0.0) / (0.75 * full))) / (1 - np.exp(-1 / 0.75))
    return np.asarray(np.minimum(share, 1.0))


def sobered(drinks: float | Floats, fewer: float | Floats) -> Floats:
    """How much of the effect of halving six drinks a day comes of so many fewer, from so many a day: nothing at two and
    under, in proportion between. More drinks count the other way."""
    before, after = np.asarray(drinks, np.float64), np.maximum(np.asarray(drinks) - fewer, 0.0)
    return np.asarray(_strain(before) - _strain(after))


def _strain(drinks: Floats) -> Floats:
    """Up to six drinks a day a square of what is over two, then a line; six less than three is one."""
    over = np.clip(drinks - 2.0, 0.0, None)
    curve = np.where(over <= 4.0, over**2, 8.0 * over - 16.0)
    return np.asarray(curve / 15.0)


def _joined(parts: Floats) -> Floats:
    """The largest whole, and two fifths of the rest."""
    largest = parts.max(axis=0)
    return np.asarray(largest + FURTHER * (parts.sum(axis=0) - largest))


def _effect(row: Mapping[str, str]) -> Effect:
    kinds = ("systolic", "diastolic")
    mean = tuple(float(row[kind]) for kind in kinds)
    error = tuple((float(row[f"{kind}_hi95"]) - float(row[f"{kind}_lo95"])) / 3.92 for kind in kinds)
    full = float(row["full_minutes"]) if row["full_minutes"] else None
    first, second = (mean[0], mean[1]), (error[0], error[1])
    by_baseline = row["baseline"] == "yes"
    return Effect(row["name"], row["per"], first, second, float(row["days"]), by_baseline, full, row["source"])
