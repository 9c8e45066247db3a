"""FHIR: health records as hospitals, laboratories and patient portals give them out (DSTU2, STU3, R4 and later).

Their owner finds them in a portal under "Download my record" or "Share", in apps that speak SMART on FHIR, as the
bulk export of a server (`Observation.ndjson`, …), or in an iPhone's Health app among the clinical records.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import UNREADABLE, faults_at
from selftwin.sources._clinical_rows import Rows
from selftwin.sources._fhir_elements import about, mapping, named, several, tail, word
from selftwin.sources._fhir_resources import rows_of
from selftwin.sources._json_stream import loaded, records
from selftwin.sources.reader.contract import Part, observations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._fhir_elements import Json
    from selftwin.sources._json_stream import Records
    from selftwin.sources.reader.members import Member

MOST_PEOPLE = 10_000
MOST_MEDICINES = 200_000
MOST_KINDS = 200
DEEPEST = 16  # brackets around a Bundle
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
_TYPE = re.compile(rb'"resourceType"\s*:\s*"([A-Z][A-Za-z]{2,40})"')
_BUNDLE = re.compile(rb'"resourceType"\s*:\s*"Bundle"|^(?:\xef\xbb\xbf)?\s*\{[^{\[]{0,2000}"entry"\s*:\s*\[')
_TOKEN = re.compile(rb'"((?:[^"\\]++|\\.)*+)"|[{}\[\]]', re.DOTALL)
_WHOSE = re.compile(rb'"(?:subject|patient)"\s*:\s*\{[^{}]{0,400}?"reference"\s*:\s*"([^"\\]{1,200})"')
_IN_APPLES = re.compile(r"/clinical-records/[^/]+\.json$")  # one person's, however each hospital writes the name


@dataclass(frozen=True, slots=True)
class Fhir:
    """Bundles, single resources, and one resource a line."""

    name: str = "fhir"
    title: str = "Health records (FHIR)"
    reads: str = "Results, conditions, medicines, immunizations, procedures, allergies, visits and documents."
    version: int = 2
    rank: int = 2
    how_to_export: str = (
        "In your hospital's or insurer's portal: Download my record, as FHIR (JSON); or a bulk export (NDJSON)."
    )
    names_as: str = "health records"

    def recognises(self, member: Member) -> bool:
        """By the name of a resource in the first bytes of JSON."""
        head = member.head()
        return bool(_JSON.match(head) and _TYPE.search(head))

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The patient by name and birth; several by their ids, as other files of the same export refer to them.

        An iPhone's archive is its owner's, and names nobody.
        """
        if _IN_APPLES.search(member.path):
            return ()
        people = _patients(member)
        if len(people) == 1:
            return (_called(next(iter(people.values()))),)
        return tuple(people) if people else _referred(member)

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """A part for each few thousand resources. Raises BrokenExport where one never ends."""
        one = _names(member, subject) if subject is not None and len(self.subjects(member)) > 1 else None
        medicines = _medicines(member)
        kinds: set[str] = set()
        for block in records(member, _paths(member)):
            if block.lines or block.cut:
                yield _part(member.path, block, medicines, kinds, one)


def _paths(member: Member) -> tuple[str, ...]:
    head = member.head()
    if (bundle := _BUNDLE.search(head)) is None:
        return "", "[]"
    wrapped = f"{_path(head[: bundle.start()])}.entry[]".removeprefix(".")
    return "entry[]", "[].entry[]", wrapped


def _path(before: bytes) -> str:
    """Where in the document the object stands that is open after these bytes, as paths of records say it; nothing
    where it stands deeper than anybody would lay it."""
    around: list[tuple[str, bytes]] = []
    key = ""
    for token in _TOKEN.finditer(before):
        if token[1] is not None:
            key = token[1].decode("utf-8", "replace")
        elif token[0] in (b"}", b"]"):
            del around[-1:]
        elif len(around) == DEEPEST:
            return ""
        else:
            path, within = around[-1] if around else ("", b"")
            inner = {b"{": f"{path}.{key}".removeprefix("."), b"[": f"{path}[]"}.get(within, "")
            around.append((inner, token[0]))
    return around[-1][0] if around else ""


def _patients(member: Member) -> dict[str, Json]:
    """The patients by their ids, or by how a bundle refers to one without."""
    return {tail(word(one.get("id"))) or one["_at"]: one for one in _resources(member, b"Patient", MOST_PEOPLE)}


