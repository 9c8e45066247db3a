"""Words and batches arrive as they were sent; a stream cut anywhere gives whole frames and then ends."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from selftwin.sources.reader import frames
from selftwin.sources.reader.contract import observations

if TYPE_CHECKING:
    import pyarrow as pa


def batch(count: int) -> pa.RecordBatch:
    moment = datetime(2024, 5, 1)
    return observations(
        pl.DataFrame(
            {
                "record": range(count),
                "signal": ["weight"] * count,
                "source": [f"s{k}" for k in range(count)],
                "start": pl.Series([moment] * count, dtype=pl.Datetime("us")),
                "basis": [2] * count,
                "value": [float(k) for k in range(count)],
            }
        )
    )


def sent() -> bytes:
    out = io.BytesIO()
    frames.say(out, "hello", sandbox="ü", count=3)
    frames.send(out, batch(5))
    frames.say(out, "progress", read=5)
    frames.send(out, batch(2))
    frames.say(out, "end")
    return out.getvalue()


def heard(data: bytes) -> list[object]:
    return list(frames.listen(io.BytesIO(data)))


def test_words_and_batches_arrive_in_order_as_they_were_sent() -> None:
    hello, five, progress, two, end = heard(sent())
    assert (hello, progress, end) == (
        {"word": "hello", "sandbox": "ü", "count": 3}, {"word": "progress", "read": 5}, {"word": "end"},
    )  # fmt: skip
    assert five.equals(batch(5))
    assert two.equals(batch(2))


def test_a_stream_cut_anywhere_gives_its_whole_frames_and_ends() -> None:
    data, whole = sent(), heard(sent())
    counts = [len(heard(data[:length])) for length in range(0, len(data), 7)]
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2, 3, 4}
    assert len(heard(data)) == len(whole) == 5


def test_an_empty_batch_is_a_batch() -> None:
    out = io.BytesIO()
    frames.send(out, batch(0))
    (found,) = heard(out.getvalue())
    assert (found.num_rows, found.schema) == (0, batch(1).schema)
