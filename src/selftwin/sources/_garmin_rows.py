"""What the records of a Garmin export become.

The account sums up by calendar date; nights and activities also say when. Distances and heights of activities are in
centimetres, durations in milliseconds, energy in kilocalories; a stress below zero and a heart rate of zero mean none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources._readings import Reading, read_off, words
from selftwin.sources.reader.stamps import from_epoch, from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_NO_STRESS = (-2.0, -1.0)
_UNSEEN = ("UNCONFIRMED", "OFF_WRIST")
_DAY = (
    Reading("totalSteps", "steps", "{steps}"),
    Reading("dailyStepGoal", "goal.steps", "{steps}", (0.0,)),
    Reading("totalDistanceMeters", "distance", "m"),
    Reading("totalKilocalories", "energy.burned", "kcal", (0.0,)),
    Reading("activeKilocalories", "energy.active", "kcal"),
    Reading("bmrKilocalories", "energy.basal", "kcal", (0.0,)),
    Reading("floorsAscendedInMeters", "elevation", "m"),
    Reading("minHeartRate", "heart_rate.min", "/min", (0.0,)),
    Reading("maxHeartRate", "heart_rate.max", "/min", (0.0,)),
    Reading("resting", "heart_rate.resting", "/min", (0.0,)),
    Reading("moderateIntensityMinutes", "activity.moderate", "min"),
    Reading("vigorousIntensityMinutes", "activity.vigorous", "min"),
    Reading("stress", "other.garmin_stress", "{score}", _NO_STRESS),
    Reading("highest", "other.garmin_body_battery_high", "{score}"),
    Reading("lowest", "other.garmin_body_battery_low", "{score}"),
    Reading("respiration.avgWakingRespirationValue", "respiratory_rate", "/min", _NO_STRESS),
)
_NIGHT = (
    Reading("asleep", "sleep.duration", "s"),
    Reading("deepSleepSeconds", "sleep.deep", "s"),
    Reading("lightSleepSeconds", "sleep.light", "s"),
    Reading("remSleepSeconds", "sleep.rem", "s"),
    Reading("awakeSleepSeconds", "sleep.awake", "s"),
    Reading("awakeCount", "sleep.awakenings", "{count}"),
    Reading("avgSleepStress", "other.garmin_sleep_stress", "{score}", _NO_STRESS),
    Reading("averageRespiration", "respiratory_rate.sleep", "/min", (0.0, *_NO_STRESS)),
    Reading("sleepScores.overallScore", "sleep.score", "{score}"),
)
_WORKOUT = (
    Reading("duration", "workout.duration", "ms"),
    Reading("distance", "workout.distance", "cm", (0.0,)),
    Reading("elevationGain", "workout.elevation", "cm"),
    Reading("avgHr", "workout.heart_rate", "/min", (0.0,)),
    Reading("maxHr", "workout.heart_rate_max", "/min", (0.0,)),
    Reading("minHr", "workout.heart_rate_min", "/min", (0.0,)),
    Reading("steps", "workout.steps", "{steps}", (0.0,)),
    Reading("vO2MaxValue", "vo2_max", "mL/(kg.min)", (0.0,)),
)
_HEALTH = {
    "HRV": Reading("value", "heart_rate_variability.rmssd", "ms", (0.0,)),
    "HR": Reading("value", "heart_rate.sleep", "/min", (0.0,)),
    "RESPIRATION": Reading("value", "respiratory_rate.sleep", "/min", (0.0,)),
}
_WEIGHT = (
    Reading("weight", "weight", "g", (0.0,)),
    Reading("bmi", "body_mass_index", "kg/m2", (0.0,)),
    Reading("bodyFat", "body_fat", "%", (0.0,)),
    Reading("bodyWater", "body_water", "%", (0.0,)),
    Reading("muscleMass", "muscle_mass", "g", (0.0,)),
    Reading("boneMass", "bone_mass", "g", (0.0,)),
)


def days(records: pl.DataFrame) -> pl.DataFrame:
    """The sums of a day; stress over the whole of it, and the highest and lowest body battery."""
    import polars as pl

    told = _dated(records, "day").with_columns(
        resting=pl.coalesce(pl.col("restingHeartRate").replace("0", None), "currentDayRestingHeartRate"),
        stress=_of("allDayStress", "type", "TOTAL", "averageStressLevel"),
        highest=_of("bodyBattery", "bodyBatteryStatType", "HIGHEST", "statsValue"),
        lowest=_of("bodyBattery", "bodyBatteryStatType", "LOWEST", "statsValue"),
    )
    return read_off(told, _DAY)


def nights(records: pl.DataFrame) -> pl.DataFrame:
    """A night from its first to its last moment, if the watch has seen it."""
    import polars as pl

    stages = [pl.col(name).cast(pl.Float64, strict=False) for name in ("deepSleepSeconds", "lightSleepSeconds")]
    rem = pl.col("remSleepSeconds").cast(pl.Float64, strict=False).fill_null(0)
    seen = records.filter(~pl.col("sleepWindowConfirmationType").fill_null("").is_in(_UNSEEN))
    begun, ended = (_utc(seen[f"sleep{end}TimestampGMT"]) for end in ("Start", "End"))
    timed = seen.with_columns(
        begun.alias("start"), ended.alias("stop"), asleep=stages[0] + stages[1] + rem,
        native="night/" + pl.col("calendarDate"), offset=pl.lit(None, pl.Int16),
        basis=pl.lit(int(Basis.INSTANT), pl.Int8), source=pl.lit("garmin"),
    )  # fmt: skip
    return read_off(timed, _NIGHT)


def activities(records: pl.DataFrame) -> pl.DataFrame:
    """An activity with its name; the local time beside the moment says where the clock stood."""
    import polars as pl

    begun, local = (from_epoch(records[name])["start"] for name in ("beginTimestamp", "startTimeLocal"))
    lasting = pl.col("duration").cast(pl.Float64, strict=False).clip(0, 1e10)
    shift = (local - begun).dt.total_minutes()
    offset = pl.when(shift.abs() <= 1440).then(shift).cast(pl.Int16)
    timed = records.with_columns(
        start=begun, stop=pl.lit(begun) + pl.duration(milliseconds=lasting), offset=offset, source=pl.lit("garmin"),
        native="activity/" + pl.col("activityId"), kind=pl.col("activityType").str.replace("_v2$", ""),
    ).with_columns(
        basis=pl.when(pl.col("offset").is_null()).then(int(Basis.INSTANT)).otherwise(int(Basis.PLACED)).cast(pl.Int8)
    )  # fmt: skip
    return pl.concat([read_off(timed, _WORKOUT), words(timed, "kind", "workout")], how="diagonal_relaxed")


def health(records: pl.DataFrame) -> pl.DataFrame:
    """What a night's health status measured: heart rate variability, heart rate, breathing."""
    import polars as pl

    told = _dated(records, "health")
    return pl.concat(
        [
            read_off(told.with_columns(value=_of("metrics", "type", kind, "value")), [reading])
            for kind, reading in _HEALTH.items()
        ]
    )


