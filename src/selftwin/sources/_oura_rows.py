"""What Oura's records become: fields of both generations under one name each, and a night's series of five minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.sources._readings import Reading, read_off
from selftwin.sources.reader.stamps import from_iso
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    import polars as pl

_BOTH = {  # ours: the second generation's name, the first's
    "asleep": ("total_sleep_duration", "total"), "bed": ("time_in_bed", "duration"),
    "deep_s": ("deep_sleep_duration", "deep"), "light_s": ("light_sleep_duration", "light"),
    "rem_s": ("rem_sleep_duration", "rem"), "awake_s": ("awake_time", "awake"), "onset": ("latency", "onset_latency"),
    "hrv_ms": ("average_hrv", "rmssd"), "breath": ("average_breath", "breath_average"),
    "beat": ("average_heart_rate", "hr_average"), "lowest": ("lowest_heart_rate", "hr_lowest"),
    "warmth": ("temperature_deviation", "temperature_delta"), "date": ("day", "summary_date"),
    "active": ("active_calories", "cal_active"), "burned": ("total_calories", "cal_total"),
    "metres": ("equivalent_walking_distance", "daily_movement"), "phases": ("sleep_phase_5_min", "hypnogram_5min"),
    "beats": ("heart_rate", "hr_5min"), "hrvs": ("hrv", "rmssd_5min"),
}  # fmt: skip
FIELDS = (
    "bedtime_start", "bedtime_end", "type", "is_longest", "efficiency", "score", "contributors", "score_recovery_index",
    "steps", "sedentary_time", "low_activity_time", "medium_activity_time", "high_activity_time", "timestamp", "bpm",
    "spo2_percentage", "vo2_max",
    *(name for pair in _BOTH.values() for name in pair),
)  # fmt: skip
_NIGHT = (
    Reading("asleep", "sleep.duration", "s"),
    Reading("bed", "sleep.in_bed", "s"),
    Reading("deep_s", "sleep.deep", "s"),
    Reading("light_s", "sleep.light", "s"),
    Reading("rem_s", "sleep.rem", "s"),
    Reading("awake_s", "sleep.awake", "s"),
    Reading("onset", "sleep.latency", "s"),
    Reading("efficiency", "sleep.efficiency", "%"),
    Reading("hrv_ms", "heart_rate_variability.rmssd", "ms", (0.0,)),
    Reading("breath", "respiratory_rate.sleep", "/min", (0.0,)),
    Reading("beat", "heart_rate.sleep", "/min", (0.0,)),
    Reading("lowest", "heart_rate.resting", "/min", (0.0,)),
    Reading("warmth", "skin_temperature.deviation", "Cel{diff}"),
)
_NAP = (Reading("asleep", "sleep.nap", "s"),)
_SLEPT = (Reading("score", "sleep.score", "{score}", (0.0,)),)
_READY = (
    Reading("score", "readiness.score", "{score}", (0.0,)),
    Reading("warmth", "skin_temperature.deviation", "Cel{diff}"),
)
_DAY = (
    Reading("steps", "steps", "{steps}"),
    Reading("metres", "distance", "m"),
    Reading("active", "energy.active", "kcal"),
    Reading("burned", "energy.burned", "kcal", (0.0,)),
    Reading("sedentary_time", "activity.sedentary", "s"),
    Reading("low_activity_time", "activity.light", "s"),
    Reading("medium_activity_time", "activity.moderate", "s"),
    Reading("high_activity_time", "activity.vigorous", "s"),
    Reading("score", "other.oura_activity_score", "{score}", (0.0,)),
)
_OXYGEN = (Reading("oxygen", "oxygen_saturation.sleep", "%", (0.0,)),)
_FITNESS = (Reading("vo2_max", "vo2_max", "mL/(kg.min)", (0.0,)),)
_PULSE = (Reading("bpm", "heart_rate", "/min", (0.0,)),)
_BEAT = (Reading("item", "heart_rate", "/min", (0.0,)),)
_VARIED = (Reading("item", "heart_rate_variability.rmssd", "ms", (0.0,)),)
_STAGES = {"1": "deep", "2": "light", "3": "rem", "4": "awake"}
_SECONDS = 300


def rows_of(records: pl.DataFrame) -> pl.DataFrame:
    """The observations of nights, of their scores, of readiness and of days."""
    import polars as pl

    told = records.with_columns(pl.coalesce(pair).alias(ours) for ours, pair in _BOTH.items())
    average = pl.col("spo2_percentage").str.extract(r'"average"\s*:\s*([-\d.]+)', 1)
    told = told.with_columns(date=_waking(), oxygen=average)
    no_sleep = pl.col("type").fill_null("").is_in(["deleted", "rest"])
    slept = told.filter(pl.col("bedtime_start").is_not_null() & ~no_sleep)
    nap = pl.col("type").is_in(["sleep", "late_nap"]).fill_null(False) | (pl.col("is_longest") == "0").fill_null(False)
    timed = _nights(slept)
    night = timed.filter(~nap)
    about = pl.col("contributors").fill_null("")
    ready = pl.col("score_recovery_index").is_not_null() | about.str.contains('"recovery_index"')
    scored = told.filter(pl.col("bedtime_start").is_null() & about.str.contains('"deep_sleep"'))
    return pl.concat(
        [
            read_off(night, _NIGHT), read_off(night, _SLEPT), read_off(timed.filter(nap), _NAP), _phases(night),
            read_off(_items(timed, "beats"), _BEAT), read_off(_items(timed, "hrvs"), _VARIED),
            read_off(_dated(scored, "sleep"), _SLEPT), read_off(_dated(told.filter(ready), "readiness"), _READY),
            read_off(_dated(told.filter(pl.col("steps").is_not_null()), "activity"), _DAY),
            read_off(_dated(told.filter(pl.col("oxygen").is_not_null()), "oxygen"), _OXYGEN),
            read_off(_dated(told.filter(pl.col("vo2_max").is_not_null()), "fitness"), _FITNESS),
            read_off(_beats(told), _PULSE),
        ],
        how="diagonal_relaxed",
    )  # fmt: skip


def _nights(slept: pl.DataFrame) -> pl.DataFrame:
    """With the span of a night and the second it began, which both generations tell, as its identity."""
    import polars as pl

    begun, ended = (from_iso(slept[f"bedtime_{end}"], zoned=Basis.PLACED) for end in ("start", "end"))
    timed = slept.hstack(begun).with_columns(ended["start"].alias("stop"), source=pl.lit("oura"))
    return timed.with_columns(native=pl.lit("night/") + pl.col("start").dt.epoch("s").cast(pl.String))


def _beats(told: pl.DataFrame) -> pl.DataFrame:
    """The heart rate of day and night, each at its moment."""
    import polars as pl

    beats = told.filter(pl.col("bpm").is_not_null())
    return beats.hstack(from_iso(beats["timestamp"])).with_columns(source=pl.lit("oura"))


def _waking() -> pl.Expr:
    """The date of a record; the first generation's readiness bears the day before the one whose night it weighs."""
    import polars as pl

    later = pl.col("date").str.slice(0, 10).str.to_date(strict=False).dt.offset_by("1d").cast(pl.String)
    return pl.when(pl.col("score_recovery_index").is_null()).then("date").otherwise(pl.coalesce(later, "date"))


