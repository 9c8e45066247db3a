"""Alcohol: how much is in the blood and until when, and what it does to the heart in the night after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.simulators import _nights as nights
from selftwin.domains.body.simulators._living import (
    DRAWS,
    Telling,
    acting,
    amount,
    compared,
    days,
    local_hour,
    moment,
    recent,
    today,
)
from selftwin.domains.body.sleep import alcohol
from selftwin.vocabulary.errors import NothingYet, UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Scenario
    from selftwin.vocabulary.trajectory import Measure, Trajectory

    Floats = NDArray[np.float64]

EVERY = 3  # steps of five minutes
HOURS = 36.0  # from now, followed until alcohol is gone
GONE = 0.01  # %
NIGHT_SPREAD = 0.6  # of what a dose does to the heart, over people and nights; of its logarithm
NEVER = "This never says that anybody is fit to drive: no level does, and a calculated one least of all."
EMERGENCY = (
    "This much alcohol can stop breathing. If somebody cannot be woken, breathes slowly or is cold and blue, call the "
    "emergency number now and lay them on their side."
)
GRAMS = {"alcohol.drinks": 0.0, "alcohol.grams": 1.0}


@dataclass(frozen=True, slots=True)
class Alcohol:
    """Body water, absorption and elimination with all their doubt, and the nights of four thousand people."""

    name: str = "alcohol"
    title: str = "Alcohol in the blood and the night after it"
    version: int = 1
    rank: int = 2
    takes: frozenset[str] = frozenset(GRAMS)
    gives: tuple[str, ...] = ("blood_alcohol", "heart_rate.sleep", "heart_rate_variability.rmssd")
    cites: tuple[str, ...] = (
        "Watson and others 1981, J Stud Alcohol 42:547; 1980, Am J Clin Nutr 33:27 (body water)",
        "Jones 2010, Forensic Sci Int 200:1 (elimination)",
        "Gullberg 2007, Forensic Sci Int 172:32 (uncertainty of a calculated level)",
        "Pietilä and others 2018, JMIR Ment Health 5:e23 (heart rate and its variability asleep)",
        "Gardiner and others 2025, Sleep Med Rev 80:102030 (less REM sleep from two drinks on)",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Percent in the blood to bedtime, or through the night where one drinks up to it; then the night."""
        weight = past.number("weight", within=1825)
        if weight is None:
            raise NothingYet("I need your weight to say anything about alcohol.", hint="`selftwin note weight 70`")
        sex = past.word("sex") or ""
        drinker = alcohol.drinkers(weight, DRAWS, seed, sex=sex, age=past.number("age"), height=past.number("height"))
        now = local_hour(past.now, past)
        taken = [list(_doses(past, one, drinker)) for one in (question.scenario, question.instead_of)]
        start = min([now, *(hour for one in taken for hour, _, _ in one)])
        latest = max([now, *(hour + lasts for one in taken for hour, lasts, _ in one)])
        blood = np.stack([alcohol.in_blood([(hour - start, lasts, grams) for hour, lasts, grams in one],
                                           latest - start + HOURS, drinker) for one in taken])  # fmt: skip
        assumed = _assumed(past, sex)
        base = Telling(past, question, f"{self.name} {self.version}", 0, assumed, self.cites)
        found = [_blood(base, blood, start, latest, seed)]
        dose = [_grams(one) / weight for one in taken]
        for key, place in (("heart_rate.sleep", 0), ("heart_rate_variability.rmssd", 1)):
            if (night := _night(base, key, place, dose, latest, seed)) is not None:
                found.append(night)
        return found


SIMULATOR = Alcohol()


