"""TCX as Garmin Connect writes it (docs/sources/tcx.md names the files and the schema)."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.tcx import SOURCE

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase '
    'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">'
)


def point(minute, second, hr, more=""):
    return (
        f"<Trackpoint><Time>2024-05-01T07:{minute:02}:{second:02}.000Z</Time><Position>"
        "<LatitudeDegrees>47.5</LatitudeDegrees><LongitudeDegrees>8.5</LongitudeDegrees></Position>"
        f"<AltitudeMeters>400</AltitudeMeters><DistanceMeters>{minute * 200}</DistanceMeters>"
        f"<HeartRateBpm><Value>{hr}</Value></HeartRateBpm>{more}</Trackpoint>"
    )


def lap(minute, seconds, mean, highest, *points):
    return (
        f'<Lap StartTime="2024-05-01T07:{minute:02}:00.000Z"><TotalTimeSeconds>{seconds}</TotalTimeSeconds>'
        f"<DistanceMeters>400.0</DistanceMeters><Calories>30</Calories><AverageHeartRateBpm><Value>{mean}</Value>"
        f"</AverageHeartRateBpm><MaximumHeartRateBpm><Value>{highest}</Value></MaximumHeartRateBpm>"
        f"<Intensity>Active</Intensity><Track>{''.join(points)}</Track></Lap>"
    )


SENSED = "<ns3:Speed>2.5</ns3:Speed><ns3:RunCadence>84</ns3:RunCadence><ns3:Watts>250</ns3:Watts>"
TPX = f"<Extensions><ns3:TPX>{SENSED}</ns3:TPX></Extensions>"
LAPS = lap(0, 100, 130, 140, point(0, 0, 120, TPX), point(1, 0, 140)) + lap(2, 50, 160, 170, point(2, 0, 170))


def tcx(sport="Running", laps=LAPS, more=""):
    activity = f'<Activity Sport="{sport}"><Id>2024-05-01T07:00:00.000Z</Id>{laps}<Notes>Easy</Notes></Activity>'
    return f"{HEAD}<Activities>{activity}</Activities>{more}</TrainingCenterDatabase>"


def specimen() -> dict[str, bytes]:
    """A run of two laps."""
    return {"activity_1.tcx": tcx().encode()}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "a.tcx", content)


def of(rows, signal):
    return rows.filter(rows["signal"] == signal)["value"].to_list()


def test_a_run_is_a_workout_that_adds_up_its_laps(read):
    rows, account = read(tcx())
    assert dict(account.kinds) == {"point": 3, "lap": 2, "activity": 1}
    assert (account.taken, account.passed, account.faulty) == (6, 0, 0)
    (workout,) = rows.filter(rows["signal"] == "workout").rows(named=True)
    assert (workout["text"], workout["start"], workout["stop"]) == (
        "running", datetime(2024, 5, 1, 7), datetime(2024, 5, 1, 7, 2),
    )  # fmt: skip
    assert of(rows, "workout.duration") == [2.5]
    assert (of(rows, "workout.distance"), of(rows, "workout.energy")) == ([800], [60])
    assert of(rows, "workout.heart_rate") == [140]  # weighted by the time of each lap
    assert of(rows, "workout.heart_rate_max") == [170]
    laps = rows.filter(rows["signal"] == "workout.event")
    assert laps["text"].to_list() == ["lap", "lap"]
    assert laps["start"].to_list() == [datetime(2024, 5, 1, 7), datetime(2024, 5, 1, 7, 2)]


def test_points_are_samples_of_the_sport(read):
    rows, _ = read(tcx())
    assert of(rows, "heart_rate") == [120, 140, 170]
    assert (of(rows, "running.speed"), of(rows, "running.cadence"), of(rows, "running.power")) == ([2.5], [168], [250])
    assert of(rows, "location.altitude") == [400] * 3
    assert of(rows, "other.track_distance") == [0, 200, 400]


def test_a_bike_counts_its_turns(read):
    rows, _ = read(tcx("Biking", lap(0, 60, 130, 140, point(0, 0, 130, "<Cadence>85</Cadence>"))))
    assert of(rows, "cycling.cadence") == [85]
    assert rows.filter(rows["signal"] == "workout")["text"].to_list() == ["cycling"]


def test_a_lap_without_points_lasts_as_long_as_it_says(read):
    rows, account = read(tcx(laps=lap(0, 60, 130, 140) + lap(1, 90.5, 130, 140) + lap(3, "soon", 130, 140)))
    assert dict(account.kinds) == {"lap": 3, "activity": 1}
    laps = rows.filter(rows["signal"] == "workout.event").sort("start")
    assert laps["stop"].to_list() == [datetime(2024, 5, 1, 7, 1), datetime(2024, 5, 1, 7, 2, 30, 500_000), None]
    whole = rows.filter(rows["signal"] == "workout")
    assert whole.select("start", "stop").rows() == [
        (datetime(2024, 5, 1, 7), datetime(2024, 5, 1, 7, 2, 30, 500_000))
    ]


def test_courses_are_passed_over(read):
    course = f"<Courses><Course><Name>Round</Name><Track>{point(0, 0, 1)}</Track></Course></Courses>"
    _, account = read(tcx(more=course))
    assert (account.taken, account.passed) == (6, 1)


def test_a_file_that_breaks_off_keeps_its_points(read):
    text = tcx()
    rows, account = read(text[: text.rindex("<HeartRateBpm>")])
    assert of(rows, "heart_rate") == [120, 140]
    assert (account.faulty, len(of(rows, "workout.energy"))) == (1, 1)
