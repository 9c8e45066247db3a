"""What a source is: one object named `SOURCE` in one file, recognised by looking, read as a stream of parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from selftwin.vocabulary.observation import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import polars as pl
    import pyarrow as pa

    from selftwin.sources.reader.members import Member
    from selftwin.vocabulary.account import Fault
    from selftwin.vocabulary.zones import ZoneTimeline

_REPEATED = ("signal", "source", "unit")
_SHORTEST = 8  # rows of a run, on average, from which on it is sooner told by its ends


@dataclass(frozen=True, slots=True)
class Part:
    """Some records of a member, read: `rows` (see `observation.schema`) numbered by `record` from 0 to `read` - 1.

    `read` counts native records; `passed` those known and left out on purpose (say why in `notes`); `faults` one for
    each record that could not be understood. Records with rows are taken: the reader checks that the sum is `read`.
    `kinds` counts records read by native type. `exported` is the export's date where the file states one.
    `first_record` numbers the part's first record within the member, so that a fault found later has a place.
    `zones` is where the person's clock stood, when, where an export says it (only a twin's own does); the rows of such
    an export carry three more columns: ordinal, exported (when each was told) and telling (by which file).
    """

    rows: pa.RecordBatch
    read: int
    passed: int = 0
    faults: tuple[Fault, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    exported: datetime | None = None
    notes: tuple[str, ...] = ()
    first_record: int = 0
    zones: ZoneTimeline | None = None


class Source(Protocol):
    """One export format, all its generations. Raise `BrokenExport` when a file is not what it claims to be."""

    @property
    def name(self) -> str:
        """The name on the command line, e.g. `apple_health`."""

    @property
    def title(self) -> str:
        """The name people know, e.g. `Apple Health`."""

    @property
    def reads(self) -> str:
        """What of a life it holds, in a sentence, e.g. `Steps, heart, sleep and workouts.`."""

    @property
    def version(self) -> int:
        """The parser's version: raise it when the same bytes would give other observations."""

    @property
    def rank(self) -> int:
        """Who is asked first: 0 for a format with an unmistakable mark, 9 for the most general."""

    @property
    def how_to_export(self) -> str:
        """Where its owner finds the export, in a sentence."""

    def recognises(self, member: Member) -> bool:
        """Whether this member is ours, by name and first bytes; cheap, and never raises on hostile bytes."""

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The people the member holds, where the format can hold several; empty for one unnamed person."""

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """Stream the member's parts in bounded memory (about 65,536 rows each); `subject` chooses one person."""


@runtime_checkable
class Explaining(Protocol):
    """A source that can say what is missing in a file nobody recognises."""

    def why_not(self, member: Member) -> str:
        """What would make it readable, in a few words, or nothing; cheap, and never raises on hostile bytes."""


@runtime_checkable
class Naming(Protocol):
    """A source whose files name people as those of other sources do: the names of all of them are held together."""

    @property
    def names_as(self) -> str:
        """What these sources have in common, in a word."""


@runtime_checkable
class Restoring(Protocol):
    """A source that gives back what a twin once gave out: its rows bear the names of the sources they came from."""

    @property
    def restores(self) -> bool:
        """That it does."""


def observations(rows: pl.DataFrame) -> pa.RecordBatch:
    """Rows with at least record, signal, source, start, basis, as an Arrow batch of `observation.schema`.

    Missing columns become null; text columns are dictionary-encoded; times are cut to microseconds.
    """
    import polars as pl
    import pyarrow as pa

    known = {name: column for name in _REPEATED if (column := _in_runs(rows, name)) is not None}
    full = {name for name in rows.columns if name not in known and rows[name].null_count() < rows.height}
    nothing = pl.Series([None]).new_from_index(0, rows.height)
    table = pl.DataFrame([rows[name] if name in full else nothing.alias(name) for name in schema().names]).to_arrow(
        compat_level=pl.CompatLevel.oldest()
    )
    columns = [
        known[entry.name] if entry.name in known else _cast(table[entry.name].combine_chunks(), entry.type)
        for entry in schema()
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema())


def _in_runs(rows: pl.DataFrame, name: str) -> pa.Array | None:
    """A column of words that stay the same from row to row, as a dictionary; None where it is anything else."""
    import numpy as np
    import polars as pl
    import pyarrow as pa

    if name not in rows.columns or (column := rows[name]).dtype != pl.String or not len(column) or column.null_count():
        return None
    heads = np.concatenate([[0], 1 + np.flatnonzero((column[1:] != column[:-1]).to_numpy())])
    if _SHORTEST * len(heads) > len(column):
        return None
    words = column[heads].to_arrow().cast(pa.string()).dictionary_encode()
    codes = np.repeat(words.indices.to_numpy(), np.diff(heads, append=len(column)))
    return pa.DictionaryArray.from_arrays(codes, words.dictionary)


def _cast(column: pa.Array, to: pa.DataType) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], type=column.type)
    if pa.types.is_dictionary(to):
        return pc.dictionary_encode(column.cast(pa.string())).cast(to)
    return column.cast(to, safe=False)
