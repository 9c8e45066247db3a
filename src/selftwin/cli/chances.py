"""Chances for a person: each outcome in a line with its range, what a change would make of it, the ten years, and what
is missing and how to note it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.wording.chances import HOW, NO_ADVICE, bounds, figure, lacking, made_of, name, shared, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from selftwin.domains.body.risk import Answer



def chances(answers: Sequence[Answer], left_out: Sequence[str]) -> None:
    """Print what every equation says, then what they all take for granted, what is missing and what is left out."""
    told = [one for one in answers if one.chances]
    common = shared(told)
    for one in told:
        _told(one, set(common) if len(told) > 1 else set())
    if len(told) > 1:
        screen.show(*(f"· {line}" for line in common))
    if told:
        screen.show(NO_ADVICE, "")
    _silent([one for one in answers if not one.chances])
    screen.show(*left_out)


def _told(answer: Answer, elsewhere: set[str]) -> None:
    beside = f"if {answer.scenario}" if answer.scenario else ""
    screen.show(screen.head(answer.title, beside), *answer.notes)
    screen.show(_table(answer))
    if answer.years:
        screen.show(f"{name(answer.chances[0])}, as seen from each year:", _decade(answer))
    screen.show(made_of(answer.inputs), f"Not for {'; '.join(answer.not_for)}.")
    screen.show(*(f"· {line}" for line in answer.assumptions if line not in elsewhere), *answer.cites, "")


def _table(answer: Answer) -> Table:
    return _changed(answer) if any(one.with_ for one in answer.chances) else _now(answer)


def _now(answer: Answer) -> Table:
    heads = ("", "now", "9 in 10", "average*")
    listed = screen.table(*heads, right=heads[1:], whole=heads[1:])
    for one in answer.chances:
        usual = "" if one.usual is None else figure(one.usual, one)
        listed.add_row(name(one), figure(one.without.mean, one), bounds(one.without, one), usual)
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
            apart = "none" if is_none else bounds(one.difference, one)
            listed.add_row(name(one), bounds(one.without, one), bounds(one.with_, one), apart)
    listed.caption = "ranges hold 9 times in 10"
    return listed


def _decade(answer: Answer) -> Table:
    """The foremost outcome as seen from each year."""
    first = answer.chances[0]
    is_change = any(one.with_ for one in answer.years)
    heads = ("year", "age", "as you are", "9 in 10", *(("with", "9 in 10") if is_change else ()))
    listed = screen.table(*heads, right=heads, whole=heads)
    for one in answer.years:
        cells = [figure(one.without.mean, first), bounds(one.without, first)]
        if is_change and one.with_ is not None:
            cells += [figure(one.with_.mean, first), bounds(one.with_, first)]
        listed.add_row("now" if not one.year else str(one.year), str(one.age), *cells)
    return listed


def _silent(answers: Sequence[Answer]) -> None:
    """What the others lack, or why they are not for this person; how to note it, each thing once."""
    for one in answers:
        screen.show(f"{one.title}: {lacking(one)}")
    if lines := wanted(answers):
        screen.show("", HOW, *(f"  {line}" for line in lines))
        screen.show("Or --given 'lab.hdl 52 mg/dL', for one question alone. --average fills in what others have.", "")


