"""Where the elements end that expat shall read: found without understanding them, or left to the slower search.

The same rules as `_apple_elements.piece` has, so that both ways cut the same bytes into the same records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sources._apple_bytes import GREATER, LESS, SLASH, compiled, letters, next_mark, next_open, space, word

if TYPE_CHECKING:
    from selftwin.sources._apple_bytes import Bytes

RECORD_NAME, _WORKOUT_NAME = letters(b"Record"), letters(b"Workout")
_CORRELATION, _EXPORTED = letters(b"Correlat"), letters(b"ExportDa")


@compiled
def starts(buffer: Bytes, at: int, name: int, length: int) -> bool:
    """Whether a tag of this name (its first letters as a word) begins behind a `<` at a place."""
    then = np.int64(buffer[at + 1 + length])
    ends = space(then) or (then - SLASH) * (then - GREATER) == 0
    return ends and word(buffer, at + 1) & ((1 << 8 * length) - 1) == name


@compiled
def _tag_end(buffer: Bytes, at: int, end: int) -> int:
    """Behind the `>` of the tag that begins at a place, over quoted values of either kind; -1 where `<` or the end of
    the bytes comes first."""
    at = next_mark(buffer, at + 1)
    quoted = 0
    while at < end:
        mark = buffer[at]
        if mark == LESS:
            return -1
        if quoted == 0:
            if mark == GREATER:
                return at + 1
            quoted = np.int64(mark)
        elif mark == quoted:
            quoted = 0
        at = next_mark(buffer, at + 1)
    return -1


@compiled
def _may_be_known(letter: int) -> bool:
    """A, C and V begin the names of other records."""
    return (letter - 65) * (letter - 67) * (letter - 86) == 0


@compiled
def _element(buffer: Bytes, at: int, end: int) -> int:
    """Behind the end of the element at a place; -1 where its bytes may end before it, or where it may be spoilt."""
    inside = _tag_end(buffer, at, end)
    if inside < 0 or buffer[inside - 2] == SLASH:
        return inside
    length = 0
    while not (space(buffer[at + 1 + length]) or buffer[at + 1 + length] == GREATER):
        length += 1
    correlation = word(buffer, at + 1) == _CORRELATION
    found = next_open(buffer, inside, end)
    while found < end:
        if buffer[found + 1] == SLASH:
            if _same(buffer, found + 2, at + 1, length):
                closed = found + 2 + length
                return closed + 1 if buffer[closed] == GREATER and closed < end else -1
        elif starts(buffer, found, np.int64(RECORD_NAME), np.int64(6)):
            if not correlation:
                return -1
        elif _may_be_known(np.int64(buffer[found + 1])) or starts(buffer, found, np.int64(_WORKOUT_NAME), np.int64(7)):
            return -1
        found = next_open(buffer, found + 1, end)
    return -1


@compiled
def _same(buffer: Bytes, one: int, two: int, length: int) -> bool:
    """Whether the same letters stand at two places."""
    for place in range(length):  # noqa: SIM110 - compiled
        if buffer[one + place] != buffer[two + place]:
            return False
    return True


@compiled
def handed_on(buffer: Bytes, at: int, end: int) -> int:
    """Behind the end of the element at a place, which expat shall read; -1 where it may be none, or not all there."""
    begins = buffer[at + 1] | 32
    if buffer[at] != LESS or begins < 97 or begins > 122 or word(buffer, at + 1) == _EXPORTED:
        return -1
    return _element(buffer, at, end)
