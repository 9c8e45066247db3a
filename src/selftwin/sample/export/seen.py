"""What a device saw of the minutes of a life: walks cut into records, samples at uneven moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.life import Life

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Records of a counting device, shape [records] each; UTC seconds."""

    start: Integers
    stop: Integers
    steps: Integers
    metres: Floats

    @property
    def minutes(self) -> Floats:
        """How long each lasts."""
        return np.asarray((self.stop - self.start) / 60)


def metres(life: Life) -> Floats:
    """Metres walked or run in each minute."""
    from selftwin.sample.causes import EASY_RUN, HARD_RUN
    from selftwin.sample.movement import STEP_LENGTH

    found = np.asarray(life.movement.steps * STEP_LENGTH, np.float64)
    workouts = life.movement.workouts
    for place in np.flatnonzero(np.isin(workouts.sport, (EASY_RUN, HARD_RUN))):
        here = slice(*(int(one) for one in life.clock.minute([workouts.start[place], workouts.stop[place]])))
        found[here] = life.movement.steps[here] * (workouts.metres[place] / max(life.movement.steps[here].sum(), 1))
    return found


def walks(
    life: Life, worn: NDArray[np.bool_], rng: np.random.Generator, *, bias: float, spread: float, longest: int = 10
) -> Stretches:
    """Runs of minutes with steps, cut at `longest` minutes, as a device counts them: off by `bias` and `spread`."""
    steps = life.movement.steps
    minute = np.flatnonzero((steps > 0) & worn)
    fresh = np.concatenate([[True], np.diff(minute) > 1])
    place = minute - minute[fresh][np.cumsum(fresh) - 1]
    first = np.flatnonzero(fresh | (place % longest == 0))
    last = np.concatenate([first[1:], [minute.size]]) - 1
    taken, far = (np.add.reduceat(values[minute], first) for values in (steps, metres(life)))
    error = 1 + bias + rng.normal(0, spread, first.size)
    counted = np.maximum(1, np.round(taken * error)).astype(np.int64)
    start = life.clock.start + 60 * minute[first] + rng.integers(0, 14, first.size)
    stop = life.clock.start + 60 * (minute[last] + 1) - rng.integers(0, 14, first.size)
    return Stretches(start, stop, counted, far * error)


def samples(
    life: Life, worn: NDArray[np.bool_], rng: np.random.Generator, *, every: float, spread: float
) -> tuple[Integers, Integers]:
    """Moments (UTC seconds) and minutes at which a device looked: `every` so many minutes, give or take `spread`."""
    count = int(worn.size / every * 1.2) + 10
    at = np.cumsum(rng.uniform(every - spread, every + spread, count) * 60).astype(np.int64)
    at = at[at < 60 * worn.size]
    minute = at // 60
    return life.clock.start + at[worn[minute]], minute[worn[minute]]
