"""A daily forecaster's memory as bytes and back, bit for bit, without pickle: a header of shapes, then the arrays."""

from __future__ import annotations

import json
import zlib

import numpy as np

from selftwin.learn.daily_memory import Memory, blank_memory

MAGIC = b"selftwin daily 1\n"


class Unreadable(ValueError):
    """The bytes are no memory of this layout; learn from the days instead."""


def to_bytes(memory: Memory) -> bytes:
    """The memory, little-endian and compressed; the same memory always gives the same bytes."""
    header = json.dumps({"horizons": memory.horizons.tolist()}).encode()
    body = b"".join(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes() for array in memory)
    return MAGIC + zlib.compress(len(header).to_bytes(4, "little") + header + body, 1)


def from_bytes(data: bytes) -> Memory:
    """The memory these bytes hold. Raises Unreadable for anything `to_bytes` of this layout did not write."""
    if not data.startswith(MAGIC):
        raise Unreadable("not a memory of this layout")
    try:
        plain = zlib.decompress(data[len(MAGIC) :])
        size = int.from_bytes(plain[:4], "little")
        shapes = blank_memory(tuple(int(h) for h in json.loads(plain[4 : 4 + size])["horizons"]))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise Unreadable("a memory's header cannot be read") from error
    body = plain[4 + size :]
    if len(body) != sum(array.nbytes for array in shapes):
        raise Unreadable("a memory's arrays are cut short or too long")
    return _filled(body, shapes)


def _filled(body: bytes, shapes: Memory) -> Memory:
    start = 0
    for array in shapes:
        kind = array.dtype.newbyteorder("<")
        array[...] = np.frombuffer(body, kind, count=array.size, offset=start).reshape(array.shape)
        start += array.nbytes
    return shapes
