"""Bars for a ledger that adds up: each starts where the one above ended, from your usual to what was recorded.

They stand in the cells of the page's own table, which says every figure; so they are silent themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from selftwin.web.charts.pen import percent, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 14.0


def draw(parts: Sequence[float], unexplained: float = 0.0) -> list[Markup]:
    """A bar for each part, then one for what is not explained, all on one scale."""
    ends = [0.0]
    for part in (*parts, unexplained):
        ends.append(ends[-1] + part)
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    shares = [0.02 + 0.96 * (end - low) / span for end in ends]
    kinds = [*("part-more" if part >= 0 else "part-less" for part in parts), "part-unknown"]
    zero = percent(shares[0])
    return [_bar(start, end, kind, zero) for start, end, kind in zip(shares, shares[1:], kinds, strict=False)]


def _bar(start: float, end: float, kind: str, zero: str) -> Markup:
    left, right = min(start, end), max(start, end)
    inside = tag("line", x1=zero, x2=zero, y1=0, y2=HEIGHT, cls="zero")
    inside += tag("rect", x=percent(left), width=percent(max(right - left, 0.004)), y=2, height=HEIGHT - 4, cls=kind)
    drawn = tag("svg", inside, cls="ledger-bar", width="100%", height=HEIGHT, aria_hidden="true", focusable="false")
    return Markup(drawn)  # noqa: S704  numbers only
