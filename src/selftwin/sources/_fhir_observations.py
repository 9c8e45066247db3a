"""A FHIR Observation as rows: its value and those of its components, each under its own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.sources._clinical_codes import measure, words
from selftwin.sources._fhir_elements import Codings, codings, mapping, named, several, when, word

if TYPE_CHECKING:
    from selftwin.sources._clinical_rows import Rows
    from selftwin.sources._fhir_elements import Json

Told = tuple[float | None, str | None, tuple[str, ...], Codings]  # number or words, units, codes of the words
_PLAIN = ("valueString", "valueDateTime", "valueTime", "valueInstant")

_SPREADS = (("valueRange", "low", "high", " to "), ("valueRatio", "numerator", "denominator", ":"))


def observation(resource: Json, record: int, native: str | None, rows: Rows) -> str:
    """Adds its rows; why it has none, or nothing."""
    moment = when(resource, "effective", "applies", "issued")
    found = _value(resource, record, moment, native, rows)
    for place, component in enumerate(several(resource.get("component"))):
        found |= _value(component, record, moment, native and f"{native}#{place}", rows)
    if found:
        return ""
    panel = resource.get("hasMember") or resource.get("related")
    return "panels, whose results stand on their own," if panel else "observations without a value"


def _value(part: Json, record: int, moment: tuple[str | None, str | None], native: str | None, rows: Rows) -> bool:
    """Adds what one code is said to be; whether anything is."""
    told = _told(part)
    if told is None:
        return False
    number, text, units, answers = told
    code, name = codings(part.get("code")), named(part.get("code"))
    if number is None:
        signal, said = words(code, name, answers, text or "")
        rows.add(record, signal, moment, native=native, text=said)
    else:
        what = measure(code, name, units)
        value = number if what.way is None else what.way(number)
        rows.add(record, what.signal, moment, native=native, value=value, text=text, unit=what.unit)
    return True


def _told(part: Json) -> Told | None:
    """A number with the spellings of its unit, or words with their codes; None where nothing readable is said."""
    if quantity := mapping(part.get("valueQuantity")):
        return _quantity(quantity)
    if concept := mapping(part.get("valueCodeableConcept")):
        text = named(concept)
        return (None, text, (), codings(concept)) if text else None
    for name in ("valueInteger", "valueDecimal"):
        if (number := _number(part.get(name))) is not None:
            return number, None, (), ()
    if isinstance(flag := part.get("valueBoolean"), bool):
        return float(flag), None, ("1",), ()
    if text := next((word(part[name]) for name in _PLAIN if word(part.get(name))), ""):
        return None, text, (), ()
    return _spread(part)


def _quantity(quantity: Json) -> Told | None:
    number = _number(quantity.get("value"))
    if number is None:
        return None
    units = tuple(dict.fromkeys(unit for name in ("code", "unit", "units") if (unit := word(quantity.get(name)))))
    return number, word(quantity.get("comparator")) or None, units, ()


def _spread(part: Json) -> Told | None:
    """A range or a ratio, in words."""
    for name, low, high, between in _SPREADS:
        spread = mapping(part.get(name))
        ends = [mapping(spread.get(end)) for end in (low, high)]
        if any(_number(end.get("value")) is not None for end in ends):
            return None, between.join(f"{end.get('value', '')} {word(end.get('unit'))}".strip() for end in ends), (), ()
    return None


def _number(found: Any) -> float | None:
    if isinstance(found, str):  # some servers quote decimals, so that no digit is lost
        try:
            return float(found)
        except ValueError:
            return None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
