"""Forecasts of a dense signal (glucose, heart rate) on its sensor's own grid, from the person's own past only: ridges
on lags, slopes, the clock and random cosines, mixed by how each has missed, with slow adaptive conformal bounds.

A step takes a state and readings and returns a new state and what was said after each reading; many small steps and
one large one end in the same bits. Nothing is interpolated across a gap, nothing later than a reading is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.learn import dense_memory as parts

if TYPE_CHECKING:
    from selftwin.learn.dense_memory import Floats, Memory

LEVELS = parts.LEVELS
FOUNDING_DAYS = (1.0, 3.0)  # at the second the first is learnt again, with a better idea of the signal's scale
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Grid:
    """How a sensor measures and what is asked of it. Seconds; `leads` are the horizons, `low` and `high` what a value
    can be, a spacing beyond `gap` ends a run (0: 16 minutes or three intervals, the longer), a run is scored from
    `warm` on, and a target is the reading within `tolerance`. `scale` is the usual spread of values within a person
    where that is known, else the first days tell."""

    interval: float
    leads: tuple[float, ...]
    low: float = -math.inf
    high: float = math.inf
    gap: float = 0.0
    warm: float = 57.5 * 60
    tolerance: float = 150.0
    scale: float = math.nan

    def fixed(self) -> Floats:
        """The grid as the memory keeps it, without a scale yet."""
        gap = self.gap or max(16 * 60.0, 3 * self.interval)
        return np.array([self.interval, gap, self.warm, self.tolerance, self.low, self.high, self.scale])


@dataclass(frozen=True, slots=True)
class Dense:
    """A forecaster after some readings. `founding` holds the first days' readings (n, 3) until the scale is settled."""

    memory: Memory
    founding: Floats
    stage: int


@dataclass(frozen=True, slots=True)
class Said:
    """What was said after each of n readings for each of H leads: NaN where nothing could be. `low` and `high` are
    (n, H, 3) by level 50, 80, 90; `below` is the chance of a value under the threshold asked for."""

    mean: Floats
    low: Floats
    high: Floats
    below: Floats


def begin(grid: Grid) -> Dense:
    """A forecaster that has seen nothing."""
    memory = parts.empty(fixed=grid.fixed(), leads=np.array(grid.leads, dtype=np.float64))
    return Dense(memory, np.zeros((0, 3)), 0 if math.isnan(grid.scale) else len(FOUNDING_DAYS))


