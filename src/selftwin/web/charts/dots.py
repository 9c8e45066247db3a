"""Who read, day by day: a row for each reader, a dot as large as the readings of that day, ✕ where it was refused."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.web.charts import when
from selftwin.web.charts.letters import shortened, width
from selftwin.web.charts.names import NAMES
from selftwin.web.charts.pen import percent, tag, words
from selftwin.web.charts.sheet import Sheet, Text, fitting, switched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from selftwin.web.charts.names import Names

WIDE_ROW, NARROW_ROW, HEAD = 36.0, 48.0, 26.0
LARGEST = 9.0  # px, the radius of the busiest day


@dataclass(frozen=True, slots=True)
class Reader:
    """One row: how often on each day, the days of a refusal (by place), and the total in words. The owner is drawn in
    grey, others in the ink of what is looked at."""

    name: str
    counts: Sequence[int]
    total: str
    refused: Sequence[int] = ()
    owner: bool = False


@dataclass(frozen=True, slots=True)
class Dots:
    """The readers over the same days from `first` on; the last day is today when `today`. `refused` names a refusal."""

    first: date
    readers: Sequence[Reader]
    today: bool = True
    head: str = "read"
    refused: str = "refused"
    names: Names = NAMES


def draw(dots: Dots, *, name: str, says: str) -> Markup:
    """The rows; `name` is unlike that of every other chart of the page, `says` their sentence."""
    days = max((len(one.counts) for one in dots.readers), default=1)
    left = min(max((width(one.name, "row-name") for one in dots.readers), default=40.0) + 20, 220.0)
    said = (dots.head, *(reader.total for reader in dots.readers))
    right = max(width(one, "row-strong") for one in said) + 14
    wide = Sheet(name, HEAD + WIDE_ROW * len(dots.readers) + 2, left=round(left), right=round(right), kind="chart-dots")
    narrow = Sheet(f"{name}-narrow", HEAD + NARROW_ROW * len(dots.readers) + 2, kind="chart-dots")
    busiest = max((count for one in dots.readers for count in one.counts), default=1) or 1
    for sheet in (wide, narrow):
        _head(sheet, dots, days)
        for place, reader in enumerate(dots.readers):
            _row(sheet, dots, reader, place, days, busiest, roomy=sheet is wide)
    wide.at_right.append(tag("text", words(dots.head), x=right, y=16, cls="label axis", text_anchor="end"))
    return switched(wide, narrow, says)


def _head(sheet: Sheet, dots: Dots, days: int) -> None:
    """The first day with its month, then every seventh; the last in words when it is today."""
    first = when.place(dots.first)
    texts = [Text(_share(days - 1, days), 16, dots.names.today, "label-strong")] if dots.today else []
    texts += [Text(_share(day, days), 16, when.named(first + day) if day == 0 or when.moment(first + day).day == 1 else
                   str(when.moment(first + day).day), "label axis") for day in range(0, days, 7)]  # fmt: skip
    sheet.write(lambda body: fitting(texts, body, left=sheet.left, right=sheet.spare(body)))


def _share(day: int, days: int) -> float:
    return round((day + 0.5) / days, 5)


def _row(sheet: Sheet, dots: Dots, reader: Reader, place: int, days: int, busiest: int, *, roomy: bool) -> None:
    row = WIDE_ROW if roomy else NARROW_ROW
    top = HEAD + row * place
    y = top + (row / 2 if roomy else 34)
    if roomy:
        name = words(shortened(reader.name, sheet.left - 14, "row-name"))
        sheet.at_left.append(tag("text", name, x=0, y=y + 5, cls="row-name"))
        sheet.at_right.append(tag("text", words(reader.total), x=sheet.right, y=y + 5, cls="row-strong",
                                  text_anchor="end"))  # fmt: skip
    else:
        total = Text(1.0, top + 17, reader.total, "row-strong", "end")
        sheet.write(lambda body: [_shortened(reader, top + 17, total.extent(body)[0]), total])
    largest = LARGEST if roomy else min(LARGEST, 300 / days / 2)
    kind = "own-dot" if reader.owner else "read-dot"
    for day, count in enumerate(reader.counts):
        r = max(largest * math.sqrt(count / busiest), 2.2) if count else 0.9
        sheet.add(tag("circle", cx=percent(_share(day, days)), cy=y, r=r, cls=kind if count else "no-dot"))
    for day in reader.refused:
        _refused(sheet, dots, reader, day, days, y)
    rule = top + row
    sheet.add(tag("line", x1=-sheet.left, x2="100%", y1=rule, y2=rule, cls="grid"))
    if sheet.right:
        sheet.at_right.append(tag("line", x1=0, x2=sheet.right, y1=rule, y2=rule, cls="grid"))


def _shortened(reader: Reader, y: float, end: float) -> Text:
    """The reader's name, cut where the total begins."""
    return Text(0.0, y, shortened(reader.name, end - 12, "row-name"), "row-name", "start")


def _refused(sheet: Sheet, dots: Dots, reader: Reader, day: int, days: int, y: float) -> None:
    """A red ✕; its word beside it where no reading follows near."""
    cross = f"M-6,{y - 6:g}L6,{y + 6:g}M6,{y - 6:g}L-6,{y + 6:g}"
    mark = tag("path", d=cross, cls="fault", fill="none")
    sheet.add(tag("svg", mark, x=percent(_share(day, days)), overflow="visible"))
    busy = {*reader.refused, *(one for one, count in enumerate(reader.counts) if count)}
    later = [one for one in busy if one > day]
    text = Text(_share(day, days), y + 4.5, dots.refused, "label fault-label halo", "start", 12)

    def solve(body: float) -> list[Text]:
        end = text.extent(body)[1]
        free = min(later, default=days) / days * body > end
        return [text] if free and end <= body and not reader.counts[day] else []

    sheet.write(solve)
