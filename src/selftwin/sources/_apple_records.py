"""Elements of an Apple export as rows: one for a record, several for a workout, a day's rings or a person's traits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources._apple_columns import NEVER, NOWHERE, Ledger, Row
from selftwin.sources._apple_meaning import Origin, What, words
from selftwin.sources._apple_stamps import Stamp, stamp
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.sources._apple_elements import Element

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_POINTED = re.compile(r"^<<?HKDevice: [^>]*>,? ?")
_AMOUNT = re.compile(r"([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(\S.*)?")
_CLOCK = re.compile(r"\D*(\d{1,2})\D(\d{1,2})\D(\d{1,2})(?:\D(\d{1,6}))?(?:\D.*)?")
_QUARTER = 900_000_000  # µs in a quarter of an hour, of which every zone's offset is a multiple
_EARLY = 5_000_000  # µs by which the first beat may come before its record

BEAT = What("=heart_rate.beat", "count/min", "")
ASIDE = {
    "Correlation": "correlations are passed over: their parts are records of their own",
    "ClinicalRecord": "clinical records are passed over: they are files of their own",
    "Audiogram": "audiograms are passed over",
    "VisionPrescription": "prescriptions of glasses are passed over",
}


class Unreadable(ValueError):
    """Why a record cannot be understood."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What all rows of one record share."""

    record: int
    origin: int
    zone: int
    start: Stamp
    stop: int


@dataclass(slots=True)
class Records:
    """Rows gathered from elements, each element one record; `kinds` as Apple names them."""

    ledger: Ledger
    exported: Stamp | None = None
    rows: list[Row] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)

    def take(self, element: Element, record: int) -> bool:
        """Gather the rows of one element; False where it is passed over. Raises Unreadable."""
        before = len(self.rows)
        if (reader := _READERS.get(element.tag)) is not None:
            reader(self, element, record)
        else:
            self.notes[ASIDE.get(element.tag, f"elements called {element.tag[:40]} are unknown and passed over")] = None
        return len(self.rows) > before

    def add(self, frame: Frame, what: What, value: float | None = None) -> None:
        """One row of a record."""
        offset = NOWHERE if frame.start.offset is None else frame.start.offset
        value = float("nan") if value is None else value
        code = self.ledger.whats[what]
        start, basis = frame.start.start, frame.start.basis
        self.rows.append((frame.record, code, frame.origin, frame.zone, value, start, frame.stop, offset, basis))

    def frame(self, element: Element, record: int) -> Frame:
        """The times, the writer and the zone of an element. Raises Unreadable."""
        given = element.attributes
        started, stopped = given.get("startDate", ""), given.get("endDate", "")
        if (start := stamp(started)) is None:
            raise Unreadable("startDate is no date" if started else "it has no startDate")
        stop = stamp(stopped)
        if stopped and (stop is None or (stop.offset is None) != (start.offset is None)):
            raise Unreadable("endDate is no date")
        return Frame(record, self.origin(given), self.zone(element), start, NEVER if stop is None else stop.start)

    def origin(self, given: dict[str, str]) -> int:
        """The code of who wrote it; iOS 8 called the attribute `source`."""
        source = given.get("sourceName", given.get("source", ""))
        return self.ledger.origins[Origin(source, unpointed(given.get("device", "")))]

    def zone(self, element: Element) -> int:
        """The code of the zone the writer stored, or -1."""
        zone = metadata(element).get("HKTimeZone", "")
        return self.ledger.zones[zone] if zone else -1


def metadata(element: Element) -> dict[str, str]:
    """The entries directly inside an element, the first of each key."""
    found: dict[str, str] = {}
    for entry in element.inside:
        if entry.tag == "MetadataEntry":
            found.setdefault(entry.attributes.get("key", ""), entry.attributes.get("value", ""))
    return found


def unpointed(device: str) -> str:
    """A device's description without the pointer it begins with, which is another in every export."""
    return _POINTED.sub("", device)


def number(text: str) -> float | None:
    """A number as Apple writes it, or None."""
    return float(text) if NUMBER.fullmatch(text) else None


def _record(records: Records, element: Element, record: int) -> None:
    given = element.attributes
    if not (kind := given.get("type", "")) or kind.startswith("="):
        raise Unreadable("it has no type")
    frame = records.frame(element, record)
    written = given.get("value", "")
    value = None if kind.startswith("HKCategory") else number(written)
    records.add(frame, What(kind, given.get("unit", ""), written if value is None else ""), value)
    for beats in element.inside:
        if beats.tag == "HeartRateVariabilityMetadataList":
            _beats(records, beats, frame)


