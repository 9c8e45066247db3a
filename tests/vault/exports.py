"""Small exports made by hand for the tests of the store: rows in, one import each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from selftwin.sources.reader.contract import observations
from selftwin.vault.intake import Intake
from selftwin.vocabulary.account import FileAccount, Observations, Records
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from selftwin.vault.store import Store

EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One observation; `start` and `stop` are stamps on their own clock."""

    signal: str
    start: datetime
    value: float | None = None
    stop: datetime | None = None
    source: str = "test:Watch"
    native: str | None = None
    basis: Basis = Basis.INSTANT
    offset: int | None = None
    text: str | None = None
    unit: str | None = None


def minutes(start: datetime, count: int, *, signal: str, value: float, source: str) -> list[Row]:
    """One row a minute."""
    step = timedelta(minutes=1)
    return [Row(signal, start + k * step, value, start + (k + 1) * step, source) for k in range(count)]


def frame(rows: list[Row]) -> pl.DataFrame:
    """The rows as a source would send them."""
    names = Row.__slots__
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    columns["basis"] = [int(basis) for basis in columns["basis"]]
    schema = {
        "signal": pl.String, "start": pl.Datetime("us"), "value": pl.Float64, "stop": pl.Datetime("us"),
        "source": pl.String, "native": pl.String, "basis": pl.Int8, "offset": pl.Int16, "text": pl.String,
        "unit": pl.String,
    }  # fmt: skip
    return pl.DataFrame(columns, schema=schema).with_row_index("record")


def take(store: Store, *files: list[Row], exported: datetime = datetime(2024, 6, 1), keep: bool = True) -> Intake:
    """Import files in one batch; each is one member with the same export date."""
    intake = Intake(store, what="test", keep=keep)
    for number, rows in enumerate(files):
        intake.begin_file(f"file {number}", f"{exported} {number} {hash(tuple(rows))}")
        member = intake.begin_member()
        table = frame(rows)
        if rows:
            intake.add(member, observations(table))
        signals = dict(table.group_by("signal").len().iter_rows())
        records = Records(len(rows), len(rows), 0, 0)
        intake.end_member(member, FileAccount("f", "test", records, Observations(), "", "", {}, signals), str(exported))
    intake.settle()
    return intake


def counts(intake: Intake) -> tuple[int, int, int]:
    """New, known and revised observations of an import, over its files."""
    seen = [account.observations for account in intake.accounts]
    return sum(o.new for o in seen), sum(o.known for o in seen), sum(o.revised for o in seen)
