"""FHIR's resources as rows, by type: where each generation keeps the date, the name and the status of one.

Names and statuses: R4 and R5, STU3, DSTU2, in this order. A status that says "this is not so" passes a resource over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selftwin.sources._clinical_codes import none_known
from selftwin.sources._fhir_elements import code_of, codings, mapping, named, several, tail, when, word
from selftwin.sources._fhir_observations import observation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.sources._clinical_rows import Rows
    from selftwin.sources._fhir_elements import Json

WITHDRAWN = frozenset(
    {"entered-in-error", "cancelled", "not-done", "not-taken", "refuted", "draft", "planned", "proposed", "preparation"}
    | {"abandoned", "aborted", "nullified", "rejected", "declined"}
)
_STATUSES = ("status", "verificationStatus")
_NEGATIONS = frozenset({"notGiven", "wasNotGiven", "notDone", "notPerformed", "wasNotTaken", "doNotPerform"})
_REASONS_WHY_NOT = frozenset({"notDoneCodeableConcept", "notDoneReference"})


@dataclass(frozen=True, slots=True)
class Kind:
    """How a type of resource becomes a row: the signal, where its dates and its name stand, where its end."""

    signal: str
    dates: tuple[str, ...]
    names: tuple[str, ...] = ("code",)
    ends: tuple[str, ...] = field(default=())


KINDS: Mapping[str, Kind] = {
    "Condition": Kind("condition", ("onset", "recordedDate", "assertedDate", "dateRecorded"), ends=("abatement",)),
    "AllergyIntolerance": Kind("allergy", ("onset", "recordedDate", "assertedDate"), ("code", "substance")),
    "Immunization": Kind("immunization", ("occurrence", "date"), ("vaccineCode",)),
    "Procedure": Kind("procedure", ("performed", "occurrence")),
    "Encounter": Kind("encounter", ("period", "actualPeriod"), ("type", "class")),
    "DiagnosticReport": Kind("clinical.document", ("effective", "issued")),
    "DocumentReference": Kind("clinical.document", ("date", "created", "indexed"), ("type", "description")),
    "MedicationRequest": Kind("medicine.prescribed", ("authoredOn",), ("medication",)),
    "MedicationOrder": Kind("medicine.prescribed", ("dateWritten",), ("medication",)),
    "MedicationPrescription": Kind("medicine.prescribed", ("dateWritten",), ("medication",)),
    "MedicationDispense": Kind("medicine.dispensed", ("whenHandedOver", "whenPrepared"), ("medication",)),
    "MedicationStatement": Kind("medicine.used", ("effective", "dateAsserted"), ("medication",)),
    "MedicationAdministration": Kind("medicine.taken", ("effective", "effectiveTime", "occurence"), ("medication",)),
}


def rows_of(resource: Json, record: int, rows: Rows, medicines: Mapping[str, str]) -> str:
    """Adds the rows of a resource; why it has none (as words that "are passed over" follows), or nothing."""
    kind = word(resource.get("resourceType"))
    native = f"{kind}/{given}" if (given := word(resource.get("id"))) else None
    if kind == "Patient":
        return _patient(resource, record, rows)
    if kind != "Observation" and kind not in KINDS:
        return f"resources of the type {kind[:40]}" if kind.isalpha() else "resources of no type"
    if withdrawn(resource):
        return f"{kind}: entered in error, cancelled, or said not to have happened: these"
    if kind == "Observation":
        return observation(resource, record, native, rows)
    return _entry(resource, record, native, rows, medicines)


def withdrawn(resource: Json) -> bool:
    """Whether a resource says of itself that it is not so."""
    for name in _STATUSES:
        if name in resource and code_of(resource[name]) in WITHDRAWN:
            return True
    if not _NEGATIONS.isdisjoint(resource) and any(resource.get(name) is True for name in _NEGATIONS):
        return True
    return resource.get("taken") == "n" or not _REASONS_WHY_NOT.isdisjoint(resource)


def _entry(resource: Json, record: int, native: str | None, rows: Rows, medicines: Mapping[str, str]) -> str:
    """One row for a diagnosis, a vaccine, a visit, and the like."""
    kind = word(resource.get("resourceType"))
    what = KINDS[kind]
    name = ""
    for place in what.names:
        name = name or _name(resource, place, medicines)
        if none_known(codings(resource.get(place))):
            return f"{kind}: entries that say there is none"
    start, stop = when(resource, *what.dates)
    if start is None:
        return f"{kind}: entries without a date"
    if what.ends:
        stop = when(resource, *what.ends)[0] or stop
    rows.add(record, what.signal, (start, stop), native=native, text=name or None)
    return ""


def _name(resource: Json, field: str, medicines: Mapping[str, str]) -> str:
    if field == "medication":
        return _medicine(resource, medicines)
    found = resource.get(field)
    if isinstance(found, str):
        return found.strip()
    for one in several(found):
        if name := named(one) or word(one.get("display")) or word(one.get("code")):
            return name
    return ""


def _medicine(resource: Json, medicines: Mapping[str, str]) -> str:
    """A concept of its own, or a reference to a Medication: shown, contained, or elsewhere in the file."""
    either = mapping(resource.get("medication"))
    if name := named(resource.get("medicationCodeableConcept")) or named(either.get("concept")):
        return name
    to = mapping(resource.get("medicationReference")) or mapping(either.get("reference")) or either
    if name := word(to.get("display")):
        return name
    reference = word(to.get("reference"))
    for inner in several(resource.get("contained")):
        if word(inner.get("id")) == reference.removeprefix("#"):
            return named(inner.get("code"))
    return medicines.get(tail(reference), "")


def _patient(resource: Json, record: int, rows: Rows) -> str:
    """Birth and sex, dated by birth, as every other export of the same person says them."""
    born = word(resource.get("birthDate"))
    if not born:
        return "Patient: people without a date of birth"
    rows.add(record, "birth.date", (born, None), text=born)
    if (sex := _sex(resource)) in {"male", "female", "other", "unknown"}:
        rows.add(record, "sex", (born, None), text=sex)
    return ""


def _sex(resource: Json) -> str:
    """Sex at birth where an extension (US Core's, Argonaut's) tells it, else the administrative gender."""
    for extension in several(resource.get("extension")):
        if word(extension.get("url")).endswith("birthsex"):
            told = code_of(extension.get("valueCode")) or code_of(extension.get("valueCodeableConcept"))
            if at_birth := {"M": "male", "F": "female"}.get(told):
                return at_birth
    return word(resource.get("gender")).lower()
