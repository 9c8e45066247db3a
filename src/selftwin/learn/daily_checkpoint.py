"""A daily forecaster's memory as bytes and back, bit for bit, without pickle: a header of shapes, then the arrays; and
several memories of one series packed together, since most of what they hold they share."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn.daily_memory import WINDOW, Memory, blank_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

MAGIC = b"selftwin daily 2\n"
SORTED_AGAIN = "ordered"  # what is not kept: the sorted copy of the rings


class Unreadable(ValueError):
    """The bytes are no memory of this layout; learn from the days instead."""


def to_bytes(memory: Memory) -> bytes:
    """The memory, little-endian; the same memory always gives the same bytes, and all of one layout equally many."""
    header = json.dumps({"horizons": memory.horizons.tolist()}).encode()
    body = b"".join(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes() for array in _kept(memory))
    return MAGIC + len(header).to_bytes(4, "little") + header + body


def from_bytes(data: bytes) -> Memory:
    """The memory these bytes hold. Raises Unreadable for anything `to_bytes` of this layout did not write."""
    if not data.startswith(MAGIC):
        raise Unreadable("not a memory of this layout")
    start = len(MAGIC) + 4
    size = int.from_bytes(data[len(MAGIC) : start], "little")
    try:
        shapes = blank_memory(tuple(int(h) for h in json.loads(data[start : start + size])["horizons"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Unreadable("a memory's header cannot be read") from error
    body = data[start + size :]
    if len(body) != sum(array.nbytes for array in _kept(shapes)):
        raise Unreadable("a memory's arrays are cut short or too long")
    return _filled(body, shapes)


def packed(bodies: Sequence[bytes]) -> bytes:
    """Memories of one layout, compressed: the last whole, each before it as what differs from the next."""
    rows = np.frombuffer(b"".join(bodies), np.uint8).reshape(len(bodies), -1)
    return zlib.compress(np.vstack([rows[:-1] ^ rows[1:], rows[-1:]]).tobytes(), 1)


def unpacked(data: bytes, count: int) -> list[bytes]:
    """The `count` memories packed in these bytes. Raises Unreadable where they do not hold so many."""
    try:
        rows = np.frombuffer(bytearray(zlib.decompress(data)), np.uint8).reshape(count, -1)
    except (zlib.error, ValueError) as error:
        raise Unreadable("packed memories cannot be read") from error
    for i in range(count - 2, -1, -1):
        rows[i] ^= rows[i + 1]
    return [row.tobytes() for row in rows]


def _kept(memory: Memory) -> list[np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    return [array for name, array in zip(memory._fields, memory, strict=True) if name != SORTED_AGAIN]


def _filled(body: bytes, shapes: Memory) -> Memory:
    start = 0
    for array in _kept(shapes):
        kind = array.dtype.newbyteorder("<")
        array[...] = np.frombuffer(body, kind, count=array.size, offset=start).reshape(array.shape)
        start += array.nbytes
    for track, known in enumerate(shapes.counts[:, 0].tolist()):
        filled = min(known, WINDOW)
        shapes.ordered[track, :, :filled] = np.sort(shapes.rings[track, :, :filled])
    return shapes
