"""Note: one thing by hand, now or at another time, in a moment; and taken back as easily."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from selftwin.twin.imports import imports
from selftwin.twin.observing import BY_HAND
from selftwin.vocabulary.catalogue import signals
from selftwin.vocabulary.errors import Locked, NothingYet, SelftwinError, UsageError
from selftwin.web.answers import Preparing
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages import _note_kinds as kinds
from selftwin.web.pages._note_kinds import KINDS, Entry, Wrong
from selftwin.web.rendering import texts
from selftwin.wording import words

if TYPE_CHECKING:
    from selftwin.twin import Twin
    from selftwin.twin.imports import Import
    from selftwin.web.page import Form, Soon, Visit

LATELY = 8
LAST = ("weight", "blood_pressure.systolic", "blood_pressure.diastolic")  # what is best read beside the last value


def show(visit: Visit) -> dict[str, Any]:
    """The kinds of note, the one used last first, and the form of the one that is asked for."""
    hand = [one for one in imports(visit.twin).every(most=60) if one.by_hand]
    order = _order(hand)
    asked = visit.query.get("kind", "")
    chosen = kinds.kind(asked if asked in order else order[0])
    return {
        "order": order, "chosen": chosen, "typed": {}, "wrong": {}, "noted": _noted(visit),
        "lately": [_late(one) for one in hand if one.batch.state == "kept"][:LATELY],
        "symptoms": list(kinds.symptoms().items()), "unit": kinds.unit, "last": _last(visit),
        "every": [(one.key, one.label) for one in signals()] if chosen.name == "signal" else [],
        "today": datetime.now().astimezone().date().isoformat(),
    }  # fmt: skip


def _order(hand: list[Import]) -> list[str]:
    """The kinds, those used lately first."""
    used = dict.fromkeys(kinds.of(_key(one)) for one in hand)
    return [*used, *(one.name for one in KINDS if one.name not in used)]


def _key(one: Import) -> str:
    return one.batch.what.removesuffix(f" {BY_HAND}")


def _late(one: Import) -> dict[str, Any]:
    label = next((signal.label.partition(",")[0] for signal in signals() if signal.key == _key(one)), _key(one))
    return {"label": label, "when": words.stamp(one.batch.began), "batch": one.batch.number}


def _noted(visit: Visit) -> str:
    """The numbers of what was noted just now, for taking it back."""
    told = visit.query.get("noted", "")
    return told if told.replace("-", "").isdecimal() and len(told) < 100 else ""


def _last(visit: Visit) -> dict[str, str]:
    """The last value of what is best noted beside it."""
    try:
        found: dict[str, str] = visit.held.answers.made("note.last", _values, patience=0.1)
    except (Preparing, NothingYet):
        return {}
    return found


def _values(twin: Twin) -> dict[str, str]:
    rows = twin.latest().to_dicts()
    return {
        str(row["signal"]): kinds.own(str(row["signal"])).one(row["value"])
        for row in rows if row["signal"] in LAST and row["value"] is not None
    }  # fmt: skip


def keep(visit: Visit, form: Form) -> Outcome:
    """Note what was filled in; what is off is said at its field, and nothing that was typed is lost."""
    chosen = kinds.kind(form.said("kind"))
    now = datetime.now().astimezone()
    try:
        at = None if chosen.spans else kinds.moment(form.said, now=now)
        entries = chosen.becomes(chosen, form.said)
        title = texts(visit.lang)(f"note.kinds.{chosen.name}")
        made = visit.soon("note", title, lambda: _keep(visit, entries, at))
    except Wrong as off:
        return _again(visit, chosen.name, form, {off.field: texts(visit.lang)(f"note.wrong.{off.why}", **off.fields)})
    except Locked:
        raise
    except SelftwinError as off:
        return _again(visit, chosen.name, form, {_field(chosen, str(off)): f"{off} {off.hint}".strip()})
    return _kept(visit, entries, made)


def _keep(visit: Visit, entries: list[Entry], at: datetime | None) -> list[int]:
    """All of it or nothing; the numbers to take it back by."""
    made: list[int] = []
    try:
        for one in entries:
            account = visit.twin.observe(one.key, one.value, at=one.at or at, until=one.until, unit=one.unit)
            made.append(account.batch)
    except SelftwinError:
        for batch in made:
            visit.twin.undo(batch)
        raise
    return made


def _kept(visit: Visit, entries: list[Entry], made: Soon[list[int]]) -> Outcome:
    t = texts(visit.lang)
    if not made.done:
        return Outcome("note", say=t("note.waits"))
    said = t("note.noted", what="; ".join(one.said for one in entries))
    return Outcome(f"note?noted={'-'.join(map(str, made.found[0]))}", say=said)


def _field(chosen: kinds.Kind, message: str) -> str:
    """The field that a refusal is about: the one whose signal it names, else the first."""
    named = [field.name for field in chosen.fields if field.key and field.key in message]
    return (named or [chosen.fields[-1].name if chosen.name == "signal" else chosen.fields[0].name])[0]


def _again(visit: Visit, name: str, form: Form, wrong: dict[str, str]) -> Outcome:
    """The same form, with all that was typed."""
    chosen = kinds.kind(name)
    every = [(one.key, one.label) for one in signals()] if name == "signal" else []
    off = texts(visit.lang)("note.off")
    return Outcome(context={"chosen": chosen, "typed": dict(form), "wrong": wrong, "every": every, "off": off})


def back(visit: Visit, form: Form) -> Outcome:
    """Take back what was noted."""
    asked = [int(number) for number in form.said("batches").split("-") if number.isdecimal()][:10]
    notes = [imports(visit.twin).one(number) for number in asked]
    if not notes or not all(one.by_hand for one in notes):
        raise UsageError("That is no note.")
    t = texts(visit.lang)
    try:
        gone = visit.soon("undo", t("note.nav"), lambda: [visit.twin.undo(number) for number in asked])
    except Locked:
        raise
    except SelftwinError as error:
        return Outcome("note", say=str(error))
    return Outcome("note", say=t("note.back" if gone.done else "note.waits"))


PAGE = Page(path="note", show=show, section=Section.READ, order=5, tab=3, actions={"keep": keep, "back": back})
