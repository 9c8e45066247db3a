"""The Shanghai T2DM workbooks (.xlsx and legacy .xls, one period of one person each): readings, meals as free text,
insulin by kind, drugs. Their header row varies; columns keep their order."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from selftwin.learn.dense_memory import Floats

TIME, GLUCOSE, FOOD, FOOD_CHINESE, INJECTED, DRUGS, PUMP_BOLUS, PUMP_RATE, INFUSED = 0, 1, 4, 5, 6, 7, 8, 9, 10
SUFFIXES = (".xlsx", ".xls")
DOSE = re.compile(r"(\d+(?:\.\d+)?)\s*IU", re.IGNORECASE)
MIXED = re.compile(r"70\s*/\s*30|50\s*/\s*50|75\s*/\s*25|\b[M]?\d0R?\b(?!\s*IU)|mix", re.IGNORECASE)
SLOW = re.compile(r"glar|detemir|degludec|NPH|isophane", re.IGNORECASE)
RAPID = re.compile(r"aspart|lispro|glulisine", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """One workbook: readings (n,) in order with their stamps as written out, and what was eaten and injected, each with
    its time in seconds. `doses` are (time, units, kind), `rates` units per hour of a pump from a time on."""

    name: str
    stamps: list[str]
    times: Floats
    values: Floats
    meals: list[tuple[float, str]]
    doses: list[tuple[float, float, str]]
    rates: list[tuple[float, float]]

    @property
    def person(self) -> str:
        """Who it is: periods of one person share the number before the underscore."""
        return self.name.split("_", maxsplit=1)[0]


def periods(folder: Path) -> Iterator[Period]:
    """Every workbook of a folder, by name."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(("~", ".")):
            yield _period(path)


def _period(path: Path) -> Period:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    timed = sorted(((stamp, row) for row in rows if (stamp := moment(row[TIME])) is not None), key=lambda one: one[0])
    readings: dict[datetime, float] = {}
    meals, doses, rates = [], [], []
    for stamp, row in timed:
        cells = [*row, *[""] * (INFUSED + 1 - len(row))]
        seconds = stamp.replace(tzinfo=UTC).timestamp()
        if (value := _number(cells[GLUCOSE])) is not None:
            readings.setdefault(stamp, value)
        if food := str(cells[FOOD]).strip() or str(cells[FOOD_CHINESE]).strip():
            meals.append((seconds, food))
        doses += [(seconds, units, kind) for units, kind in _doses(cells)]
        if (rate := _number(cells[PUMP_RATE])) is not None:
            rates.append((seconds, rate))
    return Period(
        path.stem, [stamp.isoformat(sep=" ") for stamp in readings],
        np.array([stamp.replace(tzinfo=UTC).timestamp() for stamp in readings]),
        np.array(list(readings.values())), meals, doses, rates,
    )  # fmt: skip


def moment(cell: object) -> datetime | None:
    """A stamp as a workbook gives it: midnight comes as a bare date, some as text, blank rows as nothing."""
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 a wall clock without a zone, as recorded
    with suppress(ValueError):
        return datetime.fromisoformat(str(cell).strip())
    for form in ("%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"):
        try:
            return datetime.strptime(str(cell).strip(), form)  # noqa: DTZ007 as above
        except ValueError:
            continue
    return None


def _number(cell: object) -> float | None:
    try:
        value = float(str(cell).strip())
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _doses(cells: Sequence[object]) -> Iterator[tuple[float, str]]:
    """What was injected, given by a pump or dripped in at one moment, each as units and kind."""
    for part in re.split(r"[;\n]|(?<=IU),", str(cells[INJECTED])):
        if found := DOSE.search(part):
            yield float(found[1]), kind_of(part[: found.start()])
    if (bolus := _number(cells[PUMP_BOLUS])) is not None and bolus > 0:
        yield bolus, "regular"
    if found := DOSE.search(str(cells[INFUSED])):
        yield float(found[1]), "regular"


def kind_of(name: str) -> str:
    """Rapid, regular, mixed or long, by the name of an insulin."""
    if MIXED.search(name):
        return "mixed"
    if SLOW.search(name):
        return "long"
    return "rapid" if RAPID.search(name) else "regular"
