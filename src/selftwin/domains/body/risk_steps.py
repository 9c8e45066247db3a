"""What a step of a scenario does to the inputs of a risk equation: `weight -8 kg` to the body mass index, `smoking
former` to smoking now. What changes nothing the equation asks is left to other models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from selftwin.domains.body.risk_formula import Formula
    from selftwin.vocabulary.model import Input
    from selftwin.vocabulary.scenario import Do, Scenario
    from selftwin.vocabulary.trajectory import Trajectory

    Floats = NDArray[np.float64]

WORDS = {"never": 0.0, "former": 0.0, "occasional": 1.0, "daily": 1.0, "yes": 1.0, "no": 0.0}
YEAR = 365.25 * 86400


@dataclass(frozen=True, slots=True)
class Habit:
    """What another model says a habit does to a signal: changes (n, moments) at so many years from now."""

    signal: str
    years: Floats
    changes: Floats
    model: str
    assumptions: tuple[str, ...] = ()

    def at(self, year: float, n: int) -> Floats:
        """The changes (n,) at a year; what was reached at the last moment stays."""
        place = min(int(np.searchsorted(self.years, year, side="right")), len(self.years)) - 1
        column = self.changes[:, max(place, 0)] if year > 0 else np.zeros(len(self.changes))
        return np.resize(column, n)


def habit(trajectory: Trajectory) -> Habit:
    """The habit behind another model's two futures: pair by pair of its draws, by its interval where it kept none."""
    from datetime import datetime

    moments = [datetime.fromisoformat(point.at[:10]) for point in trajectory.difference]
    start = datetime.fromisoformat(trajectory.made_at[:10])
    years = np.array([max((moment - start).days, 0) / 365.25 for moment in moments])
    if trajectory.draws is not None:
        changes = trajectory.draws[0] - trajectory.draws[1]
    else:
        luck = np.random.default_rng(0).standard_normal((2000, 1))
        mean = np.array([point.mean for point in trajectory.difference])
        spread = np.array([(point.hi90 - point.lo90) / 3.29 for point in trajectory.difference])
        changes = mean + luck * spread
    return Habit(trajectory.signal, years, changes, trajectory.model, trajectory.assumptions)


def touches(equation: Formula, signals: frozenset[str]) -> set[str]:
    """The signals among these that tell an input a person can change."""
    return {key for one in equation.inputs if one.modifiable for key in one.signals if key in signals}


def check_steps(equation: Formula, scenario: Scenario) -> None:
    """Raises UsageError for a step on what the equation asks and nobody can change by a step."""
    for one in equation.inputs:
        fixed = scenario.signals & set(one.signals)
        if fixed and not one.modifiable:
            raise UsageError(
                f"A step on {min(fixed)} is nothing I work out: {equation.title} asks it, as it is.",
                hint=f"It works out steps on {', '.join(changeable(equation))}.",
            )


def changeable(equation: Formula) -> list[str]:
    """The signals a step may be on."""
    return [key for one in equation.inputs if one.modifiable for key in one.signals if key != "height"]


def changed(
    equation: Formula,
    lives: Mapping[str, Floats],
    scenario: Scenario,
    habits: Sequence[Habit],
    *,
    metres: float | None,
    year: float = np.inf,
) -> dict[str, Floats]:
    """The inputs (n,) under the steps and habits at a year from now; a step that lasts is over after that. Raises
    NothingYet for a step on weight without a height, UsageError for a word that means nothing here."""
    after = dict(lives)
    n = len(lives["age"])
    for one in (one for one in equation.inputs if one.modifiable):
        for key in (key for key in one.signals if key not in {"height", "condition"}):
            per = _per(one, key, metres, scenario, habits)
            for step in scenario.of(key):
                if one.name in after and _is_on(step, year):
                    after[one.name] = _stepped(one, step, after[one.name], per)
            for each in habits:
                if each.signal == key and one.name in after:
                    after[one.name] = after[one.name] + each.at(year, n) * per
    return after


def _is_on(step: Do, year: float) -> bool:
    """Whether a step has begun and is not over; taken on its own (no year) it simply is."""
    if year == np.inf:
        return True
    return year > 0 and (step.lasts is None or year <= step.lasts.total_seconds() / YEAR)


def _per(one: Input, key: str, metres: float | None, scenario: Scenario, habits: Sequence[Habit]) -> float:
    """What one unit of a signal is in the input's unit: a kilogram in kg/m2, for weight."""
    if one.name != "bmi" or key != "weight":
        return 1.0
    if metres:
        return 1 / metres**2
    if scenario.of(key) or any(each.signal == key for each in habits):
        raise NothingYet("A change of weight needs your height.", hint="`selftwin note height 1.74` keeps it.")
    return 1.0


def _stepped(one: Input, step: Do, before: Floats, per: float) -> Floats:
    """The input under one step. What is set is set for everyone; a change moves each."""
    if step.amount is None:
        if step.words not in WORDS:
            raise UsageError(f"{step.signal} {step.words[:20]!r} says nothing of {one.label.lower()}.")
        return np.full_like(before, WORDS[step.words])
    if one.name == "smoker":
        return np.full_like(before, float(step.changed(1.0) > 0)) if step.way is Way.SET else before
    if step.way is Way.SET:
        return np.full_like(before, step.amount * per)
    return before * (1 + step.amount) if step.way is Way.SHARE else before + step.amount * per
