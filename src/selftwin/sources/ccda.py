"""C-CDA: the summary of care (CCD) and its kin that American patient portals give out as XML.

Its owner finds it in the portal (MyChart and others) under "Download my record" or "Lucy", often in a zip archive of
several documents; the same files come by mail between hospitals.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._ccda_elements import flat, iso
from selftwin.sources._ccda_statements import add, statements
from selftwin.sources._clinical_rows import Rows
from selftwin.sources._markup import Cut, elements, root
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.account import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources._markup import Element, Found
    from selftwin.sources.reader.members import Member

AT_ONCE = 4_000  # entries in a part
MOST_WORDS = 200_000  # passages of a section's text that its entries may point to
_SEX = {"F": "female", "M": "male", "UN": "other", "UNK": "unknown"}
_APPLES = (b'extension="Health Export CDA"', b"<title>Health Data Export</title>")


@dataclass(frozen=True, slots=True)
class Ccda:
    """Documents of the Consolidated CDA, R1.1 and R2.1."""

    name: str = "ccda"
    title: str = "Health records (C-CDA)"
    reads: str = "Vitals, results, problems, medicines, allergies, immunizations, procedures and visits."
    version: int = 2
    rank: int = 2
    how_to_export: str = "In your patient portal: Download my record, as XML (CCD, C-CDA, summary of care)."
    names_as: str = "health records"

    def recognises(self, member: Member) -> bool:
        """By the root of the document; what an iPhone writes of its own measurements is Apple Health's."""
        head = member.head()
        if b"ClinicalDocument" not in head or member.name == "export_cda.xml" or any(mark in head for mark in _APPLES):
            return False
        opening = root(member)
        return opening is not None and opening.tag == "ClinicalDocument"

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The patient by name and date of birth, as records in FHIR name them."""
        for found in elements(member, {"recordTarget", "structuredBody"}):
            if isinstance(found, Cut) or found.element.tag != "recordTarget":
                break
            person = found.element.find("patientRole/patient")
            return () if person is None else tuple(filter(None, (_called(person),)))
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """A part for each few thousand entries. Raises BrokenExport where the XML is hostile or has no root."""
        block = _Block(member.path)
        narrative: dict[str, str] = {}
        for found in elements(member, {"recordTarget", "text", "entry"}):
            if isinstance(found, Cut):
                block.cut(found)
            elif found.element.tag == "text":
                narrative = _narrative(found)
            else:
                block.take(found.element, narrative)
            if block.read >= AT_ONCE:
                yield block.part()
                block = _Block(member.path, block.first + block.read)
        yield block.part()


class _Block:
    """Some entries as they gather into a part."""

    def __init__(self, path: str, first: int = 0) -> None:
        self.path, self.first, self.read, self.passed = path, first, 0, 0
        self.rows, self.kinds, self.notes = Rows(), Counter[str](), dict[str, None]()
        self.faults: list[Fault] = []

    def take(self, element: Element, narrative: dict[str, str]) -> None:
        """The rows of one entry, or of the patient."""
        before, record = len(self.rows.record), self.read
        self.read += 1
        if element.tag == "recordTarget":
            self.kinds["patient"] += 1
            _patient(element, record, self.rows)
        else:
            found = list(statements(element))
            self.kinds[found[0].kind if found else "others"] += 1
            reasons = [add(one, record, self.rows, narrative) for one in found] or ["entries of other kinds"]
            self.notes.update((f"{why} are passed over", None) for why in reasons if why)
        self.passed += len(self.rows.record) == before

    def cut(self, end: Cut) -> None:
        """The place where the document breaks off."""
        self.kinds["unreadable"] += 1
        self.faults.append(Fault(f"{self.path}, record {self.first + self.read + 1}", end.reason))
        self.read += 1

    def part(self) -> Part:
        """All of them, with their account."""
        rows = observations(self.rows.frame("ccda"))
        return Part(rows, self.read, self.passed, tuple(self.faults), self.kinds, notes=tuple(self.notes),
                    first_record=self.first)  # fmt: skip


def _narrative(found: Found) -> dict[str, str]:
    """The passages of a section's text that bear an ID."""
    if not found.inside or found.inside[-1].tag != "section":
        return {}
    marked = (one for one in found.element.iter() if one.get("ID"))
    return {one.get("ID", ""): flat(one) for one, _ in zip(marked, range(MOST_WORDS), strict=False)}


def _patient(target: Element, record: int, rows: Rows) -> None:
    """Birth and sex, dated by birth."""
    person = target.find("patientRole/patient")
    if person is None or (born := _born(person)) is None:
        return
    rows.add(record, "birth.date", (born, None), text=born)
    gender = person.find("administrativeGenderCode")
    if gender is not None and (sex := _SEX.get(gender.get("code", ""))):
        rows.add(record, "sex", (born, None), text=sex)


def _born(person: Element) -> str | None:
    time = person.find("birthTime")
    stamp = None if time is None else iso(time.get("value", ""))
    return stamp and stamp.partition("T")[0]


def _called(person: Element) -> str:
    name = person.find("name")
    parts = [] if name is None else [flat(one) for tag in ("given", "family") for one in name.findall(tag)]
    full = " ".join(part for part in parts if part) or ("" if name is None else flat(name))
    return ", ".join(filter(None, (full[:120], _born(person)))) if full else ""


SOURCE = Ccda()