def weights(records: pl.DataFrame) -> pl.DataFrame:
    """What the scale, or its owner, wrote down at a moment; zero is what a scale says that felt no body."""
    import polars as pl

    said = pl.col("weight")
    epoch = records.select(said.str.extract(r'"timestampGMT"\s*:\s*"?([^",}]+)', 1)).to_series()
    moment = pl.coalesce(from_epoch(epoch)["start"], _utc(epoch))
    told = records.with_columns(
        *(said.str.extract(rf'"{one.field}"\s*:\s*([-\d.eE+]+)', 1).alias(one.field) for one in _WEIGHT), start=moment,
        offset=pl.lit(None, pl.Int16), basis=pl.lit(int(Basis.INSTANT), pl.Int8), source=pl.lit("garmin"),
    )  # fmt: skip
    return read_off(told.filter(pl.col("weight").is_not_null()), _WEIGHT)


def _dated(records: pl.DataFrame, kind: str) -> pl.DataFrame:
    import polars as pl

    day = records["calendarDate"].str.slice(0, 10)
    return records.hstack(from_iso(day)).with_columns(
        native=f"{kind}/" + day, source=pl.lit("garmin"), basis=pl.lit(int(Basis.DATE), pl.Int8)
    )


def _utc(stamps: pl.Series) -> pl.Series:
    """`2026-02-15T01:08:45.0`, in the time of Greenwich though it does not say so."""
    return from_iso(stamps)["start"]


def _of(field: str, key: str, name: str, wanted: str) -> pl.Expr:
    """What the object of this name in a list says: `{"type": "TOTAL", …, "averageStressLevel": 30}`."""
    import polars as pl

    within = rf'\{{[^{{}}]*"{key}"\s*:\s*"{name}"[^{{}}]*\}}'
    return pl.col(field).str.extract(f"({within})", 1).str.extract(rf'"{wanted}"\s*:\s*(-?[\d.]+)', 1)
