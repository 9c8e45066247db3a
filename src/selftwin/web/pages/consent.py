"""Consent: what others ask for, who may see what and exactly what they would see; to grant, withdraw and forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.consent.granting import granted
from selftwin.consent.terms import for_models
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web.page import Form, Outcome, Page, Section
from selftwin.web.pages import _consent_rules as rules
from selftwin.web.pages import _consent_terms as said
from selftwin.web.pages._consent_asks import asks, offer, wish_for
from selftwin.web.pages._consent_grants import grants, summary
from selftwin.web.pages._consent_sheet import sheet
from selftwin.web.rendering import texts
from selftwin.wording.data import packed
from selftwin.wording.lengths import length
from selftwin.wording.words import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from selftwin.consent.grant import Grant
    from selftwin.web.page import Visit
    from selftwin.web.pages._consent_sheet import Sheet
    from selftwin.web.pages._consent_terms import Draft

PATH = "consent"
PARTS = ("", "learning", "people", "limits")
OFFER, ASKED = "offer", "asks"


def count(visit: Visit) -> str:
    """How many ask. Raises Preparing."""
    waiting = visit.made("consent.count", lambda twin: len(twin.consent.requests.waiting()))
    return texts("en")("consent.count", count=waiting) if waiting else ""


def show(visit: Visit) -> Mapping[str, Any]:
    """The part of the page that was asked for."""
    part = visit.part if visit.part in PARTS else ""
    consent = visit.twin.consent
    frame: dict[str, Any] = {
        "part": part, "wrong": "", "words": None, "choices": said.choices(consent), "notices": [
            (one.id, stamp(one.at), one.text) for one in consent.notices()
        ],
    }  # fmt: skip
    return frame | _of(part, visit)


def _of(part: str, visit: Visit) -> dict[str, Any]:
    """What one part shows."""
    known: dict[str, Callable[[Visit], dict[str, Any]]]
    known = {"": _main, "learning": _learning, "people": _people, "limits": rules.facts}
    return known[part](visit)


def _main(visit: Visit) -> dict[str, Any]:
    standing, closed = grants(visit)
    waiting = asks(visit)
    change, typed = _changed(visit)
    return {
        "asks": waiting, "open": [one for one in standing if not one.emergency],
        "sealed": [one for one in standing if one.emergency], "closed": closed,
        "summary": summary(standing, len(waiting)), "draft": None, "typed": typed, "change": change,
        "form_open": "grant" in visit.query, **_sheet(visit, None),
    }  # fmt: skip


def _learning(visit: Visit) -> dict[str, Any]:
    rows, known, why = rules.learning(visit)
    return {"learning": rows, "worth_known": known, "worth_wrong": why, "worth_asked": "worth" in visit.query}


def _people(visit: Visit) -> dict[str, Any]:
    return {"people": rules.people(visit), "chosen": visit.query.get("party", "")}


def _changed(visit: Visit) -> tuple[int, dict[str, Any]]:
    """The number of the request that is to be changed first, and the form filled with what would be offered."""
    number = visit.query.get("change", "")
    if not number.isascii() or not number.isdigit():
        return 0, said.untyped()
    found = visit.twin.consent.requests.found(int(number))
    try:
        return found.number, said.typed_of(offer(visit, found), found.number)
    except SelftwinError:
        return found.number, said.typed_of(found.terms, found.number)


def _sheet(visit: Visit, draft: Draft | None) -> dict[str, Any]:
    """The sheet in the margin: of a draft, of who is named, of a grant, of a request, or else of whoever asks first."""
    t, consent = texts("en"), visit.twin.consent
    ways: list[tuple[str, str, bool]] = []
    if draft is not None:
        drafted = draft.terms.draft(draft.party)
        return {"sheet": sheet(visit, draft.party, draft.name, t("consent.sheet_draft"), drafted), "ways": ways}
    if party := visit.query.get("sees"):
        name = consent.party(party).name
        return {"sheet": sheet(visit, party, name, t("consent.sheet_now"), None), "ways": ways}
    if grant := visit.query.get("opens"):
        held = consent.found(grant)
        return {"sheet": _opened(visit, held), "ways": ways}
    number, waiting = visit.query.get("of", ""), consent.requests.waiting()
    found = next((one for one in waiting if str(one.number) == number), waiting[0] if waiting else None)
    if found is None:
        return {"sheet": None, "ways": ways}
    as_asked = visit.query.get("as") == ASKED
    try:
        terms = found.terms if as_asked else offer(visit, found)
    except SelftwinError:
        terms = found.terms
    ways = [(t(f"consent.as_{way}"), f"{PATH}?of={found.number}&as={way}", (way == ASKED) is as_asked)
            for way in (OFFER, ASKED)]  # fmt: skip
    name, title = consent.party(found.party).name, t("consent.sheet_title")
    return {"sheet": sheet(visit, found.party, name, title, terms.draft(found.party)), "ways": ways}


def _opened(visit: Visit, held: Grant) -> Sheet:
    name = visit.twin.consent.party(held.party).name
    return sheet(visit, held.party, name, texts("en")("consent.sheet_opens"), held)


# Answering a request


def refuse(visit: Visit, form: Form) -> Outcome:
    """Say no."""
    done = visit.twin.consent.requests.decline(said.number(form))
    return Outcome(PATH, say=texts("en")("consent.refused", name=visit.twin.consent.party(done.party).name))


def allow(visit: Visit, form: Form) -> Outcome:
    """Allow what was asked, or what would be offered of it."""
    consent = visit.twin.consent
    held = consent.requests.found(said.number(form))
    offered = form.said("as") == OFFER
    wish = wish_for(held.terms) if offered else None
    newest = said.newest_day(visit, held.terms) if wish and wish.recent else None
    done = consent.requests.approve(held.number, wish, newest=newest)
    return Outcome(PATH, say=consent.found(done.grant).shown)


def approve(visit: Visit, form: Form) -> Outcome:
    """Allow less of what was asked, as the form says: shown first, then granted."""
    try:
        found = said.asked_again(visit, form)
        if form.said("sure") != "yes":
            return _previewed(visit, found)
        newest = said.newest_day(visit, found.terms)
        done = visit.twin.consent.requests.approve(found.number, said.wish(form), newest=newest)
    except UsageError as error:
        return _again(error, form, visit)
    return Outcome(PATH, say=visit.twin.consent.found(done.grant).shown)


# Granting and withdrawing


def grant(visit: Visit, form: Form) -> Outcome:
    """Grant something: shown literally first, then granted."""
    try:
        found = said.draft(visit, form)
        if form.said("sure") != "yes":
            return _previewed(visit, found)
        said.introduced(visit.twin.consent, form, found.party, found.name)
        given = granted(visit.twin.consent, found.party, found.terms)
    except SelftwinError as error:
        return _again(error, form, visit)
    return Outcome(PATH, say=given.shown)


def _previewed(visit: Visit, found: Draft) -> Outcome:
    more = {"draft": found, "hidden": said.hidden(found.typed), "typed": said.typed(found.typed), "form_open": False}
    return Outcome(context={**more, **_sheet(visit, found)}, fine=True)


def revoke(visit: Visit, form: Form) -> Outcome:
    """Withdraw a grant; it holds at their very next look."""
    gone = visit.twin.consent.revoke(form.said("grant"))
    name = visit.twin.consent.party(gone.party).name
    return Outcome(PATH, say=texts("en")("consent.withdrawn", name=name, grant=gone.id))


def receipt(visit: Visit, form: Form) -> Outcome:
    """The signed receipt of a grant, as a file."""
    name = form.said("grant")
    return _file(visit, f"receipt-{name}.json", packed(visit.twin.consent.receipt(name), indent=True))


def break_glass(visit: Visit, form: Form) -> Outcome:
    """Open an emergency grant, once, with a reason."""
    try:
        opened = visit.twin.consent.break_glass(form.said("grant"), form.said("reason"), lasts=length("1h"))
    except SelftwinError as error:
        return _again(error, form, visit)
    ends = stamp(opened.until) if opened.until else ""
    return Outcome(PATH, say=texts("en")("consent.glass_broken", until=ends))


def pass_on(visit: Visit, form: Form) -> Outcome:
    """Pass a grant on in its holder's name, no finer than it is."""
    try:
        passed = visit.twin.consent.pass_on(form.said("grant"), form.said("party"))
    except SelftwinError as error:
        return _again(error, form, visit)
    return Outcome(PATH, say=texts("en")("consent.passed", grant=passed.id))


