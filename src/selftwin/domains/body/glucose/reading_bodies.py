"""The bodies that could be a person's, at this minute: fitted to the last two weeks, or drawn from a population."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose import fit as fits
from selftwin.domains.body.glucose import people
from selftwin.domains.body.glucose.engine import Draws, Inputs, advance
from selftwin.vocabulary.errors import NothingYet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.body.glucose.fit import Fitted
    from selftwin.domains.body.glucose.reading import Body

    Floats = NDArray[np.float64]

DRAWS, TIMES = 128, 3  # bodies, and how often each is lived with other luck
LEAST_MEALS = 1.0  # noted a day, from which on meals explain what is seen
WANDER, LASTING = 30.0, 90.0  # mg/dL and minutes of what a stranger's body does that nothing explains
LATELY = 6 * 60
GLUCOSE = (3, 4, 12)  # places of a state that hold glucose


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies at now: draws (n), the basal that goes on in each [U/h] (n,), the fit they come from and the population's
    middle body at the same minute for comparison, and why there is no such, in words, where both are None."""

    draws: Draws
    rates: Floats
    fitted: Fitted | None
    middle: Draws | None
    because: str

    @property
    def is_own(self) -> bool:
        """Whether they were fitted to the person."""
        return self.fitted is not None

    def drift(self, minutes: int, *, seed: int) -> Floats:
        """What a reading would differ from each body's path (n, minutes) [mg/dL]."""
        if self.fitted is not None:
            return replace(self.fitted, draws=self.draws).drift(minutes, seed=seed)
        keep = math.exp(-1.0 / LASTING)
        new = np.random.default_rng(seed).standard_normal((minutes, len(self.draws)))
        wander, now = np.empty((len(self.draws), minutes)), np.zeros(len(self.draws))
        for minute in range(minutes):
            now = keep * now + WANDER * math.sqrt(1.0 - keep**2) * new[minute]
            wander[:, minute] = now
        return wander


def bodies(known: Body, *, seed: int = 0) -> Bodies:
    """Bodies of a person. Raises NothingYet in type 1 where no insulin is noted."""
    if known.kind == "type 1" and not known.record.insulin.any():
        raise NothingYet(
            "No insulin is noted, and type 1 cannot be understood without it.",
            hint="Import a pump or an app that keeps doses, or note each dose: `selftwin note insulin.bolus 4`.",
        )
    if known.meals_a_day < LEAST_MEALS:
        return _drawn(known, "you note too few meals to tell them from what your body does", seed)
    record, rate = known.record, known.insulin.rate
    if known.kind == "type 1" and not known.insulin.has_basal:
        rate = float(people.mean("type 1", weight=known.weight).basal[0])
        record = replace(record, insulin=record.insulin + rate / 60.0)
    try:
        fitted = fits.fit(known.kind, record, weight=known.weight, draws=DRAWS, seed=seed)
    except NothingYet:
        return _drawn(known, "there are too few readings yet", seed)
    draws = fitted.draws.only(np.tile(np.arange(DRAWS), TIMES))
    middle = fits.guess(known.kind, record, weight=known.weight)
    return Bodies(draws, np.full(len(draws), rate), fitted, middle, "")


def _drawn(known: Body, why: str, seed: int) -> Bodies:
    """Random people of the same kind after the same last hours, brought to the glucose seen now."""
    rested = people.draw(known.kind, DRAWS * TIMES, seed, weight=known.weight)
    rates = rested.basal
    since = min(LATELY, known.record.minutes)
    late = slice(known.record.minutes - since, known.record.minutes)
    carbs = np.zeros(known.record.minutes)
    np.add.at(carbs, known.record.meals_at, known.record.meals)
    insulin = known.insulin.fast[-since:] + rates[:, None] / 60.0
    lived = advance(rested, Inputs(carbs[late], insulin, known.record.effort[late]))
    states = lived.states.copy()
    level = known.standing.level
    if level is not None:
        states[:, list(GLUCOSE)] *= (level / np.maximum(lived.glucose, 1.0))[:, None]
    return Bodies(replace(lived, states=states), rates, None, None, why)
