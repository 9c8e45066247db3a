"""Apple Health: a small export in every shape real ones have, read as written, and spoilt in every way they are."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from selftwin.sources import apple_health
from selftwin.sources.apple_health import SOURCE
from selftwin.sources.reader.members import Member
from selftwin.sources.reader.process import Finished, Reading, Unrecognised
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.vocabulary.account import Records
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

if TYPE_CHECKING:
    from pathlib import Path

DTD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!-- Note: Any Records that appear as children of a correlation also appear as top-level records in this document. -->
]>
<HealthData locale="en_NL">
 <ExportDate value="2026-03-01 12:00:00 +0100"/>
"""
WATCH = (
    "&lt;&lt;HKDevice: 0x28{:07x}&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,1,"
    " software:{}&gt;"
)
Q, C, V = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier", "HKCategoryValue"


def record(kind: str, value: str | None = None, unit: str | None = None, inside: str = "", **more: str) -> str:
    given = {"type": kind, "sourceName": "Phone", "unit": unit, "startDate": "2026-02-01 08:00:00 +0100"}
    given |= {"endDate": "2026-02-01 08:10:00 +0100", "value": value} | more
    written = " ".join(f'{name}="{text}"' for name, text in given.items() if text is not None)
    return f" <Record {written}>{inside}</Record>\n" if inside else f" <Record {written}/>\n"


def export(*records: str, head: str = DTD) -> bytes:
    return (head + "".join(records) + "</HealthData>\n").encode()


def specimen() -> dict[str, bytes]:
    """A record of a quantity, of a category, and a night of a watch."""
    asleep = record(f"{C}SleepAnalysis", f"{V}SleepAnalysisAsleepCore", device=WATCH.format(1, "10.1"))
    counted = record(f"{Q}StepCount", "120", "count"), record(f"{Q}HeartRate", "61", "count/min")
    return {"export.xml": export(*counted, asleep)}


def member(data: bytes, path: str = "export.zip/apple_health_export/export.xml") -> Member:
    return Member(path, len(data), lambda: io.BytesIO(data))


def read(data: bytes, path: str = "export.xml") -> tuple[list[dict[str, Any]], Tally]:
    """Rows that pass the sieve, and the account, which adds up or raises."""
    tally = Tally(path)
    frames = [pl.DataFrame(pl.from_arrow(sift(part, tally))) for part in SOURCE.read(member(data, path), subject=None)]
    assert isinstance(tally.records(), Records)
    return pl.concat(frames, how="vertical_relaxed").to_dicts(), tally


def only(data: bytes) -> dict[str, Any]:
    rows, tally = read(data)
    assert not tally.faults
    (row,) = rows
    return row


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# What a record says


def test_a_quantity_keeps_its_value_its_instant_and_the_exporting_phones_offset() -> None:
    row = only(export(record(f"{Q}StepCount", "42", "count")))
    assert (row["signal"], row["value"], row["unit"], row["text"]) == ("steps", 42.0, None, None)
    assert (row["start"], row["stop"]) == (at("2026-02-01 07:00:00"), at("2026-02-01 07:10:00"))
    assert (row["basis"], row["offset"]) == (Basis.INSTANT, 60)


def test_a_moment_has_no_stop() -> None:
    assert only(export(record(f"{Q}HeartRate", "61", "count/min", endDate="2026-02-01 08:00:00 +0100")))["stop"] is None


