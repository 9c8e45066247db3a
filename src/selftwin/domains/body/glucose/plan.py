"""The hours ahead under a scenario: which steps glucose hears of, when they act, and what they put into a body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose import foods
from selftwin.domains.body.glucose.engine import Inputs, inputs
from selftwin.domains.body.glucose.fit import COUNTED
from selftwin.domains.body.glucose.reading import effort, log_spread, stepping
from selftwin.domains.body.weight.activity import STEPS_A_MINUTE
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do, Scenario

    Floats = NDArray[np.float64]

FAST = ("insulin.bolus", "insulin.rapid", "insulin.correction")
BASAL = ("insulin.basal", "insulin.basal_rate")
TAKES = frozenset(
    {"meal.carbs", "meal.description", *FAST, *BASAL, "insulin.long", "activity.exercise", "workout", "steps"}
)
USUAL, BEFORE, LEAST = 4 * 60, 30, 60  # minutes told: after the last step, before the first, at the least
LATEST, LATEST_DOSE = 24 * 60, 6 * 60  # minutes until which a step, and one on insulin, may begin
MOST = LATEST + USUAL
LASTING = 24 * 60  # minutes of a long-acting dose


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scenario puts into the hours ahead, in whole minutes from now: meals (minute, minutes, g, spread of the
    count's logarithm, which luck it has), fast doses and long-acting ones (minute, U), bouts (minute, minutes, beats
    above rest), and what it does to the basal, minute by minute: times `factor` plus `added` (minutes,) [U/h]."""

    minutes: int
    meals: tuple[tuple[int, int, float, float, int], ...]
    doses: tuple[tuple[int, float], ...]
    long: tuple[tuple[int, float], ...]
    bouts: tuple[tuple[int, int, float], ...]
    factor: Floats
    added: Floats

    @property
    def carbs(self) -> float:
        """Grams of all its meals."""
        return sum(grams for _, _, grams, _, _ in self.meals)

    def basal(self, rate: float) -> Floats:
        """The basal under it (minutes,) [U/h] where `rate` goes on without it; never below nothing."""
        return np.maximum(rate * self.factor + self.added, 0.0)

    def inputs(self, rates: Floats, luck: Floats) -> Inputs:
        """What goes into bodies (n) with these basal rates (n,) [U/h]. `luck` (n, k) is how far off the counts of meals
        are, standard normal; plans that share it share how well each meal was counted."""
        given = inputs(self.minutes, doses=self.doses, bouts=self.bouts)
        carbs = np.zeros((len(luck), self.minutes))
        for at, lasting, grams, spread, place in self.meals:
            carbs[:, at : at + lasting] += grams / lasting * np.exp(spread * luck[:, [place]])
        long = np.zeros(self.minutes)
        for at, units in self.long:
            long[at:] += 60.0 * units / LASTING
        basal = np.maximum(rates[:, None] * self.factor + self.added + long, 0.0)
        return Inputs(carbs, given.insulin + basal / 60.0, np.broadcast_to(given.effort, carbs.shape))


def hours(question: Question, past: Past) -> tuple[int, int]:
    """The minutes between which it is told: from just before the first step to four hours after the last, or as asked.

    Raises NothingYet where steps are habits of days, UsageError where one begins before now or too far ahead.
    """
    starts = [begins(step, past) for step in (*question.scenario.steps, *question.instead_of.steps)] or [0]
    first = max(min(starts) - BEFORE, 0) // 5 * 5 if min(starts) > BEFORE else 0
    end = max(starts) + USUAL
    if question.days is not None:
        end = min(max(round(question.days * 1440), min(starts) + LEAST), MOST)
    return first, end // 5 * 5


def begins(step: Do, past: Past) -> int:
    """The minute from now in which a step begins."""
    if step.daily:
        hint = "Ask of one time, such as `meal.carbs 60 g at 12:30`."
        raise NothingYet("Glucose is told for hours, not for habits of days.", hint=hint)
    minute = round((step.begins(past.now, past.zone) - past.now) / timedelta(minutes=1))
    if minute < 0:
        hint = "Ask as of that moment (`--at`), and it is a replay."
        raise UsageError("A step begins before the moment it is imagined from.", hint=hint)
    if minute > (LATEST_DOSE if step.signal.startswith("insulin") else LATEST):
        hint = "Ask nearer to it: what you do until then is not known yet."
        raise UsageError("I look a day ahead for meals and walks and six hours for insulin.", hint=hint)
    return minute


