"""The elements C-CDA's statements are built of: times as HL7 v3 writes them, codes with their names, typed values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selftwin.vocabulary.remembering import remembered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.sources._clinical_codes import Codings
    from selftwin.sources._markup import Element

_TIME = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4}|(?<=\d{10})[+-]\d\d)?")


@remembered(4096)  # the statements of a visit share their stamps
def iso(stamp: str) -> str | None:
    """`20130815103000-0800` as ISO 8601, as exact as it was written; what is no such stamp stays what it is."""
    found = _TIME.fullmatch(stamp.strip())
    if found is None:
        return stamp.strip() or None
    year, month, day, hour, minute, second, offset = found.groups()
    date = "-".join(filter(None, (year, month, day)))
    if hour is None:
        return date
    zone = f"{offset[:3]}:{offset[3:] or '00'}" if offset else ""
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}{zone}"


def when(statement: Element) -> tuple[str | None, str | None]:
    """When a statement holds: a point, or from low to high; the first time that tells either."""
    for time in statement.findall("effectiveTime"):
        for name in ("", "low", "center"):
            if start := _stamp(time.find(name) if name else time):
                return start, _stamp(time.find("high"))
        if end := _stamp(time.find("high")):
            return end, end
    return None, None


def written(statement: Element) -> str | None:
    """When its author wrote it down."""
    return _stamp(statement.find("author/time"))


def _stamp(time: Element | None) -> str | None:
    return None if time is None else iso(time.get("value", ""))


def codings(code: Element | None) -> Codings:
    """The code and its translations: system (an OID), code, name."""
    if code is None:
        return ()
    every = [code, *code.findall("translation")]
    told = [(one.get("codeSystem", ""), one.get("code", ""), one.get("displayName", "")) for one in every]
    return tuple(one for one in told if one[1] or one[2])


def named(code: Element | None, narrative: Mapping[str, str]) -> str:
    """What a code is called: its name, its words (or those it points to in the narrative), a translation."""
    if code is None:
        return ""
    if name := code.get("displayName", "").strip():
        return name
    if words := said(code.find("originalText"), narrative):
        return words
    return next((name for _, _, name in codings(code) if name), "") or code.get("code", "")


def said(text: Element | None, narrative: Mapping[str, str]) -> str:
    """Words of their own, or those a reference points to."""
    if text is None:
        return ""
    own = flat(text)
    reference = text.find("reference")
    return own or ("" if reference is None else narrative.get(reference.get("value", "").lstrip("#"), ""))


def flat(element: Element) -> str:
    """All the words in an element, in one line."""
    return " ".join(" ".join(element.itertext()).split())


def templates(statement: Element) -> set[str]:
    """The roots of its templates, whatever the year of each."""
    return {one.get("root", "") for one in statement.findall("templateId")}


def identity(statement: Element) -> str | None:
    """Root and extension of the id, or nothing where there is none."""
    given = statement.find("id")
    if given is None or not given.get("root"):
        return None
    return "^".join(filter(None, (given.get("root"), given.get("extension"))))
