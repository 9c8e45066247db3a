"""Chances in words: outcomes by name, figures and ranges as people read them, and which data stand behind them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from selftwin.wording.measures import MINUS
from selftwin.wording.phrases import inside
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selftwin.domains.body.risk import Answer, Asked, Chance, Range

UNITS = {"mL/min/{1.73_m2}": "mL/min", "{points}": "points"}
NO_ADVICE = "General figures, no diagnosis and no advice: a doctor knows what they mean for you."
HOW = "So I would know it, with your own figures:"


def name(one: Chance) -> str:
    """An outcome by its name: heart disease or stroke, 10 years."""
    name = f"{one.label}, {one.years} years" if one.years else one.label
    return f"{name} (KDIGO {one.stage})" if one.stage else f"{name[:1].upper()}{name[1:]}"


def figure(value: float, one: Chance) -> str:
    """A chance in per cent, or a value in its unit."""
    if one.unit:
        return f"{value:.0f} {UNITS.get(one.unit, one.unit)}".rstrip()
    return f"{100 * value:.1f} %"


def bounds(spread: Range, one: Chance) -> str:
    """A range of a chance in per cent, or of a value in no unit."""
    shown = (
        (f"{spread.lo90:.0f}", f"{spread.hi90:.0f}")
        if one.unit
        else tuple(f"{100 * edge + 0.0:.1f}" for edge in (spread.lo90, spread.hi90))
    )
    return f"{' to '.join(shown)}{'' if one.unit else ' %'}".replace("-", MINUS)


def made_of(inputs: Sequence[Asked]) -> str:
    """Which data stand behind it, the oldest day among them first."""
    states = ("recorded", "told", "averaged", "left out")
    by = {state: [one for one in inputs if one.state == state] for state in states}
    said = []
    if recorded := by["recorded"]:
        newest = [date.fromisoformat(one.newest) for one in recorded if one.newest]
        since = f", the oldest of {day(min(newest))}" if newest else ""
        said.append(f"{count(len(recorded), 'input')} from your data{since}")
    names = {"told": "told in the question", "averaged": "averages", "left out": "left out"}
    said += [f"{name}: {', '.join(low(one) for one in by[state])}" for state, name in names.items() if by[state]]
    return f"Made of {'; '.join(said)}."


def low(one: Asked) -> str:
    """What an input is called inside a sentence; abbreviations keep their letters."""
    return inside(one.label)


def lacking(answer: Answer) -> str:
    """Why an equation says nothing: not for this person, or what is not known yet."""
    return answer.refused or f"not known yet: {', '.join(low(gap) for gap in answer.missing)}."


def wanted(answers: Iterable[Answer]) -> list[str]:
    """How to note what is missing, each thing once."""
    gaps = [gap for one in answers if not one.refused for gap in one.missing]
    return list(dict.fromkeys(line for gap in gaps for line in gap.notes))


def shared(answers: Sequence[Answer]) -> list[str]:
    """What all of these equations take for granted."""
    first = answers[0].assumptions if answers else ()
    return [line for line in first if all(line in one.assumptions for one in answers)]
