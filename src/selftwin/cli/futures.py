"""Two futures for a person: what the change comes to in a sentence, both drawn, the account, and what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.cli.drawing import NEXT, Drawing, Scale
from selftwin.cli.sight import heading
from selftwin.vocabulary.catalogue import nature
from selftwin.wording.futures import GOING_ON, below_last, direction, gap, sentence, signed, thinned, when
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import phrase, short
from selftwin.wording.words import trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table
    from rich.text import Text

    from selftwin.vocabulary.trajectory import Trajectory

ROWS = 10


def futures(found: Sequence[Trajectory], zone: str, *, whole: int = 1) -> None:
    """Print trajectories on the clock of a zone: the first ones whole, of the others a line each."""
    for number, one in enumerate(found[:whole]):
        screen.show(*([""] if number else []), *told(one, zone))
    if found[whole:]:
        screen.show("", screen.head("What else would change"), _others(found[whole:]))


def told(one: Trajectory, zone: str) -> list[Text | Table | str]:
    """All that is said of one signal."""
    read = measure(one.signal, one.unit)
    label = nature(one.signal).label
    parts: list[Text | Table | str] = [heading(short(label), read), *(f"! {note}" for note in one.notes)]
    parts += [sentence(one, read, zone), "", *_drawn(one, read), *_legend(one), "", _table(one, read, zone)]
    if one.measures:
        parts.append(_measures(one))
    if one.because:
        ledger = ", ".join(f"{name} {signed(read, by)}" for name, by in one.because)
        parts.append(f"Of the difference at the end: {ledger}.")
    spell = phrase(one.signal, label).spell
    stands = trusted(one.trust, one.n, spell) if one.n else f"○ no {spell}s of yours stand behind it"
    parts += [*_assumed(one), stands]
    if one.replayed:
        inside, tried = one.replayed
        parts.append(f"Replayed on your own past, {inside} of {tried} such futures ended inside the range.")
    parts += [f"Not told: {what}" for what in one.untold]
    return [*parts, *(f"  {paper}" for paper in one.cites)]


def _assumed(one: Trajectory) -> list[str]:
    return ["What this takes for granted:", *(f"  · {line}" for line in one.assumptions)] if one.assumptions else []


def _table(one: Trajectory, read: Measure, zone: str) -> Table:
    beside = "instead" if one.instead_of else GOING_ON
    listed = screen.table("when", "with the change", beside, "difference", whole=("when",))
    for place in thinned(len(one.with_)):
        with_, without, apart = one.with_[place], one.without[place], one.difference[place]
        listed.add_row(when(with_.at, zone), read.bare(with_.lo90, with_.hi90), read.bare(without.lo90, without.hi90),
                       gap(apart.lo90, apart.hi90, read))  # fmt: skip
    return listed


def _measures(one: Trajectory) -> Table:
    listed = screen.table("", "with the change", "instead" if one.instead_of else GOING_ON, "difference")
    for row in one.measures:
        read = measure(one.signal, row.unit) if row.unit == one.unit else Measure(row.unit)
        listed.add_row(row.name, *(read.range(low, high) for _, low, high in (row.with_, row.without, row.difference)))
    return listed


def _others(found: Sequence[Trajectory]) -> Table:
    listed = screen.table("", "difference at the end", " ", whole=("",))
    for one in found:
        read = measure(one.signal, one.unit)
        last = one.difference[-1]
        sure = direction(last.mean, below_last(one))
        listed.add_row(short(nature(one.signal).label), gap(last.lo90, last.hi90, read), sure)
    return listed


def _drawn(one: Trajectory, read: Measure) -> list[Text]:
    """With the change as a wash and a line, without it as a dashed line."""
    from rich.text import Text

    values = [bound for point in (*one.with_, *one.without) for bound in (point.lo90, point.hi90)]
    scale = Scale.around(values, None, ROWS)
    figures = read.apart_all([scale.high, scale.low])
    margin = max(map(len, figures)) + 1
    width = max(min(screen.out().width, screen.WIDEST) - margin, 20)
    drawn = Drawing(width, scale)
    last = len(one.with_) - 1
    for x in range(width):
        point = one.with_[round(x * last / (width - 1))]
        drawn.wash(x, x, point.lo90, point.hi90, NEXT)
    across = [x * (width - 1) / max(last, 1) for x in range(last + 1)]
    drawn.line([(x, point.mean) for x, point in zip(across, one.without, strict=True)], dashed=True)
    drawn.line([(x, point.mean) for x, point in zip(across, one.with_, strict=True)], ink=screen.palette().next_ink)
    labels = [figures[0], *[""] * (scale.rows - 2), figures[1]]
    rows = zip(labels, drawn.rows(colour=screen.coloured()), strict=True)
    return [Text.assemble((f"{label:>{margin - 1}} ", screen.palette().quiet), row) for label, row in rows]


def _legend(one: Trajectory) -> list[str]:
    beside = "instead" if one.instead_of else GOING_ON
    return [f"the wash and the whole line: with the change; dashes: {beside}"]
