"""Fitbit's nights, exercises, weights and meals."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.sources._fitbit_sleep import hypnogram
from selftwin.sources.fitbit import SOURCE

GLOBAL = "Takeout/Fitbit/Global Export Data/"
DATE, LOCAL, INSTANT, PLACED = range(4)


def at(*parts):
    """A wall clock, as rows hold it: without a zone."""
    return datetime(*parts)


def told(rows, *columns):
    return rows.select(*columns).rows()


@pytest.fixture
def read(reading):
    return lambda path, content: reading(SOURCE, path, content)


NIGHT = {
    "logId": 24486013387,
    "dateOfSleep": "2019-11-02",
    "startTime": "2019-11-02T00:09:30.000",
    "endTime": "2019-11-02T00:29:30.000",
    "duration": 1200000,
    "minutesToFallAsleep": 0,
    "minutesAsleep": 17,
    "minutesAwake": 3,
    "minutesAfterWakeup": 1,
    "timeInBed": 20,
    "efficiency": 85,
    "type": "stages",
    "levels": {
        "summary": {"deep": {"count": 1, "minutes": 6}, "light": {"minutes": 11}, "wake": {"count": 2, "minutes": 3}},
        "data": [
            {"dateTime": "2019-11-02T00:09:30.000", "level": "wake", "seconds": 120},
            {"dateTime": "2019-11-02T00:11:30.000", "level": "light", "seconds": 720},
            {"dateTime": "2019-11-02T00:23:30.000", "level": "deep", "seconds": 360},
        ],
        "shortData": [{"dateTime": "2019-11-02T00:15:00.000", "level": "wake", "seconds": 60}],
    },
    "mainSleep": True,
}


def test_a_night_keeps_its_sums_and_its_log_id(read):
    rows, account = read("sleep.json", [NIGHT])
    sums = rows.filter(pl.col("signal") != "sleep.stage")
    assert dict(told(sums, "signal", "value")) == {
        "sleep.duration": 17.0, "sleep.in_bed": 20.0, "sleep.awake": 3.0, "sleep.latency": 0.0,
        "sleep.after_wakeup": 1.0,
        "sleep.efficiency": 85.0, "sleep.light": 11.0, "sleep.deep": 6.0, "sleep.awakenings": 2.0,
    }  # fmt: skip
    assert set(told(sums, "native", "start", "stop", "basis")) == {
        ("24486013387", at(2019, 11, 2, 0, 9, 30), at(2019, 11, 2, 0, 29, 30), LOCAL)
    }
    assert account.taken == 1


def test_short_wakes_are_cut_out_of_the_stages(read):
    rows, _ = read("sleep.json", [NIGHT])
    stages = rows.filter(pl.col("signal") == "sleep.stage")
    assert [(f"{a:%H:%M:%S}", f"{b:%H:%M:%S}", text) for a, b, text in told(stages, "start", "stop", "text")] == [
        ("00:09:30", "00:11:30", "awake"),
        ("00:11:30", "00:15:00", "light"),
        ("00:15:00", "00:16:00", "awake"),
        ("00:16:00", "00:23:30", "light"),
        ("00:23:30", "00:29:30", "deep"),
    ]
    assert stages["native"][2] == "24486013387/2019-11-02T00:15:00"


def test_a_classic_nap_is_a_nap(read):
    levels = [("asleep", 1500), ("restless", 60), ("asleep", 240)]
    data, clock = [], at(2019, 11, 2, 14)
    for level, seconds in levels:
        data.append({"dateTime": clock.isoformat(), "level": level, "seconds": seconds})
        clock += timedelta(seconds=seconds)
    nap = NIGHT | {"type": "classic", "mainSleep": False, "minutesAsleep": 29, "levels": {"data": data}}
    rows, _ = read(GLOBAL + "sleep-2019-11-01.json", [nap])
    assert told(rows, "signal", "value", "text") == [
        ("sleep.nap", 29.0, None),
        ("sleep.stage", None, "asleep"),
        ("sleep.stage", None, "awake"),
        ("sleep.stage", None, "asleep"),
    ]


def test_sleep_logs_that_cannot_be_read_are_faults_with_a_place(read):
    bad = [{"logId": 1}, 7, NIGHT | {"startTime": "soon"}, NIGHT | {"levels": {"data": [{"level": "light"}]}}, NIGHT]
    rows, account = read("sleep.json", [*bad, NIGHT | {"minutesAsleep": "many"}])
    assert (account.taken, account.faulty) == (1, 5)
    assert account.faults[0].place == "sleep.json, record 1"
    assert set(rows["record"]) == {4}


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60), st.sampled_from(["light", "deep"])), max_size=12),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9), st.just("awake")), max_size=12),
)
def test_stages_never_overlap_and_lose_no_minute(stages, wakes):
    clock = lambda minute: at(2024, 5, 1) + timedelta(minutes=minute)  # noqa: E731
    spans = [
        [(clock(begin), clock(begin + length), state) for begin, length, state in some] for some in (stages, wakes)
    ]
    pieces = hypnogram(*spans)
    assert all(one[1] <= two[0] for one, two in pairwise(pieces))
    covered = {minute for begin, length, _ in stages for minute in range(begin, begin + length)}
    awake = covered & {minute for begin, length, _ in wakes for minute in range(begin, begin + length)}
    length = lambda found: sum((stop - start).seconds // 60 for start, stop, _ in found)  # noqa: E731
    assert length(pieces) == len(covered)
    assert length([piece for piece in pieces if piece[2] == "awake"]) == len(awake)


EXERCISE = {
    "logId": 26451905128, "activityName": "Run", "activityTypeId": 90009, "averageHeartRate": 151, "calories": 410,
    "duration": 1860000, "activeDuration": 1800000, "steps": 4800, "logType": "tracker", "distance": 5.0,
    "distanceUnit": "Kilometer", "speed": 10.0, "source": {"type": "tracker", "name": "Versa 2", "id": "1"},
    "startTime": "05/01/24 17:30:15", "elevationGain": 12.192, "vo2Max": {"vo2Max": 46.5}, "hasGps": True,
}  # fmt: skip


def test_an_exercise_is_a_workout_with_its_sums_at_utc(read):
    rows, _ = read(GLOBAL + "exercise-0.json", [EXERCISE])
    found = told(rows, "signal", "value", "text")
    assert {(signal, round(value, 3) if value else text) for signal, value, text in found} == {
        ("workout", "Run"), ("workout.duration", 30.0), ("workout.energy", 410.0), ("workout.steps", 4800.0),
        ("workout.distance", 5000.0), ("workout.elevation", 12.192), ("workout.heart_rate", 151.0),
        ("workout.speed", 2.778), ("vo2_max", 46.5),
    }  # fmt: skip
    assert set(told(rows, "source", "native", "start", "stop", "basis")) == {
        ("fitbit:Versa 2", "26451905128", at(2024, 5, 1, 17, 30, 15), at(2024, 5, 1, 18, 1, 15), INSTANT)
    }


def test_miles_become_metres(read):
    rows, _ = read("exercise.json", [EXERCISE | {"distance": 2.0, "distanceUnit": "Mile", "source": None}])
    assert rows.filter(pl.col("signal") == "workout.distance")["value"][0] == pytest.approx(3218.688)
    assert rows["source"][0] == "fitbit"


@pytest.mark.parametrize(
    ("written", "index", "kilograms", "word"),
    [
        (191.8, 25.98, 87.0, "pounds"),
        (87.0, 25.98, 87.0, "kilograms"),
        (13.7, 25.98, 87.0, "stones"),
        (191.8, 0, 87.0, "pounds"),
    ],
)
def test_the_unit_of_weight_is_told_by_the_body_mass_index(written, index, kilograms, word, read):
    log = {
        "logId": 17,
        "weight": written,
        "bmi": index,
        "fat": 21.5,
        "date": "05/01/24",
        "time": "06:59:59",
        "source": "API",
    }
    rows, account = read(GLOBAL + "weight-2024-05-01.json", [log])
    assert rows.filter(pl.col("signal") == "weight")["value"][0] == pytest.approx(kilograms, abs=0.05)
    assert rows.filter(pl.col("signal") == "body_fat")["value"].to_list() == [21.5]
    assert told(rows, "start", "basis", "native")[0] == (at(2024, 5, 1, 6, 59, 59), LOCAL, "17")
    assert word in next(iter(account.notes))


def test_food_is_read_by_the_day(read):
    log = {
        "logId": 9,
        "logDate": "2024-05-01",
        "nutritionalValues": {"calories": 310, "carbs": 40.5, "sodium": 200},
        "loggedFood": {"name": "Porridge"},
    }
    rows, _ = read(GLOBAL + "food_logs-2024-05-01.json", [log])
    assert told(rows, "signal", "value", "text") == [
        ("energy.intake", 310.0, None), ("meal.carbs", 40.5, None), ("meal.sodium", 200.0, None),
        ("meal.description", None, "Porridge"),
    ]  # fmt: skip
    assert set(told(rows, "start", "basis")) == {(at(2024, 5, 1), DATE)}


def test_read_twice_every_identity_is_the_same(read):
    for path, content in [("sleep.json", [NIGHT]), ("exercise.json", [EXERCISE])]:
        one, two = (told(read(path, content)[0], "signal", "source", "native", "start", "stop") for _ in range(2))
        assert one == two
        assert len(set(one)) == len(one)
