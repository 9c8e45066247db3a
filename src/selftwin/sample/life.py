"""A whole sample life: the same for the same seed, everywhere; and the digest that says so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.body import Body, body
from selftwin.sample.causes import SEED, Effects
from selftwin.sample.clock import Clock, clock
from selftwin.sample.glucose import Glucose, glucose
from selftwin.sample.heart import heart
from selftwin.sample.intake import Intake, intake
from selftwin.sample.mind import Mind, Purchases, mind, purchases
from selftwin.sample.movement import Movement, movement
from selftwin.sample.nights import Nights, nights
from selftwin.sample.plan import DAYS, LAST, Plan, journey, plan
from selftwin.sample.states import States, states
from selftwin.sample.study import Reviews, study
from selftwin.sample.wearing import Wearing, wearing

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Life:
    """What truly happened, whatever a device saw of it. Minutes count from the start of the first local day."""

    seed: int
    effects: Effects
    plan: Plan
    clock: Clock
    states: States
    nights: Nights
    body: Body
    movement: Movement
    heart: NDArray[np.float64]
    intake: Intake
    glucose: Glucose
    reviews: Reviews
    mind: Mind
    purchases: Purchases
    wearing: Wearing

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps truly taken on each local day, shape [days]."""
        minute = np.arange(self.movement.steps.size)
        day = np.clip(self.clock.day(self.clock.start + 60 * minute), 0, self.plan.days - 1)
        return np.bincount(day, self.movement.steps, self.plan.days).astype(np.int64)


def live(*, seed: int = SEED, days: int = DAYS, last: date = LAST) -> Life:
    """The life of so many days up to `last`. Raises UsageError for fewer than 42 days.

    A short life is another one: the same illnesses, journey and devices, closer together.
    """
    effects, fixed = Effects(), plan(days, last)
    clock_ = clock(fixed, journey(fixed))
    states_ = states(fixed, effects, seed)
    nights_ = nights(fixed, clock_, states_, effects, seed)
    body_ = body(states_, effects, seed)
    movement_ = movement(fixed, clock_, states_, nights_, effects, seed)
    intake_ = intake(fixed, clock_, states_, movement_, effects, seed)
    return Life(
        seed=seed,
        effects=effects,
        plan=fixed,
        clock=clock_,
        states=states_,
        nights=nights_,
        body=body_,
        movement=movement_,
        heart=heart(clock_, states_, body_, nights_, movement_, seed),
        intake=intake_,
        glucose=glucose(fixed, clock_, states_, nights_, movement_, intake_, effects, seed),
        reviews=study(fixed, clock_, states_, nights_, effects, seed),
        mind=mind(fixed, states_, nights_, body_, effects, seed),
        purchases=purchases(fixed, states_, effects, seed),
        wearing=wearing(fixed, clock_, states_, nights_, movement_, seed),
    )


def digest(life: Life) -> str:
    """SHA-256 of every array of a life, to three decimals: what freezing it means."""
    found = hashlib.sha256()
    for name, values in _arrays("", life):
        found.update(name.encode())
        found.update(np.ascontiguousarray(np.round(values.astype(np.float64), 3) + 0.0, "<f8").tobytes())
    return found.hexdigest()


def _arrays(place: str, thing: Any) -> list[tuple[str, NDArray[Any]]]:
    if isinstance(thing, np.ndarray):
        return [(place, thing)]
    if not is_dataclass(thing):
        return []
    return [found for one in fields(thing) for found in _arrays(f"{place}/{one.name}", getattr(thing, one.name))]
