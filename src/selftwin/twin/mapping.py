"""A mapping for a table nobody knows: proposed by looking, tried on the table itself, kept only when it is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._table_mapping import own_folder
from selftwin.sources.reader.process import Broken, Finished, Proposed, Reading
from selftwin.vocabulary.account import Records
from selftwin.vocabulary.errors import BrokenExport, UnknownFormat, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

    from selftwin.sources._table_proposal import Column

_TABLE = "table"
SHOWN = 3  # observations told of each signal


@dataclass(frozen=True, slots=True)
class Tried:
    """A proposed mapping and what it makes of the table: the account of its records, how many observations they give,
    and the first of each signal (columns signal, start, basis, value, text, unit).

    `open` names what the file leaves to the person to say; `refused` is why the table cannot be read by it yet; `known`
    is the title of a source that reads it anyway; `person` is whose rows were tried, where there are several.
    """

    columns: tuple[Column, ...]
    text: str
    open: tuple[str, ...]
    records: Records
    made: int
    rows: pl.DataFrame
    refused: str = ""
    known: str = ""
    person: str = ""


def propose(path: Path, *, name: str = "", order: str = "", subject: str | None = None) -> Tried:
    """The likeliest mapping of a table, tried on it; nothing is stored.

    `order` (day-first, month-first) settles what the file leaves open, `subject` says whose rows to try. Raises
    UsageError where there is no such file, UnknownFormat where it is no table that tells when, BrokenExport.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    found = _asked(path, name or plain(path.stem))
    text = _settled(found.text, order) if order else found.text
    left = tuple(one for one in found.open if not (order and one == "order"))
    return _tried(path, Proposed(found.columns, text, left, found.known), subject)


def plain(words: str) -> str:
    """A name for a mapping made of a file's: one plain word.

    >>> plain("My Scale (2024)")
    'my_scale_2024'
    """
    name = re.sub(r"[^a-z0-9]+", "_", words.casefold()).strip("_")
    return name if name[:1].isalpha() else f"table_{name}".strip("_")


def keep(name: str, text: str) -> Path:
    """Put a mapping among the person's own, where imports find it. Raises UsageError where one is there already."""
    place = own_folder() / f"{plain(name)}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"There is a mapping already: {place}.", hint="Choose another name with --name.") from None
    return place


def _asked(path: Path, name: str) -> Proposed:
    with Reading([(path, path.name)], propose=name) as reading:
        for told in reading:
            if isinstance(told, Proposed):
                return told
            if isinstance(told, Broken):
                raise UnknownFormat(told.reason, hint="docs/sources/table.md shows how to write a mapping by hand.")
    raise BrokenExport(f"{path.name} could not be looked at.")


def _settled(text: str, order: str) -> str:
    """The mapping with the order of day and month that the person says."""
    if order not in {"day-first", "month-first"}:
        raise UsageError("The order of a date is day-first or month-first.")
    lines = [line for line in text.splitlines() if not re.match(r"(# )?order = ", line)]
    place = next(at for at, line in enumerate(lines) if line == "[time]")
    return "\n".join([*lines[: place + 2], f'order = "{order}"', *lines[place + 2 :]]) + "\n"


def _tried(path: Path, found: Proposed, subject: str | None) -> Tried:
    import polars as pl
    import pyarrow as pa

    subject = subject or next((one.shown[0] for one in found.columns if one.role == "person"), None)
    records, made, refused, frames = Records(0, 0, 0, 0), 0, "", []
    with Reading([(path, path.name)], source=_TABLE, subject=subject, mappings=(("proposed", found.text),)) as reading:
        for told in reading:
            if isinstance(told, pa.RecordBatch):
                frames.append(_first(told))
            elif isinstance(told, Broken):
                refused = told.reason
            elif isinstance(told, Finished):
                records, made = told.records, told.made
    rows = pl.concat(frames).group_by("signal", maintain_order=True).head(SHOWN) if frames else pl.DataFrame()
    return Tried(found.columns, found.text, found.open, records, made, rows, refused, found.known, subject or "")


def _first(batch: pa.RecordBatch) -> pl.DataFrame:
    """The first rows of each signal in a batch."""
    import polars as pl

    told = pl.DataFrame(pl.from_arrow(batch)).select("signal", "start", "basis", "value", "text", "unit")
    plain_text = told.with_columns(pl.col("signal", "unit").cast(pl.String))
    return plain_text.group_by("signal", maintain_order=True).head(SHOWN)
