"""Flashcards: a memory that forgets, a scheduler that repeats, and recall that depends on the night before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import Effects, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.clock import Clock
    from selftwin.sample.nights import Nights
    from selftwin.sample.plan import Plan
    from selftwin.sample.states import States

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

LEARNING, REVIEWING, RELEARNING = range(3)
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
_NEW_A_DAY, _MOST_A_DAY = 6, 60
_DECK = 1400


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews in order of time, shape [reviews] each; `interval` in days where positive, in seconds below 0."""

    day: Integers
    at: Integers  # UTC milliseconds
    card: Integers
    rating: Integers
    interval: Integers
    before: Integers
    ease: Integers  # per mille
    took: Integers  # ms
    kind: Integers
    chance: Floats  # the true chance of recall


@dataclass(slots=True)
class _Card:
    """One card in the scheduler and in memory."""

    number: int
    strength: float  # days until recall falls to nine in ten
    due: int
    seen: int
    interval: int = 0
    ease: int = 2500
    kind: int = LEARNING


def study(plan: Plan, clock: Clock, states: States, nights: Nights, effects: Effects, seed: int) -> Reviews:
    """Every review of the months of study: most evenings, none on days of illness."""
    rng = draws(seed, "study")
    slept = np.clip((nights.asleep - np.median(nights.asleep)) / 60, -3, 2)
    rows: list[tuple[float, ...]] = []
    cards: list[_Card] = []
    usual = np.where(states.free, 640, 1235) + rng.normal(0, 25, plan.days)
    evening = clock.utc(np.arange(plan.days), usual) * 1000
    there_was = clock.exists(np.arange(plan.days), usual)
    for day in range(plan.study.first, plan.study.stop):
        if rng.random() > 0.9 - 0.25 * states.free[day] - states.felt[day] or not there_was[day]:
            continue
        new = min(_NEW_A_DAY, _DECK - len(cards))
        cards += [_Card(len(cards), float(rng.lognormal(0.3, 0.5)), day, day) for _ in range(new)]
        due = sorted((card for card in cards if card.due <= day), key=lambda card: (card.kind == LEARNING, card.due))
        moment = int(evening[day]) + int(rng.integers(1000))
        for card in due[:_MOST_A_DAY]:
            row, took = _review(card, day, effects.sleep_recall * slept[day], rng)
            rows.append((day, moment, *row))
            moment += took + 400 + int(rng.integers(900))
    *whole, chance = (np.array(column) for column in zip(*rows, strict=True))
    day_, at, card_, rating, interval, before, ease, taken, kind = (column.astype(np.int64) for column in whole)
    return Reviews(day_, at, card_, rating, interval, before, ease, taken, kind, chance.astype(np.float64))


def _review(card: _Card, day: int, rested: float, rng: np.random.Generator) -> tuple[tuple[float, ...], int]:
    """One answer, and how the scheduler and the memory take it."""
    elapsed = max(day - card.seen, 0)
    plain = 0.55 if card.kind == LEARNING else 1 / (1 + elapsed / (9 * card.strength))
    plain = float(np.clip(plain, 0.02, 0.985))
    chance = 1 / (1 + np.exp(-(np.log(plain / (1 - plain)) + rested)))
    known = rng.random() < chance
    mood = rng.random()
    rating = (EASY if mood < 0.06 else HARD if mood < 0.18 else GOOD) if known else AGAIN
    before, kind = card.interval, card.kind
    _schedule(card, day, rating, rng)
    card.strength = card.strength * (1 + 1.6 * (1.05 - chance)) + 0.4 if known else max(0.5, card.strength * 0.35)
    card.seen = day
    took = int(np.clip(rng.lognormal(8.55, 0.5) * (1 if known else 1.5), 1200, 60_000))
    ease = 0 if kind == LEARNING else card.ease
    return (card.number, rating, card.interval, before, ease, took, kind, chance), took


def _schedule(card: _Card, day: int, rating: int, rng: np.random.Generator) -> None:
    """Anki's older scheduler, SM-2, with one learning step."""
    if rating == AGAIN:
        card.kind = LEARNING if card.kind == LEARNING else RELEARNING
        card.ease = max(1300, card.ease - 200) if card.kind == RELEARNING else card.ease
        card.interval, card.due = -600, day + 1
        return
    if card.kind in {LEARNING, RELEARNING} or card.interval < 1:
        card.interval = 4 if rating == EASY else 1
    else:
        factor = {HARD: 1.2, GOOD: card.ease / 1000, EASY: 1.3 * card.ease / 1000}[rating]
        card.interval = max(card.interval + 1, round(card.interval * factor * rng.uniform(0.95, 1.05)))
        card.ease = max(1300, card.ease + {HARD: -150, GOOD: 0, EASY: 150}[rating])
    card.kind, card.due = REVIEWING, day + card.interval
