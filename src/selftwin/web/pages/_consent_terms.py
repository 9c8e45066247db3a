"""What a form says of a grant: read into a wish, filled up with safe terms, and shown literally before it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, OWNER, Action, Granularity
from selftwin.consent.granting import barren
from selftwin.consent.saying import ABOUT, KINDS, purpose_words
from selftwin.consent.templates import template, templates
from selftwin.consent.terms import Wish, for_models, narrowed, terms
from selftwin.vocabulary.catalogue import signals
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.signal import Sensitivity
from selftwin.web.page import Form
from selftwin.web.rendering import texts
from selftwin.wording.clock import whole_day
from selftwin.wording.consent import fields, held_by
from selftwin.wording.lengths import end_of, length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selftwin.consent.consent import Consent
    from selftwin.consent.parties import Party
    from selftwin.consent.terms import Terms
    from selftwin.twin import Twin
    from selftwin.web.page import Visit

NEW = "+"  # the choice of somebody new
SEVERAL = ("purpose", "category", "sensitivity", "action")
LINES = ("signal", "estimate")
SINGLE = ("template", "party", "id", "name", "kind", "contact", "by", "lasts", "until", "since", "to", "last", "number")
TICKS = ("may_pass_on", "emergency", "kept")
USUAL = {"template": "doctor", "kind": "person"}
LASTS = ("", "1d", "7d", "30d", "90d", "365d")


@dataclass(frozen=True, slots=True)
class Draft:
    """A grant that is not one yet: to whom, on which terms, its sentence, every field literally, and what was typed."""

    party: str
    name: str
    terms: Terms
    sentence: str
    fields: tuple[tuple[str, str], ...]
    typed: Form
    number: int = 0


def wish(form: Form) -> Wish:
    """What was said of a grant. Raises UsageError."""
    until, lasts = form.said("until"), form.said("lasts")
    since, last = form.said("since"), form.said("last")
    if until and lasts:
        raise UsageError(texts("en")("consent.say_one_end"), hint="")
    if since and last:
        raise UsageError(texts("en")("consent.say_one_start"), hint="")
    return Wish(
        purposes=tuple(form.every("purpose")),
        categories=tuple(form.every("category")),
        sensitivities=tuple(form.every("sensitivity")),
        signals=_split(form.said("signal")),
        estimates=_split(form.said("estimate")),
        actions=tuple(form.every("action")),
        by=form.said("by"),
        lasts=length(lasts) if lasts else None,
        until=end_of(until) if until else None,
        first=whole_day(since),
        last=whole_day(form.said("to")),
        recent=length(last).days if last else None,
        passable=form.said("may_pass_on") == "yes",
        emergency=form.said("emergency") == "yes",
        kept=form.said("kept") == "yes",
    )


def draft(visit: Visit, form: Form) -> Draft:
    """The grant that a form asks for, before it is one. Raises UsageError, UnknownParty, Refused and their like."""
    consent = visit.twin.consent
    party, name = whom(consent, form)
    found = _terms(visit, party, form)
    barren(consent.book, found, party)
    return told(visit.twin, party, name, found, form)


def told(twin: Twin, party: str, name: str, found: Terms, form: Form, *, request: int = 0) -> Draft:
    """A draft with its sentence and fields."""
    known = any(one.id == party for one in twin.consent.parties())
    keys = held_by(twin, found)
    literal = fields(twin.consent, party, found, keys) if known else _fields_of_new(twin, form, party, found, keys)
    return Draft(party, name, found, found.sentence(name), tuple(literal), form, request)


def asked_again(visit: Visit, form: Form) -> Draft:
    """What would be granted of a request, made narrower. Raises UsageError where that would be more."""
    consent = visit.twin.consent
    held = consent.requests.found(number(form))
    said = wish(form)
    newest = newest_day(visit, held.terms) if said.recent else None
    found = narrowed(held.terms, said, newest=newest)
    name = consent.party(held.party).name
    return told(visit.twin, held.party, name, found, form, request=held.number)


def whom(consent: Consent, form: Form) -> tuple[str, str]:
    """The id and name of whom it is for, known or new. Raises UsageError, UnknownParty."""
    if form.said("party") != NEW:
        known = consent.party(form.said("party"))
        return known.id, known.name
    name = form.said("name")
    if not name:
        raise UsageError(texts("en")("consent.say_name"), hint="")
    return form.said("id") or new_id(consent, name), name


def new_id(consent: Consent, name: str) -> str:
    """A short id made of a name, unlike every other."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower())
    base = "-".join(letters.split())[:40] or "party"
    taken = {one.id for one in consent.parties()}
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def introduced(consent: Consent, form: Form, party: str, name: str) -> None:
    """Make somebody new known."""
    if form.said("party") == NEW:
        consent.introduce(party, name, kind=form.said("kind") or "person", contact=form.said("contact"))


