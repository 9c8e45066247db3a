"""What is meant to be erased: read from a form, told before any of it goes; and the certificates of what went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from selftwin.twin.erasing import Target
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web.erasing import ERASE
from selftwin.web.page import Form
from selftwin.web.rendering import texts
from selftwin.wording.clock import whole_day
from selftwin.wording.data import packed
from selftwin.wording.sources import named
from selftwin.wording.words import count, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.twin import Twin
    from selftwin.twin.erasing import Toll
    from selftwin.web.jobs import Job
    from selftwin.web.page import Visit

FIELDS = ("signal", "category", "source", "import", "since", "until", "everything")
OTHERS = (("revisions", "earlier value"), ("days", "resolved day"), ("estimates", "estimate"),
          ("models", "state of a model"), ("files", "account of a file"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would go, in words: rows of category, signal and number; sources; all else; and what to send to do it."""

    rows: tuple[tuple[str, str, str], ...]
    sources: tuple[str, ...]
    total: str
    also: tuple[str, ...]
    exports: tuple[str, ...]
    remarks: tuple[str, ...]
    everything: bool
    nothing: bool


def target(form: Form) -> Target:
    """What is meant to go. Raises UsageError."""
    return Target(
        signals=_each(form, "signal"),
        categories=_each(form, "category"),
        sources=_each(form, "source"),
        batches=tuple(_number(one) for one in _each(form, "import")),
        since=whole_day(form.said("since")),
        until=whole_day(form.said("until")),
        everything=form.said("everything") == "yes",
    ).checked()


def said(form: Form) -> list[tuple[str, str]]:
    """The fields that say what is to go, to be sent again."""
    return [(name, value) for name, value in form.pairs if name in FIELDS and value.strip()]


def foretold(visit: Visit, wanted: Target) -> Foretold:
    """What an erasure would take; nothing is touched. Raises Preparing, UsageError."""
    toll: Toll = visit.made("keep.toll", lambda twin: twin.would_erase(wanted), wanted)
    t = texts("en")
    also = tuple(_counted(getattr(toll, name), noun) for name, noun in OTHERS if getattr(toll, name))
    rows = tuple((category, key, f"{number:,}") for category, some in toll.observations.items()
                 for key, number in some.items())  # fmt: skip
    sources = tuple(t("keep.from_source", source=named(name), count=count(number, "observation"))
                    for name, number in toll.sources.items())  # fmt: skip
    nothing = not wanted.everything and not toll.total and not also
    return Foretold(rows, sources, count(toll.total, "observation"), also, toll.exports, toll.remarks,
                    wanted.everything, nothing)  # fmt: skip


def _counted(number: int, noun: str) -> str:
    head, of, rest = noun.partition(" of ")
    return f"{count(number, head)}{of}{rest}"


def newest(visit: Visit) -> Job | None:
    """The newest erasure of this server."""
    found = [job for job in visit.jobs if job.kind == ERASE]
    return found[-1] if found else None


def certificates(twin: Twin) -> list[dict[str, Any]]:
    """Every certificate, the newest first."""
    return [
        {"name": one.name, "when": stamp(datetime.fromisoformat(one.facts["done"])), "lines": one.lines(),
         "gone": f"{one.facts['gone']['observations']:,}"}
        for one in reversed(twin.certificates())
    ]  # fmt: skip


def certificate(twin: Twin, name: str) -> bytes:
    """A certificate as its file. Raises UsageError."""
    found = next((one for one in twin.certificates() if one.name == name), None)
    if found is None:
        raise UsageError(texts("en")("keep.no_certificate"), hint="")
    return packed(found.facts, indent=True)


def choices(visit: Visit) -> dict[str, Any]:
    """What there is to choose from, read once for each state of the twin."""
    found: dict[str, Any] = visit.made("keep.choices", _choices)
    return found


def _choices(twin: Twin) -> dict[str, Any]:
    latest = twin.latest()
    kept = [batch for batch in twin.batches() if batch.state == "kept"]
    return {
        "keys": sorted({str(key) for key in latest["signal"]}),
        "sources": sorted({str(one) for one in latest["source"] if one}),
        "batches": [(str(one.number), f"{one.number}: {one.what[:60]}") for one in kept[:200]],
    }


def asked(visit: Visit) -> tuple[Form, Foretold | None, str]:
    """What the query says is to go, what that would take, and what is wrong with it."""
    form = Form([pair for pair in visit.query.items() if pair[0] in FIELDS])
    if not any(value.strip() for value in form.values()):
        return form, None, ""
    try:
        return form, foretold(visit, target(form)), ""
    except SelftwinError as error:
        return form, None, f"{error} {error.hint}".strip()


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: form.get(name, "") for name in FIELDS}


def _each(form: Form, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for value in form.every(name) for part in value.split(",") if part.strip())


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UsageError(texts("en")("keep.no_import"), hint="")
    return int(text)
