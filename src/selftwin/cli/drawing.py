"""A drawing of letters: recorded values as braille dots, bands as washes, gaps hatched; readable without any colour.

Rows are laid so that the edges of the usual band fall on the edges of letters: what is drawn inside is inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from selftwin.cli.screen import palette

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.text import Text

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille letter: four rows of two
BRAILLE = 0x2800
HATCH = "╱"  # noqa: RUF001 - a hatch is drawn, not read
USUAL, NEXT, HALF = "usual", "next", "half"
FILL = {USUAL: "░", NEXT: "·", HALF: ":"}  # where there is no colour


@dataclass(frozen=True, slots=True)
class Scale:
    """The values a drawing spans, from the floor of its lowest row of letters to the top of its highest."""

    low: float
    high: float
    rows: int

    @classmethod
    def around(cls, values: Iterable[float], band: tuple[float, float] | None, rows: int) -> Scale:
        """The scale that holds the values in about so many rows, with the band's edges between two rows."""
        there = [value for value in values if math.isfinite(value)] or [0.0]
        low, high = min(there), max(there)
        below, above = (min(low, band[0]), max(high, band[1])) if band else (low, high)
        if band is None or above - below >= rows * (band[1] - band[0]):  # none, or too narrow to be told apart
            pad = (above - below) * 0.05 or abs(above) * 0.1 or 1.0
            return cls(below - pad, above + pad, rows)
        inside = max(1, round(rows * (band[1] - band[0]) / (above - below)))
        height = (band[1] - band[0]) / inside
        under = max(math.ceil((band[0] - low) / height - 1e-9), 1)
        over = max(math.ceil((high - band[1]) / height - 1e-9), 1)
        return cls(band[0] - under * height, band[1] + over * height, under + inside + over)

    @classmethod
    def of_band(cls, band: tuple[float, float]) -> Scale:
        """Four rows, the band the two in the middle; what lies far outside touches the edge."""
        half = (band[1] - band[0]) / 2 or abs(band[1]) * 0.1 or 1.0
        return cls(band[0] - half, band[1] + half, 4)

    def dot(self, value: float) -> int:
        """The row of dots of a value, 0 at the top."""
        dots = 4 * self.rows
        share = (self.high - value) / (self.high - self.low)
        return min(max(math.floor(share * dots), 0), dots - 1)

    def row(self, value: float) -> int:
        """The row of letters of a value, 0 at the top."""
        return self.dot(value) // 4

    def covered(self, low: float, high: float) -> range:
        """The rows of letters whose middle lies between two values; at least the one that holds them."""
        height = (self.high - self.low) / self.rows
        first = math.ceil((self.high - high) / height - 0.5 - 1e-9)
        last = math.floor((self.high - low) / height - 0.5 + 1e-9)
        if first > last:
            first = last = self.row((low + high) / 2)
        return range(max(first, 0), min(last, self.rows - 1) + 1)


@dataclass(slots=True)
class Drawing:
    """A sheet of `width` by `scale.rows` letters. Positions across are in letters, half a letter is one dot."""

    width: int
    scale: Scale
    _dots: dict[tuple[int, int], int] = field(default_factory=dict)
    _inks: dict[tuple[int, int], str] = field(default_factory=dict)
    _washes: dict[tuple[int, int], str] = field(default_factory=dict)
    _letters: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    _grounds: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    def line(self, points: Sequence[tuple[float, float]], *, ink: str = "", dashed: bool = False) -> None:
        """Join points (across, value) with a line of dots."""
        for (x, value), (x_next, value_next) in pairwise(points):
            self._join(round(2 * x), self.scale.dot(value), round(2 * x_next), self.scale.dot(value_next), ink, dashed)
        if len(points) == 1:
            self._dot(round(2 * points[0][0]), self.scale.dot(points[0][1]), ink)

    def upright(self, x: float, low: float, high: float, *, ink: str = "") -> None:
        """A stroke of dots from the lowest to the highest of many values."""
        for y in range(self.scale.dot(high), self.scale.dot(low) + 1):
            self._dot(round(2 * x), y, ink)

    def wash(self, first: int, last: int, low: float, high: float, kind: str) -> None:
        """Colour the letters from column `first` to `last` between two values."""
        for x in range(first, last + 1):
            for y in self.scale.covered(low, high):
                self._washes[x, y] = kind

    def letter(self, x: int, value: float, letter: str, style: str = "") -> None:
        """Put a letter at a value, in place of the dots there."""
        self._letters[x, self.scale.row(value)] = letter, style

    def column(self, x: int, letter: str, style: str = "") -> None:
        """Fill a column with a letter wherever no dot stands."""
        for y in range(self.scale.rows):
            self._grounds[x, y] = letter, style

    def rows(self, *, colour: bool) -> list[Text]:
        """The sheet, from the top."""
        return [self._row(y, colour=colour) for y in range(self.scale.rows)]

    def _row(self, y: int, *, colour: bool) -> Text:
        from rich.text import Text

        row = Text(no_wrap=True)
        for x in range(self.width):
            row.append(*self._cell(x, y, colour=colour))
        return row

    def _cell(self, x: int, y: int, *, colour: bool) -> tuple[str, str]:
        kind = self._washes.get((x, y))
        ground = f" on {_wash(kind)}" if kind and colour else ""
        if (x, y) in self._letters:
            letter, style = self._letters[x, y]
            return letter, f"{style}{ground}".strip()
        if bits := self._dots.get((x, y)):
            ink = self._inks.get((x, y)) or (_ink(kind) if colour else "")
            return chr(BRAILLE + bits), f"{ink}{ground}".strip()
        if (x, y) in self._grounds:
            letter, style = self._grounds[x, y]
            return letter, f"{style}{ground}".strip()
        return (" " if colour else FILL[kind]) if kind else " ", ground.strip()

    def _dot(self, x: int, y: int, ink: str) -> None:
        if not 0 <= x < 2 * self.width:
            return
        place = x // 2, y // 4
        self._dots[place] = self._dots.get(place, 0) | DOTS[y % 4][x % 2]
        if ink:
            self._inks[place] = ink

    def _join(self, x: int, y: int, x_end: int, y_end: int, ink: str, dashed: bool) -> None:  # noqa: FBT001
        steps = max(abs(x_end - x), abs(y_end - y), 1)
        for step in range(steps + 1):
            if not dashed or step % 3 < 2:
                self._dot(round(x + (x_end - x) * step / steps), round(y + (y_end - y) * step / steps), ink)


def _wash(kind: str) -> str:
    tokens = palette()
    return {USUAL: tokens.usual_wash, NEXT: tokens.next_wash, HALF: tokens.half_wash}[kind]


def _ink(kind: str | None) -> str:
    """Dots on a wash carry the ink that reads on it; elsewhere they take the terminal's own."""
    return palette().ink if kind else ""
