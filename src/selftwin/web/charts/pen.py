"""SVG written as text: elements, numbers short enough to read, and paths that break where nothing was recorded."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

WIDE = 1000.0  # units across a stretched drawing; its height is in pixels
HOLD = {"vector-effect": "non-scaling-stroke"}


def number(value: float) -> str:
    """A number with at most two decimals.

    >>> number(12.0), number(0.3333), number(-0.001)
    ('12', '0.33', '0')
    """
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def percent(share: float) -> str:
    """A share of the width.

    >>> percent(0.25)
    '25%'
    """
    return f"{number(share * 100)}%"


def tag(name: str, inside: str = "", /, **attributes: str | float | None) -> str:
    """One element. `cls` is its class, an underscore stands for a hyphen, None leaves an attribute out; `inside` is
    markup."""
    written = "".join(
        f' {"class" if key == "cls" else key.replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)


def words(text: str) -> str:
    """Text as it may stand inside an element."""
    return escape(text, quote=False)


def stroke(path: str, cls: str) -> str:
    """A line in a stretched drawing: its width and dashes stay in pixels."""
    return tag("path", d=path, cls=cls, fill="none", vector_effect="non-scaling-stroke") if path else ""


def wash(path: str, cls: str) -> str:
    """An area in a stretched drawing."""
    return tag("path", d=path, cls=cls) if path else ""


def points(xs: Numbers, ys: Numbers) -> str:
    """Places joined by spaces, as a path takes them after its first letter."""
    return " ".join(map("{:.1f},{:.1f}".format, xs.tolist(), ys.tolist()))


def runs(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and past-the-last place of each unbroken run of what is there."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def line(xs: Numbers, ys: Numbers, *, broken: NDArray[np.bool_] | None = None) -> str:
    """A path through the places, never across one that is not a number, nor before one where `broken` is true."""
    parts = []
    for first, last in runs(np.isfinite(ys)):
        cuts = [first]
        if broken is not None:
            cuts += (first + 1 + np.flatnonzero(broken[first + 1 : last])).tolist()
        for start, end in zip(cuts, [*cuts[1:], last], strict=True):
            if end - start > 1:
                parts.append(f"M{points(xs[start:end], ys[start:end])}")
    return "".join(parts)


def area(xs: Numbers, lows: Numbers, highs: Numbers) -> str:
    """A closed path between two lines, broken where either is not a number."""
    parts = []
    for first, last in runs(np.isfinite(lows) & np.isfinite(highs)):
        there = slice(first, last)
        parts.append(f"M{points(xs[there], highs[there])} {points(xs[there][::-1], lows[there][::-1])}Z")
    return "".join(parts)
