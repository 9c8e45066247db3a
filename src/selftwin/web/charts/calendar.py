"""Months as rows and days as columns: usual days pale, outside ones dark with ▲ or ▼, weekends underlined, today
framed, days without a value hatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from selftwin.web.charts.letters import width
from selftwin.web.charts.pen import WIDE, number, percent, stroke, tag, wash, words
from selftwin.web.charts.sheet import ROOMY, Sheet, Text
from selftwin.wording.words import SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markupsafe import Markup

ROW, CELL, HEAD = 19.0, 15.0, 22.0
COLUMNS = 31
WEEKEND = 5
KINDS = {-2: "day-under", -1: "day-below", 0: "day-usual", 1: "day-above", 2: "day-over"}
NUMBERED = (1, 5, 10, 15, 20, 25, 30)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How each day was: 0 usual, 1 and -1 high and low within it, 2 and -2 outside, None where there is no value; a day
    that is not in `days` is left blank. `note` says at a month's right how many of its days lay outside."""

    days: Mapping[date, int | None]
    today: date | None = None
    note: Callable[[int], str] | None = None


def draw(calendar: Calendar, *, name: str, says: str) -> Markup:
    """The calendar; `name` is unlike that of every other chart of the page, `says` its sentence."""
    months = sorted({(day.year, day.month) for day in calendar.days})
    names = _names(months)
    notes = [_note(calendar, month) for month in months]
    right = round(max(map(width, notes), default=0.0)) + 10.0 if any(notes) else 0.0
    sheet = Sheet(name, HEAD + ROW * len(months) + 4, left=max(map(width, names), default=30.0) + 12, right=right,
                  right_from=ROOMY, kind="chart-calendar")  # fmt: skip
    rows = {month: HEAD + ROW * place for place, month in enumerate(months)}
    _cells(sheet, calendar, rows)
    for month, said, note in zip(months, names, notes, strict=True):
        y = rows[month] + CELL - 3
        here = calendar.today is not None and month == (calendar.today.year, calendar.today.month)
        sheet.at_left.append(tag("text", words(said), x=sheet.left - 8, y=y, text_anchor="end",
                                 cls="label-strong" if here else "label"))  # fmt: skip
        if note:
            sheet.at_right.append(tag("text", words(note), x=right, y=y, text_anchor="end", cls="label axis"))
    sheet.write(lambda _: [Text(round((day - 0.5) / COLUMNS, 5), 13, str(day), "label axis") for day in NUMBERED])
    return sheet.drawn(says)


def _names(months: Sequence[tuple[int, int]]) -> list[str]:
    """Months by name; the first of each year with it, where there are several years."""
    several = len({year for year, _ in months}) > 1 and len(months) > 12
    return [f"{SHORT[month - 1]} {year}" if several and (place == 0 or month == 1) else SHORT[month - 1]
            for place, (year, month) in enumerate(months)]  # fmt: skip


def _note(calendar: Calendar, month: tuple[int, int]) -> str:
    if calendar.note is None:
        return ""
    there = (level for day, level in calendar.days.items() if (day.year, day.month) == month)
    return calendar.note(sum(level is not None and abs(level) == 2 for level in there))


def _cells(sheet: Sheet, calendar: Calendar, rows: Mapping[tuple[int, int], float]) -> None:
    """One path for each kind of day; hatches, signs and the frame of today are drawn one by one."""
    paths: dict[str, list[str]] = {kind: [] for kind in KINDS.values()}
    signs, hatched, weekends = [], [], []
    step = WIDE / COLUMNS
    for day, level in calendar.days.items():
        x, y = (day.day - 1) * step, rows[day.year, day.month]
        if level is None:
            hatched.append(tag("rect", x=percent(x / WIDE), width=percent(0.92 / COLUMNS), y=y, height=CELL, cls="gap",
                               fill=sheet.hatch()))  # fmt: skip
        else:
            paths[KINDS[level]].append(f"M{x:.1f},{number(y)}h{step * 0.92:.1f}v{number(CELL)}h{-step * 0.92:.1f}z")
        if level is not None and abs(level) == 2:
            signs.append(_sign((x + step * 0.46) / WIDE, y + CELL / 2, above=level > 0))
        if day.weekday() >= WEEKEND:
            weekends.append(f"M{x:.1f},{number(y + CELL + 1.5)}h{step * 0.92:.1f}")
    sheet.stretch(*(wash("".join(path), kind) for kind, path in paths.items()), stroke("".join(weekends), "weekend"))
    sheet.add(*hatched, *signs)
    if calendar.today in calendar.days and calendar.today is not None:
        sheet.add(tag("rect", x=percent((calendar.today.day - 1) / COLUMNS), width=percent(0.92 / COLUMNS), height=CELL,
                      y=rows[calendar.today.year, calendar.today.month], cls="day-today"))  # fmt: skip


def _sign(share: float, y: float, *, above: bool) -> str:
    """▲ or ▼ on a dark cell."""
    up, down = (y - 3, y + 3) if above else (y + 3, y - 3)
    shape = f"M-3.6,{number(down)}H3.6L0,{number(up)}Z"
    return tag("svg", tag("path", d=shape, cls="day-sign"), x=percent(share), overflow="visible")
