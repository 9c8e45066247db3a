"""A person's chances by one equation: what is known of the inputs and what is missing, the chance now, what a change
would make of it, and how it goes over ten years; each with its range and beside the average of people like them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.domains.body import risk_gather, risk_norms
from selftwin.domains.body.risk_lives import clipped, lives, usual
from selftwin.domains.body.risk_steps import changed, check_steps, touches
from selftwin.domains.body.risks.ckd_epi import UNIT, stage
from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from selftwin.domains.body.risk_formula import Formula
    from selftwin.domains.body.risk_gather import Known
    from selftwin.domains.body.risk_steps import Habit
    from selftwin.vocabulary.model import Input, Past
    from selftwin.vocabulary.scenario import Scenario

    Floats = NDArray[np.float64]

YEARS = 10
PREDICTS = (
    "The equation predicts: it tells how chances went together with these numbers in many people. It does not promise "
    "that changing a number changes your chance as much."
)
RANGE = (
    "The range holds how much one reading moves from day to day and, for averages, how people differ; it does not hold "
    "how wrong the equation may be for you."
)
SMOKING = "It counts who has stopped smoking like who never smoked, from the first day; in truth that takes years."
OVER_YEARS = (
    "Each year shows the chance as seen from that year. Your age moves on, all else stays as it is today, and what a "
    "habit has reached is kept."
)


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with the bounds that hold nine in ten imagined lives."""

    mean: float
    lo90: float
    hi90: float