def lucks(question: Question) -> dict[Do, int]:
    """Which luck each meal has: one that both futures have, the same in both; of the rest, the first in one shares with
    the first in the other, as they may be the same meal at another time."""
    both = [[one for one in side.steps if one.signal.startswith("meal.")]
            for side in (question.scenario, question.instead_of)]  # fmt: skip
    shared = [one for one in dict.fromkeys(both[0]) if one in both[1]]
    found = {one: place for place, one in enumerate(shared)}
    for side in both:
        found |= {one: len(shared) + place for place, one in enumerate(one for one in side if one not in shared)}
    return found


def plan(scenario: Scenario, past: Past, minutes: int, luck: Mapping[Do, int]) -> Plan:
    """The plan of a scenario over so many minutes. Raises UsageError where a step makes no sense here, NothingYet."""
    meals: list[tuple[int, int, float, float, int]] = []
    doses: list[tuple[int, float]] = []
    long: list[tuple[int, float]] = []
    bouts: list[tuple[int, int, float]] = []
    factor, added = np.ones(minutes), np.zeros(minutes)
    for step in scenario.steps:
        at = begins(step, past)
        if step.signal.startswith("meal."):
            meals.append((at, _minutes(step, 1), *_grams(step), luck[step]))
        elif step.signal in FAST:
            doses.append((at, _whole(step)))
        elif step.signal == "insulin.long":
            long.append((at, _whole(step)))
        elif step.signal in BASAL:
            _turn(step, at, factor, added)
        else:
            bouts.append((at, *_bout(step, past.number("age"))))
    served = tuple((at, min(lasting, minutes - at), g, sd, own) for at, lasting, g, sd, own in meals if at < minutes)
    given, slow = (tuple(one for one in every if one[0] < minutes) for every in (doses, long))
    return Plan(minutes, served, given, slow, tuple(one for one in bouts if one[0] < minutes), factor, added)


def _minutes(step: Do, usual: int) -> int:
    return usual if step.lasts is None else max(1, round(step.lasts / timedelta(minutes=1)))


def _whole(step: Do) -> float:
    """The amount of a step that is something by itself: a meal, a dose."""
    if step.amount is None or step.way is Way.SHARE or step.amount < 0:
        hint = f"Such as `{step.signal} 40 g`; what it replaces goes into the future to compare with."
        raise UsageError(f"Say how much of {step.signal} it is in all.", hint=hint.replace("40 g", f"4 {step.unit}"))
    return step.amount


def _grams(step: Do) -> tuple[float, float]:
    """Grams of carbohydrate of a meal and the spread of their logarithm."""
    if step.signal == "meal.carbs":
        return _whole(step), COUNTED
    portion = foods.carbs(step.words)
    return portion.grams, log_spread(max(portion.grams, 1.0), portion.sd)


def _turn(step: Do, at: int, factor: Floats, added: Floats) -> None:
    """What a step on the basal does over its time: a share of what goes on, an amount [U], or a rate [U/h]."""
    lasting = _minutes(step, len(factor) - at)
    if step.signal == "insulin.basal" and step.lasts is None and step.way is not Way.SHARE:
        raise UsageError("Say over which time.", hint="Such as `insulin.basal 1 U for 2 h`, or `-50 % for 2 h`.")
    part = slice(at, at + lasting)
    amount = step.amount or 0.0
    if step.way is Way.SHARE:
        factor[part] *= 1.0 + amount
        return
    if step.way is Way.SET:
        factor[part], added[part] = 0.0, 0.0
    added[part] += amount * 60.0 / lasting if step.signal == "insulin.basal" else amount


def _bout(step: Do, age: float | None) -> tuple[int, float]:
    """Minutes and effort of a bout of exertion."""
    if step.signal == "steps":
        return max(1, round(_whole(step) / STEPS_A_MINUTE)), stepping(age)
    word = step.words or "exercise"
    if step.amount is None:
        if step.lasts is None:
            raise UsageError("Say how long.", hint=f"Such as `{step.signal} {step.words} 30 min in 20 min`.")
        return _minutes(step, 1), effort(word, age)
    return max(1, round(_whole(step))), effort(word, age)
