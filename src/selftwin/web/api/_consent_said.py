"""What is said of a grant over the API: read into a wish; and parties and tokens as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from selftwin.consent.grant import MODELS
from selftwin.consent.granting import newest_day
from selftwin.consent.templates import template
from selftwin.consent.terms import Wish, for_models, terms
from selftwin.wording.clock import whole_day
from selftwin.wording.lengths import end_of, length

if TYPE_CHECKING:
    from selftwin.consent.consent import Consent
    from selftwin.consent.terms import Terms
    from selftwin.twin.tokens import Token

Word = Annotated[str, Field(max_length=200)]
Words = Annotated[list[Word], Field(default_factory=list, max_length=200)]
PartyId = Annotated[str, Path(max_length=64, description="A party's id.", examples=["doctor"])]
GrantId = Annotated[str, Path(max_length=100, description="A grant's id.", examples=["doctor-1"])]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="A request's number.", examples=[1])]
TERMS: dict[str, Any] = {"template": "doctor", "by": "daily", "lasts": "30d"}
GRANT = {"id": "doctor-1", "party": "doctor", "state": "open", "granularity": "daily", "until": "2026-12-28T12:00:00Z",
         "sentence": "Your doctor may see one value a day of weight, to treat you, until 28 Dec 2026."}  # fmt: skip
ASKED = {"number": 1, "party": "doctor", "state": "waiting", "why": "Before we meet.", "grant": "",
         "sentence": "Your doctor may see every observation of weight, to treat you, until 1 May 2026."}  # fmt: skip


class Said(BaseModel):
    """The terms of a grant; what is not said is safe: what is believed alone, for 30 days, of ordinary data."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [TERMS]})

    template: str = Field(default="", max_length=40, description="Safe terms for a kind of person, such as doctor.")
    purposes: Words
    categories: Words
    sensitivities: Words
    signals: Words
    estimates: Words
    actions: Words
    by: Literal["", "insight", "daily", "raw"] = ""
    lasts: str = Field(default="", max_length=20, description="How long it holds: 30d, 2w, 24h.")
    until: str = Field(default="", max_length=40, description="The last day, or the moment, it holds.")
    since: str = Field(default="", max_length=10, description="The first day of data that may be seen.")
    to: str = Field(default="", max_length=10, description="The last day of data that may be seen.")
    last: str = Field(default="", max_length=20, description="Days of data back from the newest: 30d.")
    passable: bool = False
    emergency: bool = False
    kept: bool = Field(default=False, description="Not to be passed on, whatever was asked.")

    def wish(self) -> Wish:
        """The same as a wish. Raises UsageError."""
        return Wish(
            purposes=tuple(self.purposes), categories=tuple(self.categories), sensitivities=tuple(self.sensitivities),
            signals=tuple(self.signals), estimates=tuple(self.estimates), actions=tuple(self.actions), by=self.by,
            lasts=length(self.lasts) if self.lasts else None, until=end_of(self.until) if self.until else None,
            first=whole_day(self.since), last=whole_day(self.to), recent=length(self.last).days if self.last else None,
            passable=self.passable, emergency=self.emergency, kept=self.kept,
        )  # fmt: skip

    def terms(self, consent: Consent, party: str, *, look: bool = True) -> Terms:
        """The terms that would be granted to a party; days back from the newest are counted where one may `look`.

        Raises UsageError, UnknownPurpose, UnknownSignal.
        """
        said = self.wish()
        if party == MODELS:
            return for_models(said)
        kind = template(self.template) if self.template else None
        found = terms(said, template=kind)
        if not (said.recent and look):
            return found
        return terms(said, template=kind, newest=newest_day(consent, found))


def token_plain(one: Token, consent: Consent) -> dict[str, Any]:
    """A token as data; its words are told once, when it is issued."""
    return {"id": one.id, "party": one.party, "label": one.label, "made": one.made, "until": one.until,
            "revoked": one.revoked, "open": one.open(consent.clock())}  # fmt: skip
