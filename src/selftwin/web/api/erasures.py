"""Erasing over HTTP: what would go, the going as a job, and the certificates of what went."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from selftwin.twin.erasing import Target
from selftwin.web import erasing
from selftwin.web.api._told import BEGUN, JOB, told
from selftwin.web.caller import Owner
from selftwin.web.saying import NotFound, answer

ROUTER = APIRouter(tags=["erasures"])
_TOLL = {"observations": {"physiological": {"weight": 42}}, "sources": {"by hand": 42}, "revisions": 0, "days": 42,
         "estimates": 2, "models": 1, "files": 0, "exports": [], "rewritten": ["physiological"], "remarks": [],
         "total": 42}  # fmt: skip
_CERTIFICATE = {"name": "erasure-1", "done": "2026-11-28T12:00:00Z", "gone": {"observations": 42}}


def _written(day: object) -> object:
    """A day in words alone: a number, taken for seconds, would erase what nobody meant."""
    if day is not None and not (isinstance(day, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)):
        raise ValueError("a day is written as 2026-11-24")
    return day


Day = Annotated[date | None, BeforeValidator(_written)]
Word = Annotated[str, Field(max_length=200)]
Some = Annotated[list[Word], Field(default_factory=list, max_length=200)]


class Meant(BaseModel):
    """What is to go: each thing named narrows the others; signals and categories together are either."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"signals": ["weight"]}]})

    signals: Some
    categories: Some
    sources: Some
    imports: list[Annotated[int, Field(ge=1, le=2**31 - 1)]] = Field(default_factory=list, max_length=200)
    since: Day = None
    until: Day = None
    everything: Annotated[bool, Field(strict=True)] = False

    def target(self) -> Target:
        """The same, as the twin takes it. Raises UsageError, UnknownSignal."""
        return Target(tuple(self.signals), tuple(self.categories), tuple(self.sources), tuple(self.imports),
                      self.since, self.until, self.everything).checked()  # fmt: skip


class Erasing(Meant):
    """The same, with the passphrase as a second proof of who asks."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"signals": ["weight"], "passphrase": "four words in a row"}]}
    )

    passphrase: str = Field(max_length=1000)


@ROUTER.post("/erasures/toll", summary="What an erasure would take", responses=told(_TOLL))
def toll(owner: Owner, meant: Meant) -> Response:
    """Observations by category and signal, and all that came of them. Nothing is touched."""
    found = owner.held.twin.would_erase(meant.target())
    said = {name: getattr(found, name) for name in _TOLL}
    return answer(said)


@ROUTER.post("/erasures", summary="Erase for good", status_code=BEGUN,
             responses=told(JOB | {"kind": "erase"}, code=BEGUN))  # fmt: skip
def erase(owner: Owner, meant: Erasing) -> Response:
    """A job. Keys are destroyed and what stays is written anew; of everything, the server holds no twin afterwards."""
    return answer(erasing.begin(owner.held, meant.target(), meant.passphrase).plain(), BEGUN)


@ROUTER.get("/erasures", summary="Certificates", responses=told({"certificates": [_CERTIFICATE]}))
def every(owner: Owner) -> Response:
    """The signed certificate of every erasure, oldest first."""
    return answer({"certificates": [one.facts for one in owner.held.twin.certificates()]})


@ROUTER.get("/erasures/{name}", summary="One certificate", responses=told(_CERTIFICATE))
def one(owner: Owner, name: Annotated[str, Path(max_length=100, examples=["erasure-1"])]) -> Response:
    """As it was signed: whoever has the public key can check it."""
    found = next((one for one in owner.held.twin.certificates() if one.name == name), None)
    if found is None:
        raise NotFound("There is no certificate of that name.", hint="GET /erasures lists them.")
    return answer(found.facts)
