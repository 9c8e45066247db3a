"""Training: what a plan does to the resting heart rate, VO2 max, form and race times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.fitness import load as loads
from selftwin.domains.body.fitness import race, vo2max
from selftwin.domains.body.fitness.impulse import Trained, benefit, strain, trained
from selftwin.domains.body.fitness.response import HUNDRED, RESTING, UPTAKE, Response, ahead, fit, from_prior, onwards
from selftwin.domains.body.simulators import _fitness_past as told
from selftwin.domains.body.simulators._living import DRAWS, Telling, compared, days, reach, recent, today
from selftwin.vocabulary.errors import NothingYet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.domains.body.fitness.response import Prior
    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.trajectory import Measure, Trajectory

    Floats = NDArray[np.float64]

USUAL_DAYS, MOST_DAYS = 84, 730
FITTED_DAYS = 21  # known days from which a person's own response is fitted


@dataclass(frozen=True, slots=True)
class Fitness:
    """Impulse and response on training load, fitted to the person where days allow, else by trials."""

    name: str = "fitness"
    title: str = "Training, fitness and form"
    version: int = 1
    rank: int = 2
    takes: frozenset[str] = frozenset({*loads.WEIGHTS, "workout"})
    gives: tuple[str, ...] = ("heart_rate.resting", "vo2_max", "fitness.form", *race.DISTANCES)
    cites: tuple[str, ...] = (
        "Banister and others 1975, Aust J Sports Med 7:57 (fitness and fatigue)",
        "Busso 2003, Med Sci Sports Exerc 35:1188 (fatigue grows with load)",
        "Milanović and others 2015, Sports Med 45:1469 (VO2 max +4.9 ± 1.4 mL/kg/min)",
        "Reimers and others 2018, J Clin Med 7:503 (resting heart rate)",
        "Huang and others 2005, Med Sci Sports Exerc 37:1381 (resting heart rate over sixty)",
        "Impellizzeri and others 2020, Sports Med 51:581 (against the acute:chronic ratio)",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Resting heart rate, VO2 max, form and, where a race was noted, race times, by days."""
        length = reach(question, past, usual=USUAL_DAYS, most=MOST_DAYS)
        history = told.history(past)
        plans = told.futures(history, past, question, length, seed)
        base = Telling(past, question, f"{self.name} {self.version}", history.n, told.assumed(history), self.cites)
        at = [(today(past) + timedelta(days=day)).isoformat() for day in range(length)]
        hearts, uptake = _resting(base, history, plans, at, seed), _uptake(base, history, plans, at, seed)
        found = [one for one in (hearts, uptake) if one is not None]
        if not found:
            hint = "`selftwin note heart_rate.resting 60` keeps it, or import a watch's export."
            raise NothingYet("I know neither your resting heart rate nor your VO2 max.", hint=hint)
        found.append(_form(base, history, plans, at))
        return [*found, *_races(base, history, plans, at, seed)]


SIMULATOR = Fitness()


def _resting(base: Telling, history: told.History, plans: Floats, at: list[str], seed: int) -> Trajectory | None:
    """Resting heart rate, by the person's own response where it has beaten last week's mean on their own past."""
    values = days(base.past, "heart_rate.resting", history.load.size)
    known = recent(values, 60)
    if not known.size:
        return None
    notes = list(told.warnings(history, *plans))
    replayed = None
    if known.size >= FITTED_DAYS:
        response = fit(values, history.load, RESTING, n=DRAWS, seed=seed)
        trial = told.replay(values, history.load, seed)
        replayed = (trial.inside, trial.tried) if trial.tried else None
        notes.append(trial.said)
        response = response if trial.better else _by_trials(response, RESTING, history, seed)
    else:
        level = float(known[-7:].mean())
        error = float(known[-7:].std()) / max(1.0, known[-7:].size**0.5) + 1.0
        response = from_prior(RESTING, level, error, history.fitness, DRAWS, seed)
        notes.append("Too few days are known to fit your own response: what trials found stands in for it.")
    with_, without = (onwards(response, history.load, plan) for plan in plans)
    draws = np.stack([ahead(response, state, seed=seed) for state in (with_, without)])
    return base.told("heart_rate.resting", at, draws, notes=notes, measures=_measures(history, plans),
                     because=_because(response, with_, without), replayed=replayed,
                     n=int(np.isfinite(values).sum()))  # fmt: skip