@pytest.mark.parametrize(
    ("kind", "value", "unit", "signal", "expected"),
    [
        ("OxygenSaturation", "0.97", "%", "oxygen_saturation", 97.0),
        ("BodyMass", "10", "lb", "weight", 4.5359237),
        ("BodyMassIndex", "21.5", "count", "body_mass_index", 21.5),
        ("BloodGlucose", "5.5", "mmol&lt;180.1558800000541&gt;/L", "glucose", 99.0857340000298),
        ("BodyTemperature", "98.6", "degF", "body_temperature", 37.0),
        ("DistanceWalkingRunning", "1.5", "km", "distance", 1500.0),
        ("ActiveEnergyBurned", "3.25", "Cal", "energy.active", 3.25),
        ("VO2Max", "41.2", "mL/min·kg", "vo2_max", 41.2),
        ("HeartRateVariabilitySDNN", "32.1111", "ms", "heart_rate_variability.sdnn", 32.1111),
        ("AppleWalkingSteadiness", "1", "%", "walking.steadiness", 100.0),
    ],
)
def test_values_come_in_the_signals_own_unit(kind: str, value: str, unit: str, signal: str, expected: float) -> None:
    row = only(export(record(Q + kind, value, unit)))
    assert (row["signal"], row["unit"]) == (signal, None)
    assert row["value"] == pytest.approx(expected, rel=1e-12)


def test_what_nobody_catalogued_is_kept_with_its_unit() -> None:
    row = only(export(record(f"{Q}HoverboardLift", "7.5", "ft/s")))
    assert (row["signal"], row["value"], row["unit"]) == ("other.hoverboard_lift", 7.5, "[ft_i]/s")
    assert only(export(record("HKDataTypeSleepDurationGoal", "8", "hr")))["signal"] == "other.sleep_duration_goal"
    assert only(export(record(f"{Q}HeartRate", "7", "kg")))["unit"] == "kg"
    assert only(export(record(f"{C}Levitation", f"{V}LevitationHigh")))["text"] == "high"


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("InBed", "in_bed"),
        ("Asleep", "asleep"),
        ("AsleepUnspecified", "asleep"),
        ("AsleepCore", "light"),
        ("AsleepDeep", "deep"),
        ("AsleepREM", "rem"),
        ("Awake", "awake"),
    ],
)
def test_sleep_is_told_in_stages(value: str, state: str) -> None:
    row = only(export(record(f"{C}SleepAnalysis", f"{V}SleepAnalysis{value}")))
    assert (row["signal"], row["text"], row["value"]) == ("sleep.stage", state, None)


@pytest.mark.parametrize(
    ("kind", "word", "signal", "value", "text"),
    [
        ("AppleStandHour", "AppleStandHourStood", "activity.stand_hours", 1.0, None),
        ("AppleStandHour", "AppleStandHourIdle", "activity.stand_hours", 0.0, None),
        ("MindfulSession", "NotApplicable", "mindfulness", 10.0, None),
        ("HighHeartRateEvent", "NotApplicable", "heart_event.high", 1.0, None),
        ("AudioExposureEvent", "EnvironmentalAudioExposureEventMomentaryLimit", "noise.event", 1.0, "momentary_limit"),
        ("Headache", "SeverityModerate", "symptom.headache", 2.0, None),
        ("Headache", "SeverityUnspecified", "other.headache", None, "unspecified"),
        ("MenstrualFlow", "VaginalBleedingLight", "cycle.flow", 1.0, None),
        ("MenstrualFlow", "MenstrualFlowHeavy", "cycle.flow", 3.0, None),
        ("MoodChanges", "PresenceNotPresent", "symptom.mood_changes", 0.0, None),
        ("CervicalMucusQuality", "CervicalMucusQualityEggWhite", "cycle.mucus", None, "egg_white"),
        ("AppetiteChanges", "AppetiteChangesNoChange", "symptom.appetite_changes", None, "none"),
        ("Lactation", "NotApplicable", "lactation", None, "yes"),
    ],
)
def test_categories_keep_their_value(kind: str, word: str, signal: str, value: float | None, text: str | None) -> None:
    row = only(export(record(C + kind, V + word)))
    assert (row["signal"], row["value"], row["text"]) == (signal, value, text)


def test_a_mindful_session_of_old_exports_has_no_value_at_all() -> None:
    assert only(export(record(f"{C}MindfulSession")))["value"] == 10.0


