"""Reads a CSV member of a Fitbit export by the description of its family, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._fitbit_stamps import SOURCE_NAME, Clock, clocked, placed
from selftwin.sources._fitbit_tables import Table, table
from selftwin.sources._readings import part, read_off, words
from selftwin.sources._table_text import Block, Sheet, blocks, sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member


def described(member: Member) -> tuple[Sheet, Table] | None:
    """How a CSV member is written and what family it holds, or None."""
    sheet = next((one for one in sheets(member) if one.delimiter == "," and not one.before), None)
    found = table(member.name, sheet.header) if sheet else None
    return (sheet, found) if sheet and found else None


def read_table(member: Member, sheet: Sheet, found: Table) -> Iterator[Part]:
    """The parts of a CSV member; a file with a header alone has one, empty."""
    read = False
    for block in blocks(member, sheet):
        read = True
        yield _part(member, sheet, block, found)
    if not read:
        yield _part(member, sheet, Block(_nothing(sheet), 0), found)


def _nothing(sheet: Sheet) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={str(place): pl.String for place in range(len(sheet.header))})


def _part(member: Member, sheet: Sheet, block: Block, found: Table) -> Part:
    import polars as pl

    rows = _timed(_named(sheet, block.rows), found)
    if found.made_ready is not None:
        rows = found.made_ready(rows)
    read = pl.concat([read_off(rows, found.readings), _states(rows, found)], how="diagonal_relaxed")
    faults = overlong(member.path, block)
    return part(
        read,
        kind=found.kind,
        read=block.rows.height,
        first=block.first,
        faults=faults,
        faulty=block.ragged,
        nothing=found.nothing,
    )


def _named(sheet: Sheet, rows: pl.DataFrame) -> pl.DataFrame:
    """Columns by their lower-case header; of two with one name the first counts."""
    import polars as pl

    names: dict[str, str] = {}
    for place, name in enumerate(sheet.header):
        names.setdefault(name.lower() or f"column {place}", str(place))
    return rows.select(pl.col(place).alias(name) for name, place in names.items()).with_row_index("record")


def _timed(rows: pl.DataFrame, found: Table) -> pl.DataFrame:
    """With source, native, start, stop, offset and basis."""
    import polars as pl

    stamps = rows[found.when] if found.when in rows.columns else pl.Series("", [None] * rows.height, pl.String)
    offsets = rows[found.offset] if found.offset in rows.columns else None
    at = clocked(stamps, found.clock) if offsets is None else placed(stamps, offsets)
    rows = rows.drop("start", "stop", "offset", "basis", "source", "native", strict=False).hstack(at)
    device = pl.col(found.device) if found.device in rows.columns else pl.lit(None, pl.String)
    source = pl.concat_str([pl.lit(SOURCE_NAME), device], separator=":", ignore_nulls=True)
    rows = rows.with_columns(source=source)
    if found.native:
        rows = rows.with_columns(native=pl.col(found.native))
    if found.until in rows.columns:
        clock = Clock.WRITTEN if offsets is None else Clock.UTC
        rows = rows.with_columns(clocked(rows[found.until], clock)["start"].alias("stop"))
    elif found.seconds:
        rows = rows.with_columns(stop=pl.col("start") + pl.duration(seconds=found.seconds))
    return rows


def _states(rows: pl.DataFrame, found: Table) -> pl.DataFrame:
    column, signal, meaning = found.states
    return words(rows, column, signal, dict(meaning))
