"""What are my chances: every risk equation found, asked about what this person's data and words tell; habits that an
equation does not ask go through the simulators first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin import discover
from selftwin.domains.body.risk import Wish, answer
from selftwin.domains.body.risk_steps import changeable, habit, touches
from selftwin.twin.imagining import given, imagine, joined
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from selftwin.domains.body.risk import Answer
    from selftwin.domains.body.risk_formula import Formula
    from selftwin.domains.body.risk_steps import Habit
    from selftwin.twin.imagining import Asking

LEFT_OUT = (
    "QRISK3 is left out: its formula may be passed on under the LGPL and its owner's terms only.",
)


def risk(
    asking: Asking,
    equation: str | None = None,
    steps: Iterable[str | Scenario] = (),
    *,
    at: date | datetime | None = None,
    given_: Mapping[str, float | str] | Iterable[str] = (),
    average: bool = False,
    years: bool = False,
    seed: int = 0,
) -> list[Answer]:
    """What every equation says (or the one named), as known at a moment; those that lack inputs say which, and what
    averages stand in for with `average`. `years` adds the ten-year picture.

    Raises UsageError for an unknown equation, a step that none takes, and an equation named that is not for this
    person; NothingYet where a step needs what is not known; Refused.
    """
    asked = _asked(equation)
    told = given(given_)
    past, note = asking.past(at, told)
    plan = _Plan(asking, joined(steps), at, told, {})
    answers, failed = [], []
    for one in asked:
        try:
            direct, habits = plan.split(one)
            answers.append(answer(one, past, Wish(direct, habits, average, years, seed, note)))
        except (UsageError, NothingYet) as error:
            if equation is not None:
                raise
            failed.append(error)
    if not answers:
        raise failed[0]
    if equation is not None and answers[0].refused:
        raise UsageError(answers[0].refused, hint=f"It is not for {', '.join(answers[0].not_for)}.")
    for key in past.read:
        asking.owner.consider(key, "risk")
    return answers


def names() -> list[str]:
    """Every equation there is, by name."""
    return [one.name for one in _equations()]


def _equations() -> list[Formula]:
    found: list[Formula] = discover.risks()
    return found


def _asked(equation: str | None) -> list[Formula]:
    """The equation of this name, or all. Raises UsageError."""
    named = [one for one in _equations() if equation in {None, one.name}]
    if not named:
        raise UsageError(f"There is no equation {str(equation)[:40]!r}.", hint=f"There are {', '.join(names())}.")
    return named


@dataclass(frozen=True, slots=True)
class _Plan:
    """A scenario, and what the simulators said of its habits so far."""

    asking: Asking
    scenario: Scenario
    at: date | datetime | None
    told: Mapping[str, float | str]
    known: dict[Scenario, tuple[Habit, ...]]

    def split(self, equation: Formula) -> tuple[Scenario, tuple[Habit, ...]]:
        """The steps on what an equation asks, and what the others do to it. Raises UsageError where nothing would."""
        theirs = {key for one in equation.inputs for key in one.signals}
        direct = self.scenario.about(theirs)
        rest = Scenario(tuple(step for step in self.scenario.steps if step.signal not in theirs))
        habits = tuple(one for one in self._habits(rest) if touches(equation, frozenset({one.signal})))
        if rest.steps and not habits:
            raise UsageError(
                f"I know of nothing in {equation.title} that a step on {min(rest.signals)} would change.",
                hint=f"It works out steps on {', '.join(changeable(equation)) or 'nothing'}.",
            )
        return direct, habits

    def _habits(self, rest: Scenario) -> tuple[Habit, ...]:
        """What the simulators say of these steps, the foremost for each signal; nothing where none takes them."""
        if not rest.steps:
            return ()
        if rest not in self.known:
            found: dict[str, Habit] = {}
            try:
                for one in imagine(self.asking, rest, at=self.at, given_=self.told):
                    found.setdefault(one.signal, habit(one))
            except UsageError:
                found = {}
            self.known[rest] = tuple(found.values())
        return self.known[rest]


def is_silent(answers: Iterable[Answer]) -> bool:
    """Whether no equation could say anything."""
    return not any(one.chances for one in answers)
