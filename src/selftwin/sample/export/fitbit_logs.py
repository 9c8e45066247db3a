"""Fitbit's nights and exercises, one object each, and the scores beside the nights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.causes import AWAKE, DEEP, EASY_RUN, HARD_RUN, LIGHT, REM, RIDE, STRENGTH
from selftwin.sample.export.stamps import american, iso

if TYPE_CHECKING:
    from selftwin.sample.life import Life

_LEVELS = {AWAKE: "wake", LIGHT: "light", DEEP: "deep", REM: "rem"}
_SPORTS = {EASY_RUN: ("Run", 90009), HARD_RUN: ("Run", 90009), STRENGTH: ("Weights", 2131), RIDE: ("Bike", 90001)}
_SHORT = 180  # seconds; shorter wakes lie over the stages, in `shortData`
FIRST_LOG = 45_000_000_000


def sleep_logs(life: Life) -> list[dict[str, Any]]:
    """One log a night the Fitbit saw; the stamps are the wall clock."""
    return [_log(life, int(night)) for night in np.flatnonzero(life.wearing.fitbit_nights)]


def _log(life: Life, night: int) -> dict[str, Any]:
    stages = life.nights.stages
    mine = stages.night == night
    start, stop, states = stages.start[mine], stages.stop[mine], stages.state[mine]
    lasted = int(stop[-1] - start[0])  # as lived: on a night when the clock leaps, not what the two stamps say
    data, short = _levels(iso(life.clock.local(start)), stop - start, states)
    minutes = {state: float(((stop - start)[states == state]).sum() / 60) for state in _LEVELS}
    counts = {state: int((states == state).sum()) for state in _LEVELS}
    begun, ended = iso(life.clock.local(np.array([start[0], stop[-1]])))
    in_bed = lasted // 60
    awake = round(minutes[AWAKE])
    return {
        "logId": FIRST_LOG + night * 10_007,
        "dateOfSleep": ended[:10],
        "startTime": f"{begun}.000",
        "endTime": f"{ended}.000",
        "duration": lasted * 1000,
        "minutesToFallAsleep": 0,
        "minutesAsleep": in_bed - awake,
        "minutesAwake": awake,
        "minutesAfterWakeup": 0,
        "timeInBed": in_bed,
        "efficiency": round(100 * (in_bed - awake) / in_bed),
        "type": "stages",
        "infoCode": 0,
        "logType": "auto_detected",
        "levels": {
            "summary": {
                name: {"count": counts[state], "minutes": round(minutes[state]), "thirtyDayAvgMinutes": 0}
                for state, name in ((DEEP, "deep"), (AWAKE, "wake"), (LIGHT, "light"), (REM, "rem"))
            },
            "data": data,
            "shortData": short,
        },
        "mainSleep": True,
    }


def _levels(stamps: list[str], lengths: Any, states: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The stages, with short wakes taken out and put over the stage they interrupt."""
    data: list[dict[str, Any]] = []
    short: list[dict[str, Any]] = []
    for at, length, state in zip(stamps, lengths.tolist(), states.tolist(), strict=True):
        row = {"dateTime": f"{at}.000", "level": _LEVELS[state], "seconds": length}
        if state == AWAKE and length <= _SHORT and data:
            short.append(row)
            data[-1]["seconds"] += length
        elif data and data[-1]["level"] == row["level"]:
            data[-1]["seconds"] += length
        else:
            data.append(row)
    return data, short


def sleep_scores(life: Life, rng: np.random.Generator) -> dict[str, str]:
    """Fitbit's CSV files: scores of the nights, and of a trial of its paid service variability, oxygen, temperature."""
    nights = np.flatnonzero(life.wearing.fitbit_nights)
    woken = iso(life.clock.local(life.nights.wake[nights]))
    slept = life.nights.asleep[nights]
    duration = np.clip(np.round(50 * slept / 480), 1, 50).astype(int)
    composition, restored = (np.clip(np.round(rng.normal(20, 2.5, nights.size)), 5, 25).astype(int) for _ in range(2))
    head = ("sleep_log_entry_id,timestamp,overall_score,composition_score,revitalization_score,duration_score,"
            "deep_sleep_in_minutes,resting_heart_rate,restlessness\n")  # fmt: skip
    rows = [
        f"{FIRST_LOG + int(night) * 10_007},{woken[place]}Z,{duration[place] + composition[place] + restored[place]},"
        f"{composition[place]},{restored[place]},{duration[place]},{life.nights.minutes[night, DEEP]:.0f},"
        f"{life.body.resting[night]:.0f},{abs(rng.normal(0.07, 0.02)):.4f}\n"
        for place, night in reversed(list(enumerate(nights)))
    ]
    found = {"Sleep Score/sleep_score.csv": head + "".join(rows)}
    nights = nights[np.isin(nights, np.arange(life.plan.fitbit_trial.first, life.plan.fitbit_trial.stop))]
    for night in nights.tolist():
        day = life.plan.day(night)
        name = f"Heart Rate Variability/Daily Heart Rate Variability Summary - {day:%Y-%m}-({day.day}).csv"
        found[name] = (
            f"timestamp,rmssd,nremhr,entropy\n{day}T00:00:00,{life.body.rmssd[night]:.3f},"
            f"{life.body.resting[night] - 2:.3f},{2.4 + rng.normal(0, 0.2):.3f}\n"
        )
    return found | _months(life, nights, rng)


