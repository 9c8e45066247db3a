"""The document type Apple's exports open with (HealthKit Export Version 14), for the elements that are written here."""

from __future__ import annotations

_WHO = "sourceName sourceVersion? device? creationDate? startDate endDate"
_TRAINED = (
    "workoutActivityType duration? durationUnit? totalDistance? totalDistanceUnit? totalEnergyBurned? "
    "totalEnergyBurnedUnit?"
)
_RINGS = (
    "dateComponents? activeEnergyBurned? activeEnergyBurnedGoal? activeEnergyBurnedUnit? appleMoveTime? "
    "appleMoveTimeGoal? appleExerciseTime? appleExerciseTimeGoal? appleStandHours? appleStandHoursGoal?"
)
_NONE = "EMPTY"
# element, what it may hold, its attributes; those with a question mark may be missing
_ELEMENTS = (
    ("HealthData", "(ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)", "locale"),
    ("ExportDate", _NONE, "value"),
    ("Me", _NONE, " ".join(
        f"HKCharacteristicTypeIdentifier{name}"
        for name in ("DateOfBirth", "BiologicalSex", "BloodType", "FitzpatrickSkinType", "CardioFitnessMedicationsUse")
    )),
    ("Record", "((MetadataEntry|HeartRateVariabilityMetadataList)*)", f"type unit? value? {_WHO}"),
    ("Correlation", "((MetadataEntry|Record)*)", f"type {_WHO}"),
    ("Workout", "((MetadataEntry|WorkoutEvent|WorkoutRoute|WorkoutStatistics)*)", f"{_TRAINED} {_WHO}"),
    ("WorkoutActivity", "((MetadataEntry)*)", "uuid startDate endDate? duration? durationUnit?"),
    ("WorkoutEvent", "((MetadataEntry)*)", "type date duration? durationUnit?"),
    ("WorkoutStatistics", _NONE, "type startDate endDate average? minimum? maximum? sum? unit?"),
    ("WorkoutRoute", "((MetadataEntry|FileReference)*)", _WHO),
    ("FileReference", _NONE, "path"),
    ("ActivitySummary", _NONE, _RINGS),
    ("MetadataEntry", _NONE, "key value"),
    ("HeartRateVariabilityMetadataList", "(InstantaneousBeatsPerMinute*)", ""),
    ("InstantaneousBeatsPerMinute", _NONE, "bpm time"),
    ("ClinicalRecord", _NONE, "type identifier sourceName sourceURL fhirVersion receivedDate resourceFilePath"),
)  # fmt: skip


def dtd() -> str:
    """The declarations, as they stand between the brackets of the DOCTYPE."""
    lines = ["<!-- HealthKit Export Version: 14 -->"]
    for name, holds, attributes in _ELEMENTS:
        lines.append(f"<!ELEMENT {name} {holds}>")
        if attributes:
            lines += [f"<!ATTLIST {name}", *(_attribute(one) for one in attributes.split()), ">"]
    return "\n".join(lines) + "\n"


def _attribute(name: str) -> str:
    needed = "#IMPLIED" if name.endswith("?") else "#REQUIRED"
    return f"  {name.removesuffix('?'):<22} CDATA {needed}"
