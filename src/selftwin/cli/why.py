"""Why a figure is as it is, for a person: its parts, what would change it, and what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.cli import screen
from selftwin.vocabulary.reason import Of
from selftwin.wording.measures import Measure, measure
from selftwin.wording.phrases import phrase
from selftwin.wording.why import PIECES, WARNING, places, reading, said, total
from selftwin.wording.words import count, trusted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from rich.table import Table
    from rich.text import Text

    from selftwin.vocabulary.reason import Behind, Contribution, Why


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
