"""What a person noted that can be mistaken for an illness: alcohol, hard training, a journey, a vaccine; laid on the
day whose night would show it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from selftwin.learn.surveillance_courses import CONFOUNDERS

if TYPE_CHECKING:
    import polars as pl

    from selftwin.vocabulary.local import LocalClock
    from selftwin.vocabulary.model import Past

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

DRINKS = ("alcohol.drinks", "alcohol.any", "alcohol.grams")
TRAINING = ("training.load", "workout.duration", "activity.vigorous")
TEXTS = ("life_event", "note")
VACCINES = r"(?i)vaccin|impf|booster|\bjab\b"
JOURNEYS = r"(?i)\bflight\b|\bflew\b|jet ?lag|\btravel|\bjourney|\btrip\b"
SMALL_HOURS = timedelta(hours=5)  # what is drunk before then shows in the night that is under way
AWAY = 120  # minutes the clock was set by, from which it is a journey and no summer time
KNOWN = 90  # days of training that say what is hard
LEAST = 10  # of them with training
HARD = 0.9  # of the person's own training days lie below a hard one


def noted(past: Past, first: int, count: int, stood: LocalClock) -> tuple[Flags, tuple[tuple[str, int], ...]]:
    """Which of CONFOUNDERS was noted, (n, 4), for each day from `first` (since 1970) on: what happened on the day
    before it, so that it is known when the day is told; and the signals read, each with its first day."""
    held, tags = set(past.keys()), np.zeros((count, len(CONFOUNDERS)), dtype=np.bool_)
    reader = _Reader(past, held, first, count)
    tags[:, CONFOUNDERS.index("alcohol")] = reader.drinks()
    tags[:, CONFOUNDERS.index("training")] = reader.training()
    tags[:, CONFOUNDERS.index("travel")] = reader.texts(JOURNEYS) | reader.on(_journeys(stood) + 1)
    tags[:, CONFOUNDERS.index("vaccine")] = reader.texts(VACCINES) | reader.vaccines()
    return tags, tuple(sorted(reader.read.items()))


def _journeys(stood: LocalClock) -> NDArray[np.int64]:
    """Days on which the clock was found set by more than summer time asks for."""
    days, offset = np.array(stood.days, dtype=np.int64), np.array(stood.offset, dtype=np.int64)
    return np.asarray(days[1:][np.abs(np.diff(offset)) >= AWAY])


class _Reader:
    """Reads notes onto a calendar, and remembers what it read."""

    def __init__(self, past: Past, held: set[str], first: int, count: int) -> None:
        self.past, self.held, self.first, self.count = past, held, first, count
        self.read: dict[str, int] = {}

    def on(self, days: NDArray[np.int64]) -> Flags:
        """Days since 1970 as flags on the calendar."""
        found = np.zeros(self.count, dtype=np.bool_)
        places = days - self.first
        found[places[(places >= 0) & (places < self.count)]] = True
        return found

    def drinks(self) -> Flags:
        """The nights after something was drunk."""
        found = np.zeros(self.count, dtype=np.bool_)
        for key in DRINKS:
            if (rows := self._rows(key)) is not None:
                found |= self.on(_nights(rows))
            elif (days := self._days(key)) is not None:
                found |= self.on(days[0][days[1] > 0] + 1)
        return found

    def training(self) -> Flags:
        """The nights after training that was hard by the person's own days before it."""
        found = np.zeros(self.count, dtype=np.bool_)
        for key in TRAINING:
            if (days := self._days(key)) is not None:
                when, load = days
                found |= self.on(_hard(when[load > 0], load[load > 0]) + 1)
        return found

    def texts(self, pattern: str) -> Flags:
        """The nights after notes whose words match."""
        found = np.zeros(self.count, dtype=np.bool_)
        for key in TEXTS:
            if (rows := self._rows(key, words=True)) is not None:
                said = rows.filter(rows["text"].fill_null("").str.contains(pattern))
                found |= self.on(_dates(said) + 1)
        return found

    def vaccines(self) -> Flags:
        """The nights after a vaccine."""
        rows = self._rows("immunization", words=True)
        return self.on(np.zeros(0, dtype=np.int64) if rows is None else _dates(rows) + 1)

    def _rows(self, key: str, *, words: bool = False) -> pl.DataFrame | None:
        """Observations, of numbers those above nothing; None where there are none."""
        import polars as pl

        if key not in self.held:
            return None
        rows = self.past.series(key)
        if not rows.height:
            return None
        self.read[key] = int(_dates(rows)[0])
        return rows if words else rows.filter(pl.col("value") > 0)

    def _days(self, key: str) -> tuple[NDArray[np.int64], Floats] | None:
        import polars as pl

        if key not in self.held or not (days := self.past.days(key)).height:
            return None
        when = days["day"].cast(pl.Int32).to_numpy().astype(np.int64)
        self.read[key] = int(when[0])
        return when, days["value"].to_numpy().astype(np.float64)


def _dates(rows: pl.DataFrame) -> NDArray[np.int64]:
    import polars as pl

    return rows["local"].dt.date().cast(pl.Int32).to_numpy().astype(np.int64)


def _nights(rows: pl.DataFrame) -> NDArray[np.int64]:
    """The waking after each: the next day's, or the same day's for what was drunk in the small hours."""
    import polars as pl

    days = (rows["local"] - SMALL_HOURS).dt.date().cast(pl.Int32).to_numpy().astype(np.int64)
    return np.unique(days) + 1


def _hard(when: NDArray[np.int64], load: Floats) -> NDArray[np.int64]:
    """The days of training above nearly all of the person's own in the three months before."""
    hard = []
    for day, value in zip(when.tolist(), load.tolist(), strict=True):
        before = load[(when < day) & (when >= day - KNOWN)]
        if len(before) >= LEAST and value > float(np.quantile(before, HARD)):
            hard.append(day)
    return np.array(hard, dtype=np.int64)
