"""The two futures of somebody's weight: going on as the weigh-ins say, and what Hall's model adds for what is done.

Going on as you are is a level that wanders with a fading trend (`learn.wandering`), its spreads weighed by your own
weigh-ins. From that trend follows how far what you eat now lies from what would keep your weight. A what-if adds, life
by life, what Hall's model says a change does to a body at that life's weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.weight import doing
from selftwin.domains.body.weight.doing import Luck
from selftwin.domains.body.weight.hall import Changes, energy_per_kg, fat_after, simulate
from selftwin.domains.body.weight.person import adults, read
from selftwin.learn import wandering
from selftwin.learn.wandering import Usual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from selftwin.domains.body.weight.hall import Adult, Course
    from selftwin.domains.body.weight.person import Person
    from selftwin.learn.wandering import Replay
    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do, Scenario

    Floats = NDArray[np.float64]

LIVES = 400
USUAL = Usual()  # kg: what a grown person's weight does, before their own weigh-ins are seen
LEANEST = 0.03  # of the weight: less fat than this nobody lives with


@dataclass(frozen=True, slots=True)
class Future:
    """One future in many lives, (n, days + 1): kg on the scale and of fat, and kcal/d eaten."""

    weight: Floats
    fat: Floats
    intake: Floats


@dataclass(frozen=True, slots=True)
class Futures:
    """Both futures of one person, life by life of the same luck, and the `slow` weight without the day's water (kg) of
    going on; what each step adds to the last difference (kg); and what is eaten and spent now (kcal/d, n each)."""

    person: Person
    with_: Future
    without: Future
    slow: Floats
    trend: Floats
    because: tuple[tuple[str, float], ...]
    keeps: Floats
    eats: Floats


def futures(past: Past, scenario: Scenario, instead_of: Scenario, days: int, *, seed: int = 0) -> Futures:
    """Both futures over so many days. Raises NothingYet, UsageError, Refused."""
    person = read(past)
    rng = np.random.default_rng([seed, 811])
    learnt = wandering.learn(person.days, person.weights, person.today, USUAL)
    alone = wandering.imagine(learnt, days, LIVES, rng)
    half = rng.standard_normal((LIVES // 2, 8))
    luck = np.stack([half, -half], axis=1).reshape(LIVES, 8)
    start = adults(person, alone.level[:, 0], luck[:, :4])
    intake = start.intake[:, None] + alone.trend * energy_per_kg(start.fat)[:, None]
    asked = _Asked(past, start, intake, Luck.of(luck[:, 4:]), days)
    plain = Future(alone.readings, fat_after(start.fat[:, None], alone.level - alone.level[:, :1]), intake)
    with_, without = asked.future(plain, scenario.steps), asked.future(plain, instead_of.steps)
    because = asked.because(scenario.steps, instead_of.steps)
    return Futures(person, with_, without, alone.level, alone.trend[:, 0], because, start.intake, intake[:, 0])


def replayed(person: Person, days: int, *, seed: int = 0) -> Replay:
    """How going on as you are would have been told on your own past, so many days ahead (at most 90)."""
    return wandering.replay(person.days, person.weights, min(days, 90), USUAL, every=15, seed=seed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every run of Hall's model shares."""

    past: Past
    start: Adult
    intake: Floats
    luck: Luck
    days: int

    def future(self, plain: Future, steps: Sequence[Do]) -> Future:
        """The plain future with steps."""
        if not steps:
            return plain
        course, changed = self.course(steps)
        weight = plain.weight + course.weight - course.weight[:, :1]
        fat = np.maximum(plain.fat + course.fat - course.fat[:, :1], LEANEST * weight)
        return Future(weight, fat, plain.intake + np.asarray(changed.energy))

    def course(self, steps: Sequence[Do]) -> tuple[Course, Changes]:
        """Hall's model under steps."""
        changed = doing.changes(steps, self.past, self.start, self.intake, self.luck, self.days)
        eaten = np.maximum(np.asarray(changed.energy), 100.0 - self.intake)  # nobody eats less than next to nothing
        changed = Changes(energy=eaten, sodium=changed.sodium, moving=changed.moving)
        return simulate(self.start, changed, self.days), changed

    def because(self, steps: Sequence[Do], instead: Sequence[Do]) -> tuple[tuple[str, float], ...]:
        """What each step, taken after those before it, adds to the last mean difference, kg."""
        found, before = [], 0.0
        for count in range(1, len(steps) + 1):
            ends = self.course(steps[:count])[0].weight
            after = float((ends[:, -1] - ends[:, 0]).mean())
            found.append((str(steps[count - 1]), after - before))
            before = after
        if instead:
            ends = self.course(instead)[0].weight
            found.append(("not doing what it is held against", -float((ends[:, -1] - ends[:, 0]).mean())))
        return tuple(found)
