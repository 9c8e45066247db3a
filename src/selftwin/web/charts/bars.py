"""The health of a source: a bar for each of the last days, filled where data arrived, hollow where none did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from selftwin.web.charts.pen import tag

if TYPE_CHECKING:
    from collections.abc import Sequence

STEP, BAR, HEIGHT = 5.0, 3.8, 12.0


def draw(arrived: Sequence[bool], *, says: str) -> Markup:
    """The bars, oldest first, five pixels each."""
    inside = "".join(
        tag("rect", x=STEP * place + (0 if there else 0.5), y=0 if there else 0.5, width=BAR - (0 if there else 1),
            height=HEIGHT - (0 if there else 1), cls="bar-full" if there else "bar-open")
        for place, there in enumerate(arrived)
    )  # fmt: skip
    drawn = tag("svg", inside, cls="source-bars", width=STEP * len(arrived), height=HEIGHT, role="img", aria_label=says)
    return Markup(drawn)  # noqa: S704  escaped by `tag`
