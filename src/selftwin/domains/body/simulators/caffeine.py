"""Caffeine: how much sleep it costs, and how much of it is in the blood until bedtime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.simulators import _nights as nights
from selftwin.domains.body.simulators._living import (
    DRAWS,
    Telling,
    compared,
    days,
    local_hour,
    moment,
    reach,
    recent,
    today,
)
from selftwin.domains.body.sleep import caffeine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.domains.body.simulators._nights import Plan, Usual
    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.trajectory import Trajectory

    Floats = NDArray[np.float64]

MOST_DAYS = 28
WEIGHT, WEIGHT_ERROR = 75.0, 15.0  # kg, where none is known
EACH = 0.25  # hours


@dataclass(frozen=True, slots=True)
class Caffeine:
    """One compartment, and the sleep that what is left at bedtime costs."""

    name: str = "caffeine"
    title: str = "Caffeine and the night after it"
    version: int = 1
    rank: int = 2
    takes: frozenset[str] = frozenset({"caffeine"})
    gives: tuple[str, ...] = ("sleep.duration", "blood_caffeine")
    cites: tuple[str, ...] = (
        "Gardiner and others 2023, Sleep Med Rev 69:101764 (sleep -45 min; nothing lost after 107 mg, 8.8 h before)",
        "Drake and others 2013, J Clin Sleep Med 9:1195 (400 mg up to six hours before bed)",
        "Institute of Medicine 2001, Caffeine for the Sustainment of Mental Task Performance (half-life, clearance)",
        "Blanchard and Sawers 1983, Eur J Clin Pharmacol 24:93 (absorption)",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Sleep by nights, and caffeine in the blood up to bedtime."""
        length = _length(past, question)
        habits = nights.usual(past, seed)
        known = past.number("weight", within=730)
        drinker = caffeine.drinkers(known or WEIGHT, 0.0 if known else WEIGHT_ERROR, DRAWS, seed)
        scenarios = (question.scenario, question.instead_of)
        doses = [nights.doses(past, one, "caffeine", length) for one in scenarios]
        made = nights.plan(past, habits, type(question.scenario)(), length, seed)
        base = Telling(past, question, f"{self.name} {self.version}", habits.known, ASSUMED, self.cites)
        notes = list(_notes(doses[0], known=known is not None, nights_known=habits.known))
        return [_sleep(base, made, doses, drinker, length, notes), _blood(base, habits, doses, drinker)]


ASSUMED = (
    "Caffeine leaves the body with a half-life of 2.5 to 10 h (9 people in 10), 5 h in the middle.",
    "Smoking halves it, pregnancy and hormonal contraception about double it: the model knows none of these.",
    "What is left at bedtime costs sleep above 33 mg; how much, was measured in people who mostly drink little of it.",
    "Caffeine recorded in the last day is counted in both futures, what you usually take later is in neither.",
)

SIMULATOR = Caffeine()


def _length(past: Past, question: Question) -> int:
    """Days ahead: as asked or told, and at least to the night after every dose."""
    steps = (*question.scenario.of("caffeine"), *question.instead_of.of("caffeine"))
    later = [int(local_hour(step.begins(past.now, past.zone), past) // 24) + 1 for step in steps]
    return min(max([reach(question, past, usual=1, most=MOST_DAYS), *later]), MOST_DAYS)


def _lost(doses: list[tuple[float, float]], bedtime: Floats, drinker: caffeine.Drinker) -> tuple[Floats, Floats]:
    """Minutes of sleep lost, and milligrams left, in a night that begins at an hour (n,)."""
    begins = nights.after(bedtime, doses)
    left = sum((caffeine.amount(mg, begins - hour, drinker.absorption, drinker.elimination) for hour, mg in doses),
               np.zeros(DRAWS))  # fmt: skip
    return caffeine.sleep_lost(left, drinker.cost), left


def _sleep(
    base: Telling, made: Plan, doses: list[list[tuple[float, float]]], drinker: caffeine.Drinker, length: int,
    notes: list[str],
) -> Trajectory:  # fmt: skip
    """Sleep by the day of waking: usual nights less what caffeine costs."""
    past = base.past
    asleep = 60 * (made.end - made.start) / nights.AWAKE_SHARE
    draws = np.empty((2, DRAWS, length))
    left = np.zeros((2, DRAWS))
    for day in range(length):
        place = nights.BEFORE + 1 + day
        for which in range(2):
            lost, held = _lost(doses[which], made.start[:, place], drinker)
            draws[which, :, day] = np.maximum(asleep[:, place] - lost, 0.2 * asleep[:, place])
            left[which] = np.maximum(held, left[which])
    at = [(today(past) + timedelta(days=day + 1)).isoformat() for day in range(length)]
    worst = (draws[0] - draws[1]).min(axis=1)
    measures = [
        compared("Caffeine left at bedtime, at most", "mg", left[0], left[1]),
        compared("Sleep efficiency of that night, from usual", "%", caffeine.EFFICIENCY * worst, np.zeros(DRAWS)),
    ]
    usual = recent(days(past, "sleep.duration", 28))
    plain = f"; the plain guess is your mean of {usual.size} nights, unchanged." if usual.size else "."
    said = [*notes, f"How much sleep caffeine costs differs between people by half and more{plain}"]
    return base.told("sleep.duration", at, draws, notes=said, measures=measures)


def _blood(
    base: Telling, habits: Usual, doses: list[list[tuple[float, float]]], drinker: caffeine.Drinker
) -> Trajectory:
    """Concentration every quarter of an hour from now to the first bedtime after the first dose, or, where that is
    far, to six hours after it."""
    past = base.past
    now = local_hour(past.now, past)
    first = min((hour for one in doses for hour, _ in one if hour >= now - 1), default=now)
    end = nights.bedtime(habits, first, within=14) or first + 6
    hours = np.arange(np.ceil(now / EACH), np.floor(max(end, now + 2) / EACH) + 1) * EACH
    draws = np.stack([caffeine.in_blood(one, hours, drinker) for one in doses])
    peaks = compared("Highest concentration", "mg/L", draws[0].max(axis=1), draws[1].max(axis=1))
    return base.told("blood_caffeine", [moment(float(hour), past) for hour in hours], draws, measures=[peaks])


def _notes(doses: list[tuple[float, float]], *, known: bool, nights_known: int) -> Iterator[str]:
    if _most(doses) >= caffeine.TOXIC:
        yield ("This much caffeine at once is poisonous. With a racing heart, shaking or vomiting, call your poison "
               "centre or emergency number now; the figures below are no guide.")  # fmt: skip
    if not known:
        yield "I know no weight of yours and take 75 kg, give or take 15. `selftwin note weight 70` keeps it."
    if not nights_known:
        yield "I know no nights of yours: bedtime is taken as about half past eleven."


def _most(doses: list[tuple[float, float]]) -> float:
    """The most milligrams taken within four hours."""
    return max((sum(mg for hour, mg in doses if start <= hour <= start + 4) for start, _ in doses), default=0.0)