def _months(life: Life, nights: Any, rng: np.random.Generator) -> dict[str, str]:
    """Oxygen and temperature, in files of a month."""
    found: dict[str, str] = {}
    for night in nights.tolist():
        day = life.plan.day(night)
        spo2 = f"Oxygen Saturation (SpO2)/Daily SpO2 - {day:%Y-%m}-01.csv"
        found.setdefault(spo2, "timestamp,average_value,lower_bound,upper_bound\n")
        average = life.body.oxygen[night] - 1
        found[spo2] += f"{day}T00:00:00Z,{average:.1f},{average - 2.4:.1f},{min(average + 2, 100):.1f}\n"
        warmth = f"Temperature/Computed Temperature - {day:%Y-%m}-01.csv"
        found.setdefault(
            warmth,
            "type,sleep_start,sleep_end,temperature_samples,nightly_temperature,baseline_relative_sample_sum,"
            "baseline_relative_sample_sum_of_squares,baseline_relative_nightly_standard_deviation,"
            "baseline_relative_sample_standard_deviation\n",
        )
        begun, ended = iso(life.clock.local(np.array([life.nights.onset[night], life.nights.wake[night]])))
        found[warmth] += (
            f"SKIN,{begun},{ended},{life.nights.asleep[night]:.0f},{life.body.temperature[night] - 1.2:.4f},"
            f"{rng.normal(-400, 90):.3f},{abs(rng.normal(900, 120)):.3f},{abs(rng.normal(0.4, 0.1)):.3f},1.1\n"
        )
    return found


def exercises(life: Life, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The training the Fitbit saw; stamps in UTC."""
    trained = life.movement.workouts
    seen = np.flatnonzero(life.wearing.fitbit[life.clock.minute(trained.start)])
    stamps = american(trained.start[seen])
    return [
        _exercise(life, int(place), stamp, float(rng.normal(1, 0.04)))
        for place, stamp in zip(seen.tolist(), stamps, strict=True)
    ]


def _exercise(life: Life, place: int, stamp: str, error: float) -> dict[str, Any]:
    trained = life.movement.workouts
    low, high = (int(one) for one in life.clock.minute([trained.start[place], trained.stop[place]]))
    name, kind = _SPORTS[int(trained.sport[place])]
    kilometres, lasted = trained.metres[place] / 1000, (high - low) * 60_000
    log = {
        "logId": FIRST_LOG + 5_000_000 + place,
        "activityName": name,
        "activityTypeId": kind,
        "averageHeartRate": round(float(life.heart[low:high].mean())),
        "calories": round(float(trained.energy[place]) * error * 1.12),
        "duration": lasted,
        "activeDuration": lasted,
        "steps": int(life.movement.steps[low:high].sum()),
        "source": {"type": "tracker", "name": "Sense", "id": "310012345", "url": "https://www.fitbit.com/"},
        "logType": "tracker",
        "manualValuesSpecified": {"calories": False, "distance": False, "steps": False},
        "lastModified": stamp,
        "startTime": stamp,
        "originalStartTime": stamp,
        "originalDuration": lasted,
        "hasGps": False,
        "shouldFetchDetails": False,
    }
    if kilometres:
        distance = round(float(kilometres) * error, 6)
        log |= {"distance": distance, "distanceUnit": "Kilometer", "speed": round(distance / (lasted / 3_600_000), 6),
                "pace": round(lasted / 1000 / distance, 3)}  # fmt: skip
    return log