def test_the_zone_a_writer_stored_places_the_record() -> None:
    zone = '<MetadataEntry key="HKTimeZone" value="{}"/>'
    slept = record(f"{C}SleepAnalysis", f"{V}SleepAnalysisAwake", inside=zone.format("America/New_York"))
    row = only(export(slept))
    assert (row["start"], row["offset"], row["basis"]) == (at("2026-02-01 07:00:00"), -300, Basis.PLACED)
    summer = {"startDate": "2026-07-01 08:00:00 +0100", "endDate": "2026-07-01 08:10:00 +0100"}
    assert (
        only(export(record(f"{Q}StepCount", "1", "count", zone.format("America/New_York"), **summer)))["offset"] == -240
    )
    assert only(export(record(f"{Q}StepCount", "1", "count", zone.format("GMT-0730"))))["offset"] == -450
    nowhere = only(export(record(f"{Q}StepCount", "1", "count", zone.format("Mars/Olympus"))))
    assert (nowhere["offset"], nowhere["basis"]) == (60, Basis.INSTANT)


def test_a_device_is_told_by_name_and_model_without_versions_and_pointers() -> None:
    seen = {
        only(
            export(
                record(
                    f"{Q}HeartRate", "61", "count/min", sourceName="Ann\u2019s Watch", device=WATCH.format(n, version)
                )
            )
        )["source"]
        for n, version in [(1, "9.1"), (2, "9.1"), (3, "10.6.1")]
    }
    assert seen == {"apple_health:Ann\u2019s Watch|Watch"}
    strap = "&lt;&lt;HKDevice: 0x1&gt;, name:Polar H10 6F2A1B29, manufacturer:Polar&gt;"
    row = only(export(record(f"{Q}HeartRate", "61", "count/min", sourceName="A &amp; B", device=strap)))
    assert row["source"] == "apple_health:A & B|Polar H10"


def test_heart_beats_are_placed_in_their_record_by_minutes_and_seconds() -> None:
    beats = "".join(
        f'<InstantaneousBeatsPerMinute bpm="{bpm}" time="{time}"/>'
        for bpm, time in [
            (95, "6:14:48.94 PM"),
            (94, "18:14:49,58"),
            (91, "\u0666:\u0661\u0664:\u0665\u0660\u066b\u0662\u0664 \u0645"),
            (90, "soon"),
        ]
    )
    listed = f"<HeartRateVariabilityMetadataList>{beats}</HeartRateVariabilityMetadataList>"
    times = {"startDate": "2017-11-22 19:14:47 -0400", "endDate": "2017-11-22 19:15:52 -0400"}
    rows, tally = read(export(record(f"{Q}HeartRateVariabilitySDNN", "32.1", "ms", listed, **times)))
    assert [(row["signal"], row["value"]) for row in rows] == [
        ("heart_rate_variability.sdnn", 32.1),
        *[("heart_rate.beat", value) for value in (95.0, 94.0, 91.0)],
    ]
    assert [row["start"].isoformat() for row in rows[1:]] == [
        "2017-11-22T23:14:48.940000",
        "2017-11-22T23:14:49.580000",
        "2017-11-22T23:14:50.240000",
    ]
    assert tally.taken == 1
    assert tally.notes


# Workouts, rings, people

