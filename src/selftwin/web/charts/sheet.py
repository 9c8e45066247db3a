"""The sheet a chart is drawn on: a gutter for figures at the left, a body as wide as the page allows, and a gutter for
names at the right.

Nothing is scaled. Across, places are shares of the body's width; lines and areas are stretched with strokes that stay
in pixels; heights and letters are pixels. Which words fit depends on the width, so they are laid out once for each of
`LEVELS` and shown by container queries (`.at-250` and so on)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from selftwin.web.charts.letters import width
from selftwin.web.charts.pen import WIDE, number, percent, tag, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from selftwin.web.charts.pen import Numbers
    from selftwin.web.charts.scale import Up

LEVELS = (250, 350, 560, 760)  # px of the whole chart from which a layout of words holds
ROOMY = 560  # from here on names have a gutter of their own at the right
LETTER = 16.0  # px from one line of words to the next
APART = 8.0  # px between two words on one line


@dataclass(frozen=True, slots=True)
class Across:
    """From a moment to its share of the width."""

    first: float
    last: float

    def __call__(self, at: float) -> float:
        """The share of the width, 0 to 1 inside the drawing."""
        return (at - self.first) / self.span

    @property
    def span(self) -> float:
        """How long it is, never nothing: where all there is is one moment, that stands at the left."""
        return (self.last - self.first) or 1.0

    def all(self, at: Numbers) -> Numbers:
        """Units of a stretched drawing."""
        return (np.asarray(at, dtype=np.float64) - self.first) / self.span * WIDE


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a share of the width and a baseline in pixels; `kind` holds their classes."""

    share: float
    y: float
    words: str
    kind: str = "label"
    anchor: str = "middle"
    shift: float = 0.0
    short: str = ""

    def extent(self, body: float) -> tuple[float, float]:
        """Left and right edge in pixels, in a body so wide."""
        at, wide = self.share * body + self.shift, width(self.words, self.kind)
        left = at - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, left + wide


@dataclass(slots=True)
class Sheet:
    """What has been drawn so far. `left` and `right` are the gutters in pixels."""

    name: str
    height: float
    left: float = 0.0
    right: float = 0.0
    right_from: int = 0
    kind: str = ""
    body: list[str] = field(default_factory=list)
    at_left: list[str] = field(default_factory=list)
    at_right: list[str] = field(default_factory=list)
    defs: list[str] = field(default_factory=list)

    def add(self, *elements: str) -> None:
        """Elements whose places across are percentages."""
        self.body.extend(elements)

    def stretch(self, *paths: str) -> None:
        """Paths in units of 0 to 1000 across and pixels down."""
        there = "".join(paths)
        if there:
            view = f"0 0 {number(WIDE)} {number(self.height)}"
            self.add(tag("svg", there, width="100%", height=self.height, viewBox=view, preserveAspectRatio="none"))

    def hatch(self, kind: str = "hatch") -> str:
        """A hatch of this chart, as a fill; it is defined on first use."""
        name = f"{self.name}-{kind}"
        if not any(f'id="{name}"' in one for one in self.defs):
            lines = tag("line", x1=0.5, x2=0.5, y1=0, y2=7, cls=kind)
            self.defs.append(tag("pattern", lines, id=name, width=7, height=7, patternUnits="userSpaceOnUse",
                                 patternTransform="rotate(45)"))  # fmt: skip
        return f"url(#{name})"

    def room(self, level: int) -> float:
        """How wide the body is at a level."""
        return level - self.left - (self.right if level >= self.right_from else 0.0)

    def spare(self, body: float) -> float:
        """How far words may reach into the right gutter, in a body so wide: not where the gutter is hidden."""
        return self.right if body + self.left + self.right >= self.right_from else 0.0

    def write(self, solve: Callable[[float], Iterable[Text]]) -> None:
        """Lay words out for each width: `solve` is given the body's width and answers what to show there."""
        shown: dict[Text, list[int]] = {}
        for level in LEVELS:
            for text in solve(self.room(level)):
                shown.setdefault(text, []).append(level)
        for text, levels in shown.items():
            self.add(written(text, levels))

    def figures(self, axis: Up, *, grid: bool = True) -> None:
        """The figures of an axis in the left gutter, and hairlines across the body."""
        for one in axis.ticks:
            y = axis(one.value)
            if grid:
                self.add(tag("line", x1="0%", x2="100%", y1=y, y2=y, cls="grid"))
            self.at_left.append(tag("text", words(one.words), x=self.left - 8, y=y + 4.5, cls="label axis",
                                    text_anchor="end"))  # fmt: skip

    def parts(self, levels: Sequence[int] = LEVELS) -> str:
        """Its gutters and its body as elements, shown at these levels only."""
        defs = tag("defs", "".join(self.defs)) if self.defs else ""
        right = [level for level in levels if level >= self.right_from]
        left = self._part("chart-left", self.left, "".join(self.at_left), levels)
        body = self._part("chart-body", "100%", defs + "".join(self.body), levels)
        return left + body + self._part("chart-right", self.right, "".join(self.at_right), right)

    def _part(self, cls: str, wide: float | str, inside: str, levels: Sequence[int]) -> str:
        if not wide:
            return ""
        return tag("svg", inside, cls=_at(cls, levels), width=wide, height=self.height, overflow="visible")

    def drawn(self, says: str) -> Markup:
        """The whole chart, which says its sentence to whoever does not see it."""
        return whole(self.parts(), self.kind, says)


