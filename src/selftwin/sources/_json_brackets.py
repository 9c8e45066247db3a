"""The brackets of JSON, found on whole blocks of bytes at once; those in strings do not count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_MARKED = bytes(letter in b'"\\[]{}' for letter in range(256))  # 1 for what can end or begin anything


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

        places = np.flatnonzero(np.frombuffer(text.translate(_MARKED), np.bool_))
        letters = np.frombuffer(text, np.uint8)[places]
        quotes = letters == ord('"')
        quotes[quotes] = ~self._escaped(places[quotes], places[letters == ord("\\")], len(text))
        within = np.cumsum(quotes, dtype=np.int32) + self.quoted
        self.quoted = bool(within[-1] & 1) if len(within) else self.quoted
        outside = np.flatnonzero((letters > ord("Z")) & (letters != ord("\\")) & (within & 1 == 0))
        step = 1 - (letters[outside] & 0x04).astype(np.int32) // 2  # 0x5B and 0x7B open, 0x5D and 0x7D close
        depth = self.depth + np.cumsum(step, dtype=np.int32)
        self.depth = int(depth[-1]) if len(depth) else self.depth
        return Brackets(places[outside], step, depth)

    def _escaped(self, quotes: np.ndarray, strokes: np.ndarray, size: int) -> np.ndarray:
        """Which quotes stand after an odd run of backslashes and so end nothing, in a text of so many letters."""
        import numpy as np

        before, self.stroked = self.stroked, self._ends_stroked(strokes, size)
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

    def _ends_stroked(self, strokes: np.ndarray, size: int) -> bool:
        """Whether the next letter stands after an odd run of backslashes."""
        import numpy as np

        if not len(strokes) or strokes[-1] != size - 1:
            return self.stroked and size == 0
        breaks = np.flatnonzero(np.diff(strokes) > 1)
        run = len(strokes) - (int(breaks[-1]) + 1 if len(breaks) else 0)
        return bool((run + (self.stroked and run == size)) % 2)
