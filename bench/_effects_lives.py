"""Made-up lives with known causes, as their devices and diaries would have seen them, in several forms of each cause:
the sample person's own (`sample/causes.py`), and the same causes saturating, past a threshold, or by the hour.

Forms, their sizes and the seeds were settled before the estimator that is judged on them was written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from selftwin.sample.body import body
from selftwin.sample.causes import AWAKE, DEEP, LIGHT, REM, Effects
from selftwin.sample.clock import DAY, clock
from selftwin.sample.intake import intake
from selftwin.sample.mind import mind, purchases
from selftwin.sample.movement import movement
from selftwin.sample.nights import nights
from selftwin.sample.plan import journey, plan
from selftwin.sample.states import states
from selftwin.sample.wearing import wearing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selftwin.sample.clock import Clock
    from selftwin.sample.intake import Intake
    from selftwin.sample.movement import Movement
    from selftwin.sample.nights import Nights
    from selftwin.sample.plan import Plan, Span
    from selftwin.sample.states import States

Floats = NDArray[np.float64]
SEEDS = tuple(range(70101, 70151))  # fifty lives that are reported
DEVELOPING = tuple(range(60101, 60111))  # ten to build on
FORMS = ("linear", "saturating", "threshold", "hour")
GREENWICH = ZoneInfo("UTC")
RECALLS = 45  # flashcards an evening
_EVENTS = pl.Schema({
    "at": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC"), "local": pl.Datetime("us"),
    "value": pl.Float64(), "text": pl.String(), "unit": pl.String(), "source": pl.String(),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A true cause: what is recorded of it (any of several), what it moves, after how many days (any), and what each
    day of the cause truly adds to the outcome at the first of those lags; shape [days], in the outcome's unit."""

    causes: tuple[str, ...]
    outcome: str
    lags: tuple[int, ...]
    adds: Floats


