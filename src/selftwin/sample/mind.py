"""Mood and how one feels in the morning; what is bought, and what is listened to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.body import Body
    from selftwin.sample.nights import Nights
    from selftwin.sample.plan import Plan
    from selftwin.sample.states import States

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

SHOPS = (  # merchant, category, median amount in euros, spread, how likely on a working day, on a free day
    ("Market hall", "groceries", 31.0, 0.45, 0.42, 0.62),
    ("Canteen", "eating out", 8.4, 0.25, 0.62, 0.02),
    ("Corner cafe", "eating out", 14.0, 0.50, 0.12, 0.42),
    ("Railways", "transport", 9.8, 0.55, 0.10, 0.16),
    ("Bookshop", "leisure", 22.0, 0.40, 0.03, 0.08),
    ("Outdoor store", "clothing", 58.0, 0.60, 0.015, 0.05),
)


@dataclass(frozen=True, slots=True)
class Mind:
    """Days shape [days]: what was felt, whether it was written down, minutes listened."""

    felt: Floats  # the mood itself, about 1 to 5
    mood: Integers  # the word chosen, 1 to 5
    noted: NDArray[np.bool_]
    wellness: Integers  # [days, 6]: fatigue, mood, readiness (to 10), sleep quality, soreness, stress; 5 is best
    answered: NDArray[np.bool_]
    listening: Floats  # minutes


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases, shape [purchases] each; `shop` is an index into SHOPS."""

    day: Integers
    shop: Integers
    euros: Floats


def mind(plan: Plan, states: States, nights: Nights, body: Body, effects: Effects, seed: int) -> Mind:
    """Every day's mood, answers and listening."""
    rng, days = draws(seed, "mind"), plan.days
    slept = np.clip((nights.asleep - np.median(nights.asleep)) / 60, -3, 2)
    felt = (
        3.5 + effects.sleep_mood * slept + effects.stress_mood * states.stress + effects.illness_mood * states.felt
        + effects.training_mood * states.load + 0.2 * states.free - 0.15 * states.winter + rng.normal(0, 0.45, days)
    )  # fmt: skip
    mood = np.clip(np.round(felt), 1, 5).astype(np.int64)
    strain = np.concatenate([[0.0], states.load[:-1]])
    usual = body.sdnn / np.median(body.sdnn) - 1
    answers = np.stack(
        [
            3.3 + 0.5 * slept - 0.6 * strain - 1.4 * states.felt,
            felt,
            6.4 + 0.8 * slept + 3.0 * usual - 1.6 * states.felt,
            3.4 + 0.8 * slept - 0.5 * states.felt,
            3.9 - 1.1 * strain - 0.8 * states.felt,
            3.4 - 0.7 * states.stress,
        ],
        axis=1,
    )
    answers = answers + rng.normal(0, 0.4, answers.shape)
    most = np.array([5, 5, 10, 5, 5, 5])
    return Mind(
        felt=felt,
        mood=mood,
        noted=rng.random(days) < np.where(mood <= 2, 0.62, 0.9) - 0.4 * states.felt,
        wellness=np.clip(np.round(answers), 1, most).astype(np.int64),
        answered=rng.random(days) < 0.85 - 0.5 * states.felt,
        listening=_listening(states, effects, rng),
    )


def _listening(states: States, effects: Effects, rng: np.random.Generator) -> Floats:
    days = states.stress.size
    minutes = rng.gamma(3, 14, days) * (1 + effects.stress_listening * np.maximum(states.stress, 0))
    return np.where(rng.random(days) < 0.9, np.round(minutes), 0.0)


def purchases(plan: Plan, states: States, effects: Effects, seed: int) -> Purchases:
    """What is bought: more on free days, more when stressed, hardly anything when ill."""
    rng = draws(seed, "purchases")
    rows: list[tuple[int, int, float]] = []
    for day in range(plan.days):
        eager = (1 + effects.stress_spending * max(states.stress[day], 0)) * (1 - 0.8 * states.felt[day])
        for shop, (_, _, median, spread, working, free) in enumerate(SHOPS):
            if rng.random() < (free if states.free[day] else working) * eager:
                rows.append((day, shop, round(float(median * rng.lognormal(0, spread)), 2)))
    day_, shop_, euros = (np.array(column) for column in zip(*rows, strict=True))
    return Purchases(day_, shop_, euros)
