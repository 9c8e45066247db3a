"""Seals as a chain: each square holds the one before it; a broken link is red and crossed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.sheet import Sheet, Text, fitting

if TYPE_CHECKING:
    from markupsafe import Markup

SIDE, TOP = 20.0, 4.0
NARROWEST = 230.0  # px in which every square must keep clear of the next


@dataclass(frozen=True, slots=True)
class Chain:
    """So many seals, the last one open when `growing`; `broken` is the place of the first that does not fit. `first`
    and `last` name the ends."""

    seals: int
    first: str = ""
    last: str = ""
    growing: bool = True
    broken: int | None = None


def draw(chain: Chain, *, name: str, says: str) -> Markup:
    """The chain; `name` is unlike that of every other chart of the page, `says` its sentence."""
    seals = max(chain.seals, 1)
    side = min(SIDE, NARROWEST / seals * 0.7)
    sheet = Sheet(name, TOP + SIDE + (22 if chain.first or chain.last else 4), kind="chart-chain")
    y = TOP + SIDE / 2
    for place in range(seals):
        share = place / seals
        if place + 1 < seals:
            cls = "link-broken" if chain.broken == place + 1 else "link"
            sheet.add(tag("line", x1=percent(share), x2=percent((place + 1) / seals), y1=y, y2=y, cls=cls))
        kind = "seal-broken" if chain.broken is not None and place >= chain.broken else "seal"
        if chain.growing and place == seals - 1:
            kind = f"{kind} seal-open"
        square = tag("rect", x=0.8, y=y - side / 2, width=side, height=side, rx=2, cls=kind)
        sheet.add(tag("svg", square, x=percent(share), overflow="visible"))
    texts = [Text(0.0, TOP + SIDE + 17, chain.first, "label", "start")] if chain.first else []
    if chain.last:
        texts.append(Text(round((seals - 1) / seals, 5), TOP + SIDE + 17, chain.last, "label", "start"))
    sheet.write(lambda body: fitting(texts, body))
    return sheet.drawn(says)
