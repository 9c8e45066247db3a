"""Smart scales: the tables of Renpho, of Zepp Life (Mi scales), and of openScale.

Owners find them in the app: Renpho, History, "Export"; Zepp Life, Profile, Settings, About, "Export data" (a zip with
`BODY`); openScale, menu, "Export".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import overlong
from selftwin.sources._readings import Reading, part, read_off, words
from selftwin.sources._table_cells import Evidence, stamps
from selftwin.sources._table_text import blocks, sheets
from selftwin.sources._written_dates import written
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_cells import Order
    from selftwin.sources._table_text import Block, Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_NONE = (0.0,)
_MOST_PEOPLE = 50
_NUMBER = r"^([+-]?\d+(?:[.,]\d+)?)\s*(?:kg|lb|%|kcal|bpm)?$"
# Every column by its plain name: lower case, without unit. Masses are in kilograms, or in the unit of the header.
_READINGS = {
    "weight": ("weight", "kg"), "bmi": ("body_mass_index", "kg/m2"), "body fat": ("body_fat", "%"),
    "body fat percentage": ("body_fat", "%"), "body fat mass": ("fat_mass", "kg"), "fat-free mass": ("lean_mass", "kg"),
    "fat-free body weight": ("lean_mass", "kg"), "muscle mass": ("muscle_mass", "kg"),
    "muscle percentage": ("muscle_share", "%"), "bone mass": ("bone_mass", "kg"), "body water": ("body_water", "%"),
    "body water percentage": ("body_water", "%"), "body water mass": ("body_water_mass", "kg"),
    "visceral fat": ("visceral_fat", "{score}"), "bmr": ("metabolic_rate.basal", "kcal/d"),
    "metabolic age": ("metabolic_age", "a"), "subcutaneous fat": ("other.subcutaneous_fat", "%"),
    "skeletal muscle": ("other.skeletal_muscle_share", "%"),
    "skeletal muscle percentage": ("other.skeletal_muscle_share", "%"),
    "skeletal muscle mass": ("other.skeletal_muscle_mass", "kg"), "protein": ("other.body_protein", "%"),
    "protein percentage": ("other.body_protein", "%"), "protein mass": ("other.body_protein_mass", "kg"),
    "bone percentage": ("other.bone_share", "%"),
    # Zepp Life; its `muscleRate` is a mass
    "height": ("height", "cm"), "fatrate": ("body_fat", "%"), "bodywaterrate": ("body_water", "%"),
    "bonemass": ("bone_mass", "kg"), "metabolism": ("metabolic_rate.basal", "kcal/d"),
    "musclerate": ("muscle_mass", "kg"), "visceralfat": ("visceral_fat", "{score}"),
    # openScale
    "fat": ("body_fat", "%"), "water": ("body_water", "%"), "muscle": ("muscle_share", "%"),
    "bone": ("bone_mass", "kg"), "lbm": ("lean_mass", "kg"),
    "waist": ("waist_circumference", "cm"), "hip": ("hip_circumference", "cm"),
    "biceps": ("other.biceps_circumference", "cm"), "chest": ("other.chest_circumference", "cm"),
    "neck": ("other.neck_circumference", "cm"), "thigh": ("other.thigh_circumference", "cm"),
    **{f"caliper{number}": (f"other.skinfold_{number}", "cm") for number in (1, 2, 3)},
}  # fmt: skip
_NOTES = ("remarks", "comment")
_ZEPP = ("time", "weight", "height", "bmi", "fatrate")
_MARKS = (
    {"time of measurement", "weight", "bmi"},
    {"date", "time", "weight", "body fat percentage", "body water mass", "metabolic age"},
    {"date", "time", "weight", "bmi", "body fat", "fat-free mass", "metabolic age"},
    set(_ZEPP),
    {"datetime", "fat", "water", "muscle", "weight", "caliper1"},
)
_CLOCKS = ("time of measurement", "datetime", "time")


@dataclass(frozen=True, slots=True)
class SmartScale:
    """Weighings with what the scale guessed besides."""

    name: str = "smart_scale"
    title: str = "Smart scales (Renpho, Zepp Life, openScale)"
    reads: str = "Weight and what a scale tells of the body besides."
    version: int = 2
    rank: int = 2
    how_to_export: str = "In the scale's app: export the history as CSV (Renpho, Zepp Life, openScale)."

    def recognises(self, member: Member) -> bool:
        """By the header of one of the apps."""
        return _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """Zepp Life's table names nobody: where it has several heights, each may be another person's."""
        sheet = _sheet(member)
        if sheet is None or not _of_family(sheet):
            return ()
        heights: set[str] = set()
        for block in blocks(member, sheet):
            heights.update(_heights(block.rows, sheet).drop_nulls())
            if len(heights) > _MOST_PEOPLE:
                raise BrokenExport(f"{member.path} tells of more than {_MOST_PEOPLE} heights.")
        return tuple(sorted(heights)) if len(heights) > 1 else ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The weighings by the block; with a subject, those of that height."""
        sheet = _sheet(member)
        if sheet is None:
            raise BrokenExport(f"{member.path} is no table of a smart scale.")
        chosen, (order, note) = subject if subject in self.subjects(member) else None, _order(member, sheet)
        for block in blocks(member, sheet):
            yield _part(member, sheet, block, chosen, order, note)


