"""Sleepiness through the days: nights kept, moved, shortened or lengthened, shifts, journeys, caffeine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.domains.body.simulators import _nights as nights
from selftwin.domains.body.simulators._living import (
    DRAWS,
    Telling,
    compared,
    local_hour,
    moment,
    reach,
)
from selftwin.domains.body.sleep import caffeine, circadian, three_process, two_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from selftwin.domains.body.simulators._nights import Plan, Usual
    from selftwin.vocabulary.model import Past, Question
    from selftwin.vocabulary.scenario import Scenario
    from selftwin.vocabulary.trajectory import Measure, Trajectory

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

MOST_DAYS = 28
PEOPLE, HOURS_ALIKE, MOMENT = 0.8, 0.9, 0.6  # spread over people; kept and renewed from hour to hour; on the scale
CLOCK_SPREAD, PHASE_SPREAD = 0.5, 0.7  # of the clock's amplitude; of its hour, for the middle of the night
WEIGHT, WEIGHT_ERROR = 75.0, 15.0  # kg, where none is known
AFTER_A_JOURNEY = 5


@dataclass(frozen=True, slots=True)
class Alertness:
    """The three-process model on the person's own nights, with a clock that follows and caffeine that eases."""

    name: str = "alertness"
    title: str = "Sleep, the body clock and sleepiness"
    version: int = 1
    rank: int = 3
    takes: frozenset[str] = frozenset({*nights.MOVES, "caffeine", "time_zone"})
    gives: tuple[str, ...] = ("sleepiness",)
    cites: tuple[str, ...] = (
        "Åkerstedt and Folkard 1997, Chronobiol Int 14:115; Ingre and others 2014, PLoS One 9:e108679 (sleepiness)",
        "Borbély 1982, Hum Neurobiol 1:195; Daan and others 1984, Am J Physiol 246:R161 (sleep pressure)",
        "Eastman and Burgess 2009, Sleep Med Clin 4:241; Khalsa and others 2003, J Physiol 549:945 (clock and light)",
        "Ramakrishnan and others 2016, Sleep 39:1827; Hansen and others 2019, Psychopharmacology 236:1313 (caffeine)",
        "Gardiner and others 2023, Sleep Med Rev 69:101764 (caffeine and sleep)",
    )

    def imagine(self, past: Past, question: Question, *, seed: int = 0) -> list[Trajectory]:
        """Sleepiness by the hour, on the hours one is awake in both futures."""
        length = _length(past, question)
        habits = nights.usual(past, seed)
        lives = [_life(past, habits, one, length, seed) for one in (question.scenario, question.instead_of)]
        hours = nights.grid(length)
        luck = _luck(hours.size, seed)
        felt = np.stack([_felt(life, hours, luck, seed) for life in lives])
        shown = _shown(lives, hours, local_hour(past.now, past), _end(lives[0], length))
        base = Telling(past, question, f"{self.name} {self.version}", habits.known, _assumed(habits), self.cites)
        at = [moment(float(hour), past) for hour in hours[shown]]
        measures = _measures(lives, felt, hours, local_hour(past.now, past), length)
        notes = list(_notes(past, question, lives[0], habits))
        return [base.told("sleepiness", at, felt[:, :, shown], notes=notes, measures=measures)]


SIMULATOR = Alertness()


@dataclass(frozen=True, slots=True)
class Life:
    """One future: nights, where one sleeps (n, moments), how far the clock stands from usual, caffeine in the blood."""

    made: Plan
    asleep: Flags
    clock: Floats
    peak: Floats
    blood: Floats
    drinker: caffeine.Drinker
    last_dose: float | None


