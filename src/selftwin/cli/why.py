"""Why a figure is as it is, for a person: its parts, what would change it, and what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.vocabulary.reason import Of
from selftwin.wording.measures import MINUS, MINUTES, Measure, duration, measure
from selftwin.wording.phrases import phrase
from selftwin.wording.words import count, trusted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from rich.table import Table
    from rich.text import Text

    from selftwin.vocabulary.reason import Behind, Contribution, Why

PIECES = {Of.VALUE: "The same day by its pieces:", Of.FORECAST: "The same forecast by expert:", Of.ALERT: ""}
WARNING = ("What is named", "Not a device", "Your data end")
ODDS = Measure("log odds")


def reading(one: Why) -> Measure:
    """How its figures are read: in the person's unit, a score as it is."""
    return ODDS if one.of is Of.ALERT else measure(one.signal, one.unit)


def why(one: Why) -> Iterator[Text | Table | str]:
    """All that is said of a figure."""
    from rich.text import Text

    read = reading(one)
    yield Text.assemble((one.title, "bold"), "  ", (total(one), screen.palette().quiet))
    yield listed(one.parts, one.total, read)
    if one.made_of:
        yield PIECES[one.of]
        yield listed(one.made_of, one.total, read, sums=True)
    if one.change:
        yield "What would change it:"
        yield from (f"  · {line}" for line in one.change)
    yield from (f"{'! ' if line.startswith(WARNING) else '  '}{line}" for line in one.notes)
    yield trusted(one.trust, one.n, "night" if one.of is Of.ALERT else phrase(one.signal, "").spell)


def total(one: Why) -> str:
    """The figure itself, with its unit."""
    read = reading(one)
    if read.clock or read.unit in MINUTES:
        return read.one(one.total)
    digits = places([part.value * read.scale for part in one.parts[1:]])
    return f"{figure(read(one.total), digits).removesuffix('.0')} {read.words}".rstrip()


def listed(parts: Sequence[Contribution], whole: float, read: Measure, *, sums: bool = False) -> Table:
    """The parts with their bounds and words, and the sum. All but the first (and of pieces all) are differences."""
    table = screen.table("part", "brings", "9 times in 10", "which is", right=("brings",))
    digits = places([part.value * read.scale for part in parts[0 if sums else 1 :]])
    for place, part in enumerate(parts):
        base = place == 0 and not sums
        value = said(part.value, read, digits, base=base, signed=not base and not sums)
        bounds = ""
        if part.low is not None and part.high is not None:
            bounds = " to ".join(said(edge, read, digits, base=base) for edge in (part.low, part.high))
        table.add_row(part.name, value, bounds, part.note)
    table.add_row("Together", said(whole, read, digits, base=True), "", "")
    return table


def said(value: float, read: Measure, digits: int, *, base: bool = False, signed: bool = False) -> str:
    """A part in so many digits: the whole on its scale, a part as a difference."""
    there = read(value) if base else value * read.scale
    if read.clock and base:
        return read.one(value)
    if read.unit in MINUTES:
        minutes = round(there * MINUTES[read.unit])
        return ("+" if signed and minutes > 0 else "") + duration(minutes)
    return ("+" if signed and there > 0 else "") + figure(there, digits)


def places(values: Sequence[float]) -> int:
    """Digits after the point that parts of this size deserve.

    >>> places([0.3, -2.0]), places([120.0, 3.0]), places([0.02])
    (1, 0, 3)
    """
    size = max((abs(value) for value in values), default=0.0)
    return next((digits for digits, least in enumerate((50.0, 1.0, 0.1)) if size >= least), 3)


def figure(value: float, digits: int) -> str:
    """A figure with so many digits after the point.

    >>> figure(1234.56, 1)
    '1,234.6'
    """
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", MINUS)


def observations(behind: Behind, rows: pl.DataFrame, most: int) -> Iterator[Table | str]:
    """The observations of one source of a part, the newest of them where there are many."""
    span = behind.first if behind.first == behind.last else f"{behind.first} to {behind.last}"
    yield f"{behind.signal}, {span}: {count(rows.height, 'observation')}"
    if not rows.height:
        return
    table = screen.table("local time", "value", "from", right=("value",))
    shown = rows.tail(most)
    read = measure(behind.signal, str(rows["unit"][0]))
    values = [float(value) for value in shown["value"] if value is not None]
    for row in shown.iter_rows(named=True):
        value = row["text"] if row["value"] is None else read.one(row["value"], *values)
        table.add_row(f"{row['local']:%Y-%m-%d %H:%M}", value or "", row["source"] or "")
    yield table
