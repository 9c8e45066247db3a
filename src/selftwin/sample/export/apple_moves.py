"""Apple Health, what moves: steps, distance, floors, energy, gait, hours stood, rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import RIDE, draws
from selftwin.sample.export.marks import PHONE, WATCH, C, Q
from selftwin.sample.export.seen import Stretches, walks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.export.marks import Marks, Writer
    from selftwin.sample.life import Life

    Integers = NDArray[np.int64]

_KM = 1 / 1000


def moves(life: Life, marks: Marks) -> list[str]:
    """Every record of movement, the phone's walks beside the watch's."""
    rng = draws(life.seed, "apple moves")
    watch = walks(life, life.wearing.watch, rng, bias=0.0, spread=0.012)
    phone = walks(life, life.movement.carried, rng, bias=-0.02, spread=0.03)
    lines = []
    for writer, seen in ((PHONE, phone), (WATCH, watch)):
        lines += _walked(marks, writer, seen)
    lines += _cycled(life, marks) + _floors(marks, phone, rng) + _gait(marks, phone, rng)
    return lines + _burned(life, marks) + _stood(life, marks)


def _walked(marks: Marks, writer: Writer, seen: Stretches) -> list[str]:
    steps = [str(count) for count in seen.steps.tolist()]
    far = [f"{one:.5f}".rstrip("0") for one in (seen.metres * _KM).tolist()]
    return [
        *marks.records(f"{Q}StepCount", writer, seen.start, seen.stop, steps, unit="count", later=60),
        *marks.records(f"{Q}DistanceWalkingRunning", writer, seen.start, seen.stop, far, unit="km", later=60),
    ]


def _cycled(life: Life, marks: Marks) -> list[str]:
    workouts = life.movement.workouts
    mine = (workouts.sport == RIDE) & life.wearing.watch[life.clock.minute(workouts.start)]
    start = (workouts.start[mine][:, None] + np.arange(0, 78, 6) * 60).ravel()
    far = np.repeat(workouts.metres[mine] / 13, 13) * _KM
    return marks.records(f"{Q}DistanceCycling", WATCH, start, start + 360, [f"{one:.4f}" for one in far], unit="km")


def _floors(marks: Marks, seen: Stretches, rng: np.random.Generator) -> list[str]:
    climbed = rng.random(seen.start.size) < 0.16
    count = rng.integers(1, 4, seen.start.size)[climbed]
    start, stop = seen.start[climbed], seen.stop[climbed]
    return marks.records(f"{Q}FlightsClimbed", PHONE, start, stop, [str(one) for one in count], unit="count")


def _gait(marks: Marks, seen: Stretches, rng: np.random.Generator) -> list[str]:
    """What the phone in a pocket says of a longer walk; running is no walk."""
    pace = seen.steps / np.maximum(seen.minutes, 0.1)
    long = (seen.minutes > 8) & (pace < 135)
    start, stop, size = seen.start[long], seen.stop[long], int(long.sum())
    speed = pace[long] * 0.74 * 60 * _KM + rng.normal(0, 0.12, size)
    rows = (
        ("WalkingSpeed", "km/hr", speed, 2),
        ("WalkingStepLength", "cm", 74 + rng.normal(0, 1.5, size), 0),
        ("WalkingAsymmetryPercentage", "%", np.abs(rng.normal(0.015, 0.015, size)), 3),
        ("WalkingDoubleSupportPercentage", "%", 0.272 + rng.normal(0, 0.008, size), 3),
    )
    return [
        line
        for name, unit, values, places in rows
        for line in marks.records(Q + name, PHONE, start, stop, [f"{one:.{places}f}" for one in values], unit=unit)
    ]


def burned(life: Life) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Kilocalories of each minute by moving, and whether one trained; shape [minutes] each."""
    energy = life.movement.steps * 0.04 + 0.12 * (life.heart > 66)
    training = np.zeros(energy.size, bool)
    workouts = life.movement.workouts
    begun, ended = life.clock.minute(workouts.start), life.clock.minute(workouts.stop)
    for start, stop, kcal in zip(begun, ended, workouts.energy, strict=True):
        energy[start:stop] = kcal / (stop - start)
        training[start:stop] = True
    return energy, training


