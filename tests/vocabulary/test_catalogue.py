from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vocabulary import catalogue
from selftwin.vocabulary.catalogue import COLUMNS, by_code, joined, other, priced, read_table, signal, signals, slug
from selftwin.vocabulary.errors import BrokenCatalogue, UnitError, UnknownSignal
from selftwin.vocabulary.page import page
from selftwin.vocabulary.signal import Category, Fold, Grain, Kind, Sensitivity, Signal

ROOT = Path(__file__).parents[2]

# What Health writes into export.xml, by the names after HKQuantityTypeIdentifier and HKCategoryTypeIdentifier.
APPLE_QUANTITIES = """
ActiveEnergyBurned AppleExerciseTime AppleMoveTime AppleSleepingBreathingDisturbances AppleSleepingWristTemperature
AppleStandTime AppleWalkingSteadiness AtrialFibrillationBurden BasalBodyTemperature BasalEnergyBurned
BloodAlcoholContent BloodGlucose BloodPressureDiastolic BloodPressureSystolic BodyFatPercentage BodyMass BodyMassIndex
BodyTemperature CrossCountrySkiingSpeed CyclingCadence CyclingFunctionalThresholdPower CyclingPower CyclingSpeed
DietaryBiotin DietaryCaffeine DietaryCalcium DietaryCarbohydrates DietaryChloride DietaryCholesterol DietaryChromium
DietaryCopper DietaryEnergyConsumed DietaryFatMonounsaturated DietaryFatPolyunsaturated DietaryFatSaturated
DietaryFatTotal DietaryFiber DietaryFolate DietaryIodine DietaryIron DietaryMagnesium DietaryManganese
DietaryMolybdenum DietaryNiacin DietaryPantothenicAcid DietaryPhosphorus DietaryPotassium DietaryProtein
DietaryRiboflavin DietarySelenium DietarySodium DietarySugar DietaryThiamin DietaryVitaminA DietaryVitaminB12
DietaryVitaminB6 DietaryVitaminC DietaryVitaminD DietaryVitaminE DietaryVitaminK DietaryWater DietaryZinc
DistanceCrossCountrySkiing DistanceCycling DistanceDownhillSnowSports DistancePaddleSports DistanceRowing
DistanceSkatingSports DistanceSwimming DistanceWalkingRunning DistanceWheelchair ElectrodermalActivity
EnvironmentalAudioExposure EnvironmentalSoundReduction EstimatedWorkoutEffortScore FlightsClimbed
ForcedExpiratoryVolume1 ForcedVitalCapacity HeadphoneAudioExposure HeartRate HeartRateRecoveryOneMinute
HeartRateVariabilityRMSSD HeartRateVariabilitySDNN Height InhalerUsage InsulinDelivery LeanBodyMass NikeFuel
NumberOfAlcoholicBeverages NumberOfTimesFallen OxygenSaturation PaddleSportsSpeed PeakExpiratoryFlowRate
PeripheralPerfusionIndex PhysicalEffort PushCount RespiratoryRate RestingHeartRate RowingSpeed
RunningGroundContactTime RunningPower RunningSpeed RunningStrideLength RunningVerticalOscillation
SixMinuteWalkTestDistance StairAscentSpeed StairDescentSpeed StepCount SwimmingStrokeCount TimeInDaylight UVExposure
UnderwaterDepth VO2Max WaistCircumference WalkingAsymmetryPercentage WalkingDoubleSupportPercentage
WalkingHeartRateAverage WalkingSpeed WalkingStepLength WaterTemperature WorkoutEffortScore
"""
APPLE_CATEGORIES = """
AbdominalCramps Acne AppetiteChanges AppleStandHour AppleWalkingSteadinessEvent AudioExposureEvent
BladderIncontinence BleedingAfterMenopause BleedingAfterPregnancy BleedingDuringPregnancy Bloating BreastPain
CervicalMucusQuality ChestTightnessOrPain Chills Constipation Contraceptive Coughing Diarrhea Dizziness DrySkin
EnvironmentalAudioExposureEvent Fainting Fatigue Fever GeneralizedBodyAche HairLoss HandwashingEvent Headache
HeadphoneAudioExposureEvent Heartburn HighHeartRateEvent HotFlashes HypertensionEvent InfrequentMenstrualCycles
IntermenstrualBleeding IrregularHeartRhythmEvent IrregularMenstrualCycles Lactation LossOfSmell LossOfTaste
LowCardioFitnessEvent LowHeartRateEvent LowerBackPain MemoryLapse MenopausalState MenstrualFlow MindfulSession
MoodChanges Nausea NightSweats OvulationTestResult PelvicPain PersistentIntermenstrualBleeding Pregnancy
PregnancyTestResult ProgesteroneTestResult ProlongedMenstrualPeriods RapidPoundingOrFlutteringHeartbeat RunnyNose
SexualActivity ShortnessOfBreath SinusCongestion SkippedHeartbeat SleepAnalysis SleepApneaEvent SleepChanges
SoreThroat ToothbrushingEvent VaginalDryness Vomiting Wheezing
"""
# What the sources write and other parts of the design name.
NAMED = """
heart_rate heart_rate.resting heart_rate_variability.rmssd heart_rate_variability.sdnn respiratory_rate
respiratory_rate.sleep oxygen_saturation oxygen_saturation.sleep skin_temperature.sleep skin_temperature.deviation
vo2_max stress.score sleep.score sleep.stage sleep.duration sleep.light sleep.deep sleep.rem sleep.awake sleep.in_bed
sleep.efficiency sleep.latency sleep.start sleep.end sleep.midpoint sleep.nap sleep.need sleep.debt sleep.performance
sleep.consistency recovery.score strain.day workout workout.strain workout.energy workout.zone_5 steps distance floors
energy.burned energy.active energy.basal energy.intake activity.light activity.moderate activity.vigorous
activity.sedentary activity.zone_minutes heart_zone.below heart_zone.fat_burn heart_zone.cardio heart_zone.peak weight
body_mass_index body_fat water water.glasses glucose glucose.fingerstick glucose.calibration insulin.bolus
insulin.basal insulin.rapid insulin.long insulin.basal_rate insulin.carb_ratio insulin.sensitivity ketones meal.carbs
note glucose.target_low glucose.sensor pump.event recall.review recall.rating recall.duration recall.interval
recall.ease wellness.fatigue wellness.mood wellness.readiness wellness.sleep_quality wellness.soreness wellness.stress
training.session_rpe training.load injury feeling place.kind place.visit mood alcohol.drinks alcohol.any caffeine
purchase balance income listening watching reading web.visit app.use screen.time messages.sent calls.made
calendar.event weather.temperature weather.pollen home.electricity indoor.co2 car.speed birth.year sex height
ethnicity education household.size occupation genotype polygenic.score lab.ldl lab.egfr medicine.taken condition
immunization procedure allergy journal.entry journal.answer voice.pitch typing.speed walking.speed goal.steps
"""