def _beats(records: Records, beats: Element, frame: Frame) -> None:
    """Beats carry a clock in the phone's own language and zone: minutes and seconds place them in their record."""
    for beat in beats.inside:
        bpm, clock = number(beat.attributes.get("bpm", "")), _CLOCK.fullmatch(beat.attributes.get("time", ""))
        if bpm is None or clock is None:
            records.notes["heart beats without a readable time or rate are left out"] = None
            continue
        within = (int(clock[2]) * 60 + int(clock[3])) * 1_000_000 + int((clock[4] or "0").ljust(6, "0"))
        after = (within - frame.start.start + _EARLY) % _QUARTER - _EARLY
        start = frame.start._replace(start=frame.start.start + after)
        here = Frame(frame.record, frame.origin, frame.zone, start, NEVER)
        records.add(here, BEAT, bpm)


# What is told of a workout: signal and unit by the statistic, or by the attribute that older exports have.
_SUMS = {
    "HKQuantityTypeIdentifierActiveEnergyBurned": "=workout.energy",
    "HKQuantityTypeIdentifierStepCount": "=workout.steps",
}
_SPREAD = {
    ("HKQuantityTypeIdentifierHeartRate", "average"): "=workout.heart_rate",
    ("HKQuantityTypeIdentifierHeartRate", "maximum"): "=workout.heart_rate_max",
    ("HKQuantityTypeIdentifierHeartRate", "minimum"): "=workout.heart_rate_min",
    ("HKQuantityTypeIdentifierRunningSpeed", "average"): "=workout.speed",
    ("HKQuantityTypeIdentifierWalkingSpeed", "average"): "=workout.speed",
    ("HKQuantityTypeIdentifierCyclingSpeed", "average"): "=workout.speed",
    ("HKQuantityTypeIdentifierRowingSpeed", "average"): "=workout.speed",
    ("HKQuantityTypeIdentifierPaddleSportsSpeed", "average"): "=workout.speed",
    ("HKQuantityTypeIdentifierCrossCountrySkiingSpeed", "average"): "=workout.speed",
}
_TOTALS = (("totalDistance", "=workout.distance", "km"), ("totalEnergyBurned", "=workout.energy", "kcal"))
_CLIMBED = "HKElevationAscended"
_DESCRIBED = ((_CLIMBED, "=workout.elevation", ""), ("HKAverageMETs", "=workout.met", "MET"))
_DISTANCE = "HKQuantityTypeIdentifierDistance"


def _workout(records: Records, element: Element, record: int) -> None:
    given = element.attributes
    frame = records.frame(element, record)
    sport = words(given.get("workoutActivityType", "").removeprefix("HKWorkoutActivityType")) or "other"
    records.add(frame, What("=workout", "", sport))
    told = {"=workout"}
    if (duration := number(given.get("duration", ""))) is not None:
        records.add(frame, What("=workout.duration", given.get("durationUnit", "min"), ""), duration)
    for part in element.inside:
        if part.tag == "WorkoutStatistics":
            told |= _statistics(records, part, frame)
        elif part.tag == "WorkoutEvent":
            _event(records, part, frame)
        elif part.tag == "WorkoutRoute":
            records.notes["routes of workouts are passed over"] = None
        elif part.tag == "WorkoutActivity":
            records.notes["the parts of workouts of several sports are passed over: the whole is kept"] = None
    for name, key, unit in _TOTALS:
        total = number(given.get(name, ""))
        if total and key not in told:  # a total of 0 says that none was counted
            records.add(frame, What(key, given.get(f"{name}Unit", unit), ""), total)
    _described(records, _climbed(element) | metadata(element), frame)


def _statistics(records: Records, part: Element, frame: Frame) -> set[str]:
    """Sums for what adds up, spreads for what is sampled; what has no signal is kept by its name."""
    given = part.attributes
    kind, unit = given.get("type", ""), given.get("unit", "")
    told = set()
    for name in ("sum", "average", "minimum", "maximum"):
        if (value := number(given.get(name, ""))) is None:
            continue
        bare = kind.removeprefix("HKQuantityTypeIdentifier")
        key = _SUMS.get(kind) if name == "sum" else _SPREAD.get((kind, name))
        if name == "sum" and kind.startswith(_DISTANCE):
            key = "=workout.distance"
        key = key or f"=other.Workout{bare}" + ("" if name == "sum" else name.title())
        records.add(frame, What(key, unit, ""), value)
        told.add(key)
    return told


