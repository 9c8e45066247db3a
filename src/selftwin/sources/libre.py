"""FreeStyle Libre: glucose of the sensor and by scans, finger-sticks, ketones, insulin, food and notes.

Owners find it at libreview.com under "Download glucose data" (a CSV), or in the older desktop software under "Export
data" (a text file parted by tabs). Its words follow the account's language, so columns are known by their places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from selftwin.sources import _table_text as tables
from selftwin.sources._bad_records import overlong
from selftwin.sources._table_cells import Evidence, numbers
from selftwin.sources._table_glucose import UNIT, has_halves, molar, readings, settled, stamped
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.members import Member

HIGHEST = 500.0
TYPES = {"0": "historic", "1": "scan", "2": "strip", "3": "ketone", "4": "insulin", "5": "food", "6": "note"}
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp]\.?[Mm]\.?)?)?")
_AFTER_SCAN = ("rapid_any", "rapid", "food_any", "carbs", "servings", "long_any", "long", "notes")
_AFTER_NOTES = ("strip", "ketone", "meal", "correction", "change")
_NUMBERS = {
    "rapid": "insulin.rapid",
    "long": "insulin.long",
    "meal": "insulin.bolus",
    "correction": "insulin.correction",
    "change": "other.insulin_user_change",
    "carbs": "meal.carbs",
    "servings": "other.carbs_servings",
}
_OTHER_UNITS = {"other.insulin_user_change": "[iU]", "other.carbs_servings": "{servings}"}
_MARKS = {"rapid_any": ("insulin.rapid", "rapid"), "long_any": ("insulin.long", "long"), "food_any": ("meal", "carbs")}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a file keeps what: the places of its columns, and how it was written."""

    sheet: Sheet
    stamp: int
    places: dict[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        return self.sheet.header[int(self.places[name])]


@dataclass(frozen=True, slots=True)
class Libre:
    """The source of LibreView's CSV and of the older desktop software's text file."""

    name: str = "libre"
    title: str = "FreeStyle Libre (LibreView)"
    reads: str = "Glucose, finger-stick readings, insulin and meals."
    version: int = 1
    rank: int = 2
    how_to_export: str = "Sign in at libreview.com, open your report page and choose Download glucose data."

    def recognises(self, member: Member) -> bool:
        """Whether a line among the first is a header with two glucose columns after a stamp and a record type."""
        return _layout(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """One unnamed person: the name above the table is not kept."""
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The rows in blocks, with the order of day and month told from the whole file."""
        layout = _layout(member)
        if layout is None:
            raise BrokenExport(f"{member.path} has not the columns of a LibreView export.")
        order, note = _order(member, layout)
        exported = _exported(layout.sheet, order)
        mmol: bool | None = None
        for block in tables.blocks(member, layout.sheet):
            historic = block.rows[layout.places["historic"]]
            mmol = molar(layout.header("historic"), historic) if mmol is None else mmol
            yield _part(member.path, layout, block, order, exported, note, mmol=mmol)


def _layout(member: Member) -> _Layout | None:
    """The layout of the first line that is such a header and stands over a stamp and a record type."""
    head = member.head(16_384)
    if not UNIT.search(head.replace(b"\0", b"").decode("utf-8", "ignore")):
        return None
    for sheet in tables.sheets(member):
        units = [place for place, name in enumerate(sheet.header) if UNIT.search(name)]
        if len(units) > 1 and units[1] == units[0] + 1 and units[0] in {3, 4}:
            layout = _Layout(sheet, units[0] - 2, _places(sheet, units))
            if _typed(member, layout):
                return layout
    return None


def _places(sheet: Sheet, units: list[int]) -> dict[str, str]:
    """Block columns by meaning; the desktop software has no servings, which shows in where the strip's column is."""
    historic = units[0]
    without = len(units) > 2 and units[2] == historic + 9
    between = tuple(name for name in _AFTER_SCAN if not (without and name == "servings"))
    names = ("historic", "scan", *between, *_AFTER_NOTES)
    return {name: str(historic + at) for at, name in enumerate(names) if historic + at < len(sheet.header)}


def _typed(member: Member, layout: _Layout) -> bool:
    """Whether the rows among the first bytes have a digit from 0 to 6 after something like a date."""
    text = member.head().decode(layout.sheet.encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    for line in text.split("\n")[len(layout.sheet.before) + 1 :][:20]:
        cells = [cell.strip().strip('"') for cell in line.split(layout.sheet.delimiter)]
        if len(cells) > layout.stamp + 1 and _DATE.match(cells[layout.stamp]):
            return cells[layout.stamp + 1] in TYPES
    return False


def _order(member: Member, layout: _Layout) -> tuple[Order | None, str]:
    """Whether the day or the month comes first, from every row and from the line that says when it was exported."""
    import polars as pl

    evidence, halves = Evidence(), False
    stated = [found[0] for line in layout.sheet.before if (found := _DATE.search(line))]
    evidence.take(pl.Series(stated, dtype=pl.String))
    for block in tables.blocks(member, layout.sheet):
        cells = block.rows[str(layout.stamp)]
        evidence.take(cells)
        halves = halves or has_halves(cells)
        if not evidence.seen and cells.count():
            return None, ""
    return settled(evidence, halves)


def _exported(sheet: Sheet, order: Order | None) -> datetime | None:
    """When the file was made, as its first line says; LibreView says it in UTC."""
    import polars as pl

    stated = [found[0] for line in sheet.before if (found := _DATE.search(line))]
    start = stamped(pl.Series(stated[:1], dtype=pl.String), order)["start"]
    return None if not stated or start[0] is None else start[0].replace(tzinfo=UTC)


def _part(
    path: str, layout: _Layout, block: Block, order: Order | None, exported: datetime | None, note: str, *, mmol: bool
) -> Part:
    import polars as pl

    cells = block.rows.with_row_index("record")
    sound = cells.filter(~pl.col("record").is_in(list(block.ragged))) if block.ragged else cells
    made = _made(sound, layout, order, mmol=mmol)
    silent = sound.height - made["record"].n_unique()
    kinds = cells[str(layout.stamp + 1)].replace_strict(TYPES, default="unknown", return_dtype=pl.String)
    return Part(
        rows=observations(made),
        read=cells.height,
        passed=silent,
        faults=tuple(overlong(path, block)),
        kinds=dict(kinds.value_counts().iter_rows()),
        exported=exported,
        notes=tuple(filter(None, (note, "rows that say nothing are passed over" if silent else ""))),
        first_record=block.first,
    )


def _made(cells: pl.DataFrame, layout: _Layout, order: Order | None, *, mmol: bool) -> pl.DataFrame:
    """Observations of rows: whatever column is filled speaks, whatever the record's type."""
    import polars as pl

    times = stamped(cells[str(layout.stamp)], order)
    rows = pl.concat([cells, times], how="horizontal").with_columns(_source(layout).alias("source"))
    made = [
        _sugar(rows, layout, "historic", "glucose", mmol=mmol),
        _sugar(rows, layout, "scan", "glucose", mmol=mmol),
        _sugar(rows, layout, "strip", "glucose.fingerstick", mmol=mmol),
        *(_number(rows, layout, name, key) for name, key in _NUMBERS.items()),
        *(_mark(rows, layout, name) for name in _MARKS),
        _ketones(rows, layout),
        _notes(rows, layout),
    ]
    return pl.concat([frame for frame in made if frame is not None], how="vertical_relaxed")


def _sugar(rows: pl.DataFrame, layout: _Layout, name: str, key: str, *, mmol: bool) -> pl.DataFrame | None:
    """Glucose of one column; a scan says so in `text`, unless the sensor's limit does."""
    import polars as pl

    if name not in layout.places:
        return None
    filled = rows.filter(pl.col(layout.places[name]).is_not_null())
    read = readings(filled[layout.places[name]], mmol=mmol, highest=HIGHEST)
    word = pl.lit("scan" if name == "scan" else None, pl.String)
    return _rows(filled.with_columns(read["value"], read["text"].alias("limit")), key, text=pl.coalesce("limit", word))


def _number(rows: pl.DataFrame, layout: _Layout, name: str, key: str) -> pl.DataFrame | None:
    """An amount of insulin or food; a zero is none."""
    import polars as pl

    if name not in layout.places:
        return None
    filled = rows.filter(pl.col(layout.places[name]).is_not_null())
    read = numbers(filled[layout.places[name]], delimiter=";").alias("value")
    kept = filled.with_columns(read).filter(pl.col("value") != 0)
    return _rows(kept, key, unit=_OTHER_UNITS.get(key))


def _mark(rows: pl.DataFrame, layout: _Layout, name: str) -> pl.DataFrame | None:
    """Insulin or food noted without an amount, where no amount stands beside it: an event."""
    import polars as pl

    key, amount = _MARKS[name]
    if name not in layout.places:
        return None
    marked = numbers(rows[layout.places[name]], delimiter=";").alias("mark")
    beside = [layout.places[other] for other in (amount,) if other in layout.places]
    alone = pl.all_horizontal(pl.col(beside).is_null()) if beside else pl.lit(True)
    kept = rows.with_columns(marked).filter((pl.col("mark") != 0) & alone)
    if key == "meal":
        return _rows(kept, "meal", text=pl.lit("amount not given"))
    return _rows(kept, "medicine.taken", text=pl.lit(key.replace("insulin.", "insulin, ") + "-acting"))


def _ketones(rows: pl.DataFrame, layout: _Layout) -> pl.DataFrame | None:
    import polars as pl

    if "ketone" not in layout.places:
        return None
    filled = rows.filter(pl.col(layout.places["ketone"]).is_not_null())
    return _rows(filled.with_columns(numbers(filled[layout.places["ketone"]], delimiter=";").alias("value")), "ketones")


def _notes(rows: pl.DataFrame, layout: _Layout) -> pl.DataFrame | None:
    import polars as pl

    if "notes" not in layout.places:
        return None
    return _rows(rows.filter(pl.col(layout.places["notes"]).is_not_null()), "note", text=pl.col(layout.places["notes"]))


def _rows(rows: pl.DataFrame, key: str, *, text: pl.Expr | None = None, unit: str | None = None) -> pl.DataFrame:
    import polars as pl

    value = pl.col("value") if "value" in rows.columns else pl.lit(None, pl.Float64)
    return rows.select(
        "record",
        "start",
        "basis",
        "offset",
        "source",
        signal=pl.lit(key),
        value=value,
        text=pl.lit(None, pl.String) if text is None else text,
        unit=pl.lit(unit, pl.String),
    )


def _source(layout: _Layout) -> pl.Expr:
    """`libre:<device>` where LibreView names it (a model, never a serial number)."""
    import polars as pl

    if layout.stamp < 2:
        return pl.lit("libre")
    device = pl.col("0").str.extract(r"^([A-Za-z][A-Za-z0-9 ._+-]{1,40})$", 1).str.to_lowercase()
    return pl.when(device.is_null() | device.str.contains(r"\d{4}")).then(pl.lit("libre")).otherwise("libre:" + device)


SOURCE = Libre()
