"""Learning a daily signal from its resolved days, with checkpoints from which late and revised days replay."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn import daily
from selftwin.learn.daily_checkpoint import Unreadable, from_bytes, packed, to_bytes, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.learn.daily_memory import Floats, Ints, Memory
    from selftwin.vocabulary.signal import Signal

MODEL_VERSION = daily.MODEL
MARK_EVERY = 28  # days with data
MARKS_KEPT = 2
EPOCH = date(1970, 1, 1)
HEAD = f"selftwin learnt 2 {MODEL_VERSION}\n".encode()
DIGEST, SIZE = 32, 8  # bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A memory on the way, as bytes: after how many days, and their digest."""

    after: int
    digest: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Learnt:
    """What one daily signal's days taught: days since 1970 [n], values [n] in the signal's unit, the memory after them,
    and a few marks on the way, from which late and revised days replay."""

    signal: Signal
    days: Ints
    values: Floats
    memory: Memory
    marks: tuple[Mark, ...]

    def checkpoint(self) -> bytes:
        """What is to be kept so that the next learning starts here: memories, each with the digest of its days."""
        now = _mark(self.days, self.values, self.memory)
        marks = [*self.marks, now] if not self.marks or self.marks[-1].after < now.after else self.marks
        labels = b"".join(mark.after.to_bytes(SIZE, "little") + mark.digest for mark in marks)
        return HEAD + len(marks).to_bytes(SIZE, "little") + labels + packed([mark.body for mark in marks])

    def until(self, at: date | None) -> Learnt:
        """What was known on that day, from the days up to it alone; everything where no day is given."""
        n = len(self.days) if at is None else int(np.searchsorted(self.days, (at - EPOCH).days, side="right"))
        if n == len(self.days):
            return self
        known = [mark for mark in self.marks if mark.after <= n]
        return _continued(self.signal, self.days[:n], self.values[:n], known)


def learn_days(days: pl.DataFrame, signal: Signal, *, checkpoint: bytes | None = None) -> Learnt:
    """What a frame of resolved days (`day` Date, `value` Float64) teaches of a signal.

    A checkpoint of an earlier learning makes it quick: learning goes on from the latest memory whose days are all
    unchanged, so that the result is, bit for bit, that of learning everything. One of another model, another signal or
    damaged is passed over. Days without a finite value are left out; a day given twice raises ValueError.
    """
    when, values = _columns(days)
    known = [] if checkpoint is None else list(_unchanged(checkpoint, when, values))
    return _continued(signal, when, values, known)


def day_of(number: int) -> date:
    """The calendar day of a number of days since 1970."""
    return EPOCH + timedelta(days=int(number))


def _columns(days: pl.DataFrame) -> tuple[Ints, Floats]:
    import polars as pl

    tidy = days.select(pl.col("day").cast(pl.Int32), pl.col("value").cast(pl.Float64))
    tidy = tidy.filter(pl.col("value").is_finite()).sort("day")
    if tidy["day"].is_duplicated().any():
        raise ValueError("a resolved day is given twice")
    return tidy["day"].to_numpy().astype(np.int64), tidy["value"].to_numpy().astype(np.float64)


def _continued(signal: Signal, days: Ints, values: Floats, known: list[Mark]) -> Learnt:
    """All days learnt, from the last readable mark (in order of days) or from nothing."""
    memory, marks = _restored(known)
    while (start := int(memory.seen[0])) < len(days):
        stop = min(len(days), (start // MARK_EVERY + 1) * MARK_EVERY)
        memory, _ = daily.learn(memory, days[start:stop], values[start:stop])
        if stop % MARK_EVERY == 0:
            marks.append(_mark(days, values, memory))
    return Learnt(signal, days, values, memory, tuple(marks[-MARKS_KEPT:]))


def _restored(known: list[Mark]) -> tuple[Memory, list[Mark]]:
    """The memory of the last readable mark, and the regular marks up to it."""
    for last in range(len(known) - 1, -1, -1):
        try:
            memory = from_bytes(known[last].body)
        except Unreadable:
            continue
        if memory.seen[0] == known[last].after and tuple(memory.horizons.tolist()) == daily.HORIZONS:
            return memory, [mark for mark in known[: last + 1] if mark.after % MARK_EVERY == 0]
    return daily.blank(), []


def _unchanged(checkpoint: bytes, days: Ints, values: Floats) -> Iterator[Mark]:
    """Marks of a checkpoint, in order, that were made after exactly the first of these days."""
    for after, digest, body in _marks(checkpoint):
        if not 0 < after <= len(days) or digest != _digest(days[:after], values[:after]):
            return
        yield Mark(after, digest, body)


def _marks(checkpoint: bytes) -> list[tuple[int, bytes, bytes]]:
    """What a checkpoint holds, in order: after how many days, their digest, the memory; nothing where it is damaged."""
    start = len(HEAD) + SIZE
    count = int.from_bytes(checkpoint[len(HEAD) : start], "little")
    if not checkpoint.startswith(HEAD) or not 0 < count <= MARKS_KEPT + 1:
        return []
    labels = [checkpoint[start + i * (SIZE + DIGEST) :][: SIZE + DIGEST] for i in range(count)]
    try:
        bodies = unpacked(checkpoint[start + count * (SIZE + DIGEST) :], count)
    except Unreadable:
        return []
    return [
        (int.from_bytes(label[:SIZE], "little"), label[SIZE:], body) for label, body in zip(labels, bodies, strict=True)
    ]


def _mark(days: Ints, values: Floats, memory: Memory) -> Mark:
    after = int(memory.seen[0])
    return Mark(after, _digest(days[:after], values[:after]), to_bytes(memory))


def _digest(days: Ints, values: Floats) -> bytes:
    return hashlib.sha256(days.astype("<i8").tobytes() + values.astype("<f8").tobytes()).digest()
