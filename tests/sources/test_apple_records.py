"""What a workout of a newer iPhone tells of its parts alone."""

from __future__ import annotations

import pytest

from selftwin.sources.apple_health import SOURCE

TIMES = 'startDate="2026-02-01 08:00:00 +0100" endDate="2026-02-01 08:35:00 +0100"'


def climbed(height: str) -> str:
    return f'<MetadataEntry key="HKElevationAscended" value="{height}"/>'


def part(inside: str) -> str:
    return f'<WorkoutActivity uuid="A1" {TIMES} duration="8" durationUnit="min">{inside}</WorkoutActivity>'


@pytest.mark.parametrize(
    ("inside", "metres"),
    [
        (part(climbed("262 cm")) + part(climbed("38.5 cm")) + part(""), [3.005]),
        (climbed("418 cm") + part(climbed("262 cm")), [4.18]),
        (part(climbed("262 cm")) + part(climbed("9 ft")), []),
        (part(climbed("high")), []),
    ],
)
def test_what_was_climbed_in_the_parts_of_a_workout_is_added_up(reading, inside, metres):
    workout = f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning" sourceName="W" {TIMES}>{inside}</Workout>'
    rows, account = reading(SOURCE, "export.xml", f'<HealthData locale="en_US">\n {workout}\n</HealthData>\n')
    assert rows.filter(rows["signal"] == "workout.elevation")["value"].to_list() == pytest.approx(metres)
    assert (account.read, account.taken) == (1, 1)
