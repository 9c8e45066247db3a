"""Glucose in the hours ahead: what this meal, this walk or your own plan would do, beside going on as you are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.glucose import plan as plans
from selftwin.domains.body.glucose import safety
from selftwin.domains.body.glucose.engine import simulate
from selftwin.domains.body.glucose.reading import body
from selftwin.domains.body.glucose.reading_bodies import bodies
from selftwin.vocabulary.errors import NothingYet, Refused
from selftwin.vocabulary.estimate import FIRST_DAYS, TRUSTED_DAYS, Trust
from selftwin.vocabulary.scenario import Scenario
from selftwin.vocabulary.trajectory import Measure, Trajectory, courses, spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from selftwin.domains.body.glucose.engine import Draws
    from selftwin.domains.body.glucose.plan import Plan
    from selftwin.domains.body.glucose.reading import Body
    from selftwin.domains.body.glucose.reading_bodies import Bodies
    from selftwin.vocabulary.model import Past, Question

    Floats = NDArray[np.float64]

STEP = 5  # minutes between moments
MEAN = 4 * 60  # minutes of the mean that is told
MEALS = 40  # as many as a scenario has steps
FRESH = timedelta(minutes=15)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Glucose:
    """The glucose twin's what-ifs. `clock` tells the real time: a replay that reaches into it is bound like a plan."""

    name: str = "glucose"
    title: str = "Glucose in the hours ahead"
    version: int = 1
    rank: int = 1
    takes: frozenset[str] = plans.TAKES
    gives: tuple[str, ...] = ("glucose",)
    cites: tuple[str, ...] = (
        "Kovatchev BP and others, In silico preclinical trials, J Diabetes Sci Technol 2009;3:44",
        "Dalla Man C and others, The UVA/Padova type 1 diabetes simulator, J Diabetes Sci Technol 2014;8:26",
        "Dalla Man C, Rizza RA, Cobelli C, Meal simulation model of the glucose-insulin system, IEEE TBME 2007;54:1740",
        "Dalla Man C, Breton MD, Cobelli C, Physical activity into the meal model, J Diabetes Sci Technol 2009;3:56",
        "Battelino T and others, Clinical targets for continuous glucose monitoring, Diabetes Care 2019;42:1593",
    )
    clock: Callable[[], datetime] = field(default=_now, repr=False, compare=False)

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Both futures of glucose every five minutes, over four hours from the last step on.

        Raises Refused as docs/models/glucose.md lists it, NothingYet without fresh sensor glucose or for habits of
        days, UsageError where a step makes no sense.
        """
        since, minutes = plans.hours(question, past)
        has_dose = safety.has_insulin(question.scenario, question.instead_of)
        is_live = not past.replay or past.now + timedelta(minutes=minutes) > self.clock()
        known = _known(past, has_dose=has_dose, is_live=is_live)
        meals = plans.lucks(question)
        both = [plans.plan(one, past, minutes, meals) for one in (question.scenario, question.instead_of)]
        for one in both:
            _check(one, known)
        mine = bodies(known, seed=seed)
        luck = np.random.default_rng((seed, 7)).standard_normal((len(mine.draws), MEALS))
        drift = mine.drift(minutes, seed=seed)
        told = _Told(self, past, question, known, mine, (both[0], both[1]), luck, drift, since)
        return [told.trajectory()]


def _known(past: Past, *, has_dose: bool, is_live: bool) -> Body:
    """What is known, where a plan may start from it. Raises Refused, NothingYet."""
    try:
        known = body(past)
    except NothingYet as missing:
        if has_dose and is_live:
            raise Refused(f"{missing} I show no plan with insulin.", hint=missing.hint) from missing
        raise
    safety.check_start(known.standing, now=past.now, has_dose=has_dose, is_live=is_live)
    return known


def _check(one: Plan, known: Body) -> None:
    """Refuse doses, and a basal raised, beyond the person's own; lowering it is always shown. Raises Refused."""
    rate = known.insulin.rate
    highest = float(one.basal(rate).max())
    raised = highest if highest > rate + 1e-9 else 0.0
    safety.check_doses(one.doses, one.long, raised, known.settings, carbs=one.carbs, level=known.standing.level)


