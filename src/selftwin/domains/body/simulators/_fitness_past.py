"""What the past tells of a person's training, what a scenario makes of the days ahead, and how the model did before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.fitness import load as loads
from selftwin.domains.body.fitness import race, vo2max
from selftwin.domains.body.fitness.response import RESTING, ahead, fit, onwards, states
from selftwin.domains.body.simulators._living import DRAWS, acting, amount, days, recent, today
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.scenario import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do, Scenario

    Floats = NDArray[np.float64]

LONGEST = 365
SOURCES = ("training.load", "training.duration", "activity.exercise", "activity.vigorous", "workout.duration", "steps")
SESSIONS = ("training", "workout", "heart")  # told of days with training alone; steps are merely missing
ENOUGH = 5  # days of the last 90 on which a source must know something; fortnights that can judge the model
CARRIED_OUT = 0.12  # how far what is done lies from what was meant; of its logarithm
UNKNOWN = 25.0  # load a day of one of whom no training is known
WINDOW, WINDOWS = 14, 8  # days, and how many of them are replayed
JUMP = 1.5  # of a week's load over a month's
HARD = 300.0  # load a day, kept up, beyond which the model sees more fatigue than fitness in more of it
NAMES = {"training.load": "the effort you told after training", "heart": "heart rates in workouts",
         "steps": "your steps", "": "a guess, since no training of yours is known"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """Daily load (days,) up to yesterday, where it comes from, on how many days something was known."""

    load: Floats
    source: str
    n: int

    @property
    def fitness(self) -> float:
        """Fitness now, by the usual time constant."""
        return float(states(self.load, 42.0, 7.0).fitness[-1])

    @property
    def fatigue(self) -> float:
        """Fatigue now, by the usual time constant."""
        return float(states(self.load, 42.0, 7.0).fatigue[-1])

    def before(self, plan: Floats) -> Floats:
        """A plan (n, days) with the last four weeks before it."""
        return np.concatenate([np.tile(self.load[-28:], (len(plan), 1)), plan], axis=1)


def history(past: Past) -> History:
    """The load of each day of the last year, from the best source that knows enough."""
    heart = _by_heart(past)
    if heart is not None and not _knows(days(past, "training.load", LONGEST)):
        return _history(heart, "heart")
    for key in SOURCES:
        values = days(past, key, LONGEST)
        if _knows(values):
            load = loads.daily(values, key)
            if key == "activity.vigorous":
                load = load + loads.daily(days(past, "activity.moderate", LONGEST), "activity.moderate")
            return _history(np.where(np.isfinite(values), load, np.nan), key)
    return History(np.full(84, UNKNOWN), "", 0)


def _history(load: Floats, source: str) -> History:
    """From the first day something was known."""
    known = np.flatnonzero(np.isfinite(load))
    start = min(int(known[0]), LONGEST - 28)
    missing = 0.0 if source.startswith(SESSIONS) else float(np.nanmean(load))
    return History(np.nan_to_num(load[start:], nan=missing), source, known.size)


def _knows(values: Floats) -> bool:
    late = recent(values, 90)
    return int((late > 0).sum()) >= ENOUGH


def _by_heart(past: Past) -> Floats | None:
    """Load by Banister's training impulse, where workouts have heart rates and an age tells the highest."""
    minutes, rates = days(past, "workout.duration", LONGEST), days(past, "workout.heart_rate", LONGEST)
    age, resting = past.number("age"), past.number("heart_rate.resting", within=90)
    if age is None or resting is None or not _knows(np.where(np.isfinite(rates), minutes, np.nan)):
        return None
    highest, female = vo2max.highest_heart_rate(age), past.word("sex") == "female"
    return np.array([
        loads.from_trimp(loads.trimp(long, rate, resting=resting, highest=highest, female=female))
        if np.isfinite(long) and np.isfinite(rate) else np.nan
        for long, rate in zip(minutes.tolist(), rates.tolist(), strict=True)
    ])  # fmt: skip


