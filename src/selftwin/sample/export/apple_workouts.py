"""Apple Health, workouts: totals as attributes before the update, statistics, activities and a route after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import EASY_RUN, HARD_RUN, RIDE, STRENGTH, draws
from selftwin.sample.export.marks import WATCH, Q, entry, zone_names

if TYPE_CHECKING:
    from selftwin.sample.export.marks import Marks
    from selftwin.sample.life import Life

_SPORTS = {EASY_RUN: "Running", HARD_RUN: "Running", STRENGTH: "TraditionalStrengthTraining", RIDE: "Cycling"}
ROUTE = "route_{day}_{clock}.gpx"


def workouts(life: Life, marks: Marks) -> tuple[list[str], dict[str, str]]:
    """Every workout the watch saw, and the routes of the latest few by path."""
    rng = draws(life.seed, "apple workouts")
    trained = life.movement.workouts
    seen = np.flatnonzero(life.wearing.watch[life.clock.minute(trained.start)])
    outdoors = [place for place in seen if trained.sport[place] != STRENGTH]
    routed = {int(place) for place in outdoors[-3:]}
    lines: list[str] = []
    routes: dict[str, str] = {}
    for place in seen.tolist():
        text, route = _workout(life, marks, place, rng, routed=place in routed)
        lines.append(text)
        routes |= route
    return lines, routes


def _workout(
    life: Life, marks: Marks, place: int, rng: np.random.Generator, *, routed: bool
) -> tuple[str, dict[str, str]]:
    trained = life.movement.workouts
    sport, start, stop = int(trained.sport[place]), int(trained.start[place]), int(trained.stop[place])
    begun, ended, made = marks.stamp(np.array([start, stop, stop + 30]))
    minutes = (stop - start) / 60
    old = start < marks.updated
    zone = zone_names(life, np.array([start]))[0]
    inside = _described(sport, zone, minutes, rng) + _events(begun, minutes)
    totals = ""
    if old:
        totals = _totals(float(trained.metres[place]), float(trained.energy[place]))
    else:
        statistics = _statistics(life, place, begun, ended)
        activity = f'  <WorkoutActivity uuid="{_uuid(rng)}" startDate="{begun}" endDate="{ended}" {_lasted(minutes)}'
        nested = "".join(f" {line}\n" for line in statistics.splitlines())
        inside += f"{activity}>\n{nested}  </WorkoutActivity>\n{statistics}"
    route = {}
    if routed and not old:
        name = ROUTE.format(day=begun[:10], clock=begun[11:16].replace(":", "."))
        inside += _route(marks, start, stop, f"/workout-routes/{name}")
        route[f"workout-routes/{name}"] = _gpx(start)
    text = (
        f' <Workout workoutActivityType="HKWorkoutActivityType{_SPORTS[sport]}" {_lasted(minutes)}'
        f'{totals} {marks.described(WATCH, start)} creationDate="{made}" startDate="{begun}" endDate="{ended}">\n'
        f"{inside} </Workout>\n"
    )
    return text, route


def _totals(metres: float, energy: float) -> str:
    return (
        f' totalDistance="{metres / 1000:.5g}" totalDistanceUnit="km"'
        f' totalEnergyBurned="{energy:.6g}" totalEnergyBurnedUnit="Cal"'
    )


def _described(sport: int, zone: str, minutes: float, rng: np.random.Generator) -> str:
    effort = {EASY_RUN: 9.1, HARD_RUN: 11.0, STRENGTH: 4.8, RIDE: 7.4}[sport] + rng.normal(0, 0.3)
    entries = [("HKIndoorWorkout", str(int(sport == STRENGTH))), ("HKTimeZone", zone),
               ("HKAverageMETs", f"{effort:.4f} kcal/hr·kg")]  # fmt: skip
    if sport != STRENGTH:
        climbed = abs(rng.normal(1.2, 0.5)) * minutes * 60
        entries += [("HKWeatherTemperature", f"{rng.normal(52, 9):.1f} degF"), ("HKWeatherHumidity", "7800 %"),
                    ("HKElevationAscended", f"{climbed:.0f} cm")]  # fmt: skip
    return "".join(entry(key, value) for key, value in entries)


def _events(begun: str, minutes: float) -> str:
    return f'  <WorkoutEvent type="HKWorkoutEventTypeSegment" date="{begun}" {_lasted(minutes / 2)}/>\n'


def _lasted(minutes: float) -> str:
    return f'duration="{minutes:.6g}" durationUnit="min"'


def _statistics(life: Life, place: int, begun: str, ended: str) -> str:
    trained = life.movement.workouts
    low, high = (int(one) for one in life.clock.minute([trained.start[place], trained.stop[place]]))
    rate, steps = life.heart[low:high], life.movement.steps[low:high]
    sport = int(trained.sport[place])
    beats = f'average="{rate.mean():.3f}" minimum="{rate.min():.0f}" maximum="{rate.max():.0f}" unit="count/min"'
    rows = [
        ("ActiveEnergyBurned", f'sum="{trained.energy[place]:.5g}" unit="Cal"'),
        ("HeartRate", beats),
    ]
    if sport in {EASY_RUN, HARD_RUN}:
        rows += [("DistanceWalkingRunning", f'sum="{trained.metres[place] / 1000:.5g}" unit="km"'),
                 ("StepCount", f'sum="{steps.sum()}" unit="count"')]  # fmt: skip
    if sport == RIDE:
        rows.append(("DistanceCycling", f'sum="{trained.metres[place] / 1000:.5g}" unit="km"'))
    return "".join(
        f'  <WorkoutStatistics type="{Q}{name}" startDate="{begun}" endDate="{ended}" {rest}/>\n' for name, rest in rows
    )


def _route(marks: Marks, start: int, stop: int, path: str) -> str:
    begun, ended = marks.stamp(np.array([start, stop]))
    return (
        f'  <WorkoutRoute {marks.described(WATCH, start)} creationDate="{ended}" startDate="{begun}"'
        f' endDate="{ended}">\n'
        f'   <FileReference path="{path}"/>\n  </WorkoutRoute>\n'
    )


def _gpx(start: int) -> str:
    """A route of three points on open water: it leads past nobody's door."""
    from selftwin.sample.export.stamps import iso

    points = "".join(
        f'<trkpt lon="5.300000" lat="{52.5 + 0.001 * step:.6f}"><ele>0.0</ele><time>{moment}Z</time></trkpt>'
        for step, moment in enumerate(iso(start + 60 * np.arange(3)))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Apple Health Export" '
        f'xmlns="http://www.topografix.com/GPX/1/1">\n <trk><name>Route</name><trkseg>{points}</trkseg></trk>\n</gpx>\n'
    )


def _uuid(rng: np.random.Generator) -> str:
    digits = rng.bytes(16).hex().upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