def notice(visit: Visit, form: Form) -> Outcome:
    """A notice was read."""
    visit.twin.consent.read_notice(form.said("notice"))
    return Outcome(PATH)


# What the models learn from


def switch(visit: Visit, form: Form) -> Outcome:
    """Switch off what the models learn from a category, or on again."""
    consent, t = visit.twin.consent, texts("en")
    category = form.said("category")
    if form.said("to") == "on":
        again = Form([("party", "models"), ("category", category)])
        granted(consent, "models", for_models(said.wish(again)))
        return Outcome(f"{PATH}/learning", say=t("consent.switched_on", category=category))
    gone = [name for name in form.every("grant") if consent.found(name).party == "models"]
    for name in gone:
        consent.revoke(name)
    return Outcome(f"{PATH}/learning", say=t("consent.switched_off", category=category))


# People and their keys


def introduce(visit: Visit, form: Form) -> Outcome:
    """Make somebody known, or correct what is known of them."""
    consent = visit.twin.consent
    try:
        party = form.said("id") or said.new_id(consent, form.said("name"))
        known = consent.introduce(party, form.said("name"), kind=form.said("kind") or "person",
                                  contact=form.said("contact"))  # fmt: skip
    except UsageError as error:
        return _again(error, form, visit, part="people")
    return Outcome(f"{PATH}/people", say=texts("en")("consent.introduced", name=known.name, party=known.id))


