"""What a fit looks at and asks: the record of one person, and the coordinates of a body that might explain it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selftwin.domains.body.glucose.engine import PLACE, Draws, Floats, Inputs, advance, at_rest_rate, run, steady, valid
from selftwin.domains.body.glucose.people import Kind, Population, population

Ints = NDArray[np.int64]

COUNTED = 0.25
"""How far off one count of a meal's grams is, as a spread of its logarithm."""
HABIT = 0.15  # how far off a person's counts are in general
START = 0.3  # how far from rest glucose may begin
LATELY = 36 * 60
APART = 14 * 60  # minutes between meals whose effects are told apart in one run


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one person, in minutes from its start, `minutes` of them; its end is now. Readings (k,) [mg/dL]
    at minutes (k,), in order; meals (q,) [g as counted] at minutes (q,) in order, each with the spread of its count's
    logarithm; insulin (minutes,) [U] and effort (minutes,) [beats a minute above rest]."""

    minutes: int
    readings_at: Ints
    readings: Floats
    meals_at: Ints
    meals: Floats
    meals_spread: Floats
    insulin: Floats
    effort: Floats

    def served(self, factors: Floats) -> Floats:
        """Carbohydrate minute by minute (n, minutes), each meal times its factor (n, q)."""
        carbs = np.zeros((len(factors), self.minutes))
        for place, at in enumerate(self.meals_at):
            carbs[:, at] += self.meals[place] * factors[:, place]
        return carbs


@dataclass(frozen=True, slots=True)
class Story:
    """A record and the coordinates of bodies that might tell it: the population's (k), the habit of counting, the
    start, and each meal's count (q), all standard normal beforehand. `groups` (q,) says which meals share a run."""

    record: Record
    people: Population
    weight: float | None
    groups: Ints

    @property
    def own(self) -> int:
        """How many coordinates are not meals."""
        return len(self.people.varying) + 2

    @property
    def size(self) -> int:
        """How many coordinates there are."""
        return self.own + len(self.record.meals)

    def bodies(self, away: Floats) -> Draws:
        """The bodies of these coordinates (n, size), at rest but for where their glucose starts."""
        people = self._people(away)
        rested = steady(people, np.exp(HABIT * away[:, self.own - 2]))
        rested.states[:, [3, 4, 12]] *= np.exp(START * away[:, [self.own - 1]])
        return rested

    def living(self, away: Floats) -> NDArray[np.bool_]:
        """Which of them could live (n,)."""
        return valid(self._people(away))

    def _people(self, away: Floats) -> Floats:
        people = self.people.bodies(away[:, : self.own - 2])
        if self.weight is not None:
            people[:, PLACE["weight"]] = self.weight
        if people[0, PLACE["gamma"]] > 0:
            rate = float(np.median(self.record.insulin)) * 60.0
            people[:, PLACE["injected_share"]] = np.clip(rate / at_rest_rate(people), 0.0, 0.9)
        return people

    def factors(self, away: Floats) -> Floats:
        """What was eaten of each meal per gram counted (n, q), beside the habit."""
        eaten: Floats = np.exp(self.record.meals_spread * away[:, self.own :])
        return eaten

    def told(self, away: Floats) -> Floats:
        """What a sensor would have seen at the readings (n, k), by bodies of these coordinates (n, size)."""
        record = self.record
        seen, _ = run(self.bodies(away), Inputs(record.served(self.factors(away)), record.insulin, record.effort))
        picked: Floats = seen[:, np.clip(record.readings_at - 1, 0, None)]
        return picked


def begin(kind: Kind, record: Record, weight: float | None) -> Story:
    """The story of a record, its meals gathered in as few runs as keep their effects apart."""
    groups, last = np.zeros(len(record.meals), np.int64), list[int]()
    for place, at in enumerate(record.meals_at):
        free = [group for group, before in enumerate(last) if at - before >= APART]
        if not free:
            last.append(int(at))
        groups[place] = free[0] if free else len(last) - 1
        last[groups[place]] = int(at)
    return Story(record, population(kind), weight, groups)


def lately(story: Story, away: Floats) -> Draws:
    """The bodies of these coordinates (n, size) after the last day and a half, begun at the glucose seen then."""
    record, bodies = story.record, story.bodies(away)
    since = max(0, record.minutes - LATELY)
    then = int(np.argmin(np.abs(record.readings_at - since)))
    states = bodies.states.copy()
    states[:, [3, 4, 12]] *= (record.readings[then] / bodies.glucose)[:, None]
    late = slice(since, record.minutes)
    carbs = record.served(story.factors(away))[:, late]
    given = Inputs(carbs, record.insulin[late], record.effort[late])
    return advance(Draws(bodies.people, states, bodies.counting), given)
