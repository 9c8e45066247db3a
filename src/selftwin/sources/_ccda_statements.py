"""C-CDA's clinical statements as rows, known by their templates: those of R1.1 and R2.1 share their roots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._ccda_elements import codings, flat, identity, named, said, templates, when, written
from selftwin.sources._clinical_codes import measure, none_known, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selftwin.sources._clinical_codes import Codings
    from selftwin.sources._clinical_rows import Rows
    from selftwin.sources._markup import Element

ROOT = "2.16.840.1.113883.10.20.22.4."
SMOKING: Codings = (("2.16.840.1.113883.6.1", "72166-2", ""),)
_KINDS = {  # the number of a template, and what its statement becomes
    "2": "result", "27": "result", "38": "result", "86": "result", "78": "smoking", "85": "smoking", "4": "condition",
    "7": "allergy", "16": "medicine", "52": "immunization", "12": "procedure", "13": "procedure", "14": "procedure",
    "49": "encounter",
}  # fmt: skip
_STATEMENTS = {"observation", "act", "procedure", "substanceAdministration", "encounter", "organizer"}
_VOID = {"cancelled", "aborted", "nullified", "held"}
_DRUG = "consumable/manufacturedProduct/manufacturedMaterial"
_ENDS = (("low", ">"), ("high", "<"))
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Statement:
    """A known statement: its kind, its element, and when what it stands in (an organizer, a concern) holds."""

    kind: str
    element: Element
    around: tuple[str | None, str | None]


def statements(element: Element, around: tuple[str | None, str | None] = (None, None)) -> Iterator[Statement]:
    """The known statements in an entry, wherever they stand; those inside another known one belong to it."""
    for child in element:
        if child.tag not in _STATEMENTS:
            if child.tag in {"entryRelationship", "component"}:
                yield from statements(child, around)
            continue
        kinds = (_KINDS.get(one.removeprefix(ROOT)) for one in templates(child) if one.startswith(ROOT))
        if kind := next(filter(None, sorted(filter(None, kinds), reverse=True)), None):
            yield Statement(kind, child, around)
        else:
            own = when(child)
            yield from statements(child, own if own[0] else (written(child) or around[0], around[1]))


def add(one: Statement, record: int, rows: Rows, narrative: Mapping[str, str]) -> str:
    """Adds the row of a statement; why it has none, or nothing."""
    element = one.element
    status = element.find("statusCode")
    void = _VOID - {"aborted"} if one.kind == "medicine" else _VOID  # one that was stopped had been taken until then
    if element.get("negationInd") == "true" or (status is not None and status.get("code") in void):
        return "statements that something is not so, or was cancelled,"
    mood = element.get("moodCode", "EVN")
    if mood != "EVN" and not (one.kind == "medicine" and mood in {"INT", "RQO"}):
        return "plans"
    start, stop = when(element)
    if start is None:
        start, stop = (one.around[0] or written(element), None)
    if start is None:
        return "statements without a date"
    native = f"{given}@{start}" if (given := identity(element)) else None
    if one.kind in {"result", "smoking"}:
        return _result(one, record, rows, narrative, (start, stop), native)
    name, codes = _name(one, narrative)
    if none_known(codes):
        return "statements that there is none"
    signal = one.kind
    if one.kind == "medicine":
        signal = "medicine.used" if mood == "EVN" else "medicine.prescribed"
    rows.add(record, signal, (start, stop), native=native, text=name or None)
    return ""


def _name(one: Statement, narrative: Mapping[str, str]) -> tuple[str, Codings]:
    """What was diagnosed, given, done: where each kind of statement says it."""
    element = one.element
    if one.kind == "condition":
        value = element.find("value")
        return named(value, narrative) or said(element.find("text"), narrative), codings(value)
    if one.kind == "allergy":
        entity = element.find("participant/participantRole/playingEntity")
        code = None if entity is None else entity.find("code")
        name = named(code, narrative) or ("" if entity is None else (entity.findtext("name") or "").strip())
        value = element.find("value")
        return name or named(value, narrative), (*codings(code), *codings(value))
    if one.kind in {"medicine", "immunization"}:
        drug = element.find(_DRUG)
        code = None if drug is None else drug.find("code")
        name = named(code, narrative) or ("" if drug is None else (drug.findtext("name") or "").strip())
        return name or said(element.find("text"), narrative), codings(code)
    code = element.find("code")
    return named(code, narrative) or said(element.find("text"), narrative), codings(code)


def _result(
    one: Statement,
    record: int,
    rows: Rows,
    narrative: Mapping[str, str],
    moment: tuple[str | None, str | None],
    native: str | None,
) -> str:
    """A value under its code: a number in its unit, a code, or words."""
    told = one.element.find("code")
    code = SMOKING if one.kind == "smoking" else codings(told)
    name = "smoking" if one.kind == "smoking" else named(told, narrative)
    value = one.element.find("value")
    if value is None or (value.get("nullFlavor") and not len(value)):
        return "observations without a value"
    number, unit, sign = _amount(value)
    if _NUMBER.fullmatch(number.strip()):
        what = measure(code, name, (unit,) if unit else ())
        read = float(number)
        rows.add(record, what.signal, moment, native=native, unit=what.unit, text=sign,
                 value=read if what.way is None else what.way(read))  # fmt: skip
        return ""
    text = _words(value, narrative)
    if not text:
        return "observations without a value"
    signal, word = words(code, name, codings(value), text)
    rows.add(record, signal, moment, native=native, text=word)
    return ""


def _amount(value: Element) -> tuple[str, str, str | None]:
    """Number and unit as written, and the sign of an interval that is open at one end.

    A unit that is no UCUM may stand as words in a translation, and the number beside it.
    """
    kind = value.get("type", "").rpartition(":")[2]
    if kind in {"PQ", "INT", "REAL", "MO"}:
        other = value.find("translation")
        if value.get("value") or other is None:
            return value.get("value", ""), value.get("unit", ""), None
        return other.get("value", ""), other.get("unit", "") or said(other.find("originalText"), {}), None
    ends = [(end, sign) for name, sign in _ENDS if (end := value.find(name)) is not None and end.get("value")]
    if kind != "IVL_PQ" or len(ends) != 1:
        return "", "", None
    end, sign = ends[0]
    return end.get("value", ""), end.get("unit", ""), sign + ("" if end.get("inclusive") == "false" else "=")


def _words(value: Element, narrative: Mapping[str, str]) -> str:
    """What is no number: a code's name, text, yes or no, or an interval in words."""
    low, high = value.find("low"), value.find("high")
    if low is not None or high is not None:
        ends = ["" if end is None else f"{end.get('value', '')} {end.get('unit', '')}".strip() for end in (low, high)]
        return " to ".join(ends).strip()
    return named(value, narrative) or flat(value) or value.get("value", "").strip()
