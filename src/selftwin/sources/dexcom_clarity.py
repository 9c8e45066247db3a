"""Dexcom Clarity: a sensor's glucose every five minutes, calibrations, and what was entered in the app.

Owners find it at clarity.dexcom.eu or .com under "Export": a CSV of up to 90 days. Its words follow the account's
language, so it is known and read by the places and kinds of its columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _table_text as tables
from selftwin.sources._table_cells import Evidence, numbers
from selftwin.sources._table_glucose import UNIT, has_halves, molar, readings, settled, stamped
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.members import Member

HIGHEST = 400.0
STAMP, EVENT, KIND, INFO, DEVICE = "1", "2", "3", "4", "6"  # the columns' places
GLUCOSE, INSULIN, CARBS, LASTS = "7", "8", "9", "10"
_LEAST_COLUMNS, _MOST_COLUMNS = 9, 20
_FORMAT = re.compile(r"\([^\d()]{9,24}:[^\W\d_]{2}:[^\W\d_]{2}\)")  # (YYYY-MM-DDThh:mm:ss) in any language
_CALIBRATION = r"(?i)^[ck]ali|talonn"
_LONG = r"(?i)long|lang|lent|larg|prolong|basal|lång|dlouh|długo|pitk|traag"
_FAST = r"(?i)fast|rapid|rápid|schnell|snel|snabb|hurtig|rask|quick|szybk|rychl|nopea|kurz|court|short"
_ALERT = r"(?i)ale?rt|alarm|warn|avis|varsel|advar"
_COLUMNS = ("record", "signal", "start", "stop", "basis", "offset", "value", "text", "source")


@dataclass(frozen=True, slots=True)
class Clarity:
    """The source of Clarity's CSV, in any language, with either unit and either delimiter."""

    name: str = "dexcom_clarity"
    title: str = "Dexcom Clarity"
    reads: str = "Glucose, insulin, meals and calibrations."
    version: int = 1
    rank: int = 2
    how_to_export: str = "Sign in at clarity.dexcom.com (or .eu), choose Export, a date range, and save the CSV."

    def recognises(self, member: Member) -> bool:
        """Whether the first line is Clarity's header in some language, over numbered rows."""
        return _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """One unnamed person."""
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The timed rows in blocks; the untimed ones above them (name, devices, alert settings) are no records."""
        sheet = _sheet(member)
        if sheet is None:
            raise BrokenExport(f"{member.path} has not the columns of a Clarity export.")
        reader = _Reader(member.path, *_order(member, sheet))
        for block in tables.blocks(member, sheet):
            part = reader.part(block, sheet)
            if part.read:
                yield part


def _sheet(member: Member) -> Sheet | None:
    """The table whose header has the timestamp's format and a glucose unit where Clarity has them."""
    if not UNIT.search(member.head(4096).replace(b"\0", b"").decode("utf-8", "ignore")):
        return None
    for sheet in tables.sheets(member):
        header = sheet.header
        units = any(UNIT.search(name) for name in header[7:13])
        if _LEAST_COLUMNS <= len(header) <= _MOST_COLUMNS and _FORMAT.search(header[1]) and units:
            return sheet
    return None


def _order(member: Member, sheet: Sheet) -> tuple[Order | None, str]:
    """The order of day and month: Clarity's own stamps are ISO, a spreadsheet that saved it again may write others."""
    evidence, halves = Evidence(), False
    for block in tables.blocks(member, sheet):
        evidence.take(block.rows[STAMP])
        if not evidence.seen and block.rows[STAMP].count():
            return None, ""
        halves = halves or has_halves(block.rows[STAMP])
    return settled(evidence, halves)