WORKOUT = """ <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.5" durationUnit="min"
   {totals} sourceName="Watch" startDate="2026-02-01 08:00:00 +0100" endDate="2026-02-01 08:35:00 +0100">
  <MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>
  <MetadataEntry key="HKElevationAscended" value="418 cm"/>
  <MetadataEntry key="HKAverageMETs" value="9.5 kcal/hr·kg"/>
  <WorkoutEvent type="HKWorkoutEventTypePause" date="2026-02-01 08:10:00 +0100"/>
  <WorkoutEvent type="HKWorkoutEventTypeSegment" date="2026-02-01 08:00:00 +0100" duration="5" durationUnit="min">
   <MetadataEntry key="_HKPrivate" value="1"/>
  </WorkoutEvent>
{statistics}
  <WorkoutRoute sourceName="Watch" startDate="2026-02-01 08:00:00 +0100" endDate="2026-02-01 08:35:00 +0100">
   <FileReference path="/workout-routes/route_2026-02-01_8.35am.gpx"/>
  </WorkoutRoute>
 </Workout>
"""
TIMES = 'startDate="2026-02-01 08:00:00 +0100" endDate="2026-02-01 08:35:00 +0100"'
STATISTICS = f"""
  <WorkoutStatistics type="{Q}DistanceWalkingRunning" {TIMES} sum="3.1" unit="mi"/>
  <WorkoutStatistics type="{Q}ActiveEnergyBurned" {TIMES} sum="300" unit="Cal"/>
  <WorkoutStatistics type="{Q}BasalEnergyBurned" {TIMES} sum="40" unit="Cal"/>
  <WorkoutStatistics type="{Q}HeartRate" {TIMES} average="150.5" minimum="90" maximum="178" unit="count/min"/>
  <WorkoutStatistics type="{Q}RunningPower" {TIMES} average="250" unit="W"/>"""
OLD_TOTALS = 'totalDistance="4.9889664" totalDistanceUnit="km" totalEnergyBurned="300" totalEnergyBurnedUnit="kcal"'


@pytest.mark.parametrize(("totals", "statistics"), [("", STATISTICS), (OLD_TOTALS, ""), (OLD_TOTALS, STATISTICS)])
def test_a_workout_of_either_age_tells_its_sums_once(totals: str, statistics: str) -> None:
    rows, tally = read(export(WORKOUT.format(totals=totals, statistics=statistics)))
    told = {(row["signal"], row["text"]): row for row in rows}
    assert len(told) == len(rows)
    assert told["workout", "running"]["stop"] == at("2026-02-01 07:35:00")
    values = {signal: row["value"] for (signal, _), row in told.items()}
    assert values["workout.duration"] == 30.5
    assert values["workout.distance"] == pytest.approx(4988.9664)
    assert values["workout.energy"] == 300
    assert values["workout.elevation"] == pytest.approx(4.18)
    assert values["workout.met"] == 9.5
    assert told["workout.event", "pause"]["start"] == at("2026-02-01 07:10:00")
    assert told["workout.event", "segment"]["stop"] == at("2026-02-01 07:05:00")
    assert {row["basis"] for row in rows} == {Basis.PLACED}
    assert {row["offset"] for row in rows} == {540}
    assert tally.kinds == {"HKWorkoutActivityTypeRunning": 1}
    if statistics:
        spread = [values[f"workout.heart_rate{which}"] for which in ("", "_min", "_max")]
        assert spread == [150.5, 90, 178]
        assert values["other.workout_basal_energy_burned"] == 40
        assert told["other.workout_running_power_average", None]["unit"] == "W"


def test_rings_are_days_of_their_own_signals_so_that_nothing_is_counted_twice() -> None:
    rings = """ <ActivitySummary dateComponents="2026-02-01" activeEnergyBurned="512.5" activeEnergyBurnedGoal="500"
      activeEnergyBurnedUnit="Cal" appleMoveTime="0" appleMoveTimeGoal="0" appleExerciseTime="31"
      appleExerciseTimeGoal="30" appleStandHours="11" appleStandHoursGoal="12"/>\n"""
    rows, tally = read(export(rings))
    assert {row["basis"] for row in rows} == {Basis.DATE}
    assert {row["start"] for row in rows} == {at("2026-02-01 00:00:00")}
    assert {row["signal"]: row["value"] for row in rows} == {
        "ring.move": 512.5,
        "goal.energy_active": 500,
        "ring.move_time": 0,
        "goal.move_time": 0,
        "ring.exercise": 31,
        "goal.exercise": 30,
        "ring.stand_hours": 11,
        "goal.stand_hours": 12,
    }
    assert tally.records() == Records(1, 1)


