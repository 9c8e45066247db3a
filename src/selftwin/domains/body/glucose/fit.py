"""One person's own body, with its uncertainty: what a glucose sensor, counted meals, insulin and exertion say of it.

The mode of the posterior is found by damped Gauss-Newton steps from the population's middle, in coordinates in which
the population is standard normal; the count of every meal is unknown too, and what the model misses is a first-order
autoregression with a few wild readings allowed (Huber). Draws come from the curvature there (Laplace), and each lives
through the last day and a half, so that a what-if starts from now (docs/decisions/glucose-twin.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose.engine import Draws, Floats
from selftwin.domains.body.glucose.fit_misses import QUICK_MINUTES, SLOW_MINUTES, Misses
from selftwin.domains.body.glucose.fit_model import COUNTED, Record, Story, begin, lately
from selftwin.domains.body.glucose.fit_search import Found, search
from selftwin.vocabulary.errors import NothingYet

if TYPE_CHECKING:
    from selftwin.domains.body.glucose.people import Kind

__all__ = ["COUNTED", "Fitted", "Record", "fit", "guess"]

LEAST = 200.0  # readings a fit asks for, and the minutes they must span
LEAST_MINUTES = 24 * 60
SENSOR = 8.0  # mg/dL, the part of a miss that is the sensor's own
ROOM = 2.0  # how much wider than the curvature says, set on simulated people: bodies change, and modes are several


@dataclass(frozen=True, slots=True)
class Fitted:
    """One person's body as known at the end of the record: draws (n) at that minute; how the model misses readings;
    how much of a miss stands now [mg/dL]; and how much data is behind it."""

    draws: Draws
    misses: Misses
    now: float
    readings: int
    days: float

    def drift(self, minutes: int, *, seed: int = 0) -> Floats:
        """What a reading would differ from each draw's path (n, minutes) [mg/dL]: the present miss fading, new misses
        growing, the slow ones from nothing. For an interval of a reading; two futures share it, so a difference leaves
        it out."""
        chance = np.random.default_rng(seed)
        whole = np.zeros((len(self.draws), minutes))
        for size, lasting, at in (
            (self.misses.quick, QUICK_MINUTES, self.now),
            (self.misses.slow, SLOW_MINUTES, 0.0),
        ):
            keep, now = math.exp(-1.0 / lasting), np.full(len(self.draws), at)
            new = chance.standard_normal((minutes, len(self.draws))) * (size * math.sqrt(1.0 - keep**2))
            for minute in range(minutes):
                now = keep * now + new[minute]
                whole[:, minute] += now
        return whole


def fit(kind: Kind, record: Record, *, weight: float | None = None, draws: int = 128, seed: int = 0) -> Fitted:
    """The body of one person from a record, as draws at its end. Raises NothingYet under a day or 200 readings, or, in
    type 1, where no insulin is noted."""
    _enough(kind, record)
    story = begin(kind, record, weight)
    found = search(story)
    now, miss = _brought_to_now(lately(story, _scattered(story, found, draws, seed)), record, found.misses)
    return Fitted(now, found.misses, miss, len(record.readings), record.minutes / 1440.0)


def guess(kind: Kind, record: Record, *, weight: float | None = None) -> Draws:
    """The population's middle body at the end of the same record, at the glucose seen now: the naive guess to beat."""
    story = begin(kind, record, weight)
    unknowing = Misses(record.readings_at.astype(float), 0.0)
    return _brought_to_now(lately(story, np.zeros((1, story.size))), record, unknowing)[0]


def _enough(kind: Kind, record: Record) -> None:
    seen = record.readings_at
    if len(seen) < LEAST or seen[-1] - seen[0] < LEAST_MINUTES:
        raise NothingYet(
            "too few glucose readings to fit a body to",
            hint="A day and at least 200 readings are the least; two weeks make the twin yours.",
        )
    if kind == "type 1" and not np.any(record.insulin > 0):
        raise NothingYet(
            "no insulin is noted, and type 1 cannot be understood without it",
            hint="Import a pump or an app that keeps doses, or note each dose.",
        )


def _scattered(story: Story, found: Found, draws: int, seed: int) -> Floats:
    """Coordinates about the mode as the curvature says, with room; a body that could not live is replaced by its
    neighbour half way to the mode."""
    chance = np.random.default_rng(seed)
    away = ROOM * chance.standard_normal((draws, story.size)) @ found.spread.T
    for _ in range(6):
        living = story.living(found.mode + away)
        if living.all():
            break
        away[~living] *= 0.5
    return np.asarray(found.mode + away)


def _brought_to_now(then: Draws, record: Record, misses: Misses) -> tuple[Draws, float]:
    """Bodies moved to what the sensor saw last, as far as the miss is the body's own; and what is left of it."""
    fresh = record.readings_at > record.minutes - 20
    if not fresh.any():
        return then, 0.0
    miss = float(record.readings[fresh].mean()) - then.glucose
    doubt = max(float(then.glucose.var()) + misses.slow**2, float((miss**2).mean()) - SENSOR**2, 5.0**2)
    own = doubt / (doubt + SENSOR**2)
    target = np.maximum(then.glucose + own * miss, 30.0)
    moved = then.states.copy()
    moved[:, [3, 4, 12]] *= (target / np.maximum(then.glucose, 1.0))[:, None]
    return Draws(then.people, moved, then.counting), float(miss.mean()) * (1.0 - own)