@dataclass(slots=True)
class _Reader:
    """Reads blocks; remembers whether the timed rows have begun, the unit, and the word for a sensor's reading."""

    path: str
    order: Order | None
    note: str
    begun: bool = False
    records: int = 0
    mmol: bool | None = None
    usual: str | None = None

    def part(self, block: Block, sheet: Sheet) -> Part:
        import polars as pl

        absent = (name for name in (INSULIN, CARBS, LASTS) if name not in block.rows.columns)  # a trimmed copy
        rows = block.rows.with_columns(pl.lit(None, pl.String).alias(name) for name in absent).with_row_index("line")
        ragged = pl.col("line").is_in(list(block.ragged))
        if not self.begun:
            timed = rows.filter(pl.col(STAMP).is_not_null())
            rows = rows.filter(pl.col("line") >= (timed["line"].min() if timed.height else rows.height))
            self.begun = timed.height > 0
        cells = rows.with_row_index("record")
        spoilt = cells.filter(ragged)["record"].to_list()
        self._settle(cells, sheet)
        made = self._made(cells.filter(~ragged))
        silent = cells.height - len(spoilt) - made["record"].n_unique()
        first, self.records = self.records, self.records + cells.height
        return Part(
            rows=observations(made.drop("kind")),
            read=cells.height,
            passed=silent,
            faults=tuple(
                Fault(f"{self.path}, record {first + place + 1}", "more cells than the header has columns")
                for place in spoilt
            ),
            kinds=_kinds(made, cells.height),
            notes=tuple(filter(None, (self.note, "rows that say nothing are passed over" if silent else ""))),
            first_record=first,
        )

    def _settle(self, cells: pl.DataFrame, sheet: Sheet) -> None:
        """The unit, and the event that readings of the sensor go by: the most frequent one with a glucose."""
        import polars as pl

        sensed = cells.filter(pl.col(GLUCOSE).is_not_null())
        if self.mmol is None and sensed.height:
            self.mmol = molar(" ".join(sheet.header[7:12:4]), sensed[GLUCOSE])
            self.usual = sensed.group_by(EVENT).len().sort("len", EVENT)[EVENT][-1]

    def _made(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Observations of timed rows, with their native kind in `kind`."""
        import polars as pl

        times = stamped(cells[STAMP], self.order)
        sugar = readings(cells[GLUCOSE], mmol=bool(self.mmol), highest=HIGHEST)
        rows = pl.concat([cells, times, sugar.rename({"value": "sugar", "text": "limit"})], how="horizontal")
        rows = rows.with_columns(_source().alias("source"), _span(rows[LASTS]).alias("span"))
        calibration = pl.col(EVENT).str.contains(_CALIBRATION) | (pl.col(EVENT) != (self.usual or ""))
        sensed, entered = pl.col(GLUCOSE).is_not_null(), pl.col(INSULIN).is_not_null()
        long = pl.col(KIND).str.contains(_LONG).fill_null(value=False)
        fast = pl.col(KIND).str.contains(_FAST).fill_null(value=False) & ~long
        dose, carbs = numbers(cells[INSULIN], delimiter=";"), numbers(cells[CARBS], delimiter=";")
        rows = rows.with_columns(dose.alias("dose"), carbs.alias("carbs"))
        bare = ~sensed & ~entered & pl.col(CARBS).is_null()
        active = bare & pl.col("span").is_not_null()
        words = pl.concat_str(EVENT, KIND, INFO, separator=": ", ignore_nulls=True)
        alert = bare & ~active & pl.col(EVENT).str.contains(_ALERT)
        return pl.concat(
            [
                _rows(rows, "glucose", "EGV", sensed & ~calibration, value="sugar", text="limit"),
                _rows(rows, "glucose.calibration", "Calibration", sensed & calibration, value="sugar", text="limit"),
                _rows(rows, "insulin.rapid", "Insulin", entered & fast, value="dose"),
                _rows(rows, "insulin.long", "Insulin", entered & long, value="dose"),
                _rows(rows, "insulin", "Insulin", entered & ~fast & ~long, value="dose"),
                _rows(rows, "meal.carbs", "Carbs", pl.col(CARBS).is_not_null(), value="carbs"),
                _rows(rows.with_columns(words=words), "workout", "Exercise", active, text="words", lasts=True),
                _rows(rows, "glucose.alert", "Alert", alert, text=KIND),
                _rows(rows.with_columns(words=words), "note", "Notes", bare & ~active & ~alert, text="words"),
            ]
        )


def _rows(
    rows: pl.DataFrame, key: str, kind: str, where: pl.Expr, *, value: str = "", text: str = "", lasts: bool = False
) -> pl.DataFrame:
    """Observations of one signal, of the rows that qualify."""
    import polars as pl

    stop = pl.col("start") + pl.col("span") if lasts else pl.lit(None, pl.Datetime("us"))
    return rows.filter(where.fill_null(value=False)).select(
        "record",
        "start",
        "basis",
        "offset",
        "source",
        signal=pl.lit(key),
        kind=pl.lit(kind),
        stop=stop.cast(pl.Datetime("us")),
        value=pl.col(value) if value else pl.lit(None, pl.Float64),
        text=pl.col(text) if text else pl.lit(None, pl.String),
    )


def _source() -> pl.Expr:
    """`dexcom_clarity:<generation>`, from the display device's name; a receiver's serial number is left out."""
    import polars as pl

    generation = pl.col(DEVICE).str.extract(r"(?i)\b(G\d{1,2}|ONE\+?|Stelo)(?:$|\s)", 1).str.to_lowercase()
    return pl.when(generation.is_null()).then(pl.lit("dexcom_clarity")).otherwise("dexcom_clarity:" + generation)


def _span(cells: pl.Series) -> pl.Series:
    """Durations written hh:mm:ss."""
    import polars as pl

    parts = cells.str.extract_groups(r"^(\d{1,3}):(\d{1,2})(?::(\d{1,2}))?$").struct.unnest()
    whole = parts.with_columns(pl.all().cast(pl.Int64, strict=False))
    hours, minutes, seconds = (pl.col(name) for name in whole.columns)
    return whole.select(pl.duration(hours=hours, minutes=minutes, seconds=seconds.fill_null(0))).to_series()


def _kinds(made: pl.DataFrame, count: int) -> dict[str, int]:
    """Records by native type; a record of two types counts as its first, one that says nothing as `other`."""
    firsts = made.unique("record", keep="first", maintain_order=True)["kind"].value_counts()
    known = dict(firsts.iter_rows())
    rest = count - sum(known.values())
    return {**known, "other": rest} if rest else known


SOURCE = Clarity()