def test_what_does_not_change_is_dated_by_birth_and_what_was_not_set_is_not_told() -> None:
    person = ' <Me {0}DateOfBirth="{1}" {0}BiologicalSex="HKBiologicalSexFemale" {0}BloodType="HKBloodTypeABNegative"'
    person += ' {0}FitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet"/>\n'
    rows, _ = read(export(person.format("HKCharacteristicTypeIdentifier", "1988-07-06")))
    assert {(row["signal"], row["text"], row["start"]) for row in rows} == {
        ("birth.date", "1988-07-06", at("1988-07-06 00:00:00")),
        ("sex", "female", at("1988-07-06 00:00:00")),
        ("blood_type", "ab_negative", at("1988-07-06 00:00:00")),
    }
    unborn, _ = read(export(person.format("HKCharacteristicTypeIdentifier", "")))
    assert {row["start"] for row in unborn} == {at("2026-03-01 11:00:00")}


def test_blood_pressure_is_counted_once_though_it_is_written_twice() -> None:
    parts = record(f"{Q}BloodPressureSystolic", "120", "mmHg") + record(f"{Q}BloodPressureDiastolic", "80", "mmHg")
    kind = "HKCorrelationTypeIdentifierBloodPressure"
    pair = f' <Correlation type="{kind}" sourceName="Cuff" {TIMES}>\n{parts}</Correlation>\n'
    rows, tally = read(export(parts, pair))
    assert [row["value"] for row in rows] == [120, 80]
    assert tally.records() == Records(read=3, taken=2, passed=1)
    assert tally.kinds[kind] == 1
    assert "correlations" in " ".join(tally.notes)


def test_what_is_known_and_left_out_is_said() -> None:
    rows, tally = read(
        export(' <ClinicalRecord type="X" identifier="1"/>\n', ' <Audiogram type="Y"/>\n', " <Novelty/>\n")
    )
    assert rows == []
    assert tally.records() == Records(read=3, passed=3)
    assert len(tally.notes) == 3
    assert tally.exported == "2026-03-01T11:00:00+00:00"


# How it is written


def test_order_lines_quotes_and_references_do_not_matter() -> None:
    plain = only(export(record(f"{Q}StepCount", "42", "count", sourceName="A &lt; B")))
    twisted = f"""<Record\n value = '42'\tendDate="2026-02-01 08:10:00 +0100"
      startDate="2026-02-01 08:00:00 &#43;0100" unit="&#x63;ount" sourceName='A &lt; B' type="{Q}StepCount"
      ></Record  ><!-- <Record/> --><![CDATA[ <Record> ]]><?apple <Record?>"""
    assert only(export(twisted)) == plain


@pytest.mark.parametrize(
    ("start", "expected", "offset", "basis"),
    [
        ("20150616071820-0700", "2015-06-16 14:18:20", -420, Basis.INSTANT),
        ("2016-08-06 4:39:00 pm +1000", "2016-08-06 06:39:00", 600, Basis.INSTANT),
        ("2024-05-01T10:00:00Z", "2024-05-01 10:00:00", 0, Basis.INSTANT),
        ("2024-05-01 10:00:00.250 +05:45", "2024-05-01 04:15:00.250", 345, Basis.INSTANT),
        ("2024-05-01 10:00:00", "2024-05-01 10:00:00", None, Basis.LOCAL),
        ("2024-05-01", "2024-05-01 00:00:00", None, Basis.DATE),
    ],
)
def test_stamps_of_every_age_are_read(start: str, expected: str, offset: int | None, basis: Basis) -> None:
    row = only(export(record(f"{Q}StepCount", "1", "count", startDate=start, endDate=start)))
    assert (row["start"], row["offset"], row["basis"]) == (at(expected), offset, basis)