def futures(known: History, past: Past, question: Question, length: int, seed: int) -> Floats:
    """Load on the days ahead (2, n, days), with the scenario and without: weeks drawn from the last four, changed."""
    rng = np.random.default_rng((seed, 15))
    pool = known.load[-(min(28, known.load.size) // 7 * 7) :]  # a history is four weeks long and longer
    chosen = rng.integers(0, pool.size // 7, (DRAWS, length // 7 + 1))
    usual = pool.reshape(-1, 7)[chosen].reshape(DRAWS, -1)[:, :length]
    done = np.exp(CARRIED_OUT * rng.standard_normal((DRAWS, 1)))
    return np.stack([done * _done(usual, one, known, past) for one in (question.scenario, question.instead_of)])


def _done(usual: Floats, scenario: Scenario, known: History, past: Past) -> Floats:
    """A usual future (n, days) under the steps of a scenario."""
    plan = usual.copy()
    for step in scenario.steps:
        on = acting(step, past, usual.shape[1])
        plan[:, on] = np.maximum(plan[:, on] + _change(step, plan[:, on], known, past), 0.0)
    return plan


def _change(step: Do, load: Floats, known: History, past: Past) -> Floats | float:
    """What a step adds to the load of its days (n, days)."""
    if step.signal == "workout":
        minutes = amount(step)
        return minutes * loads.weight(step.words)
    by = amount(step)
    weight = loads.WEIGHTS[step.signal]
    if step.signal in {"training.load", known.source}:
        if step.way is Way.SHARE:
            return by * load
        return by * weight - load if step.way is Way.SET else by * weight
    if step.way is Way.CHANGE:
        return by * weight
    usual = recent(days(past, step.signal, 28))
    if step.way is Way.SHARE and not usual.size:
        hint = f"Say by how much: `{step.signal} +20 {step.unit}`."
        raise UsageError(f"I know no {step.signal} of yours of which to take a share.", hint=hint)
    middle = float(usual.mean()) if usual.size else 0.0
    return (step.changed(middle) - middle) * weight


def assumed(known: History) -> tuple[str, ...]:
    """What every answer takes for granted."""
    name = NAMES.get(known.source, f"{known.source}, at fixed efforts a minute")
    return (
        f"Your training load is told by {name}; without the change, weeks go on like your last four.",
        "At a load of 150 a day (effort times minutes) 63 % of what training can do is reached; more gives ever less.",
        "People differ: what trials found spreads by about half of the mean, and some hardly respond.",
        "Illness, heat, medicines and weight are not in the model.",
    )


def warnings(known: History, plan: Floats, usual: Floats) -> Iterator[str]:
    """What the person should know first: a jump of load, a load beyond what helps."""
    jump, without = (float(loads.ratio(known.before(one.mean(axis=0)[None, :]))[0, 28:].max()) for one in (plan, usual))
    if jump > max(JUMP, 1.15 * without):
        yield (f"A week's load would rise to {jump:.1f} times that of a month. Some warn above 1.5; that this ratio "
               "tells injuries beforehand is weakly supported. Going up more slowly is the old advice.")  # fmt: skip
    if float(plan.mean(axis=0)[-28:].mean()) > HARD:
        yield "This load, kept up, is beyond where the model still sees more fitness than fatigue in doing more."


@dataclass(frozen=True, slots=True)
class Trial:
    """How the fitted response did on fortnights of the person's own past: tried, ended inside, error ÷ last week's."""

    tried: int
    inside: int
    ratio: float

    @property
    def better(self) -> bool:
        """Whether it has beaten the plain guess, so that the person's own response may speak."""
        return self.tried >= ENOUGH and self.ratio < 1.0

    @property
    def said(self) -> str:
        """A sentence for the person."""
        plain = "The plain guess is last week's mean, unchanged."
        if not self.tried:
            return f"{plain} There is too little past to hold the model against it, so trials speak."
        on = f"On {self.tried} fortnights of your own past the fitted model erred by {self.ratio:.2f} of what it did"
        end = "so your own response speaks." if self.better else "so what trials found speaks instead of it."
        if self.tried < ENOUGH:
            end = "too few to go by: what trials found speaks."
        return f"{plain} {on}, {end}"


def replay(values: Floats, load: Floats, seed: int) -> Trial:
    """The fitted response, and last week's mean, on the mean of fortnights that were then still to come."""
    ours, plain, inside = [], [], 0
    for stop in range(values.size - WINDOW, 42, -WINDOW)[:WINDOWS]:
        seen = recent(values[:stop], 7)
        ahead_of = values[stop : stop + WINDOW]
        if recent(values[:stop], LONGEST).size < 28 or seen.size < 3 or np.isfinite(ahead_of).sum() < 5:
            continue
        truth = float(np.nanmean(ahead_of))
        draws = fortnight(values[:stop], load[: stop + WINDOW], seed)
        low, high = np.quantile(draws, [0.05, 0.95])
        inside += int(low <= truth <= high)
        ours.append(abs(float(draws.mean()) - truth))
        plain.append(abs(float(seen.mean()) - truth))
    ratio = sum(ours) / max(sum(plain), 1e-9) if ours else float("nan")
    return Trial(len(ours), inside, ratio)


def fortnight(values: Floats, load: Floats, seed: int, *, n: int = 200) -> Floats:
    """Draws (n,) of the mean over the days after `values` for which a load is known, fitted on `values` alone."""
    stop = values.size
    response = fit(values, load[:stop], RESTING, n=n, seed=seed)
    state = onwards(response, load[:stop], np.tile(load[stop:], (n, 1)))
    return np.asarray(ahead(response, state, seed=seed).mean(axis=1), dtype=np.float64)


def best_race(past: Past) -> float | None:
    """The highest VDOT of races noted within a year."""
    since = today(past) - timedelta(days=LONGEST)
    found = [race.vdot(metres, minutes * 60) for key, metres in race.DISTANCES.items()
             for minutes in past.days(key, since=since)["value"].to_list()
             if metres / race.FASTEST <= minutes * 60 <= metres / race.SLOWEST]  # fmt: skip
    return max(found) if found else None
