"""Body weight: what becomes of it as you go on, and what eating, salt and moving otherwise would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.weight import doing
from selftwin.domains.body.weight.activity import CITES as MOVING_CITES
from selftwin.domains.body.weight.futures import futures, replayed
from selftwin.domains.body.weight.person import EPOCH
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust
from selftwin.vocabulary.trajectory import Measure, Trajectory, courses, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.domains.body.weight.futures import Future, Futures
    from selftwin.learn.wandering import Replay
    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do

    Floats = NDArray[np.float64]

USUAL_DAYS, MOST_DAYS = 90, 3660
LEANEST_BMI = 18.5
LEAST_EATEN = {1.0: 1000.0, 0.0: 1200.0, None: 1200.0}  # kcal/d: women, men, not said
UNITS = {"weight": "kg", "fat_mass": "kg", "lean_mass": "kg", "body_fat": "%"}
LIMITS = "Not for children, in pregnancy, with an eating disorder, or with illness or medicines that move water."


@dataclass(frozen=True, slots=True)
class Weight:
    """Hall's adult model on the person's own weigh-ins."""

    name: str = "weight"
    title: str = "Body weight and what it is made of"
    version: int = 1
    rank: int = 3
    takes: frozenset[str] = doing.TAKES
    gives: tuple[str, ...] = tuple(UNITS)
    cites: tuple[str, ...] = (
        "Hall KD and others, Quantification of the effect of energy imbalance on bodyweight, Lancet 2011;378:826",
        "Jackson AS and others, Percentage body fat from body mass index, Int J Obes 2002;26:789",
        "Mifflin MD and others, A new predictive equation for resting energy expenditure, Am J Clin Nutr 1990;51:241",
        "Careau V and others, Energy compensation and adiposity in humans, Curr Biol 2021;31:4659",
        *MOVING_CITES,
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Weight, fat, lean mass (all that is not fat, the day's water too) and per cent of fat, day by day.

        Raises NothingYet without weigh-ins, height or year of birth, Refused for children, in pregnancy, and where
        a change leads to a body mass index under 18.5.
        """
        every = (*question.scenario.steps, *question.instead_of.steps)
        if not any(do.daily for do in every):
            raise NothingYet("One day hardly moves weight.", hint="Write what is done every day with /d, or for 90 d.")
        days = _length(question, every, past)
        found = futures(past, question.scenario, question.instead_of, days, seed=seed)
        _refuse_leanness(found)
        replay = replayed(found.person, days, seed=seed)
        told = _Told(self, past, question, found, replay, days)
        return [told.trajectory(signal) for signal in self.gives]


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything one answer is told from."""

    model: Weight
    past: Past
    question: Question
    found: Futures
    replay: Replay
    days: int

    def trajectory(self, signal: str) -> Trajectory:
        """Both futures of one signal."""
        with_, without = _made(signal, self.found.with_), _made(signal, self.found.without)
        first = EPOCH + timedelta(days=self.found.person.today)
        at = [(first + timedelta(days=day)).isoformat() for day in range(self.days + 1)]
        points = courses(at, with_, without)
        is_weight, tried = signal == "weight", len(self.replay.came)
        return Trajectory(
            signal=signal,
            unit=UNITS[signal],
            model=self.model.name,
            scenario=str(self.question.scenario),
            made_at=self.past.now.isoformat(),
            trust=_trust(len(self.found.person.days)),
            n=len(self.found.person.days),
            with_=points[0],
            without=points[1],
            difference=points[2],
            assumptions=self.assumptions(),
            cites=self.model.cites,
            instead_of=str(self.question.instead_of),
            notes=self.notes(),
            measures=_measures(self.found) if is_weight else (),
            because=self.found.because if is_weight else (),
            replayed=(self.replay.inside, tried) if is_weight and tried else None,
            replay=self.past.replay,
            draws=np.stack([with_, without]),
        )

    def assumptions(self) -> tuple[str, ...]:
        """What is taken for true."""
        person, found = self.found.person, self.found
        low, high = np.quantile(found.keeps, [0.05, 0.95])
        spent = f"a watch, {person.spent_days} days" if person.spent is not None else "what is usual at your size"
        fat = "your scale" if person.fat is not None else "your height, age and weight"
        keeps, eats = _tens(found.keeps.mean()), _tens(found.eats.mean())
        said = [
            f"About {keeps} kcal a day keep your weight ({_tens(low)} to {_tens(high)}; by {spent}).",
            f"By your trend you eat about {eats}. A food diary is not asked: most leave things out.",
            f"Your fat is told by {fat}.",
            "You do as you say, give or take: eating is misjudged by about an eighth, moving by a fifth.",
            "Going on as you are is your own trend, which fades, and as much wandering as your weigh-ins show.",
        ]
        if any(do.signal in doing.MOVING for do in (*self.question.scenario.steps, *self.question.instead_of.steps)):
            said.append("Of the energy of moving more, none to two fifths is saved elsewhere; hunger is not counted.")
        if person.female is None:
            said.append("Your sex is not known: both are imagined. `selftwin note sex female` (or male) narrows this.")
        return (*said, _replayed(self.replay, min(self.days, 90)), LIMITS)

    def notes(self) -> tuple[str, ...]:
        """What must be known first."""
        said = [
            f"That leaves about {_tens(eaten)} kcal a day, under the {least:.0f} that are the least without a doctor's "
            "care. What follows is arithmetic, not advice."
            for eaten, least in [_least_eaten(self.found)]
            if eaten < least
        ]
        age = self.found.person.today - int(self.found.person.days[-1])
        if age > 14:
            said.append(f"Your newest weigh-in is {age} days old; a new one would narrow this.")
        return tuple(said)


def _made(signal: str, future: Future) -> Floats:
    """The lives of a signal, (n, days + 1)."""
    if signal == "weight":
        return future.weight
    if signal == "fat_mass":
        return future.fat
    return future.weight - future.fat if signal == "lean_mass" else 100 * future.fat / future.weight


def _length(question: Question, every: tuple[Do, ...], past: Past) -> int:
    """How many days are told: as asked, else to the end of the last step, else ninety."""
    if question.days is not None:
        days = max(1, round(question.days))
    else:
        spans = [doing.span(do, past) for do in every if do.daily]
        days = max(first + USUAL_DAYS if stop > MOST_DAYS else stop for first, stop in spans)
    if not 0 < days <= MOST_DAYS:
        raise UsageError("A future of weight is at least a day and at most ten years long.")
    return days


def _refuse_leanness(found: Futures) -> None:
    """Refuse ways that lead to underweight. Raises Refused."""
    height = found.person.height**2
    ends, alone = (future.weight[:, 1:].mean(axis=0) / height for future in (found.with_, found.without))
    if (found.person.bmi < LEANEST_BMI or ends.min() < LEANEST_BMI) and ends[-1] < alone[-1] - 0.05:
        raise Refused(
            "This leads to a body mass index under 18.5, which is underweight. I do not show ways there.",
            hint="If eating or weight weigh on you, a doctor or a helpline for eating disorders is there for it.",
        )


def _least_eaten(found: Futures) -> tuple[float, float]:
    """The least mean energy eaten on a day of the future with the change, and the least that is let pass."""
    least = LEAST_EATEN[found.person.female]
    return float(found.with_.intake.mean(axis=0).min()), least


def _replayed(replay: Replay, ahead: int) -> str:
    """How it would have done on the person's own past, beside the guess that nothing changes."""
    tried = len(replay.came)
    if not tried:
        return "Your weigh-ins do not reach back far enough to try this on your own past."
    ours, naive = (float(np.abs(replay.came - said).mean()) for said in (replay.middle, replay.last))
    return (
        f"Replayed on your own past from {tried} days, which overlap, going on as you are missed your weigh-in {ahead} "
        f"days later by {ours:.1f} kg on average, the guess that nothing changes by {naive:.1f} kg."
    )


def _measures(found: Futures) -> tuple[Measure, ...]:
    """Numbers about the whole: energy eaten, and body mass index at the end."""
    height, both = found.person.height**2, (found.with_, found.without)
    eaten, ends = ([one.intake.mean(axis=1) for one in both], [one.weight[:, -1] / height for one in both])
    pairs = [("energy eaten", "kcal/d", *eaten), ("body mass index at the end", "kg/m2", *ends)]
    return tuple(Measure(name, unit, spread(a), spread(b), spread(a - b)) for name, unit, a, b in pairs)


def _trust(n: int) -> Trust:
    if n >= TRUSTED_DAYS:
        return Trust.TRUSTED
    return Trust.FIRST if n >= FIRST_DAYS else Trust.NONE


def _tens(value: float) -> str:
    return f"{round(float(value), -1):.0f}"


SIMULATOR = Weight()
