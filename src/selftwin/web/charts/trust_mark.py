"""The mark of trust inside a chart: ○ dashed for none, ◐ for a first impression, ● for trusted."""

from __future__ import annotations

from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.pen import number, tag


def mark(trust: Trust, x: float, y: float, r: float = 5.0) -> str:
    """The mark around a place in pixels."""
    ring = tag("circle", cx=x, cy=y, r=r, cls="trust-none" if trust is Trust.NONE else "trust-ring", fill="none")
    if trust is Trust.NONE:
        return ring
    if trust is Trust.TRUSTED:
        return tag("circle", cx=x, cy=y, r=r, cls="trust-full")
    half = f"M{number(x)},{number(y - r)}A{number(r)},{number(r)} 0 0 1 {number(x)},{number(y + r)}Z"
    return ring + tag("path", d=half, cls="trust-full")