def _by_trials(response: Response, prior: Prior, history: told.History, seed: int) -> Response:
    """The same level today, with what trials found for what training does from here on."""
    usual = from_prior(prior, 0.0, 0.0, history.fitness, response.level.size, seed)
    reached = benefit(np.array(history.fitness))
    tired = history.fatigue / HUNDRED
    level = response.level + (response.gain - usual.gain) * reached + (response.tired - usual.tired) * tired
    return replace(response, level=level, gain=usual.gain, tired=usual.tired)


def _because(response: Response, with_: Trained, without: Trained) -> tuple[tuple[str, float], ...]:
    """The last difference, in what fitness and what fatigue add."""
    fitness = response.gain * (benefit(with_.fitness) - benefit(without.fitness))[:, -1]
    fatigue = response.tired * (with_.fatigue - without.fatigue)[:, -1] / HUNDRED
    return ("fitness", float(fitness.mean())), ("fatigue", float(fatigue.mean()))


def _measures(history: told.History, plans: Floats) -> list[Measure]:
    with_, without = (trained(plan, fitness=history.fitness, fatigue=history.fatigue) for plan in plans)
    highest = [loads.ratio(history.before(plan))[:, -plan.shape[1] :].max(axis=1) for plan in plans]
    return [
        compared("Fitness at the end (load a day)", "{load}", with_.fitness[:, -1], without.fitness[:, -1]),
        compared("Highest load of a week ÷ of a month", "1", *highest),
    ]


def _uptake(base: Telling, history: told.History, plans: Floats, at: list[str], seed: int) -> Trajectory | None:
    """VO2 max: from measured days, else from the heart rates at rest and, by age, at its highest."""
    values = days(base.past, "vo2_max", history.load.size)
    known = recent(values, 180)
    count = int(np.isfinite(values).sum())
    notes: tuple[str, ...] = ()
    if known.size >= FITTED_DAYS:
        response = _by_trials(fit(values, history.load, UPTAKE, n=DRAWS, seed=seed), UPTAKE, history, seed)
    else:
        estimate = _estimate(base.past, known)
        if estimate is None:
            return None
        response = from_prior(UPTAKE, estimate.value, estimate.error, history.fitness, DRAWS, seed)
        notes = (f"Your VO2 max is estimated by {estimate.method}, give or take {estimate.error:.0f} mL/(kg·min).",)
    with_, without = (onwards(response, history.load, plan) for plan in plans)
    draws = np.stack([ahead(response, state, seed=seed) for state in (with_, without)])
    return base.told("vo2_max", at, draws, notes=notes, because=_because(response, with_, without), n=count)


def _estimate(past: Past, known: Floats) -> vo2max.Estimate | None:
    if known.size:
        return vo2max.Estimate(float(known[-3:].mean()), 2.5, "the few values that were recorded")
    resting, age = past.number("heart_rate.resting", within=60), past.number("age")
    if resting is None or age is None:
        return None
    return vo2max.from_heart_rates(vo2max.highest_heart_rate(age), resting)


def _form(base: Telling, history: told.History, plans: Floats, at: list[str]) -> Trajectory:
    """Form by the usual time constants: it falls when load rises, and rises in a taper."""
    both = [trained(plan, fitness=history.fitness, fatigue=history.fatigue).form for plan in plans]
    return base.told("fitness.form", at, np.stack(both), n=history.n)


def _races(base: Telling, history: told.History, plans: Floats, at: list[str], seed: int) -> Iterator[Trajectory]:
    """Race times, where one was noted within a year."""
    best = told.best_race(base.past)
    if best is None:
        return
    rng = np.random.default_rng((seed, 14))
    start = best * (1 + 0.03 * rng.standard_normal(DRAWS))
    luck = rng.standard_normal((DRAWS, 2))
    response = from_prior(UPTAKE, 0.0, 0.0, history.fitness, DRAWS, seed)
    now = Trained(np.full((DRAWS, 1), history.fitness), np.full((DRAWS, 1), history.fitness))
    fit_ = [start[:, None] + _performed(response, state) - _performed(response, now)
            for state in (onwards(response, history.load, plan) for plan in plans)]  # fmt: skip
    for key, metres in race.DISTANCES.items():
        draws = np.stack([race.times(metres, one, luck) / 60 for one in fit_])
        note = "From the best race noted within a year, by Daniels' formula; courses and weather differ."
        yield base.told(key, at, draws, notes=(note,), n=history.n)


def _performed(response: Response, state: Trained) -> Floats:
    """VO2 max-like performance: what fitness gives less what fatigue takes."""
    given: Floats = response.gain[:, None] * benefit(state.fitness) - strain(state)
    return given
