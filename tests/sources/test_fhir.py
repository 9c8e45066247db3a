from __future__ import annotations

import json
import tracemalloc
from datetime import datetime, timedelta

import polars as pl
import pytest

from selftwin.sources.fhir import SOURCE
from selftwin.vocabulary.observation import Basis

LOINC, UCUM, SNOMED = "http://loinc.org", "http://unitsofmeasure.org", "http://snomed.info/sct"


def concept(code, display, system=LOINC):
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def quantity(value, unit):
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def resource(kind, given, **fields):
    return {"resourceType": kind, "id": given, "subject": {"reference": "Patient/p1"}} | fields


def observation(given, loinc, **fields):
    base = {"status": "final", "code": concept(loinc, "measured"), "effectiveDateTime": "2019-03-04T07:12:31-05:00"}
    return resource("Observation", given, **base | fields)


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Example", "given": ["Ada"]}],
    "gender": "female",
    "birthDate": "1971-05-06",
}
PRESSURE = observation(
    "bp",
    "55284-4",
    component=[
        {"code": concept("8480-6", "Systolic"), "valueQuantity": quantity(121.5, "mm[Hg]")},
        {"code": concept("8462-4", "Diastolic"), "valueQuantity": quantity(78, "mm[Hg]")},
    ],
)
GLUCOSE = observation("g", "2345-7", valueQuantity=quantity(5, "mmol/L"))
R4 = [
    PATIENT,
    PRESSURE,
    GLUCOSE,
    observation("s", "72166-2", valueCodeableConcept=concept("8517006", "Former smoker", SNOMED)),
    resource(
        "Condition",
        "c",
        clinicalStatus=concept("resolved", "Resolved"),
        verificationStatus=concept("confirmed", "Confirmed"),
        code=concept("36971009", "Sinusitis", SNOMED),
        onsetDateTime="2018-11",
        abatementDateTime="2018-11-20",
    ),
    resource("Condition", "x", verificationStatus=concept("entered-in-error", ""), code={"text": "no"}),
    resource("MedicationRequest", "m", status="active", authoredOn="2019-03-04",
             medicationReference={"reference": "urn:uuid:m7"}),
    resource("Immunization", "i", status="completed", vaccineCode={"text": "Flu"}, occurrenceDateTime="2018-10-01"),
    resource("Procedure", "p", status="completed", code={"text": "Colonoscopy"}, performedPeriod={
        "start": "2010-01-01T10:00:00Z", "end": "2010-01-01T10:30:00Z"}),
    resource("AllergyIntolerance", "a", code=concept("300916003", "Latex allergy"), recordedDate="2010-03-24"),
    resource("AllergyIntolerance", "n", code=concept("716186003", "None", SNOMED), recordedDate="2010"),
    resource("DiagnosticReport", "d", status="final", code={"text": "Lipid panel"}, effectiveDateTime="2019-03-04"),
    resource("Encounter", "e", status="finished", type=[{"text": "Check up"}], period={"start": "2019-03-04"}),
    resource("MedicationAdministration", "t", status="completed", medicationCodeableConcept={"text": "Ibuprofen"},
             effectiveDateTime="2019-03-04T08:00:00Z"),
    resource("MedicationDispense", "h", status="completed", medicationReference={"reference": "#z"},
             authorizingPrescription=[{"reference": "MedicationRequest/m"}], whenPrepared="2019-03-05T08:00:00Z",
             whenHandedOver="2019-03-05T09:30:00Z", contained=[
                 {"resourceType": "Medication", "id": "z", "code": {"text": "Metformin 500 mg"}}]),
    resource("Claim", "q", status="active"),
]  # fmt: skip
METFORMIN = {"resourceType": "Medication", "id": "7", "code": {"text": "Metformin"}}
MEDICINE = {"fullUrl": "urn:uuid:m7", "resource": METFORMIN}
STU3 = [
    resource("MedicationStatement", "u", status="active", taken="y", effectivePeriod={"start": "2015-01-23"},
             medicationReference={"reference": "#z"}, contained=[
                 {"resourceType": "Medication", "id": "z", "code": {"text": "Amitriptyline"}}]),
    resource("MedicationStatement", "v", status="active", taken="n", medicationCodeableConcept={"text": "no"},
             effectiveDateTime="2015-01-23"),
    resource("Immunization", "w", status="completed", notGiven=True, vaccineCode={"text": "DTP"}, date="2013-01-10"),
    resource("AllergyIntolerance", "y", clinicalStatus="active", verificationStatus="confirmed",
             code={"text": "PENICILLIN G"}, onsetDateTime="2012-11-07T00:00:00", assertedDate="2015-08-25T02:11:36"),
]  # fmt: skip
DSTU2 = [
    {"resourceType": "MedicationOrder", "id": "o", "dateWritten": "2016-11-13", "status": "active",
     "patient": {"reference": "https://portal.example/DSTU2/Patient/p1"},
     "medicationReference": {"display": "amitriptyline 10 MG tablet", "reference": "https://portal.example/Medication/9"}},
    {"resourceType": "AllergyIntolerance", "id": "y", "status": "confirmed", "onset": "2012-11-07T00:00:00",
     "recordedDate": "2015-08-25T02:11:36", "substance": {"text": "PENICILLIN G"}},
    {"resourceType": "Procedure", "id": "pp", "status": "completed", "notPerformed": False,
     "code": {"text": "Colonoscopy"}, "performedDateTime": "2010-01-01T01:01:01Z"},
    {"resourceType": "Condition", "id": "k", "patient": {"reference": "Patient/p1"}, "dateRecorded": "2021-12-08",
     "clinicalStatus": "active", "verificationStatus": "confirmed", "code": {"text": "Kidney disease"},
     "abatementBoolean": False},
]  # fmt: skip


