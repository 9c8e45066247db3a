"""The elements FHIR's resources are built of, as any of its generations writes them, read without trusting shapes."""

from __future__ import annotations

from functools import cache
from typing import Any

Json = dict[str, Any]
Codings = tuple[tuple[str, str, str], ...]


def mapping(found: Any) -> Json:
    """An object, or an empty one where something else stands."""
    return found if isinstance(found, dict) else {}


def several(found: Any) -> list[Json]:
    """The objects of a list; an object alone (as an older generation has it) is a list of one."""
    if isinstance(found, dict):
        return [found]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def word(found: Any) -> str:
    """A text, or nothing."""
    return found.strip() if isinstance(found, str) else ""


def codings(concept: Any) -> Codings:
    """The codes of a concept: system, code, display."""
    if not isinstance(concept, dict) or "coding" not in concept:
        return ()
    return tuple(
        (word(one.get("system")), word(one.get("code")), word(one.get("display")))
        for one in several(concept["coding"])
    )


def named(concept: Any) -> str:
    """What a concept is called: its text, else what the first of its codes is shown as, else that code."""
    if text := word(mapping(concept).get("text")):
        return text
    found = codings(concept)
    shown = next((display for _, _, display in found if display), "")
    return shown or next((code for _, code, _ in found if code), "")


def code_of(found: Any) -> str:
    """A status: a code (DSTU2, STU3), or a concept that holds one (R4)."""
    return word(found) or next((code for _, code, _ in codings(found)), "")


def when(resource: Json, *stems: str) -> tuple[str | None, str | None]:
    """The first moment or period that stands under one of these names (`effective` for `effectiveDateTime`, …)."""
    for stem in stems:
        moments, periods, timing = _dated(stem)
        for name in moments:
            if name in resource and (moment := word(resource[name])):
                return moment, None
        for name in periods:
            if name in resource:
                period = mapping(resource[name])
                start, end = word(period.get("start")), word(period.get("end"))
                if start or end:
                    return start or end, end or None
        if timing in resource:
            event = [one for one in _list(mapping(resource[timing]).get("event")) if word(one)]
            if event:
                return word(event[0]), word(event[-1]) if len(event) > 1 else None
    return None, None


@cache
def _dated(stem: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Where a moment, a period and a list of moments of this name stand."""
    return (f"{stem}DateTime", stem, f"{stem}Instant", f"{stem}Date"), (f"{stem}Period", stem), f"{stem}Timing"


def about(resource: Json) -> str:
    """Whose resource it is: the last part of the reference to the patient, or nothing."""
    whose = mapping(resource.get("subject")) or mapping(resource.get("patient"))
    return tail(word(whose.get("reference")))


def tail(reference: str) -> str:
    """The id a reference ends in: `Patient/7`, `…/Patient/7/_history/2`, `urn:uuid:7`."""
    return reference.partition("/_history/")[0].rpartition("/")[2].removeprefix("urn:uuid:").removeprefix("urn:oid:")


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