def _length(past: Past, question: Question) -> int:
    """Days ahead: as asked or told; five after a journey; a day where caffeine alone is taken once."""
    signals = question.scenario.signals | question.instead_of.signals
    usual = 1 if signals <= {"caffeine"} else 7
    journeys = [step for one in (question.scenario, question.instead_of) for step in one.of("time_zone")]
    if journeys:
        usual = max(int(local_hour(step.begins(past.now, past.zone), past) // 24) for step in journeys)
        usual += AFTER_A_JOURNEY
    later = [int(local_hour(step.begins(past.now, past.zone), past) // 24) + 1
             for one in (question.scenario, question.instead_of) for step in one.of("caffeine")]  # fmt: skip
    return min(max([reach(question, past, usual=usual, most=MOST_DAYS), *(later if question.days is None else [])]),
               MOST_DAYS)  # fmt: skip


def _life(past: Past, habits: Usual, scenario: Scenario, length: int, seed: int) -> Life:
    """A future under a scenario, by the same luck for the same seed."""
    hours = nights.grid(length)
    made = nights.plan(past, habits, scenario, length, seed)
    known = past.number("weight", within=730)
    drinker = caffeine.drinkers(known or WEIGHT, 0.0 if known else WEIGHT_ERROR, DRAWS, seed)
    doses = nights.doses(past, scenario, "caffeine", length)
    made = _kept_awake(made, doses, drinker)
    rng = np.random.default_rng((seed, 43))
    peak = three_process.PEAK + habits.middle - circadian.REFERENCE + PHASE_SPREAD * rng.standard_normal(DRAWS)
    last = max((hour for hour, _ in doses), default=None)
    return Life(made, nights.sleeping(made, hours), nights.clock(made, hours), peak,
                caffeine.in_blood(doses, hours, drinker), drinker, last)  # fmt: skip


def _kept_awake(made: Plan, doses: list[tuple[float, float]], drinker: caffeine.Drinker) -> Plan:
    """Nights shortened by what caffeine is left at bedtime."""
    if not doses:
        return made
    start, end = made.start.copy(), made.end.copy()
    for night in range(end.shape[1]):
        begins = nights.after(start[:, night], doses)
        end[:, night] += np.where(end[:, night] > start[:, night], begins - start[:, night], 0.0)
        start[:, night] = begins
        left = sum((caffeine.amount(mg, start[:, night] - hour, drinker.absorption, drinker.elimination)
                    for hour, mg in doses), np.zeros(DRAWS))  # fmt: skip
        lost = caffeine.sleep_lost(left, drinker.cost) / 60
        end[:, night] -= np.minimum(lost, 0.8 * np.maximum(end[:, night] - start[:, night], 0.0))
    return nights.Plan(start, end, made.moved, made.journey, made.east)


def _felt(life: Life, hours: Floats, luck: Floats, seed: int) -> Floats:
    """Sleepiness (n, moments), with the person's place on the scale and the luck of the hours."""
    rng = np.random.default_rng((seed, 44))
    amplitude = np.maximum(three_process.CLOCK + CLOCK_SPREAD * rng.standard_normal(DRAWS), 0.5)[:, None]
    person = PEOPLE * rng.standard_normal(DRAWS)[:, None]
    course = three_process.course(life.asleep, nights.STEP)
    turning = three_process.clock(hours[None, :], peak=life.peak[:, None] + life.clock, amplitude=amplitude)
    middle = three_process.KAROLINSKA + three_process.SLOPE * (course.restored + course.fog + turning)
    eased = caffeine.eased(np.maximum(middle + person, 1.0), life.blood, life.drinker.strength[:, None])
    return np.clip(eased + luck, three_process.ALERT, three_process.FIGHTING)


def _luck(count: int, seed: int) -> Floats:
    """What moments differ by for reasons of their own (n, moments): alike from one to the next."""
    fresh = MOMENT * np.random.default_rng((seed, 45)).standard_normal((DRAWS, count))
    kept = HOURS_ALIKE**nights.STEP
    now = np.zeros(DRAWS)
    found = np.empty_like(fresh)
    for place in range(count):
        now = kept * now + (1 - kept**2) ** 0.5 * fresh[:, place]
        found[:, place] = now
    return found


def _end(life: Life, length: int) -> float:
    """The hour at which the future told ends: bedtime of the last day, or, of one dose, the first an hour after it."""
    bedtimes = np.median(life.made.start, axis=0)
    lasts = np.median(life.made.end, axis=0) - bedtimes > 0.1
    late = bedtimes[lasts & (bedtimes > 24.0 * length - 12)]
    end = float(late[0]) if late.size else 24.0 * length
    return max(end, life.last_dose + 4.0) if life.last_dose is not None and life.last_dose > end - 1 else end


def _shown(lives: list[Life], hours: Floats, now: float, end: float) -> Flags:
    """The whole hours between now and the end at which most draws are awake in both futures; all, where few are."""
    whole = np.abs(hours - np.round(hours)) < nights.STEP / 2
    within: Flags = whole & (hours > now) & (hours <= max(end, now + 2))
    awake: Flags = within & ~np.any([np.mean(life.asleep, axis=0) > 0.5 for life in lives], axis=0)
    return awake if awake.sum() >= max(2, within.sum() / 4) else within


def _measures(lives: list[Life], felt: Floats, hours: Floats, now: float, length: int) -> list[Measure]:
    """Sleepiness over the hours awake, how much of it is seven and more, and sleep pressure at the last bedtime."""
    ahead = (hours > now) & (hours <= 24.0 * length)
    awake = [~life.asleep[:, ahead] for life in lives]
    told = [felt[place][:, ahead] for place in range(2)]
    mean = [np.where(up, one, 0).sum(axis=1) / np.maximum(up.sum(axis=1), 1)
            for up, one in zip(awake, told, strict=True)]  # fmt: skip
    per_day = 24 / max(float(ahead.sum()) * nights.STEP, 1.0)
    heavy = [per_day * nights.STEP * (up & (one >= three_process.SLEEPY)).sum(axis=1)
             for up, one in zip(awake, told, strict=True)]  # fmt: skip
    pressure = [_pressure(life, hours) for life in lives]
    return [
        compared("Mean sleepiness while awake", "{score}", *mean),
        compared("Hours awake a day at 7 or more (sleepy)", "h", *heavy),
        compared("Sleep pressure at the last bedtime (0 to 1)", "1", *pressure),
    ]


def _pressure(life: Life, hours: Floats) -> Floats:
    """Sleep pressure (n,) of the two processes at the last falling asleep on the grid."""
    now = np.full(DRAWS, two_process.steady(8.0) + 0.3)
    last = now.copy()
    for place in range(hours.size):
        asleep = life.asleep[:, place]
        fell = asleep & ~life.asleep[:, place - 1] if place else np.zeros(DRAWS, dtype=bool)
        last = np.where(fell, now, last)
        now = np.where(asleep, two_process.asleep(now, nights.STEP), two_process.awake(now, nights.STEP))
    return last.round(3)


def _assumed(habits: Usual) -> tuple[str, ...]:
    nights_of = f"Your nights are taken from {habits.known} of the last 28"
    if not habits.known:
        nights_of = "I know no nights of yours: people sleep from about half past eleven for seven hours and more"
    return (
        f"{nights_of}; a night that starts later keeps its length unless you say when it ends or how long it lasts.",
        "Longer sleep is had half in the evening and half in the morning. Naps and the flight itself are left out.",
        "The body clock is placed by the middle of your usual night; how fast it follows is an average of people.",
        "The model knows no debt from weeks of short sleep, no habit of caffeine, no light, stress or medicines.",
        "What each person calls 5 differs: the range holds that, the difference does not.",
    )


def _notes(past: Past, question: Question, life: Life, habits: Usual) -> Iterator[str]:
    """Light after a journey, and what a sleepiness does not say."""
    if life.made.journey is not None and abs(life.made.east) >= 2:
        place = question.scenario.of("time_zone")[-1].words
        far = float(circadian.lag(np.array(life.made.east)))
        low = circadian.lowest(float(np.median(habits.middle))) + life.made.east
        seek, avoid = circadian.light(low % 24, later=far > 0)
        way, pace = ("later", circadian.DELAY) if far > 0 else ("earlier", circadian.ADVANCE)
        yield (f"Your body clock has to move {abs(far):.0f} h {way}: about {abs(far) / pace:.0f} days. On the first "
               f"day in {place}, light helps from {_span(seek)} and harms from {_span(avoid)}; both move {way} by "
               f"about {pace:g} h a day.")  # fmt: skip
    if "caffeine" in question.scenario.signals and not past.number("weight", within=730):
        yield "I know no weight of yours, which makes caffeine less certain. `selftwin note weight 70` keeps it."
    yield "This says nothing about whether anybody is fit to drive or to work."


def _span(hours: tuple[float, float]) -> str:
    start, end = (f"{int(round(hour * 2) / 2 % 24):02}:{int(round(hour * 2) % 2) * 30:02}" for hour in hours)
    return f"{start} to {end}"