def bundle(*resources, kind="collection"):
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def lines(*resources):
    return "\n".join(json.dumps(one) for one in resources).encode()


def specimen() -> dict[str, bytes]:
    """A bundle of R4, DSTU2's resources as a search gives them, STU3's one a line, and one resource alone."""
    r4 = bundle(*R4)
    r4["entry"].append(MEDICINE)
    return {
        "record.json": json.dumps(r4, indent=2).encode(),
        "search.json": json.dumps(bundle(*DSTU2, kind="searchset")).encode(),
        "MedicationStatement.ndjson": lines(*STU3),
        "observation.json": json.dumps(GLUCOSE | {"id": "alone"}, indent=1).encode(),
    }


@pytest.fixture(scope="module")
def read(reading):
    return lambda content, path="record.json": reading(SOURCE, path, content)


def told(rows, signal):
    return rows.filter(pl.col("signal") == signal).select("value", "text").rows()


def test_a_bundle_of_r4_becomes_signals_and_every_resource_is_accounted_for(read):
    content = bundle(*R4)
    content["entry"] += [MEDICINE, {"fullUrl": "urn:uuid:none", "response": {"status": "201"}}]
    rows, account = read(content)
    assert (account.read, account.taken, account.passed, account.faulty) == (18, 13, 5, 0)
    assert told(rows, "blood_pressure.systolic") == [(121.5, None)]
    assert told(rows, "blood_pressure.diastolic") == [(78.0, None)]
    assert told(rows, "lab.glucose") == [(pytest.approx(90.078), None)]
    assert told(rows, "smoking") == [(None, "former")]
    assert told(rows, "medicine.prescribed") == [(None, "Metformin")]
    assert told(rows, "medicine.dispensed") == [(None, "Metformin 500 mg")]
    assert told(rows, "medicine.taken") == [(None, "Ibuprofen")]
    assert told(rows, "sex") == [(None, "female")]
    assert {"immunization", "procedure", "allergy", "clinical.document", "encounter"} < set(rows["signal"])
    assert account.kinds["Observation"] == 3
    assert list(account.notes) == [
        "Condition: entered in error, cancelled, or said not to have happened: these are passed over",
        "AllergyIntolerance: entries that say there is none are passed over",
        "resources of the type Claim are passed over",
        "resources of the type Medication are passed over",
        "entries that hold no resource are passed over",
    ]


