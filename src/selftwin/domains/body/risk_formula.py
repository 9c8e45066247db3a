"""A risk equation as the house keeps it: what it asks, what it tells, for whom it is not, and its arithmetic on many
people at once, so that a thousand imagined values of what is unsure cost one call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Input

    Floats = NDArray[np.float64]


US = "the United States, 2009 to 2012"  # whose averages `risk_norms` holds
HEART = ("myocardial infarction", "heart attack", "coronary", "ischemic heart", "ischaemic heart", "angina", "stroke",
         "cerebrovascular", "transient ischemic", "transient ischaemic", "heart failure")  # fmt: skip
SAID = {"a": "years", "mm[Hg]": "mm Hg", "kg/m2": "kg/m²", "mL/min/{1.73_m2}": "mL/min"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing an equation tells: a chance (no unit) within so many years, or a value in its unit."""

    name: str
    label: str
    unit: str = ""
    years: int | None = None

    @property
    def is_chance(self) -> bool:
        """Whether it lies between 0 and 1."""
        return not self.unit


def _nobody(_: Mapping[str, float]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Formula:
    """One equation. `many` takes arrays (n,) by input name, optional ones left out where unknown, and returns arrays
    (n,) by outcome, NaN where it cannot say; it checks nothing. `risk` is the same for one person, checked. `bars` says
    in words why an equation is not for people with these inputs, or nothing.

    Inputs are numbers: sex 1 for a woman and 0 for a man, yes 1 and no 0.
    """

    name: str
    title: str
    version: int
    inputs: tuple[Input, ...]
    tells: tuple[Outcome, ...]
    many: Callable[[Mapping[str, Floats]], dict[str, Floats]]
    not_for: tuple[str, ...]
    assumes: tuple[str, ...]
    cites: tuple[str, ...]
    population: str = ""  # whose averages stand in for what is missing; none where nothing stands in
    bars: Callable[[Mapping[str, float]], str] = _nobody
    bars_conditions: tuple[str, ...] = ()  # words of diagnoses that it is not for

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What it tells, the foremost first."""
        return tuple(one.name for one in self.tells)

    def risk(self, inputs: Mapping[str, float]) -> dict[str, float]:
        """Chances (0 to 1), or values, by outcome; what cannot be said at this age is left out. Raises UsageError
        where an input is missing or outside the equation's range."""
        self.check(inputs)
        told = self.many({name: np.array([float(value)]) for name, value in inputs.items()})
        return {name: float(told[name][0]) for name in self.outcomes if math.isfinite(told[name][0])}

    def check(self, inputs: Mapping[str, float]) -> None:
        """Raises UsageError where a needed input is missing, unknown to the equation, or out of its range."""
        known = {one.name for one in self.inputs}
        if strange := sorted(set(inputs) - known):
            raise UsageError(f"{self.title} takes no {strange[0][:40]}.", hint=f"It takes {', '.join(sorted(known))}.")
        for one in self.inputs:
            if one.name in inputs:
                self.check_one(one, inputs[one.name])
            elif not one.optional:
                raise UsageError(f"{self.title} needs {_mid(one.label)}.")
        if reason := self.bars(inputs):
            raise UsageError(reason)

    def check_one(self, one: Input, value: float) -> None:
        """Raises UsageError where a value lies outside what the equation was made for, naming the range."""
        low = -math.inf if one.low is None else one.low
        high = math.inf if one.high is None else one.high
        if not low <= value <= high:
            unit = f" {SAID.get(one.unit, one.unit)}" if one.unit else ""
            said = f"at least {low:g}" if high == math.inf else f"{low:g} to {high:g}"
            raise UsageError(
                f"{one.label} lies outside what {self.title} was made for: {said}{unit}.",
                hint="I do not stretch an equation beyond the people it was made from.",
            )


def _mid(label: str) -> str:
    """A label inside a sentence; abbreviations keep their letters."""
    first = label.partition(" ")[0]
    return label if any(letter.isupper() for letter in first[1:]) else label[:1].lower() + label[1:]
