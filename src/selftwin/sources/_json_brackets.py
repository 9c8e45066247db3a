"""The brackets of JSON, found on whole blocks of bytes at once; those in strings do not count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(slots=True)
class Brackets:
    """The brackets of one text: where each stands, +1 or -1, and how many are open after it. Shape [count]."""

    at: np.ndarray
    step: np.ndarray
    depth: np.ndarray
    _opened: dict[int, np.ndarray] = field(default_factory=dict)
    _closed: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.at)

    def next_close(self, depth: int, place: int) -> int:
        """The first bracket from `place` on that leaves `depth` open; `count` where none does."""
        import numpy as np

        found = self._closing(depth)
        index = int(np.searchsorted(found, place))
        return int(found[index]) if index < len(found) else self.count

    def unclose(self, place: int) -> None:
        """As if the bracket at this place were none."""
        self.depth[place:] += 1
        self.step[place] = 0
        self._opened.clear()
        self._closed.clear()

    def opens(self, depth: int, place: int, end: int) -> list[int]:
        """Where those between two brackets stand that open to `depth`."""
        import numpy as np

        if depth not in self._opened:
            self._opened[depth] = np.flatnonzero((self.depth == depth) & (self.step > 0))
        return self._between(self._opened[depth], place, end)

    def closes(self, depth: int, place: int, end: int) -> list[int]:
        """Where those between two brackets stand that leave `depth` open."""
        return self._between(self._closing(depth), place, end)

    def _closing(self, depth: int) -> np.ndarray:
        import numpy as np

        if depth not in self._closed:
            self._closed[depth] = np.flatnonzero((self.depth == depth) & (self.step < 0))
        return self._closed[depth]

    def _between(self, found: np.ndarray, place: int, end: int) -> list[int]:
        import numpy as np

        low, high = np.searchsorted(found, (place, end))
        return self.at[found[low:high]].tolist()  # type: ignore[no-any-return]


@dataclass(slots=True)
class Pen:
    """What a block of bytes hands on to the next: how many brackets are open, and whether a string is."""

    depth: int = 0
    quoted: bool = False
    stroked: bool = False

    def over(self, text: bytes) -> Brackets:
        """The brackets of the next text."""
        import numpy as np

        letters = np.frombuffer(text, np.uint8)
        folded = letters & 0xDF  # [ and {, ] and } differ in one bit
        found = np.flatnonzero((folded == ord("[")) | (folded == ord("]")))
        at = found[~self._within(letters, found)]
        step = 1 - (letters[at] & 0x04).astype(np.int32) // 2  # 0x5B and 0x7B open, 0x5D and 0x7D close
        depth = self.depth + np.cumsum(step, dtype=np.int32)
        self.depth = int(depth[-1]) if len(depth) else self.depth
        return Brackets(at, step, depth)

    def _within(self, letters: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Which of these places stand in a string; the state moves on to the end of the letters."""
        import numpy as np

        quotes = np.flatnonzero(letters == ord('"'))
        quotes = quotes[~self._escaped(letters, quotes)]
        within: np.ndarray = (np.searchsorted(quotes, places) + self.quoted) % 2 == 1
        self.quoted = bool((len(quotes) + self.quoted) % 2)
        return within

    def _escaped(self, letters: np.ndarray, quotes: np.ndarray) -> np.ndarray:
        """Which quotes stand after an odd run of backslashes and so end nothing."""
        import numpy as np

        strokes = np.flatnonzero(letters == ord("\\"))
        before, self.stroked = self.stroked, self._ends_stroked(letters, strokes)
        escaped = np.zeros(len(quotes), bool)
        if len(strokes):
            heads = np.flatnonzero(np.diff(strokes, prepend=-2) > 1)  # where each run begins
            lengths = np.diff(heads, append=len(strokes))
            odd = (lengths + (before & (strokes[heads] == 0))) % 2 == 1
            after = (strokes[heads] + lengths)[odd]
            escaped = np.isin(quotes, after, assume_unique=True)
        if before and len(quotes) and quotes[0] == 0:
            escaped[0] = True
        return escaped

    def _ends_stroked(self, letters: np.ndarray, strokes: np.ndarray) -> bool:
        """Whether the next letter stands after an odd run of backslashes."""
        import numpy as np

        size = len(letters)
        if not len(strokes) or strokes[-1] != size - 1:
            return self.stroked and size == 0
        breaks = np.flatnonzero(np.diff(strokes) > 1)
        run = len(strokes) - (int(breaks[-1]) + 1 if len(breaks) else 0)
        return bool((run + (self.stroked and run == size)) % 2)