@dataclass(frozen=True, slots=True)
class Chance:
    """One outcome: a chance (0 to 1; no unit) within so many years, or a value in its unit; without the change asked
    for, with it, and the difference (None where no change was asked for). `usual` is what people of the same sex and
    age come to on average (None where nobody has that), `stage` KDIGO's name for a filtration."""

    outcome: str
    label: str
    unit: str
    years: int | None
    without: Range
    with_: Range | None = None
    difference: Range | None = None
    usual: float | None = None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One input: `told` in the question, `recorded`, `averaged`, `assumed`, `missing`, or `left out`, with the value
    used (a mean, where averaged), the days behind it and the newest of them, and how to note it."""

    name: str
    label: str
    unit: str
    state: str
    value: float | None = None
    spread: float = 0.0
    days: int = 0
    newest: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """The foremost outcome as seen from a year ahead, at that age."""

    year: int
    age: int
    without: Range
    with_: Range | None = None
    difference: Range | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one equation says. Where `missing` or `refused` say something there are no chances."""

    equation: str
    title: str
    version: int
    scenario: str
    chances: tuple[Chance, ...] = ()
    years: tuple[Year, ...] = ()
    inputs: tuple[Asked, ...] = ()
    missing: tuple[Asked, ...] = ()
    refused: str = ""
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    lives: int = 0

    def plain(self) -> dict[str, Any]:
        """The answer as data; `with_` is written `with`."""
        return {name: _plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: steps on the equation's own inputs, what other models say of habits, averages for what is
    missing, the ten-year picture; `note` says in words where the moment asked about was moved to."""

    scenario: Scenario
    habits: tuple[Habit, ...] = ()
    average: bool = False
    years: bool = False
    seed: int = 0
    note: str = ""

    @property
    def is_change(self) -> bool:
        """Whether anything would change."""
        return bool(self.scenario.steps or self.habits)


def answer(equation: Formula, past: Past, wish: Wish) -> Answer:
    """What one equation says of a person. Raises UsageError for a step it cannot take, NothingYet for one on weight
    without a height; what lies outside its people is said in `refused`."""
    check_steps(equation, wish.scenario)
    found = {one.name: held for one in equation.inputs if (held := risk_gather.known(past, one.name)) is not None}
    gaps = [one for one in equation.inputs if one.name not in found and not one.optional]
    averaged = [one.name for one in gaps if wish.average and _can_average(equation, one, found)]
    missing = tuple(_asked(past, one, found, averaged) for one in gaps if one.name not in averaged)
    reason = _barred(equation, past, found, averaged)
    said = Answer(
        equation.name, equation.title, equation.version, str(wish.scenario),
        inputs=tuple(_asked(past, one, found, averaged) for one in equation.inputs), missing=missing, refused=reason,
        not_for=equation.not_for, cites=equation.cites,
    )  # fmt: skip
    if missing or reason:
        return said
    return _told(_Case(equation, past, wish, found, averaged), said)


@dataclass(frozen=True, slots=True)
class _Case:
    """One question about one person, with all inputs there."""

    equation: Formula
    past: Past
    wish: Wish
    found: Mapping[str, Known]
    averaged: list[str]

    def centre(self, imagined: Mapping[str, Floats]) -> dict[str, Floats]:
        """The person as they most likely are (1,): what is known, and the means of what is averaged."""
        known = {name: np.array([one.value]) for name, one in self.found.items()}
        return known | {name: np.array([imagined[name].mean()]) for name in self.averaged}

    def change(self, inputs: Mapping[str, Floats], year: float = np.inf) -> dict[str, Floats]:
        """The same people under the steps and habits asked for."""
        metres = risk_gather.height(self.past) if "bmi" in inputs else None
        return changed(self.equation, inputs, self.wish.scenario, self.wish.habits, metres=metres, year=year)


def _told(case: _Case, said: Answer) -> Answer:
    """The answer with its chances, once every input is there."""
    from dataclasses import replace

    equation, wish = case.equation, case.wish
    imagined = lives(equation, case.found, case.averaged, seed=wish.seed)
    centre = case.centre(imagined)
    if wish.is_change:
        _check_change(case, centre)
    means = usual(equation, case.found, seed=wish.seed)
    now = _ranges(case, (centre, imagined))
    chances = tuple(
        Chance(one.name, one.label, one.unit, one.years, *now[one.name], usual=means.get(one.name),
               stage=stage(now[one.name][0].mean) if one.unit == UNIT else "")
        for one in equation.tells
        if one.name in now
    )  # fmt: skip
    years = _years(case, centre, imagined) if wish.years else ()
    n = len(imagined["age"])
    return replace(said, chances=chances, years=years, notes=_notes(case), assumptions=_assumptions(case), lives=n)


def _ranges(
    case: _Case, people: tuple[Mapping[str, Floats], Mapping[str, Floats]], year: float = np.inf
) -> dict[str, tuple[Range, Range | None, Range | None]]:
    """By outcome that can be told: without the change, with it, and the difference; `people` are the person as they
    most likely are (1,), and the imagined lives (n,)."""
    equation = case.equation
    before = [equation.many(some) for some in people]
    told = [name for name in equation.outcomes if np.isfinite(before[0][name][0])]
    if not case.wish.is_change:
        return {name: (_range(case, *(one[name] for one in before)), None, None) for name in told}
    after = [equation.many(clipped(equation, case.change(some, year))) for some in people]
    pairs = {name: [(one[name], other[name]) for one, other in zip(before, after, strict=True)] for name in told}
    return {
        name: (
            _range(case, *(one for one, _ in pair)),
            _range(case, *(other for _, other in pair)),
            _range(case, *(other - one for one, other in pair)),
        )
        for name, pair in pairs.items()
    }


def _range(case: _Case, centre: Floats, drawn: Floats) -> Range:
    """The person's own figure, or the mean over people where some inputs are averages; bounds of the imagined lives."""
    low, high = np.quantile(drawn, [0.05, 0.95])
    return Range(float(drawn.mean() if case.averaged else centre[0]), float(low), float(high))


def _years(case: _Case, centre: Mapping[str, Floats], imagined: Mapping[str, Floats]) -> tuple[Year, ...]:
    """The foremost outcome as seen from now and from each of ten years ahead, while the equation goes so far."""
    age = next(one for one in case.equation.inputs if one.name == "age")
    now, foremost = int(centre["age"][0]), case.equation.outcomes[0]
    told = []
    for year in range(YEARS + 1):
        if age.high is not None and now + year > age.high:
            break
        first, second = (dict(people) | {"age": people["age"] + year} for people in (centre, imagined))
        told.append(Year(year, now + year, *_ranges(case, (first, second), year)[foremost]))
    return tuple(told)


def _check_change(case: _Case, centre: Mapping[str, Floats]) -> None:
    """Raises UsageError where a change leads outside the equation's people, or changes nothing it asks."""
    after = case.change(centre)
    signals = case.wish.scenario.signals | {one.signal for one in case.wish.habits}
    if not touches(case.equation, signals):
        raise UsageError(f"{case.equation.title} asks nothing that this would change.")
    for one in case.equation.inputs:
        if one.name in after and after[one.name][0] != centre[one.name][0]:
            case.equation.check_one(one, float(after[one.name][0]))


def _can_average(equation: Formula, one: Input, found: Mapping[str, Known]) -> bool:
    return bool(equation.population) and one.name in risk_norms.KNOWN and {"age", "sex"} <= set(found)


def _barred(equation: Formula, past: Past, found: Mapping[str, Known], averaged: Collection[str]) -> str:
    """Why the equation is not for this person; nothing where it is."""
    if risk_gather.is_pregnant(past):
        return f"{equation.title} is not for the time of a pregnancy."
    named = risk_gather.diagnoses(past) if equation.bars_conditions else ()
    if any(word in text and "history of" not in text for text in named for word in equation.bars_conditions):
        return f"{equation.title} is for people without heart disease or stroke, and your record names one."
    known = {name: one.value for name, one in found.items()}
    try:
        for one in equation.inputs:
            if one.name in known:
                equation.check_one(one, known[one.name])
        if not [one for one in equation.inputs if not one.optional and one.name not in {*known, *averaged}]:
            equation.check(known | _middles(equation, averaged))
    except UsageError as error:
        return str(error)
    return ""


def _middles(equation: Formula, averaged: Collection[str]) -> dict[str, float]:
    """Values inside the ranges for what is averaged, so that the rest can be checked."""
    return {one.name: one.low or 0.0 for one in equation.inputs if one.name in averaged}


def _asked(past: Past, one: Input, found: Mapping[str, Known], averaged: Collection[str]) -> Asked:
    """One input as it stands."""
    notes = risk_gather.notes(past, one.name)
    if one.name in averaged:
        return Asked(one.name, one.label, one.unit, "averaged", notes=notes)
    if (held := found.get(one.name)) is None:
        absent = ("assumed" if one.name == "diabetes" else "left out") if one.optional else "missing"
        return Asked(one.name, one.label, one.unit, absent, 0.0 if absent == "assumed" else None, notes=notes)
    newest = held.newest.isoformat() if held.newest else ""
    return Asked(one.name, one.label, one.unit, held.source, held.value, held.spread, held.days, newest, notes)


def _notes(case: _Case) -> tuple[str, ...]:
    """What the person must know first."""
    notes = []
    if case.wish.note:
        notes.append(case.wish.note)
    elif case.past.replay:
        notes.append(f"A replay: as it was known on {case.past.now.date().isoformat()}.")
    if case.averaged:
        whole = sum(not one.optional for one in case.equation.inputs)
        are = "is" if len(case.averaged) == 1 else "are"
        notes.append(
            f"{len(case.averaged)} of {whole} inputs {are} not yours, but averages of people of your sex and age in "
            f"{case.equation.population}."
        )
    if any(one.name == "diabetes" and one.optional for one in case.equation.inputs) and "diabetes" not in case.found:
        notes.append("I took it that you have no diabetes; `selftwin note diabetes.type none` keeps it.")
    return tuple(notes)


def _assumptions(case: _Case) -> tuple[str, ...]:
    """Everything that was taken for granted, the equation's own first."""
    told = [*case.equation.assumes, RANGE, PREDICTS]
    if case.wish.scenario.signals & {"smoking", "cigarettes"}:
        told.append(SMOKING)
    if case.wish.years:
        told.append(OVER_YEARS)
    told += [f"{one.model}: {line}" for one in case.wish.habits for line in one.assumptions]
    return tuple(dict.fromkeys(told))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {("with" if name == "with_" else name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
