# ruff: noqa: E501 - lines are as long as the ones Apple writes
"""A made-up Apple Health export of any size with the mix of a real one: ten years of a watch and a phone, by kind.

The shares follow a census of a real export of 3.1 GB: a third of the records is moving energy, a sixth heart rate, a
third of all records carries metadata, 0.3 % are HRV readings with their beats. Values are drawn, not measured.
"""

from __future__ import annotations

import random
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT ExportDate EMPTY>
<!ATTLIST ExportDate
  value CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
]>
<HealthData locale="en_NL">
 <ExportDate value="2026-01-15 10:30:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1985-03-14" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet" HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>
"""
Q, C, V = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier", "HKCategoryValue"
DAYS = 3650
_FIRST = datetime(2016, 1, 10, tzinfo=UTC)
_WATCH = "name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,{}, software:{}.{}"
_PHONE = "name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone{},2, software:{}.{}"
_POINTER = "&lt;&lt;HKDevice: 0x{:09x}&gt;, "


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record: its share of all, unit, seconds it lasts, who writes it, and how its value is drawn."""

    kind: str
    share: float
    unit: str
    lasts: int
    by: str
    low: float
    high: float
    form: str = "{:g}"
    inside: str = ""


MOTION = '\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="{}"/>\n '
PRESSURE = '\n  <MetadataEntry key="HKMetadataKeyBarometricPressure" value="10{}.25 mmHg"/>\n '
ENTERED = '\n  <MetadataEntry key="HKWasUserEntered" value="{}"/>\n '
STREAMS = (
    Stream(f"{Q}HeartRate", 0.160, "count/min", 0, "watch", 45, 170, "{:.0f}", MOTION),
    Stream(f"{Q}StepCount", 0.090, "count", 300, "both", 1, 600, "{:.0f}"),
    Stream(f"{Q}DistanceWalkingRunning", 0.090, "km", 300, "both", 0.001, 0.5, "{:.6g}"),
    Stream(f"{Q}ActiveEnergyBurned", 0.320, "Cal", 61, "watch", 0.02, 9, "{:.6g}"),
    Stream(f"{Q}BasalEnergyBurned", 0.150, "Cal", 61, "watch", 0.5, 2, "{:.6g}"),
    Stream(f"{Q}PhysicalEffort", 0.055, "kcal/hr·kg", 240, "watch", 1, 9, "{:.2g}"),
    Stream(f"{Q}AppleExerciseTime", 0.012, "min", 60, "watch", 1, 1, "{:.0f}"),
    Stream(f"{Q}AppleStandTime", 0.020, "min", 300, "watch", 1, 5, "{:.0f}"),
    Stream(f"{Q}FlightsClimbed", 0.006, "count", 40, "phone", 1, 4, "{:.0f}"),
    Stream(f"{Q}EnvironmentalAudioExposure", 0.020, "dBASPL", 1800, "watch", 35, 90, "{:.6g}"),
    Stream(f"{Q}WalkingSpeed", 0.010, "km/hr", 15, "phone", 2.5, 6.5, "{:.4g}"),
    Stream(f"{Q}WalkingStepLength", 0.010, "cm", 15, "phone", 50, 85, "{:.0f}"),
    Stream(f"{Q}WalkingDoubleSupportPercentage", 0.008, "%", 15, "phone", 0.25, 0.35, "{:.3f}"),
    Stream(f"{Q}OxygenSaturation", 0.006, "%", 0, "watch", 0.92, 1, "{:.2f}", PRESSURE),
    Stream(f"{Q}RespiratoryRate", 0.010, "count/min", 0, "watch", 11, 19, "{:.1f}"),
    Stream(f"{Q}RestingHeartRate", 0.0005, "count/min", 80000, "watch", 48, 64, "{:.0f}"),
    Stream(f"{Q}BodyMass", 0.0003, "kg", 0, "scale", 61, 66, "{:.1f}", ENTERED),
)
SLEEP = ("AsleepCore", "AsleepDeep", "AsleepREM", "AsleepCore", "Awake", "InBed")