@dataclass(frozen=True)
class Lived:
    """A `Past` in memory: `events` by signal as frames of the contract's columns, `daily` as day and value."""

    now: datetime
    events: Mapping[str, pl.DataFrame]
    daily: Mapping[str, pl.DataFrame]
    replay: bool = True
    zone: ZoneInfo = GREENWICH

    def keys(self) -> tuple[str, ...]:
        return tuple(sorted({*self.events, *self.daily}))

    def days(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        known = self.daily[key] if key in self.daily else _summed(self.series(key))
        return known if since is None else known.filter(pl.col("day") >= since)

    def series(self, key: str, *, since: date | None = None) -> pl.DataFrame:
        known = self.events.get(key, pl.DataFrame(schema=_EVENTS))
        return known if since is None else known.filter(pl.col("local").dt.date() >= since)

    def number(self, key: str, *, within: int | None = None) -> float | None:  # noqa: ARG002 - the contract's
        known = self.days(key)["value"]
        return float(known[-1]) if len(known) else None

    def word(self, key: str) -> str | None:  # noqa: ARG002 - the contract's
        return None

    def told(self, key: str) -> bool:  # noqa: ARG002 - the contract's
        return False


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(day=pl.col("local").dt.date()).agg(pl.col("value").sum()).sort("day")


@dataclass(frozen=True, slots=True)
class Base:
    """A life before a form is chosen: the generator's arrays, and what alcohol did to its nights by a paired life."""

    seed: int
    plan: Plan
    clock: Clock
    states: States
    nights: Nights
    sober: Nights
    effects: Effects

    @property
    def first(self) -> date:
        return self.plan.day(0)


def base(seed: int, days: int = 730) -> Base:
    """The states and nights of a life, and the same nights had no alcohol been drunk."""
    effects, fixed = Effects(), plan(days)
    clock_ = clock(fixed, journey(fixed))
    states_ = states(fixed, effects, seed)
    dry = replace(states_, alcohol=np.zeros(days))
    return Base(seed, fixed, clock_, states_, nights(fixed, clock_, states_, effects, seed),
                nights(fixed, clock_, dry, effects, seed), effects)  # fmt: skip


def lives(seed: int, days: int = 730, forms: tuple[str, ...] = FORMS) -> dict[str, tuple[Lived, list[Link]]]:
    """One life in each form of its causes, with the links that are true in it."""
    made = base(seed, days)
    moved = movement(made.plan, made.clock, made.states, made.nights, made.effects, seed)
    eaten = intake(made.plan, made.clock, made.states, moved, made.effects, seed)
    seen = _Seen(made, moved, eaten)
    return {form: seen.told(form) for form in forms}


class _Seen:
    """What was recorded of one life."""

    def __init__(self, made: Base, moved: Movement, eaten: Intake) -> None:
        self.made, self.moved, self.eaten = made, moved, eaten
        self.body = body(made.states, made.effects, made.seed)
        self.mind = mind(made.plan, made.states, made.nights, self.body, made.effects, made.seed)
        self.worn = wearing(made.plan, made.clock, made.states, made.nights, moved, made.seed)
        self.buys = purchases(made.plan, made.states, made.effects, made.seed)
        self.events = self._events()

    def told(self, form: str) -> tuple[Lived, list[Link]]:
        """The past of this life under a form, and its true links."""
        adds, plain = self._contributions(form), self._contributions("linear")
        shift = {key: adds[key] - plain[key] for key in adds}
        daily = self._daily(shift)
        end = datetime.combine(self.made.plan.day(self.made.plan.days - 1), time(23, 59), UTC)
        return Lived(end, self.events, daily), self._links(adds, exact=form == "linear")

    # What each cause truly adds, by day of the cause

    def _contributions(self, form: str) -> dict[tuple[str, str], Floats]:
        states, effects, made = self.made.states, self.made.effects, self.made
        slept = np.clip((made.nights.asleep - np.median(made.nights.asleep)) / 60, -3, 2)
        late = np.maximum(states.dinner - 1230, 0)
        linear = {
            ("alcohol", "resting"): effects.alcohol_resting * states.alcohol,
            ("alcohol", "hrv"): effects.alcohol_hrv * states.alcohol,
            ("load", "resting"): effects.training_resting[0] * states.load,
            ("load", "hrv"): effects.training_hrv[0] * states.load,
            ("load", "mood"): effects.training_mood * states.load,
            ("dinner", "asleep"): effects.late_dinner_sleep * late,
            ("caffeine", "latency"): effects.late_caffeine_latency * states.caffeine_late,
            ("slept", "mood"): effects.sleep_mood * slept,
            ("slept", "recall"): effects.sleep_recall * slept,
            ("stress", "mood"): effects.stress_mood * states.stress,
        }
        if form == "linear":
            return linear
        shaped = {key: self._shape(form, key[0]) for key in linear}
        return {key: _same_spread(shaped[key], linear[key]) for key in linear}

    def _shape(self, form: str, cause: str) -> Floats:
        states, nights_ = self.made.states, self.made.nights
        amount = {"alcohol": states.alcohol, "load": states.load, "caffeine": states.caffeine_late,
                  "dinner": np.maximum(states.dinner - 1080, 0), "slept": nights_.asleep - 300,
                  "stress": states.stress - states.stress.min()}[cause]  # fmt: skip
        return _FORMS[form](amount) if form != "hour" else self._by_hour(cause, amount)

    def _by_hour(self, cause: str, amount: Floats) -> Floats:
        """A cause that counts more the later it comes: from nothing at 15:00 to all at 22:00."""
        made, days = self.made, self.made.plan.days
        if cause in {"alcohol", "caffeine"}:
            drinks = self.eaten.drinks
            much = drinks.alcohol if cause == "alcohol" else drinks.caffeine
            return _sums(drinks.day, much * _lateness(made.clock, drinks.at), days)
        if cause == "load":
            works = self.moved.workouts
            return _sums(works.day, made.states.load[works.day] * _lateness(made.clock, works.start), days)
        if cause == "dinner":
            return np.exp(np.minimum(amount - 150, 150) / 45)
        return np.minimum(amount, np.median(amount))

    # What devices and diaries hold

    def _events(self) -> dict[str, pl.DataFrame]:
        drinks, meals = self.eaten.drinks, self.eaten.meals
        works, noted = self.moved.workouts, self.eaten.meals.noted
        glass, cup = drinks.alcohol > 0, drinks.caffeine > 0
        return {
            "alcohol.drinks": self._rows(drinks.at[glass], drinks.at[glass], drinks.alcohol[glass]),
            "caffeine": self._rows(drinks.at[cup], drinks.at[cup], drinks.caffeine[cup]),
            "energy.intake": self._rows(meals.at[noted], meals.at[noted], meals.energy[noted]),
            "meal.carbs": self._rows(meals.at[noted], meals.at[noted], meals.carbs[noted]),
            "workout.duration": self._rows(works.start, works.stop, (works.stop - works.start) / 60),
            "workout.energy": self._rows(works.start, works.stop, works.energy),
        }

    def _rows(self, at: NDArray[np.int64], until: NDArray[np.int64], value: Floats) -> pl.DataFrame:
        order = np.argsort(at, kind="stable")
        local = self.made.clock.local(at[order])
        moments = {"at": at[order] * 1_000_000, "until": until[order] * 1_000_000, "local": local * 1_000_000}
        rows = pl.DataFrame({**moments, "value": value[order].astype(float)}).with_columns(
            pl.col("at", "until").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            pl.col("local").cast(pl.Datetime("us")), text=pl.lit(None, pl.String), unit=pl.lit(""),
            source=pl.lit("made"),
        )  # fmt: skip
        return rows.select(_EVENTS.names())

    def _daily(self, shift: dict[tuple[str, str], Floats]) -> dict[str, pl.DataFrame]:
        made, mind_, rng = self.made, self.mind, np.random.default_rng([self.made.seed, 7])
        of, days, night = made.plan, np.arange(made.plan.days), made.nights

        def within(span: Span) -> NDArray[np.bool_]:
            return np.array([day in span for day in days])

        def lagged(outcome: str, *causes: tuple[str, int]) -> Floats:
            return sum((_after(shift[cause, outcome], lag) for cause, lag in causes), np.zeros(days.size))

        watch, fitbit = self.worn.watch_nights, self.worn.fitbit_nights
        any_night = watch | fitbit
        stages = night.minutes
        shorter = lagged("asleep", ("dinner", 1))
        slower = lagged("latency", ("caffeine", 1))
        heart = self.body.resting + lagged("resting", ("alcohol", 1), ("load", 1))
        varied = self.body.sdnn * np.exp(lagged("hrv", ("alcohol", 1), ("load", 1)))
        felt = mind_.felt + lagged("mood", ("load", 0), ("slept", 0), ("stress", 0))
        slept = np.clip((night.asleep - np.median(night.asleep)) / 60, -3, 2)
        recalled = 1 / (1 + np.exp(-(2.0 + made.effects.sleep_recall * slept + shift["slept", "recall"])))
        recall = 100 * rng.binomial(RECALLS, recalled) / RECALLS
        onset = made.clock.local(night.onset) - (days + made.clock.first) * DAY
        wake = made.clock.local(night.wake) - (days + made.clock.first) * DAY
        studied = within(of.study) & (rng.random(days.size) < 0.8) & (made.states.felt == 0)
        weighed = rng.random(days.size) < 0.5
        table: dict[str, tuple[Floats, NDArray[np.bool_]]] = {
            "heart_rate.resting": (heart, any_night),
            "heart_rate_variability.sdnn": (varied, watch),
            "respiratory_rate": (self.body.breathing, watch),
            "skin_temperature.sleep": (self.body.temperature, watch),
            "oxygen_saturation": (self.body.oxygen, watch),
            "sleep.duration": (night.asleep + shorter, any_night),
            "sleep.rem": (stages[:, REM], any_night),
            "sleep.deep": (stages[:, DEEP], any_night),
            "sleep.light": (stages[:, LIGHT], any_night),
            "sleep.awake": (stages[:, AWAKE] - 0.5 * shorter, any_night),
            "sleep.latency": (np.clip(night.latency + slower, 1, None), fitbit),
            "sleep.start": (onset / 60, any_night),
            "sleep.end": (wake / 60, any_night),
            "mood": (np.clip(np.round(felt), 1, 5), mind_.noted & within(of.mood)),
            "recall.correct": (recall, studied),
            "steps": (_sums(_minute_days(made), self.moved.steps, days.size), days >= 0),
            "listening": (mind_.listening, mind_.listening > 0),
            "purchase.eur": (_sums(self.buys.day, self.buys.euros, days.size), days >= 0),
            "weight": (self.eaten.scale, weighed),
        }
        for at, name in enumerate(("fatigue", "mood", "readiness", "sleep_quality", "soreness", "stress")):
            table[f"wellness.{name}"] = (mind_.wellness[:, at].astype(float), mind_.answered & within(of.wellness))
        return {key: self._frame(*one) for key, one in table.items()}

    def _frame(self, values: Floats, kept: NDArray[np.bool_]) -> pl.DataFrame:
        days = [self.made.first + timedelta(days=int(day)) for day in np.flatnonzero(kept)]
        return pl.DataFrame({"day": days, "value": values[kept].astype(float)},
                            schema={"day": pl.Date, "value": pl.Float64})  # fmt: skip

    def _links(self, adds: dict[tuple[str, str], Floats], *, exact: bool) -> list[Link]:
        """What is true in this life; sizes of stages are those of the paired life, and known for its own form only."""
        made, beats = self.made, self.body.sdnn
        sober, night = made.sober.minutes, made.nights.minutes
        train, dinner = ("workout.energy", "workout.duration"), ("meal.last",)
        unknown = np.full(made.plan.days, np.nan)

        def milliseconds(log: Floats) -> Floats:
            """What a cause takes off heart rate variability, which it moves by a factor, at its usual height."""
            return float((beats / np.exp(_after(log, 1))).mean()) * (np.exp(log) - 1)

        def before(stage: int) -> Floats:
            return np.append((night - sober)[1:, stage], 0.0)

        return [
            Link(("alcohol.drinks",), "heart_rate.resting", (1,), adds["alcohol", "resting"]),
            Link(("alcohol.drinks",), "heart_rate_variability.sdnn", (1,), milliseconds(adds["alcohol", "hrv"])),
            Link(("alcohol.drinks",), "sleep.rem", (1,), before(REM)),
            Link(("alcohol.drinks",), "sleep.awake", (1,), before(AWAKE)),
            Link(train, "heart_rate.resting", (1, 2), adds["load", "resting"]),
            Link(train, "heart_rate_variability.sdnn", (1, 2), milliseconds(adds["load", "hrv"])),
            Link(train, "mood", (0,), adds["load", "mood"]),
            Link(dinner, "sleep.duration", (1,), adds["dinner", "asleep"]),
            Link(("caffeine.late",), "sleep.latency", (1,), adds["caffeine", "latency"]),
            Link(("sleep.duration",), "mood", (0,), adds["slept", "mood"]),
            Link(("sleep.duration",), "recall.correct", (0,), 100 * 0.105 * adds["slept", "recall"]),
            Link(("wellness.stress",), "mood", (0,), adds["stress", "mood"]),
            Link(("wellness.stress",), "heart_rate.resting", (1,),
                 made.effects.stress_resting * made.states.stress if exact else unknown),
            Link(("wellness.stress",), "heart_rate_variability.sdnn", (1,),
                 milliseconds(made.effects.stress_hrv * made.states.stress) if exact else unknown),
        ]  # fmt: skip


def _minute_days(made: Base) -> NDArray[np.int64]:
    minutes = int(made.clock.minute(made.clock.end))
    day = made.clock.day(made.clock.start + 60 * np.arange(minutes))
    return np.clip(day, 0, made.plan.days - 1)


def _sums(day: NDArray[np.int64], values: NDArray[np.generic], days: int) -> Floats:
    return np.bincount(day, values, days).astype(np.float64)


def _after(values: Floats, lag: int) -> Floats:
    return values if lag == 0 else np.concatenate([np.zeros(lag), values[:-lag]])


def _lateness(clock_: Clock, at: NDArray[np.int64]) -> Floats:
    hour = clock_.local(at) % DAY / 3600
    return np.clip((hour - 15) / 7, 0, 1)


def _same_spread(values: Floats, like: Floats) -> Floats:
    """Values with the mean and standard deviation of others, and their sign."""
    spread = values.std() or 1.0
    sign = np.sign(np.corrcoef(values, like)[0, 1]) if values.std() and like.std() else 1.0
    return np.asarray(like.mean() + sign * (values - values.mean()) * like.std() / spread)


def _saturating(amount: Floats) -> Floats:
    usual = np.median(amount[amount > 0]) if (amount > 0).any() else 1.0
    return 1 - np.exp(-amount / usual)


def _threshold(amount: Floats) -> Floats:
    past = np.quantile(amount[amount > 0], 0.6) if (amount > 0).any() else 1.0
    return (amount >= past).astype(float)


_FORMS: dict[str, Callable[[Floats], Floats]] = {"saturating": _saturating, "threshold": _threshold}
