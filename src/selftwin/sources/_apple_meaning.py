"""What HealthKit's names mean: identifiers become signals through the catalogue's Apple codes, values become states.

A kind that nobody has catalogued is kept as `other.<its name>` with its unit. HealthKit writes percentages as
fractions (0.97 under the unit `%`), in every version seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from selftwin.vocabulary.catalogue import by_code, other, signal
from selftwin.vocabulary.errors import UnitError
from selftwin.vocabulary.signal import Kind
from selftwin.vocabulary.units import into

if TYPE_CHECKING:
    from selftwin.vocabulary.signal import Signal

_SLEEP = {
    "in_bed": "in_bed",
    "asleep": "asleep",
    "asleep_unspecified": "asleep",
    "asleep_core": "light",
    "asleep_deep": "deep",
    "asleep_rem": "rem",
    "awake": "awake",
    "0": "in_bed",
    "1": "asleep",
    "2": "awake",
    "3": "light",
    "4": "deep",
    "5": "rem",
}
# The catalogue's numbers for words, by the unit of the signal; a word that is not here is kept under `other.*`.
_SCALES = {
    "{severity}": {"not_present": 0.0, "mild": 1.0, "moderate": 2.0, "severe": 3.0},
    "{flow}": {"none": 0.0, "light": 1.0, "medium": 2.0, "heavy": 3.0},
    "{flag}": {"not_present": 0.0, "present": 1.0},
    "{hours}": {"idle": 0.0, "stood": 1.0},
}
_STATES = {"no_change": "none"}
_SHARED = (["environmental", "audio", "exposure", "event"], ["vaginal", "bleeding"])  # names used by several kinds
_SAID = "yes"  # a state that HealthKit gives no value: it holds from its start to its stop
_HONEST = {"%": "1"}  # its per cent are fractions of one
_BMI = "kg/m2"  # written as `count`
_PREFIX = re.compile(r"^HK(?:\w+?TypeIdentifier|DataType(?:Identifier)?)?(?=\w)")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PART = re.compile(r"(\w+):(.*?)(?=, \w+:|>?$)")
_SERIAL = re.compile(r"\s+(?=\S*\d)[0-9A-F:-]{4,}$", re.IGNORECASE)


class What(NamedTuple):
    """Kind, unit and word of a record as written, without its number; `=key` is a signal by its own name."""

    kind: str
    unit: str
    text: str


class Origin(NamedTuple):
    """Who wrote a record: the app or the named device, and the device's description without its pointer."""

    source: str
    device: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What becomes of a record of that kind: `value * scale + shift` in `signal`, or `number` and `text` instead.

    `numeric` records need a number, `lasting` ones take their minutes; a `fault` says why none can be understood.
    """

    signal: str
    scale: float = 1.0
    shift: float = 0.0
    unit: str = ""
    text: str = ""
    number: float | None = None
    numeric: bool = False
    lasting: bool = False
    fault: str = ""


def meaning(what: What) -> Meaning:
    """The signal, the way into its unit, and the state of every record of this kind, unit and word."""
    if what.kind.startswith("="):
        known = None if what.kind.startswith("=other.") else signal(what.kind[1:])
    else:
        known = by_code("apple", what.kind)
    if what.kind.startswith("HKCategory"):
        return _category(what, known)
    return _uncatalogued(what) if known is None else _measured(what, known)


def _measured(what: What, known: Signal) -> Meaning:
    numeric = known.kind is Kind.QUANTITY
    if what.text and numeric:
        return Meaning(known.key, fault="its value is not a number")
    if not what.unit:
        return Meaning(known.key, text=what.text, number=1.0 if known.kind is Kind.EVENT else None, numeric=numeric)
    try:
        way = into(known, _HONEST.get(what.unit, what.unit) if known.unit != _BMI else _BMI)
    except UnitError:
        return _uncatalogued(what)
    return Meaning(known.key, way.scale, way.offset, text=what.text, numeric=numeric)


def _uncatalogued(what: What) -> Meaning:
    kept = other(_bare(what.kind.removeprefix("=other.")), what.unit)
    if what.text and what.unit:
        return Meaning(kept.key, fault="its value is not a number")
    scale = 100.0 if what.unit == "%" else 1.0
    return Meaning(kept.key, scale, unit=kept.unit, text=what.text, numeric=not what.text)


def _category(what: What, known: Signal | None) -> Meaning:
    word = state(what)
    if known is None:
        return _kept(what, word)
    if known.kind is Kind.EVENT:
        return Meaning(known.key, number=1.0, text=word)
    if known.kind is Kind.QUANTITY and known.unit == "min":
        return Meaning(known.key, numeric=True, lasting=True)
    if (scale := _SCALES.get(known.unit)) is not None:
        return Meaning(known.key, number=scale[word]) if word in scale else _kept(what, word)
    return Meaning(known.key, text=(_SLEEP if known.key == "sleep.stage" else _STATES).get(word, word) or _SAID)


def _kept(what: What, word: str) -> Meaning:
    return Meaning(other(_bare(what.kind)).key, unit="1", text=word or _SAID)


def state(what: What) -> str:
    """The word of a category's value: `HKCategoryValueAppleStandHourStood` of an `…AppleStandHour` is `stood`."""
    if what.text.isdigit():
        return what.text
    said = _words(what.text.removeprefix("HKCategoryValue").removeprefix("Severity").removeprefix("Presence"))
    for name in (_words(_bare(what.kind)), *_SHARED):
        if said[: len(name)] == name and len(said) > len(name):
            said = said[len(name) :]
    return "" if said == ["not", "applicable"] else "_".join(said)


def words(name: str) -> str:
    """A name in Apple's spelling as words: `TraditionalStrengthTraining` is `traditional_strength_training`."""
    return "_".join(_words(name))


def _bare(kind: str) -> str:
    return _PREFIX.sub("", kind)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def source_name(origin: Origin) -> str:
    """The source of an observation: the writer's name and the kind of device, without versions and pointers."""
    kind = device_kind(origin.device)
    return f"apple_health:{origin.source}|{kind}" if kind else f"apple_health:{origin.source}"


def device_kind(device: str) -> str:
    """The model of a described device, or its name without a serial number; empty where neither is said."""
    parts = dict(_PART.findall(device))
    return _SERIAL.sub("", parts.get("model") or parts.get("name") or "").strip()
