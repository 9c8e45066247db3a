"""Fitbit's CSV families, told by their header (and by name where two share one): a table of descriptions.

Two generations: the folders of Fitbit's own export (`Heart Rate Variability/…`, `Stress Score/…`), and Google's
(`Physical Activity_GoogleData/…`, `Health Fitness Data_GoogleData/…`), whose stamps say UTC and whose last column names
the device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._fitbit_stamps import Clock
from selftwin.sources._readings import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

_DEVICE = "data source"


@dataclass(frozen=True, slots=True)
class Table:
    """One family: the columns that mark it, what it reads, and where time, device and id stand.

    `name` must stand in the file's name (lower case) where the header alone does not tell. `offset` names a column
    with the offset of the place. `states` is a column, the signal it becomes, and its words.
    """

    kind: str
    needs: tuple[str, ...]
    readings: tuple[Reading, ...] = ()
    when: str = "timestamp"
    clock: Clock = Clock.WRITTEN
    name: str = ""
    seconds: int = 0
    until: str = ""
    offset: str = ""
    device: str = _DEVICE
    native: str = ""
    states: tuple[str, str, tuple[tuple[str, str], ...]] = ("", "", ())
    nothing: str = "no reading"
    made_ready: Callable[[pl.DataFrame], pl.DataFrame] | None = None


def _number(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A column as numbers; null where the file lacks it."""
    import polars as pl

    return (pl.col(name) if name in rows.columns else pl.lit(None)).cast(pl.Float64, strict=False)


