"""Consent over HTTP: who is known, what was granted, what is asked; to grant, to withdraw, and to look as another.

A party with a token sees its own grants and may ask; all else is the owner's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from selftwin.consent.granting import barren, granted, newest_day
from selftwin.vocabulary.errors import Refused, UnknownGrant, UsageError
from selftwin.web.api._consent_said import (
    ASKED,
    GRANT,
    TERMS,
    GrantId,
    Number,
    PartyId,
    Said,
    token_plain,
)
from selftwin.web.api._told import told
from selftwin.web.caller import Anyone, Owner
from selftwin.web.saying import answer
from selftwin.wording.consent import asked_plain, fields, held_by, plain
from selftwin.wording.lengths import length
from selftwin.wording.seen import glimpse_plain

if TYPE_CHECKING:
    from selftwin.web.caller import Caller

ROUTER = APIRouter(tags=["consent"])
_PARTY = {"id": "doctor", "name": "Your doctor", "kind": "person", "contact": ""}
_TOKEN = {"id": "token-1", "party": "doctor", "label": "practice", "made": "2026-11-28T12:00:00Z",
          "until": "2027-02-26T12:00:00Z", "revoked": None, "open": True}  # fmt: skip


def _shown(example: dict[str, Any]) -> dict[str, Any]:
    return {"examples": [example]}


class Introduced(BaseModel):
    """Somebody who may then ask or be granted something."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_shown(_PARTY))

    id: str = Field(max_length=64)
    name: str = Field(max_length=200)
    kind: Literal["person", "organisation", "software"] = "person"
    contact: str = Field(default="", max_length=200)


class Granting(BaseModel):
    """To whom, and on which terms."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_shown({"party": "doctor", "terms": TERMS}))

    party: str = Field(max_length=64)
    terms: Said = Field(default_factory=lambda: Said.model_validate({}))


class Asking(BaseModel):
    """What is asked for, and why in plain words. A party asks for itself; the owner may enter what somebody asks."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra=_shown({"party": "doctor", "terms": TERMS, "why": "Before we meet."})
    )

    party: str = Field(default="", max_length=64)
    terms: Said = Field(default_factory=lambda: Said.model_validate({}))
    why: str = Field(default="", max_length=500)


class Issuing(BaseModel):
    """For which party a token is, what it is called, and how long it holds."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra=_shown({"party": "doctor", "label": "practice", "lasts": "90d"})
    )

    party: str = Field(max_length=64)
    label: str = Field(default="", max_length=80)
    lasts: str = Field(default="90d", max_length=20)


@ROUTER.get("/parties", summary="Who is known", responses=told({"parties": [_PARTY]}))
def parties(owner: Owner) -> Response:
    """Everyone who was introduced, oldest first; you and the twin's own models among them."""
    return answer({"parties": owner.held.twin.consent.parties()})


@ROUTER.post("/parties", summary="Introduce somebody", responses=told(_PARTY))
def introduce(owner: Owner, party: Introduced) -> Response:
    """Or correct what is known of them. Introducing grants nothing."""
    consent = owner.held.twin.consent
    return answer(consent.introduce(party.id, party.name, kind=party.kind, contact=party.contact))


@ROUTER.get("/grants", summary="What was granted", responses=told({"grants": [GRANT]}))
def grants(
    who: Anyone, party: Annotated[str, Query(max_length=64, description="One party's alone.")] = ""
) -> Response:  # fmt: skip
    """Everything ever granted, each with its state and its sentence; a party sees its own."""
    consent, wanted = who.held.twin.consent, party if who.owner else who.party
    found = [grant for grant in consent.book.grants if wanted in {"", grant.party}]
    return answer({"grants": [plain(consent, grant) for grant in found]})


@ROUTER.post("/grants", summary="Grant something", responses=told(GRANT))
def grant(owner: Owner, said: Granting) -> Response:
    """It holds at once, and is refused where it could never show anything. `/grants/preview` says first what it is."""
    consent = owner.held.twin.consent
    consent.party(said.party)
    return answer(plain(consent, granted(consent, said.party, said.terms.terms(consent, said.party))))


@ROUTER.post("/grants/preview", summary="What a grant would be", responses=told({"sentence": GRANT["sentence"],
             "fields": {"how finely": "one value a day"}, "signals": ["weight"]}))  # fmt: skip
def foretell(owner: Owner, said: Granting) -> Response:
    """Its sentence, every field literally, and the signals with data that it is about. Nothing is granted."""
    twin = owner.held.twin
    name = twin.consent.party(said.party).name
    found = said.terms.terms(twin.consent, said.party)
    barren(twin.consent.book, found, said.party)
    keys = held_by(twin, found)
    literal = dict(fields(twin.consent, said.party, found, keys))
    return answer({"sentence": found.sentence(name), "fields": literal, "signals": keys})


