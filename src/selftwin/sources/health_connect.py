"""Health Connect: what Android's apps and watches have gathered on the phone.

Owners find it in the phone's settings: Health Connect, Manage data, Backup and restore, Scheduled export; the file
`Health Connect.zip` holds one database, `health_connect_export.db`, and need not be unpacked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _sqlite
from selftwin.sources._health_connect_tables import CAPILLARY, EXERCISES, STAGES, TABLES
from selftwin.sources._readings import part, read_off, words
from selftwin.sources.reader.stamps import from_epoch
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._health_connect_tables import Table
    from selftwin.sources._sqlite import Database
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_FILE = "health_connect_export.db"
_APPS = "application_info_table"


@dataclass(frozen=True, slots=True)
class HealthConnect:
    """Android's database of health; every record is placed by its offset and keeps the app that wrote it."""

    name: str = "health_connect"
    title: str = "Health Connect (Android)"
    reads: str = "Steps, energy, heart, glucose, pressure, body, water, cycle, sleep and workouts."
    version: int = 2
    rank: int = 1
    how_to_export: str = (
        "On the phone: Settings, Health Connect, Manage data, Backup and restore, Scheduled export; import the zip."
    )

    def recognises(self, member: Member) -> bool:
        """By its name, or by the tables in the first pages."""
        if not _sqlite.is_sqlite(member):
            return False
        return member.name == _FILE or all(mark in member.head() for mark in (b"steps_record_table", _APPS.encode()))

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A phone's is one person's."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The tables one after the other. Raises BrokenExport where the database is damaged or another."""
        del subject
        with _sqlite.opened(member) as database:
            if not database.has(_APPS, "row_id", "package_name"):
                raise BrokenExport(f"{member.path} is a database, but not Health Connect's.")
            done = 0
            for table in TABLES:
                for one in _parts(database, table, done):
                    yield one
                    done += one.read


def _parts(database: Database, table: Table, done: int) -> Iterator[Part]:
    """A part for each block of a table; nothing where this phone has none, or one without the columns."""
    common = ("row_id", "uuid", "app_info_id")
    if not database.has(table.name, *common, *table.own) or not table.series_in(database):
        return
    database.check(*(name for name in (table.name, table.series, _APPS) if name))
    source = f"{table.name} AS r LEFT JOIN {_APPS} AS a ON r.app_info_id = a.row_id"
    if table.series:
        source = f"{table.series} AS s JOIN {source.replace(' LEFT', ' ON s.parent_key = r.row_id LEFT', 1)}"
    key = "s.rowid" if table.series else "r.row_id"
    for block in database.blocks(table.cells(), source, key=key):
        yield part(
            _rows(block.rows, table),
            kind=table.kind,
            read=block.rows.height,
            first=done + block.first,
            nothing="a record without a reading",
        )


def _rows(cells: pl.DataFrame, table: Table) -> pl.DataFrame:
    import polars as pl

    records = _timed(cells.with_row_index("record"))
    if table.kind == "blood glucose":
        pricked = pl.col("specimen") == CAPILLARY
        records = records.with_columns(
            pricked=pl.when(pricked).then("value"), other=pl.when(pricked.fill_null(False).not_()).then("value")
        )
    rows = [read_off(records, table.readings)]
    if table.kind == "sleep stage":
        rows.append(words(_named(records, "stage", STAGES), "stage", "sleep.stage"))
    elif table.kind == "exercise session":
        rows.append(words(_named(records, "exercise", EXERCISES), "exercise", "workout"))
    return pl.concat(rows, how="diagonal_relaxed")


def _named(records: pl.DataFrame, column: str, names: dict[str, str]) -> pl.DataFrame:
    """The same with a number turned into its name; one nobody has named yet keeps its number."""
    import polars as pl

    return records.with_columns(pl.col(column).replace(names).replace("", None))


def _timed(cells: pl.DataFrame) -> pl.DataFrame:
    """With start, stop, offset and basis from milliseconds and the place's offset in seconds."""
    import polars as pl

    minutes = cells["zone"].cast(pl.Float64, strict=False) / 60
    offset = minutes.clip(-1440, 1440).cast(pl.Int16).alias("offset")
    begun, ended = (from_epoch(cells[name])["start"] for name in ("begun", "ended"))
    placed = pl.when(offset.is_null()).then(int(Basis.INSTANT)).otherwise(int(Basis.PLACED))
    app = pl.col("app").str.extract(r"^([A-Za-z][\w.]{1,80})$", 1)
    records = cells.with_columns(begun.alias("start"), ended.alias("stop"), offset).with_columns(
        native=pl.concat_str(pl.col("uuid").str.to_lowercase(), "moment", separator="/", ignore_nulls=True),
        basis=placed.cast(pl.Int8),
        source=pl.lit("health_connect") + (":" + app).fill_null(""),
    )
    return records.with_columns(minutes=(pl.col("stop") - pl.col("start")).dt.total_milliseconds() / 60_000)


SOURCE = HealthConnect()
