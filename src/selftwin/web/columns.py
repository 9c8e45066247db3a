"""Where charts get their numbers: a signal's observations or days as plain columns, read once and kept in memory.

What was kept is old as soon as the twin changes. While an import goes on the newest there is stands, as elsewhere in
the house, unless something was taken away meanwhile. Locking forgets it all.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.signal import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.consent.view import View
    from selftwin.twin import Twin

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_BYTES = 320 << 20  # kept at a time; ten million observations are 160 MB
RAW, DAY = "raw", "day"
MICROS_A_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """One signal in order of time: `at` [n] on the person's own clock (µs since 1970), `value` [n] in `unit`. What is
    no quantity has `lasts` (µs) and `text` beside it, and often no number."""

    at: Ints
    value: Floats
    unit: str
    lasts: Ints | None = None
    text: pl.Series | None = field(default=None, repr=False)

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        words = 0 if self.text is None else self.text.estimated_size()
        return self.at.nbytes + self.value.nbytes + (0 if self.lasts is None else self.lasts.nbytes) + int(words)


def observations(view: View, key: str, *, since: date | None = None, until: date | None = None) -> Column:
    """What a view may see of a signal's observations. Raises Refused, UnknownSignal."""
    signal = nature(key)
    if since is None and until is None and signal.kind is Kind.QUANTITY:
        every = view.numbers(key)
        return Column(every.local, every.value, every.unit or signal.unit)
    rows = view.series(key, since=since, until=until).sort("local", maintain_order=True)
    unit = str(rows["unit"][0]) if rows.height else signal.unit
    if signal.kind is Kind.QUANTITY:
        rows = rows.filter(pl.col("value").is_finite())
        return Column(rows["local"].to_physical().to_numpy(), rows["value"].to_numpy(), unit)
    lasts = (rows["until"] - rows["at"]).to_physical().to_numpy()
    value = rows["value"].fill_null(float("nan")).to_numpy()
    return Column(rows["local"].to_physical().to_numpy(), value, unit, lasts, rows["text"])


def resolved(view: View, key: str, *, since: date | None = None, until: date | None = None) -> Column:
    """What a view may see of a signal's days; each stands at its midnight. Raises Refused, UnknownSignal."""
    rows = view.days(key, since=since, until=until)
    unit = str(rows["unit"][0]) if rows.height else ""
    at = rows["day"].to_physical().to_numpy().astype(np.int64) * MICROS_A_DAY
    return Column(at, rows["value"].to_numpy().astype(np.float64), unit)


READ: dict[str, Callable[..., Column]] = {RAW: observations, DAY: resolved}


@dataclass(slots=True)
class _Kept:
    column: Column
    state: tuple[int, int]
    used: int


class Columns:
    """The columns of one twin, read when they are first wanted, the least used forgotten above `most` bytes."""

    def __init__(
        self, twin: Callable[[], Twin], *, busy: Callable[[], bool] = lambda: False, most: int = MOST_BYTES
    ) -> None:
        self._twin, self._busy, self._most = twin, busy, most
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._reading: dict[tuple[str, str], threading.Lock] = {}
        self._guard = threading.Lock()
        self._turn = 0

    def of(self, key: str, by: str = RAW) -> Column:
        """The whole column of a signal, by `raw` observations or by `day`. Raises Locked, Refused, UnknownSignal."""
        twin = self._twin()
        state = twin.changed, twin.taken
        if (kept := self._standing(key, by, state)) is not None:
            return kept
        with self._guard:
            reading = self._reading.setdefault((key, by), threading.Lock())
        with reading:
            if (kept := self._standing(key, by, state)) is not None:
                return kept
            column = READ[by](twin.view(), key)
            self._keep(key, by, column, state)
            return column

    def has(self, key: str, by: str = RAW) -> bool:
        """Whether the column stands already, so that it is had at once."""
        twin = self._twin()
        return self._standing(key, by, (twin.changed, twin.taken)) is not None

    @property
    def bytes(self) -> int:
        """About how much memory is taken."""
        with self._guard:
            return sum(one.column.bytes for one in self._kept.values())

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._kept.clear()
            self._reading.clear()

    def _standing(self, key: str, by: str, state: tuple[int, int]) -> Column | None:
        busy = self._busy()
        with self._guard:
            kept = self._kept.get((key, by))
            if kept is None or kept.state[1] != state[1] or (kept.state != state and not busy):
                return None
            self._turn += 1
            kept.used = self._turn
            return kept.column

    def _keep(self, key: str, by: str, column: Column, state: tuple[int, int]) -> None:
        if column.bytes > self._most or self._twin().locked:
            return
        with self._guard:
            self._turn += 1
            self._kept[key, by] = _Kept(column, state, self._turn)
            while sum(one.column.bytes for one in self._kept.values()) > self._most:
                del self._kept[min(self._kept, key=lambda one: self._kept[one].used)]
