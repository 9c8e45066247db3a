"""Blood pressure: what becomes of it as you go on, and what less salt, training, weight and drink let expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.pressure.futures import SIGNALS, futures, replayed
from selftwin.domains.body.weight import doing
from selftwin.domains.body.weight.person import ADULT, EPOCH, is_pregnant
from selftwin.vocabulary.errors import NothingYet, Refused, UsageError
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust
from selftwin.vocabulary.trajectory import Measure, Trajectory, courses, spread

if TYPE_CHECKING:
    from selftwin.domains.body.pressure.futures import Futures
    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Do

USUAL_DAYS, MOST_DAYS, LAST_WEEKS = 90, 3660, 14
EATEN, DONE = {"meal.sodium", "meal.salt", "energy.intake", "alcohol.drinks"}, {"activity.exercise", "workout", "steps"}
TAKES = frozenset({*EATEN, *DONE, "weight"})
EMERGENCY = (180.0, 120.0)  # mmHg
URGENT = (
    "Your newest reading is very high. Sit, and measure again after five minutes. If it stays, or with pain in the "
    "chest, short breath, weakness, or trouble seeing or speaking, call the emergency number now."
)
UNTRIED = "Your readings do not reach back far enough to try this on your own past."
ASSUMED = (
    "Effects are means of trials; people differ from them by about two fifths, and that is in the range.",
    "They build up over weeks and go when you stop. The largest counts whole, every further one by two fifths.",
    "All together they lower by at most 20 / 12 mmHg, and what is usual for you never under 105 / 65.",
    "Pressure that is not high falls less: about half as much as where it is high.",
    "Training counts beyond what you do anyway, and most comes with the first hours a week.",
    "Going on as you are is your own readings: their level, its wandering, and a day's ups and downs.",
    "Not for children, in pregnancy, or to change a medicine; with kidney disease or water tablets, ask before salt.",
)


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """What trials say moves blood pressure, on the person's own readings."""

    name: str = "blood-pressure"
    title: str = "Blood pressure"
    version: int = 1
    rank: int = 5
    takes: frozenset[str] = TAKES
    gives: tuple[str, ...] = SIGNALS
    cites: tuple[str, ...] = (
        "Huang L and others, Dose and duration of reduction in dietary sodium, BMJ 2020;368:m315",
        "Edwards JJ and others, Exercise training and resting blood pressure, Br J Sports Med 2023;57:1317",
        "Neter JE and others, Influence of weight reduction on blood pressure, Hypertension 2003;42:878",
        "Roerecke M and others, Reduction in alcohol and blood pressure, Lancet Public Health 2017;2:e108",
        "He FJ and others, Longer term modest salt reduction, BMJ 2013;346:f1325",
        "Cornelissen VA, Fagard RH, Endurance training and blood pressure, Hypertension 2005;46:667",
        "Sacks FM and others, DASH-Sodium, N Engl J Med 2001;344:3",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Systolic and diastolic pressure as a reading would show them, day by day.

        Raises NothingYet without readings or for one day alone, UsageError, Refused for children and in pregnancy.
        """
        every = (*question.scenario.steps, *question.instead_of.steps)
        if not any(do.daily or do.signal == "weight" for do in every):
            raise NothingYet("One day tells nothing of blood pressure.", hint="Write /d, or for 90 d.")
        _check(past)
        days = _length(question, every, past)
        found = futures(past, question.scenario, question.instead_of, days, seed=seed)
        return [self._told(past, question, found, which, seed) for which in (0, 1)]

    def _told(self, past: Past, question: Question, found: Futures, which: int, seed: int) -> Trajectory:
        """Both futures of one pressure."""
        with_, without = found.with_[which], found.without[which]
        days = with_.shape[1] - 1
        first = EPOCH + timedelta(days=doing.today_of(past))
        points = courses([(first + timedelta(days=day)).isoformat() for day in range(days + 1)], with_, without)
        replay = replayed(found.readings[which], which, days, seed=seed)
        n, tried = len(found.readings[which].days), len(replay.came)
        last = min(LAST_WEEKS, days)
        a, b = (one[:, -last:].mean(axis=1) for one in (with_, without))
        return Trajectory(
            signal=SIGNALS[which],
            unit="mm[Hg]",
            model=self.name,
            scenario=str(question.scenario),
            made_at=past.now.isoformat(),
            trust=_trust(n),
            n=n,
            with_=points[0],
            without=points[1],
            difference=points[2],
            assumptions=ASSUMED,
            cites=self.cites,
            instead_of=str(question.instead_of),
            notes=(*_urgent(found), *(() if tried else (UNTRIED,))),
            measures=(Measure(f"mean of the last {last} days", "mm[Hg]", spread(a), spread(b), spread(a - b)),),
            because=found.because[which],
            replayed=(replay.inside, tried) if tried else None,
            replay=past.replay,
            draws=np.stack([with_, without]),
        )


def _check(past: Past) -> None:
    """Refuse for whom the trials say nothing. Raises Refused."""
    age = past.number("age")
    if age is not None and age < ADULT:
        raise Refused("The trials were with adults; I do not guess for a child.", hint="Ask a doctor.")
    if past.word("sex") != "male" and is_pregnant(past):
        raise Refused("Blood pressure in pregnancy is for your midwife or doctor.", hint="I tell nothing of it.")


def _length(question: Question, every: tuple[Do, ...], past: Past) -> int:
    """How many days are told: as asked, else to the end of the last step, else ninety."""
    if question.days is not None:
        days = max(1, round(question.days))
    else:
        spans = [doing.span(do, past) for do in every if do.daily or do.signal == "weight"]
        days = max(stop if 2 < stop <= MOST_DAYS else max(first, 0) + USUAL_DAYS for first, stop in spans)
    if not 0 < days <= MOST_DAYS:
        raise UsageError("A future of blood pressure is at least a day and at most ten years long.")
    return days


def _urgent(found: Futures) -> tuple[str, ...]:
    """The fixed words for a reading that cannot wait."""
    newest = tuple(float(one.values[-1]) for one in found.readings)
    return (URGENT,) if newest[0] >= EMERGENCY[0] or newest[1] >= EMERGENCY[1] else ()


def _trust(n: int) -> Trust:
    if n >= TRUSTED_DAYS:
        return Trust.TRUSTED
    return Trust.FIRST if n >= FIRST_DAYS else Trust.NONE


SIMULATOR = BloodPressure()