def test_the_pages_of_a_search_may_be_an_array_of_bundles(read, member):
    pages = [bundle(PATIENT, kind="searchset"), bundle(GLUCOSE, kind="searchset")]
    rows, account = read(pages)
    assert (account.read, account.taken) == (2, 2)
    assert "lab.glucose" in set(rows["signal"])
    assert SOURCE.subjects(member("pages.json", pages)) == ("Ada Example, 1971-05-06",)


@pytest.mark.parametrize("wrap", [
    lambda one: {"status": {"code": 200}, "data": one},
    lambda one: {"bundles": [one, bundle(GLUCOSE | {"id": "second"})]},
    lambda one: [{"note": '} ] "entry"', "answer": {"bundle": one}}],
    lambda one: {"resourceType": "Parameters", "parameter": [{"name": "return", "resource": one}]},
])  # fmt: skip
def test_a_bundle_may_stand_inside_other_objects(read, member, wrap):
    content = wrap(bundle(PATIENT, GLUCOSE))
    rows, account = read(content)
    assert account.read == account.taken >= 2
    assert "lab.glucose" in set(rows["signal"])
    assert SOURCE.subjects(member("answer.json", content)) == ("Ada Example, 1971-05-06",)


def test_no_bundle_is_looked_for_at_any_depth(member):
    head = b"[" * 60_000 + b'{"resourceType": "Bundle", "entry": [{'
    tracemalloc.start()
    try:
        assert sum(part.rows.num_rows for part in SOURCE.read(member("deep.json", head), subject=None)) == 0
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("fields", "taken"), [
    ({"status": "completed", "whenHandedOver": "2021-03-05"}, 1),
    ({"status": "in-progress", "whenPrepared": "2021-03-05"}, 1),
    ({"status": "declined", "whenPrepared": "2021-03-05"}, 0),
    ({"status": "stopped", "whenPrepared": "2021-03-05", "notDoneCodeableConcept": {"text": "out of stock"}}, 0),
    ({"status": "completed"}, 0),
])  # fmt: skip
def test_a_medicine_is_dispensed_when_it_was_handed_over_or_prepared(read, fields, taken):
    rows, account = read(lines(resource("MedicationDispense", "h", medicationCodeableConcept={"text": "x"}, **fields)))
    assert (account.taken, account.passed) == (taken, 1 - taken)
    assert rows.select("signal", "native", "start").rows() == taken * [
        ("medicine.dispensed", "MedicationDispense/h", datetime(2021, 3, 5))
    ]


def test_dates_stay_as_exact_as_they_were_written(read):
    rows, _ = read(bundle(*R4))
    kept = {row["native"]: row for row in rows.filter(pl.col("native").is_not_null()).iter_rows(named=True)}
    assert (kept["Observation/g"]["start"], kept["Observation/g"]["offset"]) == (datetime(2019, 3, 4, 12, 12, 31), -300)
    illness = kept["Condition/c"]
    assert (illness["start"], illness["stop"]) == (datetime(2018, 11, 1), datetime(2018, 11, 20))
    assert illness["basis"] == Basis.DATE
    assert kept["Procedure/p"]["stop"] - kept["Procedure/p"]["start"] == timedelta(minutes=30)


def test_an_illness_that_ended_on_the_day_it_began_is_kept(read):
    day = {"onsetDateTime": "2021-02-22T10:00:00Z", "abatementDateTime": "2021-02-22"}
    rows, account = read(lines(resource("Condition", "c", **day)))
    assert account.taken == 1
    assert rows["stop"].to_list() == [datetime(2021, 2, 22, 23, 59, 59)]


