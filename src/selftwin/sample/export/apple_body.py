"""Apple Health, the body: heart, its variability with the beats behind it, breathing, oxygen, temperature, sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import AWAKE, DEEP, EASY_RUN, HARD_RUN, LIGHT, REM, draws
from selftwin.sample.export.marks import PHONE, WATCH, C, Q, entry, zone_names
from selftwin.sample.export.seen import samples
from selftwin.sample.export.stamps import iso

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.export.marks import Marks
    from selftwin.sample.life import Life

    Integers = NDArray[np.int64]

_CONTEXT = [entry("HKMetadataKeyHeartRateMotionContext", str(one)) for one in range(3)]
_STAGES = {AWAKE: "Awake", LIGHT: "AsleepCore", DEEP: "AsleepDeep", REM: "AsleepREM"}
_BEATS_EVERY, _BEATS = 12, 45
_SLEEP = "HKCategoryValueSleepAnalysis"


def of_body(life: Life, marks: Marks) -> list[str]:
    """Every record of the body."""
    rng = draws(life.seed, "apple body")
    return [
        *_heart(life, marks, rng),
        *_daily(life, marks, rng),
        *_variability(life, marks, rng),
        *_nightly(life, marks, rng),
        *_sleep(life, marks),
        *_fitness(life, marks),
    ]


def _heart(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    """A look every ten minutes or so, every half a minute in training."""
    training = np.zeros(life.heart.size, bool)
    workouts = life.movement.workouts
    for start, stop in zip(life.clock.minute(workouts.start), life.clock.minute(workouts.stop), strict=True):
        training[start:stop] = True
    calm, calm_minute = samples(life, life.wearing.watch & ~training, rng, every=9.5, spread=5.5)
    busy, busy_minute = samples(life, life.wearing.watch & training, rng, every=0.5, spread=0.2)
    at, minute = np.concatenate([calm, busy]), np.concatenate([calm_minute, busy_minute])
    turn = np.argsort(at, kind="stable")
    at, minute = at[turn], minute[turn]
    rate = np.round(life.heart[minute] + rng.normal(0, 1.2, at.size)).astype(np.int64)
    context = np.where(training[minute], 0, np.where(life.movement.steps[minute] > 0, 2, 1))
    inside = [_CONTEXT[one] for one in context]
    values = [str(one) for one in rate.tolist()]
    return marks.records(f"{Q}HeartRate", WATCH, at, at, values, unit="count/min", inside=inside, later=4)


def worn_days(life: Life) -> Integers:
    """The days on which the watch was worn for six hours or more."""
    minute = life.clock.start + 60 * np.arange(life.heart.size)
    day = np.clip(life.clock.day(minute), 0, life.plan.days - 1)
    return np.flatnonzero(np.bincount(day, life.wearing.watch, life.plan.days) >= 360)


def _daily(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    """The resting rate and the mean rate of walks, one a day, as whole beats."""
    days = worn_days(life)
    start = life.clock.utc(days, 0) + rng.integers(5, 300, days.size)
    stop = life.clock.utc(days, 1290) + rng.integers(0, 3600, days.size)
    stop = np.minimum(stop, life.clock.end - 900)
    resting = [f"{one:.0f}" for one in life.body.resting[days]]
    walking = [f"{one:.0f}" for one in life.body.resting[days] + 42 + rng.normal(0, 3, days.size)]
    return [
        *marks.records(f"{Q}RestingHeartRate", WATCH, start, stop, resting, unit="count/min", later=40),
        *marks.records(f"{Q}WalkingHeartRateAverage", WATCH, start, stop, walking, unit="count/min", later=40),
    ]


def _in_nights(life: Life, rng: np.random.Generator, count: int) -> tuple[Integers, Integers]:
    """Moments inside each night the watch saw, and their nights: about evenly spread."""
    nights = np.flatnonzero(life.wearing.watch_nights)
    share = (np.arange(count) + rng.uniform(0.1, 0.9, (nights.size, count))) / count
    length = (life.nights.wake - life.nights.onset)[nights, None]
    at = life.nights.onset[nights, None] + (share * (length - 120)).astype(np.int64)
    return at.ravel(), np.repeat(nights, count)


def _variability(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    at, night = _in_nights(life, rng, 4)
    value = life.body.sdnn[night] * np.exp(rng.normal(0, 0.10, at.size))
    inside = ["" if place % _BEATS_EVERY else _beats(life, int(at[place]), float(value[place]), rng)
              for place in range(at.size)]  # fmt: skip
    values = [f"{one:.4f}" for one in value]
    return marks.records(
        f"{Q}HeartRateVariabilitySDNN", WATCH, at, at + 62, values, unit="ms", inside=inside, later=2
    )


def _beats(life: Life, at: int, sdnn: float, rng: np.random.Generator) -> str:
    """The beats of one reading, on the wall clock, with a decimal comma as a Dutch phone writes it."""
    minute = int(life.clock.minute(at))
    mean = 60_000 / life.heart[minute]
    interval = mean + sdnn * rng.normal(0, 1, _BEATS)
    when = life.clock.local(np.array([at]))[0] + 1 + np.cumsum(interval) / 1000
    clocks = [text[11:19] for text in iso(np.floor(when).astype(np.int64))]
    beats = "".join(
        f'   <InstantaneousBeatsPerMinute bpm="{60_000 / one:.0f}" time="{clock},{int(moment * 100) % 100:02d}"/>\n'
        for one, clock, moment in zip(interval, clocks, when, strict=True)
    )
    return f"  <HeartRateVariabilityMetadataList>\n{beats}  </HeartRateVariabilityMetadataList>\n"


def _nightly(life: Life, marks: Marks, rng: np.random.Generator) -> list[str]:
    """Breathing, oxygen (a fraction called per cent) and, since the newer system, wrist temperature."""
    at, night = _in_nights(life, rng, 8)
    breaths = [f"{one:.1f}" for one in life.body.breathing[night] + rng.normal(0, 0.5, at.size)]
    lines = marks.records(f"{Q}RespiratoryRate", WATCH, at, at + 60, breaths, unit="count/min", later=300)
    at, night = _in_nights(life, rng, 5)
    oxygen = np.minimum(life.body.oxygen[night] + rng.normal(0, 0.7, at.size), 100).round() / 100
    pressure = [entry("HKMetadataKeyBarometricPressure", f"{one:.0f} kPa") for one in rng.normal(101, 0.7, at.size)]
    lines += marks.records(
        f"{Q}OxygenSaturation", WATCH, at, at + 15, [f"{one:.2g}" for one in oxygen], unit="%", inside=pressure
    )
    nights = np.flatnonzero(life.wearing.watch_nights)
    nights = nights[nights >= life.plan.staged.first]
    start, stop = life.nights.onset[nights], life.nights.wake[nights]
    warmth = [f"{one:.4f}" for one in life.body.temperature[nights]]
    return lines + marks.records(
        f"{Q}AppleSleepingWristTemperature", WATCH, start, stop, warmth, unit="degC", later=900
    )


def _sleep(life: Life, marks: Marks) -> list[str]:
    """Time in bed by the phone; plain sleep by the watch before the update, stages after it."""
    nights, staged = life.nights, life.plan.staged.first
    bed, wake = nights.bed[1:], nights.wake[1:]
    lines = _slept(life, marks, bed, wake, ["InBed"] * bed.size, phone=True)
    stages = nights.stages
    seen = life.wearing.watch_nights[stages.night]
    old = seen & (stages.night < staged) & (stages.state != AWAKE)
    start, stop = _merged(stages.start[old], stages.stop[old])
    lines += _slept(life, marks, start, stop, ["AsleepUnspecified"] * start.size)
    new = seen & (stages.night >= staged)
    return lines + _slept(
        life, marks, stages.start[new], stages.stop[new], [_STAGES[one] for one in stages.state[new].tolist()]
    )


def _merged(start: Integers, stop: Integers) -> tuple[Integers, Integers]:
    """Stretches that touch as one."""
    if not start.size:
        return start, stop
    fresh = np.concatenate([[True], start[1:] != stop[:-1]])
    return start[fresh], stop[np.concatenate([np.flatnonzero(fresh)[1:] - 1, [start.size - 1]])]


def _slept(
    life: Life, marks: Marks, start: Integers, stop: Integers, words: list[str], *, phone: bool = False
) -> list[str]:
    inside = [entry("HKTimeZone", name) for name in zone_names(life, start)]
    values = [_SLEEP + word for word in words]
    writer = PHONE if phone else WATCH
    return marks.records(f"{C}SleepAnalysis", writer, start, stop, values, inside=inside, later=600)


def _fitness(life: Life, marks: Marks) -> list[str]:
    """Cardio fitness after a run outdoors."""
    workouts = life.movement.workouts
    ran = np.isin(workouts.sport, (EASY_RUN, HARD_RUN)) & life.wearing.watch[life.clock.minute(workouts.start)]
    at = workouts.stop[ran]
    values = [f"{one:.2f}" for one in life.body.fitness[workouts.day[ran]]]
    inside = [entry("HKVO2MaxTestType", "2")] * at.size
    return marks.records(f"{Q}VO2Max", WATCH, at, at, values, unit="mL/min·kg", inside=inside)