def _dated(records: pl.DataFrame, kind: str) -> pl.DataFrame:
    import polars as pl

    stamps = from_iso(records["date"].str.slice(0, 10))
    return records.hstack(stamps).with_columns(native=f"{kind}/" + pl.col("date"), source=pl.lit("oura"))


def _phases(night: pl.DataFrame) -> pl.DataFrame:
    """The stages of a night, five minutes each: a letter of its hypnogram."""
    import polars as pl

    each = _placed(night.with_columns(item=pl.col("phases").str.extract_all("[1-4]")))
    ends = pl.col("start") + pl.duration(seconds=_SECONDS)
    return each.drop_nulls("item").select(
        "record", "native", "source", "start", "offset", "basis", stop=ends, signal=pl.lit("sleep.stage"),
        text=pl.col("item").replace(_STAGES), value=pl.lit(None, pl.Float64),
    )  # fmt: skip


def _items(nights: pl.DataFrame, field: str) -> pl.DataFrame:
    """The values of a series since the night began: a plain list, or the items of an object."""
    import polars as pl

    plain = pl.col(field).str.extract(r"\[([^\[\]]*)\]", 1)
    each = _placed(nights.with_columns(item=plain.str.split(",").list.eval(pl.element().str.strip_chars())))
    measured = each.filter(~pl.col("item").str.starts_with("-"))  # a byte that ran over
    return measured.with_columns(stop=pl.lit(None, pl.Datetime("us")))


def _placed(nights: pl.DataFrame) -> pl.DataFrame:
    """A row for each item of the list in `item`, five minutes after the one before it."""
    import polars as pl

    some = nights.filter(pl.col("item").list.len() > 0)
    numbered = some.with_columns(_at=pl.int_ranges(pl.col("item").list.len())).explode("item", "_at")
    return numbered.with_columns(
        start=pl.col("start") + pl.duration(seconds=pl.col("_at") * _SECONDS),
        native=pl.col("native") + "/" + pl.col("_at").cast(pl.String),
    )