def switched(wide: Sheet, narrow: Sheet, says: str, *, start: int = ROOMY) -> Markup:
    """One chart in two designs, the first from the level `start` on."""
    roomy = [level for level in LEVELS if level >= start]
    close = [level for level in LEVELS if level < start]
    return whole(wide.parts(roomy) + narrow.parts(close), wide.kind, says)


def whole(parts: str, kind: str, says: str) -> Markup:
    """The element around a chart, with its sentence."""
    kinds = f"chart {kind}".rstrip()
    return Markup(tag("div", parts, cls=kinds, role="img", aria_label=says, dir="ltr"))  # noqa: S704  escaped by `tag`


def _at(cls: str, levels: Sequence[int]) -> str:
    """Classes that show an element at these levels only."""
    return " ".join((cls, *(f"at-{level}" for level in levels if len(levels) < len(LEVELS))))


def written(text: Text, levels: Sequence[int] = LEVELS) -> str:
    """Words as an element, shown at these levels only."""
    anchor = None if text.anchor == "start" else text.anchor
    return tag("text", words(text.words), x=percent(text.share), y=text.y, dx=text.shift or None, text_anchor=anchor,
               cls=_at(text.kind, levels))  # fmt: skip


def fitting(texts: Iterable[Text], body: float, *, left: float = 0.0, right: float = 0.0) -> list[Text]:
    """Of words on one line, the more important first, those that keep apart and stay in the frame; at its edges they
    move in as far as they must. `left` and `right` are how far they may reach into the gutters."""
    kept: list[Text] = []
    taken: list[tuple[float, float]] = []

    def tried(text: Text) -> bool:
        moved = _inside(text, body, left, right)
        if moved is None:
            return False
        first, last = moved.extent(body)
        free = all(last + APART <= start or first >= end + APART for start, end in taken)
        if free:
            kept.append(replace(moved, short=""))
            taken.append((first, last))
        return free

    waiting = [text for text in texts if not tried(text) and text.short]
    for text in waiting:
        tried(replace(text, words=text.short))
    return kept


def _inside(text: Text, body: float, left: float, right: float) -> Text | None:
    first, last = text.extent(body)
    if first >= -left and last <= body + right:
        return text
    if last - first > body + left + right or not -0.001 <= text.share <= 1.001:
        return None
    if text.shift:  # words beside a mark go to its other side
        other = {"end": "start", "start": "end"}.get(text.anchor, text.anchor)
        return _beside(replace(text, anchor=other, shift=-text.shift), body, left, right)
    if first < -left:
        return replace(text, share=0.0, anchor="start", shift=-left)
    return replace(text, share=1.0, anchor="end", shift=right)


def _beside(text: Text, body: float, left: float, right: float) -> Text | None:
    first, last = text.extent(body)
    return text if first >= -left and last <= body + right else None


def lanes(texts: Sequence[Text], body: float, many: int, *, left: float = 0.0, right: float = 0.0) -> list[Text]:
    """Words on the lowest of so many lines where they fit, each line 16 px above the one below; what fits on none is
    left to the table."""
    kept: list[Text] = []
    waiting = list(texts)
    for lane in range(many):
        last = lane == many - 1  # short words only where no line is left for the long ones
        raised = [replace(one, y=one.y - lane * LETTER, short=one.short if last else "") for one in waiting]
        there = fitting(raised, body, left=left, right=right)
        kept += there
        said = {one.words for one in there}
        waiting = [one for one in waiting if one.words not in said]
    return kept


def apart(ys: Sequence[float], least: float, top: float, bottom: float) -> list[float]:
    """The same heights moved as little as keeps neighbours `least` pixels apart, between top and bottom."""
    order = np.argsort(ys, kind="stable")
    placed = np.asarray(ys, dtype=np.float64)[order]
    for place in range(1, len(placed)):
        placed[place] = max(placed[place], placed[place - 1] + least)
    if len(placed):
        placed[-1] = min(placed[-1], bottom)
        for place in range(len(placed) - 2, -1, -1):
            placed[place] = min(placed[place], placed[place + 1] - least)
        placed = np.maximum(placed, top + least * np.arange(len(placed)))
    back = np.empty_like(placed)
    back[order] = placed
    return [float(one) for one in back]


def gutter(figures: Iterable[str], kind: str = "label") -> float:
    """The width of a left gutter that holds these figures."""
    return round(max((width(one, kind) for one in figures), default=0.0) + 12)