def newest_day(visit: Visit, found: Terms) -> date | None:
    """The newest day with data of what terms are about, read once for each state of the twin."""
    newest: dict[str, date] = visit.made("consent.newest", _newest)
    return max((day for key, day in newest.items() if found.reaches(key)), default=None)


def _newest(twin: Twin) -> dict[str, date]:
    return {row["signal"]: row["at"].date() for row in twin.latest().iter_rows(named=True) if row["at"]}


def _terms(visit: Visit, party: str, form: Form) -> Terms:
    said = wish(form)
    if party == MODELS:
        return for_models(said)
    kind = template(form.said("template")) if form.said("template") else None
    found = terms(said, template=kind)
    return terms(said, template=kind, newest=newest_day(visit, found)) if said.recent else found


def _fields_of_new(twin: Twin, form: Form, party: str, found: Terms, keys: list[str]) -> list[tuple[str, str]]:
    """The same for somebody who is not known yet: the recipient in the words of the form."""
    told_ = fields(twin.consent, OWNER, found, keys)
    about = ", ".join(filter(None, (party, form.said("kind") or "person", form.said("contact"))))
    return [("recipient", f"{form.said('name')} ({about})"), *told_[1:]]


def choices(consent: Consent) -> dict[str, Any]:
    """What the form may be filled with: ids with their words."""
    t = texts("en")
    people = [(one.id, one.name) for one in others(consent)]
    return {
        "templates": [("", t("consent.no_template")), *((one.name, one.label) for one in templates().values())],
        "people": [*people, (NEW, t("consent.somebody_new"))],
        "kinds": [(kind, t(f"consent.kind_{kind}")) for kind in ("person", "organisation", "software")],
        "purposes": [(word.key, f"{word.so[:1].upper()}{word.so[1:]}") for word in purpose_words().values()],
        "categories": [(one.value, f"{words[:1].upper()}{words[1:]}") for one, words in ABOUT.items()],
        "sensitivities": [(one.value, KINDS.get(one, one.value)) for one in Sensitivity],
        "actions": [(one.value, t(f"consent.action_{one.value}")) for one in Action],
        "grains": [("", t("consent.by_template")), *((one.name.lower(), t(f"consent.fine_{one.name.lower()}"))
                                                      for one in Granularity)],
        "lasts": [(word, t(f"consent.lasts_{word or 'template'}")) for word in LASTS],
        "keys": [one.key for one in signals()],
    }  # fmt: skip


def others(consent: Consent) -> list[Party]:
    """Everybody but the owner and the twin's own models."""
    return [one for one in consent.parties() if one.id not in {OWNER, MODELS}]


def hidden(form: Form) -> list[tuple[str, str]]:
    """The fields of a form, to be sent once more."""
    known = {*SEVERAL, *LINES, *SINGLE, *TICKS}
    return [(name, value) for name, value in form.pairs if name in known and value]


def typed(form: Form | Mapping[str, str]) -> dict[str, Any]:
    """What was typed, for the form to show again."""
    many = form.every if isinstance(form, Form) else lambda _: []
    said: dict[str, Any] = {name: form.get(name, "") for name in (*LINES, *SINGLE)}
    return said | {name: many(name) for name in SEVERAL} | {name: form.get(name) == "yes" for name in TICKS}


def untyped() -> dict[str, Any]:
    """What stands in the form at first: safe terms."""
    return typed(Form(list(USUAL.items())))


def typed_of(found: Terms, request: int) -> dict[str, Any]:
    """The form filled with the terms of a request, to be changed first."""
    empty: dict[str, Any] = untyped()
    return empty | {
        "template": "",
        "number": str(request),
        "purpose": sorted(found.purposes),
        "category": sorted(found.categories),
        "sensitivity": sorted(found.sensitivities),
        "signal": ", ".join(sorted(found.signals)),
        "estimate": ", ".join(sorted(found.estimates)),
        "action": sorted(found.actions),
        "by": found.granularity.name.lower(),
        "until": f"{_last_day(found.until):%Y-%m-%d}" if found.until else "",
        "since": f"{found.first:%Y-%m-%d}" if found.first else "",
        "to": f"{found.last:%Y-%m-%d}" if found.last else "",
        "kept": not found.passable,
    }


def _last_day(moment: datetime) -> date:
    return (moment - timedelta(seconds=1)).astimezone().date()


def number(form: Form) -> int:
    """The number of the request that is meant. Raises UsageError."""
    said = form.said("number")
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise UsageError(texts("en")("consent.no_request"), hint="")
    return int(said)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
