"""WHOOP: the four CSV files of its data export, newest first, on the wall clock with the offset of each cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import AWAKE, DEEP, EASY_RUN, HARD_RUN, LIGHT, REM, RIDE, STRENGTH, draws
from selftwin.sample.export.archive import pack
from selftwin.sample.export.stamps import spaced

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_CYCLE = "Cycle start time,Cycle end time,Cycle timezone"
_SLEEP = (
    "Sleep onset,Wake onset,Sleep performance %,Respiratory rate (rpm),Asleep duration (min),In bed duration (min),"
    "Light sleep duration (min),Deep (SWS) duration (min),REM duration (min),Awake duration (min),Sleep need (min),"
    "Sleep debt (min),Sleep efficiency %,Sleep consistency %"
)
_HEADS = {
    "physiological_cycles.csv": f"{_CYCLE},Recovery score %,Resting heart rate (bpm),Heart rate variability (ms),"
    f"Skin temp (celsius),Blood oxygen %,Day Strain,Energy burned (cal),Max HR (bpm),Average HR (bpm),{_SLEEP}",
    "sleeps.csv": f"{_CYCLE},{_SLEEP},Nap",
    "workouts.csv": f"{_CYCLE},Workout start time,Workout end time,Duration (min),Activity name,Activity Strain,"
    "Energy burned (cal),Max HR (bpm),Average HR (bpm),HR Zone 1 %,HR Zone 2 %,HR Zone 3 %,HR Zone 4 %,HR Zone 5 %,"
    "GPS enabled",
    "journal_entries.csv": f"{_CYCLE},Question text,Answered yes,Notes",
}
_SPORTS = {EASY_RUN: "Running", HARD_RUN: "Running", STRENGTH: "Weightlifting", RIDE: "Cycling"}
_NEEDED = 470  # minutes of sleep


def write(life: Life, folder: Path) -> Path:
    """The export of a few weeks on trial."""
    rng = draws(life.seed, "whoop")
    rows: dict[str, list[str]] = {name: [] for name in _HEADS}
    for day in range(life.plan.whoop.stop - 1, life.plan.whoop.first - 1, -1):
        cycle, sleep = _cycle(life, day), _sleep(life, day, rng)
        rows["physiological_cycles.csv"].append(f"{cycle},{_recovery(life, day, rng)},{sleep}")
        rows["sleeps.csv"].append(f"{cycle},{sleep},false")
        rows["workouts.csv"] += [f"{cycle},{one}" for one in _workouts(life, day)]
        rows["journal_entries.csv"] += [f"{cycle},{one}" for one in _journal(life, day)]
    members = {name: "\n".join([head, *rows[name]]) + "\n" for name, head in _HEADS.items()}
    last = life.plan.day(life.plan.whoop.stop - 1)
    return pack(folder / f"my_whoop_data_{last:%Y_%m_%d}.zip", members, last)


def _cycle(life: Life, day: int) -> str:
    """From one falling asleep to the next; the running cycle has no end."""
    onset = life.nights.onset
    open_ = day == life.plan.whoop.stop - 1
    start = spaced(life.clock.local(onset[day : day + 1]))[0]
    stop = "" if open_ else spaced(life.clock.local(onset[day + 1 : day + 2]))[0]
    minutes = int(life.clock.local(onset[day : day + 1])[0] - onset[day]) // 60
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{start},{stop},UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _recovery(life: Life, day: int, rng: np.random.Generator) -> str:
    body = life.body
    low, high = (int(one) for one in life.clock.minute([life.nights.wake[day], life.clock.utc(day + 1, 0)]))
    rate = life.heart[low:high]
    usual = np.log(body.rmssd[day] / np.median(body.rmssd))
    score = int(np.clip(round(62 + 90 * usual - 2.5 * (body.resting[day] - np.median(body.resting))), 1, 99))
    strain = np.clip(7 + 9 * life.states.load[day] + rng.normal(0, 1), 2, 20)
    burned = life.intake.spent[day] * (1 + rng.normal(0, 0.02))
    return (
        f"{score},{body.resting[day]:.0f},{body.rmssd[day]:.0f},{body.temperature[day] - 1.6:.2f},"
        f"{body.oxygen[day]:.2f},{strain:.1f},{burned:.0f},{rate.max():.0f},{rate.mean():.0f}"
    )


def _sleep(life: Life, day: int, rng: np.random.Generator) -> str:
    nights, minutes = life.nights, life.nights.minutes[day]
    onset, wake = spaced(life.clock.local(np.array([nights.onset[day], nights.wake[day]])))
    asleep, in_bed = nights.asleep[day], (nights.wake[day] - nights.onset[day]) / 60
    return (
        f"{onset},{wake},{min(100, 100 * asleep / _NEEDED):.0f},{life.body.breathing[day]:.1f},"
        f"{asleep:.0f},{in_bed:.0f},"
        f"{minutes[LIGHT]:.0f},{minutes[DEEP]:.0f},{minutes[REM]:.0f},{minutes[AWAKE]:.0f},{_NEEDED},"
        f"{max(0, _NEEDED - asleep) * 0.3:.0f},{100 * asleep / in_bed:.0f},{np.clip(rng.normal(78, 8), 30, 100):.0f}"
    )


def _workouts(life: Life, day: int) -> list[str]:
    trained, found = life.movement.workouts, []
    for place in np.flatnonzero(trained.day == day):
        start, stop = spaced(life.clock.local(np.array([trained.start[place], trained.stop[place]])))
        low, high = (int(one) for one in life.clock.minute([trained.start[place], trained.stop[place]]))
        rate, sport = life.heart[low:high], int(trained.sport[place])
        edges = np.array([0, 93, 111, 130, 149, 167, 250])
        shares = 100 * np.histogram(rate, edges)[0][1:] / rate.size
        zones = ",".join(f"{one:.0f}" for one in shares)
        found.append(
            f"{start},{stop},{high - low},{_SPORTS[sport]},{6 + 7 * life.states.load[day]:.1f},"
            f"{trained.energy[place]:.0f},{rate.max():.0f},{rate.mean():.0f},{zones},false"
        )
    return found


def _journal(life: Life, day: int) -> list[str]:
    """Answers about the evening before the cycle."""
    eve = max(day - 1, 0)
    answers = (
        ("Have any alcoholic drinks?", life.states.alcohol[eve] > 0),
        ("Have any caffeine after 3pm?", life.states.caffeine_late[eve] > 0),
        ("Experienced stress?", life.states.stress[eve] > 1),
    )
    return [f"{question},{str(bool(yes)).lower()}," for question, yes in answers]