def _zone_minutes(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    zone = "heart_zone_id" if "heart_zone_id" in rows.columns else "heart rate zone"
    total = "total_minutes" if zone == "heart_zone_id" else "total minutes"
    named = pl.col(zone).str.to_lowercase().str.replace_all(" ", "_")
    return rows.with_columns(
        total=pl.col(total),
        **{name: pl.when(named == name).then(pl.col(total)) for name in ("fat_burn", "cardio", "peak")},
    )


def _stress_shares(rows: pl.DataFrame) -> pl.DataFrame:
    """The parts of a stress score in per cent of their most; a day without data has neither score nor parts."""
    import polars as pl

    scored = (_number(rows, "stress_score") > 0).fill_null(False)
    shares = {
        part: 100 * _number(rows, f"{part}_points") / _number(rows, f"max_{part}_points")
        for part in ("sleep", "responsiveness", "exertion")
    }
    finite = {part: pl.when(scored & share.is_finite()).then(share) for part, share in shares.items()}
    return rows.with_columns(**finite)


def _breaths(rows: pl.DataFrame) -> pl.DataFrame:
    """Breaths a minute: the header says thousandths, the values of some exports are whole breaths."""
    import polars as pl

    columns = [name for name in rows.columns if name.endswith("sleep stats - milli breaths per minute")]
    found = [_number(rows, name) for name in columns]
    plain = [pl.when(number > 300).then(number / 1000).otherwise(number) for number in found]
    return rows.with_columns(**dict(zip(columns, plain, strict=True)))


def _from_usual(rows: pl.DataFrame) -> pl.DataFrame:
    away = _number(rows, "nightly temperature celsius") - _number(rows, "baseline temperature celsius")
    return rows.with_columns(away=away)


def _snored(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    seconds = pl.when(pl.col("snore_label").is_in(["1", "true"])).then(_number(rows, "sample_duration")).otherwise(0.0)
    return rows.with_columns(snored=seconds)


def _glucose(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    molar = pl.col("unit").str.to_lowercase().str.starts_with("mmol").fill_null(False)
    return rows.with_columns(
        mass=pl.when(~molar).then(pl.col("value")), molar=pl.when(molar).then(pl.col("value"))
    )


def _google(kind: str, column: str, signal: str, unit: str, *absent: float, seconds: int = 0, name: str = "") -> Table:
    reading = Reading(column, signal, unit, absent)
    return Table(kind, ("timestamp", column), (reading,), seconds=seconds, name=name or kind)


def _google_daily(
    kind: str, *readings: Reading, made_ready: Callable[[pl.DataFrame], pl.DataFrame] | None = None
) -> Table:
    """A summary by the day: its `T00:00:00Z` is the local date, whatever it looks like."""
    needs = ("timestamp", readings[0].field)
    return Table(
        kind, needs, readings, clock=Clock.DAY, name=kind, nothing="no reading that day", made_ready=made_ready
    )


def _left_out(kind: str, why: str, *needs: str, name: str = "") -> Table:
    return Table(kind, needs, nothing=why, name=name)


_RMSSD = "heart_rate_variability.rmssd"
_ENTROPY = "heart_rate_variability.entropy"
_STAGES = (
    ("awake", "awake"), ("wake", "awake"), ("restless", "awake"), ("light", "light"), ("deep", "deep"), ("rem", "rem"),
    ("asleep", "asleep"), ("unspecified", "in_bed"),
)
_LEVELS = (
    ("sedentary", "sedentary"), ("lightly_active", "light"), ("moderately_active", "moderate"),
    ("very_active", "vigorous"),
)
_ZONES = tuple(
    Reading(column, signal, "min")
    for column, signal in (
        ("total", "activity.zone_minutes"),
        ("fat_burn", "activity.zone_minutes.fat_burn"),
        ("cardio", "activity.zone_minutes.cardio"),
        ("peak", "activity.zone_minutes.peak"),
    )
)
_CLASSIC = (
    Table(
        "sleep_score",
        ("sleep_log_entry_id", "overall_score"),
        (
            Reading("overall_score", "sleep.score", "{score}", (0.0, -1.0)),
            Reading("composition_score", "sleep.score.composition", "{score}", (0.0, -1.0)),
            Reading("revitalization_score", "sleep.score.revitalization", "{score}", (0.0, -1.0)),
            Reading("duration_score", "sleep.score.duration", "{score}", (0.0, -1.0)),
            Reading("restlessness", "sleep.restlessness", "1", (-1.0,)),
        ),
        clock=Clock.LOCAL,  # the wall clock of waking, though a Z stands behind it
        native="sleep_log_entry_id",
        nothing="a night without a score",
    ),
    Table(
        "daily_hrv_summary",
        ("timestamp", "rmssd", "nremhr", "entropy"),
        (
            Reading("rmssd", _RMSSD, "ms", (0.0,), device="daily"),
            Reading("nremhr", "heart_rate.sleep.nrem", "/min", (0.0,)),
            Reading("entropy", _ENTROPY, "1", (0.0,)),
        ),
        clock=Clock.DAY,
    ),
    Table(
        "hrv_details",
        ("timestamp", "rmssd", "coverage", "low_frequency", "high_frequency"),
        (
            Reading("rmssd", _RMSSD, "ms", (0.0,)),
            Reading("coverage", "heart_rate_variability.coverage", "1"),
            Reading("low_frequency", "heart_rate_variability.low_frequency", "ms2"),
            Reading("high_frequency", "heart_rate_variability.high_frequency", "ms2"),
        ),
        seconds=300,
    ),
    _left_out("hrv_histogram", "its readings are read from their own file", "timestamp", "bucket_values"),
    Table(
        "daily_respiratory_rate",
        ("timestamp", "daily_respiratory_rate"),
        (Reading("daily_respiratory_rate", "respiratory_rate.sleep", "/min", (0.0, -1.0), device="daily"),),
        clock=Clock.DAY,
    ),
    Table(
        "respiratory_rate",
        ("timestamp", "full_sleep_breathing_rate"),
        (
            Reading("full_sleep_breathing_rate", "respiratory_rate.sleep", "/min", (0.0, -1.0)),
            Reading("deep_sleep_breathing_rate", "other.respiratory_rate_deep", "/min", (0.0, -1.0)),
            Reading("light_sleep_breathing_rate", "other.respiratory_rate_light", "/min", (0.0, -1.0)),
            Reading("rem_sleep_breathing_rate", "other.respiratory_rate_rem", "/min", (0.0, -1.0)),
        ),
    ),
    Table(
        "daily_spo2",
        ("timestamp", "average_value", "lower_bound", "upper_bound"),
        (
            Reading("average_value", "oxygen_saturation.sleep", "%", (0.0,), device="daily"),
            Reading("lower_bound", "other.oxygen_saturation_lower", "%", (0.0,)),
            Reading("upper_bound", "other.oxygen_saturation_upper", "%", (0.0,)),
        ),
        clock=Clock.DAY,
    ),
    Table(
        "minute_spo2",
        ("timestamp", "value"),
        (Reading("value", "oxygen_saturation.sleep", "%", (0.0, 50.0)),),
        name="spo2",
        seconds=60,
        nothing="50 per cent is written where no reading could be made",
    ),
    Table(
        "estimated_oxygen_variation",
        ("timestamp", "infrared to red signal ratio"),
        (Reading("infrared to red signal ratio", "other.infrared_to_red_ratio", "1"),),
        clock=Clock.LOCAL,
        seconds=60,
    ),
    Table(
        "computed_temperature",
        ("sleep_start", "sleep_end", "nightly_temperature"),
        (Reading("nightly_temperature", "skin_temperature.sleep", "Cel", (0.0,)),),
        when="sleep_start",
        until="sleep_end",
    ),
    Table(
        "device_temperature",
        ("recorded_time", "temperature"),
        (Reading("temperature", "other.skin_temperature_relative", "Cel"),),
        when="recorded_time",
        seconds=60,
    ),
    Table(
        "stress_score",
        ("date", "stress_score", "calculation_failed"),
        (
            Reading("stress_score", "stress.score", "{score}", (0.0, -1.0)),
            Reading("sleep", "stress.score.sleep", "%"),
            Reading("responsiveness", "stress.score.responsiveness", "%"),
            Reading("exertion", "stress.score.exertion", "%"),
        ),
        when="date",
        clock=Clock.DAY,
        nothing="a day without a score",
        made_ready=_stress_shares,
    ),
    Table(
        "active_zone_minutes",
        ("date_time", "heart_zone_id", "total_minutes"),
        _ZONES,
        when="date_time",
        seconds=60,
        made_ready=_zone_minutes,
    ),
    Table(
        "daily_readiness",
        ("date", "readiness_score_value"),
        (Reading("readiness_score_value", "readiness.score", "{score}", (0.0, -1.0)),),
        when="date",
        clock=Clock.DAY,
    ),
    Table(
        "mindfulness_session",
        ("session_id", "duration", "start_date_time", "end_date_time"),
        (Reading("duration", "mindfulness", "ms"),),
        when="start_date_time",
        until="end_date_time",
        native="session_id",
        states=("activity_name", "mindfulness.session", ()),
    ),
    Table(
        "electrodermal_activity",
        ("session_id", "timestamp", "scl_avg"),
        (Reading("scl_avg", "electrodermal_activity", "uS"),),
        clock=Clock.EPOCH,
    ),
    Table(
        "snore_details",
        ("timestamp", "snore_label", "sample_duration"),
        (Reading("snored", "snoring", "s"), Reading("mean_dba", "other.bedroom_noise", "dB[SPL]")),
        seconds=30,
        made_ready=_snored,
    ),
    Table(
        "glucose",
        ("time", "value", "unit"),
        (Reading("mass", "glucose", "mg/dL"), Reading("molar", "glucose", "mmol/L")),
        when="time",
        name="glucose",
        device="data_source",
        made_ready=_glucose,
    ),
)
_SLEEP_STATS = "sleep stats - milli breaths per minute"
_GOOGLE = (
    _google("steps", "steps", "steps", "{steps}", seconds=60),
    _google("distance", "distance", "distance", "m", seconds=60),
    _google("calories", "calories", "energy.burned", "kcal", seconds=60),
    _google("floors", "floors", "floors", "{floors}", seconds=60),
    _google("altitude", "gain", "other.altitude_gain", "1", seconds=60),
    _google("active_energy_burned", "kilocalories", "energy.active", "kcal", seconds=60),
    _google_daily("daily_resting_heart_rate", Reading("beats per minute", "heart_rate.resting", "/min", (0.0,))),
    _google("resting_heart_rate", "beats per minute", "heart_rate.resting", "/min", 0.0),
    _google("heart_rate", "beats per minute", "heart_rate", "/min", 0.0),
    _google_daily(
        "daily_heart_rate_variability",
        Reading("average heart rate variability milliseconds", _RMSSD, "ms", (0.0,), device="daily"),
        Reading("non rem heart rate beats per minute", "heart_rate.sleep.nrem", "/min", (0.0,)),
        Reading("entropy", _ENTROPY, "1", (0.0,)),
        Reading(
            "deep sleep root mean square of successive differences milliseconds",
            "heart_rate_variability.rmssd.deep", "ms", (0.0,),
        ),
    ),
    Table(
        "heart_rate_variability",
        ("timestamp", "root mean square of successive differences milliseconds"),
        (
            Reading("root mean square of successive differences milliseconds", _RMSSD, "ms", (0.0,)),
            Reading("standard deviation milliseconds", "heart_rate_variability.sdnn", "ms", (0.0,)),
        ),
        seconds=300,
    ),
    _google_daily(
        "daily_respiratory_rate",
        Reading("breaths per minute", "respiratory_rate.sleep", "/min", (0.0, -1.0), device="daily"),
    ),
    Table(
        "respiratory_rate_sleep_summary",
        ("timestamp", f"full {_SLEEP_STATS}"),
        (
            Reading(f"full {_SLEEP_STATS}", "respiratory_rate.sleep", "/min", (0.0, -1.0)),
            Reading(f"deep {_SLEEP_STATS}", "other.respiratory_rate_deep", "/min", (0.0, -1.0)),
            Reading(f"light {_SLEEP_STATS}", "other.respiratory_rate_light", "/min", (0.0, -1.0)),
            Reading(f"rem {_SLEEP_STATS}", "other.respiratory_rate_rem", "/min", (0.0, -1.0)),
        ),
        made_ready=_breaths,
    ),
    _google_daily(
        "daily_oxygen_saturation",
        Reading("average percentage", "oxygen_saturation.sleep", "%", (0.0,), device="daily"),
        Reading("lower bound percentage", "other.oxygen_saturation_lower", "%", (0.0,)),
        Reading("upper bound percentage", "other.oxygen_saturation_upper", "%", (0.0,)),
    ),
    _google("oxygen_saturation", "oxygen saturation percentage", "oxygen_saturation.sleep", "%", 0.0, 50.0, seconds=60),
    _google_daily(
        "daily_sleep_temperature_derivations",
        Reading("nightly temperature celsius", "skin_temperature.sleep", "Cel", (0.0,)),
        Reading("away", "skin_temperature.deviation", "Cel{diff}"),
        made_ready=_from_usual,
    ),
    _google("core_body_temperature", "temperature celsius", "body_temperature", "Cel"),
    _google("body_temperature", "temperature celsius", "skin_temperature", "Cel", seconds=60),
    _google("weight", "weight grams", "weight", "g", 0.0),
    _google("body_fat", "body fat percentage", "body_fat", "%", 0.0),
    _google("body_fat", "fat percentage", "body_fat", "%", 0.0),
    _google("height", "height millimeters", "height", "mm", 0.0),
    _google("vo2", "demographic vo2max", "vo2_max", "mL/min/kg", 0.0),
    _google("vo2", "run vo2 max", "vo2_max", "mL/min/kg", 0.0),
    Table(
        "active_minutes",
        ("timestamp", "light", "moderate", "very"),
        (
            Reading("light", "activity.light", "min"),
            Reading("moderate", "activity.moderate", "min"),
            Reading("very", "activity.vigorous", "min"),
        ),
        seconds=60,
    ),
    Table(
        "active_zone_minutes",
        ("timestamp", "heart rate zone", "total minutes"),
        _ZONES,
        seconds=60,
        made_ready=_zone_minutes,
    ),
    Table(
        "activity_level", ("timestamp", "level"), name="activity_level", seconds=60,
        states=("level", "activity.level", _LEVELS),
    ),
    Table(
        "cardio_load",
        ("timestamp", "workout", "background", "total"),
        (Reading("total", "other.cardio_load", "1"),),
        seconds=60,
    ),
    Table(
        "daily_readiness",
        ("timestamp", "score", "readiness level"),
        (Reading("score", "readiness.score", "{score}", (0.0, -1.0)),),
        clock=Clock.DAY,
    ),
    Table(
        "user_sleep",
        ("sleep_id", "sleep_type", "minutes_asleep", "sleep_start"),
        (
            Reading("minutes_asleep", "sleep.duration", "min"),
            Reading("minutes_in_sleep_period", "sleep.in_bed", "min"),
            Reading("minutes_awake", "sleep.awake", "min"),
            Reading("minutes_to_fall_asleep", "sleep.latency", "min"),
            Reading("minutes_after_wake_up", "sleep.after_wakeup", "min"),
        ),
        when="sleep_start", until="sleep_end", offset="start_utc_offset", device="data_source", native="sleep_id",
    ),
    Table(
        "user_sleep_stage",
        ("sleep_stage_id", "sleep_stage_type", "sleep_stage_start"),
        when="sleep_stage_start", until="sleep_stage_end", offset="start_utc_offset",
        device="data_source", native="sleep_stage_id",
        states=("sleep_stage_type", "sleep.stage", _STAGES),
    ),
    Table(
        "user_exercise",
        ("exercise_id", "exercise_start", "activity_name"),
        (
            Reading("tracker_total_calories", "workout.energy", "kcal", (0.0,)),
            Reading("tracker_total_steps", "workout.steps", "{steps}", (0.0,)),
            Reading("tracker_total_distance_mm", "workout.distance", "mm", (0.0,)),
            Reading("tracker_total_altitude_mm", "workout.elevation", "mm"),
            Reading("tracker_avg_heart_rate", "workout.heart_rate", "/min", (0.0,)),
            Reading("tracker_peak_heart_rate", "workout.heart_rate_max", "/min", (0.0,)),
            Reading("tracker_cardio_load", "other.cardio_load", "1", (0.0,)),
        ),
        when="exercise_start", until="exercise_end", offset="utc_offset", native="exercise_id",
        states=("activity_name", "workout", ()),
    ),
    _left_out(
        "gps_location", "positions are not read from here", "timestamp", "latitude", "longitude", name="gps_location"
    ),
    _left_out("live_pace", "it repeats the steps and distance of an exercise", "timestamp", "distance millimeters"),
    _left_out(
        "sedentary_period", "the minutes of a day are read from their own file", "start time", "end time",
        name="sedentary_period",
    ),
    _left_out("zone_time", "the zones of a day are read from their own file", "timestamp", "heart rate zone type"),
    _left_out("daily_heart_rate_zones", "where zones begin, and nothing measured", "timestamp", "heart_rate_zone"),
)
TABLES = (*_CLASSIC, *_GOOGLE)
_ROW_BY_ROW = {"signal", "metric", "variable"}


def table(name: str, header: tuple[str, ...]) -> Table | None:
    """The family of a file of this (lower case) name with this header, or None; a table that names its signals row by
    row is nobody's export, whatever it is called."""
    columns = {column.lower() for column in header}
    if columns & _ROW_BY_ROW:
        return None
    found = (one for one in TABLES if columns.issuperset(one.needs) and one.name in name)
    return next(found, None)