def records_for(size: int) -> int:
    """About how many records an export of this many bytes holds."""
    return max(500, size // 417)


def _zone(day: datetime) -> tuple[str, int]:
    ahead = day.utcoffset() or timedelta()
    return f"{day:%z}", int(ahead.total_seconds())


@dataclass(slots=True)
class Life:
    """Draws stamps and devices; the zone is Amsterdam's, as the phone prints it."""

    dice: random.Random
    dates: list[str] = field(init=False)
    zones: list[tuple[str, int]] = field(init=False)
    clocks: list[str] = field(init=False)
    pointers: list[str] = field(init=False)

    def __post_init__(self) -> None:
        zone, days = ZoneInfo("Europe/Amsterdam"), [_FIRST + timedelta(days=day) for day in range(DAYS + 2)]
        self.dates = [f"{day:%Y-%m-%d}" for day in days]
        self.zones = [_zone(day.astimezone(zone)) for day in days]
        self.clocks = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86400)]
        self.pointers = [_POINTER.format(self.dice.getrandbits(33)) for _ in range(48)]

    def stamp(self, second: int) -> str:
        """A second (UTC) since the beginning, as Apple writes it."""
        zone, ahead = self.zones[second // 86400]
        day, clock = divmod(second + ahead, 86400)
        return f"{self.dates[day]} {self.clocks[clock]} {zone}"

    def writer(self, by: str, second: int) -> str:
        """The attributes that tell who wrote a record then."""
        if by == "both":
            by = "watch" if self.dice.random() < 0.6 else "phone"
        year = second // 86400 // 365
        pointer = self.pointers[self.dice.randrange(48)]
        if by == "watch":
            device = _WATCH.format(1 + year // 3, 3 + year, year % 4)
            return f'sourceName="Mia\u2019s Apple\u00a0Watch" sourceVersion="{3 + year}.{year % 4}" device="{pointer}{device}&gt;"'
        if by == "scale":
            return 'sourceName="Scales &amp; More" sourceVersion="2.10.1"'
        device = _PHONE.format(9 + year // 2, 10 + year, year % 5)
        return f'sourceName="Mia\u2019s iPhone" sourceVersion="{10 + year}.{year % 5}" device="{pointer}{device}&gt;"'


def elements(count: int, seed: int = 7) -> Iterator[str]:
    """The elements of an export of about so many records, in Apple's order: kind by kind, each by date."""
    life = Life(random.Random(seed))
    for stream in STREAMS:
        yield from _stream(life, stream, int(count * stream.share))
    yield from _sleep(life, int(count * 0.018))
    yield from _hours(life, int(count * 0.007))
    yield from _beats(life, max(1, int(count * 0.0027)))
    yield from _workouts(life, max(1, int(count * 0.0004)))
    for day in range(min(DAYS, max(1, count // 700))):
        yield (
            f' <ActivitySummary dateComponents="{life.dates[day]}" activeEnergyBurned="{life.dice.uniform(200, 900):.6g}"'
            ' activeEnergyBurnedGoal="500" activeEnergyBurnedUnit="Cal" appleMoveTime="0" appleMoveTimeGoal="0"'
            f' appleExerciseTime="{life.dice.randrange(90)}" appleExerciseTimeGoal="30"'
            f' appleStandHours="{life.dice.randrange(6, 16)}" appleStandHoursGoal="12"/>\n'
        )


def _stream(life: Life, stream: Stream, count: int) -> Iterator[str]:
    dice, step = life.dice, max(1.0, DAYS * 86400 / max(count, 1))
    for number in range(count):
        second = int(step * number + dice.random() * step * 0.9)
        value = stream.form.format(dice.uniform(stream.low, stream.high))
        start, end, made = life.stamp(second), life.stamp(second + stream.lasts), life.stamp(second + stream.lasts + 9)
        inside = stream.inside.format(number % 3) if stream.inside else ""
        closing = f">{inside}</Record>" if inside else "/>"
        yield (
            f' <Record type="{stream.kind}" {life.writer(stream.by, second)} unit="{stream.unit}" creationDate="{made}"'
            f' startDate="{start}" endDate="{end}" value="{value}"{closing}\n'
        )


def _sleep(life: Life, count: int) -> Iterator[str]:
    second = 0
    for number in range(count):
        lasts = life.dice.randrange(240, 4000)
        second = (number * DAYS // max(count, 1)) * 86400 + (number % 8) * 4000
        yield (
            f' <Record type="{C}SleepAnalysis" {life.writer("watch", second)} creationDate="{life.stamp(second + lasts)}"'
            f' startDate="{life.stamp(second)}" endDate="{life.stamp(second + min(lasts, 3999))}"'
            f' value="{V}SleepAnalysis{SLEEP[number % len(SLEEP)]}">\n'
            '  <MetadataEntry key="HKTimeZone" value="Europe/Amsterdam"/>\n </Record>\n'
        )


def _hours(life: Life, count: int) -> Iterator[str]:
    for number in range(count):
        second = (DAYS * 24 * number // max(count, 1)) * 3600
        word = "Stood" if life.dice.random() < 0.6 else "Idle"
        yield (
            f' <Record type="{C}AppleStandHour" {life.writer("watch", second)} creationDate="{life.stamp(second + 3600)}"'
            f' startDate="{life.stamp(second)}" endDate="{life.stamp(second + 3600)}" value="{V}AppleStandHour{word}"/>\n'
        )


def _beats(life: Life, count: int) -> Iterator[str]:
    for number in range(count):
        second = DAYS * 86400 * number // count
        clock = float(second % 43200)
        listed = []
        for _ in range(46):
            clock += life.dice.uniform(0.8, 1.3)
            hour, minute = int(clock // 3600) % 12, int(clock // 60) % 60
            time = f"{hour or 12}:{minute:02d}:{clock % 60:05.2f}\u202fAM"
            listed.append(f'    <InstantaneousBeatsPerMinute bpm="{life.dice.randrange(48, 90)}" time="{time}"/>\n')
        yield (
            f' <Record type="{Q}HeartRateVariabilitySDNN" {life.writer("watch", second)} unit="ms"'
            f' creationDate="{life.stamp(second + 65)}" startDate="{life.stamp(second)}"'
            f' endDate="{life.stamp(second + 65)}" value="{life.dice.uniform(15, 90):.6g}">\n'
            f"  <HeartRateVariabilityMetadataList>\n{''.join(listed)}  </HeartRateVariabilityMetadataList>\n </Record>\n"
        )


def _workouts(life: Life, count: int) -> Iterator[str]:
    for number in range(count):
        second = DAYS * 86400 * number // count
        times = f'startDate="{life.stamp(second)}" endDate="{life.stamp(second + 1800)}"'
        yield (
            f' <Workout workoutActivityType="HKWorkoutActivityType{("Walking", "Running", "Cycling")[number % 3]}"'
            f' duration="{life.dice.uniform(20, 30)}" durationUnit="min" {life.writer("watch", second)}'
            f' creationDate="{life.stamp(second + 1801)}" {times}>\n'
            '  <MetadataEntry key="HKIndoorWorkout" value="0"/>\n'
            '  <MetadataEntry key="HKTimeZone" value="Europe/Amsterdam"/>\n'
            '  <MetadataEntry key="HKAverageMETs" value="4.52156 kcal/hr·kg"/>\n'
            f'  <WorkoutEvent type="HKWorkoutEventTypePause" date="{life.stamp(second + 600)}"/>\n'
            f'  <WorkoutStatistics type="{Q}DistanceWalkingRunning" {times} sum="{life.dice.uniform(1, 7):.6g}" unit="km"/>\n'
            f'  <WorkoutStatistics type="{Q}ActiveEnergyBurned" {times} sum="{life.dice.uniform(90, 400):.6g}" unit="Cal"/>\n'
            f'  <WorkoutStatistics type="{Q}HeartRate" {times} average="131.2" minimum="88" maximum="171" unit="count/min"/>\n'
            f'  <WorkoutRoute {life.writer("watch", second)} creationDate="{life.stamp(second + 1801)}" {times}>\n'
            f'   <FileReference path="/workout-routes/route_{life.dates[second // 86400]}.gpx"/>\n  </WorkoutRoute>\n'
            " </Workout>\n"
        )


def write(path: Path, size: int) -> int:
    """Write the export as a zip like Apple's; its unpacked size in bytes."""
    written, held = 0, [HEAD]
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
        archive.open("apple_health_export/export.xml", "w", force_zip64=True) as out,
    ):
        for element in elements(records_for(size)):
            held.append(element)
            if len(held) > 4096:
                written += out.write("".join(held).encode())
                held.clear()
        return written + out.write(("".join(held) + "</HealthData>\n").encode())
