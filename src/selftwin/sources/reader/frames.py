"""How the child speaks to the vault's owner: one letter, a length, and either a JSON word or an Arrow batch."""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

_HEAD = struct.Struct("<cI")


def say(out: IO[bytes], word: str, **facts: object) -> None:
    """Send one word with its facts; flushed, so that progress is seen."""
    import orjson

    _frame(out, b"J", orjson.dumps({"word": word, **facts}))
    out.flush()


def send(out: IO[bytes], rows: pa.RecordBatch) -> None:
    """Send one batch of observations as an Arrow IPC stream of its own."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_batch(rows)
    _frame(out, b"A", memoryview(sink.getvalue()))


def _frame(out: IO[bytes], letter: bytes, body: bytes | memoryview) -> None:
    out.write(_HEAD.pack(letter, len(body)))
    out.write(body)


def listen(stream: IO[bytes]) -> Iterator[dict[str, Any] | pa.RecordBatch]:
    """What the child says, until it ends; a stream cut short simply ends (the caller misses the word `end`)."""
    import orjson
    import pyarrow as pa

    while len(head := stream.read(_HEAD.size)) == _HEAD.size:
        letter, length = _HEAD.unpack(head)
        body = stream.read(length)
        if len(body) < length:
            return
        if letter == b"J":
            yield orjson.loads(body)
        else:
            yield from pa.ipc.open_stream(body)
