"""Any CSV, by a mapping that says what its columns mean: shipped ones, and a person's own.

Owners find such tables wherever a study, a scale or a mood diary offers "export as CSV"; a table nobody has mapped is
read once a TOML file of a few lines stands in the config folder (docs/sources/table.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _table_text as tables
from selftwin.sources._bad_records import overlong
from selftwin.sources._table_cells import Evidence
from selftwin.sources._table_mapping import mappings
from selftwin.sources._table_rows import Reader
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    import pyarrow as pa

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_mapping import Mapping
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.members import Member

MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Table:
    """The source of every table that a mapping knows."""

    name: str = "table"
    title: str = "Any CSV, by a mapping"
    reads: str = "Any table that says when, by a mapping."
    version: int = 2
    rank: int = 9
    how_to_export: str = "Export the table as CSV; a mapping file says what its columns mean (docs/sources/table.md)."

    def recognises(self, member: Member) -> bool:
        """Whether a mapping knows the header among the first lines."""
        return _fitting(member) is not None

    def why_not(self, member: Member) -> str:
        """What a table that no mapping knows needs; nothing for what is no table."""
        sheet = next((sheet for sheet in tables.sheets(member) if len(sheet.header) > 1 and all(sheet.header)), None)
        if sheet is None or not member.name.endswith((".csv", ".tsv", ".txt")):
            return ""
        width = len(sheet.header)  # no names: where a table has no header, they would be a person's values
        return f"a table of {width} columns that no mapping knows; `selftwin map` proposes one"

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The people in the mapping's subject column; the whole file is read for it."""
        reader = _reader(member)
        if not (place := reader.place(reader.mapping.subject)):
            return ()
        people: set[str] = set()
        for block in tables.blocks(member, reader.sheet):
            people.update(block.rows[place].drop_nulls().unique())
            if len(people) > MOST_PEOPLE:
                raise BrokenExport(f"{member.path} names more than {MOST_PEOPLE} people: is that the right column?")
        return tuple(sorted(people))

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The table's rows by the block. Raises BrokenExport where the order of day and month cannot be told."""
        reader = _reader(member)
        reader.order = reader.mapping.order or _told(member, reader)
        notes = (*mappings()[1], *_unmapped(reader))
        for block in tables.blocks(member, reader.sheet):
            yield _part(member.path, reader, block, subject, notes)


def _fitting(member: Member) -> tuple[Mapping, Sheet] | None:
    """The mapping that names the most columns of a line among the first, the person's own before the shipped."""
    if not any(delimiter in member.head().decode("latin-1") for delimiter in tables.DELIMITERS):
        return None
    every = mappings()[0]
    fits = [
        (len(mapping.columns), -place, mapping, sheet)
        for sheet in tables.sheets(member)
        for place, mapping in enumerate(every)
        if _knows(mapping, sheet)
    ]
    return max(fits, key=lambda fit: fit[:2])[2:] if fits else None


def _knows(mapping: Mapping, sheet: Sheet) -> bool:
    if mapping.preamble and not any(mapping.preamble.search(line) for line in sheet.before):
        return False
    if not all(any(name.fits(header) for header in sheet.header) for name in mapping.columns):
        return False
    if mapping.only is None:
        return True
    allowed = (*mapping.columns, *mapping.only)
    return all(not header or any(name.fits(header) for name in allowed) for header in sheet.header)


def _reader(member: Member) -> Reader:
    fit = _fitting(member)
    if fit is None:
        raise BrokenExport(
            f"No mapping knows the columns of {member.path}.", hint="`selftwin map FILE` proposes one."
        )
    mapping, sheet = fit
    said = [found for line in sheet.before if mapping.preamble and (found := mapping.preamble.search(line))]
    return Reader(mapping, sheet, unit=said[0].groupdict().get("unit") or "" if said else "")


def _told(member: Member, reader: Reader) -> Order | None:
    """Whether the day or the month comes first, from every date of the file."""
    evidence = Evidence()
    for block in tables.blocks(member, reader.sheet):
        evidence.take(reader.written(block.rows))
        if not evidence.seen:  # dates of another kind: no need to read on
            return None
    if evidence.seen and evidence.order() is None:
        raise BrokenExport(
            f"In {member.path} nothing tells whether the day or the month comes first.",
            hint='Say order = "day-first" or "month-first" in a mapping of your own (docs/sources/table.md).',
        )
    return evidence.order()


def _unmapped(reader: Reader) -> Iterator[str]:
    """A note on the columns that no part of the mapping reads."""
    mapping = reader.mapping
    long = (mapping.long.signal, mapping.long.value, mapping.long.unit) if mapping.long else ()
    durations = (value.lasts for value in mapping.values)
    names = [mapping.subject, *mapping.time, *long, *durations, *(value.column for value in mapping.values)]
    left = [header for header in reader.sheet.header if header and not any(n and n.fits(header) for n in names)]
    if left:
        yield f"columns passed over: {', '.join(left[:30])}{', …' if len(left) > 30 else ''}"


def _part(path: str, reader: Reader, block: Block, subject: str | None, notes: tuple[str, ...]) -> Part:
    import polars as pl

    cells = block.rows.with_row_index("record")
    sound = cells.filter(~pl.col("record").is_in(list(block.ragged))) if block.ragged else cells
    mine, others = _of(sound, reader, subject)
    rows = reader.rows(mine)
    empty = mine.height - rows["record"].n_unique()
    return Part(
        rows=_with_source(rows, f"table:{reader.mapping.source}"),
        read=cells.height,
        passed=others + empty,
        faults=tuple(overlong(path, block)),
        kinds={reader.mapping.name: cells.height},
        notes=(*notes, *_why(others, empty), *reader.told),
        first_record=block.first,
    )


def _of(cells: pl.DataFrame, reader: Reader, subject: str | None) -> tuple[pl.DataFrame, int]:
    """The records of the person asked for, and how many are of others."""
    import polars as pl

    place = reader.place(reader.mapping.subject)
    if subject is None or place is None:
        return cells, 0
    mine = cells.filter(pl.col(place) == subject)
    return mine, cells.height - mine.height


def _with_source(rows: pl.DataFrame, source: str) -> pa.RecordBatch:
    import polars as pl

    if "signal" not in rows.columns:
        rows = rows.with_columns(
            signal=pl.lit(None, pl.String), start=pl.lit(None, pl.Datetime("us")), basis=pl.lit(None, pl.Int8)
        )
    return observations(rows.with_columns(source=pl.lit(source)))


def _why(others: int, empty: int) -> Iterator[str]:
    if others:
        yield "records of other people are passed over"
    if empty:
        yield "records without a single value are passed over"


SOURCE = Table()