def test_older_generations_say_the_same(read):
    rows, account = read(bundle(*DSTU2, kind="searchset"))
    assert (account.taken, account.faulty) == (4, 0)
    assert told(rows, "medicine.prescribed") == [(None, "amitriptyline 10 MG tablet")]
    assert told(rows, "condition") == [(None, "Kidney disease")]
    stu3, account = read(lines(*STU3))
    assert (account.taken, account.passed) == (2, 2)
    assert told(stu3, "medicine.used") == [(None, "Amitriptyline")]
    allergy = pl.col("signal") == "allergy"
    assert stu3.filter(allergy).drop("record").equals(rows.filter(allergy).drop("record"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"valueQuantity": quantity(140, "mg/dL")}, ("lab.ldl", 140.0, None, None)),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/dL"}}, ("lab.ldl", 5.0, "<", None)),
        ({"valueQuantity": {"value": 4.2, "unit": "x10E3/uL"}, "code": concept("6690-2", "WBC")},
         ("lab.leukocytes", 4.2, None, None)),
        ({"valueQuantity": {"value": 4.5, "unit": "Million/uL"}, "code": concept("789-8", "RBC")},
         ("lab.erythrocytes", 4.5, None, None)),
        ({"valueQuantity": {"value": 91, "unit": "mL/min/1.73"}, "code": concept("98979-8", "eGFR")},
         ("lab.egfr", 91.0, None, None)),
        ({"valueQuantity": quantity(31, "IU/L"), "code": concept("1742-6", "ALT")}, ("lab.alt", 31.0, None, None)),
        ({"valueQuantity": quantity(6, "IU/L"), "code": concept("10501-5", "LH")}, ("lab.lh", 6.0, None, None)),
        ({"valueQuantity": quantity(3, "fL")}, ("other.loinc_18262_6", 3.0, None, "fL")),
        ({"valueQuantity": {"value": 3}}, ("other.loinc_18262_6", 3.0, None, None)),
        ({"valueString": "see note"}, ("other.loinc_18262_6", None, "see note", None)),
        ({"valueRange": {"low": quantity(1, "mg"), "high": quantity(2, "mg")}},
         ("other.loinc_18262_6", None, "1 mg to 2 mg", None)),
        ({"valueInteger": 4, "code": concept("72106-8", "MMSE")}, ("survey.mmse", 4.0, None, None)),
        ({"valueQuantity": quantity(29, "(score)"), "code": concept("72106-8", "MMSE")},
         ("survey.mmse", 29.0, None, None)),
        ({"valueBoolean": True, "code": {"text": "Fasting?"}}, ("other.fasting", 1.0, None, "1")),
        ({"valueQuantity": quantity(1, "mg"), "code": concept("1", "x", SNOMED)},
         ("other.snomed_1", 1.0, None, "mg")),
    ],
)  # fmt: skip
def test_values_of_every_kind_find_their_signal(read, fields, expected):
    rows, _ = read(lines(observation("o", "18262-6", **fields)))
    assert rows.select("signal", "value", "text", "unit").rows() == [expected]


WITHDRAWN = "Observation: entered in error, cancelled, or said not to have happened: these are passed over"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"dataAbsentReason": {"text": "unknown"}}, "observations without a value are passed over"),
        ({"hasMember": [{"reference": "Observation/2"}]}, "panels, whose results stand on their own, are passed over"),
        ({"status": "cancelled", "valueInteger": 1}, WITHDRAWN),
    ],
)  # fmt: skip
def test_observations_that_say_nothing_are_passed_over_with_a_reason(read, fields, why):
    _, account = read(lines(observation("o", "18262-6", **fields)))
    assert (account.passed, list(account.notes)) == (1, [why])


def test_damage_and_false_dates_are_faults_with_their_place(read):
    good = json.dumps(GLUCOSE)
    _, account = read(f'{good}\n{{"resourceType": "Observation", "id"\n{good.replace("2019-03-04", "2019-02-31")}\n')
    assert (account.read, account.taken, account.faulty) == (3, 1, 2)
    assert [fault.place for fault in account.faults] == ["record.json, record 2", "record.json, record 3"]


