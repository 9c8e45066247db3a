"""What fields of FIT messages mean: which are readings of which signal, and in what unit the others are kept."""

from __future__ import annotations

import re

RECORD, SESSION, LAP, HRV, HR = 20, 18, 19, 78, 132
FILE_ID, ACTIVITY, SPORT, MONITORING_INFO = 0, 34, 12, 103
WEIGHT, PRESSURE, STRESS, RESPIRATION, OXYGEN = 30, 51, 227, 297, 269
SLEEP_ASSESSMENT, HRV_STATUS, HRV_VALUE, MAX_MET, MONITORING, SKIN = 346, 370, 371, 229, 55, 398

Meaning = tuple[str, float]  # a signal, and what the profile's unit is multiplied by to become the signal's

_DEGREES = 180 / 2**31
_POSITION: dict[str, Meaning] = {
    "position_lat": ("location.latitude", _DEGREES),
    "position_long": ("location.longitude", _DEGREES),
}
RECORDED: dict[str, Meaning] = {
    **_POSITION,
    "enhanced_altitude": ("location.altitude", 1),
    "gps_accuracy": ("location.accuracy", 1),
    "heart_rate": ("heart_rate", 1),
    "enhanced_respiration_rate": ("respiratory_rate", 1),
    "vertical_oscillation": ("running.oscillation", 0.1),
    "stance_time": ("running.ground_contact", 1),
    "step_length": ("running.stride", 0.001),
    "core_temperature": ("body_temperature", 1),
}
_WORKOUT: dict[str, Meaning] = {
    "total_timer_time": ("workout.duration", 1 / 60),
    "total_distance": ("workout.distance", 1),
    "total_calories": ("workout.energy", 1),
    "total_ascent": ("workout.elevation", 1),
    "avg_heart_rate": ("workout.heart_rate", 1),
    "max_heart_rate": ("workout.heart_rate_max", 1),
    "min_heart_rate": ("workout.heart_rate_min", 1),
    "enhanced_avg_speed": ("workout.speed", 1),
}
MEANINGS: dict[int, dict[str, Meaning]] = {
    RECORD: RECORDED,
    SESSION: _WORKOUT,
    LAP: {},
    MONITORING: {"heart_rate": ("heart_rate", 1)},
    WEIGHT: {
        "weight": ("weight", 1),
        "percent_fat": ("body_fat", 1),
        "percent_hydration": ("body_water", 1),
        "bone_mass": ("bone_mass", 1),
        "muscle_mass": ("muscle_mass", 1),
        "basal_met": ("metabolic_rate.basal", 1),
        "metabolic_age": ("metabolic_age", 1),
        "visceral_fat_rating": ("visceral_fat", 1),
        "bmi": ("body_mass_index", 1),
    },
    PRESSURE: {
        "systolic_pressure": ("blood_pressure.systolic", 1),
        "diastolic_pressure": ("blood_pressure.diastolic", 1),
        "mean_arterial_pressure": ("blood_pressure.mean", 1),
        "heart_rate": ("heart_rate", 1),
    },
    STRESS: {},
    RESPIRATION: {"respiration_rate": ("respiratory_rate", 1)},
    OXYGEN: {"reading_spo2": ("oxygen_saturation", 1)},
    SLEEP_ASSESSMENT: {"overall_sleep_score": ("sleep.score", 1)},
    HRV_STATUS: {},
    HRV_VALUE: {"value": ("heart_rate_variability.rmssd", 1)},
    MAX_MET: {"vo2_max": ("vo2_max", 1)},
    SKIN: {},
}
READ = frozenset({*MEANINGS, HRV})
SAME = {  # the wider field says the same as the older one; where both stand, the wider counts
    "speed": "enhanced_speed",
    "altitude": "enhanced_altitude",
    "respiration_rate": "enhanced_respiration_rate",
    "avg_speed": "enhanced_avg_speed",
    "max_speed": "enhanced_max_speed",
    "avg_altitude": "enhanced_avg_altitude",
    "min_altitude": "enhanced_min_altitude",
    "max_altitude": "enhanced_max_altitude",
}
SILENT = frozenset({
    "timestamp", "timestamp_16", "local_timestamp", "start_time", "stress_level_time", "message_index", "event_group",
    "device_index", "user_profile_index", "first_lap_index", "first_length_index", "sport_index", "wkt_step_index",
    "fractional_cadence", "compressed_speed_distance", "compressed_accumulated_power", "cycles", "update_time",
    "current_activity_type_intensity", "total_cycles", "fractional_timestamp",
    *(f"{corner}_{side}" for corner in ("start_position", "end_position", "nec", "swc") for side in ("lat", "long")),
})  # fmt: skip
STEPS = ("running", "walking", "hiking", "snowshoeing", "mountaineering")
_SPEEDS = {
    "running": "running.speed", "cycling": "cycling.speed", "e_biking": "cycling.speed", "rowing": "rowing.speed",
    "paddling": "paddling.speed", "kayaking": "paddling.speed", "stand_up_paddleboarding": "paddling.speed",
    "cross_country_skiing": "cross_country_skiing.speed",
}  # fmt: skip
_RIDES = ("cycling", "e_biking")
_CADENCES = dict.fromkeys(STEPS, ("running.cadence", 2.0)) | dict.fromkeys(_RIDES, ("cycling.cadence", 1.0))
_POWERS = dict.fromkeys(("running", "walking"), "running.power") | dict.fromkeys(_RIDES, "cycling.power")
_UNITS = {
    "": "1", "m": "m", "m/s": "m/s", "bpm": "/min", "rpm": "/min", "watts": "W", "%": "%", "percent": "%", "C": "Cel",
    "kcal": "kcal", "s": "s", "ms": "ms", "mS": "ms", "mm": "mm", "degrees": "deg", "g/dL": "g/dL", "Pa": "Pa",
    "J": "J", "km": "km", "min": "min", "minutes": "min", "kcal/day": "kcal/d", "Breaths/min": "/min", "kg": "kg",
    "breaths/min": "/min", "strokes/min": "/min", "mmHg": "mm[Hg]", "semicircles": "deg", "years": "a",
    "mL/kg/min": "mL/(kg.min)", "L/min": "L/min",
}  # fmt: skip
_SCALES = {"semicircles": _DEGREES}
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
_MOST_LETTERS = 60


def by_sport(name: str, sport: str) -> Meaning | None:
    """What speed, cadence and power are in a sport. A running cadence counts strides, a signal counts steps."""
    if name == "enhanced_speed":
        return _SPEEDS.get(sport, "location.speed"), 1.0
    if name == "cadence":
        return _CADENCES.get(sport)
    if name == "power" and sport in _POWERS:
        return _POWERS[sport], 1.0
    return None


def other(kind: str, name: str, unit: str) -> tuple[str, str, float]:
    """The signal of a field nobody catalogued, its unit in UCUM, and what its values are multiplied by.

    >>> other("record", "Core Temp.", "C")
    ('other.record_core_temp', 'Cel', 1.0)
    """
    known = _UNITS.get(unit)
    return f"other.{plain(f'{kind} {name}')}", known or f"{{{plain(unit) or 'unit'}}}", _SCALES.get(unit, 1.0)


def plain(name: str) -> str:
    """A name in small letters, digits and underscores."""
    return _NOT_A_NAME.sub("_", name.lower()).strip("_")[:_MOST_LETTERS].strip("_")