def _names(member: Member, subject: str) -> frozenset[str]:
    """What the chosen patient is referred to as: by id, or by the address of the bundle's entry."""
    return frozenset({subject, word(_patients(member).get(subject, {}).get("_at"))} - {""})


def _is_of(found: Json, resource: Json, one: frozenset[str]) -> bool:
    """Whether a resource is about the chosen patient, or the patient; ids of other types may be the same numbers."""
    if word(resource.get("resourceType")) == "Patient":
        return not one.isdisjoint({tail(word(resource.get("id"))), tail(word(found.get("fullUrl")))})
    return about(resource) in one


def _part(
    path: str, block: Records, medicines: dict[str, str], known: set[str], one: frozenset[str] | None
) -> Part:
    rows, passed, bad = Rows(), Counter[str](), []
    kinds: Counter[str] = Counter()
    for place, line in enumerate(block.lines):
        if (found := loaded(line)) is None:
            bad.append(place)
            kinds["unreadable"] += 1
            continue
        resource = found if "resourceType" in found else mapping(found.get("resource"))
        kinds[_kind(resource, known)] += 1
        if not resource:
            why = "entries that hold no resource"
        elif one is not None and not _is_of(found, resource, one):
            why = "records of other people"
        else:
            why = rows_of(resource, place, rows, medicines)
        passed.update([why] if why else ())
    if block.cut:
        bad.append(len(block.lines))
        kinds["unreadable"] += 1
    return Part(
        observations(rows.frame("fhir")),
        read=len(block.lines) + block.cut,
        passed=passed.total(),
        faults=tuple(faults_at(path, block.first, bad, UNREADABLE)),
        kinds=kinds,
        notes=tuple(f"{why} are passed over" for why in passed),
        first_record=block.first,
    )


def _kind(resource: Json, known: set[str]) -> str:
    """The type of a resource; a file of noise has no thousand types."""
    kind = word(resource.get("resourceType"))[:40]
    if not kind.isalpha() or (kind not in known and len(known) >= MOST_KINDS):
        return "others"
    known.add(kind)
    return kind


def _resources(member: Member, kind: bytes, most: int) -> Iterator[Json]:
    """The resources of one type, without a look at the others."""
    if not _holds(member, b'"' + kind + b'"'):
        return
    marked = re.compile(rb'"resourceType"\s*:\s*"' + kind + b'"')
    for block in records(member, _paths(member)):
        for line in block.lines:
            if not marked.search(line) or (found := loaded(line)) is None:
                continue
            resource = found if "resourceType" in found else mapping(found.get("resource"))
            if word(resource.get("resourceType")).encode("utf-8", "replace") == kind:
                most -= 1
                if most < 0:
                    return
                yield {"_at": tail(word(found.get("fullUrl")))} | resource


def _holds(member: Member, mark: bytes) -> bool:
    kept = b""
    with member.open() as stream:
        while more := stream.read(1 << 20):
            if mark in kept + more:
                return True
            kept = more[-len(mark) :]
    return False


def _medicines(member: Member) -> dict[str, str]:
    """What the file's own Medications are called, by every id they may be referred to."""
    names: dict[str, str] = {}
    for medicine in _resources(member, b"Medication", MOST_MEDICINES):
        name = named(medicine.get("code"))
        names |= {key: name for key in (medicine["_at"], word(medicine.get("id"))) if key}
    return names


def _called(patient: Json) -> str:
    """Name and date of birth: what stays the same from one hospital to the next."""
    name = next(iter(several(patient.get("name"))), {})
    parts = [*_texts(name.get("given")), *_texts(name.get("family"))]
    full = " ".join(parts) or word(name.get("text")) or f"patient {tail(word(patient.get('id')))}"
    return ", ".join(filter(None, (full[:120], word(patient.get("birthDate"))[:10])))


def _texts(found: object) -> list[str]:
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str) and one]


def _referred(member: Member) -> tuple[str, ...]:
    """The people that resources without a Patient beside them are about, where they are several."""
    people: dict[str, None] = {}
    kept = b""
    with member.open() as stream:
        while (more := stream.read(1 << 22)) and len(people) < MOST_PEOPLE:
            people.update((tail(found.decode("utf-8", "replace")), None) for found in _WHOSE.findall(kept + more))
            kept = more[-600:]
    return tuple(people) if len(people) > 1 else ()


SOURCE = Fhir()
