"""Chances for a person: each outcome in a line with its range, what a change would make of it, the ten years, and what
is missing and how to note it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.wording.measures import MINUS
from selftwin.wording.words import count, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from selftwin.domains.body.risk import Answer, Asked, Chance, Range

UNITS = {"mL/min/{1.73_m2}": "mL/min", "{points}": "points"}


def chances(answers: Sequence[Answer], left_out: Sequence[str]) -> None:
    """Print what every equation says, then what they all take for granted, what is missing and what is left out."""
    told = [one for one in answers if one.chances]
    shared = [line for line in told[0].assumptions if all(line in one.assumptions for one in told)] if told else []
    for one in told:
        _told(one, set(shared) if len(told) > 1 else set())
    if len(told) > 1:
        screen.show(*(f"· {line}" for line in shared))
    if told:
        screen.show("General figures, no diagnosis and no advice: a doctor knows what they mean for you.", "")
    _silent([one for one in answers if not one.chances])
    screen.show(*left_out)


def _told(answer: Answer, elsewhere: set[str]) -> None:
    beside = f"if {answer.scenario}" if answer.scenario else ""
    screen.show(screen.head(answer.title, beside), *answer.notes)
    screen.show(_table(answer))
    if answer.years:
        screen.show(f"{_name(answer.chances[0])}, as seen from each year:", _decade(answer))
    screen.show(_from(answer.inputs), f"Not for {'; '.join(answer.not_for)}.")
    screen.show(*(f"· {line}" for line in answer.assumptions if line not in elsewhere), *answer.cites, "")


def _table(answer: Answer) -> Table:
    return _changed(answer) if any(one.with_ for one in answer.chances) else _now(answer)


def _now(answer: Answer) -> Table:
    heads = ("", "now", "9 in 10", "average*")
    listed = screen.table(*heads, right=heads[1:], whole=heads[1:])
    for one in answer.chances:
        usual = "" if one.usual is None else figure(one.usual, one)
        listed.add_row(_name(one), figure(one.without.mean, one), _bounds(one.without, one), usual)
    if any(one.usual is not None for one in answer.chances):
        listed.caption = "* of people of your sex and age"
    return listed


def _changed(answer: Answer) -> Table:
    """Now, with the change, and the difference, each as a range, so that it fits a narrow screen."""
    heads = ("", "now", "with it", "difference")
    listed = screen.table(*heads, right=heads[1:], whole=heads[1:])
    for one in answer.chances:
        if one.with_ is not None and one.difference is not None:
            is_none = one.difference.lo90 == one.difference.hi90 == 0
            apart = "none" if is_none else _bounds(one.difference, one)
            listed.add_row(_name(one), _bounds(one.without, one), _bounds(one.with_, one), apart)
    listed.caption = "ranges hold 9 times in 10"
    return listed


def _name(one: Chance) -> str:
    name = f"{one.label}, {one.years} years" if one.years else one.label
    return f"{name} (KDIGO {one.stage})" if one.stage else f"{name[:1].upper()}{name[1:]}"


def figure(value: float, one: Chance) -> str:
    """A chance in per cent, or a value in its unit."""
    if one.unit:
        return f"{value:.0f} {UNITS.get(one.unit, one.unit)}".rstrip()
    return f"{100 * value:.1f} %"


def _bounds(spread: Range, one: Chance) -> str:
    shown = (
        (f"{spread.lo90:.0f}", f"{spread.hi90:.0f}")
        if one.unit
        else tuple(f"{100 * edge + 0.0:.1f}" for edge in (spread.lo90, spread.hi90))
    )
    return f"{' to '.join(shown)}{'' if one.unit else ' %'}".replace("-", MINUS)


def _decade(answer: Answer) -> Table:
    """The foremost outcome as seen from each year."""
    first = answer.chances[0]
    is_change = any(one.with_ for one in answer.years)
    heads = ("year", "age", "as you are", "9 in 10", *(("with", "9 in 10") if is_change else ()))
    listed = screen.table(*heads, right=heads, whole=heads)
    for one in answer.years:
        cells = [figure(one.without.mean, first), _bounds(one.without, first)]
        if is_change and one.with_ is not None:
            cells += [figure(one.with_.mean, first), _bounds(one.with_, first)]
        listed.add_row("now" if not one.year else str(one.year), str(one.age), *cells)
    return listed


def _from(inputs: Sequence[Asked]) -> str:
    """Which data stand behind it, the oldest day among them first."""
    states = ("recorded", "told", "averaged", "left out")
    by = {state: [one for one in inputs if one.state == state] for state in states}
    said = []
    if recorded := by["recorded"]:
        newest = [date.fromisoformat(one.newest) for one in recorded if one.newest]
        since = f", the oldest of {day(min(newest))}" if newest else ""
        said.append(f"{count(len(recorded), 'input')} from your data{since}")
    names = {"told": "told in the question", "averaged": "averages", "left out": "left out"}
    said += [f"{name}: {', '.join(_low(one) for one in by[state])}" for state, name in names.items() if by[state]]
    return f"Made of {'; '.join(said)}."


def _silent(answers: Sequence[Answer]) -> None:
    """What the others lack, or why they are not for this person; how to note it, each thing once."""
    for one in answers:
        lacking = f"not known yet: {', '.join(_low(gap) for gap in one.missing)}."
        screen.show(f"{one.title}: {one.refused or lacking}")
    gaps = [gap for one in answers if not one.refused for gap in one.missing]
    lines = list(dict.fromkeys(line for gap in gaps for line in gap.notes))
    if lines:
        screen.show("", "So I would know it, with your own figures:", *(f"  {line}" for line in lines))
        screen.show("Or --given 'lab.hdl 52 mg/dL', for one question alone. --average fills in what others have.", "")


def _low(one: Asked) -> str:
    label, first = one.label, one.label.partition(" ")[0]
    return label if any(letter.isupper() for letter in first[1:]) else f"{label[:1].lower()}{label[1:]}"
