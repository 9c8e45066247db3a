"""A chance as people: of a hundred like you, how many. Filled where it is sure, pale as far as the range reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.sheet import Sheet, Text, fitting, switched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

STEP = 19.0  # px from one row of people to the next


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance of 0 to 1 with its bounds, and its name."""

    middle: float
    low: float
    high: float
    name: str = ""
    words: str = ""
    imagined: bool = False


def people(chance: Chance, *, name: str, says: str, of: int = 100) -> Markup:
    """So many people; `name` is unlike that of every other chart of the page, `says` the sentence."""
    return switched(_people(chance, name, of, 25), _people(chance, f"{name}-narrow", of, 20), says)


def _people(chance: Chance, name: str, of: int, columns: int) -> Sheet:
    rows = -(-of // columns)
    sheet = Sheet(name, STEP * rows + 4, kind="chart-people")
    sure, likely, may = (round(of * share) for share in (chance.low, chance.middle, chance.high))
    kind = "if" if chance.imagined else "next"
    for person in range(of):
        x, y = (person % columns + 0.5) / columns, STEP * (person // columns) + 11
        if person < sure:
            cls = f"person-{kind}-sure"
        elif person < may:
            cls = f"person-{kind}-may"
        else:
            cls = "person"
        body = tag("circle", cx=0, cy=y - 4.2, r=2.7, cls=cls)
        body += tag("path", d=f"M-4.6,{y + 6:g}a4.6,6 0 0 1 9.2,0z", cls=cls)
        sheet.add(tag("svg", body, x=percent(x), overflow="visible"))
        if person == likely - 1:
            sheet.add(tag("svg", tag("line", x1=-4, x2=4, y1=y + 8.2, y2=y + 8.2, cls=f"{kind}-mid-mark"), x=percent(x),
                          overflow="visible"))  # fmt: skip
    return sheet


def bars(chances: Sequence[Chance], *, name: str, says: str, most: float | None = None) -> Markup:
    """Chances as bars from nothing to `most`, each with the range it lies in; the words stand above their bar."""
    row = 44.0
    sheet = Sheet(name, row * len(chances) + 4, kind="chart-risk")
    whole = most or max((one.high for one in chances), default=1.0) * 1.08 or 1.0
    for place, one in enumerate(chances):
        y = row * place + 22
        kind = "if" if one.imagined else "next"
        _named(sheet, one, y - 8)
        sheet.add(tag("rect", x="0%", width="100%", y=y, height=14, cls="outline"))
        sheet.add(tag("rect", x="0%", width=percent(min(one.low / whole, 1)), y=y, height=14, cls=f"{kind}50"))
        sheet.add(tag("rect", x=percent(one.low / whole), width=percent((one.high - one.low) / whole), y=y, height=14,
                      cls=f"{kind}90 {kind}-box"))  # fmt: skip
        at = percent(one.middle / whole)
        sheet.add(tag("line", x1=at, x2=at, y1=y - 2, y2=y + 16, cls=f"{kind}-mid-mark"))
    return sheet.drawn(says)


def _named(sheet: Sheet, one: Chance, y: float) -> None:
    names = [Text(0.0, y, one.name, "label-strong", "start"), Text(1.0, y, one.words, "label", "end")]
    sheet.write(lambda body: fitting(names, body))