def test_fields_of_the_wrong_shape_never_stop_a_file(read):
    odd = [{"resourceType": "Observation", name: value} for name in ("code", "component", "effectivePeriod", "subject")
           for value in (None, 1, "x", [], [[]], {"coding": "x"})]  # fmt: skip
    odd += [{"resourceType": ["Patient"]}, {"resourceType": "Patient", "name": "x", "birthDate": 3}]
    _, account = read(lines(*odd))
    assert account.read == account.passed == len(odd)


def test_people_are_told_apart_and_never_merged(member):
    other = PATIENT | {"id": "p2"}
    theirs = GLUCOSE | {"subject": {"reference": "urn:uuid:p2"}, "id": "g2"}
    both = member("two.json", bundle(PATIENT, GLUCOSE, other, theirs))
    assert SOURCE.subjects(both) == ("p1", "p2")
    assert SOURCE.subjects(member("one.json", bundle(PATIENT, GLUCOSE))) == ("Ada Example, 1971-05-06",)
    assert SOURCE.subjects(member("Observation.ndjson", lines(GLUCOSE, theirs))) == ("p1", "p2")
    assert SOURCE.subjects(member("Observation.ndjson", lines(GLUCOSE))) == ()
    [part] = SOURCE.read(both, subject="p2")
    assert set(pl.DataFrame(pl.from_arrow(part.rows))["native"].drop_nulls()) == {"Observation/g2"}
    assert (part.passed, part.notes) == (2, ("records of other people are passed over",))


def test_a_resource_is_of_another_though_its_number_is_the_patients(member):
    other = PATIENT | {"id": "2"}
    theirs = GLUCOSE | {"subject": {"reference": "Patient/2"}, "id": "p1"}
    [part] = SOURCE.read(member("two.json", bundle(PATIENT, GLUCOSE, other, theirs)), subject="p1")
    assert set(pl.DataFrame(pl.from_arrow(part.rows))["native"].drop_nulls()) == {"Observation/g"}


def test_people_may_be_referred_to_by_the_address_of_their_entry_alone(member):
    one, other = ({name: value for name, value in PATIENT.items() if name != "id"} for _ in range(2))
    theirs = GLUCOSE | {"subject": {"reference": "urn:uuid:b"}}
    entries = [{"fullUrl": f"urn:uuid:{name}", "resource": told}
               for name, told in (("a", one), ("b", other | {"birthDate": "1999-01-01"}), ("c", theirs))]  # fmt: skip
    both = member("two.json", {"resourceType": "Bundle", "type": "collection", "entry": entries})
    assert SOURCE.subjects(both) == ("a", "b")
    [part] = SOURCE.read(both, subject="b")
    rows = pl.DataFrame(pl.from_arrow(part.rows))
    assert rows.filter(pl.col("signal") == "birth.date")["text"].to_list() == ["1999-01-01"]
    assert (part.passed, rows["native"].drop_nulls().to_list()) == (1, ["Observation/g"])


@pytest.mark.parametrize("content", ["{}", '[{"type": "Bundle"}]', '{"resourceType": "x"}', "resourceType"])
def test_foreign_json_is_not_claimed(member, content):
    assert not SOURCE.recognises(member("x.json", content))


def test_clinical_records_in_an_archive_of_apple_health_are_its_owners(member):
    patient = '{"resourceType": "Patient", "id": "p", "name": [{"text": "DOE, JANE"}]}'
    found = member("export.zip/apple_health_export/clinical-records/Patient-1.json", patient)
    assert SOURCE.recognises(found)
    assert SOURCE.subjects(found) == ()
    assert SOURCE.subjects(member("Patient-1.json", patient)) == ("DOE, JANE",)
    [part] = SOURCE.read(member("export.zip/apple_health_export/clinical-records/Lab-1.json", GLUCOSE), subject=None)
    assert part.rows.num_rows == 1
