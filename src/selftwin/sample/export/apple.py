"""Apple Health: `export.zip` as an iPhone makes it, with everything that lies beside the records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.export.apple_body import of_body
from selftwin.sample.export.apple_moves import moves, rings
from selftwin.sample.export.apple_notes import notes
from selftwin.sample.export.apple_workouts import workouts
from selftwin.sample.export.archive import pack
from selftwin.sample.export.dtd import dtd
from selftwin.sample.export.marks import marks

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_HOME = "apple_health_export/"
_BORN = "1988-05-17"
_ME = (
    f' <Me HKCharacteristicTypeIdentifierDateOfBirth="{_BORN}" HKCharacteristicTypeIdentifierBiologicalSex='
    '"HKBiologicalSexNotSet" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet"'
    ' HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet"'
    ' HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>\n'
)
_CDA = (
    '<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3">\n'
    ' <title>Health Data Export</title>\n</ClinicalDocument>\n'
)
_ECG = "Recorded Date,{stamp}\nClassification,Sinus Rhythm\nSymptoms,\nSample Rate,512 hertz\n\n12.3\n"


def write(life: Life, folder: Path) -> Path:
    """The export in `folder`, made eight minutes before the life's last midnight."""
    mark = marks(life)
    exported = mark.stamp(np.array([life.clock.end - 480]))[0]
    trained, routes = workouts(life, mark)
    document, record = _clinical(life, exported)
    body = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n{dtd()}]>\n<HealthData locale="en_NL">\n',
        f' <ExportDate value="{exported}"/>\n{_ME}',
        *moves(life, mark), *of_body(life, mark), *notes(life, mark), *trained, *rings(life), record,
        "</HealthData>\n",
    ]  # fmt: skip
    members: dict[str, bytes | str] = {
        f"{_HOME}export.xml": "".join(body),
        f"{_HOME}export_cda.xml": _CDA,
        f"{_HOME}clinical-records/Observation-{life.seed}.json": document,
        f"{_HOME}electrocardiograms/ecg_{exported[:10]}.csv": _ECG.format(stamp=exported),
        **{_HOME + path: text for path, text in routes.items()},
    }
    return pack(folder / "export.zip", members, life.plan.day(life.plan.days - 1))


def _clinical(life: Life, exported: str) -> tuple[str, str]:
    """One laboratory result as a clinic sends it, and the element that points at it."""
    name = f"Observation-{life.seed}"
    result = {
        "resourceType": "Observation", "id": str(life.seed), "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}], "text": "Hemoglobin A1c"},
        "valueQuantity": {"value": 5.9, "unit": "%"},
        "effectiveDateTime": life.plan.day(life.plan.days // 2).isoformat(),
    }  # fmt: skip
    element = (
        f' <ClinicalRecord type="Observation" identifier="{name}" sourceName="Clinic" sourceURL="https://clinic.example"'
        f' fhirVersion="4.0.1" receivedDate="{exported}" resourceFilePath="/clinical-records/{name}.json"/>\n'
    )
    return json.dumps(result), element
