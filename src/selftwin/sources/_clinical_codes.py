"""What a code of a medical record measures: the catalogue's signal where its LOINC code has one, else `other.*`.

Shared by the readers of FHIR and of C-CDA, so that the same result from either is the same signal in the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.vocabulary.catalogue import by_code, slug
from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.remembering import remembered
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.units import canonical, into

if TYPE_CHECKING:
    from selftwin.vocabulary.signal import Signal
    from selftwin.vocabulary.units import Conversion

LOINC = {"http://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "2.16.840.1.113883.6.1"}
SNOMED = {"http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96", "2.16.840.1.113883.6.96"}
_SPELLED = {  # as laboratories and older guides write them; in UCUM K is a kelvin
    "(score)": "{score}", "mm Hg": "mm[Hg]", "beats/minute": "/min", "breaths/minute": "/min", "[in_us]": "[in_i]",
    "K/uL": "10*3/uL", "K/ul": "10*3/uL", "M/uL": "10*6/uL", "M/ul": "10*6/uL", "K/mcL": "10*3/uL", "M/mcL": "10*6/uL",
    "x10E3/uL": "10*3/uL", "x10e3/uL": "10*3/uL", "x10E6/uL": "10*6/uL", "x10e6/uL": "10*6/uL",
    "Thousand/uL": "10*3/uL", "Million/uL": "10*6/uL", "% of total Hgb": "%",
    "mg/dL (calc)": "mg/dL", "g/dL (calc)": "g/dL",
}  # fmt: skip
_ENZYMES = {"IU/L": "U/L", "[iU]/L": "U/L"}  # an enzyme's unit is the international one; a hormone's is another
_SMOKING = {  # SNOMED CT and LOINC answers, as US Core fixes them; "smoker, how often unknown" has none
    "266919005": "never", "8517006": "former", "428041000124106": "occasional", "449868002": "daily",
    "428071000124103": "daily", "428061000124105": "daily", "266927001": "unknown", "LA18978-9": "never",
    "LA15920-4": "former", "LA18977-1": "occasional", "LA18976-3": "daily", "LA18981-3": "daily", "LA18982-1": "daily",
    "LA18980-5": "unknown",
}  # fmt: skip
_SEX = {"M": "male", "F": "female", "UN": "other", "OTH": "other", "UNK": "unknown"}
_ANSWERS = {"smoking": _SMOKING, "sex": _SEX}
NOTHING_KNOWN = frozenset(  # SNOMED CT: no known allergy (of any kind, or to some), no known problems
    ["716186003", "409137002", "428607008", "429625007", "160244002", "716184000", "428197003", "160245001"]
)

Codings = tuple[tuple[str, str, str], ...]  # system, code, display


@dataclass(frozen=True, slots=True)
class Measure:
    """The signal of a number, the way into its unit, and the unit to keep where nobody has catalogued it."""

    signal: str
    way: Conversion | None = None
    unit: str | None = None


@remembered(8192)
def measure(codings: Codings, name: str, units: tuple[str, ...]) -> Measure:
    """Where a number of this code, written in one of these spellings of its unit, belongs."""
    known = _known(codings)
    if known is not None and known.kind is Kind.QUANTITY:
        for unit in units or (("1",) if known.unit.startswith(("{", "1")) else ()):
            try:
                way = into(known, _spelled(unit, enzyme=known.unit == "U/L"))
            except UnitError:
                continue
            return Measure(known.key, None if way.identity else way)
    return Measure(other(codings, name), unit=_unit(units))


def words(codings: Codings, name: str, answers: Codings, text: str) -> tuple[str, str]:
    """The signal and the word of an answer in words: a state the catalogue knows, else `other.*` as it was said."""
    known = _known(codings)
    if known is None or known.kind is not Kind.STATE:
        return other(codings, name), text
    if not known.states:
        return known.key, text
    table = _ANSWERS.get(known.key, {})
    state = next((table[code] for _, code, _ in answers if code in table), slug(text) if text else "")
    return (known.key, state) if state in known.states else (other(codings, name), text)


def other(codings: Codings, name: str) -> str:
    """`other.loinc_<code>`, `other.snomed_<code>`, or by the name it has in the record."""
    for system, label in ((LOINC, "loinc"), (SNOMED, "snomed")):
        if code := next((code for where, code, _ in codings if where in system and code), ""):
            return f"other.{label}_{slug(code)}"
    return f"other.{slug(name or next((shown or code for _, code, shown in codings if shown or code), 'unnamed'))}"


def none_known(codings: Codings) -> bool:
    """Whether an entry says that there is none: no known allergies, no known problems."""
    return any(code in NOTHING_KNOWN and system in SNOMED for system, code, _ in codings)


def _known(codings: Codings) -> Signal | None:
    found = (by_code("loinc", code) for system, code, _ in codings if system in LOINC)
    return next((one for one in found if one is not None), None)


def _unit(units: tuple[str, ...]) -> str | None:
    for unit in units:
        try:
            return canonical(_spelled(unit))
        except UnitError:
            continue
    return units[0] if units else None


def _spelled(unit: str, *, enzyme: bool = False) -> str:
    return _ENZYMES.get(unit, unit) if enzyme else _SPELLED.get(unit, unit)
