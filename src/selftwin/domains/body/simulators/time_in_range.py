"""Time in range over weeks: what fewer carbohydrates, or a walk each day, would have made of the person's own days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose.engine import Inputs, run, steady
from selftwin.domains.body.glucose.reading import body, effort
from selftwin.domains.body.glucose.reading_bodies import LEAST_MEALS, bodies
from selftwin.domains.body.simulators._living import DRAWS, Telling, acting, reach, today
from selftwin.vocabulary.errors import NothingYet, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.body.glucose.engine import Draws
    from selftwin.domains.body.glucose.fit import Record
    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do, Scenario
    from selftwin.vocabulary.trajectory import Trajectory

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

LOW, HIGH = 70.0, 180.0  # mg/dL: Battelino and others, Diabetes Care 2019;42:1593
COVERED = 0.7  # of a day's readings, as the same consensus asks
LEAST_DAYS, KNOWN_DAYS = 7, 90
USUAL_DAYS, MOST_DAYS = 28, 366
BODIES, SLOT, DAY = 48, 5, 1440
WEEK = 7
AFTER = 60  # minutes after a day's largest meal in which a walk begins where no time is said


@dataclass(frozen=True, slots=True)
class TimeInRange:
    """The person's own days, with the engine's difference added."""

    name: str = "time-in-range"
    title: str = "Time in range over weeks"
    version: int = 1
    rank: int = 5
    takes: frozenset[str] = frozenset({"meal.carbs", "workout"})
    gives: tuple[str, ...] = ("glucose.in_range",)
    cites: tuple[str, ...] = (
        "Battelino and others, Targets for continuous glucose monitoring data, Diabetes Care 2019;42:1593",
        "Dalla Man and others, Meal simulation model of the glucose-insulin system, IEEE Trans Biomed Eng 2007;54:1740",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """The share of each day ahead with glucose between 70 and 180 mg/dL.

        Raises NothingYet without a week of sensor days, for who uses insulin, and for what happens once; UsageError.
        """
        steps = (*question.scenario.steps, *question.instead_of.steps)
        if not all(one.daily for one in steps):
            raise NothingYet("One day hardly moves weeks in range.", hint="Write what is done every day with /d.")
        known = body(past)
        if known.insulin.is_used(timedelta(days=14)) or known.kind == "type 1":
            hint = "Ask of one meal at a time; weeks are for those who treat you."
            raise NothingYet("With insulin, doses change with what you eat: I imagine no weeks of that.", hint=hint)
        if known.meals_a_day < LEAST_MEALS:
            hint = "Note the grams of your meals for two weeks: `selftwin note meal.carbs 60 g`."
            raise NothingYet("I know too few of your meals to tell what changing them does.", hint=hint)
        daily = in_range(past)
        if len(daily) < LEAST_DAYS:
            hint = f"{LEAST_DAYS} days with {COVERED:.0%} of the sensor's readings are needed."
            raise NothingYet("I know too few whole days of your sensor.", hint=hint)
        mine = bodies(known, seed=seed)
        length = reach(question, past, usual=USUAL_DAYS, most=MOST_DAYS)
        draws = _rested(mine.draws)
        alone = _ahead(daily, length, seed)
        asked = _Asked(past, known.record, draws, length, seed)
        lives = np.stack([np.clip(alone + asked.gained(one), 0.0, 100.0)
                          for one in (question.scenario, question.instead_of)])  # fmt: skip
        at = [(today(past) + timedelta(days=day)).isoformat() for day in range(length)]
        base = Telling(past, question, f"{self.name} {self.version}", len(daily), assumed(), self.cites)
        notes = () if mine.is_own else (f"Bodies are those of many like you: {mine.because}.",)
        return [base.told("glucose.in_range", at, lives, notes=notes)]


SIMULATOR = TimeInRange()


def assumed() -> tuple[str, ...]:
    """What every answer takes for granted."""
    return (
        "Range is 70 to 180 mg/dL. Without the change, weeks go on like those your sensor saw in the last 90 days.",
        "What a change does is the model's difference, added to your own last two weeks as they were lived.",
        "Of a change in carbohydrates each meal takes its share, and nothing else is eaten instead.",
        "A walk without a time of day begins an hour after the day's largest meal.",
        "Weight, fitness, medicines and seasons stay as they are: what months of a habit change is not in it.",
        "It is for those who use no insulin.",
    )


def in_range(past: Past) -> Floats:
    """Per cent of each whole day up to now that the sensor saw in range (days,), of the last 90, oldest first."""
    seen = past.series("glucose", since=today(past) - timedelta(days=KNOWN_DAYS))
    ago = np.array([(past.now - at) / timedelta(days=1) for at in seen["at"]], np.float64)
    values = seen["value"].to_numpy().astype(np.float64)
    kept = np.isfinite(values) & (ago < KNOWN_DAYS)
    back, values, ago = np.floor(ago[kept]).astype(np.int64), values[kept], ago[kept]
    if len(values) < 2:
        return np.empty(0)
    spacing = max(float(np.median(np.abs(np.diff(ago)))) * DAY, 1.0)
    within = ((values >= LOW) & (values <= HIGH)).astype(np.float64)
    count = np.bincount(back, minlength=1)
    share = np.bincount(back, within) / np.maximum(count, 1)
    return np.asarray(100 * share[count >= COVERED * DAY / spacing][::-1])


def _rested(draws: Draws) -> Draws:
    """Some of the bodies, at rest."""
    some = draws.only(slice(0, BODIES))
    return steady(some.people, some.counting)


def _ahead(daily: Floats, length: int, seed: int) -> Floats:
    """Days as they go on (n, length): weeks drawn from those known, by weights that are drawn too."""
    rng = np.random.default_rng((seed, 83))
    starts = max(len(daily) - WEEK + 1, 1)
    count = length // WEEK + 1
    weights = np.cumsum(rng.dirichlet(np.ones(starts), DRAWS), axis=1)
    first = (rng.random((DRAWS, count, 1)) > weights[:, None, :]).sum(axis=2).clip(max=starts - 1)
    days = (first[:, :, None] + np.arange(WEEK)).clip(max=len(daily) - 1)
    return np.asarray(daily[days.reshape(DRAWS, -1)[:, :length]])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every scenario of one question is asked over."""

    past: Past
    record: Record
    draws: Draws
    length: int
    seed: int

    def gained(self, plan: Scenario) -> Floats:
        """Points of a per cent that a plan adds to each day ahead, (n, length): of one body a life, on days drawn from
        the two weeks replayed; steps act on their own days."""
        gained = np.zeros((DRAWS, self.length))
        if not plan.steps:
            return gained
        on = np.stack([acting(one, self.past, self.length) for one in plan.steps])
        rng = np.random.default_rng((self.seed, 89))
        lives = np.arange(DRAWS) % len(self.draws)
        luck = rng.random((DRAWS, self.length))
        for pattern in {tuple(column) for column in on.T.tolist()}:
            steps = [one for one, is_on in zip(plan.steps, pattern, strict=True) if is_on]
            if not steps:
                continue
            delta = self._replayed(steps)
            place = (luck * delta.shape[1]).astype(np.int64)
            same = (np.array(pattern) == on.T).all(axis=1)
            gained[:, same] = delta[lives[:, None], place][:, same]
        return gained

    def _replayed(self, steps: list[Do]) -> Floats:
        """By how much steps would have changed the per cent in range of each replayed day (bodies, days)."""
        given = _lived(self.record)
        changed = given
        for one in steps:
            changed = _eaten(changed, one) if one.signal == "meal.carbs" else self._walked(changed, one)
        apart = run(self.draws, changed, every=SLOT)[0] - run(self.draws, given, every=SLOT)[0]
        slots = (self.record.readings_at // SLOT).clip(0, apart.shape[1] - 1)
        values = self.record.readings
        was, now = (_is_in(values), _is_in(np.maximum(values + apart[:, slots], 1.0)))
        back = ((self.record.minutes - 1 - self.record.readings_at) // DAY).astype(np.int64)
        days = [np.flatnonzero(back == day) for day in range(self.record.minutes // DAY)]
        whole = [some for some in days if len(some) >= COVERED * max(map(len, days))]
        if not whole:
            hint = f"A day with {COVERED:.0%} of the sensor's readings is needed beside noted meals."
            raise NothingYet("I know no whole day on which your meals were noted.", hint=hint)
        return np.stack([100 * (now[:, some].mean(axis=1) - was[some].mean()) for some in whole], axis=1)

    def _walked(self, given: Inputs, one: Do) -> Inputs:
        """The same inputs with a bout each day."""
        minutes = one.amount or (one.lasts.total_seconds() / 60 if one.lasts and one.lasts < timedelta(days=1) else 0.0)
        if not 0 < minutes <= 300:
            raise UsageError("How long is the workout?", hint="Write `workout walking 30 min daily`.")
        beats = given.effort.copy()
        for start in range(0, given.minutes, DAY):
            first = self._begins(one, start)
            beats[first : first + round(minutes)] += effort(one.words, self.past.number("age"))
        return replace(given, effort=beats)

    def _begins(self, one: Do, start: int) -> int:
        """The minute of the record in which a day's bout begins."""
        if one.clock is not None:
            local = (self.past.now - timedelta(minutes=self.record.minutes - start)).astimezone(self.past.zone)
            return start + (one.clock.hour * 60 + one.clock.minute - local.hour * 60 - local.minute) % DAY
        here = (self.record.meals_at >= start) & (self.record.meals_at < start + DAY)
        if not here.any():
            return start + DAY // 2
        at = self.record.meals_at[here][int(np.argmax(self.record.meals[here]))]
        return int(at) + AFTER


def _is_in(values: Floats) -> Flags:
    return np.asarray((values >= LOW) & (values <= HIGH))


def _lived(record: Record) -> Inputs:
    """What was eaten and done, minute by minute; nothing is injected."""
    carbs = np.zeros(record.minutes)
    np.add.at(carbs, record.meals_at, record.meals)
    return Inputs(carbs, np.zeros(record.minutes), record.effort.copy())


def _eaten(given: Inputs, one: Do) -> Inputs:
    """The same inputs with other grams of carbohydrate: each day's meals all by one factor.

    Raises UsageError where a day would have less than nothing.
    """
    days = given.minutes / DAY
    usual = float(given.carbs.sum()) / days
    factor = (one.changed(usual) if one.amount is not None else usual) / max(usual, 1e-9)
    if factor < 0:
        raise UsageError("Nobody eats less than nothing.", hint="Such as `meal.carbs -30 %/d` or `meal.carbs -50 g/d`.")
    return replace(given, carbs=given.carbs * factor)
