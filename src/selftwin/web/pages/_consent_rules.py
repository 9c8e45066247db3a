"""What the twin's own models may learn from, what nobody may read, why somebody may or may not, and parties' keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from selftwin.consent.explaining import distance
from selftwin.consent.grant import MODELS, Action, Granularity
from selftwin.consent.saying import ABOUT, chosen, listed, so
from selftwin.consent.terms import GRAINS
from selftwin.vocabulary.errors import SelftwinError
from selftwin.vocabulary.signal import Category
from selftwin.web.pages._consent_terms import others
from selftwin.web.rendering import texts
from selftwin.wording.bars import sentence
from selftwin.wording.consent import names, state
from selftwin.wording.words import day, stamp
from selftwin.wording.worth import others as adds
from selftwin.wording.worth import own

if TYPE_CHECKING:
    from selftwin.consent.explaining import Explanation, How
    from selftwin.consent.parties import Party
    from selftwin.twin.tokens import Token
    from selftwin.twin.worth import Worth
    from selftwin.web.page import Visit

NEAREST = 2  # grants that came nearest, where all failed


@dataclass(frozen=True, slots=True)
class Learning:
    """One category: whether the models may learn from it, by which grants, and what it is worth where that is known."""

    category: str
    label: str
    grants: tuple[str, ...]
    worth: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A bar in force."""

    id: str
    words: str
    why: str
    since: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was introduced, with the tokens of their software that still open something."""

    party: Party
    kind: str
    grants: int
    tokens: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Because:
    """Why somebody may or may not: the verdict in words, each grant's tests, and what would change it."""

    allowed: bool
    asked: str
    words: str
    tried: tuple[tuple[str, tuple[tuple[bool, str, str, str], ...]], ...]
    change: tuple[str, ...]


def learning(visit: Visit) -> tuple[list[Learning], bool, str]:
    """Every category with its switch; whether what it is worth is known; and why not, where it cannot be."""
    consent, wanted, why = visit.twin.consent, visit.query.get("worth") == "yes", ""
    found: Worth | None = None
    if wanted:
        try:
            found = visit.try_ask("worth")
        except SelftwinError as error:
            why = str(error)
    said = {one.worth.category: (own(one.worth), adds(one.worth)) for one in found.categories} if found else {}
    standing: dict[str, list[str]] = {}
    for grant in consent.book.grants:
        if grant.party == MODELS and state(consent, grant) == "open":
            for name in grant.categories:
                standing.setdefault(name, []).append(grant.id)
    rows = [
        Learning(one.value, words, tuple(standing.get(one.value, ())), said.get(one.value, ()))
        for one, words in ABOUT.items()
    ]
    return rows, found is not None, why


def bars(visit: Visit) -> list[Forbidden]:
    """Restrictions and objections in force."""
    consent = visit.twin.consent
    called = names(consent)
    return [Forbidden(bar.id, sentence(bar, called), bar.why, day(bar.since.astimezone()))
            for bar in consent.book.bars if bar.lifted is None]  # fmt: skip


def people(visit: Visit) -> list[Known]:
    """Everybody who was introduced."""
    consent, t = visit.twin.consent, texts("en")
    tokens = [one for one in visit.twin.tokens.every() if one.open(consent.clock())]
    return [
        Known(
            one, t(f"consent.kind_{one.kind}"),
            sum(grant.party == one.id and state(consent, grant) == "open" for grant in consent.book.grants),
            tuple((token.id, _token(token)) for token in tokens if token.party == one.id),
        )
        for one in others(consent)
    ]  # fmt: skip


def _token(one: Token) -> str:
    t, label = texts("en"), f"“{one.label}”, " if one.label else ""
    return f"{one.id}, {label}{t('consent.token_until', made=day(one.made.astimezone()), until=stamp(one.until))}"


def because(visit: Visit) -> tuple[Because | None, str]:
    """The answer to why a party may have something, where that was asked; else what was wrong with the question."""
    party, what = visit.query.get("party", ""), visit.query.get("what", "").strip()
    if not party or not what:
        return None, ""
    try:
        return _because(visit.twin.consent.explain(party, what, **_how(visit))), ""
    except SelftwinError as error:
        return None, f"{error} {error.hint}".strip()


def _how(visit: Visit) -> How:
    how: How = {}
    if said := visit.query.get("by"):
        how["by"] = Granularity[chosen(said, GRAINS, "granularity").upper()]
    if said := visit.query.get("for"):
        how["purpose"] = said
    if said := visit.query.get("action"):
        how["action"] = Action(chosen(said, Action, "action"))
    return how


def _because(found: Explanation) -> Because:
    t, asked = texts("en"), found.request
    action, fine = t(f"consent.action_{asked.action.value}"), t(f"consent.fine_{asked.granularity.name.lower()}")
    why = so(asked.purpose)
    said = t("consent.because_asked", party=asked.party, action=action, what=asked.about, fine=fine, why=why)
    if found.allowed:
        words = t("consent.because_decided", grants=listed(found.decided))
        tried = [one for one in found.tried if one.grant in found.decided and one.covers]
    else:
        words = found.ban or found.reason
        tried = [] if found.ban else sorted((one for one in found.tried if not one.covers), key=distance)[:NEAREST]
    once: dict[str, tuple[tuple[bool, str, str, str], ...]] = {}
    for one in tried:
        once.setdefault(one.grant, tuple((test.holds, test.dimension, test.asked, test.granted) for test in one.tests))
    return Because(found.allowed, said, words, tuple(once.items()), found.change)


def categories() -> list[tuple[str, str]]:
    """Every category with its words."""
    return [(one.value, f"{ABOUT[one][:1].upper()}{ABOUT[one][1:]}") for one in Category]


def facts(visit: Visit) -> dict[str, Any]:
    """What the part of limits shows."""
    found, wrong = because(visit)
    return {"bars": bars(visit), "because": found, "because_wrong": wrong, "kinds_of_data": categories()}
