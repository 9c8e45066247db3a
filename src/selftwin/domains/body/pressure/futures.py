"""The two futures of somebody's blood pressure: going on as the readings say, and what the trials let expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.pressure.effects import built_up, effects, sizes, sobered, together, trained
from selftwin.domains.body.weight import doing
from selftwin.domains.body.weight.activity import STEPS_A_MINUTE
from selftwin.domains.body.weight.futures import LIVES
from selftwin.domains.body.weight.futures import futures as weights
from selftwin.domains.body.weight.person import EPOCH
from selftwin.learn import wandering
from selftwin.learn.wandering import Usual
from selftwin.vocabulary.errors import NothingYet
from selftwin.vocabulary.scenario import AS_YOU_ARE, Scenario, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past
    from selftwin.vocabulary.scenario import Do

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SIGNALS = ("blood_pressure.systolic", "blood_pressure.diastolic")
USUAL = (
    Usual(scale=20.0, level=0.015, trend=0.003, ripple=0.15, noise=0.35),  # mmHg / 20: a day's readings lie 7 apart
    Usual(scale=13.0, level=0.015, trend=0.003, ripple=0.15, noise=0.35),
)
LOOKED_BACK = 1100
MMOL, MOST_MMOL = 22.99, 150.0  # mg of sodium in one; no change is told to be larger than the trials'
PACE = 0.5 / 7  # kg a day towards a weight
NAMES = ("traditional_strength", "strength", "weights", "resistance")
KINDS = {
    "isometric": ("isometric", "wall_sit", "wall_squat", "handgrip", "plank"),
    "hiit": ("high_intensity", "hiit", "interval"),
    "combined": ("cross_training", "circuit", "mixed", "functional"),
}
UNTRAINED = 20.0  # minutes of exercise a week where none are recorded, give or take


@dataclass(frozen=True, slots=True)
class Readings:
    """Resolved days of one pressure: days since 1970 and mmHg, oldest first."""

    days: Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class Futures:
    """Both futures of systolic (0) and diastolic (1) pressure, (n, days + 1) each, the readings behind them, what each
    step adds to the last difference of each, and the systolic pressure at the start (n,)."""

    readings: tuple[Readings, Readings]
    with_: tuple[Floats, Floats]
    without: tuple[Floats, Floats]
    because: tuple[tuple[tuple[str, float], ...], ...]
    start: Floats


def read(past: Past, signal: str) -> Readings:
    """The days of a pressure; what was told in the question is today's. Raises NothingYet."""
    today = doing.today_of(past)
    known = past.days(signal)
    days = np.array([(day - EPOCH).days for day in known["day"]], np.int64)
    values = known["value"].to_numpy().astype(np.float64)
    kept = (days > today - LOOKED_BACK) & (days <= today)
    days, values = days[kept], values[kept]
    told = past.number(signal) if past.told(signal) else None
    if told is not None:
        earlier = days < today
        days, values = np.append(days[earlier], today), np.append(values[earlier], told)
    if not len(days):
        hint = "`selftwin note blood_pressure.systolic 128` and `… .diastolic 82` keep a reading."
        raise NothingYet("A what-if about blood pressure needs a reading of yours.", hint=hint)
    return Readings(days, values)