@dataclass(frozen=True, slots=True)
class _Told:
    """Everything one answer is told from. Both futures share `luck` (n, MEALS), how well each meal is counted, and
    `drift` (n, minutes), what no model explains; it is told from the minute `since` on."""

    model: Glucose
    past: Past
    question: Question
    known: Body
    mine: Bodies
    plans: tuple[Plan, Plan]
    luck: Floats
    drift: Floats
    since: int

    def trajectory(self) -> Trajectory:
        """Both futures, what they come to, and what must be known first."""
        lives = [self.lived(one) for one in self.plans]
        at = [self.moment(minute) for minute in range(self.since + STEP, self.plans[0].minutes + 1, STEP)]
        with_, without, difference = courses(at, *lives)
        days = self.known.standing.days
        return Trajectory(
            signal="glucose", unit="mg/dL", model=self.model.name, scenario=str(self.question.scenario),
            made_at=self.past.now.isoformat(timespec="seconds"), trust=self.trust(), n=days,
            with_=with_, without=without, difference=difference, assumptions=self.assumptions(), cites=self.model.cites,
            instead_of=str(self.question.instead_of), notes=self.notes(lives), measures=self.measures(*lives),
            because=self.because(), replay=self.past.replay, draws=np.stack(lives),
        )  # fmt: skip

    def lived(self, one: Plan) -> Floats:
        """The lives of a plan (n, moments) as a sensor would show them: the same bodies, the same luck, each time."""
        paths = simulate(self.mine.draws, one.inputs(self.mine.rates, self.luck))
        return safety.clamp((paths + self.drift)[:, self.since + STEP - 1 :: STEP])

    def moment(self, minute: int) -> str:
        """An ISO moment in UTC so many minutes from now."""
        return (self.past.now + timedelta(minutes=minute)).isoformat(timespec="seconds")

    def trust(self) -> Trust:
        """By the days of sensor glucose; none where they taught nothing of this body."""
        days = self.known.standing.days if self.mine.is_own else 0
        if days >= TRUSTED_DAYS:
            return Trust.TRUSTED
        return Trust.FIRST if days >= FIRST_DAYS else Trust.NONE

    def first(self) -> int:
        """The minute in which the first step of either future begins."""
        steps = (*self.question.scenario.steps, *self.question.instead_of.steps)
        return min((plans.begins(step, self.past) for step in steps), default=0)

    def measures(self, with_: Floats, without: Floats) -> tuple[Measure, ...]:
        """Peak, lowest, time outside, and, from the first step on, minutes to the peak and the mean of four hours."""
        start = (self.first() - self.since) // STEP
        window = slice(start, start + MEAN // STEP)
        hours = (min(start + MEAN // STEP, with_.shape[1]) - start) * STEP / 60
        ways: list[tuple[str, str, Callable[[Floats], Floats]]] = [
            ("peak", "mg/dL", lambda one: one.max(axis=1)),
            ("minutes to the peak", "min", lambda one: STEP * (one[:, start:].argmax(axis=1) + 1.0)),
            ("lowest", "mg/dL", lambda one: one.min(axis=1)),
            ("time above 180", "min", lambda one: STEP * (one > 180).sum(axis=1).astype(float)),
            ("time below 70", "min", lambda one: STEP * (one < safety.LOW).sum(axis=1).astype(float)),
            ("time below 54", "min", lambda one: STEP * (one < safety.VERY_LOW).sum(axis=1).astype(float)),
            (f"mean of {hours:g} h", "mg/dL", lambda one: one[:, window].mean(axis=1)),
        ]
        return tuple(
            Measure(name, unit, spread(of(with_)), spread(of(without)), spread(of(with_) - of(without)))
            for name, unit, of in ways
        )

    def because(self) -> tuple[tuple[str, float], ...]:
        """What each step that the futures do not share adds to the last difference, taken one after another."""
        aside, asked = self.question.instead_of.steps, self.question.scenario.steps
        left, come = ([one for one in ours if one not in theirs] for ours, theirs in ((aside, asked), (asked, aside)))
        steps, scenes = list(aside), []
        for step in left:
            steps.remove(step)
            scenes.append((f"without {step}", Scenario(tuple(steps))))
        for step in come:
            steps.append(step)
            scenes.append((str(step), Scenario(tuple(steps))))
        if len(scenes) < 2:
            return ()
        minutes, meals = self.plans[0].minutes, plans.lucks(self.question)
        told = (self.plans[1], *(plans.plan(scene, self.past, minutes, meals) for _, scene in scenes))
        ends = [float(self.lived(one)[:, -1].mean()) for one in told]
        return tuple((name, after - before) for (name, _), before, after in zip(scenes, ends, ends[1:], strict=False))

    def notes(self, lives: list[Floats]) -> tuple[str, ...]:
        """What must be known first, extremes before anything."""
        standing = self.known.standing
        said = list(safety.emergency(standing.level, lives))
        if standing.level is not None and safety.VERY_LOW <= standing.level < safety.LOW:
            said.append(safety.TREAT_FIRST)
        if self.past.replay:
            said.append(f"A replay of the past: it begins at {self._clock()} and knows nothing later.")
        said.append(self._age())
        if self.since:
            said.append(
                f"It begins {self.first() / 60:.0f} hours from now: what you eat and do until then is not in it."
            )
        if safety.has_insulin(self.question.scenario, self.question.instead_of):
            said.append(safety.NEVER_A_DOSE)
        if self.mine.middle is None:
            said.append(
                f"This is not yet your own body but many like it, so the range is wide: {self.mine.because}. "
                "Meals noted with their grams make it yours."
            )
        else:
            said.append(self._beside(lives[0], self.mine.middle))
        return (*said, safety.LOWS_UNPROVEN)

    def _clock(self) -> str:
        return f"{self.past.now.astimezone(self.past.zone):%H:%M on %d %B %Y}"

    def _age(self) -> str:
        """How old the newest sensor value is."""
        newest = self.known.standing.newest
        age = (self.past.now - newest) / timedelta(minutes=1) if newest is not None else 0.0
        late = " Where you are now may be another place." if age > FRESH / timedelta(minutes=1) else ""
        number, unit = (round(age), "minute") if age < 180 else (round(age / 60), "hour")
        told = f"{number} {unit}{'' if number == 1 else 's'}"
        return f"Your newest sensor value is {told} old.{late}"

    def _beside(self, with_: Floats, middle: Draws) -> str:
        """What would be said of somebody of whom nothing but the present is known."""
        naive = simulate(middle, self.plans[0].inputs(self.mine.rates[:1], 0 * self.luck[:1]))
        return (
            f"The middle body of such people would peak at about {naive.max():.0f} mg/dL, yours at "
            f"{with_.max(axis=1).mean():.0f}; staying as now would be {self.known.standing.level:.0f}."
        )

    def assumptions(self) -> tuple[str, ...]:
        """What is taken for true."""
        record, settings = self.known.record, self.known.settings
        said = [self.known.because]
        if self.mine.is_own:
            said.append(
                f"Fitted to {record.minutes / 1440:.0f} days with {len(record.readings)} sensor values and "
                f"{len(record.meals)} meals as you noted them."
            )
        if self.known.insulin.has_basal:
            said.append("Basal insulin goes on as in the last day; long-acting doses act evenly over 24 hours.")
        elif self.known.kind == "type 1":
            said.append("No basal insulin is recorded: one that keeps a middle body steady is assumed.")
        if any(one.long for one in self.plans):
            said.append("A long-acting dose you type is added to the basal that goes on.")
        if any(one.doses for one in self.plans) and settings.ratio is not None:
            said.append("Your carbohydrate ratio bounds which doses are shown; it makes none.")
        said += [
            "Nothing else is eaten, injected or done in these hours, and no pump reacts.",
            "Grams are as you count them, each meal about a quarter off; fat, protein and fibre are not counted.",
            "Illness, alcohol, stress and hormones are as in the fitted days; tablets have no kinetics here.",
        ]
        if any(one.bouts for one in self.plans):
            said.append("Exertion lowers glucose as in an average body; sprints may raise it, which is not told.")
        return tuple(said)


SIMULATOR = Glucose()