@ROUTER.delete("/grants/{grant}", summary="Withdraw a grant", responses=told(GRANT | {"state": "withdrawn"}))
def withdraw(owner: Owner, grant: GrantId) -> Response:
    """It and all that was passed on from it are closed to the very next read."""
    consent = owner.held.twin.consent
    return answer(plain(consent, consent.revoke(grant)))


@ROUTER.get("/grants/{grant}/receipt", summary="The receipt of a grant", responses=told({"schema_version": "1.0"}))
def receipt(who: Anyone, grant: GrantId) -> Response:
    """Signed, in the shape of ISO/IEC TS 27560; a party may have those of its own grants."""
    consent = who.held.twin.consent
    _own(who, consent.found(grant).party if who.owner else _party_of(who, grant))
    return answer(consent.receipt(grant))


def _party_of(who: Caller, grant: str) -> str:
    """Whose grant it is; somebody else's and none at all are the same to a party. Raises UnknownGrant."""
    held = next((one for one in who.held.twin.consent.book.grants if one.id == grant), None)
    if held is None or held.party != who.party:
        raise UnknownGrant(f"There is no grant {grant[:64]!r} of yours.", hint="GET /grants lists them.")
    return held.party


def _own(who: Caller, party: str) -> None:
    if not who.owner and party != who.party:
        raise Refused("That is not yours to see.", hint="Ask the owner.")


@ROUTER.get("/requests", summary="What is asked for", responses=told({"requests": [ASKED]}))
def requests(who: Anyone, waiting: bool = False) -> Response:  # noqa: FBT001, FBT002 - a query
    """Every request, or those that wait; a party sees its own."""
    inbox, consent = who.held.twin.consent.requests, who.held.twin.consent
    found = [one for one in (inbox.waiting() if waiting else inbox.every()) if who.owner or one.party == who.party]
    return answer({"requests": [asked_plain(consent, one) for one in found]})


@ROUTER.post("/requests", summary="Ask for something", responses=told(ASKED))
def ask(who: Anyone, asking: Asking) -> Response:
    """It opens nothing until the owner approves it. A party asks for itself, whatever `party` says."""
    consent = who.held.twin.consent
    party = asking.party if who.owner else who.party
    if not party:
        raise UsageError("Say who asks.", hint="`party` is the id of somebody you have introduced.")
    found = asking.terms.terms(consent, party, look=who.owner)
    return answer(asked_plain(consent, consent.requests.ask(party, found, why=asking.why)))


@ROUTER.post("/requests/{number}/approve", summary="Grant what was asked, or less", responses=told(ASKED))
def approve(owner: Owner, number: Number, less: Said | None = None) -> Response:
    """Without a body what was asked, with one less of it; more is refused."""
    consent = owner.held.twin.consent
    wish = less.wish() if less else None
    newest = newest_day(consent, consent.requests.found(number).terms) if wish and wish.recent else None
    return answer(asked_plain(consent, consent.requests.approve(number, wish, newest=newest)))


@ROUTER.post("/requests/{number}/decline", summary="Say no", responses=told(ASKED | {"state": "declined"}))
def decline(owner: Owner, number: Number) -> Response:
    """Nothing is opened."""
    consent = owner.held.twin.consent
    return answer(asked_plain(consent, consent.requests.decline(number)))


@ROUTER.get("/preview/{party}", summary="What somebody would see", responses=told({"party": "doctor", "previews": []}))
def preview(
    owner: Owner, party: PartyId,
    purpose: Annotated[str, Query(max_length=80, description="For one purpose alone.")] = "",
) -> Response:  # fmt: skip
    """Exactly that, by the same gate: a glimpse of each signal. On record as your look, not as theirs."""
    found = owner.held.twin.consent.preview(party, purpose=purpose)
    shown: list[dict[str, Any]] = [
        {"purpose": one.purpose, "signals": [glimpse_plain(seen) for seen in one.seen]} for one in found
    ]
    return answer({"party": party, "previews": shown})


@ROUTER.get("/tokens", summary="Tokens of parties' software", responses=told({"tokens": [_TOKEN]}))
def tokens(owner: Owner) -> Response:
    """Every token, oldest first; never its words."""
    twin = owner.held.twin
    return answer({"tokens": [token_plain(one, twin.consent) for one in twin.tokens.every()]})


@ROUTER.post("/tokens", summary="Issue a token", responses=told(_TOKEN | {"token": "token-1.…"}))
def issue(owner: Owner, said: Issuing) -> Response:
    """Its words are told here and nowhere else. They say who asks; what may be seen is decided at every read."""
    twin = owner.held.twin
    made, words = twin.tokens.issue(said.party, label=said.label, lasts=length(said.lasts))
    return answer(token_plain(made, twin.consent) | {"token": words})


@ROUTER.delete("/tokens/{token}", summary="Revoke a token", responses=told(_TOKEN | {"open": False}))
def revoke_token(owner: Owner, token: GrantId) -> Response:
    """It lets nobody in from now on."""
    twin = owner.held.twin
    return answer(token_plain(twin.tokens.revoke(token), twin.consent))