def futures(past: Past, scenario: Scenario, instead_of: Scenario, days: int, *, seed: int = 0) -> Futures:
    """Both futures over so many days. Raises NothingYet, UsageError, Refused."""
    rng = np.random.default_rng([seed, 812])
    readings = (read(past, SIGNALS[0]), read(past, SIGNALS[1]))
    today = doing.today_of(past)
    alone = [
        wandering.imagine(wandering.learn(one.days, one.values, today, usual), days, LIVES, rng)
        for one, usual in zip(readings, USUAL, strict=True)
    ]
    half = rng.standard_normal((LIVES // 2, 2 * len(effects()) + 1))
    luck = np.stack([half, -half], axis=1).reshape(LIVES, -1)
    starts = (alone[0].level[:, 0], alone[1].level[:, 0])
    asked = _Asked(past, days, starts, luck, seed)
    falls = [asked.falls(steps) for steps in (scenario.steps, instead_of.steps)]
    with_, without = ((alone[0].readings - fall[0], alone[1].readings - fall[1]) for fall in falls)
    because = asked.because(scenario.steps, instead_of.steps)
    return Futures(readings, with_, without, because, starts[0])


def replayed(readings: Readings, which: int, days: int, *, seed: int = 0) -> wandering.Replay:
    """How going on as you are would have been told on the person's own past, at most 90 days ahead."""
    return wandering.replay(readings.days, readings.values, min(days, 90), USUAL[which], every=15, seed=seed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every way of doing shares."""

    past: Past
    days: int
    starts: tuple[Floats, Floats]
    luck: Floats
    seed: int

    def falls(self, steps: Sequence[Do]) -> tuple[Floats, Floats]:
        """By how much both pressures fall in each life and day, (n, days + 1)."""
        doses = self.doses(steps)
        found = []
        for which in (0, 1):
            single = [self.single(name, dose, which) for name, dose in doses.items()]
            found.append(np.broadcast_to(together(single, which, self.starts[which]), (LIVES, self.days + 1)))
        return found[0], found[1]

    def single(self, name: str, dose: Floats, which: int) -> Floats:
        """The fall of one effect alone, in each life and day."""
        effect, place = effects()[name], list(effects()).index(name)
        size = sizes(effect, which, self.starts[0], self.luck[:, 2 * place : 2 * place + 2])
        return built_up(size[:, None] * dose, effect.days)

    def doses(self, steps: Sequence[Do]) -> dict[str, Floats]:
        """How many doses of each effect, (n or 1, days + 1)."""
        found = {"sodium": self.sodium(steps), "weight": self.weight(steps), "alcohol": self.alcohol(steps)}
        found |= self.training(steps)
        return {name: dose for name, dose in found.items() if np.any(dose)}

    def sodium(self, steps: Sequence[Do]) -> Floats:
        """Doses of 50 mmol less."""
        less = np.zeros((1, self.days + 1))
        for do in steps:
            if do.signal in {"meal.sodium", "meal.salt"} and do.daily:
                milligrams = 1.0 if do.signal == "meal.sodium" else doing.SODIUM_IN_SALT
                less -= doing.by(do, self.past) * milligrams / MMOL * doing.on_days(do, self.past, self.days)
        return np.clip(less, -MOST_MMOL, MOST_MMOL) / 50.0

    def weight(self, steps: Sequence[Do]) -> Floats:
        """Kilograms less: as said, and by Hall's model of what is eaten (of moving, the trials of training hold it)."""
        less = np.zeros((1, self.days + 1))
        for do in steps:
            if do.signal == "weight":
                less = less - self.towards(do)
        eating = tuple(do for do in steps if do.signal == "energy.intake" and do.daily)
        if eating:
            found = weights(self.past, Scenario(eating), AS_YOU_ARE, self.days, seed=self.seed)
            less = less - (found.with_.weight - found.without.weight)
        return less

    def towards(self, do: Do) -> Floats:
        """Kilograms of change by a step on weight itself: reached when it ends, else half a kilogram a week."""
        goal = do.amount or 0.0
        if do.way is not Way.CHANGE:
            now = self.past.number("weight")
            if now is None:
                raise NothingYet("Your weight is not known.", hint="`selftwin note weight 80` keeps it.")
            goal = do.changed(now) - now
        first, stop = doing.span(do, self.past)
        needed = stop - first if do.lasts is not None else max(14.0, abs(goal) / PACE)
        return goal * np.clip((np.arange(self.days + 1.0) - first) / max(needed, 1.0), 0.0, 1.0)[None, :]

    def alcohol(self, steps: Sequence[Do]) -> Floats:
        """Doses of halving six drinks a day."""
        mine = [do for do in steps if do.signal == "alcohol.drinks" and do.daily]
        if not mine:
            return np.zeros((1, self.days + 1))
        usual = self.drinks()
        fewer = np.zeros(self.days + 1)
        for do in mine:
            fewer -= (do.changed(usual) - usual) * doing.on_days(do, self.past, self.days)
        return sobered(usual, fewer)[None, :]

    def drinks(self) -> float:
        """Drinks on a usual day: as told, else those recorded, a day without a record being one without a drink."""
        told = self.past.number("alcohol.drinks") if self.past.told("alcohol.drinks") else None
        if told is not None:
            return told
        since = EPOCH + timedelta(days=doing.today_of(self.past) - doing.USUAL_DAYS)
        known = self.past.days("alcohol.drinks", since=since)["value"]
        if not len(known):
            hint = "Note your drinks for four weeks, or tell a usual day with the question: `alcohol.drinks 3`."
            raise NothingYet("How much you drink is not known.", hint=hint)
        return float(known.sum()) / doing.USUAL_DAYS

    def training(self, steps: Sequence[Do]) -> dict[str, Floats]:
        """Doses of each kind of training, beyond what is done anyway; aerobic with resistance is combined."""
        minutes: dict[str, Floats] = {}
        for do in steps:
            if do.signal in {"activity.exercise", "workout", "steps"} and do.daily:
                when = doing.on_days(do, self.past, self.days)
                kind = kind_of(do.words) if do.signal == "workout" else "aerobic"
                minutes[kind] = minutes.get(kind, np.zeros(self.days + 1)) + 7 * _minutes(do, self.past) * when
        if {"aerobic", "resistance"} <= set(minutes) and minutes["aerobic"].any() and minutes["resistance"].any():
            minutes["combined"] = minutes.pop("aerobic") + minutes.pop("resistance") + minutes.get("combined", 0.0)
        usual = self.trained_already()
        return {kind: _dose(kind, usual, more[None, :]) for kind, more in minutes.items()}

    def trained_already(self) -> Floats:
        """Minutes of exercise a week now, (n, 1): as recorded, else as those who train little, give or take."""
        known = doing.usual("activity.exercise", self.past)
        if known is not None:
            return np.full((LIVES, 1), 7 * known)
        return np.asarray(UNTRAINED * np.exp(0.7 * self.luck[:, -1:]))

    def because(self, steps: Sequence[Do], instead: Sequence[Do]) -> tuple[tuple[tuple[str, float], ...], ...]:
        """What each step, after those before it, adds to the last mean difference of both pressures, mmHg."""
        ends = [self._ends(steps[:count]) for count in range(len(steps) + 1)]
        against = self._ends(instead)
        found = []
        for which in (0, 1):
            parts = [(str(steps[k]), ends[k + 1][which] - ends[k][which]) for k in range(len(steps))]
            found.append((*parts, ("not doing what it is held against", -against[which])) if instead else tuple(parts))
        return tuple(found)

    def _ends(self, steps: Sequence[Do]) -> tuple[float, float]:
        systolic, diastolic = self.falls(steps)
        return -float(systolic[:, -1].mean()), -float(diastolic[:, -1].mean())


def kind_of(word: str) -> str:
    """The kind of training behind a workout's word."""
    said = word.lower().replace(" ", "_").replace("-", "_")
    if any(name in said for name in NAMES):
        return "resistance"
    return next((kind for kind, names in KINDS.items() if any(name in said for name in names)), "aerobic")


def _minutes(do: Do, past: Past) -> float:
    """Minutes of training a day that a step adds."""
    if do.signal == "steps":
        return doing.by(do, past) / STEPS_A_MINUTE
    return doing.minutes(do, past)


def _dose(kind: str, usual: Floats, more: Floats) -> Floats:
    """How much of a kind's effect the minutes a week add to those done anyway (which count for moving of any kind but
    isometric)."""
    full = effects()[kind].full_minutes or 120.0
    before = np.zeros_like(usual) if kind in {"isometric", "resistance"} else usual
    return trained(before + more, full) - trained(before, full)
