"""Propose what the columns of a table nobody knows may mean, try it, and keep it when it is meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from selftwin.cli import screen
from selftwin.cli.call import DATA
from selftwin.wording.measures import WORDS
from selftwin.wording.words import count

if TYPE_CHECKING:
    from rich.table import Table

    from selftwin.sources._table_proposal import Column
    from selftwin.twin.mapping import Tried

FILE = "A table as text: CSV and its kin."
NAME = "What the source is to be called; without it the file's name."
ORDER = "Which stands first in its dates, where the file cannot tell: day-first or month-first."
SUBJECT = "Whose rows to try, where a table holds several people."
SHOWN = 16  # letters of a value
KEEP = "Put the mapping among your own, so that imports read such tables."


def command(
    file: Annotated[Path, Parameter(help=FILE)],
    /,
    *,
    name: Annotated[str, Parameter(help=NAME)] = "",
    order: Annotated[str, Parameter(help=ORDER)] = "",
    subject: Annotated[str | None, Parameter(help=SUBJECT, allow_leading_hyphen=True)] = None,
    keep: Annotated[bool, Parameter(help=KEEP, negative=())] = False,
    json: DATA = False,
) -> int:
    """Propose what the columns of a table nobody knows may mean, and show what it would make; nothing is stored.

    Names, units and ranges are guesses: read them. What --keep writes is a text of a few lines that you can correct.
    """
    from selftwin.twin import mapping

    name = mapping.plain(name or file.stem)
    tried = mapping.propose(file, name=name, order=order, subject=subject)
    kept = mapping.keep(name, tried.text) if keep and not tried.refused else None
    if json:
        screen.data(_plain(tried) | {"kept": str(kept) if kept else None})
    else:
        _tell(tried)
        screen.say(_next(file, tried, kept))
    return 0 if tried.made else 4


def _tell(tried: Tried) -> None:
    listed = screen.table("column", "is", "in", "told from", "for example")
    for one in tried.columns:
        units = " or ".join(WORDS.get(unit, unit) for unit in one.units)
        listed.add_row(one.header, _meaning(one), units, one.why, ", ".join(word[:SHOWN] for word in one.shown))
    screen.show(listed)
    if tried.rows.height:
        whose = f", of {tried.person}" if tried.person else ""
        screen.show(screen.head("What it would make", count(tried.made, "observation") + whose), _rows(tried))
    screen.show(screen.head("The mapping"), tried.text.rstrip())
    records = tried.records
    screen.say(f"{count(records.read, 'record')} read = {records.taken:,} taken + {records.passed:,} passed over"
               f" + {records.faulty:,} faulty. Nothing was stored.")  # fmt: skip


def _meaning(one: Column) -> str:
    return {"time": "when", "person": "who", "left": "left out"}.get(one.role, one.signal)


def _rows(tried: Tried) -> Table:
    from selftwin.vocabulary.catalogue import nature
    from selftwin.wording.measures import measure

    listed = screen.table("signal", "when", "value")
    for one in tried.rows.partition_by("signal", maintain_order=True):
        shown = measure(one["signal"][0], one["unit"][0] or nature(one["signal"][0]).unit)
        for signal, start, value, text in one.select("signal", "start", "value", "text").iter_rows():
            told = text if value is None else f"{shown(value):.6g} {shown.words}"
            listed.add_row(signal, f"{start:%Y-%m-%d %H:%M}", told)
    return listed


def _next(file: Path, tried: Tried, kept: Path | None) -> str:
    """What to do next."""
    if tried.known and not kept:
        return f"{tried.known} reads this file already: `selftwin import {file}`."
    if tried.refused:
        return f"It cannot be read by this yet: {tried.refused} `selftwin map {file} --order day-first` may settle it."
    if kept:
        return f"Kept as {kept}. `selftwin import {file}` reads it now."
    unsure = f" Look at {', '.join(tried.open)}: more than one unit is likely." if tried.open else ""
    return f"`selftwin map {file} --keep` keeps the mapping; change what is wrong in its text.{unsure}"


def _plain(tried: Tried) -> dict[str, object]:
    return {
        "columns": tried.columns, "mapping": tried.text, "open": tried.open, "records": tried.records,
        "observations": tried.made, "first": tried.rows.to_dicts(), "refused": tried.refused or None,
        "known": tried.known or None, "subject": tried.person or None,
    }  # fmt: skip