def observe(
    state: Dense, times: Floats, values: Floats, *, clocks: Floats | None = None, threshold: float = math.nan
) -> tuple[Dense, Said]:
    """The state after these readings, and what was said after each.

    `times` (n,) are seconds, rising, later than any before; `clocks` the local second of the day, else taken from
    `times`. Raises ValueError where times do not rise or a number is not finite.
    """
    rows = np.column_stack([times, values, times if clocks is None else clocks]).astype(np.float64)
    _check(rows, state.memory.now[parts.LAST_TIME])
    said = np.full((len(rows), len(state.memory.leads), 2 + 2 * len(LEVELS)), math.nan)
    done = 0
    while done < len(rows):
        count = min(_room(state), len(rows) - done)
        state = _advance(state, rows[done : done + count], threshold, said[done : done + count])
        done += count
    return state, Said(said[..., 0], said[..., 1:-1:2], said[..., 2:-1:2], said[..., -1])


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is said now, for H leads and three methods (ours, last value, the usual of the clock): `mean` (H, 3), `low`
    and `high` (H, 3, 3) by method and level, `cases` (H,) scored so far that stand apart, `error` (H, 3) mean absolute
    errors on those. `warm` says whether ours could see an hour of past; where not, ours is NaN."""

    mean: Floats
    low: Floats
    high: Floats
    cases: Floats
    error: Floats
    warm: bool


def outlook(state: Dense, clock: float) -> Outlook:
    """What comes after the newest reading, whose local second of the day is `clock`. Raises ValueError before any."""
    if not readings(state):
        raise ValueError("nothing was observed yet")
    if not state.stage:
        return _blank(state)
    from selftwin.learn.dense_stream import speak

    memory = parts.copied(state.memory)
    out = np.full((1, len(memory.leads), 2 + 2 * len(LEVELS)), math.nan)
    usual = speak(memory, clock, out)[:, parts.Q_CLOCK]
    return _gathered(memory, out[0], usual, is_warm=bool(np.isfinite(out[0, :, 0]).all()))


def readings(state: Dense) -> int:
    """How many readings the state has seen."""
    return int(state.memory.now[parts.READINGS]) if state.stage else len(state.founding)


def _blank(state: Dense) -> Outlook:
    """The last value alone, while the first day is not over."""
    count = len(state.memory.leads)
    mean = np.full((count, 3), math.nan)
    mean[:, parts.LAST] = state.founding[-1, 1]
    bounds = np.full((count, 3, len(LEVELS)), math.nan)
    return Outlook(mean, bounds, bounds, np.zeros(count), np.full((count, 3), math.nan), warm=False)


def _gathered(memory: Memory, ours: Floats, clock_mean: Floats, *, is_warm: bool) -> Outlook:
    """Ours and the two naive guesses side by side, the naive ones with the bounds of their own past misses."""
    fixed, count = memory.fixed, len(memory.leads)
    last = np.full(count, memory.now[parts.LAST_VALUE])
    mean = np.column_stack([ours[:, 0], last, clock_mean])
    spans = mean[:, :, None, None] + fixed[parts.SCALE] * memory.bound
    spans[:, parts.OURS] = ours[:, 1:-1].reshape(count, len(LEVELS), 2)
    spans = np.clip(spans, fixed[parts.LOW], fixed[parts.HIGH])
    scored = memory.score[:, 0]
    with np.errstate(invalid="ignore"):
        error = memory.score[:, 1:] / np.where(scored > 0, scored, math.nan)[:, None]
    cases = scored * np.minimum(1.0, fixed[parts.INTERVAL] / memory.leads)
    return Outlook(mean, spans[..., 0], spans[..., 1], cases, error, warm=is_warm)


def _check(rows: Floats, last: float) -> None:
    """Refuse what cannot be read in order."""
    if not np.isfinite(rows).all():
        raise ValueError("a time, value or clock is not a finite number")
    if len(rows) and (rows[0, 0] <= last or (np.diff(rows[:, 0]) <= 0).any()):
        raise ValueError("times must rise, and follow those already taken in")


def _room(state: Dense) -> int:
    """How many readings fit before the next founding stage ends."""
    if state.stage == len(FOUNDING_DAYS):
        return int(np.iinfo(np.int64).max)
    return _founding_size(state.memory, state.stage) - len(state.founding)


def _founding_size(memory: Memory, stage: int) -> int:
    """How many readings end a founding stage."""
    return max(24, math.ceil(FOUNDING_DAYS[stage] * DAY / float(memory.fixed[parts.INTERVAL])))


def _advance(state: Dense, rows: Floats, threshold: float, out: Floats) -> Dense:
    """Take in rows that fit into this stage, and found anew where they end it."""
    memory = parts.copied(state.memory)
    if state.stage:
        _learn(memory, rows, threshold, out)
    else:
        memory.now[parts.LAST_TIME] = rows[-1, 0]
    if state.stage == len(FOUNDING_DAYS):
        return Dense(memory, state.founding, state.stage)
    founding = np.concatenate([state.founding, rows])
    if len(founding) < _founding_size(memory, state.stage):
        return Dense(memory, founding, state.stage)
    return _found(memory, founding, state.stage + 1)


def _found(memory: Memory, founding: Floats, stage: int) -> Dense:
    """The state learnt again from the first days' readings, in the scale that they show."""
    spread, middle = float(founding[:, 1].std()), float(np.abs(founding[:, 1]).mean())
    fixed = memory.fixed.copy()
    fixed[parts.SCALE] = max(spread, 0.01 * middle, 1e-6)
    anew = parts.empty(fixed=fixed, leads=memory.leads)
    _learn(anew, founding, math.nan, np.empty((len(founding), len(anew.leads), 2 + 2 * len(LEVELS))))
    return Dense(anew, founding if stage < len(FOUNDING_DAYS) else founding[:0], stage)


def _learn(memory: Memory, rows: Floats, threshold: float, out: Floats) -> None:
    """Run the compiled loop over these rows, in place."""
    from selftwin.learn.dense_stream import learn

    learn(memory, rows, threshold, out)


def to_bytes(state: Dense) -> bytes:
    """The state as bytes, exactly, without pickle."""
    head = f"{state.stage} {len(state.founding)}\n".encode()
    return head + state.founding.astype("<f8").tobytes() + parts.to_bytes(state.memory)


def from_bytes(data: bytes) -> Dense:
    """The state these bytes hold. Raises ValueError where they are not whole."""
    head, _, body = data.partition(b"\n")
    stage, count = (int(word) for word in head.split())
    founding = np.frombuffer(body, "<f8", 3 * count).reshape(count, 3).astype(np.float64)
    return Dense(parts.from_bytes(body[24 * count :]), founding, stage)
