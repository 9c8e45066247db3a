"""A night as a strip: tall is deep, middle is dream, low is light, nothing is awake. The page sets nights under each
other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.web.charts import when
from selftwin.web.charts.pen import percent, tag
from selftwin.web.charts.sheet import Across, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from markupsafe import Markup

STAGES = {
    "deep": (1.0, "part-ink"),
    "rem": (0.68, "part-ink2"),
    "light": (0.32, "part-edge"),
    "asleep": (0.5, "part-edge"),
}


@dataclass(frozen=True, slots=True)
class Night:
    """Stages with their beginning and end (deep, rem, light; asleep where they are not told apart), drawn between
    `first` and `last`, the same for all nights that stand under each other."""

    first: datetime
    last: datetime
    stages: Sequence[tuple[datetime, datetime, str]]
    height: float = 24.0


def draw(night: Night, *, name: str, says: str) -> Markup:
    """The strip; `name` is unlike that of every other chart of the page, `says` its sentence."""
    sheet = Sheet(name, night.height, kind="chart-night")
    across = Across(when.place(night.first), when.place(night.last))
    floor = night.height - 1.5
    for start, end, stage in night.stages:
        if stage not in STAGES:
            continue
        tall, cls = STAGES[stage]
        left, right = max(across(when.place(start)), 0.0), min(across(when.place(end)), 1.0)
        if right > left:
            top, wide = floor * (1 - tall), percent(right - left)
            sheet.add(tag("rect", x=percent(left), width=wide, y=top, height=floor * tall, cls=cls))
    sheet.add(tag("line", x1="0%", x2="100%", y1=floor + 0.5, y2=floor + 0.5, cls="grid"))
    return sheet.drawn(says)
