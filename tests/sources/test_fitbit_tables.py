"""Fitbit's CSV families of both generations: every reading in its unit, at the clock its family keeps."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources._fitbit_tables import table
from selftwin.sources.fitbit import SOURCE

DATE, LOCAL, INSTANT, PLACED = range(4)


def at(*parts):
    """A wall clock, as rows hold it: without a zone."""
    return datetime(*parts)


def told(rows, *columns):
    return rows.select(*columns).rows()


@pytest.fixture
def read(reading):
    return lambda path, content: reading(SOURCE, path, content)


TABLES = {
    "Sleep Score/sleep_score.csv": (
        (
            "sleep_log_entry_id,timestamp,overall_score,composition_score,revitalization_score,duration_score,"
            "deep_sleep_in_minutes,resting_heart_rate,restlessness\n"
            "24472394143,2019-11-01T06:29:30Z,76,18,20,38,27,53,0.0536\n"
        ),
        [
            ("sleep.score", 76.0),
            ("sleep.score.composition", 18.0),
            ("sleep.score.revitalization", 20.0),
            ("sleep.score.duration", 38.0),
            ("sleep.restlessness", 0.0536),
        ],
        (at(2019, 11, 1, 6, 29, 30), None, LOCAL, "fitbit", "24472394143"),
    ),
    "Heart Rate Variability/Daily Heart Rate Variability Summary - 2024-05-(15).csv": (
        "timestamp,rmssd,nremhr,entropy\n2024-05-15T00:00:00,41.5,52.25,2.9\n",
        [
            ("heart_rate_variability.rmssd", 41.5),
            ("heart_rate.sleep.nrem", 52.25),
            ("heart_rate_variability.entropy", 2.9),
        ],
        (at(2024, 5, 15), None, DATE, "fitbit:daily", None),
    ),
    "Heart Rate Variability/Heart Rate Variability Details - 2024-05-15.csv": (
        "timestamp,rmssd,coverage,low_frequency,high_frequency\n2024-05-15T01:05:00,38.2,0.93,512.1,301.2\n",
        [
            ("heart_rate_variability.rmssd", 38.2),
            ("heart_rate_variability.coverage", 93.0),
            ("heart_rate_variability.low_frequency", 512.1),
            ("heart_rate_variability.high_frequency", 301.2),
        ],
        (at(2024, 5, 15, 1, 5), at(2024, 5, 15, 1, 10), LOCAL, "fitbit", None),
    ),
    "Heart Rate Variability/Daily Respiratory Rate Summary - 2024-05-15.csv": (
        "timestamp,daily_respiratory_rate\n2024-05-15T00:00:00,14.2\n",
        [("respiratory_rate.sleep", 14.2)],
        (at(2024, 5, 15), None, DATE, "fitbit:daily", None),
    ),
    "Oxygen Saturation (SpO2)/Daily SpO2 - 2024-05-01-2024-05-31.csv": (
        "timestamp,average_value,lower_bound,upper_bound\n2024-05-15T00:00:00Z,95.2,92.1,98.0\n",
        [
            ("oxygen_saturation.sleep", 95.2),
            ("other.oxygen_saturation_lower", 92.1),
            ("other.oxygen_saturation_upper", 98.0),
        ],
        (at(2024, 5, 15), None, DATE, "fitbit:daily", None),
    ),
    "Oxygen Saturation (SpO2)/Minute SpO2 - 2024-05-15.csv": (
        "timestamp,value\n2024-05-15T01:05:00Z,95.4\n",
        [("oxygen_saturation.sleep", 95.4)],
        (at(2024, 5, 15, 1, 5), at(2024, 5, 15, 1, 6), INSTANT, "fitbit", None),
    ),
    "Temperature/Computed Temperature - 2024-05-01.csv": (
        (
            "type,sleep_start,sleep_end,temperature_samples,nightly_temperature,baseline_relative_sample_sum\n"
            "SKIN,2024-05-01T23:24,2024-05-02T07:03:30,453,34.25,-456.5\n"
        ),
        [("skin_temperature.sleep", 34.25)],
        (at(2024, 5, 1, 23, 24), at(2024, 5, 2, 7, 3, 30), LOCAL, "fitbit", None),
    ),
    "Temperature/Device Temperature - 2024-05-01.csv": (
        "recorded_time,temperature,sensor_type\n2024-05-01T00:00,-1.5,UNKNOWN\n",
        [("other.skin_temperature_relative", -1.5)],
        (at(2024, 5, 1), at(2024, 5, 1, 0, 1), LOCAL, "fitbit", None),
    ),
    "Stress Score/Stress Score.csv": (
        (
            "DATE,UPDATED_AT,STRESS_SCORE,SLEEP_POINTS,MAX_SLEEP_POINTS,RESPONSIVENESS_POINTS,MAX_RESPONSIVENESS_POINTS,"
            "EXERTION_POINTS,MAX_EXERTION_POINTS,STATUS,CALCULATION_FAILED\n"
            "2024-05-01T00:00:00,2024-05-01T17:07:49.634,79,24,30,15,30,40,40,READY,false\n"
        ),
        [
            ("stress.score", 79.0),
            ("stress.score.sleep", 80.0),
            ("stress.score.responsiveness", 50.0),
            ("stress.score.exertion", 100.0),
        ],
        (at(2024, 5, 1), None, DATE, "fitbit", None),
    ),
    "Active Zone Minutes (AZM)/Active Zone Minutes - 2024-05-01.csv": (
        "date_time,heart_zone_id,total_minutes\n2024-05-01T09:07,CARDIO,2\n",
        [("activity.zone_minutes", 2.0), ("activity.zone_minutes.cardio", 2.0)],
        (at(2024, 5, 1, 9, 7), at(2024, 5, 1, 9, 8), LOCAL, "fitbit", None),
    ),
    "Daily Readiness/Daily Readiness Score - 2024-05-01.csv": (
        (
            "date,readiness_score_value,readiness_state,activity_subcomponent,sleep_subcomponent,hrv_subcomponent\n"
            "2024-05-01,62,GOOD,50,70,66\n"
        ),
        [("readiness.score", 62.0)],
        (at(2024, 5, 1), None, DATE, "fitbit", None),
    ),
    "Global Export Data/estimated_oxygen_variation-2024-05-01.csv": (
        "timestamp,Infrared to Red Signal Ratio\n05/01/24 01:05:00,12\n",
        [("other.infrared_to_red_ratio", 12.0)],
        (at(2024, 5, 1, 1, 5), at(2024, 5, 1, 1, 6), LOCAL, "fitbit", None),
    ),
    "Snore and Noise Detect/Snore Details - 2024-05-15.csv": (
        (
            "timestamp,mean_dba,max_dba,min_dba,events_number,snoring_events_number,snore_label,sample_duration\n"
            "2024-05-15T01:05:00,38,46,30,2,1,1,30\n"
        ),
        [("snoring", 0.5), ("other.bedroom_noise", 38.0)],
        (at(2024, 5, 15, 1, 5), at(2024, 5, 15, 1, 5, 30), LOCAL, "fitbit", None),
    ),
    "Biometrics/Glucose 202405.csv": (
        "time,value,unit,data_source\n2024-05-01T09:07:00,5.5,mmol/L,Manual\n",
        [("glucose", 99.0858)],
        (at(2024, 5, 1, 9, 7), None, LOCAL, "fitbit:Manual", None),
    ),
    "Physical Activity_GoogleData/steps_2024-05-01.csv": (
        "timestamp,steps,data source\n2024-05-01T07:01:00.250Z,88,Charge 5\n",
        [("steps", 88.0)],
        (at(2024, 5, 1, 7, 1, 0, 250000), at(2024, 5, 1, 7, 2, 0, 250000), INSTANT, "fitbit:Charge 5", None),
    ),
    "Physical Activity_GoogleData/heart_rate_2024-05-01.csv": (
        "timestamp,beats per minute,data source\n2024-05-01T00:00:04Z,65.0,Charge 5\n",
        [("heart_rate", 65.0)],
        (at(2024, 5, 1, 0, 0, 4), None, INSTANT, "fitbit:Charge 5", None),
    ),
    "Physical Activity_GoogleData/daily_resting_heart_rate.csv": (
        "timestamp,beats per minute,data source\n2024-05-01T00:00:00Z,60.25,Charge 5\n",
        [("heart_rate.resting", 60.25)],
        (at(2024, 5, 1), None, DATE, "fitbit:Charge 5", None),
    ),
    "Physical Activity_GoogleData/weight.csv": (
        "timestamp,weight grams,data source\n2024-05-01T10:12:44Z,64900,Some Scale\n",
        [("weight", 64.9)],
        (at(2024, 5, 1, 10, 12, 44), None, INSTANT, "fitbit:Some Scale", None),
    ),
    "Physical Activity_GoogleData/daily_sleep_temperature_derivations.csv": (
        (
            "timestamp,nightly temperature celsius,baseline temperature celsius,data source\n"
            "2024-05-01T00:00:00Z,34.5,34.0,Air\n"
        ),
        [("skin_temperature.sleep", 34.5), ("skin_temperature.deviation", 0.5)],
        (at(2024, 5, 1), None, DATE, "fitbit:Air", None),
    ),
    "Physical Activity_GoogleData/activity_level_2024-05-01.csv": (
        "timestamp,level,data source\n2024-05-01T09:07:00Z,LIGHTLY_ACTIVE,Air\n",
        [("activity.level", "light")],
        (at(2024, 5, 1, 9, 7), at(2024, 5, 1, 9, 8), INSTANT, "fitbit:Air", None),
    ),
    "Health Fitness Data_GoogleData/UserSleeps_2024-05-01.csv": (
        (
            "sleep_id,sleep_type,minutes_in_sleep_period,minutes_asleep,minutes_awake,start_utc_offset,sleep_start,"
            "end_utc_offset,sleep_end,data_source\n"
            "7000000000000000001,STAGES,480,430,50,-03:30,2024-05-02T02:30:00Z,-03:30,2024-05-02T10:30:00Z,DERIVED\n"
        ),
        [("sleep.duration", 430.0), ("sleep.in_bed", 480.0), ("sleep.awake", 50.0)],
        (at(2024, 5, 2, 2, 30), at(2024, 5, 2, 10, 30), PLACED, "fitbit:DERIVED", "7000000000000000001"),
    ),
    "Health Fitness Data_GoogleData/UserSleepStages_2024-05-01.csv": (
        (
            "sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,end_utc_offset,sleep_stage_end,"
            "data_source\n"
            "7,71,DEEP,+05:30,2024-05-02T02:30:00Z,+05:30,2024-05-02T02:41:00Z,DERIVED\n"
        ),
        [("sleep.stage", "deep")],
        (at(2024, 5, 2, 2, 30), at(2024, 5, 2, 2, 41), PLACED, "fitbit:DERIVED", "71"),
    ),
}


@pytest.mark.parametrize("path", TABLES)
def test_a_table_is_read_in_its_units_at_its_own_clock(path, read):
    text, readings, place = TABLES[path]
    rows, account = read("Takeout/Google Health/" + path, text)
    found = told(rows, "signal", "value", "text")
    assert [(signal, word if value is None else round(value, 4)) for signal, value, word in found] == readings
    assert told(rows, "start", "stop", "basis", "source", "native")[0] == place
    assert (account.taken, account.passed, account.faulty) == (1, 0, 0)


def test_the_offset_of_the_place_is_kept(read):
    rows, _ = read("x/UserSleeps_2024-05-01.csv", TABLES["Health Fitness Data_GoogleData/UserSleeps_2024-05-01.csv"][0])
    assert rows["offset"].to_list() == [-210, -210, -210]


def test_fifty_per_cent_of_oxygen_means_no_reading(read):
    text = "timestamp,value\n2024-05-15T01:05:00Z,50.0\n2024-05-15T01:06:00Z,96\n"
    rows, account = read("Minute SpO2 - 2024-05-15.csv", text)
    assert rows["value"].to_list() == [96.0]
    assert account.passed == 1


def test_breaths_in_thousandths_and_whole_breaths_are_the_same(read):
    column = "full sleep stats - milli breaths per minute"
    rows, account = read(
        "respiratory_rate_sleep_summary_2024-05-01.csv",
        f"timestamp,{column}\n2024-05-01T07:00:00Z,14200\n2024-05-02T07:00:00Z,14.2\n2024-05-03T07:00:00Z,-1\n",
    )
    assert rows["value"].to_list() == pytest.approx([14.2, 14.2])
    assert account.passed == 1


@pytest.mark.parametrize(
    ("path", "text", "signals"),
    [
        (
            "daily_sleep_temperature_derivations.csv",
            "timestamp,nightly temperature celsius\n2024-05-01T00:00:00Z,34.5\n",
            {"skin_temperature.sleep"},
        ),
        (
            "Stress Score.csv",
            "DATE,STRESS_SCORE,SLEEP_POINTS,CALCULATION_FAILED\n2024-05-01T00:00:00,79,24,false\n",
            {"stress.score"},
        ),
    ],
)
def test_a_generation_without_some_columns_is_read_for_the_others(read, path, text, signals):
    rows, account = read(path, text)
    assert set(rows["signal"]) == signals
    assert account.taken == 1


def test_a_table_that_names_its_signals_is_not_a_fitbits_whatever_it_is_called() -> None:
    assert table("glucose.csv", ("time", "value", "unit"))
    assert table("glucose.csv", ("time", "signal", "value", "unit")) is None