def _plain(header: str) -> str:
    return re.sub(r"\s*[(\[][^)\]]*[)\]]", "", header).strip().lower()


def _sheet(member: Member) -> Sheet | None:
    if b"eight" not in member.head(4096).replace(b"\0", b""):
        return None
    for sheet in sheets(member):
        names = {_plain(name) for name in sheet.header}
        if not sheet.before and any(mark <= names for mark in _MARKS):
            return sheet
    return None


def _of_family(sheet: Sheet) -> bool:
    return tuple(_plain(name) for name in sheet.header[: len(_ZEPP)]) == _ZEPP


def _heights(rows: pl.DataFrame, sheet: Sheet) -> pl.Series:
    place = str([_plain(name) for name in sheet.header].index("height"))
    return rows[place].str.strip_suffix(".0") + " cm"


def _order(member: Member, sheet: Sheet) -> tuple[Order | None, str]:
    """Which of two numbers is the day, as one over twelve proves, and a note of it; nothing where the year is first.

    That weighings follow each other closely proves nothing: on the first of each month they would lie a day apart.
    """
    evidence, names = Evidence(), [_plain(name) for name in sheet.header]
    for block in blocks(member, sheet):
        evidence.take(_stamps(block.rows, names))
        if not evidence.seen:
            return None, ""
    order = evidence.order()
    told = f"dates are read {order}" if order else "nothing tells whether the day or the month comes first"
    return order, told if evidence.seen else ""


def _part(member: Member, sheet: Sheet, block: Block, chosen: str | None, order: Order | None, note: str) -> Part:
    import polars as pl

    names = [_plain(name) for name in sheet.header]
    records = block.rows.with_row_index("record").with_columns(_moments(_stamps(block.rows, names), order))
    if chosen is not None:
        records = records.filter(_heights(block.rows, sheet) == chosen)
    cleaned = [pl.col(place).str.extract(_NUMBER, 1).str.replace(",", ".").fill_null(pl.col(place)).alias(place)
               for place in _measured(names)]  # fmt: skip
    source = pl.lit("smart_scale").alias("source")
    readings = [_reading(place, names[int(place)], sheet.header[int(place)]) for place in _measured(names)]
    told = records.with_columns(source)
    absent = [pl.when(pl.col(place) != "--").then(pl.col(place)).alias(place) for place in map(str, range(len(names)))]
    told = told.with_columns(absent)
    noted = [words(told, str(place), "note") for place, name in enumerate(names) if name in _NOTES]
    rows = pl.concat([read_off(told.with_columns(cleaned), readings), *noted], how="diagonal_relaxed").sort("record")
    return part(
        rows,
        kind="weighing",
        read=block.rows.height,
        first=block.first,
        faults=overlong(member.path, block),
        faulty=block.ragged,
        notes=(note,) if note else (),
        nothing="of somebody else, or without any reading",
    )


def _measured(names: list[str]) -> list[str]:
    """The places of the columns that are readings, each signal's first."""
    found: dict[str, str] = {}
    for place, name in enumerate(names):
        if name in _READINGS:
            found.setdefault(_READINGS[name][0], str(place))
    return list(found.values())


def _reading(place: str, name: str, header: str) -> Reading:
    """A column's reading; nothing on a scale is truly zero."""
    signal, unit = _READINGS[name]
    pounds = unit == "kg" and re.search(r"[(\[]\s*lbs?\s*[)\]]", header.lower())
    if pounds and signal.startswith("other."):
        return Reading(place, f"{signal}_lb", "[lb_av]", _NONE)
    return Reading(place, signal, "[lb_av]" if pounds else unit, _NONE)


def _moments(cells: pl.Series, order: Order | None) -> pl.DataFrame:
    """Stamps as ISO has them, as `18/04/2019, 17:40:27` in the file's order, or as `July 4, 2022 9:34:26 AM`."""
    import polars as pl

    iso = from_iso(cells)
    if not len(cells.filter(iso["start"].is_null() & cells.is_not_null())):
        return iso
    in_numbers = stamps(cells, order)
    in_words = written(pl.select(pl.when(cells.str.contains(r"^\p{L}")).then(cells)).to_series())
    return pl.select(
        pl.when(iso["start"].is_not_null()).then(iso[name])
        .when(in_numbers["start"].is_not_null()).then(in_numbers[name])
        .otherwise(in_words[name]).alias(name)
        for name in iso.columns
    )  # fmt: skip


def _stamps(rows: pl.DataFrame, names: list[str]) -> pl.Series:
    """When it was weighed, as ISO has it: `2026.10.07` is a date too, and so is openScale's old `21.01.2018`."""
    import polars as pl

    clock = pl.col(str(names.index(next(name for name in _CLOCKS if name in names))))
    if "date" in names:
        clock = pl.concat_str(str(names.index("date")), clock, separator=" ")
    year_first = clock.str.replace(r"^(\d{4})[./](\d{2})[./](\d{2})", "${1}-${2}-${3}")
    return rows.select(year_first.str.replace(r"^(\d{2})\.(\d{2})\.(\d{4})", "${3}-${2}-${1}")).to_series()


SOURCE = SmartScale()
