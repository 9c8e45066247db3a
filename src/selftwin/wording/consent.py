"""Grants, requests and bars in plain words and as data, the same from every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selftwin.consent.grant import MODELS, Granularity, packed
from selftwin.consent.saying import ABOUT, ending, kinds, listed, sentence, so
from selftwin.vocabulary.catalogue import nature
from selftwin.vocabulary.errors import UnknownSignal
from selftwin.vocabulary.signal import Category
from selftwin.wording.phrases import short
from selftwin.wording.words import count, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from selftwin.consent.consent import Consent
    from selftwin.consent.grant import Grant
    from selftwin.consent.notice import Notice
    from selftwin.consent.requests import Asked
    from selftwin.consent.terms import Terms
    from selftwin.twin import Twin

GRAINS = {
    Granularity.INSIGHT: "what I believe, no values",
    Granularity.DAILY: "one value a day",
    Granularity.RAW: "every observation",
}
BELIEFS = {"normal": "your usual", "forecast": "the forecast"}


def state(consent: Consent, grant: Grant) -> str:
    """In what state a grant is: open, sealed for an emergency, used, not begun, ended, withdrawn, or closed with the
    one it was passed on from."""
    now = consent.clock()
    chain = next((chain for chain in consent.book.chains(grant.party) if chain[0].id == grant.id), (grant,))
    if grant.revoked:
        return "withdrawn"
    if grant.until is not None and grant.until <= now:
        return "ended"
    if any(link.revoked or (link.until and link.until <= now) for link in chain[1:]):
        return "closed"
    if grant.since > now:
        return "not begun"
    if grant.emergency:
        used = any(one.parent == grant.id for one in consent.book.grants)
        return "used" if used else "for an emergency"
    return "open"


def plain(consent: Consent, grant: Grant) -> dict[str, Any]:
    """A grant as the object that `--json` prints."""
    name = names(consent).get(grant.party, grant.party)
    about = {"granularity": grant.granularity.name.lower(), "state": state(consent, grant),
             "sentence": sentence(name, grant), "withdraw": f"selftwin consent revoke {grant.id}"}  # fmt: skip
    return packed(grant) | about


def names(consent: Consent) -> dict[str, str]:
    """What everyone is called, by id."""
    return {party.id: party.name for party in consent.parties()}


def learning(grants: Sequence[Grant], standing: Iterable[Grant]) -> str:
    """What the twin's own models may learn from, and what was withdrawn from them."""
    open_ = {name for grant in standing for name in grant.categories}
    single = sorted({key for grant in standing for key in grant.signals})
    lost = [one.value for one in Category if one.value not in open_]
    known = [one.value for one in Category if one.value in open_]
    said = f"I learn from your {listed([*known, *single])} data" if known or single else "I learn from nothing"
    return f"{said}; not from {listed(lost)}." if lost and grants else f"{said}."


def held_by(twin: Twin, reached: Terms | Grant) -> list[str]:
    """The signals with data that a grant is about."""
    keys = []
    for one in twin.held():
        by_kind = (one.signal.category.value in reached.categories
                   and one.signal.sensitivity.value in reached.sensitivities)  # fmt: skip
        if by_kind or one.signal.key in reached.signals:
            keys.append(one.signal.key)
    return sorted(keys)


def fields(consent: Consent, party: str, terms: Terms, keys: Sequence[str]) -> list[tuple[str, str]]:
    """Every field of a grant in full: who receives, what, how finely, what for, how long."""
    who = consent.party(party)
    about = [words for one, words in ABOUT.items() if one.value in terms.categories]
    data = [f"{kinds(terms.sensitivities)} data about {listed(about)}"] if about else []
    first, last = terms.first, terms.last
    return [
        ("recipient", f"{who.name} ({who.id}, {who.kind}{f', {who.contact}' if who.contact else ''})"),
        ("what", listed([*data, *labels(terms.signals), *estimates(terms.estimates)])),
        ("of what you hold", ", ".join(labels(keys)) or "nothing yet"),
        ("how finely", GRAINS[terms.granularity]),
        ("days of data", f"{first or 'the first'} to {last or 'the newest'}"),
        ("to", listed(sorted(terms.actions))),
        ("what for", listed([so(key) for key in sorted(terms.purposes)])),
        ("until", f"{ending(terms.until)}{f' ({stamp(terms.until)})' if terms.until else ''}"),
        ("passing on", "they may" if terms.passable else "they may not"),
        *([("when", "only in an emergency, once")] if terms.emergency else []),
    ]


def labels(keys: Iterable[str]) -> list[str]:
    """Signals as they are called, in the order of their names; one that the catalogue lacks by its key."""
    return sorted(map(_label, keys), key=str.casefold)


def _label(key: str) -> str:
    try:
        label = short(nature(key).label)
    except UnknownSignal:
        return key
    return label[:1].upper() + label[1:]


def estimates(names: Iterable[str]) -> list[str]:
    """Beliefs as they are called: `weight/normal` is what is usual of it."""
    parts = (name.partition("/") for name in sorted(names))
    return [f"{_label(key)}: {BELIEFS.get(kind, kind)}" for key, _, kind in parts]


def asked_plain(consent: Consent, one: Asked) -> dict[str, Any]:
    """A request as the object that `--json` prints."""
    draft = packed(one.terms.draft(one.party))
    what = {name: value for name, value in draft.items() if name not in {"id", "party", "since", "parent", "by",
            "revoked", "basis", "shown"}}  # fmt: skip
    name = names(consent).get(one.party, one.party)
    return {"number": one.number, "party": one.party, "state": one.state, "why": one.why, "at": one.at,
            "answered": one.answered, "grant": one.grant, "sentence": one.terms.sentence(name),
            "terms": what | {"granularity": one.terms.granularity.name.lower()}}  # fmt: skip


def notice_line(notice: Notice) -> str:
    """What the owner is told, with its moment."""
    return f"! {stamp(notice.at)}: {notice.text}"


def waiting_line(number: int) -> str:
    """How many ask.

    >>> waiting_line(1), waiting_line(2)
    ('1 request waits for your answer: selftwin consent ask', '2 requests wait for your answer: selftwin consent ask')
    """
    return f"{count(number, 'request')} {'waits' if number == 1 else 'wait'} for your answer: selftwin consent ask"


def told(consent: Consent) -> list[str]:
    """What the owner is told wherever they look first: emergencies, requests, and what I may not learn from."""
    waiting = len(consent.requests.waiting())
    own = [grant for grant in consent.book.grants if is_models(grant)]
    standing = [grant for grant in own if state(consent, grant) == "open"]
    lost = {one.value for one in Category} - {name for grant in standing for name in grant.categories}
    off = f"You switched off what I learn from {listed(sorted(lost))} data: selftwin consent."
    return [
        *map(notice_line, consent.notices()),
        *([waiting_line(waiting)] if waiting else []),
        *([off] if lost else []),
    ]


def is_models(grant: Grant) -> bool:
    """Whether a grant is one to the twin's own models."""
    return grant.party == MODELS