def test_the_spaced_names_of_ios_8_and_its_source_are_read() -> None:
    old = f'<Record type="{Q}BodyFatPercentage" source="Scale" unit="%" startDate="20150616071820-0700"'
    old += ' endDate="20150616071820-0700" Health Mate App Version="2.6.0" Modified Date="2015-06-16" value="0.213"/>'
    row = only(export(old))
    assert (row["source"], row["signal"]) == ("apple_health:Scale", "body_fat")
    assert row["value"] == pytest.approx(21.3)


def test_a_broken_dtd_and_stray_control_characters_do_not_matter() -> None:
    broken = DTD.replace("]>", "<!ATTLIST VisionPrescription\n type CDATA dateIssued #REQUIRED\n<!ELEMENT ((]>")
    given = record(f"{Q}StepCount", "42", "count", sourceName="My\x0bPhone")
    assert only(export(given, head=broken))["source"] == "apple_health:My Phone"


def test_nothing_the_dtd_declares_is_ever_expanded() -> None:
    bomb = DTD.replace("]>", '<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>')
    rows, tally = read(export(record(f"{Q}StepCount", "1", "count", sourceName="&b;&c;"), head=bomb))
    assert rows == []
    assert tally.records() == Records(read=1, faulty=1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_an_export_saved_in_another_encoding_is_read(encoding: str) -> None:
    head = DTD.replace("UTF-8", "ISO-8859-1") if encoding == "latin-1" else DTD
    data = export(record(f"{Q}StepCount", "1", "count", sourceName="Jörg"), head=head).decode().encode(encoding)
    assert SOURCE.recognises(member(data))
    assert only(data)["source"] == "apple_health:Jörg"


# What is spoilt

GOOD = record(f"{Q}StepCount", "1", "count")


@pytest.mark.parametrize(
    "bad",
    [
        record(f"{Q}HeartRate", "lots", "count/min"),
        record(f"{Q}HeartRate", "NaN", "count/min"),
        record(f"{Q}HeartRate", "1e308", "count/min"),
        record(f"{Q}HeartRate", "1e999", "count/min"),
        record(f"{Q}HeartRate", "1_0", "count/min"),
        record(f"{Q}HeartRate", None, "count/min"),
        record(f"{Q}Unheard", None, "count/min"),
        record(f"{Q}HeartRate", "60", "count/min", startDate="1601-01-01 00:00:00 +0000"),
        record(f"{Q}HeartRate", "60", "count/min", startDate="2200-01-01 00:00:00 +0000", endDate=""),
        record(f"{Q}HeartRate", "60", "count/min", startDate="2026-02-30 00:00:00 +0000"),
        record(f"{Q}HeartRate", "60", "count/min", startDate="2026-02-03 24:00:00 +0000"),
        record(f"{Q}HeartRate", "60", "count/min", endDate="tomorrow"),
        record(f"{Q}HeartRate", "60", "count/min", endDate="2026-02-01 07:59:59 +0100"),
        record(f"{C}SleepAnalysis", f"{V}SleepAnalysisFlying"),
        record("", "60", "count/min"),
        record(f"{Q}HeartRate", "60", "count/min", sourceName="a&nosuch;b"),
        record(f"{Q}HeartRate", "60", "count/min").replace(" unit=", ' value="1" unit='),
        record(f"{Q}HeartRate", "60", "count/min", "<Open>"),
        record(f"{Q}HeartRate", "60", "count/min").replace("/>", ">"),
        record(f"{Q}HeartRate", '6"0', "count/min"),
        record(f"{Q}HeartRate", "6<0", "count/min"),
        "<Record type=\n",
        "  words that should not be here ",
        f'<Record type="{Q}HeartRate"/>',
        "<ActivitySummary dateComponents='soon'/>",
        f"<Workout {TIMES.replace('endDate', 'x')[:20]}/>",
        "<Record " + "<a>" * 5 + "/>",
        f"<Workout {TIMES}>" + "<a>" * 100 + "</a>" * 100 + "</Workout>",
    ],
)
def test_a_spoilt_record_is_one_fault_and_its_neighbours_are_read(bad: str) -> None:
    rows, tally = read(export(GOOD, bad, GOOD))
    assert [row["signal"] for row in rows] == ["steps", "steps"]
    assert tally.records() == Records(read=3, taken=2, faulty=1)
    assert [fault.place for fault in tally.faults] == ["export.xml, record 2"]
    assert "60" not in tally.faults[0].reason


@pytest.mark.parametrize("cut", [len(DTD) - 60, len(DTD) + 5, -3, -20, -90])
def test_an_export_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(BrokenExport, match="cut off"):
        read(export(GOOD, GOOD)[:cut])


def test_an_empty_root_is_an_export_of_nothing() -> None:
    assert read(b'<HealthData locale="en"/>')[0] == []
    assert read(b"<HealthData></HealthData>")[1].records() == Records()


def test_what_follows_the_end_is_not_read_and_said() -> None:
    rows, tally = read(export(GOOD) + b"<More/>")
    assert len(rows) == 1
    assert any("follows" in note for note in tally.notes)


def test_a_large_export_goes_through_the_tokenizer_and_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = export(*(GOOD.replace('"1"', f'"{n}"') for n in range(40_000)), WORKOUT.format(totals="", statistics=""))
    assert len(data) > 1.5 * apple_health.SMALL
    large = read(data)
    monkeypatch.setattr(apple_health, "SMALL", 1 << 40)
    small = read(data)
    assert [row | {"record": 0} for row in large[0]] == [row | {"record": 0} for row in small[0]]
    assert large[1].records() == small[1].records() == Records(40_001, 40_001)
    monkeypatch.undo()
    with pytest.raises(BrokenExport, match="cut off"):
        read(data[:-20])


# Knowing its own


def test_any_name_is_recognised_and_foreign_files_are_not() -> None:
    for path in ("export.xml", "Exportar.xml", "导出.xml", "exportación.xml", "x.bin"):
        assert SOURCE.recognises(member(export(GOOD), path))
    for data in (
        b"",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"<HealthDataX/>",
        b"HealthData",
        b'<?xml encoding="zlib"?><a/>',
        bytes(999),
    ):
        assert not SOURCE.recognises(member(data, "export.xml"))
    assert not SOURCE.recognises(member(b"<gpx/>", "rides/morning.gpx"))


def test_a_whole_archive_goes_through_the_real_child(tmp_path: Path) -> None:
    folder = "apple_health_export"
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}/导出.xml", export(GOOD, record(f"{Q}HeartRate", "x", "count/min")))
        archive.writestr(f"{folder}/export_cda.xml", b"<?xml version='1.0'?><ClinicalDocument/>")
        archive.writestr(f"{folder}/workout-routes/route_1.gpx", b"<?xml version='1.0'?><gpx/>")
        archive.writestr(f"{folder}/electrocardiograms/ecg_2026.csv", b"Name,Ann\n1\n")
        archive.writestr(f"{folder}/notes.txt", b"hello")
    with Reading([(tmp_path / "export.zip", "export.zip")], source="apple_health") as reading:
        told = list(reading)
    finished = [one for one in told if isinstance(one, Finished)]
    assert [one.records for one in finished] == [Records(2, 1, 0, 1)] + [Records(1, 0, 1)] * 3
    assert finished[0].signals == {"steps": 1}
    assert finished[0].faults[0].place == "export.zip/apple_health_export/导出.xml, record 2"
    assert finished[0].exported == "2026-03-01T11:00:00+00:00"
    assert all(one.notes for one in finished[1:])
    assert [one.path for one in told if isinstance(one, Unrecognised)] == ["export.zip/apple_health_export/notes.txt"]
