"""What fitness, sleep, caffeine and alcohol share: a person's days as arrays, when steps act, two futures told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.vocabulary.catalogue import signal
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust
from selftwin.vocabulary.trajectory import Measure, Trajectory, courses, spread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

DRAWS = 300
DAY = timedelta(days=1)
MAKER = "selftwin"


def today(past: Past) -> date:
    """The local day of `now`, from which futures begin."""
    return past.now.astimezone(past.zone).date()


def days(past: Past, key: str, count: int) -> Floats:
    """A signal on the last so many days before today (count,), nan where it is missing."""
    values = np.full(count, np.nan)
    last = today(past)
    found = past.days(key, since=last - count * DAY)
    for day, value in zip(found["day"].to_list(), found["value"].to_list(), strict=True):
        place = count - (last - day).days
        if 0 <= place < count:
            values[place] = value
    return values


def recent(values: Floats, count: int = 28) -> Floats:
    """The known ones of the last so many days."""
    late = values[-count:]
    return late[np.isfinite(late)]


def acting(step: Do, past: Past, length: int) -> Flags:
    """On which of the days from today on (length,) a step acts: once, or on each day it lasts."""
    first = (step.begins(past.now, past.zone).astimezone(past.zone).date() - today(past)).days
    on = np.zeros(length, dtype=bool)
    if step.lasts is not None:
        last = first + max(1, math.ceil(step.lasts / DAY))
    else:
        is_once = not step.daily and (step.clock is not None or step.moment is not None)
        last = first + 1 if is_once else length
    on[max(first, 0) : max(last, 0)] = True
    return on


def reach(question: Question, past: Past, *, usual: int, most: int) -> int:
    """How many days to look ahead: as asked, else to the end of the last step that ends, else as is usual here."""
    if question.days is not None:
        return min(max(1, math.ceil(question.days)), most)
    ends = [0]
    for step in (*question.scenario.steps, *question.instead_of.steps):
        if step.lasts is not None:
            first = (step.begins(past.now, past.zone).astimezone(past.zone).date() - today(past)).days
            ends.append(first + math.ceil(step.lasts / DAY))
    return min(max(ends) or usual, most)


def trust(count: int) -> Trust:
    """How far to trust what so many days stand behind."""
    if count >= TRUSTED_DAYS:
        return Trust.TRUSTED
    return Trust.FIRST if count >= FIRST_DAYS else Trust.NONE


def local_hour(moment: datetime, past: Past) -> float:
    """Hours from local midnight of today on the person's clock, by time that really passes."""
    start = datetime.combine(today(past), time(0), past.zone).astimezone(UTC)
    return (moment.astimezone(UTC) - start) / timedelta(hours=1)


def moment(hour: float, past: Past) -> str:
    """The ISO moment (UTC) so many hours after local midnight of today."""
    start = datetime.combine(today(past), time(0), past.zone).astimezone(UTC)
    return (start + timedelta(hours=hour)).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Telling:
    """What every trajectory of one answer says alike."""

    past: Past
    question: Question
    model: str
    n: int
    assumptions: tuple[str, ...]
    cites: tuple[str, ...]

    def told(
        self, key: str, at: Sequence[str], draws: Floats, *, notes: Sequence[str] = (),
        measures: Sequence[Measure] = (), because: Sequence[tuple[str, float]] = (),
        replayed: tuple[int, int] | None = None, n: int | None = None,
    ) -> Trajectory:  # fmt: skip
        """The trajectory of a signal from draws (2, n, moments), held within what the signal can be."""
        nature = signal(key)
        low, high = nature.low, nature.high
        held = np.clip(draws, low, high) if low is not None or high is not None else draws
        with_, without, difference = courses(list(at), held[0], held[1])
        count = self.n if n is None else n
        return Trajectory(
            key, nature.unit, self.model, str(self.question.scenario), self.past.now.isoformat(timespec="seconds"),
            trust(count), count, with_, without, difference, self.assumptions, self.cites,
            instead_of=str(self.question.instead_of), notes=tuple(notes), measures=tuple(measures),
            because=tuple(because), replayed=replayed, replay=self.past.replay, draws=held,
        )  # fmt: skip


def compared(name: str, unit: str, with_: Floats, without: Floats) -> Measure:
    """One number about both futures from its draws (n,)."""
    return Measure(name, unit, spread(with_), spread(without), spread(with_ - without))


def amount(step: Do) -> float:
    """The amount of a step that must have one. Raises UsageError."""
    if step.amount is None:
        raise UsageError(f"Say how much of {step.signal}.", hint=f"Such as `{step.signal} 30 {step.unit}`.")
    return step.amount