def _event(records: Records, part: Element, frame: Frame) -> None:
    start, length = stamp(part.attributes.get("date", "")), number(part.attributes.get("duration", ""))
    if start is None:
        records.notes["events of workouts without a readable date are left out"] = None
        return
    seconds = {"min": 60, "s": 1, "hr": 3600}.get(part.attributes.get("durationUnit", "min"))
    known = length is not None and seconds is not None and 0 <= length < 1e6
    stop = start.start + round((length or 0) * (seconds or 0) * 1_000_000) if known else NEVER
    name = words(part.attributes.get("type", "").removeprefix("HKWorkoutEventType"))
    records.add(Frame(frame.record, frame.origin, frame.zone, start, stop), What("=workout.event", "", name))


def _climbed(workout: Element) -> dict[str, str]:
    """What was climbed in all parts of a workout, which newer systems tell of these alone."""
    parts = (metadata(part).get(_CLIMBED, "") for part in workout.inside if part.tag == "WorkoutActivity")
    amounts = [amount for part in parts if (amount := _AMOUNT.fullmatch(part)) and number(amount[1]) is not None]
    units = {amount[2] or "" for amount in amounts}
    return {_CLIMBED: f"{sum(float(amount[1]) for amount in amounts)} {units.pop()}"} if len(units) == 1 else {}


def _described(records: Records, entries: dict[str, str], frame: Frame) -> None:
    for name, key, unit in _DESCRIBED:
        amount = _AMOUNT.fullmatch(entries.get(name, ""))
        value = number(amount[1]) if amount else None
        if amount and value is not None:
            records.add(frame, What(key, unit or amount[2] or "m", ""), value)


# attribute, signal, unit (or the attribute that holds it)
_RINGS = (
    ("activeEnergyBurned", "=ring.move", "activeEnergyBurnedUnit"),
    ("activeEnergyBurnedGoal", "=goal.energy_active", "activeEnergyBurnedUnit"),
    ("appleMoveTime", "=ring.move_time", "min"),
    ("appleMoveTimeGoal", "=goal.move_time", "min"),
    ("appleMoveMinutes", "=ring.move_time", "min"),
    ("appleMoveMinutesGoal", "=goal.move_time", "min"),
    ("appleExerciseTime", "=ring.exercise", "min"),
    ("appleExerciseTimeGoal", "=goal.exercise", "min"),
    ("appleStandHours", "=ring.stand_hours", "count"),
    ("appleStandHoursGoal", "=goal.stand_hours", "count"),
)


def _rings(records: Records, element: Element, record: int) -> None:
    given = element.attributes
    day = stamp(given.get("dateComponents", ""))
    if day is None or day.basis is not Basis.DATE:
        raise Unreadable("dateComponents is no date")
    frame = Frame(record, records.ledger.origins[Origin("activity rings", "")], -1, day, NEVER)
    for name, key, unit in _RINGS:
        if (value := number(given.get(name, ""))) is not None:
            records.add(frame, What(key, given.get(unit, "kcal") if unit.startswith("active") else unit, ""), value)


_PERSON = "HKCharacteristicTypeIdentifier"
_TRAITS = {
    "BiologicalSex": "=sex",
    "BloodType": "=blood_type",
    "FitzpatrickSkinType": "=skin_type",
    "WheelchairUse": "=wheelchair_use",
}


def _person(records: Records, element: Element, record: int) -> None:
    """What does not change is dated by birth, so that every export says the same; else by the export."""
    given = {name.removeprefix(_PERSON): value for name, value in element.attributes.items()}
    born = stamp(given.get("DateOfBirth", ""))
    if (since := born or records.exported) is None:
        return
    frame = Frame(record, records.ledger.origins[Origin("profile", "")], -1, since, NEVER)
    if born is not None:
        records.add(frame, What("=birth.date", "", given["DateOfBirth"]))
    for name, key in _TRAITS.items():
        if (word := words(given.get(name, "").removeprefix(f"HK{name}"))) not in {"", "not_set"}:
            records.add(frame, What(key, "", word))


_READERS: dict[str, Callable[[Records, Element, int], None]] = {
    "Record": _record,
    "Workout": _workout,
    "ActivitySummary": _rings,
    "Me": _person,
}
