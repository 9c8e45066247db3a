"""Records that come one by one (an event, a message, an entry) as they gather into parts, with their account."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from selftwin.vocabulary.observation import Basis

AT_ONCE = 40_000  # rows, or records, of a part
_WIDTH = 10  # cells of a row


class Gathering:
    """Some records as they become a part: begin each with `record`, then give it rows, or say why it has none."""

    def __init__(self, path: str, source: str, first: int = 0) -> None:
        self.path, self.source, self.first, self.read = path, source, first, 0
        self._kinds, self._notes, self._faults = Counter[str](), dict[str, None](), list[Fault]()
        self._passed = 0
        self._cells: list[object] = []  # of row after row: no object is kept for a row

    @property
    def full(self) -> bool:
        """Whether it is time for a part."""
        return self.read >= AT_ONCE or len(self._cells) >= AT_ONCE * _WIDTH

    def record(self, kind: str) -> None:
        """One more record, of this native type."""
        self._kinds[kind] += 1
        self.read += 1

    def fault(self, reason: str) -> None:
        """The record cannot be understood."""
        self._faults.append(Fault(f"{self.path}, record {self.first + self.read}", reason))

    def passing(self, note: str) -> None:
        """The record is known and left out."""
        self._passed += 1
        self.note(note)

    def note(self, note: str) -> None:
        """What is to be said of the file, once."""
        self._notes[note] = None

    def row(
        self,
        signal: str,
        when: tuple[datetime | int | None, int | None, Basis],
        *,
        stop: datetime | int | None = None,
        native: str | None = None,
        value: float | None = None,
        text: str | None = None,
        unit: str | None = None,
    ) -> None:
        """An observation of the record; `when` is its start, offset and basis.

        Moments are datetimes or, all of them in a source that sees millions, microseconds since 1970.
        """
        start, offset, basis = when
        self._cells += (self.read - 1, signal, native, start, stop, offset, int(basis), value, text, unit)

    def part(self) -> Part:
        """All of it; it begins anew with what comes next."""
        import polars as pl

        columns = {name: self._cells[place::_WIDTH] for place, name in enumerate(_schema())}
        rows = pl.DataFrame(columns, schema=_schema()).with_columns(source=pl.lit(self.source))
        part = Part(observations(rows), self.read, self._passed, tuple(self._faults), dict(self._kinds),
                    notes=tuple(self._notes), first_record=self.first)  # fmt: skip
        Gathering.__init__(self, self.path, self.source, self.first + self.read)
        return part


def _schema() -> dict[str, pl.DataType]:
    import polars as pl

    stamp, words = pl.Datetime("us"), pl.String()
    return {"record": pl.UInt32(), "signal": words, "native": words, "start": stamp, "stop": stamp,
            "offset": pl.Int16(), "basis": pl.Int8(), "value": pl.Float64(), "text": words, "unit": words}  # fmt: skip