def table(**changes: str) -> str:
    """A table of one good row with some fields changed."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {"key": "pulse", "label": "Pulse", "kind": "quantity", "unit": "/min", "fold": "mean"}
    row |= {"sensitivity": "health"} | changes
    return ",".join(COLUMNS) + "\n" + ",".join(row.values()) + "\n"


def read(text: str) -> list[Signal]:
    return list(joined(read_table(text, Category.PHYSIOLOGICAL)).by_key.values())


def test_six_categories_hold_hundreds_of_signals() -> None:
    assert len(signals()) >= 200
    assert {row.category for row in signals()} == set(Category)
    assert all(signal(row.key) is row for row in signals())


@pytest.mark.parametrize("key", NAMED.split())
def test_what_the_sources_write_is_catalogued(key: str) -> None:
    assert signal(key).key == key


@pytest.mark.parametrize("name", APPLE_QUANTITIES.split())
def test_every_apple_quantity_is_a_quantity(name: str) -> None:
    found = by_code("apple", f"HKQuantityTypeIdentifier{name}")
    assert found is not None
    assert found.kind is Kind.QUANTITY


@pytest.mark.parametrize("name", APPLE_CATEGORIES.split())
def test_every_apple_category_value_has_a_signal(name: str) -> None:
    assert by_code("apple", f"HKCategoryTypeIdentifier{name}") is not None


def test_a_code_leads_to_the_signal_that_carries_it() -> None:
    assert by_code("loinc", "8867-4") is signal("heart_rate")
    assert by_code("loinc", "15074-8") is by_code("loinc", "2339-0") is signal("glucose")
    assert by_code("loinc", "0000-0") is None
    assert by_code("omh", "heart-rate") is None, "a schema that several signals share names none of them"


def test_every_loinc_code_has_its_check_digit() -> None:
    def luhn(digits: str) -> int:
        doubled = [int(d) * (1 + (at % 2 == 0)) for at, d in enumerate(reversed(digits))]
        return -sum(n - 9 * (n > 9) for n in doubled) % 10

    codes = [code for row in signals() for system, code in row.codes if system == "loinc"]
    assert len(codes) > 100
    assert [code for code in codes if luhn(code[:-2]) != int(code[-1])] == []


def test_an_unknown_signal_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownSignal) as refused:
        signal("heart_rate.restign")
    assert "heart_rate.resting" in refused.value.hint
    with pytest.raises(UnknownSignal) as refused:
        signal("xyzzy")
    assert "selftwin signals" in refused.value.hint


def test_sleep_is_made_of_its_stages() -> None:
    stage, asleep = signal("sleep.stage"), signal("sleep.duration")
    assert stage.kind is Kind.STATE
    assert asleep.made_of == "sleep.stage:light|deep|rem|asleep"
    assert asleep.fold is Fold.NIGHT
    assert all(row.fold is Fold.NIGHT for row in signals() if row.made_of)


def test_bounds_never_refuse_what_is_usual() -> None:
    for row in signals():
        if row.usual_low is not None and row.usual_high is not None:
            assert row.usual_low < row.usual_high, row.key
            assert row.low is None or row.low <= row.usual_low, row.key
            assert row.high is None or row.usual_high <= row.high, row.key


def test_a_count_of_a_day_has_no_upper_bound_from_its_records() -> None:
    assert [row.key for row in signals() if row.fold is Fold.COUNT and row.high is not None] == []


def test_scales_and_percentages_are_bounded() -> None:
    for row in signals():
        if row.grain is Grain.ORDINAL and row.kind is Kind.QUANTITY:
            assert row.low is not None, row.key
            assert row.high is not None, row.key
        if row.unit == "%":
            assert row.high is not None, row.key


def test_inner_life_and_sexual_life_are_never_ordinary() -> None:
    health = {row.key for row in signals() if row.category in (Category.PHYSIOLOGICAL, Category.GENETIC)}
    guarded = health | {"mood", "feeling", "place.visit", "religion", "message.text", "genotype", "sexual_activity"}
    assert [key for key in guarded if signal(key).sensitivity is Sensitivity.ORDINARY] == []
    assert signal("mood").sensitivity is Sensitivity.MOOD
    assert signal("place.visit").sensitivity is Sensitivity.LOCATION
    assert signal("steps").sensitivity is Sensitivity.ORDINARY


def test_only_days_that_are_numbers_are_numeric() -> None:
    assert signal("steps").numeric
    assert signal("feeling").numeric, "how often it was told"
    assert not signal("blood_type").numeric
    assert not signal("journal.entry").numeric


def test_money_is_one_signal_per_currency() -> None:
    euros = signal("purchase.eur")
    assert euros == priced("purchase", "EUR")
    assert (euros.key, euros.unit, euros.fold) == ("purchase.eur", "[EUR]", Fold.SUM)
    assert signal("income.salary.chf").unit == "[CHF]"
    with pytest.raises(UnitError):
        priced("purchase", "euros")
    with pytest.raises(UnitError):
        priced("steps", "EUR")
    with pytest.raises(UnknownSignal):
        signal("steps.eur")


def test_an_uncatalogued_quantity_keeps_its_unit_and_is_treated_strictly() -> None:
    made = other("Grip strength", "lb")
    assert (made.key, made.label, made.unit) == ("other.grip_strength", "Grip strength", "[lb_av]")
    assert made.sensitivity is Sensitivity.HEALTH
    assert made.category is Category.CONTEXTUAL
    assert other("other.grip_strength", "kg", category=Category.PHYSIOLOGICAL).key == made.key
    assert other("x", "widgets per {week}").unit == "{widgets_per_week_}"
    assert other("x").unit == "1"


@given(st.text(max_size=60), st.text(max_size=60))
def test_anything_can_be_kept_under_other(name: str, unit: str) -> None:
    made = other(name, unit)
    assert catalogue._KEY.fullmatch(made.key)
    assert other(made.key, made.unit) == replace(made, label=made.key.removeprefix("other."))


@given(st.text(min_size=1, max_size=60))
def test_a_slug_is_its_own_slug(name: str) -> None:
    assert slug(slug(name)) == slug(name)
    assert slug(name)


def test_slugs_read_well() -> None:
    assert slug("HRVSamples perDay") == "hrv_samples_per_day"
    assert slug("Größe (cm)") == "grosse_cm"
    assert slug("血糖") != slug("血圧")
    assert slug("血糖") == slug("血糖")


def test_a_good_table_is_read_whole() -> None:
    codes, states = "loinc=8867-4;omh=heart-rate", "a|b"
    [row] = read(table(codes=codes, low="5", high="500", usual_low="40", zero_inflated="yes", grain="integer"))
    assert row.codes == (("loinc", "8867-4"), ("omh", "heart-rate"))
    assert (row.low, row.high, row.usual_low, row.usual_high) == (5, 500, 40, None)
    assert (row.grain, row.zero_inflated, row.category) == (Grain.INTEGER, True, Category.PHYSIOLOGICAL)
    assert read(table(kind="state", states=states))[0].states == ("a", "b")


BROKEN = [
    ({"kind": "number"}, "'number' is not one of quantity"),
    ({"fold": ""}, "is not one of sum"),
    ({"sensitivity": "secret"}, "'secret' is not one of"),
    ({"grain": "wooden"}, "'wooden' is not one of"),
    ({"unit": "bananas"}, "unit of pulse"),
    ({"unit": ""}, "unit of pulse"),
    ({"key": "Pulse"}, "is not a key"),
    ({"key": "other.pulse"}, "is not a key"),
    ({"label": ""}, "no label"),
    ({"low": "ten"}, "low is not a number"),
    ({"low": "nan"}, "low is not a finite number"),
    ({"low": "50", "high": "10"}, "do not rise"),
    ({"low": "50", "usual_low": "40"}, "do not rise"),
    ({"zero_inflated": "maybe"}, "yes or empty"),
    ({"states": "a|b"}, "is not a state"),
    ({"made_of": "sleep.stage:deep"}, "made of sleep.stage:deep"),
    ({"codes": "loinc:8867-4"}, "system=code"),
    ({"codes": "icd=A00"}, "system=code"),
    ({"substance": "kryptonite"}, "substance of pulse"),
]


@pytest.mark.parametrize(("changes", "reason"), BROKEN)
def test_a_broken_row_is_refused_with_its_reason(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(BrokenCatalogue, match=reason):
        read(table(**changes))


def test_a_broken_row_is_named_by_table_and_line() -> None:
    with pytest.raises(BrokenCatalogue, match=r"physiological\.csv, line 2"):
        read(table(kind="number"))


def test_tables_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(BrokenCatalogue, match="columns should be"):
        read("key,label\n")
    with pytest.raises(BrokenCatalogue, match="fields"):
        read(table() + "short,row\n")
    with pytest.raises(BrokenCatalogue, match="Two signals are called pulse"):
        read(table() + table().splitlines()[1] + "\n")
    twice = table(codes="loinc=8867-4") + table(key="beat", codes="loinc=8867-4").splitlines()[1] + "\n"
    with pytest.raises(BrokenCatalogue, match="beat and pulse both carry loinc=8867-4"):
        read(twice)
    shared = table(codes="dpv=pd:Health") + table(key="beat", codes="dpv=pd:Health").splitlines()[1] + "\n"
    assert len(read(shared)) == 2


def test_the_catalogue_loads_without_heavy_libraries() -> None:
    heavy = {"polars", "numpy", "scipy", "numba", "duckdb", "pyarrow", "rich", "pydantic", "cyclopts"}
    asked = "import sys; from selftwin.vocabulary.catalogue import signals; signals(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert not heavy & set(done.stdout.split())


def test_the_committed_page_is_what_the_tables_say() -> None:
    assert (ROOT / "docs" / "signals.md").read_text("utf-8") == page()


def test_the_page_has_a_row_for_every_signal() -> None:
    text = page()
    assert [row.key for row in signals() if f"\n| `{row.key}` |" not in text] == []