def token(visit: Visit, form: Form) -> Outcome:
    """A token for a party's software; its words are shown once, here."""
    try:
        lasts = length(form.said("lasts") or "90d")
        made, words = visit.twin.tokens.issue(form.said("party"), label=form.said("label"), lasts=lasts)
    except SelftwinError as error:
        return _again(error, form, visit, part="people")
    name = visit.twin.consent.party(made.party).name
    return Outcome(context={"words": (made.id, name, words), "part": "people", **_people(visit)}, fine=True)


def revoke_token(visit: Visit, form: Form) -> Outcome:
    """A token lets nobody in from now on."""
    gone = visit.twin.tokens.revoke(form.said("token"))
    return Outcome(f"{PATH}/people", say=texts("en")("consent.token_gone", token=gone.id))


# Limits


def bar(visit: Visit, form: Form) -> Outcome:
    """Restrict some data, or object to a purpose, whatever is granted."""
    rights, why = visit.twin.rights, form.said("why")
    try:
        if form.said("purpose"):
            parties = [form.said("party")] if form.said("party") else []
            held = rights.object_to(form.said("purpose"), parties=parties, why=why)
        else:
            keys = said.wish(Form([("signal", form.said("signal"))])).signals
            held = rights.restrict(categories=form.every("category"), signals=keys, why=why)
    except SelftwinError as error:
        return _again(error, form, visit, part="limits")
    return Outcome(f"{PATH}/limits", say=texts("en")("consent.barred", bar=held.id))


def lift(visit: Visit, form: Form) -> Outcome:
    """Lift a restriction or an objection."""
    gone = visit.twin.rights.lift(form.said("bar"))
    return Outcome(f"{PATH}/limits", say=texts("en")("consent.lifted", bar=gone.id))


def _file(visit: Visit, name: str, content: bytes) -> Outcome:
    visit.session.files[name] = content
    return Outcome(f"file/{name}")


def _again(error: SelftwinError, form: Form, visit: Visit, *, part: str = "") -> Outcome:
    """The part once more, with what was typed and what is wrong with it."""
    wrong = f"{error} {error.hint}".strip()
    number = int(form.said("number")) if form.said("number").isdigit() else 0
    more = {"wrong": wrong, "typed": said.typed(form), "form_open": True, "part": part, "change": number}
    return Outcome(context={**_of(part, visit), **more})


PAGE = Page(
    path=PATH, show=show, section=Section.KEEP, order=2, deep=True, count=count,
    actions={
        "refuse": refuse, "allow": allow, "approve": approve, "grant": grant, "revoke": revoke, "receipt": receipt,
        "break-glass": break_glass, "pass-on": pass_on, "notice": notice, "switch": switch, "introduce": introduce,
        "token": token, "revoke-token": revoke_token, "bar": bar, "lift": lift,
    },
)  # fmt: skip