def _doses(past: Past, scenario: Scenario, drinker: alcohol.Drinker) -> Iterator[tuple[float, float, Floats]]:
    """What is drunk: hour, hours it takes, grams (n,). Drinks one after the other, half an hour each."""
    for step in scenario.steps:
        if step.way is Way.SHARE or amount(step) < 0:
            hint = "Say what is drunk: `alcohol.drinks 2 at 20:00`."
            raise UsageError("A step on alcohol is an amount that is drunk.", hint=hint)
        count = amount(step)
        grams = count * (drinker.drink if step.signal == "alcohol.drinks" else np.full(DRAWS, 1.0))
        lasts = alcohol.EACH * (count if step.signal == "alcohol.drinks" else count / alcohol.DRINK)
        hour = local_hour(step.begins(past.now, past.zone), past)
        on = np.flatnonzero(acting(step, past, 14)) if step.daily else np.array([int(hour // 24)])
        for day in on[:14].tolist():
            yield 24.0 * day + hour % 24, lasts, grams


def _grams(doses: list[tuple[float, float, Floats]]) -> Floats:
    """Grams drunk on the last evening (n,)."""
    latest = max((hour for hour, _, _ in doses), default=0.0)
    return np.asarray(sum((grams for hour, _, grams in doses if hour > latest - 12), np.zeros(DRAWS)))


def _blood(base: Telling, blood: Floats, start: float, latest: float, seed: int) -> Trajectory:
    """The trajectory every quarter of an hour, and when it peaks and is gone."""
    past = base.past
    end = nights.bedtime(nights.usual(past, seed), latest, within=6) or latest + 3
    hours = start + alcohol.STEP * np.arange(blood.shape[2])
    first = local_hour(past.now, past)
    shown = np.flatnonzero((hours >= first - 1e-9) & (hours <= end + 1e-9))[::EVERY]
    at = [moment(float(hours[place]), past) for place in shown]
    measures = [compared("Highest level", "%", blood[0].max(axis=1), blood[1].max(axis=1)), _over(blood)]
    notes = [NEVER]
    if float(np.quantile(blood[0].max(axis=1), 0.95)) >= alcohol.DANGER:
        notes.insert(0, EMERGENCY)
    return base.told("blood_alcohol", at, blood[:, :, shown], notes=notes, measures=measures)


def _over(blood: Floats) -> Measure:
    """Hours with a hundredth of a percent and more."""
    above = alcohol.STEP * (blood >= GONE).sum(axis=2)
    return compared("Hours at 0.01 % and more", "h", above[0], above[1])


def _night(
    base: Telling, key: str, place: int, dose: list[Floats], latest: float, seed: int
) -> Trajectory | None:
    """What the night after the last drink does to the heart, from the person's own usual nights."""
    past = base.past
    known = recent(days(past, key, 60), 60)
    if known.size < 3:
        return None
    rng = np.random.default_rng((seed, 32 + place))
    differs = np.exp(NIGHT_SPREAD * rng.standard_normal(DRAWS) - NIGHT_SPREAD**2 / 2)
    usual = float(known.mean()) + max(float(known.std()), 1.0) * rng.standard_normal(DRAWS)
    shift = [alcohol.night(one)[place] * differs for one in dose]
    draws = np.stack([np.maximum(usual + one, 0.2 * usual) for one in shift])[:, :, None]
    waking = (today(past) + timedelta(days=int((latest + 12) // 24))).isoformat()
    note = "Measured in the first three hours of sleep of 4,098 people; the plain guess is your usual night."
    return base.told(key, [waking], draws, notes=[note], n=int(known.size))


def _assumed(past: Past, sex: str) -> tuple[str, ...]:
    """What is known of the body, and what is not."""
    whole = sex in {"male", "female"} and past.number("age") is not None and past.number("height") is not None
    body = "Body water is estimated from your sex, age, height and weight."
    if not whole:
        body = "Not all of sex, age and height is known: a factor of your weight stands in, which widens the range."
    return (
        body,
        "A drink holds 12 g of alcohol, give or take a fifth, and takes half an hour.",
        "Food is not known: alcohol is taken up as fast as on an empty stomach, or as slowly as after a meal.",
        "Elimination is 0.010 to 0.022 % an hour in most people; whatever was drunk before the first step is left out.",
        "REM sleep shrinks from about two drinks on; how much is not told here.",
    )

