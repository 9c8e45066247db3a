"""Time in range as one bar: below, in range and above, what is aimed at, and how long each is a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.sheet import LETTER, Sheet, Text, fitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

BAR = 34.0


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the time, 0 to 1. `kind` is below, usual or above; `words` name it, `more` says how long that is."""

    share: float
    kind: str
    words: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class RangeBar:
    """The parts from the lowest to the highest; their shares add up to one. `aim` is the share in range aimed at, from
    the left edge; `expected` says what is likely next."""

    parts: Sequence[Part]
    aim: float | None = None
    aim_words: str = ""
    expected: str = ""


def draw(bar: RangeBar, *, name: str, says: str) -> Markup:
    """The bar; `name` is unlike that of every other chart of the page, `says` its sentence."""
    top = 20.0 if bar.aim is not None else 4.0
    sheet = Sheet(name, top + BAR + 2 * LETTER + 8, kind="chart-range")
    start = 0.0
    for part in bar.parts:
        if part.share > 0:
            kind = f"part-{part.kind}"
            sheet.add(tag("rect", x=percent(start), width=percent(part.share), y=top, height=BAR, cls=kind))
        if part.kind == "usual":
            _said(sheet, part, start + part.share / 2, top)
        start += part.share
    if bar.aim is not None:
        at = percent(bar.aim)
        sheet.add(tag("line", x1=at, x2=at, y1=top - 3, y2=top + BAR + 3, cls="aim"))
        aim = Text(round(bar.aim, 5), top - 7, bar.aim_words, "label")
        sheet.write(lambda body: fitting([aim], body))
    _below(sheet, bar, top + BAR + LETTER + 1)
    return sheet.drawn(says)


def _said(sheet: Sheet, part: Part, share: float, top: float) -> None:
    """The share in range in words on the bar, where the part is wide enough for them."""
    text = Text(round(share, 5), top + 23, part.words, "said")

    def solve(body: float) -> list[Text]:
        first, last = text.extent(body)
        return [text] if last - first + 12 <= part.share * body else []

    sheet.write(solve)


def _below(sheet: Sheet, bar: RangeBar, y: float) -> None:
    """Low at the left and high at the right, each with how long it is a day; between them what is likely next."""
    rows: list[list[Text]] = [[], []]
    for kind, sign, share, anchor in (("below", "▼", 0.0, "start"), ("above", "▲", 1.0, "end")):
        there = [part for part in bar.parts if part.kind == kind and part.words]
        if there:
            rows[0].append(Text(share, y, f"{sign} {', '.join(part.words for part in there)}", "label", anchor))
            more = ", ".join(part.more for part in there if part.more)
            rows[1].append(Text(share, y + LETTER, more, "label", anchor))
    if bar.expected:
        rows[1].append(Text(0.5, y + LETTER, bar.expected, "label"))
    sheet.write(lambda body: [one for row in rows for one in fitting((text for text in row if text.words), body)])
