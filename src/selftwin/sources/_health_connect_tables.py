"""The tables of Health Connect's database, as Android's own sources name them, and what their columns hold.

Masses are in grams, volumes in litres, energy in (small) calories, a basal rate in watts, offsets in seconds, moments
in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._readings import Reading

if TYPE_CHECKING:
    from selftwin.sources._sqlite import Database


@dataclass(frozen=True, slots=True)
class Table:
    """A table of records: instants (`time`), intervals (`start_time`, `end_time`), or a series of values under them."""

    name: str
    kind: str
    columns: dict[str, str]  # ours: theirs
    readings: tuple[Reading, ...]
    interval: bool = False
    series: str = ""
    moments: tuple[str, str] = ("epoch_millis", "epoch_millis")

    @property
    def own(self) -> tuple[str, ...]:
        """The columns of the record itself that are needed."""
        times = ("start_time", "start_zone_offset", "end_time") if self.interval else ("time", "zone_offset")
        return times if self.series else (*times, *self.columns.values())

    def series_in(self, database: Database) -> bool:
        """Whether the values under the records are there, where the table has such."""
        wanted = ("parent_key", *self.moments, *self.columns.values())
        return not self.series or database.has(self.series, *wanted)

    def cells(self) -> dict[str, str]:
        """Expressions over the record `r`, its app `a` and its series `s`."""
        begun, ended = ("r.start_time", "r.end_time") if self.interval else ("r.time", "NULL")
        moment = "NULL"
        if self.series:
            begun, ended = (f"s.{name}" for name in self.moments)
            moment, ended = begun, "NULL" if self.moments[0] == self.moments[1] else ended
        zone = "r.start_zone_offset" if self.interval else "r.zone_offset"
        told = {"uuid": "hex(r.uuid)", "moment": moment, "begun": begun, "ended": ended, "zone": zone}
        told |= {"app": "a.package_name"}
        return told | {ours: f"{'s' if self.series else 'r'}.{theirs}" for ours, theirs in self.columns.items()}


def _instant(name: str, column: str, signal: str, unit: str) -> Table:
    return Table(f"{name}_record_table", name.replace("_", " "), {"value": column}, (Reading("value", signal, unit),))


def _interval(name: str, column: str, signal: str, unit: str) -> Table:
    reading = Reading("value", signal, unit)
    return Table(f"{name}_record_table", name.replace("_", " "), {"value": column}, (reading,), interval=True)


def _series(name: str, series: str, column: str, reading: Reading) -> Table:
    kind = series.removesuffix("_table").removesuffix("_series").removesuffix("_record").replace("_", " ")
    return Table(name, kind, {"value": column}, (reading,), interval=True, series=series)


_BPM = "beats_per_minute"
TABLES = (
    _interval("steps", "count", "steps", "{steps}"),
    _interval("distance", "distance", "distance", "m"),
    _interval("floors_climbed", "floors", "floors", "{floors}"),
    _interval("elevation_gained", "elevation", "elevation", "m"),
    _interval("hydration", "volume", "water", "L"),
    _interval("active_calories_burned", "energy", "energy.active", "cal"),
    _interval("total_calories_burned", "energy", "energy.burned", "cal"),
    _series("heart_rate_record_table", "heart_rate_record_series_table", _BPM, Reading("value", "heart_rate", "/min")),
    _series("SpeedRecordTable", "speed_record_table", "speed", Reading("value", "location.speed", "m/s")),
    _instant("resting_heart_rate", _BPM, "heart_rate.resting", "/min"),
    _instant("heart_rate_variability_rmssd", "heart_rate_variability_millis", "heart_rate_variability.rmssd", "ms"),
    _instant("oxygen_saturation", "percentage", "oxygen_saturation", "%"),
    _instant("respiratory_rate", "rate", "respiratory_rate", "/min"),
    _instant("body_temperature", "temperature", "body_temperature", "Cel"),
    Table(
        "blood_glucose_record_table",
        "blood glucose",
        {"value": "level", "specimen": "specimen_source"},
        (Reading("pricked", "glucose.fingerstick", "mmol/L"), Reading("other", "glucose", "mmol/L")),
    ),
    Table(
        "blood_pressure_record_table",
        "blood pressure",
        {"systolic": "systolic", "diastolic": "diastolic"},
        (
            Reading("systolic", "blood_pressure.systolic", "mm[Hg]"),
            Reading("diastolic", "blood_pressure.diastolic", "mm[Hg]"),
        ),
    ),
    _instant("vo2_max", "vo2_milliliters_per_minute_kilogram", "vo2_max", "mL/(kg.min)"),
    _instant("weight", "weight", "weight", "g"),
    _instant("height", "height", "height", "m"),
    _instant("body_fat", "percentage", "body_fat", "%"),
    _instant("lean_body_mass", "mass", "lean_mass", "g"),
    _instant("bone_mass", "mass", "bone_mass", "g"),
    _instant("body_water_mass", "body_water_mass", "body_water_mass", "g"),
    Table(
        "menstruation_flow_record_table",
        "menstruation flow",
        {"value": "flow"},
        (Reading("value", "cycle.flow", "{flow}", (0.0,)),),
    ),
    _instant("basal_metabolic_rate", "basal_metabolic_rate", "metabolic_rate.basal", "W"),
    Table(
        "sleep_session_record_table", "sleep session", {}, (Reading("minutes", "sleep.in_bed", "min"),), interval=True
    ),
    Table(
        "sleep_session_record_table",
        "sleep stage",
        {"stage": "stage_type"},
        (),
        interval=True,
        series="sleep_stages_table",
        moments=("stage_start_time", "stage_end_time"),
    ),
    Table(
        "exercise_session_record_table",
        "exercise session",
        {"exercise": "exercise_type"},
        (Reading("minutes", "workout.duration", "min"),),
        interval=True,
    ),
)

CAPILLARY = "2"  # the specimen of a finger-stick; a sensor's is interstitial fluid (1)
STAGES = {"0": "", "1": "awake", "2": "asleep", "3": "awake", "4": "light", "5": "deep", "6": "rem", "7": "awake"}

_KINDS = """unknown badminton baseball basketball biking biking_stationary boot_camp boxing calisthenics cricket dancing
exercise_class fencing football_american football_australian frisbee_disc golf guided_breathing gymnastics handball
high_intensity_interval_training hiking ice_hockey ice_skating martial_arts paddling paragliding pilates racquetball
rock_climbing roller_hockey rowing rugby running running_treadmill sailing scuba_diving skating skiing snowboarding
snowshoeing soccer softball squash stair_climbing strength_training stretching surfing swimming_open_water swimming_pool
table_tennis tennis volleyball walking water_polo weightlifting wheelchair yoga other_workout stair_climbing_machine
elliptical rowing_machine"""
EXERCISES = {str(number): name for number, name in enumerate(_KINDS.split())}