def _burned(life: Life, marks: Marks) -> list[str]:
    """Half-hours of moving, hours at rest, the minutes of training and brisk walks."""
    energy, training = burned(life)
    lines = []
    rest = np.full(energy.size, 1.14)
    for name, width, values in (("ActiveEnergyBurned", 30, energy), ("BasalEnergyBurned", 60, rest)):
        start, total = _binned(life, values, width)
        lines += marks.records(
            Q + name, WATCH, start, start + 60 * width, [f"{one:.3f}" for one in total], unit="Cal", later=20
        )
    start, total = _binned(life, (training | (life.movement.steps > 95)).astype(np.float64), 30)
    kept = total >= 1
    minutes = [f"{one:.0f}" for one in total[kept]]
    start = start[kept]
    return lines + marks.records(f"{Q}AppleExerciseTime", WATCH, start, start + 1800, minutes, unit="min", later=20)


def _binned(life: Life, values: NDArray[np.float64], width: int) -> tuple[Integers, NDArray[np.float64]]:
    """Sums of the worn minutes of each bin that was worn at all and has any."""
    whole = values.size // width * width
    total = (values * life.wearing.watch)[:whole].reshape(-1, width).sum(axis=1)
    kept = np.flatnonzero(np.round(total, 3) > 0)
    return life.clock.start + 60 * width * kept, total[kept]


def stood(life: Life) -> tuple[Integers, NDArray[np.bool_]]:
    """Hours (UTC seconds) the watch was worn and one was awake, and whether one stood and walked in them."""
    whole = life.movement.steps.size // 60 * 60
    worn = life.wearing.watch[:whole].reshape(-1, 60).mean(axis=1) > 0.7
    steps = (life.movement.steps * life.wearing.watch)[:whole].reshape(-1, 60).sum(axis=1)
    up = (life.heart[:whole].reshape(-1, 60).mean(axis=1) > 60) | (steps > 0)
    hours = np.flatnonzero(worn & up)
    return life.clock.start + 3600 * hours, steps[hours] > 40


def _stood(life: Life, marks: Marks) -> list[str]:
    start, stands = stood(life)
    values = ["HKCategoryValueAppleStandHourStood" if one else "HKCategoryValueAppleStandHourIdle" for one in stands]
    return marks.records(f"{C}AppleStandHour", WATCH, start, start + 3600, values, later=60)


def rings(life: Life) -> list[str]:
    """The activity summary of each day with a watch."""
    energy, training = burned(life)
    minute = life.clock.start + 60 * np.arange(energy.size)
    day = np.clip(life.clock.day(minute), 0, life.plan.days - 1)
    moved = np.bincount(day, energy * life.wearing.watch, life.plan.days)
    brisk = np.bincount(day, (training | (life.movement.steps > 95)) & life.wearing.watch, life.plan.days)
    hours, stands = stood(life)
    standing = np.bincount(np.clip(life.clock.day(hours), 0, life.plan.days - 1), stands, life.plan.days)
    return [
        f' <ActivitySummary dateComponents="{life.plan.day(one)}" activeEnergyBurned="{moved[one]:.3f}"'
        f' activeEnergyBurnedGoal="480" activeEnergyBurnedUnit="Cal" appleMoveTime="0" appleMoveTimeGoal="0"'
        f' appleExerciseTime="{brisk[one]:.0f}" appleExerciseTimeGoal="30"'
        f' appleStandHours="{min(standing[one], 24):.0f}" appleStandHoursGoal="12"/>\n'
        for one in range(life.plan.watch.first, life.plan.days)
    ]
