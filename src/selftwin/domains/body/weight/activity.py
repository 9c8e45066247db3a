"""What moving more takes: minutes and steps as energy per kilogram, by the Compendium of Physical Activities.

Ainsworth BE and others, "2011 Compendium of Physical Activities", Med Sci Sports Exerc 2011;43:1575-1581 (`mets.csv`).
Steps: 100 a minute are 3 METs (Tudor-Locke C and others, Int J Behav Nutr Phys Act 2019;16:8).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

EXERCISE_MET = 4.3  # of a minute of exercise that says no more: walking for exercise
STEPS_A_MINUTE, STEP_MET = 100.0, 3.0
CITES = (
    "Ainsworth BE and others, 2011 Compendium of Physical Activities, Med Sci Sports Exerc 2011;43:1575",
    "Tudor-Locke C and others, Walking cadence and intensity, Int J Behav Nutr Phys Act 2019;16:8",
)


@dataclass(frozen=True, slots=True)
class Effort:
    """A kind of exercise: its name, METs while it lasts, and the Compendium's code."""

    kind: str
    met: float
    code: str


def effort(word: str) -> Effort | None:
    """The effort behind a workout's word (`functional_strength_training`), or None where the table has no such kind."""
    said = word.lower().replace(" ", "_").replace("-", "_")
    parts = set(said.split("_"))
    for words, found in _table():
        if any(one == said or one in parts or ("_" in one and one in said) for one in words):
            return found
    return None


def minutes_cost(met: float) -> float:
    """Energy of a minute beyond what resting would have taken, kcal/kg: a MET is a kilocalorie a kilogram and hour."""
    return (met - 1.0) / 60.0


def step_cost() -> float:
    """Energy of a step beyond rest, kcal/kg."""
    return minutes_cost(STEP_MET) / STEPS_A_MINUTE


@cache
def _table() -> tuple[tuple[tuple[str, ...], Effort], ...]:
    text = files("selftwin.domains.body.weight").joinpath("mets.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    order = sorted(rows, key=lambda row: row["kind"] not in {"yoga", "intervals", "strength"})  # the special first
    return tuple(
        (tuple(row["words"].split("|")), Effort(row["kind"], float(row["met"]), row["code"])) for row in order
    )
