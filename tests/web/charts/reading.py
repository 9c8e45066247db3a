"""Reads a drawn chart back: its words with their places at a width, its shapes, its paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from selftwin.web.charts.letters import width
from selftwin.web.charts.sheet import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@dataclass(frozen=True)
class Word:
    """Words as they lie in the whole chart, in pixels."""

    text: str
    kind: str
    left: float
    right: float
    y: float
    part: str


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(str(markup))  # noqa: S314  our own drawing


def shown(one: ET.Element, level: int) -> bool:
    """Whether the stylesheet shows an element of these classes at a level."""
    only = [int(cls[3:]) for cls in one.get("class", "").split() if cls.startswith("at-")]
    return not only or level in only


def of_class(root: ET.Element, cls: str) -> list[ET.Element]:
    return [one for one in root.iter() if cls in one.get("class", "").split()]


def words(root: ET.Element, wide: float) -> list[Word]:
    """All words of a chart that is so wide."""
    level = max((one for one in LEVELS if one <= wide), default=LEVELS[0])
    parts = [one for one in root if one.tag == "svg" and shown(one, level)]
    fixed = sum(float(one.get("width", "0")) for one in parts if "%" not in one.get("width", ""))
    body = wide - fixed
    found, start = [], 0.0
    for part in parts:
        here = body if "%" in part.get("width", "") else float(part.get("width", "0"))
        name = part.get("class", "").split()[0]
        found += [_word(one, start, here, name) for one in part.iter("text") if shown(one, level)]
        start += here
    return found


def _word(one: ET.Element, start: float, here: float, part: str) -> Word:
    at = start + across(one.get("x", "0"), here) + float(one.get("dx", "0"))
    text, kind = one.text or "", one.get("class", "")
    wide = width(text, kind)
    left = at - {"middle": wide / 2, "end": wide}.get(one.get("text-anchor", "start"), 0.0)
    return Word(text, kind, left, left + wide, float(one.get("y", "0")), part)


def across(value: str, body: float) -> float:
    return float(value[:-1]) / 100 * body if value.endswith("%") else float(value)


def clashes(found: list[Word]) -> Iterator[tuple[str, str]]:
    """Pairs of words that lie on each other."""
    for place, one in enumerate(found):
        for other in found[:place]:
            if abs(one.y - other.y) < 11 and one.left < other.right and other.left < one.right:
                yield one.text, other.text


def share(one: ET.Element, name: str = "x") -> float:
    """A percentage as a share."""
    return float(one.get(name, "0%").rstrip("%")) / 100


def vertices(path: str | ET.Element) -> list[tuple[float, float]]:
    """The places a path goes through."""
    text = path if isinstance(path, str) else path.get("d", "")
    return [(float(x), float(y)) for x, y in PAIR.findall(text)]


def strokes(path: str | ET.Element) -> list[list[tuple[float, float]]]:
    """The unbroken parts of a path."""
    text = path if isinstance(path, str) else path.get("d", "")
    return [vertices(part) for part in text.split("M") if part]
