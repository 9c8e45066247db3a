"""What helps, for a person: what goes with what, how much for how much more, when, and on which rung it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.domains.habits.effects_table import causes
from selftwin.vocabulary.effect import Rung
from selftwin.wording.effects import (
    RUNGS,
    WARNING,
    among,
    figures,
    label,
    leaning,
    named,
    nothing,
    sentence,
    step,
    when,
)
from selftwin.wording.words import count, trusted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table
    from rich.text import Text

    from selftwin.twin.effecting import Effects
    from selftwin.vocabulary.effect import Effect

    Part = Text | Table | str

MOST = 12  # of each rung, where nothing was asked for


def told(found: Effects) -> list[Part]:
    """All that is said: one pair at length, else a table for each rung."""
    parts: list[Part] = [f"! {found.note}", ""] if found.note else []
    if found.cause and found.outcome:
        return [*parts, *_pair(found)]
    if not found.effects:
        return [*parts, nothing(found), among(found)]
    alone = bool(found.cause or found.outcome)
    if found.cause:
        one = found.effects[0]
        parts += [f"With {label(one.cause)}, for each {step(one)}:", ""]
    for rung, title in RUNGS.items():
        own = [one for one in found.effects if one.rung is rung]
        if own:
            shown = own if alone else own[:MOST]
            parts += [screen.head(title), table(shown, outcome=not found.outcome, cause=not found.cause)]
            if len(own) > len(shown):
                more = f"… and {len(own) - len(shown)} more: name a signal, as in"
                parts += [f"{more} `selftwin effects {own[len(shown)].outcome}`.", ""]
    surest = found.effects[0]
    refute = f"`selftwin effects {surest.outcome} --of {surest.cause}` tries to refute one;"
    return [*parts, among(found), WARNING, f"{refute} {_trial(surest)}"]


def table(effects: Sequence[Effect], *, outcome: bool = True, cause: bool = True) -> Table:
    """A row for each: with how much more of what, when, by how much, and on how many days. Where they differ the causes
    stand in the row, and the outcomes above their rows; what is the same in all, its heading says."""
    lead = "with" if cause else "what moves" if outcome else "when"
    heads = (lead, "by", "9 times in 10", "days")
    made = screen.table("", *heads, right=("by", "days"), whole=("", "9 times in 10"))
    groups: dict[str, list[Effect]] = {}
    for one in effects:
        groups.setdefault(one.outcome if outcome and cause else "", []).append(one)
    for key, rows in groups.items():
        if key:
            made.add_row("", screen.strong(named(key)))
        for one in rows:
            what = f"{label(one.cause)} {step(one)}, " if cause else f"{named(one.outcome)}, " if outcome else ""
            made.add_row(leaning(one), screen.under(f"{what}{when(one)}", 2 if key else 0), *figures(one),
                         f"{one.moved:,} of {one.n:,}")  # fmt: skip
    return made


def _pair(found: Effects) -> Iterator[Part]:
    """One pair: every lag in a line, the surest with its notes and what tried to refute it."""
    best = min(found.effects, key=lambda one: one.p)
    yield screen.head(f"{named(best.outcome)} with {label(best.cause)}, for each {step(best)}")
    yield table(sorted(found.effects, key=lambda one: one.lag), outcome=False, cause=False)
    yield sentence(best)
    if best.rung is Rung.ASSOCIATION and not best.low < 0 < best.high:
        yield "The days before, the calendar and the rest of what is recorded explain it as well."
    yield from (f"! {note}" for note in best.notes)
    if best.adjusted_for:
        yield f"Allowed for: {', '.join(best.adjusted_for[:3])}, and {count(len(best.adjusted_for) - 3, 'signal')}."
    if best.zero is not None:
        yield f"On days not learnt from, saying there is no effect errs {best.zero:.2f} times as much."
    if best.refutations:
        yield ""
        yield "What tried to refute it:"
        yield from (f"  {_mark(one.stood)} {one.words}" for one in best.refutations)
    yield trusted(best.trust, best.n, "day")
    yield _trial(best)


def _mark(stood: bool | None) -> str:  # noqa: FBT001 - what an attempt came to
    return {True: "✓", False: "✕", None: "·"}[stood]


def _trial(one: Effect) -> str:
    """How to try it by chance."""
    cause = next((row for row in causes() if row.key == one.cause), None)
    key = cause.signals[0] if cause is not None else one.cause
    amount = "0" if cause is not None and cause.none else "AMOUNT"
    return f"`selftwin experiment design '{key} {amount}' {one.outcome}` plans a trial by chance."
