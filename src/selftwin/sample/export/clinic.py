"""A health record as a practice's portal gives it: FHIR R4, with the laboratory, what was found, and vaccinations.

What it says follows from the life: the illness that was hard, and a glucose a little above what a doctor likes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_LOINC, _UCUM, _ICD = "http://loinc.org", "http://unitsofmeasure.org", "http://hl7.org/fhir/sid/icd-10"
_CVX, _ATC = "http://hl7.org/fhir/sid/cvx", "http://www.whocc.no/atc"
_LABS = (  # code, name, mean, spread, digits, unit
    ("1558-6", "Fasting glucose", 103.0, 3.0, 0, "mg/dL"), ("2093-3", "Cholesterol", 198.0, 8.0, 0, "mg/dL"),
    ("13457-7", "Cholesterol in LDL", 122.0, 7.0, 0, "mg/dL"), ("2085-9", "Cholesterol in HDL", 54.0, 3.0, 0, "mg/dL"),
    ("2571-8", "Triglyceride", 112.0, 14.0, 0, "mg/dL"), ("2160-0", "Creatinine", 0.88, 0.04, 2, "mg/dL"),
)  # fmt: skip
_HBA1C = ("4548-4", "Hemoglobin A1c")
_SHARES = (0.08, 0.5, 0.9)  # of the life, when blood was taken; the second is told by Apple's record too
_A1C = (5.8, 5.9, 5.8)
_FASTING, _SEEN = 495, 580  # minutes from midnight
_FLU = (10, 14)  # every year on that day


def visits(life: Life) -> list[tuple[int, int, str]]:
    """The days on which somebody was seen, the minute, and why."""
    blood = [(round(share * life.plan.days), _FASTING, "Blood test") for share in _SHARES]
    ill = life.plan.illnesses[0]
    return sorted([*blood, (ill.onset + 2, _SEEN, "Practice")])


def fhir(life: Life, folder: Path) -> Path:
    """`health-record.json` in `folder`: a bundle of everything."""
    resources = [_patient(), *_laboratory(life), *_found(life), *_vaccinations(life)]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return kept(folder / "health-record.json", json.dumps(bundle, indent=1))


def _patient() -> dict[str, Any]:
    """Whose record it is; the phone tells the date of birth, and other archives bear the bare name as well."""
    return {"resourceType": "Patient", "id": "sample", "name": [{"family": "Person", "given": ["Sample"]}]}


def _resource(kind: str, number: str, **fields: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": number, "subject": {"reference": "Patient/sample"}} | fields


def _concept(code: str, name: str, system: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": name}], "text": name}


def _day(life: Life, day: int) -> str:
    return life.plan.day(day).isoformat()


def _laboratory(life: Life) -> list[dict[str, Any]]:
    rng, found = draws(life.seed, "laboratory"), []
    for turn, (share, a1c) in enumerate(zip(_SHARES, _A1C, strict=True)):
        on = _day(life, round(share * life.plan.days))
        number = str(life.seed) if share == 0.5 else f"{life.seed}-{turn}"
        found.append(_result(number, _HBA1C, a1c, "%", on))
        for code, name, mean, spread, digits, unit in _LABS:
            value = round(float(rng.normal(mean, spread)), digits)
            found.append(_result(f"{life.seed}-{turn}-{code}", (code, name), value, unit, on))
    return found


def _result(number: str, what: tuple[str, str], value: float, unit: str, on: str) -> dict[str, Any]:
    category = _concept("laboratory", "Laboratory", "http://terminology.hl7.org/CodeSystem/observation-category")
    return _resource(
        "Observation", number, status="final", category=[category], code=_concept(*what, _LOINC),
        valueQuantity={"value": value, "unit": unit, "system": _UCUM, "code": unit}, effectiveDateTime=on,
    )  # fmt: skip


def _found(life: Life) -> list[dict[str, Any]]:
    """The hard illness with what was prescribed for it, and what the laboratory gave rise to."""
    ill = life.plan.illnesses[0]
    seen, ended = _day(life, ill.onset + 2), _day(life, min(ill.onset + ill.days, life.plan.days - 1))
    told = _day(life, round(_SHARES[0] * life.plan.days) + 2)
    status = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]}
    return [
        _resource("Condition", "c1", code=_concept("R73.0", "Prediabetes", _ICD), onsetDateTime=told),
        _resource("Condition", "c2", code=_concept("J11.1", "Influenza", _ICD), clinicalStatus=status,
                  onsetDateTime=_day(life, ill.onset), abatementDateTime=ended),
        _resource("Encounter", "e1", status="finished", type=[{"text": "Consultation"}],
                  period={"start": seen, "end": seen}),
        _resource("MedicationRequest", "m1", status="completed", intent="order", authoredOn=seen,
                  medicationCodeableConcept=_concept("N02BE01", "Paracetamol 500 mg", _ATC)),
    ]  # fmt: skip


def _vaccinations(life: Life) -> list[dict[str, Any]]:
    """One against influenza each autumn, except in the weeks around an illness."""
    found = []
    for number in np.arange(life.plan.days).tolist():
        day = life.plan.day(number)
        if (day.month, day.day) == _FLU and life.states.felt[max(0, number - 14) : number + 14].max() == 0:
            vaccine = _concept("140", "Influenza, seasonal", _CVX)
            found.append({"resourceType": "Immunization", "id": f"i{day.year}", "status": "completed",
                          "patient": {"reference": "Patient/sample"}, "vaccineCode": vaccine,
                          "occurrenceDateTime": day.isoformat()})  # fmt: skip
    return found
